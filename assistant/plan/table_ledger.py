"""A table's row to the ledger: what a figure counts is said by its row's head, what it means by its column's.

The head of a row stands in the columns before the first that holds values; where it is left empty, the row above says it
(cells merged downwards), and 其中 belongs to the row before. A column's head says the year, whether it is reached or aimed
at, and whether it is a growth; the unit stands in a column of its own, in brackets in a head, or in the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from assistant.plan.document import Cell, Clause, Plan, Row, Table
from assistant.plan.indicator import read_indicators
from assistant.plan.quantity import Qualifier, Role, Tense
from assistant.plan.scan import narrow, read_quantities
from assistant.plan.units import COUNTERS, MEASURES, PERCENT, SCALES


@dataclass(frozen=True)
class TableFigure:
    """A figure of a table, as the ledger lists it; `value` is None for a target without a number. Offsets are the
    text's."""

    indicator: str
    action: str
    value: Decimal | None
    upper: Decimal | None
    unit: str
    qualifier: Qualifier
    qualifier_text: str
    role: Role
    tense: Tense
    period: str
    text: str
    start: int
    end: int


def figures_of_row(plan: Plan, clause: Clause) -> Iterator[TableFigure]:
    """The figures of a clause of kind "row", in order; none for a row that names the columns."""
    found = plan.rows_by_start.get(clause.start)
    if found is None or clause.ordinal == 0:
        return
    table, row = found
    yield from _Reader(plan, _reading_of(_TheTable(table)), row).read()


# --- Columns ----------------------------------------------------------------------------------------------------------

_SERIAL = re.compile(r"^(?:序号?|编号|号|项次|No\.?|#)$", re.IGNORECASE)
_UNIT_COLUMN = re.compile(r"^(?:计量|计算)?单位$")
_ATTRIBUTE = re.compile(r"属性|性质|类型|指标类别|类别$")
_ATTRIBUTE_VALUE = re.compile(r"^(?:预期性|约束性|定量|定性|正向|逆向|核心|一般)$")
_NOTE = re.compile(r"备注|说明|责任|牵头|配合|部门|依据|来源|时限|时间|进度|建设地点|地点|负责|联系|方法|公式")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_SPAN = re.compile(r"((?:19|20)\d{2})\s?年?\s?[-—–~～至]\s?((?:19|20)\d{2})")
_REACHED = re.compile(r"实际|完成|基期|现状|上年|基数|实绩|执行")
_AIMED = re.compile(r"目标|预期|计划|规划|预计|预测|安排|任务")
_GROWTH = re.compile(r"增速|增长|增幅|增减|降幅|下降|提高|变化|同比")
_FLOW = re.compile(r"年均|累计")
_BRACKETS = re.compile(r"[(（\[［]([^()（）\[\]［］]*)[)）\]］]")
_NAMES = re.compile(r"指标|名称|项目|任务|事项|内容名|单位名")
_LONGEST_LABEL = 18
_PLAIN_COLUMN = re.compile(
    r"(?:(?:19|20)\d{2}\s?年?(?:[-—–~～至](?:19|20)\d{2}\s?年?)?|十[一二三四五六七八九]五|[“”\"\s:：/、()（）\[\]]|末|底|目标|实际|完成|预计|预期|规划|计划|基期|现状|数值?|值|"
    r"指标|情况|本年|上年|年均|累计|增速|增长率?|增幅|同比|年度|主要|安排|数量|规模|期)+"
)
_UNIT = re.compile(
    rf"^(?:(?:{'|'.join(sorted(map(re.escape, SCALES), key=len, reverse=True))})?(?:{'|'.join(sorted(map(re.escape, {*MEASURES, *COUNTERS, *PERCENT}), key=len, reverse=True))}|％|标准煤|人|人次)?)(?:/[^\d\s]{{1,12}})?$"
)


