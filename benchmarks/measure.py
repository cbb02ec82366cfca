"""What is measured, one function a question: how long a process takes, where the gold clause stands, how long a call."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llama_index.core.schema import NodeWithScore

from assistant.evaluation.case import Case

ROOT = Path(__file__).parent.parent
_LAUNCHER = Path(__file__).parent / "launch.py"


@dataclass(frozen=True)
class ProcessRun:
    """A process from start to end: wall time in seconds, the most memory it held at once in bytes, its stdout."""

    seconds: float
    peak: int
    output: str


@dataclass(frozen=True)
class Retrieval:
    """How often a gold clause was among the first, and the mean length in characters of the nodes that held it."""

    first: float
    first_three: float
    characters: float


def run_process(command: Sequence[str], settings: Mapping[str, str] | None = None) -> ProcessRun:
    """Run a command in the project's folder; `settings` are added to its environment. POSIX only.

    Raises `CalledProcessError` where it fails.
    """
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER)]
    environment = {**os.environ, **(settings or {})}
    run = subprocess.run(
        [*launcher, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    *output, measured = run.stdout.splitlines()
    return ProcessRun(**json.loads(measured), output="\n".join(output))


def median_runs(
    commands: Mapping[str, Sequence[str]], times: int, settings: Mapping[str, str]
) -> dict[str, ProcessRun]:
    """Median time and memory of each command, run in turns so that a busy minute falls on all of them alike."""
    runs: dict[str, list[ProcessRun]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            runs[name].append(run_process(command, settings))
    return {
        name: ProcessRun(
            statistics.median(run.seconds for run in held),
            statistics.median_high(run.peak for run in held),
            held[-1].output,
        )
        for name, held in runs.items()
    }


def retrieval(cases: Sequence[Case], find: Callable[[str], Sequence[NodeWithScore]]) -> Retrieval:
    """Ask `find` for the best three nodes of every case; a node hits where it contains a case's gold words whole.

    Gold words stand once in the plan, so that nothing else can contain them.
    """
    ranks: list[int] = []
    lengths: list[int] = []
    for case in cases:
        texts = [hit.node.get_content() for hit in find(case.asked)[:3]]
        held = [
            rank for rank, text in enumerate(texts) if any(isinstance(gold, str) and gold in text for gold in case.gold)
        ]
        ranks.extend(held[:1])
        lengths.extend(len(texts[rank]) for rank in held[:1])
    return Retrieval(
        first=ranks.count(0) / len(cases),
        first_three=len(ranks) / len(cases),
        characters=statistics.mean(lengths) if lengths else 0.0,
    )


def call_milliseconds(call: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """Median and 99th percentile of the time that one call takes, each question asked once."""
    taken: list[float] = []
    for question in questions:
        start = time.perf_counter()
        call(question)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=100, method="inclusive")[98]
