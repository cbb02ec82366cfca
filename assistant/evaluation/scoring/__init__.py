"""The scorers: an answer and its case to scores, each with what was extracted and why. Deterministic and offline.

The text is what people read and the fields are what programs read: both are judged, and each against the plan itself,
so that a figure, unit, qualifier, indicator or clause that was changed in either is found.

    judged.py       an answer on the ground of its case
    figures.py      status, amount and unit, qualifier, results of arithmetic, forbidden figures
    indicators.py   what a figure is said to count
    words.py        lists, strings, what a follow-up carries
    sources.py      clauses, quotations, the number lock
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.answering.answer import Answer
from assistant.evaluation.ground import Ground, Target
from assistant.evaluation.results import Score, ScoreName, Verdict
from assistant.evaluation.scoring.figures import (
    score_computed,
    score_figure,
    score_forbidden,
    score_qualifier,
    score_status,
)
from assistant.evaluation.scoring.indicators import score_indicator
from assistant.evaluation.scoring.judged import Judged
from assistant.evaluation.scoring.sources import score_clause, score_numbers, score_quote
from assistant.evaluation.scoring.words import score_carried, score_items, score_words

SCORERS: dict[ScoreName, Callable[[Judged], Iterator[Score]]] = {
    "status": score_status, "figure": score_figure, "qualifier": score_qualifier, "indicator": score_indicator,
    "computed": score_computed, "items": score_items, "clause": score_clause, "quote": score_quote,
    "numbers": score_numbers, "forbidden": score_forbidden, "words": score_words, "carried": score_carried,
}  # fmt: skip


def score(target: Target, answer: Answer, ground: Ground) -> tuple[Score, ...]:
    """All scores that apply to the case, in the order of `SCORE_NAMES`."""
    judged = Judged(target, answer, ground)
    return tuple(found for scorer in SCORERS.values() for found in scorer(judged))


def verdict(scores: tuple[Score, ...]) -> Verdict:
    """Of the whole answer: right where every score passes; where no figure was given there is no wrong one."""
    verdicts = {one.verdict for one in scores}
    if verdicts <= {"pass"}:
        return "right"
    refused = any(one.name == "status" and one.verdict == "refused" for one in scores)
    return "refused" if refused or "fail" not in verdicts else "wrong"
