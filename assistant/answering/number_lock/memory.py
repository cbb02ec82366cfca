"""What the lock of one answer remembers, and what is known of a sentence while it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.answering.number_lock.markup import PlainSentence, read_markup
from assistant.answering.number_lock.reckoning import Operand, Reckoned
from assistant.answering.number_lock.sources import Said, Source, fold, joined
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Quantity
from assistant.search.glossary import Glossary


@dataclass
class Memory:
    """What the lock of one answer knows and has let out; each look at a sentence reads it, release alone writes it.

    `held` are names of the library's documents, `heading` the line that heads what follows, `header` the cells of a
    table's head, `released` the figures of the sentences let out."""

    glossary: Glossary
    question: str
    sources: dict[int, Source]
    held: Sequence[str]
    heading: str = ""
    header: tuple[str, ...] = ()
    numerals: dict[tuple[int, ...], str] = field(default_factory=dict)
    released: list[tuple[Operand, ...]] = field(default_factory=list)
    rows: list[tuple[str, LedgerRow]] = field(default_factory=list)

    @cached_property
    def names(self) -> str:
        """All headings, titles and held names, a line each."""
        return "\n".join(dict.fromkeys([*(source.names for source in self.sources.values()), *self.held]))

    @cached_property
    def folded_names(self) -> str:
        """The names as quotations are compared with them."""
        return fold(self.names)

    @cached_property
    def known(self) -> str:
        """All that any source says."""
        return self.names + "\n".join(source.all_words for source in self.sources.values())

    @cached_property
    def everything(self) -> Said:
        """All sources as one."""
        return joined(tuple(self.sources.values()))


class Look:
    """What is known of one sentence while it is looked at: its plain words, the figures found so far."""

    def __init__(self, memory: Memory, sentence: str) -> None:
        self._memory = memory
        self._plain: PlainSentence = read_markup(sentence)
        self._markers = tuple(dict.fromkeys(marker for _, marker in self._plain.markers))
        self._operands: list[tuple[int, Operand]] = []
        self._reckoned: list[Reckoned] = []
        self._figures: tuple[Quantity, ...] = ()
