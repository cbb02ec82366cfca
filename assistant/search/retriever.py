"""Vectors and BM25 together, behind LlamaIndex's retriever."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle
from numpy.typing import NDArray

from assistant.search.lexical import LexicalIndex
from assistant.search.vectors import VectorIndex

_CANDIDATES = 100  # of each kind, at the least; the fused best ten lie far within
# Passages. Up to here every one is scored: no slower than asking Chroma which to score (at 6,000: 6 ms against 9), and
# its graph, which misses a few, decides nothing.
_SCORED_ALL = 10_000
_LEXICAL_WEIGHT = 0.5
_DIGITS = 6  # as in the lexical index: rounded before anything is compared


class ClauseRetriever(BaseRetriever):
    """Finds the clauses that fit a question.

    score = 0.5 · BM25 / (best BM25 of this question) + 0.5 · cosine, between 0 and 1, rounded to six digits;
    ties in the order of the text. Magnitudes are fused, not ranks, so that a clause with the question's own
    words stays above one that is merely like it. Nothing in common: no result.
    """

    def __init__(self, lexical: LexicalIndex, vectors: VectorIndex | None, top: int = 10) -> None:
        """Both over the same passages; `vectors` is None where there are none. `top`: how many nodes
        `retrieve` gives."""
        super().__init__()
        self._lexical, self.vectors, self._top = lexical, vectors, top

    def search(
        self, question: str, documents: Sequence[str] | None = None, top: int | None = None
    ) -> list[NodeWithScore]:
        """The best nodes of these documents (None: all), one a clause, the best first."""
        if self.vectors is None:
            return []
        vector = self.vectors.encoder.get_query_embedding(question)
        return self._search(self.vectors, question, vector, documents, self._top if top is None else top)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self.vectors is None:
            return []
        vector = query_bundle.embedding
        if vector is None:
            vector = self.vectors.encoder.get_agg_embedding_from_queries(query_bundle.embedding_strs)
        return self._search(self.vectors, query_bundle.query_str, vector, None, self._top)

    def _search(
        self,
        vectors: VectorIndex,
        question: str,
        vector: Sequence[float],
        documents: Sequence[str] | None,
        top: int,
    ) -> list[NodeWithScore]:
        words = self._lexical.scores(question)
        if documents is None:
            rows = self._candidates(vectors, words, vector, max(_CANDIDATES, 2 * top))
        else:
            rows = self._lexical.rows_of(documents)
        ids = [self._lexical.passages[row].node for row in rows.tolist()]
        fused = np.zeros(len(words))
        fused[rows] = _fused(words[rows], vectors.similarities(vector, ids))
        best = self._lexical.best_rows(fused, rows, top)
        nodes = vectors.nodes([self._lexical.passages[row].node for row in best])
        return [NodeWithScore(node=node, score=float(fused[row])) for node, row in zip(nodes, best, strict=True)]

    def _candidates(
        self, vectors: VectorIndex, words: NDArray[np.float64], vector: Sequence[float], count: int
    ) -> NDArray[np.intp]:
        """Rows to score in the whole library, ascending: those near the question and those with its words."""
        everything = self._lexical.rows_of(None)
        if len(everything) <= max(count, _SCORED_ALL):
            return everything
        near = [self._lexical.rows[node] for node in vectors.nearest(vector, count)]
        literal = self._lexical.best_rows(words, everything, count)
        return np.array(sorted({*near, *literal}), dtype=np.intp)


def _fused(words: NDArray[np.float64], likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    best = words.max(initial=0.0)
    literal = words / best if best else words
    return np.round(_LEXICAL_WEIGHT * literal + (1 - _LEXICAL_WEIGHT) * np.maximum(likeness, 0.0), _DIGITS)
