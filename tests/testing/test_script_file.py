"""Scripts written by hand."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from assistant.errors import UnusableInput
from assistant.testing.recorded import Recorded
from assistant.testing.script_file import read_script

SCRIPT = """
repeat: true
replies:
  - 新增12个。[1]
  - text: 新增12个以上。[1]
    mutate: qualifier
    seed: 3
  - misbehave: busy
    headers: {Retry-After: 2}
  - when: 停车位
    text: 没有提到。
    quirks: [bom, crlf]
    pieces: [没有, 提到。]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "script.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def question(text: str) -> Recorded:
    return Recorded("POST", "/v1/chat/completions", {}, {"messages": [{"role": "user", "content": text}]})


def test_replies_in_order_and_by_question(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, SCRIPT))
    asked = ["多少", "停车位多少", "多少", "多少", "多少"]
    replies = [script(question(text)) for text in asked]
    assert [reply.whole for reply in replies] == [
        "新增12个。[1]",
        "没有提到。",
        "新增12个以内。[1]",
        "",
        "新增12个。[1]",
    ]
    assert replies[1].quirks == {"bom", "crlf"}
    assert (replies[3].status, replies[3].headers) == (429, (("Retry-After", "2"),))


def test_without_repeat_it_ends(tmp_path: Path) -> None:
    script = read_script(written(tmp_path, '["甲"]'))
    assert script(question("多少")).whole == "甲"
    assert script(question("多少")).status == 500


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("replies: [", "不是 YAML"),
        ("12", "没有 replies 列表"),
        ("- {txt: 甲}", "第 1 个回复.*txt"),
        ("- 甲\n- 12", "第 2 个回复.*12"),
        ("- misbehave: dance", "dance.*busy"),
        ("- {text: 甲, mutate: digit}", "没有可以改动的内容"),
        ("- {text: 甲, mutate: colour}", "colour"),
        ("- {text: 甲, when: '['}", "第 1 个回复"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UnusableInput, match=named) as raised:
        read_script(written(tmp_path, text))
    assert "script.yaml" in str(raised.value)


def test_by_hand(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant.testing.model_server", "--port", "0", "--script"]
    with subprocess.Popen(
        [*command, str(written(tmp_path, SCRIPT))], stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ) as server:  # fmt: skip
        assert server.stderr is not None
        ready = server.stderr.readline()
        found = re.search(r"http://\S+/v1", ready)
        assert found, ready
        asked = {"messages": [{"role": "user", "content": "停车位"}]}
        reply = httpx.Client(trust_env=False).post(f"{found.group()}/chat/completions", json=asked)
        assert reply.json()["choices"][0]["message"]["content"] == "没有提到。"
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0
        assert server.stderr.read() == ""
