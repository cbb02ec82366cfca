"""What is left of a figure without a part that the plan names beside it: 充电桩750个,其中乡村150个; 刨去乡村的还有多少."""

from __future__ import annotations

import re

from assistant.answering import interval, reckoned
from assistant.answering.asked_parts import own_words
from assistant.answering.draft import Draft, Reply
from assistant.answering.grams import pairs
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import RowMatch
from assistant.answering.matching import is_threshold
from assistant.answering.question import Question
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import base_unit

_WITHOUT = re.compile(
    r"(?:刨[去除掉]|扣[掉除去]|除[去掉开]|去[掉除]|减[掉去]|撇[开去]|剔[除去]|不算|不含|不包括|除了?)(?P<part>[^,，。;；?？!！]{1,16}?)"
    r"(?:之外|以外|外|的话)?(?=[,，;；]|还|剩|其余|余下)"
)
_LEFT = re.compile(r"还(?:有|剩|余)|剩(?:下|余)?|其余|余下|另外")


def answer(draft: Draft, asked: Question) -> Reply | None:
    """The whole less the part; None where the question does not ask for it, or the plan does not name the part beside the
    whole."""
    without = _WITHOUT.search(asked.text)
    if without is None or not _LEFT.search(asked.text, without.end()) or len(draft.documents) != 1:
        return None
    rest = asked.text[: without.start()] + " " + asked.text[without.end() :]
    whole = draft.best_of(rest)
    if whole is None or whole.row.value is None or whole.row.is_descriptive:
        return None
    part = _part_of(draft, whole, without.group("part"))
    if part is None:
        return None
    size = base_unit(part.row.unit)[1] / base_unit(whole.row.unit)[1]
    found = interval.result(interval.subtract(Interval.of(whole.row), Interval.of(part.row, size)))
    expression = f"{reckoned.plainly(whole.row.value)}-{reckoned.plainly(part.row.value)}"
    return reckoned.reply(draft, [whole, part], expression, found, whole.row.unit, "其余")


def _part_of(draft: Draft, whole: RowMatch, said: str) -> RowMatch | None:
    """The row behind the whole in its sentence, counted in the same unit, that holds the most of what is said of the part."""
    index = draft.finder.index(whole.document)

    def held(row: LedgerRow) -> float:
        return index.weights.sum(pairs(said) & own_words(index, row))

    behind = [
        row
        for row in index.rows
        if row.clause == whole.row.clause
        and row.start > whole.row.start
        and row.value is not None
        and not is_threshold(row)
        and base_unit(row.unit)[0] == base_unit(whole.row.unit)[0]
    ]
    best = max(behind, key=held, default=None)
    return None if best is None or not held(best) else index.unmatched(best, draft.find(draft.text).asked)
