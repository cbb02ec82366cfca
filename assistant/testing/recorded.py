"""What the scripted server was sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """One request. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    """The JSON of the body; None where it is none."""
    _client_left: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)

    @property
    def key(self) -> str:
        """The bearer token."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    @property
    def prompt(self) -> str:
        """All that the model is told."""
        return "\n".join(str(message.get("content")) for message in self._messages())

    @property
    def question(self) -> str:
        """The last thing that it is told."""
        return str(next((message.get("content") for message in reversed(self._messages())), ""))

    @property
    def texts(self) -> list[str]:
        """What it is to encode; empty where the request is another."""
        given = self.body.get("input", []) if isinstance(self.body, dict) else []
        return [given] if isinstance(given, str) else list(given)

    @property
    def has_client_left(self) -> bool:
        """Whether the client closed the connection before its reply was over."""
        return self._client_left.is_set()

    def wait_until_client_leaves(self, seconds: float = 10) -> bool:
        """Whether it has left, or does within so long."""
        return self._client_left.wait(seconds)

    def note_client_left(self) -> None:
        """Called by the server."""
        self._client_left.set()

    def _messages(self) -> list[Any]:
        messages = self.body.get("messages", []) if isinstance(self.body, dict) else []
        return [message for message in messages if isinstance(message, dict)]
