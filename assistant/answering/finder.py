"""What a question finds in the plans: rows of the ledgers with how likely each is meant, and the clauses nearest to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from assistant.answering.grams import question_words
from assistant.answering.ledger_index import GENERIC_UNITS, LedgerIndex, RowMatch, unit_fits
from assistant.answering.matching import RowMatcher, Wordings, is_threshold, thing_counted
from assistant.answering.part import parts
from assistant.answering.prepared import PairCounts
from assistant.answering.question import Question, content_words, read_question
from assistant.answering.question_words import ASKED_UNIT, BEFORE_CHANGE, FROM_AND_TO
from assistant.answering.ranking import Ranker, Ranking
from assistant.answering.shelf import Hit, Shelf
from assistant.answering.slips import Speller
from assistant.search.arrays import unpacked
from assistant.search.glossary import Glossary

_CANDIDATES = 30
_KEPT = 64  # documents whose rows, words and headings are kept in memory: a megabyte or two each
# Documents whose rows are looked at for one question: those of the nearest clauses.
_MOST_DOCUMENTS = 4
# A row answers from here on: the figure is likelier meant than all else together. Below it, but from `LIKELY`, it answers
# where no second row comes near it. Chosen on the tuning questions.
SURE, LIKELY, AHEAD = 0.5, 0.3, 2.0
_AS_LIKELY = 0.02  # of the likeliest: what its words fit as well, but not its meaning, is not meant
_SURE_OF_KIND = 0.6  # where another kind of the same thing may be meant
# Named in full; and said in nothing but the row's own words, the verb aside.
_IN_FULL, _SAID = 0.9, 0.75
# All that is named stands there, most of it beside the figure; and no other row comes near (literal scores).
_ALL, _MOST, _CLEARLY, _LITERALLY = 0.99, 0.6, 0.05, 0.99
_EPSILON = 1e-6
_CURT = 8  # characters of all that is named
_LONG = 40  # characters of a question that tells more than it asks
_NAME = re.compile(r"(?<![A-Za-z0-9.])(?:[A-Z][A-Z0-9.]*[A-Z0-9]|\d+[A-Z]+)(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Finding:
    """What one question finds. `rows`: the rows that answer, one, or several that it fits equally, in the text's order;
    none where no figure answers. `ranked`: all rows looked at, the likeliest first."""

    wordings: Wordings
    rows: tuple[RowMatch, ...]
    ranked: tuple[RowMatch, ...]
    retrieve: Callable[[], tuple[Hit, ...]]

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """The clauses that retrieval brings, best first; looked up where they are asked for."""
        return self.retrieve()

    @property
    def asked(self) -> Question:
        return self.wordings.asked


class Finder:
    """Looks questions up. Holds nothing of a conversation; threads may share it."""

    def __init__(self, shelf: Shelf, glossary: Glossary, ranker: Ranker | None = None) -> None:
        """`ranker`: what orders the clauses for open questions; None: the shelf's own retrieval."""
        self.shelf = shelf
        self._ranker = ranker
        self._glossary = glossary
        self.index = lru_cache(maxsize=_KEPT)(self._index)
        self.parts = lru_cache(maxsize=_KEPT)(lambda document: parts(document, shelf.plan(document)))
        self._matcher = lru_cache(maxsize=_KEPT)(lambda d: RowMatcher(self.index(d), shelf.arrays(d), shelf.encode))
        # The same text is read several times for one answer.
        self._read = lru_cache(maxsize=16)(self._read_anew)
        self._speller = lru_cache(maxsize=_KEPT)(
            lambda d: Speller(shelf.plan(d).text, unpacked(shelf.arrays(d)["sounds"]))
        )

    def same_thing(self, one: str, other: str) -> bool:
        """Whether two indicators are names of one thing in the glossary."""
        return self._glossary.same_thing(one, other)

    def _index(self, document: str) -> LedgerIndex:
        counts = PairCounts(self.shelf.arrays(document))
        return LedgerIndex(document, self.shelf.plan(document), self.shelf.ledger(document), counts)

    def mended(self, text: str, documents: Sequence[str]) -> str:
        """The text with slips of pinyin input mended to words of the plans; as it is where it says what it means."""
        if self._read(text, tuple(documents), ())[1]:
            return text
        for document in documents[:_MOST_DOCUMENTS]:
            text = self._speller(document).mend(text)
        return text

    def wordings(self, text: str, documents: Sequence[str], places: Sequence[str] = ()) -> Wordings:
        """The question as it is, with the plans' own names for what it names otherwise, and with likely ones."""
        holds = self._holder(documents)
        glossary = self._glossary
        forms = [text, glossary.in_plan_words(text, holds), glossary.in_likely_words(text, holds)]
        forms += [glossary.in_chinese_words(text, holds)] if _LATIN.search(text) else []
        return Wordings(tuple(without_places(read_question(form), places) for form in dict.fromkeys(forms)))

    def _read_anew(
        self, text: str, documents: tuple[str, ...], places: tuple[str, ...]
    ) -> tuple[Wordings, RowMatch | None]:
        wordings = self.wordings(text, documents, places)
        return wordings, self._certain(wordings, documents)

    def read(self, text: str, documents: Sequence[str], places: Sequence[str]) -> Wordings:
        """As `wordings`, looked up where the same text was read just before."""
        return self._read(text, tuple(documents), tuple(places))[0]

    def names_one_row(
        self, text: str, documents: Sequence[str], places: Sequence[str]
    ) -> Literal["", "in full", "literally"]:
        """Whether a question names one row in full and says nothing beside, or says nothing that its clause has not."""
        certain = self._read(text, tuple(documents), tuple(places))[1]
        if certain is None:
            return ""
        return "in full" if certain.likely > _LITERALLY else "literally"

    def find(self, text: str, documents: Sequence[str], places: Sequence[str] = ()) -> Finding:
        """Look a question, or a thing that it names, up in the documents."""
        wordings, certain = self._read(text, tuple(documents), tuple(places))
        if certain:
            return Finding(wordings, (certain,), (certain,), lambda: self._nearest(wordings, tuple(documents)))
        hits = self._nearest(wordings, tuple(documents))
        looked_at = list(dict.fromkeys(hit.document for hit in hits))[:_MOST_DOCUMENTS] or list(documents[:1])
        ranked: list[RowMatch] = []
        for document in looked_at:
            near = {hit.clause: hit.score for hit in hits if hit.document == document}
            ranked += self._matcher(document).rank(wordings, near)
        ranked = _not_told(wordings.asked, ranked)
        ranked = [m for m in ranked if not is_threshold(m.row) or _asks_for_threshold(wordings.asked, m)]
        years = wordings.asked.years
        if years:
            ranked = [m for m in ranked if not m.row.period or any(str(year) in m.row.period for year in years)]
            ranked = _of_exact_years(ranked, years)
        ranked = _left_or_reached(wordings.asked, _amount_or_change(wordings.asked, ranked))
        newest = {document: self.shelf.plan(document).year or 0 for document in looked_at}
        ranked.sort(key=lambda m: (-m.likely, -newest[m.document], m.row.start))
        rows = tuple(_answering(wordings.asked, ranked))
        if len(rows) == 1 and rows[0].likely < SURE and self.names_a_stranger(wordings, documents, told=True):
            rows = ()
        rows = () if self.strange_names(wordings, documents) else rows
        return Finding(wordings, rows, tuple(ranked), lambda: hits)

    def _certain(self, wordings: Wordings, documents: Sequence[str]) -> RowMatch | None:
        """The row that a question of one document names in full and says nothing beside: no meaning need be weighed, and
        nothing that takes seconds to load."""
        if len(documents) != 1:
            return None
        literally: list[RowMatch] = []
        firsts: set[int] = set()
        for question in wordings.questions:
            ranked = self.index(documents[0]).rank_rows(question)
            named = [match for match in ranked if match.named >= _IN_FULL and not _is_told(question, match)]
            # 2亿级项目引进几个: a size of the projects is no number of them.
            named = [
                m for m in named if not (m.row.is_descriptive and question.unit and unit_fits(question, m.row) is False)
            ]
            counted = thing_counted(question.text)
            by_count = [match for match in named if match.row.indicator == counted and not match.missing]
            if len(by_count) == 1 and not question.years:
                return by_count[0].weighed(1.0, False)  # 海绵城市建设的管控分区有几个
            best = named[0] if named else None
            alone = [match for match in named if best and match.row.indicator == best.row.indicator]
            years = question.years
            said = best and not best.missing and min(best.local, best.on_indicator) >= _SAID
            dated = best and (not years or any(str(year) in best.row.period for year in years))
            if best and said and dated and len(alone) == 1 and not is_threshold(best.row):
                return best.weighed(1.0, False)
            literal = [match for match in ranked if _is_literal(question, match)]
            firsts |= {match.row.start for match in literal[:1]}
            if literal and not years and question.explicit and len({match.row.tense for match in literal}) == 1:
                first, second = literal[0], literal[1] if len(literal) > 1 else None
                ahead = second is None or first.score - second.score >= _CLEARLY
                if not is_threshold(first.row) and ahead and not _is_another(question, first, ranked):
                    literally.append(first)
        # Where another wording names something else, it takes more than the words.
        return literally[0].weighed(_LITERALLY, False) if literally and len(firsts) == 1 else None

    def strange_names(self, wordings: Wordings, documents: Sequence[str]) -> tuple[str, ...]:
        """Latin names in capitals or with digits (PPI, 5G) that no plan holds in any wording: what is like them is something
        else."""
        holds = self._holder(documents)
        each = [set(_NAME.findall(" ".join(question.asking))) for question in wordings.questions]
        return tuple(sorted(name for name in set.intersection(*each) if not holds(name)))

    def names_a_stranger(self, wordings: Wordings, documents: Sequence[str], *, told: bool = False) -> bool:
        """Whether the part that asks (with what is told around it, where `told`) is curt, and half or more of what it
        names is unknown to the plans in every wording."""
        holds = self._holder(documents)
        # What is a heading's says where, not what.
        titles = [part.title for document in documents[:1] for part in self.parts(document)]
        for question in wordings.questions:
            around = [part for part in question.stretches if not any(part.replace(" ", "") in one for one in titles)]
            named = content_words(" ".join(around) if told else question.terms)
            if len("".join(named)) > _CURT or sum(not holds(word) for word in named) * 2 < len(named) or not named:
                return False
        return True

    def features(self, text: str, document: str) -> tuple[list[RowMatch], object]:
        """For fitting: a question's features of a document's rows."""
        wordings = self.wordings(text, [document])
        near = {hit.clause: hit.score for hit in self._nearest(wordings, (document,))}
        return self._matcher(document).features(wordings, near)

    def _nearest(self, wordings: Wordings, documents: tuple[str, ...]) -> tuple[Hit, ...]:
        """The clauses nearest to the question, or, where it is long, to the part that asks: the nearer of the two."""
        found = self._hits(wordings.asked.text, documents)
        if len(wordings.asked.text) > _LONG and wordings.asked.terms:
            best = {(hit.document, hit.clause): hit for hit in found}
            for hit in self._hits(wordings.asked.terms, documents):
                held = best.get((hit.document, hit.clause))
                if held is None or hit.score > held.score:
                    best[hit.document, hit.clause] = hit
            found = sorted(best.values(), key=lambda hit: -hit.score)
        return tuple(found)

    def _hits(self, text: str, documents: tuple[str, ...]) -> list[Hit]:
        found = self.shelf.find(text, documents, _CANDIDATES)
        return [hit for hit in found if not self._leads_in(hit)]

    def ranking(self, text: str, documents: Sequence[str], own: Sequence[Hit]) -> Ranking:
        """The clauses for an open question, best first; `own` are the shelf's own hits, which it comes down to where nothing
        else ranks."""
        if self._ranker is None:
            return Ranking(tuple(own))
        found = self._ranker.rank(text, documents, own)
        return replace(found, hits=tuple(hit for hit in found.hits if not self._leads_in(hit)))

    def _leads_in(self, hit: Hit) -> bool:
        """Header fields, and sentences that only announce what follows (主要目标预安排:)."""
        if hit.clause.startswith("header."):
            return True
        return self.shelf.plan(hit.document).clause(hit.clause).text.rstrip().endswith((":", "："))

    def _holder(self, documents: Sequence[str]) -> Callable[[str], bool]:
        """Tells whether one of the plans holds a word."""
        if len(documents) == 1:
            text = self.shelf.plan(documents[0]).text
            return lambda word: word in text
        held = frozenset(documents)
        return lambda word: not held.isdisjoint(self.shelf.holding(word))

    def unknown_words(self, question: Question, documents: Sequence[str]) -> tuple[str, ...]:
        """The words of the question that stand nowhere in these documents."""
        held = frozenset(documents)
        words = (*question_words(question.terms), *question_words(question.context))
        return tuple(
            word.text
            for word in words
            if not word.joined and all(held.isdisjoint(self.shelf.knowing(pair)) for pair in word.pairs)
        )


