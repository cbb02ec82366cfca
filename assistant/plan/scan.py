"""Text to quantities: numbers, ranges, units and qualifiers, with their spans.

`scan` reads a text once and says of every digit run and every Chinese numeral what it is: part of a `Quantity`, or
something else with a reason. It never rewrites the text: offsets are code points of what it was given.
以上, 以下 and 以内 include the number; 突破 and 超过 do not; 达到, 实现 and 完成 change nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.plan.fixed_forms import fixed_forms
from assistant.plan.numerals import (
    ARABIC,
    CHINESE_NUMERALS,
    RANGE_SIGN,
    UNIT,
    alternatives,
    chinese_integer,
    narrow,
    number_pattern,
    read_number,
)
from assistant.plan.other_numerals import YEAR, other_numerals, quoted
from assistant.plan.qualifiers import joined, meaning_of, prefix_of, suffix_of
from assistant.plan.quantity import OtherNumeral, Qualifier, Quantity, Reading
from assistant.plan.units import COUNTERS, MEASURES, TIME_UNITS, base_unit

__all__ = ["CHINESE_NUMERALS", "chinese_integer", "narrow", "read_quantities", "scan"]

# --- The grammar ------------------------------------------------------------------------------------------------------

_COUNT_AFTER_CHINESE = alternatives([c for c in COUNTERS if c not in ("类", "期", "届", "章", "节", "面", "口", "门")])

# What is said in hundredths has no unit behind it: the 对 of 百分之十二对不对 counts nothing.
_QUANTITY = re.compile(
    rf"{number_pattern('1')}(?P<inner1>余|多|来)?(?:(?(percent1)(?!)|\s?(?P<unit1>{UNIT})))?"
    rf"(?:(?P<dash>{RANGE_SIGN}){number_pattern('2')}(?P<inner2>余|多)?\s?(?P<unit2>{UNIT}))?"
)
_NAME_AFTER = re.compile(r"(?:年)?(?:行动|计划|攻坚|规划|工程)|全会|规定|[“「\"]")
# 六项计划 counts plans, as 三年行动 does not count years.
_COUNTS_PLANS = frozenset("项 个 件".split())
_FOLLOWS_A_NAME = re.compile(r"行动|攻坚|全会|规定|[“「\"]")
# After a Chinese numeral these are mostly no measures: 十方面, 三度, 八方.
_NO_CHINESE_MEASURE = frozenset("方 度 克 兆 升 秒 瓦 伏 分 P".split())
_CHINESE_MEASURES = {base_unit(unit)[0] for unit in MEASURES if unit not in _NO_CHINESE_MEASURE}
_BUILD_VERB = re.compile(r"(?:新增|新建|建成|引进|创建|增加|建设|增设|设立|打造|举办|培育|获批|完成)了?$")
_WHOLE_YEAR = re.compile(YEAR)
_RUN = re.compile(rf"\d+(?:\.\d+)?|[{CHINESE_NUMERALS}]+")


def scan(text: str) -> Reading:
    """Every quantity of the text, and every other numeral with its reason."""
    flat = narrow(text)
    names = quoted(flat)
    claims = _Claims(len(flat))
    quantities = [found for found in fixed_forms(text, flat) if claims.take(found.start, found.end)]
    others = [
        OtherNumeral(start, end, text[start:end], reason)
        for start, end, reason in other_numerals(flat)
        if claims.take(start, end)
    ]
    quantities.extend(found for found in _quantities(text, flat, names) if claims.take(found.start, found.end))
    for match in _RUN.finditer(flat):
        others.extend(_leftover(text, claims.left(match.start(), match.end()), names))
    in_order = sorted(quantities, key=lambda quantity: quantity.start)
    return Reading(tuple(_shared_qualifiers(text, in_order)), tuple(sorted(others, key=lambda other: other.start)))


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of the text, in order."""
    return scan(text).quantities


class _Claims:
    """Which characters of a text have been claimed by a quantity or by something else. Lives for one `scan`."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def take(self, start: int, end: int) -> bool:
        """Claim a span; False, and nothing claimed, where a part of it is taken already."""
        if self._taken.find(1, start, end) != -1:
            return False
        self._taken[start:end] = b"\x01" * (end - start)
        return True

    def left(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a span that nothing has claimed."""
        while start < end:
            begin = self._taken.find(0, start, end)
            if begin == -1:
                return
            stop = self._taken.find(1, begin, end)
            start = stop if stop != -1 else end
            yield begin, start


def _leftover(text: str, pieces: Iterator[tuple[int, int]], names: Sequence[tuple[int, int]]) -> Iterator[OtherNumeral]:
    """The parts of a run of numerals that nothing has claimed."""
    for start, end in pieces:
        if _inside(names, start, end):
            reason = "name"
        elif text[start].isdigit():
            reason = "no_unit"
        else:
            reason = "word"
        yield OtherNumeral(start, end, text[start:end], reason)


