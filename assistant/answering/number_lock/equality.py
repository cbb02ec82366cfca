"""Whether a figure as people state it is an amount of a source."""

from __future__ import annotations

import re

from assistant.answering.number_lock.beside import Beside
from assistant.plan.quantity import Amount, Quantity, same_quantity
from assistant.plan.units import COUNTERS, SCALES, base_unit

_ENGLISH = re.compile(r"(?<![A-Za-z])[a-z]{3,}")
_KIN = {"项": "个", "名": "人", "位": "人"}


def is_equal(figure: Quantity, amount: Amount, words: Beside) -> bool:
    """Whether a stated figure is this amount: the one equality, and what people leave out (亿 for 亿元) or say for it
    (210个 for 210项, 3.7万名 for 3.7万人)."""
    if amount.value is None:
        return False
    if same_quantity(figure, amount):
        return True
    if figure.qualifier != amount.qualifier:
        return False
    unit, factor = base_unit(figure.unit)
    other, other_factor = base_unit(amount.unit)
    if figure.unit in SCALES and figure.unit:
        return figure.value * SCALES[figure.unit] == amount.value * other_factor and figure.upper is None
    if not figure.unit and _ENGLISH.search(f"{words.since}{words.beyond}"):
        # Three new parks: the noun is the unit.
        return other in COUNTERS and figure.value == amount.value * other_factor
    if not figure.unit:
        beside_it = "".join(words.parts[-1:]) + words.after
        named = bool(other) and (other in beside_it or amount.unit in beside_it)
        return named and figure.value == amount.value and figure.upper == amount.upper
    same_unit = _KIN.get(unit, unit) == _KIN.get(other, other)
    upper = None if figure.upper is None else figure.upper * factor
    other_upper = None if amount.upper is None else amount.upper * other_factor
    return same_unit and figure.value * factor == amount.value * other_factor and upper == other_upper


def unit_fits(figure: Quantity, amount: Amount) -> bool:
    return not figure.unit or base_unit(figure.unit)[0] == base_unit(amount.unit)[0]
