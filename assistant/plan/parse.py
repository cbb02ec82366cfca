"""Plain text to `Plan`.

The text is read line by line: what stands above the body, the contents, the tables; the rest into blocks (`blocks.py`);
which of them are headings is settled for all together (`outline.py`); then blocks are cut into clauses. Every non-blank
character ends up in exactly one of: header field, headline, heading, task title, clause, defect. Nothing is rewritten:
spans are offsets into the text as it is.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.plan.blocks import Block, BlockReader, Opening
from assistant.plan.contents import find_contents
from assistant.plan.document import Clause, ClauseKind, Defect, Plan, Row, Section, Table, Task
from assistant.plan.head import header_clauses, is_headline, read_head, title_in_opening, title_of, told_in_headlines
from assistant.plan.identity import identity_of
from assistant.plan.items import cut_items
from assistant.plan.lines import Line, Source, StyledLine, layout_of, levels_of, lines_of
from assistant.plan.notice import headlines_among, stray_tail
from assistant.plan.outline import settle
from assistant.plan.pages import page_marks, without_marks
from assistant.plan.table import FoundTable, find_tables
from assistant.plan.tasks import find_tasks, sentences, task_title, text_of


def parse_plan(text: str, styled: Sequence[StyledLine] = ()) -> Plan:
    """Read a plan's text. Never fails: what it cannot place becomes a `Defect`.

    `styled` are the lines that the file's own styles call headings: they decide where the numbering says nothing.
    """
    raw = lines_of(text)
    layout = layout_of(raw)
    glued = page_marks(raw) if layout.wrapped else {}
    marks = tuple((raw[index].start, raw[index].start + digits) for index, digits in sorted(glued.items()))
    source = Source(text, marks)
    lines = without_marks(raw, glued)
    contents = find_contents(lines)
    if contents.cut:
        lines, contents = (
            _cut_before_contents(lines, contents.cut),
            find_contents(_cut_before_contents(lines, contents.cut)),
        )
    levels = levels_of(lines, styled)
    head = read_head(lines, contents.lines, levels)
    title, title_start, title_end = title_of(text, head)
    if not title:
        title, title_start, title_end = (
            title_in_opening(text, lines[head.body].start) if head.body < len(lines) else ("", 0, 0)
        )
    above = [(line, is_headline(line, title_start, title_end)) for line in head.headlines]
    reader = BlockReader(source, lines, layout, contents, find_tables(text, lines), levels)
    blocks = settle(source, layout, reader.read(head.body))
    told = headlines_among(source, blocks)
    stray = stray_tail(source, blocks)
    builder = _Builder(source, find_tasks(source, blocks))
    headlines = [(line.start, line.end) for line, kept in above if kept]
    defects = [*head.defects, *reader.defects]
    defects.extend(Defect(line.start, line.end, line.text, "题头里的零散文字") for line, kept in above if not kept)
    for at, block in enumerate(blocks):
        if at in told:
            headlines.append((block.start, block.end))
        elif at in stray:
            defects.append(Defect(block.start, block.end, text[block.start : block.end], "文末残缺"))
        else:
            builder.add(block)
    inside, alone = _split_marks(source, builder, headlines)
    lines_above = [text[start:end] for start, end in headlines]
    told_there = list(told_in_headlines(text, headlines, head.fields))
    headlines = [span for span in headlines if span not in {(field.start, field.end) for field in told_there}]
    header = sorted([*head.fields, *told_there], key=lambda field: field.start)
    clauses = (*header_clauses(text, header), *builder.clauses)
    defects.extend(builder.defects)
    defects.extend(Defect(start, end, text[start:end], "页码") for start, end in alone)
    return Plan(
        text=text,
        title=title,
        title_start=title_start,
        title_end=title_end,
        header=tuple(header),
        headlines=tuple(headlines),
        sections=tuple(builder.sections),
        tasks=tuple(builder.tasks),
        clauses=clauses,
        defects=tuple(sorted(defects, key=lambda defect: defect.start)),
        identity=identity_of(
            title,
            lines_above,
            [field.value for field in head.fields],
            [section.title for section in builder.sections],
            text[builder.clauses[0].start :] if builder.clauses else "",
        ),
        tables=builder.finished_tables(),
        page_marks=inside,
    )


def _cut_before_contents(lines: Sequence[Line], cut: tuple[int, int]) -> list[Line]:
    """The lines with the one that ends in 目录 cut in two: what stands before it is no part of the contents."""
    at, length = cut
    line = lines[at]
    rest = line.text[length:].lstrip()
    first = replace(line, end=line.start + length, text=line.text[:length])
    second = replace(line, start=line.end - len(rest), text=rest, gap=False)
    return [*lines[:at], first, second, *lines[at + 1 :]]


def _split_marks(
    source: Source, builder: _Builder, headlines: Sequence[tuple[int, int]]
) -> tuple[tuple[tuple[int, int], ...], list[tuple[int, int]]]:
    """The page numbers that stand inside a span, and those that stand alone."""
    spans = sorted(
        [
            *((section.start, section.end) for section in builder.sections),
            *((task.start, task.end) for task in builder.tasks),
            *((clause.start, clause.end) for clause in builder.clauses),
            *headlines,
        ]
    )
    inside: list[tuple[int, int]] = []
    alone: list[tuple[int, int]] = []
    at = 0
    for mark in source.marks:
        while at < len(spans) and spans[at][1] <= mark[0]:
            at += 1
        (inside if at < len(spans) and spans[at][0] <= mark[0] else alone).append(mark)
    return tuple(inside), alone


def _identity(words: str) -> str:
    """Five characters that depend on the sentence alone, white space aside, so that ids survive edits elsewhere."""
    digest = hashlib.blake2b(re.sub(r"\s", "", words).encode(), digest_size=8).digest()
    return b32encode(digest).decode().lower()[:5]


# Sections whose clauses keep the id that they have without them: a lead line, a table's title.
_NO_PART_OF_IDS = ("——", "表")


class _Builder:
    """Collects sections, tasks, clauses and tables while the blocks go by. Lives for one `parse_plan`."""

    def __init__(self, source: Source, tasks: frozenset[int]) -> None:
        self.source = source
        self.task_starts = tasks
        self.sections: list[Section] = []
        self.tasks: list[Task] = []
        self.clauses: list[Clause] = []
        self.tables: list[Table] = []
        self.defects: list[Defect] = []
        self.open: list[tuple[Opening, Section]] = []
        self.parts: dict[str, tuple[int, ...]] = {}
        self.section_ids: Counter[str] = Counter()
        self.clause_ids: Counter[str] = Counter()
        self.task_numbers: Counter[str] = Counter()
        self.ordinals: Counter[tuple[str, ...]] = Counter()
        self.table: FoundTable | None = None
        self.table_rows: list[Row] = []
        self.table_section = ""

    @property
    def section(self) -> str:
        return self.open[-1][1].id if self.open else ""

    @property
    def _id_prefix(self) -> str:
        kept = [section.id for opening, section in self.open if opening.scheme not in _NO_PART_OF_IDS]
        return kept[-1] if kept else "0"

    def add(self, block: Block) -> None:
        if block.kind == "row":
            self._add_row(block)
            return
        self._close_table()
        if block.heading is not None:
            self._add_heading(block, block.heading)
            if block.kind != "numbered":
                return
        start, end = text_of(block)
        spans = list(sentences(self.source, start, end))
        if not spans:
            return
        if block.kind == "item" and block.numbering is not None:
            for begin, stop in spans:
                self._add_clause("item", begin, stop, "", block.numbering.label.strip())
            return
        task = ""
        if spans[0][0] in self.task_starts and len(spans) > 1:
            task = self._add_task(spans.pop(0))
        if block.kind == "bullet" and not task and len(spans) == 1:
            self._add_clause("bullet", *spans[0], task, "")
            return
        for begin, stop, label in cut_items(self.source, spans):
            self._add_clause("item" if label else "sentence", begin, stop, task, label)

    # --- Sections and tasks -----------------------------------------------------------------------------------------------

    def _add_heading(self, block: Block, heading: Opening) -> None:
        while self.open and self.open[-1][0].rank >= heading.rank:
            self.open.pop()
        parent = self.section
        component = self._component(block, heading, parent)
        section_id = f"{parent}.{component}" if parent else component
        self.section_ids[section_id] += 1
        if self.section_ids[section_id] > 1:
            section_id = f"{section_id}~{self.section_ids[section_id]}"
        if block.numbering is not None:
            self.parts[section_id] = block.numbering.parts
        end = block.start + len(self.source.text[block.start : heading.body].rstrip())
        section = Section(
            section_id, len(self.open) + 1, heading.scheme, heading.number, heading.label, heading.title,
            block.start, end, parent,
        )  # fmt: skip
        self.sections.append(section)
        self.open.append((heading, section))

    def _component(self, block: Block, heading: Opening, parent: str) -> str:
        """What a heading adds to its parent's id. 2.3.1 under 2.3 counts on from it: the id is 2.3.1, not 2.3.2.3.1."""
        if heading.scheme != "1.1" or block.numbering is None:
            return heading.component
        parts = block.numbering.parts
        above = self.parts.get(parent, ())
        return (
            str(parts[-1])
            if above and parts[: len(above)] == above and len(parts) == len(above) + 1
            else heading.component
        )

    def _add_task(self, span: tuple[int, int]) -> str:
        section = self.section
        self.task_numbers[section] += 1
        task_id = f"{section or '0'}.{self.task_numbers[section]}"
        if task_id in self.section_ids:
            task_id = f"{section or '0'}.t{self.task_numbers[section]}"
        self.tasks.append(Task(task_id, task_title(self.source.words(*span)), *span, section))
        return task_id

    # --- Clauses ----------------------------------------------------------------------------------------------------------

    def _add_clause(self, kind: ClauseKind, start: int, end: int, task: str, item: str) -> None:
        counted = (self.section, task, f"{kind}:{item}")
        self.ordinals[counted] += 1
        self._place(kind, start, end, task, self.ordinals[counted], item)

    def _place(self, kind: ClauseKind, start: int, end: int, task: str, ordinal: int, item: str = "") -> None:
        clause_id = f"{self._id_prefix}-{_identity(self.source.words(start, end))}"
        self.clause_ids[clause_id] += 1
        if self.clause_ids[clause_id] > 1:
            clause_id = f"{clause_id}.{self.clause_ids[clause_id]}"
        words = self.source.text[start:end]
        self.clauses.append(Clause(clause_id, kind, start, end, words, self.section, task, ordinal, item))

    # --- Tables -----------------------------------------------------------------------------------------------------------

    def _add_row(self, block: Block) -> None:
        if block.table is not self.table:
            self._close_table(keep_title=self.table is None)
            self.table, self.table_section = block.table, self.section
        if block.row is None:
            words = self.source.text[block.start : block.end]
            self.defects.append(Defect(block.start, block.end, words, "表格线"))
        elif block.table is not None:
            self.table_rows.append(block.row)
            self._place("row", block.start, block.end, "", max(0, len(self.table_rows) - block.table.heads))

    def _close_table(self, *, keep_title: bool = False) -> None:
        if self.table is not None:
            heads = self.table.heads
            rows = tuple(self.table_rows)
            self.tables.append(
                Table(
                    self.table.label, self.table.title, rows[:heads], rows[heads:], self.table_section, self.table.unit
                )
            )
        self.table, self.table_rows = None, []
        if not keep_title and self.open and self.open[-1][0].scheme == "表":
            self.open.pop()

    def finished_tables(self) -> tuple[Table, ...]:
        self._close_table()
        return tuple(self.tables)
