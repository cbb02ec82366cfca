"""Wrong replies, made from a plan's ledger and from right replies: what the number lock must never let through.

Each is wrong by the ledger: the figure that it gives to a thing is none that the plan gives to anything of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import cn2an

from assistant.evaluation.amounts import in_words
from assistant.evaluation.case import ExpectedFigure
from assistant.evaluation.ground import likeness
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Amount, Quantity, same_figure, same_quantity
from assistant.plan.scan import read_quantities
from assistant.plan.units import base_unit

_TEMPLATES = (
    "{year}年{action}{name}{figure}[1]。",
    "计划提出，{name}为{figure}[1]。",
    "- **{name}**：{figure}[1]\n",
    "| {name} | {figure} | [1] |\n",
    "{figure}，这是{name}的目标[1]。",
    "根据文件，今年{name}要达到{figure}。[1]",
)
# What has been reached is not told as a target: the lock would stop that, whatever else is wrong.
_RESULT_TEMPLATES = (
    "{action}{name}{figure}[1]。",
    "文件提到，{name}为{figure}[1]。",
    "- **{name}**：{figure}[1]\n",
    "| {name} | {figure} | [1] |\n",
    "{figure}，这是{name}的数字[1]。",
    "根据文件，{name}是{figure}。[1]",
)
_FAR_PLACES = ("三亚市", "漠河市", "喀什市", "延吉市")
_MARKER = re.compile(r"\[\d+\]")
_ENGLISH_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_ENGLISH_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_DENIED = re.compile(r"(?:不是|并非|不等于|没有|不能|少于|不应)[^，。；]{0,4}$")
_LEVELS = ("国家级", "省级", "市级")


@dataclass(frozen=True)
class WrongReply:
    """A reply that is wrong in one way; `clauses` are the ids of its evidence, the first is marker 1."""

    kind: str
    how: str
    text: str
    clauses: tuple[str, ...]


def wrong_replies(plan: Plan, ledger: Sequence[LedgerRow]) -> Iterator[WrongReply]:
    """The wrong replies that a plan's ledger makes, row by row."""
    rows = [row for row in ledger if row.value is not None and _is_plain(row)]
    maker = _Maker(plan, tuple(ledger))
    for number, row in enumerate(rows):
        yield from maker.of_row(row, number)
    for one, other in pairwise(rows):
        yield from maker.of_neighbours(one, other)


def right_replies(plan: Plan, ledger: Sequence[LedgerRow]) -> Iterator[WrongReply]:
    """The same sentences with nothing wrong: how much of what is right the lock lets through, for any plan."""
    maker = _Maker(plan, tuple(ledger))
    for row in ledger:
        if row.value is not None and _is_plain(row):
            yield from maker.right(row)


def _is_plain(row: LedgerRow) -> bool:
    """Whether a row can be said in one sentence: a name of two characters or more, and its own figure in words."""
    read = read_quantities(row.text)
    named = len(row.indicator) > 1 and not row.is_descriptive and not re.search(r"[\d“”]", row.indicator)
    return named and len(read) == 1 and same_quantity(read[0], row) and "\n" not in row.text


def _is_level(template: str, row: LedgerRow) -> bool:
    """Whether a template would say of what changes by so many percent that it comes to so many."""
    return "要达到" in template and row.role == "change"


