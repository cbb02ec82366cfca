"""Figures in words, as staff write them in a cell: 充电桩：1000根；300亿元以上. Written and read back the same.

And the one equality of quantities with the units that a suite takes as the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from assistant.errors import UnusableInput
from assistant.evaluation.case import Case, ExpectedFigure, ExpectedResult, ForbiddenFigure
from assistant.plan.quantity import Amount, same_figure
from assistant.plan.scan import read_quantities

_FORMS: dict[str, str] = {
    "exact": "{}", "at_least": "{}以上", "more_than": "超过{}", "at_most": "{}以内", "less_than": "不足{}",
    "about": "{}左右", "range": "{}", "lower_bounds": "{}",
}  # fmt: skip
_BY_BOUNDS = "按下限"
_NAMED = re.compile(r"(?P<name>[^：:]*[^：:\d])[：:](?P<words>.+)", re.DOTALL)
_PARTS = re.compile(r"[；;\n]+")


def in_words(figure: ExpectedFigure | ExpectedResult | ForbiddenFigure) -> str:
    """The figure as a clerk writes it: 充电桩：1000根, 3-5个, 按下限600亿元."""
    qualifier = getattr(figure, "qualifier", "exact")
    upper = getattr(figure, "upper", None)
    number = format(figure.value, "f") if upper is None else f"{figure.value:f}-{upper:f}"
    words = _FORMS[qualifier].format(number + figure.unit)
    if qualifier == "lower_bounds":
        words = _BY_BOUNDS + words
    name = getattr(figure, "indicator", "")
    return f"{name}：{words}" if name else words


def all_in_words(figures: Iterable[ExpectedFigure | ExpectedResult | ForbiddenFigure]) -> str:
    return "；".join(map(in_words, figures))


def read_figures(text: str) -> tuple[ExpectedFigure, ...]:
    """Figures from words, parted by ；. Raises `UnusableInput` naming the part that is no figure."""
    figures: list[ExpectedFigure] = []
    for part in _split(text):
        named = _NAMED.fullmatch(part)
        name, words = (named["name"].strip(), named["words"]) if named else ("", part)
        figures.append(ExpectedFigure.of(_one(words), name))
    return tuple(figures)


def read_results(text: str) -> tuple[ExpectedResult, ...]:
    """Results of arithmetic from words: 4栋；按下限600亿元."""
    results: list[ExpectedResult] = []
    for part in _split(text):
        by_bounds = part.startswith(_BY_BOUNDS)
        one = _one(part.removeprefix(_BY_BOUNDS))
        qualifier = "lower_bounds" if by_bounds else one.qualifier
        results.append(ExpectedResult(value=one.value, upper=one.upper, unit=one.unit, qualifier=qualifier))
    return tuple(results)


def read_forbidden(text: str) -> tuple[ForbiddenFigure, ...]:
    """Forbidden figures from words: 9999根；2000."""
    return tuple(ForbiddenFigure(value=one.value, unit=one.unit) for one in map(_one, _split(text)))


def _split(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def _one(words: str) -> ExpectedFigure:
    found = read_quantities(words)
    if len(found) == 1 and found[0].start == 0 and found[0].end == len(words):
        return ExpectedFigure.of(found[0])
    if re.fullmatch(r"\d+(\.\d+)?", words):
        return ExpectedFigure(value=Decimal(words))
    raise UnusableInput(f"“{words}”不是一个数量（例：1000根、300亿元以上、3-5个）")


class Equality:
    """Whether two figures say the same, with the units that a suite or a case takes as the same."""

    def __init__(self, groups: Sequence[Sequence[str]] = ()) -> None:
        self._groups = groups

    def same(self, one: Amount, other: Amount) -> bool:
        """The same amount; qualifiers are not compared."""
        return same_figure(one, other) or (bool(self._groups) and same_figure(self._usual(one), self._usual(other)))

    def _usual(self, figure: Amount) -> Amount:
        unit = figure.unit
        for group in self._groups:
            for name in group:
                if unit.endswith(name):
                    unit = unit.removesuffix(name) + group[0]
                    break
        return ExpectedFigure.of(figure).model_copy(update={"unit": unit})


def right_answer(case: Case) -> str:
    """The right answer in one line, for a reader: what the case expects."""
    parts = [all_in_words(case.figures), all_in_words(case.computed), "、".join(case.items)]
    parts += [f"含“{words}”" for words in case.must_contain]
    if case.forbidden:
        parts.append(f"不得说{all_in_words(case.forbidden)}")
    return "；".join(filter(None, parts))
