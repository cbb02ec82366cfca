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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import cn2an

from assistant.plan.document import Clause, ClauseKind, Defect, HeaderField, Plan, Section, Task
from assistant.plan.quantity import read_quantities
from assistant.plan.scope import place_of, year_of

TERMINAL = "。！？!?；;：:…"
_CLOSING = "”’」』）)》】\"'"

# --- Lines ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """A non-blank line without its surrounding white space; `gap` says that a blank line stands before it."""

    start: int
    end: int
    text: str
    gap: bool


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    gap = False
    for match in re.finditer(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+", text):
        stripped = match.group().strip()
        if not stripped:
            gap = True
            continue
        start = match.start() + match.group().index(stripped)
        blank_between = lines and text.count("\n", lines[-1].end, match.start()) > 1
        lines.append(_Line(start, start + len(stripped), stripped, gap or bool(blank_between)))
        gap = False
    return lines


# --- Headings ---------------------------------------------------------------------------------------------------------

_NUMERAL = "一二三四五六七八九十百零〇"
_SPACE = r"[ \t\u3000\u00a0]"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class _Scheme:
    """A way of numbering headings. A lower `rank` stands higher; `loose` schemes number list items just as often."""

    name: str
    pattern: re.Pattern[str]
    rank: float
    loose: bool = False


_SCHEMES = (
    _Scheme("篇", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){_SPACE}*篇"), 1.0),
    _Scheme("部分", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){_SPACE}*部分"), 1.5),
    _Scheme("章", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){_SPACE}*章"), 2.0),
    _Scheme("节", re.compile(rf"第(?P<n>[{_NUMERAL}\d]+){_SPACE}*节"), 3.0),
    _Scheme("一、", re.compile(rf"(?P<n>[{_NUMERAL}]{{1,3}}){_SPACE}*[、．.]"), 4.0),
    _Scheme("(一)", re.compile(rf"[(（]{_SPACE}*(?P<n>[{_NUMERAL}]{{1,3}}){_SPACE}*[)）]、?"), 5.0),
    _Scheme("1.1", re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})(?![\d.%]|亿|万|倍|公里|元)"), 5.5),
    _Scheme("1.", re.compile(r"(?P<n>\d{1,2})(?:[.．](?!\d)|、)"), 6.0, loose=True),
    _Scheme("(1)", re.compile(r"[(（](?P<n>\d{1,2})[)）]"), 7.0, loose=True),
    _Scheme("①", re.compile(rf"(?P<n>[{_CIRCLED}])"), 8.0, loose=True),
)
_MARKDOWN = re.compile(r"(?P<marks>#{1,6})\s+")
_LONGEST_TITLE = 48


@dataclass(frozen=True)
class _Heading:
    """A heading as a line shows it: label, title, and where the glued body begins (the line's end if there is none)."""

    scheme: str
    rank: float
    number: int
    component: str
    label: str
    title: str
    body: int


def _number(written: str) -> int:
    if written in _CIRCLED:
        return _CIRCLED.index(written) + 1
    if written.isdecimal():
        return int(written)
    if "." in written:
        return int(written.rsplit(".", 1)[1])
    try:
        return int(cn2an.cn2an(written.replace("〇", "零"), "smart"))
    except ValueError:
        return 0


def _heading(line: str) -> _Heading | None:
    """The heading that a line is or begins with, or None."""
    markdown = _MARKDOWN.match(line)
    if markdown:
        inner = _numbered_heading(line[markdown.end() :], markdown.end(), glued=False)
        if inner is not None:
            return inner
        title = line[markdown.end() :].strip()
        marks = markdown.group("marks")
        return _Heading("#", 0.1 * len(marks), 0, title[:8], markdown.group(), title, len(line))
    return _numbered_heading(line, 0, glued=True)


def _numbered_heading(line: str, shift: int, *, glued: bool) -> _Heading | None:
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
        number = _number(written)
        rank = scheme.rank + 0.1 * written.count(".")
        component = written if scheme.name == "1.1" else str(number)
        return _Heading(scheme.name, rank, number, component, match.group(), title, shift + body)
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


# --- Furniture: what is on the page but is not the plan ---------------------------------------------------------------

_CONTENTS_LINE = re.compile(r"[.．…·]{4,}\s*\d*\s*$")
_CONTENTS_HEAD = re.compile(r"^目\s*录$|目\s+录$")
_PAGE_NUMBER = re.compile(r"^[—\-–－\s]*\d{1,4}[—\-–－\s]*$|^第\s?\d+\s?页(?:\s?共\s?\d+\s?页)?$")
_DATE_LINE = re.compile(
    r"^[(（]?(?:\d{4}|[〇零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}日)?[)）]?$"
)
_BULLET = re.compile(r"^(?:——|--|[—–•·●◆■□※▪◇○]|[-*]\s)\s*")


