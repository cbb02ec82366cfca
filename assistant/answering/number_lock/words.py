"""The words beside a stated figure, as one source understands them: where its name ends, what the glossary makes of it, and
which of them say what is counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

import rjieba

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.beside import Beside
from assistant.answering.number_lock.sources import Said, Source, SourceFigure, without_quotes
from assistant.search.glossary import Glossary, Mention

_CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_PLURAL = re.compile(r"([a-z]{3,})s(?![A-Za-z])")
_LOWER = re.compile(r"(?<![A-Za-z])[a-z]{3}")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}")
_QUOTED = re.compile(r"[“「『《][^“”「」『』《》]*[”」』》]")
_SMALL_WORDS = re.compile(r"[的了之]")
_PAUSE = re.compile(r"[，,；;。！？!?\n｜|：:]|——")
_LONG_ACTION = 4  # characters of an action that is as good as a name: 引进和培育
_WHEN = frozenset("上年 去年 今年 明年 当时 同期 年度 实绩 实数".split())
_MOST_KEPT = 4096
_MENTIONS: dict[int, tuple[Glossary, dict[str, tuple[Mention, ...]]]] = {}  # a glossary is too long to be hashed
_GRAMMAR = frozenset({"限定与比较", "时间", "单位", "文种与文号", "动作"})
_CHECKED_TAGS = frozenset("nbsjvgle")


class Words:
    """The words beside a stated figure, as one source understands them; `far` takes in those of the figure before it and
    what heads the line."""

    def __init__(
        self, beside: Beside, heading: str, source: Source | Said, glossary: Glossary, *, far: bool = False
    ) -> None:
        self.glossary = glossary
        self.far = far
        self._beside, self._heading, self._source = beside, heading, source
        written = (
            f"{heading}，{'，'.join([*beside.inherited[-1:], *beside.parts])}，{beside.after}"
            if far
            else _nearest(beside, heading, self._names_a_thing)
        )
        self._raw = written
        self.closest = f"{''.join(beside.parts[-1:])}，{beside.after}"
        self.before = beside.parts[-1] if beside.parts else ""
        self.unread = f"{heading}，{beside.wide}，{beside.after}，{beside.beyond}"
        self.near = self._expanded(written)
        self.written = without_quotes(written)
        self.is_english = _LOWER.search(written) is not None and not _HAN.search(written)
        self.pairs = pairs(self.near)
        parts = _PAUSE.split(beside.region)
        segment = next(
            (part for part in reversed(parts) if part.strip() and (part in written or self._names_a_thing(part))), ""
        )
        self.topic = segment if segment not in written else ""

    @cached_property
    def segment(self) -> str:
        """The words near the figure, with the last part before it that names anything."""
        return self._expanded(f"{self.topic}，{self._raw}") if self.topic else self.near

    @cached_property
    def unquoted(self) -> str:
        """The segment without what stands in quotes."""
        return self._without_quotations(f"{self.topic}，{self._raw}") if self.topic else self.near_unquoted

    @cached_property
    def near_unquoted(self) -> str:
        """The words near the figure without what stands in quotes."""
        return self._without_quotations(self._raw)

    @cached_property
    def wide(self) -> str:
        """All words of the sentence up to the figure and behind it."""
        return self._expanded(f"{self._beside.wide}，{self._beside.after}，{self._beside.beyond}，{self._heading}")

    def _without_quotations(self, words: str) -> str:
        bare = _QUOTED.sub("|", words)
        return self.near if bare == self._raw else self._expanded(bare)

    def says_only_how(self, figure: SourceFigure) -> bool:
        """Whether the words closest to a figure name no thing, but say when and how it is to be: 2024年的目标是."""
        own = f"{figure.own}，{figure.row.action if figure.row is not None else ''}"
        if isinstance(self._source, Said):
            return False
        others = "，".join(one.noun for one in self._source.figures if one is not figure)
        own += "".join(word for word, _ in content(self._source.words) if word not in others)
        return all(word in own for word, _ in content(self.closest) if word not in _WHEN)

    def with_those_before(self) -> Words | None:
        """The same with the words of the figure in front of it and of what heads the line, None where they are in it."""
        if self.far:
            return None
        return Words(self._beside, self._heading, self._source, self.glossary, far=True)

    def _names_a_thing(self, words: str) -> bool:
        return any(classes.PARTICULAR.fullmatch(word) is None for word, _ in content(words)) or any(
            concept.field not in _GRAMMAR for mention in self._mentions(words) for concept in mention.concepts
        )

    def _expanded(self, words: str) -> str:
        """The words with abbreviations and everyday words said as the clause says them."""
        plain = _PLURAL.sub(r"\1", without_quotes(words))
        if not _WORD.search(plain):
            return plain
        known = self._source.in_its_words
        if plain not in known:
            all_words = self._source.all_words
            known[plain] = self.glossary.in_likely_words(plain, lambda word: word in all_words)
        return known[plain]

    def _mentions(self, words: str) -> tuple[Mention, ...]:
        kept = _MENTIONS.setdefault(id(self.glossary), (self.glossary, {}))[1]
        if words not in kept:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            kept[words] = self.glossary.mentions(words)
        return kept[words]

    def known_by_glossary(self, words: str, said: str = "", sign: str = "|") -> str:
        """The words with a sign for those that mean a thing which the source, or what is said, speaks of."""
        said = said or self._source.all_words
        for mention in reversed(self._mentions(words)):
            # 投资 in the clause is no leave to say 固定资产投资.
            if mention.word in said or any(
                term in said and term not in mention.word for concept in mention.concepts for term in concept.terms
            ):
                words = f"{words[: mention.start]}{sign}{words[mention.end :]}"
        return words


def _nearest(beside: Beside, heading: str, names: Callable[[str], bool]) -> str:
    """The words up to the stops around the figure, further on where those name nothing: before it, behind it, before the
    figure in front of it, in the line that heads it."""
    near = f"{''.join(beside.parts[-1:])}，{beside.after}"
    labelled = beside.region.rstrip().endswith(("：", ":", "=")) and not "".join(beside.parts[-1:]).strip()
    if labelled and len(beside.parts) > 1:
        near = f"{beside.parts[-2]}，{near}"  # 电力通道：27.2公里（分期启动）
    if names(near):
        return near
    for part in reversed(beside.parts[:-1]):
        near = f"{part}，{near}"
        if names(part):
            return near
    if names(beside.beyond):
        return f"{near}，{beside.beyond}"
    for part in reversed(beside.inherited):
        near = f"{part}，{near}"
        if names(part):
            return near
    return f"{heading}，{near}"


def says_something(words: str) -> bool:
    """Whether any word in it is not said of figures of every kind."""
    return any(True for _ in content(words))


def content(words: str) -> Iterator[tuple[str, str]]:
    for word, tag in tagged(words):
        if len(word) > 1 and tag[0] in _CHECKED_TAGS and not is_neutral(word):
            yield word, tag


@lru_cache(maxsize=16384)
def is_neutral(word: str) -> bool:
    return word.lower() in classes.NEUTRAL or classes.MADE_OF_SMALL_WORDS.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def tagged(words: str) -> tuple[tuple[str, str], ...]:
    return tuple(rjieba.tag(words))


@lru_cache(maxsize=4096)
def pairs(words: str) -> frozenset[str]:
    """The pairs of characters of the words, small words left out; Latin words whole."""
    found: set[str] = set()
    for run in _CHINESE.findall(_SMALL_WORDS.sub("", without_quotes(words))):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)
