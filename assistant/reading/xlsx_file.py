"""Spreadsheets: each sheet's name as a line, then its rows.

Cells are read as they are shown. Formulas are never reckoned: what stands there is what the program that wrote the
file kept of their results.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from assistant.errors import UnusableInput
from assistant.reading.archive import BROKEN
from assistant.reading.limits import ReadLimits
from assistant.reading.number_format import shown_value
from assistant.reading.office_package import OfficePackage
from assistant.reading.read_text import ReadText, TextWriter, shown
from assistant.reading.tables import cell_text, table_lines

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_MOST_COLUMNS = 500
_MOST_EMPTY = 5000  # rows in a row without a value: what follows are formatted rows without end


def read_xlsx(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a workbook. Raises `UnusableInput` (damaged, too large, no text)."""
    with OfficePackage(data, name, limits) as package:
        parts = package.parts
        for part in parts:
            if part.startswith("xl/") and part.endswith(".xml") and "/worksheets/" not in part:
                package.xml(part)  # for its refusals: damage, entities from outside
    writer = TextWriter(limits, name)
    results, formulas = (_open(data, name, data_only=data_only) for data_only in (True, False))
    try:
        _read(results, formulas, writer)
    except (*BROKEN, TypeError, IndexError, AttributeError, SyntaxError, OverflowError):
        # openpyxl checks little of what it reads: a bad cell shows in whichever way it breaks.
        raise UnusableInput(f"文件“{shown(name)}”已损坏，表格读不出来；请用 Excel 或 WPS 打开后重新保存再试") from None
    finally:
        results.close()
        formulas.close()
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        writer.note("文件带有宏，宏没有读取也没有运行")
    pictures = sum(1 for part in parts if part.startswith("xl/media/"))
    charts = sum(1 for part in parts if part.startswith("xl/charts/chart"))
    if pictures or charts:
        writer.note(f"图片{pictures}幅、图表{charts}个没有读取")
    comments = sum(1 for part in parts if part.startswith(("xl/comments", "xl/threadedComments")))
    if comments:
        writer.note(f"{comments}张工作表的批注未收入")
    return writer.finished()


def _open(data: bytes, name: str, *, data_only: bool) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    except (*BROKEN, InvalidFileException, TypeError, IndexError, AttributeError, SyntaxError):
        raise UnusableInput(f"文件“{shown(name)}”已损坏，表格打不开；请用 Excel 或 WPS 打开后重新保存再试") from None


def _read(results: Workbook, formulas: Workbook, writer: TextWriter) -> None:
    for sheet, written in zip(results.worksheets, formulas.worksheets, strict=True):
        place = f"工作表“{cell_text(sheet.title)}”"
        if sheet.sheet_state != "visible":
            writer.note(f"{place}在文件中是隐藏的，也已收入")
        rows, unread = _rows(sheet, written)
        for note in unread:
            writer.note(f"{place}{note}")
        lines = table_lines(rows)
        if not lines:
            continue
        writer.line(cell_text(sheet.title), place)
        for line in lines:
            writer.row(line.text, f"{place}第{line.row}行")
    for drawn in results.chartsheets:
        writer.note(f"图表工作表“{cell_text(drawn.title)}”没有读取")


def _rows(sheet: Any, written: Any) -> tuple[list[list[str]], list[str]]:
    """The rows up to the last one with a value, and Chinese notes on what of the sheet was not read."""
    for either in (sheet, written):
        either.reset_dimensions()  # what a file says of its own size is often wrong
    rows: list[list[str]] = []
    notes: list[str] = []
    missing = empty = beyond = 0
    for cells, formulas in zip(sheet.iter_rows(max_col=_MOST_COLUMNS), written.iter_rows(), strict=False):
        row = [cell_text(shown_value(cell.value, getattr(cell, "number_format", "General"))) for cell in cells]
        missing += sum(
            cell.value is None and getattr(formula, "data_type", "n") == "f"
            for cell, formula in zip(cells, formulas, strict=False)
        )
        beyond += any(formula.value is not None for formula in formulas[_MOST_COLUMNS:])
        while row and not row[-1]:
            row.pop()
        rows.append(row)
        empty = 0 if row else empty + 1
        if empty > _MOST_EMPTY:
            notes.append(f"第{len(rows) - empty}行以后{_MOST_EMPTY}行都是空的，再往下没有读取")
            break
    while rows and not rows[-1]:
        rows.pop()
    if beyond:
        notes.append(f"有{beyond}行超过{_MOST_COLUMNS}列，多出的列没有读取")
    if missing:
        notes.append(f"有{missing}个公式没有存下结果，未收入；请用 Excel 或 WPS 打开后重新保存")
    return rows, notes
