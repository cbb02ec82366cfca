"""The words around a clause's figures: what is counted, what is done to it, what part each figure plays.

The rules know the grammar of plans, never a plan's indicators. A clause is cut at its punctuation into parts, a part
into the items of a list. In an item the thing counted stands before the figure (公共停车位2000个), or right behind it
(27.2公里电力通道); a verb holds for all items of a list joined by 、, and an item that names nothing is about what was
named before it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.plan.clause_context import LIST_SIGN, Context, Found
from assistant.plan.counted_item import CountedItem
from assistant.plan.each import members_of
from assistant.plan.modifiers import HUNDREDTHS
from assistant.plan.nouns import clean
from assistant.plan.phrases import (
    brought_about,
    read_predicate,
    strip_action,
    without_adverbs,
    without_conjunction,
    without_verb_behind,
)
from assistant.plan.quantity import Quantity
from assistant.plan.roles import role_of
from assistant.plan.units import base_unit

__all__ = ["Found", "read_indicators"]


def read_indicators(text: str, quantities: tuple[Quantity, ...]) -> tuple[Found, ...]:
    """What each of a clause's quantities counts, in order."""
    return _Reader(text, quantities).read()


_MOST_SUBJECTS = 12  # that one sentence shares figures out among
_HOPE = re.compile(r"力争|确保|争取")


class _Reader:
    """Reads the figures of one clause one after the other, several at once where several subjects share them out."""

    def __init__(self, text: str, quantities: tuple[Quantity, ...]) -> None:
        self.text = text
        self.quantities = quantities
        self.context = Context(text, quantities)

    def read(self) -> tuple[Found, ...]:
        index = 0
        while index < len(self.quantities):
            count = self._adjoining(index)
            group = self._shared_out(index, count) if count > 1 else ()
            if group:
                for found in group:
                    self.context.add(found)
                index += count
                continue
            found = CountedItem(self.context, index).read()
            self.context.add(replace(found, qualifier_text=self._with_hope(index, found.action)))
            index += 1
        return tuple(self.context.found)

    # --- Several figures for several subjects ---

    def _adjoining(self, index: int) -> int:
        """How many figures follow one another with nothing but list signs between them."""
        last = index
        while last + 1 < len(self.quantities) and last - index < _MOST_SUBJECTS:
            one, other = self.quantities[last], self.quantities[last + 1]
            if not LIST_SIGN.fullmatch(self.text, one.end, other.start):
                break
            each = "分别" in self.text[max(0, self.quantities[index].start - 40) : self.quantities[index].start]
            if not each and base_unit(one.unit)[0] != base_unit(other.unit)[0]:
                break
            last += 1
        return last - index + 1

    def _shared_out(self, index: int, count: int) -> tuple[Found, ...]:
        """分别: one subject a figure, from the words before the list or from the list of subjects read last."""
        item = CountedItem(self.context, index)
        head, each, tail = item.before.rpartition("分别")
        predicate = read_predicate(tail)
        verb, thing = strip_action(predicate.subject) if each else without_verb_behind(predicate.subject)
        head, thing = (head, clean(thing)) if each else (thing, "")
        subject = brought_about(without_conjunction(without_adverbs(head)))
        if not predicate.change and item.quantity.unit not in HUNDREDTHS:
            said, subject = strip_action(subject)  # 新增学校、医院分别2所、3所
            verb = verb or said
        subject = clean(subject)
        members = members_of(subject, count) if subject else self._spoken_of(count, each)
        if not members:
            return ()
        self.context.members = members
        group: list[Found] = []
        for offset, member in enumerate(members):
            quantity = self.quantities[index + offset]
            named = clean(member if not thing or member.endswith(thing) else f"{member}{thing}")
            role = role_of(self.text, quantity, item.before, named, predicate)
            action = predicate.change or verb
            group.append(Found(named, action, role, self._with_hope(index + offset)))
        return tuple(group)

    def _spoken_of(self, count: int, each: str) -> tuple[str, ...]:
        """The subjects of figures that name none: those shared out last, else as many as were named last."""
        if len(self.context.members) == count:
            return self.context.members
        return self.context.named_last(count) if each else ()

    def _with_hope(self, index: int, action: str = "") -> str:
        quantity = self.quantities[index]
        words = quantity.qualifier_text
        hope = _HOPE.search(self.text, self.context.part_start(quantity.start), quantity.start)
        if hope and hope.group() not in words and not action.startswith(hope.group()):
            return f"{hope.group()}…{words}" if words else hope.group()
        return words
