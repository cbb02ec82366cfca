"""Which documents' texts hold some words, letter by letter.

Every neighbouring pair of characters says which texts have it; only those that have all pairs of the words are looked
through. Asking four hundred texts one after the other takes milliseconds a word, and a question asks of dozens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.search.arrays import Arrays
from assistant.search.postings import Postings

CHARACTERS = "characters"
_KEPT = 8192  # words whose documents are kept


def character_arrays(text: str) -> Arrays:
    """The character pairs of one document's text, and its characters, for `Postings`."""
    codes = _codes(text)
    return {CHARACTERS: np.unique(np.concatenate([_pairs(codes), codes << np.uint32(16)]))}


class TextIndex:
    """Finds words in the texts of a library. Threads may share it."""

    def __init__(self, postings: Postings, documents: Sequence[str], text_of: Callable[[str], str]) -> None:
        self._postings, self._documents, self._text_of = postings, documents, text_of
        self.holding = lru_cache(maxsize=_KEPT)(self._holding)

    def _holding(self, words: str) -> frozenset[str]:
        """The documents whose text holds the words as they stand."""
        if not words:
            return frozenset(self._documents)
        codes = _codes(words)
        keys = np.unique(_pairs(codes) if len(codes) > 1 else codes << np.uint32(16)).tolist()
        found = frozenset.intersection(*map(self._postings.documents_with, keys))
        return frozenset(document for document in found if words in self._text_of(document))


def _codes(text: str) -> NDArray[np.uint32]:
    """Characters as numbers below 2¹⁶: two may share one, and the text decides."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32) & np.uint32(0xFFFF)


def _pairs(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return (codes[:-1] << np.uint32(16)) | codes[1:]
