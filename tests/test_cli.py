"""The commands, run as functions; a few as real processes, where the process is the point."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from assistant.cli import run
from tests.conftest import CORPUS, ROOT

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(corpus_home: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Run a command over the shared library: (exit code, stdout, stderr)."""
    return _command(corpus_home, CORPUS, monkeypatch, capfdbinary)


@pytest.fixture
def own_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """The same over a library of its own, for tests that change it."""
    return _command(tmp_path / "home", CORPUS, monkeypatch, capfdbinary)


def _command(
    home: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[bytes]
) -> Command:
    monkeypatch.setenv("PLAN_ASSISTANT_HOME", str(home))
    monkeypatch.setenv("PLAN_ASSISTANT_CORPUS", str(corpus))

    def call(*arguments: str) -> tuple[int, str, str]:
        captured.readouterr()
        code = run(list(arguments))
        sys.stdout.flush()
        out, err = captured.readouterr()
        return code, out.decode(), err.decode()

    return call


def test_ask(command: Command) -> None:
    code, out, err = command("ask", "新增充电桩多少根")
    assert (code, err) == (0, "")
    assert "计划新增充电桩1000根" in out
    assert "《武昌区2022年国民经济和社会发展计划》(武昌政办【2022】1号)第二部分第(五)项“完善公共基础设施”第2句" in out
    assert "新增公共停车位2000个、集中式充电站8个、充电桩1000根" in out


def test_ask_json_is_one_line_of_the_contract(command: Command) -> None:
    code, out, _ = command("ask", "新增充电桩多少根", "--json")
    assert code == 0
    assert out.count("\n") == 1
    answer = json.loads(out)
    assert {
        "question", "standalone", "status", "text", "figures", "computed", "citations", "engine", "notices", "elapsed_ms",
    } == set(answer)  # fmt: skip
    (figure,) = answer["figures"]
    assert {
        "indicator", "action", "value", "upper", "unit", "qualifier", "qualifier_text", "role", "tense", "period", "text",
        "clause", "start", "end",
    } <= set(figure)  # fmt: skip
    assert (figure["value"], figure["unit"], figure["upper"]) == ("1000", "根", None)
    (citation,) = answer["citations"]
    assert {
        "marker", "document", "title", "number", "clause", "path", "quote", "start", "end", "formatted",
        "name", "location",
    } == set(citation)  # fmt: skip
    assert citation["path"] == [
        "二、2022年国民经济和社会发展主要任务",
        "(五)坚持建管一体,提升城区功能品质",
        "完善公共基础设施",
    ]


def test_batch(command: Command, tmp_path: Path) -> None:
    questions = tmp_path / "batch.jsonl"
    questions.write_text(
        '{"id": "a", "turns": ["新增充电桩多少根"]}\n'
        '{"id": "b", "turns": ["新增充电桩多少根", "那停车位呢"]}\n'
        "口袋公园几个\n"
        '{"id": "c", "turns": []}\n'
        '{"id": "d"\n'
        '{"turns": ["没有编号"]}\n'
        '{"id": "e", "turns": [""]}\n'
        '{"id": 7, "turns": ["社零增速"]}\n',
        encoding="utf-8",
    )
    code, out, _ = command("ask", "--batch", str(questions))
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["id"] for line in lines] == ["a", "b", "3", "c", None, None, "e", "7"]
    assert [bool(line.get("error")) for line in lines] == [False, False, False, True, True, True, True, False]
    assert [line["figures"][0]["text"] for line in lines if "figures" in line] == ["1000根", "2000个", "3个", "8%"]


def test_batch_of_plain_questions(command: Command, tmp_path: Path) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_bytes("新增充电桩多少根\n\n口袋公园几个\n".encode("gb18030"))
    _, out, _ = command("ask", "--batch", str(questions))
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["1", "3"]


def test_documents(command: Command) -> None:
    _, out, _ = command("documents", "--json")
    (document,) = json.loads(out)
    assert {key: document[key] for key in ("id", "title", "number", "year", "place", "clauses", "targets", "defects")} == {
        "id": "wuchang-2022", "title": "武昌区2022年国民经济和社会发展计划", "number": "武昌政办【2022】1号", "year": 2022,
        "place": "武昌区", "clauses": 112, "targets": 37, "defects": 1,
    }  # fmt: skip
    code, out, _ = command("documents")
    assert (code, "wuchang-2022" in out) == (0, True)


