"""Lines to blocks: what is a heading or looks like one, a list item, a bullet, a row, a paragraph; lines that a page broke
are joined again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.plan.contents import Contents
from assistant.plan.counting import Counting
from assistant.plan.document import Defect, Row
from assistant.plan.headings import Numbering, markdown_of, numbering_of
from assistant.plan.lines import BULLET, CLOSING, DATE_LINE, TERMINAL, Layout, Line, Source, furniture
from assistant.plan.table import FoundTable, is_rule

BlockKind = Literal["numbered", "free", "attachment", "table", "item", "bullet", "row", "paragraph", "date", "headline"]


@dataclass(frozen=True)
class Opening:
    """What a heading opens: `rank` says how high it stands, `body` where the text glued to it begins."""

    scheme: str
    rank: float
    number: int
    component: str
    label: str
    title: str
    body: int


@dataclass(frozen=True)
class Block:
    """A run of lines that belong together.

    `numbering` is how it begins, where it is numbered; `level` is what the file's style or Markdown says of it, 0 for
    nothing. A block with a title has it at `title_start:title_end`, the text glued to it follows. `closed` blocks do
    not go on in the next line. `row` is set for rows.
    """

    kind: BlockKind
    start: int
    end: int
    numbering: Numbering | None = None
    level: int = 0
    title_start: int = 0
    closed: bool = False
    row: Row | None = None
    table: FoundTable | None = None
    heading: Opening | None = None


class BlockReader:
    """Reads the lines below the head into blocks. Lives for one `parse_plan`."""

    def __init__(
        self,
        source: Source,
        lines: Sequence[Line],
        layout: Layout,
        contents: Contents,
        tables: Sequence[FoundTable],
        levels: Mapping[int, int],
    ) -> None:
        self.source = source
        self.lines = lines
        self.layout = layout
        self.contents = contents
        self.rows: dict[int, tuple[FoundTable, Row]] = {at: (table, row) for table in tables for at, row in table.rows}
        self.captions = {table.caption: table for table in tables if table.caption is not None}
        self.levels = levels
        self.defects: list[Defect] = []
        self.counting = Counting({})
        self.taken: set[int] = set()
        self.titles = frozenset(map(_without_number, contents.keys))
        self.entries_by_tail: dict[str, list[str]] = {}
        for entry in sorted(contents.keys):
            self.entries_by_tail.setdefault(entry[-4:], []).append(entry)
        self.last_lines = {_key(line.text): index for index, line in enumerate(lines)}

    def read(self, first: int) -> list[Block]:
        """The blocks from the line `first` on."""
        return list(self._blocks(first))

    def _blocks(self, first: int) -> Iterator[Block]:
        pending: Block | None = None
        before: Line | None = None  # the line of running text right before, None behind anything else
        for index in range(first, len(self.lines)):
            line = self.lines[index]
            if index in self.taken:
                continue
            if pending and self._is_subscript(line, before):
                pending = replace(pending, end=line.end)
                continue
            if self._is_furniture(index, line, pending, before):
                if not (pending and self._goes_over_the_page(before)):
                    if pending:
                        yield pending
                    pending, before = None, None
                continue
            block = self._opening(index, line, before)
            if block is None and pending and not pending.closed and self._continues(before, line):
                pending = replace(pending, end=line.end)
                before = line
                continue
            if pending:
                yield pending
            pending = block or self._plain(line)
            before = None if pending.closed else line
        if pending:
            yield pending

    # --- What stands on the page without being part of the plan --------------------------------------------------------

    def _is_furniture(self, index: int, line: Line, pending: Block | None, before: Line | None) -> bool:
        reason = "目录行" if index in self.contents.lines else None if index in self.rows else furniture(line.text)
        if reason is None:
            return False
        if reason != "页码" or not (pending and self._goes_over_the_page(before)):
            self.defects.append(Defect(line.start, line.end, line.text, reason))
        return True

    def _goes_over_the_page(self, before: Line | None) -> bool:
        """Whether a sentence is still open where a page ends: its clause is one span of the text, page number and all."""
        return before is not None and self.layout.breaks(before)

    def _is_subscript(self, line: Line, before: Line | None) -> bool:
        """Whether a line is only the small numbers of the line before (PM2.5), in text taken from a PDF."""
        return self._goes_over_the_page(before) and _SUBSCRIPT.fullmatch(line.text) is not None

    def _continues(self, before: Line | None, line: Line) -> bool:
        if before is None:
            return False
        if BULLET.match(line.text):
            return False
        if before.text[-1] in "，,、":
            return True
        return not line.gap and (self.layout.breaks(before) or self.layout.fills(before))

    # --- What a line opens ----------------------------------------------------------------------------------------------

    def _opening(self, index: int, line: Line, before: Line | None) -> Block | None:
        """The block that a line certainly begins, None for one that may go on from the line before."""
        if index in self.rows:
            table, row = self.rows[index]
            self.taken.update(self._lines_of_row(index, row))
            return Block("row", row.start, row.end, closed=True, row=None if is_rule(row) else row, table=table)
        if index in self.captions and not self._is_open(before):
            table = self.captions[index]
            between = range(index + 1, table.rows[0][0])
            self.taken.update(between)
            line = replace(line, end=self.lines[between[-1]].end) if between else line
            return Block("table", line.start, line.end, closed=True, table=table)
        markdown = markdown_of(line.text)
        if markdown:
            return self._markdown(line, *markdown)
        numbering = numbering_of(line.text)
        if numbering is not None and self._is_placed(index, numbering, before):
            return self._numbered(index, line, numbering)
        if self._is_open(before):
            return None
        if DATE_LINE.match(line.text):
            return Block("date", line.start, line.end, closed=True)
        attachment = self._mention(index, line) or self._attachment(index, line)
        if attachment is None and index in self.levels and len(line.text) <= _LONGEST_STYLED:
            return Block("free", line.start, line.end, level=self.levels[index], title_start=line.start, closed=True)
        return attachment or self._known_title(line)

    def _lines_of_row(self, index: int, row: Row) -> range:
        """The lines behind its first one that a row takes."""
        last = index
        while last + 1 < len(self.lines) and self.lines[last + 1].start < row.end:
            last += 1
        return range(index + 1, last + 1)

    def _is_open(self, before: Line | None) -> bool:
        """Whether the sentence of the line before goes on."""
        if before is None:
            return False
        return before.text[-1] in "，,、" or self.layout.breaks(before)

    def _is_placed(self, index: int, numbering: Numbering, before: Line | None) -> bool:
        if index in self.levels:
            return True
        return self.counting.follows(numbering) if self._is_open(before) else self.counting.may_follow(numbering)

    def _markdown(self, line: Line, level: int, begin: int) -> Block:
        numbering = numbering_of(line.text[begin:])
        if numbering is not None:
            self.counting.take(numbering)
            title_start = line.start + begin + numbering.end
            return Block("numbered", line.start, line.end, numbering, level, title_start, closed=True)
        return Block("free", line.start, line.end, None, level, line.start + begin, closed=True)

    def _numbered(self, index: int, line: Line, numbering: Numbering) -> Block:
        self.counting.take(numbering)
        end, closed = line.end, False
        if "。" not in line.text[numbering.end :]:
            joined = self._title_lines(index, line, numbering)
            self.taken.update(range(index + 1, joined + 1))
            end = self.lines[joined].end
            closed = self.lines[joined].text[-1] not in "，,、"
            if self.layout.wrapped and joined == index:
                closed = not self._runs_on(line) or _key(line.text[numbering.end :]) in self.titles
        return Block(
            "numbered", line.start, end, numbering, self.levels.get(index, 0), line.start + numbering.end, closed=closed
        )

    def _runs_on(self, line: Line) -> bool:
        """Whether a line without a full stop is so full that its sentence goes on."""
        return self.layout.nearly_fills(line) and line.text[-1] not in TERMINAL

    def _title_lines(self, index: int, line: Line, numbering: Numbering) -> int:
        """The last line of the title that begins in this one. Titles are set wider than the text: they break earlier."""
        words = line.text[numbering.end :]
        key = _key(words)
        for last in range(index + 1, min(index + 3, len(self.lines))):
            key += _key(self.lines[last].text)
            if len(key) >= 6 and any(entry.endswith(key) for entry in self.entries_by_tail.get(key[-4:], ())):
                return last
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        broken = self.layout.wrapped and line.width >= 0.75 * self.layout.wide and line.text[-1] not in TERMINAL
        if (
            broken
            and following is not None
            and not following.gap
            and following.width <= 0.6 * self.layout.wide
            and following.text[-1] not in TERMINAL + "，,、"
            and numbering_of(following.text) is None
            and furniture(following.text) is None
            and _key(words) not in self.titles
        ):
            return index + 1
        return index

    def _known_title(self, line: Line) -> Block | None:
        """A title without a number that the contents name, or that ends every plan (结语)."""
        key = _key(line.text)
        if (key in self.contents.keys and not key.startswith(("图", "表", "附", "专栏"))) or key in _CUSTOMARY:
            return Block("free", line.start, line.end, title_start=line.start, closed=True)
        return None

    # --- Attachments ----------------------------------------------------------------------------------------------------

    def _attachment(self, index: int, line: Line) -> Block | None:
        match = _ATTACHMENT.match(line.text)
        if match is None:
            return None
        title = match.group("title")
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        if title:
            if not match.group("sign") or self._is_mention(index, title):
                return None
            return Block("attachment", line.start, line.end, title_start=line.start + match.start("title"), closed=True)
        if match.group("sign") or following is None or len(following.text) > 60 or following.text[-1] in TERMINAL:
            return None
        if numbering_of(following.text) or index + 1 in self.rows:
            return Block("attachment", line.start, line.end, title_start=line.end, closed=True)
        last = index + 1
        if last + 1 < len(self.lines) and not self.lines[last + 1].gap and _goes_on(following, self.lines[last + 1]):
            last += 1
        self.taken.update(range(index + 1, last + 1))
        return Block("attachment", line.start, self.lines[last].end, title_start=following.start, closed=True)

    def _mention(self, index: int, line: Line) -> Block | None:
        """附件：1.… 2.… at the foot of a notice: what is attached, by name, up to a line each."""
        match = _ATTACHMENT.match(line.text)
        if match is None or ":" not in match.group("sign").replace("：", ":"):
            return None
        title = match.group("title")
        listed = numbering_of(title) if title else None
        following = self.lines[index + 1] if index + 1 < len(self.lines) else None
        if not title and not (following and self._is_mention(index, following.text, after=index + 1)):
            return None
        if title and not self._is_mention(index, title[listed.end :] if listed else title):
            return None
        last = index
        while last + 1 < len(self.lines) and self._is_listed(last + 1, first=not title and last == index):
            last += 1
        self.taken.update(range(index + 1, last + 1))
        return Block("headline", line.start, self.lines[last].end, closed=True)

    def _is_listed(self, index: int, *, first: bool) -> bool:
        """Whether a line names one of the things attached."""
        line = self.lines[index]
        numbering = numbering_of(line.text)
        short = len(line.text) <= 60 and line.text[-1] not in TERMINAL and not _ATTACHMENT.match(line.text)
        return short and (first or (numbering is not None and numbering.scheme == "1."))

    def _is_mention(self, index: int, title: str, after: int | None = None) -> bool:
        """附件：… at the foot of a notice only names what is attached: signature and date follow, or the title stands
        again below."""
        for later in self.lines[index + 1 : index + 8]:
            if DATE_LINE.match(later.text) or _ATTACHMENT.match(later.text):
                return True
        return self.last_lines.get(_key(title), -1) > (index if after is None else after)

    # --- Everything else ------------------------------------------------------------------------------------------------

    def _plain(self, line: Line) -> Block:
        if BULLET.match(line.text):
            return Block("bullet", line.start, line.end)
        return Block("paragraph", line.start, line.end)


def _key(words: str) -> str:
    return re.sub(r"\s", "", words)


_ATTACHMENT = re.compile(
    r"^附\s*件\s*(?P<number>[\d一二三四五六七八九十]{0,2})(?P<sign>\s*[:：.、]|\s+|(?=$))\s*(?P<title>.{0,60})$"
)
_LONGEST_STYLED = 80
_SUBSCRIPT = re.compile(r"\d\.\d|\d{1,2}(?:\.\d)?(?:\s\d{1,2}(?:\.\d)?)+")
_CUSTOMARY = frozenset("结语 结束语 前言 引言 序言 导言 附则 后记".split())


def attachment_number(label: str) -> int:
    """The number in 附件2, 0 where it has none."""
    match = re.search(r"\d+", label)
    return int(match.group()) if match else 0


def _goes_on(line: Line, following: Line) -> bool:
    """Whether a title of two lines goes on in the second: neither is a sentence, the second no heading."""
    return (
        len(line.text) >= 8
        and len(following.text) <= 40
        and following.text[-1] not in TERMINAL + CLOSING + "，、"
        and numbering_of(following.text) is None
        and re.match(r"[(（]|附|表|单位", following.text) is None
        and "\t" not in following.text
    )


def _without_number(entry: str) -> str:
    numbering = numbering_of(entry)
    return entry[numbering.end :] if numbering else entry
