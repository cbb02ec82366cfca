"""What an English sentence says a figure counts: its words held to the figure's name by what the glossary's English words
stand for in Chinese.

A word that stands in many of the glossary's names has as its meaning the characters that those names share: park is 公园
because the names with park in English have 公园 in Chinese. A word that the glossary has nowhere cannot be judged.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.sources import Source, SourceFigure
from assistant.answering.number_lock.words import pairs
from assistant.search.glossary import Glossary

_WORD = re.compile(r"[A-Za-z][A-Za-z]{2,}")
_STEM = 6  # letters that words of one kin share: invest, investment
_SHARED = 0.25  # of the names with a word that have the same pair of characters


def words_of(text: str) -> list[str]:
    """The English words of a text that may name what is counted."""
    return [word for word in _WORD.findall(text) if word.lower() not in classes.NEUTRAL]


def meaning(word: str, glossary: Glossary) -> frozenset[str]:
    """The pairs of Chinese characters that an English word stands for, none where the glossary has it nowhere."""
    return _meanings(glossary).get(_stem(word), frozenset())


def fault_of_english(
    near: str, figure: SourceFigure, rivals: tuple[SourceFigure, ...], source: Source, glossary: Glossary
) -> str:
    """What is wrong with English words beside a figure, "" for nothing; `near` may hold Chinese names already."""
    name = figure.indicator or figure.noun
    own = pairs(figure.noun) | pairs(figure.own)
    said = own | pairs(source.names)
    chinese = pairs(re.sub(r"[A-Za-z]+", "，", near))
    stands_for = {word: meaning(word, glossary) for word in words_of(near)}
    for word, meant in stands_for.items():
        if not meant & said and word.lower() not in source.all_words.lower():
            return f"旁边的“{word}”不能确认说的是“{name}”"
    named = chinese.union(*stands_for.values())
    if not named & own:
        return f"旁边没有说明它是“{name}”的数"
    for rival in rivals:
        theirs, ours = pairs(rival.noun), pairs(figure.noun)
        if len(named & theirs - ours) > len(named & ours - theirs):
            return f"旁边说的是“{rival.indicator or rival.noun}”，而这个数是“{name}”的"
    return ""


def _stem(word: str) -> str:
    word = word.lower()
    word = f"{word[:-3]}y" if word.endswith("ies") else word[:-1] if word.endswith("s") and word[-2] != "s" else word
    return word[:_STEM]


@lru_cache(maxsize=4)
def _meanings(glossary: Glossary) -> dict[str, frozenset[str]]:
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    names: Counter[str] = Counter()
    for concept in glossary.concepts:
        chinese = pairs("，".join(concept.terms))
        for stem in {_stem(word) for phrase in concept.english for word in _WORD.findall(phrase)}:
            names[stem] += 1
            counted[stem].update(chinese)
    return {
        stem: frozenset(pair for pair, count in found.items() if count >= max(1, _SHARED * names[stem]))
        for stem, found in counted.items()
    }
