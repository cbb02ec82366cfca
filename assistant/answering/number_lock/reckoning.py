"""Figures that a sentence reckons: sum, difference, multiple, share, average, count. Code works each out again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Literal

from assistant.answering import interval
from assistant.answering.interval import Interval
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Amount, Quantity
from assistant.plan.units import COUNTERS, base_unit

Operation = Literal["sum", "difference", "ratio", "share", "average", "product", "scaled"]

_SUM = re.compile(
    r"合计|总计|共计|总共|一共|共|加起来|相加|之和|总和|总数|总量|加总|合起来|累加|加上|\+|\b(?:sum|total|together|combined)\b"
)
_DIFFERENCE = re.compile(
    r"增加|增长|上升|提高|下降|减少|缩小|降低|扩大|相差|差(?!不多)|多出?|高出?|少(?!于)|低(?!于)|大|小|长|短|快|慢|减|之差|-|−|\b(?:difference|more|higher|less|lower|gap)\b"
)
# 比上年增加0.1万亿元，由此可知上年为3.8万亿元
_BACKWARDS = re.compile(r"可知|倒推|推算|推知|反推|算得|可得|即上年|即去年|之前[为有是]")
_RATIO = re.compile(r"倍|÷|/|比值|之比|相当于|\btimes\b")
_SHARE = re.compile(r"占(?!地|用)|相当于|÷|/|(?:是|为).{1,24}的|\bshare\b")
_AVERAGE = re.compile(r"平均|均|每|÷|/|\baverage\b|\bper\b")
_EACH = re.compile(r"每|均|各")
_WIDE = Context(prec=100)  # 亿 times 亿, to as many places as anyone writes
_NUMBERS_ALONE = re.compile(r"数字上|数值上|数目上|个数上")
_LOWER_BOUNDS = re.compile(
    r"下限|底数|底线|最低值|按.{0,8}(?:以上|不少于)|至少|上限|只(?:按|比)数字|仅按数字|数字上|字面"
)


@dataclass(frozen=True)
class Operand:
    """A figure to reckon with: its amount, where it comes from; `index` is its place among the answer's rows."""

    amount: Amount
    document: str
    row: LedgerRow | None
    marker: int


@dataclass(frozen=True)
class Reckoned:
    """What came out, and of which operands."""

    operation: Operation
    expression: str
    found: interval.Result
    unit: str
    operands: tuple[Operand, ...]


def reckon(stated: Quantity, near: str, text: str, pools: Sequence[Sequence[Operand]]) -> Reckoned | None:
    """The operation over one of the pools that comes to a stated figure and that the words beside it name; `text` is the whole sentence."""
    for pool in pools:
        for reckoned in _results(stated, near, text, pool):
            if _equals(stated, reckoned, text):
                return reckoned
    return None


def _results(stated: Quantity, near: str, text: str, pool: Sequence[Operand]) -> Iterator[Reckoned]:
    intervals = [Interval.of(one.amount, base_unit(one.amount.unit)[1]) for one in pool]
    units = [base_unit(one.amount.unit)[0] for one in pool]
    rates = [unit in ("%", "个百分点") for unit in units]
    bare, factor = base_unit(stated.unit)
    alike = len(set(units)) == 1 or (len(pool) > 1 and all(unit in COUNTERS for unit in units))
    if len(pool) > 1 and alike and not any(rates) and _SUM.search(near) and (bare in units or bare in COUNTERS):
        total = intervals[0]
        for one in intervals[1:]:
            total = interval.add(total, one)
        yield _reckoned("sum", "+", total, factor, stated.unit, pool)
    if len(pool) == 2:
        first, second = (0, 1) if intervals[0].bound >= intervals[1].bound else (1, 0)
        pair = [pool[first], pool[second]]
        difference_unit = bare == "个百分点" if all(rates) else bare in units
        difference_unit = difference_unit or (not bare and _NUMBERS_ALONE.search(near) is not None)
        if (alike or all(rates)) and (_DIFFERENCE.search(near) or _BACKWARDS.search(text)) and difference_unit:
            gap = interval.subtract(intervals[first], intervals[second])
            # What is counted otherwise (个, 所) is not even about so many more.
            if len(set(units)) == 1 or all(rates) or gap.bound == stated.value * factor:
                yield _reckoned("difference", "-", gap, factor, stated.unit, pair)
        if alike or all(rates):
            yield from _quotients(stated, near, pool, intervals)
        if _EACH.search(text) and _SUM.search(near) and units[0] != units[1] and not any(rates):
            for amount, count in ((0, 1), (1, 0)):
                if units[count] in COUNTERS and bare == units[amount]:
                    product = interval.multiply(intervals[count], intervals[amount])
                    yield _reckoned("product", "×", product, factor, stated.unit, [pool[count], pool[amount]])
        if _AVERAGE.search(near) and not alike and not any(rates):
            for amount, count in ((0, 1), (1, 0)):
                if units[count] in COUNTERS and bare == units[amount] and intervals[count].bound:
                    each = interval.divide(intervals[amount], intervals[count])
                    yield _reckoned("average", "÷", each, factor, stated.unit, [pool[amount], pool[count]])
    if len(pool) == 1 and re.search(r"一半|\bhalf\b", near) and bare == units[0]:
        yield _reckoned(
            "scaled", "÷2", interval.divide(intervals[0], Interval.exactly(Decimal(2))), factor, stated.unit, pool
        )


