"""How a report writes verdicts, statuses, kinds, styles, rates and times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.evaluation.results import Run, Score
from assistant.evaluation.summary import MEASURES, Group, Rate, label
from assistant.evaluation.vocabulary import KINDS, SCORE_VERDICTS, STATUSES, STYLES, VERDICTS

GROUP_NAMES: dict[str, dict[str, str]] = {
    "suite": {},
    "kind": {str(kind): name for kind, name in KINDS.items()},
    "style": {str(style): name for style, name in STYLES.items()},
}
"""The names of the groups that `summary.groups` makes; a suite goes by its own."""

_MEASURES = {"mrr": "MRR", "ndcg": "nDCG"}
NOTHING = "—"
__all__ = ["KINDS", "SCORE_VERDICTS", "STATUSES", "STYLES", "VERDICTS"]


def percent(value: float) -> str:
    """A rate of 0 to 1. Only what is all or nothing is written 100% or 0%: rounding must not hide a wrong answer."""
    if value in (0, 1):
        return f"{value:.0%}"
    return f"{min(max(value, 0.001), 0.999):.1%}"


def interval(rate: Rate) -> str:
    """The 95 % interval, in percent without the sign."""
    return "–".join(_short(bound) for bound in rate.interval)


def _short(bound: float) -> str:
    return f"{bound * 100:.1f}".removesuffix(".0")


def milliseconds(value: float) -> str:
    """As many digits as mean something, without the unit."""
    digits = 2 if value < 1 else 1 if value < 10 else 0
    return f"{value:.{digits}f}"


def times(found: Group) -> str:
    """p50 / p99 in milliseconds, without the unit."""
    if found.cases == found.errors:
        return NOTHING
    return f"{milliseconds(found.p50)} / {milliseconds(found.p99)}"


def misses(found: Group) -> dict[str, int]:
    """How many answers were not right, by how they were not."""
    right = found.rates.get("right", Rate(0, 0))
    return {"答错": right.wrong - found.errors, "未答出": right.refused, "出错": found.errors}


def moment(when: datetime) -> str:
    """A date and time where the reader is."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"


def measure(name: str) -> str:
    """A threshold's or column's name as a reader knows it."""
    if name in MEASURES:
        return f"检索 {_MEASURES.get(name, name)}"
    return label(name)


def reasons(scores: Sequence[Score]) -> str:
    """Why an answer is not right, in one line; the names of what failed where the reasons are not to be read."""
    failed = [score for score in scores if score.verdict == "fail"]
    failed = failed or [score for score in scores if score.verdict == "refused"]
    if any(score.why for score in failed):
        return "；".join(dict.fromkeys(score.why or label(score.name) for score in failed))
    return "没通过：" + "、".join(label(score.name) for score in failed) if failed else ""


def configurations(runs: Sequence[Run]) -> list[str]:
    """A name for every run that no other run has."""
    names = [run.configuration for run in runs]
    return [name if names.count(name) == 1 else f"{name}（{run.id}）" for name, run in zip(names, runs, strict=True)]
