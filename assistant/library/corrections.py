"""What a user writes to say what a document is."""

from __future__ import annotations

import re

from assistant.errors import UnusableInput
from assistant.library.records import Correction
from assistant.plan.identity import LEVELS, Level

_YEARS = re.compile(r"(?P<first>(?:19|20)\d{2})(?:\s?年)?(?:\s?[-—–~至到]\s?(?P<last>(?:19|20)\d{2})(?:\s?年)?)?")


def correction_of(*, year: str | None, place: str | None, kind: str | None, level: str | None) -> Correction | None:
    """The correction that was written; None where nothing was. Raises `UnusableInput` naming what cannot be read."""
    if year is None and place is None and kind is None and level is None:
        return None
    years = None
    if year is not None:
        found = _YEARS.fullmatch(year.strip())
        if found is None:
            raise UnusableInput(f"年份“{year}”读不懂，请写成 2031，五年规划写成 2026-2030")
        years = int(found["first"]), int(found["last"] or found["first"])
        if years[0] > years[1]:
            raise UnusableInput(f"年份“{year}”前后颠倒了")
    known: Level | None = next((one for one in LEVELS if one and one == level), None)
    if level is not None and known is None:
        raise UnusableInput(f"级别“{level}”不认识，可写：{'、'.join(filter(None, LEVELS))}")
    return Correction(years, place, kind, known)