def _quotients(
    stated: Quantity, near: str, pool: Sequence[Operand], intervals: Sequence[Interval]
) -> Iterator[Reckoned]:
    bare = base_unit(stated.unit)[0]
    for first, second in ((0, 1), (1, 0)):
        if not intervals[second].bound:
            continue
        pair = [pool[first], pool[second]]
        quotient = interval.divide(intervals[first], intervals[second])
        if bare == "倍" and _RATIO.search(near):
            yield _reckoned("ratio", "÷", quotient, Decimal(1), "倍", pair)
        if bare == "%" and (_SHARE.search(near) or "一半" in stated.text):
            percent = interval.multiply(quotient, Interval.exactly(Decimal(100)))
            yield _reckoned("share", "÷", percent, Decimal(1), "%", pair)
        if bare == "" and stated.text and ("分之" in stated.text or "/" in stated.text):
            yield _reckoned("share", "÷", quotient, Decimal(1), "", pair)


def _reckoned(
    operation: Operation, sign: str, found: Interval, factor: Decimal, unit: str, operands: Sequence[Operand]
) -> Reckoned:
    """The result in the stated figure's scale of unit."""
    scaled = interval.multiply(found, Interval.exactly(1 / factor)) if factor != 1 else found
    words = [
        f"{one.amount.value:f}".rstrip("0").rstrip(".") if "." in f"{one.amount.value:f}" else f"{one.amount.value:f}"
        for one in operands
    ]
    expression = f"{words[0]}{sign}" if sign == "÷2" else sign.join(words)
    return Reckoned(operation, expression, interval.result(scaled), unit, tuple(operands))


def _equals(stated: Quantity, reckoned: Reckoned, text: str) -> bool:
    """Whether a stated figure says the result: exactly, or rounded to the places that it is written with."""
    found = reckoned.found
    if stated.upper is not None or found.upper is not None:
        return stated.value == found.value and stated.upper == found.upper
    places = -min(0, int(stated.value.as_tuple().exponent))
    exact = found.value
    same = stated.value == exact
    if same and stated.qualifier == "about" and found.qualifier in ("exact", "lower_bounds"):
        return False  # what comes out exactly is not about so much
    if not same and (places >= 1 or stated.qualifier == "about"):
        step = Decimal(1).scaleb(-places)
        same = stated.value in [exact.quantize(step, mode, _WIDE) for mode in (ROUND_HALF_UP, ROUND_DOWN)]
    if not same:
        return False
    if stated.qualifier == found.qualifier or (stated.qualifier == "about" and found.qualifier == "exact"):
        return True
    if found.qualifier == "lower_bounds":
        return stated.qualifier in ("exact", "about") and bool(_LOWER_BOUNDS.search(text))
    # 平均每项超过1.4亿元 of 300亿元以上 over 210: what is cut off is more.
    cut_off = found.qualifier == "at_least" and stated.qualifier == "more_than" and found.rounded
    return cut_off or (
        found.qualifier == "at_least" and stated.qualifier == "exact" and bool(_LOWER_BOUNDS.search(text))
    )


# --- Counts -------------------------------------------------------------------------------------------------------------

_COMPARES = re.compile(r"(?<!百分)比(?!重|例)|差|多|少|高|低|合计|总计|共计|加起来|相加|之和|平均|新增|增加|前者|后者")
_COUNTED = re.compile(
    r"学校|企业|条|宗|座|所|种|百分|目标|指标|数字|数|增速|方面|内容|任务|要求|措施|行动|做法|项目|条款|句|处|地块|平台|名称|领域|类|[：:]|的|量化|分别|中|里"
)
_TOGETHER = re.compile(r"(?:数字|数)?(?:合计|相加|加起来|之和)")  # 两项合计
_LIST_SIGN = re.compile(r"、|；|;|以及|和(?!谐|平)|及(?!其|时)|与")
_SPOKEN_COUNT = re.compile(r"个?方面(?:来看|说|介绍|概括|归纳|来|展开|推进|入手)")


