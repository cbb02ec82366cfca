"""Holds a reply back until the test lets it go on: no test has to sleep."""

from __future__ import annotations

import threading


class Gate:
    """Passes as often as it has been told to. The head of a reply needs one pass, each piece of it one more."""

    def __init__(self) -> None:
        self._passes = threading.Semaphore(0)
        self._stands_open = threading.Event()

    def release(self, passes: int = 1) -> None:
        """Lets so many through."""
        if passes:
            self._passes.release(passes)

    def open(self) -> None:
        """Lets everything through from now on."""
        self._stands_open.set()

    def lets_through(self) -> bool:
        """Takes one pass, where there is one."""
        return self._stands_open.is_set() or self._passes.acquire(blocking=False)
