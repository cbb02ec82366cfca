"""What `doctor` says of a model server."""

from __future__ import annotations

import pytest

from assistant.models.probe import probe
from assistant.testing.gate import Gate
from assistant.testing.model_server import ModelServer
from assistant.testing.replies import MISBEHAVIOURS, Reply
from tests.models.conftest import Ask, Serve

NOT_LISTED = ("别的模型",)


def shown(server: ModelServer, ask: Ask, seconds: float = 60, **more: object) -> list[tuple[str, bool, str]]:
    found = [(one.name, one.holds, one.detail) for one in probe(ask(server, **more), seconds)]
    assert all(len(detail.splitlines()) == 1 for _, _, detail in found)
    return found


@pytest.mark.parametrize("models", [("scripted",), ("甲", "scripted:latest")])
def test_a_listed_model_is_not_asked_anything(serve: Serve, ask: Ask, models: tuple[str, ...]) -> None:
    server = serve([], models=models)
    (_, reached, where), (_, known, which) = shown(server, ask)
    assert reached and known
    assert server.base_url in where and "毫秒" in where
    assert "scripted" in which
    assert not server.asked


@pytest.mark.parametrize("models", [(), NOT_LISTED])
@pytest.mark.parametrize(
    "reply", [Reply("你好"), Reply("你", finish="length"), Reply(reasoning="想", finish="length")], ids=["whole", "cut", "thinking"]
)  # fmt: skip
def test_another_is_asked_for_one_token(serve: Serve, ask: Ask, models: tuple[str, ...], reply: Reply) -> None:
    server = serve([reply], models=models)
    _, (_, known, which) = shown(server, ask)
    assert known
    assert "可以回答" in which and ("不在" in which) == bool(models)
    assert server.asked[0].body["max_tokens"] == 1


def test_a_model_that_is_not_there(serve: Serve, ask: Ask) -> None:
    (_, reached, _), (_, known, why) = shown(serve([MISBEHAVIOURS["unknown_model"]()], models=NOT_LISTED), ask)
    assert reached and not known
    assert "LLM_MODEL" in why and "别的模型" in why


def test_a_wrong_key(serve: Serve, ask: Ask) -> None:
    (_, reached, _), (_, known, why) = shown(serve([], key="right"), ask, api_key="wrong")
    assert reached and not known
    assert "LLM_API_KEY" in why and "wrong" not in why


def test_no_server(serve: Serve, ask: Ask) -> None:
    server = serve([])
    server.stop()
    ((name, reached, why),) = shown(server, ask)
    assert (name, reached) == ("模型服务", False)
    assert "连接不上" in why


def test_a_server_that_says_nothing(serve: Serve, ask: Ask) -> None:
    server = serve([Reply("你好", gate=Gate())], models=())
    _, (_, known, why) = shown(server, ask, seconds=1)
    assert not known
    assert "限定的时间" in why
