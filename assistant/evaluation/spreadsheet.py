"""Cases as a spreadsheet, so that staff can write them in one: a row a case, Chinese headings, Chinese words for kinds
and statuses. Cells that hold several things hold one a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UnusableInput
from assistant.evaluation import amounts
from assistant.evaluation.case import Case, Suite, SuiteHead
from assistant.evaluation.suite_files import LoadedSuite, assemble, read_bytes
from assistant.evaluation.vocabulary import KINDS, STATUSES, STYLES
from assistant.reading.text_file import decode
from assistant.sheets import as_csv, as_xlsx, read_csv, read_xlsx

FORMS = (".csv", ".xlsx")

_ALTERNATIVES = " || "


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _turns(text: str) -> list[str]:
    """The turns of a conversation, an empty line between two of them."""
    return [turn.strip() for turn in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if turn.strip()]


def _joined(words: Sequence[str]) -> str:
    return "\n".join(words)


def _coded(words: Mapping[Any, str]) -> Callable[[str], str]:
    """From a reader's word, or the code itself, to the code; an unknown one stays, for the model to refuse."""
    codes = {word: code for code, word in words.items()}
    return lambda text: codes.get(text.strip(), text.strip())


def _read_gold(text: str) -> list[Any]:
    entries = [line.split(_ALTERNATIVES.strip()) for line in _lines(text)]
    return [[one.strip() for one in entry] if len(entry) > 1 else entry[0] for entry in entries]


def _gold_words(case: Case) -> str:
    return _joined([entry if isinstance(entry, str) else _ALTERNATIVES.join(entry) for entry in case.gold])


# field -> its heading, the cell that says it, and the cell read back
_COLUMNS: dict[str, tuple[str, Callable[[Case], str], Callable[[str], Any]]] = {
    "id": ("编号", lambda case: case.id, str.strip),
    "turns": ("问题（多轮之间空一行）", lambda case: "\n\n".join(case.conversation), _turns),
    "kind": ("类别", lambda case: KINDS[case.kind], _coded(KINDS)),
    "style": ("说法", lambda case: STYLES[case.style], _coded(STYLES)),
    "status": ("状态", lambda case: STATUSES[case.status], _coded(STATUSES)),
    "figures": ("应答数字", lambda case: amounts.all_in_words(case.figures), amounts.read_figures),
    "computed": ("计算结果", lambda case: amounts.all_in_words(case.computed), amounts.read_results),
    "items": ("清单项（每项一行）", lambda case: _joined(case.items), _lines),
    "gold": ("出处（每条一行）", _gold_words, _read_gold),
    "must_contain": ("必含（每项一行）", lambda case: _joined(case.must_contain), _lines),
    "must_not_contain": ("禁含（每项一行）", lambda case: _joined(case.must_not_contain), _lines),
    "forbidden": ("禁用数字", lambda case: amounts.all_in_words(case.forbidden), amounts.read_forbidden),
    "carries": ("承接（每项一行）", lambda case: _joined(case.carries), _lines),
    "equivalent_units": (
        "视为相同的单位",
        lambda case: _joined(["、".join(group) for group in case.equivalent_units]),
        lambda text: [line.split("、") for line in _lines(text)],
    ),
    "tags": ("标签（每项一行）", lambda case: _joined(case.tags), _lines),
    "note": ("备注", lambda case: case.note, str.strip),
}
_REQUIRED = ("id", "turns", "kind", "status")


def write_spreadsheet(path: Path, suite: Suite) -> None:
    """Write the cases as CSV or XLSX, by the file's ending. Raises `UnusableInput` for another ending, and for a case
    that a sheet cannot hold as it is: nothing is lost on the way."""
    headings = [heading for heading, _, _ in _COLUMNS.values()]
    rows = [[cell(case) for _, cell, _ in _COLUMNS.values()] for case in suite.cases]
    for case, row in zip(suite.cases, rows, strict=True):
        if _fields(dict(zip(_COLUMNS, row, strict=True))) != _same_fields(case):
            raise UnusableInput(f"题目 {case.id} 有表格写不下的内容（文字首尾的空格、换行或特殊的数字），请用 YAML")
    form = _form(path)
    if form == ".csv":
        data = as_csv(headings, rows)
    else:
        widths = dict.fromkeys(headings, 18) | {headings[1]: 44, _COLUMNS["gold"][0]: 44}
        data = as_xlsx("题集", headings, rows, widths, wrapped=headings[1])
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UnusableInput(f"写不了文件“{path}”：{error.strerror}") from None


def read_spreadsheet(path: Path, head: SuiteHead | None = None) -> LoadedSuite:
    """A suite from a sheet; `head` is what the sheet does not hold. Raises `UnusableInput` with file, row and reason."""
    data = read_bytes(path)
    rows = read_csv(decode(data, str(path))) if _form(path) == ".csv" else read_xlsx(data, str(path))
    if not rows:
        raise UnusableInput(f"题集 {path} 是空的")
    fields_by_heading = {heading: field for field, (heading, _, _) in _COLUMNS.items()}
    columns = [fields_by_heading.get(heading.strip(), "") for heading in rows[0]]
    for heading, field in zip(rows[0], columns, strict=True):
        if heading.strip() and not field:
            raise UnusableInput(
                f"题集 {path} 第 1 行：不认识的列“{heading.strip()}”，可用 {'、'.join(fields_by_heading)}"
            )
    for field in _REQUIRED:
        if field not in columns:
            raise UnusableInput(f"题集 {path} 第 1 行：缺少列“{_COLUMNS[field][0]}”")
    cases: list[tuple[int, Any]] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {field: cell for field, cell in zip(columns, row, strict=False) if field}
        if not any(cell.strip() for cell in cells.values()):
            continue
        try:
            cases.append((number, _fields(cells)))
        except UnusableInput as error:
            raise UnusableInput(f"题集 {path} 第 {number} 行：{error}") from None
    return assemble(path, head or SuiteHead(), cases, data)


def _fields(cells: dict[str, str]) -> dict[str, Any]:
    """A case's fields from its cells; empty cells are left out."""
    fields = {field: _COLUMNS[field][2](cell) for field, cell in cells.items() if cell.strip()}
    for field in ("figures", "computed", "forbidden"):
        if field in fields:
            fields[field] = [one.model_dump(mode="json", exclude_defaults=True) for one in fields[field]]
    if len(fields.get("turns", ())) == 1:
        fields["question"] = fields.pop("turns")[0]
    return fields


def _same_fields(case: Case) -> dict[str, Any]:
    """The case's fields as a sheet gives them: the style always, empty ones never."""
    fields = {"style": case.style} | case.model_dump(mode="json", exclude_defaults=True)
    if len(case.turns) == 1:
        fields["question"] = fields.pop("turns")[0]
    return {field: value for field, value in fields.items() if value}


def _form(path: Path) -> str:
    form = path.suffix.lower()
    if form not in FORMS:
        raise UnusableInput(f"不认识的表格格式“{path}”，可用 {'、'.join(FORMS)}")
    return form
