"""Which documents the parts of a question are about: the places, the years and the kinds of document that it names, put
together as it means them (宁波和丽水2024年 is two; 2018年的目标比2017年实际 is two of one place).

Nothing here knows a place: the library's documents say what is held, the dictionary what else is a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import rjieba

from assistant.answering.known_as import known_as
from assistant.answering.places import NO_PLACE, places_in
from assistant.answering.question_words import SHORT_YEAR, SPELLED_YEAR
from assistant.plan.identity import Identity, five_years, years_in
from assistant.plan.quantity import Tense


@dataclass(frozen=True)
class Meant:
    """One document, or what one document says of a year. `place` as documents' identities name it, or as typed where
    none is held; "" where none is named. `years`: first and last, None where none is named. `of_document`: the year is the
    document's own (2018年的报告); else it may be that of a figure in a later one. `kind` is that of document, "" any.
    `shift`: years from the newest (去年 is -1), where the year is said so. `at`: where
    the place stands in the question; `typed`: the words for the place; `said`: those for the year."""

    place: str = ""
    years: tuple[int, int] | None = None
    of_document: bool = False
    tense: Tense | None = None
    kind: str = ""
    level: str = ""
    shift: int = 0
    at: int = -1
    typed: str = ""
    said: str = ""


@dataclass(frozen=True)
class _Mark:
    """A place or a year in the text."""

    start: int
    end: int
    place: str = ""
    years: tuple[int, int] | None = None
    shift: int = 0
    of_document: bool = False
    held: bool = True
    behind: int = 0  # where the words for the document end
    aside: bool = False  # 浙江这两个市: says where other places lie, and is none that is asked about
    said: str = ""


@dataclass(frozen=True)
class Reading:
    """What a question names. `foreign`: places that no document is of, as typed."""

    text: str
    meant: tuple[Meant, ...]
    foreign: tuple[str, ...]
    marks: tuple[_Mark, ...]

    def without(self, *, years: bool, places: Sequence[str]) -> str:
        """The question's words without these places and what documents are called, and without the years."""
        pieces, end = [], 0
        for mark in self.marks:
            if (
                mark.aside
                or mark.place in places
                or (mark.of_document and not mark.place)
                or (years and not mark.place)
            ):
                pieces.append(self.text[end : mark.start])
                if not (years or mark.place or mark.aside):
                    pieces.append(self.text[mark.start : mark.end])
                end = max(end, mark.behind, mark.end)
        return "".join([*pieces, self.text[end:]])

    @property
    def names_place(self) -> bool:
        return any(one.place for one in self.meant) or bool(self.foreign)

    def before(self, one: Meant) -> str:
        """The words before a place, without the larger place that only says where it lies (丽水缙云县)."""
        words = self.text[: one.at]
        for mark in self.marks:
            if mark.aside and mark.end <= one.at:
                words = words.replace(self.text[mark.start : mark.end], "")
        return words

    @property
    def bare(self) -> str:
        """The words without any place and year."""
        pieces, end = [], 0
        for mark in self.marks:
            pieces.append(self.text[end : mark.start])
            end = mark.end
        return "".join([*pieces, self.text[end:]])

    @property
    def typed_places(self) -> tuple[str, ...]:
        """The places as typed, with their whole names where one character was typed: 浙 alone is read before a year only."""
        said = (
            mark.place if len(mark.said) == 1 else mark.said for mark in self.marks if mark.place and not mark.aside
        )
        return tuple(dict.fromkeys(said))

    @property
    def typed_years(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mark.said for mark in self.marks if not (mark.place or mark.aside)))

    @property
    def shifts(self) -> tuple[int, ...]:
        """The years that are said by their distance from another: -1 of 去年."""
        said = (mark.shift for mark in self.marks if mark.shift and not mark.aside)
        return tuple(0 if shift == THIS_YEAR else shift for shift in said)

    @property
    def said_years(self) -> str:
        """The years that it names, as words."""
        return "、".join(dict.fromkeys(_year_words(one) for one in self.meant if one.years or one.shift))


def _year_words(one: Meant) -> str:
    if one.years is None:
        return one.said
    return f"{one.years[0]}年" if one.years[0] == one.years[1] else f"{one.years[0]}—{one.years[1]}年"


