"""Whether a figure is reached or aimed at, and of which year it is.

The headings above decide first (2023年工作回顾, 2024年工作安排); words of the clause that speak of another time
(去年, 到2025年, 过去五年) decide for the figures behind them. A year that only serves to compare (比2020年) is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from assistant.plan.document import Clause, Plan
from assistant.plan.identity import five_years
from assistant.plan.numerals import chinese_number, narrow
from assistant.plan.quantity import Tense

_RESULT_HEADING = re.compile(
    r"回顾|总结|执行情况|完成情况|进展情况|工作成效|主要成效|取得的?(?:成[就绩]|成效|进展)|发展基础|发展成[就绩]|现状|过去(?:一|五|\d)年|(?:目标|任务)(?:如期|全面|胜利|圆满|顺利)+(?:实现|完成)"
)
_TARGET_HEADING = re.compile(
    r"目标|任务|安排|部署|打算|重点工作|工作要点|工作要求|总体要求|展望|下一步|今后|明年|(?<!过去)五年规划"
)
_REACHED = re.compile(
    r"同比(?:增长|下降|增|降)|已(?:建成|完成|实现|达|有)|累计(?:完成|建成|实现|达)|过去(?:一年|五年)|(?<![比较])(?:去|上)年"
)
_AIMED_AT = re.compile(r"力争|确保|计划|预期|目标|将|争取")
_HOPED_FOR = re.compile(r"力争")
_EXISTS = re.compile(r"已(?:累计)?(?:建成|完成|实现|达|有|开通|投[用产])|目前(?:已|共|拥有|有)|现有|截至目前")

_COUNT = r"(?P<count>\d{1,2}|[两三四五六七八九十])"
_TIME = re.compile(
    r"(?P<lead>在|比|较|同|自|从|由|按|以|继|相当于|超过)?(?P<until>到|至|截至)?(?P<year>(?:19|20)\d{2})"
    r"(?:\s?年?\s?[-—–~至到]+\s?(?P<last>(?:19|20)\d{2}))?\s?年(?P<tail>[^，,；;。、]{0,16}?(?:以来|同期|基础上?|不变价|可比价|水平)|起)?"
    rf"|(?P<past>过去|近|这)的?{_COUNT}年(?![级度])|(?P<since>{_COUNT.replace('count', 'years')})年(?:来|间)"
    r"|(?P<plan>[“\"]十[一二三四五六七八九]?五[”\"]|第十[一二三四五六七八九]?个五年)(?P<end>规划|计划)?(?P<close>末|期末|时期末)?"
    r"|(?P<compared>[比较同]|相比)?(?P<relative>去年|上一?年(?:度)?(?!来)|前年|明年|过去一年|一年来)"
)
_PART_STOPS = ",，;；。:：、—–- \t\u3000"
_PART_ENDS = re.compile(r"[,，;；。]")
_RELATIVE = {"去": -1, "上": -1, "过": -1, "一": -1, "前": -2, "明": 1}
_COMPARES = frozenset("比 较 同 自 按 以 继 相当于 超过".split())


@dataclass(frozen=True)
class Timing:
    """Whether a figure is reached or aimed at, and its year or years ("2024年", "2021—2025年", "" where unclear)."""

    tense: Tense
    period: str


@dataclass(frozen=True)
class _Ground:
    """What holds for a clause before its own words are read: a tense, and how sure it is; "" where no period is named."""

    tense: Tense
    sure: bool
    period: str


class Calendar:
    """The timings of a plan's figures. Reads the headings once, and where they leave it open (one heading for a review
    and an outlook, none at all), the paragraphs that open with a time and what follows them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._grounds: dict[str, _Ground] = {}
        opened: _Ground | None = None
        task = ""
        for clause in plan.clauses:
            if clause.task and clause.task != task:
                opened = self._opening(plan.tasks_by_id[clause.task].title) or opened
            task = clause.task
            by_heading = self._by_headings(clause)
            if by_heading.sure and by_heading.period:
                opened = None
            elif clause.kind != "header":
                opened = self._opening(clause.text) or opened
            self._grounds[clause.id] = _grounded(by_heading, opened)

    def timing(self, clause: Clause, start: int) -> Timing:
        """The timing of a figure that begins at `start` in its clause."""
        ground = self._grounds[clause.id]
        tense = ground.tense if ground.sure else _by_own_words(clause.text)
        period, last_year = _named_before(self._plan, clause.text, start)
        present = self._plan.identity.year
        part = _part(clause.text, start)
        past = last_year is not None and present is not None and last_year < present
        if tense == "target" and (past or (ground.sure and _EXISTS.search(part))) and not _AIMED_AT.search(part):
            return Timing("result", period)
        if tense == "result" and last_year is not None and present is not None:
            ahead = last_year > present or (last_year == present and _HOPED_FOR.search(part))
            tense = "target" if ahead else tense
        return Timing(tense, period or ground.period or _usual_period(self._plan, tense))

    def _by_headings(self, clause: Clause) -> _Ground:
        """What the nearest heading that says anything says of tense, and the nearest one that names years of period."""
        tense: Tense | None = None
        mixed = False
        periods: list[str] = []
        sections = self._plan.ancestry(clause.section)
        reviews = next((n for n, section in enumerate(sections) if _is_review(section.title)), len(sections))
        for depth, section in reversed(list(enumerate(sections))):
            back, ahead = _RESULT_HEADING.search(section.title), _TARGET_HEADING.search(section.title)
            if depth > reviews and not (back and ahead):
                ahead = None  # under 2029年工作回顾 a heading like 三项基本任务 looks back too
            if tense is None and not mixed and (back or ahead):
                # 工作目标完成情况 looks back, 发展成就和主要目标 does both.
                mixed = bool(back and ahead and re.search(r"[和与及暨]", section.title))
                tense = None if mixed else "result" if back else "target"
            if not periods:
                periods = _periods_in(self._plan, section.title)
        period = periods[0] if len(set(periods)) == 1 else ""
        if len(set(periods)) > 1 and tense is not None:
            return _Ground(tense, True, "")
        return _Ground(tense or "target", tense is not None, period)

    def _opening(self, text: str) -> _Ground | None:
        """The ground that a sentence lays which opens with a time, or that stands alone like a heading."""
        if len(text) <= _TITLE_LENGTH and text[-1] not in "。；;，,！!":
            back, ahead = _RESULT_HEADING.search(text), _TARGET_HEADING.search(text)
            if back or ahead:
                return _Ground("result" if back else "target", True, next(iter(_periods_in(self._plan, text)), ""))
        words = _time_words(text)
        if not words or words[0].start() > _OPENING_WORDS or _WITHIN_A_PART.search(text[: words[0].start()]):
            return None
        years = _years(self._plan, words[0], adjoins=False)
        present = self._plan.identity.year
        if years is None or present is None:
            return None
        return _Ground("result" if years[1] < present else "target", True, _written(years))


