"""What the scripted server does with one request, and every way to misbehave by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.testing.gate import Gate

Ending = Literal[
    "whole",  # finish reason, usage, [DONE]; of a reply that is not streamed: all of it
    "no_done",  # finish reason, but no [DONE]
    "no_finish",  # [DONE], but no finish reason
    "ends_early",  # the response ends properly, the reply does not
    "dropped",  # the connection is closed in the middle of the response
    "reset",  # the connection is reset
    "malformed_json",
    "malformed_line",
    "error_event",  # an error in place of a piece
    "endless",  # the text again and again; what is not streamed goes on with a blank now and then
    "silent",  # nothing more, the connection stays; in place of what is not streamed nothing at all comes
]
Quirk = Literal[
    "duplicates",  # every piece twice
    "role_only",  # first a chunk that only says who speaks, then some without text
    "empty_choices",  # chunks without choices between the pieces
    "filter_first",  # the first chunk says content_filter and nothing else
    "bom",
    "crlf",
    "comments",  # keep-alive lines between the events
    "gzip",
    "no_usage",
    "not_streamed",  # JSON though a stream was asked for
    "web_page",
]


@dataclass(frozen=True)
class Reply:
    """A reply of the model, or what comes in its place. A reply that is not streamed can be whole, dropped, endless or
    silent."""

    text: str = ""
    size: int = 4
    """Characters a piece."""
    pieces: tuple[str, ...] = ()
    """The pieces themselves, in place of `text` cut into equal ones."""
    reasoning: str = ""
    """Sent first, as `reasoning_content`."""
    finish: str | None = "stop"
    delay: float = 0.0
    """Seconds before each piece; for trials by hand."""
    gate: Gate | None = None
    ending: Ending = "whole"
    quirks: frozenset[Quirk] = frozenset()
    status: int = 200
    error: dict[str, Any] | None = None
    """The `error` object of a reply with another status, or of an `error_event`."""
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    """What is sent in place of all that: JSON, or bytes as they are."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The pieces of the text."""
        return self.pieces or tuple(self.text[at : at + self.size] for at in range(0, len(self.text), self.size))

    @property
    def whole(self) -> str:
        """All the text."""
        return "".join(self.parts)


def _refusal(status: int, code: str, message: str, **more: Any) -> Reply:
    return Reply(status=status, error={"message": message, "type": code, "param": None, "code": code} | more)


def busy(retry_after: str = "") -> Reply:
    """429."""
    reply = _refusal(429, "rate_limit_exceeded", "Rate limit reached")
    return replace(reply, headers=(("Retry-After", retry_after),)) if retry_after else reply


def content_filter() -> Reply:
    """Azure's refusal of a prompt."""
    inner = {"code": "ResponsibleAIPolicyViolation"}
    message = "The response was filtered due to the prompt triggering the content management policy"
    return _refusal(400, "content_filter", message, innererror=inner)


def prompt_too_long() -> Reply:
    """400 as servers say it when a prompt exceeds the window."""
    return _refusal(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens")


_TEXT = "全市新增甲类项目12个。[1]"

MISBEHAVIOURS: dict[str, Callable[[], Reply]] = {
    "busy": busy,
    "broken": lambda: _refusal(500, "internal_error", "Internal server error"),
    "overloaded": lambda: _refusal(503, "overloaded", "Service unavailable"),
    "unauthorised": lambda: _refusal(401, "invalid_api_key", "Incorrect API key provided"),
    "unknown_model": lambda: _refusal(404, "model_not_found", "The model does not exist"),
    "quota": lambda: _refusal(429, "insufficient_quota", "You exceeded your current quota"),
    "prompt_too_long": prompt_too_long,
    "content_filter": content_filter,
    "filtered_reply": lambda: Reply(_TEXT, finish="content_filter"),
    "filtered_first": lambda: Reply(finish="content_filter", quirks=frozenset({"filter_first"})),
    "cut_at_length": lambda: Reply(_TEXT, finish="length"),
    "dropped": lambda: Reply(_TEXT, ending="dropped"),
    "reset": lambda: Reply(_TEXT, ending="reset"),
    "ends_early": lambda: Reply(_TEXT, ending="ends_early"),
    "malformed_json": lambda: Reply(_TEXT, ending="malformed_json"),
    "malformed_line": lambda: Reply(_TEXT, ending="malformed_line"),
    "error_event": lambda: Reply(_TEXT, ending="error_event"),
    "empty": Reply,
    "endless": lambda: Reply(_TEXT, ending="endless"),
    "silent": lambda: Reply(_TEXT, ending="silent"),
    "wrong_language": lambda: Reply("The plan sets a target of 12 projects. [1]"),
    "thinking": lambda: Reply(f"<think>先看依据，有12个还是21个？</think>\n\n{_TEXT}"),
    "thinking_unclosed": lambda: Reply("<think>先看依据，有12个还是21个？"),
    "thinking_unopened": lambda: Reply(f"先看依据，有12个还是21个？</think>\n\n{_TEXT}"),
    "reasoning": lambda: Reply(_TEXT, reasoning="先看依据，有12个还是21个？"),
    "not_streamed": lambda: Reply(_TEXT, quirks=frozenset({"not_streamed"})),
    "web_page": lambda: Reply(quirks=frozenset({"web_page"})),
}
"""By the names that scripts use. Refused connections are a server that has been stopped; a slow one has a `Gate`."""
