"""Arithmetic of quantities that may be open: at least 300, more than 15, 3 to 5.

A quantity is an interval; operations are those of interval arithmetic on Decimals. Where the result is open at both ends
(at least 700 less at least 100) it says nothing, and only the bounds themselves are worked with: `lower_bounds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

from assistant.plan.quantity import Amount, Qualifier

ResultQualifier = Literal[Qualifier, "lower_bounds"]
_PLACES = Decimal("0.01")
_DIGITS = 60  # no figure of a plan comes near


@dataclass(frozen=True)
class Interval:
    """`low` and `high` are None where it is open; `low_in` and `high_in`: the end itself belongs to it. `about`: its
    ends are approximate. `bound` is the figure as the plan writes it, of a range its lower end."""

    low: Decimal | None
    high: Decimal | None
    low_in: bool
    high_in: bool
    about: bool
    bound: Decimal

    @classmethod
    def of(cls, amount: Amount, factor: Decimal = Decimal(1)) -> Interval:
        """An amount's interval, scaled by a factor greater than 0. Only for amounts that have a value."""
        assert amount.value is not None
        value = amount.value * factor
        upper = amount.upper * factor if amount.upper is not None else value
        match amount.qualifier:
            case "at_least" | "more_than":
                return cls(value, None, amount.qualifier == "at_least", False, False, value)
            case "at_most" | "less_than":
                return cls(None, upper, False, amount.qualifier == "at_most", False, value)
            case _:
                return cls(value, upper, True, True, amount.qualifier == "about", value)

    @classmethod
    def exactly(cls, value: Decimal) -> Interval:
        """A number that is what it is."""
        return cls(value, value, True, True, False, value)


@dataclass(frozen=True)
class Result:
    """The outcome of an operation: `value` is its lower end (or its only bound), `upper` the higher one of a range.
    `rounded`: it would not have ended within four decimals, and was rounded to two."""

    value: Decimal
    upper: Decimal | None
    qualifier: ResultQualifier
    rounded: bool


def add(first: Interval, second: Interval) -> Interval:
    """The sum."""
    return _join(first, second, lambda a, b: a + b, first.low, second.low, first.high, second.high)


def subtract(first: Interval, second: Interval) -> Interval:
    """The first less the second: the lower end falls with the second's higher one."""
    turned = Interval(second.high, second.low, second.high_in, second.low_in, second.about, second.bound)
    return _join(first, turned, lambda a, b: a - b, first.low, turned.low, first.high, turned.high)


def multiply(first: Interval, second: Interval) -> Interval:
    """The product of two intervals of numbers that are not negative."""
    return _join(first, second, lambda a, b: a * b, first.low, second.low, first.high, second.high)


def divide(first: Interval, second: Interval) -> Interval:
    """The first by the second, of numbers that are not negative; raises `ZeroDivisionError` where the second may be 0."""
    if second.bound == 0:
        raise ZeroDivisionError
    turned = Interval(second.high, second.low, second.high_in, second.low_in, second.about, second.bound)
    return _join(first, turned, lambda a, b: a / b, first.low, turned.low, first.high, turned.high)


def _join(
    first: Interval,
    second: Interval,
    operation: Callable[[Decimal, Decimal], Decimal],
    low_a: Decimal | None,
    low_b: Decimal | None,
    high_a: Decimal | None,
    high_b: Decimal | None,
) -> Interval:
    """Lower ends with lower ends, higher with higher; an end is open where either is."""
    return Interval(
        None if low_a is None or low_b is None else operation(low_a, low_b),
        None if high_a is None or high_b is None else operation(high_a, high_b),
        first.low_in and second.low_in,
        first.high_in and second.high_in,
        first.about or second.about,
        operation(first.bound, second.bound),
    )


def result(interval: Interval) -> Result:
    """What an interval says in a plan's terms."""
    value = interval.low if interval.low is not None else interval.high
    qualifier: ResultQualifier
    if value is None:
        value, qualifier = interval.bound, "lower_bounds"
    elif interval.high is None:
        qualifier = "at_least" if interval.low_in else "more_than"
    elif interval.low is None:
        qualifier = "at_most" if interval.high_in else "less_than"
    elif interval.about:
        qualifier = "about"
    else:
        qualifier = "range" if interval.low != interval.high else "exact"
    upper = interval.high if interval.low not in (None, interval.high) else None
    ends = [_rounded(one) for one in (value, upper) if one is not None]
    rounded = any(end != one for end, one in zip(ends, (value, upper), strict=False))
    return Result(ends[0], ends[1] if len(ends) > 1 else None, qualifier, rounded)


def _rounded(value: Decimal) -> Decimal:
    """The value where it ends within four decimals, else rounded to two; one that would round to 0 keeps two digits that
    count. No trailing zeros."""
    with localcontext(prec=_DIGITS):
        exact = value.normalize()
        exponent = exact.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -4:
            rounded = value.quantize(_PLACES, ROUND_HALF_UP)
            exact = (rounded or Decimal(f"{value:.1e}")).normalize()
        return exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact
