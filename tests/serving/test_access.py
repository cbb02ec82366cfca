"""Who is let in: every route, on every kind of server, as anybody."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import openai
import pytest
from openai import OpenAI

from assistant.errors import UnusableInput
from assistant.models.loopback import is_loopback
from assistant.serving.opening import Opening
from assistant.serving.tokens import TokenFile
from assistant.settings import Settings
from tests.serving.conftest import Site
from tests.serving.fake_served import FakeServed

TOKEN = "a-token-from-the-settings"
HELLO = {"messages": [{"role": "user", "content": "你好"}]}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ROUTES = {
    "models": ("GET", "/v1/models", None),
    "model": ("GET", "/v1/models/plan-assistant", None),
    "chat": ("POST", "/v1/chat/completions", HELLO),
    "stream": ("POST", "/v1/chat/completions", HELLO | {"stream": True}),
    "mcp": ("POST", "/mcp", INITIALIZE),
}
Starts = Callable[..., Site]


def send(site: Site, route: str, **headers: str) -> httpx.Response:
    method, path, body = ROUTES[route]
    accepted = {"Accept": "application/json, text/event-stream"}
    return httpx.request(method, site.address + path, json=body, headers=accepted | headers, timeout=30)


def message(reply: httpx.Response) -> str:
    return str(reply.json()["error"]["message"])


@pytest.mark.parametrize("route", ROUTES)
def test_a_server_for_others_asks_for_a_token(serve: Starts, route: str) -> None:
    site = serve(host="0.0.0.0", access_tokens=f"{TOKEN}, another-token-of-theirs")
    assert site.said == []
    anonymous = send(site, route)
    assert (anonymous.status_code, anonymous.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "访问令牌" in message(anonymous)
    for wrong in ("Bearer wrong", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN} x", TOKEN):
        assert send(site, route, Authorization=wrong).status_code == 401
    assert send(site, route, Authorization=f"Bearer {TOKEN}").status_code == 200
    assert send(site, route, Authorization="bearer another-token-of-theirs").status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_a_server_for_others_without_tokens_is_closed_until_there_is_one(serve: Starts, route: str) -> None:
    site = serve(host="0.0.0.0")
    (line,) = site.said
    assert "没有开放" in line
    for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}):
        refused = send(site, route, **headers)
        assert (refused.status_code, "没有开放" in message(refused)) == (403, True)
    tokens = TokenFile(site.settings.home)
    token = tokens.add("甲")
    assert send(site, route).status_code == 401
    assert send(site, route, Authorization=f"Bearer {token}").status_code == 200
    tokens.remove("甲")
    assert send(site, route, Authorization=f"Bearer {token}").status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_a_broken_token_file_closes_the_server(serve: Starts, route: str) -> None:
    site = serve(host="0.0.0.0", access_tokens=TOKEN)
    path = TokenFile(site.settings.home).path
    path.parent.mkdir()
    path.write_text("{", encoding="utf-8")
    refused = send(site, route, Authorization=f"Bearer {TOKEN}")
    assert (refused.status_code, "已损坏" in message(refused)) == (403, True)


@pytest.mark.parametrize("route", ROUTES)
def test_on_this_machine_no_token_is_needed(site: Site, route: str) -> None:
    for host in ("127.0.0.1:7860", "localhost", "localhost:9", "[::1]:7860"):
        assert send(site, route, Host=host).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"])
def test_whoever_comes_through_a_proxy_shows_a_token(serve: Starts, route: str, name: str) -> None:
    site = serve(access_tokens=TOKEN)
    assert send(site, route).status_code == 200
    for whom in ("203.0.113.5", "127.0.0.1"):
        assert send(site, route, **{name: whom}).status_code == 401
        assert send(site, route, **{name: whom, "Authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_a_proxy_without_tokens_is_closed_and_may_be_trusted(serve: Starts, route: str) -> None:
    assert send(serve(), route, **{"X-Forwarded-For": "203.0.113.5"}).status_code == 403
    trusting = serve(proxy_is_local=True, allowed_hosts="plans.example")
    there = {"X-Forwarded-For": "203.0.113.5", "Host": "plans.example"}
    assert send(trusting, route, **there).status_code == 200
    assert send(trusting, route, **there | {"Host": "other.example"}).status_code == 421


@pytest.mark.parametrize("route", ROUTES)
def test_pages_of_other_sites_are_kept_out(site: Site, serve: Starts, route: str) -> None:
    for host in (
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "[::",
        "a@b:c",
    ):
        assert send(site, route, Host=host).status_code == 421, host
    for origin in ("http://evil.example", "null", "http://localhost:3000", "http://[::", "file://"):
        assert send(site, route, Origin=origin).status_code == 403, origin
    assert send(site, route, Origin=site.address).status_code == 200
    allowing = serve(allowed_origins="http://chat.example/, http://other.example")
    assert send(allowing, route, Origin="http://chat.example").status_code == 200
    assert send(allowing, route, Origin="http://evil.example").status_code == 403


def test_a_page_of_another_site_is_kept_out_even_with_a_token(serve: Starts) -> None:
    site = serve(host="0.0.0.0", access_tokens=TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}
    assert send(site, "chat", **headers).status_code == 403


def test_openais_client_brings_its_key_as_the_token(serve: Starts) -> None:
    site = serve(host="0.0.0.0", access_tokens=TOKEN)
    models = OpenAI(base_url=f"{site.address}/v1", api_key=TOKEN, max_retries=0).models.list()
    assert models.data[0].id == "plan-assistant"
    with pytest.raises(openai.AuthenticationError) as refused:
        OpenAI(base_url=f"{site.address}/v1", api_key="wrong", max_retries=0).models.list()
    assert (refused.value.code, refused.value.type) == ("invalid_token", "authentication_error")


def test_tokens_are_in_no_log(serve: Starts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site = serve(host="0.0.0.0", access_tokens=TOKEN)
    given = TokenFile(site.settings.home).add("甲")
    crash = {"messages": [{"role": "user", "content": "崩溃"}]}
    for token in (TOKEN, given, "wrong-but-secret-all-the-same"):
        for route in ROUTES:
            send(site, route, Authorization=f"Bearer {token}")
        header = {"Authorization": f"Bearer {token}"}
        httpx.post(f"{site.address}/v1/chat/completions", json=crash, headers=header)
    assert "failed" in caplog.text
    assert not any(token in caplog.text for token in (TOKEN, given, "wrong-but-secret"))
    assert TOKEN not in repr(site.settings)


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("192.0.2.7", False), ("::ffff:192.0.2.7", False), ("fe80::1%eth0", False),
        ("", False), ("localhost.example", False),
    ],
)  # fmt: skip
def test_loopback(address: str, is_local: bool) -> None:
    assert is_loopback(address) is is_local


def test_a_token_that_can_be_guessed_is_refused_at_the_start(tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings = Settings(home=tmp_path, access_tokens=f"{TOKEN},short")
    with pytest.raises(UnusableInput, match="第 2 个令牌") as refused:
        Opening(settings, FakeServed(), print)
    assert "short" not in str(refused.value)
