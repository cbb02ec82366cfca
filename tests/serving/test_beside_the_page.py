"""The page, the API and the tools on one server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mcp import Client
from openai import OpenAI

from assistant.serving.opening import Opening
from assistant.settings import Settings
from assistant.web.app import build_app
from assistant.web.server import open_socket
from tests import loops
from tests.serving.conftest import running
from tests.serving.fake_served import FakeServed


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home: Path = tmp_path_factory.mktemp("home")
    assistant = FakeServed()
    opening = Opening(Settings(home=home), assistant, print)
    with open_socket("127.0.0.1", 0) as opened:
        app = build_app(assistant, beside=lambda app: opening(app, "127.0.0.1"))
        with running(app, opened) as at:
            yield at


def test_the_page_is_where_it_was(address: str) -> None:
    assert "计划问答" in httpx.get(address).text
    assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}


def test_the_api_is_beside_it(address: str) -> None:
    client = OpenAI(base_url=f"{address}/v1", api_key="any", max_retries=0)
    reply = client.chat.completions.create(model="plan-assistant", messages=[{"role": "user", "content": "你好"}])
    assert reply.choices[0].message.content == "你好"
    missing = httpx.get(f"{address}/v1/none")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_the_tools_are_beside_it(address: str, path: str) -> None:
    async def listed() -> int:
        async with Client(f"{address}{path}") as client:
            return len((await client.list_tools()).tools)

    assert loops.run(listed()) == 4
