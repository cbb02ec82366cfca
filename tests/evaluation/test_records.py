"""Runs on disk: what was told is kept, a kill loses at most the line in hand, and a run goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from assistant.answering.answer import Answer, Usage
from assistant.cli import run as run_command
from assistant.errors import UnusableInput
from assistant.evaluation.records import RunStore
from assistant.evaluation.results import CaseResult, Retrieved, Run
from assistant.evaluation.runner import Selection
from assistant.evaluation.suite_files import LoadedSuite
from assistant.evaluations import Configuration, evaluate, evaluation_folder
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.conftest import CORPUS, ROOT
from tests.evaluation.test_comparison import ASIDE, a_result, a_run
from tests.evaluation.test_runner import FOUR, METRO, SMALL_TEXT, SmallAssistant, suite_file, without_times

FINISHED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


@cache
def results() -> tuple[CaseResult, ...]:
    """One of each sort, with everything that a result may hold."""
    answer = SmallAssistant().ask("新增充电桩多少根")
    full = answer.model_copy(
        update={
            "usage": Usage(prompt_tokens=9, completion_tokens=1),
            "notices": ("一\n二",),
            "text": "𠮷\u2028\n\t“1000根”",
        }
    )
    found = Retrieved(hit_1=1 / 3, hit_3=1, hit_5=1, mrr=0.1, ndcg=0.2)
    return (
        a_result("a", status="pass", figure="pass", answer=answer, retrieval=found, elapsed_ms=0.123, tags=("设施",)),
        a_result("b", "wrong", figure="fail", answer=full, prompt_tokens=9, completion_tokens=0),
        a_result("c", "error", error="ZeroDivisionError: 行\n行\u0085行"),
        a_result("d", "refused", suite=ASIDE, status="refused", figure="refused"),
    )


def stored(folder: Path, told: tuple[CaseResult, ...], finish: bool = False) -> Run:
    with RunStore(folder).begin(a_run(id="", finished=None)) as writer:
        for result in told:
            writer.tell(result)
        return writer.finish(told, FINISHED) if finish else writer.run


def body(folder: Path, run: Run) -> Path:
    return folder / run.id / "results.jsonl"


# --- To disk and back -------------------------------------------------------------------------------------------------


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    finished = stored(tmp_path, results(), finish=True)
    assert finished.finished == FINISHED
    assert finished.results == results()
    assert RunStore(tmp_path).read(finished.id) == finished
    assert RunStore(tmp_path).head(finished.id) == finished.model_copy(update={"results": ()})


def test_an_unfinished_run_comes_back_with_what_it_has(tmp_path: Path) -> None:
    begun = stored(tmp_path, results()[:2])
    assert RunStore(tmp_path).read(begun.id) == begun.model_copy(update={"results": results()[:2]})
    empty = stored(tmp_path, ())
    assert RunStore(tmp_path).read(empty.id).results == ()


def test_what_was_told_is_on_its_way_before_tell_returns(tmp_path: Path) -> None:
    """Another reader sees each line while the run goes on."""
    with RunStore(tmp_path).begin(a_run()) as writer:
        for number, result in enumerate(results(), start=1):
            writer.tell(result)
            assert RunStore(tmp_path).read(writer.run.id).results == results()[:number]


def test_results_told_out_of_order_are_read_in_the_order_of_the_suites(tmp_path: Path) -> None:
    first, second, third, aside = results()
    begun = stored(tmp_path, (aside, third, first, second))
    assert [one.id for one in RunStore(tmp_path).read(begun.id).results] == ["c", "a", "b", "d"]


def test_runs_begun_in_the_same_second_have_names_of_their_own(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    names: list[str] = []
    for number in range(3):
        with store.begin(a_run()) as writer:
            writer.tell(a_result(f"c{number}"))
            names.append(writer.run.id)
    assert len(set(names)) == 3
    assert all("embedded" in name and name.startswith("2026") for name in names)
    assert set(store.ids()) == set(names)
    assert [store.read(name).results[0].id for name in names] == ["c0", "c1", "c2"]
    assert all(store.read(name).id == name for name in names)


def test_runs_begun_by_several_threads_at_once_never_meet(tmp_path: Path) -> None:
    store, names, together = RunStore(tmp_path), [], threading.Barrier(6)

    def begin() -> None:
        together.wait(30)
        with store.begin(a_run()) as writer:
            names.append(writer.run.id)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 6
    assert set(store.ids()) == set(names)


def test_the_newest_run_comes_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    names: list[str] = []
    for seconds in (0, 0, 1, 60):
        made_by = a_run().provenance
        made_by = made_by.model_copy(update={"started": made_by.started + timedelta(seconds=seconds)})
        with store.begin(a_run(provenance=made_by)) as writer:
            names.append(writer.run.id)
    assert store.ids() == names[::-1]


def test_many_threads_tell_whole_lines(tmp_path: Path) -> None:
    with RunStore(tmp_path).begin(a_run()) as writer:
        threads = [
            threading.Thread(
                target=lambda start: [writer.tell(a_result(f"c{start + n}")) for n in range(25)], args=(at,)
            )
            for at in range(0, 200, 25)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    read = RunStore(tmp_path).read(writer.run.id)
    assert sorted(one.id for one in read.results) == sorted(f"c{number}" for number in range(200))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UnusableInput, match=r"评测记录写不进“.*file.runs”"):
        RunStore(tmp_path / "file" / "runs").begin(a_run())


# --- Torn and damaged -------------------------------------------------------------------------------------------------


def test_a_last_line_cut_at_any_byte_is_dropped_and_the_run_goes_on(tmp_path: Path) -> None:
    kept, lost = results()[:1], a_result("乙", "wrong", figure="fail")
    begun = stored(tmp_path, (*kept, lost))
    path = body(tmp_path, begun)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    assert len(whole) - first > 200
    store = RunStore(tmp_path)
    for cut in range(first, len(whole)):
        path.write_bytes(whole[:cut])
        assert store.read(begun.id).results == kept, cut
        with store.resume(begun) as writer:
            writer.tell(lost)
        assert path.read_bytes() == whole, cut
    assert store.read(begun.id).results == (*kept, lost)


def test_a_run_without_a_single_line_goes_on(tmp_path: Path) -> None:
    begun = stored(tmp_path, ())
    body(tmp_path, begun).unlink()
    with RunStore(tmp_path).resume(begun) as writer:
        writer.tell(a_result("a"))
    assert len(RunStore(tmp_path).read(begun.id).results) == 1


def test_going_on_with_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """To take a torn line away nothing that is whole may be written anew: the disk may be full, the power may fail."""
    resource = pytest.importorskip("resource")
    begun = stored(tmp_path, results())
    path = body(tmp_path, begun)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"suite": "open", "id": "to')
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        RunStore(tmp_path).resume(begun).__exit__(None, None, None)
    except OSError:
        pass  # it may say so, but
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes().startswith(whole)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("run.json", lambda data: b""),  # noqa: ARG005
        ("run.json", lambda data: data[: len(data) // 2]),
        ("run.json", lambda data: data.replace(b'"configuration"', b'"configured"')),
        ("run.json", lambda data: b"\xff" + data),
        ("results.jsonl", lambda data: data[10:]),
        ("results.jsonl", lambda data: data.replace(b'"right"', b'"correct"', 1)),
        ("results.jsonl", lambda data: data.replace(b"\n", b"\n\n", 1)),
        ("results.jsonl", lambda data: b"\xff\xfe\n" + data),
    ],
)
def test_a_damaged_run_is_one_line_that_names_the_file(
    tmp_path: Path, file: str, damage: Callable[[bytes], bytes]
) -> None:
    run = stored(tmp_path, results(), finish=True)
    path = tmp_path / run.id / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UnusableInput) as refused:
        RunStore(tmp_path).read(run.id)
    assert str(refused.value) == f"评测记录“{path}”已损坏"


@pytest.mark.parametrize("name", ["nope", "", ".", "..", "../secret", "/etc", "a/../../secret", "*", "secret\x00"])
def test_a_run_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    """Nor is anything outside the folder read."""
    (tmp_path / "secret").mkdir()
    run = stored(tmp_path / "runs", results())
    shutil.copy(tmp_path / "runs" / run.id / "run.json", tmp_path / "secret")
    shutil.copy(tmp_path / "runs" / run.id / "run.json", tmp_path)
    for read in (RunStore(tmp_path / "runs").head, RunStore(tmp_path / "runs").read):
        with pytest.raises(UnusableInput) as refused:
            read(name)
        message = str(refused.value)
        assert message.startswith("没有评测记录“")
        assert run.id in message
        assert "\n" not in message
    with pytest.raises(UnusableInput, match="现有：（空）"):
        RunStore(tmp_path / "none").read("x")


# --- Going on ---------------------------------------------------------------------------------------------------------


class StopsAfter:
    """Stops the run after so many cases; keeps what it heard."""

    def __init__(self, cases: int) -> None:
        self.stop = threading.Event()
        self.told: list[CaseResult] = []
        self.begun: list[tuple[str, int, int]] = []
        self._cases = cases

    def begins(self, run: str, known: int, total: int) -> None:
        self.begun.append((run, known, total))

    def tells(self, result: CaseResult, /) -> None:
        self.told.append(result)
        if len(self.told) == self._cases:
            self.stop.set()


def settings(home: Path) -> Settings:
    prompts = home / "prompts"
    if not prompts.exists():
        shutil.copytree(ROOT / "prompts", prompts)
    return Settings(home=home, prompts=str(prompts))


def evaluated(
    home: Path,
    suites: list[LoadedSuite],
    subject: SmallAssistant | None = None,
    listener: StopsAfter | None = None,
    selection: Selection | None = None,
    name: str = "embedded",
    resume: bool = False,
) -> Run:
    listener = listener or StopsAfter(-1)
    return evaluate(
        Configuration(name, settings(home)),
        suites,
        selection or Selection(),
        listener=listener,
        resume=resume,
        stop=listener.stop,
        assistant=subject or SmallAssistant(),  # type: ignore[arg-type]
    )


def store_of(home: Path) -> RunStore:
    return RunStore(evaluation_folder(home) / "runs")


def test_a_run_is_stored_as_it_is_returned(tmp_path: Path) -> None:
    listener = StopsAfter(-1)
    run = evaluated(tmp_path, [suite_file(tmp_path, FOUR)], listener=listener)
    assert run.finished is not None
    assert listener.begun == [(run.id, 0, 4)]
    assert listener.told == list(run.results)
    assert store_of(tmp_path).read(run.id) == run


@pytest.mark.parametrize("after", [1, 3, 4])
def test_a_stopped_run_goes_on_and_ends_as_if_it_had_not_been(tmp_path: Path, after: int) -> None:
    suite = suite_file(tmp_path, FOUR)
    undisturbed = evaluated(tmp_path / "other", [suite])
    stopped = evaluated(tmp_path, [suite], listener=StopsAfter(after))
    assert stopped.finished is None
    assert len(stopped.results) == after
    subject, listener = SmallAssistant(), StopsAfter(-1)
    run = evaluated(tmp_path, [suite], subject, listener, resume=True)
    assert run.id == stopped.id
    assert run.finished is not None
    assert listener.begun == [(run.id, after, 4)]
    assert len(subject.asked) == len(listener.told) == 4 - after
    assert list(map(without_times, run.results)) == list(map(without_times, undisturbed.results))
    assert store_of(tmp_path).read(run.id) == run
    with pytest.raises(UnusableInput, match="没有可以接着跑的评测（embedded）"):
        evaluated(tmp_path, [suite], resume=True)


def test_a_run_goes_on_with_the_newest_unfinished_of_its_own_configuration(tmp_path: Path) -> None:
    suite = suite_file(tmp_path, FOUR)
    with pytest.raises(UnusableInput, match="没有可以接着跑的评测（a）"):
        evaluated(tmp_path, [suite], name="a", resume=True)
    first = evaluated(tmp_path, [suite], listener=StopsAfter(1), name="a")
    second = evaluated(tmp_path, [suite], listener=StopsAfter(2), name="a")
    other = evaluated(tmp_path, [suite], listener=StopsAfter(3), name="b")
    done = evaluated(tmp_path, [suite], name="a")
    assert evaluated(tmp_path, [suite], name="a", resume=True).id == second.id
    assert evaluated(tmp_path, [suite], name="b", resume=True).id == other.id
    assert evaluated(tmp_path, [suite], name="a", resume=True).id == first.id
    assert len({first.id, second.id, other.id, done.id}) == 4


def edit_head(home: Path, run: Run, old: str, new: str) -> None:
    path = evaluation_folder(home) / "runs" / run.id / "run.json"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def change_prompt(home: Path) -> None:
    path = home / "prompts" / "glossary" / "经济指标.tsv"
    path.write_bytes(path.read_bytes() + b"#")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ("suite", "题集"),
        ("another suite", "题集"),
        ("prompt", "提示词或词表"),
        ("new prompt", "提示词或词表"),
        ("selection", "所选题目"),
        ("plan", "资料库"),
        ("another plan", "资料库"),
        ("code", "程序"),
        ("version", "程序"),
        ("settings", "设置"),
        ("prompt and selection", "提示词或词表、所选题目"),
    ],
)
def test_a_run_does_not_go_on_with_something_else(tmp_path: Path, changed: str, named: str) -> None:
    """What is refused is left as it was, and says what changed; a new run can be begun."""
    suites = [suite_file(tmp_path, FOUR)]
    begun = evaluated(tmp_path, suites, listener=StopsAfter(2))
    before = body(store_of(tmp_path).folder, begun).read_bytes()
    subject, selection = SmallAssistant(), None
    if changed == "suite":
        suites = [suite_file(tmp_path, FOUR + "# a remark\n")]
    elif changed == "another suite":
        suites.append(suite_file(tmp_path, METRO, name="more"))
    elif changed == "prompt":
        change_prompt(tmp_path)
    elif changed == "new prompt":
        (tmp_path / "prompts" / "new.txt").write_bytes(b"")
    elif changed == "selection":
        selection = Selection.parse(["kind:figure"], None)
    elif changed == "plan":
        subject = SmallAssistant(texts={"某区2022": SMALL_TEXT + "\n", "某县2031": subject.texts["某县2031"]})
    elif changed == "another plan":
        subject = SmallAssistant(texts=subject.texts | {"新来的": SMALL_TEXT})
    elif changed == "code":
        edit_head(tmp_path, begun, f'"{begun.provenance.code}"', f'"{"0" * 64}"')
    elif changed == "version":
        edit_head(tmp_path, begun, f'"{begun.provenance.version}"', '"0.0.0"')
    elif changed == "settings":
        edit_head(tmp_path, begun, '"engine": "embedded"', '"engine": "other"')
    else:
        change_prompt(tmp_path)
        selection = Selection(sample=3)
    with pytest.raises(UnusableInput) as refused:
        evaluated(tmp_path, suites, subject, selection=selection, resume=True)
    assert str(refused.value) == f"不能接着评测 {begun.id}：{named}变了，请重新开始"
    assert subject.asked == []
    assert body(store_of(tmp_path).folder, begun).read_bytes() == before
    assert evaluated(tmp_path, suites, subject, selection=selection).finished is not None


def test_where_things_lie_is_no_change(tmp_path: Path) -> None:
    """The same suite and prompts from another folder: the run goes on."""
    begun = evaluated(tmp_path, [suite_file(tmp_path / "one", FOUR)], listener=StopsAfter(2))
    elsewhere = Settings(home=tmp_path, prompts=str(shutil.copytree(tmp_path / "prompts", tmp_path / "copied")), port=1)
    run = evaluate(
        Configuration("embedded", elsewhere),
        [suite_file(tmp_path / "two", FOUR)],
        Selection(),
        listener=StopsAfter(-1),
        resume=True,
        assistant=SmallAssistant(),  # type: ignore[arg-type]
    )
    assert run.id == begun.id


# --- A real kill ------------------------------------------------------------------------------------------------------

SUITE = ("numeric", "--sample", "30")
CHILD = """
import sys, threading
from assistant.cli import run
from assistant.wiring import Assistant

