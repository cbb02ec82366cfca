"""Tables in text: a row is one line, its cells separated by tabs (as readers write them), by the strokes of Markdown, or
by runs of spaces where three rows or more are cut alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.plan.document import Cell, Row
from assistant.plan.indicator_table import IndicatorTable, find_indicator_tables
from assistant.plan.lines import TERMINAL, Line

_MARKDOWN_ROW = re.compile(r"^\|.*\|$")
_MARKDOWN_RULE = re.compile(r"^\|(?:\s*:?-{1,}:?\s*\|)+$")
_SPACED = re.compile(r" {2,}")
_CAPTION = re.compile(
    r"^(?P<label>(?:附?表|专栏)\s?[\d一二三四五六七八九十]{0,3}(?:[-—.]\d{1,2})?)(?P<sign>[\s:：、.．]*)(?P<title>.{0,60})$"
)
_NAMED = re.compile(r"(?:表|指标|目标|项目|任务|清单|情况|一览|计划|分工|规模)(?:[(（].{1,20}[)）])?$")
_UNIT_LINE = re.compile(r"^[(（]?\s*(?:计量)?单位\s*[:：]\s*(?P<unit>[^)）]{1,20})[)）]?$")
#: Years and what is said of them: a cell that names a column rather than holding a value.
_COLUMN_WORDS = re.compile(
    r"(?:19|20)\d{2}\s?年?|目标|实际|完成|预计|预期|规划|基期|现状|增速|增长|增幅|年均|累计|属性|单位|指标|备注|说明|序号|名称|性质|合计|计划"
)
_VALUE = re.compile(
    r"^[\[［【(（≥≤><＞＜约超近\s]*[-+]?\d[\d,，.]*\s?(?:[-—–~～至]\s?\d[\d,.]*)?\s?[%％‰]?[万亿]?[\u4e00-\u9fff/²³]{0,6}[\]］】)）]?$"
)


@dataclass(frozen=True)
class FoundTable:
    """A table as lines: `caption` is the index of the line above that names it, or None (what stands between it and the
    rows belongs to it); `rows` are (first line, row), the first `heads` of them name the columns; `unit` is what a line 单位：亿元 above says."""

    caption: int | None
    label: str
    title: str
    rows: tuple[tuple[int, Row], ...]
    heads: int
    unit: str


def find_tables(text: str, lines: Sequence[Line]) -> list[FoundTable]:
    """The tables of a text, in order; `lines` are its lines."""
    found: list[FoundTable] = []
    for cut, accept in (
        (_tab_cells, _is_tab_table),
        (_markdown_cells, _is_markdown_table),
        (_spaced_cells, _is_spaced_table),
    ):
        for first, rows in _runs(text, lines, cut):
            if accept(rows):
                found.append(_table(lines, first, rows))
    found.extend(_of_indicators(lines, table) for table in find_indicator_tables(lines))
    return sorted(found, key=lambda table: table.rows[0][0])


def _of_indicators(lines: Sequence[Line], table: IndicatorTable) -> FoundTable:
    """The caption stands a few lines above: the heads of the columns are broken over several."""
    first = table.rows[0][0]
    named = (_caption(lines, at) for at in range(max(0, first - 6), first))
    caption, label, title = next((found for found in named if found[0] is not None), (None, "", ""))
    rows = tuple((start, row) for start, _, row in table.rows)
    return FoundTable(caption, label, title, rows, int(table.headed), "")


def _runs(text: str, lines: Sequence[Line], cut: Callable[[str, Line], Row | None]) -> list[tuple[int, list[Row]]]:
    """Runs of neighbouring lines that are rows."""
    runs: list[tuple[int, list[Row]]] = []
    for index, line in enumerate(lines):
        row = cut(text, line)
        if row is None:
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == index and _belongs(runs[-1][1][-1], row, line):
            runs[-1][1].append(row)
        else:
            runs.append((index, [row]))
    return runs


def _belongs(last: Row, row: Row, line: Line) -> bool:
    return len(row.cells) == len(last.cells) or not line.gap


def _cells(text: str, line: Line, pieces: Sequence[tuple[int, int]]) -> Row:
    cells: list[Cell] = []
    for start, end in pieces:
        words = text[start:end]
        stripped = words.strip()
        at = start + (words.index(stripped) if stripped else 0)
        cells.append(Cell(at, at + len(stripped), stripped))
    return Row(line.start, line.end, tuple(cells))


_BLANK_BEFORE = re.compile(r"[^\S\r\n]*\Z")
_BLANK_BEHIND = re.compile(r"[^\S\r\n]*")


def _tab_cells(text: str, line: Line) -> Row | None:
    """The first and the last cells of a row may be empty: the blanks around the line count."""
    if "\t" not in line.text:
        return None
    before = _BLANK_BEFORE.search(text, max(0, line.start - 200), line.start)
    behind = _BLANK_BEHIND.match(text, line.end)
    begin = before.start() if before else line.start
    end = behind.end() if behind else line.end
    tabs = [match.start() for match in re.finditer("\t", text[begin:end])]
    starts = [begin, *(begin + tab + 1 for tab in tabs)]
    ends = [*(begin + tab for tab in tabs), end]
    return _cells(text, line, list(zip(starts, ends, strict=True)))


def _is_tab_table(rows: Sequence[Row]) -> bool:
    """Tabs inside running text make no table: rows stand together, or have three cells, and no cell is a paragraph
    with nothing beside it."""
    filled = [sum(bool(cell.text) for cell in row.cells) for row in rows]
    if len(rows) == 1:
        return filled[0] >= 3
    return max(filled) >= 2 and sum(count >= 2 for count in filled) >= 0.5 * len(rows)


def _markdown_cells(text: str, line: Line) -> Row | None:
    if not _MARKDOWN_ROW.match(line.text) or line.text.count("|") < 3:
        return None
    strokes = [match.start() for match in re.finditer(r"(?<!\\)\|", line.text)]
    at = line.start
    return _cells(text, line, [(at + start + 1, at + end) for start, end in pairwise(strokes)])


def _is_markdown_table(rows: Sequence[Row]) -> bool:
    return len(rows) >= 2


def _spaced_cells(text: str, line: Line) -> Row | None:
    gaps = [match.span() for match in _SPACED.finditer(line.text)]
    if len(gaps) < 2 or line.text[-1] in TERMINAL:
        return None
    starts = [line.start, *(line.start + end for _, end in gaps)]
    ends = [*(line.start + start for start, _ in gaps), line.end]
    return _cells(text, line, list(zip(starts, ends, strict=True)))


def _is_spaced_table(rows: Sequence[Row]) -> bool:
    alike = len({len(row.cells) for row in rows}) == 1
    valued = sum(any(_VALUE.match(cell.text) for cell in row.cells[1:]) for row in rows)
    return alike and len(rows) >= 3 and valued >= 0.5 * len(rows)


def is_rule(row: Row) -> bool:
    """Whether a Markdown row is only the rule below the head: it says nothing."""
    return all(re.fullmatch(r":?-+:?", cell.text) for cell in row.cells)


def _table(lines: Sequence[Line], first: int, rows: Sequence[Row]) -> FoundTable:
    unit = _UNIT_LINE.match(lines[first - 1].text) if first else None
    caption, label, title = _caption(lines, first - 2 if unit else first - 1)
    numbered = tuple((first + offset, row) for offset, row in enumerate(rows))
    return FoundTable(caption, label, title, numbered, _heads(rows), unit.group("unit").strip() if unit else "")


def _caption(lines: Sequence[Line], at: int) -> tuple[int | None, str, str]:
    if at < 0 or len(lines[at].text) > 60 or lines[at].text[-1] in TERMINAL + "，,、":
        return None, "", ""
    words = lines[at].text.strip("# ")
    numbered = _CAPTION.match(words)
    if numbered and (numbered.group("sign") or re.search(r"\d|[一二三四五六七八九十]$", numbered.group("label"))):
        return at, numbered.group("label").strip(), numbered.group("title").strip()
    if _NAMED.search(words) and not re.match(r"[一二三四五六七八九十]+、|[(（]|\d|第.{1,3}[篇章节]|附件", words):
        return at, "", words
    return None, "", ""


def _heads(rows: Sequence[Row]) -> int:
    """How many rows name the columns: those without a value at the top; a second one only where it goes on from the
    first (cells left empty or said again), or names years and the like."""
    heads = 0
    for row in rows[:3]:
        texts = [cell.text for cell in row.cells]
        if is_rule(row):
            break
        if any(_VALUE.match(words) and not _COLUMN_WORDS.search(words) for words in texts) or not any(texts):
            break
        if heads:
            above = [cell.text for cell in rows[heads - 1].cells]
            goes_on = not texts[0] or (texts[0] == above[0])
            named = [words for words in texts if words]
            columns = sum(_COLUMN_WORDS.search(words) is not None and len(words) <= 12 for words in named)
            if not goes_on or columns < 0.5 * len(named):
                break
        heads += 1
    return heads if heads < sum(not is_rule(row) for row in rows) else 0
