"""What a table's columns hold, by their heads and cells, and what each of its rows is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.plan.document import Table
from assistant.plan.quantity import Tense
from assistant.plan.scan import narrow
from assistant.plan.table_cells import NO_NUMBER, NOTHING, YEAR, is_unit, read_cell

_SERIAL = re.compile(r"^(?:序号?|编号|号|项次|No\.?|#)$", re.IGNORECASE)
_UNIT_COLUMN = re.compile(r"^(?:计量|计算)?单位$")
_ATTRIBUTE = re.compile(r"属性|性质|类型|指标类别|类别$")
_ATTRIBUTE_VALUE = re.compile(r"^(?:预期性|约束性|定量|定性|正向|逆向|核心|一般)$")
_NOTE = re.compile(r"备注|说明|责任|牵头|配合|部门|依据|来源|时限|时间|进度|建设地点|地点|负责|联系|方法|公式")
_SPAN = re.compile(r"((?:19|20)\d{2})\s?年?\s?[-—–~～至]\s?((?:19|20)\d{2})")
_REACHED = re.compile(r"实际|完成|基期|现状|上年|基数|实绩|执行")
_AIMED = re.compile(r"目标|预期|计划|规划|预计|预测|安排|任务")
_GROWTH = re.compile(r"增速|增长|增幅|增减|降幅|下降|提高|变化|同比")
_FLOW = re.compile(r"年均|累计")
BRACKETS = re.compile(r"[(（\[［]([^()（）\[\]［］]*)[)）\]］]")
_NAMES = re.compile(r"指标|名称|项目|任务|事项|内容名|单位名")
_LONGEST_LABEL = 18


@dataclass(frozen=True)
class Column:
    """What a column holds: `kind` and, for values, the unit, year and sense that its head says."""

    kind: str  # serial, label, unit, attribute, note, value
    words: str
    unit: str
    period: str
    tense: Tense | None
    growth: bool
    flow: bool


@dataclass(frozen=True)
class Reading:
    """What is the same for all rows of a table: its columns, and by where a row begins what it is about."""

    table: Table
    columns: tuple[Column, ...]
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
def _read(key: _TheTable) -> Reading:
    columns = _columns(key.table)
    return Reading(key.table, columns, _row_heads(key.table, columns))


def reading_of(table: Table) -> Reading:
    """What is the same for all rows of a table; kept, for a table's rows are read one by one."""
    return _read(_TheTable(table))


_PART = re.compile(r"^(?:(?:其中|#|＃)\s*[:：]?\s*|[—\-·]+\s*)")


def _row_heads(table: Table, columns: Sequence[Column]) -> dict[int, str]:
    """What every row is about: the most particular of its labels, from above where it is left empty (cells merged
    downwards); 其中 and the like with the name that it is a part of."""
    labels = [at for at, column in enumerate(columns) if column.kind == "label"]
    heads: dict[int, str] = {}
    above = whole = ""
    for row in table.rows:
        texts = [row.cells[at].text for at in labels if at < len(row.cells) and row.cells[at].text]
        own = without_brackets(texts[-1]) if texts else ""
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


def _columns(table: Table) -> tuple[Column, ...]:
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
    cells = [words for words in cells if not NOTHING.match(words)]
    valued = sum(read_cell(words, "") is not None or words in NO_NUMBER for words in cells)
    if _NOTE.search(name) and not valued > 0.5 * len(cells):
        return "note"
    if cells and valued >= 0.5 * len(cells):
        return "value"
    if cells and column and all(map(is_unit, cells)):
        return "unit"
    said = YEAR.search(name) or _AIMED.search(name) or _REACHED.search(name)
    return "value" if column and cells and said and not _ATTRIBUTE.search(name) else "text"


def _counts_up(cells: Sequence[str]) -> bool:
    numbers = [int(words) for words in cells if words.isdecimal() and len(words) <= 3]
    return (
        len(numbers) >= 2
        and len(numbers) == len(cells)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def _column(kind: str, head: str) -> Column:
    name = re.sub(r"\s", "", head)
    unit = next((inner for inner in reversed(BRACKETS.findall(name)) if is_unit(inner)), "")
    span = _SPAN.search(name)
    years = YEAR.findall(name)
    period = f"{span.group(1)}—{span.group(2)}年" if span else f"{years[-1]}年" if years else ""
    tense: Tense | None = "result" if _REACHED.search(name) else "target" if _AIMED.search(name) else None
    return Column(kind, name, unit, period, tense, _GROWTH.search(name) is not None, _FLOW.search(name) is not None)


def without_brackets(words: str) -> str:
    """A head without its brackets; with them where nothing else stands."""
    """A label without its number and without a unit in brackets: 1.地区生产总值（亿元）."""
    words = re.sub(
        r"^(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,3}[.．、](?!\d))\s*", "", words
    )
    return BRACKETS.sub(lambda match: "" if is_unit(narrow(match.group(1))) else match.group(), words).strip(" ：:▲*")
