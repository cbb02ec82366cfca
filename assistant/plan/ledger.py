"""Clauses to the ledger (量化指标台账): every figure with its indicator, action, role, tense and period.

What is counted and what is done to it is read in `indicator.py`; here are tense and period, and targets that set no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.plan.document import Clause, Plan
from assistant.plan.phrases import strip_action
from assistant.plan.quantity import Qualifier, Quantity, Role, Tense
from assistant.plan.read_figures import read_figures
from assistant.plan.table_ledger import figures_of_row
from assistant.plan.timing import Calendar
from assistant.plan.verbs import TRAILING_FILLER


@dataclass(frozen=True)
class LedgerRow:
    """One quantity, or one target without a figure, and the clause that says it.

    `value` is None for a target without a figure; `start:end` are offsets in the plan's text, where `text` stands:
    number, unit and qualifier words, or the words that set the figureless target.
    """

    clause: str
    indicator: str
    action: str
    value: Decimal | None
    upper: Decimal | None
    unit: str
    qualifier: Qualifier
    qualifier_text: str
    role: Role
    tense: Tense
    period: str
    text: str
    start: int
    end: int

    @property
    def is_descriptive(self) -> bool:
        return self.role == "descriptive"


def build_ledger(plan: Plan) -> tuple[LedgerRow, ...]:
    """The rows of a plan in the order of the text."""
    calendar = Calendar(plan)
    rows: list[LedgerRow] = []
    for clause in plan.clauses:
        if clause.kind == "row":
            rows.extend(LedgerRow(clause=clause.id, **vars(figure)) for figure in figures_of_row(plan, clause))
        elif clause.kind != "header":
            rows.extend(_rows_of(calendar, clause, plan.words(clause)))
    return tuple(rows)


def _rows_of(calendar: Calendar, clause: Clause, words: str) -> list[LedgerRow]:
    """`words`: what the clause says, page numbers blanked."""
    rows: list[LedgerRow] = []
    figures = read_figures(words)
    for quantity, found in figures:
        timing = calendar.timing(clause, quantity.start)
        rows.append(
            LedgerRow(
                clause=clause.id,
                indicator=found.indicator,
                action=found.action,
                value=quantity.value,
                upper=quantity.upper,
                unit=quantity.unit,
                qualifier=quantity.qualifier,
                qualifier_text=found.qualifier_text,
                role=found.role,
                tense=timing.tense,
                period=timing.period,
                text=clause.text[quantity.start : quantity.end],
                start=clause.start + quantity.start,
                end=clause.start + quantity.end,
            )
        )
    figureless = list(_figureless(calendar, clause, tuple(quantity for quantity, _ in figures)))
    return sorted([*rows, *figureless], key=lambda row: row.start)


# --- Targets without a figure -----------------------------------------------------------------------------------------

_FIGURELESS = re.compile(
    r"(?P<thing>[^,，;；。:：、—\-\s][^,，;；。:：—]{2,28}?)"
    r"(?P<words>(?:力争|继续|基本|总体)?(?:与|和|同(?!志))[^,，;；。]{1,14}?(?:保持|实现|基本)?(?:同步|相适应|(?<!高度)一致|持平)(?:增长|发展|提高|增加)?"
    r"|(?:完成|达到|实现|控制在|不超过)(?:国家|省级?|市级?|上级|区级?|[省市区县]委?)[^,，;；。\d]{0,6}?(?:下达|分解|核定|控制|确定|要求)[^,，;；。\d]{0,6}?(?:目标|任务|指标|计划|以内|标准)?)"
    r"(?=[,，;；。]|$)"
)


def _figureless(calendar: Calendar, clause: Clause, quantities: tuple[Quantity, ...]) -> Iterator[LedgerRow]:
    """与经济保持同步增长; 完成市级下达目标: a target for a named indicator that sets no number."""
    for match in _FIGURELESS.finditer(clause.text):
        start, end = match.span("words")
        if any(q.start < end and start < q.end for q in quantities):
            continue
        action, indicator = strip_action(match.group("thing").strip())
        if len(indicator) < 3 or re.search(r"\d", indicator):
            continue
        words = match.group("words")
        timing = calendar.timing(clause, start)
        said = re.search(r"增长|提高|发展|增加|完成|达到|实现|控制", words)
        yield LedgerRow(
            clause=clause.id,
            indicator=TRAILING_FILLER.sub("", indicator),
            action=said.group() if said else action,
            value=None,
            upper=None,
            unit="",
            qualifier="exact",
            qualifier_text="",
            role="change",
            tense=timing.tense,
            period=timing.period,
            text=words,
            start=clause.start + start,
            end=clause.start + end,
        )
