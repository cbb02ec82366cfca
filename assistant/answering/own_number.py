"""Reckoning with a number that the question brings: what is still missing, what share is done, what each gets."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.answering import interval, reckoned
from assistant.answering import question_words as words
from assistant.answering.draft import Draft, Reply
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import RowMatch
from assistant.answering.question import Question
from assistant.plan.quantity import Quantity, same_figure
from assistant.plan.scan import chinese_integer
from assistant.plan.units import SCALES, TIME_UNITS, base_unit

# What the user brings to reckon with: 四个季度, 12个月, 3年.
_SHARES = (
    (re.compile(r"(?P<n>[一二两三四五六七八九十]|\d+)个?季度|(?P<quarters>按季度?|季度|每季)"), 4),
    (re.compile(r"(?P<n>[一二两三四五六七八九十]+|\d+)个?月|(?P<months>按月|每个?月|月均)"), 12),
)  # fmt: skip
_LONGEST_NUMBER = 12  # digits of a number to reckon with
_DIVIDES = re.compile(r"分成|分给|除以|÷|每个?季度|每个?月|月均")  # beside the words for an average
_BY = re.compile(
    r"(?:分成|分给|分到|除以|÷|摊到|平均到)[^,，。?？\d一二两三四五六七八九十]{0,4}(?P<n>\d+|[一二两三四五六七八九十]+)"
)

_STILL = re.compile(r"还(?:差|剩|缺|要|需|得)|剩下|离[^,，。]{0,12}(?:差|剩)|余下|再(?:建|装|选|引进|新增)(?:多少|几)")
# 还剩12项没开,开了几项 asks for what is done.
_ASKS_WHAT_IS_LEFT = re.compile(r"(?:还|再)[^,，\d]{0,8}(?:多少|几)|缺口|余下多少|剩下多少")
_DONE_SHARE = re.compile(
    r"完成[^,，。?？]{0,12}(?:百分之|几成|多少比例|%|进度)|(?:完成率|进度|占)[^,，。?？]{0,8}(?:多少|百分|几成)"
)
_GROWN = re.compile(
    r"(?:要|应|该|会|能|得)?(?:到|做到|达到|增长到|是)(?:多少|几)|应该?(?:是|做到|有)?(?:多少|几)|总(?:值|量|额)[^,，。?？]{0,8}(?:多少|几)"
)
_EACH_OF = re.compile(
    r"每(?:一)?(?:个|家|条|处|座|户|人|栋|年|街道|社区)|一(?:户|家|座|处|个|栋)[^,，。]{0,6}(?:补|给|配|要|投|花|按)"
)
_INCREASE = re.compile(r"增量|多出|多卖|多收|多[^,，。?？]{0,6}(?:出来|多少|几)|净增|增加(?:额|值|多少)|涨出")


def with_own_number(draft: Draft, asked: Question) -> Reply | None:
    """车位建了750个,还差几个: the plan's figure and one that the question brings. The user's number is said in Chinese
    numerals in the expression: digits are the plan's."""
    reckons = asked.intent in ("own", "difference", "ratio", "scale")
    if not asked.claims or not (asked.unit or asked.explicit or reckons or _STILL.search(asked.text)):
        return None
    said = draft.mentioned_in_words(asked) or draft.mentioned(asked)
    named = [match for match in said if match.row.value is not None]
    claims = [claim for claim in asked.claims if not any(same_figure(claim, match.row) for match in named)]
    named = [match for match in named if f"每{match.row.unit}" in asked.text] or named
    if len(named) > 1:
        meant = draft.best_of(asked.text)
        named = [match for match in named if meant and match.row == meant.row]
        if not named:
            return None
    claims = [claim for claim in claims if claim.unit not in TIME_UNITS] or claims
    if len(claims) != 1 or len(reckoned.plainly(claims[0].value)) > _LONGEST_NUMBER:
        return None  # 一季度300个、二季度450个: of several numbers none is the one
    match = named[0] if named else draft.best_of(asked.text)
    if match is None or match.row.value is None or claims[0].text in match.row.indicator:
        return None
    wants = next((p for p in (_STILL, _DONE_SHARE, _GROWN, _EACH_OF) if p.search(asked.text)), None)
    if wants is None and not reckons:
        return None
    claim = claims[0]
    if claim.unit in SCALES:  # 520亿 of money, 3.5万 of people
        thing = "元" if match.row.unit == "%" else base_unit(match.row.unit)[0]
        claim = replace(claim, unit=f"{claim.unit}{thing}")
    own, row = Interval.of(claim), match.row
    spoken = reckoned.in_chinese(reckoned.plainly(claim.value))
    if base_unit(claim.unit)[0] != base_unit(row.unit)[0]:
        return _of_other_unit(draft, asked, match, claim, spoken)
    scaled = interval.multiply(own, Interval.exactly(base_unit(claim.unit)[1] / base_unit(row.unit)[1]))
    if wants is _EACH_OF and asked.unit and asked.unit != row.unit and asked.unit != "%":
        found = interval.result(interval.divide(Interval.of(row), scaled))
        expression = f"{reckoned.plainly(row.value)}÷{spoken}"
        return reckoned.reply(draft, [match], expression, found, asked.unit, "按您给的数计算，要")
    if wants is _DONE_SHARE or asked.unit == "%" or (wants is None and asked.intent == "ratio"):
        share = interval.divide(interval.multiply(scaled, Interval.exactly(Decimal(100))), Interval.of(row))
        expression = f"{spoken}÷{reckoned.plainly(row.value)}"
        return reckoned.reply(draft, [match], expression, interval.result(share), "%", "按您给的数计算，完成")
    if wants in (_STILL, None) and scaled.bound <= Interval.of(row).bound:
        found = interval.result(interval.subtract(Interval.of(row), scaled))
        expression = f"{reckoned.plainly(row.value)}-{spoken}"
        return reckoned.reply(
            draft,
            [match],
            expression,
            found,
            row.unit,
            "按您给的数计算，还差" if _ASKS_WHAT_IS_LEFT.search(asked.text) else "按您给的数计算，相差",
        )
    return None


