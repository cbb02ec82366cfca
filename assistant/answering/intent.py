"""What kind of question is asked, told by a classifier that was fitted to questions of all kinds (`training/intent.py`).

Rules know the words that somebody thought of; people say the same in countless ways. The classifier sees runs of one to
three characters, with numbers, years and units made alike, and knows nothing of any plan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np

from assistant.answering.question_words import SCALE_WORDS, UNITS
from assistant.plan.scan import read_quantities

Intent = Literal[
    "figure", "several", "sum", "difference", "ratio", "average", "compare", "scale", "own", "collect", "count",
    "yes_no", "mentioned", "result", "text", "where", "outline", "document", "scope", "smalltalk", "unclear", "hostile",
]  # fmt: skip
INTENTS: tuple[Intent, ...] = get_args(Intent)
# What a later turn does with the turns before it: the same of another thing, something else of the same thing, a reckoning
# with what was asked, its source, a contradiction, another year or place; or nothing: it stands alone.
Turn = Literal["f_thing", "f_same", "f_reckon", "f_basis", "f_correct", "f_scope", "f_alone"]
TURNS: tuple[Turn, ...] = get_args(Turn)
FITTED, FITTED_TO_TURNS = (Path(__file__).with_name(name) for name in ("intent.npz", "turn.npz"))
LONGEST_GRAM = 3

_YEAR = re.compile(r"(?:19|20)\d\d年?")
_UNIT_ASKED = re.compile(rf"(?<=[几少])(?:{SCALE_WORDS})?(?:{UNITS})")


def marked(text: str) -> str:
    """The question (plain characters) with ＃ for every number, ￥ for years, u for a unit asked for, and its ends marked."""
    for quantity in reversed(read_quantities(text)):
        if quantity.kind != "threshold":
            text = f"{text[: quantity.start]}＃{text[quantity.end :]}"
    text = re.sub(r"\d+", "＃", _YEAR.sub("￥", text))
    return f"^{_UNIT_ASKED.sub('u', text)}$"


def grams(text: str) -> Counter[str]:
    """How often each run of one to three characters occurs in the marked question."""
    said = marked(text)
    return Counter(
        said[start : start + length] for length in range(1, LONGEST_GRAM + 1) for start in range(len(said) - length + 1)
    )


class IntentModel:
    """A multinomial logit over tf-idf of character runs. `weights`: shape (grams, labels)."""

    def __init__(self, path: Path) -> None:
        held = np.load(path)
        self._place = {str(gram): place for place, gram in enumerate(held["grams"])}
        self._rarity = held["rarity"].astype(np.float32)
        self._weights = held["weights"].astype(np.float32)
        self._bias = held["bias"].astype(np.float32)
        self._labels = [str(label) for label in held["labels"]]

    def __call__(self, text: str) -> dict[str, float]:
        """How likely each label is, in sum 1."""
        known = [(self._place[gram], count) for gram, count in grams(text).items() if gram in self._place]
        scores = self._bias
        if known:
            places = np.array([place for place, _ in known])
            weight = (1 + np.log([count for _, count in known])) * self._rarity[places]
            scores = scores + (weight / np.linalg.norm(weight)) @ self._weights[places]
        likely = np.exp(scores - scores.max())
        return dict(zip(self._labels, map(float, likely / likely.sum()), strict=True))


@cache
def _fitted(path: Path) -> IntentModel:
    return IntentModel(path)


@lru_cache(maxsize=1024)
def intents(text: str) -> Mapping[Intent, float]:
    """How likely each intent of a question (plain characters) is."""
    return cast("Mapping[Intent, float]", _fitted(FITTED)(text))


@lru_cache(maxsize=1024)
def turns(text: str) -> Mapping[Turn, float]:
    """How likely each way in which a later turn goes on is."""
    return cast("Mapping[Turn, float]", _fitted(FITTED_TO_TURNS)(text))
