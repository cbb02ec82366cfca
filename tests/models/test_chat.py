"""One model over real sockets: pieces as they come, retries, cancelling, deadlines, the pause after faults."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

import pytest

from assistant.errors import Cancelled, ModelBroken, ModelBusy, ModelFault, ModelTimedOut, ModelUnreachable
from assistant.models.chat import ChatModel, Message, Usage
from assistant.testing.gate import Gate
from assistant.testing.model_server import ModelServer
from assistant.testing.replies import MISBEHAVIOURS, Reply, busy
from tests.models.conftest import Ask, Serve

TEXT = "全市新增甲类项目12个。[1]"
QUESTION = [Message("system", "只用依据回答。"), Message("user", "新增多少个？")]
PLENTY = 60.0


def pieces_and_usage(reply: Generator[str, None, Usage | None]) -> tuple[list[str], Usage | None]:
    pieces = []
    while True:
        try:
            pieces.append(next(reply))
        except StopIteration as end:
            return pieces, end.value


# --- What is sent and what comes back -------------------------------------------------------------------------------


def test_pieces_come_as_the_server_sends_them(serve: Serve, ask: Ask) -> None:
    model = ask(serve([Reply(pieces=("全市新增", "12", "个。", "[1]"))]))
    pieces, usage = pieces_and_usage(model.stream(QUESTION, seconds=PLENTY))
    assert pieces == ["全市新增", "12", "个。", "[1]"]
    assert usage is not None
    assert usage.completion_tokens == len("全市新增12个。[1]")


def test_a_piece_does_not_wait_for_the_next(serve: Serve, ask: Ask) -> None:
    gate = Gate()
    reply = ask(serve([Reply(pieces=("甲", "乙"), gate=gate)])).stream(QUESTION, seconds=PLENTY)
    gate.release(2)  # the head and one piece
    assert next(reply) == "甲"
    gate.open()
    assert list(reply) == ["乙"]


def test_what_the_server_is_sent(serve: Serve, ask: Ask) -> None:
    server = serve([TEXT])
    model = ask(server, api_key="sk-1", headers=(("X-Tenant", "office"),), max_tokens=77)
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT
    (request,) = server.asked
    assert request.key == "sk-1"
    assert request.headers["x-tenant"] == "office"
    assert request.body["model"] == model.name == "scripted"
    assert request.body["max_tokens"] == 77
    assert request.body["temperature"] == 0
    assert request.body["messages"] == [
        {"role": "system", "content": "只用依据回答。"},
        {"role": "user", "content": "新增多少个？"},
    ]


def test_a_question_may_have_its_own_length(serve: Serve, ask: Ask) -> None:
    server = serve([TEXT])
    ask(server).complete(QUESTION, seconds=PLENTY, max_tokens=5)
    assert server.asked[0].body["max_tokens"] == 5


def test_a_server_that_cannot_count_is_asked_without(serve: Serve, ask: Ask) -> None:
    refusal = Reply(status=400, error={"message": "Unrecognized request argument supplied: stream_options"})
    server = serve(lambda request: refusal if "stream_options" in request.body else TEXT)
    model = ask(server)
    for _ in range(2):
        assert pieces_and_usage(model.stream(QUESTION, seconds=PLENTY))[1] is None
    assert ["stream_options" in request.body for request in server.asked] == [True, False, False]


def test_nothing_heavy_is_imported_before_the_first_question() -> None:
    look = """
import sys
from assistant.models.chat import ChatModel, ChatServer, Endpoint
from assistant.models.probe import probe
ChatModel(ChatServer(Endpoint("LLM", "模型服务", "http://127.0.0.1:1/v1", "scripted"))).close()
print([name for name in ("llama_index", "openai", "httpx") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_threads_share_a_model(serve: Serve, ask: Ask) -> None:
    model = ask(serve(lambda request: f"答：{request.question}"))

    def one(number: int) -> str:
        return model.complete([Message("user", f"第{number}问")], seconds=PLENTY)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(40))) == [f"答：第{number}问" for number in range(40)]