def _of_other_unit(draft: Draft, asked: Question, match: RowMatch, claim: Quantity, said: str) -> Reply | None:
    """去年做了120亿, grown by 5 %; 800户, each of which gets 3500元."""
    row, own = match.row, Interval.of(claim)
    if row.unit == "%" and row.role == "change":
        rate = interval.divide(Interval.of(row), Interval.exactly(Decimal(100)))
        more = _INCREASE.search(asked.text)
        factor = rate if more else interval.add(Interval.exactly(Decimal(1)), rate)
        expression = (
            f"{said}×{reckoned.plainly(row.value)}%" if more else f"{said}×（一+{reckoned.plainly(row.value)}%）"
        )
        found = interval.result(interval.multiply(own, factor))
        return reckoned.reply(draft, [match], expression, found, claim.unit, "按您给的底数计算是")
    if row.unit == "%" or claim.unit in ("%", "个百分点") or not _EACH_OF.search(asked.text):
        return None
    unit = asked.unit if base_unit(asked.unit)[0] == base_unit(claim.unit)[0] else claim.unit
    scale = Interval.exactly(base_unit(claim.unit)[1] / base_unit(unit)[1])
    found = interval.result(interval.multiply(interval.multiply(Interval.of(row), own), scale))
    expression = f"{reckoned.plainly(row.value)}×{said}"
    return reckoned.reply(draft, [match], expression, found, unit, "按您给的单数计算，要")


# --- One figure shared out, or taken several times --------------------------------------------------------------------


def shared_out(draft: Draft, asked: Question, match: RowMatch) -> Reply | None:
    """A figure shared out over a number that the user gives, or taken several times."""
    row = match.row
    own = Interval.of(row)
    number = users_number(asked.text)
    if asked.operation == "scale" and (times := words.SCALED.search(asked.text)):
        by = times.group("by") or times.group("times")
        said, factor = (by, _integer(by)) if by else ("两", Decimal(4 if "翻两番" in asked.text else 2))
        if factor is not None:
            found = interval.result(interval.multiply(own, Interval.exactly(factor)))
            return reckoned.reply(
                draft,
                [match],
                f"{reckoned.plainly(row.value)}×{reckoned.in_chinese(said)}",
                found,
                row.unit,
                "按您给的倍数计算是",
            )
    divides = words.AVERAGE.search(asked.text) or _DIVIDES.search(asked.text)
    if divides and number is not None:
        said, by_number = number
        found = interval.result(interval.divide(own, Interval.exactly(by_number)))
        return reckoned.reply(
            draft,
            [match],
            f"{reckoned.plainly(row.value)}÷{reckoned.in_chinese(said)}",
            found,
            row.unit,
            "按您给的份数平均是",
        )
    return None


def users_number(text: str) -> tuple[str, Decimal] | None:
    """(its words, the number) of shares that the question itself names."""
    for pattern, usual in _SHARES:
        if found := pattern.search(text):
            said = found.group("n")
            number = _integer(said) if said else Decimal(usual)
            if number:
                return said or str(usual), number
    if found := _BY.search(text):
        number = _integer(found.group("n"))
        return (found.group("n"), number) if number else None
    return None


def _integer(said: str) -> Decimal | None:
    if len(said) > _LONGEST_NUMBER:
        return None
    try:
        return Decimal(said) if said.isdecimal() else Decimal(chinese_integer(said))
    except ValueError:
        return None
