"""What is asked: a question made a value.

Nothing here knows a plan's indicators: the rules read the grammar of questions. What a question is about is left as
words (`terms`, `subjects`), weighed later against the plans themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import rjieba

from assistant.answering import question_words as words
from assistant.answering.intent import Intent, intents
from assistant.answering.places import places_in
from assistant.plan.quantity import Qualifier, Quantity
from assistant.plan.scan import read_quantities
from assistant.plan.units import MEASURES
from assistant.plan.verbs import ACTIONS, LEADING_ACTION

Kind = Literal["figure", "text", "yes_no", "arithmetic", "collect", "where", "document", "smalltalk", "unclear"]
Operation = Literal["", "sum", "difference", "ratio", "average", "count", "compare", "scale"]
LONGEST_QUESTION = 2000


@dataclass(frozen=True)
class Question:
    """A question in plain characters (`slips.plain`), read.

    `intent` is what kind of answer it asks for, `ruled` the same by the rules of words alone. `terms` is the asking part without question words, fillers, years and politeness: what it is about; `context` the same
    of the parts that only say where or why; `stretches` are all parts between punctuation that name anything, `asking` the
    parts that ask, as they stand. `subjects` are the things that one question about several holds. `explicit`: it asks for a figure in so many words
    (多少, 几, 增速 …) rather than by naming an indicator. `wants_text`: it asks what, which or how. `unit` is the unit asked
    for as written ("根", "亿元", "%"), `dimensions` the kinds of unit that words like 面积 ask for. `claims` are the
    quantities that the question itself states, `checks` is set where it asks whether something is so, `denies` where what it
    states is that a quantity is not so (充电桩不是1000根吧), `asks_result` where it asks for what was done rather than for
    what is planned. `borrowed`: the part that asks names nothing, and `terms` are those of another part. `unread` are the
    parts that say nothing about a plan: politeness, orders, chatter; they change no answer.
    """

    text: str
    intent: Intent
    ruled: Intent
    kind: Kind
    explicit: bool
    wants_text: bool
    terms: str
    context: str
    stretches: tuple[str, ...]
    asking: tuple[str, ...]
    subjects: tuple[str, ...]
    action: str
    unit: str
    dimensions: frozenset[str]
    qualifier: Qualifier | None
    asks_result: bool
    years: tuple[int, ...]
    places: tuple[str, ...]
    header_fields: tuple[str, ...]
    operation: Operation
    claims: tuple[Quantity, ...]
    checks: bool
    denies: bool
    borrowed: bool
    unread: tuple[str, ...]


@lru_cache(maxsize=1024)
def read_question(text: str) -> Question:
    """Read a question. Total: what cannot be read is `unclear`."""
    flat = words.BESIDES.sub("", text.strip()) or text.strip()
    unit = _unit(flat)
    dimensions = frozenset().union(*(units for pattern, units in words.DIMENSIONS if pattern.search(flat)))
    stretches = [part for part in re.split(r"[,，;；。!！?？\n]|(?<!\d)\.(?!\d)", flat) if part.strip()]
    asking = [part for part in stretches if _asks(part)]
    terms, context, unread = _focus(stretches, asking)
    borrowed = bool(asking) and not any(content_words(terms_of(part)) for part in asking)
    claims = tuple(
        quantity
        for quantity in read_quantities(flat)
        if quantity.kind != "threshold"
        and not words.BARE_YEAR.fullmatch(quantity.text)
        and not words.SPELLED_YEAR.fullmatch(quantity.text)
        and not words.SHORT_YEAR.fullmatch(quantity.text)
        and flat[: quantity.start][-1:] not in ("哪", "那")  # 哪两个 asks, 那两个 points
        and not words.PART_OF_A_NUMBER.search(flat[max(0, quantity.start - 2) : quantity.end + 1])
    )
    header_fields = _header_fields(flat)
    operation = _operation(flat)
    if operation == "sum" and not words.STRONG_SUM.search(flat):
        # 总共 of one thing is no sum: of several only where they stand in the part that asks.
        reckoned = next((part for part in stretches if words.SUM.search(part)), flat)
        reckoned = flat if _ALL_OF_THEM.search(reckoned) else reckoned
        operation = "sum" if len(_subjects(reckoned, "sum")) > 1 else ""
    else:
        reckoned = flat
    kind = _kind(flat, terms, header_fields, operation)
    subjects = _subjects(reckoned, operation)
    verb = LEADING_ACTION.match(terms)
    ruled = Question(
        text=text,
        intent="figure",
        ruled="figure",
        kind=kind,
        explicit=bool(words.FIGURE_WORDS.search(flat)) or bool(unit),
        wants_text=bool(words.TEXT_WORDS.search(flat))
        and not words.ASKED_UNIT.search(flat)
        and not words.PERCENT_ASKED.search(flat)
        and not re.search(r"多少|(?<!哪)几(?![乎类种大])", flat)
        and not _ASKS_FOR_FIGURE.search(flat)
        and not (claims and not re.search(r"哪些|哪几|名单|列出|分别是什么|叫什么", flat)),
        terms=terms,
        context=context,
        stretches=tuple(filter(None, map(terms_of, stretches))),
        asking=tuple(asking) or tuple(stretches),
        subjects=subjects,
        action=verb.group() if verb else "",
        unit=unit,
        dimensions=dimensions,
        qualifier=_qualifier(flat),
        asks_result=bool(words.RESULT_ASKED.search(flat if len(stretches) < 3 else (asking or stretches)[-1])),
        years=_years(flat),
        places=places_in(flat),
        header_fields=header_fields,
        operation=operation,
        claims=claims,
        checks=bool(words.CHECKS.search(flat)) or bool(claims and not asking),
        denies=bool(claims) and words.DENIES.search(flat) is not None,
        borrowed=borrowed,
        unread=() if header_fields else unread,
    )
    by_rule = _by_rule(ruled)
    return _weighed(replace(ruled, intent=by_rule, ruled=by_rule), flat)


# --- Rules and classifier -----------------------------------------------------------------------------------------------

# The classifier overrules the words' rules where it is this sure, and thinks this little of what they say; of what they say
# for want of anything else, this much less; and how certain it must be that a question which names something is unclear, or
# that one with a plain question word asks for a figure. Chosen on tuning questions.
_SURE, _UNLIKELY, _LESS_LIKELY, _CERTAIN = 0.4, 0.1, 0.5, 0.65
_BY_DEFAULT: tuple[Intent, ...] = ("figure", "text", "yes_no", "unclear", "result")
# What the rules are hardly ever wrong about.
_RELIABLE: tuple[Intent, ...] = ("smalltalk", "document", "mentioned")
_RECKONS: tuple[Intent, ...] = ("sum", "difference", "ratio", "average", "compare", "scale")


def _by_rule(asked: Question) -> Intent:
    """What the rules take a question for, in the classifier's terms."""
    if asked.kind in ("smalltalk", "document", "unclear", "where"):
        return asked.kind
    if words.ORDERS.search(asked.text):
        return "hostile"
    if asked.kind == "collect":
        return "count" if asked.operation == "count" else "collect"
    if asked.operation:
        return asked.operation
    if asked.checks:
        return "mentioned" if words.MENTIONED.search(asked.text) else "result" if asked.asks_result else "yes_no"
    if asked.asks_result:
        return "result"
    if len(asked.subjects) > 1 and words.EACH.search(asked.text):
        return "several"
    return "text" if asked.wants_text else "figure"


