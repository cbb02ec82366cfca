"""The same indicator over years and places: a table with figure, qualifier and clause of each document, and what follows from
them only where they are comparable.

Each document is asked by itself. Two figures are comparable where they count the same kind of unit, play the same part (an
amount, a change, a share) and are of the same indicator by its name or the glossary; else the reader is told so and gets both
sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from assistant.answering import interval, reckoned, stated_change
from assistant.answering import question_words as words
from assistant.answering.answer import Computed
from assistant.answering.comparable import comparable, spans_differ
from assistant.answering.draft import Draft, Reply, pairs_of, quoted
from assistant.answering.evidence import words_of
from assistant.answering.finder import SURE, Finding
from assistant.answering.holdings import Sought
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import GENERIC_UNITS, RowMatch, unit_fits
from assistant.answering.looking_up import Found as Found
from assistant.answering.looking_up import kind_of_unit, look_up_all, mention
from assistant.answering.looking_up import look_up as look_up
from assistant.answering.question import Question, terms_of
from assistant.answering.same_indicator import alike, scope_differs
from assistant.answering.year_asked import period_of
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import same_figure
from assistant.plan.units import PERCENT, base_unit

# What only asks for the comparison and names nothing.
_ASKS_TO_COMPARE = re.compile(
    r"谁(?:的|定得|家)?|哪(?:一)?(?:个|家|边|年|份|些|几个)(?:市|省|区|县|地方|城市)?(?:[^,，。?？]{0,3}得)?|比?更?(?:高|低|多(?!少)|(?<!多)少|大|小|快|慢|重|严|轻|松)(?:出|了)?(?:多少|几)?(?:个百分点|个点)?(?=[,，。?？\s]|$)|比?(?:高|低|多|少|快|慢)(?:出|了)?(?=多少|几)"
    r"|相?差(?:距|额|别)?(?:了)?(?:是)?(?:多少|几)?(?:个百分点|个点)?|(?:增加|减少|提高|提升|下降|降低|上升|缩小|扩大)了?(?:多少|几)个?(?:百分点|点)|(?:增加|减少|提高|下降|上升)(?:了)?(?=多少|几)|分别|各(?:自)?(?:是|有|为|要)?(?:什么)?|[前后]一份比[前后]一份[^?？]*|一样(?:多|高|大)?"
    r"|[能可](?:不能|否|以)?(?:直接|放(?:在)?一起|够|拿来)?(?:相减|相比|比较?|比出高低)吗?|按[上下]限(?:算|计)?|最(?:高|低|多|少)|[合加](?:在一)?起来|加在一起|总共|一共|合计|[两三四几这]+(?:个|份|地|年|座)?(?:市|省|区|县|五年|城市|报告|计划|文件|地方)?(?=[（(,，、的]|$)"
    r"|(?:完成|兑现|实现|达到|达成)了?(?:吗|没有?|么|与否)|跟(?:年初)?定?的?目标比|[比较]?(?:上|前|去)一?年(?:的)?|是不是|的?报告里?|定(?:下|得|的|了|在|到)|都提了|(?:放(?:在)?)?一起比|跑出来|每次|实际(?!利用|使用|到位)|完成数|任务量|[两三四五六七八九十几]市|[这那又]|(?<![可对占])比(?=[\s,，的]|$)|[（()）、]|(?:^|(?<=[,，]))[和与跟到的]+"
)
# What is left where that is taken out: 比 of 比…提高了几个百分点, the verb of 说要力争建成一批.
_LEFT_OF_IT = re.compile(
    r"(?<![可对占])比(?=[\s,，的多少几]|$)|^\s*说?(?:了|要)(?=力争|建|完|新|实)|一[批些]|(?:分别|都)?说(?:要|了)?(?=力争|突破|超过|达到)"
)
_HIGHEST = re.compile(
    r"(?:谁|哪(?:个|一个|家|边|年|一年|座)?[^,，。?？]{0,6}?)(?:更|最)?[^,，。?？]{0,4}?(?P<which>高|多(?!少)|大|快|重|严|低|少|慢|小|轻)"
)
# 谁的社零目标高: at the end of what asks, for a name may hold such a character (小巨人).
_WHOSE = re.compile(
    r"谁[^,，。?？]{0,14}?(?:更|最)?(?P<which>高|多|大|快|重|严|低|少|慢|小|轻)(?:一?[些点])?(?=[,，。?？\s]|$)"
)
_MOST = re.compile(r"最(?P<which>[高多大快低少慢小严重轻])")
LEAST = frozenset("低少慢小轻严")
ORDER = re.compile(
    r"(?:从|由)(?P<first>[高大多快低小少慢])到[低小少慢高大多快]|(?P<falling>降序|倒序)|(?P<rising>升序)|排(?:个|一下|下)?(?:序|名|一?下|队|列)?(?=[\s?？。!！]*$)|排名"
)
_CAN_IT = re.compile(r"[能可](?:不能|否|以)?(?:直接|放(?:在)?一起|拿来)?(?:相?比|相减)")


def answer(draft: Draft, question: Question, rest: str, sought: Sequence[Sought]) -> Reply | None:
    """One line a document; None where none of them has anything to say. `rest`: the question without places and years."""
    for claim in question.claims:
        rest = rest.replace(claim.text, "")
    subject = subject_of(rest)
    if (of_each := _of_several_things(draft, subject, question, sought)) is not None:
        return of_each
    found = look_up_all(draft, subject, sought)
    # Two parts of a question that mean one row are one figure, not two that are alike.
    rows = list({(m.document, m.row.start): m for m in (one.match for one in found) if m is not None}.values())
    if not rows:
        return None
    if len(rows) == 1 and (told := _told_by_change(draft, question, sought, found)) is not None:
        return told
    if (untold := _not_yet_told(draft, sought, found)) is not None:
        return untold
    found = _in_order(question.text, found)
    rows = sorted(rows, key=[one.match for one in found].index)
    table = table_of(draft, found)
    given = [match for match in rows if match.row.value is not None]
    if len(given) < 2:
        return Reply("answered" if given else "no_figure", table, pairs_of(rows))
    if not comparable(draft, given):
        if _EACH.search(question.text) and not _asks_to_compare(question.text):
            return Reply("answered", table, pairs_of(rows))
        quotes = "\n".join(
            f"- {draft.quote(match.document, draft.plan(match.document).clause(match.row.clause))}" for match in given
        )
        return Reply("answered", f"口径不同，不能直接相比：\n\n{table}\n\n原文：\n{quotes}", pairs_of(rows))
    if _asks_sum(question.text) and (len(given) < len(found) or given[0].row.unit in PERCENT):
        why = "增速、比例不能相加" if given[0].row.unit in PERCENT else "不是每一份都写了这个数，不能合计"
        return Reply("answered", f"{why}，各是各的：\n\n{table}", pairs_of(rows))
    verdict, computed = _verdict(draft, question, given)
    verdict = f"{_checked(question, given)}{verdict}"
    if not verdict and _CAN_IT.search(question.text):
        verdict = "单位和口径一致，可以相比。"
    verdict = f"{verdict}{_other_scope(given)}" if computed else verdict
    return Reply("answered", f"{verdict}\n\n{table}" if verdict else table, pairs_of(rows), computed)


_CHECKS = re.compile(r"对不对|对(?:吗|么|没有|[?？])|(?:准确|属实|正确)(?:吗|么|[?？])|没错|有没有错|写错")


def _checked(question: Question, given: Sequence[RowMatch]) -> str:
    """Whether the figures are what the question says of them; "" where it checks none of them."""
    kinds = {kind_of_unit(match.row) for match in given}
    claims = (
        [claim for claim in question.claims if base_unit(claim.unit)[0] in kinds]
        if _CHECKS.search(question.text)
        else []
    )
    if not claims:
        return ""
    held = [[same_figure(claim, match.row) for match in given] for claim in claims]
    enough = all if "都" in question.text else any
    return "对。" if all(map(enough, held)) else "不对。"


def _of_several_things(draft: Draft, subject: str, question: Question, sought: Sequence[Sought]) -> Reply | None:
    """A table for each of several things that a question names for all documents (投资和专项债分别是多少); None where it names
    one, or not each of them is found."""
    things = [part for part in re.split(r"以及|还有|[、和与及跟]", subject) if len(terms_of(part)) > 1]
    if len(things) < 2 or not _EACH.search(question.text) or _asks_sum(question.text):
        return None
    together = [look_up_all(draft, thing, sought) for thing in things]
    rows = [one.match for found in together for one in found if one.match is not None]
    distinct = {(match.document, match.row.start) for match in rows}
    named = all(map(_is_named, together))
    if not named or len(distinct) < len(rows):
        return None
    tables = "\n\n".join(table_of(draft, found) for found in together)
    return Reply("answered", tables, pairs_of(rows))


_EACH = re.compile(r"分别|各")


def _is_named(found: Sequence[Found]) -> bool:
    """Whether a thing was found by its own name in one document at least."""
    return any(one.match is not None and one.match.likely >= SURE and one.match.on_indicator > 0 for one in found)


def _other_scope(given: Sequence[RowMatch]) -> str:
    """That names which were reckoned with differ by how far they count (地方, 规上)."""
    first = given[0].row.indicator
    differ = [match.row.indicator for match in given[1:] if scope_differs(match.row.indicator, first)]
    names = "”“".join(dict.fromkeys((first, *differ)))
    return f"名称不完全一样（“{names}”），口径是否一致请看原文。" if differ else ""


def _not_yet_told(draft: Draft, sought: Sequence[Sought], found: Sequence[Found]) -> Reply | None:
    """What was planned, where what became of it is asked for and no document tells that."""
    if len(sought) != 2 or [one.meant.tense for one in sought] != ["target", "result"]:
        return None
    same = (sought[0].meant.place, sought[0].years) == (sought[1].meant.place, sought[1].years)
    planned = found[0].match
    if not same or planned is None or planned.row.value is None or found[1].match is not None:
        return None
    return Reply("no_figure", f"只有计划目标，没有写完成数：{draft.line(planned)}", pairs_of([planned]))


def _told_by_change(draft: Draft, question: Question, sought: Sequence[Sought], found: Sequence[Found]) -> Reply | None:
    """Of two years one place is asked for, where a document has the later one and says by how much it differs from the earlier."""
    if len(found) != 2 or sought[0].meant.place != sought[1].meant.place:
        return None
    years = [one.years for one in sought]
    match = next(one.match for one in found if one.match is not None)
    missing = 0 if found[0].match is None else 1
    have, lost = years[1 - missing], years[missing]
    if not have or not lost or lost[0] != have[0] - 1 or match.row.value is None:
        return None
    stated = stated_change.beside(draft, match)
    return None if stated is None else stated_change.told(draft, question.text, match, stated)


# --- What each document says -----------------------------------------------------------------------------------------------


def subject_of(rest: str) -> str:
    """What is compared: the question without the words that only ask for the comparison."""
    rest = rest.replace("块钱", "元")
    bare = _LEFT_OF_IT.sub(" ", _ASKS_TO_COMPARE.sub(" ", rest))
    parts = [part.strip() for part in re.split(r"[,，。;；?？()（）]", bare)]
    named = "".join("，".join(part for part in parts if len(terms_of(part)) > 1).split())
    unit = words.ASKED_UNIT.search(rest)
    told = unit is not None and unit.group("unit") not in (*PERCENT, *GENERIC_UNITS, "倍")
    asked = f"多少{unit.group('unit')}" if unit and told else ""
    return (named if asked in named else f"{named}{asked}") if named else rest


def table_of(draft: Draft, found: Sequence[Found]) -> str:
    """A line a document, as a Markdown table."""
    pivots = [one.match.row for one in found if one.match is not None and one.match.row.value is not None]
    return "\n".join(
        ["| 计划 | 指标 | 数字 | 出处 |", "|---|---|---|---|", *(_line(draft, one, pivots) for one in found)]
    )


def _line(draft: Draft, found: Found, pivots: Sequence[LedgerRow]) -> str:
    name = draft.plan(found.document).name or found.document
    if found.match is None:
        spoken_of = mention(draft, found.document, pivots)
        if spoken_of is not None:
            clause, words = spoken_of
            marker = draft.cite(found.document, clause.id)
            return f"| {name} | 没有写这个数字，提到的是“{quoted(words)}” | — | {marker} |"
        return f"| {name} | 没有写这一项 | — | — |"
    row = found.match.row
    marker = draft.cite(found.document, row.clause)
    if row.value is None:
        return f"| {name} | {row.indicator} | 没有定具体数字，写的是“{quoted(row.text)}” | {marker} |"
    indicator, figure, _ = words_of(row).split("**")
    tense = {"target": "计划", "result": "完成"}[row.tense]
    cited = draft.sources.citations[-1] if draft.sources.citations else None
    period = period_of(row, "".join((name, *(cited.path if cited else ()), cited.quote if cited else "")))
    return f"| {name} | {period}{tense}：{indicator or row.indicator} | **{figure}** | {marker} |"


def _in_order(text: str, found: Sequence[Found]) -> list[Found]:
    """From the highest to the lowest, or as the question has it; as they were asked for where it asks for no order."""
    order = ORDER.search(text)
    if order is None:
        return list(found)
    least = order.group("first") in LEAST if order.group("first") else order.group("rising") is not None
    given = [one for one in found if one.match is not None and one.match.row.value is not None]
    return [*sorted(given, key=size_of, reverse=not least), *(one for one in found if one not in given)]


def size_of(found: Found) -> Decimal:
    """The figure in the least unit of its kind, 0 where there is none."""
    match = found.match
    return Decimal(0) if match is None or match.row.value is None else match.row.value * base_unit(match.row.unit)[1]


# --- What follows from them ----------------------------------------------------------------------------------------------


def _verdict(draft: Draft, question: Question, given: Sequence[RowMatch]) -> tuple[str, tuple[Computed, ...]]:
    base = _base(given)
    scaled = [_scaled(match, base) for match in given]
    unit = base.row.unit
    text = question.text
    upward = given[0].row.qualifier in ("at_least", "more_than")
    if _asks_sum(text):
        total = scaled[0]
        for one in scaled[1:]:
            total = interval.add(total, one)
        said = "+".join(reckoned.plainly(match.row.value) for match in given)
        return _computed("合计", said, interval.result(total), unit, tuple(range(len(given))), upward)
    if len(given) == 2 and words.RATIO.search(text) and "倍" in text and scaled[1].bound:
        said = f"{reckoned.plainly(given[0].row.value)}÷{reckoned.plainly(given[1].row.value)}"
        times = interval.result(interval.divide(scaled[0], scaled[1]))
        return _computed("前者是后者的", said, times, "倍", (0, 1), upward)
    bounds = [one.bound for one in scaled]
    highest = _MOST.search(text) or _WHOSE.search(text) or _HIGHEST.search(text)
    named = ""
    if highest and max(bounds) != min(bounds):
        which = highest.group("which")
        extreme = min(bounds) if which in LEAST else max(bounds)
        who = "、".join(
            draft.plan(match.document).name or match.document
            for match, one in zip(given, bounds, strict=True)
            if one == extreme
        )
        named = f"较{which}的是{who}。" if len(given) == 2 else f"最{which}的是{who}。"
    if max(bounds) == min(bounds):
        alike = len({match.row.qualifier for match in given}) == 1
        return "数是一样的。" if alike else "数是一样的，限定不同。", ()
    if not _asks_difference(text) or (_EACH_BY_ITSELF.search(text) and len({m.document for m in given}) == len(given)):
        return named, ()
    if spans_differ(given):
        return f"{named}一个是一年的数，一个是几年合计的数，不能直接相减。", ()
    lines: list[str] = []
    results: list[Computed] = []
    unit = "个百分点" if unit == "%" else unit
    for (number, first), (other, second) in pairwise(list(enumerate(scaled))):
        a, b = (number, other) if first.bound >= second.bound else (other, number)
        result = interval.result(interval.subtract(scaled[a], scaled[b]))
        said = reckoned.terms(given[a].row, given[b].row, "-")
        line, computed = _computed("相差", said, result, unit, (a, b), upward)
        lines.append(line)
        results += computed
    return named + "".join(lines), tuple(results)


# 增加了多少家，湖北呢: each by itself.
_EACH_BY_ITSELF = re.compile(r"(?:增加|减少|提高|下降|增长)了?(?:多少|几)[^,，。?？]*[,，].{2,8}呢[?？]?$")


def _asks_sum(text: str) -> bool:
    return words.SUM.search(text) is not None and not words.DIFFERENCE.search(text)


def _asks_to_compare(text: str) -> bool:
    return any(
        (
            _asks_difference(text),
            _MOST.search(text),
            _WHOSE.search(text),
            _HIGHEST.search(text),
            _CAN_IT.search(text),
            _asks_sum(text),
            "比" in text,
        )
    )


def _asks_difference(text: str) -> bool:
    return bool(
        words.DIFFERENCE.search(text)
        or re.search(
            r"(?:增加|减少|提高|下降|增长|[降涨升压缩砍])了?(?:多少|几)|差(?:几|多少|距)|(?:多|少|高|低)(?:了|出)?(?:多少|几)|相减",
            text,
        )
    )


def _base(given: Sequence[RowMatch]) -> RowMatch:
    """Whose unit is reckoned in: the first one's, or the finest, where a difference would have to be rounded else."""
    scaled = [_scaled(match, given[0]) for match in given]
    rounded = any(interval.result(interval.subtract(a, b)).rounded for a, b in pairwise(scaled))
    return min(given, key=lambda match: base_unit(match.row.unit)[1]) if rounded else given[0]


