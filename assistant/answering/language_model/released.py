"""The answer that a model is wording, as far as it has been released."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.answer import Answer, Computed, Usage, escaped
from assistant.answering.evidence import Sources, figure
from assistant.answering.number_lock import (
    Evidence,
    SentenceLock,
    Verdict,
    numbers_of,
    unsupported_numbers,
    words_of_citation,
)
from assistant.answering.shelf import Shelf

_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
_LEAD = re.compile(r"^\s*(?:[-*•]\s+|\d+[.、]\s*)?")
_SHORTEST_REPEATED = 8  # characters of a sentence that may not be said twice


class Released:
    """Sentences that have passed, with the citations that they brought, numbered in order of use; it only grows."""

    def __init__(
        self, shelf: Shelf, evidence: Sequence[Evidence], lock: SentenceLock, question: str, held: Sequence[str] = ()
    ) -> None:
        """`question` is what the answer is to, `held` are the names of the library's documents."""
        self._shelf = shelf
        self._asked = frozenset(numbers_of(question))
        self._held = held
        self._rewritten: list[Computed] = []
        self._denied: dict[str, None] = {}
        self._evidence = {one.marker: one for one in evidence}
        self._lock = lock
        self._sources = Sources()
        self._said: set[str] = set()
        self._quoted: set[int] = set()
        self._text = ""

    @property
    def text(self) -> str:
        return self._text

    def knows(self, sentence: str) -> bool:
        """Whether the sentence has been said already."""
        bare = _bare(sentence)
        return len(bare) >= _SHORTEST_REPEATED and bare in self._said

    def add(self, sentence: str, verdict: Verdict) -> None:
        """Release a sentence that has passed."""
        self._lock.release(sentence, verdict)
        self._said.add(_bare(sentence))
        said = _MARKER.sub(lambda marker: self._cite(int(marker.group(1))), sentence)
        self._text += said
        self._account_for(said, verdict)

    def _account_for(self, said: str, verdict: Verdict) -> None:
        """A number that the lock has let pass and that stands in no source as it is written: one of the question's that is
        denied, or a figure in another form, a count, whose operands are then said."""
        sources = [words for citation in self._sources.citations for words in words_of_citation(citation)]
        sources += [words for one in self._computed for words in (one.expression, one.value, one.upper or "")]
        rows = self._lock.rows
        operands = tuple(range(len(rows) - len(verdict.rows), len(rows)))
        for number in unsupported_numbers(said, sources, self._held):
            if number in self._asked:
                self._denied[number] = None
                continue
            expression = "、".join(row.text for _, row in verdict.rows) or "所引条款"
            self._rewritten.append(
                Computed(expression=expression, value=number, unit="", qualifier="exact", operands=operands)
            )

    @property
    def _computed(self) -> list[Computed]:
        return [*self._lock.computed, *self._rewritten]

    @property
    def denied(self) -> tuple[str, ...]:
        """The numbers of the question that the answer says are not so."""
        return tuple(self._denied)

    def quote(self, sentence: str) -> bool:
        """In place of a sentence that has not passed: the words of the clauses that it cites, those that have not been
        quoted yet. False where there are none."""
        markers = [int(marker) for marker in _MARKER.findall(sentence)]
        new = [m for m in dict.fromkeys(markers) if m in self._evidence and m not in self._quoted]
        if new:
            self._quoted.update(new)
            quotes = "".join(f"“{self._words(marker)}”{self._cite(marker)}" for marker in new)
            end = sentence[len(sentence.rstrip()) :]
            self._text += f"{_LEAD.match(sentence)[0]}原文：{quotes}{end}"  # type: ignore[index]  # always matches
        return bool(new)

    def append(self, answer: Answer) -> bool:
        """After a model that broke off: what another engine cites and has not been cited yet. False where that is nothing."""
        cited = {(one.document, one.clause) for one in self._sources.citations}
        new = [one for one in answer.citations if (one.document, one.clause) not in cited]
        for citation in new:
            plan = self._shelf.plan(citation.document)
            clause = plan.clause(citation.clause)
            words = escaped(_LINE_BREAK.sub("", citation.quote).strip())
            self._text = self._text.rstrip() + "\n\n" if self._text.strip() else ""
            self._text += f"“{words}”{self._sources.cite(citation.document, plan, clause, citation.location)}"
        return bool(new)

    def _words(self, marker: int) -> str:
        return escaped(_LINE_BREAK.sub("", self._evidence[marker].clause.text).strip())

    def _cite(self, marker: int) -> str:
        one = self._evidence[marker]
        location = self._shelf.location(one.document, one.clause.start)
        return self._sources.cite(one.document, one.plan, one.clause, location)

    def answer(self, before: Answer, engine: str, notices: Sequence[str] = (), usage: Usage | None = None) -> Answer:
        """The answer so far; what it does not bring itself is `before`'s."""
        return before.model_copy(
            update={
                "status": "answered",
                "text": self._text.strip(),
                "figures": tuple(figure(document, row) for document, row in self._lock.rows),
                "computed": tuple(self._computed),
                "citations": self._sources.citations,
                "engine": engine,
                "notices": tuple(notices),
                "usage": usage,
            }
        )


def _bare(sentence: str) -> str:
    return re.sub(r"[\s*\-•。！？；，,.!?;]|\[\d+\]", "", sentence)
