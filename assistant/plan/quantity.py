"""A quantity as a value, and the one equality of quantities that ledger, number lock and evals share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from assistant.plan.units import base_unit

Qualifier = Literal["exact", "at_least", "more_than", "at_most", "less_than", "about", "range"]
Role = Literal["amount", "change", "from", "to", "share", "base", "rank", "descriptive"]
Tense = Literal["target", "result"]


class Amount(Protocol):
    """Anything that carries a figure: a quantity, a ledger row."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def upper(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def qualifier(self) -> Qualifier: ...


@dataclass(frozen=True)
class Quantity:
    """An interval with a unit and a qualifier; `start:end` is the span that says it: qualifier words, number, unit.

    `value` and `unit` are as written (3.7 万人). `kind` sets ranks (第4位) and ratios (1:3) apart from amounts;
    "threshold" is a unit that stands for one of itself (亿元以上).
    """

    value: Decimal
    upper: Decimal | None
    unit: str
    qualifier: Qualifier
    qualifier_text: str
    start: int
    end: int
    text: str
    kind: Literal["amount", "rank", "ratio", "threshold"] = "amount"


@dataclass(frozen=True)
class OtherNumeral:
    """A digit run or Chinese numeral that is no amount, and why."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """All that `scan` found, each list in the text's order."""

    quantities: tuple[Quantity, ...]
    others: tuple[OtherNumeral, ...]


def same_figure(one: Amount, other: Amount) -> bool:
    """Whether two figures say the same amount: 3.7万人 = 37000人, 百分之七 = 7%. Qualifiers are not compared."""
    if one.value is None or other.value is None:
        return one.value is None and other.value is None
    unit, factor = base_unit(one.unit)
    other_unit, other_factor = base_unit(other.unit)
    if unit != other_unit or one.value * factor != other.value * other_factor:
        return False
    upper = None if one.upper is None else one.upper * factor
    other_upper = None if other.upper is None else other.upper * other_factor
    return upper == other_upper


def same_quantity(one: Amount, other: Amount) -> bool:
    """The one equality for ledger, number lock and evals: the same figure and the same qualifier."""
    return same_figure(one, other) and one.qualifier == other.qualifier
