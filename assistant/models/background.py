"""An event loop in a thread of its own, for work that must be stoppable at any moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """One loop in one daemon thread. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()
        self._lock = threading.Lock()
        self._is_stopped = False

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begins the work; cancelling the future stops it where it is. Once stopped, nothing begins: the future is
        cancelled."""
        with self._lock:
            if not self._is_stopped:
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        work.close()
        nothing: Future[T] = Future()
        nothing.cancel()
        return nothing

    def stop(self, last: Coroutine[Any, Any, None]) -> None:
        """Cancels what is under way, does one last thing, and ends the thread. To be called once."""
        with self._lock:
            self._is_stopped = True
        asyncio.run_coroutine_threadsafe(_cancel_others(), self._loop).result()
        asyncio.run_coroutine_threadsafe(last, self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
