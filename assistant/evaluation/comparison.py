"""Two runs side by side, case by case; and the baseline, a run's verdicts as a small committed file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import UnusableInput
from assistant.evaluation.results import Provenance, Run, ScoreName, Verdict
from assistant.evaluation.summary import REFUSALS, RIGHT, answered, groups


class Baseline(BaseModel):
    """The verdict of every case of a run, and what made the run. `levels` are the rates by suite, `thresholds` what
    the suites demanded then, `failed` the scores that a case that is not right did not pass. Mutants have no verdict
    of their own here: their rate is in `levels`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    configuration: str
    provenance: Provenance
    levels: dict[str, dict[str, str]]
    thresholds: dict[str, dict[str, Annotated[Decimal, Field(ge=0, le=1)]]]
    verdicts: dict[str, dict[str, Verdict]]
    failed: dict[str, dict[str, tuple[ScoreName, ...]]]


class Change(BaseModel):
    """A case that is judged otherwise than before. `question` is "" where its suite is kept aside."""

    model_config = ConfigDict(frozen=True)

    suite: str
    id: str
    question: str
    before: Verdict
    now: Verdict


class Comparison(BaseModel):
    """What changed from a baseline (of a run that was `made` then) to a run: among the cases that both judged, and the cases that only one has.
    `steps` are the changes of the rates (0.02: two points up) over the cases that both judged, by "right",
    by score, and of the refusals that were due ("refusals");
    `lowered` are thresholds that were lowered since."""

    model_config = ConfigDict(frozen=True)

    baseline: str
    made: datetime
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    same: int
    steps: dict[str, float]
    added: int
    gone: tuple[str, ...]
    lowered: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing that was right is wrong or gone, and no threshold was lowered."""
        return not (self.worse or self.gone or self.lowered)


_RANK: dict[Verdict, int] = {"right": 2, "refused": 1, "wrong": 0, "error": 0}
"""A refusal is better than a wrong answer."""


def step(before: Verdict, now: Verdict) -> int:
    """Above 0 where a case got better, below 0 where it got worse."""
    return _RANK[now] - _RANK[before]


def baseline_of(run: Run) -> Baseline:
    """What is kept of a run to compare later ones with."""
    verdicts: dict[str, dict[str, Verdict]] = {}
    failed: dict[str, dict[str, tuple[ScoreName, ...]]] = {}
    for result in answered(run):
        verdicts.setdefault(result.suite, {})[result.id] = result.verdict
        if result.verdict != "right":
            not_passed = tuple(score.name for score in result.scores if score.verdict != "pass")
            failed.setdefault(result.suite, {})[result.id] = not_passed
    return Baseline(
        run=run.id,
        configuration=run.configuration,
        provenance=run.provenance,
        levels={
            name: {score: f"{rate.value:.4f}" for score, rate in found.rates.items()}
            for name, found in groups(run, "suite").items()
        },
        thresholds={
            suite.name: {name: Decimal(least) for name, least in suite.thresholds.items()} for suite in run.suites
        },
        verdicts=verdicts,
        failed=failed,
    )


def compare(before: Baseline, run: Run) -> Comparison:
    """The run against a baseline. Only suites that the run took are looked at, and cases are missed only where the
    run took all of them."""
    better: list[Change] = []
    worse: list[Change] = []
    same = added = 0
    hidden = {suite.name for suite in run.suites if suite.kept_aside}
    for result in answered(run):
        old = before.verdicts.get(result.suite, {}).get(result.id)
        if old is None:
            added += 1
            continue
        question = "" if result.suite in hidden else result.turns[-1]
        change = Change(suite=result.suite, id=result.id, question=question, before=old, now=result.verdict)
        moved = step(old, result.verdict)
        if moved > 0:
            better.append(change)
        elif moved < 0:
            worse.append(change)
        else:
            same += 1
    return Comparison(
        baseline=before.run,
        made=before.provenance.started,
        better=tuple(better),
        worse=tuple(worse),
        same=same,
        steps=_steps(before, run),
        added=added,
        gone=() if run.is_partial else tuple(_gone(before, run)),
        lowered=tuple(_lowered(before.thresholds, run)),
    )


def _steps(before: Baseline, run: Run) -> dict[str, float]:
    passed: dict[str, list[int]] = {}
    for result in answered(run):
        old = before.verdicts.get(result.suite, {}).get(result.id)
        if old is None or "error" in (old, result.verdict):
            continue
        failed = before.failed.get(result.suite, {}).get(result.id, ())
        passed.setdefault(RIGHT, []).append((result.verdict == "right") - (old == "right"))
        for score in result.scores:
            if score.name == "status" and result.expected_status != "answered":
                passed.setdefault(REFUSALS, []).append((score.verdict == "pass") - ("status" not in failed))
            passed.setdefault(score.name, []).append((score.verdict == "pass") - (score.name not in failed))
    return {name: sum(steps) / len(steps) for name, steps in passed.items()}


def _gone(before: Baseline, run: Run) -> list[str]:
    """Cases of the baseline that their suite no longer holds."""
    now = {result.key for result in run.results}
    suites = {suite.name for suite in run.suites}
    return [
        f"{suite}/{case}"
        for suite, verdicts in before.verdicts.items()
        if suite in suites
        for case in verdicts
        if f"{suite}/{case}" not in now
    ]


def _lowered(before: Mapping[str, Mapping[str, Decimal]], run: Run) -> list[str]:
    return [
        f"{suite.name}：{name} {old} → {suite.thresholds.get(name, '无')}"
        for suite in run.suites
        for name, old in before.get(suite.name, {}).items()
        if Decimal(suite.thresholds.get(name, "-1")) < old
    ]


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file. Raises `UnusableInput` where it cannot be read."""
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusableInput(f"基线文件“{path}”读不出来：{error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UnusableInput(f"基线文件“{path}”不合格式：{'.'.join(map(str, first['loc']))} {first['msg']}") from None


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write a baseline, a case a line, so that a change of it reads well. Raises `UnusableInput` where it cannot be."""
    try:
        path.write_text(baseline.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UnusableInput(f"写不了基线文件“{path}”：{error.strerror}") from None
