"""The ledger as a table, CSV, XLSX or JSON."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UnusableInput
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow
from assistant.sheets import Cell, as_csv, as_xlsx

FORMATS = ("table", "csv", "xlsx", "json")

# JSON field -> the heading that offices use, in the order of the sheet.
COLUMNS = {
    "document": "文档", "title": "标题", "clause": "条款编号", "path": "位置", "indicator": "指标", "action": "动作",
    "value": "数值", "upper": "上限", "unit": "单位", "qualifier": "限定", "qualifier_text": "限定词", "role": "类别",
    "tense": "目标或结果", "period": "期限", "text": "原文数字", "start": "起", "end": "止", "quote": "原文",
}  # fmt: skip
TO_FILL_IN = ("牵头单位", "完成时限")
_WORDS = {
    "exact": "等于", "at_least": "不少于", "more_than": "超过", "at_most": "不超过", "less_than": "不足", "about": "约",
    "range": "区间", "amount": "数量", "change": "增减", "from": "起点", "to": "到达", "share": "占比", "base": "基数",
    "rank": "位次", "descriptive": "描述", "target": "目标", "result": "结果",
}  # fmt: skip


def rows_of(document: str, plan: Plan, ledger: Sequence[LedgerRow]) -> list[dict[str, Any]]:
    """The rows of one document, in the order of its text, as JSON values; figures as decimals in strings."""
    rows: list[dict[str, Any]] = []
    for row in ledger:
        clause = plan.clause(row.clause)
        rows.append(
            {
                "document": document,
                "title": plan.title,
                "clause": row.clause,
                "path": list(plan.path(clause)),
                "indicator": row.indicator,
                "action": row.action,
                "value": None if row.value is None else format(row.value, "f"),
                "upper": None if row.upper is None else format(row.upper, "f"),
                "unit": row.unit,
                "qualifier": row.qualifier,
                "qualifier_text": row.qualifier_text,
                "role": row.role,
                "tense": row.tense,
                "period": row.period,
                "text": row.text,
                "start": row.start,
                "end": row.end,
                "quote": clause.text,
            }
        )
    return rows


def write(rows: Sequence[dict[str, Any]], form: str, output: Path | None) -> None:
    """Write the rows to a file, or to stdout where none is named."""
    if form == "table" and output is None:
        _print_table(rows)
        return
    data = _WRITERS[form](rows)
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UnusableInput(f"写不了文件“{output}”：{error.strerror}") from error
    print(f"已写入 {output}（{len(rows)} 行）", file=sys.stderr)


def _in_words(row: dict[str, Any], field: str) -> str:
    """A cell as an office reads it."""
    value = row[field]
    if field == "path":
        return " › ".join(value)
    if field in ("qualifier", "role", "tense"):
        return _WORDS[value]
    return "" if value is None else str(value)


def _as_json(rows: Sequence[dict[str, Any]]) -> bytes:
    return (json.dumps(list(rows), ensure_ascii=False, indent=2) + "\n").encode()


def _as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    return as_csv(list(COLUMNS.values()), [[_in_words(row, field) for field in COLUMNS] for row in rows])


def _as_xlsx(rows: Sequence[dict[str, Any]]) -> bytes:
    headings = [*COLUMNS.values(), *TO_FILL_IN]
    widths = {COLUMNS["path"]: 36, COLUMNS["indicator"]: 26, COLUMNS["quote"]: 60, COLUMNS["title"]: 30}
    cells = [[_cell(row, field) for field in COLUMNS] for row in rows]
    return as_xlsx("量化指标台账", headings, cells, widths, wrapped=COLUMNS["quote"])


def _cell(row: dict[str, Any], field: str) -> Cell:
    """A cell that a spreadsheet counts with where it is a number."""
    if row[field] is not None and field in ("value", "upper"):
        return float(row[field])
    return row[field] if field in ("start", "end") else _in_words(row, field)


def _as_text(rows: Sequence[dict[str, Any]]) -> bytes:
    from rich.console import Console

    text = io.StringIO()
    Console(file=text, width=160, highlight=False).print(_table(rows))
    return text.getvalue().encode()


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(_table(rows))


def _table(rows: Sequence[dict[str, Any]]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    several = len({row["document"] for row in rows}) > 1
    table = Table(*["文档"] * several, "指标", "动作", "原文数字", "限定", "类别", "目标或结果", "期限", "条款编号")
    for row in rows:
        cells = (
            *[row["document"]] * several,
            row["indicator"],
            row["action"],
            row["text"],
            *(_in_words(row, f) for f in ("qualifier", "role", "tense")),
        )
        table.add_row(*(escape(cell) for cell in (*cells, row["period"], row["clause"])))
    return table


_WRITERS = {"json": _as_json, "csv": _as_csv, "xlsx": _as_xlsx, "table": _as_text}