@pytest.mark.parametrize(
    "quirks",
    ["bom", "crlf", "bom crlf", "gzip", "gzip bom crlf", "role_only", "empty_choices", "comments", "no_usage"],
)
def test_oddities_that_change_nothing(serve: Serve, ask: Ask, quirks: str) -> None:
    model = ask(serve([Reply(TEXT, quirks=frozenset(quirks.split()))]))  # type: ignore[arg-type]
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


@pytest.mark.parametrize("ending", ["no_done", "no_finish"])
def test_either_end_is_an_end(serve: Serve, ask: Ask, ending: str) -> None:
    model = ask(serve([Reply(TEXT, ending=ending)]))  # type: ignore[arg-type]
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


def test_pieces_sent_twice_are_not_guessed_away(serve: Serve, ask: Ask) -> None:
    """300 comes as "3", "0", "0": whoever drops what comes twice makes it 30. The number lock sees such text."""
    model = ask(serve([Reply(pieces=("3", "0"), quirks=frozenset({"duplicates"}))]))
    assert model.complete(QUESTION, seconds=PLENTY) == "3300"


# --- Thinking -------------------------------------------------------------------------------------------------------

THOUGHT = f"<think>有12个还是21个？</think>\n\n{TEXT}"


@pytest.mark.parametrize("cuts", [(), (1,), (3,), (7, 9), (16, 19, 22), range(len(THOUGHT))], ids=str)
def test_thinking_is_taken_out_wherever_it_is_cut(serve: Serve, ask: Ask, cuts: tuple[int, ...]) -> None:
    ends = sorted({0, *cuts, len(THOUGHT)})
    model = ask(serve([Reply(pieces=tuple(THOUGHT[start:end] for start, end in pairwise(ends)))]))
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


def test_thinking_in_a_field_of_its_own_is_no_text(serve: Serve, ask: Ask) -> None:
    model = ask(serve([Reply(TEXT, reasoning="有12个还是21个？")]))
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


def test_a_server_that_begins_inside_the_thinking_is_remembered(serve: Serve, ask: Ask) -> None:
    model = ask(serve([Reply(f"12还是21？</think>\n\n{TEXT}")] * 2))
    with pytest.raises(ModelBroken, match="思考过程"):
        model.complete(QUESTION, seconds=PLENTY)
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


# --- Retries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["broken", "overloaded", "busy", "empty", "not_streamed", "thinking_unclosed"])
def test_what_fails_before_the_first_piece_is_asked_again(serve: Serve, ask: Ask, name: str) -> None:
    server = serve([MISBEHAVIOURS[name](), MISBEHAVIOURS[name](), TEXT])
    assert ask(server, retries=2).complete(QUESTION, seconds=PLENTY) == TEXT
    assert len(server.asked) == 3


def test_a_connection_dropped_before_the_first_piece_is_made_again(serve: Serve, ask: Ask) -> None:
    server = serve([Reply(ending="dropped"), TEXT])
    assert ask(server, retries=1).complete(QUESTION, seconds=PLENTY) == TEXT


@pytest.mark.parametrize("name", ["dropped", "ends_early", "malformed_json", "malformed_line", "error_event"])
def test_after_a_piece_nothing_is_asked_again(serve: Serve, ask: Ask, name: str) -> None:
    server = serve([MISBEHAVIOURS[name](), TEXT])
    given_out: list[str] = []
    with pytest.raises(ModelBroken):
        given_out.extend(ask(server, retries=2).stream(QUESTION, seconds=PLENTY))
        pytest.fail("unreachable: extend raises half way")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "name",
    ["unauthorised", "unknown_model", "quota", "prompt_too_long", "content_filter", "filtered_first", "web_page"],
)
def test_what_would_fail_again_is_not_asked_again(serve: Serve, ask: Ask, name: str) -> None:
    server = serve([MISBEHAVIOURS[name](), TEXT])
    with pytest.raises(ModelFault):
        ask(server, retries=2).complete(QUESTION, seconds=PLENTY)
    assert len(server.asked) == 1


