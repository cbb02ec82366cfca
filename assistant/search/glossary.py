"""How people speak and how plans speak: everyday words, official terms, abbreviations, English.

A folder of tables, one a field of government, that staff may extend. A line is a concept, one thing, in four columns
parted by tabs: official terms, abbreviations, everyday words, English; several words of a column are parted by |, and
lines that begin with # are comments. All but the everyday words are strict: whoever asks with one of them may be
answered with any other. Everyday words only widen what is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from assistant.errors import UnusableInput

COLUMNS = ("官方说法", "简称", "口语", "英文")
_SEPARATOR = "|"
_GRAMMAR = frozenset({"限定与比较", "时间", "单位", "文种与文号"})
"""Fields whose words say how a question is asked, not what about: they widen the search, and are never put in place of
what was said."""


@dataclass(frozen=True)
class Concept:
    """One thing and its names. `field` is the table it stands in; the first official term is its name."""

    field: str
    official: tuple[str, ...]
    short: tuple[str, ...] = ()
    everyday: tuple[str, ...] = ()
    english: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """What a plan may call it: official terms and abbreviations."""
        return self.official + self.short

    @property
    def strict(self) -> tuple[str, ...]:
        """The names that mean this thing and no other."""
        return self.official + self.short + self.english


@dataclass(frozen=True)
class Mention:
    """A word of the glossary in a question, `start:end`; `concepts` are the things it may mean, and `strict` says that
    it can mean only the one."""

    start: int
    end: int
    word: str
    concepts: tuple[Concept, ...]
    strict: bool


@dataclass(frozen=True)
class Glossary:
    """Concepts, found by any of their words."""

    concepts: tuple[Concept, ...]
    _strict: dict[str, Concept] = field(init=False, repr=False, compare=False)
    _everyday: dict[str, tuple[Concept, ...]] = field(init=False, repr=False, compare=False)
    _lengths: dict[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        strict: dict[str, Concept] = {}
        everyday: dict[str, tuple[Concept, ...]] = {}
        for concept in self.concepts:
            for word in concept.strict:
                strict[word.lower()] = concept
            for word in concept.everyday:
                lowered = word.lower()
                everyday[lowered] = (*everyday.get(lowered, ()), concept)
        object.__setattr__(self, "_strict", strict)
        object.__setattr__(self, "_everyday", everyday)
        lengths: dict[str, set[int]] = {}
        for word in (*strict, *everyday):
            lengths.setdefault(word[:2], set()).add(len(word))
        ordered = {beginning: tuple(sorted(found, reverse=True)) for beginning, found in lengths.items()}
        object.__setattr__(self, "_lengths", ordered)

    @cached_property
    def all_words(self) -> str:
        """Every name of every thing, a line each."""
        return "\n".join(word for concept in self.concepts for word in (*concept.strict, *concept.everyday))

    def mentions(self, question: str) -> tuple[Mention, ...]:
        """The words of the glossary in a question, in order, the longest at each place, none within another."""
        return tuple(self._scan(question, lambda _: True))

    def same_thing(self, one: str, other: str) -> bool:
        """Whether two names share a strict name of one thing."""
        things = [{m.concepts[0] for m in self.mentions(name) if m.strict} for name in (one, other)]
        return not things[0].isdisjoint(things[1])

    def in_plan_words(self, question: str, holds: Callable[[str], bool]) -> str:
        """The question with strict names that the plans lack replaced by one that they hold; `holds` tells whether they
        hold a word. A name that they hold themselves, and one whose replacement stands in the question, stays."""
        return self._rewritten(question, holds, lambda mention: mention.strict)

    def in_likely_words(self, question: str, holds: Callable[[str], bool]) -> str:
        """As `in_plan_words`, with everyday words as well, where the plans hold one thing alone that they may mean."""
        return self._rewritten(question, holds, lambda _: True)

    def in_chinese_words(self, question: str, holds: Callable[[str], bool]) -> str:
        """As `in_plan_words`, with Latin short forms replaced even where the plans hold them: 占GDP比重 in a plan does not make
        GDP its name for what it else calls 地区生产总值."""
        return self._rewritten(
            question, lambda word: not word.isascii() and holds(word), lambda mention: mention.strict
        )

    def _rewritten(self, question: str, holds: Callable[[str], bool], replaces: Callable[[Mention], bool]) -> str:
        terms: dict[Mention, str] = {}

        def settled(mention: Mention) -> bool:
            """Whether no shorter word within it needs a look: GDP增速 is no plan's word, the GDP in it is."""
            if holds(mention.word):
                return True
            things = [concept for concept in mention.concepts if concept.field not in _GRAMMAR]
            held = [next(filter(holds, concept.terms), None) for concept in things]
            known = list(dict.fromkeys(term for term in held if term is not None))
            if len(known) == 1 and replaces(mention):
                terms[mention] = known[0]
            return mention in terms

        words = question
        for mention in reversed(list(self._scan(question, settled))):
            term = terms.get(mention)
            if term is not None and term not in question:
                words = f"{words[: mention.start]}{term}{words[mention.end :]}"
        return words

    def _scan(self, question: str, accepts: Callable[[Mention], bool]) -> Iterator[Mention]:
        """From left to right the longest word at each place that is accepted, none within another."""
        start = 0
        while start < len(question):
            accepted = next(filter(accepts, self._mentions_at(question, start)), None)
            start = start + 1 if accepted is None else accepted.end
            if accepted is not None:
                yield accepted

    def _mentions_at(self, question: str, start: int) -> Iterator[Mention]:
        """The words that begin at a place, the longest first."""
        for length in self._lengths.get(question[start : start + 2].lower(), ()):
            end = start + length
            if end > len(question) or length < 2:
                continue
            word = question[start:end]
            concept = self._strict.get(word.lower())
            concepts = (concept,) if concept is not None else self._everyday.get(word.lower())
            # A Latin word must not be part of a longer one; Chinese ones stand anywhere.
            if concepts and not _inside_latin(question, start, end):
                yield Mention(start, end, word, concepts, strict=concept is not None)


