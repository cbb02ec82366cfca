"""The year and the place that a plan is for, by its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s?年")
_CHINESE_YEAR = re.compile(r"(?P<year>[一二][九〇零○][〇零○一二三四五六七八九]{2})年")
_CHINESE_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_AHEAD = re.compile(r"目标|任务|安排|部署|重点|要求|工作(?!回顾|总结)|建议|打算")
_BACK = re.compile(r"回顾|总结|执行情况|完成情况")
_PLACE = re.compile(
    r"(?:(?![年月日在向为届第])[\u4e00-\u9fff]){1,7}?(?:特别行政区|自治区|自治州|自治县|新区|省|市|区|县|旗|盟)"
)
_NATIONAL = re.compile(r"国务院|中华人民共和国|全国人民代表大会")
_NOT_A_PLACE = re.compile(r"^(?:全|各|本|我|该|在|和|与|对|关于|印发|人民|主要|重点|示范|城|社|地|园|市|开发|管理)")


def _years(text: str) -> list[int]:
    years = [int(match.group("year")) for match in _YEAR.finditer(text)]
    for match in _CHINESE_YEAR.finditer(text):
        years.append(int("".join(_CHINESE_DIGITS[c] for c in match.group("year"))))
    return years


def year_of(title: str, headlines: Sequence[str], headings: Sequence[str]) -> int | None:
    """The year the plan is for: the title's, or the meeting's, or the headings' (a 回顾 is of the year before)."""
    for text in (title, *headlines):
        if years := _years(text):
            return years[0]
    for heading in headings:
        if _AHEAD.search(heading) and not _BACK.search(heading) and (years := _years(heading)):
            return years[-1]
    for heading in headings:
        if _BACK.search(heading) and (years := _years(heading)):
            return years[-1] + 1
    return None


def place_of(title: str, headlines: Sequence[str], header_values: Sequence[str]) -> str | None:
    """The place the plan is for: named in the title, else in the lines about the meeting, else by who published it."""
    for text in (title, *headlines, *header_values):
        if _NATIONAL.search(text):
            return "全国"
        for match in _PLACE.finditer(text):
            if not _NOT_A_PLACE.match(match.group()):
                return match.group()
    return None
