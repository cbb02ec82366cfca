"""What an English sentence says a figure counts: its words held to the figure's name by what the glossary's English words
stand for in Chinese.

The commonest words stand in `english_words.txt`. Any other has as its meaning the characters that the glossary's names
with it share. A word that neither has cannot be judged, and what cannot be judged is stopped.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.sources import Source, SourceFigure
from assistant.answering.number_lock.words import pairs
from assistant.search.glossary import Glossary

_WORD = re.compile(r"[A-Za-z][A-Za-z]{2,}")
_LATIN = re.compile(r"[A-Za-z]+")
_SHORTEST = 2  # letters left of a word whose ending is taken off
_STEM = 6  # letters that words of one kin share: invest, investment
_STRONG = 0.6  # of the commonest pair's share: the pairs of characters that a word itself stands for


def fault_of_english(
    near: str, figure: SourceFigure, rivals: tuple[SourceFigure, ...], source: Source, glossary: Glossary
) -> str:
    """What is wrong with English words beside a figure, "" for nothing; `near` may hold Chinese names already."""
    name = figure.indicator or figure.noun
    own = f"{figure.noun}，{figure.own}"
    chinese = pairs(_LATIN.sub("，", near))
    words = [word for word in _WORD.findall(near) if not _is_said_of_any(word)]
    places = _spelled(source.evidence.plan.place or "")
    for word in words:
        if word.lower() in places:
            continue
        if not _means(word, f"{own}，{source.names}", glossary) and word.lower() not in source.all_words.lower():
            return f"旁边的“{word}”不能确认说的是“{name}”"
    heard = [word for word in _WORD.findall(near) if _means(word, figure.noun or own, glossary)]
    if not heard and not chinese & pairs(own):
        return f"旁边没有说明它是“{name}”的数"
    for rival in rivals:
        theirs = [word for word in _WORD.findall(near) if _means(word, rival.noun, glossary)]
        if len(chinese & pairs(rival.noun)) + len(theirs) > len(chinese & pairs(figure.noun)) + len(heard):
            return f"旁边说的是“{rival.indicator or rival.noun}”，而这个数是“{name}”的"
    return ""


@lru_cache(maxsize=256)
def _spelled(place: str) -> frozenset[str]:
    """A place as English spells it, with and without what it is: 武昌区 is Wuchang."""
    from pypinyin import lazy_pinyin

    names = [name for name in (place, place[:-1]) if name]
    return frozenset("".join(lazy_pinyin(name)) for name in names)


def _is_said_of_any(word: str) -> bool:
    """Whether it is a word of any statement; the plural's s may have been cut off (thi)."""
    return any(form in classes.NEUTRAL for form in _forms(word))


@lru_cache(maxsize=4096)
def _forms(word: str) -> tuple[str, ...]:
    """A word and what it may be a form of: reached is reach, secured secure, and a plural's s may have been cut off."""
    lowered = word.lower()
    found = [lowered, f"{lowered}s"]
    for ending in ("ed", "d", "ing", "s"):
        if lowered.endswith(ending) and len(lowered) > len(ending) + _SHORTEST:
            found += [lowered.removesuffix(ending), f"{lowered.removesuffix(ending)}e"]
    return tuple(found)


def _means(word: str, name: str, glossary: Glossary) -> bool:
    """Whether an English word may stand for a part of a Chinese name."""
    listed = next((meanings for form in _forms(word) if (meanings := _listed().get(form))), None)
    if listed is not None:
        return any(meaning in name and not classes.only_wider(meaning, name) for meaning in listed)
    meant = _meanings(glossary).get(_stem(word), {})
    most = max(meant.values(), default=0.0)
    strong = {pair for pair, share in meant.items() if share >= _STRONG * most}
    return len(strong & pairs(name)) > len(strong) / 2


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, ...]]:
    lines = (Path(__file__).parent / "english_words.txt").read_text(encoding="utf-8").splitlines()
    cells = [line.split() for line in lines if line and not line.startswith("#")]
    return {word: tuple(meanings) for word, *meanings in cells}


def _stem(word: str) -> str:
    word = word.lower()
    word = f"{word[:-3]}y" if word.endswith("ies") else word[:-1] if word.endswith("s") and word[-2] != "s" else word
    return word[:_STEM]


_LEARNED: dict[int, tuple[Glossary, dict[str, dict[str, float]]]] = {}  # a glossary is too long to hash for every word


def _meanings(glossary: Glossary) -> dict[str, dict[str, float]]:
    """The pairs of Chinese characters in the names with an English word, and in what share of them each stands."""
    if id(glossary) not in _LEARNED:
        _LEARNED[id(glossary)] = (glossary, _learned(glossary))
    return _LEARNED[id(glossary)][1]


def _learned(glossary: Glossary) -> dict[str, dict[str, float]]:
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    names: Counter[str] = Counter()
    for concept in glossary.concepts:
        for stem in {_stem(word) for phrase in concept.english for word in _WORD.findall(phrase)}:
            names[stem] += 1
            counted[stem].update(pairs(concept.official[0]))
    return {stem: {pair: count / names[stem] for pair, count in found.items()} for stem, found in counted.items()}
