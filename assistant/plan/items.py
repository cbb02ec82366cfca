"""Items inside a paragraph: 一是…；二是…, 首先…其次…. Each can be cited on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.plan.lines import Source

_CHINESE = "一二三四五六七八九十"
_MARK = re.compile(
    rf"(?:(?<=^)|(?<=[；;：:。，,\s]))(?P<label>(?P<is>[{_CHINESE}]{{1,2}})是|第(?P<nth>[{_CHINESE}]{{1,2}})[，,、]|首先[，,]|其次[，,]|再次[，,]|最后[，,])"
)
_ORDER = {"首先": 1, "其次": 2}


def cut_items(source: Source, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """The sentences of a paragraph as (start, end, label of the item they belong to, "" outside items).

    A sentence that holds several items joined by semicolons is cut between them.
    """
    marks = _marks(source, spans)
    label = ""
    for start, end in spans:
        begin = start
        inside = [(at, name) for at, name in marks if start <= at < end]
        for at, name in inside:
            if at > begin and source.text[at - 1] in "；;":
                yield begin, at, label
                begin = at
            label = name
        yield begin, end, label
        if len(inside) > 1:
            label = ""  # items that are parts of one sentence end with it


def _marks(source: Source, spans: Sequence[tuple[int, int]]) -> list[tuple[int, str]]:
    """Where the items begin and how they are labelled; none where they do not count from one to two at least."""
    if not spans:
        return []
    begin, end = spans[0][0], spans[-1][1]
    starts = {start for start, _ in spans}
    found: list[tuple[int, str]] = []
    number = 0
    for match in _MARK.finditer(source.words(begin, end)):
        at = begin + match.start()
        words = match.group("label").rstrip("，,、")
        counted = match.group("is") or match.group("nth")
        expected = _value(counted) if counted else _ORDER.get(words, number + 1 if number >= 2 else 0)
        if expected != number + 1 or not (at in starts or source.text[at - 1] in "；;：:"):
            continue
        found.append((at, words))
        number = expected
    return found if number >= 2 else []


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _CHINESE.index(numeral) + 1 if len(numeral) == 1 else 0
    return 10 + (_CHINESE.index(ones) + 1 if ones else 0) if not tens else 0
