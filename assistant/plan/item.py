"""One figure of a clause and the words that are its own: where they begin, and the noun behind it."""

from __future__ import annotations

import re

from assistant.plan.clause_context import LIST_SIGN, STOP, Context
from assistant.plan.modifiers import HUNDREDTHS, inside_modifier, is_counted
from assistant.plan.nouns import noun_after
from assistant.plan.phrases import without_conjunction
from assistant.plan.quantity import Quantity
from assistant.plan.units import TIME_UNITS, base_unit

_BULLET = re.compile(r"[\s—\-–•·●◆■□]+|\d{1,3}(?:[．、]|\.(?!\d))\s*|[(（]\d{1,2}[)）]\s*")
# 5个百亿级、10个30亿级项目: sizes before the noun that they share.
_SIZES_LISTED = re.compile(r"[\d.十百千]+[万亿]+元?级(?:[、和][\d.]+[个家项][\d.十百千]+[万亿]+元?级)+")


class Item:
    """One figure with the words before and behind it that are its own."""

    def __init__(self, context: Context, index: int) -> None:
        self.context = context
        self.text = context.text
        self.index = index
        self.quantity = context.quantities[index]
        self.previous = context.quantities[index - 1] if index else None
        self.part_start = context.part_start(self.quantity.start)
        self.start, self.listed = self._start()
        self.before = without_conjunction(self.text[self.start : self.quantity.start])

    def _start(self) -> tuple[int, bool]:
        """Where the item begins, and whether it goes on with a list."""
        start, listed = self.part_start, False
        index = self.index - 1
        while index >= 0 and self.context.quantities[index].end > start:
            previous = self.context.quantities[index]
            if self._embedded(previous, index):
                index -= 1
                continue
            start = previous.end
            noun = self._noun_behind(previous, self.quantity.start)
            if noun and noun[1] <= self.quantity.start:
                start = noun[1] if noun[1] < self.quantity.start or self._is_list(noun[1]) else previous.end
            start += self.text.startswith("级", start)
            listed = self._is_list(start)
            if self.text[start : self.quantity.start].rstrip().endswith("的") and is_counted(previous.unit):
                start = self.quantity.start  # 20个国家的419家企业
            break
        bullet = _BULLET.match(self.text, start, self.quantity.start)
        return (bullet.end() if bullet else start), listed

    def _is_list(self, position: int) -> bool:
        return LIST_SIGN.match(self.text, position) is not None

    def _embedded(self, quantity: Quantity, index: int) -> bool:
        """Whether an earlier figure belongs to the name of what this one counts: “15分钟生活圈”220个, 10亿级项目55个."""
        between = self.text[quantity.end : self.quantity.start]
        if self._in_a_quote(quantity, between):
            return True
        if inside_modifier(self.text, quantity):
            return not LIST_SIGN.match(between.removeprefix("级"))
        if quantity.kind in ("rank", "ratio") or LIST_SIGN.match(between) or not between or "、" in between:
            return False
        if is_counted(quantity.unit) and base_unit(quantity.unit)[0] not in TIME_UNITS:
            return False
        role = self.context.found[index].role if index < len(self.context.found) else "amount"
        if base_unit(quantity.unit)[0] in TIME_UNITS:
            return self._noun_behind(quantity, self.quantity.start) is not None
        return role == "descriptive" and not between.startswith(("的", "级"))

    def _in_a_quote(self, quantity: Quantity, between: str) -> bool:
        closes = between.find("”")
        return (
            closes != -1
            and "“" not in between[:closes]
            and self.text.rfind("“", self.part_start, quantity.start)
            > self.text.rfind("”", self.part_start, quantity.start)
        )

    def _noun_behind(self, quantity: Quantity, limit: int = -1) -> tuple[str, int] | None:
        """(noun, its end in the text) where the thing counted follows the figure: 27.2公里电力通道."""
        if quantity.unit in HUNDREDTHS or not quantity.unit:
            return None
        in_time = base_unit(quantity.unit)[0] in TIME_UNITS
        quantity = self._last_adjoining(quantity)
        if limit == -1:
            limit = self._following_start(quantity)
        following = self._behind(quantity)
        if following is not None and following.start == quantity.end and inside_modifier(self.text, following):
            limit = max(limit, following.end + 24)  # 3个过百亿元产业
            noun = noun_after(self.text, following.end + self.text.startswith("级", following.end), limit)
            return (self.text[quantity.end : noun[1]].lstrip("的"), noun[1]) if noun else None
        listed = _SIZES_LISTED.match(self.text, quantity.end)
        if listed:
            return noun_after(self.text, listed.end(), max(limit, listed.end() + 24), one_item=True)
        return noun_after(self.text, quantity.end, limit, one_item=in_time)

    def _last_adjoining(self, quantity: Quantity) -> Quantity:
        """10大类40个集聚区: the last of the counts that stand side by side before their noun."""
        for index in range(self.index + 1, min(self.index + 4, len(self.context.quantities))):
            later = self.context.quantities[index]
            if later.start != quantity.end or later.kind != "amount" or not is_counted(later.unit):
                break
            quantity = later
        return quantity

    def _following_start(self, quantity: Quantity) -> int:
        """Where the next figure begins that does not stand inside the noun behind this one."""
        for index in range(self.index, len(self.context.quantities)):
            later = self.context.quantities[index]
            if later.start >= quantity.end and not (later.start == quantity.end and later.kind == "threshold"):
                if later.kind == "threshold" and not STOP.search(self.text, quantity.end, later.start):
                    continue
                return later.start
        return len(self.text)

    def _behind(self, quantity: Quantity) -> Quantity | None:
        """The figure that comes next after one at or shortly before this item's."""
        for index in range(max(0, self.index - 1), min(len(self.context.quantities), self.index + 4)):
            if self.context.quantities[index].start >= quantity.end:
                return self.context.quantities[index]
        return None

    def _following(self) -> Quantity | None:
        quantities = self.context.quantities
        return quantities[self.index + 1] if self.index + 1 < len(quantities) else None
