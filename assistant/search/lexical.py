"""BM25 over the clauses: words and character pairs.

Light on purpose: a question that the ledger answers needs no more than this, so neither LlamaIndex nor Chroma
is imported here. The index also owns the list of passages, in the order of the text, which decides every tie.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import groupby
from math import log1p
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray

from assistant.search.glossary import Mention

_PASSAGES = "passages.json"
_K1, _B = 1.2, 0.5
_THROUGH_GLOSSARY = 0.8  # what a term of the glossary counts beside the word that was asked
_ALL_OF_IT = 0.999
_TERM_STANDS = 0.6  # a term stands in a passage that holds this share of its weight
_DIGITS = 6  # scores are compared after rounding, so that the order never hangs on the last bits of a float
_RUN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[a-z]+|[\u4e00-\u9fff]+")
# Full-width letters and digits are the same words as half-width ones.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Passage:
    """What is searched: a clause, or a part of one that was too long for the encoder.

    `node` is unique in the library; `start:end` are offsets in the document's text; `path` is headings and
    task title.
    """

    node: str
    document: str
    clause: str
    start: int
    end: int
    path: str
    text: str


@dataclass(frozen=True)
class ClauseHit:
    """A clause and how well it fits, in BM25's units: comparable within one question only."""

    document: str
    clause: str
    score: float


class LexicalIndex:
    """BM25 scores of passages. Immutable once built or loaded, so threads may share it."""

    def __init__(self, passages: tuple[Passage, ...], scorer: bm25s.BM25 | None) -> None:
        self.passages = passages
        self.rows = {passage.node: row for row, passage in enumerate(passages)}
        self._scorer = scorer
        self._ranges = _ranges_by_document(passages)

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> LexicalIndex:
        """Index passages; those of one document stand together, in the order of its text."""
        held = tuple(passages)
        words = [tokens(f"{passage.path}\n{passage.text}") for passage in held]
        if not any(words):
            return cls(held, None)
        scorer = bm25s.BM25(k1=_K1, b=_B)
        scorer.index(words, show_progress=False)
        return cls(held, scorer)

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made."""
        folder.mkdir(parents=True)
        rows = [astuple(passage) for passage in self.passages]
        (folder / _PASSAGES).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        if self._scorer is not None:
            self._scorer.save(folder / "scores", show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read an index that `save` wrote."""
        rows = json.loads((folder / _PASSAGES).read_text(encoding="utf-8"))
        scores = folder / "scores"
        scorer = bm25s.BM25.load(scores, show_progress=False) if scores.exists() else None
        return cls(tuple(Passage(*row) for row in rows), scorer)

    def scores(self, question: str) -> NDArray[np.float64]:
        """One score a passage, shape (passages,), ≥ 0, rounded."""
        known = [] if self._scorer is None else self._scorer.get_tokens_ids(list(dict.fromkeys(tokens(question))))
        if self._scorer is None or not known:
            return np.zeros(len(self.passages))
        found: NDArray[np.float64] = self._scorer.get_scores_from_ids(known).astype(np.float64)
        return found.round(_DIGITS)

    def shares(self, question: str, mentions: Sequence[Mention] = ()) -> NDArray[np.float64]:
        """How much of the question stands in each passage, shape (passages,), 0 to 1, rounded: BM25 over what a passage
        of average length scores that holds every word once. Unlike BM25's own number it says whether the question's
        words are there at all, so that a few shared fillers do not pass for a hit.

        Where a passage lacks a word of the glossary (`mentions`), a term for the same thing counts, for less than the
        word itself would.
        """
        words = list(dict.fromkeys(tokens(question)))
        total = float(sum(map(self._rarity, words)))
        if self._scorer is None or not total:
            return np.zeros(len(self.passages))
        found = self.scores(question) * (1 + _K1) / total
        for mention in mentions:
            found += self._through_glossary(mention) / total
        return np.minimum(found, 1.0).round(_DIGITS)

    def _through_glossary(self, mention: Mention) -> NDArray[np.float64]:
        """What a mention's terms add to each passage, in units of `_rarity`."""
        own, weight = self._covered(mention.word)
        best = np.zeros(len(self.passages))
        for term in dict.fromkeys(term for concept in mention.concepts for term in concept.terms):
            covered, _ = self._covered(term)
            best = np.maximum(best, np.where(covered >= _TERM_STANDS, covered, 0.0))
        through = _THROUGH_GLOSSARY * weight * best
        whole = own > _ALL_OF_IT
        if whole.any():  # BM25 gives a long passage less for the word itself: a term must not come near that
            itself = self.scores(mention.word)[whole] * (1 + _K1)
            through = np.minimum(through, _THROUGH_GLOSSARY * float(itself.min()))
        extra: NDArray[np.float64] = np.maximum(through - weight * own, 0.0)
        return extra

    def _covered(self, term: str) -> tuple[NDArray[np.float64], float]:
        """The share of a term's weight that stands in each passage, and that weight."""
        words = list(dict.fromkeys(tokens(term)))
        weight = float(sum(map(self._rarity, words)))
        held = np.zeros(len(self.passages))
        for word in words:
            held[self._holders(word)] += self._rarity(word)
        return held / weight if weight else held, weight

    def _rarity(self, word: str) -> float:
        """BM25's inverse document frequency; a word that no passage holds is the rarest."""
        count = len(self._holders(word))
        return log1p((len(self.passages) - count + 0.5) / (count + 0.5))

    def _holders(self, word: str) -> NDArray[np.intp]:
        """The rows of the passages that hold a word."""
        number = None if self._scorer is None else self._scorer.vocab_dict.get(word)
        if self._scorer is None or number is None:
            return np.zeros(0, dtype=np.intp)
        columns = self._scorer.scores
        rows: NDArray[np.intp] = columns["indices"][columns["indptr"][number] : columns["indptr"][number + 1]]
        return rows

    def rows_of(self, documents: Sequence[str] | None) -> NDArray[np.intp]:
        """The rows of some documents' passages, ascending; None means every document, an unknown one adds
        nothing."""
        if documents is None:
            return np.arange(len(self.passages))
        ranges = sorted(self._ranges[document] for document in set(documents) if document in self._ranges)
        return np.concatenate([np.arange(*bounds) for bounds in ranges] or [np.arange(0)])

    def best_rows(self, scores: NDArray[np.float64], rows: NDArray[np.intp], top: int) -> list[int]:
        """Up to `top` of `rows` with a score above 0, the best first, ties in the order of the text, and no
        clause twice."""
        if top <= 0:
            return []
        rows = rows[scores[rows] > 0]
        best: dict[tuple[str, str], int] = {}
        for row in rows[np.lexsort((rows, -scores[rows]))].tolist():
            passage = self.passages[row]
            best.setdefault((passage.document, passage.clause), row)
            if len(best) >= top:
                break
        return list(best.values())

    def search(self, question: str, documents: Sequence[str] | None = None, top: int = 10) -> tuple[ClauseHit, ...]:
        """The clauses that share words with the question, the best first; ties in the order of the text."""
        scores = self.scores(question)
        return tuple(
            ClauseHit(self.passages[row].document, self.passages[row].clause, float(scores[row]))
            for row in self.best_rows(scores, self.rows_of(documents), top)
        )


def tokens(text: str) -> list[str]:
    """Words and character pairs, in order, with repeats; punctuation and spaces are dropped.

    Pairs catch what the dictionary does not know (小巨人, 问计): a name split in one place and not in another
    still shares them.
    """
    found: list[str] = []
    for run in _RUN.findall(text.translate(_HALF_WIDTH).lower()):
        if run[0] < "\u4e00":
            found.append(run)
        else:
            found.extend(_known_tokens(run) if len(run) <= _LONGEST_KEPT else _chinese_tokens(run))
    return found


def words_and_characters(text: str) -> list[str]:
    """What the encoder knows of a text: its words as `tokens` cuts them and every Han character, in order, with
    repeats; each number is "0", for no figure is like another."""
    found: list[str] = []
    for run in _RUN.findall(text.translate(_HALF_WIDTH).lower()):
        if run[0] >= "\u4e00":
            found.extend(rjieba.cut_for_search(run))
            found.extend(run)
        else:
            found.append("0" if run[0].isdigit() else run)
    return found


def _chinese_tokens(run: str) -> tuple[str, ...]:
    words = rjieba.cut_for_search(run)
    pairs = [run[place : place + 2] for place in range(len(run) - 1)]
    known = set(words)
    return (*words, *(pair for pair in pairs if pair not in known))


# Headings stand before every clause below them, so most runs come again; a long one would only fill the
# memory.
_LONGEST_KEPT = 64
_known_tokens = lru_cache(maxsize=4096)(_chinese_tokens)


def _ranges_by_document(passages: Sequence[Passage]) -> dict[str, tuple[int, int]]:
    ranges: dict[str, tuple[int, int]] = {}
    row = 0
    for document, group in groupby(passages, key=lambda passage: passage.document):
        if document in ranges:
            raise ValueError(f"the passages of {document!r} do not stand together")
        ranges[document] = (row, row := row + sum(1 for _ in group))
    return ranges
