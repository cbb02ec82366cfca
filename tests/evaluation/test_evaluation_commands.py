"""`plan-assistant eval` and `plan-assistant suites`: what they print where, and their exit codes."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.cli import run
from assistant.evaluation.case import json_schema
from assistant.evaluation.comparison import read_baseline
from assistant.evaluation.records import RunStore
from assistant.evaluation.suite_files import find_suites, read_suite
from assistant.evaluations import evaluation_folder, suite_folders
from tests.conftest import CORPUS, ROOT

Command = Callable[..., tuple[int, str, str]]

PARKING = "新增公共停车位2000个、集中式充电站8个、充电桩1000根"
PILES = f"- {{id: piles, question: 新增充电桩多少根, kind: figure, style: terse, status: answered, figures: [{{value: 1000, unit: 根}}], gold: [{PARKING}], tags: [special]}}\n"
PLACES = f"- {{id: places, question: 新增公共停车位多少个, kind: figure, style: formal, status: answered, figures: [{{value: 2000, unit: 个}}], gold: [{PARKING}]}}\n"
METRO = "- {id: metro, question: 地铁修几公里, kind: nothing, style: everyday, status: not_in_plan}\n"
WRONG = f"- {{id: wrong-one, question: 新增集中式充电站几个, kind: figure, status: answered, figures: [{{value: 9, unit: 个}}], gold: [{PARKING}]}}\n"
ALL = PILES + PLACES + METRO + WRONG


@pytest.fixture
def home(corpus_home: Path, tmp_path: Path) -> Path:
    """A copy of the shared library, in which runs may be stored."""
    return Path(shutil.copytree(corpus_home, tmp_path / "home"))


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Run a command: (exit code, stdout, stderr)."""
    monkeypatch.setenv("PLAN_ASSISTANT_HOME", str(home))
    monkeypatch.setenv("PLAN_ASSISTANT_CORPUS", str(CORPUS))

    def call(*arguments: object) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = run([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return suite(tmp_path, ALL)


def suite(folder: Path, cases: str, head: str = "", name: str = "tiny", documents: str = "wuchang-2022") -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"title: 小题集\ndocuments: [{documents}]\n{head}\ncases:\n{cases}", encoding="utf-8")
    return path


def store(home: Path) -> RunStore:
    return RunStore(evaluation_folder(home) / "runs")


# --- What is printed --------------------------------------------------------------------------------------------------


def test_a_run_prints_its_rates_and_nothing_else(command: Command, tiny: Path, home: Path) -> None:
    """The table is on stdout; stderr is silent where nobody watches a bar."""
    code, out, err = command("eval", tiny)
    assert (code, err) == (0, "")
    [row] = [line.split() for line in out.splitlines() if line.strip().startswith("tiny")]
    assert row[:2] == ["tiny", "4"]
    assert row[2] in ("75%", "75.0%")
    assert "\x1b" not in out
    assert "wrong-one" not in out
    [name] = store(home).ids()
    run = store(home).read(name)
    assert {result.id: result.verdict for result in run.results} == {
        "piles": "right", "places": "right", "metro": "right", "wrong-one": "wrong",
    }  # fmt: skip


def test_wrong_lists_what_is_not_right_and_why(command: Command, tiny: Path) -> None:
    _, out, _ = command("eval", tiny, "--wrong")
    assert "tiny/wrong-one 新增集中式充电站几个" in out
    assert "应答：9个" in out
    assert "实答：" in out
    assert "tiny/piles" not in out


def test_detail_adds_kinds_and_styles(command: Command, tiny: Path) -> None:
    _, plain, _ = command("eval", tiny)
    _, out, _ = command("eval", tiny, "--detail")
    titles = [line.split()[0] for line in out.splitlines() if "题数" in line]
    assert titles == ["题集", "类别", "问法"]
    assert sum("题数" in line for line in plain.splitlines()) == 1


def test_reports_are_written_and_told_on_stderr(command: Command, tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    code, out, err = command("eval", tiny, "--report", folder)
    assert code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["junit.xml", "report.html", "report.json"]
    assert sorted(err.splitlines()) == sorted(f"已写入 {path}" for path in folder.iterdir())
    assert "已写入" not in out
    [reported] = json.loads((folder / "report.json").read_bytes())["runs"]
    assert [result["id"] for result in reported["run"]["results"]] == ["piles", "places", "metro", "wrong-one"]
    assert "新增充电桩多少根" in (folder / "report.html").read_text("utf-8")
    cases = list(ElementTree.parse(folder / "junit.xml").iter("testcase"))
    assert len(cases) == 4
    assert sum(case.find("failure") is not None for case in cases) == 1


def test_nothing_of_what_is_kept_aside_is_shown(command: Command, tmp_path: Path) -> None:
    path = suite(tmp_path, ALL, "kept_aside: true", "hidden")
    folder = tmp_path / "report"
    code, out, err = command("eval", path, "--wrong", "--detail", "--report", folder)
    assert code == 0
    shown = out + err + "".join(one.read_text("utf-8") for one in folder.iterdir())
    for secret in ("新增集中式充电站几个", "新增充电桩多少根", "地铁修几公里", PARKING):
        assert secret not in shown
    assert "hidden" in out


def test_only_and_sample_take_some(command: Command, tiny: Path, home: Path) -> None:
    def taken() -> list[str]:
        return [result.id for result in store(home).read(store(home).ids()[0]).results]

    code, out, _ = command("eval", tiny, "--only", "kind:figure", "--only", "style:formal", "--only", "style:terse")
    assert (code, taken()) == (0, ["piles", "places"])
    assert "只跑了一部分题（kind:figure style:formal style:terse），不对照门槛" in out
    assert command("eval", tiny, "--sample", 2)[0] == 0
    first = taken()
    assert len(first) == 2
    assert command("eval", tiny, "--sample", 2)[0] == 0
    assert taken() == first
    assert command("eval", tiny, "--sample", 99)[0] == 0
    assert len(taken()) == 4


def test_a_sheet_is_run_as_it_is(command: Command, tiny: Path, tmp_path: Path, home: Path) -> None:
    for form in ("csv", "xlsx"):
        sheet = tmp_path / f"tiny.{form}"
        assert command("suites", "export", tiny, sheet)[0] == 0
        assert command("eval", sheet)[0] == 0
        verdicts = [result.verdict for result in store(home).read(store(home).ids()[0]).results]
        assert verdicts == ["right", "right", "right", "wrong"]


def test_two_configurations_stand_side_by_side(command: Command, tiny: Path, tmp_path: Path, home: Path) -> None:
    files = [tmp_path / "first.env", tmp_path / "second.env"]
    for file in files:
        file.write_text("PLAN_ASSISTANT_ENGINE=embedded\n", encoding="utf-8")
    code, out, err = command("eval", tiny, "--settings", files[0], "--settings", files[1], "--wrong")
    assert (code, err) == (0, "")
    [heading] = [line.split() for line in out.splitlines() if "项目" in line]
    assert heading == ["项目", "first", "second"]
    [row] = [line for line in out.splitlines() if line.strip().startswith("全对")]
    assert row.count("75") == 2
    assert "first：tiny/wrong-one" in out
    assert "second：tiny/wrong-one" in out
    assert sorted(store(home).head(name).configuration for name in store(home).ids()) == ["first", "second"]


# --- Exit codes -------------------------------------------------------------------------------------------------------


def test_a_missed_threshold_is_exit_code_1(command: Command, tmp_path: Path) -> None:
    assert command("eval", suite(tmp_path, ALL, "thresholds: {right: 0.75, numbers: 1}"))[0] == 0
    code, out, err = command("eval", suite(tmp_path, ALL, "thresholds: {right: 0.76}"))
    assert (code, err) == (1, "")
    assert "没达到：题集 tiny：全对 75.00%，低于门槛 76.00%" in out
    assert command("eval", tmp_path / "tiny.yaml", "--sample", 4)[0] == 0  # a part is not judged


def test_a_missed_threshold_of_any_configuration_is_exit_code_1(command: Command, tmp_path: Path) -> None:
    path = suite(tmp_path, ALL, "thresholds: {right: 0.76}")
    file = tmp_path / "a.env"
    file.write_text("")
    code, out, _ = command("eval", path, "--settings", file, "--engine", "embedded")
    assert code == 1
    assert "没达到" in out


def test_a_baseline_is_written_and_held_to(command: Command, tiny: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    code, out, err = command("eval", tiny, "--baseline", baseline, "--update-baseline")
    assert (code, err) == (0, f"基线已写入 {baseline}\n")
    assert read_baseline(baseline).verdicts["tiny"]["wrong-one"] == "wrong"
    before = baseline.read_bytes()
    code, out, err = command("eval", tiny, "--baseline", baseline)
    assert (code, err) == (0, "")
    assert "变好 0，变差 0，没变 4，新增 0，少了 0；全对率没变" in out
    assert baseline.read_bytes() == before


@pytest.mark.parametrize(
    ("cases", "head", "code", "line"),
    [
        (PILES.replace("value: 1000", "value: 1001") + PLACES + METRO + WRONG, "", 1, "变差 tiny/piles"),
        (PILES + METRO + WRONG, "", 1, "少了 tiny/places"),
        (ALL, "thresholds: {right: 0.5, clause: 0.1}", 0, "全对率没变"),
        (ALL, "thresholds: {right: 0.4999}", 1, "门槛被降低 tiny：right 0.5 → 0.4999"),
        (ALL, "thresholds: {clause: 0.5}", 1, "门槛被降低 tiny：right 0.5 → 无"),
        (ALL.replace("value: 9,", "value: 8,"), "", 0, "变好 tiny/wrong-one"),
        (ALL + METRO.replace("metro", "more"), "", 0, "新增 1"),
    ],
)
def test_what_got_worse_than_the_baseline_is_exit_code_1(
    command: Command, tmp_path: Path, cases: str, head: str, code: int, line: str
) -> None:
    baseline = tmp_path / "baseline.json"
    usual = "thresholds: {right: 0.5}"
    command("eval", suite(tmp_path, ALL, usual), "--baseline", baseline, "--update-baseline")
    found, out, _ = command("eval", suite(tmp_path, cases, head or usual), "--baseline", baseline)
    assert found == code
    assert line in out


def test_a_part_of_a_suite_misses_nothing_of_the_baseline(command: Command, tiny: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    command("eval", tiny, "--baseline", baseline, "--update-baseline")
    code, out, _ = command("eval", tiny, "--baseline", baseline, "--only", "id:piles")
    assert code == 0
    assert "没变 1，新增 0，少了 0" in out


def test_thresholds_are_raised_in_the_file(command: Command, tmp_path: Path) -> None:
    path = suite(tmp_path, ALL, "thresholds: {right: 0.5}")
    cases = read_suite(path).suite.cases
    code, _, err = command("eval", path, "--raise-thresholds")
    assert code == 0
    assert "门槛提高：tiny：全对 0.5 → 0.75" in err.splitlines()
    written = read_suite(path).suite
    assert format(written.thresholds["right"], "f") == "0.75"
    assert written.cases == cases
    code, _, err = command("eval", path, "--raise-thresholds")
    assert (code, err) == (0, "")


BAD = [
    (("eval", "nope"), "没有题集“nope”；现有："),
    (("eval", "{tmp}/none.yaml"), "none.yaml 读不出来"),
    (("eval", "{tmp}/bad.yaml"), "bad.yaml 第 2 行（a）：kind：“what”不认识"),
    (("eval", "{tmp}/gold.yaml"), "gold.yaml 第 5 行（piles）：出处“没有这样的话”不在任何条款里"),
    (("eval", "{tmp}/absent.yaml"), "要问的文档“江夏”不在资料库里"),
    (("eval", "{tmp}/tiny.yaml", "--only", "colour:red"), "--only colour:red 不能用"),
    (("eval", "{tmp}/tiny.yaml", "--only", "kind:list"), "没有要评测的题目（kind:list）"),
    (("eval", "{tmp}/tiny.yaml", "--sample", "0"), "sample"),
    (("eval", "{tmp}/tiny.yaml", "--workers", "0"), "workers"),
    (("eval", "{tmp}/tiny.yaml", "--update-baseline"), "--update-baseline 要和 --baseline 一起用"),
    (("eval", "{tmp}/tiny.yaml", "--update-baseline", "--baseline", "{tmp}/b.json", "--sample", "1"), "只跑一部分题目时不能更新基线"),
    (("eval", "{tmp}/tiny.yaml", "--raise-thresholds", "--only", "id:piles"), "只跑一部分题目时不能更新基线或门槛"),
    (("eval", "{tmp}/tiny.yaml", "--baseline", "{tmp}/none.json"), "none.json”读不出来"),
    (("eval", "{tmp}/tiny.yaml", "--baseline", "{tmp}/tiny.yaml"), "tiny.yaml”不合格式"),
    (("eval", "{tmp}/tiny.yaml", "--baseline", "{tmp}/file/b.json", "--update-baseline"), "{tmp}/file/b.json"),
    (("eval", "{tmp}/tiny.yaml", "--report", "{tmp}/file/report"), "报告写不进文件夹“{tmp}/file/report”"),
    (("eval", "{tmp}/tiny.yaml", "--engine", "llm"), "使用语言模型引擎（llm）需要设置 PLAN_ASSISTANT_LLM_BASE_URL"),
    (("eval", "{tmp}/tiny.yaml", "--engine", "gpt"), "PLAN_ASSISTANT_ENGINE='gpt'"),
    (("eval", "{tmp}/tiny.yaml", "--settings", "{tmp}/none.env"), "设置文件“{tmp}/none.env”不存在"),
    (("eval", "{tmp}/tiny.yaml", "--settings", "{tmp}/tiny.yaml"), "{tmp}/tiny.yaml"),
    (("eval", "{tmp}/tiny.yaml", "--resume"), "没有可以接着跑的评测（embedded）"),
    (("suites", "export", "nope", "{tmp}/x.csv"), "没有题集“nope”"),
    (("suites", "export", "{tmp}/tiny.yaml", "{tmp}/x.ods"), "不认识的表格格式"),
    (("suites", "export", "{tmp}/tiny.yaml", "{tmp}/file/x.csv"), "{tmp}/file/x.csv"),
    (("suites", "export", "{tmp}/tiny.yaml", "{tmp}/file/x.yaml"), "{tmp}/file/x.yaml"),
    (("suites", "import", "{tmp}/none.csv"), "none.csv"),
    (("suites", "import", "{tmp}/bad.yaml"), "“what”不认识"),
    (("suites", "import", "{tmp}/tiny.yaml", "--name", "../x"), "题集名“../x”不能用"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "named"), BAD, ids=[" ".join(one[0]).replace("{tmp}/", "") for one in BAD])
def test_a_mistake_is_one_line_on_stderr_and_exit_code_2(
    arguments: tuple[str, ...], named: str, command: Command, tiny: Path, tmp_path: Path
) -> None:
    assert tiny.exists()
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "bad.yaml").write_text("cases:\n- {id: a, question: 问, kind: what, status: answered}\n", "utf-8")
    suite(tmp_path, PILES.replace(PARKING, "没有这样的话"), name="gold")
    suite(tmp_path, METRO, name="absent", documents="江夏")
    code, _, err = command(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert code == 2
    assert named.replace("{tmp}", str(tmp_path)) in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_a_mistake_is_found_before_anything_is_run(command: Command, tiny: Path, tmp_path: Path, home: Path) -> None:
    """Half an hour of questions must not be lost to an option that could not have worked."""
    (tmp_path / "file").write_text("no folder")
    assert command("eval", tiny, "--engine", "embedded", "--engine", "llm")[0] == 2
    assert command("eval", tiny, "--baseline", tmp_path / "none.json")[0] == 2
    assert store(home).ids() == []


def test_suites_of_plans_that_are_not_held_are_skipped_unless_named(command: Command, home: Path) -> None:
    own = suite_folders(home)[1]
    suite(own, PILES, name="mine")
    suite(own, PILES, name="absent", documents="江夏")
    code, out, err = command("eval", "--only", "tag:special")
    assert code == 0
    assert err == "跳过题集 absent：资料库里没有它要问的“江夏”\n"
    assert "mine" in out
    code, out, err = command("eval", "mine", "absent", "--only", "tag:special")
    assert (code, out) == (2, "")
    assert "“江夏”不在资料库里" in err


# --- Suites -----------------------------------------------------------------------------------------------------------


def test_suites_are_listed(command: Command, home: Path) -> None:
    mine = suite(suite_folders(home)[1], PILES, name="mine")
    code, out, err = command("suites", "list")
    assert (code, err) == (0, "")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert set(lines) == {*find_suites([ROOT / "evals"]), "mine"}
    assert lines["mine"] == f"mine  小题集（1 题）  {mine}"
    assert "由台账生成" in lines["perturbation"]
    assert "，留出）" in lines["kept-aside"]


def test_a_suite_goes_to_a_sheet_and_comes_back_changed(
    command: Command, tiny: Path, tmp_path: Path, home: Path
) -> None:
    sheet = tmp_path / "mine.csv"
    code, out, err = command("suites", "export", tiny, sheet)
    assert (code, out, err) == (0, "", f"已写入 {sheet}（4 题）\n")
    rows = list(csv.reader(sheet.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 5
    sheet.write_text(sheet.read_text("utf-8-sig").replace("9个", "8个"), encoding="utf-8-sig")
    code, out, err = command("suites", "import", sheet)
    target = suite_folders(home)[1] / "mine.yaml"
    assert (code, out, err) == (0, "", f"已写入 {target}（4 题）\n")
    assert command("eval", "mine")[0] == 0
    assert {result.verdict for result in store(home).read(store(home).ids()[0]).results} == {"right"}
    assert command("suites", "import", sheet, "--name", "other")[0] == 0
    assert [one.question for one in read_suite(target.with_name("other.yaml")).suite.cases] == [
        one.question for one in read_suite(tiny).suite.cases
    ]


def test_a_suite_is_exported_as_yaml(command: Command, tmp_path: Path) -> None:
    assert command("suites", "export", "numeric", tmp_path / "numeric.yaml")[0] == 0
    assert (tmp_path / "numeric.yaml").read_bytes() == (ROOT / "evals" / "numeric.yaml").read_bytes()


def test_the_schema_is_printed(command: Command) -> None:
    code, out, err = command("suites", "schema")
    assert (code, err) == (0, "")
    assert json.loads(out) == json_schema()


@pytest.mark.parametrize("name", ["eval", "suites", "suites list", "suites export", "suites import", "suites schema"])
def test_every_command_has_help(command: Command, name: str) -> None:
    assert command(*name.split(), "--help")[0] == 0
