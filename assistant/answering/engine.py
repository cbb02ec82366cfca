"""The embedded engine: a question and a library to an `Answer`, with no language model.

The order is fixed: what the question says about year and place narrows the plans; figures come from the ledger; other
questions are answered with the plan's own sentences; what fits nothing is refused, with the nearest place named.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering import figures, number_lock, passages
from assistant.answering.answer import Answer, Status
from assistant.answering.dialogue import standalone
from assistant.answering.evidence import Sources, figure, words_of
from assistant.answering.ledger_index import RowMatch
from assistant.answering.question import LONGEST_QUESTION, Question, read_question
from assistant.answering.scope import Scope, scope_of
from assistant.answering.shelf import Indexes, Shelf
from assistant.errors import UnusableInput
from assistant.plan.scan import read_quantities
from assistant.search.glossary import Glossary

_GREETING = "您好，我只根据资料库里的计划回答：指标数字、任务内容、文号等，每个数字都附原文出处。"
_SAYS_SO = "计划里没有写的，我会直说没有。"
_MOST_ROWS = 8
_LOG = logging.getLogger(__name__)
_EMPTY_LIBRARY = "资料库里还没有文档，请先添加计划。"


class EmbeddedEngine:
    """Answers from a shelf of plans. Holds nothing of a conversation; safe to share between threads."""

    name = "embedded"

    def __init__(self, shelf: Shelf, glossary: Glossary) -> None:
        self._shelf = shelf
        self._indexes = Indexes(shelf)
        self._glossary = glossary

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        """Answer one question; `history` are the user's earlier turns, oldest first.

        Raises `UnusableInput` for an empty or too long question. Every answer has passed the number lock.
        """
        started = time.perf_counter()
        _refuse_unusable(question)
        alone = standalone(question, [turn for turn in history if turn.strip()])
        held = tuple(documents if documents is not None else self._shelf.document_ids())
        status, text, sources, matches, denied = self._answer(alone, held)
        answer = Answer(
            question=question,
            standalone=alone,
            status=status,
            text=text,
            figures=tuple(figure(m.document, m.row) for m in matches if m.row.value is not None),
            citations=sources.citations,
            engine=self.name,
            notices=self._notices(sources),
            elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
        )
        try:
            return number_lock.check(answer, self._held_names(), denied)
        except number_lock.UnsupportedNumber as fault:
            # A fault of our wording: the reader gets the plan's own words, whoever runs this hears of it.
            _LOG.warning("%s", fault)
            return number_lock.check(_in_the_plans_words(answer), self._held_names(), denied)

    # --- The kinds of question ----------------------------------------------------------------------------------------

    def _answer(
        self, text: str, held: tuple[str, ...]
    ) -> tuple[Status, str, Sources, Sequence[RowMatch], Sequence[str]]:
        sources = Sources()
        question = read_question(text)
        if question.kind == "smalltalk":
            return "smalltalk", self._greeting(held), sources, (), ()
        if not held:
            return "not_in_plan", _EMPTY_LIBRARY, sources, (), ()
        if question.kind == "unclear":
            return "needs_clarification", self._ask_back(held), sources, (), ()
        scope = scope_of(question, self._shelf, held)
        if scope.missing:
            denied = re.findall(r"\d+", scope.missing)
            return "wrong_scope", self._out_of_scope(scope), sources, (), denied
        holds = self._holder(scope.documents)
        question = _without_places(read_question(self._glossary.in_plan_words(text, holds)), scope.places)
        if question.kind == "document":
            status, words = self._header_field(question, scope, sources)
            return status, words, sources, (), ()
        if not question.terms:
            return "needs_clarification", self._ask_back(scope.documents), sources, (), ()
        if question.parts:
            # With sources of its own: what it cites before it gives up is cited by nobody.
            its_sources = Sources()
            answered = self._several(question, scope, its_sources)
            if answered:
                return "answered", answered[0], its_sources, answered[1], ()
        status, words, rows = self._answer_in_words(question, scope, sources)
        if status == "not_in_plan":
            # Only then: what is found through everyday words never displaces what the question's own words find.
            likely = _without_places(read_question(self._glossary.in_likely_words(text, holds)), scope.places)
            if likely.terms and likely.terms != question.terms:
                again = Sources()
                likely_status, likely_words, likely_rows = self._answer_in_words(likely, scope, again)
                if likely_status != "not_in_plan":
                    return likely_status, likely_words, again, likely_rows, ()
        return status, words, sources, rows, ()

    def _answer_in_words(
        self, question: Question, scope: Scope, sources: Sources
    ) -> tuple[Status, str, Sequence[RowMatch]]:
        """From the ledger where a figure is asked and found; else from the plan's sentences."""
        rows = figures.find_rows(question, self._indexes, scope.documents) if question.kind == "figure" else []
        if rows:
            status, words = self._figures(question, rows, sources)
            return status, f"{self._named(scope, rows[0].document)}{words}", rows
        status, words = self._passages(question, scope, sources)
        return status, words, ()

    def _holder(self, documents: Sequence[str]) -> Callable[[str], bool]:
        """Tells whether one of the plans holds a word."""
        texts = [self._shelf.plan(document).text for document in documents]
        return lambda word: any(word in text for text in texts)

    def _figures(self, question: Question, rows: Sequence[RowMatch], sources: Sources) -> tuple[Status, str]:
        if len(rows) == 1:
            return self._one_figure(question, rows[0], sources)
        if len(rows) > _MOST_ROWS:
            names = "”“".join(dict.fromkeys(m.row.indicator for m in rows if not re.search(r"\d", m.row.indicator)))
            choices = f"：“{names}”" if names else ""
            return "needs_clarification", f"符合这个问法的指标太多，请说明是哪一项{choices}。"
        lines = [f"- {words_of(m.row)}{self._cite(m, sources)}" for m in rows]
        return "answered", "符合这个问法的有：\n" + "\n".join(lines)

    def _one_figure(self, question: Question, match: RowMatch, sources: Sources) -> tuple[Status, str]:
        row, marker = match.row, self._cite(match, sources)
        if row.value is None:
            return (
                "no_figure",
                f"计划提到{row.indicator}，但**没有定具体数字**，写的是“{row.text}”。{marker}",
            )
        said = f"{words_of(row)}。{marker}"
        if question.asks_result and row.tense == "target":
            return "no_figure", f"文中没有完成数。这一项只有计划目标：{said}"
        if figures.wrong_unit(question, match):
            return "answered", f"计划没有以“{question.unit}”给出这一项，写的是：{said}"
        if row.is_descriptive:
            return "answered", f"文中写的是{said}"
        return "answered", f"{'计划' if row.tense == 'target' else '文中写明'}{said}"

    def _several(self, question: Question, scope: Scope, sources: Sources) -> tuple[str, list[RowMatch]] | None:
        """Several things asked at once: each with its clause; None where not one of them is found."""
        lines: list[str] = []
        found: list[RowMatch] = []
        for part in question.parts:
            asked = _without_places(read_question(part), scope.places)
            rows = figures.find_rows(asked, self._indexes, scope.documents)[:1] if asked.terms else []
            if not rows:
                lines.append(f"- {_nameable(asked.terms)}：计划没有给出数字。")
            elif rows[0].row.value is None:
                lines.append(
                    f"- {rows[0].row.indicator}：没有定具体数字，写的是“{rows[0].row.text}”。{self._cite(rows[0], sources)}"
                )
            else:
                lines.append(f"- {words_of(rows[0].row)}{self._cite(rows[0], sources)}")
            found.extend(rows)
        if question.asks_total:
            # Not a sum of things unless each of them is a row of its own; 甲站、乙站一共几座 is one figure.
            if len({m.row for m in found}) < len(question.parts):
                return None
            lines.append("\n以上是各项的数字，没有相加。")
        return ("\n".join(lines), found) if found else None

    def _header_field(self, question: Question, scope: Scope, sources: Sources) -> tuple[Status, str]:
        lines: list[str] = []
        for document in scope.documents:
            plan = self._shelf.plan(document)
            clause = plan.clauses_by_id.get(f"header.{question.header_field}")
            if clause is not None and plan.field(question.header_field):
                value = plan.field(question.header_field)
                lines.append(
                    f"《{plan.title}》的{question.header_field}：**{value}**{sources.cite(document, plan, clause)}"
                )
        if lines:
            return "answered", "\n\n".join(lines)
        return "not_in_plan", f"文中没有写明{question.header_field}。"

    def _passages(self, question: Question, scope: Scope, sources: Sources) -> tuple[Status, str]:
        found = passages.find(question, self._shelf, self._indexes, scope.documents)
        wants_figure = question.kind == "figure" and question.explicit
        if wants_figure and found.mention is not None:
            marker = self._cite_clause(found.mention.document, found.mention.clause.id, sources)
            return (
                "no_figure",
                f"计划提到了这件事，但**没有给出数字**，原文是：“{_quoted(found.mention.clause.text)}”{marker}",
            )
        if not wants_figure and found.answers:
            best = found.answers[0]
            quotes = [
                f"“{_quoted(m.clause.text)}”{self._cite_clause(m.document, m.clause.id, sources)}"
                for m in found.answers
            ]
            return (
                "answered",
                f"{self._named(scope, best.document)}{'按意思最接近的，' if found.by_meaning else ''}"
                f"{self._where(best.document, best.clause.id)}写明：\n\n" + "\n\n".join(quotes),
            )
        unknown = [w for w in found.unknown if not re.search(r"\d", w)]
        said = f"计划没有提到“{'”“'.join(dict.fromkeys(unknown))}”。" if unknown else "计划没有提到您问的内容。"
        if found.nearest is None:
            return "not_in_plan", said
        marker = self._cite_clause(found.nearest.document, found.nearest.clause.id, sources)
        where = self._where(found.nearest.document, found.nearest.clause.id)
        return "not_in_plan", f"{said}最接近的内容在{where}，仅供参考，不是答案。{marker}"

    # --- Wording ------------------------------------------------------------------------------------------------------

    def _named(self, scope: Scope, document: str) -> str:
        """Which plan the answer is from, where the question left more than one to answer from."""
        if len(scope.documents) < 2:
            return ""
        plan = self._shelf.plan(document)
        if not plan.title:
            return f"{document}："
        place = plan.place if plan.place and plan.place not in plan.title else ""
        year = f"{plan.year}年" if plan.year and str(plan.year) not in plan.title else ""
        return f"{place}{year}《{plan.title}》："

    def _where(self, document: str, clause_id: str) -> str:
        plan = self._shelf.plan(document)
        path = plan.path(plan.clause(clause_id))
        return f"“{path[-1]}”" if path else f"《{plan.title}》" if plan.title else "正文"

    def _cite(self, match: RowMatch, sources: Sources) -> str:
        return self._cite_clause(match.document, match.row.clause, sources)

    def _cite_clause(self, document: str, clause_id: str, sources: Sources) -> str:
        plan = self._shelf.plan(document)
        return sources.cite(document, plan, plan.clause(clause_id))

    def _greeting(self, documents: Sequence[str]) -> str:
        names = self._indicators(documents, 1)
        return _GREETING + (f"例如可以问“{names[0]}是多少”。" if names else "") + _SAYS_SO

    def _ask_back(self, documents: Sequence[str]) -> str:
        names = self._indicators(documents, 3)
        choices = f"，例如“{'”“'.join(names)}”" if names else ""
        return f"请说明要问哪一项指标或任务{choices}。"

    def _indicators(self, documents: Sequence[str], most: int) -> list[str]:
        """Some indicators of the ledger, as examples; only names that hold no number."""
        rows = [row for document in documents for row in self._shelf.ledger(document) if not row.is_descriptive]
        names = dict.fromkeys(row.indicator for row in rows if row.value is not None and 3 <= len(row.indicator) <= 14)
        return [name for name in names if not re.search(r"\d", name)][:most]

    def _out_of_scope(self, scope: Scope) -> str:
        titles = "、".join(f"《{self._shelf.plan(document).title or document}》" for document in scope.documents)
        return f"资料库里没有{scope.missing}的计划，不能回答。现有：{titles}。"

    def _held_names(self) -> list[str]:
        names: list[str] = []
        for document in self._shelf.document_ids():
            plan = self._shelf.plan(document)
            names += [plan.title, plan.number, str(plan.year or ""), document]
        return names

    def _notices(self, sources: Sources) -> tuple[str, ...]:
        """What the reader must know: an answer that rests on the end of a text that is cut off."""
        notices: list[str] = []
        for citation in sources.citations:
            plan = self._shelf.plan(citation.document)
            if citation.path and plan.clauses and plan.clauses[-1].id == citation.clause:
                notices += [
                    f"原文结尾不完整（文末多出“{defect.text}”），这一条紧挨着残缺处，引用前请核对原件。"
                    for defect in plan.defects
                    if defect.reason == "文末残缺"
                ]
        return tuple(dict.fromkeys(notices))


