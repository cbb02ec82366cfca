"""The page's evaluations over a real assistant: runs in the background, reports, proposals that become cases."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from assistant.answering.answer import Answer
from assistant.cli import run as run_command
from assistant.errors import UnusableInput
from assistant.evaluation.proposals import Decision, draft
from assistant.evaluation.suite_files import read_suite
from assistant.evaluations import evaluation_folder, suite_folders
from assistant.settings import Settings
from assistant.web.desk import Desk
from assistant.web.evaluating import BASELINE, PREVIOUS, EvaluationDesk
from assistant.wiring import Assistant
from tests.evaluation.test_runner import BEDS, FOUR, METRO, OTHER, OTHER_TEXT, PILES, SCHOOLS, SMALL, SMALL_TEXT

WAIT = 60  # seconds that a thread may take before a test fails


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A corpus of two small plans and a home that holds them."""
    corpus, home = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("home")
    for name, text in ((SMALL, SMALL_TEXT), (OTHER, OTHER_TEXT)):
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    Assistant.open(settings=Settings(home=home, corpus=str(corpus))).close()
    return corpus, home


@pytest.fixture
def settings(prepared: tuple[Path, Path], tmp_path: Path) -> Settings:
    corpus, home = prepared
    return Settings(home=Path(shutil.copytree(home, tmp_path / "home")), corpus=str(corpus))


@pytest.fixture
def assistant(settings: Settings) -> Iterator[Assistant]:
    opened = Assistant.open(settings=settings)
    yield opened
    opened.close()


@pytest.fixture
def desk(settings: Settings, assistant: Assistant) -> EvaluationDesk:
    write_suite(settings, "mine", FOUR)
    return Desk(settings, assistant)


def write_suite(settings: Settings, name: str, cases: str, head: str = f"documents: [{SMALL}]") -> Path:
    path = suite_folders(settings.home)[1] / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n" + (f"cases:\n{cases}" if cases else ""), encoding="utf-8")
    return path


def wait() -> None:
    """Until no run goes on in the background."""
    for thread in threading.enumerate():
        if thread.name == "evaluation":
            thread.join(WAIT)
            assert not thread.is_alive()


def finished(desk: EvaluationDesk, *suites: str) -> str:
    """The id of a run that has been made."""
    desk.start(suites or ("mine",), "embedded")
    wait()
    progress = desk.progress()
    assert progress is not None
    assert progress.error == ""
    return progress.run