def _weighed(asked: Question, flat: str) -> Question:
    """The question as the classifier reads it, where it is sure that the rules do not."""
    likely = intents(flat)
    intent = max(likely, key=lambda one: likely[one])
    gathers = intent in ("collect", "count") and words.FIGURE_KIND.search(flat)
    limit = _LESS_LIKELY * likely[intent] if asked.intent in _BY_DEFAULT or gathers else _UNLIKELY
    if intent == asked.intent or likely[intent] < _SURE or likely[asked.intent] > limit:
        return asked
    if intent == "average" and "平均" in flat and not words.AVERAGE.search(flat):
        return asked  # 平均寿命 is a figure of its own
    if intent == "unclear" and content_words(asked.terms) and likely[intent] < _CERTAIN:
        return asked  # it names something
    if intent == "figure" and asked.intent == "text" and likely[intent] < _CERTAIN:
        return asked  # it asks what or which
    if asked.intent in _RELIABLE or (not asked.terms and asked.intent == "unclear"):
        return asked
    if intent == "figure" and asked.operation in _RECKONS and len(asked.subjects) > 1:
        return asked
    return as_intent(asked, intent)


def as_intent(asked: Question, intent: Intent) -> Question:
    """The question read as one of this intent."""
    match intent:
        case "sum" | "difference" | "ratio" | "average" | "compare" | "scale":
            subjects = _subjects(asked.text, intent)
            return replace(
                asked,
                intent=intent,
                kind="arithmetic",
                operation=intent,
                subjects=subjects,
                wants_text=False,
                asks_result=False,
            )
        case "own":
            return replace(asked, intent=intent, operation="", asks_result=False, wants_text=False)
        case "collect" | "count":
            return replace(asked, intent=intent, kind="collect", operation="count" if intent == "count" else "")
        case "yes_no" | "mentioned":
            return replace(asked, intent=intent, kind="yes_no", operation="", checks=True, asks_result=False)
        case "result":
            return replace(asked, intent=intent, asks_result=True, operation="")
        case "several":
            return replace(asked, intent=intent, kind="figure", operation="", subjects=_subjects(asked.text, "sum"))
        case "figure":
            return replace(asked, intent=intent, kind="figure", operation="", wants_text=False, checks=False)
        case "text":
            return replace(asked, intent=intent, kind="text", operation="", wants_text=True, checks=False)
        case "where" | "smalltalk" | "unclear":
            return replace(asked, intent=intent, kind=intent)
        case _:
            return replace(asked, intent=intent)


