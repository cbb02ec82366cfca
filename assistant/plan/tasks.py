"""Tasks: paragraphs that open with a short named sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.plan.blocks import Block
from assistant.plan.lines import BULLET, CLOSING, Source
from assistant.plan.scan import read_quantities

_SENTENCE = re.compile(rf"[^。！？!?]*[。！？!?]+[{CLOSING}]*|[^。！？!?]+$")
_SHORT = re.compile(r"[^，,；;：:。！？!?]{4,24}。")
# A name of two halves (优化产业结构，提升发展质量) is one only where its neighbours have such names too.
_TWO_HALVES = re.compile(r"[^，,；;：:。！？!?]{4,20}，[^，,；;：:。！？!?]{4,24}。")
_ENUMERATED = re.compile(r"^(?:[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十]{1,2}，)")
# What opens a paragraph without naming it: a salutation, a look back, a saying.
_NO_NAME = re.compile(
    r"^(?:各位|同志们|朋友们|现在|谢谢|同时|此外|另外|(?:19|20)\d{2}年|今年|去年|今天|过去|回顾|刚刚|当前|我们|新时代|新征程|新的)"
    r"|[^求于但还就总凡若]是(?!否|非)|我们"
)
_NO_HALVES = re.compile(r"^(?:在|要|从|对|综合|面对|根据|按照|为|让)|[一二三四五六七八九十]年来")


_LONGEST_SENTENCE = 3000
# A few words say why or sum up, they are no task.
_BRIEF = 95


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph by its first sentence; `alone` where it is the only one, `brief` where little follows."""

    start: int
    opening: str
    alone: bool
    brief: bool


def sentences(source: Source, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of the sentences between start and end, without white space and page numbers around them."""
    for match in _SENTENCE.finditer(source.words(start, end)):
        for piece_start, piece in _bearable(match.group(), start + match.start()):
            words = piece.strip()
            if words:
                begin = piece_start + piece.index(words)
                yield begin, begin + len(words)


def _bearable(words: str, start: int) -> Iterator[tuple[int, str]]:
    """A sentence in pieces that can be cited and read: one far longer than any writer's has lost its full stops."""
    while len(words) > _LONGEST_SENTENCE:
        cuts = [words.rfind(mark, 0, _LONGEST_SENTENCE) for mark in ("；", "\n", "，")]
        cut = next((at for at in cuts if at > 0), _LONGEST_SENTENCE - 1) + 1
        yield start, words[:cut]
        start, words = start + cut, words[cut:]
    yield start, words


def task_title(opening: str) -> str:
    """The title that a task's opening sentence gives it: without bullet, 一是 and full stop."""
    words = re.sub(r"\s*[\r\n\f]+\s*", "", BULLET.sub("", opening, count=1))
    return _ENUMERATED.sub("", words).rstrip("。").strip()


def text_of(block: Block) -> tuple[int, int]:
    """The text of a block that can be a paragraph: all of it, or what is glued to its heading."""
    return (block.heading.body if block.heading else block.start), block.end


def find_tasks(source: Source, blocks: Sequence[Block]) -> frozenset[int]:
    """Where the paragraphs begin that are tasks."""
    below: dict[int, list[_Paragraph]] = defaultdict(list)  # by the heading above
    glued: dict[tuple[int, float], list[_Paragraph]] = defaultdict(list)  # by the heading above the heading, and rank
    open_headings: list[tuple[int, float]] = []
    for at, block in enumerate(blocks):
        if block.heading is not None:
            while open_headings and open_headings[-1][1] >= block.heading.rank:
                open_headings.pop()
            open_headings.append((at, block.heading.rank))
        if block.kind not in ("paragraph", "bullet", "numbered"):
            continue
        found = list(sentences(source, *text_of(block)))
        if not found:
            continue
        brief = found[-1][1] - found[0][0] < _BRIEF
        paragraph = _Paragraph(found[0][0], source.words(*found[0]), len(found) == 1, brief)
        if block.heading is not None:
            above = open_headings[-2][0] if len(open_headings) > 1 else -1
            glued[above, block.heading.rank].append(paragraph)
        below[open_headings[-1][0] if open_headings else -1].append(paragraph)
    paragraphs = [paragraph for group in below.values() for paragraph in group]
    if len(paragraphs) >= 30 and sum(paragraph.alone for paragraph in paragraphs) > 0.7 * len(paragraphs):
        return frozenset()  # a line a sentence: what opens a paragraph is lost
    tasks = {start for group in below.values() for start in _tasks_among(group)}
    for group in glued.values():
        # Text glued to headings opens with names in all of them or by chance.
        starts = {paragraph.start for paragraph in group}
        if len(starts & tasks) < 0.5 * len(starts):
            tasks -= starts
    return frozenset(tasks)


def _tasks_among(paragraphs: Sequence[_Paragraph]) -> Iterator[int]:
    """The tasks among the paragraphs below one heading."""
    long_ones = [paragraph for paragraph in paragraphs if not paragraph.alone]
    named = [paragraph.start for paragraph in long_ones if _is_name(paragraph.opening, _SHORT)]
    halved = [p.start for p in long_ones if not p.brief and _is_name(p.opening, _TWO_HALVES)]
    yield from named
    if len(named) + len(halved) >= 2 and len(named) + len(halved) >= 0.6 * len(long_ones):
        yield from halved


def _is_name(opening: str, form: re.Pattern[str]) -> bool:
    words = re.sub(r"\s*[\r\n\f]+\s*", "", BULLET.sub("", opening, count=1))
    words = _ENUMERATED.sub("", words)
    if form.fullmatch(words) is None or _NO_NAME.search(words) or (form is _TWO_HALVES and _NO_HALVES.search(words)):
        return False
    return not read_quantities(words)
