"""A text's lines, and what stands on a page without being part of the plan."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

TERMINAL = "。！？!?；;：:…"
CLOSING = "”’」』）)》】\"'"
SPACE = r"[ \t\u3000\u00a0]"


@dataclass(frozen=True)
class Line:
    """A non-blank line without its surrounding white space; `gap` says that a blank line stands before it."""

    start: int
    end: int
    text: str
    gap: bool

    @cached_property
    def width(self) -> int:
        """How wide the line is on the page, in half characters."""
        return sum(2 if character > "\u2e80" or character in "“”‘’—…" else 1 for character in self.text)


@dataclass(frozen=True)
class StyledLine:
    """A line that the file's own styles call a heading; level 1 stands highest."""

    start: int
    end: int
    level: int


def levels_of(lines: Sequence[Line], styled: Sequence[StyledLine]) -> dict[int, int]:
    """The level of every line that is styled as a heading, by its index."""
    levels: dict[int, int] = {}
    at = 0
    for mark in sorted(styled, key=lambda mark: mark.start):
        while at < len(lines) and lines[at].end <= mark.start:
            at += 1
        if at < len(lines) and lines[at].start < mark.end:
            levels[at] = max(1, mark.level)
    return levels


_LINE = re.compile(r"[^\r\n\v\x1c-\x1e\x85\u2028\u2029]+")
# A page ends in the midst of a word as often as behind a paragraph: only there does a form feed end a line.
_PAGE_END = re.compile(r"\f(?=\s|$)|(?<![^\s])\f")
# Two full-width spaces inside a line begin a paragraph: the break before it was lost.
_LOST_BREAK = re.compile(r"(?<=\S)\u3000{2,}(?=——|第[一二三四五六七八九十]+[篇章节]|[^\s\u3000][^\n\u3000]{14})")


def lines_of(text: str) -> list[Line]:
    """The non-blank lines of a text, in order."""
    lines: list[Line] = []
    gap = False
    for begin, end in _pieces(text):
        piece = text[begin:end]
        stripped = piece.strip()
        if not stripped:
            gap = gap or not lines or "\n" in text[lines[-1].end : begin]
            continue
        start = begin + piece.index(stripped)
        blank_between = lines and text.count("\n", lines[-1].end, start) > 1
        lines.append(Line(start, start + len(stripped), stripped, gap or bool(blank_between)))
        gap = False
    return lines


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for match in _LINE.finditer(text):
        start = match.start()
        piece = match.group()
        if "\f" in piece or "\u3000\u3000" in piece:
            cuts = sorted({m.start() for pattern in (_PAGE_END, _LOST_BREAK) for m in pattern.finditer(piece)})
            for cut in cuts:
                yield start, match.start() + cut
                start = match.start() + cut
        yield start, match.end()


_PAGE_NUMBER = re.compile(r"^[—\-–－\s·]*\d{1,4}[—\-–－\s·]*$|^第\s?\d+\s?页(?:\s?[,，/]?\s?共\s?\d+\s?页)?$")
_WEB_PAGE = re.compile(
    r"^(?:相关报道|相关链接|相关阅读|相关附件|扫一扫.{0,20}|打印本页|关闭窗口|返回顶部|上一篇.{0,60}|下一篇.{0,60})[:：]?$"
)
DATE_LINE = re.compile(
    r"^[(（]?(?:\d{4}|[〇零○Ｏ一二三四五六七八九]{4})\s?年\s?[\d一二三四五六七八九十]{1,3}\s?月\s?(?:[\d一二三四五六七八九十]{1,3}\s?日)?[)）]?$"
)
BULLET = re.compile(r"^(?:——|--|[—–•·●◆■□※▪◇○★▲]|[-*]\s)\s*")


def furniture(line: str) -> str | None:
    """Why the line is a defect, or None."""
    if _PAGE_NUMBER.match(line):
        return "页码"
    return "网页文字" if _WEB_PAGE.match(line) else None


@dataclass(frozen=True)
class Layout:
    """How a text's lines are broken: `wrapped` where the page ended rather than where a sentence did, as in text taken
    from a PDF; `wide` is the width of a full line there."""

    wrapped: bool
    wide: int

    def breaks(self, line: Line) -> bool:
        """Whether a line without a full stop is broken by the page's edge, rather than ending there."""
        return self.wrapped and line.width >= 0.8 * self.wide and line.text[-1] not in TERMINAL

    def fills(self, line: Line) -> bool:
        """Whether the line reaches the page's edge, but for a character or two that would not fit."""
        return self.wrapped and line.width >= 0.95 * self.wide

    def nearly_fills(self, line: Line) -> bool:
        """Whether the line is so long that a title in the text's own size breaks in it."""
        return self.wrapped and line.width >= 0.88 * self.wide


# How many characters a page's lines have.
_NARROWEST, _WIDEST = 15, 60


def layout_of(lines: Sequence[Line]) -> Layout:
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 40:
        return Layout(False, 0)
    widths = sorted(line.width for line in lines)
    wide = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if len(line.text) >= 0.75 * wide]
    unfinished = [line for line in full if line.text[-1] not in TERMINAL + "，,、" + CLOSING]
    return Layout(_NARROWEST <= wide <= _WIDEST and len(unfinished) > 0.5 * len(full), widths[int(len(widths) * 0.8)])


@dataclass(frozen=True)
class Source:
    """A text and the page numbers glued to its lines, in order."""

    text: str
    marks: tuple[tuple[int, int], ...]

    def words(self, start: int, end: int) -> str:
        """What stands between two offsets, page numbers blanked; as long as the span."""
        words = self.text[start:end]
        for mark_start, mark_end in self.marks_in(start, end):
            words = words[: mark_start - start] + " " * (mark_end - mark_start) + words[mark_end - start :]
        return words

    def marks_in(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        first = bisect_left(self.marks, (start, start))
        last = bisect_left(self.marks, (end, end))
        return self.marks[first:last]

    def title(self, start: int, end: int) -> str:
        """The words of a heading between two offsets, on one line."""
        return re.sub(r"\s*[\r\n]+\s*", "", self.words(start, end)).strip()
