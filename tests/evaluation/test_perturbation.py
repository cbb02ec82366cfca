"""The scorer's own test: right answers pass, and every answer with something changed in it is caught."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from assistant.evaluation.case import Case
from assistant.evaluation.ground import Ground, HeldDocument
from assistant.evaluation.perturbation import composed, mutants, names_itself, rows_to_perturb
from assistant.evaluation.scoring import score, verdict
from assistant.evaluation.suite_files import read_suite
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow, build_ledger
from assistant.plan.parse import parse_plan
from assistant.plan.quantity import same_quantity
from assistant.wiring import Assistant
from tests import samples
from tests.conftest import ROOT

ROWS_OF_A_SAMPLE = 8
MOST_ANSWERS = 40  # of a suite: `make eval` changes an answer of every row


@pytest.fixture(scope="module")
def ground(corpus_assistant: Assistant) -> Ground:
    return Ground(corpus_assistant)


def test_every_row_with_a_figure_makes_a_right_answer(ground: Ground) -> None:
    rows = list(rows_to_perturb(ground, ()))
    assert len(rows) == len([row for row in ground.ledger("wuchang-2022") if row.value is not None])
    for document, row in rows:
        assert names_itself(row), row
        case, answer = composed(document, row, ground)
        scores = score(ground.target(case, (), (), "题集"), answer, ground)
        assert verdict(scores) == "right", (row, scores)


def test_a_mutant_is_never_secretly_right(ground: Ground) -> None:
    """What a mutant says is unlike what the row says, by the one equality of quantities."""
    kinds: Counter[str] = Counter()
    for document, row in rows_to_perturb(ground, ()):
        case, answer = composed(document, row, ground)
        target = ground.target(case, (), (), "题集")
        for mutant in mutants(target, answer, ground):
            kinds[mutant.changed] += 1
            assert mutant.answer != answer
            if mutant.changed in ("figure", "unit", "qualifier") and mutant.answer.figures != answer.figures:
                changed = mutant.answer.figures[0]
                read = ground.quantities(changed.text)
                assert len(read) == 1
                assert not same_quantity(read[0], row)
    assert set(kinds) == {"figure", "unit", "qualifier", "indicator", "clause", "quote"}
    assert sum(kinds.values()) > 1000


@pytest.mark.parametrize(
    "suite", ["own-words-tuning", "numeric", "qualifier", "list", "refusal", "followup", "hostile"]
)
def test_mutants_of_the_assistants_own_answers_are_caught(
    suite: str, ground: Ground, corpus_assistant: Assistant
) -> None:
    loaded = read_suite(ROOT / "evals" / f"{suite}.yaml")
    right = 0
    for case in loaded.suite.cases:
        target = ground.target(case, loaded.suite.documents, (), "题集")
        answer = corpus_assistant.ask(case.asked, case.conversation[:-1])
        if verdict(score(target, answer, ground)) != "right":
            continue
        right += 1
        if right > MOST_ANSWERS:
            break
        for mutant in mutants(target, answer, ground):
            scores = score(target, mutant.answer, ground)
            assert verdict(scores) != "right", (case.asked, mutant.how, mutant.answer.text)
    assert right


# --- Written by people who had not seen the scorers -------------------------------------------------------------------

WRITTEN = ROOT / "tests" / "data"


def written(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (WRITTEN / name).read_text(encoding="utf-8").splitlines()]


def judged(row: dict[str, str], cases: dict[str, dict[str, Case]], ground: Ground, assistant: Assistant) -> str:
    """The verdict on the assistant's answer with the text that was written in place of its own."""
    case = cases[row["suite"]][row["id"]]
    answer = assistant.ask(case.asked, case.conversation[:-1]).model_copy(update={"text": row["text"]})
    return verdict(score(ground.target(case, (), (), row["id"]), answer, ground))


@pytest.fixture(scope="module")
def cases() -> dict[str, dict[str, Case]]:
    suites = [read_suite(path) for path in (ROOT / "evals").glob("*.yaml")]
    # What is kept aside is not printed either, where a test fails.
    return {suite.name: {case.id: case for case in suite.suite.cases} for suite in suites if not suite.suite.kept_aside}


def test_wrong_answers_that_others_wrote_are_caught(
    cases: dict[str, dict[str, Case]], ground: Ground, corpus_assistant: Assistant
) -> None:
    """`missed` are the known ones that still pass: free wording that a rule does not see through."""
    rows = written("wrong-answers.jsonl")
    assert len(rows) > 300
    passed = [row for row in rows if judged(row, cases, ground, corpus_assistant) == "right"]
    assert [row["text"] for row in passed] == [row["text"] for row in rows if row.get("missed")]


def test_right_wordings_that_others_wrote_pass(
    cases: dict[str, dict[str, Case]], ground: Ground, corpus_assistant: Assistant
) -> None:
    rows = written("right-rewordings.jsonl")
    assert len(rows) > 300
    failed = [row["text"] for row in rows if judged(row, cases, ground, corpus_assistant) != "right"]
    assert not failed


# --- Plans of other shapes --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnePlan:
    """A library of one text."""

    read: Plan

    def documents(self) -> Sequence[HeldDocument]:
        return (SimpleNamespace(id="plan"),)

    def plan(self, _: str) -> Plan:
        return self.read

    def ledger(self, _: str) -> tuple[LedgerRow, ...]:
        return build_ledger(self.read)


@pytest.mark.parametrize("path", samples.texts())
def test_other_plans_are_scored_alike(path: object) -> None:
    """Right answers made of the ledgers of real plans pass, and what is changed in them is caught."""
    ground = Ground(OnePlan(parse_plan(samples.read(path))))  # type: ignore[arg-type]
    rows = [found for found in rows_to_perturb(ground, ()) if names_itself(found[1])]
    failed: list[str] = []
    for document, row in rows[:: max(1, len(rows) // ROWS_OF_A_SAMPLE)][:ROWS_OF_A_SAMPLE]:
        case, answer = composed(document, row, ground)
        target = ground.target(case, (document,), (), "题集")
        if verdict(score(target, answer, ground)) != "right":
            failed.append(answer.text)
            continue
        for mutant in mutants(target, answer, ground):
            assert verdict(score(target, mutant.answer, ground)) != "right", (mutant.how, mutant.answer.text)
    # A ledger row of a rough text may name itself so clumsily that no scorer could tell.
    assert len(failed) <= 1
