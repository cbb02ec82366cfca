"""No number leaves that is not in a cited source.

The last look at every answer, whoever worded it: each number in the text must stand in one of its citations, in what
code computed, in the name of a document that the library holds, or be one that the text itself denies; each quantity must
be one of theirs, with its unit and qualifier, by the one equality of quantities; every marker has its citation and every
citation its marker. What fails here is a bug of the wording, not the user's mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from assistant.answering.answer import Answer, Citation, Computed, Figure, unescaped
from assistant.plan.quantity import Amount, Qualifier, Quantity, same_quantity
from assistant.plan.scan import narrow, read_quantities

_MARKER = re.compile(r"\[(\d+)\]")
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class UnsupportedNumber(RuntimeError):
    """An answer holds a number or a marker that none of its sources carries."""


def check(answer: Answer, held: Sequence[str], denied: Sequence[str] = ()) -> Answer:
    """The answer as it is, or `UnsupportedNumber`.

    `held` are titles, 文号 and years of the library's documents; `denied` are numbers of the question that the text
    says are not so.
    """
    check_digits(answer, held, denied)
    sources = _sources(answer, denied)
    words = _words(answer)
    stated = read_quantities(words.replace("**", ""))
    known: list[Amount] = [quantity for source in sources for quantity in _quantities(source)] if stated else []
    known += [_Reckoned.of(computed) for computed in answer.computed]
    # A table's figure has its unit from the column's head: the ledger's row knows it, the row's words do not.
    known += [_Reckoned.of_figure(figure) for figure in answer.figures]
    said_not_so = set(_DIGITS.findall(narrow("\n".join(denied))))
    for quantity in stated:
        if said_not_so.issuperset(_DIGITS.findall(narrow(quantity.text))) and said_not_so:
            continue
        if not any(same_quantity(quantity, one) for one in chain(known, _amounts(tuple(held)))):
            raise UnsupportedNumber(f"{quantity.text} stands in no source: {answer.text!r}")
    return answer


def check_digits(answer: Answer, held: Sequence[str], denied: Sequence[str] = ()) -> None:
    """Every marker has its citation and the other way round, and every number in the text stands somewhere: raises
    `UnsupportedNumber` where not. What each sentence says of its numbers is another lock's matter."""
    markers = [int(marker) for marker in _MARKER.findall(answer.text)]
    cited = [citation.marker for citation in answer.citations]
    if set(markers) != set(cited) or len(set(cited)) != len(cited):
        raise UnsupportedNumber(f"markers {sorted(set(markers))} but citations {cited}: {answer.text!r}")
    digits = _digits(tuple(held)).union(_DIGITS.findall(narrow("\n".join(_sources(answer, denied)))))
    for number in numbers_of(answer.text):
        if number not in digits:
            raise UnsupportedNumber(f"{number} stands in no source: {answer.text!r}")


def numbers_of(words: str) -> tuple[str, ...]:
    """The numbers in some words, in digits as they are written."""
    return tuple(_DIGITS.findall(unescaped(_MARKER.sub(" ", narrow(words)))))


def unsupported_numbers(words: str, sources: Sequence[str], held: Sequence[str]) -> tuple[str, ...]:
    """The numbers of some words, without markers, that stand in none of the sources as they are written."""
    known = _digits(tuple(held)).union(_DIGITS.findall(narrow("\n".join(sources))))
    return tuple(number for number in dict.fromkeys(numbers_of(words)) if number not in known)


def _words(answer: Answer) -> str:
    return unescaped(_MARKER.sub(" ", narrow(answer.text)))


def _sources(answer: Answer, denied: Sequence[str]) -> list[str]:
    """Where a number of the answer may stand."""
    sources = [*denied]
    for citation in answer.citations:
        sources += words_of_citation(citation)
    for computed in answer.computed:
        sources += [computed.expression, computed.value, computed.upper or ""]
    return sources


def words_of_citation(citation: Citation) -> list[str]:
    """All that a citation says."""
    # A line break inside a number is none of the sentence's: answers quote without it.
    whole = _LINE_BREAK.sub("", citation.quote)
    return [citation.quote, whole, citation.title, citation.number, citation.formatted, *citation.path]


@dataclass(frozen=True)
class _Reckoned:
    """A computed result as an amount that the text may state."""

    value: Decimal
    upper: Decimal | None
    unit: str
    qualifier: Qualifier

    @classmethod
    def of_figure(cls, figure: Figure) -> _Reckoned:
        upper = None if figure.upper is None else Decimal(figure.upper)
        return cls(Decimal(figure.value), upper, figure.unit, figure.qualifier)

    @classmethod
    def of(cls, computed: Computed) -> _Reckoned:
        upper = None if computed.upper is None else Decimal(computed.upper)
        qualifier: Qualifier = "exact" if computed.qualifier == "lower_bounds" else computed.qualifier
        return cls(Decimal(computed.value), upper, computed.unit, qualifier)


# A library's names are the same for every answer, and there are thousands of them.
@lru_cache(maxsize=8)
def _digits(held: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_DIGITS.findall(narrow("\n".join(held))))


@lru_cache(maxsize=8)
def _amounts(held: tuple[str, ...]) -> tuple[Quantity, ...]:
    return tuple(quantity for name in dict.fromkeys(held) for quantity in read_quantities(name))


@lru_cache(maxsize=1024)
def _quantities(source: str) -> tuple[Quantity, ...]:
    """The quantities of a source's words; clauses are cited again and again."""
    return read_quantities(source)
