"""Character pairs and their weights: how far a few words are covered by others.

Chinese has no blanks; pairs of neighbouring characters match partial names (停车位 in 公共停车位) without a dictionary.
A pair weighs by its rarity among the clauses, log(1 + N / (1 + clauses that hold it)), so that a word the plans do not
hold at all weighs most: that is what a refusal rests on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log
from typing import Protocol

import rjieba

_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9]+")


@lru_cache(maxsize=16384)
def pairs(text: str) -> frozenset[str]:
    """The neighbouring character pairs of each run of Han characters, and Latin words whole, in lower case."""
    found: set[str] = set()
    for run in _RUN.findall(text):
        if run[0].isascii():
            found.add(run.lower())
        elif len(run) == 1:
            found.add(run)
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


@dataclass(frozen=True)
class Word:
    """A word of a question as its pairs. `joined`: a single character, paired with the word before it."""

    text: str
    pairs: tuple[str, ...]
    joined: bool = False


@lru_cache(maxsize=4096)
def question_words(terms: str) -> tuple[Word, ...]:
    """The words of a question's terms; pairs across words are left out, for word order is free.

    A word of one character joins the word before it (充电 桩 gives 充电, 电桩).
    """
    words: list[Word] = []
    for run in _RUN.findall(terms):
        if run[0].isascii():
            words.append(Word(run, (run.lower(),)))
            continue
        previous = ""
        for word in rjieba.cut(run):
            if len(word) > 1:
                words.append(Word(word, tuple(word[i : i + 2] for i in range(len(word) - 1))))
            elif previous:
                words.append(Word(word, (previous[-1] + word,), joined=True))
            elif terms == word:
                words.append(Word(word, (word,), joined=True))
            previous = word
    return tuple(words)


# A conjunction that a word was cut with (和准 独角兽) says nothing about the word.
_CONJUNCTIONS = frozenset("和与及或并的之")


@lru_cache(maxsize=4096)
def _spelled(terms: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each word of two characters or more with, for every character but conjunctions, the pairs that spell it: those
    with its neighbours in the run, across the word's own borders too, since words are cut by guess."""
    spelled: list[tuple[str, tuple[str, ...]]] = []
    for run in _RUN.findall(terms):
        if run[0].isascii():
            spelled.append((run, (run.lower(),)))
            continue
        at = 0
        for word in rjieba.cut(run):
            if len(word) > 1:
                letters = [i for i in range(at, at + len(word)) if run[i] not in _CONJUNCTIONS]
                spelled.append((word, tuple(f"{run[max(0, i - 1) : i + 1]} {run[i : i + 2]}" for i in letters)))
            at += len(word)
    return tuple(spelled)


def without(terms: str, holds: Callable[[str], bool]) -> tuple[str, ...]:
    """The words of the terms that have a character which no held pair spells: 地铁, where nothing holds 地铁."""
    return tuple(
        word
        for word, letters in _spelled(terms)
        if letters and not all(any(holds(pair) for pair in letter.split(" ")) for letter in letters)
    )


class Counts(Protocol):
    """How many clauses hold a pair, and how many there are."""

    clauses: int

    def __getitem__(self, pair: str) -> int: ...


class PairWeights:
    """Inverse document frequencies of pairs over a set of clauses."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._total = max(counts.clauses, 1)

    def __getitem__(self, pair: str) -> float:
        return log(1 + self._total / (1 + self._counts[pair]))

    def known(self, pair: str) -> bool:
        return self._counts[pair] > 0

    def holders(self, pair: str) -> int:
        """How many clauses hold the pair."""
        return self._counts[pair]

    def sum(self, found: Iterable[str]) -> float:
        return fsum(self[pair] for pair in found)  # the same in whatever order a set has its pairs
