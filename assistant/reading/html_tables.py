"""The tables of a web page: which are none, and the cells of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.html_lines import lines_in, one_line
from assistant.reading.tables import cell_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement as Element

_LAYOUT_CELL = 1500  # characters; a cell with more, in several paragraphs, is a frame and not a figure's place
_MOST_SPANNED = 1000  # rows or columns


def is_layout(table: Element) -> bool:
    """Whether a table only arranges the page: others within, one column, or cells that hold whole articles."""
    if next((inner for inner in table.iter("table") if inner is not table), None) is not None:
        return True
    rows = _cells(table)
    if max(map(len, rows), default=0) <= 1:
        return True
    return any(
        len(cell.text_content()) > _LAYOUT_CELL and sum(1 for _ in cell.iter("p", "div", "br")) > 2
        for row in rows
        for cell in row
    )


def table_rows(table: Element) -> list[list[str]]:
    """The cells by row and column; a cell over several stands in the first, the others are empty."""
    taken: dict[tuple[int, int], str] = {}
    rows = _cells(table)
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            down = min(_span(cell, "rowspan") or len(rows), len(rows) - number)  # 0: to the table's end
            for place in ((number + y, column + x) for y in range(down) for x in range(_span(cell, "colspan") or 1)):
                taken[place] = ""
            taken[number, column] = cell_text(" ".join(lines_in(cell)))
    height = max((row for row, _ in taken), default=-1) + 1
    width = max((column for _, column in taken), default=-1) + 1
    return [[taken.get((row, column), "") for column in range(width)] for row in range(height)]


def stray_lines(table: Element) -> list[str]:
    """What a table holds outside its cells; a browser shows it above the table."""
    frames = [element for element in table.iter() if element.tag in _FRAMES]
    pieces = [piece for frame in frames for piece in (frame.text, *(inner.tail for inner in frame))]
    return [line for piece in pieces if piece and (line := one_line(piece).strip())]


_FRAMES = frozenset(("table", "thead", "tbody", "tfoot", "tr", "form"))


def _cells(table: Element) -> list[list[Element]]:
    """The cells of each row; those that stand in no row are one of their own."""
    rows: dict[Element, list[Element]] = {}
    for element in table.iter("tr", "td", "th"):
        if element.tag == "tr":
            rows.setdefault(element, [])
        else:
            rows.setdefault(next(element.iterancestors("tr", "table")), []).append(element)
    return list(rows.values())


def _span(cell: Element, name: str) -> int:
    written = cell.get(name, "1").strip()
    return min(int(written), _MOST_SPANNED) if written.isascii() and written.isdecimal() and len(written) < 6 else 1
