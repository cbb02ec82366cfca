"""The bytes of a reply, as OpenAI-compatible servers send them. Pure."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.testing.replies import Reply

_ID = "chatcmpl-scripted"


@dataclass(frozen=True)
class Segment:
    """Some bytes of a response's body; a gated one waits for its pass."""

    content: bytes
    is_gated: bool = False


def counted_tokens(text: str) -> int:
    """Something that grows with the text, as servers' own counts do."""
    return len(text)


def usage_of(prompt: str, reply: str) -> dict[str, int]:
    """The `usage` object."""
    asked, said = counted_tokens(prompt), counted_tokens(reply)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def whole_completion(reply: Reply, model: str, prompt: str) -> dict[str, Any]:
    """A `chat.completion`."""
    message = {"role": "assistant", "content": reply.whole}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    completion = {"id": _ID, "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}
    return completion | {"usage": usage_of(prompt, reply.whole)}


def streamed_completion(reply: Reply, model: str, prompt: str, *, with_usage: bool) -> Iterator[Segment]:
    """The events of a streamed reply up to where its ending leaves off. An endless one never stops."""
    line_end = "\r\n" if "crlf" in reply.quirks else "\n"

    def event(data: str) -> bytes:
        comment = f": keep-alive{line_end * 2}" if "comments" in reply.quirks else ""
        return f"{comment}data: {data}{line_end * 2}".encode()

    def chunk(delta: dict[str, Any], finish: str | None = None, choices: bool = True, **more: Any) -> bytes:
        said = [{"index": 0, "delta": delta, "finish_reason": finish}] if choices else []
        content = {"id": _ID, "object": "chat.completion.chunk", "created": 0, "model": model, "choices": said}
        return event(json.dumps(content | more, ensure_ascii=False))

    yield Segment(_beginning(reply, chunk))
    between = chunk({}, choices=False) if "empty_choices" in reply.quirks else b""
    times = 2 if "duplicates" in reply.quirks else 1
    thoughts = [reply.reasoning[at : at + reply.size] for at in range(0, len(reply.reasoning), reply.size)]
    for thought in thoughts:
        yield Segment(chunk({"reasoning_content": thought}) + between, is_gated=True)
    parts = itertools.cycle(reply.parts or ("",)) if reply.ending == "endless" else iter(reply.parts)
    for part in parts:
        yield Segment(chunk({"content": part}) * times + between, is_gated=True)
    yield Segment(_ending(reply, chunk, event, usage_of(prompt, reply.whole) if with_usage else None))


def _beginning(reply: Reply, chunk: Callable[..., bytes]) -> bytes:
    begun = b"\xef\xbb\xbf" if "bom" in reply.quirks else b""
    if "role_only" in reply.quirks:
        begun += chunk({"role": "assistant"}) + chunk({"role": "assistant", "content": None}) + chunk({"content": ""})
    elif "filter_first" in reply.quirks:
        begun += chunk({}, "content_filter")
    elif "bom" not in reply.quirks:  # after the mark the first piece itself comes, which must not be lost
        begun += chunk({"role": "assistant", "content": ""})
    return begun


def _ending(
    reply: Reply, chunk: Callable[..., bytes], event: Callable[[str], bytes], usage: dict[str, int] | None
) -> bytes:
    if reply.ending == "malformed_json":
        return event('{"id": "chatcmpl-scripted", "choices": [{"index": 0, "delta": {"con')
    if reply.ending == "malformed_line":
        return b'dat{"id": "chatcmpl-scripted"}\n\n'
    if reply.ending == "error_event":
        return event(json.dumps({"error": reply.error or {"message": "Internal error", "code": 500}}))
    finish = chunk({}, reply.finish)
    used = chunk({}, choices=False, usage=usage) if usage and "no_usage" not in reply.quirks else b""
    done = event("[DONE]")
    return {"whole": finish + used + done, "no_done": finish + used, "no_finish": used + done}.get(reply.ending, b"")