def test_retries_come_to_an_end(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["broken"]()] * 9)
    with pytest.raises(ModelBroken, match="500"):
        ask(server, retries=2).complete(QUESTION, seconds=PLENTY)
    assert len(server.asked) == 3


def test_retry_after_is_waited_for(serve: Serve, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def note(_: threading.Event, seconds: float | None = None) -> bool:
        waits.append(seconds or 0)
        return False

    server = serve([busy("7"), TEXT])
    model = ask(server, retries=1)
    cancelled = threading.Event()
    monkeypatch.setattr(cancelled, "wait", note.__get__(cancelled))
    assert model.complete(QUESTION, seconds=PLENTY, cancelled=cancelled) == TEXT
    assert waits == [7.0]


@pytest.mark.parametrize("retry_after", ["3600", format_datetime(datetime(2999, 1, 1, tzinfo=UTC), usegmt=True)])
def test_a_wait_longer_than_the_time_left_is_not_begun(serve: Serve, ask: Ask, retry_after: str) -> None:
    server = serve([busy(retry_after), TEXT])
    with pytest.raises(ModelBusy) as raised:
        ask(server, retries=2).complete(QUESTION, seconds=PLENTY)
    assert raised.value.retry_after >= 3600
    assert len(server.asked) == 1


@pytest.mark.parametrize("retry_after", ["", "soon", "-5", "Mon, 01 Jan 2001 00:00:00 GMT", "9" * 400, "nan"])
def test_a_retry_after_that_says_nothing_is_passed_over(serve: Serve, ask: Ask, retry_after: str) -> None:
    server = serve([busy(retry_after), TEXT])
    assert ask(server, retries=1).complete(QUESTION, seconds=PLENTY) == TEXT


# --- Cancelling, deadlines, silence ---------------------------------------------------------------------------------


def test_cancelling_before_the_first_byte_closes_the_connection(serve: Serve, ask: Ask) -> None:
    server, cancelled = serve([Reply(TEXT, gate=Gate())]), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(ask(server).complete, QUESTION, seconds=PLENTY, cancelled=cancelled)
        assert server.wait_for_requests()
        cancelled.set()
        with pytest.raises(Cancelled):
            reply.result()
    assert server.asked[0].wait_until_client_leaves()


def test_cancelling_between_pieces_closes_the_connection(serve: Serve, ask: Ask) -> None:
    gate, cancelled = Gate(), threading.Event()
    server = serve([Reply(pieces=("甲", "乙"), gate=gate)])
    reply = ask(server).stream(QUESTION, seconds=PLENTY, cancelled=cancelled)
    gate.release(2)
    assert next(reply) == "甲"
    cancelled.set()
    with pytest.raises(Cancelled):
        next(reply)
    assert server.asked[0].wait_until_client_leaves()


def test_whoever_stops_reading_closes_the_connection(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["endless"]()])
    reply = ask(server).stream(QUESTION, seconds=PLENTY)
    next(reply)
    reply.close()
    assert server.asked[0].wait_until_client_leaves()


def test_nothing_is_asked_once_cancelled(serve: Serve, ask: Ask) -> None:
    server, cancelled = serve([TEXT]), threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        ask(server).complete(QUESTION, seconds=PLENTY, cancelled=cancelled)
    assert not server.requests


def test_cancelling_ends_the_wait_before_a_retry(serve: Serve, ask: Ask) -> None:
    server, cancelled = serve([busy("30")]), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(ask(server, retries=1).complete, QUESTION, seconds=PLENTY, cancelled=cancelled)
        assert server.wait_for_requests()
        cancelled.set()
        with pytest.raises(Cancelled):
            reply.result(timeout=10)


def test_closing_the_model_ends_what_is_under_way(serve: Serve, ask: Ask) -> None:
    gate = Gate()
    server = serve([Reply(pieces=("甲", "乙"), gate=gate), TEXT])
    model = ask(server)
    reply = model.stream(QUESTION, seconds=PLENTY)
    gate.release(2)
    assert next(reply) == "甲"
    model.close()
    with pytest.raises(Cancelled):
        next(reply)
    assert server.asked[0].wait_until_client_leaves()
    model.close()
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