def test_show_text_is_the_file_as_it_is(command: Command) -> None:
    _, out, _ = command("show", "wuchang-2022", "--text")
    assert out.encode() == (CORPUS / "wuchang-2022.txt").read_bytes()


def test_show(command: Command) -> None:
    _, outline, _ = command("show", "wuchang-2022")
    assert "2.5.1 完善公共基础设施" in outline
    clause = next(word for word in outline.split() if word.startswith("2.5-"))
    code, out, _ = command("show", "wuchang-2022", "--clause", clause)
    assert (code, "第二部分第(五)项" in out) == (0, True)


def test_ledger_json(command: Command, corpus_text: str) -> None:
    _, out, _ = command("ledger", "--format", "json")
    rows = json.loads(out)
    assert len(rows) == 42
    assert list(rows[0]) == [
        "document", "title", "clause", "path", "indicator", "action", "value", "upper", "unit", "qualifier",
        "qualifier_text", "role", "tense", "period", "text", "start", "end", "quote",
    ]  # fmt: skip
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert all(corpus_text[row["start"] : row["end"]] == row["text"] for row in rows)
    assert sum(row["value"] is None for row in rows) == 2


def test_ledger_csv_and_xlsx(command: Command, tmp_path: Path) -> None:
    _, out, _ = command("ledger", "--format", "csv")
    assert out.startswith("\ufeff")
    table = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
    assert len(table) == 43
    assert table[0][4:7] == ["指标", "动作", "数值"]
    sheet_file = tmp_path / "ledger.xlsx"
    assert command("ledger", "--format", "xlsx", "--output", str(sheet_file))[0] == 0
    sheet = openpyxl.load_workbook(sheet_file).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0] == (*table[0], "牵头单位", "完成时限")
    assert len(cells) == 43


def test_index_and_remove(own_command: Command, tmp_path: Path) -> None:
    plan = tmp_path / "某县2031年计划.txt"
    plan.write_bytes("某县2031年计划\n一、目标\n新增观鸟站4座。\n".encode("gb18030"))
    broken = tmp_path / "broken.txt"
    broken.write_bytes(bytes(range(256)) * 20)
    code, out, _ = own_command("index", str(plan), str(broken))
    assert (code, f"新增  {plan}" in out, f"未收入  {broken}" in out) == (2, True, True)
    _, out, _ = own_command("index", str(plan))
    assert f"未变  {plan.name}" in out
    assert (
        "观鸟站**4座**"
        in json.loads(own_command("ask", "--json", "观鸟站几座", "--document", "某县2031年计划")[1])["text"]
    )
    assert own_command("remove", "wuchang-2022")[0] == 0
    _, out, _ = own_command("documents", "--json")
    assert [document["id"] for document in json.loads(out)] == ["某县2031年计划"]
    assert own_command("remove", "wuchang-2022")[0] == 2


def test_a_clerk_corrects_and_removes_and_is_told_what_changed(own_command: Command, tmp_path: Path) -> None:
    for number, place in enumerate(("云溪县", "青禾县")):
        text = f"各位代表：\n现在，我代表{place}人民政府向大会报告工作。\n一、2031年目标\n新增观鸟站{number + 4}座。\n"
        (tmp_path / f"{place}.txt").write_text(text, encoding="utf-8")
    own_command("index", str(tmp_path))
    _, out, _ = own_command("correct", "云溪县", "--year", "2031", "--level", "县")
    assert out.splitlines() == ["更新  云溪县.txt（云溪县）：已照更正重新整理", "其余2份未变。"]
    [held] = [one for one in json.loads(own_command("documents", "--json")[1]) if one["id"] == "云溪县"]
    assert (held["title"], held["year"], held["level"]) == ("", 2031, "区")
    for command in (("documents",), ("show", "云溪县")):  # it has no title: what it is says what it is called
        assert "云溪县2031年政府工作报告" in own_command(*command)[1]
    assert "plan-assistant show 云溪县 " in own_command("show", "云溪县", "--clause", "nope")[2]
    _, out, _ = own_command("ledger")
    assert "文档" in out
    assert "文档" not in own_command("ledger", "--document", "云溪县")[1]
    assert own_command("remove", "青禾县")[1].splitlines() == ["移出  青禾县.txt（青禾县）", "其余2份未变。"]


