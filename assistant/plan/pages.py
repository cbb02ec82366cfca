"""Page numbers glued to the lines of text taken from a PDF: 138调整优化财政支出结构, 7910.1 推动主城区综合功能升级.

One number says nothing (3个项目 begins a line too); what gives them away is that they count on from page to page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.plan.lines import Line

_DIGITS = re.compile(r"\d{1,8}")
# What may stand behind a page number: words, or a heading's own number.
_HEADING_NUMBER = re.compile(r"[1-9]\d?(?:(?:\.[1-9]\d?){1,3}\s?[\u4e00-\u9fff“]|、)")
_COUNTED = re.compile(r"[个家项年月日万亿千百元人条座处所%％微岁天时分米公平吨千瓦套户]")
_LONGEST_STEP = 3
_SHORTEST_RUN = 5


@dataclass(frozen=True)
class _Candidate:
    line: int
    page: int
    digits: int
    weight: float


def page_marks(lines: Sequence[Line]) -> dict[int, int]:
    """For every line that a page number is glued to, how many digits of it are the number."""
    found: dict[int, int] = {}
    candidates = [candidate for index, line in enumerate(lines) for candidate in _candidates(index, line.text)]
    main = _longest_run(candidates)
    if len(main) < _SHORTEST_RUN:
        return {}
    # The contents before the plan are counted on their own.
    before = _longest_run([candidate for candidate in candidates if candidate.line < main[0].line])
    for candidate in (*before, *main) if len(before) > 2 else main:
        found[candidate.line] = candidate.digits
    return found


def without_marks(lines: Sequence[Line], marks: dict[int, int]) -> list[Line]:
    """The lines, each beginning behind its page number. A line that is nothing but the number keeps it."""
    trimmed: list[Line] = []
    for index, line in enumerate(lines):
        rest = line.text[marks.get(index, 0) :]
        words = rest.lstrip()
        trimmed.append(replace(line, start=line.end - len(words), text=words) if words else line)
    return trimmed


def _candidates(index: int, line: str) -> Iterator[_Candidate]:
    match = _DIGITS.match(line)
    if match is None or match.group().startswith("0"):
        return
    run = match.group()
    behind = line[match.end() : match.end() + 1]
    if (
        len(run) <= 3
        and (behind > "\u2e80" or behind.isalpha() or behind in tuple("“《（(—"))
        and behind not in tuple("、．）")
    ):
        yield _Candidate(index, int(run), len(run), 0.8 if _COUNTED.match(behind) else 1.0)
    for digits in range(1, min(len(run), 4)):
        if _HEADING_NUMBER.match(line, digits):
            yield _Candidate(index, int(run[:digits]), digits, 0.9)


def _longest_run(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The heaviest run of candidates whose numbers count on by one (now and then a page has none) down the lines."""
    ends: dict[int, list[tuple[float, int]]] = {}  # page -> the last runs that end there: weight, index of the end
    links: list[int] = []  # for every candidate the index of the one before it in its run, -1 for none
    heaviest = (0.0, -1)
    for index, candidate in enumerate(candidates):
        weight, link = candidate.weight, -1
        for step in range(1, _LONGEST_STEP + 1):
            for before, at in ends.get(candidate.page - step, ()):
                gap = candidate.line - candidates[at].line
                total = before + candidate.weight - 0.4 * (step - 1) - 0.003 * min(100, gap)
                if gap > 0 and total > weight:
                    weight, link = total, at
        links.append(link)
        ends[candidate.page] = [*ends.get(candidate.page, [])[-3:], (weight, index)]
        heaviest = max(heaviest, (weight, index))
    at = heaviest[1]
    run: list[_Candidate] = []
    while at >= 0:
        run.append(candidates[at])
        at = links[at]
    return run[::-1]