_NATION = "全国"
_NATION_SAID = re.compile(r"全国|国务院|国家(?=的|层面|“|\"|[十政定]|20)|中央政府|我国|中国(?!式)")
_YEAR_LIST = re.compile(r"(?<!\d)(?:(?:19|20)\d{2}年?\s?[、,，和与及跟]\s?)+(?=(?:19|20)\d{2}\s?年)")
_PERIOD = re.compile(
    r"[“\"](?P<quoted>十[一二三四五六七八九]?五)[”\"](?:规划(?:纲要)?|纲要|末|时期|期间)?"
    r"|(?<![一二三四五六七八九十\d])[“\"]?(?P<early>[六七八九]五)[”\"]?(?:规划(?:纲要)?|计划|末|时期|期间)"
    r"|(?<![一二三四五六七八九\d])(?P<short>十[一二三四五六七八九]?五)(?:规划(?:纲要)?|纲要|末|时期|期间|(?<=十[一二三四]五)(?![个年月日天家户项条万亿%％多几])|(?=[的和与、]|[^\u4e00-\u9fff]))"
)
_SPANNED = re.compile(r"(?<!\d)(?:19|20)\d{2}\s?年?\s?[-—–~～至]+\s?(?:19|20)\d{2}\s?年")
_SINGLE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:\s?年(?:度)?|(?=[\u4e00-\u9fff)）(（,，、?？\s]|$))(?![\d.]|万|亿)"
)
_RELATIVE = re.compile(
    r"(?P<last>(?<![比较同与和跟])(?:去年|上一?年|前一年))|(?P<long>大前年)|(?P<before>前年)|(?P<next>(?<![说表声证申])(?:明年|来年|下一年))|(?P<after>(?<![以之])后年)"
)
_SHIFTS = {"last": -1, "before": -2, "long": -3, "next": 1, "after": 2}
# 比年初预算上一年的多出: what is told of a figure.
_COMPARED = re.compile(r"[比较][^,，。?？]{0,8}$")
_NOT_MEANT = re.compile(r"(?:不要|不是|别(?:给|用)?|而非|并非)(?:说|问|指)?$")
THIS_YEAR = 98  # a shift of no year: that of the newest document itself
THE_NEXT = 99  # a shift from the year named before rather than from the newest
_YEAR_BEFORE = re.compile(r"上一?年|前一年")  # of a year that was named: the one before it
_FOLLOWING = re.compile(r"第二年|次年|转年")
# 2018年那份报告, 2023年数字政府考评办法: the year is the document's.
_OF_DOCUMENT = re.compile(
    r"^(?:的|那份|这份|那年的?|国务院|(?:(?!目标|任务|比(?!例|重))[\u4e00-\u9fff]){0,12}?)(?:政府工作)?(?:报告|规划(?!设)|纲要|计划(?=里|中|的|文|书|[》”]|$)|办法|方案|意见|文件|通知)"
)
_OF_FIVE_YEARS = "五年规划"
_KINDS = (
    ("政府工作报告", re.compile(r"政府工作报告|政府报告")),
    ("国民经济和社会发展计划", re.compile(r"国民经济和?社会发展计划|计划报告|计划草案")),
    (_OF_FIVE_YEARS, re.compile(r"五年规划|规划纲要|[”\"]规划|五规划|五年计划")),
)
_LEVELS = (
    ("区", re.compile(r"[区县](?:级|政府)|各?个?区县|(?:哪一?[些几]?个?|[各几多]少?个?)[区县]|[区县]的计划")),
    (
        "市",
        re.compile(
            r"市(?:级)?政府|(?:哪一?[些几]?[个座]?|各个?|(?:^|[,，。\s年]|有)几[个座])(?:城市|市)(?![来试参]|开展|纳入|入选)|地级市"
        ),
    ),
    ("省", re.compile(r"省(?:级)?政府|(?:哪一?[些几]?个?|[各几多]少?个?)省(?!市)")),
)
_SUFFIX = "省市区县旗州盟"
_YEAR_FOLLOWS = r"(?=(?:19|20)\d{2}|[去今明]年|[“\"]?十[一二三四五]?五[”\"规时期])"
# 宁波海曙区: a smaller place, named behind the one that it lies in.
_WITHIN = re.compile(
    rf"(?P<place>(?![和与及跟比同对在的把一二两三四五六七八九十几这那各每])[\u4e00-\u9fff]{{1,4}}?(?:新区|区|县|市|旗|街道))(?:(?P<year>{_YEAR_FOLLOWS})|(?P<ends>(?=的|呢|是|[,，?？、]|$))|)"
)
_PART_OF_A_CITY = re.compile(r"^(?:自贸|综保|保税|临港|合作|经开|高新|先行)")
_NAMES_A_SORT = re.compile(
    rf"{_PART_OF_A_CITY.pattern}|^(?:居民|生活|工业|缓冲|风景|度假|教学|办公|新城|老城|中心|滨海|港口|物流|边境|民族|革命|贫困|城市|农村)"
)
_WITHIN_BARE = re.compile(rf"(?P<place>[\u4e00-\u9fff]{{2,3}}){_YEAR_FOLLOWS}")
_COUNTRY = re.compile(
    r"(?:^|[,，。;；、\s和与])(?P<place>(?![中全我各外本祖])[\u4e00-\u9fff]国)(?=[\u4e00-\u9fffA-Za-z\d])"
)
# 浙江这两个市: the larger place only says where the others lie.
_ONLY_WHERE = re.compile(r"^(?:的|这|那|下辖的?)(?:[两二三四几]|哪)(?:个|些)?(?:市|区|县|地)|^这")
_BELOW = re.compile(r"(?:下面|下辖|辖区内?)的?(?P<place>[\u4e00-\u9fff]{2,4}?(?:镇|乡|街道))")
_CONNECTS = re.compile(r"^(?:[、,，和与及跟同\s]|以及|还有|两?地|[两三四五六七八九十几]?(?:市|省|区|县)|的)*$")