# --- Parts of the value -----------------------------------------------------------------------------------------------


def _unit(flat: str) -> str:
    """The unit asked for, "" where none is."""
    if words.PERCENT_ASKED.search(flat):
        return "个百分点" if re.search(r"百分点|几个点", flat) else "%"
    if asked := words.ASKED_UNIT.search(flat):
        return asked.group("unit")
    if counted := words.COUNT_DIMENSION.search(flat):
        return counted.group("unit")
    if into := words.CONVERTED.search(flat):
        return into.group("unit")
    trailing = re.search(rf"\s(?P<unit>(?:{words.SCALE_WORDS})?(?:{words.UNITS}))[?？]?$", flat)
    return trailing.group("unit") if trailing else ""


_QUALIFIERS: tuple[tuple[re.Pattern[str], Qualifier], ...] = (
    (re.compile(r"至少|最少|不少于|不低于|以上(?!规则|内容|要求|指令|所有)|起码|下限"), "at_least"),
    (re.compile(r"突破|超过|超"), "more_than"),
    (re.compile(r"至多|最多|不超过|以内|以下|上限"), "at_most"),
    (re.compile(r"左右|大约|大概"), "about"),
    (re.compile(r"(?:几|多少)\S{0,2}[到至-](?:几|多少)"), "range"),
)


def _qualifier(flat: str) -> Qualifier | None:
    return next((meaning for pattern, meaning in _QUALIFIERS if pattern.search(flat)), None)


def _years(flat: str) -> tuple[int, ...]:
    """The years named; 22年 is 2022年 where it can be no duration."""
    years = [int(year) for pattern in (words.YEAR, words.BARE_YEAR) for year in pattern.findall(flat)]
    years += [int(said.rstrip("年").translate(words.SPELLED_DIGITS)) for said in words.SPELLED_YEAR.findall(flat)]
    years += [2000 + int(year) for year in words.SHORT_YEAR.findall(words.YEAR.sub(" ", flat))]
    return tuple(dict.fromkeys(years))


def _header_fields(flat: str) -> tuple[str, ...]:
    """The fields of the document's head that are asked for: 文号, 公开日期 …"""
    fields = [name for name, pattern in words.HEADER_FIELDS if pattern.search(flat)]
    if not fields or words.ASKED_UNIT.search(flat):
        return ()
    rest = flat
    for name, pattern in words.HEADER_FIELDS:
        rest = pattern.sub(" ", rest) if name in fields else rest
    asking = [part for part in re.split(r"[,，;；。!！?？\n]", rest) if part.strip()]
    # Something else is asked about when many other words stand in the same part.
    return (
        ()
        if len(fields) == 1 and any(len("".join(content_words(terms_of(part)))) > 14 for part in asking)
        else tuple(fields)
    )


def _operation(flat: str) -> Operation:
    if words.AVERAGE.search(flat):
        return "average"
    if words.RATIO.search(flat):
        return "ratio"
    if words.SCALED.search(flat) and not words.ORDERS.search(flat):
        return "scale"
    if words.DIFFERENCE.search(flat):
        return "difference"
    if words.COMPARE.search(flat):
        return "compare"
    if words.COUNTED.search(flat):
        return "count"
    return "sum" if words.SUM.search(flat) else ""


