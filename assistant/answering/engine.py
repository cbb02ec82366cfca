"""The embedded engine: a question and a library to an `Answer`, with no language model.

The order is fixed: what the question says about year and place narrows the plans; then each kind of question has its try,
the exact ones first (headings, collections, arithmetic, checks, figures), then the plan's own sentences; what fits nothing
is refused, with the nearest place named.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.answering import (
    arithmetic,
    asked_parts,
    carried,
    checks,
    collecting,
    figures,
    headings,
    in_brackets,
    in_turn,
    number_lock,
    own_number,
    part_of_year,
    passages,
    remainder,
    stated_change,
    table_levels,
)
from assistant.answering.answer import Answer
from assistant.answering.dialogue import standalone
from assistant.answering.draft import Draft, Reply, nameable, quoted
from assistant.answering.evidence import Sources, figure
from assistant.answering.finder import Finder, Finding
from assistant.answering.holdings import Holdings
from assistant.answering.intent import Intent, intents
from assistant.answering.ledger_index import unit_fits
from assistant.answering.many_documents import ManyDocuments
from assistant.answering.question import LONGEST_QUESTION, Question, as_intent, read_question
from assistant.answering.question_words import (
    ASKED_UNIT,
    EVERY,
    FIGURE_KIND,
    MENTIONED,
    PERCENT_ASKED,
    SOCIAL,
    STRONG_SUM,
    UNWANTED,
    WHERE,
)
from assistant.answering.ranking import Ranker
from assistant.answering.scope import Scope, scope_of
from assistant.answering.shelf import Shelf
from assistant.answering.slips import plain
from assistant.errors import UnusableInput
from assistant.plan.identity import Identity
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import same_figure
from assistant.plan.units import PERCENT
from assistant.search.glossary import Glossary

_GREETING = "您好，我只根据资料库里的计划回答：指标数字、任务内容、文号等，每个数字都附原文出处。"
_SAYS_SO = "计划里没有写的，我会直说没有。"
# A yes or no is asked of one thing: what is only somewhat like it is no answer. Chosen on tuning questions.
_SAYS_YES_OR_NO = 0.30
# Below this nothing in the plans is like the question; from here on a row's name is said by it.
_ANYWHERE, _NAMES, _SOCIAL = 0.25, 0.5, 0.36

_SHARE = re.compile(r"占比|比重|比例")

_LOG = logging.getLogger(__name__)
_EMPTY_LIBRARY = "资料库里还没有文档，请先添加计划。"


@dataclass(frozen=True)
class Embedded:
    """An answer of this engine, for one that may word it otherwise. `documents`: those that it was sought in. `certain`: the
    ledger, the plan's build or the library's bounds say so, and there is nothing to be worded otherwise."""

    answer: Answer
    documents: tuple[str, ...]
    certain: bool

    def of(self, question: str, alone: str) -> Embedded:
        """The same as the answer to a question that `alone` is the whole of."""
        return replace(self, answer=self.answer.model_copy(update={"question": question, "standalone": alone}))

    def with_notices(self, notices: Sequence[str]) -> Embedded:
        """The same with notices that it has not."""
        whole = tuple(dict.fromkeys((*self.answer.notices, *notices)))
        return replace(self, answer=self.answer.model_copy(update={"notices": whole}))


class EmbeddedEngine:
    """Answers from a shelf of plans. Holds nothing of a conversation; safe to share between threads."""

    name = "embedded"

    def __init__(self, shelf: Shelf, glossary: Glossary, ranker: Ranker | None = None) -> None:
        """`ranker`: what orders the clauses for open questions; None: the shelf's own retrieval."""
        self._shelf = shelf
        self.finder = Finder(shelf, glossary, ranker)
        self._holdings = Holdings(shelf)
        self._library = ManyDocuments(self.finder, self._holdings, self._within)

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        """Answer one question; `history` are the user's earlier turns, oldest first.

        Raises `UnusableInput` for an empty or too long question. Every answer has passed the number lock.
        """
        return self.answered(question, history, documents).answer

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] | None = None,
        _cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        """The answer, whole at once."""
        yield self.ask(question, history, documents)

    def answered(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Embedded:
        """The answer of `ask`, with what it rests on."""
        started = time.perf_counter()
        _refuse_unusable(question)
        held = tuple(documents if documents is not None else self._shelf.document_ids())
        turns = [self.finder.mended(plain(turn), held) for turn in (*history, question) if turn.strip()]
        alone, draft, reply = self._answered(turns, held)
        answer = Answer(
            question=question,
            standalone=alone if turns[:-1] else question,
            status=reply.status,
            text=reply.text,
            figures=tuple(figure(document, row) for document, row in reply.rows),
            computed=reply.computed,
            citations=draft.sources.citations,
            engine=self.name,
            notices=(*self._notices(draft.sources), *dict.fromkeys(draft.notices)),
            elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
        )
        return Embedded(self._passed(answer, reply), draft.documents, reply.certain)

    def _passed(self, answer: Answer, reply: Reply) -> Answer:
        try:
            return self.locked(answer, reply.denied)
        except number_lock.UnsupportedNumber as fault:
            # A fault of our wording: the reader gets the plan's own words, whoever runs this hears of it.
            _LOG.warning("%s", fault)
        try:
            return self.locked(_in_the_plans_words(answer), reply.denied)
        except number_lock.UnsupportedNumber:
            _LOG.exception("the plan's own words did not pass either")
            return _without_words(answer)

    def locked(self, answer: Answer, denied: Sequence[str] = ()) -> Answer:
        """The answer as it is, where it passes the number lock; else `UnsupportedNumber`."""
        return number_lock.check(answer, self.held_names, denied)

    def _answered(self, turns: Sequence[str], held: tuple[str, ...]) -> tuple[str, Draft, Reply]:
        """The last turn standing alone, and what answers it. Over several documents a turn that names none goes on about the
        ones that the conversation is about, and is put to all where these have nothing on it."""
        names = self._names_something(held)
        if len(held) < 2:
            alone = standalone(turns[-1], turns[:-1], names, self._is_a_name(held)) if turns[:-1] else turns[-1]
            return alone, *self._reply(alone, held)
        around = carried.Around(
            held=self._holdings.of(held),
            finds=names,
            about=lambda question: self._answered_from(question, held),
            called=lambda turn: self._holdings.called(turn, held),
        )
        found = carried.conversation(turns, around)
        draft, reply = self._reply(found.alone, held)
        if found.is_whole and found.alone != turns[-1] and reply.status not in ("answered", "no_figure"):
            return turns[-1], *self._reply(turns[-1], held)
        return found.alone, draft, reply

    def _answered_from(self, question: str, held: tuple[str, ...]) -> Identity | None:
        """The one document that a question was answered from; None where there was none, or several."""
        draft, reply = self._reply(question, held)
        cited = {citation.document for citation in draft.sources.citations}
        answered = reply.status in ("answered", "no_figure") and len(cited) == 1
        return self._shelf.identity(cited.pop()) if answered else None

    # --- The kinds of question ----------------------------------------------------------------------------------------

    def _reply(self, text: str, held: tuple[str, ...]) -> tuple[Draft, Reply]:
        text = UNWANTED.sub("", text) or text
        question = read_question(text)
        whole = Scope(held)
        nothing = Draft(self.finder, whole, text)
        if question.kind == "smalltalk":
            return nothing, Reply("smalltalk", self._greeting(held))
        if not held:
            return nothing, Reply("not_in_plan", _EMPTY_LIBRARY)
        if len(held) > 1:
            return self._library.answered(text, question, held)
        return self._within(text, question, scope_of(question, self._shelf, held))

    def _within(self, text: str, question: Question, scope: Scope) -> tuple[Draft, Reply]:
        """From the documents in scope."""
        draft = Draft(self.finder, scope, text)
        if scope.missing:
            return self._library.refused(text, scope)
        if not self._names_one_row(draft, question):
            question = _with_what_it_names(draft, question)
        for attempt in (self._exactly, self._in_words):
            draft = draft.again()
            reply = attempt(draft, question)
            if reply is not None:
                return draft, part_of_year.held_to(draft, question, reply)
        return draft, Reply("needs_clarification", self._ask_back(scope.documents), certain=False)

    def _exactly(self, draft: Draft, question: Question) -> Reply | None:
        """From the plan's build and its ledger; None where they do not hold the answer. A try that fails has cited
        nothing that stays."""
        if question.kind == "document":
            return self._header_field(draft, question)
        changed = stated_change.answer(draft, question) or stated_change.of_rise(draft, question)
        if changed is not None:
            return changed
        first: list[Callable[[], Reply | None]] = [
            lambda: asked_parts.answer(draft, question),
            lambda: in_turn.answer(draft, question, lambda one: self._within(one, read_question(one), draft.scope)),
            lambda: remainder.answer(draft, question),
            lambda: table_levels.answer(draft, question.text),
            lambda: headings.told_in_a_heading(draft, question),
            lambda: in_brackets.answer(draft, question),
        ]
        if (reply := _first_of(draft, first)) is not None:
            return reply
        if self._names_one_row(draft, question):
            return None  # one figure, whatever else its words may look like
        tries: list[Callable[[], Reply | None]] = []
        singly = not re.search(r"所有|全部|各项|凡", question.text)
        if question.kind == "collect" and singly and len(question.subjects) > 1:
            tries.append(lambda: figures.several(draft, question))
        gathers = question.kind == "collect" and (question.ruled == "collect" or FIGURE_KIND.search(question.text))
        if question.kind != "where" and not gathers:
            tries.append(lambda: headings.outline(draft, question.text))
        counts = question.operation == "count" and FIGURE_KIND.search(question.text)
        if question.kind == "collect" or counts:
            tries.append(lambda: collecting.answer(draft, question))
        if question.kind == "arithmetic" or question.operation:
            tries.append(lambda: arithmetic.answer(draft, question))
        if question.checks and len(question.claims) > 0:
            tries.append(lambda: arithmetic.claimed(draft, question))
        tries.append(lambda: own_number.with_own_number(draft, question))
        if not question.wants_text and not question.operation:
            tries.append(lambda: figures.several(draft, question))
        return _first_of(draft, tries)

    def _names_one_row(self, draft: Draft, question: Question) -> bool:
        if question.kind not in ("figure", "arithmetic", "collect") or EVERY.search(question.text) or question.claims:
            return False
        if question.intent in ("several", "own") or question.ruled in ("collect", "count"):
            return False
        reckons = question.operation not in ("", "sum", "count") or STRONG_SUM.search(question.text)
        several = len(question.subjects) > 1 and (question.operation == "sum" or figures.asks_several(question, False))
        names = self.finder.names_one_row(question.text, draft.documents, draft.scope.places)
        return names == "in full" or (names == "literally" and not reckons and not several)

    def _in_words(self, draft: Draft, question: Question) -> Reply | None:
        """One figure, or the sentences that answer, or a refusal."""
        finding = draft.find(question.text)
        if (
            question.kind == "unclear"
            and not SOCIAL.search(question.text)
            and not any(match.named >= _NAMES for match in finding.rows)
        ):
            return None
        if question.kind == "where":
            named = WHERE.sub(" ", question.text)
            finding = draft.find(named) if read_question(named).terms else finding
            found = passages.find(draft, finding)
            reply = headings.where(draft, finding, found.answers[0] if found.answers else found.mention)
            return reply or self._sentences(draft, finding)
        reply = None
        social = SOCIAL.search(question.text) and not question.explicit and not finding.rows
        if social and (not finding.hits or finding.hits[0].score < _SOCIAL):
            return Reply("smalltalk", self._greeting(draft.documents))
        share = len(finding.rows) == 1 and _is_share(finding.rows[0].row)
        if question.operation == "ratio" and "占" in question.text and not share:
            pass  # a share of something that was not found is no figure of the whole
        elif question.checks and not MENTIONED.search(question.text):
            reply = checks.answer(draft, finding)
        elif not question.wants_text:
            reply = figures.answer(draft, finding)
        if reply is not None:
            return reply
        draft.sources = Sources()
        reply = self._sentences(draft, finding)
        nowhere = not finding.hits or finding.hits[0].score < _ANYWHERE
        if question.borrowed and reply.status == "not_in_plan" and not question.wants_text and nowhere:
            # What was asked for was never named.
            draft.sources = Sources()
            return None
        return reply

    def _header_field(self, draft: Draft, question: Question) -> Reply:
        lines: list[str] = []
        for document in draft.documents:
            plan = draft.plan(document)
            for asked in question.header_fields:
                # A notice says when it was signed, and not when it was made public.
                field = "成文日期" if asked == "公开日期" and not plan.field(asked) else asked
                if plan.field(field):
                    marker = draft.cite(document, f"header.{field}")
                    lines.append(f"{plan.name}的{field}：**{plan.field(field)}**{marker}")
        if lines:
            return Reply("answered", "\n\n".join(lines))
        return Reply("not_in_plan", f"文中没有写明{'、'.join(question.header_fields)}。")

    def _sentences(self, draft: Draft, finding: Finding) -> Reply:
        found = passages.find(draft, finding)
        question = finding.asked
        asks_number = re.search(r"数值|多少|几|具体数|具体幅度", question.text) is not None
        wants_figure = not question.wants_text and question.explicit and (not question.checks or asks_number)
        if wants_figure and found.mention is not None:
            said = f"计划提到了这件事，但**没有给出数字**，原文是：{draft.quote(*found.mention)}"
            return Reply("no_figure", draft.named(found.mention[0]) + said, certain=False)
        if question.checks and found.by_meaning and finding.hits[0].score < _SAYS_YES_OR_NO:
            found = replace(found, answers=())
        if not wants_figure and found.answers:
            document, clause = found.answers[0]
            if (listed := headings.announced(draft, question.text, document, clause)) is not None:
                return listed
            quotes = [draft.quote(*one) for one in found.answers]
            meant = "按意思最接近的，" if found.by_meaning else ""
            head = f"{draft.named(document)}{meant}{draft.where(document, clause)}写明："
            return Reply("answered", head + "\n\n" + "\n\n".join(quotes), certain=False)
        unknown = [word for word in found.unknown if nameable(word) == word]
        said = f"计划没有提到“{'”“'.join(dict.fromkeys(unknown))}”。" if unknown else "计划没有提到您问的内容。"
        if found.nearest is None:
            return Reply("not_in_plan", said, certain=False)
        where = draft.where(*found.nearest)
        marker = draft.cite(found.nearest[0], found.nearest[1].id)
        text = f"{said}最接近的内容在{where}，仅供参考，不是答案。{marker}"
        return Reply("not_in_plan", text, certain=False)

    # --- Wording ------------------------------------------------------------------------------------------------------

    def _names_something(self, held: tuple[str, ...]) -> Callable[[str], bool]:
        """Tells dialogue whether words name a figure of the plans."""
        return lambda text: bool(self.finder.find(text, held).rows) if held else False

    def _is_a_name(self, held: tuple[str, ...]) -> Callable[[str], bool]:
        """Tells dialogue whether words are the name of a figure of the one plan."""
        return lambda text: len(held) == 1 and self.finder.index(held[0]).names(text)

    def _greeting(self, documents: Sequence[str]) -> str:
        names = self._indicators(documents, 1)
        return _GREETING + (f"例如可以问“{names[0]}是多少”。" if names else "") + _SAYS_SO

    def _ask_back(self, documents: Sequence[str]) -> str:
        names = self._indicators(documents, 3)
        choices = f"，例如“{'”“'.join(names)}”" if names else ""
        return f"请说明要问哪一项指标或任务{choices}。"

    def _indicators(self, documents: Sequence[str], most: int) -> list[str]:
        """Some indicators of the ledger, as examples; only names that hold no number."""
        # One after the other: hundreds of ledgers need not be read for a few names.
        rows = (row for document in documents for row in self._shelf.ledger(document) if not row.is_descriptive)
        names = (row.indicator for row in rows if row.value is not None and 3 <= len(row.indicator) <= 14)
        found: dict[str, None] = {}
        for name in names:
            if not re.search(r"\d", name):
                found[name] = None
            if len(found) == most:
                break
        return list(found)

    @cached_property
    def held_names(self) -> tuple[str, ...]:
        names: list[str] = []
        for document in self._shelf.document_ids():
            year = self._shelf.identity(document).year
            names += [*self._shelf.names(document), str(year or ""), document]
        return tuple(names)

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


def _is_share(row: LedgerRow) -> bool:
    """天数占比 is a share by its name."""
    return row.role == "share" or (row.unit in PERCENT and _SHARE.search(row.indicator) is not None)


def _first_of(draft: Draft, tries: Sequence[Callable[[], Reply | None]]) -> Reply | None:
    """The reply of the first try that has one; a try that fails has cited nothing that stays."""
    for attempt in tries:
        reply = attempt()
        if reply is not None:
            return reply
        draft.sources = Sources()
    return None


def _without_words(answer: Answer) -> Answer:
    """What is left to say where nothing passes the number lock: that there is no answer."""
    return answer.model_copy(
        update={
            "text": "这个问题没能答出来，请换个说法再问。",
            "status": "needs_clarification",
            "figures": (),
            "computed": (),
            "citations": (),
            "notices": (*answer.notices, "答案没有通过数字核对，没有给出。"),
        }
    )


def _in_the_plans_words(answer: Answer) -> Answer:
    """The answer as its citations alone, where its own wording did not pass the number lock."""
    quotes = [f"“{quoted(citation.quote)}”[{citation.marker}]" for citation in answer.citations]
    return answer.model_copy(
        update={
            "text": "写明：\n\n" + "\n\n".join(quotes) if quotes else "请说明要问哪一项指标或任务。",
            "status": answer.status if quotes else "needs_clarification",
            "computed": (),
            "notices": (*answer.notices, "答案的措辞没有通过数字核对，改为只引原文。"),
        }
    )


# What a question can be that names several figures; how likely it must at least be. Chosen on tuning questions.
_OF_SEVERAL: tuple[Intent, ...] = ("several", "sum", "difference", "ratio", "average", "compare")
_POSSIBLE, _LIKELY = 0.1, 0.25


def _with_what_it_names(draft: Draft, question: Question) -> Question:
    """A question taken for one about a single figure, though it names several, or a figure and a number of the user's."""
    likely = intents(question.text.strip())
    parts = [part for part in question.asking if ASKED_UNIT.search(part) or PERCENT_ASKED.search(part)]
    if question.operation in ("sum", "difference", "average") and len(parts) > 1:
        # 进账多收百分之几, 户数要冲过多少: each part asks for its own.
        return as_intent(question, "several") if likely["several"] > likely[question.operation] else question
    one_operand = (
        question.operation in ("sum", "difference", "ratio", "compare") and likely[question.operation] < _POSSIBLE
    )
    if (question.kind == "collect" and question.ruled == "figure") or (one_operand and not question.claims):
        # 重大项目一共有多少: the one figure that it names.
        return as_intent(question, "figure") if len(draft.mentioned_in_words(question)) == 1 else question
    if question.intent != "figure" or question.kind != "figure" or likely["hostile"] >= _POSSIBLE:
        return question
    named = [match for match in draft.mentioned_in_words(question) if match.row.value is not None]
    own = [claim for claim in question.claims if not any(same_figure(claim, match.row) for match in named)]
    best = max(_OF_SEVERAL, key=lambda one: likely[one])
    fitting = [match for match in named if unit_fits(question, match.row)]
    one_is_asked = (len(fitting) == 1 and best in ("several", "sum")) or likely[best] < likely["figure"]
    if (
        len(named) > 1
        and likely[best] >= (_LIKELY if best == "several" else _POSSIBLE)
        and not question.claims
        and not one_is_asked
    ):
        return as_intent(question, best)
    return as_intent(question, "own") if len(named) == 1 and own and likely["own"] >= _POSSIBLE else question


def _refuse_unusable(question: str) -> None:
    if not question.strip():
        raise UnusableInput("问题是空的，请输入要问的内容。")
    if len(question) > LONGEST_QUESTION:
        raise UnusableInput(f"问题太长：{len(question)} 个字，最多 {LONGEST_QUESTION} 个字，请缩短后再问。")