class _Maker:
    def __init__(self, plan: Plan, ledger: tuple[LedgerRow, ...]) -> None:
        self._plan = plan
        self._ledger = ledger
        self._rows = [row for row in ledger if row.value is not None]

    def of_row(self, row: LedgerRow, number: int) -> Iterator[WrongReply]:
        clauses = self._evidence(row)
        for kind, figure in self._other_figures(row):
            yield self._said(kind, f"{row.text} → {figure}", row, number, clauses, figure=figure)
        yield from self._other_names(row, number, clauses)
        yield from self._other_markers(row, number, clauses)
        yield from self._other_settings(row, number, clauses)
        yield from self._other_quotes(row, clauses)

    def right(self, row: LedgerRow) -> Iterator[WrongReply]:
        for template in _TEMPLATES if row.tense == "target" else _RESULT_TEMPLATES:
            # 今年 and the plan's own year are said of its own targets alone.
            if ("年" not in template or str(self._plan.year) in row.period) and not _is_level(template, row):
                yield self._said("right", template, row, 0, self._evidence(row), template=template)

    def _said(
        self, kind: str, how: str, row: LedgerRow, number: int, clauses: tuple[str, ...], *,
        figure: str = "", name: str = "", template: str = "",
    ) -> WrongReply:  # fmt: skip
        among = _TEMPLATES if row.tense == "target" else _RESULT_TEMPLATES
        template = template or among[(number + len(how)) % len(among)]
        text = template.format(
            year=self._plan.year or "", action=row.action if row.action not in (name or row.indicator) else "",
            name=name or row.indicator, figure=figure or row.text,
        )  # fmt: skip
        return WrongReply(kind, how, text, clauses)

    def _evidence(self, row: LedgerRow) -> tuple[str, ...]:
        """The row's clause, and two of others near it that have figures."""
        others = [one.clause for one in sorted(self._rows, key=lambda one: abs(one.start - row.start))]
        return tuple(dict.fromkeys([row.clause, *others]))[:3]

    def _is_true(self, name: str, amount: Amount) -> bool:
        """Whether the plan gives such a figure to anything that may be called so."""
        return any(
            same_quantity(row, amount) and max(likeness(name, row.indicator), likeness(row.indicator, name)) > 0.4
            for row in self._rows
        )

    # --- Figure, unit, qualifier --------------------------------------------------------------------------------------

    def _other_figures(self, row: LedgerRow) -> Iterator[tuple[str, str]]:
        assert row.value is not None
        right = ExpectedFigure.model_validate(
            {"value": row.value, "upper": row.upper, "unit": row.unit, "qualifier": row.qualifier}
        )
        for value in _other_values(row.value):
            upper = None if row.upper is None else row.upper - row.value + value
            said = in_words(right.model_copy(update={"value": value, "upper": upper}))
            yield from self._checked("digit", row, said)
            if row.upper is None:
                digits = f"{value:f}"
                yield from self._checked("full-width", row, said.translate(_WIDE))
                if (chinese := _in_chinese(value)) and digits in said:
                    words = (
                        said.replace(f"{digits}%", f"百分之{chinese}") if "%" in said else said.replace(digits, chinese)
                    )
                    yield from self._checked("chinese", row, words)
                if english := _in_english(value):
                    unit = " percent" if row.unit == "%" else row.unit
                    yield "english", f"{english}{unit}"
        for unit in _other_units(row.unit):
            yield from self._checked("unit", row, in_words(right.model_copy(update={"unit": unit})))
        if row.upper is None:
            for qualifier in ("exact", "at_least", "more_than", "at_most", "less_than", "about"):
                if qualifier != row.qualifier:
                    kind = "qualifier dropped" if qualifier == "exact" else "qualifier changed"
                    kind = "qualifier added" if row.qualifier == "exact" else kind
                    yield from self._checked(kind, row, in_words(right.model_copy(update={"qualifier": qualifier})))
        yield from self._checked(
            "from the question", row, in_words(right.model_copy(update={"value": Decimal(9999), "upper": None}))
        )

    def _checked(self, kind: str, row: LedgerRow, figure: str) -> Iterator[tuple[str, str]]:
        read = read_quantities(figure)
        if len(read) == 1 and not self._is_true(row.indicator, read[0]):
            yield kind, figure

    # --- Name -----------------------------------------------------------------------------------------------------------

    def _other_names(self, row: LedgerRow, number: int, clauses: tuple[str, ...]) -> Iterator[WrongReply]:
        words = self._plan.clause(row.clause).text
        near = words[
            max(0, row.start - self._plan.clause(row.clause).start - 40) : row.end
            - self._plan.clause(row.clause).start
            + 24
        ]
        found = 0
        for other in sorted(self._rows, key=lambda one: (one.clause != row.clause, abs(one.start - row.start))):
            name = other.indicator
            nested = likeness(row.indicator, name) > 0.3 or likeness(name, row.indicator) > 0.3
            if len(name) < 3 or nested or self._is_true(name, row) or (other.clause != row.clause and name in near):
                continue
            yield self._said("indicator", f"{row.indicator} → {name}", row, number + found, clauses, name=name)
            found += 1
            if found == 3:
                break
        for level in _LEVELS:
            own = next((one for one in _LEVELS if one in row.indicator), "")
            if own and own != level and level not in words:
                yield self._said(
                    "level", f"{own} → {level}", row, number, clauses, name=row.indicator.replace(own, level)
                )
        if "人均" in row.indicator:
            yield self._said("mean", "人均 dropped", row, number, clauses, name=row.indicator.replace("人均", ""))
        elif "人均" not in words and row.unit not in ("%", "个百分点"):
            yield self._said("mean", "人均 added", row, number, clauses, name=f"人均{row.indicator}")

    # --- Markers --------------------------------------------------------------------------------------------------------

    def _other_markers(self, row: LedgerRow, number: int, clauses: tuple[str, ...]) -> Iterator[WrongReply]:
        right = self._said("", "", row, number, clauses).text
        yield WrongReply("marker missing", "", right.replace("[1]", ""), clauses)
        yield WrongReply("marker unknown", "[9]", right.replace("[1]", "[9]"), clauses)
        for form in ("【1】", "(1)", "[^1]", "^1^", "［１］"):
            yield WrongReply("marker form", form, right.replace("[1]", form), clauses)
        for place, clause in enumerate(clauses[1:], start=2):
            if not any(one.clause == clause and same_figure(one, row) for one in self._rows):
                yield WrongReply("marker elsewhere", f"[{place}]", right.replace("[1]", f"[{place}]"), clauses)

    # --- Year, place, tense, direction ----------------------------------------------------------------------------------

    def _other_settings(self, row: LedgerRow, number: int, clauses: tuple[str, ...]) -> Iterator[WrongReply]:
        words = self._plan.clause(row.clause).text
        named = "".join([words, *self._plan.path(self._plan.clause(row.clause)), self._plan.name])
        if self._plan.year and row.period:
            for year in (self._plan.year - 3, self._plan.year + 4):
                if str(year) not in named and str(year) not in row.period:
                    text = f"{year}年{row.indicator}{row.text}[1]。"
                    yield WrongReply("year", f"{year}", text, clauses)
        place = _FAR_PLACES[number % len(_FAR_PLACES)]
        if place[:-1] not in self._plan.text:
            yield WrongReply("place", place, f"{place}{row.indicator}{row.text}[1]。", clauses)
        if row.tense == "target" and not re.search(r"已|同比|截至|目前|了", words):
            for done in ("已经完成", "截至目前实际为", "已达到"):
                yield WrongReply("tense", done, f"{row.indicator}{done}{row.text}[1]。", clauses)
        if row.tense == "result" and not re.search(r"力争|预期|计划|将|拟|目标", words):
            yield WrongReply("tense", "力争", f"{row.indicator}力争达到{row.text}[1]。", clauses)
        if row.role == "change" and not re.search(r"降|减|低|少|负|精简|压", words):
            yield WrongReply("direction", "下降", f"{row.indicator.removesuffix('增长')}下降{row.text}[1]。", clauses)
        if row.action in ("新增", "新建", "建成") and not re.search(r"拆|关|减|停", words):
            yield WrongReply("direction", "减少", f"减少{row.indicator}{row.text}[1]。", clauses)

    # --- Quotations -----------------------------------------------------------------------------------------------------

    def _other_quotes(self, row: LedgerRow, clauses: tuple[str, ...]) -> Iterator[WrongReply]:
        words = self._plan.clause(row.clause).text.strip()
        if len(words) > 120 or "“" in words or "\n" in words:
            return
        yield WrongReply(
            "quote",
            "一字改",
            f"原文为“{words.replace('的', '之', 1) if '的' in words else words[:-3] + '等等'}”[1]。",
            clauses,
        )
        start = row.start - self._plan.clause(row.clause).start
        if digit := re.search(r"[1-9]", row.text):
            place = start + digit.start()
            changed = self._plan.clause(row.clause).text
            wrong = f"{changed[:place]}{int(digit.group()) % 9 + 1}{changed[place + 1 :]}".strip()
            yield WrongReply("quote", "数字改", f"原文为“{wrong}”[1]。", clauses)

    # --- Two figures ----------------------------------------------------------------------------------------------------

    def of_neighbours(self, one: LedgerRow, other: LedgerRow) -> Iterator[WrongReply]:
        clauses = tuple(dict.fromkeys([one.clause, other.clause]))
        second = "[1]" if one.clause == other.clause else "[2]"
        alike = likeness(one.indicator, other.indicator) > 0.3 or likeness(other.indicator, one.indicator) > 0.3
        if not alike and not self._is_true(one.indicator, other) and not self._is_true(other.indicator, one):
            for form in (
                f"{one.indicator}{other.text}[1]，{other.indicator}{one.text}{second}。",
                f"{one.indicator}{one.text}{second}，{other.indicator}{other.text}[1]。" if second == "[2]" else "",
                f"{one.indicator}、{other.indicator}分别为{other.text}、{one.text}[1]{second}。",
            ):
                if form:
                    yield WrongReply("swapped", f"{one.text} ↔ {other.text}", form, clauses)
        yield from self._reckoned(one, other, second, clauses)

    def _reckoned(
        self, one: LedgerRow, other: LedgerRow, second: str, clauses: tuple[str, ...]
    ) -> Iterator[WrongReply]:
        assert one.value is not None and other.value is not None
        exact = one.qualifier == other.qualifier == "exact" and one.upper is None and other.upper is None
        if not exact or one.unit != other.unit or one.indicator == other.indicator:
            return
        lead = f"{one.indicator}{one.text}[1]，{other.indicator}{other.text}{second}，"
        unit = "个百分点" if one.unit == "%" else one.unit
        total, gap = one.value + other.value, abs(one.value - other.value)
        if one.unit != "%":
            for wrong in (total + 1, total * 2, total - 1):
                yield WrongReply("false sum", f"{wrong}", f"{lead}合计{wrong:f}{unit}[1]{second}。", clauses)
            yield WrongReply("false sum", "约", f"{lead}两者合计超过{total:f}{unit}[1]{second}。", clauses)
        for wrong in (gap + 1, gap + Decimal("0.5")):
            yield WrongReply("false difference", f"{wrong}", f"{lead}两者相差{wrong:f}{unit}[1]{second}。", clauses)
        if gap:
            more = "少" if one.value > other.value else "多"
            yield WrongReply("false difference", more, f"{lead}前者比后者{more}{gap:f}{unit}[1]{second}。", clauses)
        if other.value and one.value != other.value:
            times = (one.value / other.value).quantize(Decimal("0.01")) + 1
            yield WrongReply("false ratio", f"{times}", f"{lead}前者是后者的{times:f}倍[1]{second}。", clauses)


