"""A reckoned result in words: the result first, then each figure that it is reckoned from, with its clause."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.answering.answer import Computed
from assistant.answering.draft import Draft, Reply, pairs_of
from assistant.answering.interval import Result
from assistant.answering.ledger_index import RowMatch
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import base_unit

_QUALIFIED = {
    "at_least": "至少{}", "more_than": "超过{}", "at_most": "至多{}", "less_than": "不到{}", "about": "约{}",
}  # fmt: skip


def bare_unit(match: RowMatch) -> str:
    return base_unit(match.row.unit)[0]


def apart(draft: Draft, matches: Sequence[RowMatch], why: str) -> Reply:
    lines = "\n".join(f"- {draft.line(match)}" for match in matches)
    return Reply("answered", f"{why}。计划分别写的是：\n{lines}", pairs_of(matches))


def without_figure(draft: Draft, matches: Sequence[RowMatch]) -> Reply:
    lines = "\n".join(f"- {draft.line(match)}" for match in matches)
    return Reply("no_figure", f"有一项计划没有定具体数字，算不出来。计划写的是：\n{lines}", pairs_of(matches))


def reply(draft: Draft, matches: Sequence[RowMatch], expression: str, found: Result, unit: str, remark: str) -> Reply:
    """The result first, then each operand with its clause."""
    lines = "\n".join(f"- {draft.line(match)}" for match in matches)
    said, note = worded(found, unit, upward=matches[0].row.qualifier in ("at_least", "more_than"))
    computed = Computed(
        expression=expression,
        value=plainly(found.value),
        upper=None if found.upper is None else plainly(found.upper),
        unit=unit,
        qualifier=found.qualifier,
        operands=tuple(range(len(matches))),
    )
    return Reply("answered", f"{remark}{said}。{note}\n\n{lines}", pairs_of(matches), (computed,))


def worded(found: Result, unit: str, *, upward: bool) -> tuple[str, str]:
    """(the result with its qualifier, what must be said about it); `upward`: bounds that were worked with are lower ones."""
    number = plainly(found.value) if found.upper is None else f"{plainly(found.value)}-{plainly(found.upper)}"
    said = _QUALIFIED.get(found.qualifier, "{}").format(f"**{number}{unit}**")
    note = ""
    if found.qualifier == "lower_bounds":
        said = f"按{'下' if upward else '上'}限计{said}"
        note = f"双方都是“{'以上' if upward else '以内'}”一类的开口数，确切的结果计划没有定。"
    if found.rounded:
        note += "（除不尽，末位有舍入）"
    return said, note


def plainly(value: Decimal | None) -> str:
    return format(value, "f") if value is not None else ""


def terms(one: LedgerRow, other: LedgerRow, sign: str) -> str:
    """Two figures with a sign between them, as the plan has them: with their units where these differ (4.06万亿元-1800亿元)."""
    units = (one.unit, other.unit) if one.unit != other.unit else ("", "")
    return f"{plainly(one.value)}{units[0]}{sign}{plainly(other.value)}{units[1]}"


def in_chinese(said: str) -> str:
    """The user's number in Chinese numerals: in the answer only the plan's numbers stand in digits."""
    import cn2an

    return str(cn2an.an2cn(said, "low")) if said.replace(".", "").isdecimal() else said
