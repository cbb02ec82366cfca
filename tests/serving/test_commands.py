"""`plan-assistant serve` and `plan-assistant mcp` as processes, over a small library of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from mcp import Client, StdioServerParameters

from tests import loops
from tests.serving.fake_served import QINGHE, TEXTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a library that holds one plan; the first command takes it in."""
    corpus, home = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("home")
    (corpus / f"{QINGHE}.txt").write_text(TEXTS[QINGHE], encoding="utf-8")
    return {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
        "PLAN_ASSISTANT_HOME": str(home),
        "PLAN_ASSISTANT_CORPUS": str(corpus),
    }


@contextmanager
def served(environment: dict[str, str], *arguments: str) -> Iterator[tuple[str, list[str]]]:
    """The address of `plan-assistant serve`, and what it has said by the time that it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(port), *arguments]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | environment
    ) as process:
        assert process.stderr
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("计划问答已就绪"):
                break
        try:
            yield f"http://127.0.0.1:{port}", said
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()


def run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "assistant", *arguments]
    done = subprocess.run(command, capture_output=True, env=os.environ | environment, check=True)
    return done.stdout.decode().strip()


def test_serve_on_another_address_opens_with_the_first_token(environment: dict[str, str]) -> None:
    with served(environment, "--host", "0.0.0.0") as (address, said):
        assert any("没有开放" in line for line in said)
        assert httpx.get(f"{address}/v1/models").status_code == 403
        assert httpx.get(address).status_code == 200
        token = run(environment, "token", "add", "甲")
        try:
            assert httpx.get(f"{address}/v1/models").status_code == 401
            models = httpx.get(f"{address}/v1/models", headers={"Authorization": f"Bearer {token}"}).json()["data"]
            assert [model["id"] for model in models] == ["plan-assistant", f"plan-assistant/{QINGHE}"]
        finally:
            run(environment, "token", "remove", "甲")


def test_serve_on_this_machine_is_open_to_it(environment: dict[str, str]) -> None:
    with served(environment) as (address, said):
        assert not any("没有开放" in line for line in said)
        body = {"messages": [{"role": "user", "content": "新增充电桩多少根"}]}
        message = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60).json()["choices"][0]["message"]
        assert "310根以上" in message["content"]
        assert "出处：\n\n- [1] 《青禾区2031年国民经济和社会发展计划》" in message["content"]
        assert message["answer"]["figures"][0]["value"] == "310"


def test_mcp_on_stdin_and_stdout(environment: dict[str, str]) -> None:
    async def asked() -> dict[str, object] | None:
        server = StdioServerParameters(command=sys.executable, args=["-m", "assistant", "mcp"], env=environment)
        async with Client(server) as client:
            result = await client.call_tool("ask_plan", {"question": "建成学校几所"})
        assert not result.is_error
        return result.structured_content

    answer = loops.run(asked())
    assert answer is not None
    assert answer["figures"][0]["value"] == "3"  # type: ignore[index]
