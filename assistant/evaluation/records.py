"""Runs on disk: a folder a run, its head as JSON and a result a line, each written as soon as it is known.

A kill loses at most the line in hand; a run goes on from the lines that are whole.
"""

from __future__ import annotations

import os
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from assistant.errors import UnusableInput
from assistant.evaluation.results import CaseResult, Run

_HEAD, _RESULTS = "run.json", "results.jsonl"


class RunStore:
    """The runs of one home, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, run: Run) -> RunWriter:
        """Store a new run, named for its time and configuration."""
        stem = f"{run.provenance.started:%Y%m%d-%H%M%S}-{run.configuration}"
        name, number = stem, 1
        while True:
            try:
                (self.folder / name).mkdir(parents=True)
                break
            except FileExistsError:
                number += 1
                name = f"{stem}-{number}"
            except OSError as error:
                raise UnusableInput(f"评测记录写不进“{self.folder}”：{error.strerror}") from None
        begun = run.model_copy(update={"id": name})
        _write_head(self.folder / name, begun)
        return RunWriter(self.folder / name, begun)

    def resume(self, run: Run) -> RunWriter:
        """Go on with an unfinished run: a line that was cut off is taken away first."""
        path = self.folder / run.id / _RESULTS
        if path.exists():
            # Cut where it is, not written anew: a full disk must not cost what is there.
            os.truncate(path, path.read_bytes().rfind(b"\n") + 1)
        return RunWriter(self.folder / run.id, run)

    def ids(self) -> list[str]:
        """The stored runs, the newest first."""
        if not self.folder.is_dir():
            return []
        return sorted((path.parent.name for path in self.folder.glob(f"*/{_HEAD}")), reverse=True)

    def head(self, run: str) -> Run:
        """A run without its results. Raises `UnusableInput` where there is no such run or it is damaged."""
        path = self.folder / run / _HEAD
        if run not in self.ids():
            raise UnusableInput(f"没有评测记录“{run}”；现有：{'、'.join(self.ids()) or '（空）'}")
        try:
            return Run.model_validate_json(path.read_bytes())
        except ValidationError:
            raise UnusableInput(f"评测记录“{path}”已损坏") from None

    def read(self, run: str) -> Run:
        """A run with its results, in the order of its suites; of an unfinished one those that it has."""
        head = self.head(run)
        path = self.folder / run / _RESULTS
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        try:
            results = [CaseResult.model_validate_json(line) for line in lines]
        except ValidationError:
            raise UnusableInput(f"评测记录“{path}”已损坏") from None
        return head.model_copy(update={"results": in_order(results, head)})


class RunWriter:
    """One run being written. `tell` may be called from several threads, one at a time."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.run = run
        self._folder = folder
        self._file = (folder / _RESULTS).open("ab")
        self._writing = threading.Lock()

    def tell(self, result: CaseResult) -> None:
        """Keep a result: it is on its way to the disk before this returns."""
        with self._writing:
            self._file.write(result.model_dump_json(exclude_defaults=True).encode() + b"\n")
            self._file.flush()

    def finish(self, results: tuple[CaseResult, ...], when: datetime) -> Run:
        """The run is done: its head says so."""
        self.run = self.run.model_copy(update={"finished": when})
        _write_head(self._folder, self.run)
        return self.run.model_copy(update={"results": results})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def in_order(results: list[CaseResult], run: Run) -> tuple[CaseResult, ...]:
    """Results as they were told, in the order of the run's suites; within a suite in the order of being told."""
    place = {suite.name: number for number, suite in enumerate(run.suites)}
    return tuple(sorted(results, key=lambda result: place.get(result.suite, len(place))))


def _write_head(folder: Path, run: Run) -> None:
    """Replaced whole, so that a kill leaves the old or the new one."""
    being_written = folder / f"{_HEAD}.new"
    being_written.write_text(run.model_dump_json(indent=1, exclude={"results"}), encoding="utf-8")
    being_written.replace(folder / _HEAD)
