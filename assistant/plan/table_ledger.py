"""A table's row to the ledger: what a figure counts is said by its row's head, what it means by its column's.

The head of a row stands in the columns before the first that holds values; where it is left empty, the row above says it
(cells merged downwards), and 其中 belongs to the row before. A column's head says the year, whether it is reached or aimed
at, and whether it is a growth; the unit stands in a column of its own, in brackets in a head, or in the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.plan.document import Cell, Clause, Plan, Row
from assistant.plan.indicator import read_indicators
from assistant.plan.quantity import Qualifier, Role, Tense
from assistant.plan.scan import narrow, read_quantities
from assistant.plan.table_cells import NOTHING, Value, is_unit, read_cell
from assistant.plan.table_columns import BRACKETS, Column, Reading, reading_of

_PLAIN_COLUMN = re.compile(
    r"(?:(?:19|20)\d{2}\s?年?(?:[-—–~～至](?:19|20)\d{2}\s?年?)?|十[一二三四五六七八九]五|[“”\"\s:：/、()（）\[\]]|末|底|目标|实际|完成|预计|预期|规划|计划|基期|现状|数值?|值|"
    r"指标|情况|本年|上年|年均|累计|增速|增长率?|增幅|同比|年度|主要|安排|数量|规模|期)+"
)
_LONGEST_CELL = 2000
_FIGURELESS = re.compile(r"持平|同步|完成|达到|达标|保持|控制|以内|提高|下降|增加|稳定|不降低|确保|下达|要求")


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
    yield from _Reader(plan, reading_of(table), row).read()


# Years so far apart are where a plan starts and where it aims; nearer ones are its steps.
_FAR_APART = 3


class _Reader:
    """Reads one row of a table."""

    def __init__(self, plan: Plan, reading: Reading, row: Row) -> None:
        self.plan = plan
        self.table = reading.table
        self.columns = reading.columns
        self.row = row
        self.indicator = reading.heads.get(row.start, "")

    def read(self) -> Iterator[TableFigure]:
        for column, cell in zip(self.columns, self.row.cells, strict=False):
            if not cell.text or column.kind not in ("value", "text"):
                continue
            value = read_cell(cell.text, self._unit(column)) if column.kind == "value" else None
            if value is not None:
                yield self._figure(column, cell, value)
            elif column.kind == "value" and _FIGURELESS.search(cell.text) and not re.search(r"\d", cell.text):
                yield self._without_figure(column, cell)
            elif len(cell.text) <= _LONGEST_CELL and not NOTHING.match(cell.text):
                yield from self._in_words(column, cell)

    def _unit(self, column: Column) -> str:
        if column.unit:
            return column.unit
        if column.growth and "%" in narrow(column.words):
            return "%"
        for at, other in enumerate(self.columns):
            if other.kind == "unit" and at < len(self.row.cells) and self.row.cells[at].text not in ("", "-", "—", "/"):
                return narrow(self.row.cells[at].text)
        for at in reversed([at for at, other in enumerate(self.columns) if other.kind == "label"]):
            words = self.row.cells[at].text if at < len(self.row.cells) else ""
            inner = next((inner for inner in reversed(BRACKETS.findall(words)) if is_unit(inner)), "")
            if inner:
                return narrow(inner)
        return self.table.unit if is_unit(self.table.unit) else ""

    # What a cell says

    def _figure(self, column: Column, cell: Cell, value: Value) -> TableFigure:
        indicator = self._named(column)
        role: Role = (
            "change" if column.growth or re.search(r"增长|增速|增幅|降低|下降|增加(?!值)", indicator) else "amount"
        )
        return TableFigure(
            indicator, "", value.value, value.upper, value.unit, value.qualifier, value.words, role,
            self._tense(column), self._period(column), cell.text, cell.start, cell.end,
        )  # fmt: skip

    def _without_figure(self, column: Column, cell: Cell) -> TableFigure:
        return TableFigure(
            self._named(column), "", None, None, "", "exact", "", "change",
            self._tense(column), self._period(column), cell.text, cell.start, cell.end,
        )  # fmt: skip

    def _in_words(self, column: Column, cell: Cell) -> Iterator[TableFigure]:
        """The figures of a cell that holds running text, such as what a project builds."""
        quantities = read_quantities(cell.text)
        for index, quantity in enumerate(quantities):
            found = read_indicators(cell.text, quantities)[index]
            yield TableFigure(
                found.indicator or self.indicator, found.action, quantity.value, quantity.upper, quantity.unit,
                quantity.qualifier, found.qualifier_text, found.role, self._tense(column), self._period(column),
                quantity.text, cell.start + quantity.start, cell.start + quantity.end,
            )  # fmt: skip

    def _named(self, column: Column) -> str:
        """The row's head, with what the column's head says beyond year, sense and unit (总投资)."""
        said = _PLAIN_COLUMN.sub("", BRACKETS.sub("", column.words))
        if not self.indicator:
            return said or self.table.title
        return f"{self.indicator}{said}" if said and said not in self.indicator else self.indicator

    def _tense(self, column: Column) -> Tense:
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

    def _period(self, column: Column) -> str:
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