def _kind(flat: str, terms: str, header_fields: tuple[str, ...], operation: Operation) -> Kind:
    if not flat:
        return "unclear"
    if words.SMALLTALK.match(flat) or (words.CHATTER.search(flat) and not _asks(flat)):
        return "smalltalk"
    if header_fields:
        return "document"
    if words.EVERY.search(flat) and words.FIGURE_KIND.search(flat) and not words.ORDERS.search(flat):
        return "collect"
    if operation and operation != "count":
        return "arithmetic"
    acts = (
        not re.search(r"时候|时间|何时", flat)
        and words.TEXT_WORDS.search(flat)
        and any(word in _ACTION_WORDS for run in terms.split() for word in rjieba.cut(run))
    )
    # 新建立交: what no dictionary cuts out as a word is a thing all the same.
    left = [
        word for run in terms.split() for word in rjieba.cut(run) if len(word) == 1 and word not in words.EMPTY_WORDS
    ]
    counts = operation == "count" and words.FIGURE_KIND.search(flat)
    if not content_words(terms) and not acts and not left and not counts:
        return "unclear"
    if words.WHERE.search(flat):
        return "where"
    if words.CHECKS.search(flat):
        return "yes_no"
    if words.TEXT_WORDS.search(flat) and not words.ASKED_UNIT.search(flat) and not words.PERCENT_ASKED.search(flat):
        return "text"
    return "figure"


# 增幅怎么定的, 目标是什么: asked in words, answered with a figure.
_ASKS_FOR_FIGURE = re.compile(
    r"什么数(?!字)|哪个数(?!字)|啥数(?!字)|什么关口|什么水平|什么规模|多大规模|(?:增速|增幅|涨幅|目标|总量|总额|数量|数字|规模|指标|面积)[^,，。?？]{0,8}(?:怎么定|怎样定|如何|为何|是什么|定的?什么|怎么安排|怎么写|怎么样)|[数额量率]为何|计划(?:里|上)?(?:是)?怎么(?:定|限定)|怎么限定|报数"
)


def _asks(part: str) -> bool:
    return bool(
        words.FIGURE_WORDS.search(part)
        or words.TEXT_WORDS.search(part)
        or words.WHERE.search(part)
        or words.PERCENT_ASKED.search(part)
    )


def _focus(stretches: list[str], asking: list[str]) -> tuple[str, str, tuple[str, ...]]:
    """(terms of the part that asks, terms of the other parts, parts that name nothing).

    A part that asks without naming anything (计划里定的是多少) asks about the last part before it that does.
    """
    named = [(part, terms_of(part)) for part in stretches]
    focus = [terms for part, terms in named if part in asking and content_words(terms)]
    told = [terms for part, terms in named if part not in asking and content_words(terms)]
    if not focus and asking:
        last = stretches.index(asking[-1])
        before = [terms for _, terms in named[:last] if content_words(terms)]
        focus = before[-1:] or told[:1]
        told = [terms for terms in told if terms not in focus]
    if not focus:
        focus, told = [terms for _, terms in named if terms], []
    unread = tuple(part.strip() for part, terms in named if not content_words(terms) and part not in asking)
    return " ".join(focus), " ".join(told), unread


def content_words(terms: str) -> tuple[str, ...]:
    """The words that name something: neither an action nor what people say around a question. A run that no dictionary
    knows a word of (四上) is a name."""
    return tuple(
        word
        for run in terms.split()
        for word in _words_of(run)
        if len(word) > 1 and word not in words.WEAK and word not in _ACTION_WORDS and word not in _UNIT_WORDS
    )


_ACTION_WORDS = frozenset(ACTIONS)
_ALL_OF_THEM = re.compile(r"[两三四五六几]项|[两三]者|[两三]样|这些|它们|以上|全部")
_UNIT_WORDS = frozenset(MEASURES)


def _words_of(run: str) -> list[str]:
    cut = _with_whole_names(rjieba.cut(run))
    alone = 1 < len(run) <= 4 and all(len(word) == 1 and word not in words.EMPTY_WORDS for word in cut)
    return [run] if alone else cut


def _with_whole_names(cut: Sequence[str]) -> list[str]:
    """大数据 is a thing, and no 数据 that is large."""
    found: list[str] = []
    for word in cut:
        if word == "数据" and found[-1:] == ["大"]:
            found[-1] += word
        else:
            found.append(word)
    return found


