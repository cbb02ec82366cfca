"""The documents of a library by what they are: which of them a part of a question means, in the order of trust."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from assistant.answering.meant import THIS_YEAR, Meant
from assistant.answering.shelf import Shelf
from assistant.plan.document import chinese_ordinal
from assistant.plan.identity import Identity

# Of a title, what many documents share says nothing of which is meant.
_COMMON = re.compile(
    r"(?:19|20)\d{2}年?|政府工作报告|国民经济和社会发展|第?十[一二三四五]?个?五年?|规划|纲要|计划|报告|关于|印发|通知|国务院|办公[厅室]|人民政府"
)
# 国办发〔2019〕4号, with any bracket or a blank, and with 号 or without it.
_NUMBER = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff]{0,8}?[发函字令办政规文])?\s?(?:[〔\[【(（]\s?(?P<year>(?:19|20)\d{2})\s?[〕\]】)）]\s?第?(?P<number>\d{1,4})\s?(?:号|(?!\d))"
    r"|(?<=[发函字令])\s?(?P<bare>(?:19|20)\d{2})[\s年]\s?第?(?P<of>\d{1,4})\s?号)"
)
_CALLED = re.compile(r"《(?P<title>[^》]{4,60}(?:《[^》]{2,40}》[^》]{0,12})?)》")
_YEARLY = frozenset({"政府工作报告", "国民经济和社会发展计划", "五年规划", "计划", "报告", "要点", "任务分解", ""})
_TITLED = 4  # characters of a title that name it where they stand in a question


@dataclass(frozen=True)
class Sought:
    """Where one `Meant` is looked for: `exact` are documents of that place and year, `others` speak of the year. `missing`
    names what no document is of, "" where there is one to look in."""

    meant: Meant
    exact: tuple[str, ...]
    others: tuple[str, ...]
    years: tuple[int, int] | None
    missing: str = ""

    @property
    def documents(self) -> tuple[str, ...]:
        return (*self.exact, *self.others)

    @property
    def tries(self) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """(documents, whether their own year is meant) in the order in which they are asked: what was done in a year is told
        by the report of the year after."""
        both = ((self.exact, True), (self.others, False))
        ordered = both[::-1] if self.meant.tense == "result" else both
        return tuple((documents, own) for documents, own in ordered if documents)


class _Identities(dict[str, Identity]):
    """Identities by document, looked up once."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf

    def __missing__(self, document: str) -> Identity:
        identity = self[document] = self._shelf.identity(document)
        return identity


