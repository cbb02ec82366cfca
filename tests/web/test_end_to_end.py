"""What a new user does: `plan-assistant serve`, a browser, a question, the clause; nothing leaves the machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from assistant.library import index
from tests.conftest import CORPUS, ROOT

# The server reports every look-up and every connection that is not to this machine.
PROGRAM = """
import sys

def hear(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto") and "127.0.0.1" not in repr(arguments):
        print("outside:", event, arguments, file=sys.stderr)

sys.addaudithook(hear)
from assistant.cli import main
main()
"""
PLAN = "某县2031年国民经济和社会发展计划\n一、目标\n新建观鸟站4座。\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """(address, home, corpus folder) of a running server; its stderr must hold no outside connection."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "wuchang-2022.txt").write_bytes((CORPUS / "wuchang-2022.txt").read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    home, log = tmp_path / "home", tmp_path / "stderr"
    environment = {**os.environ, "PLAN_ASSISTANT_HOME": str(home), "PLAN_ASSISTANT_CORPUS": str(corpus)}
    command = [sys.executable, "-c", PROGRAM, "serve", "--port", str(port)]
    with log.open("wb") as errors, subprocess.Popen(command, env=environment, cwd=ROOT, stderr=errors) as process:
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}", home, corpus
        finally:
            process.terminate()
    assert "outside:" not in log.read_text(encoding="utf-8")


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        try:
            with urlopen(address):
                return
        except URLError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)  # there is nothing to wait on but the port itself
    raise AssertionError("the server did not become ready")


@pytest.mark.browser
def test_a_new_user_reaches_the_clause(served: tuple[str, Path, Path], browser: Browser) -> None:
    address, home, corpus = served
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda opened: requests.append(opened.url))
    page.goto(address)
    box = page.get_by_label("问题")
    box.fill("新增充电桩多少根")
    box.press("Enter")
    answer = page.locator(".answer[data-status]").last
    expect(answer.locator(".prose .figure")).to_have_text("1000根")
    answer.locator(".marker").first.click()
    expect(page.locator("#source mark.figure")).to_have_text("1000根")
    expect(page.locator("#source mark.figure")).to_be_in_viewport()
    quote = "".join(page.locator("#source mark").all_text_contents())
    assert quote.startswith("大力推进停车场")
    assert quote in (CORPUS / "wuchang-2022.txt").read_text(encoding="utf-8")
    # Another process brings in a changed plan: the same page answers from it.
    (corpus / "new.txt").write_text(PLAN, encoding="utf-8")
    index(home, corpus=corpus)
    box.fill("新建观鸟站几座")
    box.press("Enter")
    expect(page.locator(".answer[data-status]").last.locator(".prose .figure")).to_have_text("4座")
    page.close()
    assert requests
    assert {urlsplit(url).hostname for url in requests} <= {"127.0.0.1", None}
