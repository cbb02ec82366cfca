"""Replies made wrong on purpose: one figure, unit, qualifier or marker changed, the same way for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Literal

Mutation = Literal["digit", "unit", "qualifier", "marker"]

_MARKER = re.compile(r"\[(\d+)\]")
_DIGIT = re.compile(r"[0-9](?![0-9]*\])")
_UNITS = (
    "万亿元",
    "亿元",
    "万元",
    "元",
    "公里",
    "平方米",
    "公顷",
    "亩",
    "万人",
    "人",
    "家",
    "个",
    "套",
    "吨",
    "%",
    "‰",
)
_UNIT = re.compile(r"(?<=\d)(\s*)(" + "|".join(map(re.escape, _UNITS)) + ")")
_QUALIFIERS = {
    "以上": "以内", "以内": "以上", "以下": "以上", "不少于": "不超过", "不低于": "不高于", "不超过": "不少于",
    "不高于": "不低于", "至少": "至多", "至多": "至少", "超过": "不足", "约": "超过", "左右": "以上",
}  # fmt: skip
_QUALIFIER = re.compile("|".join(sorted(_QUALIFIERS, key=len, reverse=True)))


def mutate(text: str, kind: Mutation, seed: int) -> str:
    """The text with one thing changed. Raises `ValueError` where it holds nothing of that kind."""
    pattern, change = _CHANGES[kind]
    found = list(pattern.finditer(text))
    if not found:
        raise ValueError(f"没有可以改动的内容（{kind}）：{text}")
    chance = random.Random(seed)
    one = chance.choice(found)
    return text[: one.start()] + change(one, chance) + text[one.end() :]


def _other_digit(found: re.Match[str], chance: random.Random) -> str:
    return chance.choice([digit for digit in "123456789" if digit != found.group()])


def _other_unit(found: re.Match[str], chance: random.Random) -> str:
    return found.group(1) + chance.choice([unit for unit in _UNITS if unit != found.group(2)])


def _other_qualifier(found: re.Match[str], _: random.Random) -> str:
    return _QUALIFIERS[found.group()]


def _other_marker(found: re.Match[str], chance: random.Random) -> str:
    return f"[{int(found.group(1)) + chance.randint(1, 9)}]"


_CHANGES: dict[Mutation, tuple[re.Pattern[str], Callable[[re.Match[str], random.Random], str]]] = {
    "digit": (_DIGIT, _other_digit),
    "unit": (_UNIT, _other_unit),
    "qualifier": (_QUALIFIER, _other_qualifier),
    "marker": (_MARKER, _other_marker),
}
