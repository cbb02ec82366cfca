"""What each document has for a thing that is compared: the row that the question's words find there; and, where they find
none, the row that another one's name finds there.

What one document calls 公厕 another calls 公共厕所, and a question says neither. A row that was found says what is counted, in
which unit, and whether it was planned or done: a second look holds that against the other document's rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

from assistant.answering.draft import Draft
from assistant.answering.finder import AHEAD, LIKELY, SURE
from assistant.answering.holdings import Sought, names_of
from assistant.answering.ledger_index import GENERIC_UNITS, RowMatch, unit_fits
from assistant.answering.question import content_words, terms_of
from assistant.answering.same_indicator import (
    alike,
    holds_short_form,
    is_short_for,
    names_it,
    shares_a_word,
    words_of_name,
)
from assistant.plan.document import Clause
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Tense
from assistant.plan.units import COUNTERS, PERCENT, base_unit

_COUNTS = 0.001  # less takes nothing from another row
_LEAST_LEFT, _LACKING, _NO_OTHER = 0.05, 0.4, 0.9
_AT_ALL, _HALF, _BARELY = 0.5, 0.5, 0.3  # 基础研究支出 is not 国防支出, where nothing else speaks for it
_A_WORD = 3  # characters: 额度 alone sets nothing apart
_PARTS = {"from": "amount", "to": "amount", "base": "amount", "share": "amount"}
_LOOKED_AT, _MOST, _FEW = 5, 0.6, 3  # clauses; of the words of a name; clauses
_COUNTED = frozenset(COUNTERS) - GENERIC_UNITS
_NEARLY = frozenset({"more_than", "at_least", "about"})


@dataclass(frozen=True)
class Found:
    """What one document has: a row of its ledger, or nothing; `change`: the row only says by how much the figure of the
    document's own year differs from the one that is asked for."""

    document: str
    match: RowMatch | None
    change: bool = False


def look_up(draft: Draft, subject: str, sought: Sought) -> Found:
    """What the documents of one part of a question have for the subject, the first that has it."""
    for documents, own_year in sought.tries:
        for document in documents:
            match = _row(draft, subject, sought, document, own_year)
            if match is not None:
                return Found(document, match)
    return Found(sought.documents[0], None)


def look_up_all(draft: Draft, subject: str, sought: Sequence[Sought]) -> list[Found]:
    """What there is for each part; what its own words do not find is looked for by the names that were found."""
    found = [look_up(draft, subject, one) for one in sought]
    found = [_again(draft, subject, one, have, found) for one, have in zip(sought, found, strict=True)]
    found = _without_strangers(draft, subject, found)
    # One that was found by another's name may name what is still missing.
    found = [_again(draft, subject, one, have, found) for one, have in zip(sought, found, strict=True)]
    return _like_with_like(draft, subject, sought, found)


def _without_strangers(draft: Draft, subject: str, found: Sequence[Found]) -> list[Found]:
    """零售总额增长6.5% has nothing on 出口总额: a rate is like any other, so that one whose name has a part of what is asked for, and
    lacks a word that the other's name has, is none of it."""
    rows = [one.match.row for one in found if one.match is not None]
    asked = [word for word in words_of_name(subject) if len(word) > 1]

    def is_strange(match: RowMatch) -> bool:
        row = match.row
        others = [other for other in rows if other is not row and not _is_like(draft, other, row)]
        lacking = [word for word in asked if word not in row.indicator and not is_short_for(word, row.indicator)]
        in_others = any(word in other.indicator for other in others for word in lacking)
        return row.unit in PERCENT and match.on_indicator > 0 and in_others

    def is_counted_otherwise(match: RowMatch) -> bool:
        """新增用林地13.2万亩 is no 森林覆盖率, which another document has in full and as a rate."""
        return bool(match.missing) and any(
            not other.missing
            and kind_of_unit(other.row) != kind_of_unit(match.row)
            and (other.row.unit in PERCENT) != (match.row.unit in PERCENT)
            and not _is_like(draft, match.row, other.row)
            for one in found
            if (other := one.match) is not None and other.row is not match.row
        )

    return [
        replace(one, match=None)
        if one.match is not None and (is_strange(one.match) or is_counted_otherwise(one.match))
        else one
        for one in found
    ]