def _furniture(line: str) -> str | None:
    """Why the line is a defect, or None."""
    if _CONTENTS_LINE.search(line) or _CONTENTS_HEAD.search(line):
        return "目录行"
    if _PAGE_NUMBER.match(line):
        return "页码"
    return None


# --- The head of the document -----------------------------------------------------------------------------------------

_LABELS = {
    "标题": ("名称", "标题", "文件名称", "信息名称"),
    "发布机构": ("发布机构", "发布单位", "发文机关", "发文单位", "制发机关", "发文机构"),
    "文号": ("文号", "发文字号", "文件编号"),
    "索引号": ("索引号", "索取号"),
    "公开日期": ("公开日期", "发布日期", "公布日期", "发布时间"),
    "成文日期": ("成文日期", "生成日期", "发文日期"),
    "公开方式": ("公开方式", "公开形式", "公开类型"),
    "有效性": ("有效性", "效力状态", "时效性", "是否有效"),
    "主题分类": ("主题分类", "信息分类", "主题词", "分类"),
    "来源": ("来源", "信息来源", "稿源", "时间", "日期", "作者", "责任编辑", "浏览次数", "原文链接"),
}
_LABEL_NAMES = {label: name for name, labels in _LABELS.items() for label in labels}
_LABEL = re.compile(
    rf"(?:(?<=^)|(?<=[\s|｜]))(?P<label>{'|'.join(rf'{_SPACE}*'.join(label) for label in sorted(_LABEL_NAMES, key=len, reverse=True))}){_SPACE}*[:：]"
)
_NUMBER_LINE = re.compile(r"^[\u4e00-\u9fff]{2,12}[〔【\[（(]\s?(?:19|20)\d{2}\s?[〕】\]）)]\s?第?\s?\d+\s?号$")
_TITLE_WORDS = re.compile(
    r"(?:计划|报告|规划|纲要|要点|方案|办法|意见|通知|决定|措施|分解表?|清单|细则|规定|条例|公报)(?:[(（].{1,20}[)）])?[》]?$"
)
_HEADLINE_WORDS = re.compile(
    r"会议上?|大会|\d日|[省市区县旗州]长|主任|总理|主席|人民政府|办公[室厅]|国务院|委员会|有限公司"
)


def _header_fields(line: _Line) -> list[HeaderField]:
    if _NUMBER_LINE.match(line.text):
        return [HeaderField("文号", line.text, line.start, line.end, line.start, line.end)]
    marks = list(_LABEL.finditer(line.text))
    if not marks or marks[0].start() != 0:
        return []
    fields: list[HeaderField] = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        stop = following.start() if following else len(line.text)
        value = line.text[mark.end() : stop].strip()
        value_start = mark.end() + line.text[mark.end() : stop].index(value)
        name = _LABEL_NAMES[re.sub(r"\s", "", mark.group("label"))]
        fields.append(
            HeaderField(
                "名称" if name == "标题" else name,
                value,
                line.start + mark.start(),
                line.start + (value_start + len(value) if value else mark.end()),
                line.start + value_start,
                line.start + value_start + len(value),
            )
        )
    return fields


@dataclass
class _Head:
    """What stands above the body: fields, headlines, the title, furniture; `body` is the first line after it."""

    fields: list[HeaderField]
    headlines: list[_Line]
    defects: list[Defect]
    body: int


def _head(lines: list[_Line]) -> _Head:
    head = _Head([], [], [], len(lines))
    for index, line in enumerate(lines):
        if reason := _furniture(line.text):
            head.defects.append(Defect(line.start, line.end, line.text, reason))
            continue
        if fields := _header_fields(line):
            head.fields.extend(fields)
            continue
        if _ends_the_head(line.text):
            head.body = index
            break
        head.headlines.append(line)
    return head


def _ends_the_head(line: str) -> bool:
    if len(line) > 60:
        return True
    if _heading(line) is not None:
        return True
    if _BULLET.match(line) and not _HEADLINE_WORDS.search(line):
        return True
    return line[-1] in TERMINAL and not line.startswith("【")


