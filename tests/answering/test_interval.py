"""Arithmetic of open quantities: the rules one by one, then that a result holds whatever the figures may turn out to be."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import interval
from assistant.answering.interval import Interval, Result
from assistant.plan.quantity import Qualifier, Quantity
from assistant.plan.scan import read_quantities

OPERATIONS: dict[str, Callable[[Interval, Interval], Interval]] = {
    "+": interval.add, "-": interval.subtract, "×": interval.multiply, "÷": interval.divide,
}  # fmt: skip


def _read(text: str) -> Interval:
    (quantity,) = read_quantities(text)
    return Interval.of(quantity)


def _reckon(first: str, operation: str, second: str) -> Result:
    return interval.result(OPERATIONS[operation](_read(first), _read(second)))


# figure, low, high, low belongs to it, high belongs to it, about, bound
INTERVALS = [
    ("700亿元", "700", "700", True, True, False, "700"),
    ("700亿元以上", "700", None, True, False, False, "700"),
    ("突破700亿元", "700", None, False, False, False, "700"),
    ("不超过5.5%", None, "5.5", False, True, False, "5.5"),
    ("不足30个", None, "30", False, False, False, "30"),
    ("7%左右", "7", "7", True, True, True, "7"),
    ("3-5个", "3", "5", True, True, False, "3"),
    ("两座", "2", "2", True, True, False, "2"),
]


@pytest.mark.parametrize(("text", "low", "high", "low_in", "high_in", "about", "bound"), INTERVALS)
def test_a_quantity_is_an_interval(
    text: str, low: str | None, high: str | None, low_in: bool, high_in: bool, about: bool, bound: str
) -> None:
    wanted = (
        None if low is None else Decimal(low), None if high is None else Decimal(high), low_in, high_in, about,
        Decimal(bound),
    )  # fmt: skip
    assert _read(text) == Interval(*wanted)


@pytest.mark.parametrize(
    ("text", "factor", "low", "high", "bound"),
    [
        ("3.7万人", "10000", "37000", "37000", "37000"),
        ("2.5万到3万人", "10000", "25000", "30000", "25000"),
        ("5公里以上", "1000", "5000", None, "5000"),
        ("5公里以内", "1000", None, "5000", "5000"),
    ],
)
def test_a_factor_scales_every_end(text: str, factor: str, low: str | None, high: str | None, bound: str) -> None:
    (quantity,) = read_quantities(text)
    scaled = Interval.of(quantity, Decimal(factor))
    ends = [None if end is None else Decimal(end) for end in (low, high, bound)]
    assert [scaled.low, scaled.high, scaled.bound] == ends


def test_an_exact_number_is_both_its_ends() -> None:
    assert Interval.exactly(Decimal(4)) == Interval(Decimal(4), Decimal(4), True, True, False, Decimal(4))


# first, operation, second, value, upper, qualifier
RULES = [
    ("12个", "+", "8个", "20", None, "exact"),
    ("1.1亿元", "+", "2.2亿元", "3.3", None, "exact"),
    ("12个", "-", "8个", "4", None, "exact"),
    ("8个", "-", "12个", "-4", None, "exact"),
    ("12个", "×", "8个", "96", None, "exact"),
    ("12个", "÷", "8个", "1.5", None, "exact"),
    # open + anything is at least the sum of bounds; a strict bound makes the sum strict
    ("700亿元以上", "+", "100亿元", "800", None, "at_least"),
    ("100亿元", "+", "700亿元以上", "800", None, "at_least"),
    ("700亿元以上", "+", "300亿元以上", "1000", None, "at_least"),
    ("700亿元以上", "+", "3-5亿元", "703", None, "at_least"),
    ("700亿元以上", "+", "约30亿元", "730", None, "at_least"),
    ("突破700亿元", "+", "100亿元", "800", None, "more_than"),
    ("突破700亿元", "+", "300亿元以上", "1000", None, "more_than"),
    ("300亿元以上", "+", "突破700亿元", "1000", None, "more_than"),
    ("突破700亿元", "+", "超过300亿元", "1000", None, "more_than"),
    ("30个以内", "+", "5个", "35", None, "at_most"),
    ("30个以内", "+", "5个以内", "35", None, "at_most"),
    ("不足30个", "+", "5个", "35", None, "less_than"),
    ("30个以内", "+", "不足5个", "35", None, "less_than"),
    ("30个以内", "+", "3-5个", "35", None, "at_most"),
    # open - exact and exact - open
    ("700亿元以上", "-", "100亿元", "600", None, "at_least"),
    ("突破700亿元", "-", "100亿元", "600", None, "more_than"),
    ("700亿元", "-", "100亿元以上", "600", None, "at_most"),
    ("700亿元", "-", "突破100亿元", "600", None, "less_than"),
    ("30个以内", "-", "5个", "25", None, "at_most"),
    ("不足30个", "-", "5个", "25", None, "less_than"),
    ("30个", "-", "5个以内", "25", None, "at_least"),
    ("30个", "-", "不足5个", "25", None, "more_than"),
    ("700亿元以上", "-", "30-50亿元", "650", None, "at_least"),
    ("70-90亿元", "-", "30亿元以上", "60", None, "at_most"),
    ("700亿元以上", "-", "100亿元以内", "600", None, "at_least"),
    ("700亿元以内", "-", "100亿元以上", "600", None, "at_most"),
    # open - open and open ÷ open: only the bounds can be worked with
    ("700亿元以上", "-", "100亿元以上", "600", None, "lower_bounds"),
    ("突破700亿元", "-", "100亿元以上", "600", None, "lower_bounds"),
    ("突破700亿元", "-", "超过100亿元", "600", None, "lower_bounds"),
    ("700亿元以上", "÷", "100亿元以上", "7", None, "lower_bounds"),
    ("30个以内", "+", "10个以上", "40", None, "lower_bounds"),
    # a range keeps both ends
    ("3-5个", "+", "2个", "5", "7", "range"),
    ("3-5个", "+", "1-2个", "4", "7", "range"),
    ("3-5个", "-", "1个", "2", "4", "range"),
    ("10个", "-", "3-5个", "5", "7", "range"),
    ("3-5个", "-", "1-2个", "1", "4", "range"),
    ("3-5个", "×", "10个", "30", "50", "range"),
    ("30-50个", "÷", "10个", "3", "5", "range"),
    ("100个", "÷", "20-50个", "2", "5", "range"),
    # division turns the divisor's ends
    ("700亿元以上", "÷", "100个", "7", None, "at_least"),
    ("突破700亿元", "÷", "100个", "7", None, "more_than"),
    ("700亿元", "÷", "100个以上", "7", None, "at_most"),
    ("700亿元", "÷", "突破100个", "7", None, "less_than"),
    ("700亿元", "÷", "100个以内", "7", None, "at_least"),
    ("700亿元", "÷", "不足100个", "7", None, "more_than"),
    ("700亿元以内", "÷", "100个以上", "7", None, "at_most"),
    ("700亿元以上", "×", "2个", "1400", None, "at_least"),
    ("不足30个", "×", "2个", "60", None, "less_than"),
    # about stays about
    ("约30个", "+", "5个", "35", None, "about"),
    ("30个", "-", "约5个", "25", None, "about"),
    ("约30个", "×", "2个", "60", None, "about"),
    ("30个", "÷", "约5个", "6", None, "about"),
    ("约30个", "+", "3-5个", "33", "35", "about"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "operation", "second", "value", "upper", "qualifier"), RULES)
def test_rule(first: str, operation: str, second: str, value: str, upper: str | None, qualifier: str) -> None:
    found = _reckon(first, operation, second)
    assert (found.value, found.upper) == (Decimal(value), None if upper is None else Decimal(upper))
    assert (found.qualifier, found.rounded) == (qualifier, False)


@pytest.mark.parametrize(
    ("first", "second", "value", "upper", "qualifier", "rounded"),
    [
        ("10个", "3个", "3.33", None, "exact", True),
        ("2个", "3个", "0.67", None, "exact", True),
        ("1个", "8个", "0.125", None, "exact", False),
        ("1个", "16个", "0.0625", None, "exact", False),
        ("1个", "32个", "0.03", None, "exact", True),
        ("100个", "4个", "25", None, "exact", False),
        ("3-5个", "3个", "1", "1.67", "range", True),
        ("1-2个", "3个", "0.33", "0.67", "range", True),
        ("10亿元以上", "3个", "3.33", None, "at_least", True),
        ("10亿元", "3个以上", "3.33", None, "at_most", True),
        ("10亿元以上", "3个以上", "3.33", None, "lower_bounds", True),
        ("约10亿元", "3个", "3.33", None, "about", True),
    ],
)
def test_a_quotient_that_does_not_end_is_rounded_and_says_so(
    first: str, second: str, value: str, upper: str | None, qualifier: str, rounded: bool
) -> None:
    wanted = Result(Decimal(value), None if upper is None else Decimal(upper), qualifier, rounded)  # type: ignore[arg-type]
    assert _reckon(first, "÷", second) == wanted


@pytest.mark.parametrize(
    ("value", "written"), [("1000", "1000"), ("1E+3", "1000"), ("1.50", "1.5"), ("0.00", "0"), ("-400", "-400")]
)
def test_a_result_is_written_without_needless_digits(value: str, written: str) -> None:
    assert str(interval.result(Interval.exactly(Decimal(value))).value) == written


@pytest.mark.parametrize("divisor", ["0个", "0个以上", "超过0个", "0-5个"])
def test_nothing_is_divided_by_what_may_be_nothing(divisor: str) -> None:
    with pytest.raises(ZeroDivisionError):
        interval.divide(_read("5个"), _read(divisor))


def test_a_small_quotient_is_not_nothing() -> None:
    assert _reckon("8家", "÷", "3000家").value > 0


@pytest.mark.parametrize("factor", ["9" * 26, "1E+27"])
def test_a_huge_factor_is_reckoned_with(factor: str) -> None:
    found = interval.result(interval.multiply(_read("1000根"), Interval.exactly(Decimal(factor))))
    assert found.value == 1000 * Decimal(factor)


# --- Whatever the figures -----------------------------------------------------------------------------------------------

_NUMBERS = st.one_of(
    st.integers(1, 99_999).map(Decimal), st.decimals(min_value="0.1", max_value="9999", places=1)
)  # fmt: skip
_STEPS = st.decimals(min_value="0.1", max_value="500", places=1)
_SHARES = st.decimals(min_value="0.01", max_value="0.99", places=2)


def _quantity(value: Decimal, qualifier: Qualifier, upper: Decimal | None = None) -> Quantity:
    return Quantity(value, upper, "个", qualifier, "", 0, 0, "")


@st.composite
def _figures(draw: st.DrawFn) -> tuple[Quantity, Decimal]:
    """A figure of a plan, and a number greater than 0 that it allows."""
    value = draw(_NUMBERS)
    qualifier: Qualifier = draw(
        st.sampled_from(("exact", "at_least", "more_than", "at_most", "less_than", "range"))
    )  # fmt: skip
    match qualifier:
        case "at_least":
            return _quantity(value, qualifier), value + draw(st.one_of(st.just(Decimal(0)), _STEPS))
        case "more_than":
            return _quantity(value, qualifier), value + draw(_STEPS)
        case "at_most":
            return _quantity(value, qualifier), value * draw(st.one_of(st.just(Decimal(1)), _SHARES))
        case "less_than":
            return _quantity(value, qualifier), value * draw(_SHARES)
        case "range":
            width = draw(_STEPS)
            share = draw(st.one_of(st.sampled_from((Decimal(0), Decimal(1))), _SHARES))
            return _quantity(value, qualifier, value + width), value + width * share
        case _:
            return _quantity(value, qualifier), value


def _exactly(operation: str, first: Decimal, second: Decimal) -> Fraction:
    one, other = Fraction(first), Fraction(second)
    match operation:
        case "+":
            return one + other
        case "-":
            return one - other
        case "×":
            return one * other
        case _:
            return one / other


def _allows(found: Result, number: Fraction) -> bool:
    slack = Fraction(1, 200) if found.rounded else Fraction(0)
    value = Fraction(found.value)
    match found.qualifier:
        case "exact":
            return abs(number - value) <= slack
        case "at_least":
            return number >= value - slack
        case "more_than":
            return number > value - slack
        case "at_most":
            return number <= value + slack
        case "less_than":
            return number < value + slack
        case "range":
            assert found.upper is not None
            return value - slack <= number <= Fraction(found.upper) + slack
        case _:
            return found.qualifier == "lower_bounds"


@given(_figures(), st.sampled_from(list(OPERATIONS)), _figures())
def test_a_result_allows_whatever_the_figures_turn_out_to_be(
    first: tuple[Quantity, Decimal], operation: str, second: tuple[Quantity, Decimal]
) -> None:
    found = interval.result(OPERATIONS[operation](Interval.of(first[0]), Interval.of(second[0])))
    assert _allows(found, _exactly(operation, first[1], second[1]))


@given(_figures(), st.sampled_from(list(OPERATIONS)), _figures())
def test_only_what_is_open_at_both_ends_is_worked_with_by_bounds(
    first: tuple[Quantity, Decimal], operation: str, second: tuple[Quantity, Decimal]
) -> None:
    """Two closed figures give a closed result; lower bounds come only of two open ones, and then of the bounds alone."""
    is_open = [one[0].qualifier not in ("exact", "range") for one in (first, second)]
    found = interval.result(OPERATIONS[operation](Interval.of(first[0]), Interval.of(second[0])))
    if not any(is_open):
        assert found.qualifier in ("exact", "range")
    elif not all(is_open):
        assert found.qualifier in ("at_least", "more_than", "at_most", "less_than")
    if found.qualifier == "lower_bounds":
        assert first[0].value is not None and second[0].value is not None
        off = abs(Fraction(found.value) - _exactly(operation, first[0].value, second[0].value))
        assert off <= (Fraction(1, 200) if found.rounded else 0)


_LOWER: st.SearchStrategy[Qualifier] = st.sampled_from(("at_least", "more_than"))
_UPPER: st.SearchStrategy[Qualifier] = st.sampled_from(("at_most", "less_than"))
_LOWER_OR_EXACT: st.SearchStrategy[Qualifier] = st.sampled_from(("at_least", "more_than", "exact"))


@given(_NUMBERS, _LOWER, _NUMBERS, _LOWER_OR_EXACT)
def test_open_and_anything_is_at_least_the_sum(a: Decimal, one: Qualifier, b: Decimal, other: Qualifier) -> None:
    found = interval.result(interval.add(Interval.of(_quantity(a, one)), Interval.of(_quantity(b, other))))
    strict = "more_than" in (one, other)
    assert (found.value, found.qualifier) == (a + b, "more_than" if strict else "at_least")


@given(_NUMBERS, _NUMBERS, _LOWER)
def test_open_and_exact_differ_by_at_least_and_at_most(a: Decimal, b: Decimal, opened: Qualifier) -> None:
    less = interval.result(interval.subtract(Interval.of(_quantity(a, opened)), Interval.exactly(b)))
    assert (less.value, less.qualifier) == (a - b, opened)
    turned = interval.result(interval.subtract(Interval.exactly(a), Interval.of(_quantity(b, opened))))
    assert (turned.value, turned.qualifier) == (a - b, {"at_least": "at_most", "more_than": "less_than"}[opened])


@given(_NUMBERS, _LOWER, _NUMBERS, _LOWER)
def test_two_open_figures_differ_by_their_lower_bounds(
    a: Decimal, one: Qualifier, b: Decimal, other: Qualifier
) -> None:
    found = interval.result(interval.subtract(Interval.of(_quantity(a, one)), Interval.of(_quantity(b, other))))
    assert found == Result(a - b, None, "lower_bounds", False)


@given(_NUMBERS, _UPPER, _NUMBERS)
def test_a_ceiling_stays_a_ceiling(a: Decimal, one: Qualifier, b: Decimal) -> None:
    ceiling = Interval.of(_quantity(a, one))
    assert interval.result(interval.add(ceiling, Interval.exactly(b))) == Result(a + b, None, one, False)
    assert interval.result(interval.subtract(ceiling, Interval.exactly(b))) == Result(a - b, None, one, False)


@given(_NUMBERS, _STEPS, _NUMBERS)
def test_a_range_keeps_both_ends(low: Decimal, width: Decimal, other: Decimal) -> None:
    ranged, single = Interval.of(_quantity(low, "range", low + width)), Interval.exactly(other)
    assert interval.result(interval.add(ranged, single)) == Result(low + other, low + width + other, "range", False)
    turned = interval.result(interval.subtract(single, ranged))
    assert turned == Result(other - low - width, other - low, "range", False)


@given(_figures(), _figures())
def test_a_sum_has_no_order(first: tuple[Quantity, Decimal], second: tuple[Quantity, Decimal]) -> None:
    one, other = Interval.of(first[0]), Interval.of(second[0])
    assert interval.result(interval.add(one, other)) == interval.result(interval.add(other, one))