def _is_like(draft: Draft, one: LedgerRow, other: LedgerRow) -> bool:
    return alike(one.indicator, other.indicator) or draft.finder.same_thing(one.indicator, other.indicator)


# --- By the question's words ----------------------------------------------------------------------------------------------


def _row(draft: Draft, subject: str, sought: Sought, document: str, own_year: bool) -> RowMatch | None:
    """The row that one document has for the subject, of the year and the tense that are asked for."""
    finding = draft.finder.find(subject, (document,), ())
    tense, asked = sought.meant.tense, finding.asked
    words = content_words(asked.terms)
    named = sum(map(len, words))
    asks_share = _SHARE.search(subject) is not None
    wordings = draft.finder.read(subject, (document,), ()).questions
    other_names = {name for one in wordings[1:] if (name := "".join(one.terms.split()))}

    def fits(match: RowMatch) -> bool:
        return (
            _is_of(draft, match, sought, tense, own_year)
            and unit_fits(asked, match.row) is not False
            and (not _lacks_most(match, named) or any(name in match.row.indicator for name in other_names))
            and (asks_share or not _is_share_of(match.row, words))
        )

    fitting = [match for match in finding.ranked if fits(match)]
    if not fitting:
        return _of_another_time(draft, subject, sought, finding.ranked, own_year)
    best = fitting[0]
    # What says the same of another year, or of what was done, takes nothing from it: it is not what is asked for.
    others = [
        match
        for match in finding.ranked
        if match.likely >= _COUNTS
        and not fits(match)
        and (unit_fits(asked, match.row) is False or alike(match.row.indicator, best.row.indicator))
    ]
    left = max(1.0 - sum(match.likely for match in others), best.likely, _LEAST_LEFT)
    second = max((match.likely for match in fitting[1:] if not _says_the_same(match, best)), default=0.0)
    likely = best.likely / left
    if likely >= SURE or (likely >= LIKELY and best.likely >= AHEAD * second):
        return _most_exact(best, fitting)
    return _of_another_time(draft, subject, sought, finding.ranked, own_year)


def _of_another_time(
    draft: Draft, subject: str, sought: Sought, ranked: Sequence[RowMatch], own_year: bool
) -> RowMatch | None:
    """The row of the time asked for that bears the name of one found of another time."""
    if (
        not ranked
        or ranked[0].likely < SURE
        or unit_fits(draft.finder.find(subject, (ranked[0].document,), ()).asked, ranked[0].row) is False
    ):
        return None
    best = ranked[0]
    if _is_of(draft, best, sought, sought.meant.tense, own_year):
        return None  # it was refused for another reason than its time
    named = _by_name(draft, subject, best.row, best.document, sought, sought.meant.tense, own_year)
    return named or _by_its_words(draft, subject, best, sought, own_year)


def _by_its_words(draft: Draft, subject: str, best: RowMatch, sought: Sought, own_year: bool) -> RowMatch | None:
    """The one thing of the time asked for whose name holds all that is asked for, as the one found of another time does
    (新能源汽车充电桩 beside 充电桩)."""
    asked = draft.finder.read(subject, (best.document,), ()).asked
    held = [
        match
        for match in draft.finder.index(best.document).rank_rows(asked)
        if match.row.indicator.endswith(best.row.indicator)
        and not match.missing
        and _counts_alike(match.row, best.row)
        and _is_of(draft, match, sought, sought.meant.tense, own_year)
    ]
    return _most_exact(held[0], held) if held and all(_says_the_same(match, held[0]) for match in held) else None


def _is_of(draft: Draft, match: RowMatch, sought: Sought, tense: Tense | None, own_year: bool) -> bool:
    """Whether a row is of the year and the tense asked for."""
    its_own = own_year and sought.meant.of_document and match.row.role != "from"
    return (its_own or of_years(draft, match, sought.years, own_year)) and (tense is None or match.row.tense == tense)


_SHARE = re.compile(r"占|比重|比例|率|强度")


def _is_share_of(row: LedgerRow, words: Sequence[str]) -> bool:
    """高技术制造业增加值占规上工业增加值比重 is no figure of 规上工业增加值: what is asked for is only what the share is of."""
    part, _, whole = row.indicator.partition("占")
    return bool(words) and bool(whole) and all(word in whole for word in words) and not part.endswith("".join(words))


