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
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray

_PASSAGES = "passages.json"
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
        scorer = bm25s.BM25(k1=1.2, b=0.5)
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
