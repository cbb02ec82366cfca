"""What stands above a plan: header fields, headlines, the title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.plan.document import Clause, Defect, HeaderField
from assistant.plan.headings import heading_of
from assistant.plan.lines import BULLET, DATE_LINE, SPACE, TERMINAL, Line, furniture

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
    rf"(?:(?<=^)|(?<=[\s|｜]))(?P<label>{'|'.join(rf'{SPACE}*'.join(label) for label in sorted(_LABEL_NAMES, key=len, reverse=True))}){SPACE}*[:：]"
)
_NUMBER_LINE = re.compile(r"^[\u4e00-\u9fff]{2,12}[〔【\[（(]\s?(?:19|20)\d{2}\s?[〕】\]）)]\s?第?\s?\d+\s?号$")
_TITLE_WORDS = re.compile(
    r"(?:计划|报告|规划|纲要|要点|方案|办法|意见|通知|决定|措施|分解表?|清单|细则|规定|条例|公报)(?:[(（].{1,20}[)）])?[》]?$"
)
_LONG_TITLE = 8
_HEADLINE_WORDS = re.compile(
    r"会议上?|大会|\d日|[省市区县旗州]长|主任|总理|主席|人民政府|办公[室厅]|国务院|委员会|有限公司"
)


def _header_fields(line: Line) -> list[HeaderField]:
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


def header_labels(line: Line) -> list[str]:
    """The usual names of the fields that a line holds, such as 文号; none where it is no line of fields."""
    return [field.name for field in _header_fields(line)]


def is_number_line(line: Line) -> bool:
    """Whether a line is a 文号 and nothing else."""
    return _NUMBER_LINE.match(line.text) is not None


@dataclass
class Head:
    """What stands above the body: fields, headlines, the title, furniture; `body` is the first line after it, `titled` says that one
    of the headlines is named like a plan."""

    fields: list[HeaderField]
    headlines: list[Line]
    defects: list[Defect]
    body: int
    titled: bool = False


def read_head(lines: Sequence[Line], contents: Collection[int], levels: Mapping[int, int]) -> Head:
    """`contents` are the indexes of the lines of the table of contents, `levels` the lines styled as headings."""
    often = Counter(levels.values())
    head = Head([], [], [], len(lines))
    for index, line in enumerate(lines):
        if index in contents:
            head.defects.append(Defect(line.start, line.end, line.text, "目录行"))
            continue
        if reason := furniture(line.text):
            head.defects.append(Defect(line.start, line.end, line.text, reason))
            continue
        if fields := _header_fields(line):
            head.fields.extend(fields)
            continue
        if line.text.startswith("# ") and len(line.text) >= _LONG_TITLE and names_a_plan(line.text):
            head.headlines.append(line)
            head.titled = True
            continue
        heads_text = index in levels and (often[levels[index]] > 1 or len(line.text) < _LONG_TITLE)
        if heads_text and not names_a_plan(line.text) and not _HEADLINE_WORDS.search(line.text):
            head.body = index
            break
        if (
            _ends_the_head(line.text)
            or _begins_the_body(lines, index, head)
            or (contents and index > max(contents) and not _still_head(line.text))
        ):
            head.body = index
            break
        head.headlines.append(line)
        head.titled = head.titled or names_a_plan(line.text)
    return head


def _ends_the_head(line: str) -> bool:
    if len(line) > 60 and not (len(line) <= 100 and names_a_plan(line)):
        return True
    if heading_of(line) is not None or "\t" in line:
        return True
    if BULLET.match(line) and not _HEADLINE_WORDS.search(line):
        return True
    return line[-1] in TERMINAL and not line.startswith("【")


def _begins_the_body(lines: Sequence[Line], index: int, head: Head) -> bool:
    """Whether a short line below the title is the first heading: a long sentence follows it, and it speaks of no
    meeting, office or date."""
    line = lines[index].text
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    if not head.titled or len(line) < 4 or len(following) <= _LONG_TITLE * 4 or following[-1] not in TERMINAL:
        return False
    told = (
        _HEADLINE_WORDS.search(line)
        or DATE_LINE.match(line)
        or line.startswith(("和", "及", "暨", "的", "—", "(", "（"))
    )
    return not told and not names_a_plan(line)


def _still_head(line: str) -> bool:
    """Whether a line below the contents says what document this is, rather than beginning it."""
    return names_a_plan(line) or DATE_LINE.match(line) is not None


def despaced(line: str) -> str:
    """政 府 工 作 报 告 without the spaces that only spread it over the page."""
    spread = re.fullmatch(r"(?:[\u4e00-\u9fff“”]\s+)+[\u4e00-\u9fff“”]", line)
    return re.sub(r"\s+", "", line) if spread else line


def names_a_plan(line: str) -> bool:
    """Whether a line is called what plans and notices are called."""
    return _TITLE_WORDS.search(despaced(line)) is not None


def title_of(text: str, head: Head) -> tuple[str, int, int]:
    """(title, start, end): the 名称 field, or the headline that is named like a plan; ("", 0, 0) where there is none."""
    named = next((field for field in head.fields if field.name == "名称" and field.value), None)
    for index, line in enumerate(head.headlines):
        whole_number = named is not None and re.sub(r"\s", "", line.text) == re.sub(r"\s", "", named.value)
        if whole_number or names_a_plan(line.text):
            start, end = line.start, line.end
            before = head.headlines[index - 1] if index else None
            if before and not whole_number and _goes_on_below(before, line):
                start = before.start
            following = head.headlines[index + 1] if index + 1 < len(head.headlines) else None
            if following and following.text.startswith(("和", "及", "暨", "的")):
                end = following.end
            written = re.sub(r"\s*[\r\n]+\s*", "", text[start:end]).strip("# ")
            return (named.value if named else despaced(written)), start, end
    return (named.value, named.value_start, named.value_end) if named else ("", 0, 0)


_OPENING = re.compile(r"(?P<title>[^，。,\s]{8,60}(?:规划纲要|规划|计划|纲要|方案))[，,](?:根据|依据|按照|是)")


def title_in_opening(text: str, start: int) -> tuple[str, int, int]:
    """(title, start, end) where the first sentence names the plan that it begins: 某市十四五规划纲要，根据…编制."""
    match = _OPENING.match(text, start)
    return (match.group("title"), *match.span("title")) if match else ("", 0, 0)


def _goes_on_below(before: Line, line: Line) -> bool:
    """Whether a title begins in the line above the one that ends it: 国务院办公厅关于加强 / …工作的意见."""
    if line.gap or DATE_LINE.match(before.text) or names_a_plan(before.text):
        return False
    about = before.text.rfind("关于")
    if about != -1:
        return True
    return len(before.text) >= 8 and _HEADLINE_WORDS.search(before.text) is None and "【" not in before.text


def is_headline(line: Line, title_start: int, title_end: int) -> bool:
    if title_start <= line.start < title_end or names_a_plan(line.text):
        return True
    return len(line.text) > 10 or _HEADLINE_WORDS.search(line.text) is not None


_SPEAKER = re.compile(
    r"(?:人民政府|国务院|政府|委员会)?[\u4e00-\u9fff]{0,8}(?:省长|市长|区长|县长|旗长|州长|盟长|总理|主任|主席)[\s\u3000]*[\u4e00-\u9fff·\s\u3000]{2,8}$"
)
_MEETING = re.compile(r"(?:会议|大会)(?:上|通过|批准|审议)")
_ON_A_LINE = re.compile(r"^[—\-–(（\s]+|[)）\s]+$")


def told_in_headlines(
    text: str, headlines: Sequence[tuple[int, int]], header: Sequence[HeaderField]
) -> Iterator[HeaderField]:
    """What headlines say that people ask for as they ask for a 文号: the meeting, who spoke there, the date below a
    notice."""
    held = {field.name for field in header}
    for start, end in headlines:
        line = text[start:end]
        name = (
            "成文日期"
            if DATE_LINE.match(line)
            else "会议"
            if _MEETING.search(line)
            else "报告人"
            if _SPEAKER.search(line)
            else ""
        )
        if name and name not in held and not names_a_plan(line):
            held.add(name)
            value = _ON_A_LINE.sub("", line)
            at = start + line.index(value)
            yield HeaderField(name, value, start, end, at, at + len(value))


def header_clauses(text: str, header: list[HeaderField]) -> Iterator[Clause]:
    """Header fields can be cited too; their clauses lie in the header, not in the body."""
    seen: Counter[str] = Counter()
    for field in header:
        seen[field.name] += 1
        suffix = f".{seen[field.name]}" if seen[field.name] > 1 else ""
        words = text[field.start : field.end]
        clause_id = f"header.{field.name}{suffix}"
        yield Clause(clause_id, "header", field.start, field.end, words, "", "", seen[field.name])
