"""What the 评测 tab needs, and nothing more: suites to run, runs to read, proposals to decide on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from assistant.answering.answer import Answer
from assistant.evaluation.comparison import Comparison
from assistant.evaluation.proposals import Decision, Proposal
from assistant.evaluation.results import Run

PREVIOUS = ""
"""What to compare a run with: the one before it."""
BASELINE = "baseline.json"
"""What to compare a run with: the committed baseline."""


@dataclass(frozen=True)
class SuiteLine:
    """A suite that can be run. `local`: the office's own, made of accepted proposals. `documents` are the ids of the
    plans that its questions are put to, none for the whole library."""

    name: str
    title: str
    cases: int
    kept_aside: bool
    local: bool
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunLine:
    """A run that was stored; mutants are not counted in `right` and `cases`."""

    id: str
    configuration: str
    started: datetime
    finished: bool
    right: int
    cases: int


@dataclass(frozen=True)
class Progress:
    """How far the run in the background is. `seconds_left` is None before that can be told; `error` is the Chinese
    line that ended it, "" where none did. `run` is its id, "" before it has one: then `total` is 0."""

    run: str
    done: int
    total: int
    seconds_left: float | None
    running: bool
    error: str


class EvaluationDesk(Protocol):
    """The evaluations of one library. Called from several threads at once; all may raise `PlanAssistantError`, whose
    one line the page shows."""

    def suites(self) -> Sequence[SuiteLine]:
        """What can be run, in the order to show."""
        ...

    def engines(self) -> Sequence[tuple[str, str]]:
        """(label, value) of the engines that can be picked."""
        ...

    def start(self, suites: Sequence[str], engine: str) -> None:
        """Run these suites (none: all) in the background. `UnusableInput` while another run is going on."""
        ...

    def stop(self) -> None:
        """Stop the run in the background after the case in hand; what it has is kept."""
        ...

    def progress(self) -> Progress | None:
        """Of the run that was started last, None where none was."""
        ...

    def runs(self) -> Sequence[RunLine]:
        """The stored runs, the newest first."""
        ...

    def run(self, run: str) -> Run:
        """A stored run with its results; of an unfinished one those that it has."""
        ...

    def comparison(self, run: str, before: str) -> Comparison | None:
        """The run against a stored one, `PREVIOUS` or `BASELINE`; None where there is no such run or baseline."""
        ...

    def report(self, run: str, form: Literal["html", "json", "junit"]) -> Path:
        """The report as a file to download."""
        ...

    def propose(self, turns: Sequence[str], answer: Answer, reason: str, correction: str) -> None:
        """Someone says that the answer to the last turn is wrong, and why; `correction` is what it should say or ""."""
        ...

    def proposals(self) -> Sequence[Proposal]:
        """Not yet decided, the newest first."""
        ...

    def accept(self, proposal: str, decision: Decision) -> None:
        """Make it a case of the local suite. `UnusableInput` names what of the decision makes no case."""
        ...

    def reject(self, proposal: str) -> None:
        """Drop it."""
        ...

    def local_suite(self) -> Path | None:
        """The local suite as a file to download; None while it is empty."""
        ...
