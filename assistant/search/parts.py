"""Vectors of the parts of passages and of what the ledger found in them: a long task says many things, and its average
is like none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from numpy.typing import NDArray

from assistant.search.arrays import Arrays, DocumentArrays
from assistant.search.encoder import rows_of, unit_rows
from assistant.search.nodes import FIGURE_SEPARATOR, encoded_text

_FEW_RUNS = (
    16  # passages a run of neighbouring ones, on average, from which on copying them costs more than going over them
)
_KEPT_PARTS = 40_000  # kept in memory at full precision (40 MB), which saves a millisecond a question
_PAUSE = re.compile(r"(?<=[,，;；:：。\n])")
_SHORTEST = 12  # characters; what is shorter (如期建成, 力争) goes with what follows it


class PartIndex:
    """The cosine of a vector to the best part of each passage. Immutable; threads may share it."""

    def __init__(self, matrix: NDArray[np.floating], first: NDArray[np.intp]) -> None:
        """`matrix`: unit rows, shape (parts, dimensions), in the passages' order; the parts of passage i are the rows
        from `first[i]` to `first[i + 1]`. A large matrix may stay on disk: what is asked for is read."""
        small = len(matrix) <= _KEPT_PARTS
        self._matrix, self._first = matrix.astype(np.float32) if small else matrix, first

    @classmethod
    def of(cls, nodes: Sequence[TextNode], encoder: BaseEmbedding) -> PartIndex:
        """Over the parts of the nodes, in their order."""
        held = part_arrays(nodes, encoder)
        return cls(held["parts"], _places(held["part_counts"]))

    @classmethod
    def of_wholes(cls, nodes: Sequence[TextNode], encoder: BaseEmbedding) -> PartIndex:
        """Over the nodes as wholes, one part each."""
        return cls(whole_arrays(nodes, encoder)["whole"], np.arange(len(nodes) + 1))

    @classmethod
    def stored(cls, arrays: DocumentArrays) -> PartIndex:
        """Over what `part_arrays` made of documents."""
        return cls(arrays.all("parts"), _places(arrays.all("part_counts")))

    @classmethod
    def stored_wholes(cls, arrays: DocumentArrays, kind: str = "whole") -> PartIndex:
        """Over what `whole_arrays` made of documents, or another kind of vectors, one a node."""
        return cls(arrays.all(kind), np.arange(len(arrays.all(kind)) + 1))

    def similarities(self, vector: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """The best part's cosine of each of these passages, ascending, to a unit vector, shape (rows,)."""
        if not len(rows):
            return np.zeros(0)
        counts = self._first[rows + 1] - self._first[rows]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        if len(breaks) * _FEW_RUNS < len(rows):  # whole documents: each is looked at where it lies
            runs = zip([0, *breaks.tolist()], [*breaks.tolist(), len(rows)], strict=True)
            chosen = [self._matrix[self._first[rows[a]] : self._first[rows[b - 1] + 1]] for a, b in runs]
        else:
            places = np.arange(counts.sum()) - np.repeat(starts, counts) + np.repeat(self._first[rows], counts)
            chosen = [self._matrix[places]]
        # einsum sums each row by itself, unlike a matrix product: what else is scored changes no digit.
        each = [np.einsum("ij,j->i", np.asarray(run, dtype=np.float32), vector) for run in chosen]
        cosines = np.concatenate(each).astype(np.float64)
        best: NDArray[np.float64] = np.maximum.reduceat(cosines, starts)
        return best


def _places(counts: NDArray[np.int32]) -> NDArray[np.intp]:
    """Where the parts of each passage begin, and where the last one's end."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)


def part_arrays(nodes: Sequence[TextNode], encoder: BaseEmbedding) -> Arrays:
    """The unit vectors of the nodes' parts, of each node in turn, and how many parts each has."""
    cut = [windows(node.text) + _indicators(node) for node in nodes]
    rows = unit_rows(rows_of(encoder, [part for each in cut for part in each]))
    # Half precision: the cosines are rounded to six digits, and differ from exact ones in the fourth at most.
    return {"parts": rows.astype(np.float16), "part_counts": np.array(list(map(len, cut)), dtype=np.int32)}


def whole_arrays(nodes: Sequence[TextNode], encoder: BaseEmbedding) -> Arrays:
    """The nodes' own unit vectors, one a node: with its headings, as it stands in Chroma."""
    return {"whole": unit_rows(rows_of(encoder, [encoded_text(node) for node in nodes]))}


def _indicators(node: TextNode) -> list[str]:
    """What the ledger says the figures of a node are of: names complete in themselves, where the text shares a verb
    among several."""
    return [words for words in node.metadata.get("indicators", "").split(FIGURE_SEPARATOR) if words]


def windows(text: str) -> list[str]:
    """The parts of a passage and every two neighbours together: what is asked may stand on both sides of a comma."""
    found = parts(text)
    return found + [first + second for first, second in pairwise(found)]


def parts(text: str) -> list[str]:
    """A passage cut at its pauses into parts of twelve characters or more, at least one; nothing but blanks is lost."""
    found: list[str] = []
    held = ""
    for piece in _PAUSE.split(text):
        held += piece
        if len(held) >= _SHORTEST:
            found.append(held)
            held = ""
    if held.strip() or not found:
        found[-1:] = [found[-1] + held] if found else [held]
    return found
