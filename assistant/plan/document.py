"""The plan as a value: header, headings, tasks, clauses, defects; and the formal citation.

Every span is a pair of code-point offsets into `Plan.text`, which is the decoded file as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.errors import UnknownClause
from assistant.plan.identity import Identity, name_of

ClauseKind = Literal["sentence", "bullet", "item", "row", "header"]


@dataclass(frozen=True)
class HeaderField:
    """One labelled value above the plan, such as 文号. `name` is the label's usual form, `start:end` covers
    label and value, `value_start:value_end` the value alone."""

    name: str
    value: str
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(frozen=True)
class Defect:
    """Text that is neither header, heading, task title nor clause, and why."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it.

    `id` is the text's own numbering (第二部分第(五)项 is "2.5"), never a count of ours, so that it stays when text is
    inserted elsewhere. `scheme` and `number` are the numbering as read; `label` is as written, "(五)".
    `parent` is the id of the section above, "" at the top.
    """

    id: str
    level: int
    scheme: str
    number: int
    label: str
    title: str
    start: int
    end: int
    parent: str


@dataclass(frozen=True)
class Task:
    """A paragraph that opens with a short named sentence; `start:end` is that sentence with its full stop.
    `id` is for the reader's margin ("2.5.1": the first task of 2.5)."""

    id: str
    title: str
    start: int
    end: int
    section: str


@dataclass(frozen=True)
class Clause:
    """The smallest thing that is cited. `ordinal` is its place as people count: the sentence within its task (the
    title not counted) or within its section's own text, the bullet within its section, the row within its table (0 in
    the table's head). `task` is "" outside tasks, `section` is "" before the first heading. `item` is the label of the
    list item that the sentence belongs to ("3.", "一是"), "" outside items; within an item the ordinal counts anew."""

    id: str
    kind: ClauseKind
    start: int
    end: int
    text: str
    section: str
    task: str
    ordinal: int
    item: str = ""


@dataclass(frozen=True)
class Cell:
    """A table's cell; an empty one has an empty span where it would stand, and so has one whose words are joined from
    several lines around its row."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Row:
    """A table's row: one clause of kind "row" with the same span."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table. `label` and `title` are what stands above it ("表1", "主要指标"), "" where nothing does; `header` are the
    rows that name the columns, `rows` those below; `section` is where it stands, `unit` what a line above says that
    its figures are counted in."""

    label: str
    title: str
    header: tuple[Row, ...]
    rows: tuple[Row, ...]
    section: str
    unit: str = ""


@dataclass(frozen=True)
class Plan:
    """A government plan, read. `page_marks` are page numbers that stand inside a clause or a heading because a page ended
    there: part of its span, not of what it says."""

    text: str
    title: str
    title_start: int
    title_end: int
    header: tuple[HeaderField, ...]
    headlines: tuple[tuple[int, int], ...]
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    clauses: tuple[Clause, ...]
    defects: tuple[Defect, ...]
    identity: Identity
    tables: tuple[Table, ...] = ()
    page_marks: tuple[tuple[int, int], ...] = ()

    @property
    def year(self) -> int | None:
        """The (first) year that it is for."""
        return self.identity.year

    @property
    def place(self) -> str | None:
        """The place that it is for."""
        return self.identity.place

    @property
    def name(self) -> str:
        """The title with the place and year that it lacks, 海拉尔区2018年《政府工作报告》; of a text without a title what it is
        by its own words, 宁波市2024年政府工作报告; "" where it says nothing."""
        return name_of(self.title, self.identity)

    def field(self, name: str) -> str:
        """The value of a header field by its usual label, "" where there is none."""
        return next((field.value for field in self.header if field.name == name), "")

    @property
    def number(self) -> str:
        """The 文号, "" where there is none."""
        return self.field("文号")

    @cached_property
    def clauses_by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def sections_by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def tasks_by_id(self) -> dict[str, Task]:
        return {task.id: task for task in self.tasks}

    @cached_property
    def rows_by_start(self) -> dict[int, tuple[Table, Row]]:
        """Every row of a table with its table, by where it begins: as its clause does."""
        return {row.start: (table, row) for table in self.tables for row in (*table.header, *table.rows)}

    def words(self, clause: Clause) -> str:
        """What a clause says, as long as its text: page numbers inside it are blanked."""
        words = clause.text
        first = bisect_left(self.page_marks, (clause.start, clause.start))
        for start, end in self.page_marks[first:]:
            if start >= clause.end:
                break
            words = words[: start - clause.start] + " " * (end - start) + words[end - clause.start :]
        return words

    def clause(self, clause_id: str) -> Clause:
        try:
            return self.clauses_by_id[clause_id]
        except KeyError:
            raise UnknownClause(self.title, clause_id) from None

    def ancestry(self, section_id: str) -> tuple[Section, ...]:
        """The sections from the top down to this one."""
        line: list[Section] = []
        while section_id:
            section = self.sections_by_id[section_id]
            line.append(section)
            section_id = section.parent
        return tuple(reversed(line))

    def path(self, clause: Clause) -> tuple[str, ...]:
        """Heading, sub-heading, …, task title: where the clause stands, in the text's words."""
        headings = tuple(section.label + section.title for section in self.ancestry(clause.section))
        return (*headings, self.tasks_by_id[clause.task].title) if clause.task else headings

    def formal_citation(self, clause: Clause) -> str:
        """The citation as staff paste it into a document; the sentence itself is not part of it.

        Parts that do not exist are left out: 《title》(文号)第二部分第(五)项“task”第2句, a bullet 第3条, a table's row
        附表1“主要指标”第4行.
        """
        head = f"{self.name}({self.number})" if self.number else self.name
        if clause.kind == "header":
            return f"{head}“{clause.id.removeprefix('header.')}”"
        place = "".join(map(_place_of, _without_wholes(self.ancestry(clause.section))))
        if clause.task:
            place += f"“{self.tasks_by_id[clause.task].title}”"
        if clause.kind == "row":
            return f"{head}{place}{f'第{clause.ordinal}行' if clause.ordinal else '表头'}"
        counter = "条" if clause.kind == "bullet" else "句"
        return f"{head}{place}{place_of_item(clause.item)}第{clause.ordinal}{counter}"


