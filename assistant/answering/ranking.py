"""Which clauses fit an open question best, where an encoder was chosen or a reranker is asked.

The shelf's own retrieval decides whether anything answers: the thresholds belong to its scores. A ranker only puts what
answers in another order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answering.shelf import Hit


@dataclass(frozen=True)
class Ranking:
    """Clauses, best first; scores order them and mean nothing else. `notices`: Chinese lines on what could not be asked."""

    hits: tuple[Hit, ...]
    notices: tuple[str, ...] = ()


class Ranker(Protocol):
    """Ranks the clauses of a library. Never raises for what it asks: then the order is the shelf's own, with a notice."""

    def rank(self, question: str, documents: Sequence[str], own: Sequence[Hit]) -> Ranking:
        """The clauses of these documents for a question; `own` is what the shelf's own retrieval brings."""
        ...
