"""No number leaves that is not in a cited source.

The last look at every answer, whoever worded it: each number in the text must stand in one of its citations, in what
code computed, in the name of a document that the library holds, or be one that the text itself denies; every marker has
its citation and every citation its marker. What fails here is a bug of the wording, not the user's mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.answering.answer import Answer
from assistant.plan.scan import narrow, read_quantities

_MARKER = re.compile(r"\[(\d+)\]")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


class UnsupportedNumber(RuntimeError):
    """An answer holds a number or a marker that none of its sources carries."""


def check(answer: Answer, held: Iterable[str], denied: Iterable[str] = ()) -> Answer:
    """The answer as it is, or `UnsupportedNumber`.

    `held` are titles, 文号 and years of the library's documents; `denied` are numbers of the question that the text
    says are not so.
    """
    markers = [int(marker) for marker in _MARKER.findall(answer.text)]
    known = [citation.marker for citation in answer.citations]
    if set(markers) != set(known) or len(set(known)) != len(known):
        raise UnsupportedNumber(f"markers {sorted(set(markers))} but citations {known}: {answer.text!r}")
    sources = [*held, *denied]
    for citation in answer.citations:
        sources += [citation.quote, citation.title, citation.number, citation.formatted, *citation.path]
    for computed in answer.computed:
        sources += [computed.expression, computed.value]
    allowed = narrow("\n".join(sources))
    digits = set(_DIGITS.findall(allowed))
    words = _MARKER.sub(" ", narrow(answer.text))
    for number in _DIGITS.findall(words):
        if number not in digits:
            raise UnsupportedNumber(f"{number} stands in no source: {answer.text!r}")
    for quantity in read_quantities(words):
        if not any(c.isdigit() for c in quantity.text) and quantity.text not in allowed:
            raise UnsupportedNumber(f"{quantity.text} stands in no source: {answer.text!r}")
    return answer
