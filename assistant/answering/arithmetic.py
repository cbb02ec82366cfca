"""Questions that reckon with figures: sums, differences, ratios, averages, comparisons. Each operand is a row that is
cited; what may not be reckoned is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from assistant.answering import asked_parts, figures, interval, own_number, reckoned
from assistant.answering import question_words as words
from assistant.answering.draft import Draft, Reply, pairs_of
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import GENERIC_UNITS, RowMatch, unit_fits
from assistant.answering.question import Operation, Question, content_words
from assistant.plan.quantity import same_figure
from assistant.plan.units import COUNTERS, PERCENT, base_unit

_COUNTERS = frozenset(COUNTERS)
# The largest less the smallest; by how much one is more.
_FURTHEST = re.compile(r"最[高大多快长][^。?？]{0,8}最[低小少慢短]|最[低小少慢短][^。?？]{0,8}最[高大多快长]")
_HOW_MUCH = re.compile(r"(?:多|高|快|大|长|少|低|慢|短|差)(?:出)?(?:多少|几)")
_ASKS_A_SHARE = re.compile(r"占(?!地)|比重|比例|强度")
# One thing in two years.
_TWO_YEARS = re.compile(
    r"去年.*今年|今年.*(?:去年|上年)|(?:目标|计划)[^,，。?？]*(?:去年|上年|\d年)?实际|(?:去年|上年|\d年)?实际[^,，。?？]*(?:目标|计划)"
)


def answer(draft: Draft, asked: Question) -> Reply | None:
    """The reckoned answer; None where the question names fewer figures than the reckoning needs."""
    if asked.operation == "sum" and asked.unit:
        described = draft.best_of(asked.text)
        if described is not None and described.row.is_descriptive and unit_fits(asked, described.row):
            tied = _tied(draft, described)
            if tied is not None:
                return tied
    if _TWO_YEARS.search(asked.text) and len(asked.subjects) < 2:
        thing = "".join(word for word in asked.terms.split() if content_words(word))
        asked = replace(asked, years=(), subjects=tuple(f"{when}{thing}" for when in ("去年", "今年")))
    subjects = asked.subjects or ((asked.terms,) if asked.terms else ())
    rows = asked_parts.of_subjects(draft, asked) or draft.mentioned(asked)
    if len(rows) < 2 and subjects:
        rows = [match for _, match in figures.resolve(draft, subjects) if match is not None]
    named = [match for match in rows if match.row.value is not None]
    if asked.operation == "sum" and not words.STRONG_SUM.search(asked.text):
        # 两个管控分区共多少平方公里: one of them alone is counted in what is asked for.
        fitting = [match for match in named if unit_fits(asked, match.row)]
        if len(fitting) == 1 and len(named) > 1:
            return figures.one_figure(draft, asked, fitting[0])
    if len(rows) > len(named) and len(rows) > 1:
        return reckoned.without_figure(draft, rows)
    if asked.operation == "average" and len(named) == 2 and own_number.users_number(asked.text) is not None:
        # 重大项目那300亿分到12个月: one of the two only says whose it is.
        short, long = sorted(named, key=lambda match: len(match.row.indicator))
        if long.row.indicator.startswith(short.row.indicator):
            return own_number.shared_out(draft, asked, long)
    if len(named) >= 2 and asked.operation in ("sum", "difference", "ratio", "average", "compare"):
        return _of_several(draft, asked, named)
    if len(named) <= 1 and asked.operation in ("average", "scale", "sum", "ratio"):
        match = named[0] if named else draft.best_of(asked.text)
        if (
            match is not None
            and asked.operation == "average"
            and any(unit_fits(asked, one.row) for one in _tied_to(draft, match) if asked.unit)
        ):
            return _average(draft, asked, (match, match))
        if match is None or match.row.value is None:
            return None
        shared = own_number.shared_out(draft, asked, match)
        return _tied(draft, match) if shared is None and asked.operation == "sum" else shared
    return None


def _of_several(draft: Draft, asked: Question, matches: Sequence[RowMatch]) -> Reply | None:
    match asked.operation:
        case "sum":
            return _sum(draft, matches)
        case "difference":
            return _difference(draft, _extremes(matches) if _FURTHEST.search(asked.text) else matches[:2])
        case "compare":
            return _compare(draft, asked, matches)
        case "ratio":
            return _ratio(draft, asked, matches)
        case _:
            return _average(draft, asked, matches)


def claimed(draft: Draft, asked: Question) -> Reply | None:
    """12条共6公里,一条就是半公里,对吗: a result that the question claims to follow from figures of the plan."""
    named = [match for match in draft.mentioned_in_words(asked) if match.row.value is not None]
    claims = [claim for claim in asked.claims if not any(same_figure(claim, match.row) for match in named)]
    if len(named) != 2 or not claims:
        return None
    first, second = (Interval.of(match.row) for match in named)
    results: dict[Operation, Interval] = {
        "sum": interval.add(first, second),
        "difference": interval.subtract(first, second),
    }
    with suppress(ZeroDivisionError):
        results["average"] = interval.divide(second, first)
        results["ratio"] = interval.divide(first, second)
    kinds = {reckoned.bare_unit(match) for match in named}
    for operation, result in results.items():
        units = {"倍", "%", ""} if operation == "ratio" else {*kinds, ""}
        fitting = [claim for claim in claims if base_unit(claim.unit)[0] in units]
        if any(abs(claim.value) == abs(result.bound) for claim in fitting):
            return _of_several(draft, replace(asked, operation=operation), named)
    return None


def _tied(draft: Draft, match: RowMatch) -> Reply | None:
    """建成3个床位在100张以上的综合体: how many beds all together, where a figure describes each of another's things."""
    row = match.row
    for other in draft.finder.index(match.document).rows:
        owns = other.clause == row.clause and row is not other and other.value is not None
        if owns and row.is_descriptive and not other.is_descriptive and row.indicator.startswith(other.indicator):
            owner = draft.finder.index(match.document).unmatched(other, draft.find(draft.text).asked)
            found = interval.result(interval.multiply(Interval.of(other), Interval.of(row)))
            return reckoned.reply(
                draft,
                [owner, match],
                f"{reckoned.plainly(other.value)}×{reckoned.plainly(row.value)}",
                found,
                row.unit,
                "合计",
            )
    return None


