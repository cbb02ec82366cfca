"""Vectors without a model: the same text has the same one, and texts that share words are near each other."""

from __future__ import annotations

import hashlib
import math


def vector(text: str, dimensions: int) -> list[float]:
    """Of length 1."""
    counted = [0.0] * dimensions
    for gram in _grams(text):
        digest = hashlib.blake2b(gram.encode(), digest_size=8).digest()
        counted[int.from_bytes(digest[:6], "big") % dimensions] += 1.0 if digest[7] & 1 else -1.0
    length = math.sqrt(sum(value * value for value in counted))
    return [value / length for value in counted] if length else [1.0, *counted[1:]]


def nearness(one: str, other: str) -> float:
    """How much of their wording two texts share, from 0 to 1."""
    ours, theirs = set(_grams(one)), set(_grams(other))
    return len(ours & theirs) / len(ours | theirs)


def _grams(text: str) -> list[str]:
    return [text, *(text[at : at + 2] for at in range(len(text) - 1)), *text]
