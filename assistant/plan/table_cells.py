"""What a table's cell says when it holds a value and nothing else, and what is no value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.plan.quantity import Qualifier
from assistant.plan.scan import narrow
from assistant.plan.units import COUNTERS, MEASURES, PERCENT, SCALES

YEAR = re.compile(r"(?:19|20)\d{2}")
_UNIT = re.compile(
    rf"^(?:(?:{'|'.join(sorted(map(re.escape, SCALES), key=len, reverse=True))})?(?:{'|'.join(sorted(map(re.escape, {*MEASURES, *COUNTERS, *PERCENT}), key=len, reverse=True))}|％|标准煤|人|人次)?)(?:/[^\d\s]{{1,12}})?$"
)
_QUALIFIERS: dict[str, Qualifier] = {
    "≥": "at_least", "不低于": "at_least", "不少于": "at_least", "大于等于": "at_least", "以上": "at_least",
    ">": "more_than", "大于": "more_than", "超过": "more_than", "突破": "more_than", "高于": "more_than",
    "≤": "at_most", "不高于": "at_most", "不超过": "at_most", "控制在": "at_most", "以内": "at_most", "以下": "at_most",
    "<": "less_than", "小于": "less_than", "低于": "less_than",
    "约": "about", "左右": "about", "达到": "exact", "力争": "exact", "累计": "exact", "累计达到": "exact",
}  # fmt: skip
_BEFORE = "|".join(sorted((w for w in _QUALIFIERS if w not in ("以上", "以内", "以下", "左右")), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CELL = re.compile(
    rf"^(?P<open>[\[［【(（]?)\s*(?P<before>{_BEFORE})?\s*(?P<sign>[-−－+＋])?(?P<number>{_NUMBER})"
    rf"(?:\s*(?P<unit1>[^\d\s\]］】)）<>≥≤]{{1,8}}?))??(?:\s*(?:-|—|——|–|~|～|至)\s*(?P<upper>{_NUMBER}))?"
    rf"\s*(?P<unit>[^\d\s\]］】)）]{{1,10}}?)??\s*(?P<after>以上|以内|以下|左右)?\s*[\]］】)）]?$"
)
NOTHING = re.compile(r"^[-—–－/／\\*…·.无]*$")
NO_NUMBER = frozenset("持平 基本持平 达标 同步 保持稳定 完成国家下达任务".split())


@dataclass(frozen=True)
class Value:
    """A value as its cell writes it; `upper` where it is a range, `words` are the qualifier's."""

    value: Decimal
    upper: Decimal | None
    unit: str
    qualifier: Qualifier
    words: str


def read_cell(words: str, unit: str) -> Value | None:
    """The value that a whole cell says, or None where it says something else. `unit` is the row's or the column's."""
    match = _CELL.match(narrow(words))
    if match is None:
        return None
    own = match.group("unit") or match.group("unit1") or ""
    if own and not is_unit(own):
        return None
    if not own and not match.group("sign") and YEAR.fullmatch(match.group("number")) and not unit:
        return None
    value = Decimal(re.sub(r"[,，]", "", match.group("number")))
    if match.group("sign") in ("-", "−"):
        value = -value
    upper = match.group("upper")
    before, after = match.group("before") or "", match.group("after") or ""
    qualifier: Qualifier = _QUALIFIERS.get(after) or _QUALIFIERS.get(before) or "exact"
    high = Decimal(re.sub(r"[,，]", "", upper)) if upper else None
    if high is not None:
        qualifier = "range"
    said = f"{before}…{after}" if before and after else before or after
    return Value(value, high, _unit_of(own, unit), qualifier, said)


def _unit_of(own: str, unit: str) -> str:
    return own or unit.replace("％", "%")


def is_unit(words: str) -> bool:
    """Whether words are a unit and nothing else."""
    return bool(words) and _UNIT.match(words.replace("％", "%")) is not None
