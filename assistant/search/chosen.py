"""The index of an encoder that was chosen in place of the shipped one: how it is made, and how it ranks clauses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from numpy.typing import NDArray

from assistant.errors import EncoderFault
from assistant.search.arrays import Arrays
from assistant.search.encoder import rows_of, unit_rows
from assistant.search.glossary import NO_GLOSSARY, Glossary
from assistant.search.lexical import LexicalIndex
from assistant.search.nodes import encoded_text
from assistant.search.parts import PartIndex
from assistant.search.retriever import DIGITS, LITERAL, ClauseRetriever
from assistant.search.vectors import VectorIndex

CHOSEN = "chosen"
"""The kind of its vectors among a document's arrays."""


def chosen_arrays(nodes: Sequence[TextNode], encoder: BaseEmbedding) -> Arrays:
    """The nodes' unit vectors, one a node, each with its headings. Their parts have none: such an encoder reads a sentence
    as a whole, and costs a thousand times what the shipped one does.

    Raises `EncoderFault` for vectors that are no numbers or differ in length.
    """
    try:
        rows = rows_of(encoder, [encoded_text(node) for node in nodes])
    except ValueError as error:  # numpy's for rows of different lengths
        raise EncoderFault(f"编码器“{encoder.model_name}”给出的向量长短不一") from error
    if not np.isfinite(rows).all():
        raise EncoderFault(f"编码器“{encoder.model_name}”给出的向量里有不是数的值")
    return {CHOSEN: unit_rows(rows)}


class ChosenRetriever(ClauseRetriever):
    """Finds the clauses that fit a question by vectors of a chosen encoder.

    score = (cosine of the whole + 0.3 · literal share) / 1.3, where the cosine is put between that of an average clause (0)
    and that of the nearest one (1): encoders differ in how near everything is to them. So scores order the clauses of one
    question, and say nothing of whether any of them answers it.
    """

    def __init__(
        self, lexical: LexicalIndex, vectors: VectorIndex, whole: PartIndex | None, glossary: Glossary = NO_GLOSSARY
    ) -> None:
        """`whole`: the same vectors as in `vectors`, by passage; None where there is no passage."""
        super().__init__(lexical, vectors, whole, None, glossary)

    def _scores(
        self,
        words: NDArray[np.float64],
        whole: NDArray[np.float64],
        query: NDArray[np.float32],  # noqa: ARG002 — as the base class has it
        rows: NDArray[np.intp],  # noqa: ARG002
    ) -> NDArray[np.float64]:
        if not len(whole):
            return whole
        middle, best = float(whole.mean()), float(whole.max())
        spread = best - middle
        near = np.clip((whole - middle) / spread, 0.0, 1.0) if spread > _ALIKE else np.ones_like(whole)
        return np.round((near + LITERAL * words) / (1.0 + LITERAL), DIGITS)


_ALIKE = 1e-6  # cosines that differ by no more say nothing