def _title(text: str, head: _Head) -> tuple[str, int, int]:
    """(title, start, end): the 名称 field, or the headline that is named like a plan; ("", 0, 0) where there is none."""
    named = next((field for field in head.fields if field.name == "名称" and field.value), None)
    for index, line in enumerate(head.headlines):
        whole_number = named is not None and re.sub(r"\s", "", line.text) == re.sub(r"\s", "", named.value)
        if whole_number or _TITLE_WORDS.search(line.text):
            end = line.end
            following = head.headlines[index + 1] if index + 1 < len(head.headlines) else None
            if following and following.text.startswith(("和", "及", "暨", "的")):
                end = following.end
            written = re.sub(r"\s*[\r\n]+\s*", "", text[line.start : end]).strip("# ")
            return (named.value if named else written), line.start, end
    return (named.value, named.value_start, named.value_end) if named else ("", 0, 0)


# --- Blocks -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """A run of lines that belong together. `heading` is set for heading blocks (their span is the heading alone)."""

    kind: Literal["heading", "bullet", "paragraph", "date"]
    start: int
    end: int
    heading: _Heading | None = None


def _is_hard_wrapped(lines: list[_Line]) -> bool:
    """Whether lines break where the page ended rather than where a sentence did, as in text taken from a PDF."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 40:
        return False
    wide = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if len(line.text) >= 0.75 * wide]
    unfinished = [line for line in full if line.text[-1] not in TERMINAL + "，,、" + _CLOSING]
    return wide <= 60 and len(unfinished) > 0.5 * len(full)


def _blocks(text: str, lines: list[_Line], defects: list[Defect]) -> Iterator[_Block]:
    wrapped = _is_hard_wrapped(lines)
    pending: _Block | None = None
    for line in lines:
        if reason := _furniture(line.text):
            defects.append(Defect(line.start, line.end, line.text, reason))
            continue
        heading = _heading(line.text)
        bullet = _BULLET.match(line.text) is not None
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
        elif _DATE_LINE.match(line.text):
            yield _Block("date", line.start, line.end)
        else:
            pending = _Block("bullet" if bullet else "paragraph", line.start, line.end)
    if pending:
        yield pending


def _continues(text: str, pending: _Block, line: _Line, *, wrapped: bool) -> bool:
    last = text[pending.end - 1]
    if last in "，,、":
        return True
    return wrapped and not line.gap and last not in TERMINAL + _CLOSING


# --- Sections, tasks, clauses -----------------------------------------------------------------------------------------

_SENTENCE = re.compile(rf"[^。！？!?]*[。！？!?]+[{_CLOSING}]*|[^。！？!?]+$")
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

    def add_heading(self, block: _Block, heading: _Heading) -> None:
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
            opening = _BULLET.sub("", opening, count=1)
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
            title = _BULLET.sub("", title, count=1)
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


def parse_plan(text: str) -> Plan:
    """Read a plan's text. Never fails: what it cannot place becomes a `Defect`."""
    lines = _lines(text)
    head = _head(lines)
    title, title_start, title_end = _title(text, head)
    defects = list(head.defects)
    headlines = [(line.start, line.end) for line in head.headlines if _is_headline(line, title_start, title_end)]
    defects.extend(
        Defect(line.start, line.end, line.text, "题头里的零散文字")
        for line in head.headlines
        if not _is_headline(line, title_start, title_end)
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
        elif index == len(blocks) - 1 and len(words) <= 10 and words[-1] not in TERMINAL + _CLOSING:
            defects.append(Defect(block.start, block.end, words, "文末残缺"))
        else:
            builder.add_text(block)
    clauses = [*_header_clauses(text, header), *builder.clauses]
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
        year=year_of(title, [text[s:e] for s, e in headlines], [s.title for s in builder.sections]),
        place=place_of(title, [text[s:e] for s, e in headlines], [field.value for field in header]),
    )


def _is_headline(line: _Line, title_start: int, title_end: int) -> bool:
    if title_start <= line.start < title_end or _TITLE_WORDS.search(line.text):
        return True
    return len(line.text) > 10 or _HEADLINE_WORDS.search(line.text) is not None


def _header_clauses(text: str, header: list[HeaderField]) -> Iterator[Clause]:
    """Header fields can be cited too; their clauses lie in the header, not in the body."""
    seen: Counter[str] = Counter()
    for field in header:
        seen[field.name] += 1
        suffix = f".{seen[field.name]}" if seen[field.name] > 1 else ""
        words = text[field.start : field.end]
        clause_id = f"header.{field.name}{suffix}"
        yield Clause(clause_id, "header", field.start, field.end, words, "", "", seen[field.name])
