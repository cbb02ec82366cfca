"""A reranker on a server, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from traceback import format_exception
from typing import Any

import pytest

from assistant.errors import RerankerFault
from assistant.models import bounded
from assistant.models.endpoint import Endpoint
from assistant.models.reranking import Reranker
from assistant.testing.model_server import ModelServer
from assistant.testing.replies import Reply

KEY = "sk-not-to-be-told"
TEXTS = ["绿化面积", "新增充电桩1000根", "建成学校3所"]


@pytest.fixture
def served() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


def reranker(base_url: str, timeout: float = 5) -> Reranker:
    return Reranker(Endpoint("RERANKER", "重排服务", base_url, "bge-reranker", KEY, timeout=timeout), max_characters=50)


def test_texts_are_put_in_the_servers_order(served: ModelServer) -> None:
    with closing(reranker(served.base_url)) as asked:
        ranked = asked.ranked("充电桩", TEXTS)
    assert ranked[0][0] == 1
    assert sorted(place for place, _ in ranked) == [0, 1, 2]
    (one,) = served.requests
    assert one.path == "/v1/rerank"
    assert one.headers["authorization"] == f"Bearer {KEY}"
    assert one.body == {"model": "bge-reranker", "query": "充电桩", "documents": TEXTS, "top_n": 3}


@pytest.mark.parametrize("ending", ["/", "/rerank"])
def test_the_address_may_be_that_of_the_call(ending: str, served: ModelServer) -> None:
    with closing(reranker(served.base_url + ending)) as asked:
        asked.ranked("充电桩", TEXTS)
    assert served.requests[0].path == "/v1/rerank"


def test_what_the_server_leaves_out_comes_last_in_its_order(served: ModelServer) -> None:
    served.instead = lambda _: Reply(body={"results": [{"index": 2, "relevance_score": -3}]})
    with closing(reranker(served.base_url)) as asked:
        assert asked.ranked("充电桩", TEXTS) == [(2, -3.0), (0, -3.0), (1, -3.0)]


def test_long_texts_are_cut_and_no_text_asks_nothing(served: ModelServer) -> None:
    with closing(reranker(served.base_url)) as asked:
        assert asked.ranked("路", []) == []
        asked.ranked("路", ["路" * 80])
    assert [one.body["documents"] for one in served.requests] == [["路" * 50]]


def results(*found: Any) -> Reply:
    return Reply(body={"results": list(found)})


WRONG: dict[str, tuple[Reply, str]] = {
    "place too high": (results({"index": 3, "relevance_score": 1}), "无法使用"),
    "negative place": (results({"index": -1, "relevance_score": 1}), "无法使用"),
    "a place twice": (results({"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 2}), "无法使用"),
    "place is no number": (results({"index": "0", "relevance_score": 1}), "无法使用"),
    "no score": (results({"index": 0}), "无法使用"),
    "NaN": (Reply(body=b'{"results": [{"index": 0, "relevance_score": NaN}]}'), "无法使用"),
    "no place": (results(7), "无法使用"),
    "nothing": (results(), "没有给出"),
    "no results": (Reply(body={"data": []}), "没有给出"),
    "a list": (Reply(body=[]), "没有给出"),
    "not JSON": (Reply(body=b"<html>"), "无法读取"),
    "wrong key": (Reply(body={"message": f"bad {KEY}"}, status=401), "RERANKER_API_KEY"),
    "no such model": (Reply(status=404), "RERANKER_MODEL"),
    "refused": (Reply(status=400, error={"message": f"no {KEY}"}), r"no \*\*\*"),
    "refused without JSON": (Reply(body=f"no {KEY}".encode(), status=400), r"no \*\*\*"),
    "too busy": (Reply(status=429), "请求过多"),
    "broken": (Reply(status=503), "出错（503）"),
    "elsewhere": (Reply(status=302, headers=(("Location", "http://127.0.0.1:9/"),)), "别的地址"),
    "cut off": (Reply(body={}, ending="dropped"), "中断"),
    "silent": (Reply(ending="silent"), "没有回应"),
    "a byte now and then": (Reply(ending="endless"), "没有回应"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_every_wrong_reply_is_one_line_without_the_key(wrong: str, served: ModelServer) -> None:
    reply, said = WRONG[wrong]
    served.instead = lambda _: reply
    with closing(reranker(served.base_url, timeout=0.2)) as asked, pytest.raises(RerankerFault, match=said) as caught:
        asked.ranked("充电桩", TEXTS)
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)
    assert KEY not in "".join(format_exception(caught.value))


def test_a_server_that_fails_is_left_alone_for_a_while(served: ModelServer) -> None:
    served.instead = lambda _: Reply(status=500)
    with closing(reranker(served.base_url)) as asked:
        for _ in range(2):
            with pytest.raises(RerankerFault, match="500"):
                asked.ranked("充电桩", TEXTS)
        with pytest.raises(RerankerFault, match="暂停使用"):
            asked.ranked("充电桩", TEXTS)
    assert len(served.requests) == 2


def test_nobody_there() -> None:
    with ModelServer() as gone:
        address = gone.base_url
    with closing(reranker(address)) as asked, pytest.raises(RerankerFault, match="连接不上"):
        asked.ranked("充电桩", TEXTS)


def test_a_reply_without_measure_is_not_read(served: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LARGEST", 10)
    with closing(reranker(served.base_url)) as asked, pytest.raises(RerankerFault, match="中断"):
        asked.ranked("充电桩", TEXTS)
