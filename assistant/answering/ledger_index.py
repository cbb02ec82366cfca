"""A document's ledger and clauses, ready to be asked: which of them does a question mean?

A row is weighed by how much of the question it accounts for (its indicator first, its action and unit, then the words
beside it, then its clause, then the headings), by how much of its indicator the question names, and by whether unit and
qualifier fit. What no part of the row accounts for is kept: a question about something else is seen by that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from assistant.answering.grams import Counts, PairWeights, Word, pairs, question_words, without
from assistant.answering.question import Question
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import base_unit

_PAUSES = ",，;；。:："
_PAUSE = re.compile(rf"[{_PAUSES}]")
# How much a pair counts by where the row has it.
_IN_INDICATOR, _IN_ACTION, _BESIDE, _IN_CLAUSE, _IN_PATH = 1.0, 0.9, 0.6, 0.45, 0.35
_COVERED, _NAMED, _CONTEXT = 0.62, 0.38, 0.15
_UNIT_FITS, _UNIT_DIFFERS, _QUALIFIER_FITS = 0.15, -0.2, 0.04
_DESCRIPTIVE = -0.05
# 多少个 is asked of anything that can be counted.
GENERIC_UNITS = frozenset({"个", "项", "处", "家", "人", "名", "位"})


@dataclass(frozen=True)
class RowMatch:
    """A ledger row and how well it answers. All but `score` are shares of the question's weight, 0 to 1: `local` stands
    in the row itself (indicator, action, unit, the words between the commas), headings left out of account;
    `supported` stands anywhere in the row, its clause or its headings; `on_indicator` stands in the indicator. `named` is the share of
    the indicator's own weight that the question names.
    `missing` are words of the question of which the row, its clause and its headings hold nothing. `likely`: how likely
    this row is meant, 0 to 1, and `other_kind`, that another kind of the same thing is asked for (会展活动 of 人工智能活动),
    where `RowMatcher` says so."""

    document: str
    row: LedgerRow
    score: float
    local: float
    supported: float
    on_indicator: float
    named: float
    missing: tuple[str, ...]
    likely: float = 0.0
    other_kind: bool = False

    def weighed(self, likely: float, other_kind: bool) -> RowMatch:
        return RowMatch(
            self.document, self.row, self.score, self.local, self.supported, self.on_indicator, self.named, self.missing,
            likely, other_kind,
        )  # fmt: skip


@dataclass(frozen=True)
class ClauseMatch:
    """A clause and the share of the question's weight that stands in it (`in_clause`), or in it or its headings
    (`supported`); `missing` as in `RowMatch`."""

    document: str
    clause: Clause
    score: float
    in_clause: float
    supported: float
    missing: tuple[str, ...]


class LedgerIndex:
    """One document's rows and clauses as character pairs. Built once for a document, then only read."""

    def __init__(self, document: str, plan: Plan, rows: tuple[LedgerRow, ...], counts: Counts) -> None:
        """`counts`: in how many clauses of the body, or their headings, each pair stands."""
        self.document = document
        self.plan = plan
        self.rows = rows
        # Of the clauses that questions look at, when they do.
        self._paths = cache(lambda clause: pairs(" ".join(plan.path(plan.clause(clause)))))
        self._clauses = cache(lambda clause: pairs(plan.clause(clause).text))
        self.weights = PairWeights(counts)

    @cached_property
    def beside(self) -> list[frozenset[str]]:
        """For each row the pairs of the words between the commas around it."""
        return [pairs(self._words_beside(row)) for row in self.rows]

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        """The rows whose indicator, or the words beside it, hold a pair."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(self.rows):
            for pair in pairs(row.indicator) | self.beside[number]:
                found[pair].append(number)
        return dict(found)

    def _words_beside(self, row: LedgerRow) -> str:
        """The words between the commas around the figure."""
        clause = self.plan.clause(row.clause)
        text = self.plan.text
        start = max(text.rfind(pause, clause.start, row.start) for pause in _PAUSES) + 1
        behind = _PAUSE.search(text, row.end, clause.end)
        return (
            f"{text[max(start, clause.start) : row.start]} {text[row.end : behind.start() if behind else clause.end]}"
        )

    def names(self, words: str) -> bool:
        """Whether a row's name ends in these very words."""
        return any(row.indicator.endswith(words) for row in self.rows)

    def rank_rows(self, question: Question) -> list[RowMatch]:
        """The rows that share something with the question, best first, ties in the text's order."""
        words = question_words(question.terms)
        context = _all_pairs(question_words(question.context))
        candidates: set[int] = set()
        for pair in _all_pairs(words):
            candidates.update(self._rows_of.get(pair, ()))
        matches = [self._match_row(question, words, context, number) for number in candidates]
        return sorted(matches, key=lambda match: (-round(match.score, 6), match.row.start))

    def _match_row(self, question: Question, words: tuple[Word, ...], context: list[str], number: int) -> RowMatch:
        row = self.rows[number]
        indicator = pairs(row.indicator)
        action = pairs(f"{row.action}{row.indicator}") | pairs(row.unit) | pairs(row.action)
        beside, clause, path = self.beside[number], self._clauses(row.clause), self._paths(row.clause)
        asked = _all_pairs(words)
        total = self.weights.sum(asked) or 1.0
        covered = local = supported = on_indicator = only_path = 0.0
        for pair in asked:
            weight = self.weights[pair]
            if pair in indicator:
                covered += weight * _IN_INDICATOR
                on_indicator += weight
                local += weight
            elif pair in action:
                covered += weight * _IN_ACTION
                local += weight
            elif pair in beside:
                covered += weight * _BESIDE
                local += weight
            elif pair in clause:
                covered += weight * _IN_CLAUSE
            elif pair in path:
                covered += weight * _IN_PATH
            else:
                continue
            supported += weight
            if pair in path and pair not in indicator | action | beside:
                only_path += weight
        around = indicator | action | beside | clause | path
        named = self.weights.sum(indicator.intersection(asked)) / (self.weights.sum(indicator) or 1.0)
        told = self.weights.sum(pair for pair in context if pair in around) / (self.weights.sum(context) or 1.0)
        return RowMatch(
            document=self.document,
            row=row,
            score=_COVERED * covered / total + _NAMED * named + _CONTEXT * told + _fit(question, row),
            local=local / max(total - only_path, 1e-9) if local else 0.0,
            supported=supported / total,
            on_indicator=on_indicator / total,
            named=named,
            missing=without(question.terms, around.__contains__),
        )

    def unmatched(self, row: LedgerRow, question: Question) -> RowMatch:
        """The match of a row that shares nothing with the question."""
        return RowMatch(self.document, row, 0.0, 0.0, 0.0, 0.0, 0.0, _parted(question.terms))

    def rank_clauses(self, question: Question, clause_ids: Iterable[str] | None = None) -> list[ClauseMatch]:
        """The clauses (all of the body where none are named) by how much of the question they account for, ties in
        the text's order."""
        terms = f"{question.terms} {question.context}"
        if clause_ids is None:
            clauses = [clause for clause in self.plan.clauses if clause.kind != "header"]
        else:
            clauses = [self.plan.clause(clause_id) for clause_id in clause_ids]
        matches = [self._match_clause(terms, clause) for clause in clauses]
        return sorted(matches, key=lambda match: (-round(match.score, 6), match.clause.start))

    def _match_clause(self, terms: str, clause: Clause) -> ClauseMatch:
        asked = _all_pairs(question_words(terms))
        total = self.weights.sum(asked) or 1.0
        own, path = self._clauses(clause.id), self._paths(clause.id)
        in_clause = self.weights.sum(pair for pair in asked if pair in own) / total
        in_path = self.weights.sum(pair for pair in asked if pair in path and pair not in own) / total
        return ClauseMatch(
            document=self.document,
            clause=clause,
            score=in_clause + _IN_PATH * in_path,
            in_clause=in_clause,
            supported=in_clause + in_path,
            missing=without(terms, (own | path).__contains__),
        )

    def holds_all(self, clause: Clause, words: Iterable[str]) -> bool:
        """Whether each of the words stands in the clause, spelled by its character pairs."""
        own = self._clauses(clause.id)
        return all(pairs(word) <= own for word in words)


