"""A run as the page may show it: without a word of suites that are kept aside, summed up once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.evaluation import summary
from assistant.evaluation.comparison import Comparison
from assistant.evaluation.reports.kept_aside import without_kept_aside
from assistant.evaluation.reports.overview import Overview, overview, uncaught
from assistant.evaluation.results import CaseResult, Run, Verdict
from assistant.web.evaluating import EvaluationDesk

_KEPT = 4  # finished runs that are not read from disk again while they are looked at


@dataclass(frozen=True)
class ShownRun:
    """`run` holds no text of suites but the `open_suites`."""

    run: Run
    open_suites: frozenset[str]
    comparison: Comparison | None

    @cached_property
    def overview(self) -> Overview:
        return overview(self.run)

    @cached_property
    def cases(self) -> Sequence[CaseResult]:
        """What the table lists: questions that may be read, and of mutants those that the scorers took for right."""
        readable = [result for result in self.run.results if result.suite in self.open_suites]
        return [result for result in readable if not summary.is_mutant(result) or uncaught(result)]

    @cached_property
    def changed(self) -> dict[str, str]:
        """ "better" or "worse" by the key of a case; the others are as they were, or new."""
        if self.comparison is None:
            return {}
        steps = {"better": self.comparison.better, "worse": self.comparison.worse}
        return {f"{one.suite}/{one.id}": step for step, changes in steps.items() for one in changes}

    @cached_property
    def before(self) -> dict[str, Verdict]:
        """The earlier verdict of every case that changed, by its key."""
        if self.comparison is None:
            return {}
        return {f"{one.suite}/{one.id}": one.before for one in (*self.comparison.better, *self.comparison.worse)}

    def case(self, key: str) -> CaseResult | None:
        """A case that the table lists."""
        return next((result for result in self.cases if result.key == key), None)


class ShownRuns:
    """Reads runs for the page. Those that are finished never change and are kept for a while."""

    def __init__(self, desk: EvaluationDesk) -> None:
        self.desk = desk
        self._kept: dict[tuple[str, str], ShownRun] = {}

    def forget(self) -> None:
        """Read all anew: what is compared with may have been replaced."""
        self._kept = {}

    def read(self, run: str, before: str) -> ShownRun:
        """The run beside what it is compared with. Raises `PlanAssistantError` where the run is not stored."""
        kept = self._kept.get((run, before))
        if kept is not None:
            return kept
        found = self.desk.run(run)
        comparison = self.desk.comparison(run, before)
        (bare,), comparison, shown = without_kept_aside([found], comparison)
        read = ShownRun(bare, frozenset(shown), comparison)
        if found.finished is not None:
            newest = list(self._kept.items())[1 - _KEPT :]
            self._kept = dict([*newest, ((run, before), read)])
        return read