# --- Several figures ------------------------------------------------------------------------------------------------------


def _sum(draft: Draft, matches: Sequence[RowMatch]) -> Reply:
    if len(matches) == 2:
        owner, each = sorted(matches, key=lambda match: match.row.is_descriptive)
        tied = _tied(draft, each) if each.row.is_descriptive and not owner.row.is_descriptive else None
        if tied is not None:
            return tied
    rates = [match for match in matches if match.row.unit in PERCENT]
    if rates:
        return reckoned.apart(draft, matches, "增速、比例是不同事项的百分比，不能相加，各是各的")
    if not _one_unit(matches):
        return reckoned.apart(draft, matches, "单位不同，不能相加")
    if not _alike(matches):
        return reckoned.apart(draft, matches, "不是同一类事物，不能相加")
    total = Interval.of(matches[0].row)
    for match in matches[1:]:
        total = interval.add(total, _in_unit_of(match, matches[0]))
    said = "+".join(reckoned.plainly(match.row.value) for match in matches)
    return reckoned.reply(draft, matches, said, interval.result(total), matches[0].row.unit, "合计")


def _difference(draft: Draft, matches: Sequence[RowMatch]) -> Reply:
    if not _one_unit(matches):
        return reckoned.apart(draft, matches, "单位不同，不能相减")
    first, second = matches
    if _in_unit_of(second, first).bound > Interval.of(first.row).bound:
        first, second = second, first
    found = interval.result(interval.subtract(Interval.of(first.row), _in_unit_of(second, first)))
    unit = "个百分点" if first.row.unit in ("%", "个百分点") else first.row.unit
    said = reckoned.terms(first.row, second.row, "-")
    return reckoned.reply(draft, [first, second], said, found, unit, "相差")


