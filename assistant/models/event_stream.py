"""The events of a streamed reply, read strictly: nothing of a reply may be passed over in silence. Pure.

The client library reads the same events again for the text; but it ignores a line that it does not know, loses the
first line after a byte order mark, and takes a connection that ends early for the end of the reply.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELDS = frozenset({b"data", b"event", b"id", b"retry"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_LINE = 1_000_000
"""Bytes. A piece of a reply has a few hundred."""

# The client library passes over a first event without text, together with whatever else it says (such as usage or a
# filter's verdict). So one goes first that says nothing.
OPENING_EVENT = b'data: {"choices": []}\n\n'


class UnreadableReply(Exception):
    """What came is no streamed reply. Its text is one Chinese phrase."""


class ErrorInReply(Exception):
    """The server broke a reply off with an error of its own."""

    def __init__(self, error: object) -> None:
        super().__init__()
        self.error = error


@dataclass
class EventStream:
    """One reply as it comes in. `feed` and `close` give its events back, each checked, in their plainest form."""

    finish: str = ""
    """Why the model stopped, in the server's word; empty while it has not said."""
    is_done: bool = False
    """The closing event has come."""

    def __post_init__(self) -> None:
        self._held = b""
        self._data: list[bytes] = []
        self._event = b""
        self._begun = False

    @property
    def is_whole(self) -> bool:
        """Whether the reply has come to its end, rather than the connection alone."""
        return bool(self.finish) or self.is_done

    def feed(self, received: bytes) -> bytes:
        """The events that are complete now. Raises `UnreadableReply`, `ErrorInReply`."""
        self._held += received
        if not self._begun:
            if len(self._held) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(self._held):
                return b""
            self._held = self._held.removeprefix(_BYTE_ORDER_MARK)
            self._begun = True
        # A carriage return that is the last byte may be half of a line end.
        whole = len(self._held) - self._held.endswith(b"\r")
        *lines, rest = _LINE_END.split(self._held[:whole])
        self._held = rest + self._held[whole:]
        if len(self._held) > _LONGEST_LINE:
            raise UnreadableReply("一行过长")
        return b"".join(map(self._line, lines))

    def close(self) -> bytes:
        """What the end of the connection completes."""
        held, self._held = self._held, b""
        lines = [line for line in _LINE_END.split(held) if line]
        return b"".join(map(self._line, (*lines, b"")))

    def _line(self, line: bytes) -> bytes:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        if not name:
            return b""  # a comment, sent to keep the connection alive
        if name not in _FIELDS:
            raise UnreadableReply("数据流里有无法识别的行")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value
        return b""

    def _dispatch(self) -> bytes:
        data, event = b"\n".join(self._data), self._event
        self._data, self._event = [], b""
        if not data or self.is_done:
            return b""
        if data.startswith(b"[DONE]"):
            self.is_done = True  # not passed on: the client library would stop there, short of the response's end
            return b""
        content = _parsed(data)
        if content.get("error") or event == b"error":
            raise ErrorInReply(content.get("error") or content)
        self._note_finish(content)
        return b"data: " + data.replace(b"\n", b" ") + b"\n\n"

    def _note_finish(self, content: dict[str, Any]) -> None:
        choices = content.get("choices")
        if not isinstance(choices, list):
            raise UnreadableReply("数据流里缺少 choices")
        for choice in choices[:1]:
            delta = choice.get("delta") if isinstance(choice, dict) else None
            if not isinstance(delta, dict) or not isinstance(delta.get("content"), str | None):
                raise UnreadableReply("数据流里的 delta 无法理解")
            finish = choice.get("finish_reason")
            if finish:
                self.finish = str(finish)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        raise UnreadableReply("数据流里有无法解析的 JSON") from None
    if not isinstance(content, dict):
        raise UnreadableReply("数据流里有无法理解的内容")
    return content
