"""Vectors of the parts of passages and of what the ledger found in them: a long task says many things, and its average
is like none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from numpy.typing import NDArray

from assistant.search.nodes import FIGURE_SEPARATOR

_FILE = "parts.npz"
_PAUSE = re.compile(r"(?<=[,，;；:：。\n])")
_SHORTEST = 12  # characters; what is shorter (如期建成, 力争) goes with what follows it


class PartIndex:
    """The cosine of a vector to the best part of each passage. Immutable; threads may share it."""

    def __init__(self, matrix: NDArray[np.float32], first: NDArray[np.intp]) -> None:
        """`matrix`: unit rows, shape (parts, dimensions), in the passages' order; the parts of passage i are the rows
        from `first[i]` to `first[i + 1]`."""
        self._matrix, self._first = matrix, first

    @staticmethod
    def build(folder: Path, nodes: Sequence[TextNode], encoder: BaseEmbedding) -> None:
        """Encode the parts of the nodes, in their order, into a folder, which is made."""
        cut = [windows(node.text) + _indicators(node) for node in nodes]
        rows = encoder.get_text_embedding_batch([part for each in cut for part in each])
        matrix = np.asarray(rows, dtype=np.float32)
        lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
        first = np.cumsum([0, *map(len, cut)], dtype=np.int64)
        folder.mkdir(parents=True)
        # Half precision: the cosines are rounded to six digits, and differ from exact ones in the fourth at most.
        np.savez(folder / _FILE, matrix=(matrix / np.where(lengths == 0, 1, lengths)).astype(np.float16), first=first)

    @classmethod
    def load(cls, folder: Path) -> PartIndex:
        """Read what `build` wrote."""
        with np.load(folder / _FILE) as held:
            return cls(held["matrix"].astype(np.float32), held["first"].astype(np.intp))

    def similarities(self, vector: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """The best part's cosine of each of these passages, ascending, to a unit vector, shape (rows,)."""
        if not len(rows):
            return np.zeros(0)
        counts = self._first[rows + 1] - self._first[rows]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        first, last = rows[0], rows[-1]
        if last - first + 1 == len(rows):  # one document's, or all: no copy
            chosen = self._matrix[self._first[first] : self._first[last + 1]]
        else:
            chosen = self._matrix[
                np.arange(counts.sum()) - np.repeat(starts, counts) + np.repeat(self._first[rows], counts)
            ]
        # einsum sums each row by itself: what else is scored changes no digit.
        cosines = np.einsum("ij,j->i", chosen, vector).astype(np.float64)
        best: NDArray[np.float64] = np.maximum.reduceat(cosines, starts)
        return best


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