@dataclass(frozen=True)
class _Column:
    """What a column holds: `kind` and, for values, the unit, year and sense that its head says."""

    kind: str  # serial, label, unit, attribute, note, value
    words: str
    unit: str
    period: str
    tense: Tense | None
    growth: bool
    flow: bool


@dataclass(frozen=True)
class _Reading:
    """What is the same for all rows of a table: its columns, and by where a row begins what it is about."""

    table: Table
    columns: tuple[_Column, ...]
    heads: dict[int, str]


class _TheTable:
    """A table as a key: the very same one, since telling whether two are equal takes long."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TheTable) and other.table is self.table


@lru_cache(maxsize=8)
def _reading_of(key: _TheTable) -> _Reading:
    columns = _columns(key.table)
    return _Reading(key.table, columns, _row_heads(key.table, columns))


_PART = re.compile(r"^(?:(?:其中|#|＃)\s*[:：]?\s*|[—\-·]+\s*)")


def _row_heads(table: Table, columns: Sequence[_Column]) -> dict[int, str]:
    """What every row is about: the most particular of its labels, from above where it is left empty (cells merged
    downwards); 其中 and the like with the name that it is a part of."""
    labels = [at for at, column in enumerate(columns) if column.kind == "label"]
    heads: dict[int, str] = {}
    above = whole = ""
    for row in table.rows:
        texts = [row.cells[at].text for at in labels if at < len(row.cells) and row.cells[at].text]
        own = _without_brackets(texts[-1]) if texts else ""
        if labels and labels[-1] < len(row.cells) and row.cells[labels[-1]].text:
            above = own
        name = own or above
        part = _PART.match(name)
        if part is None:
            whole = name
            heads[row.start] = name
            continue
        rest = name[part.end() :]
        shared = any(whole[at : at + 4] in rest for at in range(len(whole) - 3))
        heads[row.start] = f"{whole}中的{rest}" if whole and not shared else rest
    return heads


def _columns(table: Table) -> tuple[_Column, ...]:
    width = max((len(row.cells) for row in (*table.header, *table.rows)), default=0)
    heads = [_head_words(table, column) for column in range(width)]
    kinds = [_kind(table, column, heads[column]) for column in range(width)]
    first_value = next((column for column, kind in enumerate(kinds) if kind == "value"), width)
    last_label = _last_label(table, kinds, heads, first_value)
    kinds = ["label" if kind == "text" and column <= last_label else kind for column, kind in enumerate(kinds)]
    return tuple(_column(kind, words) for kind, words in zip(kinds, heads, strict=True))


def _last_label(table: Table, kinds: Sequence[str], heads: Sequence[str], first_value: int) -> int:
    """The column that names a row: the last one called 指标, 名称 or the like, else the last with short words."""
    texts = [column for column, kind in enumerate(kinds) if kind == "text" and column < first_value]
    named = [column for column in texts if _NAMES.search(heads[column])]
    if named:
        return named[-1]
    brief = [column for column in texts if _average(table, column) <= _LONGEST_LABEL]
    return max(brief, default=texts[0] if texts else -1)


def _average(table: Table, column: int) -> float:
    lengths = [len(row.cells[column].text) for row in table.rows if column < len(row.cells) and row.cells[column].text]
    return sum(lengths) / len(lengths) if lengths else 0


def _head_words(table: Table, column: int) -> str:
    """All that the heads of a column say, from above; a cell left empty goes on from the one to its left."""
    words: list[str] = []
    for row in table.header:
        at = column
        while at > 0 and at < len(row.cells) and not row.cells[at].text and row is not table.header[-1]:
            at -= 1
        text = row.cells[at].text if at < len(row.cells) else ""
        if text and text not in words:
            words.append(text)
    return " ".join(words)


def _kind(table: Table, column: int, head: str) -> str:
    cells = [row.cells[column].text for row in table.rows if column < len(row.cells) and row.cells[column].text]
    name = re.sub(r"\s", "", head)
    if _SERIAL.match(name) or (column == 0 and _counts_up(cells)):
        return "serial"
    if _UNIT_COLUMN.match(name):
        return "unit"
    if cells and all(_ATTRIBUTE_VALUE.match(words) for words in cells):
        return "attribute"
    cells = [words for words in cells if not _NOTHING.match(words)]
    valued = sum(_read_cell(words, "") is not None or words in _NO_NUMBER for words in cells)
    if _NOTE.search(name) and not valued > 0.5 * len(cells):
        return "note"
    if cells and valued >= 0.5 * len(cells):
        return "value"
    if cells and column and all(_UNIT.match(words) for words in cells):
        return "unit"
    said = _YEAR.search(name) or _AIMED.search(name) or _REACHED.search(name)
    return "value" if column and cells and said and not _ATTRIBUTE.search(name) else "text"


def _counts_up(cells: Sequence[str]) -> bool:
    numbers = [int(words) for words in cells if words.isdecimal() and len(words) <= 3]
    return (
        len(numbers) >= 2
        and len(numbers) == len(cells)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def _column(kind: str, head: str) -> _Column:
    name = re.sub(r"\s", "", head)
    unit = next((inner for inner in reversed(_BRACKETS.findall(name)) if _is_unit(inner)), "")
    span = _SPAN.search(name)
    years = _YEAR.findall(name)
    period = f"{span.group(1)}—{span.group(2)}年" if span else f"{years[-1]}年" if years else ""
    tense: Tense | None = "result" if _REACHED.search(name) else "target" if _AIMED.search(name) else None
    return _Column(kind, name, unit, period, tense, _GROWTH.search(name) is not None, _FLOW.search(name) is not None)


def _is_unit(words: str) -> bool:
    return bool(words) and _UNIT.match(words.replace("％", "%")) is not None


# --- Cells ------------------------------------------------------------------------------------------------------------

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
_NOTHING = re.compile(r"^[-—–－/／\\*…·.无]*$")
_NO_NUMBER = frozenset("持平 基本持平 达标 同步 保持稳定 完成国家下达任务".split())
_LONGEST_CELL = 2000
_FIGURELESS = re.compile(r"持平|同步|完成|达到|达标|保持|控制|以内|提高|下降|增加|稳定|不降低|确保|下达|要求")


@dataclass(frozen=True)
class _Value:
    value: Decimal
    upper: Decimal | None
    unit: str
    qualifier: Qualifier
    words: str


def _read_cell(words: str, unit: str) -> _Value | None:
    """The value that a whole cell says, or None where it says something else. `unit` is the row's or the column's."""
    match = _CELL.match(narrow(words))
    if match is None:
        return None
    own = match.group("unit") or match.group("unit1") or ""
    if own and not _is_unit(own):
        return None
    if not own and not match.group("sign") and _YEAR.fullmatch(match.group("number")) and not unit:
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
    return _Value(value, high, _unit_of(own, unit), qualifier, said)


def _unit_of(own: str, unit: str) -> str:
    return own or unit.replace("％", "%")


# Years so far apart are where a plan starts and where it aims; nearer ones are its steps.
_FAR_APART = 3

# --- Rows -------------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads one row of a table."""

    def __init__(self, plan: Plan, reading: _Reading, row: Row) -> None:
        self.plan = plan
        self.table = reading.table
        self.columns = reading.columns
        self.row = row
        self.indicator = reading.heads.get(row.start, "")

    def read(self) -> Iterator[TableFigure]:
        for column, cell in zip(self.columns, self.row.cells, strict=False):
            if not cell.text or column.kind not in ("value", "text"):
                continue
            value = _read_cell(cell.text, self._unit(column)) if column.kind == "value" else None
            if value is not None:
                yield self._figure(column, cell, value)
            elif column.kind == "value" and _FIGURELESS.search(cell.text) and not re.search(r"\d", cell.text):
                yield self._without_figure(column, cell)
            elif len(cell.text) <= _LONGEST_CELL and not _NOTHING.match(cell.text):
                yield from self._in_words(column, cell)

    def _unit(self, column: _Column) -> str:
        if column.unit:
            return column.unit
        if column.growth and "%" in narrow(column.words):
            return "%"
        for at, other in enumerate(self.columns):
            if other.kind == "unit" and at < len(self.row.cells) and self.row.cells[at].text not in ("", "-", "—", "/"):
                return narrow(self.row.cells[at].text)
        for at in reversed([at for at, other in enumerate(self.columns) if other.kind == "label"]):
            words = self.row.cells[at].text if at < len(self.row.cells) else ""
            inner = next((inner for inner in reversed(_BRACKETS.findall(words)) if _is_unit(inner)), "")
            if inner:
                return narrow(inner)
        return self.table.unit if _is_unit(self.table.unit) else ""

    # What a cell says

    def _figure(self, column: _Column, cell: Cell, value: _Value) -> TableFigure:
        indicator = self._named(column)
        role: Role = (
            "change" if column.growth or re.search(r"增长|增速|增幅|降低|下降|增加(?!值)", indicator) else "amount"
        )
        return TableFigure(
            indicator, "", value.value, value.upper, value.unit, value.qualifier, value.words, role,
            self._tense(column), self._period(column), cell.text, cell.start, cell.end,
        )  # fmt: skip

    def _without_figure(self, column: _Column, cell: Cell) -> TableFigure:
        return TableFigure(
            self._named(column), "", None, None, "", "exact", "", "change",
            self._tense(column), self._period(column), cell.text, cell.start, cell.end,
        )  # fmt: skip

    def _in_words(self, column: _Column, cell: Cell) -> Iterator[TableFigure]:
        """The figures of a cell that holds running text, such as what a project builds."""
        quantities = read_quantities(cell.text)
        for index, quantity in enumerate(quantities):
            found = read_indicators(cell.text, quantities)[index]
            yield TableFigure(
                found.indicator or self.indicator, found.action, quantity.value, quantity.upper, quantity.unit,
                quantity.qualifier, found.qualifier_text, found.role, self._tense(column), self._period(column),
                quantity.text, cell.start + quantity.start, cell.start + quantity.end,
            )  # fmt: skip

    def _named(self, column: _Column) -> str:
        """The row's head, with what the column's head says beyond year, sense and unit (总投资)."""
        said = _PLAIN_COLUMN.sub("", _BRACKETS.sub("", column.words))
        if not self.indicator:
            return said or self.table.title
        return f"{self.indicator}{said}" if said and said not in self.indicator else self.indicator

    def _tense(self, column: _Column) -> Tense:
        if column.tense is not None:
            return column.tense
        year = int(column.period[:4]) if column.period and "—" not in column.period else None
        if year is None:
            return "target"
        own = self.plan.year
        if own is not None:
            return "result" if year < own else "target"
        others = [int(c.period[:4]) for c in self.columns if c.kind == "value" and c.period and "—" not in c.period]
        return "result" if year == min(others) and max(others) - year >= _FAR_APART else "target"

    def _period(self, column: _Column) -> str:
        if column.flow and "—" not in column.period:
            years = sorted(int(c.period[:4]) for c in self.columns if c.kind == "value" and c.period)
            if years and years[0] < years[-1]:
                return f"{years[0] + 1}—{years[-1]}年"
            first, last = self.plan.identity.year, self.plan.identity.last_year
            if first is not None and last is not None and first < last:
                return f"{first}—{last}年"
        if column.period:
            return column.period
        said = re.findall(r"(?:19|20)\d{2}", self.table.title)
        if said:
            return f"{said[-1]}年"
        return f"{self.plan.year}年" if self.plan.year else ""


def _without_brackets(words: str) -> str:
    """A label without its number and without a unit in brackets: 1.地区生产总值（亿元）."""
    words = re.sub(
        r"^(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,3}[.．、](?!\d))\s*", "", words
    )
    return _BRACKETS.sub(lambda match: "" if _is_unit(narrow(match.group(1))) else match.group(), words).strip(" ：:▲*")
