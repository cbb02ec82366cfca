"""Whether figures of several documents may be held against each other: they count the same kind of unit, play the same part
(an amount, a change, a share) and are of the same indicator by its name, the glossary or its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.draft import Draft
from assistant.answering.ledger_index import GENERIC_UNITS, RowMatch
from assistant.answering.looking_up import is_named, kind_of_unit, part_of
from assistant.answering.same_indicator import alike, words_of_name
from assistant.plan.modifiers import is_counted
from assistant.plan.units import PERCENT


def comparable(draft: Draft, matches: Sequence[RowMatch]) -> bool:
    """Whether all may be held against the first."""
    first = matches[0]
    return all(
        _count_alike(_counted_in(draft, match), _counted_in(draft, first))
        and part_of(match.row) == part_of(first.row)
        and (
            alike(match.row.indicator, first.row.indicator)
            or draft.finder.same_thing(match.row.indicator, first.row.indicator)
            or is_named(match.row, first.row)
            or _named_before_it(draft, match, first)
            or _named_before_it(draft, first, match)
        )
        for match in matches[1:]
    )


def _named_before_it(draft: Draft, match: RowMatch, other: RowMatch) -> bool:
    """粮食播种面积1530万亩、总产量125亿斤: the total is of what the sentence names before it, as the other's name has it."""
    own, theirs = words_of_name(match.row.indicator), words_of_name(other.row.indicator)
    if not own or not theirs or own[-1][-_ENDING:] != theirs[-1][-_ENDING:]:
        return False
    clause = draft.plan(match.document).clause(match.row.clause)
    before = re.split(r"[；;。]", draft.plan(match.document).text[clause.start : match.row.start])[-1]
    lacking = [word for word in theirs[:-1] if word not in match.row.indicator]
    return bool(lacking) and all(
        re.search(rf"{re.escape(word)}[^,，。；;]{{0,24}}、[^、]*$", before) for word in lacking
    )


def _count_alike(one: str, other: str) -> bool:
    """Whether two kinds of unit are one: 个 counts what 处 and 家 count."""
    return one == other or (is_counted(one) and is_counted(other) and not GENERIC_UNITS.isdisjoint((one, other)))


_ENDING = 2  # characters by which 粮食产量 and 总产量 end alike
_FOR_EACH = re.compile(r"每(?P<unit>[\u4e00-\u9fff]{1,4})$")


def _counted_in(draft: Draft, match: RowMatch) -> str:
    """The kind of unit, 微克/立方米 of 每立方米23微克 too."""
    kind, row = kind_of_unit(match.row), match.row
    clause = draft.plan(match.document).clause(row.clause)
    each = _FOR_EACH.search(draft.plan(match.document).text[clause.start : row.start])
    return f"{kind}/{each.group('unit')}" if each and "/" not in kind else kind


_REACHES = re.compile(r"[达到增降]至|[到达]|总[数量]|占|率|比[重例]|强度")


def spans_differ(given: Sequence[RowMatch]) -> bool:
    """Whether what is added in five years stands beside what is added in one: no level, which is that of a time."""
    spans = {len(set(re.findall(r"\d{4}", match.row.period))) for match in given if match.row.period}
    level = any(
        match.row.unit in PERCENT or _REACHES.search(f"{match.row.indicator}{match.row.action}{match.row.text}")
        for match in given
    )
    return spans == {1, 2} and not level
