"""What a case's words point at in the library: gold clauses, ledger rows. The ground that scorers judge on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from assistant.errors import UnusableInput
from assistant.evaluation.amounts import Equality
from assistant.evaluation.case import Case, ExpectedFigure
from assistant.evaluation.wording import bare
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Quantity
from assistant.plan.scan import read_quantities


class ClauseKey(NamedTuple):
    """A clause of the library."""

    document: str
    clause: str


class HeldDocument(Protocol):
    """A document of the library, by its id."""

    @property
    def id(self) -> str: ...


class Held(Protocol):
    """What scoring needs of a library."""

    def documents(self) -> Sequence[HeldDocument]: ...
    def plan(self, document: str) -> Plan: ...
    def ledger(self, document: str) -> tuple[LedgerRow, ...]: ...


@dataclass(frozen=True)
class Target:
    """A case on its ground. `gold`: each entry is the clauses of which one must be cited. `rows`: for each expected
    figure its place in the ledger, None where the ledger has no such row; `figureless` are the targets without a
    figure in the gold clauses, as (document, clause, offset)."""

    case: Case
    documents: tuple[str, ...]
    gold: tuple[frozenset[ClauseKey], ...]
    rows: tuple[tuple[str, LedgerRow] | None, ...]
    figureless: tuple[tuple[str, str, int], ...]
    equality: Equality

    @cached_property
    def gold_clauses(self) -> frozenset[ClauseKey]:
        return frozenset[ClauseKey]().union(*self.gold)


class Ground:
    """The plans of one run, each read once."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._plans: dict[str, Plan] = {}
        self._ledgers: dict[str, tuple[LedgerRow, ...]] = {}
        self._quantities: dict[str, tuple[Quantity, ...]] = {}
        self.document_ids = tuple(record.id for record in held.documents())

    def plan(self, document: str) -> Plan:
        """Raises `UnknownDocument`."""
        if document not in self._plans:
            self._plans[document] = self._held.plan(document)
        return self._plans[document]

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        if document not in self._ledgers:
            self._ledgers[document] = self._held.ledger(document)
        return self._ledgers[document]

    def quantities(self, words: str) -> tuple[Quantity, ...]:
        """The quantities of a clause's words; clauses come again and again."""
        if words not in self._quantities:
            self._quantities[words] = read_quantities(words)
        return self._quantities[words]

    @cached_property
    def words(self) -> str:
        """All that the plans say and count, bare: what a quotation may repeat."""
        parts = [self.plan(document).text for document in self.document_ids]
        parts += [row.indicator for document in self.document_ids for row in self.ledger(document)]
        return "\n".join(map(bare, parts))

    @cached_property
    def names_with_quantities(self) -> tuple[str, ...]:
        """Indicators that hold a quantity (亿元以上服务业项目), which is no figure of its own there."""
        indicators = {row.indicator for document in self.document_ids for row in self.ledger(document)}
        return tuple(sorted(name for name in indicators if self.quantities(name)))

    def target(
        self, case: Case, documents: Sequence[str], equivalent_units: Sequence[Sequence[str]], place: str
    ) -> Target:
        """The case on its ground; `place` names it in a message.

        Raises `UnusableInput` where gold words stand in no clause or in several.
        """
        searched = tuple(documents) or self.document_ids
        equality = Equality((*equivalent_units, *case.equivalent_units))
        gold = tuple(self._entry(entry, searched, place) for entry in case.gold)
        among = frozenset[ClauseKey]().union(*gold)
        asked = " ".join(case.conversation)
        rows: list[tuple[str, LedgerRow] | None] = []
        for figure in case.figures:
            rows.append(self._row(figure, figure.indicator or asked, among, equality, rows))
        figureless = tuple(
            (key.document, row.clause, row.start)
            for key in sorted(among)
            for row in self.ledger(key.document)
            if row.clause == key.clause and row.value is None
        )
        return Target(case, tuple(documents), gold, tuple(rows), figureless, equality)

    def _entry(self, entry: str | tuple[str, ...], documents: Sequence[str], place: str) -> frozenset[ClauseKey]:
        words = (entry,) if isinstance(entry, str) else entry
        return frozenset(self._clause(one, documents, place) for one in words)

    def _clause(self, words: str, documents: Sequence[str], place: str) -> ClauseKey:
        """The clause with this id or these words; `document:…` says in which document."""
        document, stroke, of_document = words.partition(":")
        if stroke and document in documents:
            documents, words = (document,), of_document
        named = [ClauseKey(document, words) for document in documents if words in self.plan(document).clauses_by_id]
        found = named or [
            ClauseKey(document, clause.id)
            for document in documents
            for clause in _clauses_with(self.plan(document), words)
        ]
        if len(found) != 1:
            where = "、".join(documents)
            how_many = f"在 {len(found)} 个条款里都有" if found else "不在任何条款里"
            raise UnusableInput(f"{place}：出处“{words}”{how_many}（{where}），要恰好在一个条款里")
        return found[0]

    def _row(
        self,
        figure: ExpectedFigure,
        name: str,
        among: frozenset[ClauseKey],
        equality: Equality,
        taken: Sequence[tuple[str, LedgerRow] | None],
    ) -> tuple[str, LedgerRow] | None:
        """The row that an expected figure stands for; one that stands for another figure already only where there is no
        other (2%左右 in three plans is three rows)."""
        found = [
            (key.document, row)
            for key in sorted(among)
            for row in self.ledger(key.document)
            if row.clause == key.clause and row.value is not None and equality.same(row, figure)
        ]
        found = [one for one in found if one not in taken] or found
        if len(found) > 1:
            # Two equal figures of one clause: the case's indicator tells which, or else its question.
            found.sort(
                key=lambda one: (
                    one[1].qualifier != figure.qualifier,
                    -likeness(name, one[1].indicator),
                    one[1].start,
                )
            )
        return found[0] if found else None


def _clauses_with(plan: Plan, words: str) -> list[Clause]:
    """The clauses that hold the words, each once."""
    return [clause for clause in plan.clauses if words in clause.text]


def likeness(words: str, name: str) -> float:
    """How much of the name's pairs of characters stand in the words: 0 to 1."""
    if len(name) < 2:
        return float(bool(name) and name in words)
    pairs = {name[at : at + 2] for at in range(len(name) - 1)}
    return sum(pair in words for pair in pairs) / len(pairs)