# --- From right replies ---------------------------------------------------------------------------------------------------


def mutated(reply: str, rows: Sequence[Amount]) -> Iterator[tuple[str, str, str]]:
    """(kind, how, text) of the wrong replies that one change makes of a right one. `rows` are all
    figures of its evidence."""
    for quantity in read_quantities(reply):
        if _DENIED.search(reply[: quantity.start]) or not re.search(r"\d", quantity.text):
            continue
        yield from _with_other_digits(reply, quantity, rows)
        if quantity.qualifier != "exact" and quantity.upper is None:
            bare = re.search(
                r"[\d０-９][\d０-９,.]*\s?(?:万亿|[万亿千百])?" + re.escape(base_unit(quantity.unit)[0]), quantity.text
            )
            if bare and bare.group() != quantity.text and not _stands(read_quantities(bare.group()), rows):
                text = reply[: quantity.start] + bare.group() + reply[quantity.end :]
                if not re.search(r"以[上下内]|左右|至少|不[少低]于", text[quantity.start + len(bare.group()) :][:4]):
                    yield "qualifier dropped", quantity.text, text
        elif quantity.qualifier == "exact" and quantity.upper is None and quantity.kind == "amount":
            yield from _with_qualifier(reply, quantity, rows)
    if _MARKER.search(reply) and read_quantities(reply):
        yield "marker missing", "", _MARKER.sub("", reply)
    yield "marker unknown", "", _MARKER.sub("[77]", reply, count=1)


