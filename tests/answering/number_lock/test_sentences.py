"""A stream of pieces becomes sentences, the same ones however it is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.number_lock import SentenceSplitter

CASES = {
    "stops": ("甲一。乙二！丙三？", ["甲一。", "乙二！", "丙三？"]),
    "markers belong to the stop before": ("甲。[1] 乙。[2][3]丙", ["甲。[1]", " 乙。[2][3]", "丙"]),
    "closing signs too": ("“甲。”乙（丙。）**丁。**戊", ["“甲。”乙（丙。）", "**丁。**", "戊"]),
    "an open quotation ends nothing": ("原文“甲。乙。丙”[1]。丁", ["原文“甲。乙。丙”[1]。", "丁"]),
    "a quotation that never closes": ("原文“甲。乙\n丙", ["原文“甲。", "乙\n", "丙"]),
    "lines": ("- 甲；乙\n- 丙\n\n丁", ["- 甲；乙\n", "- 丙\n", "\n丁"]),
    "a table's rows": ("| 甲 | 乙 |\n|---|---|\n| 1 | [1] |", ["| 甲 | 乙 |\n", "|---|---|\n", "| 1 | [1] |"]),
    "decimal points": ("增长6.5%。达到1.2万", ["增长6.5%。", "达到1.2万"]),
    "list numbers": ("1. 甲\n2. 乙", ["1. 甲\n", "2. 乙"]),
    "English": ("It is 7% [1]. Then it ends.", ["It is 7% [1].", " Then it ends."]),
    "abbreviations": ("See No. 7 for more. End", ["See No. 7 for more.", " End"]),
    "several stops": ("真的吗？！是的……甲。", ["真的吗？！", "是的……甲。"]),
    "other brackets are no markers": ("甲。【1】乙。", ["甲。", "【1】乙。"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("text", "sentences"), CASES.values(), ids=CASES)
def test_sentences(text: str, sentences: list[str]) -> None:
    splitter = SentenceSplitter()
    assert [*splitter.feed(text), *splitter.close()] == sentences


@pytest.mark.parametrize(("text", "sentences"), CASES.values(), ids=CASES)
def test_one_character_after_the_other(text: str, sentences: list[str]) -> None:
    splitter = SentenceSplitter()
    found = [sentence for character in text for sentence in splitter.feed(character)]
    assert [*found, *splitter.close()] == sentences


SIGNS = st.text(alphabet="甲乙。！？.!12[]1 \n“”「」《》（）*|-\"'a", max_size=60)


@given(text=SIGNS, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_any_cut_gives_the_same(text: str, cuts: list[int]) -> None:
    whole = SentenceSplitter()
    expected = [*whole.feed(text), *whole.close()]
    assert "".join(expected) == text
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:end] for start, end in pairwise(places)]
    splitter = SentenceSplitter()
    found = [sentence for piece in pieces for sentence in splitter.feed(piece)]
    assert [*found, *splitter.close()] == expected


def test_a_sentence_comes_as_soon_as_it_is_known_to_be_complete() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("甲。[1") == []
    assert splitter.feed("]") == []
    assert splitter.feed("乙") == ["甲。[1]"]