def is_count(stated: Quantity, text: str, stated_figures: int, markers: int) -> bool:
    """Whether a figure counts what its own sentence lists: figures, markers, or names behind a colon or before it."""
    if stated.upper is not None or stated.qualifier != "exact" or stated.unit not in COUNTERS:
        return False
    behind = text[stated.end :]
    if _COMPARES.search(re.split(r"[，,。；;：:]", text[: stated.start])[-1]):
        return False
    listed = {stated_figures} if stated_figures > 1 else set()
    if markers > 1:
        listed.add(markers)
    colon = re.search(r"[：:]|，?(?:即|依次|包括|分别|指的)(?:就|是|为)*", behind)
    if colon and colon.start() < 24:
        items = re.split(r"[。！？!?]|，?(?:后面|均|都|等)", behind[colon.end() :])[0]
        listed.add(len([item for item in _LIST_SIGN.split(items) if item.strip()]))
        listed.add(len([item for item in re.split(r"、|；|;", items) if item.strip()]))
    for before in re.split(r"[，,。；;：:]", text[: stated.start])[-2:]:
        names = [item for item in _LIST_SIGN.split(before.rstrip("这共等 ")) if item.strip()]
        if len(names) > 1:
            listed.add(len(names))
    return stated.value in listed and (
        _COUNTED.search(stated.unit + behind[:8]) is not None or _TOGETHER.match(behind) is not None
    )


def is_manner_of_speaking(stated: Quantity, text: str) -> bool:
    """从三个方面来看: the parts of what is being said."""
    return _SPOKEN_COUNT.match(text, stated.end - len("个方面")) is not None or bool(
        stated.unit in ("方面", "个") and re.match(r"(?:方面)?(?:来看|来说|介绍|概括|归纳|展开)", text[stated.end :])
    )


# --- Written out: 10%-5%=5个百分点 ---------------------------------------------------------------------------------------

_EQUATION = re.compile(
    r"(?P<left>\(?\d[\d.,]*\s*[^\d\s+\-−×*÷/=≈（(]{0,6}\)?(?:\s*[+\-−×*÷/]\s*\(?\d[\d.,]*\s*[^\d\s+\-−×*÷/=≈（(]{0,6}\)?)+)\s*(?:=|＝|≈|约?等于)\s*(?P<result>约?\d[\d.,]*)"
)
_TERM = re.compile(r"[\d][\d,]*(?:\.\d+)?|[+\-−×*÷/]")


@dataclass(frozen=True)
class Equation:
    """An equation in a sentence: its span, its numbers left of the sign, whether it comes out."""

    start: int
    end: int
    terms: tuple[Decimal, ...]
    holds: bool


def equations(text: str) -> list[Equation]:
    """The equations of a text, each worked out with the usual order of operations."""
    found: list[Equation] = []
    for match in _EQUATION.finditer(text):
        terms = _TERM.findall(match["left"])
        numbers = tuple(Decimal(term.replace(",", "")) for term in terms if term[0].isdigit())
        value = _worked_out(terms)
        said = Decimal(match["result"].lstrip("约").replace(",", "").rstrip("."))
        holds = value is not None and _is_rounded(
            value, said, percent=text.startswith("%", match.end()) and "%" not in match["left"]
        )
        found.append(Equation(match.start(), match.end(), numbers, holds))
    return found


def _is_rounded(value: Decimal, said: Decimal, *, percent: bool) -> bool:
    places = -min(0, int(said.as_tuple().exponent))
    if percent:
        value *= 100
    return said == value or (places >= 1 and said == value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE))


def _worked_out(terms: Sequence[str]) -> Decimal | None:
    """Products first, then sums; None for a division by nothing or terms that make no equation."""
    sums: list[Decimal] = []
    sign, operation = Decimal(1), ""
    for place, term in enumerate(terms):
        if term[0].isdigit() != (place % 2 == 0):
            return None
        if not term[0].isdigit():
            operation = term
            continue
        number = Decimal(term.replace(",", ""))
        if operation in ("×", "*"):
            sums[-1] *= number
        elif operation in ("÷", "/"):
            if not number:
                return None
            sums[-1] /= number
        else:
            sign = Decimal(-1) if operation in ("-", "−") else Decimal(1)
            sums.append(sign * number)
    return sum(sums, Decimal(0))
