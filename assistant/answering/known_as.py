"""What people call places beside their names: 沪 and 鄂, 蓉城 and 鹏城.

The names are public knowledge and stand in `place_names.tsv` beside this file: the full name, one-character names and
other names, the last two parted by |. A one-character name is one only where a year, a period or another such name follows:
浙2026年, 京沪两市, and not the 新 of 新2024.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("place_names.tsv")
_BEFORE = r"(?:^|(?<=[,，、。;；:：\s])|(?<=请问)|(?<=[和与及跟比查问看那]))"
_BEHIND = r"(?=(?:19|20)\d{2}|\d{2}年|[“\"]?十[一二三四五]?五[”\"规时期末的]|十[一二三四]五(?![个年月日家户项])|[去今明前后本上]一?年|省(?![级会内直])|呢?[?？。]*$)"


@dataclass(frozen=True)
class KnownAs:
    """A name that stands in a text. `place`: the place's full name."""

    start: int
    end: int
    place: str


def known_as(text: str, held: Collection[str]) -> Iterator[KnownAs]:
    """The places that a text calls by another name; of two that one name may mean, the one that is `held`."""
    one, longer = _names()
    for match in _longer().finditer(text):
        yield KnownAs(match.start(), match.end(), _meant(longer[match.group()], held))
    alone = {at for pattern in _alone() for match in pattern.finditer(text) for at in range(*match.span())}
    for at in sorted(alone):
        if text[at] in one:
            yield KnownAs(at, at + 1, _meant(one[text[at]], held))


def _meant(places: tuple[str, ...], held: Collection[str]) -> str:
    return next((place for place in places if place in held), places[0])


@cache
def _names() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The places by their one-character names and by their other names."""
    found: tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]] = ({}, {})
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        place, *columns = line.split("\t")
        if place.endswith("市"):
            found[1].setdefault(place[:-1], (place,))  # no dictionary knows all of them
        for names, column in zip(found, columns, strict=True):
            for name in filter(None, column.split("|")):
                names[name] = (*names.get(name, ()), place)
    return found


@cache
def _longer() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _names()[1]), key=len, reverse=True)))


@cache
def _alone() -> tuple[re.Pattern[str], ...]:
    """One name before a year; two that are joined; several before 两省 or 三地."""
    one = f"[{''.join(_names()[0])}]"
    return (
        re.compile(rf"{_BEFORE}{one}{_BEHIND}"),
        re.compile(rf"{_BEFORE}(?:{one}[、和与及跟比])+{one}{_BEHIND}"),
        re.compile(rf"{_BEFORE}{one}{{2,4}}(?=[两三四]?(?:省|市|地)|(?:19|20)\d{{2}})"),
    )
