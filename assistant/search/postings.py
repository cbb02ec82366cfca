"""Which documents hold something: for every key of a kind of `DocumentArrays`, the documents that have it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.search.arrays import Array, DocumentArrays

_KEPT = 8192  # keys whose documents are kept


class Postings:
    """Keys and their documents. Immutable; threads may share it."""

    def __init__(self, documents: Sequence[str], keys: Array, first: Array, holders: Array) -> None:
        """`keys` ascending; `holders[first[i] : first[i + 1]]` are the places in `documents` of those with `keys[i]`."""
        self._documents, self._keys, self._first, self._holders = documents, keys, first, holders
        self.documents_with = lru_cache(maxsize=_KEPT)(self._documents_with)

    @staticmethod
    def write(path: Path, arrays: DocumentArrays, kind: str) -> None:
        """Work the postings out from an array of keys, each once a document, and write them to a file."""
        keys = arrays.all(kind)
        holders = np.repeat(np.arange(len(arrays.bounds(kind)) - 1, dtype=np.int32), np.diff(arrays.bounds(kind)))
        order = np.argsort(keys, kind="stable")
        distinct, first = np.unique(keys[order], return_index=True)
        np.savez(path, keys=distinct, first=np.append(first, len(keys)).astype(np.int64), holders=holders[order])

    @classmethod
    def load(cls, path: Path, documents: Sequence[str]) -> Postings:
        """Read what `write` wrote; `documents` as the arrays have them."""
        with np.load(path) as held:
            return cls(documents, held["keys"], held["first"], held["holders"])

    def _documents_with(self, key: int) -> frozenset[str]:
        """The documents that have a key."""
        return frozenset(self._documents[place] for place in self._places(key).tolist())

    def _places(self, key: int) -> NDArray[np.int32]:
        at = int(np.searchsorted(self._keys, self._keys.dtype.type(key))) if len(self._keys) else 0
        if at == len(self._keys) or self._keys[at] != key:
            return np.zeros(0, dtype=np.int32)
        found: NDArray[np.int32] = self._holders[self._first[at] : self._first[at + 1]]
        return found
