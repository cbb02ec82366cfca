"""Whatever a server sends, in whatever pieces: the text without its thinking, or its beginning and a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.errors import ModelFault
from assistant.models.chat import ChatModel, ChatServer, Endpoint, Message
from assistant.models.reply_text import UnopenedThinking, without_thinking
from assistant.testing.model_server import ModelServer
from assistant.testing.replies import Reply
from tests.models.test_reply_text import SCRAPS

Answer = Callable[[Reply], tuple[str, ModelFault | None]]

_WHOLE = ("whole", "no_done", "no_finish")
_QUIRKS = ["role_only", "empty_choices", "bom", "crlf", "comments", "gzip", "no_usage"]
REPLIES = st.builds(
    Reply,
    pieces=st.lists(st.one_of(st.text(min_size=1, max_size=5), SCRAPS), min_size=1, max_size=12).map(tuple),
    reasoning=st.sampled_from(["", "再想想"]),
    finish=st.sampled_from(["stop", "stop", "length", "content_filter"]),
    ending=st.sampled_from(
        [*_WHOLE, "whole", "ends_early", "dropped", "malformed_json", "malformed_line", "error_event"]
    ),
    quirks=st.frozensets(st.sampled_from(_QUIRKS)),
)


@pytest.fixture(scope="module")
def answer() -> Iterator[Answer]:
    to_come: list[Reply] = []
    with ModelServer(lambda _: to_come.pop()) as server:

        def ask(reply: Reply) -> tuple[str, ModelFault | None]:
            # A new model each time: what one has learned of its server would change the next reply.
            endpoint = Endpoint("LLM", "模型服务", server.base_url, "scripted")
            model, text = ChatModel(ChatServer(endpoint, retries=0)), ""
            to_come.append(reply)
            try:
                for piece in model.stream([Message("user", "多少")], seconds=60):
                    text += piece
            except ModelFault as fault:
                return text, fault
            finally:
                model.close()
            return text, None

        yield ask


@hypothesis_settings(max_examples=60)
@given(REPLIES)
def test_the_text_or_its_beginning_and_a_fault(answer: Answer, reply: Reply) -> None:
    text, fault = answer(reply)
    try:
        expected = without_thinking(reply.whole)
    except UnopenedThinking:
        assert fault is not None
        return
    is_whole = reply.ending in _WHOLE
    is_served = is_whole and (reply.finish == "stop" or reply.ending == "no_finish") and bool(expected.strip())
    assert (fault is None) == is_served
    assert text == expected if is_served else expected.startswith(text)
