"""The number lock: no number leaves that is not in a cited source.

`answers` looks at a whole answer last, whoever worded it; `sentence_lock` at every sentence that a language model
writes, before a reader sees it; `sentences` cuts a stream of pieces into sentences.
"""

from __future__ import annotations

from assistant.answering.number_lock.answers import (
    UnsupportedNumber,
    check,
    check_digits,
    numbers_of,
    unsupported_numbers,
    words_of_citation,
)
from assistant.answering.number_lock.sentence_lock import SentenceLock, Verdict
from assistant.answering.number_lock.sentences import SentenceSplitter
from assistant.answering.number_lock.sources import Evidence

__all__ = [
    "Evidence", "SentenceLock", "SentenceSplitter", "UnsupportedNumber", "Verdict", "check", "check_digits",
    "numbers_of", "unsupported_numbers", "words_of_citation",
]  # fmt: skip
