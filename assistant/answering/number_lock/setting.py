"""Year, place and tense that a sentence gives a figure, against those of the source."""

from __future__ import annotations

import re
from itertools import pairwise

import rjieba

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.beside import Beside
from assistant.answering.number_lock.sources import Source, SourceFigure
from assistant.answering.number_lock.wording_classes import NEUTRAL
from assistant.search.glossary import Glossary

_YEARS = re.compile(
    r"(?P<lead>比|较|对比|与|同|相比|以)?(?<!\d)(?P<first>(?:19|20)\d{2})(?:\s?年?\s?[-—–~至到]+\s?(?P<last>(?:19|20)\d{2}))?(?=\s?年|\s*[(（]?$|$| )"
)
_RELATIVE = re.compile(
    r"(?P<lead>比|较|与|同)?(?P<word>今年|本年|当年|年内|去年|上年|明年|前年|后年|next year|last year|this year)"
)
_SHIFT = {
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "年内": 0,
    "this year": 0,
    "去年": -1,
    "上年": -1,
    "last year": -1,
    "明年": 1,
    "next year": 1,
    "前年": -2,
    "后年": 2,
}
_PARTS_OF_YEAR = re.compile(
    r"[上下]半年|前?[一二三四]个?季度|第[一二三四]季度|年初|(?<!今)(?<!明)年中(?![央小国部学医期高东西心标])|月底|月末|\d{1,2}月(?!\d|\d*日)"
)
_IS = re.compile(r"\s?(?:是|为|系|指)")
_RANKED = re.compile(r"[居列排位在]$")
_CLAUSE_END = re.compile(r"[；;。！？!?\n]")
_PLACE_ENDS = tuple("区县市省旗州盟镇乡")
_NO_PLACE = frozenset(
    "全市 全区 全省 全县 我区 我市 我县 我省 本区 本市 城区 市区 地区 园区 社区 辖区 该区 该市 新区 片区 城市 城镇 乡镇".split()
)


def fault_of_setting(beside: Beside, near: str, stated: str, figure: SourceFigure, source: Source) -> str:
    """What is wrong with the year, part of the year or tense that the words give a figure, "" for nothing."""
    return _year(beside, figure, source) or _tense(near, stated, beside, figure, source)


def _year(beside: Beside, figure: SourceFigure, source: Source) -> str:
    # The year named last before it; one behind it counts where there is none: 6.0%是2018年的增速.
    behind = _CLAUSE_END.split(beside.beyond)[0]
    order = (behind, beside.lead) if _IS.match(behind) else (beside.lead, behind)
    said = _last_year_said(order[0], source) or _last_year_said(order[1], source)
    if said is not None:
        first, last, words = said
        period = [int(year) for year in re.findall(r"(?:19|20)\d{2}", figure.row.period if figure.row else "")]
        if period:
            inside = period[0] <= last <= period[-1] and first >= period[0]
            if not inside and words not in source.words:
                return f"说成了{words}的，而它是{figure.row.period if figure.row else ''}的"
    for match in _PARTS_OF_YEAR.finditer(beside.lead + behind):
        if match.group() not in source.numerals:
            return f"旁边的“{match.group()}”在所引条款中没有"
    return ""


def _last_year_said(wide: str, source: Source) -> tuple[int, int, str] | None:
    """(first, last, its words) of the year named last before a figure; years that only compare are none."""
    found: list[tuple[int, int, int, str]] = []
    for match in _YEARS.finditer(wide):
        titled = wide.rfind("《", 0, match.start()) > wide.rfind("》", 0, match.start())
        if match["lead"] in ("比", "较", "对比", "相比", "以") or titled:
            continue
        first = int(match["first"])
        found.append((match.start(), first, int(match["last"] or first), match["first"]))
    present = source.evidence.plan.year
    for match in _RELATIVE.finditer(wide):
        if match["lead"] is None and present is not None:
            year = present + _SHIFT[match["word"]]
            last = source.evidence.plan.identity.last_year or year
            # 今年 of a plan of several years is any of them.
            many = _SHIFT[match["word"]] == 0 and last != present
            if not many:
                found.append((match.start(), year, year, match["word"]))
    return max(found)[1:] if found else None


def _tense(near: str, stated: str, beside: Beside, figure: SourceFigure, source: Source) -> str:
    tenses = {one.row.tense for one in source.figures if one.row is not None}
    tense = figure.row.tense if figure.row is not None else next(iter(tenses), "") if len(tenses) == 1 else ""
    own = f"{_CLAUSE_END.split(beside.region)[-1]}{stated}{beside.after}"
    # What the figure before it is said to be is said of it only where nothing else is.
    words = own if classes.PLANNED.search(own) or classes.DONE.search(own) else f"{near}，{own}"
    if tense == "target":
        done = next((found for found in classes.DONE.finditer(words) if found.group() not in source.words), None)
        if done:
            return f"是目标，“{done.group()}”却说成了结果"
        return ""
    if not tense:
        return ""
    planned = next((found for found in classes.PLANNED.finditer(words) if found.group() not in source.words), None)
    if planned:
        return f"是已经达到的结果，“{planned.group()}”却说成了计划"
    return ""


def strange_place(text: str, known: str, glossary: Glossary) -> str:
    """A place in the text that neither the sources nor the held documents name, "" for none."""
    tagged = list(rjieba.tag(text.replace("地区生产总值", "，生产总值")))
    for (word, tag), (following, _) in pairwise([*tagged, ("", "x")]):
        whole = word + following if following in ("镇", "乡", "街道", "区", "县", "市") else word
        is_place = (
            tag in ("ns", "nsf")
            or (tag in ("nr", "nz", "nt") and whole != word)
            or (len(word) > 2 and word.endswith(_PLACE_ENDS) and tag[0] in "n")
        )
        if (
            is_place
            and word not in NEUTRAL
            and whole not in NEUTRAL
            and len(whole) > 1
            and word not in _NO_PLACE
            and whole not in _NO_PLACE
        ):
            bare = whole[:-1] if len(whole) > 2 and whole.endswith(_PLACE_ENDS) else whole
            if whole not in known and bare not in known and word not in glossary.all_words:
                return whole
    return ""


def other_scope(wide: str, source: Source) -> str:
    """全市 said of a district's plan: the scope of another level, "" for none."""
    place = source.evidence.plan.place or ""
    for match in classes.PLACE_SCOPE.finditer(wide):
        ranked = _RANKED.search(wide[: match.start()]) or wide[match.end() : match.end() + 1] in tuple("第前首最平")
        if ranked:
            continue
        if place and not place.endswith(match["of"]) and place != "全国" and match.group() not in source.words:
            return match.group()
    return ""