def _lacks_most(match: RowMatch, named: int) -> bool:
    """国内生产总值 is not 单位国内生产总值能耗: some of what is asked for stands there, and too much of it does not. `named`:
    how many characters name what is asked for. What the name has at length lacks nothing (旅客量 of 旅客吞吐量)."""
    missing = [word for word in match.missing if not is_short_for(word, match.row.indicator)]
    lacking = sum(map(len, missing))
    if match.on_indicator == 0 or match.likely >= _NO_OTHER:
        return False
    barely = match.likely < _AT_ALL and match.named < _BARELY
    half = barely and lacking >= _HALF * named and bool(missing)
    return half or lacking >= max(_LACKING * named, _A_WORD)


def _says_the_same(one: RowMatch, best: RowMatch) -> bool:
    """A row of the same indicator beside it: 固定资产投资1000亿元、增长10%."""
    return one.row.clause == best.row.clause and one.row.indicator == best.row.indicator


def _most_exact(best: RowMatch, fitting: Sequence[RowMatch]) -> RowMatch:
    """突破4000亿元、达到4211亿元: of two that one sentence says of one thing the exact one."""
    if best.row.qualifier not in _NEARLY:
        return best
    exact = [
        match
        for match in fitting
        if _says_the_same(match, best)
        and match.row.qualifier == "exact"
        and (part_of(match.row), kind_of_unit(match.row)) == (part_of(best.row), kind_of_unit(best.row))
        and match.row.start > best.row.start
    ]
    return exact[0] if exact else best


# --- By the name of what was found ----------------------------------------------------------------------------------------


def _again(draft: Draft, subject: str, sought: Sought, have: Found, found: Sequence[Found]) -> Found:
    """A second look for what the question's own words did not find."""
    if have.match is not None:
        return have
    pivots = [one.match.row for one in found if one.match is not None and one.match.row.value is not None]
    for tense in _tenses(draft, sought, pivots):
        for pivot in pivots:
            for document, own_year in _each(sought):
                match = _by_name(draft, subject, pivot, document, sought, tense, own_year)
                match = match or _by_meaning(draft, pivot, document, sought, tense, own_year)
                if match is not None:
                    return Found(document, match)
    if _is_lost(draft, sought) and pivots:
        done = look_up(draft, subject, replace(sought, meant=replace(sought.meant, tense="result")))
        if done.match is not None:
            return done
    for document, own_year in _each(sought):
        match = _only_one_of_its_unit(draft, subject, document, sought, own_year)
        if match is not None:
            return Found(document, match)
    return have


def _each(sought: Sought) -> Iterator[tuple[str, bool]]:
    for documents, own_year in sought.tries:
        for document in documents:
            yield document, own_year


def _tenses(draft: Draft, sought: Sought, pivots: Sequence[LedgerRow]) -> list[Tense | None]:
    """The tense that is asked for; where none is, first the one that the other part has."""
    if sought.meant.tense is None:
        return [*dict.fromkeys(row.tense for row in pivots), None]
    return [sought.meant.tense, "result"] if _is_lost(draft, sought) else [sought.meant.tense]


def _is_lost(draft: Draft, sought: Sought) -> bool:
    """2023年实现多少，2024年目标是多少: whether only the other part asks for a target, and of this one's year no plan is held."""
    if sought.meant.tense != "target" or sought.exact or sought.meant.of_document or not sought.meant.said:
        return False
    before, said, behind = draft.text.partition(sought.meant.said)
    own = re.split(r"\d{4}年?", behind)[0] if said else ""
    if before.endswith(("比", "较")) and _MORE.match(own):
        return True  # 目标比2025年高多少: than what it had been then
    says_something = re.search(r"[\u4e00-\u9fff]{2}", terms_of(own).replace("相差", ""))
    return bool(says_something) and not _PLANNED.search(own)


_MORE = re.compile(r"年?的?(?:还|要|更)?(?:高|低|多|少|快|慢|增加|提高|提升|减少|下降|降低)")
_PLANNED = re.compile(r"目标|计划|任务|预期(?!寿命)|安排|打算|[要将拟]")


