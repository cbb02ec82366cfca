"""What a document is, by its own words: the years and the place that it is for, its kind and its level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import rjieba

Level = Literal["", "区", "市", "省", "全国"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True)
class Identity:
    """`year` to `last_year` are the years that the document is for, the same where it is one; None where it does not say.
    `place` is its district, city or province with its full name, "全国" for the whole country, None where it does not
    say; `kind` names it as people do (政府工作报告), "" where it is of no usual kind; `level` is that of the place."""

    year: int | None = None
    last_year: int | None = None
    place: str | None = None
    kind: str = ""
    level: Level = ""

    @property
    def span(self) -> str:
        """The year or years, "2024" or "2021—2025"; "" where it does not say."""
        if self.year is None:
            return ""
        return f"{self.year}—{self.last_year}" if self.last_year not in (None, self.year) else str(self.year)

    def covers(self, year: int) -> bool:
        """Whether it is for this year."""
        return self.year is not None and self.year <= year <= (self.last_year or self.year)


def name_of(title: str, identity: Identity) -> str:
    """A title with the place and year that it lacks, or what a document without one is; "" where it says nothing."""
    if not title and not identity.kind:
        return ""
    place = "" if identity.place is None or place_named(title) == identity.place else identity.place
    year = "" if identity.year is None or years_in(title) or five_years(title) else f"{identity.span}年"
    return f"{place}{year}{f'《{title}》' if title else identity.kind}"


def identity_of(
    title: str, headlines: Sequence[str], header_values: Sequence[str], headings: Sequence[str], body: str
) -> Identity:
    """Read from the title first, then the lines about the meeting, what the header says, and how the text opens."""
    opening = body[:_OPENING].translate(_HALF_WIDTH)
    place = _place(title, headlines, header_values, opening, body)
    year, last_year = _years_of(title, headlines, headings, opening)
    return Identity(year, last_year, place, _kind_of(title, opening), level_of(place))


# --- Years ------------------------------------------------------------------------------------------------------------

_OPENING = 600  # characters of a text in which it says what it is
_HALF_WIDTH = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_CHINESE_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_YEAR = re.compile(
    r"(?<!\d)(?P<first>(?:19|20)\d{2})\s?年?\s?[-—–~～至到]+\s?(?P<last>(?:19|20)\d{2})(?=\s?年)"
    r"|(?<!\d)(?P<year>(?:19|20)\d{2})\s?(?=年)|(?P<spelled>[一二][九〇零○][〇零○一二三四五六七八九]{2})(?=年)"
)
_FIVE_YEARS = re.compile(
    r"第(?P<nth>十?[一二三四五六七八九十])个五年|[“\"]?(?P<short>(?:十[一二三四五六七八九]?|[六七八九])五)[”\"]?(?:时期|规划|期间)"
)
_VISION = re.compile(r"(?:和|及|暨|与)[^和及暨与]{0,14}远景目标")
_AHEAD = re.compile(r"目标|任务|安排|部署|重点|要求|工作(?!回顾|总结)|建议|打算")
_BACK = re.compile(r"回顾|总结|执行情况|完成情况")
_HEADING_LIKE = re.compile(r"(?m)^[^\n。；;，,]{4,24}$")


def years_in(text: str) -> list[tuple[int, int]]:
    """The years that a text names, in order, each as its first and last; a span of years is one."""
    found: list[tuple[int, int]] = []
    for match in _YEAR.finditer(text.translate(_HALF_WIDTH)):
        if match.group("first"):
            found.append((int(match.group("first")), int(match.group("last"))))
        else:
            written = match.group("year") or "".join(_CHINESE_DIGITS[c] for c in match.group("spelled"))
            found.append((int(written), int(written)))
    return found


def five_years(text: str) -> tuple[int, int] | None:
    """The years of the five-year plan that a text names: 第十四个五年 and “十四五” are 2021 to 2025."""
    match = _FIVE_YEARS.search(text)
    if match is None:
        return None
    written = match.group("nth") or match.group("short")[:-1]
    number = "零一二三四五六七八九十".index(written[-1]) if written != "十" else 10
    number += 10 if len(written) == 2 and number < 10 else 0
    first = 1981 + 5 * (number - 6)  # the sixth began in 1981; the five before it did not follow one another
    return (first, first + 4) if number >= 6 else None


def _years_of(
    title: str, headlines: Sequence[str], headings: Sequence[str], opening: str
) -> tuple[int | None, int | None]:
    named = _VISION.sub("", title) or _first_sentence(opening)
    is_five_year_plan = re.search(r"五年|[“\"]?十[一二三四五]?五[”\"]?规划", named) and re.search(
        r"规划|纲要|计划", named
    )
    if is_five_year_plan and (years := five_years(named)):
        return years
    if years_named := years_in(_VISION.sub("", title)):
        return years_named[-1]  # 2023年…执行情况与2024年计划草案
    for line in headlines:
        if years_named := years_in(line):
            return years_named[0]
    for lines in (headings, _HEADING_LIKE.findall(opening)):
        for heading in lines:
            if _AHEAD.search(heading) and not _BACK.search(heading) and (years_named := years_in(heading)):
                return years_named[-1]
        for heading in lines:
            if _BACK.search(heading) and (years_named := years_in(heading)):
                last = years_named[-1][1]
                return last + 1, last + 1
    return None, None


def _first_sentence(opening: str) -> str:
    return opening.strip().partition("，")[0].partition("。")[0]


# --- Place and level --------------------------------------------------------------------------------------------------

_PLACE = re.compile(
    r"(?:(?![年月日在向为届第的和与及])[\u4e00-\u9fff]){1,7}?(?:特别行政区|自治区|自治州|自治县|自治旗|新区|地区|省|市|区|县|旗|盟)"
)
_NATIONAL = re.compile(r"国务院|中华人民共和国|全国人民代表大会")
_NOT_A_PLACE = re.compile(
    r"^(?:全|各|本|我|该|在|和|与|对|关于|印发|人民|主要|重点|示范|城|社|地|园|市|开发|管理|直辖|自治|县区?$|省)"
)
_LEADS_IN = re.compile(r"关于|印发")
_SPEAKS_FOR = re.compile(r"(?:我|现)?(?:受|代表)(?P<place>[\u4e00-\u9fff]{0,12}?)人民政府|代表(?P<nation>国务院)")
_GOVERNMENT_OF = re.compile(r"(?P<level>[省市区县旗])(?:人民)?政府")
_MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
_SELDOM, _CLEARLY = 5, 1.5  # a place is a text's own where it is named this often, and so much oftener than the next
_LEVELS: tuple[tuple[Level, tuple[str, ...]], ...] = (
    ("全国", ("全国",)),
    ("省", (*_MUNICIPALITIES, "省", "自治区", "特别行政区")),
    ("市", ("市", "自治州", "盟", "地区")),
    ("区", ("区", "县", "旗")),
)


def _place(title: str, headlines: Sequence[str], header_values: Sequence[str], opening: str, body: str) -> str | None:
    for text in (title, *headlines, *header_values):
        if found := place_named(text):
            return found
    speaker = _SPEAKS_FOR.search(opening)
    if speaker and speaker.group("nation"):
        return "全国"
    if speaker and (found := place_named(speaker.group("place"))):
        return found
    if _NATIONAL.search(_first_sentence(opening)):
        return "全国"
    return _most_named(body, speaker.group("place")[-1:] if speaker else "")


def place_named(text: str) -> str | None:
    """The place that a line names: the innermost of 呼伦贝尔市海拉尔区; "全国" for the country."""
    if _NATIONAL.search(text):
        return "全国"
    end, found = -1, None
    for match in _PLACE.finditer(_LEADS_IN.sub("，", text)):
        if _NOT_A_PLACE.match(match.group()):
            continue
        if found is not None and match.start() != end:
            break
        found, end = match.group(), match.end()
    return found


def _most_named(body: str, level: str) -> str | None:
    """The place that a text names far more often than any other, with the word for its level (我代表市人民政府)."""
    if not level:
        said = Counter(match.group("level") for match in _GOVERNMENT_OF.finditer(body))
        level = said.most_common(1)[0][0] if said else ""
    if level not in ("省", "市", "区", "县", "旗"):
        return None
    named = Counter(_place_words(body))
    counts = [
        (word, times) for word, times in named.most_common() if rjieba.tag(word + level) == [(word + level, "ns")]
    ]
    if not counts or counts[0][1] < _SELDOM or (len(counts) > 1 and counts[0][1] < _CLEARLY * counts[1][1]):
        return None
    return counts[0][0] + level


def _place_words(body: str) -> Iterator[str]:
    for word, tag in rjieba.tag(body):
        if tag == "ns" and len(word) > 1 and word not in ("中国", "全国"):
            yield word[:-1] if len(word) > 2 and word[-1] in "省市区县旗" else word


def level_of(place: str | None) -> Level:
    """The level of a place, by its name's last word."""
    return next((level for level, ends in _LEVELS if place and place.endswith(ends)), "")


