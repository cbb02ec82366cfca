"""An answer in the making: the plans that it may be drawn from, what it has cited, and how it words both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answering.answer import Computed, Status, escaped
from assistant.answering.evidence import Sources, words_of
from assistant.answering.finder import Finder, Finding
from assistant.answering.ledger_index import RowMatch
from assistant.answering.mentions import mentioned
from assistant.answering.question import Question
from assistant.answering.scope import Scope
from assistant.answering.shelf import Hit
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow
from assistant.plan.scan import read_quantities


@dataclass(frozen=True)
class Reply:
    """What a kind of question is answered with. `rows`: (document, row) of the figures that it rests on, in the order in
    which `computed` counts them; `denied`: numbers of the question that the text says are not so;
    `certain`: a language model has nothing to add."""

    status: Status
    text: str
    rows: tuple[tuple[str, LedgerRow], ...] = ()
    computed: tuple[Computed, ...] = ()
    denied: tuple[str, ...] = ()
    certain: bool = True


class Draft:
    """One try at an answer. `sources` are what it has cited so far: a try that is given up leaves nothing behind.
    `notices`: what the reader must know of how it was looked up."""

    def __init__(self, finder: Finder, scope: Scope, text: str) -> None:
        """`text`: the question standing alone, in plain characters."""
        self.finder, self.scope, self.text = finder, scope, text
        self.sources = Sources()
        self.notices: list[str] = []
        self._found: dict[str, Finding] = {}
        self._mentioned: dict[tuple[str, bool], list[RowMatch]] = {}

    @property
    def documents(self) -> tuple[str, ...]:
        return self.scope.documents

    def again(self) -> Draft:
        """A fresh try at the same question: nothing cited, what has been looked up kept."""
        draft = Draft(self.finder, self.scope, self.text)
        draft._found, draft._mentioned, draft.notices = self._found, self._mentioned, self.notices
        return draft

    def plan(self, document: str) -> Plan:
        return self.finder.shelf.plan(document)

    def find(self, text: str) -> Finding:
        """What the question, or a thing that it names, finds in the plans in scope."""
        if text not in self._found:
            self._found[text] = self.finder.find(text, self.documents, self.scope.places)
        return self._found[text]

    def ranked(self, finding: Finding) -> tuple[Hit, ...]:
        """The clauses for an open question, best first; what could not be asked about their order becomes a notice."""
        found = self.finder.ranking(finding.asked.text, self.documents, finding.hits)
        self.notices += found.notices
        return found.hits

    def mentioned(self, asked: Question) -> list[RowMatch]:
        """The figures that a question names, in its order."""
        return self._mentions(asked, self.best_of)

    def mentioned_in_words(self, asked: Question) -> list[RowMatch]:
        """Those of them that it names in their own words."""
        return self._mentions(asked, None)

    def _mentions(self, asked: Question, meant: Callable[[str], RowMatch | None] | None) -> list[RowMatch]:
        key = (asked.text, meant is not None)
        if key not in self._mentioned:
            index = self.finder.index(self.documents[0])
            wordings = self.finder.read(asked.text, self.documents, self.scope.places)
            found = mentioned(index, wordings.questions, meant)
            self._mentioned[key] = [match for match in found if is_of(match.row, asked.years)]
        return self._mentioned[key]

    def names_a_row(self, text: str) -> bool:
        """Whether words are the name of a figure of the one plan in scope."""
        return len(self.documents) == 1 and self.finder.index(self.documents[0]).names(text)

    def best_of(self, subject: str) -> RowMatch | None:
        """The one row that a thing named means."""
        rows = self.find(subject).rows
        return rows[0] if len(rows) == 1 else None

    def cite(self, document: str, clause_id: str) -> str:
        """The marker of a clause."""
        plan = self.plan(document)
        clause = plan.clause(clause_id)
        return self.sources.cite(document, plan, clause, self.finder.shelf.location(document, clause.start))

    def line(self, match: RowMatch) -> str:
        """A row as a phrase with its marker; one without a figure in its own words."""
        return self.row_line(match.document, match.row)

    def row_line(self, document: str, row: LedgerRow) -> str:
        marker = self.cite(document, row.clause)
        if row.value is None:
            return f"{row.indicator}：没有定具体数字，写的是“{quoted(row.text)}”{marker}"
        return f"{self.words(document, row)}{marker}"

    def words(self, document: str, row: LedgerRow) -> str:
        """A row as a phrase, with the 各 that the plan has before a figure which holds for each of several things, and with
        the 累计 that it has before one that is of all so far."""
        said = words_of(row)
        before = self.plan(document).text[: row.start]
        if before.endswith("累计") and row.action and row.action != "累计" and said.startswith(row.action):
            return f"累计{said.removeprefix(row.action)}"  # 新增16万个、累计28万个
        return said.replace("**", "各**", 1) if before.endswith("各") else said

    def quote(self, document: str, clause: Clause) -> str:
        """A clause's sentence in quotation marks with its marker."""
        return f"“{quoted(clause.text)}”{self.cite(document, clause.id)}"

    def stretch(self, document: str, row: LedgerRow) -> str:
        """The words between the commas around a row's figure, as the plan has them."""
        plan = self.plan(document)
        clause = plan.clause(row.clause)
        start = max((plan.text.rfind(stop, clause.start, row.start) for stop in ",，;；。:："), default=-1) + 1
        stop = re.search(r"[,，;；。]", plan.text[row.end : clause.end])
        end = row.end + stop.start() if stop else clause.end
        return quoted(plan.text[max(start, clause.start) : end])

    def named(self, document: str) -> str:
        """Which plan the answer is from, where the question does not say so itself."""
        return f"{self.plan(document).name or document}：" if len(self.documents) > 1 or self.scope.unsaid else ""

    def where(self, document: str, clause: Clause) -> str:
        """The task or heading that a clause stands under, in quotation marks."""
        plan = self.plan(document)
        path = plan.path(clause)
        return f"“{quoted(path[-1])}”" if path else f"《{plan.title}》" if plan.title else "正文"


def is_of(row: LedgerRow, years: Sequence[int]) -> bool:
    """Whether a row is for one of these years, or does not say for which; no years: any."""
    return not years or not row.period or any(str(year) in row.period for year in years)


def quoted(sentence: str) -> str:
    """A clause's words inside quotation marks: a line break of the source is none of the sentence's."""
    return escaped(re.sub(r"\s*[\r\n]+\s*", "", sentence).strip("—-–•· ").rstrip(";；"))


def nameable(words: str) -> str:
    """Words of the question as they may be repeated: a number that only the question brought may not."""
    holds_number = re.search(r"\d", words) or read_quantities(words)
    return "另一项" if holds_number or not words else words.replace(" ", "")


def pairs_of(matches: Sequence[RowMatch]) -> tuple[tuple[str, LedgerRow], ...]:
    """(document, row) of the matches that carry a figure."""
    return tuple((match.document, match.row) for match in matches if match.row.value is not None)