fatal, asked, counting, really = int(sys.argv[1]), 0, threading.Lock(), Assistant.ask

def ask(self, *arguments):
    global asked
    with counting:
        asked += 1
        number = asked
    if number == fatal:
        print("in hand", flush=True)
    if number >= fatal:
        threading.Event().wait()
    return really(self, *arguments)

Assistant.ask = ask
run(sys.argv[2:])
"""
"""The command itself, held in its n-th question for ever, so that it is surely killed before it ends."""


def kill_in_question(home: Path, number: int, *arguments: str) -> None:
    environment = {**os.environ, "PLAN_ASSISTANT_HOME": str(home), "PLAN_ASSISTANT_CORPUS": str(CORPUS)}
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(number), "eval", *arguments],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "in hand\n"
    finally:
        process.kill()
    assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize(("workers", "torn"), [(1, 0), (4, 70)])
def test_a_killed_evaluation_is_finished_by_resume(
    corpus_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, torn: int
) -> None:
    """Every case exactly once, with the verdicts of an undisturbed run; what was known is not asked again."""
    home = shutil.copytree(corpus_home, tmp_path / "home")
    store, arguments = store_of(home), (*SUITE, "--workers", str(workers))
    kill_in_question(home, 12, *arguments)
    [killed] = store.ids()
    path = store.folder / killed / "results.jsonl"
    if torn:  # as if the kill had come in the middle of the last line
        os.truncate(path, path.stat().st_size - torn)
    known = len(store.read(killed).results)
    assert known == 11 if workers == 1 else 6 <= known < 12
    assert store.head(killed).finished is None

    asked: list[str] = []
    really = Assistant.ask

    def ask(self: Assistant, question: str, *more: object) -> Answer:
        asked.append(question)
        return really(self, question, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Assistant, "ask", ask)
    monkeypatch.setenv("PLAN_ASSISTANT_HOME", str(home))
    monkeypatch.setenv("PLAN_ASSISTANT_CORPUS", str(CORPUS))
    assert run_command(["eval", *arguments, "--resume"]) == 0
    assert store.ids() == [killed]
    resumed = store.read(killed)
    assert resumed.finished is not None
    assert len(asked) == 30 - known
    assert len({result.key for result in resumed.results}) == len(resumed.results) == 30
    lines = path.read_bytes().splitlines()
    assert len(lines) == 30
    assert all(json.loads(line) for line in lines)

    assert run_command(["eval", *SUITE]) == 0
    [undisturbed] = [store.read(name) for name in store.ids() if name != killed]
    assert by_id(resumed) == by_id(undisturbed)


def by_id(run: Run) -> dict[str, CaseResult]:
    return {result.key: without_times(result) for result in run.results}
