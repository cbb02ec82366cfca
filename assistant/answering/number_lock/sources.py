"""What a cited clause says, read once: its figures with the words beside them, and the numerals that are names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from assistant.answering.number_lock.beside import beside
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow
from assistant.plan.modifiers import inside_modifier
from assistant.plan.numerals import narrow
from assistant.plan.quantity import Amount, Quantity
from assistant.plan.scan import scan

_RANKS = frozenset({"位", "名"})
_PAUSE = re.compile(r"[，,；;。]")
_BLANK = re.compile(r"\s+")
_FOLDED = str.maketrans("，；：？！（）、“”‘’「」『』—–~～", ',;:?!(),""""""""----')
_SAME_SCRIPT = re.compile(r"[\"'《》〈〉]")


@dataclass(frozen=True)
class Evidence:
    """One numbered source that a model may cite; made by code. `rows` are the ledger's of this clause."""

    marker: int
    document: str
    plan: Plan
    clause: Clause
    rows: tuple[LedgerRow, ...]


@dataclass(frozen=True)
class SourceFigure:
    """A figure of a clause. `own` are the words that are its own: indicator, action, and those beside it; `around` are
    those since the last comma, other figures' among them; `row` is None
    where the ledger has none (a year's threshold in a name)."""

    amount: Amount
    text: str
    row: LedgerRow | None
    indicator: str
    own: str
    before: str
    after: str
    noun: str
    around: str = ""


@dataclass(frozen=True)
class Said:
    """Words that may be said: `all_words`."""

    all_words: str

    @cached_property
    def in_its_words(self) -> dict[str, str]:
        """What words become in the words of the source: kept while a sentence is looked at."""
        return {}


@dataclass(frozen=True)
class Source:
    """An evidence, read. `words` are the clause's, half-width; `names` its headings, title, 文号 and the document's name."""

    evidence: Evidence
    words: str
    names: str
    figures: tuple[SourceFigure, ...]

    @cached_property
    def in_its_words(self) -> dict[str, str]:
        """What words become in the words of the source: kept while a sentence is looked at."""
        return {}

    @cached_property
    def all_words(self) -> str:
        """All that may be said of any of its figures, without quotes and blanks."""
        said = [self.words, self.names, *(figure.indicator + figure.own for figure in self.figures)]
        return _BLANK.sub("", without_quotes("\n".join(said)))

    @cached_property
    def folded(self) -> str:
        """The clause and its names as quotations are compared with them."""
        return fold(f"{self.words}\n{self.names}")

    @cached_property
    def numerals(self) -> str:
        """Where names and dates may stand."""
        return f"{self.words}\n{self.names}"


def joined(sources: Sequence[Source]) -> Said:
    """Several evidences as one, for words that may be said of any of them."""
    return Said("\n".join(one.all_words for one in sources))


def without_quotes(words: str) -> str:
    return re.sub("[“”‘’\"'「」『』《》]", "", words)


def fold(words: str) -> str:
    """Words as quotations are compared: no blanks, one width and one form of each sign."""
    return _BLANK.sub("", narrow(words)).translate(_FOLDED)


def read_source(evidence: Evidence) -> Source:
    """Read an evidence. The reading of a clause is kept for later answers."""
    plan, clause = evidence.plan, evidence.clause
    words = narrow(plan.words(clause)).replace("\n", "")
    names = _names_of(
        plan.title, plan.name, plan.number, plan.place or "", plan.path(clause), plan.formal_citation(clause)
    )
    return Source(evidence, words, names, _figures(clause, narrow(plan.words(clause)), evidence.rows))


def _names_of(title: str, name: str, number: str, place: str, path: tuple[str, ...], formal: str) -> str:
    return narrow("\n".join([title, name, number, place, *path, formal]))


@lru_cache(maxsize=4096)
def _figures(clause: Clause, words: str, rows: tuple[LedgerRow, ...]) -> tuple[SourceFigure, ...]:
    by_start = {row.start - clause.start: row for row in rows if row.value is not None}
    quantities = list(scan(words).quantities)
    found: list[SourceFigure] = []
    spans = [(one.start, one.end) for one in quantities]
    embedded = [inside_modifier(words, one) for one in quantities]
    for quantity, words_beside in zip(quantities, beside(words, spans, embedded), strict=True):
        row = by_start.pop(quantity.start, None)
        parts = tuple(part for part in words_beside.parts if part.strip())
        if quantity.unit in _RANKS and words_beside.inherited:
            parts = (*parts[:-1], "".join([*words_beside.inherited[-1:], *parts[-1:]]))
        around = _PAUSE.split(words[: quantity.start])[-1] + words_beside.after
        found.append(replace(_figure(quantity, row, parts, words_beside.after), around=around))
    for row in by_start.values():  # a table's figure has its unit from the column's head
        found.append(_figure(row, row, (), ""))
    return tuple(found)


def _figure(amount: Quantity | LedgerRow, row: LedgerRow | None, parts: tuple[str, ...], after: str) -> SourceFigure:
    before = parts[-1] if parts else ""
    indicator = without_quotes(narrow(row.indicator)) if row is not None else ""
    own = "".join([row.action if row is not None else "", indicator, *parts[-1:], amount.text, after])
    noun = indicator or without_quotes(before + after)
    return SourceFigure(row or amount, amount.text, row, indicator, without_quotes(own), before, after, noun)
