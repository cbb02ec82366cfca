"""A stream of pieces cut into sentences, exactly as written: put together again they are the text, byte for byte.

A sentence ends at 。！？!?, at a line's end (a bullet or a table's row is one sentence), and at an English full stop that
is no decimal point, list number or abbreviation. Markers, closing quotes, brackets and bold signs behind the stop belong
to it, so a sentence is complete only when another character has come, or the stream has ended. A stop inside a quotation
that is still open on its line ends nothing: what is quoted is looked at as a whole.
"""

from __future__ import annotations

import re

_STOPS = "。！？!?"
_OPENING, _CLOSING = "“「『《", "”」』》"
_BEHIND = re.compile(r"(?:[。！？!?]|[”」』》’）)】]|[ \t]*\[\d{1,4}\]|(?P<pair>\*\*|[\"*_`]))")
# What may still become a marker or go on as one: the stream has to say more.
_MAY_GO_ON = re.compile(r"[ \t]*(?:\[\d{0,4}|\*)?\Z")
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Za-z]|No|no|vs|etc|approx|Fig|fig|Mr|Dr|St|e\.g|i\.e))\Z")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t>*_#-]*[（(]?\d{1,3}\Z")
_LONGEST_QUOTATION = 400  # characters after which a quotation that does not close is taken as never closing


class SentenceSplitter:
    """Cuts one stream. `feed` returns the sentences that are complete, `close` what is left."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """Take a piece; the sentences that it completes, blanks before a sentence belonging to it."""
        self._text += piece
        return self._complete(ended=False)

    def close(self) -> list[str]:
        """The stream has ended: the sentences that are left."""
        found = self._complete(ended=True)
        if self._text:
            found.append(self._text)
            self._text = ""
        return found

    def _complete(self, *, ended: bool) -> list[str]:
        found: list[str] = []
        while end := _end_of_sentence(self._text, ended=ended):
            found.append(self._text[:end])
            self._text = self._text[end:]
        return found


def _end_of_sentence(text: str, *, ended: bool) -> int:
    """Where the first sentence ends, 0 where it is not yet complete."""
    start = len(text) - len(text.lstrip())  # line ends before a sentence belong to it
    depth = opened = 0
    for place in range(start, len(text)):
        character = text[place]
        if character == "\n":
            return place + 1
        if character in _OPENING:
            depth += 1
            opened = place
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in _STOPS or _is_full_stop(text, place, ended=ended):
            if depth:
                quoted = _is_quoted(text, place, opened, ended=ended)
                if quoted is None:
                    return 0
                if quoted:
                    continue
            return _behind_stop(text, start, place + 1, ended=ended)
    return 0


def _behind_stop(text: str, start: int, end: int, *, ended: bool) -> int:
    """Where the signs end that belong to a stop, and the line's end behind them; 0 where the stream has to say more."""
    while behind := _BEHIND.match(text, end):
        pair = behind["pair"]
        # A sign of which none is open begins the next sentence's words.
        if pair and text.count(pair, start, end) % 2 == 0:
            break
        end = behind.end()
    if _MAY_GO_ON.match(text, end):
        return end if ended else 0
    return end + 1 if text[end] == "\n" else end


def _is_quoted(text: str, place: int, opened: int, *, ended: bool) -> bool | None:
    """Whether the quotation that opens before a place closes behind it on its line; None where that is not yet known."""
    line_end = text.find("\n", place)
    limit = opened + _LONGEST_QUOTATION
    rest = text[place : min(limit, line_end if line_end != -1 else len(text))]
    if any(sign in rest for sign in _CLOSING):
        return True
    return False if ended or line_end != -1 or len(text) >= limit else None


def _is_full_stop(text: str, place: int, *, ended: bool) -> bool:
    if text[place] != ".":
        return False
    following = text[place + 1 : place + 2]
    if not following:
        return ended
    if _LIST_NUMBER.search(text, max(0, place - 12), place) or _ABBREVIATION.search(text, max(0, place - 8), place):
        return False
    return following in " \t\n[" or following in _CLOSING