NO_GLOSSARY = Glossary(())


def _inside_latin(text: str, start: int, end: int) -> bool:
    def letter(place: int) -> bool:
        return 0 <= place < len(text) and text[place].isascii() and text[place].isalpha()

    return (letter(start) and letter(start - 1)) or (letter(end - 1) and letter(end))


def load_glossary(folder: Path) -> Glossary:
    """Read the tables of a folder, by name; `UnusableInput` names the file, the line and what is wrong there."""
    if not folder.is_dir():
        raise UnusableInput(f"术语表文件夹“{folder}”不存在")
    concepts: list[Concept] = []
    owners: dict[str, str] = {}
    for path in sorted(folder.glob("*.tsv")):
        for place, concept in _lines(path):
            for word in concept.strict:
                owner = owners.setdefault(word.lower(), place)
                if owner is not place:
                    raise UnusableInput(f"术语表 {place}：“{word}”已经在 {owner}，一个官方说法、简称或英文只能指一件事")
            concepts.append(concept)
    return Glossary(tuple(concepts))


def _lines(path: Path) -> Iterator[tuple[str, Concept]]:
    """Each concept of a table and where it stands."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UnusableInput(f"术语表 {path.name} 不是 UTF-8 文本，请另存为 UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            place = f"{path.name} 第 {number} 行"
            yield place, _concept(path.stem, place, line.split("\t"))


def _concept(name: str, place: str, cells: Sequence[str]) -> Concept:
    if len(cells) > len(COLUMNS):
        raise UnusableInput(f"术语表 {place}：有 {len(cells)} 列，最多 {len(COLUMNS)} 列（{'、'.join(COLUMNS)}）")
    columns: list[tuple[str, ...]] = [tuple(filter(None, map(str.strip, cell.split(_SEPARATOR)))) for cell in cells]
    columns += [()] * (len(COLUMNS) - len(columns))
    official, short, everyday, english = columns
    if not official:
        raise UnusableInput(f"术语表 {place}：缺第一列（官方说法）")
    if any(len(word) < 2 for word in everyday):
        single = next(word for word in everyday if len(word) < 2)
        raise UnusableInput(f"术语表 {place}：口语“{single}”只有一个字，会到处误中")
    words = official + short + everyday + english
    if len(set(words)) < len(words):
        repeated = next(word for word in words if words.count(word) > 1)
        raise UnusableInput(f"术语表 {place}：“{repeated}”写了两次")
    return Concept(name, official, short, everyday, english)
