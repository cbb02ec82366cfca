"""Plain text to `Plan`.

The text is read line by line into blocks (a heading, a bullet, a paragraph), blocks into clauses. Every non-blank
character ends up in exactly one of: header field, headline, heading, task title, clause, defect. Nothing is rewritten:
spans are offsets into the text as it is.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.plan.document import Clause, ClauseKind, Defect, Plan, Section, Task
from assistant.plan.head import header_clauses, is_headline, read_head, title_of
from assistant.plan.headings import Heading, heading_of
from assistant.plan.identity import identity_of
from assistant.plan.lines import BULLET, CLOSING, DATE_LINE, TERMINAL, Line, StyledLine, furniture, lines_of
from assistant.plan.scan import read_quantities

# --- Blocks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """A run of lines that belong together. `heading` is set for heading blocks (their span is the heading alone)."""

    kind: Literal["heading", "bullet", "paragraph", "date"]
    start: int
    end: int
    heading: Heading | None = None


def _is_hard_wrapped(lines: list[Line]) -> bool:
    """Whether lines break where the page ended rather than where a sentence did, as in text taken from a PDF."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 40:
        return False
    wide = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if len(line.text) >= 0.75 * wide]
    unfinished = [line for line in full if line.text[-1] not in TERMINAL + "，,、" + CLOSING]
    return wide <= 60 and len(unfinished) > 0.5 * len(full)


def _blocks(text: str, lines: list[Line], defects: list[Defect]) -> Iterator[_Block]:
    wrapped = _is_hard_wrapped(lines)
    pending: _Block | None = None
    for line in lines:
        if reason := furniture(line.text):
            defects.append(Defect(line.start, line.end, line.text, reason))
            if pending:  # a clause is one span of the text: it cannot go on behind a defect
                yield pending
                pending = None
            continue
        heading = heading_of(line.text)
        bullet = BULLET.match(line.text) is not None
        if pending and heading is None and not bullet and _continues(text, pending, line, wrapped=wrapped):
            pending = _Block(pending.kind, pending.start, line.end)
            continue
        if pending:
            yield pending
            pending = None
        if heading is not None:
            yield _Block("heading", line.start, line.start + heading.body, heading)
            body = line.text[heading.body :]
            if body.strip():
                begin = line.start + heading.body + (len(body) - len(body.lstrip()))
                pending = _Block("paragraph", begin, line.end)
        elif DATE_LINE.match(line.text):
            yield _Block("date", line.start, line.end)
        else:
            pending = _Block("bullet" if bullet else "paragraph", line.start, line.end)
    if pending:
        yield pending


def _continues(text: str, pending: _Block, line: Line, *, wrapped: bool) -> bool:
    last = text[pending.end - 1]
    if last in "，,、":
        return True
    return wrapped and not line.gap and last not in TERMINAL + CLOSING


# --- Sections, tasks, clauses -----------------------------------------------------------------------------------------

_SENTENCE = re.compile(rf"[^。！？!?]*[。！？!?]+[{CLOSING}]*|[^。！？!?]+$")
_TASK_TITLE = re.compile(r"[^，,；;：:。！？!?]{4,24}。")
_SALUTATION = re.compile(r"^(?:各位|同志们|朋友们|现在|谢谢)")


def _identity(text: str) -> str:
    """Five characters that depend on the sentence alone, white space aside, so that ids survive edits elsewhere."""
    digest = hashlib.blake2b(re.sub(r"\s", "", text).encode(), digest_size=8).digest()
    return b32encode(digest).decode().lower()[:5]


