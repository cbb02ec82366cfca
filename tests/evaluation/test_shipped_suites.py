"""The shipped suites against the committed baseline: a fast subset of what `make eval` runs whole."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from assistant.evaluation.comparison import Baseline, read_baseline, step
from assistant.evaluation.ground import Ground
from assistant.evaluation.results import CaseResult
from assistant.evaluation.runner import Selection, run_tasks, tasks_of
from assistant.evaluation.suite_files import LoadedSuite, read_suite
from assistant.wiring import Assistant
from tests.conftest import ROOT

EVALS = ROOT / "evals"
SAMPLE = 250


@pytest.fixture(scope="module")
def suites() -> list[LoadedSuite]:
    return [read_suite(path) for path in sorted(EVALS.glob("*.yaml"))]


@pytest.fixture(scope="module")
def baseline() -> Baseline:
    return read_baseline(EVALS / "baseline.json")


def test_no_case_of_a_sample_is_worse_than_in_the_baseline(
    suites: list[LoadedSuite], baseline: Baseline, corpus_assistant: Assistant
) -> None:
    asking = [suite for suite in suites if suite.suite.cases]
    ground = Ground(corpus_assistant)
    tasks = Selection(sample=SAMPLE).choose(tasks_of(asking, ground))
    told: list[CaseResult] = []
    results = run_tasks(corpus_assistant, tasks, ground, workers=1, known={}, tell=told.append, stop=threading.Event())
    assert len(results) == len(told) == SAMPLE
    # Names alone: some of these suites are kept aside.
    worse = [
        f"{one.key}: {before} → {one.verdict}"
        for one in results
        if step(before := baseline.verdicts[one.suite][one.id], one.verdict) < 0
    ]
    assert not worse


def test_the_baseline_knows_every_case_and_no_other(suites: list[LoadedSuite], baseline: Baseline) -> None:
    for suite in suites:
        known = set(baseline.verdicts.get(suite.name, {}))
        changed = known ^ {case.id for case in suite.suite.cases}
        assert not changed, suite.name


def test_thresholds_hold_what_the_baseline_reached_and_never_fall(
    suites: list[LoadedSuite], baseline: Baseline
) -> None:
    for suite in suites:
        thresholds = suite.suite.thresholds
        assert "right" in thresholds
        for name, least in baseline.thresholds[suite.name].items():
            assert thresholds[name] >= Decimal(least), (suite.name, name)
        for name, level in baseline.levels[suite.name].items():
            assert thresholds.get(name, Decimal(0)) <= Decimal(level) + Decimal("0.0001"), (suite.name, name)


def test_the_baseline_names_what_made_it(baseline: Baseline) -> None:
    made = baseline.provenance
    assert (made.engine, made.settings) == ("embedded", {"engine": "embedded"})
    assert set(made.documents) == {"wuchang-2022"}
    prompts = ROOT / "prompts"
    assert set(made.prompts) == {path.relative_to(prompts).as_posix() for path in prompts.rglob("*") if path.is_file()}
