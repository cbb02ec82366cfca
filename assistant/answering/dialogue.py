"""Follow-ups: a question made to stand alone with what earlier turns supply. History is an argument, never state.

Each turn is read with what the turns before it were about. A turn that names its own subject and verb stands as it is; an
ellipsis takes the verb and the question words (那停车位呢), a pronoun or a bare question takes the subject (最多几个),
a reckoning takes all subjects so far (它们加起来), another year or place takes the whole question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering import question_words as words
from assistant.answering.intent import turns
from assistant.answering.question import content_words, read_question, terms_of
from assistant.plan.verbs import LEADING_ACTION

_ELLIPSIS = re.compile(
    r"^(?:那么|那|还有|然后|再问|另外|以及|再看|再来|换成|改问)?(?:个)?[,，\s]*(?P<subject>.{1,24}?)(?:的)?(?:呢|哪|又?(?:是|有)?多少呢?|怎么样|如何)?[?？。!！]*$"
)
_TRAILING = re.compile(r"(?:呢|哪|那边呢?|怎么样)[?？。!！]*$")
_STARTS_ANEW = re.compile(r"^(?:换个?(?:问题|话题)|另外问|再问(?:一个|个)|问(?:个)?别的)[,，:：\s]*")
_PRONOUN = re.compile(
    r"它们|他们|每(?:个|家|座|处|栋|户|条)(?:里头|里面|里)?|这两个|那两个|这俩|那俩|这两项|那两项|这三项|这三个|这几项|这几个|这些|那些|前面(?:两|三|那)?(?:个|项)?|上面(?:两|三|那)?(?:个|项)?|前两个|前者|后者|两者|二者|三者|三项|两项|几项|"
    r"它|该(?:项|目标|指标|内容|数|数字|任务|工作|项目)?|此项|这(?:个|项|句话?|条|件事|一项|一条|里|块)(?:数字?|目标|指标|内容|任务|事)?|这(?=是|在|写|属|要|算|归|数)|那(?:个|项|句话?|条|件事|一项)(?:数字?|目标|指标|内容)?|那(?=写|是在|属于|归|在)|上一个|上个|刚才(?:那个|说的)?|同一(?:句|项|条|批|段)(?:里|中|话)?"
)
# A turn that begins without a subject goes on about the last one.
_GOES_ON = re.compile(
    r"^(?:那么|那)?[,，]?(?:是|在|有|要|能|会|算|归|由|叫|包括|具体|其中|里头|里面|到底|究竟|分别|最(?:多|少|低|高)|至少|起码|什么时候|啥时候|谁来?|怎么(?!说)|为什么)(?!没有?提)"
)
_UNIT_SWITCH = re.compile(
    rf"^(?:那么|那)?[,，]?(?:换成|改成|换算成|折合成?|合|按|用|以)(?P<unit>(?:{words.SCALE_WORDS})?(?:{words.UNITS}))(?:来说|说|算|计|是多少|表示)?呢?[?？。]*$"
)
_MANY = re.compile(
    r"它们|他们|这?[两二三几]者|[这那]?[俩仨]|[这那前上]?面?[两二三几](?:个|项|样)|这些|那些|前者|后者|加起来|加一起|合计|一共|总共|加总|总数|合并|差(?:多少|几)|哪个(?:更)?(?:多|大|高|快)|相差|一起|都"
)
_OF_THE_PLAN = re.compile(
    r"(?:第[一二三四五六七八九十]+部分|全文|计划|报告)[^,，]{0,6}(?:有|分|包括|讲)|分(?:成|为)?几个?部分"
)
_FORMER = re.compile(r"前者|前面那个|第一个|头一个")
_SOURCE = re.compile(
    r"依据|出处|原文|哪(?:一)?(?:句|条|段|页)|来源|引用|从哪|凭什么|根据(?:是)?(?:什么|哪)|写在哪|在哪"
)
_NTH = re.compile(
    r"第(?P<n>[一二两三四五六七八九十]|\d)个(?:问题)?|最(?P<edge>开始|早|后)(?:的|那)?(?:个)?(?:问题|指标|数)?|(?P<last>上一个|上个|刚才那个)(?:问题)?"
)
_WRONG = re.compile(
    r"不对|不是|错了|搞错|记错|不会吧|我记得|我记的|应该?是|明明|听说|说的是|怎么是|不该是|真的(?:是|吗)|确定|是吧|吧"
)
_ANOTHER_YEAR = re.compile(
    r"^(?:那么|那)?[,，]?(?P<year>(?:19|20)\d{2}年?|\d{2}年|去年|前年|明年|上一?年|后年)(?:的|度)?(?:是?多少)?(?:呢|哪|怎么样|的情况)?[?？。]*$"
)
_ANOTHER_PLACE = re.compile(
    r"^(?:那么|那)?[,，]?(?P<place>[\u4e00-\u9fffA-Za-z]{2,8}?(?:新区|区|市|县|省|那边|这边))(?:的)?(?:也是(?:这个|一样)?(?:数|目标)?|是不是(?:也)?(?:这个|一样)?(?:数|目标)?|是?多少)?(?:呢|哪|吗|么|怎么样)?[?？。]*$"
)
_AIMED_AT = re.compile(r"目标(?!完成|任务)")
# 电力通道建 of 电力通道建多长
_TRAILING_VERB = re.compile(r"(?<=[\u4e00-\u9fff]{3})\s?(?:要|得|想)?[建修做引增办添招留搞挑选装](?:到|成|出|进)?$")
_NUMERALS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True)
class _Turn:
    """A turn standing alone, and what it is about (the words that name it; "" for nothing)."""

    alone: str
    subject: str


def standalone(
    question: str,
    history: Sequence[str],
    finds: Callable[[str], bool],
    names: Callable[[str], bool] | None = None,
) -> str:
    """The question as it would be asked on its own. `finds` tells whether words name a figure of the plans, `names`
    whether they are the whole name of one."""
    read: list[_Turn] = []
    for turn in [*history, question]:
        alone = _alone(turn.strip(), read, finds, names or _names_nothing)
        read.append(_Turn(alone, _subject_of(alone, read)))
    return read[-1].alone


def _names_nothing(_: str) -> bool:
    return False


def _alone(turn: str, before: Sequence[_Turn], finds: Callable[[str], bool], names: Callable[[str], bool]) -> str:
    earlier = [one for one in before if one.subject]
    if words.SMALLTALK.match(turn):
        return turn
    if anew := _STARTS_ANEW.match(turn):
        return turn[anew.end() :]
    if not earlier:
        return turn
    last = earlier[-1]
    if read_question(turn).header_fields or (_OF_THE_PLAN.search(turn) and not _PRONOUN.search(turn)):
        return turn
    if _FORMER.search(turn) and len(earlier) > 1 and not reckons(turn):
        last = earlier[-2]
    if year := _ANOTHER_YEAR.match(turn):
        return f"{_with_year(year.group('year'))}{words.YEAR.sub('', last.alone)}"
    if (place := _ANOTHER_PLACE.match(turn)) and not finds(place.group("place")):
        return f"{place.group('place')}的{last.alone}"
    if unit := _UNIT_SWITCH.match(turn):
        return f"{last.subject}多少{unit.group('unit')}"
    if nth := _nth(turn, earlier):
        return _about(nth.subject, turn, nth.alone)
    likely = turns(turn)
    if likely["f_basis"] >= _SURELY and not _names_something(_QUOTING.sub(" ", turn)):
        return _basis_of(last)
    if _brings_its_own(turn, finds):
        return turn
    if reckons(turn):
        return _reckoned(turn, earlier)
    if _corrects(turn) or (likely["f_correct"] >= _SURELY and read_question(turn).claims and _WRONG.match(turn)):
        return f"{_stem(last)}{_claimed(turn)}，对吗"
    if _refers(turn) or not _names_something(turn) or _without_subject(turn, last):
        return _about(last.subject, turn, last.alone)
    ellipsis = _ELLIPSIS.match(turn)
    if ellipsis and (_TRAILING.search(turn) or not _asks(turn)):
        said = ellipsis.group("subject").strip(" ，,")
        of = re.search(r"的(?:呢|哪)?[?？。]*$", turn.strip()) and len(last.subject) > 2
        if _OF_A_FIGURE.match(said):
            return f"{last.subject}{said}多少"
        whole = f"{said.rstrip('的')}{last.subject[-2:]}" if of else _of_the_same_kind(said.strip("的"), last, names)
        return _with_verb(whole, last.alone)
    return _as_it_goes_on(turn, last, earlier)


# 占比呢: a side of the figure that was just asked for.
_OF_A_FIGURE = re.compile(r"^(?:占比|比重|比例|增速|增幅|涨幅|增长率|总量|总额|总数|覆盖率)$")


def _of_the_same_kind(said: str, last: _Turn, names: Callable[[str], bool]) -> str:
    """秸秆 after 畜禽粪污综合利用率 is 秸秆综合利用率, where a figure of the plan has that name."""
    for first in range(1, len(last.subject) - 1):
        whole = f"{said}{last.subject[first:]}"
        if names(whole):
            return whole
    return said


# A turn that no rule takes for a follow-up is one all the same where the classifier is this sure; and where it is surer yet
# it comes before the rules. Chosen on tuning questions.
_SURE, _SURELY = 0.5, 0.7
_QUOTING = re.compile(r"原[文话句]|quote|出处|依据|来源")


def _basis_of(last: _Turn) -> str:
    return f"{last.subject}写在哪一部分，原文是什么"


def _as_it_goes_on(turn: str, last: _Turn, earlier: Sequence[_Turn]) -> str:
    """What the classifier of turns makes of it."""
    likely = turns(turn)
    goes_on = max(likely, key=lambda one: likely[one])
    if likely[goes_on] < _SURE or len(read_question(turn).subjects) > 1:
        return turn
    match goes_on:
        case "f_basis":
            return _basis_of(last)
        case "f_correct" if _WRONG.search(turn):
            return f"{_stem(last)}{_claimed(turn)}，对吗" if read_question(turn).claims else last.alone
        case "f_same":
            return _about(last.subject, turn, last.alone)
        case "f_reckon":
            return _reckoned(turn, earlier)
        case _:
            return turn


_POINTS = re.compile(
    r"它|他们|[这那]?[两二三四几俩仨](?:者|个|项|样)|[这那](?:个|些|项|里|边)|前者|后者|[上前]面|刚才|上一?个"
)


def _brings_its_own(turn: str, finds: Callable[[str], bool]) -> bool:
    """Whether a turn names a figure of the plans and brings a number, and points at nothing before: 每个院士项目配套200万元,
    总共要备多少."""
    asked = read_question(turn)
    return bool(asked.claims) and not _POINTS.search(turn) and any(finds(part) for part in asked.stretches)


def _refers(turn: str) -> bool:
    """Whether a turn goes on about what was named before: by a pronoun, or by beginning without a subject."""
    said = _PRONOUN.search(turn)
    if said and said.group().startswith("同一"):
        return not _names_something(turn) or bool(re.search(r"还有|另外|别的|其他", turn))
    return bool(said) or bool(_GOES_ON.match(turn))


def _without_subject(turn: str, last: _Turn) -> bool:
    """After a question in words, one that begins with a verb asks about the same thing: 点名要打造哪条街."""
    return (
        read_question(last.alone).wants_text
        and read_question(turn).wants_text
        and bool(re.match(r"^(?:点名|治|都|就)", turn) or LEADING_ACTION.match(turn))
    )


# --- Ways to stand alone ------------------------------------------------------------------------------------------------


def _with_verb(subject: str, earlier: str) -> str:
    """那停车位呢 after 新增充电桩多少根 is 新增停车位多少: verb and question words come from before."""
    if words.ASKED_UNIT.search(subject) or (
        words.FIGURE_WORDS.search(subject) and not re.fullmatch(r".*(?:增速|增幅|目标)", subject)
    ):
        return subject
    question = read_question(earlier)
    if question.kind == "where":
        return f"{subject}写在哪一部分"
    if question.wants_text:
        return f"{subject}{_question_words(earlier)}"
    verb = LEADING_ACTION.match(earlier.strip())
    action = verb.group() if verb and not LEADING_ACTION.match(subject) else ""
    growth = "增长多少" if re.search(r"增速|增幅|增长|涨|几个点|百分", earlier) and not action else "多少"
    aim = "目标" if _AIMED_AT.search(earlier) and not action else ""
    return f"{action}{subject}{aim}{growth}"


def _about(subject: str, turn: str, earlier: str) -> str:
    """A turn that names nothing itself, asked of the subject: 最多几个 of 院士项目."""
    rest = re.sub(r"^(?:那么|那|请问|对了)[,，]?", "", turn)
    said = _PRONOUN.search(rest)
    if said and not _SOURCE.search(rest) and re.search(r"比|跟|和|与|占", rest):
        return f"{rest[: said.start()]}{subject}{rest[said.end() :]}"
    if _SOURCE.search(rest) and not words.WHERE.search(rest):
        return _basis_of(_Turn("", subject))
    rest = _PRONOUN.sub("", rest, count=1) if said and said.start() <= 2 else rest
    return f"{subject}{rest}" if rest else earlier


def reckons(turn: str) -> bool:
    """它们加起来, 前者比后者多多少: a reckoning over what was named before; one that names its own two things is none."""
    named = [part for part in read_question(turn).subjects if not _is_pronoun(part)]
    reckons = (
        words.SUM.search(turn)
        or words.DIFFERENCE.search(turn)
        or words.COMPARE.search(turn)
        or words.RATIO.search(turn)
        or re.search(r"合并|相加|总数|差几|高几|(?<![最更])多几", turn)
    )
    if re.search(r"它们|[这那]?[两三俩仨](?:样|个|项|者)|前者|后者|合并", turn) and reckons:
        return True
    return (
        bool(reckons)
        and len(named) < 2
        and (
            bool(_MANY.search(turn))
            or bool(_PRONOUN.search(turn))
            or not _names_something(turn)
            or bool(re.match(r"^比", turn))
        )
    )


def _reckoned(turn: str, earlier: Sequence[_Turn]) -> str:
    """The reckoning with its operands said: the last two subjects (all, where three are meant), or the last one and the
    one that the turn names itself."""
    own = re.sub(r"^(?:那么|那|请问|你)?[,，]?", "", turn)
    whole = list(dict.fromkeys(one.subject for one in earlier))
    subjects = whole if len(whole) > 1 else _parts(earlier[-1])
    named = [part for part in content_words(terms_of(_PRONOUN.sub(" ", own))) if part not in ("合并", "汇报")]
    if named and re.match(r"^(?:它|这个|这|那|该\S{0,3})?(?:要|还)?比", own):
        return f"{subjects[-1]}{own[own.index('比') :]}"
    if named and (said := _PRONOUN.search(own)) and "比" in own and not _MANY.search(own):
        return f"{own[: said.start()]}{subjects[-1]}{own[said.end() :]}"
    one_of_two = re.findall(r"前者|后者", own)
    if named and len(one_of_two) == 1 and len(subjects) > 1:
        return own.replace(one_of_two[0], subjects[-1] if one_of_two[0] == "后者" else subjects[-2])
    count = 3 if re.search(r"三(?:个|项|者|样)|仨", own) else 2
    chosen = (
        subjects
        if len(subjects) <= 2 or (count == 3 and len(subjects) == 3) or re.search(r"全部|所有|都", own)
        else subjects[-count:]
    )
    first, rest = chosen[0], chosen[1:]
    if len(chosen) == 1:
        return f"{first}{own}"
    if words.COMPARE.search(own) and not re.search(r"比", own):
        return f"{'和'.join(chosen)}，{_kept(own)}"
    if re.search(r"后者.*(?:占|前者的)", own) and len(chosen) == 2:
        first, rest = chosen[1], chosen[:1]
    if re.search(r"倍", own):
        return f"{first}是{rest[0]}的多少倍"
    if words.RATIO.search(own):
        return f"{first}占{rest[0]}的百分之多少"
    if words.DIFFERENCE.search(own) or re.search(r"差|多多少|高多少|高几|多几|(?<!至)少几", own):
        return f"{first}和{rest[0]}相差多少"
    if words.AVERAGE.search(own) and not words.SUM.search(own):
        return f"{subjects[-1]}{own}"  # 匀到四个季度: the last one, shared out
    return f"{'、'.join(chosen)}加起来一共多少"


def _kept(own: str) -> str:
    return _PRONOUN.sub("", own)


def _parts(turn: _Turn) -> list[str]:
    """The things that a turn was about."""
    question = read_question(turn.alone)
    return list(question.subjects) if len(question.subjects) > 1 and not question.operation else [turn.subject]


def _corrects(turn: str) -> bool:
    """不对吧,是2000根: a figure is held against the answer, and nothing else is named."""
    question = read_question(turn)
    return bool(question.claims) and bool(_WRONG.search(turn)) and not content_words(terms_of(_WRONG.sub(" ", turn)))


def _claimed(turn: str) -> str:
    return f"是{read_question(turn).claims[0].text}"


def _stem(last: _Turn) -> str:
    verb = LEADING_ACTION.match(last.alone.strip())
    return f"{verb.group() if verb and not last.subject.startswith(verb.group()) else ''}{last.subject}"


def _nth(turn: str, earlier: Sequence[_Turn]) -> _Turn | None:
    """第一个问题的依据: the turn that is meant by its place."""
    found = _NTH.search(turn)
    if found is None or (
        content_words(terms_of(_NTH.sub(" ", turn)))
        and not _SOURCE.search(turn)
        and not re.search(r"答案|再说|重复", turn)
    ):
        return None
    if found.group("last") or found.group("edge") == "后":
        return earlier[-1]
    number = (
        1
        if found.group("edge")
        else _NUMERALS.get(found.group("n"), 0) or int(found.group("n") if found.group("n").isdigit() else 0)
    )
    if not 0 < number <= len(earlier):
        return None
    chosen = earlier[number - 1]
    return chosen if _SOURCE.search(turn) else _Turn(chosen.alone, chosen.alone)


# --- What a turn is about -----------------------------------------------------------------------------------------------


def _subject_of(alone: str, before: Sequence[_Turn]) -> str:
    """The words that name what a turn is about; those of the turn before where it names nothing."""
    question = read_question(alone)
    if question.kind == "smalltalk":
        return ""
    quoted = re.search(r"[“《](?P<name>[^”》]{2,20})[”》]", alone)
    if quoted and not content_words(question.terms.replace(quoted.group("name"), " ")):
        return quoted.group("name")
    named = question.terms if content_words(question.terms) else ""
    if not named and question.stretches:
        named = next((part for part in question.stretches if content_words(part)), "")
    if not named:
        return before[-1].subject if before else ""
    if question.context and len(named.replace(" ", "")) <= 5:
        named = f"{question.context}{named}"
    named = _TRAILING_VERB.sub("", named) or named
    kept = LEADING_ACTION.sub("", named.replace(" ", ""), count=1) if len(named) > 4 else named
    return kept.strip() or named


def _names_something(turn: str) -> bool:
    """Whether a turn names a thing itself, beyond pronouns, question words and what is said of any figure."""
    return bool(content_words(terms_of(_PRONOUN.sub(" ", turn))))


def _is_pronoun(part: str) -> bool:
    return _PRONOUN.fullmatch(part) is not None


def _asks(turn: str) -> bool:
    return bool(
        words.FIGURE_WORDS.search(turn)
        or words.TEXT_WORDS.search(turn)
        or words.CHECKS.search(turn)
        or words.WHERE.search(turn)
    )


def _question_words(turn: str) -> str:
    found = re.search(r"(?:怎么|如何|怎样|有?哪些|是?什么|为什么|干什么|是哪)[^,，。]*$", turn)
    return found.group() if found else "怎么做"


def _with_year(said: str) -> str:
    return said if said.endswith("年") else f"{said}年"