def _compare(draft: Draft, asked: Question, matches: Sequence[RowMatch]) -> Reply:
    if not _one_unit(matches):
        return reckoned.apart(draft, matches, "单位不同，不能直接比较")
    ordered = sorted(matches, key=lambda match: -_in_unit_of(match, matches[0]).bound)
    first, second = ordered[0], ordered[1]
    bounds = [_in_unit_of(match, matches[0]).bound for match in ordered]
    least = re.search(r"(?:最|更)(?:少|低|慢|小|短)|哪[^,，。]{0,6}(?:少|低|慢|小|短)", asked.text)
    if bounds[0] == bounds[1]:
        verdict = f"数是一样的，{_openness(ordered)}" if _openness(ordered) else "数是一样的。"
    elif least:
        verdict = f"较{least.group()[-1]}的是{ordered[-1].row.indicator}。"
    else:
        verdict = f"{first.row.indicator}比{second.row.indicator}{_more(asked.text)}。"
    if _HOW_MUCH.search(asked.text) and bounds[0] != bounds[1]:
        gap = _difference(draft, (first, second))
        return replace(gap, text=f"{verdict}{gap.text}")
    lines = "\n".join(f"- {draft.line(match)}" for match in matches)
    return Reply("answered", f"{verdict}\n{lines}", pairs_of(matches))


def _extremes(matches: Sequence[RowMatch]) -> Sequence[RowMatch]:
    """The largest and the smallest of them, where they can be compared."""
    if not _one_unit(matches):
        return matches[:2]
    ordered = sorted(matches, key=lambda match: -_in_unit_of(match, matches[0]).bound)
    return ordered[0], ordered[-1]


def _openness(matches: Sequence[RowMatch]) -> str:
    return "但有“以上”一类的限定，实际高低计划没有定。" if any(m.row.qualifier != "exact" for m in matches) else ""


def _more(text: str) -> str:
    return next((word for word in ("高", "快", "大", "长") if word in text), "多")


def _ratio(draft: Draft, asked: Question, matches: Sequence[RowMatch]) -> Reply | None:
    if _ASKS_A_SHARE.search(asked.text) and any(match.row.unit in PERCENT for match in matches):
        return None  # 研发投入占生产总值的比重 is a figure of its own, no quotient of two growth rates
    counted = all(reckoned.bare_unit(match) in _COUNTERS for match in matches)
    if not _one_unit(matches) and not counted:
        return reckoned.apart(draft, matches, "单位不同，不能相比")
    first, second = matches[0], matches[1]
    whole = _in_unit_of(second, first) if _one_unit(matches) else Interval.of(second.row)
    said = f"{reckoned.plainly(first.row.value)}÷{reckoned.plainly(second.row.value)}"
    operands = [first, second]
    if _share_of_sum(asked.text):
        parts = [match for match in matches if match is not first]
        whole = Interval.of(first.row)
        for part in parts:
            whole = interval.add(whole, _in_unit_of(part, first))
        operands = [first, *parts]
        said = (
            f"{reckoned.plainly(first.row.value)}÷({'+'.join(reckoned.plainly(match.row.value) for match in operands)})"
        )
    percent = bool(re.search(r"百分|几成|比重|占|%", asked.text)) and not re.search(r"几倍|多少倍|倍数", asked.text)
    own = Interval.of(first.row)
    if percent:
        own = interval.multiply(own, Interval.exactly(Decimal(100)))
    try:
        found = interval.result(interval.divide(own, whole))
    except ZeroDivisionError:
        return reckoned.apart(draft, matches, "除数是零，不能相比")
    compared = "各项合计" if len(operands) > 2 or _share_of_sum(asked.text) else second.row.indicator
    return reckoned.reply(
        draft, operands, said, found, "%" if percent else "倍", f"{first.row.indicator}是{compared}的"
    )


def _share_of_sum(text: str) -> bool:
    return bool(
        re.search(
            r"(?:合计|总数|总和|一共|总共|加起来|之和|合在一起)[^,，。?？]{0,16}(?:百分|几成|比重|多少比例|占)|占[^?？]{0,24}(?:合计|总数|总和|之和|一共|总共|加起来)|总共那些",
            text,
        )
    )


