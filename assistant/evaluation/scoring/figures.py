"""Scorers of figures: the status that goes with them, amount and unit, qualifier, results of arithmetic, forbidden ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.evaluation.amounts import all_in_words, in_words
from assistant.evaluation.case import ExpectedFigure
from assistant.evaluation.results import Score
from assistant.evaluation.scoring.judged import (
    DIGITS,
    Judged,
    amount,
    amount_of,
    counts_of_figures,
    expected_results,
    made,
    not_given,
    pairs,
    said_figures,
)
from assistant.evaluation.vocabulary import STATUSES
from assistant.evaluation.wording import Claim
from assistant.plan.quantity import Amount
from assistant.plan.scan import narrow


def score_status(judged: Judged) -> Iterator[Score]:
    """The expected status, and no other."""
    right = judged.target.case.status == judged.answer.status
    expected, given = STATUSES[judged.target.case.status], STATUSES[judged.answer.status]
    if judged.refused:
        yield not_given("status", expected, judged.answer)
    else:
        faults = [] if right else [f"应为“{expected}”，实为“{given}”"]
        yield made("status", faults, expected, given, "状态相符")


def score_figure(judged: Judged) -> Iterator[Score]:
    """Every expected figure with its unit is claimed in the text and among the figures, and no other one is.

    An answer in words (a list, a how) is not asked for figures: those that it states are the number lock's matter.
    """
    case, wording = judged.target.case, judged.wording
    if case.status == "answered" and not case.figures:
        return
    words = all_in_words(case.figures) or "无数字"
    if case.figures and not wording.stated and not judged.answer.figures:
        why = "没有给出答案" if judged.refused else "只引了原句，没有给出这个数字"
        yield not_given("figure", words, judged.answer, why)
        return
    found = pairs(judged)
    faults = [f"答案没有说{in_words(pair.expected)}" for pair in found if not pair.claims]
    if judged.fields:
        faults += [f"数据里没有{in_words(pair.expected)}" for pair in found if not pair.figures]
    known: list[Amount] = [*case.figures, *expected_results(judged), *counts_of_figures(judged)]
    faults += [
        f"说了不该有的{claim.quantity.text}"
        for claim in wording.stated
        if not claim.in_name and not any(judged.same(claim.quantity, one) for one in known)
    ]
    expected_figures = [figure for pair in found for figure in pair.figures]
    faults += [
        f"数据里多出{figure.indicator}{figure.text}"
        for figure in judged.answer.figures
        if figure not in expected_figures
    ]
    yield made("figure", faults, words, said_figures(judged), "数值和单位相符")


# --- Qualifiers ------------------------------------------------------------------------------------------------------

# Words that qualify a figure although they are no part of it: in brackets, in a remark after it, in signs.
_QUALIFYING_AFTER = re.compile(
    r"^\s*[（(]?\s*(?:含|不含)?\s*[）)]?\s*(?:及|或)?"
    r"(?:以上|以下|以内|之内|左右|上下|前后|起(?![来步草诉])|打底|封顶|为限|为上限|为下限|出头|开外|不等|或更多|\+)"
)
_QUALIFYING_BEFORE = re.compile(
    r"(?:(?:[上下]限|顶多|不只|不会|不可能|大致|大体|约莫|估计|不)\s*[:：为是]?\s*|[±~～-]|[\d×^/.,]\s*"
    r"|(?:over|under|at least|at most|(?:no |not )?(?:more|less|fewer) than|up to|about|around|nearly|almost|roughly"
    r"|approximately|minimum of|maximum of)\s*)$",
    re.IGNORECASE,
)
_QUALIFYING_REMARK = re.compile(
    r"上限|下限|约数|概数|估计数|可以更多|不得超过|不能超过|四舍五入|取整|不多不少|不能多|不能少|确定的数|至多|顶多|至少|起码"
)
_FAMILIES = tuple(
    re.compile(words)
    for words in ("以上|不少于|不低于|至少|起码", "以下|以内|不超过|至多|最多", "左右|上下|约|近|大概|差不多")
)
_NEUTRAL = re.compile(r"力争|确保|争取|达到|达|控制在|保持在|稳定在|维持在|…")


def score_qualifier(judged: Judged) -> Iterator[Score]:
    """以上, 不少于, 突破, 左右: each figure's qualifier in the text and in the fields, and no word beside a figure or
    about it that qualifies it otherwise. Only for figures that were given."""
    case = judged.target.case
    given = [pair for pair in pairs(judged) if pair.claims or pair.figures]
    if not given:
        return
    faults: list[str] = []
    extracted: list[str] = []
    for pair in given:
        expected = pair.expected
        for claim in pair.claims:
            extracted.append(claim.quantity.text)
            if claim.quantity.qualifier != expected.qualifier or _is_qualified_twice(claim):
                faults.append(f"应为{in_words(expected)}，写成了{claim.quantity.text}")
            elif beside := _QUALIFYING_BEFORE.search(claim.before) or _QUALIFYING_AFTER.search(claim.after):
                faults.append(f"{claim.quantity.text}旁边多了“{beside.group().strip()}”")
        faults += [
            f"数据里{figure.text}的限定不对，应为{in_words(expected)}"
            for figure in pair.figures
            if figure.qualifier != expected.qualifier
        ]
    faults += [f"说这个数是“{remark}”" for remark in _remarks(judged)]
    yield made("qualifier", faults, all_in_words(case.figures), "；".join(extracted), "限定相符")


def _is_qualified_twice(claim: Claim) -> bool:
    """不超过3-5个, 不少于8栋左右: qualified beside the two ends of a range, or in two ways."""
    words = claim.quantity.qualifier_text
    if claim.quantity.qualifier == "range":
        return bool(_NEUTRAL.sub("", words))
    return sum(bool(family.search(words)) for family in _FAMILIES) > 1


def _remarks(judged: Judged) -> list[str]:
    """Words of the text about a figure that neither the question nor a cited clause has."""
    known = [*judged.target.case.conversation, *(citation.quote for citation in judged.answer.citations)]
    words = judged.wording.plain
    for claim in judged.wording.claims:
        words = words.replace(claim.quantity.text, "")
    # A difference of two open figures is worked out with their bounds, and must be said to be so.
    known += ["下限" for one in judged.answer.computed if one.qualifier == "lower_bounds"]
    said = _QUALIFYING_REMARK.findall(words)
    return [remark for remark in said if not any(remark in words for words in known)]


# --- Results and forbidden figures -----------------------------------------------------------------------------------


def score_computed(judged: Judged) -> Iterator[Score]:
    """The expected results, each in the fields and in the text, and no other; operands that are there."""
    case, answer = judged.target.case, judged.answer
    if not case.computed and len(answer.computed) == len(counts_of_figures(judged)):
        return
    words = all_in_words(case.computed) or "不计算"
    if judged.refused:
        yield not_given("computed", words, answer)
        return
    given = [amount({"value": one.value, "unit": one.unit}) for one in answer.computed]
    faults: list[str] = []
    for expected, result in zip(case.computed, expected_results(judged), strict=True):
        lower = ExpectedFigure(value=expected.value, unit=expected.unit)
        matches = [
            one for one, value in zip(answer.computed, given, strict=True) if value and judged.same(value, lower)
        ]
        if not any(one.qualifier == expected.qualifier for one in matches):
            faults.append(f"计算结果里没有{in_words(expected)}")
        said = [claim for claim in judged.wording.claims if not claim.denied and judged.same(claim.quantity, result)]
        qualifier = "exact" if expected.qualifier == "lower_bounds" else expected.qualifier
        if not said:
            faults.append(f"答案没有说{in_words(expected)}")
        elif not any(claim.quantity.qualifier == qualifier for claim in said):
            faults.append(f"结果应为{in_words(expected)}，写成了{said[0].quantity.text}")
    if len(answer.computed) - len(counts_of_figures(judged)) > len(case.computed):
        faults.append("计算结果里有多余的结果")
    for one in answer.computed:
        if not all(0 <= operand < len(answer.figures) for operand in one.operands):
            faults.append(f"{one.expression} 的算项不在数据里")
            continue
        operands = {narrow(answer.figures[operand].value) for operand in one.operands}
        strange = [number for number in DIGITS.findall(narrow(one.expression)) if number not in operands | {one.value}]
        if strange:
            faults.append(f"算式 {one.expression} 里的 {'、'.join(strange)} 不是算项")
    extracted = "；".join(f"{one.expression}={one.value}{one.unit}" for one in answer.computed)
    yield made("computed", faults, words, extracted or "没有计算", "结果和算项相符")


def score_forbidden(judged: Judged) -> Iterator[Score]:
    """No forbidden figure is claimed, by the text or by the fields; a denial and a verbatim quotation are no claim."""
    case = judged.target.case
    if not case.forbidden:
        return
    amounts = [ExpectedFigure(value=one.value, unit=one.unit) for one in case.forbidden]
    claimed: list[tuple[str, Amount]] = [(claim.quantity.text, claim.quantity) for claim in judged.wording.stated]
    claimed += [(figure.text, amount) for figure in judged.answer.figures if (amount := amount_of(figure))]
    faults = [
        f"说了禁用的{text}"
        for text, given in claimed
        for amount in amounts
        if judged.same(given, amount) or (not amount.unit and given.value == amount.value)
    ]
    yield made("forbidden", faults, f"不得说{all_in_words(case.forbidden)}", said_figures(judged), "没有说")
