"""Thinking is taken out of a reply, however the reply is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.reply_text import ReplyText, UnopenedThinking, without_thinking

# What may stand in a reply: words, what tags are made of, and whole tags.
_WORDS = ["新增", "12个", "[1]", "\n", " ", "<", ">", "/", "<t", "<th", "</", "<think", "think>", "◁", "ſ", "K", "a<b"]
_TAGS = [
    "<think>",
    "</think>",
    "<THINK>",
    "</Think>",
    "<thinking>",
    "</thinking>",
    "<reasoning>",
    "◁think▷",
    "◁/think▷",
]
SCRAPS = st.sampled_from([*_WORDS, *_TAGS])
REPLIES = st.lists(SCRAPS, max_size=12).map("".join)
CUTS = st.lists(st.integers(min_value=0, max_value=80), max_size=8)


def cut(reply: str, at: list[int]) -> list[str]:
    ends = sorted({0, len(reply), *(place for place in at if place < len(reply))})
    return [reply[start:end] for start, end in pairwise(ends)]


def read(pieces: list[str], begins_thinking: bool = False) -> str | None:
    """The text; None where thinking was not marked as such."""
    text = ReplyText(begins_thinking)
    try:
        return "".join([*map(text.feed, pieces), text.close()])
    except UnopenedThinking:
        return None


@given(REPLIES, CUTS, st.booleans())
def test_any_cut_gives_the_same_text(reply: str, at: list[int], begins_thinking: bool) -> None:
    assert read(cut(reply, at), begins_thinking) == read([reply], begins_thinking)


@given(st.text(), CUTS)
def test_text_without_tags_stays_as_it_is(reply: str, at: list[int]) -> None:
    if "think" not in reply.lower():
        assert read(cut(reply, at)) == reply


@given(REPLIES)
def test_nothing_is_held_back_longer_than_a_tag_needs(reply: str) -> None:
    text, given_out = ReplyText(), ""
    try:
        for sign in reply:
            given_out += text.feed(sign)
    except UnopenedThinking:
        return
    assert len(text.close()) < len("</reasoning>")
    if "<" not in reply and "◁" not in reply:
        assert given_out == reply


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("<think>12还是21？</think>\n\n新增12个。[1]", "新增12个。[1]"),
        ("<THINK>12还是21？</Think>新增12个。", "新增12个。"),
        ("\n<thinking>想</thinking>新增", "\n新增"),
        ("◁think▷想◁/think▷新增", "新增"),
        ("先说。<think>再想</think> 后说。", "先说。后说。"),
        ("<think>甲</think><think>乙</think>\n丙", "丙"),
        ("<think>没有说完", ""),
        ("<think>写 <think> 的标签</think>新增", "新增"),
        ("增长<10%的<t", "增长<10%的<t"),
        ("<thin", "<thin"),
        ("<think>想</thi", ""),
        ("", ""),
    ],
)
def test_what_is_thinking(reply: str, text: str) -> None:
    assert without_thinking(reply) == text


@pytest.mark.parametrize("reply", ["先想想</think>新增12个", "<think>甲</think>乙</think>丙"])
def test_an_end_without_a_beginning_is_no_text(reply: str) -> None:
    with pytest.raises(UnopenedThinking):
        without_thinking(reply)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("先想想</think>\n新增12个", "新增12个"),
        ("<think>先想想</think>\n新增12个", "新增12个"),
        ("原来没有想，新增12个</th", "原来没有想，新增12个</th"),
        ("<think>想到一半", ""),
    ],
)
def test_replies_that_begin_inside_their_thinking(reply: str, text: str) -> None:
    assert read(list(reply), begins_thinking=True) == text
