"""The text to learn the language from: a folder of plans and news, sentence by sentence, less what is measured on."""

from __future__ import annotations

import lzma
import re
import tarfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from assistant.errors import UnusableInput
from assistant.plan.document import Plan
from assistant.plan.parse import parse_plan
from training.overlap import MeasuredPieces

PLANS, NEWS = "plans.tar.xz", "news.txt.xz"
_MARK = re.compile(r"^[\d\-: ]+，正文：")
_SENTENCE_END = re.compile(r"[。！？；!?;\n]+")


@dataclass(frozen=True)
class TrainingText:
    """`plans`: government plans, parsed. `news`: articles, a string each. `left_out`: how many lines of plans and
    articles of news held a piece of a measured document."""

    plans: tuple[Plan, ...]
    news: tuple[str, ...]
    left_out: int


def read_training_text(folder: Path, measured: MeasuredPieces, with_news: bool = True) -> TrainingText:
    """Read `plans.tar.xz` and `news.txt.xz`. Raises `UnusableInput` with one line where one of them is missing."""
    for name in (PLANS, NEWS):
        if not (folder / name).is_file():
            raise UnusableInput(f"训练文本 {folder} 里没有 {name}：请用 make train TEXT=文件夹 指明")
    left_out = 0
    plans: list[Plan] = []
    with tarfile.open(folder / PLANS) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            file = archive.extractfile(member)
            if file is not None and member.name.endswith(".txt"):
                kept, lost = _without_measured(file.read().decode("utf-8-sig"), measured)
                plans.append(parse_plan(kept))
                left_out += lost
    news: list[str] = []
    if with_news:
        with lzma.open(folder / NEWS, "rt", encoding="utf-8") as file:
            for line in file:
                article = _MARK.sub("", line).strip()
                if measured.touch(article):
                    left_out += 1
                else:
                    news.append(article)
    return TrainingText(tuple(plans), tuple(news), left_out)


def _without_measured(text: str, measured: MeasuredPieces) -> tuple[str, int]:
    """The text less the lines that hold a measured piece or part of one, and how many those were."""
    lines = text.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    held = {
        line
        for start, end in measured.spans(text)
        for line in range(bisect_right(starts, start) - 1, bisect_left(starts, end))
    }
    return "".join(line for number, line in enumerate(lines) if number not in held), len(held)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without their full stops."""
    return (part for part in _SENTENCE_END.split(text) if part.strip())
