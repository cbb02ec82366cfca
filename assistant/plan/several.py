"""Several documents in one text: where the next one begins.

Only what certainly begins a document cuts a text in two: a full title alone on its line with a meeting, a date, a
number (文号) or a salutation below it, or with a numbering that begins anew; or the fields of an information page
(名称, 索引号) for a second time. A notice and the plan that it brings are one document, and so are attachments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.plan.contents import find_contents
from assistant.plan.head import despaced, header_labels, is_number_line, names_a_plan
from assistant.plan.headings import numbering_of
from assistant.plan.lines import DATE_LINE, TERMINAL, Line, lines_of

_YEAR = re.compile(r"(?:19|20)\d{2}|[二一][〇零○九][〇零○一二三四五六七八九]{2}|十[一二三四五六七八九]五")
_REPORT = re.compile(r"政府工作报告$")
_MEETING = re.compile(r"(?:会议|大会)上?[)）]?$|\d\s?日在")
_SALUTATION = re.compile(r"^(?:各位代表|各位委员|同志们|主任、)")
_ATTACHMENT = re.compile(r"^附\s*件")
_LONGEST_TITLE = 60
_SHORTEST_DOCUMENT = 200  # characters
_NEAR = 6  # lines
_FAR = 30


def split_documents(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the documents in one text, in order, together all of it; one where nothing certainly begins a second."""
    lines = lines_of(text)
    contents = find_contents(lines).lines
    starts = [0]
    begin = 0  # the line where the document at hand begins
    titles = {_key(lines[index].text) for index in range(min(_NEAR, len(lines)))}
    anew: set[tuple[str, int]] = set()
    for index, line in enumerate(lines):
        numbering = numbering_of(line.text)
        if numbering is not None and index not in contents and numbering.number == 1:
            anew.add((numbering.scheme, 1))
        if index in contents or line.start - lines[begin].start < _SHORTEST_DOCUMENT or not anew:
            continue
        if not _begins(lines, index, titles, anew):
            continue
        begin = _first_line(lines, index, begin)
        starts.append(_line_start(text, lines[begin].start))
        titles = {_key(lines[at].text) for at in range(begin, min(index + _NEAR, len(lines)))}
        anew = set()
    return tuple(zip(starts, [*starts[1:], len(text)], strict=True))


def _key(words: str) -> str:
    return re.sub(r"\s", "", words)


def _line_start(text: str, at: int) -> int:
    """Where the line of an offset begins, its indentation too."""
    return text.rfind("\n", 0, at) + 1


def _begins(lines: Sequence[Line], index: int, titles: set[str], anew: set[tuple[str, int]]) -> bool:
    line = lines[index].text
    if _is_page_of_fields(lines, index):
        return True
    title = despaced(line)
    if len(title) > _LONGEST_TITLE or not names_a_plan(title) or title.startswith("《"):
        return False
    if (
        numbering_of(title) is not None
        or (index and _ATTACHMENT.match(lines[index - 1].text))
        or _ATTACHMENT.match(title)
    ):
        return False
    announced = _announced_by(lines, index)
    if announced is not None and is_number_line(announced):
        return True
    if not (_YEAR.search(title) or _REPORT.search(title)):
        return False
    if announced is not None and not _SALUTATION.match(announced.text):
        return _key(announced.text) not in titles
    if announced is not None:
        return _key(line) not in titles
    return _YEAR.search(title) is not None and _key(line) not in titles and _counts_anew(lines, index, anew)


def _is_page_of_fields(lines: Sequence[Line], index: int) -> bool:
    """Two lines of fields, of which one is the name or the index number."""
    labels = header_labels(lines[index])
    following = header_labels(lines[index + 1]) if index + 1 < len(lines) else []
    return (
        bool(labels and following)
        and bool({"名称", "索引号"} & {*labels, *following})
        and not (index and header_labels(lines[index - 1]))
    )


def _announced_by(lines: Sequence[Line], index: int) -> Line | None:
    """The line right below a title that says it is one: a meeting, a date, a number or a salutation."""
    for line in lines[index + 1 : index + 1 + _NEAR]:
        if _MEETING.search(line.text) or DATE_LINE.match(line.text.strip("—-– ")) or is_number_line(line):
            return line
        if _SALUTATION.match(line.text):
            return line
        if line.text[-1] in TERMINAL or len(line.text) > _LONGEST_TITLE:
            return None
    return None


def _counts_anew(lines: Sequence[Line], index: int, anew: set[tuple[str, int]]) -> bool:
    """Whether the next number below a title is the first again."""
    for line in lines[index + 1 : index + 1 + _FAR]:
        numbering = numbering_of(line.text)
        if numbering is not None:
            return (numbering.scheme, numbering.number) in anew and numbering.number == 1
    return False


def _first_line(lines: Sequence[Line], index: int, begin: int) -> int:
    """The first line of the document whose title this is: fields, a number or the title's first half may stand above."""
    first = index
    while first - 1 > begin and index - first < 4:
        above = lines[first - 1]
        broken = not lines[first].gap and 6 <= len(above.text) <= 40 and above.text[-1] not in TERMINAL + "”）)》、，"
        if not (
            header_labels(above)
            or is_number_line(above)
            or (first == index and broken and not names_a_plan(above.text))
        ):
            break
        if numbering_of(above.text) is not None or DATE_LINE.match(above.text):
            break
        first -= 1
    return first
