"""A spreadsheet's cell as it is shown: 0.075 in a percent format is 7.5%.

Only what figures in plans come in: general numbers, fixed decimals, thousands separators, percent, dates, times, and
the words around them. ECMA-376 part 1, 18.8.30. What no rule here covers is written as the number that it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_(.)|\*(.)|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*,*)?|\.[#0?]+,*")
_GENERAL = re.compile("General|G/通用格式", re.I)
_PRECISION = Decimal(10) ** -15  # beyond is noise of binary fractions
_LONGEST = 40  # digits


def shown_value(value: object, number_format: str) -> str:
    """The text that a cell shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return _date(value) if value.time() == time(0) else f"{_date(value)} {value:%H:%M}"
    if isinstance(value, date):
        return _date(value)
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, number_format)
    return str(value)


def _date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _number(value: float, number_format: str) -> str:
    try:
        exact = Decimal(repr(value))
    except InvalidOperation:  # infinity and the like
        return str(value)
    if not exact.is_finite() or abs(exact.adjusted()) > _LONGEST:
        return str(value)
    form = _section(number_format, exact)
    literal = [""]

    def keep(match: re.Match[str]) -> str:
        literal.append(match[1] or match[2] or "")
        return f"\0{chr(0xE000 + len(literal) - 1)}\0" if literal[-1] else ""

    marked = _LITERAL.sub(keep, form)
    sign = "-" if exact < 0 and ";" not in number_format else ""
    if general := _GENERAL.search(marked):
        return _between(marked[: general.start()], f"{sign}{_plain(abs(exact))}", marked[general.end() :], literal)
    digits = _DIGITS.search(marked)
    if digits is None and literal != [""]:
        return "".join(literal)
    # A fraction, an exponent, a sign set between the digits: the number itself is right whatever it would look like.
    if digits is None or re.search(r"[Ee/]", marked) or _DIGITS.search(marked, digits.end()):
        return _plain(exact)
    if "%" in marked:
        exact *= 100
    scaled = digits[0].rstrip(",")
    exact /= Decimal(1000) ** (len(digits[0]) - len(scaled))
    written = _fixed(abs(exact), scaled)
    return _between(marked[: digits.start()], f"{sign}{written}", marked[digits.end() :], literal)


def _between(before: str, number: str, after: str, literal: Sequence[str]) -> str:
    """A number with the words of its format around it, of which `before` and `after` hold the marks."""
    return re.sub(r"\x00(.)\x00", lambda mark: literal[ord(mark[1]) - 0xE000], f"{before}{number}{after}").strip()


def _section(number_format: str, value: Decimal) -> str:
    """The part of a format for this value: positive; negative; zero."""
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)
    if value < 0 and len(parts) > 1:
        return parts[1]
    return parts[2] if value == 0 and len(parts) > 2 else parts[0]


def _fixed(value: Decimal, digits: str) -> str:
    whole, _, decimals = digits.partition(".")
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    written = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    if optional:
        kept = written[len(written) - optional :].rstrip("0")
        written = (written[: len(written) - optional] + kept).rstrip(".")
    return written


def _plain(value: Decimal) -> str:
    """A number without a format, rid of the noise of binary fractions."""
    rounded = value.quantize(_PRECISION, ROUND_HALF_UP) if abs(value) < 10**12 else value
    written = f"{rounded:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