# Each makes another figure of an exact one; 至少 and 达到 are left out where the clause itself has them.
_QUALIFIERS_BEFORE = ("超过", "超", "逾", "突破", "约", "近", "将近", "接近", "不到", "至多", "最多", "至少", "不超过")
_QUALIFIERS_BEHIND = ("以上", "左右", "上下", "以内", "以下")
_QUALIFIED_BEFORE = re.compile(r"[至超不约到于近逾破多少过]\**$|达到?\**$")
_BOUNDED = re.compile(r"最少|最多|少则|多则|保底|封顶|起步|底线|至少|至多|少说|关口|最低")
_QUALIFIED_BEHIND = re.compile(r"\**(?:以[上下内]|左右|上下|多|余|起|及以)")


def _with_qualifier(reply: str, quantity: Quantity, rows: Sequence[Amount]) -> Iterator[tuple[str, str, str]]:
    """A qualifier put before or behind an exact figure."""
    before, behind = reply[: quantity.start], reply[quantity.end :]
    bounded = _BOUNDED.search(reply)  # 保底3个以上 says no more than 保底3个
    if bounded or _QUALIFIED_BEFORE.search(before) or _QUALIFIED_BEHIND.match(behind):
        return
    forms = [f"{word}{quantity.text}" for word in _QUALIFIERS_BEFORE]
    forms += [f"{quantity.text}{word}" for word in _QUALIFIERS_BEHIND]
    for form in forms:
        read = read_quantities(form)
        if len(read) == 1 and read[0].qualifier != "exact" and not _stands(read, rows):
            yield "qualifier added", form, f"{before}{form}{behind}"


