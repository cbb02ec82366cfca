"""Wrong answers made from the ledger by program, to prove that the scorers catch them.

Of every row a right answer is composed; then its figure, unit, qualifier, indicator or clause is changed in the text, in
the fields, or in both alike. No mutant is secretly right: one that the equality of quantities takes for the original
(3.7万人 and 37000人) is not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from assistant.answering.answer import Answer, Citation, Figure
from assistant.answering.evidence import Sources, figure, words_of
from assistant.evaluation.amounts import in_words
from assistant.evaluation.case import Case, ExpectedFigure
from assistant.evaluation.ground import ClauseKey, Ground, Target, likeness
from assistant.evaluation.wording import read_wording
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Qualifier, same_quantity
from assistant.plan.scan import read_quantities

_MOST_OTHERS = 4  # of the plan's other rows to take a wrong value, unit or indicator from
Changed = Literal["figure", "unit", "qualifier", "indicator", "clause", "quote"]

_QUALIFIERS: tuple[Qualifier, ...] = ("exact", "at_least", "more_than", "at_most", "less_than", "about")


@dataclass(frozen=True)
class Mutant:
    """A wrong answer, what was changed in it, and how, for a reader."""

    changed: Changed
    how: str
    answer: Answer


def composed(document: str, row: LedgerRow, ground: Ground) -> tuple[Case, Answer]:
    """The question that a row answers, as a case, and its right answer. Only for rows that have a value."""
    plan = ground.plan(document)
    sources = Sources()
    marker = sources.cite(document, plan, plan.clause(row.clause))
    question = f"{row.indicator}是多少"
    expected = ExpectedFigure.of(row, row.indicator)
    case = Case(
        id=re.sub(r"[^\w.-]", "_", f"{document}-{row.clause}-{row.start}"),
        question=question,
        kind="figure",
        status="answered",
        figures=(expected,),
        gold=(row.clause,),
    )
    answer = Answer(
        question=question,
        standalone=question,
        status="answered",
        text=f"计划{words_of(row)}。{marker}",
        figures=(figure(document, row),),
        citations=sources.citations,
    )
    return case, answer


def mutants(target: Target, answer: Answer, ground: Ground) -> Iterator[Mutant]:
    """The wrong answers that one change makes of a right one."""
    for index, one in enumerate(answer.figures):
        yield from _changed_figure(answer, index, one, ground)
        yield from _changed_indicator(answer, index, one, ground)
        yield from _shifted_figure(answer, index, one, ground)
    if target.gold:
        yield from _changed_clause(target, answer, ground)
    for index, citation in enumerate(answer.citations):
        yield from _changed_quote(answer, index, citation)


# --- Figure, unit, qualifier ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Words:
    """Another quantity in place of the right one: its words and what they say."""

    changed: Changed
    text: str
    figure: ExpectedFigure


def _changed_figure(answer: Answer, index: int, one: Figure, ground: Ground) -> Iterator[Mutant]:
    right = ExpectedFigure.model_validate(one.model_dump(include={"value", "upper", "unit", "qualifier"}))
    for wrong in _wrong_words(right, one, ground):
        read = read_quantities(wrong.text)
        # It must say what it is meant to say, and something else than the original.
        if len(read) != 1 or not same_quantity(read[0], wrong.figure) or same_quantity(wrong.figure, right):
            continue
        how = f"{one.text} → {wrong.text}"
        text = _replaced(answer.text, one.text, wrong.text)
        said = wrong.figure.model_dump(mode="json", include={"value", "upper", "unit", "qualifier"})
        fields = one.model_copy(update=said | {"text": wrong.text})
        figures = (*answer.figures[:index], fields, *answer.figures[index + 1 :])
        if text is not None:
            yield Mutant(wrong.changed, f"文字：{how}", _with(answer, text=text))
            yield Mutant(wrong.changed, f"文字和数据：{how}", _with(answer, text=text, figures=figures))
        yield Mutant(wrong.changed, f"数据：{how}", _with(answer, figures=figures))


def _wrong_words(right: ExpectedFigure, one: Figure, ground: Ground) -> Iterator[_Words]:
    def words(changed: Changed, **changes: Any) -> _Words:
        figure = right.model_copy(update=changes)
        return _Words(changed, in_words(figure), figure)

    others = _others(ground, one)
    for value in _wrong_values(right.value, others):
        yield words("figure", value=value, upper=None if right.upper is None else right.upper - right.value + value)
    if right.upper is not None:
        yield words("figure", upper=right.upper + 1)
        yield words("figure", upper=None, qualifier="exact")
        yield words("figure", value=right.upper, upper=None, qualifier="exact")
    for unit in _wrong_units(right.unit, others):
        yield words("unit", unit=unit)
    for qualifier in _QUALIFIERS if right.upper is None else ():
        if qualifier != right.qualifier:
            yield words("qualifier", qualifier=qualifier)


def _others(ground: Ground, one: Figure) -> list[LedgerRow]:
    """The figures that the plan gives for other things, those of the same clause first: the likeliest to be mistaken."""
    rows = [row for row in ground.ledger(one.document) if row.value is not None and row.start != one.start]
    return sorted(rows, key=lambda row: (row.clause != one.clause, abs(row.start - one.start)))


def _wrong_values(value: Decimal, others: Sequence[LedgerRow]) -> list[Decimal]:
    """Slips of a digit and a place, and figures that the plan gives for other things."""
    slips = [value * 10, value / 10, value * 2, value + 1, value - 1, value + Decimal("0.1")]
    wrong = [*slips, *(row.value for row in others[:_MOST_OTHERS] if row.value is not None)]
    return [one for one in dict.fromkeys(wrong) if one > 0 and one != value]


def _wrong_units(unit: str, others: Sequence[LedgerRow]) -> list[str]:
    bare = unit.lstrip("万亿")
    kin = {"%": ["个百分点", "‰"], "个百分点": ["%"]}.get(unit, ["个", "家", "%"])
    wrong = [bare if bare != unit else f"万{unit}", *kin, *(row.unit for row in others[:_MOST_OTHERS])]
    return [one for one in dict.fromkeys(wrong) if one and one != unit]


def _replaced(text: str, words: str, other: str) -> str | None:
    """The text with the first place of the words changed; None where they do not stand in it: 2栋 does not stand in 12栋."""
    found = re.search(rf"(?<![\d.]){re.escape(words)}", text)
    return f"{text[: found.start()]}{other}{text[found.end() :]}" if found else None


# --- Indicator --------------------------------------------------------------------------------------------------------


def _changed_indicator(answer: Answer, index: int, one: Figure, ground: Ground) -> Iterator[Mutant]:
    """The figure said of something else: of what another row counts, and of what no plan knows."""
    # Where the text says the indicator in other words than the ledger there is nothing to exchange.
    position = answer.text.find(one.indicator)
    others = [row for row in ground.ledger(one.document) if _is_other_thing(row, one)]
    others.sort(key=lambda row: (-likeness(row.indicator, one.indicator), abs(row.start - one.start)))
    for row in others[:_MOST_OTHERS]:
        fields = one.model_copy(update={"indicator": row.indicator})
        figures = (*answer.figures[:index], fields, *answer.figures[index + 1 :])
        how = f"{one.indicator} → {row.indicator}"
        yield Mutant("indicator", f"数据：{how}", _with(answer, figures=figures))
        if position >= 0:
            text = answer.text[:position] + row.indicator + answer.text[position + len(one.indicator) :]
            yield Mutant("indicator", f"文字：{how}", _with(answer, text=text))
            yield Mutant("indicator", f"文字和数据：{how}", _with(answer, text=text, figures=figures))


def _is_other_thing(row: LedgerRow, one: Figure) -> bool:
    """Whether the row counts something that is not merely a longer or shorter name of the same."""
    return likeness(row.indicator, one.indicator) < 1 and likeness(one.indicator, row.indicator) < 1


# --- Clause and quotation ---------------------------------------------------------------------------------------------


def _shifted_figure(answer: Answer, index: int, one: Figure, ground: Ground) -> Iterator[Mutant]:
    """The figure's place in the plan changed."""
    other = next((c for c in ground.plan(one.document).clauses if c.id != one.clause), None)
    changes: list[dict[str, Any]] = [{"start": one.start + 1, "end": one.end + 1}, {"end": one.end + 1}]
    if other is not None:
        changes.append({"clause": other.id})
    for change in changes:
        figures = (*answer.figures[:index], one.model_copy(update=change), *answer.figures[index + 1 :])
        yield Mutant("clause", f"数据：{change}", _with(answer, figures=figures))


