"""The evidence that a model is shown: clauses with their ledger rows under markers that code mints, as many as fit its
window, the most useful first, each whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.answering.answer import escaped
from assistant.answering.number_lock import Evidence
from assistant.answering.shelf import Shelf
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow

MOST = 24
"""Clauses that a model is shown at most: more of them make it read each the less."""

_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
_TENSES = {"target": "目标", "result": "已完成"}

Place = tuple[str, str]
"""A document and one of its clauses."""


def pack(shelf: Shelf, places: Iterable[Place], tokens: int, count: Callable[[str], int]) -> tuple[Evidence, ...]:
    """The clauses as evidence, markers from 1, until `tokens` are used up; one that does not fit makes room for the next."""
    found: list[Evidence] = []
    left = tokens
    for document, clause_id in dict.fromkeys(places):
        if len(found) == MOST:
            break
        plan = shelf.plan(document)
        clause = plan.clause(clause_id)
        one = Evidence(len(found) + 1, document, plan, clause, _rows(shelf, document, clause))
        cost = count(shown(one))
        if cost <= left:
            found.append(one)
            left -= cost
    return tuple(found)


def _rows(shelf: Shelf, document: str, clause: Clause) -> tuple[LedgerRow, ...]:
    return tuple(row for row in shelf.ledger(document) if row.clause == clause.id)


def shown(evidence: Evidence) -> str:
    """One piece of evidence as the model reads it: its marker and place, its words, the figures that code reads there."""
    plan, clause = evidence.plan, evidence.clause
    lines = [f"[{evidence.marker}] {_place(plan, clause)}", f"原文：{_words(clause)}"]
    figures = [_figure(row) for row in evidence.rows if row.value is not None]
    if figures:
        lines.append(f"其中的数字：{'；'.join(figures)}")
    return "\n".join(lines) + "\n"


def _place(plan: Plan, clause: Clause) -> str:
    return escaped(" > ".join(filter(None, [plan.name or plan.title, *plan.path(clause)])))


def _words(clause: Clause) -> str:
    return escaped(_LINE_BREAK.sub("", clause.text).strip())


def _figure(row: LedgerRow) -> str:
    said = "，".join(filter(None, [row.period, "" if row.is_descriptive else _TENSES[row.tense]]))
    words = f"{row.action if not row.indicator.startswith(row.action) else ''}{row.indicator} {_LINE_BREAK.sub('', row.text)}"
    return escaped(f"{words}（{said}）" if said else words)


def evidence_text(evidence: Sequence[Evidence]) -> str:
    """All of the evidence, in the order of its markers."""
    return "\n".join(map(shown, evidence)).strip()
