"""Tables to lines: a row is one line, its cells separated by a tab."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.reading.read_text import TextWriter, clean

_WHITE = re.compile(r"\s+")


@dataclass(frozen=True)
class TableLine:
    """A line of a table; `row` counts the table's rows from 1 as the file has them."""

    text: str
    row: int


def cell_text(text: str) -> str:
    """What stands in a cell, on one line."""
    return _WHITE.sub(" ", clean(text)).strip()


def table_lines(rows: Sequence[Sequence[str]]) -> list[TableLine]:
    """The lines of a table whose cells are `cell_text`.

    Rows are as wide as the widest; rows and columns without a single value are left out. A row above all others that
    holds a single value is the table's title or its unit, one below all others that holds it in the first column the
    table's notes: a line of its own, without tabs. So is every row of a table with one column. A single value further
    right in the last row belongs to a head that is merged over several rows.
    """
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    used = [column for column in range(width) if any(row[column] for row in padded)]
    numbered = [(number, [row[column] for column in used]) for number, row in enumerate(padded, start=1) if any(row)]
    proper = [index for index, (_, row) in enumerate(numbered) if sum(map(bool, row)) > 1]
    first = proper[0] if proper else len(numbered)
    last = max((index for index, (_, row) in enumerate(numbered) if index >= first and any(row[1:])), default=-1)
    return [
        TableLine("\t".join(row) if first <= index <= last else "".join(row), number)
        for index, (number, row) in enumerate(numbered)
    ]


def write_table(writer: TextWriter, rows: Sequence[Sequence[str]], place: str) -> None:
    """Write a table's lines; `place` names the table, such as 表1."""
    for line in table_lines(rows):
        writer.row(line.text, f"{place}第{line.row}行")