_REVIEW = re.compile(r"回顾|总结")


def _is_review(title: str) -> bool:
    """Whether a heading looks back and at nothing else, nor names years to come."""
    return bool(_REVIEW.search(title)) and not _TARGET_HEADING.search(title) and "展望" not in title


_REACH = 200  # characters of a part on either side of a figure that are read
_TITLE_LENGTH = 24
# 落实2030年…目标: a year that only a verb's object holds opens nothing.
_WITHIN_A_PART = re.compile(
    r"(?:落实|完成|实现|制定|推进|推动|确保|编制|启动|对标|围绕|巩固|做好|根据|按照|结合|参照|举办|办好|筹办|迎接|锚定)[“\"]?$"
)
_OPENING_WORDS = 6  # characters before the time that a sentence opens with: 刚刚过去的2029年


def _grounded(by_heading: _Ground, opened: _Ground | None) -> _Ground:
    if opened is None or (by_heading.sure and by_heading.period):
        return by_heading
    if not by_heading.sure:
        return opened
    return _Ground(by_heading.tense, True, opened.period if opened.tense == by_heading.tense else "")


def _part(text: str, start: int) -> str:
    """The words between the commas around a place."""
    first, last = max(0, start - _REACH), min(len(text), start + _REACH)
    begin = max(first - 1, *(text.rfind(stop, first, start) for stop in "，,；;。")) + 1
    return text[begin : min((end for stop in "，,；;。" if (end := text.find(stop, start, last)) != -1), default=last)]


@lru_cache(maxsize=8)
def _by_own_words(text: str) -> Tense:
    if _AIMED_AT.search(text):
        return "target"
    return "result" if _REACHED.search(text) else "target"


def _named_before(plan: Plan, text: str, start: int) -> tuple[str, int | None]:
    """(the years that the clause names last before a place, the last of them); ("", None) where it names none.

    2029年，… holds to the end of the sentence; a year inside a part of it (巩固2029年的成果) for that part alone.
    """
    words = _time_words(text)
    for match in reversed(words[: bisect_right(words, start, key=lambda word: word.end())]):
        begins = match.start() == 0 or text[match.start() - 1] in _PART_STOPS
        if not begins and _PART_ENDS.search(text, match.end(), start):
            continue
        years = _years(plan, match, adjoins=start - match.end() <= 1)
        if years is not None:
            return _written(years), years[1]
    return "", None


@lru_cache(maxsize=8)
def _time_words(text: str) -> tuple[re.Match[str], ...]:
    """The time words of a clause or heading. Figures of one clause come one after the other: it is read once."""
    return tuple(_TIME.finditer(narrow(text)))


def _years(plan: Plan, match: re.Match[str], *, adjoins: bool) -> tuple[int, int] | None:
    """The first and last year that a time word means, or None where it only compares or the plan has no year.

    `adjoins`: a figure stands right behind it (从2020年的100亿元), which is then of that year.
    """
    present = plan.identity.year
    if match.group("year"):
        based = match.group("lead") == "在" and "基础" in (match.group("tail") or "")
        if not adjoins and (based or match.group("tail") or match.group("lead") in (*_COMPARES, "从", "由")):
            return None
        first = int(match.group("year"))
        return first, int(match.group("last") or first)
    if match.group("plan"):
        years = five_years(match.group("plan") + "时期")
        return (years[1], years[1]) if years and match.group("close") else None if match.group("end") else years
    if present is None or match.group("compared"):
        return None
    if match.group("relative"):
        year = present + _RELATIVE[match.group("relative")[0]]
        return year, year
    written = match.group("count") or match.group("years")
    count = int(written) if written.isdigit() else int(chinese_number(written))
    return (present - count, present - 1) if count > 1 else (present - 1, present - 1)


def _periods_in(plan: Plan, title: str) -> list[str]:
    """The years that a heading names; of one that names several, a single year is put first."""
    named = [years for word in _time_words(title) if (years := _years(plan, word, adjoins=False))]
    return [_written(years) for years in sorted(named, key=lambda years: years[1] - years[0])]


def _written(years: tuple[int, int]) -> str:
    first, last = years
    return f"{first}—{last}年" if first != last else f"{first}年"


def _usual_period(plan: Plan, tense: Tense) -> str:
    """The years of the plan; a review is of the time before."""
    identity = plan.identity
    if identity.year is None:
        return ""
    if tense == "target":
        return f"{identity.span}年"
    years = (identity.last_year or identity.year) - identity.year + 1
    return _written((identity.year - years, identity.year - 1))
