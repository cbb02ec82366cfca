"""How indexing says how far it is."""

from __future__ import annotations

import pytest
from rich.console import Console

from assistant import terminal
from assistant.library.steps import Step, counted


def test_where_there_is_no_terminal_some_of_many_steps_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress() as tell:
        tell("准备编码器")
        for _ in counted("计算向量", range(40), tell):
            pass
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "准备编码器"
    assert lines[1:3] == ["计算向量（1/40）", "计算向量（5/40）"]
    assert len(lines) == 11


def test_on_a_terminal_there_is_a_bar_with_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(force_terminal=True, width=100, record=True)
    monkeypatch.setattr(terminal, "Console", lambda **_: console)
    with console.capture() as captured, terminal.progress() as tell:
        tell(Step("计算向量[一]", 6, 40))
    assert "计算向量[一]" in captured.get()
    assert "6/40" in captured.get()


def test_one_alone_is_not_counted() -> None:
    assert Step("读取 甲.txt", 0, 1) == "读取 甲.txt"
    assert Step("读取 甲.txt", 0, 2) == "读取 甲.txt（1/2）"