def _in_the_plans_words(answer: Answer) -> Answer:
    """The answer as its citations alone, where its own wording did not pass the number lock."""
    quotes = [f"“{_quoted(citation.quote)}”[{citation.marker}]" for citation in answer.citations]
    return answer.model_copy(
        update={
            "text": "写明：\n\n" + "\n\n".join(quotes) if quotes else "请说明要问哪一项指标或任务。",
            "status": answer.status if quotes else "needs_clarification",
            "notices": (*answer.notices, "答案的措辞没有通过数字核对，改为只引原文。"),
        }
    )


def _refuse_unusable(question: str) -> None:
    if not question.strip():
        raise UnusableInput("问题是空的，请输入要问的内容。")
    if len(question) > LONGEST_QUESTION:
        raise UnusableInput(f"问题太长：{len(question)} 个字，最多 {LONGEST_QUESTION} 个字，请缩短后再问。")


def _nameable(words: str) -> str:
    """Words of the question as they may be repeated: a number that only the question brought may not."""
    holds_number = re.search(r"\d", words) or read_quantities(words)
    return "另一项" if holds_number or not words else words


def _without_places(question: Question, places: Sequence[str]) -> Question:
    """The place names of the plan itself need no support from its clauses."""
    terms, context = question.terms, question.context
    for place in places:
        terms, context = terms.replace(place, " "), context.replace(place, " ")
    return replace(question, terms=" ".join(terms.split()), context=" ".join(context.split()))


def _quoted(sentence: str) -> str:
    """A clause's words inside quotation marks: a line break of the source is none of the sentence's."""
    return re.sub(r"\s*[\r\n]+\s*", "", sentence).strip("—-–•· ").rstrip(";；")
