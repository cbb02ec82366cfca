"""What is being done, in words, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Self, TypeVar

Item = TypeVar("Item")


class Step(str):
    """A few Chinese words on what is done next; where it is one of many alike, `done` of `total` are done before it."""

    __slots__ = ("done", "total", "words")

    words: str
    done: int
    total: int

    def __new__(cls, words: str, done: int = 0, total: int = 0) -> Self:
        step = super().__new__(cls, f"{words}（{done + 1}/{total}）" if total > 1 else words)
        step.words, step.done, step.total = words, done, total
        return step


def counted(words: str, items: Sequence[Item], on_step: Callable[[str], None]) -> Iterator[Item]:
    """The items, each told to `on_step` before it comes."""
    for done, item in enumerate(items):
        on_step(Step(words, done, len(items)))
        yield item


def silent(_: str) -> None:
    """No progress is shown."""
