"""Which figures of a plan does a question name, one after the other? For questions about several of them at once.

A figure is named by words of its indicator, wherever they stand in the question and whatever stands between, or by its own
amount (重大项目那300亿). Of figures that share their words, the one is meant that most of its name, or the unit asked for,
speaks for; words that say nothing of which one is meant name none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import rjieba

from assistant.answering.grams import pairs
from assistant.answering.ledger_index import LedgerIndex, RowMatch, unit_fits
from assistant.answering.matching import is_threshold
from assistant.answering.question import Question, content_words, read_question, terms_of
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import PERCENT, SCALES, base_unit

# The least share of an indicator's weight that must be said; of a name that the unit asked for fits; and where a word is said
# that few clauses hold. How far one figure must be ahead of another that the same words name. Chosen on tuning questions.
_NAMED, _NAMED_OF_UNIT, _NAMED_OF_OTHER_UNIT, _NAMED_RARELY, _AHEAD = 0.4, 0.1, 0.4, 0.08, 1.05
_UNIT_FITS, _UNIT_DIFFERS = 2.0, 0.5
_IN_FULL = 0.9
_MOST_PIECES = 8  # of a question that are looked up by their meaning
_RARE = 2  # clauses
_ADJOINS = 2  # characters: a word beside one that names a figure belongs to that name
_SMALL = 10  # a number up to this is too common to name a figure by itself
_PIECE = re.compile(r"[^,，。;；?？!！、:：()（）\s]+")
_JOINS = re.compile(
    r"和|与|跟|以及|还有|加上?|减去?|除以|占|比(?=[^例重])|高出|多出|超出|高于|低于|多于|少于|大于|小于|÷|\+|-|/|=|plus|and",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """A row named at a place of the question, by `weight` of words."""

    place: int
    match: RowMatch
    weight: float


def mentioned(
    index: LedgerIndex, questions: Sequence[Question], meant: Callable[[str], RowMatch | None] | None
) -> list[RowMatch]:
    """The rows that a question names in one of its wordings, in the question's order. `meant`, where given, tells the row
    that a piece of the question means which names none in words."""
    found: dict[int, Mention] = {}
    for one in (one for question in questions for one in _by_amount(index, question)):
        found.setdefault(one.match.row.start, one)
    for one in _best_by_piece([_by_name(index, question) for question in questions]):
        found.setdefault(one.match.row.start, one)
    asked = questions[0]
    for place, piece in list(_pieces(asked.text))[:_MOST_PIECES] if meant else ():
        told = any(place <= one.place < place + len(piece) for one in found.values())
        match = None if told or not meant or not content_words(terms_of(piece)) else meant(piece)
        if match is not None:
            found.setdefault(match.row.start, Mention(place, match, 0.0))
    return [one.match for one in sorted(found.values(), key=lambda one: one.place)]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for whole in _PIECE.finditer(text):
        at = whole.start()
        for piece in _JOINS.split(whole.group()):
            if piece:
                at = text.index(piece, at)
                yield at, piece


def _by_amount(index: LedgerIndex, question: Question) -> Iterator[Mention]:
    """Rows whose own figure the question says beside a word of theirs."""
    said = pairs(question.text)
    for claim in question.claims:
        unit = f"{claim.unit}元" if claim.unit in SCALES else claim.unit
        same = [
            row
            for row in index.rows
            if (row.value, row.upper, base_unit(row.unit)) == (claim.value, claim.upper, base_unit(unit))
        ]
        near = [row for row in same if said & pairs(row.indicator)]
        piece = next((piece for at, piece in _pieces(question.text) if at <= claim.start < at + len(piece)), "")
        alone = not content_words(terms_of(piece))  # 2000个厕所 is not the 2000个 of another thing
        if len(near) == 1 or (alone and len(same) == 1 and not near and claim.value > _SMALL and claim.unit):
            yield Mention(claim.start, index.unmatched((near or same)[0], question), 0.0)


def _by_name(index: LedgerIndex, question: Question) -> list[list[Mention]]:
    """What each piece of the question names."""
    return [list(_in_piece(index, question, piece, place)) for place, piece in _pieces(question.text)]


def _best_by_piece(wordings: Sequence[list[list[Mention]]]) -> Iterator[Mention]:
    """Each piece in the wording that names most by it; all of them where the wordings do not go piece by piece."""
    if len({len(pieces) for pieces in wordings}) > 1:
        yield from (one for pieces in wordings for piece in pieces for one in piece)
        return
    for same in zip(*wordings, strict=True):
        best = max(same, key=lambda piece: sum(one.weight for one in piece))
        # Places are those of the question as typed.
        start = min((one.place for one in same[0]), default=None)
        for one in best:
            yield one if start is None or best is same[0] else replace(one, place=start)


def _in_piece(index: LedgerIndex, question: Question, piece: str, at: int) -> Iterator[Mention]:
    words = [(place, pairs(word), bool(content_words(terms_of(word)))) for place, word in _words(piece)]
    asked = read_question(piece)
    asked = asked if asked.unit else question  # 科技的、亿元的,一共几栋
    named: list[tuple[float, frozenset[int], LedgerRow]] = []
    for row in index.rows:
        name = pairs(row.indicator)
        places = frozenset(place for place, word, _ in words if word <= name)
        naming = [word for place, word, names in words if names and place in places]
        if is_threshold(row) or not naming:
            continue
        said = index.weights.sum({pair for place, word, _ in words if place in places for pair in word})
        share = said / (index.weights.sum(name) or 1.0)
        fits = (
            True
            if asked.unit in PERCENT and row.unit in PERCENT
            else None
            if asked.unit == "倍"
            else unit_fits(asked, row)
        )
        rare = any(index.weights.holders(pair) <= _RARE for word in naming for pair in word)
        least = _NAMED_OF_UNIT if fits else _NAMED_OF_OTHER_UNIT if fits is False else _NAMED_RARELY if rare else _NAMED
        if share >= least:
            weight = said * (1 + share) * (_UNIT_FITS if fits else _UNIT_DIFFERS if fits is False else 1.0)
            in_full = share >= _IN_FULL
            sure = frozenset(place for place, _, names in words if names and place in places)
            named.append((weight if row.value is not None or in_full else weight * _UNIT_DIFFERS, sure, row))
    taken: set[int] = set()
    for weight, places, row in sorted(named, key=lambda one: -one[0]):
        rivals = [one for one in named if one[2] is not row and one[1] & places and not one[1] <= taken]
        beside = {place for one in taken for place in range(one - _ADJOINS, one + _ADJOINS + 1)}
        if places <= beside or any(other >= weight / _AHEAD and other <= weight for other, _, _ in rivals):
            continue
        taken |= places
        yield Mention(at + min(places), index.unmatched(row, question), weight)


def _words(text: str) -> list[tuple[int, str]]:
    """(place, word) of the words of two or more characters; one that stands alone goes with the one before it."""
    found: list[tuple[int, str]] = []
    at = 0
    before = ""
    for word in rjieba.cut(text):
        at = text.index(word, at)
        if len(word) > 1:
            found.append((at, word))
        elif before and "\u4e00" <= word <= "\u9fff":
            found.append((at - 1, before[-1] + word))
        at += len(word)
        before = word
    return found