_COMPARES = re.compile(r"[\u4e00-\u9fff]{2}[^,，]*(?:[,，]?\s?(?:比|较|是)|[,，]\s?)$")
_TARGET = re.compile(
    r"目标|计划|任务|安排|打算|力争|预期(?!寿命)|要求|定(?:下|的|了|在|到)|要(?:新增|建|增|达|完|实|到)|说要|底线|拟|预计|准备"
)
_RESULT = re.compile(
    r"(?:达到|实现|完成)的(?!目标|任务|计划|[多少几])|实际(?!利用|到位|使用)|完成(?!目标|任务)|兑现|做到|达成|跑出来|落实了|实绩|已经|增加了|增长了|下降了|建成了|新增了|打通的?|[建增减达涨降完办拆修]了|了(?:多少|几)|回顾"
)
_MET = re.compile(
    r"目标.{0,12}(?:完成|兑现|实现|达到|达成)了?(?:吗|没|么|没有|与否)|(?:完成|兑现|实现|达到|达成)了?(?:吗|没有?|么|与否)"
)
# 目标是1100万人以上，后来实际完成多少: of a plan and of what became of it.
_AND_THEN_DONE = re.compile(
    r"(?:目标|计划|任务|预期|报告)[^。?？]{0,40}?[,，;；][^。?？]{0,12}?(?:实际|后来|最后|最终|结果|到头来)[^。?？]{0,14}?(?:多少|几|如何|怎么样|呢)"
)
# By how much it changed from one year or place to another says nothing of what was planned or done.
_CHANGED_BY = re.compile(r"(?:增加|增长|提高|提升|下降|降低|减少|变化|多|少|高|低)了(?=多少|几)")
_AGAINST_LAST = re.compile(
    r"[比较](?:去年|上一?年|前一年)(?:的|目标|计划|实际)?[^,，。?？%]{0,14}?(?:[多少高低快慢]|增加|减少|下降|提高)(?:了|出)?(?:多少|几)"
)


def read(text: str, held: Mapping[str, Identity]) -> Reading:
    """What a question names, by the identities of the documents that may answer it."""
    found = _innermost(_without_overlaps([*_places(text, list(held.values())), *_years(text)]))
    said = (_meant_or_not(text, mark) for mark in found)
    marks = _with_this_year(text, [replace(mark, said=text[mark.start : mark.end]) for mark in said])
    kind = next((name for name, pattern in _KINDS if pattern.search(text)), "")
    told = _CHANGED_BY.sub(lambda match: "　" * len(match.group()), text) if len(marks) > 1 else text
    level = next((name for name, pattern in _LEVELS if pattern.search(text)), "")
    groups = list(_grouped(text, [mark for mark in marks if not mark.aside]))
    paired = list(_paired(groups))
    this_year = len(paired) > 1 and _THIS_YEAR.search(text) is not None
    meant = [
        replace(one, kind=_kind_of(one, kind), level=level, tense=_tense_of(one, told, marks, at, this_year))
        for one, at in paired
    ] or [Meant(kind=kind, level=level, tense=_tense(text, (), 0))]
    if len(meant) == 1:
        meant = list(_twice(text, meant[0]))
    foreign = tuple(dict.fromkeys(mark.place for mark in marks if not mark.held and not mark.aside))
    meant = [one for one in meant if one.years or one.shift or not _named_with_years(one, meant)]
    meant = [one for one in meant if not any(_gives_way(one, other) for other in meant)]
    if not (_MET.search(text) or (_AND_THEN_DONE.search(text) and _are_planned_and_done(meant))):
        # 2021年…2021年全国…: the same said twice.
        meant = list({(one.place, one.years, one.shift): one for one in reversed(meant)}.values())[::-1]
    return Reading(text, tuple(dict.fromkeys(meant)), foreign, tuple(marks))


