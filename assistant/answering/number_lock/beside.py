"""Which words of a text belong to which of its figures.

Before a figure stand its words from the figure before it on; behind it the thing counted, up to the next stop or
conjunction (2000个公共停车位和8个充电站). 分别 shares a list of names out over a list of figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_STOP = re.compile(r"[，,、；;。！？!?：:\n|（）()｜—–=＝/]|\.\s|\.$")
_CONJUNCTION = re.compile(r"以及|和(?!谐|平)|及其?|(?<![参赋])与|或者?|而|比(?![重例率值])|\band\b|\bwith\b")
_CLAUSE_END = re.compile(r"[；;。！？!?\n]")
_JOINED = re.compile(r"\s?(?:、|和|及|与|，|,|以及|/|\band\b)\s?")
_EACH = re.compile(r"(?:分别|依次|各自|各)(?:[^，,；;。:：]{0,12})$")
_NAME_SIGN = re.compile(r"\s?(?:、|以及|和(?!谐|平)|及其?|(?<![参赋])与|，|,)\s?")


@dataclass(frozen=True)
class Beside:
    """`parts` are the words before a figure, cut at stops, the nearest last; `after` those behind it. `wide` are all the
    words of the sentence up to and around the figure."""

    parts: tuple[str, ...]
    after: str
    wide: str


def beside(text: str, spans: Sequence[tuple[int, int]]) -> list[Beside]:
    """The words beside each of a text's figures, in order; `spans` are theirs."""
    befores: list[str] = []
    afters: list[str] = []
    position = 0
    for index, (start, end) in enumerate(spans):
        befores.append(text[position:start])
        following = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        gap = text[end:following]
        cut = _first_cut(gap)
        is_last = index + 1 == len(spans)
        if cut is None and not is_last:
            # 210项重大项目的年度投资300亿元: both have it, the first only the noun.
            head = gap.partition("的")[0] if not gap.startswith("的") else gap
            afters.append(head)
            position = end
        else:
            place = len(gap) if cut is None else cut
            afters.append(gap[:place])
            position = end + place
    shared = _shared_out(text, spans)
    found: list[Beside] = []
    for index, (start, end) in enumerate(spans):
        stop = _CLAUSE_END.search(text, end)
        wide = text[: stop.start() if stop else len(text)]
        if index in shared:
            found.append(Beside((shared[index],), "", wide))
            continue
        parts = tuple(part for part in _STOP.split(befores[index]) if part.strip())
        found.append(Beside(parts, afters[index], wide))
    return found


def _first_cut(gap: str) -> int | None:
    stops = [match.start() for match in (_STOP.search(gap), _CONJUNCTION.search(gap)) if match]
    return min(stops) if stops else None


def _shared_out(text: str, spans: Sequence[tuple[int, int]]) -> dict[int, str]:
    """The name of each figure of a list that 分别 shares out, by the figure's index."""
    found: dict[int, str] = {}
    index = 0
    while index < len(spans):
        last = index
        while last + 1 < len(spans) and _JOINED.fullmatch(text, spans[last][1], spans[last + 1][0]):
            last += 1
        count = last - index + 1
        if count > 1:
            names = _names_before(text, spans[index - 1][1] if index else 0, spans[index][0], count)
            for place, name in enumerate(names):
                found[index + place] = name
        index = last + 1
    return found


def _names_before(text: str, floor: int, start: int, count: int) -> list[str]:
    """As many names as there are figures, listed before 分别; none where they do not match."""
    lead = text[floor:start]
    each = _EACH.search(lead)
    if each is None:
        return []
    verb = re.sub(r"分别|依次|各自|各", "", each.group())
    region = re.split(r"[；;。:：]", lead[: each.start()])[-1].rstrip("，, ")
    names = [name for name in _NAME_SIGN.split(region) if name.strip()]
    if len(names) < count:
        return []
    return [f"{name}{verb}" for name in names[-count:]]


def adjoining(spans: Sequence[tuple[int, int]]) -> list[int]:
    """The gaps between neighbouring spans."""
    return [other[0] - one[1] for one, other in pairwise(spans)]
