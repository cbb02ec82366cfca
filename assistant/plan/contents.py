"""The table of contents: which lines are its entries, and what it says that the headings below are called."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.plan.lines import TERMINAL, Line

_LEADER = re.compile(r"\s*(?:[.．…·•。\-_]\s?){4,}\s*[\-—]?\s*\d*\s*[\-—]?$|\s*…+\s*\d*$")
_HEAD = re.compile(r"目[ \t\u3000]*录$")
_PAGE = re.compile(r"(?:[\s\t]+[\-—(（]?\s?\d{1,4}\s?[\-—)）]?|[(（]\d{1,4}[)）])$")
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十\d]+[篇章节]|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+[.．、]|附[件表]|专栏"
)
_LONGEST_ENTRY = 70
_LONGEST_DOTTED = 400  # with its leaders


@dataclass(frozen=True)
class Contents:
    """`lines` are the indexes of the contents' lines, `cut` the one line with words before its 目录 and how many, `keys`
    the entries without white space."""

    lines: frozenset[int]
    cut: tuple[int, int] | None
    keys: frozenset[str]


def find_contents(lines: Sequence[Line]) -> Contents:
    """The contents of a text: entries with dot leaders, or a bare list of headings that stand again below."""
    dotted = _dotted(lines)
    head = next((index for index, line in enumerate(lines) if len(line.text) <= 40 and _HEAD.search(line.text)), None)
    found = dotted or _bare(lines, head)
    if found and head is not None and head < min(found):
        found = set(range(head, max(found) + 1)) if min(found) - head <= 2 else found | {head}
    cut = None
    if head is not None and head in found:
        before = _HEAD.sub("", lines[head].text).rstrip()
        cut = (head, len(before)) if before else None
    keys = frozenset(_key(lines[index].text) for index in found if index != head)
    return Contents(frozenset(found), cut, keys)


def _key(line: str) -> str:
    if len(line) > _LONGEST_DOTTED:
        return re.sub(r"\s", "", line[:_LONGEST_ENTRY])
    return re.sub(r"\s", "", _PAGE.sub("", _LEADER.sub("", line)))


def _dotted(lines: Sequence[Line]) -> set[int]:
    """The lines from the first to the last of those with leaders, where at least two stand close together."""
    found: set[int] = set()
    last: int | None = None
    for index, line in enumerate(lines):
        if (
            not 8 <= len(line.text) <= _LONGEST_DOTTED
            or not _LEADER.search(line.text[-200:])
            or re.search(r"[.．…·]{4}", line.text) is None
        ):
            continue
        if last is not None and index - last <= 3:
            found.update(range(last, index + 1))
        last = index
    return found


def _bare(lines: Sequence[Line], head: int | None) -> set[int]:
    """A run of short lines that stand again, in order, as the beginnings of lines below it."""
    below: dict[str, list[int]] = defaultdict(list)
    keys = [_key(line.text) for line in lines]
    for index, key in enumerate(keys):
        below[key[:6]] = [*below[key[:6]][-7:], index]
    start = 0 if head is None else head + 1
    limit = max(len(lines) // 3, 12) if head is None else head + 2
    while start < limit:
        end, seen = start, set[str]()
        while end < len(lines) and _may_be_entry(lines[end].text) and keys[end] not in seen:
            seen.add(keys[end])
            end += 1
        run = list(range(start, end))
        again = [
            index
            for index in run
            if any(_same(keys[index], keys[other]) for other in below[keys[index][:6]] if other >= end)
        ]
        numbered = sum(_NUMBERED.match(lines[index].text) is not None for index in again)
        if len(again) >= 3 and len(again) >= 0.8 * len(run) and (numbered >= 2 or head is not None):
            return set(range(again[0], again[-1] + 1))
        start = max(end, start + 1)
    return set()


def _may_be_entry(line: str) -> bool:
    return len(line) <= _LONGEST_ENTRY and line[-1] not in TERMINAL + "，,、"


def _same(entry: str, other: str) -> bool:
    shorter, longer = sorted((entry, other), key=len)
    return len(shorter) >= 4 and longer.startswith(shorter)
