"""What answering needs of a library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.plan.document import Plan
from assistant.plan.identity import Identity
from assistant.plan.ledger import LedgerRow
from assistant.search.arrays import Arrays

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, shape (texts, dimensions)."""


class Hit(Protocol):
    """A clause that retrieval brought, best first. `score`: 0 to 1, comparable from one question to another."""

    @property
    def document(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def score(self) -> float: ...


class Shelf(Protocol):
    """The plans of a library, what retrieval by the shipped encoder finds in them, and that encoder: thresholds were chosen
    for its vectors. What another encoder finds is a `ranking.Ranker`'s."""

    def document_ids(self) -> Sequence[str]:
        """The documents that answer: of several versions of one the newest alone."""
        ...

    def identity(self, document: str) -> Identity: ...
    def title(self, document: str) -> str: ...
    def location(self, document: str, start: int) -> str:
        """Where in the document's file its text from `start` on stands; "" where that is not known."""
        ...

    def names(self, document: str) -> Sequence[str]:
        """What a document is called: its title, its name, its 文号; "" for what it has not."""
        ...

    def years(self, document: str) -> frozenset[int]:
        """The years that a document's figures are for."""
        ...

    def plan(self, document: str) -> Plan: ...
    def ledger(self, document: str) -> tuple[LedgerRow, ...]: ...
    def arrays(self, document: str) -> Arrays:
        """What `prepared.answering_arrays` made of a document."""
        ...

    def holding(self, words: str) -> frozenset[str]:
        """The documents whose text holds the words as they stand."""
        ...

    def knowing(self, pair: str) -> frozenset[str]:
        """The documents with a clause, or headings of one, that hold a character pair."""
        ...

    def find(self, question: str, documents: Sequence[str], top: int) -> Sequence[Hit]:
        """The clauses that retrieval brings, best first."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts to unit vectors, shape (texts, dimensions), by the shipped encoder, whatever else ranks clauses."""
        ...