def _average(draft: Draft, asked: Question, matches: Sequence[RowMatch]) -> Reply:
    """One figure shared out over another, where the plan ties the two together; else each for itself."""
    for match in matches[:2]:
        tied = [one for one in _tied_to(draft, match) if asked.unit and unit_fits(asked, one.row)]
        if tied:
            return _shared_out(draft, tied[0], match)
    if len(matches) > 2:
        return reckoned.apart(draft, matches, "计划没有把这些数联系起来，平均数没有依据，不作计算")
    amount, count = matches
    of_each, owner = sorted(matches, key=lambda match: not match.row.is_descriptive)
    if of_each.row.is_descriptive and of_each.row.indicator.startswith(owner.row.indicator):
        # 每个综合体多少张床位: the plan says it of each.
        lines = "\n".join(f"- {draft.line(match)}" for match in matches)
        return Reply("answered", f"计划写的就是每一个的数：\n{lines}", pairs_of(matches))
    if re.search(r"平均(?:到)?每|平均一|每(?:个|项|家|座|条|公里|根|栋|户|处|场|人|张)", draft.text):
        # 平均每个充电站配几根充电桩: the first named is shared over.
        first = _position(draft.text, matches[0]) <= _position(draft.text, matches[1])
        each = re.search(r"每(?P<thing>[^,，。?？]{1,16})", draft.text)
        if each and first and _shares_pairs(each.group("thing"), matches[0]):
            count, amount = matches
    if not _are_tied(draft, amount, count):
        return reckoned.apart(draft, (count, amount), "计划没有把这些数联系起来，平均数没有依据，不作计算")
    return _shared_out(draft, amount, count)


def _shared_out(draft: Draft, amount: RowMatch, count: RowMatch) -> Reply:
    found = interval.result(interval.divide(Interval.of(amount.row), Interval.of(count.row)))
    said = f"{reckoned.plainly(amount.row.value)}÷{reckoned.plainly(count.row.value)}"
    return reckoned.reply(draft, (amount, count), said, found, amount.row.unit, "平均")


def _tied_to(draft: Draft, match: RowMatch) -> list[RowMatch]:
    """The rows that are named after this one in its clause: 重大项目 and its 年度计划投资."""
    index = draft.finder.index(match.document)
    return [
        index.unmatched(row, draft.find(draft.text).asked)
        for row in index.rows
        if row.clause == match.row.clause
        and row is not match.row
        and row.value is not None
        and row.indicator.startswith(match.row.indicator)
    ]


def _position(text: str, match: RowMatch) -> int:
    return next(
        (
            text.find(match.row.indicator[i : i + 2])
            for i in range(len(match.row.indicator) - 1)
            if match.row.indicator[i : i + 2] in text
        ),
        0,
    )


def _shares_pairs(said: str, match: RowMatch) -> bool:
    name = match.row.indicator
    return any(name[i : i + 2] in said for i in range(len(name) - 1)) or reckoned.bare_unit(match) == said[:1]


def _are_tied(draft: Draft, amount: RowMatch, count: RowMatch) -> bool:
    """重大项目210项,年度计划投资300亿元; 两个管控分区共5.3平方公里: in one clause, one named after the other or 共."""
    one, other = amount.row, count.row
    if amount.document != count.document or one.clause != other.clause:
        return False
    if one.indicator.startswith(other.indicator):
        return True
    between = draft.plan(amount.document).text[min(one.end, other.end) : max(one.start, other.start)]
    return bool(re.search(r"共$|合计$|总计$", between))


# --- Units ---------------------------------------------------------------------------------------------------------------


def _one_unit(matches: Sequence[RowMatch]) -> bool:
    return (
        len({"%" if reckoned.bare_unit(match) == "个百分点" else reckoned.bare_unit(match) for match in matches}) == 1
    )


def _alike(matches: Sequence[RowMatch]) -> bool:
    """Whether the things are of one kind, so that a sum of them is something: buildings and buildings, investments and
    investments. Told by their last word."""
    heads = {match.row.indicator[-2:] for match in matches}
    units = {match.row.unit for match in matches}
    stations = {match.row.indicator[-1:] for match in matches}
    if len(units) == len(stations) == 1 and not units & GENERIC_UNITS and units <= _COUNTERS:
        return True  # 快充站、补能站, both counted in 座
    return len(heads) == 1 or (len(heads) <= 2 and all(head in _MONEY_HEADS for head in heads))


_MONEY_HEADS = frozenset({"投资", "资金", "支出", "收入"})


def _in_unit_of(match: RowMatch, other: RowMatch) -> Interval:
    """The figure in another figure's scale of unit."""
    return Interval.of(match.row, base_unit(match.row.unit)[1] / base_unit(other.row.unit)[1])
