"""What the page needs from the assistant, and nothing more: questions, the list of plans, one plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.answering.answer import Answer
from assistant.plan.document import Plan


class HeldDocument(Protocol):
    """A plan in the library, as the picker lists it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def name(self) -> str:
        """The title with the place and year that it lacks, in its marks."""
        ...

    @property
    def number(self) -> str: ...
    @property
    def year(self) -> int | None: ...


class Working(Protocol):
    """How answers come about: the language model that words them, "" for none; the hosts beyond this machine that are asked."""

    @property
    def model(self) -> str: ...
    @property
    def hosts(self) -> tuple[str, ...]: ...


class AskingAssistant(Protocol):
    """Answers questions about the plans of one library. Called from several threads at once.

    All may raise `PlanAssistantError`; the page shows its one line.
    """

    @property
    def working(self) -> Working: ...

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        """`history`: the user's earlier turns, oldest first. `documents`: only these plans, None: all."""
        ...

    def stream(
        self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None
    ) -> Iterator[Answer]:
        """The same as it grows, the whole answer last: each one's text is the beginning of the next one's."""
        ...

    def documents(self) -> Sequence[HeldDocument]:
        """The plans that the library holds now."""
        ...

    def plan(self, document_id: str) -> Plan:
        """The plan as the library holds it now."""
        ...
