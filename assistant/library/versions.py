"""Duplicates and newer versions of a document: noticed, the older kept but not answered from.

Two documents are versions of one where they are for the same place and years, of the same kind, and most of their sentences
are the same. The newer is the one with the later date in its header; where the dates do not tell, the one taken in later.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.plan.document import Plan
from assistant.plan.identity import Identity

SKETCH = 64
"""Sentences that a sketch holds: enough to tell the share that two documents have in common to a tenth or so."""

_SAME = 0.5  # of the sentences of both together; a plan and the next year's share a tenth
_DATED = ("成文日期", "公开日期")
_DATE = re.compile(r"(?P<year>(?:19|20)\d{2})\D{1,2}(?P<month>\d{1,2})\D{1,2}(?P<day>\d{1,2})")


@dataclass(frozen=True)
class Edition:
    """What tells versions apart. `sketch`: the smallest hashes of its sentences, ascending; `date`: that of its header,
    "2031-04-09", or ""; `taken_in`: counts up with every document that is taken in or brought up to date."""

    document: str
    identity: Identity
    sketch: tuple[int, ...]
    date: str
    taken_in: int


def sketch_of(plan: Plan) -> tuple[int, ...]:
    """The smallest hashes of a plan's sentences: of two plans these share what the plans share, whatever their order."""
    sentences = {re.sub(r"\s", "", clause.text) for clause in plan.clauses if clause.kind != "header"}
    return tuple(heapq.nsmallest(SKETCH, map(_hash, sentences)))


def date_of(plan: Plan) -> str:
    """The date in a plan's header, for sorting; "" where there is none."""
    for name in _DATED:
        if found := _DATE.search(plan.field(name)):
            return f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    return ""


def superseded(editions: Iterable[Edition]) -> dict[str, str]:
    """The documents that a newer version, or a duplicate, stands for, and which."""
    groups: defaultdict[tuple[object, ...], list[Edition]] = defaultdict(list)
    for edition in editions:
        one = edition.identity
        groups[one.place, one.year, one.last_year, one.kind].append(edition)
    found: dict[str, str] = {}
    for group in groups.values():
        newest_first = sorted(group, key=lambda one: (one.date, one.taken_in), reverse=True)
        for number, older in enumerate(newest_first):
            newer = next((one for one in newest_first[:number] if likeness(one.sketch, older.sketch) >= _SAME), None)
            if newer is not None:
                found[older.document] = found.get(newer.document, newer.document)
    return found


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of the sentences of two documents together that both have, by their sketches."""
    both = heapq.nsmallest(SKETCH, {*one, *other})
    shared = {*one} & {*other}
    return sum(value in shared for value in both) / len(both) if both else 0.0


def _hash(sentence: str) -> int:
    return int.from_bytes(hashlib.blake2b(sentence.encode(), digest_size=6).digest(), "big")