class Held:
    """Holds the assistant in its n-th question until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
        self.in_hand, self.go_on, self.asked = threading.Event(), threading.Event(), 0
        really = Assistant.ask

        def ask(assistant: Assistant, *arguments: Any) -> Answer:
            self.asked += 1
            if self.asked == number:
                self.in_hand.set()
                assert self.go_on.wait(WAIT)
            return really(assistant, *arguments)

        monkeypatch.setattr(Assistant, "ask", ask)


# --- Runs -------------------------------------------------------------------------------------------------------------


def test_suites_whose_plans_are_held_can_be_run(desk: EvaluationDesk, settings: Settings) -> None:
    """The shipped ones ask a plan that this library does not hold."""
    write_suite(settings, "all", METRO, "title: 全库\nkept_aside: true")
    suites = {one.name: one for one in desk.suites()}
    assert set(suites) == {"mine", "all"}
    assert (suites["mine"].title, suites["mine"].cases, suites["mine"].local) == ("mine", 4, True)
    assert (suites["all"].title, suites["all"].kept_aside, suites["mine"].kept_aside) == ("全库", True, False)
    assert tuple(suites["mine"].documents) == (SMALL,)
    assert tuple(suites["all"].documents) == ()


def test_shipped_suites_are_not_the_offices_own(corpus_home: Path, corpus_assistant: Assistant) -> None:
    suites = Desk(Settings(home=corpus_home), corpus_assistant).suites()
    assert {one.name for one in suites} >= {"numeric", "perturbation"}
    assert not any(one.local for one in suites)
    assert {one.name for one in suites if one.kept_aside} == {
        "every-kind-kept-aside",
        "kept-aside",
        "own-words-kept-aside",
        "plain-speech-kept-aside",
    }


def test_engines_can_be_picked(desk: EvaluationDesk) -> None:
    assert desk.engines() == [("内置引擎", "embedded"), ("语言模型", "llm")]


def test_nothing_was_run_yet(desk: EvaluationDesk) -> None:
    assert desk.progress() is None
    assert desk.runs() == []
    assert desk.proposals() == []
    assert desk.local_suite() is None
    desk.stop()


def test_a_run_goes_on_in_the_background(desk: EvaluationDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, 3)
    desk.start(["mine"], "embedded")
    assert held.in_hand.wait(WAIT)
    going = desk.progress()
    assert going is not None
    assert (going.done, going.total, going.running, going.error) == (2, 4, True, "")
    assert going.seconds_left is not None
    assert going.seconds_left >= 0
    # What it has so far can be read while it runs.
    assert [result.id for result in desk.run(going.run).results] == ["piles", "schools"]
    [line] = desk.runs()
    assert (line.id, line.finished, line.right, line.cases) == (going.run, False, 2, 2)
    with pytest.raises(UnusableInput, match="正在评测，请等它完成或先停止"):
        desk.start(["mine"], "embedded")
    held.go_on.set()
    wait()
    done = desk.progress()
    assert done is not None
    assert (done.run, done.done, done.total, done.running, done.seconds_left) == (going.run, 4, 4, False, None)
    run = desk.run(done.run)
    assert {result.id: result.verdict for result in run.results} == {
        "piles": "right", "schools": "right", "beds": "wrong", "metro": "right",
    }  # fmt: skip
    [line] = desk.runs()
    assert (line.configuration, line.finished, line.right, line.cases) == ("embedded", True, 3, 4)
    assert line.started == run.provenance.started
    assert held.asked == 4


def test_stop_ends_a_run_after_the_case_in_hand(desk: EvaluationDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, 2)
    desk.start(["mine"], "embedded")
    assert held.in_hand.wait(WAIT)
    desk.stop()
    held.go_on.set()
    wait()
    progress = desk.progress()
    assert progress is not None
    assert (progress.done, progress.total, progress.running, progress.error) == (2, 4, False, "")
    stopped = desk.run(progress.run)
    assert [result.id for result in stopped.results] == ["piles", "schools"]
    assert stopped.finished is None
    assert not desk.runs()[0].finished
    # Another one may begin now, and is compared with what the stopped one has.
    after = finished(desk)
    comparison = desk.comparison(after, PREVIOUS)
    assert comparison is not None
    assert (comparison.same, comparison.added, comparison.gone) == (2, 2, ())


def test_a_stopped_run_has_lost_no_cases(desk: EvaluationDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    finished(desk)
    held = Held(monkeypatch, 1)
    desk.start(["mine"], "embedded")
    assert held.in_hand.wait(WAIT)
    desk.stop()
    held.go_on.set()
    wait()
    comparison = desk.comparison(desk.runs()[0].id, PREVIOUS)
    assert comparison is not None
    assert (comparison.same, comparison.gone, comparison.holds) == (1, (), True)


def test_of_two_starts_at_once_one_is_refused(desk: EvaluationDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    held, together, refused = Held(monkeypatch, 1), threading.Barrier(4), []

    def start() -> None:
        together.wait(WAIT)
        try:
            desk.start(["mine"], "embedded")
        except UnusableInput as error:
            refused.append(str(error))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    held.go_on.set()
    wait()
    assert len(refused) == 3
    assert len(desk.runs()) == 1


@pytest.mark.parametrize(
    ("suites", "engine", "line"),
    [
        (["nope"], "embedded", "没有题集“nope”"),
        (["mine"], "llm", "PLAN_ASSISTANT_LLM_BASE_URL"),
        (["mine"], "gpt", "PLAN_ASSISTANT_ENGINE"),
    ],
)
def test_what_cannot_be_started_is_refused(desk: EvaluationDesk, suites: list[str], engine: str, line: str) -> None:
    with pytest.raises(UnusableInput, match=line):
        desk.start(suites, engine)
    assert desk.progress() is None
    assert desk.runs() == []
    assert finished(desk)


def test_a_suite_that_cannot_be_run_ends_with_its_line(desk: EvaluationDesk, settings: Settings) -> None:
    path = write_suite(settings, "bad", PILES.replace("[充电桩1000根]", "[没有这样的话]"))
    desk.start(["bad"], "embedded")
    wait()
    progress = desk.progress()
    assert progress is not None
    assert (progress.running, progress.done) == (False, 0)
    assert progress.error.startswith(f"题集 {path} 第 3 行（piles）：出处“没有这样的话”不在任何条款里")
    assert desk.runs() == []


def test_no_suite_named_is_all_that_can_be_run(desk: EvaluationDesk, settings: Settings) -> None:
    write_suite(settings, "more", METRO)
    write_suite(settings, "absent", METRO, "documents: [江夏]")
    desk.start([], "embedded")
    wait()
    run = desk.run(desk.runs()[0].id)
    assert [suite.name for suite in run.suites] == ["mine", "more"]
    assert len(run.results) == 5


def test_mutants_are_not_counted_in_the_line_of_a_run(desk: EvaluationDesk, settings: Settings) -> None:
    write_suite(settings, "mutants", "", f"documents: [{SMALL}]\ngenerated: perturbation")
    finished(desk, "mine", "mutants")
    [line] = desk.runs()
    assert (line.right, line.cases) == (3, 4)
    finished(desk, "mutants")
    assert (desk.runs()[0].right, desk.runs()[0].cases) == (0, 0)


# --- Comparisons and reports ------------------------------------------------------------------------------------------


def test_a_run_is_compared_with_the_one_before_it(desk: EvaluationDesk, settings: Settings) -> None:
    first = finished(desk)
    assert desk.comparison(first, PREVIOUS) is None
    write_suite(settings, "mine", PILES.replace("1000, unit", "1001, unit") + SCHOOLS + BEDS.replace("5000,", "500,"))
    second = finished(desk)
    write_suite(settings, "mine", PILES + SCHOOLS)
    third = finished(desk)
    assert [line.id for line in desk.runs()] == [third, second, first]
    assert desk.comparison(first, PREVIOUS) is None
    comparison = desk.comparison(second, PREVIOUS)
    assert comparison is not None
    assert comparison.baseline == first
    assert [change.id for change in comparison.worse] == ["piles"]
    assert [change.id for change in comparison.better] == ["beds"]
    assert comparison.gone == ("mine/metro",)
    assert comparison.same == 1
    newer = desk.comparison(third, PREVIOUS)
    assert newer is not None
    assert newer.baseline == second
    named = desk.comparison(third, first)
    assert named is not None
    assert (named.baseline, named.same, named.gone) == (first, 2, ("mine/beds", "mine/metro"))


def test_a_run_is_compared_with_the_committed_baseline(desk: EvaluationDesk) -> None:
    comparison = desk.comparison(finished(desk), BASELINE)
    assert comparison is not None
    assert (comparison.added, comparison.same, comparison.gone) == (4, 0, ())


def test_a_report_in_three_forms(desk: EvaluationDesk) -> None:
    finished(desk)
    run = finished(desk)
    page, data, tests = (desk.report(run, form) for form in ("html", "json", "junit"))
    assert [path.name for path in (page, data, tests)] == ["report.html", "report.json", "junit.xml"]
    assert "新增充电桩多少根" in page.read_text("utf-8")
    reported = json.loads(data.read_bytes())
    assert [one["run"]["id"] for one in reported["runs"]] == [run]
    assert reported["comparison"]["same"] == 4
    assert len(list(ElementTree.parse(tests).iter("testcase"))) == 4
    assert desk.runs()[0].id == run  # a report is no run
    assert len(desk.runs()) == 2


@pytest.mark.parametrize("name", ["nope", "../x", "..", "", "/etc", "*"])
def test_a_run_that_is_not_there_is_refused_and_nothing_outside_is_touched(
    desk: EvaluationDesk, settings: Settings, name: str
) -> None:
    run = finished(desk)
    folder = evaluation_folder(settings.home)
    shutil.copytree(folder / "runs" / run, folder / "x")
    before = sorted(path for path in settings.home.rglob("*"))
    attempts = [lambda: desk.run(name), lambda: desk.comparison(name, PREVIOUS), lambda: desk.report(name, "html")]
    if name != PREVIOUS:
        attempts.append(lambda: desk.comparison(run, name))
    for attempt in attempts:
        with pytest.raises(UnusableInput) as refused:
            attempt()
        message = str(refused.value)
        assert message.startswith("没有评测记录“")
        assert "\n" not in message
    assert sorted(path for path in settings.home.rglob("*")) == before


# --- Proposals --------------------------------------------------------------------------------------------------------


def propose(desk: EvaluationDesk, assistant: Assistant, correction: str = "", *turns: str) -> str:
    """The id of a proposal."""
    turns = turns or ("新增养老床位多少张",)
    desk.propose(turns, assistant.ask(turns[-1], turns[:-1]), "不对", correction)
    return desk.proposals()[0].id


def test_a_proposal_waits_and_is_rejected(desk: EvaluationDesk, assistant: Assistant) -> None:
    first, second = propose(desk, assistant), propose(desk, assistant, "应是600张")
    assert [one.id for one in desk.proposals()] == [second, first]
    assert (desk.proposals()[0].reason, desk.proposals()[0].correction) == ("不对", "应是600张")
    desk.reject(first)
    assert [one.id for one in desk.proposals()] == [second]
    for again in (first, "../x", "nope"):
        with pytest.raises(UnusableInput):
            desk.reject(again)
        with pytest.raises(UnusableInput):
            desk.accept(again, Decision(kind="how", status="answered"))
    assert desk.local_suite() is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gold": "没有这样的话"}, "出处“没有这样的话”不在任何条款里"),
        ({"gold": "建成菜场"}, "在 2 个条款里都有"),
        ({"gold": ""}, "要写明出处"),
        ({"figures": "许多"}, "“许多”不是一个数量"),
        ({"status": "not_in_plan"}, "不能有应答数字"),
    ],
)
def test_a_decision_that_no_run_could_judge_is_refused_and_the_proposal_stays(
    desk: EvaluationDesk, assistant: Assistant, changes: dict[str, str], reason: str
) -> None:
    name = propose(desk, assistant)
    decision = Decision.model_validate(draft(desk.proposals()[0]).model_dump() | changes)
    with pytest.raises(UnusableInput) as refused:
        desk.accept(name, decision)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert [one.id for one in desk.proposals()] == [name]
    assert desk.local_suite() is None


def test_an_accepted_proposal_is_run_and_judged(
    desk: EvaluationDesk, assistant: Assistant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the page and by the command: what the engine says rightly is right, what it says otherwise is wrong."""
    propose(desk, assistant)
    desk.accept(desk.proposals()[0].id, draft(desk.proposals()[0]))
    propose(desk, assistant, "应是600张")
    desk.accept(desk.proposals()[0].id, draft(desk.proposals()[0]))
    propose(desk, assistant, "", "建成学校多少", "那菜场呢")
    desk.accept(desk.proposals()[0].id, draft(desk.proposals()[0]))
    assert desk.proposals() == []
    path = desk.local_suite()
    assert path is not None
    cases = read_suite(path).suite.cases
    assert [case.id for case in cases] == ["local-001", "local-002", "local-003"]
    assert [case.style for case in cases] == ["local"] * 3
    assert cases[2].conversation == ("建成学校多少", "那菜场呢")
    [line] = [one for one in desk.suites() if one.name == "local"]
    assert (line.title, line.cases, line.local) == ("本单位的题目", 3, True)

    run = desk.run(finished(desk, "local"))
    assert [result.verdict for result in run.results] == ["right", "wrong", "right"]
    assert run.results[1].expected == "600张"

    monkeypatch.setenv("PLAN_ASSISTANT_HOME", str(settings.home))
    monkeypatch.setenv("PLAN_ASSISTANT_CORPUS", settings.corpus)
    assert run_command(["eval", "local"]) == 0
    by_command = desk.run(desk.runs()[0].id)
    assert by_command.id != run.id
    assert [result.verdict for result in by_command.results] == ["right", "wrong", "right"]


