"""Where requests go: through the environment's proxy, never to this machine through one, never to another server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import EncoderFault, ModelRefused, ModelUnreachable, PlanAssistantError, RerankerFault
from assistant.models.chat import Message
from assistant.models.connection import proxy_for
from assistant.models.embedding import EmbeddingServer
from assistant.models.endpoint import Endpoint
from assistant.models.probe import probe
from assistant.models.reranking import Reranker
from assistant.models.served_encoder import ServedEncoder
from assistant.testing.replies import Reply
from tests.models.conftest import Ask, Serve

QUESTION = [Message("user", "新增多少个？")]


def encode(address: str) -> None:
    endpoint = Endpoint("EMBEDDING", "编码服务", address, "scripted", "sk-1")
    ServedEncoder(EmbeddingServer(endpoint, retries=0)).get_query_embedding("停车位")


def rank(address: str) -> None:
    with closing(Reranker(Endpoint("RERANKER", "重排服务", address, "scripted", "sk-1"))) as reranker:
        reranker.ranked("停车位", ["新增停车位"])


RANKING: list[tuple[Callable[[str], None], type[PlanAssistantError]]] = [(encode, EncoderFault), (rank, RerankerFault)]
PROXY = "http://proxy.invalid:3128"


@pytest.fixture(autouse=True)
def _no_proxies_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("address", "through"),
    [
        ("http://model.example/v1", PROXY),
        ("https://model.example/v1", "http://secure.invalid:3128"),
        ("http://127.0.0.1:8000/v1", None),
        ("http://127.5.5.5:8000/v1", None),
        ("http://localhost:8000/v1", None),
        ("http://model.localhost/v1", None),
        ("http://[::1]:8000/v1", None),
        ("http://inside.example/v1", None),
        ("http://models.inside.example/v1", None),
    ],
)
def test_which_proxy(monkeypatch: pytest.MonkeyPatch, address: str, through: str | None) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("HTTPS_PROXY", "secure.invalid:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    assert proxy_for(address) == through


def test_one_proxy_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("https://model.example/v1") is None
    monkeypatch.setenv("ALL_PROXY", PROXY)
    assert proxy_for("https://model.example/v1") == PROXY


def test_this_machine_is_reached_whatever_the_environment_says(
    serve: Serve, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, PROXY)
    assert ask(serve(["新增12个。"])).complete(QUESTION, seconds=60) == "新增12个。"


def test_others_are_reached_through_the_proxy(serve: Serve, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve([])
    monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
    with pytest.raises(ModelRefused, match="404"):  # the scripted server is no proxy, but it was asked as one
        ask(proxy, base_url="http://model.invalid/v1").complete(QUESTION, seconds=60)
    assert [request.path for request in proxy.requests] == ["http://model.invalid/v1/chat/completions"]


@pytest.mark.parametrize(("ask_it", "fault"), RANKING)
def test_what_ranks_is_reached_by_the_same_rule(
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    ask_it: Callable[[str], None],
    fault: type[PlanAssistantError],
) -> None:
    proxy, server = serve(), serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.base_url.removesuffix("/v1"))
    ask_it(server.base_url)
    (direct,) = server.requests
    assert not proxy.requests
    with pytest.raises(fault, match="404"):
        ask_it("http://model.invalid/v1")
    assert [request.path for request in proxy.requests] == [f"http://model.invalid{direct.path}"]
    monkeypatch.setenv("NO_PROXY", "model.invalid")
    with pytest.raises(fault, match="找不到这个主机"):
        ask_it("http://model.invalid/v1")
    assert len(proxy.requests) == 1


@pytest.mark.parametrize(("ask_it", "fault"), RANKING)
@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1", "http://[::1"])
def test_a_proxy_that_cannot_be_used_for_what_ranks(
    monkeypatch: pytest.MonkeyPatch,
    ask_it: Callable[[str], None],
    fault: type[PlanAssistantError],
    proxy: str,
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(fault, match="代理"):
        ask_it("http://model.invalid/v1")


@pytest.mark.parametrize(("ask_it", "fault"), RANKING)
@pytest.mark.parametrize("host", ["a..b", "-" * 70 + ".example", "\u2024"])
def test_an_address_of_what_ranks_that_is_written_wrongly(
    ask_it: Callable[[str], None], fault: type[PlanAssistantError], host: str
) -> None:
    with pytest.raises(fault, match="连接不上"):
        ask_it(f"http://{host}/v1")


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1", "http://[::1"])
def test_a_proxy_that_cannot_be_used(ask: Ask, serve: Serve, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ModelUnreachable, match="代理"):
        ask(serve([]), base_url="http://model.invalid/v1").complete(QUESTION, seconds=60)


def test_a_host_that_is_none(serve: Serve, ask: Ask) -> None:
    with pytest.raises(ModelUnreachable, match=r"model\.invalid.*找不到这个主机"):
        ask(serve([]), base_url="http://model.invalid/v1").complete(QUESTION, seconds=60)


@pytest.mark.parametrize("host", ["a..b", "-" * 70 + ".example", "\u2024"])
def test_an_address_that_is_written_wrongly(serve: Serve, ask: Ask, host: str) -> None:
    model = ask(serve([]), base_url=f"http://{host}/v1")
    with pytest.raises(ModelUnreachable):
        model.complete(QUESTION, seconds=60)
    assert not probe(model)[0].holds


def test_https_where_there_is_none(serve: Serve, ask: Ask) -> None:
    server = serve([])
    with pytest.raises(ModelUnreachable, match="http 还是 https"):
        ask(server, base_url=server.base_url.replace("http:", "https:")).complete(QUESTION, seconds=60)


def test_redirects_are_not_followed(serve: Serve, ask: Ask) -> None:
    other = serve(["不该问到这里。"])
    server = serve([Reply(status=307, headers=(("Location", f"{other.base_url}/chat/completions"),))])
    with pytest.raises(ModelRefused, match="307"):
        ask(server, api_key="sk-1").complete(QUESTION, seconds=60)
    assert not other.requests


def test_nothing_of_the_environment_is_sent(
    serve: Serve, ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ENVIRONMENT password ENVIRONMENT\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_VERSION", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "ENVIRONMENT")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Custom: ENVIRONMENT")
    monkeypatch.setenv("OPENAI_API_BASE", "http://environment.invalid/v1")
    server = serve(["新增12个。"])
    assert ask(server).complete(QUESTION, seconds=60) == "新增12个。"
    headers = server.asked[0].headers
    assert "ENVIRONMENT" not in "".join(headers.values())
    assert "authorization" not in headers, "no key, no header"
    assert not [name for name in headers if name.startswith("x-")], "nor what this machine is"


def test_connections_are_kept(serve: Serve, ask: Ask) -> None:
    """A sentence that is asked for once more does not wait for another handshake."""
    server = serve(["甲", "乙"])
    model = ask(server)
    for _ in range(2):
        model.complete(QUESTION, seconds=60)
    assert server.connections == 1