_QUOTED = re.compile(r"[“\"]([\u4e00-\u9fff]{2,12})[”\"]")


@lru_cache(maxsize=4096)
def terms_of(flat: str) -> str:
    """The words without what carries no subject; blanks where words were taken out. What stands in quotation marks is a
    name, and stays."""
    pieces = _QUOTED.split(flat)
    return " ".join(
        piece if place % 2 and piece not in words.WEAK and piece not in words.EMPTY_WORDS else _terms_of(piece)
        for place, piece in enumerate(pieces)
        if piece.strip()
    ).strip()


def _terms_of(flat: str) -> str:
    rest = words.SPELLED_YEAR.sub(" ", words.BARE_YEAR.sub(" ", words.YEAR.sub(" ", flat)))
    rest = words.RELATIVE_YEAR.sub(" ", rest)
    rest = words.POLITE.sub(" ", rest)
    rest = words.PLACES_IN_PLAN.sub(" ", rest)
    rest = words.PERCENT_ASKED.sub(" ", rest)
    rest = words.ASKED_UNIT.sub(" ", rest)
    rest = words.SHALL.sub(" ", rest)
    rest = re.sub(r"哪[一二两三四五六七八九十几]+(?:个|项|条|类|家|种|处|大)?|了", " ", rest)
    rest = words.NUMBER.sub(" ", _without_written_numbers(rest))
    rest = re.sub(rf"\s(?:(?:{words.SCALE_WORDS})?(?:{words.UNITS}))[?？]?$", " ", rest)
    rest = words.EMPTY_PHRASES.sub(" ", rest)
    rest = re.sub(r"[^\w]|_", " ", rest)
    # One character is empty only as a word of its own: the 上 of 上市 is not.
    return " ".join("".join(" " if word in words.EMPTY_WORDS else word for word in rjieba.cut(rest)).split())


def _without_written_numbers(flat: str) -> str:
    """百分之十二 and 两座 are figures as much as 12% is; what is written with digits is left to `NUMBER`."""
    for quantity in reversed(read_quantities(flat)):
        if not any(c.isdigit() for c in quantity.text) and quantity.kind == "amount":
            flat = f"{flat[: quantity.start]} {flat[quantity.end :]}"
    return flat


# --- Several things -----------------------------------------------------------------------------------------------------

_BETWEEN = re.compile(
    r"、|和|与|(?<![涉普])及|以及|跟|同(?!比|步)|还有|加上?|减去?|比(?!例|重(?!大|点)|上年)|较(?=[\u4e00-\u9fff])(?![大好高低多快])|(?<![许最增更])多(?=[\u4e00-\u9fff]{3,12}(?:几|多少))(?!少)|[,，;；。?？\s]|再|除以|占(?!地)|相当于|等于|是(?!否|不是)|系(?=[\u4e00-\u9fff])(?!统|列)|为|÷|=|的?(?:几|多少)倍|之(?=几|多少)|之间|"
    r"高出|多出|超出|高于|低于|大于|少于|、?(?:这|那)[两二三四五六七八几](?:个|项|类|者|样|种)|[两二三四五六七八](?:者|类|样)"
)
_SHARED_OVER = re.compile(
    rf"平均到?|每(?:{words.UNITS})?|(?:多少|几)(?:{words.SCALE_WORDS})?(?:{words.UNITS})?|能?带来|配(?!套|置|备)"
)
_COMPARING = re.compile(r"\s*(?:相|共|之|百分|在?一起|(?:更|要|还)?(?:多|少|高|低|快|慢|长|短|大|小|差)+|更)$")


def _subjects(flat: str, operation: Operation) -> tuple[str, ...]:
    """车位、充电站、充电桩各多少: the things that a question about several names, in order; one alone is none."""
    each = words.EACH.search(flat)
    if (
        not each
        and not operation
        and not re.search(r"[、和与及跟]|[?？].*[?？]|[,，÷]|[\u4e00-\u9fff]\s+[\u4e00-\u9fff]", flat)
    ):
        return ()
    if operation == "average":
        flat = _SHARED_OVER.sub("，", flat)
    parts = [_COMPARING.sub("", terms_of(part)) for part in _BETWEEN.split(flat) if part and part.strip()]
    named = [part for part in parts if content_words(part)]
    return tuple(dict.fromkeys(named)) if len(named) > 1 else ()
