"""A chat completion as it is given, whole or in chunks. Beside OpenAI's fields there are `citations` and `answer`: the
whole `Answer`, for programs that know it."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from assistant.answering.answer import Answer
from assistant.serving.sourced import sourced


@dataclass
class ChatReply:
    """One completion. In chunks, `begun` and `grown` come while the answer grows and `ended` once it is whole."""

    model: str
    with_usage: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))
    _said: str = ""

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The completion at once."""
        message = {"role": "assistant", "content": sourced(answer), "refusal": None} | _beside(answer)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._head("chat.completion") | {"choices": [choice], "usage": _usage(answer)}

    def begun(self) -> dict[str, Any]:
        """The first chunk, which says who speaks."""
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def grown(self, answer: Answer) -> list[dict[str, Any]]:
        """What has been added to the text since the last time."""
        return self._say(answer.text)

    def ended(self, answer: Answer) -> list[dict[str, Any]]:
        """The sources, the end, and the tokens where they were asked for."""
        chunks = self._say(sourced(answer))
        chunks.append(self._chunk({}, finish_reason="stop") | _beside(answer))
        if self.with_usage:
            chunks.append(self._head("chat.completion.chunk") | {"choices": [], "usage": _usage(answer)})
        return chunks

    def _say(self, text: str) -> list[dict[str, Any]]:
        added, self._said = text[len(self._said) :], text
        return [self._chunk({"content": added})] if added else []

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self.with_usage else {}
        return self._head("chat.completion.chunk") | {"choices": [choice]} | usage

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "system_fingerprint": None}


def _beside(answer: Answer) -> dict[str, Any]:
    whole = json.loads(answer.to_json())
    return {"citations": whole["citations"], "answer": whole}


def _usage(answer: Answer) -> dict[str, int]:
    """The tokens that a language model read and wrote; none where none was asked."""
    read, written = (answer.usage.prompt_tokens, answer.usage.completion_tokens) if answer.usage else (0, 0)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