_LATIN = re.compile(r"[A-Za-z]{2}")


def _is_another(question: Question, first: RowMatch, ranked: Sequence[RowMatch]) -> bool:
    """工业投资完成多少 is not of 完成“工业上楼”项目投资, where another figure has the name as it stands."""
    if first.row.indicator in question.text:
        return False
    return any(len(m.row.indicator) > _SHORT and m.row.indicator in question.text for m in ranked)


_SHORT = 2  # a name of no more characters stands in many others
_GROWS = re.compile(r"增速|增幅|增长|增减|涨|[上提]升|下?降|幅度|百分|%|同比|几个点|快多少")


def _of_exact_years(ranked: Sequence[RowMatch], years: Sequence[int]) -> list[RowMatch]:
    """Where an indicator has a figure for the very year, not the one of the five years that it ends."""
    exact = {(m.document, m.row.indicator) for m in ranked if m.row.period in {f"{year}年" for year in years}}
    return [m for m in ranked if "—" not in m.row.period or (m.document, m.row.indicator) not in exact]


def _amount_or_change(asked: Question, ranked: Sequence[RowMatch]) -> list[RowMatch]:
    """交易额1302.6亿元、增长64.2%: of the two that one sentence says of an indicator the one that is asked for is meant, as
    likely as both were."""
    said: dict[tuple[str, str, str], list[RowMatch]] = {}
    for match in ranked:
        said.setdefault((match.document, match.row.clause, match.row.indicator), []).append(match)
    kept: list[RowMatch] = []
    for matches in said.values():
        changes = [match for match in matches if match.row.role == "change"]
        amounts = [m for m in matches if m.row.role in ("amount", "share", "to") and m.row.value is not None]
        if len(changes) == 1 and len(amounts) == 1 and len(matches) == 2 and asked.unit == "" and not asked.claims:
            (meant,) = changes if _GROWS.search(asked.text.replace(matches[0].row.indicator, " ")) else amounts
            likely = min(sum(match.likely for match in matches), 1.0)
            kept.append(meant.weighed(likely, meant.other_kind))
        else:
            kept += matches
    return kept


