"""`ChatModel`: one language model behind one OpenAI-compatible server, asked so that it can be stopped at any moment."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import Cancelled, ModelBroken, ModelBusy, ModelFault, ModelUnreachable
from assistant.models.background import Background
from assistant.models.circuit import Circuit
from assistant.models.endpoint import Endpoint
from assistant.models.message import Message, Usage
from assistant.models.server import ChatServer

if TYPE_CHECKING:
    from assistant.models.asking import Asking

__all__ = ["ChatModel", "ChatServer", "Endpoint", "Message", "Usage"]

FAULTS_IN_A_ROW = 5
"""After so many the server is left alone."""
PAUSE_SECONDS = 30.0
"""For so long."""
FIRST_WAIT_SECONDS = 0.5
"""Before the first retry; before each further one twice as long."""
_SPREAD = 0.25
"""By up to this share longer, so that not all who failed together come back together."""

_CANCELLED = "回答已取消"

_GLANCE_SECONDS = 0.02
"""How often a waiting caller looks whether it has been cancelled."""

# A server that was silent once has had its time; one that refuses will refuse again.
_WORTH_A_RETRY = (ModelUnreachable, ModelBusy, ModelBroken)


class ChatModel:
    """Safe to share between threads. Nothing is imported or connected before the first question."""

    def __init__(
        self,
        server: ChatServer,
        *,
        faults_in_a_row: int = FAULTS_IN_A_ROW,
        pause_seconds: float = PAUSE_SECONDS,
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> None:
        self.server = server
        self._circuit = Circuit(faults_in_a_row, pause_seconds)
        self._first_wait = first_wait_seconds
        self._lock = threading.Lock()
        self._under_way: tuple[Background, Asking] | None = None

    def __repr__(self) -> str:
        return f"ChatModel({self.server.endpoint!r})"

    @property
    def name(self) -> str:
        """The model's name."""
        return self.server.endpoint.model

    def stream(
        self,
        messages: Sequence[Message],
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
        max_tokens: int | None = None,
    ) -> Generator[str, None, Usage | None]:
        """Pieces of the reply as they come, without the model's thinking. `seconds`: the time left for all of it.

        A request that fails before its first piece is made again while there is time; once a piece has been handed
        out, never, so no text comes twice. Pieces handed out before a `ModelFault` are not a whole reply. Closing the
        generator ends the request. Raises `ModelFault`, `Cancelled`.
        """
        deadline = time.monotonic() + seconds
        stopped = cancelled or threading.Event()
        for number in range(self.server.retries + 1):
            attempt = _Attempt(self, messages, max_tokens or self.server.max_tokens, deadline, stopped)
            try:
                with self._circuit.attempt(self.server.endpoint.shown):
                    return (yield from attempt.pieces())
            except ModelFault as fault:
                wait = max(fault.retry_after, self._wait_before_retry(number))
                is_worth_it = isinstance(fault, _WORTH_A_RETRY) and not self._circuit.is_open
                is_last = number == self.server.retries or wait >= deadline - time.monotonic()
                if attempt.has_handed_out or is_last or not is_worth_it:
                    raise
            if stopped.wait(wait):
                raise Cancelled(_CANCELLED)
        raise AssertionError("the last attempt returns or raises")

    def complete(
        self,
        messages: Sequence[Message],
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
        max_tokens: int | None = None,
    ) -> str:
        """The whole reply. Raises as `stream` does."""
        return "".join(self.stream(messages, seconds=seconds, cancelled=cancelled, max_tokens=max_tokens))

    def warm(self) -> None:
        """Load what the first request would wait for. Nothing is asked; a client that cannot be made is told then."""
        with suppress(ModelFault):
            self.opened()

    def close(self) -> None:
        """Ends what is under way, whose callers get `Cancelled`, and the connections."""
        with self._lock:
            under_way, self._under_way = self._under_way, None
        if under_way is not None:
            background, asking = under_way
            background.stop(asking.close())

    def opened(self) -> tuple[Background, Asking]:
        """The thread that asks, and the client. Loads what they need, which takes seconds the first time.

        Raises `ModelUnreachable` where the address or the environment's proxy cannot be used.
        """
        with self._lock:
            if self._under_way is None:
                from assistant.models.asking import Asking

                asking = Asking(self.server)
                self._under_way = Background(f"model {self.server.endpoint.model}"), asking
            return self._under_way

    def _wait_before_retry(self, number: int) -> float:
        doubled: float = self._first_wait * 2**number
        return doubled * (1 + random.uniform(0, _SPREAD))


class _Attempt:
    """One request, made in the background; its pieces are taken over by the caller's thread."""

    def __init__(
        self,
        model: ChatModel,
        messages: Sequence[Message],
        max_tokens: int,
        deadline: float,
        stopped: threading.Event,
    ) -> None:
        self.has_handed_out = False
        self._model = model
        self._messages = messages
        self._max_tokens = max_tokens
        self._deadline = deadline
        self._stopped = stopped
        self._come: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def pieces(self) -> Generator[str, None, Usage | None]:
        """The pieces as they come. Raises `ModelFault`, `Cancelled`."""
        self._refuse_cancelled()
        background, asking = self._model.opened()
        request = background.start(
            asking.ask(
                self._messages,
                self._come.put,
                seconds=self._deadline - time.monotonic(),
                max_tokens=self._max_tokens,
            )
        )
        request.add_done_callback(lambda _: self._come.put(None))
        try:
            while (piece := self._next()) is not None:
                self.has_handed_out = True
                yield piece
            return _outcome(request)
        finally:
            request.cancel()

    def _next(self) -> str | None:
        """The next piece; None when there are no more."""
        while True:
            self._refuse_cancelled()
            with suppress(queue.Empty):
                return self._come.get(timeout=_GLANCE_SECONDS)

    def _refuse_cancelled(self) -> None:
        if self._stopped.is_set():
            raise Cancelled(_CANCELLED)


def _outcome(request: Future[Usage | None]) -> Usage | None:
    try:
        return request.result()
    except CancelledError:  # the model was closed meanwhile
        raise Cancelled(_CANCELLED) from None
