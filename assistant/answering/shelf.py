"""The documents that a question is put to, each with its index, built when first asked and kept for the generation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from assistant.answering.ledger_index import LedgerIndex
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow


class Hit(Protocol):
    """A clause that retrieval brought, best first. `score`: 0 to 1, comparable from one question to another."""

    @property
    def document(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def score(self) -> float: ...


class Shelf(Protocol):
    """What answering needs of a library."""

    def document_ids(self) -> Sequence[str]: ...
    def plan(self, document: str) -> Plan: ...
    def ledger(self, document: str) -> tuple[LedgerRow, ...]: ...
    def find(self, question: str, documents: Sequence[str], top: int) -> Sequence[Hit]:
        """The clauses that retrieval brings, best first."""
        ...


class Indexes:
    """One `LedgerIndex` a document, built on first use."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.of = lru_cache(maxsize=None)(self._build)

    def _build(self, document: str) -> LedgerIndex:
        return LedgerIndex(document, self._shelf.plan(document), self._shelf.ledger(document))
