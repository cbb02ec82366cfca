"""`ChatServer`: where a language model is, and how much it reads and writes."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import UnusableInput
from assistant.models.endpoint import Endpoint


@dataclass(frozen=True)
class ChatServer:
    """A chat model behind an OpenAI-compatible server. Raises `UnusableInput` for what could never work."""

    endpoint: Endpoint
    context_window: int = 8192
    """Tokens that prompt and reply may have together."""
    max_tokens: int = 1024
    """Tokens that a reply may have."""
    retries: int = 2
    """How often a request that failed before its first piece is made again."""

    def __post_init__(self) -> None:
        if self.context_window <= 0 or self.max_tokens <= 0 or self.retries < 0:
            raise UnusableInput(f"{self.endpoint.kind}的窗口和长度应大于 0，重试次数不能为负")
