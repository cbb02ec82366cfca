"""Yes or no, and premises that may be false: what the question states is laid beside what the plan says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import figures
from assistant.answering.asked_parts import own_words
from assistant.answering.draft import Draft, Reply, pairs_of
from assistant.answering.evidence import words_of
from assistant.answering.finder import Finding
from assistant.answering.grams import pairs
from assistant.answering.ledger_index import RowMatch
from assistant.answering.question import Question, content_words, terms_of
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Quantity, same_figure, same_quantity
from assistant.plan.units import SCALES, base_unit

_EXACTLY = re.compile(r"正好|刚好|恰好|整好|不多不少|就是\S{0,6}整|整吗|固定|死|确数|封顶|到顶|上限")


def answer(draft: Draft, finding: Finding) -> Reply | None:
    """What the plan says to what the question states; None where the ledger knows nothing of it."""
    asked = finding.asked
    several = _several(draft, asked)
    if several is not None:
        return several
    if len(finding.rows) != 1:
        return figures.answer(draft, finding)
    match = _comparable(draft, asked, finding.rows[0])
    row = match.row
    if asked.asks_result and row.tense == "target":
        return figures.one_figure(draft, asked, match)
    before, marker = draft.named(match.document), draft.cite(match.document, row.clause)
    original = f"原文：“{draft.stretch(match.document, row)}”。{marker}"
    if row.value is None:
        return Reply("answered", f"{before}计划没有给{row.indicator}定具体数字，写的是“{row.text}”。{marker}")
    verdict = _verdict(asked, stated(asked, row), row)
    return Reply("answered", f"{before}{verdict}计划写的是{words_of(row)}。{marker}{original}", pairs_of([match]))


def _comparable(draft: Draft, asked: Question, match: RowMatch) -> RowMatch:
    """The row that the question's figure can be laid beside: another one of the sentence, which the question names too, where
    the one found counts in a unit of another kind (成立5年以内, of a sentence on years and on money)."""
    units = {base_unit(claim.unit)[0] for claim in stated(asked, match.row) if claim.unit not in SCALES}
    if not units or match.row.value is None or base_unit(match.row.unit)[0] in units:
        return match
    index = draft.finder.index(match.document)
    said = pairs(asked.text)
    others = [
        row
        for row in index.rows
        if row.clause == match.row.clause and row.value is not None and base_unit(row.unit)[0] in units
    ]

    def named(row: LedgerRow) -> float:
        return index.weights.sum(said & own_words(index, row))

    best = max(others, key=named, default=None)
    return index.unmatched(best, asked) if best is not None and named(best) > named(match.row) else match


def _several(draft: Draft, asked: Question) -> Reply | None:
    """公共停车位2000个、集中式充电站8个,对吗: each figure stated with the thing beside it."""
    parts = [part for part in re.split(r"[、,，;；]|和|以及", asked.text) if part.strip()]
    claimed: list[tuple[str, Quantity]] = []
    for part in parts:
        own = [claim for claim in asked.claims if claim.text in part]
        if len(own) == 1 and content_words(terms_of(part)):
            claimed.append((part, own[0]))
    if len(claimed) < 2:
        return None
    found = [(draft.best_of(part), claim) for part, claim in claimed]
    rows = {
        match.row.start: (match, claim) for match, claim in found if match is not None and match.row.value is not None
    }
    if len(rows) < 2:
        return None
    lines = []
    for match, claim in rows.values():
        verdict = "对" if same_quantity(claim, match.row) else "不对"
        lines.append(f"- {verdict}：计划写的是{draft.line(match)}")
    right = all(line.startswith("- 对") for line in lines)
    head = "都对。" if right else "不全对。"
    return Reply("answered", head + "\n" + "\n".join(lines), pairs_of([match for match, _ in rows.values()]))


def stated(asked: Question, row: LedgerRow) -> tuple[Quantity, ...]:
    """The question's own quantities, those aside that are part of the row's name (亿元以上服务业项目)."""
    return tuple(claim for claim in asked.claims if claim.text not in row.indicator)


def _verdict(asked: Question, claims: Sequence[Quantity], row: LedgerRow) -> str:
    """对, 不对 or what differs; "" where the question states no figure that can be laid beside the row."""
    if not claims:
        return ""
    # 七百亿 of money says 元 by itself.
    money = base_unit(row.unit)[0] == "元"
    claims = [replace(one, unit=f"{one.unit}元") if money and one.unit in SCALES else one for one in claims]
    same = [claim for claim in claims if same_figure(claim, row)]
    if asked.denies:
        return "就是这个数：" if same else "确实不是这个数："
    if not same:
        alike = [claim for claim in claims if claim.value == row.value and _counted(claim, row)]
        if alike:
            return f"数对，单位不对：计划用的是“{row.unit}”。"
        return "不对。" if asked.checks or not asked.explicit else ""
    exactly = _EXACTLY.search(asked.text) and row.qualifier != "exact"
    if exactly or not any(claim.qualifier == row.qualifier for claim in same):
        return "数一致，限定不同。"
    return "对。" if asked.checks else ""


def _counted(claim: Quantity, row: LedgerRow) -> bool:
    return base_unit(claim.unit)[0] != base_unit(row.unit)[0]
