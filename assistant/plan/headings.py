"""Numbered and Markdown headings: what a line is the heading of, and where the text glued to it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.plan.lines import SPACE
from assistant.plan.scan import chinese_integer, read_quantities

_NUMERAL = "一二三四五六七八九十百零〇"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class _Scheme:
    """A way of numbering headings. A lower `rank` stands higher; `loose` schemes number list items just as often."""

    name: str
    pattern: re.Pattern[str]
    rank: float
    loose: bool = False


_SCHEMES = (
    _Scheme("篇", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){SPACE}*篇"), 1.0),
    _Scheme("部分", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){SPACE}*部分"), 1.5),
    _Scheme("章", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){SPACE}*章"), 2.0),
    _Scheme("节", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){SPACE}*节"), 3.0),
    _Scheme("一、", re.compile(rf"(?P<n>[{_NUMERAL}]{{1,3}}){SPACE}*[、．.]"), 4.0),
    _Scheme("(一)", re.compile(rf"[(（]{SPACE}*(?P<n>[{_NUMERAL}]{{1,3}}){SPACE}*[)）]、?"), 5.0),
    _Scheme("1.1", re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})(?![\d.%]|亿|万|倍|公里|元)"), 5.5),
    _Scheme("1.", re.compile(r"(?P<n>\d{1,2})(?:[.．](?!\d)|、)"), 6.0, loose=True),
    _Scheme("(1)", re.compile(r"[(（](?P<n>\d{1,2})[)）]"), 7.0, loose=True),
    _Scheme("①", re.compile(rf"(?P<n>[{_CIRCLED}])"), 8.0, loose=True),
)
_MARKDOWN = re.compile(r"(?P<marks>#{1,6})\s+")
_LONGEST_TITLE = 48


@dataclass(frozen=True)
class Heading:
    """A heading as a line shows it: label, title, and where the glued body begins (the line's end if there is none)."""

    scheme: str
    rank: float
    number: int
    component: str
    label: str
    title: str
    body: int


def heading_number(written: str) -> int:
    """The number that a heading or a reference to one is written with; 0 where it is none."""
    if written in _CIRCLED:
        return _CIRCLED.index(written) + 1
    if written.isdecimal():
        return int(written)
    if "." in written:
        return int(written.rsplit(".", 1)[1])
    try:
        return int(chinese_integer(written.replace("〇", "零")))
    except ValueError:
        return 0


def heading_of(line: str) -> Heading | None:
    """The heading that a line is or begins with, or None."""
    markdown = _MARKDOWN.match(line)
    if markdown:
        inner = _numbered_heading(line[markdown.end() :], markdown.end(), glued=False)
        if inner is not None:
            return inner
        title = line[markdown.end() :].strip()
        marks = markdown.group("marks")
        return Heading("#", 0.1 * len(marks), 0, title[:8], markdown.group(), title, len(line))
    return _numbered_heading(line, 0, glued=True)


def _numbered_heading(line: str, shift: int, *, glued: bool) -> Heading | None:
    for scheme in _SCHEMES:
        match = scheme.pattern.match(line)
        if match is None:
            continue
        if scheme.name == "1.1" and any(q.start == 0 for q in read_quantities(line)):
            continue  # a number that begins a line, not a numbered heading
        title_end, body = _title_end(line, match.end(), scheme, glued=glued)
        if title_end is None:
            return None
        title = line[match.end() : title_end].strip().rstrip("。").strip()
        written = match.group("n")
        number = heading_number(written)
        rank = scheme.rank + 0.1 * written.count(".")
        component = written if scheme.name == "1.1" else str(number)
        return Heading(scheme.name, rank, number, component, match.group(), title, shift + body)
    return None


def _title_end(line: str, begin: int, scheme: _Scheme, *, glued: bool) -> tuple[int | None, int]:
    """(where the title ends, where the body glued to it begins), or (None, 0) where the line is no heading."""
    rest = line[begin:]
    wide_gap = re.search(r"\u3000{2,}|[ \t]{4,}", rest.strip())
    if wide_gap and not scheme.loose:
        offset = begin + (len(rest) - len(rest.lstrip()))
        return offset + wide_gap.start(), offset + wide_gap.end()
    stop = rest.find("。")
    if stop == -1:
        if len(rest) > 60 or rest.rstrip()[-1:] in tuple("；;，,、") or not rest.strip():
            return None, 0
        if scheme.loose and (read_quantities(rest) or rest.rstrip().endswith(("：", ":"))):
            return None, 0
        return len(line), len(line)
    title = rest[:stop]
    has_body = bool(rest[stop + 1 :].strip())
    if len(title) > _LONGEST_TITLE or read_quantities(title) or (not has_body and scheme.loose):
        return None, 0
    if not glued and has_body:
        return None, 0
    return begin + stop + 1, begin + stop + 1
