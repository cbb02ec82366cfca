"""What the trained encoder is set against: hashed words and character n-grams, weighted by how rare they are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from zlib import crc32

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

from assistant.search.lexical import tokens

DIMENSIONS = 512
"""Twice as many find no more once fused with BM25 (`make bench`), and cost a fifth of the indexing time."""

_SIGNS_OF = 2  # dimensions that a feature is spread over; two keep one collision from deciding

_NOTHING = np.zeros(0, dtype=np.uint32)


class HashingEmbedding(BaseEmbedding):
    """Text → unit vector, shape (dimensions,), float32 values; the zero vector for a text without words.

    A feature (a word, or one to three characters in a row) weighs (1 + ln tf) · idf with idf = ln(1 + (N − df
    + ½) / (df + ½)) from the clauses it was fitted on (Robertson & Spärck Jones 1976), and is added with
    signs to dimensions that its CRC-32 names (Weinberger et al. 2009).
    """

    model_name: str = "hashing"
    dimensions: int = DIMENSIONS
    _keys: NDArray[np.uint32] = PrivateAttr()
    _counts: NDArray[np.uint32] = PrivateAttr()
    _texts: int = PrivateAttr()
    # What `fit` counted: the same texts are encoded next, each once.
    _counted_already: dict[str, tuple[NDArray[np.uint32], NDArray[np.intp]]] = PrivateAttr(default_factory=dict)

    def __init__(
        self, keys: NDArray[np.uint32], counts: NDArray[np.uint32], texts: int, dimensions: int = DIMENSIONS
    ) -> None:
        """`keys` are hashes of features, ascending; `counts` in how many of the `texts` each stands."""
        super().__init__(embed_batch_size=1000)
        self.dimensions = dimensions
        self._keys, self._counts, self._texts = keys, counts, texts

    @classmethod
    def fit(cls, texts: Iterable[str], dimensions: int = DIMENSIONS) -> HashingEmbedding:
        """Count in how many texts each feature stands."""
        texts = list(texts)
        counted = {text: _counted(text) for text in dict.fromkeys(texts)}
        keys, counts = np.unique(np.concatenate([counted[text][0] for text in texts] or [_NOTHING]), return_counts=True)
        fitted = cls(keys, counts.astype(np.uint32), len(texts), dimensions)
        fitted._counted_already = counted
        return fitted

    def _vector(self, text: str) -> list[float]:
        known = text in self._counted_already
        keys, counts = self._counted_already.pop(text) if known else _counted(text)
        weights = (1 + np.log(counts)) * self._rarity(keys)
        vector = np.zeros(self.dimensions)
        for turn in range(_SIGNS_OF):
            spread = _scrambled(keys, turn)
            signs = np.where(spread & 1, 1.0, -1.0)
            np.add.at(vector, (spread >> np.uint32(1)) % self.dimensions, signs * weights)
        length = float(np.linalg.norm(vector))
        unit: list[float] = (vector / length if length else vector).astype(np.float32).tolist()
        return unit

    def _rarity(self, keys: NDArray[np.uint32]) -> NDArray[np.float64]:
        counts = np.zeros(len(keys))
        if len(self._keys):
            places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            counts = np.where(self._keys[places] == keys, self._counts[places], 0).astype(np.float64)
        return np.log1p((self._texts - counts + 0.5) / (counts + 0.5))

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._vector(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vector(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._vector, query)


def features(text: str) -> list[str]:
    """Words and character pairs, and the single characters and triples of each word run, with repeats."""
    found = tokens(text)
    compact = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    found.extend(compact)
    found.extend(compact[place : place + 3] for place in range(len(compact) - 2))
    return found


def _counted(text: str) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """The hashes of a text's features, ascending (so that sums run in one order), and how often each stands
    there."""
    hashes = [crc32(feature.encode("utf-8", "replace")) for feature in features(text)]
    return np.unique(np.array(hashes, dtype=np.uint32), return_counts=True)


def _scrambled(keys: NDArray[np.uint32], turn: int) -> NDArray[np.uint32]:
    """Another hash of each key a turn (the finaliser of MurmurHash3, seeded by the turn)."""
    mixed = keys ^ np.uint32((0x9E3779B9 * (turn + 1)) & 0xFFFFFFFF)
    mixed = (mixed ^ (mixed >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return mixed ^ (mixed >> np.uint32(16))