def _left_or_reached(asked: Question, ranked: Sequence[RowMatch]) -> list[RowMatch]:
    """比例从75%提高到100%: of the two figures the one reached is meant, or the one left, where that is asked for."""
    said: dict[tuple[str, str, str], list[RowMatch]] = {}
    for match in ranked:
        said.setdefault((match.document, match.row.clause, match.row.indicator), []).append(match)
    kept: list[RowMatch] = []
    for matches in said.values():
        ends = sorted(match.row.role for match in matches) == ["from", "to"]
        if ends and not asked.claims and not asked.operation and not FROM_AND_TO.search(asked.text):
            role = "from" if BEFORE_CHANGE.search(asked.text) else "to"
            (meant,) = (match for match in matches if match.row.role == role)
            kept.append(meant.weighed(min(sum(match.likely for match in matches), 1.0), meant.other_kind))
        else:
            kept += matches
    return kept


def _answering(asked: Question, ranked: Sequence[RowMatch]) -> list[RowMatch]:
    """The rows that answer, in the text's order."""
    if not ranked:
        return []
    best = ranked[0]
    together = [match for match in ranked if _fits_as_well(asked, match, best)]
    in_full = [match for match in together if match.named >= _IN_FULL]
    if in_full:
        # 地区生产总值 is meant, whatever longer names hold it.
        best = max(in_full, key=lambda match: match.named)
        together = [best]
    together = _of_the_verb(asked, together)
    if len(together) > 1 and sum(match.likely for match in together) >= SURE:
        return sorted(together, key=lambda match: match.row.start)
    second = max((match.likely for match in ranked if match is not best and match not in together), default=0.0)
    if in_full:
        second = 0.0
    stands_out = best.likely >= LIKELY and best.likely >= AHEAD * second and not best.other_kind
    if best.likely >= (_SURE_OF_KIND if best.other_kind else SURE) or stands_out:
        return [best]
    return []


