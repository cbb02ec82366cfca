"""What a user writes to say what a document is."""

from __future__ import annotations

import re

from assistant.errors import UnusableInput
from assistant.library.records import Correction
from assistant.plan.identity import LEVELS, Level, level_of

_YEARS = re.compile(r"(?P<first>(?:19|20)\d{2})(?:\s?年)?(?:\s?[-—–~至到]\s?(?P<last>(?:19|20)\d{2})(?:\s?年)?)?")
_LONGEST_LEVEL = 3  # 自治区; a longer word is a place


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
    return Correction(years, place, kind, None if level is None else _level(level))


def _level(written: str) -> Level:
    """A level by its name, or by that of the places on it: 县 and 旗 are on the level 区."""
    word = written.strip().removesuffix("级")
    for known in LEVELS:
        if known and word == known:
            return known
    if word == "国家":
        return "全国"
    if len(word) <= _LONGEST_LEVEL and (known := level_of(word)):
        return known
    raise UnusableInput(f"级别“{written}”不认识，可写：{'、'.join(filter(None, LEVELS))}（县、旗写 区）")
