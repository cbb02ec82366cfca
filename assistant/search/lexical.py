"""BM25 over the clauses: words and character pairs.

Light on purpose: a question that the ledger answers needs no more than this, so neither LlamaIndex nor Chroma
is imported here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, log1p
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray

from assistant.search.arrays import Arrays, DocumentArrays, packed, unpacked
from assistant.search.glossary import Mention
from assistant.search.passages import Passage, PassageTable

_SCORES = "scores"
_K1, _B = 1.2, 0.5
_THROUGH_GLOSSARY = 0.8  # what a term of the glossary counts beside the word that was asked
_ALL_OF_IT = 0.999
_TERM_STANDS = 0.6  # a term stands in a passage that holds this share of its weight
_PARTS_SORTED = 8  # passages sorted for each clause wanted, where many score: hardly a clause has more parts
_DIGITS = 6  # scores are compared after rounding, so that the order never hangs on the last bits of a float
_KEPT_TERMS, _KEPT_WORDS = 4096, 512
_RUN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[a-z]+|[\u4e00-\u9fff]+")
# Full-width letters and digits are the same words as half-width ones.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class ClauseHit:
    """A clause and how well it fits, in BM25's units: comparable within one question only."""

    document: str
    clause: str
    score: float


@dataclass(frozen=True)
class _Terms:
    """The words of passages as numbers: `counts` words of each passage in turn, each once, and how often it says them.
    `lengths`: words of each passage, repeats counted."""

    numbers: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    counts: NDArray[np.int32]
    lengths: NDArray[np.int32]


class _Scorer(bm25s.BM25):  # type: ignore[misc]  # it ships no types
    """The same numbers as its base makes, to the last digit, from counted words and in seconds less."""

    def build_index_from_ids(self, unique_token_ids: list[int], corpus_token_ids: list[_Terms], **_: object) -> object:
        self.nonoccurrence_array = None
        [terms] = corpus_token_ids
        passages = np.repeat(np.arange(len(terms.counts), dtype=np.int32), terms.counts)
        holders = np.bincount(terms.numbers, minlength=len(unique_token_ids))
        total = len(terms.counts)
        rarity = np.array([log(1 + (total - held + 0.5) / (held + 0.5)) for held in holders.tolist()], dtype=np.float32)
        relative = self.b * terms.lengths / terms.lengths.mean()
        frequencies = terms.frequencies.astype(np.float32)
        scores = rarity[terms.numbers] * (frequencies / ((self.k1 * ((1 - self.b) + relative))[passages] + frequencies))
        order = np.argsort(terms.numbers, kind="stable")
        return {
            "data": scores[order].astype(np.float32),
            "indices": passages[order],
            "indptr": np.concatenate([[0], np.cumsum(holders)]),
            "num_docs": total,
        }


