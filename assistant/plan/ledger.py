"""Clauses to the ledger (量化指标台账): every figure with its indicator, action, role, tense and period.

What is counted and what is done to it is read in `indicator.py`; here are tense and period, and targets that set no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.plan.document import Clause, Plan
from assistant.plan.indicator import read_indicator, strip_action
from assistant.plan.quantity import Qualifier, Quantity, Role, Tense
from assistant.plan.scan import read_quantities
from assistant.plan.table_ledger import figures_of_row
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
    rows: list[LedgerRow] = []
    for clause in plan.clauses:
        if clause.kind != "header":
            rows.extend(_rows_of(plan, clause))
    return tuple(rows)


def _rows_of(plan: Plan, clause: Clause) -> list[LedgerRow]:
    if clause.kind == "row":
        return [LedgerRow(clause=clause.id, **vars(figure)) for figure in figures_of_row(plan, clause)]
    tense = _tense(plan, clause)
    rows: list[LedgerRow] = []
    quantities = read_quantities(clause.text)
    for index, quantity in enumerate(quantities):
        found = read_indicator(clause.text, quantities, index, rows)
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
                tense=tense,
                period=_period(plan, clause, quantity.start),
                text=quantity.text,
                start=clause.start + quantity.start,
                end=clause.start + quantity.end,
            )
        )
    figureless = list(_figureless(plan, clause, tense, quantities))
    return sorted([*rows, *figureless], key=lambda row: row.start)


# --- Tense and period -------------------------------------------------------------------------------------------------

_RESULT_HEADING = re.compile(r"回顾|总结|执行情况|完成情况|工作成效|取得的?成[就绩]|发展基础|现状")
_TARGET_HEADING = re.compile(r"目标|任务|安排|部署|打算|重点工作|工作要求|要求|展望|举措|措施|建设")
_RESULT_WORDS = re.compile(
    r"同比(?:增长|下降|增|降)|已(?:建成|完成|实现|达)|累计(?:完成|建成|实现|达)|过去(?:一年|五年)|(?:去|上)年"
)
_TARGET_WORDS = re.compile(r"力争|确保|计划|预期|目标|将|争取")
_YEAR_IN_CLAUSE = re.compile(r"(?P<to>到|至)?(?P<year>(?:19|20)\d{2})(?:\s?[-—–至到]\s?(?P<last>(?:19|20)\d{2}))?\s?年")


def _tense(plan: Plan, clause: Clause) -> Tense:
    """What the nearest heading that says so says; else the clause's own words; a plan's figure is a target."""
    for section in reversed(plan.ancestry(clause.section)):
        if _RESULT_HEADING.search(section.title):
            return "result"
        if _TARGET_HEADING.search(section.title):
            return "target"
    if _TARGET_WORDS.search(clause.text):
        return "target"
    return "result" if _RESULT_WORDS.search(clause.text) else "target"


def _period(plan: Plan, clause: Clause, start: int) -> str:
    """The year named last before the figure in its clause, else in the headings above, else the plan's own."""
    for words in (clause.text[:start], *(s.title for s in reversed(plan.ancestry(clause.section)))):
        named = list(_YEAR_IN_CLAUSE.finditer(words))
        if named:
            first, last = named[-1].group("year"), named[-1].group("last")
            return f"{first}—{last}年" if last else f"{first}年"
    return f"{plan.year}年" if plan.year else ""


# --- Targets without a figure -----------------------------------------------------------------------------------------

_FIGURELESS = re.compile(
    r"(?P<thing>[^,，;；。:：、—\-\s][^,，;；。:：—]{2,28}?)"
    r"(?P<words>(?:力争|继续|基本|总体)?(?:与|和|同)[^,，;；。]{1,14}?(?:保持|实现|基本)?(?:同步|相适应|一致|持平)(?:增长|发展|提高|增加)?"
    r"|(?:完成|达到|实现|控制在|不超过)(?:国家|省级?|市级?|上级|区级?|[省市区县]委?)[^,，;；。\d]{0,6}?(?:下达|分解|核定|控制|确定|要求)[^,，;；。\d]{0,6}?(?:目标|任务|指标|计划|以内|标准)?)"
    r"(?=[,，;；。]|$)"
)


def _figureless(plan: Plan, clause: Clause, tense: Tense, quantities: tuple[Quantity, ...]) -> Iterator[LedgerRow]:
    """与经济保持同步增长; 完成市级下达目标: a target for a named indicator that sets no number."""
    for match in _FIGURELESS.finditer(clause.text):
        start, end = match.span("words")
        if any(q.start < end and start < q.end for q in quantities):
            continue
        action, indicator = strip_action(match.group("thing").strip())
        if len(indicator) < 3 or re.search(r"\d", indicator):
            continue
        words = match.group("words")
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
            tense=tense,
            period=_period(plan, clause, start),
            text=words,
            start=clause.start + start,
            end=clause.start + end,
        )
