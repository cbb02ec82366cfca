"""The text of a reply without the model's thinking, piece by piece. Pure."""

from __future__ import annotations

import re

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENING = {f"<{name}>": f"</{name}>" for name in _NAMES} | {"◁think▷": "◁/think▷"}
_TAGS = (*_OPENING, *_OPENING.values())
_ANY_CASE = re.IGNORECASE | re.ASCII  # a long s (ſ) is no s
_ANY_TAG = re.compile("|".join(map(re.escape, _TAGS)), _ANY_CASE)
_LONGEST = max(map(len, _TAGS))


class UnopenedThinking(Exception):
    """An end of thinking came without a beginning: what has been given out before was thinking."""


class ReplyText:
    """Takes thinking between tags out of one reply. However the reply is cut into pieces, the same text comes out.

    Text is held back only while it may be the beginning of a tag. With `begins_thinking` the reply starts inside the
    thinking, as some servers' chat templates have it; where no end of it ever comes, it was none, and `close` gives
    it out.
    """

    def __init__(self, begins_thinking: bool = False) -> None:
        self._held = ""
        self._end = "</think>" if begins_thinking else ""
        self._unsure: list[str] | None = [] if begins_thinking else None
        self._after_thinking = False

    def feed(self, piece: str) -> str:
        """What can be given out now. Raises `UnopenedThinking`."""
        self._held += piece
        given: list[str] = []
        while True:
            if self._end:
                if not self._skip_thinking():
                    break
            else:
                found = _ANY_TAG.search(self._held)
                if found is None:
                    ready = len(self._held) - _possible_tag_at_end(self._held)
                    given.append(self._text(self._held[:ready]))
                    self._held = self._held[ready:]
                    break
                given.append(self._text(self._held[: found.start()]))
                self._held = self._held[found.end() :]
                self._end = _OPENING.get(found.group().lower(), "")
                if not self._end:
                    raise UnopenedThinking
        return "".join(given)

    def close(self) -> str:
        """The rest, when the reply has ended. Thinking that never ended is no text."""
        held, self._held = self._held, ""
        if self._unsure is not None:
            return without_thinking("".join((*self._unsure, held)))
        return "" if self._end else self._text(held)

    def _skip_thinking(self) -> bool:
        """Whether the thinking has ended; what follows is held then."""
        found = re.search(re.escape(self._end), self._held, _ANY_CASE)
        if found is None:
            kept = _common_end(self._held, self._end)
            skipped, self._held = self._held[: len(self._held) - kept], self._held[len(self._held) - kept :]
            if self._unsure is not None:
                self._unsure.append(skipped)
            return False
        self._held = self._held[found.end() :]
        self._end = ""
        self._unsure = None
        self._after_thinking = True
        return True

    def _text(self, text: str) -> str:
        """Text outside thinking; the blank lines that follow the thinking belong to it."""
        if self._after_thinking:
            text = text.lstrip()
            self._after_thinking = not text
        return text


def without_thinking(reply: str) -> str:
    """A whole reply without its thinking. Raises `UnopenedThinking`."""
    text = ReplyText()
    return text.feed(reply) + text.close()


def _possible_tag_at_end(text: str) -> int:
    """How many of the last characters may be the beginning of a tag."""
    begun = max(text.rfind("<", -_LONGEST), text.rfind("◁", -_LONGEST))
    return 0 if begun < 0 else max(_common_end(text, tag) for tag in _TAGS)


def _common_end(text: str, tag: str) -> int:
    """How many of the text's last characters are the first ones of the tag, the whole tag excepted."""
    end = text[-_LONGEST:].lower()
    return next((size for size in range(min(len(end), len(tag) - 1), 0, -1) if tag.startswith(end[-size:])), 0)
