"""What is said to a model, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Message:
    """One turn of what a model reads."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Usage:
    """What the server counted, in tokens of its own."""

    prompt_tokens: int
    completion_tokens: int