# How a numbered heading is named when it is cited: an unnumbered one by its title.
_PLACE_FORMS = {
    "篇": "第{}篇", "部分": "第{}部分", "章": "第{}章", "节": "第{}节", "条": "第{}条",
    "一、": "第{}部分", "(一)": "第({})项",
    "1.": "第{}点", "(1)": "第({})点", "1)": "第{}点", "①": "第{}小点", "1.1": "第{}节",
}  # fmt: skip
_INNER_QUOTES = str.maketrans("“”", "‘’")
_CHINESE_DIGITS = "零一二三四五六七八九"
_CHINESE_NUMBERED = {"篇", "部分", "章", "节", "条", "一、", "(一)"}


def chinese_ordinal(number: int) -> str:
    """1 to 99 in Chinese numerals, as headings count."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _CHINESE_DIGITS[ones]
    return ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十" + (_CHINESE_DIGITS[ones] if ones else "")


def _without_wholes(line: Sequence[Section]) -> list[Section]:
    """The sections that a citation names: 2.3.5 says by itself that it stands in 2.3."""
    below = [*line, None][1:]
    return [
        section
        for section, part in zip(line, below, strict=True)
        if not (part is not None and part.scheme == "1.1" and section.scheme in ("1.", "1.1"))
    ]


def _place_of(section: Section) -> str:
    if section.scheme in ("附件", "表"):
        label, title = section.label.strip(), section.title.translate(_INNER_QUOTES)
        return f"{label}“{title}”" if title else label
    form = _PLACE_FORMS.get(section.scheme)
    if form is None:
        return f"“{section.title}”"
    if section.scheme == "1.1":
        return form.format(section.label.strip())
    return form.format(chinese_ordinal(section.number) if section.scheme in _CHINESE_NUMBERED else section.number)


_ITEM_CORE = re.compile(r"[^、．.\s]+")
_SPOKEN = {"首先": "第一点", "其次": "第二点", "再次": "第三点", "最后": "最后一点"}
_NARROW_BRACKETS = str.maketrans("（）", "()")


def place_of_item(label: str) -> str:
    """How a list item is named when it is cited: (三) is 第(三)项, 3. is 第3项, 一是 is 第一点; "" for no label."""
    if label in _SPOKEN:
        return _SPOKEN[label]
    core = _ITEM_CORE.match(label.translate(_NARROW_BRACKETS))
    if core is None:
        return ""
    words = core.group()
    if words.startswith("第"):
        return words if words.endswith("条") else f"{words}点"
    if words.endswith("是"):
        return f"第{words[:-1]}点"
    return f"第{words.removesuffix(')') if words[0] != '(' else words}项"
