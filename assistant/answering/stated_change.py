"""Changes that a plan states itself: 赤字规模4.06万亿元，比上年年初预算增加1800亿元; 人均预期寿命从80.2岁提升至82.5岁.

By how much more than the year before is then the plan's own figure, and no difference is reckoned; what the year before had
follows from the two, and is reckoned only where it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering import interval, reckoned
from assistant.answering.answer import Computed
from assistant.answering.draft import Draft, Reply, pairs_of
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import RowMatch
from assistant.answering.looking_up import kind_of_unit
from assistant.answering.question import Question
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import base_unit

_MORE = r"(?:多|增加|提高|提升|扩大|增长|高|少|减少|下降|降低|压减|低)"
# Asked against the year before; 比年初预算上一年的多出多少 is that too.
_ASKS_CHANGE = re.compile(
    rf"[比较](?=[^,，。;；?？]{{0,14}}(?:上一?年|去年|前一年|年初))[^,，。;；?？]{{0,20}}?{_MORE}(?:了|出)?(?:多少|几)"
)
# The figure of the year before itself is asked for.
_ASKS_EARLIER = re.compile(
    r"推算|倒推|反推|(?<![比较])(?:上一?年|去年|前一年)(?:的|度|年初|预算|规模|原来|本来|各?(?:是|为|有))*(?:多少|几)"
)
_AGAINST_BEFORE = re.compile(r"[比较](?:上一?年|去年|前一年)")
_NOTHING_BETWEEN = re.compile(rf"[,，、]?(?:同比)?(?:再|又)?{_MORE}?了?")
_DOWN = re.compile(r"减|降|少|低|缩|压")
_ASKS_RISE = re.compile(r"(?:增加|提高|提升|上升|扩大|延长|下降|降低|缩小|减少|缩短)(?:了|出)?(?:多少|几)")


def asks_earlier(text: str) -> bool:
    """Whether what the year before had is asked for, which a plan may tell only by how much more it is now."""
    return _ASKS_EARLIER.search(text) is not None


def beside(draft: Draft, match: RowMatch) -> RowMatch | None:
    """The row that says by how much a figure differs from the year before, in the same sentence; None where none does."""
    row = match.row
    index = draft.finder.index(match.document)
    clause = index.plan.clause(row.clause)
    for other in index.rows:
        states = (
            other.clause == row.clause
            and other.start > row.start
            and other.role == "change"
            and other.value is not None
            and other.indicator == row.indicator
            and _measures(other, row)
        )
        between = index.plan.text[row.end : min(other.start, clause.end)]
        # 占比97.8%、提升5.7个百分点: what a year's result rose by is measured by the year before, where nothing else is said.
        of_a_year = (
            row.tense == "result" and re.fullmatch(r"\d{4}年", row.period) and _NOTHING_BETWEEN.fullmatch(between)
        )
        if states and (_AGAINST_BEFORE.search(between) or of_a_year):
            return index.unmatched(other, draft.find(draft.text).asked)
    return None


def _measures(change: LedgerRow, of: LedgerRow) -> bool:
    """A share of 97.8% rises by 个百分点."""
    same = kind_of_unit(change) == kind_of_unit(of)
    return same or (of.unit == "%" and change.unit == "个百分点")


def answer(draft: Draft, asked: Question) -> Reply | None:
    """By how much more than the year before, as the plan states it; None where that is not asked, or not stated."""
    change = _ASKS_CHANGE.search(asked.text)
    if not change:
        return None
    match = draft.best_of(asked.text[: change.start()].rstrip(",，。;；?？ ")) or draft.best_of(asked.text)
    stated = beside(draft, match) if match is not None and match.row.value is not None else None
    return None if match is None or stated is None else told(draft, asked.text, match, stated)


def told(draft: Draft, text: str, match: RowMatch, stated: RowMatch) -> Reply:
    """The figure and its change in the plan's words, and what the year before had where the question asks for it."""
    lines = f"- {draft.line(match)}\n- {_in_its_words(draft, match, stated)}"
    rows = [match, stated]
    if not asks_earlier(text):
        return Reply("answered", lines, pairs_of(rows))
    said, computed = _earlier(match, stated)
    return Reply("answered", f"{said}\n\n{lines}", pairs_of(rows), (computed,))


def _in_its_words(draft: Draft, match: RowMatch, stated: RowMatch) -> str:
    """赤字规模比上年年初预算增加1800亿元."""
    against = _against(draft, match, stated.row)
    name = stated.row.indicator
    return f"{name}{against}" + draft.line(stated).removeprefix(name)


def _against(draft: Draft, match: RowMatch, change: LedgerRow) -> str:
    """What the change is measured by, as the plan has it: 比上年年初预算."""
    text = draft.plan(match.document).text[match.row.end : change.start]
    found = re.search(r"[比较][^,，。;；、]*$", text)
    said = found.group().removesuffix(change.action) if found else ""
    return "" if re.search(r"\d", said) else re.sub(r"\s", "", said)


def _earlier(match: RowMatch, stated: RowMatch) -> tuple[str, Computed]:
    factor = base_unit(stated.row.unit)[1] / base_unit(match.row.unit)[1]
    now, change = Interval.of(match.row), Interval.of(stated.row, factor)
    fell = _DOWN.search(stated.row.action) is not None
    found = interval.result(interval.add(now, change) if fell else interval.subtract(now, change))
    said, note = reckoned.worded(found, match.row.unit, upward=True)
    computed = Computed(
        expression=reckoned.terms(match.row, stated.row, "+" if fell else "-"),
        value=reckoned.plainly(found.value),
        upper=None if found.upper is None else reckoned.plainly(found.upper),
        unit=match.row.unit,
        qualifier=found.qualifier,
        operands=(0, 1),
    )
    return f"由此推算上年{said}。{note}", computed


# --- From one figure to another -------------------------------------------------------------------------------------------


def of_rise(draft: Draft, asked: Question) -> Reply | None:
    """As `rise`, for what the question's own words find."""
    return rise(draft, asked, draft.find(asked.text).ranked) if _ASKS_RISE.search(asked.text) else None


def rise(draft: Draft, asked: Question, candidates: Sequence[RowMatch]) -> Reply | None:
    """By how much something rose that the plan gives from one figure to another; `candidates`: the rows that may be meant,
    the likeliest first. None where no rise is asked for, or the likeliest is none of two such figures."""
    if not _ASKS_RISE.search(asked.text) or not candidates:
        return None
    best = candidates[0]
    ends = {
        row.role: row
        for row in draft.finder.index(best.document).rows
        if row.clause == best.row.clause
        and row.indicator == best.row.indicator
        and row.role in ("from", "to")
        and row.value is not None
    }
    if best.row.role not in ends or len(ends) < 2 or kind_of_unit(ends["from"]) != kind_of_unit(ends["to"]):
        return None
    index = draft.finder.index(best.document)
    first, last = (index.unmatched(ends[role], asked) for role in ("from", "to"))
    greater, less = (last, first) if Interval.of(last.row).bound >= Interval.of(first.row).bound else (first, last)
    factor = base_unit(less.row.unit)[1] / base_unit(greater.row.unit)[1]
    found = interval.result(interval.subtract(Interval.of(greater.row), Interval.of(less.row, factor)))
    unit = "个百分点" if greater.row.unit == "%" else greater.row.unit
    said = reckoned.terms(greater.row, less.row, "-")
    return reckoned.reply(draft, [greater, less], said, found, unit, "相差")
