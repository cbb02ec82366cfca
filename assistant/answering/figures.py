"""Figure questions, from the ledger: the row that the question means, or none."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.ledger_index import GENERIC_UNITS, RowMatch, unit_fits
from assistant.answering.question import Question
from assistant.answering.shelf import Indexes

# A row answers when it holds next to everything that was asked, most of it beside the figure itself. Chosen on the
# tuning questions: right rows have local ≥ 0.56 and supported 1; rows about something else supported ≤ 0.58.
_LOCAL, _SUPPORTED = 0.5, 0.75
# A keyword alone (充电桩) is a figure question only when it names the indicator all but completely.
_KEYWORD_LOCAL = 0.9
# An indicator named this far is meant, whatever longer indicators hold the same words.
_NAMED_IN_FULL = 0.9
_EPSILON = 1e-6


def find_rows(question: Question, indexes: Indexes, documents: Sequence[str]) -> list[RowMatch]:
    """The rows that answer, usually one; several where the question fits them equally. Best first."""
    found = [match for document in documents for match in indexes.of(document).rank_rows(question)]
    years = {document: indexes.of(document).plan.year or 0 for document in documents}
    found = [match for match in found if answers(question, match)]
    if question.years:
        found = [m for m in found if any(str(year) in m.row.period for year in question.years)]
    found.sort(key=lambda m: (-round(m.score, 6), -years[m.document], m.row.start))
    if not found:
        return []
    best = found[0]
    if best.named >= _NAMED_IN_FULL:
        return [best]
    return sorted((m for m in found if _fits_as_well(question, m, best)), key=lambda match: match.row.start)


def _fits_as_well(question: Question, match: RowMatch, best: RowMatch) -> bool:
    """Whether the question says nothing that sets the row apart from the best one (楼宇多少栋 means three of them)."""
    return (
        match.document == best.document
        and abs(match.on_indicator - best.on_indicator) < _EPSILON
        and abs(match.local - best.local) < _EPSILON
        and match.row.is_descriptive == best.row.is_descriptive
        and unit_fits(question, match.row) == unit_fits(question, best.row)
    )


def answers(question: Question, match: RowMatch) -> bool:
    """Whether the row is about what was asked."""
    if match.missing or match.supported < _SUPPORTED or match.on_indicator <= 0:
        return False
    return match.local >= (_LOCAL if question.explicit else _KEYWORD_LOCAL)


def wrong_unit(question: Question, match: RowMatch) -> bool:
    """Whether another kind of unit was asked for than the row counts in (充电桩多少公里)."""
    if question.unit in GENERIC_UNITS or not question.unit:
        return False
    return unit_fits(question, match.row) is False
