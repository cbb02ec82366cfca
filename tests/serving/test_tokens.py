"""The token file and the commands that manage it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.cli import run
from assistant.errors import UnusableInput
from assistant.serving.tokens import AccessTokens, TokenFile


def test_a_token_is_stored_as_its_hash_alone(tmp_path: Path) -> None:
    file = TokenFile(tmp_path)
    token = file.add("接口平台")
    assert token.startswith("pa-")
    assert len(token) > 40
    assert token[3:] not in file.path.read_text("utf-8")
    assert AccessTokens([], file).admit(token)
    assert not AccessTokens([], file).admit(file.records()[0].sha256)


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = TokenFile(tmp_path)
    os.umask(before := os.umask(0))
    os.umask(0)
    try:
        file.add("甲")
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.path.parent.iterdir() if path.suffix != ".lock"] == ["tokens.json"]


def test_what_another_process_changes_counts_at_once(tmp_path: Path) -> None:
    server, command = TokenFile(tmp_path), TokenFile(tmp_path)
    tokens = AccessTokens([], server)
    assert not tokens.exist()
    first, second = command.add("甲"), command.add("乙")
    assert tokens.admit(first)
    assert tokens.admit(second)
    command.remove("甲")
    assert not tokens.admit(first)
    assert tokens.admit(second)


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: TokenFile(tmp_path).add(f"程序{number}"), range(24)))
    tokens = AccessTokens([], TokenFile(tmp_path))
    assert all(map(tokens.admit, made))


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb", "a\x1b[2J"])
def test_names_that_cannot_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableInput, match="名称"):
        TokenFile(tmp_path).add(name)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PLAN_ASSISTANT_HOME", str(tmp_path))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["token", *arguments])
        return code, *capfd.readouterr()

    assert command("list") == (0, "", "还没有令牌。用 plan-assistant token add 名称 添加\n")
    code, token, line = command("add", "甲")
    assert code == 0
    assert "只显示这一次" in line
    assert AccessTokens([], TokenFile(tmp_path)).admit(token.strip())
    code, listed, _ = command("list")
    assert listed.startswith("甲  20")
    assert token.strip() not in listed
    assert command("add", "甲")[0] == 2
    assert command("remove", "乙") == (2, "", "没有名为“乙”的令牌；现有：甲\n")
    assert command("remove", "甲")[0] == 0
    assert not AccessTokens([], TokenFile(tmp_path)).exist()
