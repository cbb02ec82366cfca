"""The server as a process: ready, in use, ended."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

import pytest

from assistant.errors import UnusableInput
from assistant.web.server import open_socket

HERE = Path(__file__).parent
READY = "计划问答已就绪："
# Whatever the server does towards another machine is said on its stderr, which the test reads.
PROGRAM = """
import sys

def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        if "127.0.0.1" not in repr(arguments):
            print("outside:", event, arguments, file=sys.stderr)

sys.addaudithook(hear)
from tests.web.fake_assistant import fake_assistant
from assistant.web.app import serve
serve(fake_assistant(), "127.0.0.1", 0)
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    root = HERE.parents[1]
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=root) as running:
        yield running
        running.kill()


def test_says_where_answers_and_ends_quietly(process: subprocess.Popen[str]) -> None:
    assert process.stderr
    line = process.stderr.readline()
    assert line.startswith(READY)
    address = line.removeprefix(READY).partition("（")[0]
    with urlopen(f"{address}/healthz") as response:
        assert response.status == HTTPStatus.OK
        assert json.load(response) == {"status": "ok"}
    with urlopen(address) as response:
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "计划问答" in response.read().decode()
    with urlopen(f"{address}/gradio_api/heartbeat/open-page"):  # an open page holds this connection
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UnusableInput) as refused:
            open_socket("127.0.0.1", port)
    assert f"127.0.0.1:{port}" in str(refused.value)
    assert "已被占用" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("203.0.113.7", 7860, "本机没有这个地址"),  # an address kept for examples
        ("no..host", 7860, "找不到主机"),
        ("127.0.0.1", 70000, "端口"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(host: str, port: int, reason: str) -> None:
    with pytest.raises(UnusableInput, match=reason) as refused:
        open_socket(host, port)
    assert f"{host}:{port}" in str(refused.value)
