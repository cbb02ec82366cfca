"""A text's lines, and what stands on a page without being part of the plan."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


@dataclass(frozen=True)
class StyledLine:
    """A line that the file's own styles call a heading; level 1 stands highest."""

    start: int
    end: int
    level: int


def lines_of(text: str) -> list[Line]:
    lines: list[Line] = []
    gap = False
    for match in re.finditer(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+", text):
        stripped = match.group().strip()
        if not stripped:
            gap = True
            continue
        start = match.start() + match.group().index(stripped)
        blank_between = lines and text.count("\n", lines[-1].end, match.start()) > 1
        lines.append(Line(start, start + len(stripped), stripped, gap or bool(blank_between)))
        gap = False
    return lines


_CONTENTS_LINE = re.compile(r"[.．…·]{4,}\s*\d*\s*$")
_CONTENTS_HEAD = re.compile(r"^目\s*录$|目\s+录$")
_PAGE_NUMBER = re.compile(r"^[—\-–－\s]*\d{1,4}[—\-–－\s]*$|^第\s?\d+\s?页(?:\s?共\s?\d+\s?页)?$")
DATE_LINE = re.compile(
    r"^[(（]?(?:\d{4}|[〇零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}日)?[)）]?$"
)
BULLET = re.compile(r"^(?:——|--|[—–•·●◆■□※▪◇○]|[-*]\s)\s*")


def furniture(line: str) -> str | None:
    """Why the line is a defect, or None."""
    if _CONTENTS_LINE.search(line) or _CONTENTS_HEAD.search(line):
        return "目录行"
    if _PAGE_NUMBER.match(line):
        return "页码"
    return None
