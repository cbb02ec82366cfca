"""Numbered and Markdown headings: how a line is numbered, what it is the heading of, where text glued to it begins."""

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
    _Scheme("篇", re.compile(rf"第{SPACE}?(?P<n>[{_NUMERAL}\d]+){SPACE}*篇(?!章|幅)"), 1.0),
    _Scheme("部分", re.compile(rf"第{SPACE}?(?P<n>[{_NUMERAL}\d]+){SPACE}*部分"), 1.5),
    _Scheme("章", re.compile(rf"第{SPACE}?(?P<n>[{_NUMERAL}\d]+){SPACE}*章(?!程)"), 2.0),
    _Scheme("节", re.compile(rf"第{SPACE}?(?P<n>[{_NUMERAL}\d]+){SPACE}*节"), 3.0),
    _Scheme("条", re.compile(rf"第{SPACE}?(?P<n>[{_NUMERAL}\d]+){SPACE}*条(?={SPACE})"), 3.5, loose=True),
    _Scheme(
        "一、", re.compile(rf"(?P<n>[{_NUMERAL}]{{1,3}}){SPACE}*[、．.](?![{_NUMERAL}]{{1,3}}[、和级类是产])"), 4.0
    ),
    _Scheme("(一)", re.compile(rf"[(（]{SPACE}*(?P<n>[{_NUMERAL}]{{1,3}}){SPACE}*[)）]、?"), 5.0),
    _Scheme(
        "1.1",
        re.compile(
            rf"(?P<n>\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}})[.．、]?(?![\d.%]|{SPACE}*[\d%<>＜＞+\-—])(?!亿|万|倍|公里|元)"
        ),
        5.5,
    ),
    _Scheme("1.", re.compile(r"(?P<n>\d{1,3})(?:[.．](?!\d)|、(?!\d{1,3}(?:[、号至-]|$)))"), 6.0, loose=True),
    _Scheme("(1)", re.compile(rf"[(（]{SPACE}*(?P<n>\d{{1,2}}){SPACE}*[)）]"), 7.0, loose=True),
    _Scheme("1)", re.compile(r"(?P<n>\d{1,2})[)）]"), 7.5, loose=True),
    _Scheme("①", re.compile(rf"(?P<n>[{_CIRCLED}])"), 8.0, loose=True),
)
_MARKDOWN = re.compile(r"(?P<marks>#{1,6})\s+")
_LONGEST_TITLE = 48
_MOST_COMMAS = 2
LONGEST_TITLE_ALONE = 60


@dataclass(frozen=True)
class Numbering:
    """How a line begins: with which number of which scheme; `end` is where the label ends. `parts` are all numbers of
    a decimal one (1.2.3), else the number alone."""

    scheme: str
    rank: float
    number: int
    parts: tuple[int, ...]
    component: str
    label: str
    end: int
    loose: bool


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


def numbering_of(line: str) -> Numbering | None:
    """The number that a line begins with, or None. A quantity (1.2亿元) is none."""
    if not line or not (line[0] in _OPENINGS or line[0].isdecimal()):
        return None
    for scheme in _SCHEMES:
        match = scheme.pattern.match(line)
        if match is None:
            continue
        if scheme.name == "1.1" and any(quantity.start == 0 for quantity in read_quantities(line[:32])):
            continue
        written = match.group("n").replace("．", ".")
        parts = tuple(int(part) for part in written.split(".")) if scheme.name == "1.1" else (heading_number(written),)
        rank = scheme.rank + 0.1 * written.count(".")
        component = ".".join(map(str, parts)) if scheme.name == "1.1" else str(parts[0])
        return Numbering(scheme.name, rank, parts[-1], parts, component, match.group(), match.end(), scheme.loose)
    return None


_OPENINGS = frozenset("第(（" + _NUMERAL + _CIRCLED)


def markdown_of(line: str) -> tuple[int, int] | None:
    """(level, where the words begin) of a Markdown heading, or None."""
    match = _MARKDOWN.match(line)
    return (len(match.group("marks")), match.end()) if match else None


def heading_of(line: str) -> Heading | None:
    """The heading that a line by itself is or begins with, or None."""
    markdown = markdown_of(line)
    if markdown:
        level, begin = markdown
        inner = _numbered_heading(line[begin:], begin, glued=False)
        if inner is not None:
            return inner
        title = line[begin:].strip()
        return Heading("#", 0.1 * level, 0, title[:8], line[:begin], title, len(line))
    return _numbered_heading(line, 0, glued=True)


def _numbered_heading(line: str, shift: int, *, glued: bool) -> Heading | None:
    numbering = numbering_of(line)
    if numbering is None:
        return None
    span = title_span(line[numbering.end :], loose=numbering.loose)
    body = numbering.end + span.body
    has_body = bool(line[body:].strip())
    if not reads_like_title(span, line[body:], loose=numbering.loose) or (has_body and not glued):
        return None
    return Heading(
        numbering.scheme, numbering.rank, numbering.number, numbering.component, numbering.label, span.title, shift + body
    )  # fmt: skip


@dataclass(frozen=True)
class TitleSpan:
    """The title that the words behind a label begin with: without its full stop; `body` is where what follows begins;
    `stopped` says that a full stop or a wide gap ends it."""

    title: str
    body: int
    stopped: bool


_WIDE_GAP = re.compile(r"(?<=\S)(?:\u3000{2,}|[ \t]{4,})(?=\S)")


def title_span(rest: str, *, loose: bool) -> TitleSpan:
    wide = None if loose else _WIDE_GAP.search(rest)
    stop = rest.find("。")
    if wide and (stop == -1 or wide.start() < stop):
        return TitleSpan(_one_line(rest[: wide.start()]), wide.end(), True)
    if stop == -1:
        return TitleSpan(_one_line(rest), len(rest), False)
    return TitleSpan(_one_line(rest[:stop]), stop + 1, True)


def _one_line(words: str) -> str:
    return re.sub(r"\s*[\r\n\f]+\s*", "", words).strip()


def reads_like_title(span: TitleSpan, body: str, *, loose: bool) -> bool:
    """Whether a numbered line by itself reads like a heading: a short title, alone or with text behind it."""
    title = span.title
    if not title or title.count("，") > _MOST_COMMAS:
        return False
    if not span.stopped:
        if len(title) > LONGEST_TITLE_ALONE or title[-1] in "；;，,、":
            return False
        return not loose or not (len(title) > 40 or title[-1] in "：:" or read_quantities(title))
    if len(title) > (30 if loose else _LONGEST_TITLE) or read_quantities(title):
        return False
    return not loose or _says_something(body)


_IN_BRACKETS = re.compile(r"\s*(?:[(（][^()（）]*[)）]\s*)*")


def _says_something(body: str) -> bool:
    """Whether more stands behind a title than remarks in brackets, such as who is responsible."""
    match = _IN_BRACKETS.match(body)
    return len(body) - (match.end() if match else 0) >= 4
