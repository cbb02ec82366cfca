"""A run summed up once, for all that a report shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.evaluation import summary
from assistant.evaluation.comparison import Change, Comparison
from assistant.evaluation.reports.labels import KINDS, STYLES
from assistant.evaluation.results import CaseResult, Run
from assistant.evaluation.summary import GROUPINGS, RIGHT, Group, Rate


@dataclass(frozen=True)
class Threshold:
    """A threshold of a suite: the least rate and what the run reached, None where nothing was measured."""

    suite: str
    name: str
    least: float
    level: float | None
    missed: bool


@dataclass(frozen=True)
class Overview:
    """A run and its groups. `groups` are by "suite", "kind" and "style"; `mutants` is the part of the suites that
    proves the scorers; `refusals` says how often the status was right where no answer was expected; `missed` holds
    the lines of `summary.missed`."""

    run: Run
    total: Group
    groups: Mapping[str, Mapping[str, Group]]
    mutants: Mapping[str, Group]
    refusals: Rate | None
    thresholds: tuple[Threshold, ...]
    missed: tuple[str, ...]

    @property
    def seconds(self) -> float | None:
        """How long the run took; None where it was not finished."""
        if self.run.finished is None:
            return None
        return (self.run.finished.astimezone() - self.run.provenance.started.astimezone()).total_seconds()


def overview(run: Run) -> Overview:
    """The run summed up."""
    suites = summary.groups(run, "suite")
    mutants = {name: found for name, found in suites.items() if "caught" in found.rates}
    expected_refusals = [result for result in summary.answered(run) if result.expected_status != "answered"]
    return Overview(
        run=run,
        total=summary.total(run),
        groups={
            "suite": {name: found for name, found in suites.items() if name not in mutants},
            "kind": _in_order(summary.groups(run, "kind"), KINDS),
            "style": _in_order(summary.groups(run, "style"), STYLES),
        },
        mutants=mutants,
        refusals=summary.group(expected_refusals).rates.get("status"),
        thresholds=tuple(_thresholds(run, suites)),
        missed=tuple(summary.missed(run)),
    )


def _in_order(found: Mapping[str, Group], names: Iterable[str]) -> dict[str, Group]:
    return {name: found[name] for name in names if name in found}


def _thresholds(run: Run, suites: Mapping[str, Group]) -> list[Threshold]:
    found: list[Threshold] = []
    for suite in run.suites:
        own = tuple(result for result in run.results if result.suite == suite.name)
        for name, least in suite.thresholds.items():
            # `summary.missed` judges; asked about one threshold alone, it says whether that one is missed.
            alone = suite.model_copy(update={"thresholds": {name: least}})
            missed = summary.missed(run.model_copy(update={"suites": (alone,), "results": own}))
            level = suites[suite.name].level(name) if suite.name in suites else None
            found.append(Threshold(suite.name, name, float(least), level, bool(missed)))
    return found


def uncaught(result: CaseResult) -> bool:
    """Whether this is a mutant that the scorers took for right."""
    return any(score.name == "caught" and score.verdict != "pass" for score in result.scores)


# --- Changes ----------------------------------------------------------------------------------------------------------


def step(comparison: Comparison, name: str = RIGHT) -> float:
    """By how much a rate rose (0 to 1) among the cases that both runs judged."""
    return comparison.steps.get(name, 0.0)


def changed(run: Run, comparison: Comparison | None, by: str) -> dict[str, tuple[int, int]]:
    """How many cases of each group are better and worse than before."""
    if comparison is None:
        return {}
    group_of = {result.key: GROUPINGS[by](result) for result in run.results}

    def count(changes: tuple[Change, ...]) -> Counter[str]:
        return Counter(group_of[key] for change in changes if (key := f"{change.suite}/{change.id}") in group_of)

    better, worse = count(comparison.better), count(comparison.worse)
    return {name: (better[name], worse[name]) for name in {*better, *worse}}
