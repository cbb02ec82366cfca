"""Several questions in one breath, the later ones of what the first names: 年产量多少？占比呢？; 去年完成多少,今年目标增长多少.

Each is made to stand alone with what those before it supply, as the turns of a conversation are, and is answered by itself;
the answers are put together under one numbering of their citations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.asked_parts import FIVE_YEARS, of_two_times
from assistant.answering.dialogue import standalone
from assistant.answering.draft import Draft, Reply, nameable
from assistant.answering.question import Question, content_words, terms_of
from assistant.answering.question_words import FIGURE_WORDS, NUMBER_ASKED, YEAR

_SENTENCE = re.compile(r"[^?？;；。!！]+")
# A part behind a comma that only another part makes whole: …,离岸人民币债呢.
_GOES_ON = re.compile(r"[,，]\s*(?=[^,，]{1,16}呢(?:[?？]|$))")
_ENDS_OPEN = re.compile(r"呢\s*$")
# The time that the first question says and the later ones leave out.
_TIME = re.compile(r"今年|明年|去年|上一?年|目前|现在")
_COMMA = re.compile(r"[,，]")
_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_MOST = 6  # questions in one breath
_KINDS = ("figure", "unclear", "text", "arithmetic")


def questions_in(text: str, finds: Callable[[str], bool], names: Callable[[str], bool]) -> list[str]:
    """The questions of one turn, each standing alone; none where it asks only one, or where none of them needs the ones
    before it. `finds`, `names`: as for `standalone`."""
    parts = [part.strip() for whole in _SENTENCE.findall(text) for part in _apart(whole) if part.strip()]
    asking = [part for part in parts if _asks(part)]
    if not 1 < len(asking) <= _MOST or asking != parts[-len(asking) :]:
        return []
    if not (any(_leans(part) for part in asking[1:]) or of_two_times(asking)):
        return []
    whole = ["，".join([*parts[: -len(asking)], asking[0]])]
    time = YEAR.search(whole[0]) or _TIME.search(whole[0])
    for part in asking[1:]:
        # A period names nothing by itself: 十四五期间从多少提高到多少.
        period = FIVE_YEARS.search(part)
        alone = standalone(FIVE_YEARS.sub("", part), whole, finds, names)
        alone = f"{period.group()}{alone}" if period else alone
        dated = period or YEAR.search(alone) or _TIME.search(alone)
        whole.append(f"{time.group()}{alone}" if time and not dated else alone)
    return whole if len(set(whole)) == len(whole) else []


def _apart(sentence: str) -> list[str]:
    """Behind a comma stands a question of its own where it asks of what was just named, or of another time."""
    pieces = _COMMA.split(sentence)
    asking = [piece for piece in pieces if NUMBER_ASKED.search(piece)]
    last = asking and asking == pieces[-len(asking) :]
    return pieces if last and of_two_times(asking) else _GOES_ON.split(sentence)


def _asks(part: str) -> bool:
    return (NUMBER_ASKED.search(part) or FIGURE_WORDS.search(part) or _ENDS_OPEN.search(part)) is not None


def _leans(part: str) -> bool:
    """Whether a part is not whole without the one before it."""
    return _ENDS_OPEN.search(part) is not None or not content_words(terms_of(part))


def answer(draft: Draft, asked: Question, each: Callable[[str], tuple[Draft, Reply]]) -> Reply | None:
    """The answers one after the other; None where the first has none, or where two rest on the same figures. `each`:
    answers one question from the same documents."""
    if asked.claims or asked.checks or asked.kind not in _KINDS:
        return None
    whole = questions_in(asked.text, lambda text: bool(draft.find(text).rows), draft.names_a_row)
    if len(whole) < 2:
        return None
    found = [each(question) for question in whole]
    given = [reply for _, reply in found if reply.status in ("answered", "no_figure")]
    rows = [row for reply in given for row in reply.rows]
    if len(given) < 2 or not found[0][1].rows or len({(d, row.start) for d, row in rows}) < len(rows):
        return None
    return _together(draft, whole, found)


def _together(draft: Draft, whole: Sequence[str], found: Sequence[tuple[Draft, Reply]]) -> Reply:
    """The replies as one, in the order of the questions."""
    joined, said = Reply("answered", ""), list[str]()
    for question, (own, reply) in zip(whole, found, strict=True):
        if reply.status not in ("answered", "no_figure"):
            said.append(f"“{nameable(terms_of(question))}”：计划没有写到。")
            continue
        said.append(_renumbered(draft, own, reply.text))
        before = len(joined.rows)
        computed = [
            one.model_copy(update={"operands": tuple(before + operand for operand in one.operands)})
            for one in reply.computed
        ]
        joined = replace(joined, rows=joined.rows + reply.rows, computed=(*joined.computed, *computed))
    return replace(joined, text="\n\n".join(said))


def _renumbered(draft: Draft, own: Draft, text: str) -> str:
    """The text of one answer with the markers of the whole."""
    markers = {one.marker: draft.cite(one.document, one.clause) for one in own.sources.citations}
    return _MARKER.sub(lambda found: markers.get(int(found.group(1)), found.group()), text)
