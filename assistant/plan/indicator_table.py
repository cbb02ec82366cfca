"""The table of indicators of a five-year plan in text taken from a PDF, where single spaces are all that is left of its
columns: 13 居民平均预期寿命 岁 预期性 >84 -.

What holds it together is the column 预期性/约束性 in the midst of every row. A cell of two lines stands above and below
its row there: such a name or unit is joined again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.plan.document import Cell, Row
from assistant.plan.lines import TERMINAL, Line

_ROW = re.compile(r"^(?P<serial>\d{1,2})\s+(?P<head>[^\t]*?)\s*(?P<attribute>预期性|约束性)(?P<values>(?:\s+\S+)+)$")
_UNIT = re.compile(
    r"^(?:[%％‰/]|[\u4e00-\u9fff]{0,3}(?:[元人家件个岁年吨亩米次套户倍天度万亿]|公里|公顷|平方米|立方米|标准煤)(?:/[\u4e00-\u9fff]{1,4})?)$"
)
_HALF_UNIT = re.compile(r"^[\u4e00-\u9fff/%]{1,4}$")
_FOOTNOTE = re.compile(r"(?<=[\u4e00-\u9fff])[1-9]$")
_FEWEST_ROWS = 4
_FARTHEST = 5  # lines from one row to the next
_COLUMNS = ("序号", "指标", "单位", "属性")


@dataclass(frozen=True)
class IndicatorTable:
    """Such a table: `rows` with the lines (first, last) that each takes, the first of them the head where there is one
    (`headed`)."""

    rows: tuple[tuple[int, int, Row], ...]
    headed: bool


def find_indicator_tables(lines: Sequence[Line]) -> list[IndicatorTable]:
    """The tables of indicators of a text, in order."""
    runs: list[list[int]] = []
    for index, line in enumerate(lines):
        match = _ROW.match(line.text) if len(line.text) <= 120 else None
        if match is None:
            continue
        near = bool(runs) and index - runs[-1][-1] <= _FARTHEST
        if near and _serial(lines[runs[-1][-1]]) + 1 == int(match.group("serial")):
            runs[-1].append(index)
        else:
            runs.append([index])
    return [_table(lines, run) for run in runs if len(run) >= _FEWEST_ROWS]


def _serial(line: Line) -> int:
    match = _ROW.match(line.text)
    return int(match.group("serial")) if match else 0


def _table(lines: Sequence[Line], run: Sequence[int]) -> IndicatorTable:
    matches = {index: match for index in run if (match := _ROW.match(lines[index].text))}
    width = Counter(len(match.group("values").split()) for match in matches.values()).most_common(1)[0][0]
    taken = set(run)
    placed: list[tuple[int, int, int]] = []  # first line, the row's own, last line
    told: list[tuple[str, str]] = []
    for index, match in matches.items():
        name, unit = _name_and_unit(match.group("head"))
        first = last = index
        if not (name and unit):
            first, last, name, unit = _around(lines, index, taken, name, unit)
            taken.update(range(first, last + 1))
        placed.append((first, index, last))
        told.append((_FOOTNOTE.sub("", name), unit))
    rows = [
        (first, last, _row(lines, (first, index, last), matches[index], name, unit, width))
        for (first, index, last), (name, unit) in zip(_side_by_side(placed), told, strict=True)
    ]
    head = _head(lines, rows[0][0] - 1, width)
    return IndicatorTable((head, *rows) if head else tuple(rows), head is not None)


def _side_by_side(placed: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The rows without gaps: a line between two belongs to the one that is of several lines."""
    closed = list(placed)
    for at in range(1, len(closed)):
        (first, index, last), (following, own, end) = closed[at - 1], closed[at]
        if following < own:
            closed[at] = (last + 1, own, end)
        else:
            closed[at - 1] = (first, index, following - 1)
    return closed


def _name_and_unit(head: str) -> tuple[str, str]:
    words = head.split()
    if words and _UNIT.match(words[-1]):
        return "".join(words[:-1]), words[-1]
    return "".join(words), ""


def _around(lines: Sequence[Line], index: int, taken: set[int], name: str, unit: str) -> tuple[int, int, str, str]:
    """(first line, last line, name, unit) with the halves of what is missing from above and below."""
    if index == 0 or index + 1 >= len(lines) or {index - 1, index + 1} & taken:
        return index, index, name, unit
    above, below = lines[index - 1].text, lines[index + 1].text
    if max(len(above), len(below)) > 40 or (above + below)[-1] in TERMINAL or above[-1] in TERMINAL:
        return index, index, name, unit
    if name and _HALF_UNIT.match(above) and _HALF_UNIT.match(below):
        return index - 1, index + 1, name, above + below
    halves = list(zip(above.split(), below.split(), strict=False))
    if name or not halves:
        return index, index, name, unit
    joined = unit or ("".join(halves[1]) if len(halves) > 1 else "")
    return index - 1, index + 1, "".join(halves[0]), joined


def _row(
    lines: Sequence[Line], span: tuple[int, int, int], match: re.Match[str], name: str, unit: str, width: int
) -> Row:
    first, index, last = span
    line, start = lines[index], lines[first].start
    words = list(re.finditer(r"\S+", line.text[match.start("values") :]))
    begin = match.start("values")
    ends = [(begin + word.start(), begin + word.end()) for word in words]
    if len(ends) > width:  # a value of several words, in the first column that has any
        over = len(ends) - width
        ends = [(ends[0][0], ends[over][1]), *ends[over + 1 :]]
    cells = [
        _cell(line, *match.span("serial")),
        _told(line, match, name, start),
        _told(line, match, unit, start),
        _cell(line, *match.span("attribute")),
        *(_cell(line, *span) for span in ends),
    ]
    return Row(start, lines[last].end, tuple(cells))


def _cell(line: Line, start: int, end: int) -> Cell:
    return Cell(line.start + start, line.start + end, line.text[start:end])


def _told(line: Line, match: re.Match[str], words: str, start: int) -> Cell:
    """A cell that stands in the row's own line, or one joined from other lines: it has no place of its own."""
    at = line.text.find(words, match.start("head"), match.end("head")) if words else -1
    return _cell(line, at, at + len(words)) if at >= 0 else Cell(start, start, words)


def _head(lines: Sequence[Line], index: int, width: int) -> tuple[int, int, Row] | None:
    """The line above the first row that names the columns of values, such as 2025年 年均[累计]."""
    if index < 0:
        return None
    line = lines[index]
    words = list(re.finditer(r"\S+", line.text))
    if len(words) != width or not re.search(r"20\d{2}\s?年|目标|年均", line.text) or len(line.text) > 40:
        return None
    named = [Cell(line.start, line.start, name) for name in _COLUMNS]
    cells = (*named, *(_cell(line, *word.span()) for word in words))
    return index, index, Row(line.start, line.end, cells)
