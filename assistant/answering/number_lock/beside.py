"""Which words of a text belong to which of its figures.

Before a figure stand its words from the figure before it on; behind it the thing counted, up to the next stop or
conjunction (2000个公共停车位和8个充电站). 分别 shares a list of names out over a list of figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_STOP = re.compile(r"[，,、；;。！？!?：:\n|（）()｜—–=＝/]|\.\s|\.$")
_CONJUNCTION = re.compile(r"以及|和(?!谐|平)|及其?|(?<![参赋])与|或者?|而|比(?![重例率值])|\band\b|\bwith\b")
_SAYS_WHAT_IT_IS = re.compile(r"\s*[”」]?(?:是|为|指|即是|对应|说的是|系)")
_REMARK = re.compile(r"[（(]([^（）()\d]{1,20})[)）]")  # 1300根（快充）
_HARD_STOP = re.compile(r"[，,；;。！？!?\n|]")
_CLAUSE_END = re.compile(r"[；;。！？!?\n]")
_JOINED = re.compile(r"\s?(?:、|和|及|与|，|,|以及|/|\band\b)\s?")
_EACH = re.compile(r"(?:分别|依次|各自|各)(?:[^，,；;。:：]{0,12})$")
_NAME_SIGN = re.compile(r"\s?(?:、|以及|和(?!谐|平)|及其?|(?<![参赋])与|，|,)\s?")


@dataclass(frozen=True)
class Beside:
    """`parts` are the words before a figure, cut at stops, the nearest last ("" where a stop stands right before it);
    `after` those behind it, `beyond` those up to the next figure; `inherited` are those before the figure in front of it;
    `wide` are all the words of the sentence up to and around the figure, `since` those since the last comma, figures
    included; `region` are those since the figure before, as they are written; `lead` are all of the sentence's before it."""

    parts: tuple[str, ...]
    after: str
    beyond: str
    inherited: tuple[str, ...]
    wide: str
    since: str
    region: str
    lead: str = ""


def beside(
    text: str, spans: Sequence[tuple[int, int]], embedded: Sequence[bool] = (), marked: Sequence[int] = ()
) -> list[Beside]:
    """The words beside each of a text's figures, in order; `spans` are theirs. An `embedded` figure belongs to the name of
    what another one counts (床位在100张以上的综合体3个) and parts no words."""
    within = embedded or [False] * len(spans)
    parting = [span for span, inside in zip(spans, within, strict=True) if not inside]
    regions: list[tuple[int, str]] = []
    position = 0
    for (start, end), inside in zip(spans, within, strict=True):
        before = max((end for _, end in spans if end <= start), default=0) if position > start else position
        regions.append((before, _EMBEDDED_BRACKET.sub("", text[before:start])))
        if not inside:
            position = _after_noun(text, parting, end)
    shared = _shared_out(text, spans)
    found: list[Beside] = []
    inherited: tuple[str, ...] = ()
    parts: tuple[str, ...]
    for index, (start, end) in enumerate(spans):
        stop = _CLAUSE_END.search(text, end)
        wide = text[: stop.start() if stop else len(text)]
        since = text[max((match.end() for match in _STOP.finditer(text, 0, start)), default=0) : start]
        # 5%的增幅[1]落后于…: what stands behind a marker is said of something else.
        marker = min((place for place in marked if place > end), default=len(text))
        gap = text[end : min(marker, _following(text, parting, end))]
        if index in shared:
            parts, after = (shared[index],), ""
        else:
            region = regions[index][1]
            if _opens_bracket(region) and not _WORD.search(region.partition("（")[0].partition("(")[0]):
                region = "".join(inherited[-1:]) + region
            region = _without_open_bracket(region)
            parts, after = tuple(_STOP.split(region)), _noun_part(gap, end + len(gap) == len(text))
        gap = _CLAUSE_END.split(gap)[0]
        found.append(
            Beside(parts, after, gap, inherited, wide, since, shared.get(index, regions[index][1]), text[:start])
        )
        if not within[index]:
            raw = regions[index][1]
            outer = raw[: max(raw.rfind("（"), raw.rfind("("))] if _opens_bracket(raw) else ""
            names: tuple[str, ...] = (outer,) if _WORD.search(outer) else ("".join(parts[-1:]) + after,)
            inherited = (*(part for part in parts[:-1] if part.strip() and not outer), *names)
    return found


_EMBEDDED_BRACKET = re.compile(r"[（(][^（）()]*\d[^（）()]*[)）]")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")


def _following(text: str, spans: Sequence[tuple[int, int]], end: int) -> int:
    return min((start for start, _ in spans if start >= end), default=len(text))


def _noun_part(gap: str, is_last: bool) -> str:
    """The words right behind a figure that say what it counts."""
    if bracket := _REMARK.match(gap):
        return bracket[1]
    cut = _first_cut(gap)
    if _SAYS_WHAT_IT_IS.match(gap):
        stop = _HARD_STOP.search(gap)  # 30家是智能化、数字化改造的传统企业
        return gap[: stop.start()] if stop else gap
    if cut is not None or is_last:
        return gap[:cut]
    # 210项重大项目的年度投资300亿元: both have it, the first only the noun.
    return gap if gap.startswith("的") else gap.partition("的")[0]


def _after_noun(text: str, spans: Sequence[tuple[int, int]], end: int) -> int:
    """Where the words of the next figure begin: behind the noun of this one."""
    gap = text[end : _following(text, spans, end)]
    cut = _first_cut(gap)
    return end + cut if cut is not None else end


def _opens_bracket(region: str) -> bool:
    return max(region.rfind("（"), region.rfind("(")) > max(region.rfind("）"), region.rfind(")"))


def _without_open_bracket(region: str) -> str:
    """街道养老服务综合体（床位: a bracket that is open goes on with what stands before it."""
    if not _opens_bracket(region):
        return region
    place = max(region.rfind("（"), region.rfind("("))
    return region[:place] + region[place + 1 :]


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
