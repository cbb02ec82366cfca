"""What a report may show: of suites that are kept aside no question, no answer and no word of a score."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.comparison import Change, Comparison
from assistant.evaluation.results import CaseResult, Run


def open_suites(runs: Sequence[Run]) -> set[str]:
    """The suites whose cases may be read. A suite that no run has on record is not among them: nobody knows."""
    records = [suite for run in runs for suite in run.suites]
    return {suite.name for suite in records} - {suite.name for suite in records if suite.kept_aside}


def without_kept_aside(
    runs: Sequence[Run], comparison: Comparison | None
) -> tuple[list[Run], Comparison | None, set[str]]:
    """(runs, comparison, open suites), the first two without any text of the other suites. Verdicts, times and
    tokens stay, so that every rate is the same."""
    shown = open_suites(runs)
    bare = [
        run.model_copy(update={"results": tuple(_bare(r) if r.suite not in shown else r for r in run.results)})
        for run in runs
    ]
    if comparison is not None:
        comparison = comparison.model_copy(
            update={
                "better": _without_questions(comparison.better, shown),
                "worse": _without_questions(comparison.worse, shown),
            }
        )
    return bare, comparison, shown


def _bare(result: CaseResult) -> CaseResult:
    """Built anew from what may be shown, so that a field that is added later is left out until someone lets it in."""
    return CaseResult(
        suite=result.suite,
        id=result.id,
        turns=(),
        kind=result.kind,
        style=result.style,
        expected_status=result.expected_status,
        expected="",
        verdict=result.verdict,
        scores=tuple(
            type(score)(name=score.name, verdict=score.verdict, expected="", extracted="", why="")
            for score in result.scores
        ),
        retrieval=result.retrieval,
        elapsed_ms=result.elapsed_ms,
        prompt_tokens=result.prompt_tokens,
        completion_tokens=result.completion_tokens,
    )


def _without_questions(changes: Sequence[Change], shown: set[str]) -> tuple[Change, ...]:
    return tuple(change if change.suite in shown else change.model_copy(update={"question": ""}) for change in changes)
