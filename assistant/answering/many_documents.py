"""Questions to a library of several documents: which of them each part of a question is put to, whether they are asked each
for itself, together, or one after the other, and what is refused because no document is of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answering import (
    across,
    asked_parts,
    comparing,
    figures,
    looking_up,
    meant,
    part_of_year,
    stated_change,
    year_asked,
)
from assistant.answering.draft import Draft, Reply
from assistant.answering.finder import LIKELY, Finder
from assistant.answering.holdings import Holdings, Sought
from assistant.answering.ledger_index import unit_fits
from assistant.answering.meant import Meant
from assistant.answering.places import opening_name
from assistant.answering.question import Question, read_question
from assistant.answering.scope import Scope
from assistant.plan.ledger import LedgerRow

# 目标增速和当年实际增速差多少
_PLANNED_AND_DONE = re.compile(
    r"(?:目标|计划)[^,，。;；?？]{0,12}(?:和|与|跟|同|比|较)[^,，。;；?？]{0,6}实际|实际[^,，。;；?？]{0,12}(?:和|与|跟|同|比|较)[^,，。;；?？]{0,6}(?:目标|计划)"
)
# 海拉尔两年的社零, 历年的: each document of a place, without its year being named.
_SEVERAL_YEARS = re.compile(
    r"(?:[这那]|前后|最近|近|前)?(?:(?P<number>[两二三四])(?:个年度|年(?!行动|计划|规划|期|内|级|制|以|攻坚)|份(?:政府工作)?(?:报告|计划))|历年|各年(?!级)|逐年)(?:里|间|来)?(?:的)?"
)
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4}
# A target is a figure, however it is asked for (目标怎么定).
_ASKS_HOW = re.compile(
    r"^(?!.*(?:目标|指标|增速|多少|几)).*(?:怎么(?![样定变])|如何|怎样|哪些(?=措施|做法|举措|办法|工作|任务|安排)|什么(?=措施|做法|举措|办法|工作|任务|安排|要求)|做法|举措|措施)"
)
_WHICH_OF_THEM = re.compile(r"^(?:[里中]?(?:哪一?[个家份座]|谁|都|各自|分别|[两三四几]个?[市省地区家]?)的?)+")
_NAMES_A_DOCUMENT = re.compile(r"(?:规划|纲要|计划|报告|号|[A-Za-z0-9])$")
_MOST_NAMED = 12  # documents that a refusal lists


class ManyDocuments:
    """Puts questions to the documents of a library. Holds nothing of a conversation; safe to share between threads."""

    def __init__(
        self,
        finder: Finder,
        holdings: Holdings,
        within: Callable[[str, Question, Scope], tuple[Draft, Reply]],
    ) -> None:
        """`within`: answers a question from the documents in scope, as if there were no others."""
        self.finder, self._shelf = finder, finder.shelf
        self._holdings, self._within = holdings, within

    def answered(self, text: str, question: Question, held: tuple[str, ...]) -> tuple[Draft, Reply]:
        """From a library of several documents: from those that the question names, each for itself where it names several."""
        numbered, number = self._holdings.numbered(text, held)
        if number and not numbered:
            return self.refused(text, Scope(held, number))
        if len(several := self._named_by_titles(text, question, held)) > 1:
            return self._within(text, question, Scope(several))
        text = meant.without_title(text, number)
        named = meant.read(text, self._holdings.of(numbered or held))
        whole = numbered or named.names_place or across.asks_which(text)
        stranger = "" if named.names_place else opening_name(text)
        if stranger and not self._shelf.holding(stranger):
            return self.refused(text, Scope(held, stranger))
        titled, title = ((), "") if whole else self._holdings.titled(text, held)
        sought = self._sought(named, numbered or titled or held)
        places = [one.meant.place for one in sought]
        rest = named.without(years=True, places=places)
        if len(sought) == 1 and (of_each := _SEVERAL_YEARS.search(rest)):
            each = self._holdings.year_by_year(sought[0], _NUMBERS.get(of_each.group("number") or "", 0))
            sought, rest = (each, _SEVERAL_YEARS.sub("", rest)) if len(each) > 1 else (sought, rest)
        missing = next((one for one in sought if one.missing), None)
        if missing is not None:
            if (stated := self._stated_change(named, sought)) is not None:
                return stated
            return self.refused(text, Scope(self._holdings.of_place(missing.meant.place, held), missing.missing))
        if across.asks_which(text) and len(sought) == 1 and not sought[0].meant.place:
            each = [replace(sought[0], exact=(d,), others=()) for d in sought[0].documents]
            draft = Draft(self.finder, Scope(tuple(sought[0].documents)), text)
            reply = across.answer(draft, question, rest, each)
            if reply is not None:
                return draft, reply
        if len(sought) > 1:
            draft = Draft(self.finder, Scope(tuple(dict.fromkeys(d for one in sought for d in one.documents))), text)
            if _ASKS_HOW.search(rest) and (said := self._from_each(question, rest, sought)) is not None:
                return said
            reply = comparing.answer(draft, question, rest, sought)
            if reply is not None:
                return draft, part_of_year.held_to(draft, question, reply)
            if (said := self._from_each(question, rest, sought)) is not None:
                return said
        if (found := self._of_one_year(question, rest, sought)) is not None:
            return found
        return self._from_one(named, sought[0], title)

    def _named_by_titles(self, text: str, question: Question, held: tuple[str, ...]) -> tuple[str, ...]:
        """The documents whose header is asked for, each by its title (考核意见和试点方案的文号); none for other questions."""
        if question.kind != "document":
            return ()
        titled = (self._holdings.titled(part, held)[0] for part in re.split(r"[、,，和与及跟]", text))
        return tuple(dict.fromkeys(found[0] for found in titled if len(found) == 1))

    def _of_one_year(self, question: Question, rest: str, sought: Sequence[Sought]) -> tuple[Draft, Reply] | None:
        """The figure for five years, which many documents speak of; or, of a year that one document plans and the next one
        looks back on, what was planned and what was done, where the question does not say which it asks for."""
        one = sought[0]
        if one.years is not None and one.years[0] == one.years[1] and _PLANNED_AND_DONE.search(question.text):
            return self._planned_and_done(question, rest, one)
        if one.years is None or question.kind != "figure" or question.wants_text or not one.meant.place:
            return None
        draft = Draft(self.finder, Scope(one.documents), rest)
        if one.years[0] != one.years[1]:
            if (several := self._several_of_five_years(rest, one)) is not None:
                return several
            if figures.asks_several(question) and len(question.subjects) > 1:
                return None
            return self._of_five_years(draft, question, comparing.subject_of(rest), one)
        if one.meant.tense is not None or one.meant.of_document or not (one.exact and one.others):
            return None
        return self._planned_and_done(question, rest, one)

    def _stated_change(self, named: meant.Reading, sought: Sequence[Sought]) -> tuple[Draft, Reply] | None:
        """By how much more than the year before, whose own plan is not held, where the plan of the later year says so."""
        held = [one for one in sought if not one.missing]
        if len(held) != 1 or len(sought) != 2 or held[0].meant.place != sought[1].meant.place:
            return None
        text = named.without(years=False, places=[held[0].meant.place])
        draft = Draft(self.finder, Scope(held[0].documents), text)
        reply = stated_change.answer(draft, read_question(text))
        return None if reply is None else (draft, reply)

    def _several_of_five_years(self, rest: str, one: Sought) -> tuple[Draft, Reply] | None:
        """The figures of several things that the five years are asked for, from the document that has the first."""
        found = comparing.look_up(Draft(self.finder, Scope(one.documents), rest), comparing.subject_of(rest), one)
        if found.match is None:
            return None
        draft = Draft(self.finder, Scope((found.match.document,)), rest)
        several = asked_parts.answer(draft, read_question(rest))
        return None if several is None else (draft, several)

    def _of_five_years(self, draft: Draft, question: Question, subject: str, one: Sought) -> tuple[Draft, Reply] | None:
        """The figure that the first document to speak of the five years has, or by how much it rose in them."""
        for document in one.documents:
            finding = self.finder.find(subject, (document,))
            likely = [match for match in finding.ranked[:1] if match.likely >= LIKELY]
            risen = stated_change.rise(draft, question, likely)
            if risen is not None and year_asked.is_of_years(draft, document, likely[0].row, one.years):
                return draft, risen
        found = comparing.look_up(draft, subject, one)
        return None if found.match is None else (draft, figures.one_figure(draft, question, found.match))

    def _by_another_name(self, question: Question, rest: str, sought: Sought) -> tuple[Draft, Reply] | None:
        """The figure of the year asked for where only a closer look finds it; None where there is none."""
        if question.kind != "figure" or question.wants_text:
            return None
        draft = Draft(self.finder, Scope(sought.documents), rest)
        found = looking_up.look_up_all(draft, comparing.subject_of(rest), [sought])[0]
        return None if found.match is None else (draft, figures.one_figure(draft, question, found.match))

    def _planned_and_done(self, question: Question, rest: str, one: Sought) -> tuple[Draft, Reply] | None:
        """What was planned for a year and what was done in it; None where one of the two is not to be found."""
        draft = Draft(self.finder, Scope(one.documents), rest)
        own = self._holdings.seek(replace(one.meant, of_document=False), one.documents)
        both = [replace(own, meant=replace(own.meant, tense=tense)) for tense in ("target", "result")]
        reply = comparing.answer(draft, question, rest, both)
        return (draft, reply) if reply is not None and len(reply.rows) > 1 else None

    def _sought(self, named: meant.Reading, held: tuple[str, ...]) -> list[Sought]:
        """Where each part of a question is looked for; a place that another part's documents speak of is no part of its own
        (浙江给宁波舟山港定的目标)."""
        sought = [self._holdings.seek(one, held) for one in named.meant]
        found = [one for one in sought if not one.missing]
        texts = [self._shelf.plan(d).text for one in found or [Sought(Meant(), held, (), None)] for d in one.documents]
        spoken_of = [
            one for one in sought if one.missing and one.meant.place and meant.is_told_of(named, one.meant, texts)
        ]
        kept = [one for one in sought if one not in spoken_of]
        return kept or [self._holdings.seek(replace(sought[0].meant, place=""), held)]

    def _from_each(self, question: Question, rest: str, sought: Sequence[Sought]) -> tuple[Draft, Reply] | None:
        """What each of several documents says, where there are no figures to hold against each other; None where none of
        them says it."""
        if question.operation or question.checks:
            return None
        text = _WHICH_OF_THEM.sub("", rest)
        documents = tuple(dict.fromkeys(d for one in sought for d in one.documents))
        whole = Draft(self.finder, Scope(documents), text)
        lines: list[str] = []
        rows: list[tuple[str, LedgerRow]] = []
        answered = False
        for one in sought:
            own = one.exact or one.others
            draft, reply = self._within(text, read_question(text), Scope(own))
            if reply.computed or reply.denied:
                return None
            name = self._shelf.plan(own[0]).name or own[0]
            said = reply.status in ("answered", "no_figure")
            words = (
                whole.sources.taken_in(draft.sources, reply.text).removeprefix(f"{name}：") if said else "没有写到。"
            )
            lines.append(f"- {name}：{words}")
            rows += reply.rows if said else ()
            answered = answered or reply.status == "answered"
            whole.notices += draft.notices
        return (whole, Reply("answered", "\n".join(lines), tuple(rows))) if answered else None

    def _from_one(self, named: meant.Reading, sought: Sought, title: str) -> tuple[Draft, Reply]:
        """From the documents of one place and year: what they say of that year, or, of that year's own, all that they say.
        `title`: the words of the question that name the document by its title."""
        first: tuple[Draft, Reply] | None = None
        places = [sought.meant.place]
        unsaid = not (sought.meant.place and sought.years)
        dated, undated = (
            meant.without_title(named.without(years=years, places=places), title) for years in (False, True)
        )
        for documents, own_year, text in self._attempts(sought, dated, undated):
            draft, reply = self._within(text, read_question(text), Scope(documents, unsaid=unsaid))
            first = first or (draft, reply)
            of_its_year = year_asked.of_another_year(draft, reply, sought)
            amiss = of_its_year is not reply or _counts_otherwise(read_question(text), reply)
            if amiss and (found := self._by_another_name(read_question(undated), undated, sought)):
                return found
            reply = year_asked.said_to_be_of_longer(of_its_year, sought)
            if reply.status == "answered" and self._tells_of_no_year(read_question(text), reply, documents, sought):
                reply = Reply(
                    "no_figure",
                    f"没有写{sought.meant.said}的数字。",
                    denied=tuple(re.findall(r"\d+", sought.meant.said)),
                )
                first = (Draft(self.finder, Scope(documents), text), reply)
                continue
            aimed_at = own_year or sought.meant.tense != "target" or any(r.tense == "target" for _, r in reply.rows)
            if aimed_at and (reply.status == "answered" or (reply.status == "no_figure" and reply.rows)):
                return draft, reply
        held = sought.exact or sought.years is None or title
        if first is None or not held:
            place = sought.meant.place
            return self.refused(
                named.text, Scope(self._holdings.of_place(place, sought.documents), f"{place}{named.said_years}")
            )
        return first

    def _tells_of_no_year(self, question: Question, reply: Reply, documents: Sequence[str], sought: Sought) -> bool:
        """Whether a figure of one year is asked for, and sentences are all that a plan for several years has."""
        if sought.years is None or sought.years[0] != sought.years[1] or question.kind != "figure":
            return False
        several = all(self._shelf.identity(d).span.find("—") > 0 for d in documents)
        return several and not reply.rows and not question.wants_text

    def _attempts(self, sought: Sought, dated: str, undated: str) -> Iterator[tuple[tuple[str, ...], bool, str]]:
        """(documents, whether their own year is meant, the question with the year or without it), in the order to be tried:
        with the year everywhere first, for another year's figure is none. Where no year is named the newest document's own is
        meant, but for what was done, which is told of the year before."""
        if sought.years is None:
            year = max((self._shelf.identity(document).year or 0 for document in sought.exact), default=0)
            places = {self._shelf.identity(document).place for document in sought.exact}
            if year and len(places) == 1 and sought.meant.tense != "result" and self._speaks_of(sought.exact, year):
                yield sought.exact, True, f"{year}年{undated}"
            yield sought.exact, True, undated
            return
        tries = sought.tries
        if sought.meant.of_document:
            yield from ((documents, own, undated) for documents, own in tries if own)
        yield from ((documents, own, dated) for documents, own in tries)
        yield from ((documents, own, undated) for documents, own in tries if own)

    def _speaks_of(self, documents: Sequence[str], year: int) -> bool:
        """Whether the documents set or tell figures of their own year: one for several years, or one that is issued in a
        year for a later one, does not."""
        of_it = [d for d in documents if self._shelf.identity(d).last_year in (None, year)]
        return any(str(year) in row.period for document in of_it for row in self.finder.index(document).rows)

    def refused(self, text: str, scope: Scope) -> tuple[Draft, Reply]:
        """That nothing held is of what is asked for."""
        denied = (scope.missing, *re.findall(r"\d+", scope.missing))  # 三棵松县 may hold a number too
        return Draft(self.finder, scope, text), Reply("wrong_scope", self._out_of_scope(scope), denied=denied)

    def _out_of_scope(self, scope: Scope) -> str:
        names = dict.fromkeys(self._shelf.plan(document).name or document for document in scope.documents[:_MOST_NAMED])
        more = "等" if len(scope.documents) > _MOST_NAMED else ""
        what = "" if _NAMES_A_DOCUMENT.search(scope.missing) else "的计划"
        return f"资料库里没有{scope.missing}{what}，不能回答。现有：{'、'.join(names)}{more}。"


def _counts_otherwise(question: Question, reply: Reply) -> bool:
    """Whether all figures of an answer are counted in another unit than the one that is asked for."""
    return bool(reply.rows) and not reply.computed and all(unit_fits(question, row) is False for _, row in reply.rows)