def _by_name(
    draft: Draft,
    subject: str,
    pivot: LedgerRow,
    document: str,
    sought: Sought,
    tense: Tense | None,
    own_year: bool,
) -> RowMatch | None:
    """The row of that name, unit and part; None where there is none, or several that differ."""
    index = draft.finder.index(document)
    asked = draft.finder.read(subject, (document,), ()).asked
    named = [
        match
        for row in index.rows
        if row is not pivot and _counts_alike(row, pivot) and is_named(row, pivot)
        for match in [index.unmatched(row, asked)]
        if _is_of(draft, match, sought, tense, own_year)
    ]
    same = [match for match in named if match.row.indicator == pivot.indicator] or named
    if not same:
        return None
    best = _most_exact(same[0], same)
    one_thing = len({(match.row.value, match.row.unit) for match in same}) == 1
    return best if one_thing or all(_says_the_same(match, best) for match in same) else None


def is_named(row: LedgerRow, other: LedgerRow) -> bool:
    """Whether two rows have one name; 改造 城中村 is 实施 城中村改造: a verb may stand before the name or be its end."""
    mine, theirs = (row.indicator, row.indicator + row.action), (other.indicator, other.indicator + other.action)
    return any(names_it(one, two) for one in mine for two in theirs)


def _counts_alike(row: LedgerRow, pivot: LedgerRow) -> bool:
    return (
        row.value is not None
        and row.is_descriptive == pivot.is_descriptive
        and part_of(row) == part_of(pivot)
        and kind_of_unit(row) == kind_of_unit(pivot)
    )


def _by_meaning(
    draft: Draft, pivot: LedgerRow, document: str, sought: Sought, tense: Tense | None, own_year: bool
) -> RowMatch | None:
    """The row that the other one's full name finds, where it counts the same kind of thing and the names are alike."""
    name = f"{pivot.indicator}{pivot.action if pivot.role == 'change' else ''}"
    match = _row(
        draft, f"{name}多少{pivot.unit}", replace(sought, meant=replace(sought.meant, tense=tense)), document, own_year
    )
    if match is None or not _counts_alike(match.row, pivot):
        return None
    return match if _is_like(draft, match.row, pivot) else None


def _only_one_of_its_unit(draft: Draft, subject: str, document: str, sought: Sought, own_year: bool) -> RowMatch | None:
    """推进棚户区改造，完成800户的改造任务: where one sentence alone speaks of the subject and counts in the unit that is asked
    for, and what it counts is named by its end."""
    wordings = draft.finder.read(subject, (document,), ())
    asked = wordings.asked
    if base_unit(asked.unit)[0] not in _COUNTED:
        return None
    index = draft.finder.index(document)
    forms = [content_words(question.terms) for question in wordings.questions]
    wholes = ["".join(question.terms.split()) for question in wordings.questions]
    fitting = [
        match
        for row in index.rows
        if row.value is not None and not row.is_descriptive and unit_fits(asked, row)
        for match in [index.unmatched(row, asked)]
        if _is_of(draft, match, sought, sought.meant.tense, own_year)
    ]
    spoken_of = [
        match
        for match in fitting
        if any(map(_speaks_of, repeat(index.plan.clause(match.row.clause).text), forms, wholes))
        and shares_a_word(match.row.indicator, f"{subject}{''.join(wholes)}")
    ]
    return spoken_of[0] if len(spoken_of) == 1 else None


def _speaks_of(sentence: str, words: Sequence[str], whole: str) -> bool:
    """Whether a sentence holds all of the words, or says them in short (棚改 of 棚户区改造) or at length."""
    held = bool(words) and all(word in sentence for word in words)
    return held or is_short_for(whole, sentence) or holds_short_form(sentence, whole)


# --- That it is spoken of -------------------------------------------------------------------------------------------------


_MEASURES = frozenset("占比 比例 比重 总数 数量 数 率 覆盖率 规模 总量 面积 里程 产量 金额 总额".split())
_SIZE = re.compile(r"\d|^[百千万亿]|^以[上下内]$")


