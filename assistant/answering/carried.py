"""Follow-ups over several documents: the place and the year go on with the subject.

The words of a turn are made to stand alone by `dialogue`, without places and years; these are put before them again: the
turn's own, else those of the turn before, else those of the document that answered it. A reckoning (三个合计, 哪个最高) is over
all that was asked of one thing after another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering import across, dialogue, meant
from assistant.answering import question_words as words
from assistant.answering.part_of_year import parts_in
from assistant.plan.identity import Identity

# Nothing but a place or a year is said: 那2022年的呢, 成都呢.
_NOTHING_ELSE = re.compile(
    r"^(?:那么|那|还有|再看看?|再|换成|换|改成|改|请问|隔壁|邻近|同样的?|年度?|也|又|的|是|呢|怎么样|多少|情况|吗|哪|[\s,，。?？!！])*$"
)
_ADDED = re.compile(
    r"^(?:那|那么)?(?:再)?(?P<too>把?也?)(?:加上|加进来|加进去|算上|算进来|算进去|带上|加|连上)[\s,，]*(?:一起)?(?:呢|吧|看看)?[\s。?？!！]*$"
)
_AGAINST = re.compile(r"^(?:那|它|这个?)?(?:要|还)?(?:比(?:的|起来)?|[和跟与同]的?相?比(?:较|一比|起来)?)(?P<how>.*)$")
_THIS_YEAR = re.compile(r"今年|本年度?|当年")
# 今年目标呢, 实际完成多少: nothing is named but whether what was planned or what was done is asked for.
_ONLY_TENSE = re.compile(
    r"^(?:那么|那)?[,，]?(?:全年|年初|年底)?的?(?:(?P<target>(?:定的?)?(?:预期)?(?:目标|计划|任务|预期)(?:值|数)?(?:是|定了?|定在)?|(?:打算|准备|预计|计划|力争|要)(?:增长|新增|增加|达到|完成|建)?)|(?P<result>(?:的?实际|最后|最终|后来)?(?:上)?(?:完成|实现|达到|做到|落实)(?:了|得|的|情况|值|数)*(?:是|有)?|实际(?:上)?(?:数|值|情况)?(?:是|有)?|(?:产|建|建成|做|新增|增|增加|增长|招|办|修|引进)了))"
    r"(?:多少|几|怎么样|如何)?(?P<unit>[\u4e00-\u9fff]{0,2}?)(?:呢|吗|了)?[\s?？。!！]*$"
)
# 累计呢 after 新增5G基站多少.
_ALTOGETHER = re.compile(
    r"^(?:那么|那)?[,，]?(?P<how>累计|总共累计|其中新增|新增)(?:的)?(?:到|达到|达|建到|建成|有|是)?(?:多少|几)?[^,，。?？]{0,1}(?:呢)?[?？。]*$"
)
_NEW = re.compile(r"^(?:新增|新建|净增|累计)")
_FORMERLY = re.compile(r"^(?:那么|那)?[,，]?(?P<when>原先|原来|此前|之前|以前|本来)(?:的)?(?:是|有)?(?:多少|几)")
_QUESTION_WORDS = re.compile(
    r"(?:[,，]\s?)?(?:哪(?:一)?(?:个|家|边|年|市|省|区|县|座|份)|谁|相?差(?:多少|几)|合计|一共|总共|加起来|加在?一起)[^?？]*[?？。]*$"
    rf"|(?:分别|各)?(?:是|有|为|要|定|增长|新增|提高到|达到)?(?:多少|几|什么)(?:{words.SCALE_WORDS})?(?:{words.UNITS}|个百分点|点|钱)?[?？。]*$|[?？。呢]+$"
)
_TENSE_WORDS = re.compile(
    r"(?:的)?(?:年度)?(?:预期)?(?:目标|计划|预期|任务)(?:值|数)?(?:是|定在?|为)?(?=增?长?速|[?？]*$|多少|几)|实际|完成(?:了|的|得)?(?=多少|几|$)"
)
_POINTING = re.compile(
    r"^(?:那么?|请问)?[,，]?(?:它们|他们|(?:这|那|前面?|上面)?[两二三四五几](?:个|年|地|市|省|区|县|家|份|者)(?:地方|城市)?|前后)?(?:之间|里面?|中|当中)?"
)
# A turn of nothing but these reckons over what was asked before: 三个地方里哪个最高, 差几个百分点, 从高到低排一下.
_RECKONING_WORDS = re.compile(
    r"它们|他们|刚才|前后|上面|前面|[这那前]?[两二三四五六几]?(?:个|地|年|者|市|省|区|县|家|份|座)(?:地方|城市)?|地方|城市|里面?|[当之]?中|之间|分别|"
    r"合计|总共|一共|加起来|加(?:在)?一(?:起|块儿?)|加总|总和|总数|总的?|相加|合起来|相差|差距|差别?|平均|哪一?(?:个|家|边|年|市|省|区|县|座|份|里)?|谁(?:家)?|"
    r"[更最较]|[高低多少大小快慢严松轻重紧]|(?:增加|增长|减少|下降)了(?=多少|几)|几个?百分点|几个点|百分点|比一?比|比较|从|到|由|排(?:个|下)?(?:序|名)?|顺序|按|呢|了|一下|点|目标|增速|定得|定的|出|几[个家项根座所万亿元人户]*|[,，?？。!！\s]|那么|请问|呀|啊|吧|吗|[可不直接放一起]|相?比(?=吗|不|[?？]|$)|是|的|都|有|能"
)
_RECKONS = re.compile(
    r"合计|总共|一共|加|总和|总数|差|平均|哪|谁|最|排|比|[高低多少快慢]了?(?:多少|几)|(?:增加|增长|减少|下降)了(?:多少|几)|一样"
)
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_HOW_MANY = re.compile(r"(?P<number>[两二三四五六])(?:个|地|年|者|市|省|区|县|家|份|座)")
_OF_WHICH = re.compile(r"^其中的?[,，]?")


@dataclass(frozen=True)
class Carried:
    """A turn standing alone; `is_whole`: it would stand alone as it is. `asked`: its words without places and years; `of`: what
    these are asked of, each place with its year; `anchor`: the year from which 去年 is reckoned, None where
    none was said; `is_over`: it reckons over all of them."""

    alone: str
    is_whole: bool
    asked: str = ""
    of: tuple[str, ...] = ()
    anchor: int | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Around:
    """What a conversation is held about. `held`: identities by document; `finds` tells whether words name a figure, `about`
    which document a question was answered from, None where it was not one; `called`: the words by which a question names one
    document, "" where it names none."""

    held: Mapping[str, Identity]
    finds: Callable[[str], bool]
    about: Callable[[str], Identity | None]
    called: Callable[[str], str]


def conversation(turns: Sequence[str], around: Around) -> Carried:
    """The last of some turns as it would be asked on its own."""
    before: list[Carried] = []
    for turn in turns:
        before.append(_carried(turn, before, around))
    return before[-1]


def _carried(turn: str, said: Sequence[Carried], around: Around) -> Carried:
    name = around.called(turn)
    now = meant.read(turn.replace(name, "") if name else turn, around.held)
    before = [one for one in said if one.asked]
    if not before or words.SMALLTALK.match(turn):
        asked = "" if words.SMALLTALK.match(turn) else _tidy(now.bare)
        places = now.typed_places
        this_year = not now.typed_years and _THIS_YEAR.search(turn)
        newest = _newest(places, around) if places and (now.shifts or this_year) else None
        years = tuple(f"{newest + shift}年" for shift in now.shifts or (0,)) if newest else now.typed_years
        of = (f"{name}里",) if name else _paired(places, years)
        return Carried(turn, True, asked, of, newest or _year_of(now))
    last = before[-1]
    if not now.marks and not name and (which := _of_all(turn, last)):
        return Carried(f"{'和'.join(last.of)}{which}", False, which, last.of, last.anchor)
    if not now.marks and not name and (over := _reckoned(turn, before)):
        return over
    if (joined := _joined(turn, now, last, around)) is not None:
        return joined
    asked, is_whole = _asked(now, before, around)
    if is_whole and (now.typed_places or name):
        return Carried(turn, True, asked, (f"{name}里",) if name else _each(now), _year_of(now) or last.anchor)
    document = around.about(last.alone) if not now.typed_places and not _has_place(last, around) else None
    of = _of(now, before, document, turn, around)
    asked = _THIS_YEAR.sub("", asked)
    anchor = _year_of(now) or last.anchor
    if not of:
        return Carried(turn if is_whole else asked, is_whole, asked, of, anchor)
    put = asked
    if now.shifts and max(now.shifts) < 0 and asked == last.asked and not _is_planned(of, around):
        # 去年呢 after this year's target: what is known of the year is what was done.
        put = f"{_thing(last)}实际完成多少"
    elif now.shifts and max(now.shifts) > 0 and asked == last.asked:
        put = asked = f"{_thing(last)}目标多少"  # 明年呢 after what was done last year
    return Carried(f"{'和'.join(of)}{put}", is_whole, asked, of, anchor)


def _asked(now: meant.Reading, before: Sequence[Carried], around: Around) -> tuple[str, bool]:
    """What a turn asks, without places and years; and whether it says so itself."""
    last = before[-1]
    if now.marks and _NOTHING_ELSE.match(now.bare):
        return last.asked, False
    bare = _OF_WHICH.sub("", now.bare)
    if len(_each(now)) > 1:
        own = _tidy(now.bare)
        # 宁波和深圳哪个高: of what was asked before.
        if _NOTHING_ELSE.match(own):
            return last.asked, False
        return (own, True) if _RECKONING_WORDS.sub("", own) else (f"{_stated(last)}，{own}", False)
    this_year = _THIS_YEAR.search(bare)
    told = _ONLY_TENSE.match(_THIS_YEAR.sub("", bare) if this_year else bare)
    if told and told.group(0).strip(" ?？呢"):
        thing = _without_parts(_thing(last)) if "全年" in bare else _thing(last)
        return f"{thing}{'目标' if told.group('target') else '实际完成'}多少{told.group('unit')}", False
    if this_year and _NOTHING_ELSE.match(_THIS_YEAR.sub("", bare)):
        return last.asked, False
    if more := _ALTOGETHER.match(bare):
        return f"{more.group('how')}{_NEW.sub('', _thing(last))}多少", False
    part = next(parts_in(bare), None)
    if part and _NOTHING_ELSE.match(_THIS_YEAR.sub("", bare).replace(part.said, "")):
        return f"{part.said}{_without_parts(last.asked)}", False
    if formerly := _FORMERLY.match(bare):
        return f"{_QUESTION_WORDS.sub('', last.asked)}{formerly.group('when')}是多少", False
    asked = dialogue.standalone(bare, [one.asked for one in before], around.finds)
    return _tidy(asked), asked == bare and bare == now.bare


def _of(
    now: meant.Reading, said: Sequence[Carried], document: Identity | None, turn: str, around: Around
) -> tuple[str, ...]:
    """What a turn is asked of: its own places and years, where it lacks one of them those before it."""
    last = said[-1]
    before = meant.read("和".join(last.of), around.held)
    titled = last.of if not before.typed_places and not now.typed_places and not now.typed_years else ()
    if titled and not before.typed_years:
        return titled
    places = now.typed_places or before.typed_places or ((document.place,) if document and document.place else ())
    years = _absolute(now, last, places, around)
    if not years and _THIS_YEAR.search(turn):
        newest = _newest(places, around)
        return _paired(places, (f"{newest}年",) if newest else ())
    if not years and not now.typed_places and len(last.of) > 1:
        return last.of
    if not years and len(now.typed_places) > 1:
        others = _paired(now.typed_places, before.typed_years[-1:])
        return tuple(_last_of(place, said) or other for place, other in zip(now.typed_places, others, strict=True))
    if not years:
        years = before.typed_years[-1:] if now.typed_places else before.typed_years
    if not years and document and document.year:
        years = (f"{document.span}年",)
    return _paired(places, years)


def _last_of(place: str, said: Sequence[Carried]) -> str:
    """A place with the year that it was last asked of; "" where it was not."""
    return next((one for turn in reversed(said) for one in turn.of if one.startswith(place)), "")


_OTHER_EXTREME = re.compile(
    r"^(?:那么|那)?[,，]?(?P<most>最[高低大小多少快慢])的?(?:是|又是)?(?:哪个|谁|哪家|哪里)?(?:呢)?[?？。]*$"
)
_OTHER_THING = re.compile(r"^(?:那么|那|换成)?[,，]?(?P<thing>[\u4e00-\u9fffA-Za-z&]{2,12}?)(?:的)?呢[?？。]*$")


def _of_all(turn: str, last: Carried) -> str:
    """After a question to the whole library, the same of another indicator (那固投呢), or its other end (最低的呢)."""
    if not across.asks_which(last.asked):
        return ""
    extreme = re.search(r"最[高低大小多少快慢]", last.asked)
    if extreme and (other := _OTHER_EXTREME.match(turn)):
        return last.asked.replace(extreme.group(), other.group("most"))
    if thing := _OTHER_THING.match(turn):
        named = across.indicator_of(last.asked)
        return last.asked.replace(named, thing.group("thing")) if named else ""
    return ""


def _absolute(now: meant.Reading, last: Carried, places: Sequence[str], around: Around) -> tuple[str, ...]:
    """The years that a turn says, 去年 reckoned from the year that the conversation is about."""
    if not now.shifts:
        return now.typed_years
    base = last.anchor if last.anchor is not None else _newest(places, around)
    if base is None or any(shift == meant.THE_NEXT for shift in now.shifts):
        return now.typed_years if base is None else (f"{base + 1}年",)
    return tuple(f"{base + shift}年" for shift in now.shifts)


def _newest(places: Sequence[str], around: Around) -> int | None:
    """The year of the newest document of these places; None where none says one."""
    wanted = {one.place for one in meant.read("和".join(places), around.held).meant if one.place}
    years = [one.year for one in around.held.values() if one.year and (one.place in wanted or not wanted)]
    return max(years, default=None)


def _is_planned(of: Sequence[str], around: Around) -> bool:
    """Whether there is a document of one of these places and years itself."""
    return any(
        one.years is not None and identity.place == one.place and identity.covers(one.years[0])
        for one in meant.read("和".join(of), around.held).meant
        for identity in around.held.values()
    )


def _has_place(last: Carried, around: Around) -> bool:
    return bool(last.of) and (
        bool(meant.read("和".join(last.of), around.held).typed_places) or any(one.endswith("里") for one in last.of)
    )


def _year_of(now: meant.Reading) -> int | None:
    """The one year that a turn names itself."""
    years = {one.years[0] for one in now.meant if one.years and one.years[0] == one.years[1]}
    return years.pop() if len(years) == 1 else None


def _each(now: meant.Reading) -> tuple[str, ...]:
    return _paired(now.typed_places, now.typed_years)


def _paired(places: Sequence[str], years: Sequence[str]) -> tuple[str, ...]:
    """Each place with its year: one year goes for all places, one place for all years."""
    years = tuple(f"{year}年" if year.isdigit() else year for year in years)
    if not places or not years:
        return tuple(places or years)
    if len(years) == 1 or len(places) == 1:
        return tuple(f"{place}{year}" for place in places for year in years)
    if len(years) == len(places):
        return tuple(f"{place}{year}" for place, year in zip(places, years, strict=True))
    return (f"{'、'.join(places)}{'、'.join(years)}",)


def _tidy(asked: str) -> str:
    """Without what stood between places and years: 和的固投; and without 今年, which is a year."""
    asked = _THIS_YEAR.sub("", asked)
    return re.sub(r"^(?:[、,，\s和与及跟比的]|以及)+", "", asked)


# --- Over all that was asked --------------------------------------------------------------------------------------------------


def _reckoned(turn: str, before: Sequence[Carried]) -> Carried | None:
    """哪个最高 after one thing was asked of several places or years: all of them, and the thing; None where the turn names
    something itself, or the turns before were of one."""
    if not _RECKONS.search(turn) or _RECKONING_WORDS.sub("", turn):
        return None
    last = before[-1]
    thing = _thing(last)
    of = list(last.of) if last.is_over else _of_the_run(before, thing)
    of = list(dict.fromkeys(of))
    many = _HOW_MANY.search(turn)
    if many:
        of = of[-_NUMBERS[many.group("number")] :]
    elif re.search(r"差|[高低多少快慢]了?(?:多少|几)|(?:增加|增长|减少|下降)了(?:多少|几)", turn) and len(last.of) < 2:
        of = of[-2:]
    if len(of) < 2:
        return None
    asked = thing if any(one.endswith(_TENSES) for one in of) else _stated(last)
    alone = f"{'和'.join(of)}{asked}，{_POINTING.sub('', turn)}"
    return Carried(alone, False, asked if asked == thing else last.asked, tuple(of), last.anchor, True)


def _of_the_run(before: Sequence[Carried], thing: str) -> list[str]:
    """What one thing was asked of, turn after turn; with 目标 or 实际 behind each, where now one and now the other was."""
    run: list[Carried] = []
    for one in reversed(before):
        if not _same(_thing(one), thing):
            break
        run.insert(0, one)
    told = [_tense_of(one) for one in run]
    mixed = len(set(told)) > 1
    return [f"{each}{tense if mixed else ''}" for one, tense in zip(run, told, strict=True) for each in one.of]


def _without_parts(asked: str) -> str:
    """A question without the part of a year that it names."""
    for part in parts_in(asked):
        asked = asked.replace(part.said, "")
    return asked


def _thing(one: Carried) -> str:
    """What a question asks about: its words before the first question word, and those behind it that name something."""
    bare = _QUESTION_WORDS.sub("", one.asked)
    asking = _ASKING.search(bare)
    if asking and _ASKING.search(bare, asking.end()):
        bare = bare[: asking.start()]  # 安排了几大类多少项
    return _TENSE_WORDS.sub("", _ASKING.sub("", bare))


_TENSES = ("目标", "实际")


def _tense_of(one: Carried) -> str:
    """Whether what was planned or what was done was asked for, as words; "" where neither is said."""
    if re.search(r"目标|计划|打算|预期", one.asked):
        return "目标"
    return "实际" if re.search(r"实际|完成|(?:增长|增加|建成|新增|达到)了|去年|上年|前年", one.alone) else ""


def _stated(one: Carried) -> str:
    """A question without what asks: 新增就业 of 要新增多少就业."""
    return re.sub(r"了?(?:多少|几)", "", _QUESTION_WORDS.sub("", one.asked))


_ASKING = re.compile(r"(?:安排|计划|一共|总共|共|达到?|新增)?(?:了|是|有|为|要)?(?:多少|几)")


def _same(one: str, other: str) -> bool:
    return one == other or (len(one) > 1 and len(other) > 1 and (one in other or other in one))


def _joined(turn: str, now: meant.Reading, last: Carried, around: Around) -> Carried | None:
    """再加上成都, 比成都多多少, 比2023年的高多少: one more place, with the last ones' year, or one more year of their place."""
    added, against = _ADDED.match(now.bare), _AGAINST.match(now.bare)
    if not (added or (against and not _RECKONING_WORDS.sub("", against.group("how")))) or not last.of:
        return None
    if len(now.typed_places) > 1 or not (now.typed_places or now.typed_years):
        return None
    of_last = meant.read(last.of[-1], around.held)
    places = now.typed_places or of_last.typed_places
    years = _absolute(now, last, places, around) or of_last.typed_years
    of = tuple(dict.fromkeys((*(last.of if added else last.of[-1:]), *_paired(places, years))))
    if len(of) < 2:
        return None
    how = (
        ("各多少" if added.group("too") else "一共多少")
        if added
        else f"，哪个更高，相差多少{_behind_the_question(turn)}"
    )
    return Carried(f"{'和'.join(of)}{_stated(last)}{how}", False, last.asked, of, last.anchor, True)


def _behind_the_question(turn: str) -> str:
    """What a turn says behind what it asks: 多少个百分点."""
    asks = re.match(r"^.*(?:多少|几)", turn)
    return turn[asks.end() :] if asks else ""