def test_what_was_written_by_hand_into_the_local_suite_stays(
    desk: EvaluationDesk, assistant: Assistant, settings: Settings
) -> None:
    path = write_suite(
        settings, "local", METRO.replace("metro", "local-001"), "title: 我们的\nthresholds: {right: 0.5}"
    )
    before = read_suite(path).suite
    propose(desk, assistant)
    desk.accept(desk.proposals()[0].id, draft(desk.proposals()[0]))
    after = read_suite(path).suite
    assert after.head == before.head
    assert after.cases[0] == before.cases[0]
    assert after.cases[1].id == "local-002"


def test_administrators_who_accept_at_once_lose_nothing(desk: EvaluationDesk, assistant: Assistant) -> None:
    for _ in range(6):
        propose(desk, assistant)
    waiting, together = desk.proposals(), threading.Barrier(6)

    def accept(number: int) -> None:
        together.wait(WAIT)
        desk.accept(waiting[number].id, draft(waiting[number]))

    threads = [threading.Thread(target=accept, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    path = desk.local_suite()
    assert path is not None
    assert [case.id for case in read_suite(path).suite.cases] == [f"local-{number:03d}" for number in range(1, 7)]
    assert desk.proposals() == []


def test_a_proposal_that_several_accept_at_once_becomes_one_case(desk: EvaluationDesk, assistant: Assistant) -> None:
    """Many proposals, each accepted by four administrators in the same moment: one of them does it."""
    proposals, administrators = 15, 4
    for _ in range(proposals):
        propose(desk, assistant)
    waiting, together, refused = desk.proposals(), threading.Barrier(administrators), []

    def accept_all() -> None:
        for proposal in waiting:
            together.wait(WAIT)
            try:
                desk.accept(proposal.id, draft(proposal))
            except UnusableInput as error:
                refused.append(str(error))

    threads = [threading.Thread(target=accept_all) for _ in range(administrators)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    path = desk.local_suite()
    assert path is not None
    assert len(read_suite(path).suite.cases) == proposals
    assert len(refused) == proposals * (administrators - 1)
