"""From glyphs on pages to lines, and from lines to paragraphs. Pure geometry: points, from the page's top left.

How Chinese offices set their documents: a paragraph's first line stands in by two characters, its lines run to the
right edge, only its last is shorter; there are no spaces between characters, and a page ends anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from assistant.reading.read_text import raised

_ASCII_GAP = 0.18  # em; more between two Latin letters or digits is a space
_WIDE_GAP = 1.3  # em; more is a space between any characters
_OVERLAP = 0.5  # of the smaller height; less, and glyphs stand on different lines
_RAISED = 0.86  # of the line's size; a smaller digit that is raised is a footnote's mark or an exponent
_INDENT = 1.2  # em
_SHORT = 2.0  # em
_GAP = 1.7  # times the usual distance of lines
_OTHER_SIZE = 1.12
_GUTTER = 12.0
_FULL_LINES = 3  # so many lines that end alike show where the right edge is
_MARGIN = 0.14  # of the page's height; running heads and page numbers stand within
_CONTENTS_LINE = re.compile(r"[.．…·]{4,}\s*\d*\s*$")
_ITEM = re.compile(
    r"第[一二三四五六七八九十百\d]+[编篇章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}(?![\d.%])|[①-⑳]|专栏|——|[●◆■□▪•]"
)
_TERMINAL = re.compile(r"[。！？!?；;：:][”’」』）)》]*$")
_PAGE_NUMBER = re.compile(
    r"[\s—\-–－─·~～]*(?:\d{1,4}|[ivxlc]{1,6}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]{1,3})[\s—\-–－─·~～]*"
    r"|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+",
    re.I,
)
_NUMBERING = re.compile(r"\d+(?:\.\d+)+$")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box; `size` is its font's."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str = ""


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of text on a page (counted from 1). `left` and `right` are the edges of the text around it, `marks` the
    footnote marks that stood in it."""

    page: int
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str = ""
    left: float = 0.0
    right: float = 0.0
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """Lines joined. `pages` says where in the text each page after the first begins."""

    text: str
    page: int
    pages: tuple[tuple[int, int], ...] = ()


# --- Glyphs to lines --------------------------------------------------------------------------------------------------


