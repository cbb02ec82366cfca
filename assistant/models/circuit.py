"""A server that fails again and again is left alone for a while, then tried once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from assistant.errors import ModelBroken, ModelBusy, ModelFault, ModelTimedOut, ModelUnreachable

_SERVERS_OWN = (ModelUnreachable, ModelTimedOut, ModelBusy, ModelBroken)
"""Faults after which waiting may help. A wrong key or a filtered reply is not mended by time."""


class Circuit:
    """Of one server; safe to share between threads. `faults`: how many in a row; `seconds`: how long it is left alone.

    pybreaker's own way of calling holds its lock for as long as the call lasts, which would let one answer wait for
    another; so an attempt is admitted first and its outcome reported afterwards.
    """

    def __init__(self, faults: int, seconds: float) -> None:
        from pybreaker import CircuitBreaker, CircuitMemoryStorage

        self._storage = CircuitMemoryStorage("closed")
        self._breaker = CircuitBreaker(
            fail_max=faults, reset_timeout=seconds, state_storage=self._storage, throw_new_error_on_trip=False
        )
        self._seconds = seconds
        self._lock = threading.Lock()
        self._is_trying = False

    @property
    def is_open(self) -> bool:
        """Whether the server is being left alone."""
        return self._breaker.current_state != "closed"

    @contextmanager
    def attempt(self, shown: str) -> Iterator[None]:
        """One request. Raises `ModelUnreachable` where the server is being left alone."""
        trial = self._admit(shown)
        try:
            yield
        except ModelFault as fault:
            self._report(fault)
            raise
        else:
            self._report(None)
        finally:
            if trial:
                self._is_trying = False

    def _admit(self, shown: str) -> bool:
        """Whether this is the one request that finds out if the server is back."""
        with self._lock:
            if self._breaker.current_state == "closed":
                return False
            opened = self._storage.opened_at
            rested = opened is None or datetime.now(UTC) >= opened + timedelta(seconds=self._seconds)
            if self._is_trying or not rested:
                raise ModelUnreachable(f"{shown}接连出错，暂停使用，稍后会再试")
            self._breaker.half_open()
            self._is_trying = True
            return True

    def _report(self, fault: ModelFault | None) -> None:
        from pybreaker import CircuitBreakerError

        # Others may have opened the circuit meanwhile: then this outcome, which belongs to before, changes nothing.
        with suppress(ModelFault, CircuitBreakerError):
            if isinstance(fault, ModelTimedOut) and not fault.was_silent:
                return
            if isinstance(fault, _SERVERS_OWN):
                self._breaker.call(_failed, fault)
            else:
                self._breaker.call(_succeeded)


def _succeeded() -> None:
    """What a request that was served looks like to the breaker."""


def _failed(fault: ModelFault) -> NoReturn:
    raise fault
