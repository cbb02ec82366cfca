"""What the tests let another process do with a library. Forked from a server that has imported the heavy
modules."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from assistant.library import Library, index
from assistant.library import generation as generations

CHANGING_EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.utime"}


def context() -> ForkServerContext:
    """Where the processes come from."""
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(["assistant.search.retriever", "assistant.library"])
    return chosen


def start(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """A running process."""
    process = context().Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def index_until_step(home: Path, corpus: Path, add: list[Path], fatal: int) -> None:
    """Index and be killed at the step with that number."""
    steps: list[str] = []

    def on_step(step: str) -> None:
        if len(steps) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(step)

    index(home, corpus=corpus, add=add, on_step=on_step)


def index_until_file_operation(home: Path, corpus: Path, add: list[Path], fatal: int, count: Connection) -> None:
    """Index and be killed at the file operation in the home with that number; send how many there were."""
    seen = 0

    def on_event(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in CHANGING_EVENTS and str(arguments[0]).startswith(str(home)):
            if seen == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    sys.addaudithook(on_event)
    index(home, corpus=corpus, add=add)
    count.send(seen)


def read(home: Path, ready: Event, again: Event, answers: Connection) -> None:
    """Read everything, wait, read everything again from the same open library, and send both."""
    with Library.open(home) as library:
        first = everything(library)
        ready.set()
        again.wait(30)
        answers.send((first, everything(library), library.is_current()))


def hold_lock(home: Path, ready: Event, release: Event) -> None:
    """Hold the indexing lock until told to let go."""
    with generations.indexing(home, 0, lambda _: None):
        ready.set()
        release.wait(30)


def everything(library: Library) -> dict[str, list[str]]:
    """Each document's clauses, and what both indexes find for one question; unread plans are read from
    disk."""
    found = {record.id: [clause.text for clause in library.plan(record.id).clauses] for record in library.documents}
    for record in library.documents:
        library.ledger(record.id)
    found["lexical"] = [f"{hit.document}/{hit.clause}" for hit in library.lexical().search("新增充电桩多少根")]
    found["retriever"] = [hit.node.node_id for hit in library.retriever().search("新增充电桩多少根")]
    return found
