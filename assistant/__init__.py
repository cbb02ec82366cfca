"""Questions about government plans, answered with the exact figure and the clause that says it.

from assistant import Assistant
answer = Assistant.open().ask("新增充电桩多少根")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answering.answer import Answer
    from assistant.wiring import Assistant

__all__ = ["Answer", "Assistant"]


def __getattr__(name: str) -> Any:
    """Load `Assistant` and `Answer` when they are first used: `--version` and `--help` must not pay for them."""
    if name == "Assistant":
        from assistant.wiring import Assistant

        return Assistant
    if name == "Answer":
        from assistant.answering.answer import Answer

        return Answer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