@lru_cache(maxsize=256)  # for hundreds of rows the same
def _parted(terms: str) -> tuple[str, ...]:
    return tuple(terms.split())


def _all_pairs(words: Iterable[Word]) -> list[str]:
    return [pair for word in words for pair in word.pairs]


def unit_fits(question: Question, row: LedgerRow) -> bool | None:
    """Whether the row's unit is the one asked for; None where the question names none or the row has none."""
    if row.value is None:
        return None
    base = base_unit(row.unit)[0]
    if question.unit:
        asked = base_unit(question.unit)[0]
        return asked == base or (asked == "" and base not in ("%", "个百分点")) or (asked == "元" and base == "美元")
    if question.dimensions:
        return base in question.dimensions
    return None


def _fit(question: Question, row: LedgerRow) -> float:
    """What unit, qualifier and role add or take away."""
    score = 0.0
    fits = unit_fits(question, row)
    if fits:
        score += _UNIT_FITS
    elif fits is False:
        score += _UNIT_DIFFERS / 4 if question.unit in GENERIC_UNITS else _UNIT_DIFFERS
    if question.qualifier is not None and row.value is not None and row.qualifier == question.qualifier:
        score += _QUALIFIER_FITS
    if row.is_descriptive:
        score += _DESCRIPTIVE
    return score
