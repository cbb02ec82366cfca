"""Vectors, words and glossary together, behind LlamaIndex's retriever."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle
from numpy.typing import NDArray

from assistant.search.glossary import NO_GLOSSARY, Glossary
from assistant.search.lexical import ClauseHit, LexicalIndex
from assistant.search.parts import PartIndex
from assistant.search.vectors import VectorIndex, unit

_CANDIDATES = 100  # of each kind, at the least; the fused best ten lie far within
# Passages. Up to here every one is scored: no slower than asking which to score. Beyond, the nearest as wholes and those
# with the question's words are: in the whole library by Chroma's graph, among some documents by every one's cosine.
_SCORED_ALL = 10_000
# Chosen on the tuning questions of `evals/search` (`make bench` measures them, and those kept aside).
BEST_PART, WHOLE, LITERAL = 0.8, 0.2, 0.3
_KEPT_QUESTIONS = 8
DIGITS = 6  # as in the lexical index: rounded before anything is compared


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
        whole: PartIndex | None,
        parts: PartIndex | None,
        glossary: Glossary = NO_GLOSSARY,
        top: int = 10,
    ) -> None:
        """All over the same passages; `whole` has one part a passage, the whole of it. `vectors` and `whole` are None where
        there is no passage, `parts` also where wholes alone count. `top`: how many nodes `retrieve` gives."""
        super().__init__()
        self._lexical, self.vectors, self._whole, self._parts = lexical, vectors, whole, parts
        self._glossary, self._top = glossary, top
        # One question is put to one document after the other.
        self._shares = lru_cache(maxsize=_KEPT_QUESTIONS)(lambda q: lexical.shares(q, glossary.mentions(q)))

    def search(
        self, question: str, documents: Sequence[str] | None = None, top: int | None = None
    ) -> list[NodeWithScore]:
        """The best nodes of these documents (None: all), one a clause, the best first."""
        if self.vectors is None:
            return []
        vector = self.vectors.encoder.get_query_embedding(question)
        return self._nodes(self.vectors, self._best(question, vector, documents, self._top if top is None else top))

    def hits(self, question: str, documents: Sequence[str] | None, top: int) -> list[ClauseHit]:
        """As `search`, the clauses alone: no node need be read for them."""
        if self.vectors is None:
            return []
        vector = self.vectors.encoder.get_query_embedding(question)
        passages = self._lexical.passages
        return [
            ClauseHit(passages.document(row), passages.clause(row), score)
            for row, score in self._best(question, vector, documents, top)
        ]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self.vectors is None:
            return []
        vector = query_bundle.embedding
        if vector is None:
            vector = self.vectors.encoder.get_agg_embedding_from_queries(query_bundle.embedding_strs)
        return self._nodes(self.vectors, self._best(query_bundle.query_str, vector, None, self._top))

    def _nodes(self, vectors: VectorIndex, best: Sequence[tuple[int, float]]) -> list[NodeWithScore]:
        nodes = vectors.nodes([self._lexical.passages[row].node for row, _ in best])
        return [NodeWithScore(node=node, score=score) for node, (_, score) in zip(nodes, best, strict=True)]

    def _best(
        self, question: str, vector: Sequence[float], documents: Sequence[str] | None, top: int
    ) -> list[tuple[int, float]]:
        """(row, score) of the best passages, one a clause, the best first."""
        if self.vectors is None or self._whole is None:
            return []
        query = unit(vector)
        words = self._shares(question)
        rows = self._lexical.rows_of(documents)
        if len(rows) > _SCORED_ALL:
            count = max(_CANDIDATES, 2 * top)
            if documents is None:
                near = [self._lexical.passages.row(node) for node in self.vectors.nearest(vector, count)]
            else:
                near = _nearest_of(rows, self._whole.similarities(query, rows), count)
            rows = np.array(sorted({*near, *self._lexical.best_rows(words, rows, count)}), dtype=np.intp)
        fused = np.zeros(len(words))
        fused[rows] = self._scores(words[rows], self._whole.similarities(query, rows), query, rows)
        return [(row, float(fused[row])) for row in self._lexical.best_rows(fused, rows, top)]

    def _scores(
        self,
        words: NDArray[np.float64],
        whole: NDArray[np.float64],
        query: NDArray[np.float32],
        rows: NDArray[np.intp],
    ) -> NDArray[np.float64]:
        """What each of these rows is worth, by its literal share and the cosine of its whole."""
        best_part = whole if self._parts is None else self._parts.similarities(query, rows)
        near = BEST_PART * np.maximum(best_part, 0.0) + WHOLE * np.maximum(whole, 0.0)
        return np.round((near + LITERAL * words) / (BEST_PART + WHOLE + LITERAL), DIGITS)


def _nearest_of(rows: NDArray[np.intp], cosines: NDArray[np.float64], count: int) -> list[int]:
    """The `count` rows of the highest cosines, those that are like the question at all."""
    near = np.argpartition(-cosines, count)[:count]
    found: list[int] = rows[near[cosines[near] > 0]].tolist()
    return found
