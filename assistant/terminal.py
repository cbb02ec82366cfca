"""What the commands print: answers, tables, outlines, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.tree import Tree

from assistant.errors import PlanAssistantError, UnknownClause
from assistant.library.steps import Step
from assistant.plan.document import Plan
from assistant.reading.read_text import shown

if TYPE_CHECKING:
    from assistant.answering.answer import Answer
    from assistant.doctor import Finding
    from assistant.library import DocumentRecord, IndexReport
    from assistant.wiring import Assistant

_OUTCOMES = {"added": "新增", "updated": "更新", "unchanged": "未变", "removed": "移出", "refused": "未收入"}


def _console() -> Console:
    # A pipe has no width: nothing may be cut there.
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=not sys.stdout.isatty())


# --- Answers ----------------------------------------------------------------------------------------------------------


def print_answer(answer: Answer) -> None:
    """The answer, then each citation with its formal form and the quoted words."""
    print(answer.words)
    for citation in answer.citations:
        print(f"\n[{citation.marker}] {citation.formatted}\n    {citation.quote}")
    for notice in answer.notices:
        print(f"\n注意：{notice}")


class _BatchLine(BaseModel):
    """One line of a batch: a conversation whose last turn is answered."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    turns: list[str]


def answers(assistant: Assistant, lines: Iterable[str], documents: Sequence[str] | None) -> Iterator[str]:
    """One line of JSON for every line: an `Answer` with its id, or `{"id", "error"}`; the rest goes on."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        identity: str | None = str(number)
        try:
            identity, turns = _conversation(line, number)
            answer = assistant.ask(turns[-1], turns[:-1], documents)
        except (PlanAssistantError, _BadLine) as error:
            identity = error.identity if isinstance(error, _BadLine) else identity
            yield json.dumps({"id": identity, "error": str(error)}, ensure_ascii=False)
        else:
            yield answer.model_copy(update={"id": identity}).to_json()


class _BadLine(Exception):
    """A line of a batch that cannot be read; `identity` is its id as far as it could be read."""

    def __init__(self, message: str, identity: str | None) -> None:
        super().__init__(message)
        self.identity = identity


def _conversation(line: str, number: int) -> tuple[str, list[str]]:
    """(id, turns) of a line. A line that does not begin like JSON is a question; its number is its id."""
    if not line.lstrip().startswith(("{", "[")):
        return str(number), [line.strip()]
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise _BadLine(f"第 {number} 行不是有效的 JSON：{error}", None) from None
    held = raw.get("id") if isinstance(raw, dict) else None
    identity = str(held) if isinstance(held, str | int) else None
    try:
        read = _BatchLine.model_validate(raw)
    except ValidationError:
        raise _BadLine(f'第 {number} 行应是 {{"id": "…", "turns": ["…"]}}', identity) from None
    if not read.turns:
        raise _BadLine(f"第 {number} 行的 turns 是空的", identity)
    return str(read.id), read.turns


# --- Documents --------------------------------------------------------------------------------------------------------


def documents_json(records: Sequence[DocumentRecord]) -> str:
    return json.dumps(
        [
            {
                "id": r.id, "title": r.title, "number": r.number, "year": r.year, "place": r.place,
                "clauses": r.clauses, "targets": r.targets, "defects": r.defects, "origin": r.origin, "file": r.file,
                "part": r.part, "notes": list(r.notes), "last_year": r.last_year, "kind": r.kind, "level": r.level,
                "superseded_by": r.superseded_by or None,
            }
            for r in records
        ],
        ensure_ascii=False,
        indent=2,
    )  # fmt: skip


def print_documents(records: Sequence[DocumentRecord]) -> None:
    table = Table("编号", "标题", "文号", "年份", "地方", "文种", "条款", "指标", "缺损", "说明")
    for r in records:
        note = f"已有新版“{r.superseded_by}”" if r.superseded_by else ""
        cells = (
            r.id,
            r.title or r.name,
            r.number,
            r.identity.span,
            r.place or "",
            r.kind,
            r.clauses,
            r.targets,
            r.defects,
            note,
        )
        table.add_row(*(escape(str(cell)) for cell in cells))
    _console().print(table)


def print_outline(plan: Plan, name: str) -> None:
    """Headings, tasks and clause ids as a tree; `name` is what people call a document without a title."""
    tree = Tree(escape(plan.title or name))
    branches: dict[str, Tree] = {"": tree}
    marks = [(s.start, "section", s.id) for s in plan.sections]
    marks += [(t.start, "task", t.id) for t in plan.tasks]
    marks += [(c.start, "clause", c.id) for c in plan.clauses]
    for _, kind, identity in sorted(marks):
        if kind == "section":
            section = plan.sections_by_id[identity]
            branches[identity] = branches[section.parent].add(escape(f"{section.label}{section.title}"))
        elif kind == "task":
            task = plan.tasks_by_id[identity]
            branches[f"task {identity}"] = branches[task.section].add(escape(f"{identity} {task.title}"))
        else:
            clause = plan.clauses_by_id[identity]
            branch = branches[f"task {clause.task}"] if clause.task else branches[clause.section]
            words = " ".join(clause.text.split())
            branch.add(escape(f"{identity}  {words[:36]}{'…' if len(words) > 36 else ''}"))
    _console().print(tree)
    for defect in plan.defects:
        print(f"缺损（{defect.reason}）：{' '.join(defect.text.split())[:40]}")


def print_clause(document: str, plan: Plan, clause_id: str, locate: Callable[[int], str]) -> None:
    """One clause in its place: where it stands, its formal citation, its words. `locate` says where in the file a part
    of the text stands. Raises `UnknownClause`."""
    if clause_id not in plan.clauses_by_id:
        raise UnknownClause(document, clause_id)
    clause = plan.clause(clause_id)
    print(" › ".join(plan.path(clause)) or plan.title or document)
    print(plan.formal_citation(clause))
    location = locate(clause.start)
    print(f"第 {clause.start}–{clause.end} 字{f'，原文件{location}' if location else ''}\n")
    print(clause.text)


# --- Indexing ---------------------------------------------------------------------------------------------------------


_TOLD = 10  # of many alike, about so many are told where there is no terminal


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """What is being done, with a bar and counts where it is one of many (`Step`), on stderr; plain lines, some of many,
    where that is no terminal."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda line: None if _is_skipped(line) else console.print(escape(line))
        return
    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("检查资料库", total=None)

        def show(line: str) -> None:
            step = line if isinstance(line, Step) else Step(line)
            bar.update(task, description=escape(step.words), completed=step.done, total=step.total or None)

        yield show


def _is_skipped(line: str) -> bool:
    return isinstance(line, Step) and line.done % max(1, line.total // _TOLD) != 0


def print_outcomes(report: IndexReport, *, with_unchanged: bool = True) -> None:
    """A line for every file and document, and below it what its reader left out or could not use; those that are as
    they were one by one, or only their number."""
    told = [one for one in report.outcomes if with_unchanged or one.outcome != "unchanged"]
    for outcome in told:
        reason = f"：{outcome.reason}" if outcome.reason else ""
        named = f"（{outcome.document}）" if outcome.document else ""
        print(f"{_OUTCOMES[outcome.outcome]}  {shown(outcome.file)}{named}{reason}")
        for note in outcome.notes:
            print(f"      注意：{note}")
    if len(told) < len(report.outcomes):
        print(f"其余{len(report.outcomes) - len(told)}份未变。")
    if not report.outcomes:
        print("没有需要处理的文件。")


def print_findings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print(f"{'正常' if finding.holds else '异常'}  {finding.name}：{finding.detail}")