def _inside(names: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span lies in one of some spans that stand in order and apart."""
    index = bisect_right(names, start, key=lambda name: name[0]) - 1
    return index >= 0 and names[index][0] <= start and end <= names[index][1]


# --- One quantity after the other -------------------------------------------------------------------------------------


def _quantities(text: str, flat: str, names: Sequence[tuple[int, int]]) -> Iterator[Quantity]:
    position = 0
    while match := _QUANTITY.search(flat, position):
        position = match.end() if match.end() > match.start() else match.start() + 1
        quantity = _build(text, flat, match, names)
        if quantity is None:
            # The range may have failed on its first half alone: take the next number on its own.
            position = match.start() + max(1, len(match.group("arabic1") or match.group("chinese1") or ""))
            continue
        position = max(position, quantity.end)
        yield quantity


def _build(text: str, flat: str, match: re.Match[str], names: Sequence[tuple[int, int]]) -> Quantity | None:
    """One match made a quantity, or None where it is no amount."""
    is_range = match.group("dash") is not None
    end = match.end()
    if is_range and match.group("unit1") and not _compatible(match.group("unit1"), match.group("unit2")):
        is_range = False
        end = match.end("unit1")
    unit = match.group("unit2" if is_range else "unit1")
    chinese = (match.group("chinese2") if is_range else None) or match.group("chinese1")
    before_it = flat[match.start() - 1 : match.start()]
    if before_it and before_it in "0123456789.第":
        return None
    if match.group("chinese1") and before_it and before_it in "数几":  # 数百张 is no 百张
        return None
    if match.group("percent1") is None and chinese is None and not _arabic_amount(flat, match, unit):
        return None
    if chinese is not None and not _chinese_amount(flat, match.start(), end, chinese, unit, names):
        return None
    try:
        value, scale, kind_unit = read_number(match, "1")
        upper = None
        if is_range:
            upper, scale, kind_unit = read_number(match, "2")
    except ValueError:  # numerals in a row that make no number
        return None
    if upper is not None and upper <= value and match.group("scale1") == match.group("scale2"):
        return None
    if unit == "个" and _POINTS_BEHIND.match(flat, end):
        unit = "个百分点"  # 分别提高2个、3个百分点
    written_unit = kind_unit or scale + (unit or "")
    more = (match.group("more1") or match.group("inner1") or "") if not is_range else ""
    end, after, suffix = suffix_of(flat, end)
    start, before, prefix = prefix_of(flat, match.start())
    if chinese in ("百", "千", "万") and flat.endswith("上", 0, start):
        start, before, prefix = start - 1, "at_least", "上"
    if before == "exact" and prefix.startswith(("控制在", "保持在", "稳定在")) and after is None:
        inside = _INSIDE.match(flat, end)
        if inside:
            end, after, suffix = inside.end(), "at_most", "内"
    size = not suffix and flat.startswith("级", end) and written_unit.endswith(("万", "亿", "元"))
    return Quantity(
        value, upper, written_unit, meaning_of(before, after, more, is_range=is_range), joined(prefix, more, suffix),
        start, end, text[start:end], "threshold" if size else "amount",
    )  # fmt: skip


_INSIDE = re.compile(r"\s?内")
_POINTS_BEHIND = re.compile(rf"[、和]{ARABIC}\s?个百分点")
_YEAR_BEHIND = re.compile(r"\s?年")


def _compatible(first: str, second: str) -> bool:
    return first == second or base_unit(first)[0] == base_unit(second)[0]


_LETTER = re.compile(r"[A-Za-z]")


def _arabic_amount(flat: str, match: re.Match[str], unit: str | None) -> bool:
    """An arabic number is an amount when it has a unit or a scale, and is no date and no name."""
    start = match.start()
    if start and (flat[start - 1] == "_" or _LETTER.match(flat, start - 1)):
        return False
    if _LETTER.match(flat, match.end("arabic1")) and not match.group("unit1"):
        return False
    if unit is None:
        return bool(match.group("scale1") or match.group("scale2")) or _bare_change(flat, match)
    if unit in ("月", "日") or (unit == "年" and _WHOLE_YEAR.fullmatch(match.group("arabic1") or "")):
        return False
    return unit != "年" or not _NAME_AFTER.match(flat, match.end())


_RAISED = r"(?:提高|提升|增加|增长|扩大|上升|下降|降低|减少|缩小|增|降|升)(?:到|至|为)"
_FROM = re.compile(r"[由从]\s?$")
_THEN_RAISED = re.compile(rf"\s?{_RAISED}\s?\d")
_RAISED_FROM = re.compile(rf"[由从]\s?{ARABIC}\s?{_RAISED}\s?$")
# A quantity of no dimension is said without a unit: 有效利用系数提高到0.53, 指数达到1.2.
_DIMENSIONLESS = re.compile(rf"(?:{_RAISED}|(?:系数|指数|容积率|比例|评分)(?:为|达到?|{_RAISED}|控制在|保持在))\s?$")
_ENDS_THERE = re.compile(r"\s?(?:[,，;；。、)）]|以上|以下|以内|左右|$)")


def _bare_change(flat: str, match: re.Match[str]) -> bool:
    """由100提高到120: both ends of a change are amounts even without a unit; so is what a coefficient comes to."""
    before, end = flat[max(0, match.start() - 24) : match.start()], match.end()
    if _FROM.search(before):
        return _THEN_RAISED.match(flat, end) is not None
    if _RAISED_FROM.search(before):
        return not _YEAR_BEHIND.match(flat, end)
    return _DIMENSIONLESS.search(before) is not None and _ENDS_THERE.match(flat, end) is not None


_NOT_TENTHS = re.compile(r"[立为果功员长本效就熟不]")
_ONE_OF_A_KIND = re.compile(r"批|流|体|步|定")


def _chinese_amount(
    flat: str, start: int, end: int, run: str, unit: str | None, names: Sequence[tuple[int, int]]
) -> bool:
    """A Chinese numeral is an amount only before a measure word, outside names and fixed words."""
    if unit is None or set(run) <= set("零〇") or _inside(names, start, end):
        return False
    if (_FOLLOWS_A_NAME if unit in _COUNTS_PLANS else _NAME_AFTER).match(flat, end):
        return False
    before = flat[max(0, start - 8) : start]
    qualified = suffix_of(flat, end)[1] is not None or prefix_of(flat, start)[2] not in ("", "达", "力争", "确保")
    if set(run) <= set("十百千万亿") and run != "十":
        measured = len(run) > 1 and base_unit(unit)[0] in _CHINESE_MEASURES and unit not in TIME_UNITS
        counted = run in ("百", "千", "万") and before.endswith(("上", "成", "近")) and unit != "年"
        return qualified or measured or counted
    if unit in ("年", "月", "日", "天", "周", "小时", "分钟", "个月", "岁"):
        return qualified
    if unit == "成":
        return len(run) == 1 and not _NOT_TENTHS.match(flat, end)
    if run == "一":
        return bool(_BUILD_VERB.search(before)) and unit in "个家座条所处栋项" and not _ONE_OF_A_KIND.match(flat, end)
    # Two things are 两个: 二 before a measure word is an ordinal (二次供水, 二期).
    if run == "二" or before.endswith(("数", "几", "好", "其")):
        return False
    return bool(re.fullmatch(_COUNT_AFTER_CHINESE, unit)) or base_unit(unit)[0] in _CHINESE_MEASURES


# --- Qualifiers that hold for a list ----------------------------------------------------------------------------------

_LISTED = re.compile(r"\s?[、和及与]\s?")
_STOP = re.compile(r"[,，;；。:：!！?？\n]")
_EACH_REACH = 40  # characters before a list in which 分别 is looked for


def _shared_qualifiers(text: str, quantities: list[Quantity]) -> Iterator[Quantity]:
    """分别增长7%、8%左右: the words behind the last of a list hold for all of it, and those before the first."""
    index = 0
    while index < len(quantities):
        last = index
        if _each(text, quantities[index].start):
            while last + 1 < len(quantities) and _listed(text, quantities[last], quantities[last + 1]):
                last += 1
        group = quantities[index : last + 1]
        yield from _qualified_alike(group) if len(group) > 1 else group
        index = last + 1


def _listed(text: str, one: Quantity, other: Quantity) -> bool:
    return _LISTED.fullmatch(text, one.end, other.start) is not None


def _each(text: str, start: int) -> bool:
    window = _STOP.split(text[max(0, start - _EACH_REACH) : start])[-1]
    return "分别" in window


def _qualified_alike(group: list[Quantity]) -> Iterator[Quantity]:
    first, last = group[0], group[-1]
    if last.qualifier != "exact" and first.qualifier == "exact":
        for quantity in group[:-1]:
            yield _qualified(quantity, last.qualifier, joined(quantity.qualifier_text, "", last.qualifier_text))
        spoken_first = first.qualifier_text and not last.qualifier_text.startswith(first.qualifier_text)
        words = joined(first.qualifier_text, "", last.qualifier_text) if spoken_first else last.qualifier_text
        yield replace(last, qualifier_text=words)
    elif first.qualifier not in ("exact", "range", "about") and first.text.startswith(first.qualifier_text):
        yield first
        for quantity in group[1:]:
            yield _qualified(quantity, first.qualifier, first.qualifier_text)
    else:
        yield from group


def _qualified(quantity: Quantity, qualifier: Qualifier, words: str) -> Quantity:
    """The quantity with the list's qualifier, unless it has one of its own."""
    if quantity.qualifier != "exact":
        return quantity
    return replace(quantity, qualifier=qualifier, qualifier_text=words)
