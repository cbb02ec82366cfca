"""Streamed replies are read strictly, however their bytes come in."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.event_stream import ErrorInReply, EventStream, UnreadableReply


def chunk(content: str | None, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode()


GOOD = [
    chunk("新增"),
    chunk("12个\r\n甲"),
    b": still here",
    chunk(None, "stop"),
    b'data: {"choices": []}',
    b"data: [DONE]",
]


def read(received: list[bytes]) -> tuple[list[Any], EventStream]:
    """The events that are passed on."""
    events = EventStream()
    passed = b"".join([*map(events.feed, received), events.close()])
    lines = [line for line in passed.split(b"\n\n") if line]
    return [json.loads(line.removeprefix(b"data: ")) for line in lines], events


@given(
    st.sampled_from([b"\n", b"\r\n", b"\r"]), st.booleans(), st.lists(st.integers(0, 400), max_size=9), st.booleans()
)
def test_any_line_end_mark_and_cut_gives_the_same_events(
    line_end: bytes, has_mark: bool, at: list[int], is_ended: bool
) -> None:
    sent = (b"\xef\xbb\xbf" if has_mark else b"") + (line_end * 2).join(GOOD) + (line_end * 2 if is_ended else b"")
    ends = sorted({0, len(sent), *(place for place in at if place < len(sent))})
    found, events = read([sent[start:end] for start, end in pairwise(ends)])
    assert found == read([b"\n\n".join(GOOD) + b"\n\n"])[0]
    assert len(found) == 4
    assert events.is_whole and events.is_done and events.finish == "stop"


def test_data_over_several_lines_is_one_event() -> None:
    found, _ = read([b'data: {"choices":\ndata:  []}\n\n'])
    assert found == [{"choices": []}]


@pytest.mark.parametrize(
    "sent",
    [
        b'data: {"choices": [{"index": 0, "delta": {"con\n\n',
        b"data: 12\n\n",
        b'data: {"object": "chunk"}\n\n',
        b'data: {"choices": null}\n\n',
        b'data: {"choices": ["text"]}\n\n',
        b'data: {"choices": [{"delta": {"content": 12}}]}\n\n',
        b'data: {"choices": [{"delta": null}]}\n\n',
        b'{"choices": []}\n\n',
        b"dat: {}\n\n",
        b"data: \xe6\x96\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        b"x" * 1_000_001,
    ],
    ids=lambda sent: repr(sent[:40]),
)
def test_nothing_is_passed_over_in_silence(sent: bytes) -> None:
    with pytest.raises(UnreadableReply):
        read([chunk("新增") + b"\n\n", sent])


@pytest.mark.parametrize(
    "sent", [b'data: {"error": {"message": "no", "code": 429}}\n\n', b'event: error\ndata: {"message": "no"}\n\n']
)
def test_an_error_in_place_of_a_piece(sent: bytes) -> None:
    with pytest.raises(ErrorInReply) as raised:
        read([sent])
    assert raised.value.error["message"] == "no"  # type: ignore[index]


def test_a_connection_that_ends_is_no_end_of_a_reply() -> None:
    _, events = read([chunk("新增") + b"\n\n"])
    assert not events.is_whole


def test_what_follows_the_closing_event_is_nothing() -> None:
    found, events = read([b"data: [DONE]\n\n" + chunk("新增") + b"\n\n"])
    assert found == []
    assert events.is_done
