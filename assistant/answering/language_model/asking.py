"""What a model is asked beside the answer itself: the question standing alone, the plan's own terms, one sentence anew.

Each has a reply that code can do without: what a model says here is looked at before it is used, and dropped where it is
not what was asked for."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from assistant.answering.language_model.prompts import NOTHING, Prompts
from assistant.answering.question import LONGEST_QUESTION
from assistant.errors import Cancelled, ModelFault
from assistant.models.chat import Message, Usage
from assistant.plan.scan import narrow

MOST_TERMS = 6
_LONGEST_TERM = 20
# Of what is left of an answer's time, how much a question beside the answer may take.
_SHARE = 4
_SHORT_REPLY = 200  # tokens
_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d+[.、)）]|[（(]\d+[)）])\s*")
_MARKER = re.compile(r"\s*\[\d+\]")


class ChatModel(Protocol):
    """A model that is spoken to; `assistant.models.chat.ChatModel` is one. Both raise `ModelFault`, and `Cancelled` once
    `cancelled` is set; `seconds` is what is left of the answer's time."""

    @property
    def name(self) -> str: ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
        max_tokens: int | None = None,
    ) -> Generator[str, None, Usage | None]: ...


@dataclass
class Time:
    """What is left of one answer's time, and whether it is still wanted."""

    seconds: float
    cancelled: threading.Event = field(default_factory=threading.Event)
    _began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - (time.monotonic() - self._began))


@dataclass(frozen=True)
class Asking:
    """One model, asked for one answer."""

    model: ChatModel
    prompts: Prompts
    time: Time

    def standalone(self, question: str, before: Sequence[str]) -> str:
        """The last question with what the turns before supply, "" where the model does not give one. It may bring no
        number that nobody said."""
        turns = "\n".join(f"{place}. {turn}" for place, turn in enumerate(before, 1))
        said = self._briefly(self.prompts.filled("standalone", turns=turns, question=question))
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        if len(lines) != 1 or len(lines[0]) > LONGEST_QUESTION:
            return ""
        alone = lines[0].strip("“”\"'")
        spoken = set(_DIGITS.findall(narrow("\n".join([*before, question]))))
        return alone if spoken.issuperset(_DIGITS.findall(narrow(alone))) else ""

    def terms(self, question: str) -> tuple[str, ...]:
        """How a plan may say what is asked, for retrieval alone."""
        said = self._briefly(self.prompts.filled("widen", question=question, most=str(MOST_TERMS)))
        lines = (_BULLET.sub("", line).strip(" 。；;，,“”\"'") for line in said.splitlines())
        terms = (line for line in lines if line and len(line) <= _LONGEST_TERM and not _DIGITS.search(line))
        return tuple(dict.fromkeys(terms))[:MOST_TERMS]

    def again(self, messages: Sequence[Message], sentence: str, reason: str) -> str:
        """One sentence once more, the reason said; "" where the model has nothing else to say."""
        told = self.prompts.filled("mend", sentence=sentence.strip(), reason=reason, nothing=NOTHING)
        asked = [*messages, Message("assistant", sentence.strip()), Message("user", told)]
        said = " ".join(line.strip() for line in self._said(asked).splitlines() if line.strip())
        return "" if says_nothing(said) else said

    def _briefly(self, prompt: str) -> str:
        return self._said([Message("user", prompt)])

    def _said(self, messages: Sequence[Message]) -> str:
        """A short reply, "" where none comes: the answer goes on without it."""
        seconds = self.time.left / _SHARE
        try:
            pieces = self.model.stream(
                messages, seconds=seconds, cancelled=self.time.cancelled, max_tokens=_SHORT_REPLY
            )
            return "".join(pieces).strip()
        except Cancelled:
            raise
        except ModelFault:
            return ""


def says_nothing(reply: str) -> bool:
    """Whether a reply is the one that a model is told to give where the evidence holds no answer."""
    return _MARKER.sub("", reply).strip(' \n。.!！*“”"') == NOTHING
