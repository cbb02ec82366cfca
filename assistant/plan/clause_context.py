"""What the figures of one clause share: its text, what was read of it so far, where its parts begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from assistant.plan.quantity import Quantity, Role


@dataclass(frozen=True)
class Found:
    """What stands around a figure. `qualifier_text` are the figure's qualifier words with a 力争 that stands further off."""

    indicator: str
    action: str
    role: Role
    qualifier_text: str


STOP = re.compile(r"[,，;；。:：!！?？\n]")
LIST_SIGN = re.compile(r"\s*(?:、|以及|[和及与])\s*")
_REACH = 400  # characters before a figure in which what it is about is looked for


class Context:
    """One clause while its figures are read, one after the other: what was read may be referred to by what comes."""

    def __init__(self, text: str, quantities: tuple[Quantity, ...]) -> None:
        self.text = text
        self.quantities = quantities
        self.found: list[Found] = []
        self._topic = self._described = ""
        self._named: dict[str, None] = {}
        self.members: tuple[str, ...] = ()  # the subjects that were given a figure each last
        self.subject_until = -1  # where the subject ends of which the next figure says something
        self.bases: dict[str, str] = {}  # indicators made of a thing and a verb, with the thing
        # What a figure inside a modifier measured last, and where its part begins: 产值 in 产值超百亿…、超十亿…
        self.measured, self.measured_in = "", -1

    def part_start(self, position: int) -> int:
        """Where the part between commas begins that a position stands in."""
        begin = 0
        for match in STOP.finditer(self.text, max(0, position - _REACH), position):
            begin = match.end()
        return begin if begin else max(0, position - _REACH)

    def add(self, found: Found) -> None:
        """Take in what was read of the next figure."""
        self.found.append(found)
        if not found.indicator or found.role == "rank":
            return
        if found.role == "descriptive":
            self._described = found.indicator
        else:
            self._named[found.indicator] = None
            self._topic = found.indicator

    def topic(self) -> str:
        """The indicator named last in this clause, else what a figure described last."""
        return self._topic or self._described

    def named_last(self, count: int) -> tuple[str, ...]:
        """The last few indicators of this clause, each once, in order; () where there are fewer."""
        named = tuple(islice(reversed(self._named), count))
        return named[::-1] if len(named) == count else ()