def _of_the_verb(asked: Question, together: list[RowMatch]) -> list[RowMatch]:
    """Of 新增2400户（累计3600户） the one whose verb the question says, where it says one of them alone."""
    said = [match for match in together if match.row.action and match.row.action in asked.text]
    others = {match.row.action for match in together} - {match.row.action for match in said}
    same_thing = len({(match.row.clause, match.row.indicator) for match in together}) == 1
    return said if said and others and same_thing else together


def _is_literal(asked: Question, match: RowMatch) -> bool:
    """Whether all that a question names stands in a row, its clause and its headings, most of it in the row itself."""
    return (
        not match.missing
        and match.supported >= _ALL
        and match.local >= _MOST
        and match.on_indicator > 0
        and not _is_told(asked, match)
    )


def _not_told(asked: Question, ranked: Sequence[RowMatch]) -> list[RowMatch]:
    """The rows that the question does not state itself, each as likely as it is among them."""
    told = [match for match in ranked if _is_told(asked, match)]
    left = max(1.0 - sum(match.likely for match in told), 0.02)
    rest = [match for match in ranked if match not in told]
    return [match.weighed(min(match.likely / left, 1.0), match.other_kind) for match in rest] if told else rest


def _is_told(asked: Question, match: RowMatch) -> bool:
    """新增停车位多少个、充电桩1000根: what the question itself states it does not ask for, unless it asks whether it is so."""
    if not ASKED_UNIT.search(asked.text) or asked.checks or match.row.value is None:
        return False
    if match.row.text not in asked.text or match.row.indicator[-2:] not in asked.text:
        return False  # nearly always: a pattern made for each of hundreds of rows takes tens of milliseconds
    figure, end = re.escape(match.row.text), re.escape(match.row.indicator[-2:])
    return re.search(rf"{end}\S{{0,2}}(?<![\d.]){figure}|(?<![\d.]){figure}\S{{0,12}}{end}", asked.text) is not None


