"""Amounts that are not a number with a unit: 零增长, 翻一番, 一半, 1/4, 第4位, 前三, 1:3, 亿元以上, 百亿级, “破千”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.plan.numerals import ARABIC, CHINESE_NUMERALS, alternatives, chinese_number
from assistant.plan.qualifiers import prefix_of, suffix_of
from assistant.plan.quantity import Qualifier, Quantity
from assistant.plan.units import COUNTERS

_SPECIAL = re.compile(r"(?<!社)零增长|翻[一两]番|翻番|一半|过半|[一二两三四五六七八九]分之[一二两三四五六七八九]")
_FRACTION = re.compile(r"(?<=[的占近约超达到至])\d{1,2}/\d{1,3}(?![\d/.])|(?<![\d/.])\d{1,2}/\d{1,3}(?=以上|左右|以下)")
_RANK = re.compile(
    r"(?:第\s?(?P<nth>\d+|[一二三四五六七八九十百]+)\s?(?P<unit>位|名(?![额单员])))"
    r"|前\s?(?P<top>\d+|[一二三四五六七八九十百]+)\s?(?P<topunit>位|名(?![额单员])|强|%)?(?=[,，。;；、]|$|的|顶尖)"
)
_RATIO = re.compile(rf"(?<![\d:]){ARABIC}\s?[:：∶]\s?{ARABIC}(?![\d:])")
_MONEY = alternatives(["元", "美元", "欧元", "港元", "人民币"])
_THRESHOLD = re.compile(
    rf"(?P<number>十|百|千|万|亿|十万|百万|千万|十亿|百亿|千亿|万亿)(?P<unit>{_MONEY}|{alternatives(COUNTERS)}|平方米|亩|吨)(?=\s?(?:以上|以下|及以上))"
)
# 百亿级项目, 千亿产业: a size without a number before it. A scale below 亿 is a manner of speaking as often (百万学位).
_SIZE = re.compile(
    rf"(?P<number>十亿|百亿|千亿|万亿)(?P<unit>{_MONEY})?(?!{_MONEY})(?=级|[\u4e00-\u9fff，,。；;、“”]|$)"
)
_SIZE_REACHED = re.compile(r"(?:新)?(?:台阶|大关|关口|门槛)|[，,。；;、”]|$")
_BROKEN_THROUGH = re.compile(r"破(?P<number>百亿|千亿|万亿|百|千|万|亿)(?=[”」’，。；、]|$)")
# 结对一家骨干企业、一家中型企业: one of each, said in a list.
_ONE_OF_EACH = re.compile(
    r"一([家个座条所处栋名位])[^，,、；;。:：“”一\d]{2,14}(?:[、和及]一\1[^，,、；;。:：“”一\d]{2,14})+"
)


def fixed_forms(text: str, flat: str) -> Iterator[Quantity]:
    """The amounts of such forms, in the order in which they claim a place."""
    for forms in (_special, _fractions, _ranks, _ratios, _thresholds, _sizes, _broken_through, _one_of_each):
        yield from forms(text, flat)


def _quantity(text: str, span: tuple[int, int], value: Decimal, unit: str) -> Quantity:
    """An exact amount without qualifier words."""
    return Quantity(value, None, unit, "exact", "", *span, text[span[0] : span[1]])


def _special(text: str, flat: str) -> Iterator[Quantity]:
    for match in _SPECIAL.finditer(flat):
        word = match.group()
        if "分之" in word:
            whole, part = chinese_number(word[0]), chinese_number(word[-1])
            value, unit = (part / whole, "")
        elif word.startswith("翻"):
            value, unit = (Decimal(4) if "两" in word else Decimal(2), "倍")
        else:
            value, unit = (Decimal(0), "%") if word == "零增长" else (Decimal(50), "%")
        over: Qualifier = "more_than" if word == "过半" else "exact"
        yield Quantity(value, None, unit, over, "", *match.span(), text[match.start() : match.end()])


def _fractions(text: str, flat: str) -> Iterator[Quantity]:
    for match in _FRACTION.finditer(flat):
        part, whole = map(Decimal, match.group().split("/"))
        if not part or whole <= part:
            continue
        end, after, suffix = suffix_of(flat, match.end())
        start, before, prefix = prefix_of(flat, match.start())
        qualifier = after or before or "exact"
        yield Quantity(part / whole, None, "", qualifier, prefix + suffix, start, end, text[start:end])


def _ranks(text: str, flat: str) -> Iterator[Quantity]:
    for match in _RANK.finditer(flat):
        number = match.group("nth") or match.group("top")
        ranked = match.group("unit") or match.group("topunit")
        ahead = flat[max(0, match.start() - 4) : match.start()]
        if match.group("top") and not ranked and not re.search(r"[列居入在跃进位]$|全[国省市区]$", ahead):
            continue
        try:
            value = Decimal(number) if number.isdigit() else chinese_number(number)
        except ValueError:
            continue
        top: Qualifier = "exact" if match.group("nth") else "at_most"
        span = text[match.start() : match.end()]
        words = "" if match.group("nth") else "前"
        yield Quantity(value, None, ranked or "位", top, words, *match.span(), span, "rank")


def _ratios(text: str, flat: str) -> Iterator[Quantity]:
    for match in _RATIO.finditer(flat):
        left, right = (Decimal(part.strip()) for part in re.split(r"[:：∶]", match.group().replace(",", "")))
        yield Quantity(left, None, f":{right}", "exact", "", *match.span(), text[match.start() : match.end()], "ratio")


def _follows_a_numeral(flat: str, start: int) -> bool:
    before = flat[max(0, start - 3) : start].rstrip()[-1:]  # 1.3 亿: a space or a line's end may stand between
    return bool(before) and (before.isdigit() or before in CHINESE_NUMERALS)


def _thresholds(text: str, flat: str) -> Iterator[Quantity]:
    for match in _THRESHOLD.finditer(flat):
        if _follows_a_numeral(flat, match.start()):
            continue
        written = match.group("number")
        scale = next((s for s in ("亿", "万") if written.endswith(s)), "")
        rest = written.removesuffix(scale)
        value = chinese_number(rest if rest not in ("百", "千") else "一" + rest) if rest else Decimal(1)
        end, qualifier, words = suffix_of(flat, match.end())
        start, before, prefix = prefix_of(flat, match.start())
        yield Quantity(
            value, None, scale + match.group("unit"), qualifier or before or "exact", prefix + words,
            start, end, text[start:end], "threshold",
        )  # fmt: skip


_COUNTED = re.compile(rf"(?:{alternatives(COUNTERS)})")


def _sizes(text: str, flat: str) -> Iterator[Quantity]:
    for match in _SIZE.finditer(flat):
        behind = flat[match.end() : match.end() + 1]
        # 百亿元 with nothing behind is an amount like any other, and 百亿 in a quoted name is no amount.
        if _follows_a_numeral(flat, match.start()) or (match.group("unit") and behind != "级"):
            continue
        if _COUNTED.match(flat, match.end()) or behind == "分" or _in_a_name(flat, match.start()):
            continue
        reached = _SIZE_REACHED.match(flat, match.end()) is not None
        start, before, prefix = prefix_of(flat, match.start())
        if reached and before is None and not _SIZE_REACHED.match(flat, match.end()):
            continue
        written = match.group("number")
        scale = "万亿" if written == "万亿" else "亿"
        value = (
            Decimal(1)
            if written == "万亿"
            else {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}[written[0]]
        )
        yield Quantity(
            value, None, scale + (match.group("unit") or ""), before or "exact", prefix,
            start, match.end(), text[start : match.end()], "amount" if reached else "threshold",
        )  # fmt: skip


def _in_a_name(flat: str, start: int) -> bool:
    """Whether a quote opens shortly before and does not close: “双百亿”工程."""
    before = flat[max(0, start - 12) : start]
    return max(before.rfind(mark) for mark in "“「『‘《") > max(before.rfind(mark) for mark in "”」』’》")


def _broken_through(text: str, flat: str) -> Iterator[Quantity]:
    for match in _BROKEN_THROUGH.finditer(flat):
        written = match.group("number")
        scale = next((s for s in ("亿", "万") if len(written) > 1 and written.endswith(s)), "")
        value = chinese_number(written.removesuffix(scale) if scale else written)
        yield Quantity(value, None, scale, "more_than", "破", *match.span(), text[match.start() : match.end()])


def _one_of_each(text: str, flat: str) -> Iterator[Quantity]:
    for match in _ONE_OF_EACH.finditer(flat):
        counter = match.group(1)
        for one in re.finditer(rf"一{counter}", match.group()):
            start = match.start() + one.start()
            yield _quantity(text, (start, start + 2), Decimal(1), counter)
