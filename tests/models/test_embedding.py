"""An encoder on a server, over real HTTP: what it is sent, and what becomes of every wrong reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest

from assistant.errors import EncoderFault
from assistant.models.embedding import EmbeddingServer, ServedSource
from assistant.models.endpoint import Endpoint
from assistant.models.served_encoder import ServedEncoder
from assistant.testing.model_server import ModelServer
from assistant.testing.ranking import embeddings
from assistant.testing.recorded import Recorded
from assistant.testing.replies import Reply
from assistant.testing.vectors import vector

KEY = "sk-not-to-be-told"
DIMENSIONS = 64


@pytest.fixture
def served() -> Iterator[ModelServer]:
    with ModelServer(dimensions=DIMENSIONS) as server:
        yield server


def vector_of(text: str) -> list[float]:
    """The server's own."""
    return vector(text, DIMENSIONS)


def source(base_url: str, *, timeout: float = 5, **given: Any) -> ServedSource:
    endpoint = Endpoint("EMBEDDING", "编码服务", base_url, "bge-m3", KEY, (("X-Office", "office-7"),), timeout)
    return ServedSource(EmbeddingServer(endpoint, **{"retries": 0, **given}))


def test_texts_go_in_batches_with_the_key_and_come_back_in_order(served: ModelServer, tmp_path: Path) -> None:
    texts = [f"新增充电桩{number}根" for number in range(10)]
    encoder = source(served.base_url, batch=4).fit((), tmp_path)
    served.requests.clear()
    assert encoder.get_text_embedding_batch(texts) == [vector_of(text) for text in texts]
    assert [len(one.body["input"]) for one in served.requests] == [4, 4, 2]
    for one in served.requests:
        assert one.path == "/v1/embeddings"
        assert one.headers["authorization"] == f"Bearer {KEY}"
        assert one.headers["x-office"] == "office-7"
        assert (one.body["model"], one.body["encoding_format"]) == ("bge-m3", "float")


def test_a_reply_in_another_order_is_put_in_order(served: ModelServer, tmp_path: Path) -> None:
    def backwards(asked: Recorded) -> Reply:
        reply = embeddings(asked, vector_of)
        return Reply(body=reply | {"data": reply["data"][::-1]})

    served.instead = backwards
    texts = ["停车位", "充电桩", "学校"]
    assert source(served.base_url).fit((), tmp_path).get_text_embedding_batch(texts) == [vector_of(t) for t in texts]


def test_questions_and_texts_have_their_instructions_and_long_texts_are_cut(
    served: ModelServer, tmp_path: Path
) -> None:
    given = source(served.base_url, query_prefix="query: ", passage_prefix="passage: ", max_characters=50)
    encoder = given.fit((), tmp_path)
    served.requests.clear()
    encoder.get_text_embedding("学校")
    encoder.get_query_embedding("学校")
    encoder.get_text_embedding("路" * 100)
    assert [text for one in served.requests for text in one.texts] == [
        "passage: 学校",
        "query: 学校",
        "passage: " + "路" * 41,
    ]


def test_the_dimension_is_that_of_the_first_reply_and_stays(served: ModelServer, tmp_path: Path) -> None:
    given = source(served.base_url)
    given.fit((), tmp_path)
    assert json.loads((tmp_path / "served.json").read_text(encoding="utf-8")) == {"dimensions": DIMENSIONS}
    served.instead = lambda asked: Reply(body=embeddings(asked, lambda _: [1.0] * 8))
    with pytest.raises(EncoderFault, match=f"8 维，应是 {DIMENSIONS} 维"):
        given.load(tmp_path).get_query_embedding("充电桩")


def test_to_load_it_asks_nothing_of_the_server(served: ModelServer, tmp_path: Path) -> None:
    source(served.base_url).fit((), tmp_path)
    served.requests.clear()
    source(served.base_url).load(tmp_path)
    assert served.requests == []


def test_a_question_is_asked_once(served: ModelServer, tmp_path: Path) -> None:
    encoder = source(served.base_url).fit((), tmp_path)
    served.requests.clear()
    assert encoder.get_query_embedding("充电桩") == encoder.get_query_embedding("充电桩") == vector_of("充电桩")
    assert len(served.requests) == 1


def data(*vectors: Any) -> Reply:
    return Reply(
        body={"object": "list", "model": "m", "data": [{"index": i, "embedding": v} for i, v in enumerate(vectors)]}
    )


