"""Evaluations of assistants: what is compared, what made a run, which suites there are."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from assistant import evaluations
from assistant.errors import UnusableInput
from assistant.evaluation.case import Suite
from assistant.evaluation.results import CaseResult, Provenance
from assistant.evaluation.runner import Selection
from assistant.evaluation.spreadsheet import write_spreadsheet
from assistant.evaluation.suite_files import find_suites, read_suite, write_suite
from assistant.evaluations import (
    Configuration,
    configurations,
    evaluate,
    evaluation_folder,
    import_suite,
    load_suites,
    provenance,
    runnable,
    suite_folders,
)
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.conftest import CORPUS, ROOT
from tests.evaluation.test_runner import FOUR, METRO, OTHER, PILES, SMALL, SmallAssistant, suite_file

EVALS = ROOT / "evals"


def settings_file(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# --- Configurations ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engines", "files", "expected"),
    [
        ([], [], [("embedded", "embedded", 7860)]),
        (["llm"], [], [("llm", "llm", 7860)]),
        (["embedded", "llm"], [], [("embedded", "embedded", 7860), ("llm", "llm", 7860)]),
        ([], ["a"], [("a", "llm", 1)]),
        ([], ["b"], [("b", "embedded", 2)]),
        (["embedded"], ["a"], [("a-embedded", "embedded", 1)]),
        (["llm", "embedded"], ["b", "a"], [("b-llm", "llm", 2), ("b-embedded", "embedded", 2), ("a-llm", "llm", 1), ("a-embedded", "embedded", 1)]),
    ],
)  # fmt: skip
def test_every_settings_file_meets_every_engine(
    tmp_path: Path, engines: list[str], files: list[str], expected: list[tuple[str, str, int]]
) -> None:
    settings_file(tmp_path / "a.env", "PLAN_ASSISTANT_ENGINE=llm", "PLAN_ASSISTANT_PORT=1")
    settings_file(tmp_path / "b.env", "# a remark", "", "export PLAN_ASSISTANT_PORT='2'")
    found = configurations(engines, [tmp_path / f"{name}.env" for name in files])
    assert [(one.name, one.settings.engine, one.settings.port) for one in found] == expected


def test_a_file_comes_before_the_environment_and_a_named_engine_before_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAN_ASSISTANT_ENGINE", "llm")
    monkeypatch.setenv("PLAN_ASSISTANT_PORT", "3")
    monkeypatch.setenv("PLAN_ASSISTANT_HOST", "::1")
    path = settings_file(tmp_path / "mine.env", "PLAN_ASSISTANT_PORT=4", "PLAN_ASSISTANT_HOME=~/elsewhere")
    [from_file] = configurations([], [path])
    assert (from_file.settings.engine, from_file.settings.port, from_file.settings.host) == ("llm", 4, "::1")
    assert from_file.settings.home == Path.home() / "elsewhere"
    [named] = configurations(["embedded"], [path])
    assert (named.settings.engine, named.settings.port) == ("embedded", 4)
    assert [one.name for one in configurations([], [])] == ["llm"]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["PLAN_ASSISTANT_ENGIN=llm"], "PLAN_ASSISTANT_ENGIN"),
        (["PLAN_ASSISTANT_PORT=1", "ENGINE=hidden"], "ENGINE"),
        (["SOME_API_KEY=hidden"], "SOME_API_KEY"),
        (["PLAN_ASSISTANT_MODEL_CONFIG=hidden"], "PLAN_ASSISTANT_MODEL_CONFIG"),
        (["PLAN_ASSISTANT_PORT: 5"], "PLAN_ASSISTANT_PORT"),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_with_file_and_key(
    tmp_path: Path, lines: list[str], named: str
) -> None:
    """Its value, which may be a secret, is not repeated."""
    path = settings_file(tmp_path / "mine.env", *lines)
    with pytest.raises(UnusableInput) as refused:
        configurations([], [path])
    message = str(refused.value)
    assert str(path) in message
    assert "\n" not in message
    if "=" in lines[-1]:
        assert message.endswith(f"：{named}")
        assert "hidden" not in message


@pytest.mark.parametrize("line", ["PLAN_ASSISTANT_PORT=zero", "PLAN_ASSISTANT_ENGINE=gpt", "PLAN_ASSISTANT_PORT="])
def test_a_value_that_cannot_be_used_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UnusableInput) as refused:
        configurations([], [settings_file(tmp_path / "mine.env", line)])
    assert line.partition("=")[0] in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_settings_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.env", tmp_path):
        with pytest.raises(UnusableInput) as refused:
            configurations([], [path])
        assert str(path) in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_settings_file_in_gb18030_is_read(tmp_path: Path) -> None:
    """As older Chinese editors write it."""
    path = tmp_path / "gb.env"
    path.write_bytes("PLAN_ASSISTANT_HOME=/资料库/计划".encode("gb18030"))
    assert configurations([], [path])[0].settings.home == Path("/资料库/计划")


def test_a_settings_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """As editors on Windows write it."""
    path = tmp_path / "mine.env"
    path.write_text("PLAN_ASSISTANT_PORT=5\r\n", encoding="utf-8-sig")
    assert configurations([], [path])[0].settings.port == 5


def test_two_configurations_never_share_a_name(tmp_path: Path) -> None:
    """Their columns, their stored runs and what is resumed are told apart by it."""
    files = [settings_file(tmp_path / folder / "same.env", f"PLAN_ASSISTANT_PORT={port}") for folder, port in (("a", 1), ("b", 2))]  # fmt: skip
    names = [one.name for one in configurations([], files)]
    assert len(set(names)) == 2


# --- Provenance -------------------------------------------------------------------------------------------------------


def made_by(prompts: Path, home: Path, **more: object) -> Provenance:
    settings = Settings(home=home, prompts=str(prompts), **more)  # type: ignore[arg-type]
    return provenance(settings, SmallAssistant())  # type: ignore[arg-type]


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "prompts", tmp_path / "prompts"))


def test_provenance_holds_all_that_makes_answers(prompts: Path, tmp_path: Path) -> None:
    found = made_by(prompts, tmp_path)
    assert found.version
    assert (found.engine, found.settings) == ("embedded", {"engine": "embedded"})
    assert len(found.code) == 64
    assert set(found.documents) == {SMALL, OTHER}
    assert found.prompts.keys() == files_below(ROOT / "prompts")
    assert "glossary/经济指标.tsv" in found.prompts
    assert found.python.startswith("3.")
    assert found.started.utcoffset() is not None
    again = made_by(prompts, tmp_path)
    assert again.started - found.started < timedelta(minutes=5)
    assert again.model_copy(update={"started": found.started}) == found


def test_provenance_names_no_place_of_this_machine(prompts: Path, tmp_path: Path) -> None:
    words = made_by(prompts, tmp_path, host="192.0.2.7", port=4711, corpus=str(CORPUS)).model_dump_json()
    for place in (str(tmp_path), str(ROOT), str(Path.home()), "192.0.2.7", '"4711"', "/prompts"):
        assert place not in words


def test_provenance_of_a_real_library(corpus_assistant: Assistant, corpus_home: Path) -> None:
    found = provenance(Settings(home=corpus_home, corpus=str(CORPUS)), corpus_assistant)
    plan = hashlib.sha256((CORPUS / "wuchang-2022.txt").read_bytes()).hexdigest()
    assert found.documents == {"wuchang-2022": plan}
    assert str(corpus_home) not in found.model_dump_json()


def test_one_byte_of_a_prompt_is_another_provenance(
    prompts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAN_ASSISTANT_PROMPTS", str(prompts))

    def hashes() -> dict[str, str]:
        return provenance(configurations([], [])[0].settings, SmallAssistant()).prompts  # type: ignore[arg-type]

    before, path = hashes(), prompts / "glossary" / "经济指标.tsv"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    changed = hashes()
    assert changed.keys() == before.keys()
    assert [name for name in before if before[name] != changed[name]] == ["glossary/经济指标.tsv"]
    path.write_bytes(data)
    assert hashes() == before
    assert hashes() == made_by(ROOT / "prompts", tmp_path).prompts
    (prompts / "system.txt").write_bytes(b"")
    (prompts / "glossary" / "本单位.tsv").write_bytes(b"")
    assert set(hashes()) == {*before, "system.txt", "glossary/本单位.tsv"}


def test_another_training_of_the_encoder_is_another_provenance(
    prompts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "assistant"
    shutil.copytree(ROOT / "assistant" / "search", package / "search", ignore=shutil.ignore_patterns("*.safetensors"))
    monkeypatch.setattr(evaluations, "_CODE", package)
    before = made_by(prompts, tmp_path).code
    assert made_by(prompts, tmp_path).code == before
    configuration = package / "search" / "static_encoder" / "config.json"
    fields = json.loads(configuration.read_text(encoding="utf-8"))
    configuration.write_text(json.dumps(fields | {"fingerprint": "0" * 16}), encoding="utf-8")
    assert made_by(prompts, tmp_path).code != before


# --- Suites -----------------------------------------------------------------------------------------------------------


def own_suite(home: Path, name: str, text: str) -> Path:
    return settings_file(suite_folders(home)[1] / f"{name}.yaml", text)


def test_suites_by_name_by_file_and_all(tmp_path: Path) -> None:
    own_suite(tmp_path, "local", f"title: 自己的\ncases:\n{METRO}")
    sheet = tmp_path / "sheet.csv"
    write_spreadsheet(sheet, read_suite(suite_file(tmp_path, FOUR).path).suite)
    everything = [one.name for one in load_suites([], tmp_path)]
    assert sorted(everything) == sorted([*find_suites([EVALS]), "local"])
    found = load_suites(["local", "numeric", str(tmp_path / "small.yaml"), str(sheet)], tmp_path)
    assert [(one.name, one.suite.title) for one in found][:1] == [("local", "自己的")]
    assert [one.name for one in found] == ["local", "numeric", "small", "sheet"]
    assert [len(found[at].suite.cases) for at in (0, 2, 3)] == [1, 4, 4]


def test_a_suite_of_the_home_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    path = own_suite(tmp_path, "numeric", f"title: 我们的数字题\ncases:\n{METRO}")
    assert load_suites(["numeric"], tmp_path)[0].path == path
    assert [one.path for one in load_suites([], tmp_path) if one.name == "numeric"] == [path]


@pytest.mark.parametrize("name", ["nope", "Numeric", "numeric.txt", "../evals/numeric", ""])
def test_an_unknown_suite_is_refused_listing_what_there_is(tmp_path: Path, name: str) -> None:
    own_suite(tmp_path, "local", f"cases:\n{METRO}")
    with pytest.raises(UnusableInput) as refused:
        load_suites(["numeric", name], tmp_path)
    message = str(refused.value)
    assert message.startswith(f"没有题集“{name}”；现有：")
    assert all(known in message for known in (*find_suites([EVALS]), "local"))
    assert "\n" not in message


def test_a_suite_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("none.yaml", "none.csv", "none.xlsx"):
        with pytest.raises(UnusableInput, match=name.replace(".", r"\.")):
            load_suites([str(tmp_path / name)], tmp_path)


HEAD = f"title: 我们的题\ndocuments: [{SMALL}]\nkept_aside: true\nequivalent_units: [[根, 个]]\nthresholds: {{right: 0.75, figure: 1}}"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_taken_in_keeps_the_head_of_the_suite_that_was_there(tmp_path: Path, form: str) -> None:
    own_suite(tmp_path, "mine", f"{HEAD}\ncases:\n{METRO}")
    head = load_suites(["mine"], tmp_path)[0].suite.head
    sheet = tmp_path / f"mine.{form}"
    cases = read_suite(suite_file(tmp_path, FOUR).path).suite.cases
    write_spreadsheet(sheet, Suite(cases=cases))
    path, loaded = import_suite(sheet, "mine", tmp_path)
    assert path == suite_folders(tmp_path)[1] / "mine.yaml"
    written = load_suites(["mine"], tmp_path)[0].suite
    assert written == loaded.suite
    assert written.head == head
    assert (written.thresholds["right"], written.documents, written.kept_aside) == (Decimal("0.75"), (SMALL,), True)
    assert written.cases == cases


def test_a_new_suite_is_named_for_itself(tmp_path: Path) -> None:
    write_spreadsheet(tmp_path / "x.csv", read_suite(suite_file(tmp_path, FOUR).path).suite)
    import_suite(tmp_path / "x.csv", "新题", tmp_path)
    [suite] = load_suites(["新题"], tmp_path)
    assert (suite.suite.title, len(suite.suite.cases), dict(suite.suite.thresholds)) == ("新题", 4, {})


def test_a_suite_file_brings_its_own_head(tmp_path: Path) -> None:
    own_suite(tmp_path, "mine", f"{HEAD}\ncases:\n{METRO}")
    source = suite_file(tmp_path, FOUR, "title: 别的")
    import_suite(source.path, "mine", tmp_path)
    assert load_suites(["mine"], tmp_path)[0].suite == source.suite


@pytest.mark.parametrize("name", ["", "a/b", "../x", "a b", "x\n", "*"])
def test_a_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    source = suite_file(tmp_path, FOUR)
    with pytest.raises(UnusableInput, match="不能用：只能有文字、数字、点和横线"):
        import_suite(source.path, name, tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_what_cannot_be_taken_in_changes_nothing(tmp_path: Path) -> None:
    path = own_suite(tmp_path, "mine", f"{HEAD}\ncases:\n{METRO}")
    before = path.read_bytes()
    (tmp_path / "bad.csv").write_text("编号,类别,状态\n", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("cases: 5\n", encoding="utf-8")
    for bad in ("bad.csv", "bad.yaml", "none.xlsx"):
        with pytest.raises(UnusableInput, match=bad.replace(".", r"\.")):
            import_suite(tmp_path / bad, "mine", tmp_path)
        assert path.read_bytes() == before


def test_suites_of_plans_that_are_not_held_are_left_out_with_a_line(tmp_path: Path) -> None:
    suites = [
        suite_file(tmp_path, FOUR, name="held"),
        suite_file(tmp_path, FOUR, f"documents: [{SMALL}, 江夏]", "absent"),
        suite_file(tmp_path, METRO, "title: 全库", "any"),
    ]
    chosen, lines = runnable(suites, SmallAssistant())  # type: ignore[arg-type]
    assert [one.name for one in chosen] == ["held", "any"]
    assert lines == ["跳过题集 absent：资料库里没有它要问的“江夏”"]


# --- Runs -------------------------------------------------------------------------------------------------------------


class Silent:
    def begins(self, run: str, known: int, total: int) -> None:
        """Nobody listens."""

    def tells(self, result: CaseResult, /) -> None:
        """Nobody listens."""


def test_a_run_says_what_was_run(tmp_path: Path, prompts: Path) -> None:
    held = suite_file(tmp_path, FOUR, f"title: 题\ndocuments: [{SMALL}]\nkept_aside: true\nthresholds: {{right: 0.5}}")
    subject = SmallAssistant()
    configuration = Configuration("mine", Settings(home=tmp_path, prompts=str(prompts)))
    run = evaluate(configuration, [held], Selection(sample=3), listener=Silent(), assistant=subject)  # type: ignore[arg-type]
    assert (run.configuration, run.selection) == ("mine", "抽 3 题")
    assert run.provenance.prompts == made_by(prompts, tmp_path).prompts
    assert run.finished is not None
    assert run.finished >= run.provenance.started
    [record] = run.suites
    data = held.path.read_bytes()
    assert (record.name, record.title, record.cases, record.kept_aside) == ("small", "题", 3, True)
    assert (record.sha256, record.thresholds) == (hashlib.sha256(data).hexdigest(), {"right": "0.5"})
    assert record.figures == 6
    assert subject.closed == 0  # whoever brings an assistant keeps it


@pytest.mark.parametrize(("only", "words"), [(["kind:list"], "（kind:list）"), ([], "")])
def test_nothing_to_run_is_refused(tmp_path: Path, prompts: Path, only: list[str], words: str) -> None:
    suites = [suite_file(tmp_path, PILES)] if only else []
    configuration = Configuration("mine", Settings(home=tmp_path, prompts=str(prompts)))
    with pytest.raises(UnusableInput) as refused:
        evaluate(
            configuration, suites, Selection.parse(only, None), listener=Silent(), assistant=SmallAssistant()  # type: ignore[arg-type]
        )  # fmt: skip
    assert str(refused.value) == f"没有要评测的题目{words}"
    assert not evaluation_folder(tmp_path).exists()


def test_a_run_that_is_stopped_before_its_first_case_is_kept(tmp_path: Path, prompts: Path) -> None:
    stop = threading.Event()
    stop.set()
    subject = SmallAssistant()
    configuration = Configuration("mine", Settings(home=tmp_path, prompts=str(prompts)))
    run = evaluate(
        configuration, [suite_file(tmp_path, FOUR)], Selection(), listener=Silent(), stop=stop, assistant=subject  # type: ignore[arg-type]
    )  # fmt: skip
    assert (run.finished, run.results, subject.asked) == (None, (), [])


def test_an_assistant_is_opened_and_closed_for_a_run_without_one(
    corpus_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(corpus_home, tmp_path / "home")
    closed: list[Assistant] = []
    really = Assistant.close
    monkeypatch.setattr(Assistant, "close", lambda self: (closed.append(self), really(self)))
    configuration = Configuration("mine", Settings(home=home, corpus=str(CORPUS)))
    suite = suite_file(tmp_path, METRO, "title: 全库")
    run = evaluate(configuration, [suite], Selection(), listener=Silent())
    assert [result.verdict for result in run.results] == ["right"]
    assert len(closed) == 1
    with pytest.raises(UnusableInput, match="不在资料库里"):
        evaluate(configuration, [suite_file(tmp_path, METRO)], Selection(), listener=Silent())
    assert len(closed) == 2


def test_a_written_suite_is_read_as_it_was(tmp_path: Path) -> None:
    suite = read_suite(suite_file(tmp_path, FOUR, HEAD).path).suite
    write_suite(tmp_path / "again.yaml", suite)
    assert read_suite(tmp_path / "again.yaml").suite == suite
