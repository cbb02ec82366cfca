"""Vectors, words and glossary together, behind LlamaIndex's retriever."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle
from numpy.typing import NDArray

from assistant.search.glossary import NO_GLOSSARY, Glossary
from assistant.search.lexical import LexicalIndex
from assistant.search.parts import PartIndex
from assistant.search.vectors import VectorIndex, unit

_CANDIDATES = 100  # of each kind, at the least; the fused best ten lie far within
# Passages. Up to here every one is scored: no slower than asking Chroma which to score (at 6,000: 6 ms against 9), and
# its graph, which misses a few, decides nothing.
_SCORED_ALL = 10_000
# Chosen on the tuning questions of `evals/search` (`make bench` measures them, and those kept aside).
BEST_PART, WHOLE, LITERAL = 0.8, 0.2, 0.3
_DIGITS = 6  # as in the lexical index: rounded before anything is compared


class ClauseRetriever(BaseRetriever):
    """Finds the clauses that fit a question.

    score = (0.8 · cosine of the best part + 0.2 · cosine of the whole with its headings + 0.3 · literal share) / 1.3,
    between 0 and 1, rounded to six digits; ties in the order of the text. The literal share (`LexicalIndex.shares`) is
    near 0 for a paraphrase and near 1 for a question in the plan's words, so that each is found its own way. Nothing
    in common: no result.
    """

    def __init__(
        self,
        lexical: LexicalIndex,
        vectors: VectorIndex | None,
        parts: PartIndex | None,
        glossary: Glossary = NO_GLOSSARY,
        top: int = 10,
    ) -> None:
        """All over the same passages; `vectors` and `parts` are None where there are none. `top`: how many nodes
        `retrieve` gives."""
        super().__init__()
        self._lexical, self.vectors, self._parts, self._glossary, self._top = lexical, vectors, parts, glossary, top

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
        words = self._lexical.shares(question, self._glossary.mentions(question))
        if documents is None:
            rows = self._candidates(vectors, words, vector, max(_CANDIDATES, 2 * top))
        else:
            rows = self._lexical.rows_of(documents)
        ids = [self._lexical.passages[row].node for row in rows.tolist()]
        whole = vectors.similarities(vector, ids)
        best_part = whole if self._parts is None else self._parts.similarities(unit(vector), rows)
        fused = np.zeros(len(words))
        fused[rows] = _fused(words[rows], whole, best_part)
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


def _fused(
    words: NDArray[np.float64], whole: NDArray[np.float64], best_part: NDArray[np.float64]
) -> NDArray[np.float64]:
    near = BEST_PART * np.maximum(best_part, 0.0) + WHOLE * np.maximum(whole, 0.0)
    return np.round((near + LITERAL * words) / (BEST_PART + WHOLE + LITERAL), _DIGITS)