def _with_this_year(text: str, marks: Sequence[_Mark]) -> list[_Mark]:
    """去年做了多少，今年要做多少: this year is meant beside the last one. To check what is said of both, the newest document is
    read as a whole: it tells both."""
    dated = [mark for mark in marks if mark.years and not mark.of_document]
    beside = [mark for mark in marks if mark.shift == -1 and not mark.aside]
    found = [
        match
        for match in _THIS_YEAR.finditer(text)
        if beside or any(re.search(r"[,，;；。?？]", text[mark.end : match.start()]) for mark in dated)
    ]
    if not found:
        return list(marks)
    if _CHECKED.search(text):
        return [mark for mark in marks if mark not in beside]
    this = (_Mark(match.start(), match.end(), shift=THIS_YEAR, said=match.group()) for match in found)
    return sorted([*marks, *this], key=lambda mark: mark.start)


_THIS_YEAR = re.compile(r"今年|本年度?")
_CHECKED = re.compile(r"(?:对不?对?|[没有无]错|准确|属实|正确)[吗么没？?]|是不是|是否|写错")


def _kind_of(one: Meant, kind: str) -> str:
    """The kind of document that a year is of: that of one year is no plan for five."""
    of_one_year = one.years is not None and one.years[0] == one.years[1]
    return kind if one.of_document and (kind == _OF_FIVE_YEARS) != of_one_year else ""


def _are_planned_and_done(meant: Sequence[Meant]) -> bool:
    """2021年目标…，2021年实际…: one year said twice, once of each."""
    tenses = [one.tense for one in meant]
    return len(meant) > 1 and tenses[-1] == "result" != tenses[0] and len({one.years for one in meant}) == 1


def _meant_or_not(text: str, mark: _Mark) -> _Mark:
    """不要2026年的: the words that say so go with what is not meant."""
    said = _NOT_MEANT.search(text[: mark.start])
    if said is None:
        return mark
    end = mark.end + (text[mark.end : mark.end + 1] == "的")
    return replace(mark, start=said.start(), end=end, behind=end, aside=True)


def _gives_way(one: Meant, other: Meant) -> bool:
    """上海“十四五”规划中2025年的目标: the one year is meant, of the plan of the five; 2021年报告里“十四五”的目标: the five, which
    the report of the year speaks of."""
    if _lies_within(one, other):
        return one.of_document and not other.of_document
    return _lies_within(other, one) and (one.of_document or not other.of_document)


def _lies_within(year: Meant, span: Meant) -> bool:
    return (
        year.place == span.place
        and year.years is not None
        and span.years is not None
        and year.years != span.years
        and span.years[0] <= year.years[0]
        and year.years[1] <= span.years[1]
    )


def _tense_of(one: Meant, text: str, marks: Sequence[_Mark], at: int, this_year: bool) -> Tense | None:
    """Whether what was planned or what was done is asked for. What is asked of last year, and not of its plan, is what was
    done; where this year stands beside it, each says for itself."""
    beside = any(mark.shift == THIS_YEAR for mark in marks)
    tense = _tense(text, marks, at, alone=beside)
    undated = one.years is None and not one.shift
    if tense is None and (one.shift == THIS_YEAR or (this_year and undated)):
        return "target"  # 宁波和深圳今年各多少: what the newest documents set for their own year
    return tense or ("result" if one.shift < 0 else None)


def _named_with_years(one: Meant, others: Sequence[Meant]) -> bool:
    """湖北、浙江2026年…浙江多多少: the place was named with its year before."""
    return any(other.place == one.place and (other.years or other.shift) for other in others)


