"""An answer on the ground of its case, and what every scorer needs of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from assistant.answering.answer import Answer, Figure
from assistant.evaluation.case import ExpectedFigure
from assistant.evaluation.ground import ClauseKey, Ground, Target
from assistant.evaluation.results import Score, ScoreName
from assistant.evaluation.vocabulary import STATUSES
from assistant.evaluation.wording import Claim, Wording, bare, read_wording
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Amount

REFUSALS = ("not_in_plan", "wrong_scope", "needs_clarification", "smalltalk")
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Judged:
    """An answer on the ground of its case. Of a pipeline that gives words and contexts alone, `fields` is False: its
    citations are its contexts, and nothing else of the answer is judged but its text."""

    target: Target
    answer: Answer
    ground: Ground
    fields: bool = True

    @cached_property
    def wording(self) -> Wording:
        return read_wording(self.answer.text, self.ground.names_with_quantities)

    @cached_property
    def refused(self) -> bool:
        """An answer was expected, and this refuses and claims no figure."""
        expected = self.target.case.status not in REFUSALS
        return expected and self.answer.status in REFUSALS and not self.wording.stated and not self.answer.figures

    @cached_property
    def cited(self) -> frozenset[ClauseKey]:
        return frozenset(ClauseKey(c.document, c.clause) for c in self.answer.citations)

    def same(self, one: Amount, other: Amount) -> bool:
        return self.target.equality.same(one, other)


def made(name: ScoreName, faults: list[str], expected: str, extracted: str, holds: str) -> Score:
    return Score(
        name=name,
        verdict="fail" if faults else "pass",
        expected=expected,
        extracted=extracted or "没有",
        why="；".join(faults) or holds,
    )


def not_given(name: ScoreName, expected: str, answer: Answer, why: str = "没有给出答案") -> Score:
    return Score(name=name, verdict="refused", expected=expected, extracted=STATUSES[answer.status], why=why)


@dataclass(frozen=True)
class Pair:
    """An expected figure, its row in the ledger, and where the answer says it."""

    expected: ExpectedFigure
    row: tuple[str, LedgerRow] | None
    claims: tuple[Claim, ...]
    figures: tuple[Figure, ...]


def pairs(judged: Judged) -> list[Pair]:
    case = judged.target.case
    return [
        Pair(
            expected,
            row,
            _claims(judged, expected),
            tuple(figure for figure in judged.answer.figures if _is_row(judged, figure, expected, row)),
        )
        for expected, row in zip(case.figures, judged.target.rows, strict=True)
    ]


def _claims(judged: Judged, expected: ExpectedFigure) -> tuple[Claim, ...]:
    """The claims of an amount; where two figures of one amount are expected (10%, 10%以上), those with its qualifier."""
    claims = tuple(claim for claim in judged.wording.stated if judged.same(claim.quantity, expected))
    rivals = [one for one in judged.target.case.figures if one is not expected and judged.same(one, expected)]
    if any(one.qualifier != expected.qualifier for one in rivals):
        return tuple(claim for claim in claims if claim.quantity.qualifier == expected.qualifier) or claims
    return claims


def _is_row(judged: Judged, figure: Figure, expected: ExpectedFigure, row: tuple[str, LedgerRow] | None) -> bool:
    given = amount_of(figure)
    if given is None or not judged.same(given, expected):
        return False
    return row is None or (figure.document, figure.start, figure.end) == (row[0], row[1].start, row[1].end)


def amount_of(figure: Figure) -> ExpectedFigure | None:
    """The answer's figure as a value that compares; None where its value is no number."""
    return amount(figure.model_dump(include={"value", "upper", "unit", "qualifier"}))


def amount(fields: dict[str, Any]) -> ExpectedFigure | None:
    try:
        return ExpectedFigure.model_validate(fields)
    except ValidationError:
        return None


def said_figures(judged: Judged) -> str:
    return "；".join(claim.quantity.text for claim in judged.wording.stated) or "无数字"


def expected_results(judged: Judged) -> list[Amount]:
    """The results that the case expects, as amounts that the text may claim."""
    return [
        ExpectedFigure(value=one.value, upper=one.upper, unit=one.unit, qualifier="exact")
        for one in judged.target.case.computed
    ]


def counts_of_figures(judged: Judged) -> list[Amount]:
    """Counts of the answer's own figures that nobody asked for but that are right: 一共10项 above a collection of ten."""
    everything = tuple(range(len(judged.answer.figures)))
    expected = {(one.value, one.unit) for one in judged.target.case.computed}
    counts = [
        amount({"value": one.value, "unit": one.unit})
        for one in judged.answer.computed
        if one.operands == everything and one.value == str(len(everything)) and one.unit in ("项", "个", "条")
    ]
    return [one for one in counts if one is not None and (one.value, one.unit) not in expected]


def anywhere(judged: Judged) -> str:
    """All that may be repeated in quotation marks without a marker: the plans, their indicators, the question."""
    answer, ground = judged.answer, judged.ground
    words = [answer.question, answer.standalone, *judged.target.case.conversation]
    words += [citation.quote for citation in answer.citations]
    return "\n".join([*map(bare, words), ground.words])