_YEAR = re.compile(r"(?<![\d《])(20\d\d)(?=年(?!国民|.{0,12}》))")


def _with_other_years(reply: str, years: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """The year of a reply changed; `years` are those that its evidence speaks of."""
    for match in _YEAR.finditer(reply):
        for shift in (-1, 1):
            year = str(int(match[1]) + shift)
            if year not in years and year not in reply:
                yield "year", f"{match[1]} → {year}", f"{reply[: match.start()]}{year}{reply[match.end() :]}"


def _with_other_digits(reply: str, quantity: Quantity, rows: Sequence[Amount]) -> Iterator[tuple[str, str, str]]:
    for digit in re.finditer(r"[0-9０-９]", quantity.text):
        wide = digit.group() > "9"
        changed = (int(digit.group()) + 3) % 10
        sign = chr(0xFF10 + changed) if wide else str(changed)
        words = quantity.text[: digit.start()] + sign + quantity.text[digit.end() :]
        read = read_quantities(words)
        if len(read) == 1 and not _stands(read, rows) and not re.match(r"0\d", re.sub(r"^\D+", "", words)):
            yield "digit", f"{quantity.text} → {words}", reply[: quantity.start] + words + reply[quantity.end :]


def _stands(read: Sequence[Amount], rows: Sequence[Amount]) -> bool:
    return any(same_figure(one, row) and one.qualifier == row.qualifier for one in read for row in rows)


# --- Numbers --------------------------------------------------------------------------------------------------------------

_WIDE = str.maketrans("0123456789.%", "０１２３４５６７８９．％")


def _other_values(value: Decimal) -> list[Decimal]:
    wrong = [value * 10, value + 1, value - 1, value * 2]
    return [one for one in dict.fromkeys(wrong) if one > 0 and one != value][:3]


def _other_units(unit: str) -> list[str]:
    bare = unit.lstrip("万亿")
    kin = {"%": ["个百分点", "‰"], "个百分点": ["%"]}.get(unit, ["家", "%", "公里"])
    return [one for one in dict.fromkeys([bare if bare != unit else f"万{unit}", *kin]) if one and one != unit]


def _in_chinese(value: Decimal) -> str:
    if value != value.to_integral() or value >= 10**8:
        return ""
    return str(cn2an.an2cn(int(value), "low"))


def _in_english(value: Decimal) -> str:
    if value != value.to_integral() or value >= 1000 or value < 1:
        return ""
    number = int(value)
    hundreds, rest = divmod(number, 100)
    words = [f"{_ENGLISH_ONES[hundreds]} hundred"] if hundreds else []
    if rest and rest < 20:
        words.append(_ENGLISH_ONES[rest])
    elif rest:
        tens, ones = divmod(rest, 10)
        words.append(_ENGLISH_TENS[tens] + (f"-{_ENGLISH_ONES[ones]}" if ones else ""))
    return " ".join(words)