def lines_of(glyphs: Sequence[Glyph], page: int, width: float) -> list[PageLine]:
    """The lines of a page in reading order, two columns one after the other."""
    rows = list(_rows(glyphs))
    gutter = _gutter(rows, width)
    if gutter is None:
        lines = [_line(row, page) for row in rows]
        return _with_edges([line for line in lines if line.text])
    ordered: list[PageLine] = []
    left: list[PageLine] = []
    right: list[PageLine] = []
    for row in rows:
        if any(glyph.x0 < gutter < glyph.x1 for glyph in row):
            ordered += [*_with_edges(left), *_with_edges(right), _line(row, page)]
            left, right = [], []
        else:
            for side, column in (
                (left, [g for g in row if g.x1 <= gutter]),
                (right, [g for g in row if g.x0 >= gutter]),
            ):
                side.extend([_line(column, page)] if any(g.text.strip() for g in column) else [])
    ordered += [*_with_edges(left), *_with_edges(right)]
    across = _with_edges([line for line in ordered if not line.right])
    edges = {id(old): new for old, new in zip([line for line in ordered if not line.right], across, strict=True)}
    return [line for line in (edges.get(id(line), line) for line in ordered) if line.text]


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that overlap in height, from the top down, each row from left to right. Rows of spaces alone are none: so
    programs set empty lines."""
    return (row for row in _overlapping(glyphs) if any(glyph.text.strip() for glyph in row))


def _overlapping(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    top = bottom = 0.0
    for glyph in sorted(glyphs, key=lambda one: ((one.top + one.bottom) / 2, one.x0)):
        height = glyph.bottom - glyph.top
        shared = min(bottom, glyph.bottom) - max(top, glyph.top)
        if row and shared >= _OVERLAP * min(height, bottom - top):
            row.append(glyph)
            if height > bottom - top:
                top, bottom = glyph.top, glyph.bottom
            continue
        if row:
            yield sorted(row, key=lambda one: one.x0)
        row, top, bottom = [glyph], glyph.top, glyph.bottom
    if row:
        yield sorted(row, key=lambda one: one.x0)


def _gutter(rows: Sequence[Sequence[Glyph]], width: float) -> float | None:
    """The middle of the empty strip between two columns of prose; None where the page has one column."""
    if len(rows) < 12:
        return None
    taken = [0] * (int(width) + 2)
    for row in rows:
        for glyph in row:
            for x in range(max(0, int(glyph.x0)), min(int(width), int(glyph.x1)) + 1):
                taken[x] += 1
    few = max(1, len(rows) // 8)  # headings across both columns
    best: tuple[int, int] = (0, 0)
    start: int | None = None
    for x in range(int(width * 0.35), int(width * 0.65) + 1):
        if taken[x] > few:
            start = None
            continue
        start = x if start is None else start
        if x - start > best[1] - best[0]:
            best = (start, x)
    if best[1] - best[0] < _GUTTER:
        return None
    middle = sum(best) / 2
    left = [sum(glyph.x1 <= middle for glyph in row) for row in rows]
    right = [sum(glyph.x0 >= middle for glyph in row) for row in rows]
    prose = sum(a >= 10 and b >= 10 for a, b in zip(left, right, strict=True))
    return middle if prose >= 0.5 * len(rows) else None


def _line(row: Sequence[Glyph], page: int) -> PageLine:
    size = _common(row)
    baseline = max((glyph.bottom for glyph in row if glyph.size >= _RAISED * size), default=row[0].bottom)
    text = ""
    marks: list[str] = []
    last: Glyph | None = None
    for glyph in row:
        character = glyph.text
        if not character.strip():
            continue
        is_raised = glyph.size < _RAISED * size and glyph.bottom < baseline - 0.15 * size
        if is_raised and (exponent := raised(text, character)) != character:
            character = exponent
        elif is_raised and (character.isdigit() or character in "[]［］〔〕*＊"):
            marks.append(character)
            continue
        if last is not None:
            text += _gap(text, last, glyph, size)
        text += character
        last = glyph
    fonts = Counter(glyph.font for glyph in row if glyph.text.strip())
    return PageLine(
        page, text, min(g.x0 for g in row if g.text.strip()), max(g.x1 for g in row), min(g.top for g in row),
        max(g.bottom for g in row), size, fonts.most_common(1)[0][0] if fonts else "", marks=tuple(marks),
    )  # fmt: skip


def _common(row: Sequence[Glyph]) -> float:
    return Counter(round(glyph.size, 1) for glyph in row if glyph.text.strip()).most_common(1)[0][0]


def _gap(text: str, last: Glyph, glyph: Glyph, size: float) -> str:
    """The space that is meant between two glyphs."""
    gap = glyph.x0 - last.x1
    if gap > _WIDE_GAP * size:
        return " "
    if gap <= _ASCII_GAP * size:
        return ""
    both_ascii = text[-1].isascii() and glyph.text.isascii()
    return " " if both_ascii or _NUMBERING.match(text) else ""


def _with_edges(lines: Sequence[PageLine]) -> list[PageLine]:
    """The lines with the edges of the text that they make together; without, where too few reach the right one to tell
    it."""
    if not lines:
        return []
    right = max(line.x1 for line in lines)
    wide = [line for line in lines if line.x1 - line.x0 > 0.6 * (right - min(line.x0 for line in lines))] or lines
    starts = Counter(round(line.x0) for line in wide)
    left = float(min(x for x, count in starts.items() if count >= max(1, len(wide) // 8)))
    ends = sorted(line.x1 for line in wide)
    right = ends[int(0.9 * (len(ends) - 1))]
    full = sum(abs(line.x1 - right) < line.size for line in wide)
    return [replace(line, left=left, right=right) for line in lines] if full >= _FULL_LINES else list(lines)


def settled(pages: Sequence[tuple[Sequence[PageLine], float]]) -> list[list[PageLine]]:
    """The pages' lines, those without edges given the document's, or the page's with margins alike on both sides.
    `pages` are each page's lines and width."""
    known = [(line.left, line.right) for lines, _ in pages for line in lines[:1] if line.right]
    usual = (median(left for left, _ in known), median(right for _, right in known)) if known else None
    given: list[list[PageLine]] = []
    for lines, width in pages:
        start = min((line.x0 for line in lines), default=0.0)
        left, right = usual or (start, max(width - start, start))
        given.append([line if line.right else replace(line, left=left, right=right) for line in lines])
    return given


# --- Running heads and page numbers -----------------------------------------------------------------------------------


