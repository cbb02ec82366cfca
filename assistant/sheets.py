"""Tables as CSV and XLSX, written so that a spreadsheet program shows them right and runs nothing in them, and read
back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assistant.errors import UnusableInput

Cell = str | int | float | Decimal

_FORMULA = ("=", "+", "-", "@")


def as_csv(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """With a byte order mark: without it a spreadsheet program reads the Chinese as rubbish. Text that it would run as
    a formula gets an apostrophe in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    for row in rows:
        cells = map(str, row)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(
    title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], widths: Mapping[str, int], wrapped: str
) -> bytes:
    """One sheet with a bold first line that stays in view and a filter. `widths` by heading, in characters; the text
    of the column `wrapped` runs over several lines."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one; openpyxl's types do not say so
        raise RuntimeError("the new workbook has no sheet")
    sheet.title = title
    sheet.append(list(headings))
    for heading in sheet[1]:
        heading.font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"  # never a formula
            else:
                cell.value = value
    for column, name in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = widths.get(name, 11)
    place = list(headings).index(wrapped) + 1
    for (cell,) in sheet.iter_rows(min_row=2, min_col=place, max_col=place):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read_csv(text: str) -> list[list[str]]:
    """The lines of a CSV, with commas, semicolons or tabs between the cells, whichever its first line uses most."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [[_without_apostrophe(cell) for cell in row] for row in rows]


def read_xlsx(data: bytes, name: str) -> list[list[str]]:
    """The lines of the first sheet as text. Raises `UnusableInput` where this is no workbook."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise UnusableInput(f"“{name}”不是有效的 XLSX 表格") from None
    sheet = book.worksheets[0]
    rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    book.close()
    return rows


def _text(value: Any) -> str:
    """A cell as text: 1000 stays 1000 where the program keeps it as 1000.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _without_apostrophe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
