"""Which texts share a long piece with a document that is measured on.

The documents themselves are not all in the project, so their pieces are kept as hashes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PIECE = 60
"""Characters, of letters, digits and Han alone: line breaks and marks differ from one copy of a text to another."""
MEASURED = Path(__file__).parent / "measured-pieces.npy"

_KEPT, _IGNORED = re.compile(r"[^\W_]"), re.compile(r"[\W_]+")
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 1 << 64)


class MeasuredPieces:
    """Hashes of every piece of 60 characters of the measured documents."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        """`hashes`: ascending, shape (pieces,)."""
        self.hashes = hashes

    @classmethod
    def of(cls, texts: Iterable[str]) -> MeasuredPieces:
        """The pieces of these texts."""
        return cls(np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *map(piece_hashes, texts)])))

    @classmethod
    def load(cls, path: Path = MEASURED) -> MeasuredPieces:
        """Read what `save` wrote."""
        return cls(np.load(path))

    def save(self, path: Path = MEASURED) -> None:
        """Write the hashes, as a NumPy array."""
        np.save(path, self.hashes)

    def touch(self, text: str) -> bool:
        """Whether a text shares a piece with a measured document."""
        return bool(len(self._shared(text)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The pieces that a text shares with a measured document, as offsets of the text, ascending."""
        kept = [match.start() for match in _KEPT.finditer(text)]
        return [(kept[place], kept[place + PIECE - 1] + 1) for place in self._shared(text).tolist()]

    def _shared(self, text: str) -> NDArray[np.intp]:
        """The numbers of the pieces that are shared."""
        hashes = piece_hashes(text)
        if not len(hashes) or not len(self.hashes):
            return np.zeros(0, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.flatnonzero(self.hashes[places] == hashes)


def piece_hashes(text: str) -> NDArray[np.uint64]:
    """A polynomial hash modulo 2^64 (Karp & Rabin 1987) of every piece of a text, shape (pieces,)."""
    codes = np.frombuffer(_IGNORED.sub("", text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
        np.uint64
    )
    if len(codes) < PIECE:
        return np.zeros(0, dtype=np.uint64)
    # Unsigned arithmetic wraps around, which is what modulo 2^64 means.
    falling = _powers(_INVERSE, len(codes))
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(codes * falling, dtype=np.uint64)])
    return (sums[PIECE:] - sums[:-PIECE]) * _powers(_BASE, len(codes) - PIECE + 1)


def _powers(base: int, count: int) -> NDArray[np.uint64]:
    return np.concatenate(
        [np.ones(1, dtype=np.uint64), np.cumprod(np.full(count - 1, base, dtype=np.uint64), dtype=np.uint64)]
    )