def _scaled(match: RowMatch, other: RowMatch) -> Interval:
    return Interval.of(match.row, base_unit(match.row.unit)[1] / base_unit(other.row.unit)[1])


def _computed(
    remark: str, expression: str, found: interval.Result, unit: str, operands: tuple[int, ...], upward: bool
) -> tuple[str, tuple[Computed, ...]]:
    said, note = reckoned.worded(found, unit, upward=upward)
    computed = Computed(
        expression=expression,
        value=reckoned.plainly(found.value),
        upper=None if found.upper is None else reckoned.plainly(found.upper),
        unit=unit,
        qualifier=found.qualifier,
        operands=operands,
    )
    return f"{remark}{said}。{note}", (computed,)


def in_several_plans(draft: Draft, finding: Finding) -> list[RowMatch]:
    """Where the question names no place and the nearest plans of several have what it asks for: the row of each of them."""
    if not finding.ranked:
        return []
    first = finding.ranked[0]
    of_each: dict[str, list[RowMatch]] = {}
    for match in finding.ranked:
        if alike(match.row.indicator, first.row.indicator) and unit_fits(finding.asked, match.row) is not False:
            of_each.setdefault(match.document, []).append(match)
    chosen = [_of_its_own_year(draft, matches) for matches in of_each.values() if _sum_of(matches) >= SURE]
    return chosen if len({draft.plan(match.document).place for match in chosen}) > 1 else []


def _sum_of(matches: Sequence[RowMatch]) -> float:
    return sum(match.likely for match in matches)


def _of_its_own_year(draft: Draft, matches: Sequence[RowMatch]) -> RowMatch:
    """Of a document's rows of one indicator the one for the year that the document is for."""
    identity = draft.plan(matches[0].document).identity
    own = [match for match in matches if str(identity.year) in match.row.period and match.row.tense == "target"]
    return (own or list(matches))[0]
