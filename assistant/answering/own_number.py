"""Reckoning with a number that the question brings: what is still missing, what share is done, what each gets."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.answering import figures, interval, reckoned
from assistant.answering import question_words as words
from assistant.answering.draft import Draft, Reply
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import RowMatch
from assistant.answering.question import Question
from assistant.plan.scan import chinese_integer
from assistant.plan.units import SCALES, base_unit

# What the user brings to reckon with: 四个季度, 12个月, 3年.
_SHARES = (
    (re.compile(r"(?P<n>[一二两三四五六七八九十]|\d+)个?季度|(?P<quarters>按季度?|季度|每季)"), 4),
    (re.compile(r"(?P<n>[一二两三四五六七八九十]+|\d+)个?月|(?P<months>按月|每个?月|月均)"), 12),
)  # fmt: skip
_LONGEST_NUMBER = 12  # digits of a number to reckon with
_DIVIDES = re.compile(r"平均|均摊|摊到|分摊|分到|平摊|分成|分给|除以|÷|每个?季度|每个?月|月均")
_BY = re.compile(
    r"(?:分成|分给|分到|除以|÷|摊到|平均到)[^,，。?？\d一二两三四五六七八九十]{0,4}(?P<n>\d+|[一二两三四五六七八九十]+)"
)

_STILL = re.compile(r"还(?:差|剩|缺|要|需|得)|剩下|离[^,，。]{0,12}(?:差|剩)|余下|再(?:建|装|选|引进|新增)(?:多少|几)")
_DONE_SHARE = re.compile(
    r"完成[^,，。?？]{0,12}(?:百分之|几成|多少比例|%|进度)|(?:完成率|进度|占)[^,，。?？]{0,8}(?:多少|百分|几成)"
)
_GROWN = re.compile(
    r"(?:要|应|该|会|能|得)?(?:到|做到|达到|增长到|是)(?:多少|几)|应该?(?:是|做到|有)?(?:多少|几)|总(?:值|量|额)[^,，。?？]{0,8}(?:多少|几)"
)
_EACH_OF = re.compile(r"每(?:一)?(?:个|家|条|处|座|年|街道|社区)")


def with_own_number(draft: Draft, asked: Question) -> Reply | None:
    """车位建了750个,还差几个: the plan's figure and one that the question brings. The user's number is said in Chinese
    numerals in the expression: digits are the plan's."""
    if not asked.claims or not (asked.unit or asked.explicit or _STILL.search(asked.text)):
        return None
    claim = asked.claims[-1]
    if len(reckoned.plainly(claim.value)) > _LONGEST_NUMBER:
        return None
    if claim.unit in SCALES:  # 520亿 of money
        claim = replace(claim, unit=f"{claim.unit}元")
    own = Interval.of(claim)
    wants = next((p for p in (_STILL, _DONE_SHARE, _GROWN, _EACH_OF) if p.search(asked.text)), None)
    if wants is None:
        return None
    match = figures.best_of(draft, asked.text)
    if match is None or match.row.value is None or claim.text in match.row.indicator:
        return None
    row, said = match.row, reckoned.in_chinese(reckoned.plainly(claim.value))
    same_unit = base_unit(claim.unit)[0] == reckoned.bare_unit(match)
    scaled = (
        interval.multiply(own, Interval.exactly(base_unit(claim.unit)[1] / base_unit(row.unit)[1]))
        if same_unit
        else own
    )
    if wants is _GROWN and row.unit == "%" and not same_unit and row.role == "change":
        rate = interval.add(
            Interval.exactly(Decimal(1)), interval.divide(Interval.of(row), Interval.exactly(Decimal(100)))
        )
        found = interval.result(interval.multiply(own, rate))
        return reckoned.reply(
            draft, [match], f"{said}×（一+{reckoned.plainly(row.value)}%）", found, claim.unit, "按您给的底数计算是"
        )
    if wants is not _EACH_OF and not same_unit:
        return None
    if wants is _STILL:
        found = interval.result(interval.subtract(Interval.of(row), scaled))
        return reckoned.reply(
            draft, [match], f"{reckoned.plainly(row.value)}-{said}", found, row.unit, "按您给的数计算，还差"
        )
    if wants is _DONE_SHARE:
        share = interval.divide(interval.multiply(scaled, Interval.exactly(Decimal(100))), Interval.of(row))
        return reckoned.reply(
            draft, [match], f"{said}÷{reckoned.plainly(row.value)}", interval.result(share), "%", "按您给的数计算，完成"
        )
    if wants is _EACH_OF and asked.unit and base_unit(asked.unit)[0] == base_unit(claim.unit)[0] and not same_unit:
        found = interval.result(interval.multiply(Interval.of(row), own))
        return reckoned.reply(
            draft, [match], f"{reckoned.plainly(row.value)}×{said}", found, claim.unit, "按您给的单数计算，要"
        )
    if wants is _EACH_OF and same_unit and asked.unit and asked.unit != row.unit:
        found = interval.result(interval.divide(Interval.of(row), scaled))
        return reckoned.reply(
            draft, [match], f"{reckoned.plainly(row.value)}÷{said}", found, asked.unit, "按您给的数计算，要"
        )
    return None


# --- One figure shared out, or taken several times --------------------------------------------------------------------


def shared_out(draft: Draft, asked: Question, match: RowMatch) -> Reply | None:
    """A figure shared out over a number that the user gives, or taken several times."""
    row = match.row
    own = Interval.of(row)
    number = _users_number(asked.text)
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
    if _DIVIDES.search(asked.text) and number is not None:
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


def _users_number(text: str) -> tuple[str, Decimal] | None:
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