def _asks_for_threshold(asked: Question, match: RowMatch) -> bool:
    """亿元以上 of a project is a figure only to whoever asks how large one must be."""
    return bool(unit_fits(asked, match.row)) or bool(re.search(r"门槛|规模|多大|标准|单个|金额|起步", asked.text))


def _fits_as_well(asked: Question, match: RowMatch, best: RowMatch) -> bool:
    """Whether the question's words say nothing that sets the row apart from the best one (楼宇多少栋 means three)."""
    return match is best or (
        match.document == best.document
        and match.likely >= _AS_LIKELY * best.likely
        and best.on_indicator > 0
        and abs(match.on_indicator - best.on_indicator) < _EPSILON
        and abs(match.local - best.local) < _EPSILON
        and match.row.is_descriptive == best.row.is_descriptive
        and match.row.tense == best.row.tense
        and match.row.period == best.row.period
        and unit_fits(asked, match.row) == unit_fits(asked, best.row)
        and not best.missing
    )


def wrong_unit(asked: Question, match: RowMatch) -> bool:
    """Whether another kind of unit was asked for than the row counts in (充电桩多少公里)."""
    if asked.unit in GENERIC_UNITS or not asked.unit:
        return False
    return unit_fits(asked, match.row) is False


def without_places(question: Question, places: Sequence[str]) -> Question:
    """The place names of the plan itself need no support from its clauses."""
    terms, context = question.terms, question.context
    for place in places:
        terms, context = terms.replace(place, " "), context.replace(place, " ")
    stretches = [re.sub("|".join(map(re.escape, places)), " ", part) for part in question.stretches] if places else []
    return replace(
        question,
        terms=" ".join(terms.split()),
        context=" ".join(context.split()),
        stretches=tuple(part for part in stretches if part.strip()) if places else question.stretches,
    )
