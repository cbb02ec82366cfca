"""How headings are counted: whether a number is the one that comes next, or has its place at all."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.plan.headings import Numbering


@dataclass
class Counting:
    """How far the numbers of each scheme have come; a heading begins those below it anew."""

    last: dict[str, tuple[float, tuple[int, ...]]]

    def take(self, numbering: Numbering) -> None:
        """Go on from the number of a heading that was taken."""
        self.last = {name: held for name, held in self.last.items() if int(held[0]) <= int(numbering.rank)}
        self.last[numbering.scheme] = (numbering.rank, numbering.parts)

    def follows(self, numbering: Numbering) -> bool:
        """Whether this number is the very next of its scheme."""
        held = self.last.get(numbering.scheme)
        if numbering.scheme == "1.1":
            return self._next_decimal(numbering.parts, held[1] if held else ())
        return held is not None and numbering.number == held[1][-1] + 1

    def may_follow(self, numbering: Numbering) -> bool:
        """Whether a decimal number has its place: the next one, or a later one under the same heading."""
        if numbering.scheme != "1.1":
            return True
        held = self.last.get("1.1")
        if held is None:
            return numbering.parts[-1] == 1 or numbering.parts[0] in self._tops()
        parts, last = numbering.parts, held[1]
        if self._next_decimal(parts, last):
            return True
        same = parts[: len(last)][:-1] == last[: len(parts)][:-1]
        return (
            same and parts > last and parts[0] - last[0] <= 2 and parts[-1] <= last[min(len(parts), len(last)) - 1] + 3
        )

    def _tops(self) -> set[int]:
        return {held[1][-1] for name, held in self.last.items() if name != "1.1"}

    def _next_decimal(self, parts: tuple[int, ...], last: tuple[int, ...]) -> bool:
        if not last:
            return set(parts[1:]) == {1} and (parts[0] == 1 or parts[0] in self._tops())
        if len(parts) > len(last):
            return parts[: len(last)] == last and set(parts[len(last) :]) == {1}
        ahead = parts[:-1] == last[: len(parts) - 1] and parts[-1] == last[len(parts) - 1] + 1
        return ahead or (set(parts[1:]) == {1} and parts[0] == last[0] + 1)