class Holdings:
    """A library's documents. Built once for a generation, then only read."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._parts = lru_cache(maxsize=None)(self._parts_of_title)
        self._newest = lru_cache(maxsize=64)(self._newest_of)

    @cached_property
    def identities(self) -> dict[str, Identity]:
        return _Identities(self._shelf)

    def of(self, documents: Iterable[str]) -> dict[str, Identity]:
        """The identities of some documents."""
        return {document: self.identities[document] for document in documents}

    def newest(self, documents: Sequence[str]) -> tuple[str, ...]:
        """Of each place and kind the newest documents; those that say no place or year all stand."""
        return self._newest(tuple(documents))

    def _newest_of(self, documents: tuple[str, ...]) -> tuple[str, ...]:
        latest: dict[tuple[str, str], int] = {}
        for document in documents:
            key = self._family(document)
            latest[key] = max(latest.get(key, 0), self.identities[document].year or 0)
        return tuple(
            document
            for document in documents
            if self.identities[document].covers(latest[self._family(document)]) or not latest[self._family(document)]
        )

    def _family(self, document: str) -> tuple[str, str]:
        """Plans and reports follow one another from year to year, and one of five years is over after them; a scheme stands
        for itself."""
        one = self.identities[document]
        return one.place or document, "" if one.kind in _YEARLY else one.kind

    def seek(self, meant: Meant, documents: Sequence[str]) -> Sought:
        """Where to look for what is meant."""
        own = [d for d in documents if not meant.place or self.identities[d].place == meant.place]
        if meant.level:
            own = [d for d in own if self.identities[d].level == meant.level]
        kind = [d for d in own if not meant.kind or self.identities[d].kind == meant.kind]
        said = f"{meant.place}{meant.kind if own and not kind else ''}"
        if not kind:
            return Sought(meant, (), (), meant.years, missing=said or "这样")
        years = meant.years
        if meant.shift:
            newest = max((self.identities[d].year or 0 for d in kind), default=0)
            years = (newest + (0 if meant.shift == THIS_YEAR else meant.shift),) * 2
        if years is None:
            return Sought(meant, self.newest(kind), (), None)
        exact = tuple(sorted((d for d in kind if self._is_of(d, years)), key=self._years_long))
        others = () if meant.of_document else tuple(d for d in kind if d not in exact and self._speaks_of(d, years))
        # The report of the year after tells what was done; the newest of the rest knows best.
        after = years[1] + 1
        others = tuple(
            # Of five years the first to speak of them sets what they are for.
            sorted(others, key=lambda d: self.identities[d].year or 0)
            if years[0] != years[1]
            else sorted(others, key=lambda d: (self.identities[d].year != after, -(self.identities[d].year or 0)))
        )
        year = f"{meant.said}年" if meant.said.isdigit() else meant.said
        missing = "" if exact or others else f"{said}{year}"
        return Sought(meant, exact, others, years, missing)

    def year_by_year(self, sought: Sought, most: int) -> list[Sought]:
        """Where no year is named, each yearly document of the place, the oldest first: the `most` newest, all where it is 0."""
        place = sought.meant.place
        own = [d for d in self.of_place(place, tuple(self.identities)) if self._is_yearly(d)] if place else []
        own = [d for d in own[: most or len(own)] if sought.years is None]
        years = sorted((self.identities[d].year or 0, d) for d in own)
        return [
            Sought(replace(sought.meant, years=(year, year), of_document=True), (document,), (), (year, year))
            for year, document in years
        ]

    def _is_yearly(self, document: str) -> bool:
        one = self.identities[document]
        return bool(one.place and one.year) and one.kind in _YEARLY and one.last_year in (None, one.year)

    def numbered(self, question: str, documents: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """The documents with the 文号 that a question names, none where nothing has it; and the question's words for it, ""
        where it names none."""
        asked = _NUMBER.search(question)
        if asked is None:
            return (), ""
        found = tuple(document for document in documents if _is_number(self._shelf.names(document)[2], asked))
        led_in = _ISSUER.search(asked.group("issuer") or "")
        start = asked.end("issuer") - len(led_in.group()) if led_in and led_in.group() else asked.start()
        return found, question[start : asked.end()]

    def of_place(self, place: str, documents: Sequence[str]) -> tuple[str, ...]:
        """The documents of a place, the newest first; all, in their order, where it has none."""
        own = [d for d in documents if place and self.identities[d].place == place]
        return tuple(sorted(own, key=lambda d: -(self.identities[d].year or 0))) or tuple(documents)

    def called(self, question: str, documents: Sequence[str]) -> str:
        """The question's words that name one document, by its 文号 or its title; "" where there are none."""
        for found, said in (self.numbered(question, documents), self.titled(question, documents)):
            if said and len(found) == 1:
                return said
        return ""

    def titled(self, question: str, documents: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """The documents whose title a question names by words that no other title holds, and these words; none where it
        names none."""
        for called in _CALLED.finditer(question):
            if found := tuple(d for d in documents if _is_called(self._shelf.title(d), called.group("title"))):
                return found, called.group()
        said = {document: self._said_of_title(question, document, documents) for document in documents}
        longest = max(said.values(), key=len, default="")
        if len(longest) < _TITLED:
            return (), ""
        return tuple(document for document, words in said.items() if len(words) == len(longest)), longest

    def _parts_of_title(self, document: str) -> tuple[str, ...]:
        """What a title says beside the place and what many titles say, where it is long enough to name it."""
        place = self.identities[document].place or " "
        rest = _COMMON.sub(" ", self._shelf.title(document).replace(place, " "))
        return tuple(part for part in re.split(r"[^\u4e00-\u9fffA-Za-z]+", rest) if len(part) >= _TITLED)

    def _said_of_title(self, question: str, document: str, documents: Sequence[str]) -> str:
        best = ""
        for part in self._parts(document):
            for start in range(len(part)):
                for end in range(start + max(len(best) + 1, _TITLED), len(part) + 1):
                    said = part[start:end]
                    if said not in question:
                        break
                    if sum(said in self._shelf.title(other) for other in documents) == 1:
                        best = said
        return best

    def _is_of(self, document: str, years: tuple[int, int]) -> bool:
        one = self.identities[document]
        if years[0] != years[1]:
            return (one.year, one.last_year) == years
        return one.covers(years[0])

    def _years_long(self, document: str) -> int:
        one = self.identities[document]
        return (one.last_year or 0) - (one.year or 0)

    def _speaks_of(self, document: str, years: tuple[int, int]) -> bool:
        if years[0] != years[1]:
            return any(document in self._shelf.holding(name) for name in names_of(years))
        return years[0] in self._shelf.years(document)


# The words of an issuer behind what leads in: 国办发 of 请问国办发.
_ISSUER = re.compile(r"(?:(?!请问|根据|按照|依据|关于|文件|看看|查一?下|[的在据看按查问和与])[\u4e00-\u9fff]){1,5}$|$")
_AROUND_TITLE = re.compile(r"[《》“”\"\s]|关于|印发|的通知$|的?通知")


def _is_number(own: str, asked: re.Match[str]) -> bool:
    """Whether a document's 文号 is the one that is asked for: the same year and number, and the issuer where one is said."""
    mine = _NUMBER.search(unicodedata.normalize("NFKC", own))
    if mine is None or _year_and_number(mine) != _year_and_number(asked):
        return False
    return (asked.group("issuer") or "").endswith(mine.group("issuer") or "") or not asked.group("issuer")


def _year_and_number(said: re.Match[str]) -> tuple[int, int]:
    return int(said.group("year") or said.group("bare")), int(said.group("number") or said.group("of"))


def _is_called(title: str, said: str) -> bool:
    """Whether a document has the title that is said, or one that begins or ends with it; 关于印发 and 的通知 aside."""
    own, asked = (_AROUND_TITLE.sub("", unicodedata.normalize("NFKC", one)) for one in (title, said))
    bare = _COMMON.sub("", asked)
    return bool(own) and len(bare) >= _TITLED and (asked in own or own in asked)


_NAMED_ALONE = 10  # “八五”普法 is no plan of five years: earlier ones are named with a word behind


def names_of(years: tuple[int, int]) -> tuple[str, ...]:
    """What plans call five years: 十四五, 2021—2025年."""
    number = 6 + (years[0] - 1981) // 5
    short = f"{chinese_ordinal(number)}五"
    if number < _NAMED_ALONE:
        return (f"{short}时期", f"{short}期间", f"{short}计划", f"“{short}”时期", f"“{short}”期间", f"“{short}”计划")
    return (f"“{short}”", f"{short}时期", f"{short}规划", f"{years[0]}—{years[1]}年", f"{years[0]}-{years[1]}年")