# --- Places and years in the text -----------------------------------------------------------------------------------------


_OF_ITS_OWN = re.compile(r"^(?:市|区|县)?(?:自己|本身|整个|本级)|^[^。?？]{0,10}(?:自己的|整个[市区县])")


def is_told_of(named: Reading, one: Meant, plans: Sequence[str]) -> bool:
    """Whether the place that a question names is only something that the plans in question speak of. A question that begins
    with a place is about that place."""
    text, foreign = named.text, one.place in named.foreign
    end = one.at + len(one.typed)
    behind = text[end:]
    if _OF_ITS_OWN.match(behind):
        return False
    place = text[one.at : end]
    name = short_name(one.place)
    whole = f"{text[one.at : one.at + len(name)]}{text[one.at + len(name) : one.at + len(name) + 2]}"
    if one.place == _NATION:
        return False
    if len(whole) > len(name) + 1 and one.at > 1 and any(whole in plan for plan in plans):
        return True
    if not foreign:
        return False
    before = named.before(one)
    begins = not before.strip("，, 那么问查") or before.endswith(("隔壁", "和", "与", "跟", "、", "比"))
    return not begins and any(place in plan for plan in plans)


_CALLS_IT = re.compile(
    r"^[”\"》]?(?:[\u4e00-\u9fff]{0,8}?(?:方案|意见|办法|规划|纲要|计划|报告|文件|通知)(?:的)?(?:里面?|中|上)?|文?(?:里面?|中|上))?\s?[,，、:：的]?"
)


def without_title(text: str, title: str) -> str:
    """The question without the words that name the document; as it is where nothing would be left to ask."""
    start = text.find(title) if title else -1
    if start < 0:
        return text
    behind = text[start + len(title) :]
    called = _CALLS_IT.match(behind)
    rest = text[:start].rstrip('“《"') + behind[called.end() if called else 0 :].lstrip()
    return rest if len(rest) > _SOMETHING else text


_SOMETHING = 4  # characters that can ask


def short_name(place: str) -> str:
    """宁波 of 宁波市; a name of two characters is whole."""
    return place[:-1] if len(place) > 2 and place[-1] in _SUFFIX else place