def _changed_clause(target: Target, answer: Answer, ground: Ground) -> Iterator[Mutant]:
    """A citation that is whole and true, but of another clause."""
    for index, citation in enumerate(answer.citations):
        key = ClauseKey(citation.document, citation.clause)
        if key not in target.gold_clauses:
            continue
        plan = ground.plan(citation.document)
        others = [c for c in plan.clauses if ClauseKey(citation.document, c.id) not in target.gold_clauses]
        at = next((number for number, clause in enumerate(others) if clause.start > citation.start), 0)
        for clause in dict.fromkeys([others[at], others[at - 1], others[0], others[-1]]):
            wrong = citation.model_copy(
                update={
                    "clause": clause.id, "path": plan.path(clause), "quote": clause.text, "start": clause.start,
                    "end": clause.end, "formatted": plan.formal_citation(clause),
                }
            )  # fmt: skip
            citations = (*answer.citations[:index], wrong, *answer.citations[index + 1 :])
            yield Mutant(
                "clause", f"[{citation.marker}] {citation.clause} → {clause.id}", _with(answer, citations=citations)
            )


def _changed_quote(answer: Answer, index: int, citation: Citation) -> Iterator[Mutant]:
    """A citation that no longer says what stands in the plan, and markers that lead nowhere."""
    changes: list[dict[str, Any]] = [
        {"quote": citation.quote[:-1]},
        {"quote": citation.quote + "等"},
        {"start": citation.start + 1},
        {"end": citation.end - 1},
        {"clause": f"{citation.clause}x"},
        {"formatted": f"{citation.formatted}第1句"},
        {"number": "〔2000〕1号"},
        {"marker": citation.marker + 9},
    ]
    swapped = _other_number(citation.quote)
    if swapped:
        changes.append({"quote": swapped})
    for change in changes:
        citations = (*answer.citations[:index], citation.model_copy(update=change), *answer.citations[index + 1 :])
        yield Mutant("quote", f"[{citation.marker}] {next(iter(change))}", _with(answer, citations=citations))
    unmarked = answer.text.replace(f"[{citation.marker}]", "")
    yield Mutant("quote", f"去掉标记[{citation.marker}]", _with(answer, text=unmarked))
    yield Mutant("quote", "没有引文", _with(answer, citations=()))


def _other_number(words: str) -> str:
    """The words with their first number changed, "" where they hold none."""
    quantities = read_quantities(words)
    digit = next((c for q in quantities for c in q.text if c.isdigit() and c.isascii()), "")
    return words.replace(digit, str((int(digit) + 1) % 10), 1) if digit else ""


def _with(answer: Answer, **changes: Any) -> Answer:
    return answer.model_copy(update=changes)


def rows_to_perturb(ground: Ground, documents: Sequence[str]) -> Iterator[tuple[str, LedgerRow]]:
    """The rows with a value, of these documents or of all."""
    for document in documents or ground.document_ids:
        for row in ground.ledger(document):
            if row.value is not None:
                yield document, row


def names_itself(row: LedgerRow) -> bool:
    """Whether the composed answer states the row's quantity as the row has it; a clumsy row is the ledger's matter."""
    said = read_wording(f"计划{words_of(row)}。").stated
    return bool(row.indicator) and any(same_quantity(claim.quantity, row) for claim in said)