def mention(draft: Draft, document: str, pivots: Sequence[LedgerRow]) -> tuple[Clause, str] | None:
    """The sentence of a document that speaks of what another has a figure for, and its part that does: it ends with the same
    word as the other's name and says most of it, or the word is rare."""
    for pivot in pivots:
        if any(_counts_alike(row, pivot) and is_named(row, pivot) for row in draft.finder.index(document).rows):
            continue  # it has a figure, of another time
        words = [word for word in words_of_name(pivot.indicator) if not _SIZE.search(word)]
        for hit in draft.finder.find(pivot.indicator, (document,), ()).hits[:_LOOKED_AT] if len(words) > 1 else ():
            clause = draft.plan(document).clause(hit.clause)
            said = [word for word in words if word in clause.text]
            alone = words[-1] not in _MEASURES and _is_rare(draft, document, words[-1])
            most = len(said) >= _MOST * len(words) or alone
            another = any(
                row.clause == clause.id and row.indicator.endswith(words[-1])
                for row in draft.finder.index(document).rows
            )
            if clause.kind == "sentence" and words[-1] in said and most and not another:
                part = next(part for part in re.split(r"[；;。]", clause.text) if words[-1] in part)
                return clause, part
    return None


def _is_rare(draft: Draft, document: str, word: str) -> bool:
    """Whether a word stands in so few sentences of a document that they speak of nothing else by it."""
    clauses = draft.plan(document).clauses
    return len(word) > 1 and sum(word in clause.text for clause in clauses) <= _FEW


# --- Like with like -------------------------------------------------------------------------------------------------------


def _like_with_like(draft: Draft, subject: str, sought: Sequence[Sought], found: list[Found]) -> list[Found]:
    """What was done is held against what was done: where the question does not say which it asks for, and one part has a plan
    and another a result, the same of both is looked for."""
    rows = [one.match.row for one in found if one.match is not None]
    if len(rows) < len(found) or len({row.tense for row in rows}) < 2 or any(one.meant.tense for one in sought):
        return found
    pivot = rows[0]
    tenses: tuple[Tense, ...] = ("result", "target")
    for tense in tenses:
        same = [_of_tense(draft, subject, one, have, pivot, tense) for one, have in zip(sought, found, strict=True)]
        if all(one.match is not None for one in same):
            return same
    return found


def _of_tense(draft: Draft, subject: str, sought: Sought, have: Found, pivot: LedgerRow, tense: Tense) -> Found:
    if have.match is not None and have.match.row.tense == tense:
        return have
    # What was done in a year is told by the report of the year after.
    told = replace(sought, meant=replace(sought.meant, tense=tense))
    for document, own_year in _each(told):
        match = _by_name(draft, subject, pivot, document, told, tense, own_year)
        if match is not None:
            return Found(document, match)
    return Found(have.document, None)


# --- Years, units, parts --------------------------------------------------------------------------------------------------


def kind_of_unit(row: LedgerRow) -> str:
    """The unit without its scale."""
    return base_unit(row.unit)[0]


def part_of(row: LedgerRow) -> str:
    """What the figure is of its indicator: an amount, a change, a rank."""
    return _PARTS.get(row.role, row.role)


def of_years(draft: Draft, match: RowMatch, years: tuple[int, int] | None, own_year: bool) -> bool:
    """Whether a row is of the years asked for: its period names one of them, or, of five years, names them or stands in a
    sentence that does. Of a rise over years (从2.5%提高到3%) the one end is of the year before them, the other of the last."""
    row = match.row
    period = [int(year) for year in re.findall(r"\d{4}", row.period)]
    if years is None:
        return row.role != "from"
    if years[0] != years[1]:
        return row.role != "from" and (own_year or for_five_years(draft, match.document, row, period, years))
    if row.role == "from":
        before = period[0] - 1 if len(period) == 2 else period[0] if period else None
        clause = draft.plan(match.document).clause(row.clause).text
        return years[0] == before and (len(period) == 2 or f"{before}年" in clause)
    if row.role == "to" and len(period) == 2:
        return years[0] == period[1]
    return not period or period[0] <= years[0] <= period[-1]


def for_five_years(draft: Draft, document: str, row: LedgerRow, said: Sequence[int], years: tuple[int, int]) -> bool:
    """Its period names the five years or ends with them, or its sentence names them."""
    around = draft.plan(document).clause(row.clause).text
    return tuple(said) == years or years[1] in said or any(name in around for name in names_of(years))
