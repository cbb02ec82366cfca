"""Follow-ups over several documents: the place and the year go on with the subject.

The words of a turn are made to stand alone by `dialogue`, without places and years; these are put before them again: the
turn's own, else those of the turn before, else those of the document that answered it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering import dialogue, meant
from assistant.answering import question_words as words
from assistant.plan.identity import Identity

# Nothing but a place or a year is said: 那2022年的呢, 成都呢.
_NOTHING_ELSE = re.compile(
    r"^(?:那么|那|还有|再看看?|再|换成|改成|请问|隔壁|邻近|同样的?|年度?|也|又|的|是|呢|怎么样|多少|情况|吗|哪|[\s,，。?？!！])*$"
)


@dataclass(frozen=True)
class Carried:
    """A turn standing alone; `is_whole`: it would stand alone as it is."""

    alone: str
    is_whole: bool


def _of_several(turn: str, before: Sequence[str], held: Mapping[str, Identity]) -> str:
    """差多少 after one thing was asked of two places: both, and the thing; "" where the turns before were of one."""
    count = 3 if re.search(r"三", turn) else 2
    read = [meant.read(one, held) for one in before[-count:]]
    said = [f"{one.typed_places}{one.typed_years}" for one in read]
    if len(set(said)) < 2 or not all(said):
        return ""
    subject = _QUESTION_WORDS.sub("", read[0].bare)
    return f"{'和'.join(dict.fromkeys(said))}{subject}，{_POINTING.sub('', turn)}"


_QUESTION_WORDS = re.compile(
    r"(?:分别|各)?(?:是|有|为|要|定|增长|新增)?(?:多少|几|什么)[\u4e00-\u9fff]{0,3}[?？。]*$|[?？。]+$"
)
_POINTING = re.compile(r"^(?:那么?|请问)?[,，]?(?:它们|他们|这?[两二三]个?(?:地方|市|区|者|年)?|前后)?(?:之间)?")


def standalone(
    turn: str,
    before: Sequence[str],
    held: Mapping[str, Identity],
    finds: Callable[[str], bool],
    about: Callable[[], Identity | None],
) -> Carried:
    """A turn as it would be asked on its own. `before`: the turns before it, standing alone; `about`: the document that the
    last of them was answered from."""
    now = meant.read(turn, held)
    if not before or words.SMALLTALK.match(turn):
        return Carried(turn, True)
    last = meant.read(before[-1], held)
    only_where = bool(now.marks) and _NOTHING_ELSE.match(now.bare) is not None
    if only_where:
        bare = last.bare
    else:
        bare = dialogue.standalone(now.bare, [meant.read(one, held).bare for one in before], finds)
    if not now.marks and dialogue.reckons(turn) and (several := _of_several(turn, before, held)):
        return Carried(several, False)
    is_whole = not only_where and bare == now.bare
    if is_whole and now.typed_places:
        return Carried(turn, True)
    document = about() if not now.typed_places and not last.typed_places else None
    places = now.typed_places or last.typed_places or (document.place if document and document.place else "")
    years = now.typed_years or last.typed_years or (f"{document.span}年" if document and document.year else "")
    if not places and not years:
        return Carried(bare if not is_whole else turn, is_whole)
    return Carried(f"{places}{years}{bare}", is_whole)