def test_corrections_read_again_within_the_limits_of_the_settings(
    own_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = tmp_path / "某县.txt"
    plan.write_text("某县2031年计划\n一、目标\n" + "新增观鸟站4座。\n" * 200, encoding="utf-8")
    own_command("index", str(plan))
    monkeypatch.setenv("PLAN_ASSISTANT_READ_MAX_CHARACTERS", "1000")
    assert "超过上限1000字" in own_command("correct", "某县", "--year", "2032")[1]


def test_doctor(own_command: Command) -> None:
    code, out, _ = own_command("doctor")
    assert code == 0, out
    assert "异常" not in out


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_version_and_help(argument: str, command: Command) -> None:
    assert command(argument)[0] == 0


@pytest.mark.parametrize("name", ["ask", "index", "remove", "documents", "show", "ledger", "serve", "doctor"])
def test_every_command_has_help(name: str, command: Command) -> None:
    assert command(name, "--help")[0] == 0


MISTAKES = [
    (("ask", ""), "空"),
    (("ask", "多" * 100_000), "太长"),
    (("ask",), "二者选一"),
    (("ask", "充电桩", "--document", "nope"), "没有文档“nope”"),
    (("ask", "充电桩", "--engine", "gpt"), "ENGINE"),
    (("ask", "--batch", "/nowhere/batch.jsonl"), "/nowhere/batch.jsonl"),
    (("index", "/nowhere/plan.txt"), ""),
    (("remove", "nope"), "nope"),
    (("show", "nope"), "nope"),
    (("show", "wuchang-2022", "--clause", "nope"), "nope"),
    (("ledger", "--format", "pdf"), "pdf"),
    (("ledger", "--format", "xlsx"), "--output"),
    (("ledger", "--format", "json", "--output", "/nowhere/x.json"), "/nowhere/x.json"),
    (("ledger", "--document", "nope"), "nope"),
    (("serve", "--port", "99999999"), "port"),
    (("nonsense",), "nonsense"),
    (("ask", "--nonsense"), "--nonsense"),
]


@pytest.mark.parametrize(("arguments", "named"), MISTAKES, ids=[" ".join(m[0])[:40] for m in MISTAKES])
def test_a_mistake_is_one_line_and_exit_code_2(arguments: tuple[str, ...], named: str, command: Command) -> None:
    code, out, err = command(*arguments)
    assert code == 2
    assert named in err or named in out
    assert len(err.strip().splitlines()) <= 1
    assert "Traceback" not in err


def test_an_unwritable_home_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("PLAN_ASSISTANT_HOME", str(blocked / "home"))
    assert run(["ask", "新增充电桩多少根"]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()[-1:]
    assert str(blocked) in line


def _process(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PLAN_ASSISTANT_HOME": str(home), "PLAN_ASSISTANT_CORPUS": str(CORPUS)}
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_cold_figure_question_imports_nothing_heavy(corpus_home: Path) -> None:
    """Neither LlamaIndex nor Chroma nor Gradio is loaded for what the ledger answers."""
    script = (
        "import sys; from assistant.cli import run; run(['ask', '新增充电桩多少根', '--json']);"
        "print(*sorted({'llama_index', 'chromadb', 'gradio', 'bm25s', 'openpyxl'} & set(sys.modules)), file=sys.stderr)"
    )
    done = _process(corpus_home, "-c", script)
    assert json.loads(done.stdout)["figures"][0]["value"] == "1000"
    assert done.stderr.strip() == ""


def test_batch_from_stdin_in_a_process(corpus_home: Path) -> None:
    done = _process(corpus_home, "-m", "assistant", "ask", "--batch", "-", stdin="新增充电桩多少根\n")
    assert json.loads(done.stdout)["status"] == "answered"
    assert done.returncode == 0


def test_a_closed_pipe_is_no_complaint(corpus_home: Path) -> None:
    command = f"{sys.executable} -m assistant show wuchang-2022 | head -1"
    environment = {**os.environ, "PLAN_ASSISTANT_HOME": str(corpus_home), "PLAN_ASSISTANT_CORPUS": str(CORPUS)}
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