@pytest.mark.parametrize(("passes", "before"), [(0, []), (1, []), (2, ["甲"])], ids=["no head", "no piece", "a piece"])
def test_silence_ends_a_request(serve: Serve, ask: Ask, passes: int, before: list[str]) -> None:
    gate, given_out = Gate(), []
    server = serve([Reply(pieces=("甲", "乙"), gate=gate)])
    gate.release(passes)
    with pytest.raises(ModelTimedOut, match="没有回应"):
        for piece in ask(server, timeout=0.5, retries=2).stream(QUESTION, seconds=PLENTY):
            given_out.append(piece)  # what came before the fault is what is looked at
    assert given_out == before
    assert len(server.asked) == 1
    assert server.asked[0].wait_until_client_leaves()


@pytest.mark.parametrize("passes", [0, 2])
def test_the_deadline_ends_a_request(serve: Serve, ask: Ask, passes: int) -> None:
    gate = Gate()
    server = serve([TEXT, Reply(pieces=("甲", "乙"), gate=gate)])
    model = ask(server)
    model.complete(QUESTION, seconds=PLENTY)  # the libraries are loaded
    gate.release(passes)
    with pytest.raises(ModelTimedOut, match="限定的时间"):
        model.complete(QUESTION, seconds=1)
    assert server.asked[1].wait_until_client_leaves()


def test_no_time_left_is_no_fault_of_the_server(serve: Serve, ask: Ask) -> None:
    model = ask(serve([TEXT] * 9), faults_in_a_row=1)
    with pytest.raises(ModelTimedOut):
        model.complete(QUESTION, seconds=0)
    assert model.complete(QUESTION, seconds=PLENTY)


# --- A server that fails again and again ----------------------------------------------------------------------------


def test_a_failing_server_is_left_alone(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["broken"]()] * 2 + [TEXT])
    model = ask(server, faults_in_a_row=2, pause_seconds=3600)
    for expected in (ModelBroken, ModelBroken, ModelUnreachable):
        with pytest.raises(expected) as raised:
            model.complete(QUESTION, seconds=PLENTY)
    assert "暂停使用" in str(raised.value)
    assert len(server.asked) == 2


def test_after_the_pause_it_is_asked_again(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["broken"](), TEXT])
    model = ask(server, faults_in_a_row=1, pause_seconds=0)
    with pytest.raises(ModelBroken):
        model.complete(QUESTION, seconds=PLENTY)
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT


def test_retries_stop_when_the_server_is_to_be_left_alone(serve: Serve, ask: Ask) -> None:
    server = serve([MISBEHAVIOURS["broken"]()] * 9)
    with pytest.raises(ModelBroken):
        ask(server, retries=8, faults_in_a_row=2, pause_seconds=3600).complete(QUESTION, seconds=PLENTY)
    assert len(server.asked) == 2


def test_a_server_that_comes_back_is_used_again(ask: Ask) -> None:
    first = ModelServer([TEXT]).start()
    model = ask(first)
    assert model.complete(QUESTION, seconds=PLENTY) == TEXT
    first.stop()
    with pytest.raises(ModelUnreachable, match="没有启动"):
        model.complete(QUESTION, seconds=PLENTY)
    first.start()
    try:
        with pytest.raises(ModelBroken, match="500"):  # reached: its script is over
            model.complete(QUESTION, seconds=PLENTY)
    finally:
        first.stop()


def test_nothing_is_left_lying_in_the_event_loop(serve: Serve, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    names = [name for name in MISBEHAVIOURS if name != "silent"]
    server = serve([MISBEHAVIOURS[name]() for name in names])
    model = ask(server, faults_in_a_row=1000)
    for _ in names:
        reply = model.stream(QUESTION, seconds=PLENTY)
        try:
            next(reply)
        except (ModelFault, StopIteration):
            continue
        finally:
            reply.close()
    model.close()
    assert not caplog.records


def test_a_model_shows_no_key(serve: Serve, ask: Ask) -> None:
    model: ChatModel = ask(serve([TEXT]), api_key="SECRET")
    assert "SECRET" not in f"{model} {model!r} {model.name}"