def furniture(pages: Sequence[tuple[Sequence[PageLine], float]]) -> dict[int, str]:
    """The lines (by `id`) that belong to the page and not to the text, and what they are: 页眉, 页脚 or 页码.

    `pages` are each page's lines and height. A running head stands on many pages with nothing but its digits
    changing; a page number stands alone in the margin.
    """
    found: dict[int, str] = {}
    seen: Counter[tuple[str, str]] = Counter()
    margins = [list(_marginal(lines, height)) for lines, height in pages]
    for page in margins:
        seen.update({(where, _shape(line.text)) for line, where in page})
    many = max(3, round(0.25 * len(pages)))
    for page in margins:
        for line, where in page:
            if _PAGE_NUMBER.fullmatch(line.text.strip()):
                found[id(line)] = "页码"
            elif len(pages) >= 3 and seen[where, _shape(line.text)] >= many:
                found[id(line)] = where
    return found


def _marginal(lines: Sequence[PageLine], height: float) -> Iterator[tuple[PageLine, str]]:
    """The lines in the top and bottom margins, at most three in each."""
    ordered = sorted(lines, key=lambda line: line.top)
    for line in ordered[:3]:
        if line.bottom < _MARGIN * height:
            yield line, "页眉"
    for line in ordered[-3:]:
        if line.top > (1 - _MARGIN) * height:
            yield line, "页脚"


def _shape(text: str) -> str:
    return re.sub(r"\d+|\s", "", text)


# --- Lines to paragraphs ----------------------------------------------------------------------------------------------


def paragraphs(lines: Iterable[PageLine], body_size: float) -> Iterator[Paragraph]:
    """Lines in reading order, joined into paragraphs, also from one page to the next."""
    held: list[PageLine] = []
    known = list(lines)
    spacing = _spacing(known)
    for line in known:
        if held and _begins(held, line, body_size, spacing):
            yield _joined(held)
            held = []
        held.append(line)
    if held:
        yield _joined(held)


def _spacing(lines: Sequence[PageLine]) -> float:
    """The usual distance from one line's top to the next one's."""
    distances = [b.top - a.top for a, b in pairwise(lines) if a.page == b.page and 0 < b.top - a.top < 4 * a.size]
    return median(distances) if distances else 0.0


def _begins(held: Sequence[PageLine], line: PageLine, body_size: float, spacing: float) -> bool:
    """Whether a line begins a new paragraph after the lines held."""
    last = held[-1]
    em = max(last.size, 1.0)
    if _CONTENTS_LINE.search(last.text) or _CONTENTS_LINE.search(line.text):
        return True
    if max(last.size, line.size) > _OTHER_SIZE * min(last.size, line.size):
        return True
    if last.page == line.page and spacing and line.top - last.top > _GAP * max(spacing, 1.1 * em):
        return True
    if _is_centred(line) and (_is_centred(last) or last.size > _OTHER_SIZE * body_size):
        # A title too long for one line goes on in the next; other centred lines stand for themselves.
        is_title = last.size > _OTHER_SIZE * body_size and last.font == line.font
        return not is_title or last.x1 - last.x0 < 0.6 * (last.right - last.left) or _ITEM.match(line.text) is not None
    if last.x1 < last.right - _SHORT * em:
        return True
    if line.x0 - line.left > _INDENT * em:
        # Further in than the line above, a paragraph begins; as far in, a list's item may go on.
        return line.x0 - last.x0 > em / 2 or _TERMINAL.search(last.text) is not None
    return _ITEM.match(line.text) is not None and _TERMINAL.search(last.text) is not None


def _is_centred(line: PageLine) -> bool:
    before, after = line.x0 - line.left, line.right - line.x1
    return min(before, after) > 1.5 * line.size and abs(before - after) < 0.2 * (before + after) + line.size


def _are_words(before: str, after: str) -> bool:
    """Whether two lines part two words. Digits do not: programs that fit Chinese lines break figures anywhere."""
    if not (before.isascii() and after.isascii()) or (before.isdigit() and after.isdigit()):
        return False
    return before.isalnum() or after.isalnum()


def _joined(lines: Sequence[PageLine]) -> Paragraph:
    text = ""
    pages: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if text and _are_words(text[-1], line.text[:1]):
            text += " "
        if index and line.page != lines[index - 1].page:
            pages.append((len(text), line.page))
        text += line.text
    return Paragraph(text, lines[0].page, tuple(pages))
