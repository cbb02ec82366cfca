"""The scripted server, asked by clients that others wrote."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import closing

import httpx
import openai
import pytest

from assistant.testing.gate import Gate
from assistant.testing.model_server import ModelServer, main
from assistant.testing.recorded import Recorded
from assistant.testing.replies import MISBEHAVIOURS, Ending, Reply
from assistant.testing.script import Script
from assistant.testing.vectors import nearness

TEXT = "全市新增甲类项目12个。[1]"
QUESTION = [{"role": "system", "content": "只用依据。"}, {"role": "user", "content": "新增多少个？"}]


def client(server: ModelServer, key: str = "sk-1") -> openai.OpenAI:
    direct = httpx.Client(trust_env=False)
    return openai.OpenAI(base_url=server.base_url, api_key=key, max_retries=0, timeout=30, http_client=direct)


def ask(server: ModelServer) -> str:
    completion = client(server).chat.completions.create(model="scripted", messages=QUESTION)  # type: ignore[call-overload]
    return str(completion.choices[0].message.content)


def chunks(server: ModelServer) -> Iterator[openai.types.chat.ChatCompletionChunk]:
    yield from client(server).chat.completions.create(  # type: ignore[call-overload]
        model="scripted", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )


def text_of(found: list[openai.types.chat.ChatCompletionChunk]) -> list[str]:
    return [piece for chunk in found if chunk.choices and (piece := chunk.choices[0].delta.content)]


def test_a_whole_reply() -> None:
    with ModelServer([Reply(TEXT, reasoning="想")]) as server:
        completion = client(server).chat.completions.create(model="scripted", messages=QUESTION)  # type: ignore[call-overload]
    choice = completion.choices[0]
    assert (choice.message.content, choice.finish_reason, completion.model) == (TEXT, "stop", "scripted")
    assert choice.message.reasoning_content == "想"
    assert completion.usage.completion_tokens == len(TEXT)


def test_a_streamed_reply() -> None:
    with ModelServer([Reply(TEXT, size=5)]) as server:
        found = list(chunks(server))
    assert text_of(found) == ["全市新增甲", "类项目12", "个。[1]"]
    assert [chunk.usage.completion_tokens for chunk in found if chunk.usage] == [len(TEXT)]
    assert [chunk.choices[0].finish_reason for chunk in found if chunk.choices][-1] == "stop"


def test_what_it_was_sent_is_recorded() -> None:
    with ModelServer([TEXT]) as server:
        ask(server)
    (request,) = server.requests
    assert (request.method, request.path, request.key) == ("POST", "/v1/chat/completions", "sk-1")
    assert request.body["messages"] == QUESTION
    assert request.question == "新增多少个？"
    assert request.prompt == "只用依据。\n新增多少个？"
    assert not request.has_client_left


def test_a_script_is_a_list_or_a_function() -> None:
    def echo(request: Recorded) -> str:
        return f"问的是{request.question}"

    scripts: list[tuple[Script, str]] = [(["甲"], "甲"), ([Reply("乙")], "乙"), (echo, "问的是新增多少个？")]
    for script, expected in scripts:
        with ModelServer(script) as server:
            assert ask(server) == expected


def test_a_list_comes_to_its_end() -> None:
    with ModelServer(["甲"]) as server:
        assert ask(server) == "甲"
        with pytest.raises(openai.InternalServerError, match="script is over"):
            ask(server)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("busy", openai.RateLimitError),
        ("broken", openai.InternalServerError),
        ("unauthorised", openai.AuthenticationError),
        ("unknown_model", openai.NotFoundError),
        ("prompt_too_long", openai.BadRequestError),
        ("content_filter", openai.BadRequestError),
    ],
)
def test_refusals_as_clients_know_them(name: str, error: type[openai.APIStatusError]) -> None:
    with ModelServer([MISBEHAVIOURS[name]()]) as server, pytest.raises(error) as raised:
        ask(server)
    assert isinstance(raised.value.body, dict)
    assert raised.value.body["message"]


@pytest.mark.parametrize("name", ["dropped", "reset"])
def test_a_connection_that_breaks(name: str) -> None:
    with ModelServer([MISBEHAVIOURS[name]()]) as server, pytest.raises(httpx.TransportError):
        list(chunks(server))


def test_it_can_be_stopped_and_started_again() -> None:
    server = ModelServer(["甲"]).start()
    address = server.base_url
    server.stop()
    server.stop()
    with pytest.raises(openai.APIConnectionError):
        ask(server)
    with server:
        assert server.base_url == address
        assert ask(server) == "甲"


def test_a_gate_holds_pieces_back() -> None:
    gate = Gate()
    with ModelServer([Reply(pieces=("甲", "乙"), gate=gate)]) as server:
        gate.release(2)
        reply = chunks(server)
        assert next(piece for piece in reply if piece.choices[0].delta.content).choices[0].delta.content == "甲"
        gate.open()
        assert text_of(list(reply)) == ["乙"]


def test_it_sees_a_client_leave() -> None:
    with ModelServer([Reply(TEXT, gate=Gate())]) as server:
        with httpx.Client(trust_env=False) as other, ThreadOf(lambda: _abandon(other, server)):
            assert server.wait_for_requests()
            assert not server.requests[0].has_client_left
        assert server.requests[0].wait_until_client_leaves()


class ThreadOf:
    """Work beside the test, waited for at the end of the block."""

    def __init__(self, work: object) -> None:
        self._thread = threading.Thread(target=work)  # type: ignore[arg-type]

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def _abandon(other: httpx.Client, server: ModelServer) -> None:
    with pytest.raises(httpx.ReadTimeout):
        other.post(f"{server.base_url}/chat/completions", json={"messages": QUESTION}, timeout=0.5)


def test_a_key_may_be_asked_for() -> None:
    with ModelServer([TEXT], key="right") as server:
        with pytest.raises(openai.AuthenticationError):
            ask(server)
        assert client(server, "right").models.list().data
        assert server.requests[0].key == "sk-1"


def test_models() -> None:
    with ModelServer(models=("甲", "乙")) as server:
        assert [model.id for model in client(server).models.list()] == ["甲", "乙"]


def test_embeddings_are_the_same_every_time_and_near_for_what_is_alike() -> None:
    texts = ["新增停车位", "停车位新增多少", "森林覆盖率"]
    with ModelServer(dimensions=256) as server:
        first, again = (
            client(server).embeddings.create(model="e", input=texts, encoding_format="float") for _ in range(2)
        )
    vectors = [one.embedding for one in first.data]
    assert vectors == [one.embedding for one in again.data]
    assert [one.index for one in first.data] == [0, 1, 2]
    assert all(len(vector) == 256 and math.isclose(math.hypot(*vector), 1) for vector in vectors)
    assert math.dist(vectors[0], vectors[1]) < math.dist(vectors[0], vectors[2])


def test_rerank() -> None:
    texts = ["森林覆盖率", "新增停车位", "停车"]
    with ModelServer() as server:
        asked = {"model": "r", "query": "停车位新增", "documents": texts, "top_n": 2}
        found = httpx.Client(trust_env=False).post(f"{server.base_url}/rerank", json=asked).json()["results"]
    assert [one["index"] for one in found] == [1, 2]
    assert found[0]["relevance_score"] == nearness("停车位新增", "新增停车位")
    assert found[0]["document"]["text"] == "新增停车位"


def test_what_ranks_may_be_told_what_to_say() -> None:
    with ModelServer() as server, httpx.Client(trust_env=False) as asking:

        def embedded(text: str) -> httpx.Response:
            return asking.post(f"{server.base_url}/embeddings", json={"input": text})

        server.instead = lambda request: Reply(status=503, body=b"<html>") if request.texts == ["甲"] else None
        assert [embedded(text).status_code for text in "甲乙"] == [503, 200]
        assert embedded("甲").content == b"<html>"
        server.instead = lambda _: Reply(body=[1])
        assert embedded("甲").json() == [1]


@pytest.mark.parametrize(
    ("ending", "error"),
    [("dropped", httpx.RemoteProtocolError), ("silent", httpx.ReadTimeout), ("endless", httpx.ReadTimeout)],
)
def test_a_reply_that_is_not_streamed_breaks_too(ending: Ending, error: type[httpx.TransportError]) -> None:
    with ModelServer([Reply(TEXT, ending=ending)]) as server, httpx.Client(trust_env=False) as asking:
        request = asking.build_request("POST", f"{server.base_url}/chat/completions", json={}, timeout=0.5)
        with pytest.raises(error):
            received(asking.send(request, stream=True))
        assert ending == "dropped" or server.requests[0].wait_until_client_leaves()


def received(reply: httpx.Response) -> None:
    """Read to its end; one that goes on for longer than it may is left."""
    with closing(reply):
        for size, _ in enumerate(reply.iter_raw()):
            if size > 5:
                raise httpx.ReadTimeout("without end")


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [("/v1/nothing", b"{}", 404), ("/v1/chat/completions", b"[1", 400), ("/v1/rerank", b"[1]", 400)],
)
def test_what_it_does_not_serve(path: str, content: bytes, status: int) -> None:
    with ModelServer() as server:
        place = server.base_url.removesuffix("/v1")
        assert httpx.Client(trust_env=False).post(f"{place}{path}", content=content).status_code == status


def test_a_port_that_is_taken() -> None:
    with ModelServer() as server, pytest.raises(OSError, match="address"):
        ModelServer(port=int(server.base_url.rpartition(":")[2].removesuffix("/v1"))).start()


def test_by_hand_a_script_that_is_none(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--script", f"{tmp_path}/none.yaml", "--port", "0"]) == 2
    assert "none.yaml" in capsys.readouterr().err
