"""Which row of a ledger does a question mean, if any? Words, meaning and the question's structure weighed together.

Each row gets a score from what `features` sees: how much of the row's name the question says (character pairs), how near
their meanings are (the encoder), how near retrieval puts the row's clause, whether unit, tense and the thing counted fit,
and whether something without a figure fits better. The scores of a document's rows and of "none of them" (0) make
probabilities, as in a multinomial choice: a row answers when it is likelier than the rest together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answering import question_words as words
from assistant.answering.grams import pairs
from assistant.answering.ledger_index import GENERIC_UNITS, LedgerIndex, RowMatch, unit_fits
from assistant.answering.prepared import FORMS
from assistant.answering.question import Question, content_words, terms_of
from assistant.answering.shelf import Encode
from assistant.plan.ledger import LedgerRow
from assistant.search.arrays import Arrays

# Fitted to the tuning questions by `python -m benchmarks.matching` (multinomial logit with "none"), which prints them.
WEIGHTS: Mapping[str, float] = {
    "meaning": 5.2, "meaning_of_part": 6.13, "named": 1.29, "said": 0.51, "unit_differs": -0.99,
    "count_differs": -2.27, "threshold": -1.22, "better_without": -2.98, "clause": 2.41, "clause_behind": 4.1,
    "tense": 1.17, "counted": 0.95, "abbreviates": 0.9, "strange": -1.03, "strange_at_length": 2.12,
    "other_kind": -1.05, "constant": -7.59,
}  # fmt: skip
FEATURES = (
    "meaning", "meaning_of_part", "named", "said", "unit_differs", "count_differs", "threshold", "better_without",
    "clause", "clause_behind", "tense", "counted", "abbreviates", "strange", "strange_at_length", "other_kind", "constant",
)  # fmt: skip

_RESULT = re.compile(r"去年|上年|上一年|前年|已经|过去|现在|截至|目前|累计|迄今|实绩|实际")
_TARGET = re.compile(r"今年|目标|计划|预期|力争|将|打算|准备|明年|想让|要让|到20\d\d年|拟")


@dataclass(frozen=True)
class Wordings:
    """One question in the words that it may be put in: as typed, with the plans' own names, with likely ones. The first
    is the question itself."""

    questions: tuple[Question, ...]

    @property
    def asked(self) -> Question:
        return self.questions[0]


class RowMatcher:
    """One document's rows, ready to be compared with questions. Built once for a document, then only read."""

    def __init__(self, index: LedgerIndex, arrays: Arrays, encode: Encode) -> None:
        """`arrays`: what `answering_arrays` made of the document."""
        self.index = index
        self._encode = encode
        self._names, self._without = arrays["row_names"], arrays["figureless"].astype(np.float32)
        self._heads: dict[str, list[frozenset[str]]] = {}
        for row in index.rows:
            self._heads.setdefault(row.indicator[-2:], []).append(pairs(row.indicator))
        self._two_tenses = len({row.tense for row in index.rows}) > 1

    def rank(self, wordings: Wordings, near: Mapping[str, float]) -> list[RowMatch]:
        """The rows with how likely each is meant (`RowMatch.likely`), the likeliest first, ties in the text's order.
        `near`: the scores that retrieval gives to clauses."""
        if not self.index.rows:
            return []
        matches, table = self.features(wordings, near)
        scores = table @ np.array([WEIGHTS[name] for name in FEATURES])
        top = max(float(scores.max()), 0.0)
        weights = np.exp(scores - top)
        likely = np.round(weights / (weights.sum() + np.exp(-top)), 6)
        other_kind = table[:, FEATURES.index("other_kind")] > 0
        ranked = [
            match.weighed(float(one), bool(other))
            for match, one, other in zip(matches, likely, other_kind, strict=True)
        ]
        return sorted(ranked, key=lambda match: (-match.likely, match.row.start))

    def features(self, wordings: Wordings, near: Mapping[str, float]) -> tuple[list[RowMatch], NDArray[np.float64]]:
        """The rows in the text's order as the literal comparison sees them, and the table of `FEATURES`, shape (rows,
        features)."""
        rows, asked = self.index.rows, wordings.asked
        literal = self._literal(wordings)
        wholes = [question.text for question in wordings.questions]
        parts = [part for question in wordings.questions for part in question.stretches] or [asked.text]
        subjects = [question.terms or question.text for question in wordings.questions]
        vectors = self._encode([*wholes, *parts, *subjects])
        subject_vectors = vectors[-len(subjects) :]
        without = float(_cosines(self._without, subject_vectors).max()) if len(self._without) else 0.0
        nearness = self._nearness(vectors)
        whole, part = nearness[:, : len(wholes)].max(axis=1), nearness[:, len(wholes) : -len(subjects)].max(axis=1)
        subject = nearness[:, -len(subjects) :].max(axis=1)
        clause = np.array([near.get(row.clause, 0.0) for row in rows])
        fits = [unit_fits(asked, row) for row in rows]
        generic = asked.unit in GENERIC_UNITS
        strange = self._strange(wordings)
        curt = sum(len(part) for part in asked.stretches if not self._knows(content_words(part))) <= _CURT
        columns = {
            "meaning": whole,
            "meaning_of_part": part,
            "named": np.array([match.named for match in literal]),
            "said": np.array([match.local for match in literal]),
            "unit_differs": np.array([float(fit is False and not generic) for fit in fits]),
            "count_differs": np.array([float(fit is False and generic) for fit in fits]),
            "threshold": np.array([float(is_threshold(row) and not fit) for row, fit in zip(rows, fits, strict=True)]),
            "better_without": np.clip(without - subject, -0.5, 0.5),
            "clause": clause,
            "clause_behind": clause - max([clause.max(initial=0.0), *near.values()]),
            "tense": self._tenses(asked),
            "counted": self._counted(thing_counted(asked.text)),
            "abbreviates": _abbreviates(wordings, rows),
            "strange": strange * np.array([1 - match.named for match in literal]) * curt,
            "strange_at_length": np.full(len(rows), strange * (not curt)),
            "other_kind": np.array(
                [float(curt and strange > 0 and match.on_indicator > 0 and match.named < _NAMED) for match in literal]
            ),
            "constant": np.ones(len(rows)),
        }
        return literal, np.column_stack([columns[name] for name in FEATURES])

    def _nearness(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """The cosine of each vector to the nearest form of each row's name, shape (rows, vectors)."""
        cosines = _cosines(self._names, vectors)
        nearest: NDArray[np.float64] = cosines.reshape(-1, FORMS, len(vectors)).max(axis=1).astype(np.float64)
        return nearest

    def _literal(self, wordings: Wordings) -> list[RowMatch]:
        """Each row as the wording that says most of it puts it."""
        best: dict[int, RowMatch] = {}
        for question in wordings.questions:
            for match in self.index.rank_rows(question):
                held = best.get(match.row.start)
                if held is None or (match.named, match.local) > (held.named, held.local):
                    best[match.row.start] = match
        return [best.get(row.start) or self.index.unmatched(row, wordings.asked) for row in self.index.rows]

    def _tenses(self, asked: Question) -> NDArray[np.float64]:
        """1 where the row is of the tense that the question names, -1 where it is of the other, 0 where it names none
        or the document knows one alone."""
        result, target = bool(_RESULT.search(asked.text)), bool(_TARGET.search(asked.text))
        if not self._two_tenses or result == target:
            return np.zeros(len(self.index.rows))
        wanted = "result" if result else "target"
        return np.array([1.0 if row.tense == wanted else -1.0 for row in self.index.rows])

    def _counted(self, counted: str) -> NDArray[np.float64]:
        """For each row 1 where the thing counted is its own, -1 where it is another row's or stands in the plan without a
        figure, 0 where it is nobody's."""
        rows = self.index.rows
        asked = pairs(counted) if len(counted) > 1 else frozenset()
        if not asked:
            return np.zeros(len(rows))
        if any(asked <= own for own in self._heads.get(counted[-2:], ())):
            elsewhere = -1.0
        else:
            without_figure = len(counted) > _SHORTEST and counted in self.index.plan.text
            elsewhere = -1.0 if without_figure and not any(asked <= beside for beside in self.index.beside) else 0.0
        ending = counted[-2:]
        return np.array(
            [1.0 if row.indicator.endswith(ending) and asked <= pairs(row.indicator) else elsewhere for row in rows]
        )

    def _knows(self, named: Sequence[str]) -> bool:
        return all(word in self.index.plan.text for word in named)

    def _strange(self, wordings: Wordings) -> float:
        """The share of the question's named words that the plan does not know, in the wording that it knows best."""
        shares = [
            sum(word not in self.index.plan.text for word in named) / len(named)
            for question in wordings.questions
            if (named := content_words(question.terms))
        ]
        return min(shares, default=0.0)


_SHORTEST = 2
# A curt question that shares a word with a name but says another word beside it that no plan knows (会展活动 and
# 人工智能活动) asks about another kind of the thing, unless it says most of the name.
_NAMED = 0.7
# Characters of the parts that hold unknown words. A question as short as this names the very thing that it wants; a
# longer one may paint it.
_CURT = 9


def is_threshold(row: LedgerRow) -> bool:
    """亿元以上 of a project: a unit that stands for one of itself."""
    return row.is_descriptive and row.value == 1 and not any(c.isdigit() for c in row.text)


def thing_counted(text: str) -> str:
    """What a question counts, by its grammar: 几个管控分区, 管控分区数量; "" where it does not say."""
    asked = words.ASKED_UNIT.search(text)
    if asked:
        behind = terms_of(re.split(r"[,，。?？!！、的]", text[asked.end() :])[0]).split(" ")[0]
        if len(behind) > 1:
            return behind
        before = content_words(terms_of(re.split(r"[,，。;；?？!！、]", text[: asked.start()])[-1]))
        return before[-1] if before else ""
    named = re.search(r"(?P<thing>[\u4e00-\u9fff]{2,12}?)(?:的)?(?:数量|个数|家数|户数|条数|栋数|数目)", text)
    things = content_words(terms_of(named.group("thing"))) if named else ()
    return things[-1] if things else ""


def _abbreviates(wordings: Wordings, rows: Sequence[LedgerRow]) -> NDArray[np.float64]:
    """For each row the share of the words named that are short for its name: their characters stand in it in their order
    (固投 in 固定资产投资)."""
    named = content_words(wordings.asked.terms)
    if not named:
        return np.zeros(len(rows))
    shorts = [word[:-1] if word[-1] in "额量数" and len(word) > 2 else word for word in named]
    names = [row.action + row.indicator for row in rows]
    held = [sum(word[0] in name and _stands_in_order(word, name) for word in shorts) for name in names]
    return np.array(held) / len(named)


def _cosines(rows: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row with each vector. Not a matrix product: on a busy machine its threads wait for each other, for longer than
    this takes."""
    cosines: NDArray[np.float32] = np.einsum("ij,kj->ik", rows, vectors)
    return cosines


def _stands_in_order(word: str, name: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in word)