WRONG: dict[str, tuple[Reply, str]] = {
    "too few": (data(), "应有 1 个，给了 0 个"),
    "too many": (data([1.0], [1.0]), "应有 1 个，给了 2 个"),
    "zero": (data([0.0, 0.0]), "全是零"),
    "NaN": (Reply(body=b'{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}'), "不是数"),
    "infinite": (Reply(body=b'{"data": [{"index": 0, "embedding": [Infinity, 1.0]}]}'), "不是数"),
    "words": (data(["a", "b"]), "不是数"),
    "no list": (data(None), "不是数"),
    "empty vector": (data([]), "全是零"),
    "another's place": (Reply(body={"data": [{"index": 3, "embedding": [1.0]}]}), "没有说明哪个向量"),
    "no data": (Reply(body={"object": "list"}), "无法读取"),
    "not JSON": (Reply(body=b"<html>"), "无法读取"),
    "a list": (Reply(body=[1, 2]), "无法读取"),
    "wrong key": (Reply(body={"error": {"message": f"Incorrect API key {KEY}"}}, status=401), "API_KEY"),
    "forbidden": (Reply(status=403), "权限"),
    "no such model": (Reply(body={"error": "model not found"}, status=404), "EMBEDDING_MODEL"),
    "too long": (Reply(body={"error": {"message": "maximum context length"}}, status=400), "EMBEDDING_MAX_CHARACTERS"),
    "refused": (Reply(status=422, error={"message": f"no {KEY} of office-7"}), r"no \*\*\* of \*\*\*.*MAX_CHARACTERS"),
    "too busy": (Reply(status=429), "请求过多"),
    "broken": (Reply(status=500), "出错（500）"),
    "bad gateway": (Reply(body=b"<html>", status=502), "出错（502）"),
    "cut off": (Reply(body={}, ending="dropped"), "中断"),
    "silent": (Reply(ending="silent"), "没有回应"),
    "a byte now and then": (Reply(ending="endless"), "没有回应"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_every_wrong_reply_is_one_line_without_the_key(wrong: str, served: ModelServer, tmp_path: Path) -> None:
    reply, said = WRONG[wrong]
    served.instead = lambda _: reply
    with pytest.raises(EncoderFault, match=said) as caught:
        source(served.base_url, timeout=0.2).fit((), tmp_path)
    line = str(caught.value)
    assert "\n" not in line
    assert "127.0.0.1" in line
    assert KEY not in line
    assert "office-7" not in line
    assert KEY not in "".join(format_exception(caught.value))
    assert list(tmp_path.iterdir()) == []


def test_nobody_there(tmp_path: Path) -> None:
    with ModelServer() as gone:
        address = gone.base_url
    with pytest.raises(EncoderFault, match="连接不上"):
        source(address).fit((), tmp_path)


def failing_first(times: int, status: int) -> Callable[[Recorded], Reply | None]:
    left = [Reply(status=status, headers=(("Retry-After-Ms", "1"),))] * times
    return lambda _: left.pop() if left else None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_by_is_tried_again(status: int, served: ModelServer, tmp_path: Path) -> None:
    served.instead = failing_first(2, status)
    assert source(served.base_url, retries=2).fit((), tmp_path).get_text_embedding("学校") == vector_of("学校")
    assert len(served.requests) == 4


def test_what_will_not_pass_by_is_not_tried_again(served: ModelServer, tmp_path: Path) -> None:
    served.instead = failing_first(5, 401)
    with pytest.raises(EncoderFault):
        source(served.base_url, retries=4).fit((), tmp_path)
    assert len(served.requests) == 1


def test_a_server_that_fails_is_left_alone_for_a_while(served: ModelServer, tmp_path: Path) -> None:
    encoder = source(served.base_url).fit((), tmp_path)
    served.instead = lambda _: Reply(status=500)
    for question in ("一", "二"):
        with pytest.raises(EncoderFault, match="500"):
            encoder.get_query_embedding(question)
    served.requests.clear()
    with pytest.raises(EncoderFault, match="暂停使用"):
        encoder.get_query_embedding("三")
    assert served.requests == []


def test_a_wrong_key_is_said_each_time(served: ModelServer, tmp_path: Path) -> None:
    """Time does not mend it, so the server is not left alone for it: who mends it need not wait."""
    encoder = source(served.base_url).fit((), tmp_path)
    served.instead = lambda _: Reply(status=401)
    for question in ("一", "二", "三"):
        with pytest.raises(EncoderFault, match="API_KEY"):
            encoder.get_query_embedding(question)
    served.instead = lambda _: None
    assert encoder.get_query_embedding("三") == vector_of("三")


def test_no_redirect_is_followed(served: ModelServer, tmp_path: Path) -> None:
    with ModelServer() as other:
        served.instead = lambda _: Reply(status=307, headers=(("Location", f"{other.base_url}/embeddings"),))
        with pytest.raises(EncoderFault, match="307"):
            source(served.base_url).fit((), tmp_path)
        assert other.requests == []
    assert served.requests


def test_no_key_of_the_environment_is_sent(
    served: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-server")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    endpoint = Endpoint("EMBEDDING", "编码服务", served.base_url, "bge-m3")
    ServedSource(EmbeddingServer(endpoint)).fit((), tmp_path)
    (one,) = served.requests
    assert "authorization" not in one.headers
    assert not [name for name in one.headers if name.startswith("x-")], "nor what this machine is"


def test_the_key_stands_in_nothing_that_is_shown(served: ModelServer, tmp_path: Path) -> None:
    given = source(served.base_url)
    encoder: ServedEncoder = given.fit((), tmp_path)
    for shown in (
        repr(given.server.endpoint),
        repr(encoder),
        str(encoder.to_dict()),
        encoder.model_dump_json(),
        given.name,
    ):
        assert KEY not in shown
        assert "office-7" not in shown


def test_another_server_model_instruction_or_length_is_another_encoder() -> None:
    def name(address: str = "http://127.0.0.1:1/v1", **given: Any) -> str:
        return source(address, **given).name

    assert name() == name(query_prefix="query: ", batch=5, retries=3)
    others = {name(), name("http://127.0.0.1:2/v1"), name(passage_prefix="passage: "), name(max_characters=100)}
    assert len(others) == 4
    assert "bge-m3" in name()


def test_a_question_is_not_asked_again_whatever_the_server_wants(served: ModelServer, tmp_path: Path) -> None:
    """Somebody is waiting: a Retry-After of an hour is not waited for."""
    encoder = source(served.base_url, retries=4).fit((), tmp_path)
    served.requests.clear()
    served.instead = lambda _: Reply(status=429, headers=(("Retry-After", "3600"),))
    with pytest.raises(EncoderFault, match="429"):
        encoder.get_query_embedding("充电桩")
    assert len(served.requests) == 1
