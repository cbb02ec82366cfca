"""Word vectors from plain text, before any pair is learned.

Counts which words stand near which, weighs them as positive pointwise mutual information, and keeps the strongest
dimensions (Levy, Goldberg & Dagan 2015): as good as skip-gram at this size of text, in two minutes, and the same at
every run, which skip-gram on two threads is not. A Han character's row is the sum of the rows of the words that it
stands in, so that a word never seen still has a vector.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import rjieba
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from assistant.search.lexical import words_and_characters
from training.texts import TrainingText, sentences

DIMENSIONS = 256
VOCABULARY = 46_000
"""Words and characters. With 256 dimensions in eight bits, 12 MB."""
_CONTEXTS = 40_000
_SELDOM = 5
_WINDOW = 6
_PLANS_WEIGH = 3.0
"""A plan's sentence counts as three of the news: there is ten times as much of these."""
_CONTEXT_SMOOTHING = 0.75
_FREQUENCY_SCALE = 1e-2
"""A word's length is a / (a + p), p its share of the text (Arora, Liang & Ma 2017, whose a is smaller; here the pairs
learn the rest, and a frequent word must stay within their reach)."""
_CHARACTER_SHARE = 0.013  # p of every character: about two fifths of a rare word's length

_RUN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[a-z]+|[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class WordVectors:
    """`tokens[i]` has row i of `matrix`, shape (tokens, dimensions), float32."""

    tokens: tuple[str, ...]
    matrix: NDArray[np.float32]


@dataclass(frozen=True)
class _Stream:
    """Words as numbers, −1 after each sentence; `sentence` and `weight` of every place."""

    words: tuple[str, ...]
    places: NDArray[np.int32]
    sentence: NDArray[np.int64]
    weight: NDArray[np.float32]


def learn_vectors(text: TrainingText, needed: Iterable[str], seed: int) -> WordVectors:
    """Vectors of the commonest words and of all characters; the words of the texts in `needed` go first."""
    stream = _read(text)
    counts = np.bincount(stream.places[stream.places >= 0], minlength=len(stream.words))
    near, rows = _cooccurrence(stream, counts)
    names = [stream.words[row] for row in rows]
    # Han characters first: their rows are sums.
    characters = sorted({c for name in names if _han(name) for c in name})
    number = {character: place for place, character in enumerate(characters)}
    pairs = [(number[c], place) for place, name in enumerate(names) if _han(name) for c in set(name)]
    held = sp.csr_matrix(
        (np.ones(len(pairs), dtype=np.float32), tuple(zip(*pairs, strict=True))), shape=(len(characters), len(names))
    )
    wanted = Counter(word for line in needed for word in set(words_and_characters(line)))
    order = sorted(
        (place for place, name in enumerate(names) if name not in number),
        key=lambda place: (wanted[names[place]] == 0, -counts[rows[place]], names[place]),
    )[: VOCABULARY - len(characters)]
    matrix = _factors(sp.vstack([held @ near, near[order]]).tocsr(), near, seed)
    shares = np.concatenate([np.full(len(characters), _CHARACTER_SHARE), counts[rows[order]] / counts.sum()])
    matrix *= (_FREQUENCY_SCALE / (_FREQUENCY_SCALE + shares))[:, None]
    # Adam's steps are absolute: what they move must have a known size.
    matrix *= _MEAN_LENGTH / np.linalg.norm(matrix, axis=1).mean()
    return WordVectors((*characters, *(names[place] for place in order)), matrix.astype(np.float32))


_MEAN_LENGTH = 0.9


def _han(word: str) -> bool:
    return "\u4e00" <= word[0] <= "\u9fff"


def _read(text: TrainingText) -> _Stream:
    numbers: dict[str, int] = {}
    places = array("i")
    weights: list[float] = []
    for weight, texts in ((1.0, text.news), (_PLANS_WEIGH, [plan.text for plan in text.plans])):
        for each in texts:
            for sentence in sentences(each.lower()):
                before = len(places)
                for run in _RUN.findall(sentence):
                    cut: Sequence[str] = rjieba.cut(run) if _han(run) else ["0" if run[0].isdigit() else run]
                    places.extend(numbers.setdefault(word, len(numbers)) for word in cut)
                if len(places) > before:
                    places.append(-1)
                    weights.append(weight)
    flat = np.frombuffer(places, dtype=np.int32)
    sentence_of = np.cumsum(flat < 0) - (flat < 0)
    return _Stream(tuple(numbers), flat, sentence_of, np.array(weights, dtype=np.float32)[sentence_of])


def _cooccurrence(stream: _Stream, counts: NDArray[np.intp]) -> tuple[sp.csr_matrix, NDArray[np.intp]]:
    """How often each word stands near each context word, nearer ones counting more; and which words the rows are."""
    rows = np.flatnonzero(counts >= _SELDOM)
    contexts = np.argsort(-counts, kind="stable")[:_CONTEXTS]
    contexts = contexts[counts[contexts] >= _SELDOM]
    row, column = _numbered(stream, rows), _numbered(stream, contexts)
    near = sp.csr_matrix((len(rows), len(contexts)), dtype=np.float32)
    for distance in range(1, _WINDOW + 1):
        together = stream.sentence[:-distance] == stream.sentence[distance:]
        weight = stream.weight[:-distance] * np.float32((_WINDOW - distance + 1) / _WINDOW)
        for first, second in ((row[:-distance], column[distance:]), (row[distance:], column[:-distance])):
            counted = together & (first >= 0) & (second >= 0)
            near = near + sp.coo_matrix((weight[counted], (first[counted], second[counted])), shape=near.shape).tocsr()
    return near, rows


def _numbered(stream: _Stream, words: NDArray[np.intp]) -> NDArray[np.int32]:
    """Every place of the stream as a number among `words`, −1 for other words and sentence ends."""
    number = np.full(len(stream.words), -1, dtype=np.int32)
    number[words] = np.arange(len(words))
    return np.where(stream.places >= 0, number[stream.places], -1)


def _factors(rows: sp.csr_matrix, near: sp.csr_matrix, seed: int) -> NDArray[np.float32]:
    """Unit rows of U·√S of the positive mutual information, shape (rows, DIMENSIONS)."""
    given = rows.tocoo()
    context = np.asarray(near.sum(axis=0)).ravel() ** _CONTEXT_SMOOTHING
    context /= context.sum()
    information = np.log(given.data / (np.asarray(rows.sum(axis=1)).ravel()[given.row] * context[given.col]))
    positive = information > 0
    matrix = sp.csr_matrix(
        (information[positive].astype(np.float32), (given.row[positive], given.col[positive])), shape=rows.shape
    )
    left, strengths, _ = randomized_svd(matrix, DIMENSIONS, n_iter=4, random_state=seed)
    factors = left * np.sqrt(strengths)
    lengths = np.linalg.norm(factors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return factors / lengths