# --- Kind -------------------------------------------------------------------------------------------------------------

_KINDS = (
    ("五年规划", re.compile(r"五年[^，。]{0,12}(?:规划|计划|纲要)|十[一二三四五]?五[”\"]?规划")),
    ("国民经济和社会发展计划", re.compile(r"国民经济和社会发展计划|国民经济与社会发展计划")),
    ("政府工作报告", re.compile(r"政\s*府\s*工\s*作\s*报\s*告")),
    ("任务分解", re.compile(r"任务分解|分解表|责任清单")),
    ("规划", re.compile(r"规划(?:纲要)?(?:的通知)?$")),
    ("方案", re.compile(r"方案(?:的通知)?[》]?(?:的通知)?$")),
    ("办法", re.compile(r"(?:办法|细则|规定)[》]?(?:的通知)?$")),
    ("意见", re.compile(r"意见(?:的通知)?$")),
    ("报告", re.compile(r"报告$")),
    ("计划", re.compile(r"计划(?:的通知)?$")),
    ("要点", re.compile(r"要点(?:的通知)?$")),
)
_REPORTS = re.compile(r"向大会(?:报告|作)[^，。]{0,6}工作")


def _kind_of(title: str, opening: str) -> str:
    bare = re.sub(r"[(（][^()（）]{1,20}[)）]$", "", title)
    for name, pattern in _KINDS:
        if pattern.search(bare):
            return name
    if _REPORTS.search(opening):
        return "政府工作报告"
    first = _first_sentence(opening)
    return next((name for name, pattern in _KINDS[:3] if pattern.search(first)), "")