class _Builder:
    """Collects sections, tasks and clauses while the blocks go by. Lives for one `parse_plan`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sections: list[Section] = []
        self.tasks: list[Task] = []
        self.clauses: list[Clause] = []
        self.open: list[tuple[float, Section]] = []
        self.section_ids: Counter[str] = Counter()
        self.clause_ids: Counter[str] = Counter()
        self.task_numbers: Counter[str] = Counter()
        self.ordinals: Counter[tuple[str, str, str]] = Counter()

    @property
    def section(self) -> str:
        return self.open[-1][1].id if self.open else ""

    def add_heading(self, block: _Block, heading: Heading) -> None:
        while self.open and self.open[-1][0] >= heading.rank:
            self.open.pop()
        parent = self.section
        component = heading.component
        if heading.scheme == "1.1":
            # 2.3.1 under 2.3 counts on from its parent: the id is 2.3.1, not 2.3.2.3.1.
            component = component.removeprefix(f"{parent}.").removeprefix(f"{parent.rsplit('.', 1)[-1]}.")
        section_id = f"{parent}.{component}" if parent else component
        self.section_ids[section_id] += 1
        if self.section_ids[section_id] > 1:
            section_id = f"{section_id}~{self.section_ids[section_id]}"
        section = Section(
            section_id, len(self.open) + 1, heading.scheme, heading.number, heading.label, heading.title,
            block.start, block.end, parent,
        )  # fmt: skip
        self.sections.append(section)
        self.open.append((heading.rank, section))

    def add_text(self, block: _Block) -> None:
        spans = list(_sentences(self.text, block.start, block.end))
        task = ""
        if len(spans) > 1 and self._is_task_title(block, spans[0]):
            task = self._add_task(block, spans.pop(0))
        kind: ClauseKind = "bullet" if block.kind == "bullet" and not task and len(spans) == 1 else "sentence"
        for start, end in spans:
            self.add_clause(kind, start, end, task)

    def _is_task_title(self, block: _Block, span: tuple[int, int]) -> bool:
        opening = self.text[span[0] : span[1]]
        if block.kind == "bullet":
            opening = BULLET.sub("", opening, count=1)
        return (
            _TASK_TITLE.fullmatch(opening) is not None
            and _SALUTATION.match(opening) is None
            and not read_quantities(opening)
        )

    def _add_task(self, block: _Block, span: tuple[int, int]) -> str:
        section = self.section
        self.task_numbers[section] += 1
        task_id = f"{section or '0'}.{self.task_numbers[section]}"
        if task_id in self.section_ids:
            task_id = f"{section or '0'}.t{self.task_numbers[section]}"
        title = self.text[span[0] : span[1]]
        if block.kind == "bullet":
            title = BULLET.sub("", title, count=1)
        self.tasks.append(Task(task_id, title.rstrip("。"), *span, section))
        return task_id

    def add_clause(self, kind: ClauseKind, start: int, end: int, task: str) -> None:
        section = self.section
        words = self.text[start:end]
        clause_id = f"{section or '0'}-{_identity(words)}"
        self.clause_ids[clause_id] += 1
        if self.clause_ids[clause_id] > 1:
            clause_id = f"{clause_id}.{self.clause_ids[clause_id]}"
        self.ordinals[section, task, kind] += 1
        ordinal = self.ordinals[section, task, kind]
        self.clauses.append(Clause(clause_id, kind, start, end, words, section, task, ordinal))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of the sentences between start and end, without white space around them."""
    for match in _SENTENCE.finditer(text[start:end]):
        words = match.group().strip()
        if words:
            begin = start + match.start() + match.group().index(words)
            yield begin, begin + len(words)


def parse_plan(text: str, styled: Sequence[StyledLine] = ()) -> Plan:  # noqa: ARG001
    """Read a plan's text. Never fails: what it cannot place becomes a `Defect`."""
    lines = lines_of(text)
    head = read_head(lines)
    title, title_start, title_end = title_of(text, head)
    defects = list(head.defects)
    headlines = [(line.start, line.end) for line in head.headlines if is_headline(line, title_start, title_end)]
    defects.extend(
        Defect(line.start, line.end, line.text, "题头里的零散文字")
        for line in head.headlines
        if not is_headline(line, title_start, title_end)
    )
    builder = _Builder(text)
    header = list(head.fields)
    blocks = list(_blocks(text, lines[head.body :], defects))
    for index, block in enumerate(blocks):
        words = text[block.start : block.end]
        if block.heading is not None:
            builder.add_heading(block, block.heading)
        elif block.kind == "date":
            headlines.append((block.start, block.end))
        elif index == len(blocks) - 1 and len(words) <= 10 and words[-1] not in TERMINAL + CLOSING:
            defects.append(Defect(block.start, block.end, words, "文末残缺"))
        else:
            builder.add_text(block)
    clauses = [*header_clauses(text, header), *builder.clauses]
    return Plan(
        text=text,
        title=title,
        title_start=title_start,
        title_end=title_end,
        header=tuple(header),
        headlines=tuple(headlines),
        sections=tuple(builder.sections),
        tasks=tuple(builder.tasks),
        clauses=tuple(clauses),
        defects=tuple(sorted(defects, key=lambda defect: defect.start)),
        identity=identity_of(
            title,
            [text[s:e] for s, e in headlines],
            [field.value for field in header],
            [section.title for section in builder.sections],
            text[builder.clauses[0].start :] if builder.clauses else "",
        ),
    )
