"""What the scripted server is to say, in order or by what it is asked."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.testing.recorded import Recorded
from assistant.testing.replies import Reply

Script = Sequence[Reply | str] | Callable[[Recorded], Reply | str]
"""Replies in their order, or a function of the request. A text is a reply that behaves."""

_OVER = Reply(status=500, error={"message": "The script is over", "type": "script_over", "code": "script_over"})


@dataclass
class Conditional:
    """A script that answers some questions always the same way, and all others in order, from the start again where it
    is to repeat itself."""

    when: Sequence[tuple[re.Pattern[str], Reply]] = ()
    otherwise: Sequence[Reply] = ()
    repeats: bool = False
    _told: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __call__(self, request: Recorded) -> Reply:
        for pattern, reply in self.when:
            if pattern.search(request.question):
                return reply
        with self._lock:
            at = self._told % len(self.otherwise) if self.repeats and self.otherwise else self._told
            self._told += 1
        return self.otherwise[at] if at < len(self.otherwise) else _OVER


def as_function(script: Script) -> Callable[[Recorded], Reply]:
    """Any script in one form. Past its end a list answers with an error that says so."""
    if callable(script):
        asked = script
        return lambda request: _as_reply(asked(request))
    return Conditional(otherwise=tuple(map(_as_reply, script)))


def _as_reply(said: Reply | str) -> Reply:
    return Reply(said) if isinstance(said, str) else said
