"""The words that turn a number into an interval: 不少于 before it, 以上 behind it. Data and how it is found."""

from __future__ import annotations

import re

from assistant.plan.numerals import alternatives
from assistant.plan.quantity import Qualifier

_PREFIXES: dict[str, Qualifier] = {
    "不少于": "at_least", "不低于": "at_least", "不小于": "at_least", "不得少于": "at_least", "不得低于": "at_least",
    "不下于": "at_least", "至少": "at_least", "最少": "at_least", "最低": "at_least", "起码": "at_least", "≥": "at_least",
    "突破": "more_than", "超过": "more_than", "超出": "more_than", "超": "more_than", "逾": "more_than", "破": "more_than", "过": "more_than",
    "高于": "more_than", "大于": "more_than", "多于": "more_than", "不止": "more_than", ">": "more_than",
    "不超过": "at_most", "不超": "at_most", "不高于": "at_most", "不多于": "at_most", "不大于": "at_most",
    "不得超过": "at_most", "不突破": "at_most", "未超过": "at_most",
    "至多": "at_most", "最多": "at_most", "最高": "at_most", "≤": "at_most",
    "不足": "less_than", "低于": "less_than", "少于": "less_than", "小于": "less_than", "不到": "less_than",
    "未满": "less_than", "不满": "less_than", "<": "less_than",
    "大约": "about", "约": "about", "将近": "about", "接近": "about", "近": "about", "约为": "about",
    "大概": "about", "差不多": "about", "≈": "about",
    "达到": "exact", "达": "exact", "力争": "exact", "确保": "exact", "控制在": "exact", "保持在": "exact",
    "稳定在": "exact", "维持在": "exact", "稳控在": "exact", "力争达到": "exact",
    "最高达": "exact", "最高达到": "exact",  # what was reached at the highest, not a limit
}  # fmt: skip
_PREFIX_WORDS = alternatives(_PREFIXES)
_PREFIX_WORD = re.compile(_PREFIX_WORDS)
# 过 is one only behind a count: 3个过百亿元的产业.
# 附近, 最近, 亲近 … hold a 近 that is no qualifier, 打破 and 侦破 a 破; 发达, 高达 likewise.
_PREFIX = re.compile(
    rf"(?:(?<![附最邻亲临靠就远])(?!(?<=[打侦攻爆残冲识])破)(?!(?<![个家座项条超])过)(?:{_PREFIX_WORDS})(?:了|到|至)?\s?)+$"
)
# 单日客流最高12万人次 tells of a peak; 补助最高12万元 sets a limit.
_PEAK = re.compile(r"(?:单日|当日|日|历史|峰值)[^,，;；。、\d]{0,6}最高$")
_REACH = 16  # characters before a number that can be its qualifier words

_SUFFIXES: dict[str, Qualifier] = {
    "以上": "at_least", "及以上": "at_least", "或以上": "at_least",
    "以下": "at_most", "及以下": "at_most", "以内": "at_most", "之内": "at_most",
    "左右": "about", "上下": "about",
}  # fmt: skip
_SUFFIX = re.compile(rf"\s?({alternatives(_SUFFIXES)})")


def prefix_of(flat: str, start: int) -> tuple[int, Qualifier | None, str]:
    """Qualifier words right before the number: where they begin, what they say, their words."""
    window = flat[max(0, start - _REACH) : start]
    match = _PREFIX.search(window)
    if match is None:
        return start, None, ""
    meanings = [_PREFIXES[word] for word in _PREFIX_WORD.findall(match.group())]
    if _PEAK.search(window):
        meanings = ["exact"]
    strong = [meaning for meaning in meanings if meaning != "exact"]
    return start - len(window) + match.start(), strong[-1] if strong else "exact", match.group().strip()


def suffix_of(flat: str, end: int) -> tuple[int, Qualifier | None, str]:
    """Qualifier words right after the unit: where they end, what they say, their words."""
    match = _SUFFIX.match(flat, end)
    if match is None:
        return end, None, ""
    return match.end(), _SUFFIXES[match.group(1)], match.group(1)


def meaning_of(before: Qualifier | None, after: Qualifier | None, more: str, *, is_range: bool) -> Qualifier:
    """What the words before, behind and inside a number (余) come to together."""
    if is_range:
        return "range"
    if before is not None and before != "exact":
        return before
    if after is not None:
        return after
    return "more_than" if more in ("余", "多") else "about" if more == "来" else "exact"


def joined(prefix: str, more: str, suffix: str) -> str:
    """The qualifier's words, with … where the number stands between them."""
    return f"{prefix}…{more}{suffix}" if prefix and (more or suffix) else prefix or f"{more}{suffix}"
