"""The benchmark's pieces work: nothing here says how fast anything is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from assistant.evaluation.case import Case
from assistant.plan.parse import parse_plan
from assistant.search.encoder import StaticEncoder
from benchmarks import plain_stack
from benchmarks.__main__ import COPIES, Row, Section, gather, machine, table
from benchmarks.indexing import Way, altered, prepare
from benchmarks.library import ask, build, questions
from benchmarks.measure import call_milliseconds, median_runs, retrieval, run_process
from benchmarks.plans import made_plans, write_plans
from tests.conftest import CORPUS


def test_a_copy_reads_like_the_plan_and_says_something_else(corpus_text: str) -> None:
    copy = altered(corpus_text, 1)
    assert altered(corpus_text, 0) == corpus_text
    assert copy == altered(corpus_text, 1) != corpus_text
    assert len(copy) == len(corpus_text)
    assert [c for c in copy if c.isdigit()] == [c for c in corpus_text if c.isdigit()]


def test_texts_are_copies_or_the_given_ones_that_can_be_used(tmp_path: Path) -> None:
    copies = gather([], tmp_path / "copies")
    assert len(list(copies.folder.iterdir())) == COPIES
    given = tmp_path / "given"
    given.mkdir()
    (given / "甲.txt").write_text("一、目标\n新增充电桩1000根。\n", encoding="utf-8")
    (given / "空.txt").write_text("", encoding="utf-8")
    chosen = gather([given], tmp_path / "chosen")
    assert len(list(chosen.folder.iterdir())) == 2
    assert "另有1份" in chosen.origin


@pytest.mark.parametrize("way", [Way.SAME, Way.COARSE])
def test_the_plain_stack_finds_a_gold_clause(tmp_path: Path, way: Way) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "plan.txt").write_text("一、目标\n新增充电桩1000根。新建公园3个。改造老旧小区20个。\n", encoding="utf-8")
    prepare(way, texts, tmp_path / "store")()
    find = plain_stack.open_retriever(tmp_path / "store", StaticEncoder(), top=3).retrieve
    found = retrieval(
        [
            Case(id="held", question="新增充电桩多少根", kind="figure", status="answered", gold=("充电桩1000根",)),
            Case(id="absent", question="新增充电桩多少根", kind="figure", status="answered", gold=("这里没有的话",)),
        ],
        find,
    )
    assert found.first_three == 0.5
    assert 0 <= found.first <= found.first_three
    assert found.characters > len("充电桩1000根")


def test_a_run_of_indexing_says_what_it_took(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.indexing", "ours", str(CORPUS), str(tmp_path / "home")]
    run = run_process(command)
    assert set(json.loads(run.output.splitlines()[-1])) == {"wall", "processor"}
    assert (tmp_path / "home" / "current").exists()


def test_a_process_is_measured_by_itself() -> None:
    held = bytearray(200_000_000)  # the test's own memory must not count
    run = run_process([sys.executable, "-c", "import os; print(os.environ['GIVEN'])"], {"GIVEN": "甲"})
    assert run.output == "甲"
    assert 0 < run.peak < len(held)
    with pytest.raises(subprocess.CalledProcessError):
        run_process([sys.executable, "-c", "raise SystemExit(3)"])
    runs = median_runs({"one": [sys.executable, "-c", "print(1)"]}, 2, {})
    assert runs["one"].output == "1"


def test_calls_are_timed_once_each() -> None:
    asked: list[str] = []
    median, slow = call_milliseconds(asked.append, ["甲", "乙", "丙"])
    assert asked == ["甲", "乙", "丙"]
    assert 0 <= median <= slow


def test_the_table_shows_ratios_and_gaps() -> None:
    rows = [Row("用时", 1.0, 2.0, 4.0, "{:.1f}", "≤1×"), Row("冷启动", 1.0, None, 2.0)]
    console = Console(width=150)
    with console.capture() as captured:
        console.print(table([Section("建索引", rows)]))
    for expected in ("建索引", "0.50×", "0.25×", "≤1×", "—"):
        assert expected in captured.get()
    assert "Python" in machine()


def test_made_plans_are_the_same_every_time_and_read_as_plans() -> None:
    plans = list(made_plans(12))
    assert plans == list(made_plans(12))
    assert len({plan.text for plan in plans}) == len({plan.name for plan in plans}) == 12
    for plan in plans:
        read = parse_plan(plan.text)
        assert (read.year, read.place) == (plan.year, plan.place)
        assert len(read.clauses) > 100
        assert plan.facts
        assert all(fact.thing.name in plan.text and fact.number in plan.text for fact in plan.facts)


def test_a_library_of_made_plans_is_built_kept_and_asked(tmp_path: Path) -> None:
    plans = write_plans(tmp_path / "texts", 3)
    assert set(build(tmp_path / "home", [tmp_path / "texts"], ())) == {"wall", "processor"}
    measured = ask(tmp_path / "home", len(plans), 1)
    taken = measured["taken"]
    assert isinstance(taken, dict)
    assert set(taken) == {one.kind for one in questions(plans, 1)}
    assert all(wall >= 0 and own >= 0 for times in taken.values() for wall, own in times)
