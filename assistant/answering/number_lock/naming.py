"""Whether the words beside a stated figure name what a source's figure counts, and nothing else.

Everything near the figure must be accounted for: by the cited clause and its names, by the glossary, or by words that
are said of figures of every kind. Among the figures of the cited clauses none may be named better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.english import fault_of_english
from assistant.answering.number_lock.sources import Source, SourceFigure
from assistant.answering.number_lock.strange import added_word, made_of, strange_word
from assistant.answering.number_lock.turning import fault_of_turn, leads
from assistant.answering.number_lock.words import Words, content, pairs

_LISTED = re.compile(r"[、和及与或]")
_LONG_NAME = 20  # characters of an indicator that is a whole clause
_LONG_ACTION = 4  # characters of an action that is as good as a name: 引进和培育
_OF_ANY = pairs("，".join(word for word in classes.NEUTRAL if len(word) == 2))


def closeness(words: Words, figure: SourceFigure) -> float:
    """How much of a figure's name the words beside it say, 0 to 1."""
    name = pairs(figure.noun)
    return len(words.pairs & name) / len(name) if name else 0.0


def fault_of_name(words: Words, figure: SourceFigure, rivals: Sequence[SourceFigure], source: Source) -> str:
    """What is wrong with the words beside a figure that equals this one of the source, "" for nothing."""
    action = pairs(figure.row.action) if figure.row is not None else frozenset()
    # What is done to it does not name it: 新增 is said of many things.
    covered = words.pairs & (pairs(figure.noun) | (pairs(figure.own) - action))
    name = figure.indicator or figure.noun
    if words.is_english:
        return fault_of_english(words.near, figure, tuple(rivals), source, words.glossary) or fault_of_turn(
            words, figure, source
        )
    if not covered - _OF_ANY and words.says_only_how(figure) and (far := words.with_those_before()):
        return fault_of_name(far, figure, rivals, source)
    weak = pairs(name) <= _OF_ANY and words.pairs & pairs(name)
    done = figure.row.action if figure.row is not None and len(figure.row.action) >= _LONG_ACTION else ""
    by_action = done and done in words.near and words.says_only_how(figure)
    if not (covered - _OF_ANY) and not weak and not by_action:
        return f"旁边没有说明它是“{name or figure.text}”的数"
    listed = words.pairs | pairs(words.segment)
    for rival in rivals:
        if _named_better(words.pairs, figure, rival) or _named_better(listed, figure, rival):
            return f"旁边说的是“{rival.indicator or rival.noun}”，而这个数是“{name}”的"
    if left := _left_out(words, figure):
        return f"只说了“{name}”中的一部分，漏了“{left}”"
    if head := _other_head(words, figure, source):
        return f"旁边说的是“{head}”，而这个数是“{name}”的"
    if added := added_word(words, figure, rivals, source):
        return f"旁边的“{added}”使它成了别的指标，这个数是“{name}”的"
    if strange := strange_word(words, source):
        return f"旁边的“{strange}”在所引条款中没有，这个数是“{name}”的"
    return fault_of_turn(words, figure, source)


def _named_better(near: frozenset[str], figure: SourceFigure, rival: SourceFigure) -> bool:
    """Whether the words name a rival more than the figure, or name both and the rival's own words beside it."""
    ours, theirs = pairs(figure.noun), pairs(rival.noun)
    if not theirs or ours == theirs:
        return False
    mine, its = near & (ours | pairs(figure.own)), near & theirs
    if mine < its:
        return True
    if near & ours == its:
        return bool(its) and len(theirs - near) < len(ours - near)
    if theirs <= near and not ours <= near and not near & (ours - theirs):
        return True
    action = pairs(figure.row.action) if figure.row is not None else frozenset()
    if its and not near & (ours | action):
        return True
    return theirs <= near and not theirs <= (ours | pairs(figure.own)) and not ours <= near


def _left_out(words: Words, figure: SourceFigure) -> str:
    """A thing that a figure counts together with one that is named: 次干道 beside 主干道 of 主干道、次干道354条."""
    items = [item for item in _LISTED.split(figure.noun) if item]
    if len(items) < 2 or "等" in figure.noun or len(figure.noun) > _LONG_NAME or figure.row is None:
        return ""
    items[-1] = items[-1][:-2]  # what all of them are: 道路 of 支路及街巷道路
    its_own = [pairs(item).difference(*(pairs(other) for other in items if other is not item)) for item in items]
    named = [bool(own & pairs(words.wide)) for own in its_own]
    if not any(named):
        return ""
    return next((item for item, own, said in zip(items, its_own, named, strict=True) if own and not said), "")


def _other_head(words: Words, figure: SourceFigure, source: Source) -> str:
    """The last word before a figure where it is one that the clause says of something else: 城镇新增就业 for 城镇调查失业率."""
    heads = list(content(words.known_by_glossary(words.near.partition("，")[0])))
    if not heads:
        return ""
    head, tag = heads[-1]
    own = figure.own + figure.indicator + source.names
    if tag[0] not in "n" or head in own or made_of(head, own) or leads(head, source):
        return ""
    return head if any(head in other.indicator for other in source.figures if other is not figure) else ""
