"""What other programs need from the assistant, and how they ask it: in threads, so that the server's loop never waits."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from assistant.answering.answer import Answer

if TYPE_CHECKING:
    from starlette.types import Receive

    from assistant.library.records import DocumentRecord
    from assistant.plan.document import Plan
    from assistant.plan.ledger import LedgerRow

_AT_ONCE = 32  # questions in work; others wait their turn
_LOOKUPS_AT_ONCE = 4  # which are short, and must not wait for a language model

Result = TypeVar("Result")


class ServedAssistant(Protocol):
    """Answers questions about the plans of one library. Called from several threads at once.

    All may raise `PlanAssistantError`, whose one line the caller is told.
    """

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows, the whole one last: each one's text is the beginning of the next one's.

        `history`: the user's earlier turns, oldest first. `documents`: only these, None: all. Once `cancelled` is set a
        language model is let go.
        """
        ...

    def documents(self) -> Sequence[DocumentRecord]: ...
    def plan(self, document: str) -> Plan: ...
    def ledger(self, document: str) -> tuple[LedgerRow, ...]: ...
    def location(self, document: str, start: int) -> str: ...


@dataclass(frozen=True)
class Asked:
    """One question, with the user's earlier turns (oldest first), of these documents alone (None: of all)."""

    question: str
    history: tuple[str, ...] = ()
    documents: tuple[str, ...] | None = None


class Asking:
    """An assistant's threads: what is asked here runs in one of them while the loop goes on."""

    def __init__(self, assistant: ServedAssistant) -> None:
        self.assistant = assistant
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="asking")
        self._lookups = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, thread_name_prefix="looking-up")

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns, which may ask a question."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def look_up(self, work: Callable[[], Result]) -> Result:
        """What `work` returns, which only looks what the library holds."""
        return await asyncio.get_running_loop().run_in_executor(self._lookups, work)

    async def growing(self, asked: Asked, cancelled: threading.Event, patience: float) -> AsyncIterator[Answer | None]:
        """The answer as it grows, the whole one last, and None after every `patience` seconds without news.

        Raises what `ServedAssistant.stream` raises.
        """
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[Answer | None] = asyncio.Queue()

        def work() -> None:
            try:
                for answer in self.assistant.stream(asked.question, asked.history, asked.documents, cancelled):
                    loop.call_soon_threadsafe(news.put_nowait, answer)
            finally:
                loop.call_soon_threadsafe(news.put_nowait, None)

        working = loop.run_in_executor(self._threads, work)
        while True:
            try:
                answer = await asyncio.wait_for(news.get(), patience)
            except TimeoutError:
                yield None
                continue
            if answer is None:
                break
            yield answer
        await working

    async def whole(self, asked: Asked, cancelled: threading.Event) -> Answer:
        """The whole answer. Raises what `ServedAssistant.stream` raises."""
        return await self.run(lambda: whole_of(self.assistant, asked, cancelled))


def whole_of(assistant: ServedAssistant, asked: Asked, cancelled: threading.Event) -> Answer:
    """The whole answer, or as far as it had grown when it was cancelled. Raises what `ServedAssistant.stream` raises."""
    return deque(assistant.stream(asked.question, asked.history, asked.documents, cancelled), maxlen=1).pop()


@asynccontextmanager
async def until_left(receive: Receive) -> AsyncIterator[threading.Event]:
    """An event that is set once the client has gone, or this is over."""
    cancelled = threading.Event()

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        cancelled.set()

    watching = asyncio.create_task(watch())
    try:
        yield cancelled
    finally:
        cancelled.set()
        watching.cancel()