class LexicalIndex:
    """BM25 scores of passages. Immutable once built or loaded, so threads may share it."""

    def __init__(self, passages: PassageTable, scorer: bm25s.BM25 | None) -> None:
        self.passages = passages
        self._scorer = scorer
        self._all = np.arange(len(passages))
        # The glossary's terms are the same for every question.
        self._standing = lru_cache(maxsize=_KEPT_TERMS)(self._passages_with)
        self._through = lru_cache(maxsize=_KEPT_WORDS)(self._through_glossary)

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> LexicalIndex:
        """Index passages; those of one document stand together, in the order of its text."""
        held = term_arrays(passages)
        return cls(PassageTable.of(passages), _scorer([held]))

    @classmethod
    def merged(cls, arrays: DocumentArrays) -> LexicalIndex:
        """Index the passages of documents, from what `passage_arrays` and `term_arrays` made of each."""
        return cls(PassageTable.stored(arrays), _scorer([arrays.of(document) for document in arrays.documents]))

    def save(self, folder: Path) -> None:
        """Write the scores into a folder, which is made; the passages are kept elsewhere."""
        folder.mkdir(parents=True)
        if self._scorer is not None:
            self._scorer.save(folder / _SCORES, show_progress=False)

    @classmethod
    def load(cls, folder: Path, passages: PassageTable) -> LexicalIndex:
        """Read the scores of these passages that `save` wrote."""
        scores = folder / _SCORES
        scorer = bm25s.BM25.load(scores, show_progress=False) if scores.exists() else None
        return cls(passages, scorer)

    def scores(self, question: str) -> NDArray[np.float64]:
        """One score a passage, shape (passages,), ≥ 0, rounded."""
        known = [] if self._scorer is None else self._scorer.get_tokens_ids(list(dict.fromkeys(tokens(question))))
        if self._scorer is None or not known:
            return np.zeros(len(self.passages))
        return _rounded(self._scorer.get_scores_from_ids(known).astype(np.float64))

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
            terms = dict.fromkeys(term for concept in mention.concepts for term in concept.terms)
            rows, extra = self._through(mention.word, tuple(terms))
            found[rows] += extra / total
        return _rounded(np.minimum(found, 1.0))

    def _through_glossary(self, word: str, terms: tuple[str, ...]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """What the terms for a word add, in units of `_rarity`, and to which rows."""
        own, weight = self._covered(word)
        best = np.zeros(len(self.passages))
        for term in terms:
            rows, covered = self._standing(term)
            best[rows] = np.maximum(best[rows], covered)
        through = _THROUGH_GLOSSARY * weight * best
        whole = own > _ALL_OF_IT
        if whole.any():  # BM25 gives a long passage less for the word itself: a term must not come near that
            itself = self.scores(word)[whole] * (1 + _K1)
            through = np.minimum(through, _THROUGH_GLOSSARY * float(itself.min()))
        extra = np.maximum(through - weight * own, 0.0)
        held = np.flatnonzero(extra)
        return held, extra[held]

    def _passages_with(self, term: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The rows of the passages in which a term stands, and the share of its weight that does."""
        covered, _ = self._covered(term)
        rows = np.flatnonzero(covered >= _TERM_STANDS)
        return rows, covered[rows]

    def _covered(self, term: str) -> tuple[NDArray[np.float64], float]:
        """The share of a term's weight that stands in each passage, and that weight."""
        words = list(dict.fromkeys(tokens(term)))
        weight = float(sum(map(self._rarity, words)))
        held = np.zeros(len(self.passages))
        for word in words:
            held[self._holders(word)] += self._rarity(word)
        if weight:
            held /= weight
        return held, weight

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
            return self._all
        held = self.passages.ranges
        ranges = sorted(held[document] for document in set(documents) if document in held)
        return np.concatenate([np.arange(*bounds) for bounds in ranges] or [np.arange(0)])

    def best_rows(self, scores: NDArray[np.float64], rows: NDArray[np.intp], top: int) -> list[int]:
        """Up to `top` of `rows` with a score above 0, the best first, ties in the order of the text, and no
        clause twice."""
        if top <= 0:
            return []
        rows = rows[scores[rows] > 0]
        near = _PARTS_SORTED * top
        if len(rows) > 2 * near:  # sorting all of a large library takes longer than finding them
            held = scores[rows]
            best = self._first_of_clauses(scores, rows[held >= np.partition(held, -near)[-near]], top)
            if len(best) == top:
                return best
        return self._first_of_clauses(scores, rows, top)

    def _first_of_clauses(self, scores: NDArray[np.float64], rows: NDArray[np.intp], top: int) -> list[int]:
        rows = rows[np.lexsort((rows, -scores[rows]))]
        best: dict[int, int] = {}
        for row, clause in zip(rows.tolist(), self.passages.clause_rows[rows].tolist(), strict=True):
            best.setdefault(clause, row)
            if len(best) >= top:
                break
        return list(best.values())

    def search(self, question: str, documents: Sequence[str] | None = None, top: int = 10) -> tuple[ClauseHit, ...]:
        """The clauses that share words with the question, the best first; ties in the order of the text."""
        scores = self.scores(question)
        return tuple(
            ClauseHit(self.passages.document(row), self.passages.clause(row), float(scores[row]))
            for row in self.best_rows(scores, self.rows_of(documents), top)
        )


def _rounded(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """In place; most passages of a large library score nothing."""
    held = np.flatnonzero(scores)
    scores[held] = scores[held].round(_DIGITS)
    return scores


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


def term_arrays(passages: Sequence[Passage]) -> Arrays:
    """One document's words for `LexicalIndex.merged`."""
    numbers: dict[str, int] = {}
    counted = [Counter(tokens(f"{passage.path}\n{passage.text}")) for passage in passages]
    terms = [numbers.setdefault(word, len(numbers)) for words in counted for word in words]
    return {
        "words": packed(list(numbers)),
        "terms": np.array(terms, dtype=np.int32),
        "frequencies": np.array([often for words in counted for often in words.values()], dtype=np.int32),
        "term_counts": np.array([len(words) for words in counted], dtype=np.int32),
        "lengths": np.array([words.total() for words in counted], dtype=np.int32),
    }


def _scorer(documents: Sequence[Arrays]) -> _Scorer | None:
    """BM25 over documents one after the other; None where they have no word."""
    vocabulary: dict[str, int] = {}
    numbers: list[NDArray[np.int32]] = []
    for held in documents:
        own = [vocabulary.setdefault(word, len(vocabulary)) for word in unpacked(held["words"])]
        numbers.append(np.array(own, dtype=np.int32)[held["terms"]])
    if not vocabulary:
        return None
    rest = [np.concatenate([held[kind] for held in documents]) for kind in ("frequencies", "term_counts", "lengths")]
    scorer = _Scorer(k1=_K1, b=_B)
    scorer.index(([_Terms(np.concatenate(numbers), *rest)], vocabulary), show_progress=False)
    return scorer
