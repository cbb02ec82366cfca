"""Every misbehaviour of a server, and what becomes of it."""

from __future__ import annotations

import pytest

from assistant.errors import (
    ModelBroken,
    ModelBusy,
    ModelFault,
    ModelRefused,
    ModelTimedOut,
    ModelUnreachable,
    PlanAssistantError,
    PromptTooLong,
    ReplyFiltered,
    ReplyTooLong,
)
from assistant.models.chat import Message
from assistant.testing.model_server import ModelServer
from assistant.testing.replies import MISBEHAVIOURS, Reply
from tests.models.conftest import Ask, Serve

TEXT = "全市新增甲类项目12个。[1]"
QUESTION = [Message("user", "新增多少个？")]

# The fault, a word of its line, and whether text came before it. No fault: the text itself.
BECOMES: dict[str, tuple[type[ModelFault] | None, str, bool]] = {
    "busy": (ModelBusy, "请求过多", False),
    "broken": (ModelBroken, "500", False),
    "overloaded": (ModelBroken, "503", False),
    "unauthorised": (ModelRefused, "LLM_API_KEY", False),
    "unknown_model": (ModelRefused, "LLM_MODEL", False),
    "quota": (ModelRefused, "额度", False),
    "prompt_too_long": (PromptTooLong, "上下文长度", False),
    "content_filter": (ReplyFiltered, "内容审核", False),
    "filtered_reply": (ReplyFiltered, "内容审核", True),
    "filtered_first": (ReplyFiltered, "内容审核", False),
    "cut_at_length": (ReplyTooLong, "LLM_MAX_TOKENS", True),
    "dropped": (ModelBroken, "中断", True),
    "ends_early": (ModelBroken, "中断", True),
    "malformed_json": (ModelBroken, "JSON", True),
    "malformed_line": (ModelBroken, "无法识别", True),
    "error_event": (ModelBroken, "500", True),
    "empty": (ModelBroken, "空", False),
    "wrong_language": (None, "The plan sets a target of 12 projects. [1]", True),
    "thinking": (None, TEXT, True),
    "thinking_unclosed": (ModelBroken, "只有思考过程", False),
    "reasoning": (None, TEXT, True),
    "not_streamed": (ModelBroken, "流式", False),
    "web_page": (ModelRefused, "LLM_BASE_URL", False),
}
ELSEWHERE = {
    "reset",  # below: how much comes before is the network's matter
    "endless",  # below: text until the limit
    "silent",  # test_chat: silence
    "thinking_unopened",  # below: what comes before is thinking
}


def read(reply: object, server: ModelServer) -> tuple[str, PlanAssistantError | None]:
    """The text that came, and the fault that ended it."""
    pieces: list[str] = []
    try:
        for piece in reply:  # type: ignore[attr-defined]
            pieces.append(piece)
    except PlanAssistantError as fault:
        assert str(server.base_url) in str(fault), "the line says where"
        assert len(str(fault).splitlines()) == 1
        return "".join(pieces), fault
    return "".join(pieces), None


def test_every_misbehaviour_is_looked_at() -> None:
    assert set(MISBEHAVIOURS) == set(BECOMES) | ELSEWHERE


@pytest.mark.parametrize("name", BECOMES)
def test_what_becomes_of_it(serve: Serve, ask: Ask, name: str) -> None:
    kind, word, has_text = BECOMES[name]
    server = serve([MISBEHAVIOURS[name]()])
    text, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    if kind is None:
        assert (text, fault) == (word, None)
    else:
        assert type(fault) is kind
        assert word in str(fault)
        assert text == (TEXT if has_text else "")


def test_a_reset_connection(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["reset"]()])
    text, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    assert TEXT.startswith(text)
    assert isinstance(fault, ModelBroken | ModelUnreachable)


def test_an_endless_reply_is_stopped_at_its_length(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["endless"]()])
    text, fault = read(ask(server, max_tokens=50).stream(QUESTION, seconds=60), server)
    assert type(fault) is ReplyTooLong
    assert 0 < len(text) <= 50 * 8
    assert server.asked[0].wait_until_client_leaves()


def test_endless_thinking_is_stopped_too(serve: Serve, ask: Ask) -> None:
    server = serve([Reply("<think>再想想", ending="endless"), Reply(reasoning="再想想" * 1000)])
    for _ in range(2):
        text, fault = read(ask(server, max_tokens=50).stream(QUESTION, seconds=60), server)
        assert (text, type(fault)) == ("", ReplyTooLong)


def test_thinking_that_nothing_marks(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["thinking_unopened"]()])
    text, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    assert type(fault) is ModelBroken
    assert "[1]" not in text


def test_a_stopped_server_is_not_reached(serve: Serve, ask: Ask) -> None:
    server = serve([])
    server.stop()
    text, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    assert (text, type(fault)) == ("", ModelUnreachable)
    assert "没有启动" in str(fault)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (307, None, ModelRefused),
        (400, {"message": "max_model_len is 4096"}, PromptTooLong),
        (400, {"message": "Range of input length should be [1, 30720]"}, PromptTooLong),
        (400, {"message": "the request exceeds the available context size"}, PromptTooLong),
        (400, {"code": "data_inspection_failed", "message": "Input data may contain inappropriate content."}, ReplyFiltered),
        (400, {"message": "temperature must be positive"}, ModelRefused),
        (402, {"message": "Insufficient Balance"}, ModelRefused),
        (403, {"message": "forbidden"}, ModelRefused),
        (404, None, ModelRefused),
        (408, None, ModelTimedOut),
        (413, None, PromptTooLong),
        (422, [{"msg": "field required"}], ModelRefused),
        (500, {"message": "maximum context length is 8192"}, PromptTooLong),
        (500, None, ModelBroken),
        (502, None, ModelBroken),
        (504, None, ModelTimedOut),
    ],
    ids=str,
)  # fmt: skip
def test_statuses(serve: Serve, ask: Ask, status: int, error: dict[str, object], kind: type[ModelFault]) -> None:
    server = serve([Reply(status=status, error=error)])
    _, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    assert type(fault) is kind


def test_a_servers_own_words_are_shown_where_they_help(serve: Serve, ask: Ask) -> None:
    said = "temperature must be positive\n\x1b[31m" + "很长" * 200
    server = serve([Reply(status=400, error={"message": said})])
    _, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    assert "temperature must be positive" in str(fault)
    assert str(fault).isprintable()
    assert len(str(fault)) < 250


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "too many", "code": 429}, ModelBusy),
        ({"message": "maximum context length", "code": 400}, PromptTooLong),
        ({"message": "content_filter", "code": "content_filter"}, ReplyFiltered),
        ("out of memory", ModelBroken),
    ],
    ids=str,
)
def test_errors_in_place_of_a_piece(serve: Serve, ask: Ask, error: dict[str, object], kind: type[ModelFault]) -> None:
    server = serve([Reply("甲", ending="error_event", error=error)])
    text, fault = read(ask(server).stream(QUESTION, seconds=60), server)
    assert (text, type(fault)) == ("甲", kind)