@lru_cache(maxsize=4096)
def _in_latin(place: str) -> str:
    """ningbo of 宁波市."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(short_name(place)))


def _names(place: str, text: str) -> Iterator[str]:
    """What people call a place: 宁波市, 宁波, and ningbo where a text has Latin words at all."""
    yield from (place, short_name(place))
    if _LATIN.search(text):
        yield _in_latin(place)


_LATIN = re.compile(r"[A-Za-z]{4}")


def _places(text: str, identities: Sequence[Identity]) -> Iterator[_Mark]:
    names = {name: one.place for one in identities if one.place for name in _names(one.place, text)}
    said = [(name, place) for name, place in names.items() if name in text.lower()]
    for name, place in sorted(said, key=lambda item: -len(item[0])):
        pattern = rf"(?<![A-Za-z]){name}(?![A-Za-z])" if name.isascii() else re.escape(name)
        ending = "" if name == place or name.isascii() else rf"[{place[-1]}]?"
        for match in re.finditer(pattern + ending, text, re.IGNORECASE):
            aside = _ONLY_WHERE.match(text[match.end() :])
            if within := _within(text, match.end(), place):
                yield within
            yield _Mark(match.start(), match.end() + (aside.end() if aside else 0), place, aside=aside is not None)
    if any(one.level == _NATION for one in identities):
        for match in _NATION_SAID.finditer(text):
            yield _Mark(match.start(), match.end(), _NATION)
    for one in known_as(text, {identity.place for identity in identities if identity.place}):
        yield _Mark(one.start, one.end, one.place, held=one.place in names)
    for name in dict.fromkeys((*places_in(text), *_dictionary_places(text))):
        if not any(name in own or own in name for own in names):
            start = text.find(name)
            yield _Mark(start, start + len(name), name, held=False)


def _within(text: str, start: int, larger: str) -> _Mark | None:
    """The smaller place that a text names right behind a larger one."""
    match = _WITHIN.match(text, start)
    if match is not None and not NO_PLACE.search(match.group("place")):
        place = match.group("place")
        surely = match.group("year") is not None or _is_place(place)
        # 深圳龙岗区规上工业: a city's districts have names of two characters.
        surely = surely or (
            larger.endswith("市") and len(place) == 3 and place[-1] == "区" and not _NAMES_A_SORT.match(place)
        )
        if surely or (match.group("ends") is not None and not _PART_OF_A_CITY.match(place)):
            return _Mark(match.start("place"), match.end("place"), place, held=False)
    bare = _WITHIN_BARE.match(text, start)
    if bare is not None and any(_is_place(bare.group("place") + end) for end in "区县市"):
        return _Mark(bare.start("place"), bare.end("place"), bare.group("place"), held=False)
    return None


def _is_place(word: str) -> bool:
    """Whether a word is a place by the dictionary."""
    return rjieba.tag(word) == [(word, "ns")]


def _dictionary_places(text: str) -> Iterator[str]:
    """广州 is a place, for 广州市 is one in the dictionary; so is what the dictionary knows and a year follows."""
    for word, tag in rjieba.tag(text):
        if tag != "ns" or len(word) < 2:
            continue
        whole = len(word) > 2 and word[-1] in _SUFFIX
        known = any(_is_place(word + end) for end in ("市", "省", "自治区"))
        if whole or known or (not NO_PLACE.search(word) and re.search(rf"{re.escape(word)}{_YEAR_FOLLOWS}", text)):
            yield word
    yield from (match.group("place") for match in _BELOW.finditer(text))
    yield from (match.group("place") for match in _COUNTRY.finditer(text) if _is_place(match.group("place")))


def _years(text: str) -> Iterator[_Mark]:
    for match in _PERIOD.finditer(text):
        if years := five_years(f"“{match.group('quoted') or match.group('early') or match.group('short')}”时期"):
            called = _OF_DOCUMENT.match(text[match.end() :])
            document = bool(re.search(r"规划|纲要", match.group()) or called)
            behind = match.end() + (called.end() if called else 0)
            yield _Mark(match.start(), match.end(), years=years, of_document=document, behind=behind)
    for match in _SPANNED.finditer(text):
        yield _Mark(match.start(), match.end(), years=years_in(match.group())[0])
    for match in _YEAR_LIST.finditer(text):
        for digits in re.finditer(r"\d{4}", match.group()):
            start = match.start() + digits.start()
            yield _Mark(start, start + 4, years=(int(digits.group()),) * 2)
    for pattern in (_SINGLE, SPELLED_YEAR, SHORT_YEAR):
        for match in pattern.finditer(text):
            said = match.group()
            year = years_in(said)[0][0] if pattern is SPELLED_YEAR else int(match.group(1))
            year += 2000 if pattern is SHORT_YEAR else 0
            called = _OF_DOCUMENT.match(text[match.end() :])
            behind = match.end() + (called.end() if called else 0)
            yield _Mark(match.start(), match.end(), years=(year, year), of_document=called is not None, behind=behind)
    for match in _RELATIVE.finditer(text):
        if _COMPARED.search(text[: match.start()]):
            continue
        yield _Mark(match.start(), match.end(), shift=_SHIFTS[match.lastgroup or "last"])
    for match in _FOLLOWING.finditer(text):
        document = _OF_DOCUMENT.match(text[match.end() :]) is not None
        yield _Mark(match.start(), match.end(), shift=THE_NEXT, of_document=document)


def _innermost(marks: Sequence[_Mark]) -> list[_Mark]:
    """浙江丽水2023年: a place that another one follows at once only says where that lies."""
    following = {mark.start for mark in marks if mark.place}
    return [replace(mark, aside=True) if mark.place and mark.end in following else mark for mark in marks]


def _without_overlaps(marks: Sequence[_Mark]) -> list[_Mark]:
    """In the order of the text, of two that overlap the longer."""
    kept: list[_Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start - one.end, one.start)):
        if not any(mark.start < other.end and other.start < mark.end for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda one: one.start)


# --- Places and years put together -----------------------------------------------------------------------------------------


def _grouped(text: str, marks: Sequence[_Mark]) -> Iterator[list[_Mark]]:
    """Marks of one sort that stand side by side: 宁波、丽水和成都."""
    group: list[_Mark] = []
    for before, mark in pairwise([None, *marks]):
        assert mark is not None
        apart = before is not None and not _CONNECTS.match(text[before.end : mark.start])
        if before is not None and (apart or bool(before.place) != bool(mark.place)):
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


def _paired(groups: Sequence[list[_Mark]]) -> Iterator[tuple[Meant, int]]:
    """Each place with the years that belong to it, and where in the text that stands: the years behind it, before the next
    place; those before it where there are none behind."""
    groups = [_all_of_documents(group) for group in groups]
    places = [(number, group) for number, group in enumerate(groups) if group[0].place]
    if not places:
        before: _Mark | None = None
        for group in groups:
            for mark in group:
                yield _meant(None, mark, before), mark.end
                before = mark
        return
    led = len(places) > 1 and all(number % 2 for number, _ in places) and places[-1][0] == len(groups) - 1
    for order, (number, group) in enumerate(places):
        if led:  # 2018年海拉尔的和2024年丽水的
            for place in group:
                yield from ((_meant(place, mark, None), max(mark.end, place.end)) for mark in groups[number - 1])
            continue
        following = places[order + 1][0] if order + 1 < len(places) else len(groups)
        behind = [mark for one in groups[number + 1 : following] for mark in one]
        before_it = [one for one in groups[:number] if not one[0].place]
        ahead = before_it[-1] if before_it else []
        # 宁波比丽水2023年: the year of the next place.
        after_it = [one for one in groups[following:] if not one[0].place]
        own = behind or ahead or (after_it[0] if after_it else [])
        if order == 0 and behind and ahead and following == len(groups):
            own = ahead + behind  # 2018年海拉尔…，2019年…
        for place in group:
            before = None
            for mark in own:
                yield _meant(place, mark, before), max(mark.end, place.end)
                before = mark
            if not own:
                yield _meant(place, None, None), place.end


def _all_of_documents(group: list[_Mark]) -> list[_Mark]:
    """2021、2022、2024年三份报告: what the last year says of documents holds for all."""
    if not group[-1].of_document or group[0].place:
        return group
    return [*(replace(mark, of_document=True, behind=mark.end) for mark in group[:-1]), group[-1]]


def _meant(place: _Mark | None, year: _Mark | None, before: _Mark | None) -> Meant:
    years, shift = (year.years, year.shift) if year else (None, 0)
    if shift == THE_NEXT:
        years = (before.years[0] + 1, before.years[0] + 1) if before and before.years else None
        shift = 0 if years else 1
    elif year and shift == -1 and before and before.years and _YEAR_BEFORE.match(year.said):
        years, shift = (before.years[0] - 1, before.years[0] - 1), 0
    return Meant(
        place=place.place if place else "",
        years=years,
        of_document=bool(year and year.of_document),
        shift=shift,
        at=place.start if place else -1,
        typed=place.said if place else "",
        said=year.said if year else "",
    )


def _tense(text: str, marks: Sequence[_Mark], at: int, alone: bool = False) -> Tense | None:
    """By the words behind the year, before the next one; else by all the words, unless they stand `alone`."""
    following = [mark.start for mark in marks if mark.start >= at and not mark.place]
    own = text[at : min(following, default=len(text))]
    first = min((mark.start for mark in marks), default=0)
    # 新建充电桩几个，比2023年实际: what is said behind the next year is of that one.
    told = _CONNECTS.match(own) or not following or _COMPARES.search(own) is None
    for words in (own,) if alone else (own, text if told else f"{text[:first]}{own}"):
        target, result = _TARGET.search(words), _RESULT.search(words)
        if target and not result:
            return "target"
        if result and not target:
            return "result"
        if target and result:
            return "target" if target.start() < result.start() and words is own else None
    return None


def _tense_said(words: str) -> Tense | None:
    """比去年实际: of what was done; 比去年目标: of what was planned."""
    return "result" if _RESULT.search(words) else "target" if _TARGET.search(words) else None


def _twice(text: str, one: Meant) -> Iterator[Meant]:
    """2018年的目标完成没有 is of what was planned and of what was done; 比上年多多少 of two years."""
    done_too = _MET.search(text) and _TARGET.search(text)
    if (done_too or _AND_THEN_DONE.search(text)) and one.years:
        yield replace(one, tense="target", of_document=False)
        yield replace(one, tense="result", of_document=False)
    elif (against := _AGAINST_LAST.search(text)) and (one.years or not one.shift):
        yield one if one.years else replace(one, shift=THIS_YEAR)
        before = replace(one, tense=_tense_said(against.group()) or one.tense)
        if one.years:
            yield replace(before, years=(one.years[0] - 1, one.years[0] - 1), shift=0)
        else:
            yield replace(before, shift=-1)
    else:
        yield one
