"""Two runs side by side, thresholds, and the numbers that both rest on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UnusableInput
from assistant.evaluation.comparison import Comparison, baseline_of, compare, read_baseline, write_baseline
from assistant.evaluation.results import CaseResult, Provenance, Retrieved, Run, Score, SuiteRecord, Verdict
from assistant.evaluation.suite_files import LoadedSuite, read_suite
from assistant.evaluation.summary import Rate, group, groups, missed, percentile, total
from assistant.evaluations import raise_thresholds

STARTED = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
OPEN, ASIDE, MUTANTS = "open", "aside", "mutants"


def a_score(name: str, verdict: str = "pass") -> Score:
    return Score.model_validate({"name": name, "verdict": verdict, "expected": "应", "extracted": "实", "why": "因"})


def a_result(name: str, verdict: Verdict = "right", suite: str = OPEN, **fields: Any) -> CaseResult:
    """A case whose scores are given as words: figure="fail"."""
    scores = tuple(a_score(one, fields.pop(one)) for one in ("status", "figure", "clause", "caught") if one in fields)
    usual: dict[str, Any] = {
        "suite": suite, "id": name, "turns": ("先问", f"{name}多少"), "kind": "figure", "style": "terse",
        "expected_status": "answered", "expected": "1000根", "verdict": verdict, "scores": scores, "elapsed_ms": 1.0,
    }  # fmt: skip
    return CaseResult.model_validate(usual | fields)


def a_record(name: str, kept_aside: bool = False, covered: int = 0, figures: int = 0, **thresholds: str) -> SuiteRecord:
    return SuiteRecord(
        name=name, title=name, sha256="0" * 64, cases=1, kept_aside=kept_aside, thresholds=thresholds, covered=covered,
        figures=figures,
    )  # fmt: skip


def a_run(results: Sequence[CaseResult] = (), **fields: Any) -> Run:
    provenance = Provenance(
        version="0.1.0", engine="embedded", settings={"engine": "embedded"}, code="c0de", documents={"wuchang": "d0c"},
        prompts={"glossary/经济指标.tsv": "9105"}, python="3.11", started=STARTED,
    )  # fmt: skip
    usual: dict[str, Any] = {
        "id": "run", "configuration": "embedded", "provenance": provenance,
        "suites": (a_record(OPEN), a_record(ASIDE, True), a_record(MUTANTS)), "finished": STARTED + timedelta(seconds=2),
        "results": tuple(results),
    }  # fmt: skip
    return Run.model_validate(usual | fields)


def compared(before: Sequence[CaseResult], now: Sequence[CaseResult], **fields: Any) -> Comparison:
    return compare(baseline_of(a_run(before)), a_run(now, **fields))


# --- Case by case -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "step"),
    [
        ("right", "right", "same"),
        ("wrong", "wrong", "same"),
        ("refused", "refused", "same"),
        ("error", "error", "same"),
        ("wrong", "right", "better"),
        ("refused", "right", "better"),
        ("error", "right", "better"),
        ("wrong", "refused", "better"),
        ("error", "refused", "better"),
        ("right", "wrong", "worse"),
        ("right", "refused", "worse"),
        ("right", "error", "worse"),
        ("refused", "wrong", "worse"),
        ("refused", "error", "worse"),
        ("wrong", "error", "same"),
        ("error", "wrong", "same"),
    ],
)
def test_a_refusal_stands_between_right_and_wrong(before: Verdict, now: Verdict, step: str) -> None:
    comparison = compared([a_result("a", before), a_result("b")], [a_result("a", now), a_result("b")])
    found = {"better": len(comparison.better), "worse": len(comparison.worse), "same": comparison.same - 1}
    assert found == {"better": 0, "worse": 0, "same": 0, step: 1}
    for change in (*comparison.better, *comparison.worse):
        assert (change.suite, change.id, change.question) == (OPEN, "a", "a多少")
        assert (change.before, change.now) == (before, now)
    assert comparison.holds is (step != "worse")


def test_cases_that_came_and_went() -> None:
    before = [a_result("a"), a_result("old", "wrong"), a_result("x", suite=ASIDE)]
    now = [a_result("a"), a_result("new", "wrong"), a_result("newer"), a_result("x", suite=ASIDE)]
    comparison = compared(before, now)
    assert (comparison.added, comparison.gone, comparison.same) == (2, (f"{OPEN}/old",), 2)
    assert not comparison.holds
    assert compared(now, [*now, a_result("more", "wrong")]).holds


def test_a_suite_that_was_not_run_is_not_missed() -> None:
    before = [a_result("a"), a_result("x", suite=ASIDE)]
    comparison = compared(before, [a_result("a")], suites=(a_record(OPEN),))
    assert comparison.gone == ()
    assert comparison.holds


def test_a_run_of_some_cases_misses_none() -> None:
    before = [a_result("a"), a_result("b"), a_result("c")]
    comparison = compared(before, [a_result("b", "wrong")], selection="id:b")
    assert comparison.gone == ()
    assert [change.id for change in comparison.worse] == ["b"]


def test_a_run_that_was_stopped_misses_none() -> None:
    """What was not asked yet is not gone from its suite."""
    before = [a_result("a"), a_result("b"), a_result("c")]
    comparison = compared(before, [a_result("a")], finished=None)
    assert comparison.gone == ()
    assert comparison.holds


def test_what_is_kept_aside_is_not_quoted() -> None:
    before = [a_result("a"), a_result("机密", suite=ASIDE), a_result("机密二", "wrong", suite=ASIDE)]
    now = [a_result("a", "wrong"), a_result("机密", "wrong", suite=ASIDE), a_result("机密二", suite=ASIDE)]
    comparison = compared(before, now)
    changes = {change.id: change.question for change in (*comparison.worse, *comparison.better)}
    assert changes == {"a": "a多少", "机密": "", "机密二": ""}
    assert "机密多少" not in comparison.model_dump_json()
    assert "机密多少" not in baseline_of(a_run(before)).model_dump_json()


def test_steps_are_those_of_the_cases_that_both_judged() -> None:
    """Five cases; right: +1 -1 0 0 +1; status over those that have it: 0 -1 0 0; figure: +1 -1 +1 +1; clause: 0."""
    before = [
        a_result("a", "wrong", status="pass", figure="fail"),
        a_result("b", "right", status="pass", figure="pass"),
        a_result("c", "wrong", status="fail", figure="fail", clause="fail"),
        a_result("d", "error"),
        a_result("e", "refused", status="pass", figure="refused"),
        a_result("f", "wrong", status="fail"),
        a_result("gone", "wrong", status="fail", figure="fail"),
    ]
    now = [
        a_result("a", "right", status="pass", figure="pass"),
        a_result("b", "wrong", status="fail", figure="fail"),
        a_result("c", "wrong", status="fail", figure="pass", clause="fail"),
        a_result("d", "right", status="pass", figure="pass"),
        a_result("e", "right", status="pass", figure="pass"),
        a_result("f", "wrong"),
        a_result("new", "right", status="pass", figure="pass"),
    ]
    comparison = compared(before, now)
    assert comparison.steps == pytest.approx({"right": 1 / 5, "status": -1 / 4, "figure": 2 / 4, "clause": 0.0})
    assert [change.id for change in comparison.better] == ["a", "d", "e"]


def test_a_run_against_itself_has_not_changed() -> None:
    results = [
        a_result("a", status="pass"),
        a_result("b", "wrong", status="pass", figure="fail"),
        a_result("c", "refused", status="refused"),
        a_result("d", "error"),
    ]
    comparison = compared(results, results)
    assert (comparison.same, comparison.better, comparison.worse, comparison.gone, comparison.added) == (
        4,
        (),
        (),
        (),
        0,
    )
    assert set(comparison.steps.values()) == {0.0}


@pytest.mark.parametrize(
    ("before", "now", "lines"),
    [
        ({"right": "0.8"}, {"right": "0.8"}, ()),
        ({"right": "0.8"}, {"right": "0.80"}, ()),
        ({"right": "0.8"}, {"right": "0.9", "figure": "1"}, ()),
        ({"right": "0.8"}, {"right": "0.7999"}, (f"{OPEN}：right 0.8 → 0.7999",)),
        ({"right": "0.8"}, {}, (f"{OPEN}：right 0.8 → 无",)),
        ({"right": "0"}, {}, (f"{OPEN}：right 0 → 无",)),
        ({"right": "0.10", "figure": "0.9"}, {"right": "0.9", "figure": "0.10"}, (f"{OPEN}：figure 0.9 → 0.10",)),
    ],
)
def test_a_threshold_that_was_lowered_is_told(
    before: dict[str, str], now: dict[str, str], lines: tuple[str, ...]
) -> None:
    baseline = baseline_of(a_run([a_result("a")], suites=(a_record(OPEN, **before),)))
    comparison = compare(baseline, a_run([a_result("a")], suites=(a_record(OPEN, **now),)))
    assert comparison.lowered == lines
    assert comparison.holds is not lines


def test_mutants_have_no_verdicts_in_a_baseline() -> None:
    caught = [a_result(f"m{number}", suite=MUTANTS, caught="pass") for number in range(3)]
    missed_one = a_result("m3", "wrong", suite=MUTANTS, caught="fail")
    baseline = baseline_of(a_run([a_result("a", figure="pass"), *caught, missed_one]))
    assert baseline.verdicts == {OPEN: {"a": "right"}}
    assert baseline.failed == {}
    assert baseline.levels[MUTANTS] == {"right": "0.7500", "caught": "0.7500"}
    comparison = compare(baseline, a_run([a_result("a", figure="pass"), caught[0]]))
    assert (comparison.same, comparison.added, comparison.gone) == (1, 0, ())


# --- Baselines as files -----------------------------------------------------------------------------------------------


def test_a_baseline_goes_through_a_file_unharmed(tmp_path: Path) -> None:
    results = [
        a_result("a", status="pass", figure="pass"),
        a_result("乙", "wrong", status="pass", figure="fail"),
        a_result("c", "refused", suite=ASIDE, status="refused", figure="refused"),
        a_result("d", "error"),
    ]
    run = a_run(results, suites=(a_record(OPEN, right="0.5"), a_record(ASIDE, True)))
    baseline = baseline_of(run)
    write_baseline(baseline, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == baseline
    assert compare(read_baseline(tmp_path / "baseline.json"), run) == compare(baseline, run)
    lines = (tmp_path / "baseline.json").read_text("utf-8").splitlines()
    assert sum('"乙": "wrong"' in line for line in lines) == 1  # a case a line
    assert baseline.failed == {OPEN: {"乙": ("figure",), "d": ()}, ASIDE: {"c": ("status", "figure")}}
    assert baseline.levels[OPEN] == {"right": "0.3333", "status": "1.0000", "figure": "0.5000"}


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda text: text[: len(text) // 2], ""),
        (lambda _: "", ""),
        (lambda _: "[]", ""),
        (lambda text: text.replace('"right"', '"correct"'), "verdicts.open.a"),
        (lambda text: text.replace('"configuration"', '"configured"'), "configuration"),
        (lambda text: text.replace('"0.5"', '"half"'), "thresholds.open.right"),
        (lambda text: text.replace('"0.5"', '"NaN"'), "thresholds.open.right"),
    ],
    ids=["cut", "empty", "list", "verdict", "field", "threshold", "nan"],
)
def test_a_damaged_baseline_is_refused_with_file_and_place(tmp_path: Path, damage: Any, place: str) -> None:
    path = tmp_path / "baseline.json"
    # No level is "right" here, so that the verdict alone is damaged.
    baseline = baseline_of(a_run([a_result("a")], suites=(a_record(OPEN, right="0.5"),)))
    text = (
        baseline.model_dump_json(indent=1).replace('"right": "1.0000"', "").replace('"right": "0.5"', '"right": "0.5"')
    )
    path.write_text(text, encoding="utf-8")
    read_baseline(path)
    path.write_text(damage(text), encoding="utf-8")
    with pytest.raises(UnusableInput) as refused:
        read_baseline(path)
    message = str(refused.value)
    assert message.startswith(f"基线文件“{path}”")
    assert place in message
    assert "\n" not in message


def test_a_baseline_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(UnusableInput, match="读不出来"):
            read_baseline(path)


# --- Rates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_intervals_are_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert Rate(right, of).interval == pytest.approx((low, high), abs=0.00006)


@given(of=st.integers(1, 5000), share=st.floats(0, 1))
def test_an_interval_holds_its_rate_and_stays_within_bounds(of: int, share: float) -> None:
    rate = Rate(round(of * share), of)
    low, high = rate.interval
    assert 0 <= low <= rate.value + 1e-12
    assert rate.value - 1e-12 <= high <= 1
    mirrored = Rate(of - rate.right, of).interval
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_a_refusal_never_counts_as_wrong() -> None:
    results = [
        a_result("a", "right", figure="pass"),
        a_result("b", "refused", figure="refused"),
        a_result("c", "refused", figure="refused"),
        a_result("d", "wrong", figure="fail"),
        a_result("e", "error"),
    ]
    found = group(results)
    right, figure = found.rates["right"], found.rates["figure"]
    assert (right.right, right.refused, right.wrong, right.total, right.value) == (1, 2, 2, 5, 0.2)
    assert (figure.right, figure.refused, figure.wrong, figure.total) == (1, 2, 1, 4)
    assert (found.cases, found.errors) == (5, 1)
    assert "clause" not in found.rates


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, 0.0),
        ([7.0], 99, 7.0),
        ([3.0, 1.0], 50, 2.0),
        ([1.0, 3.0], 99, 2.98),
        ([float(n) for n in range(101)], 50, 50.0),
        ([float(n) for n in reversed(range(101))], 99, 99.0),
        ([1.0, 2.0, 3.0, 4.0], 1, 1.03),
        ([5.0] * 9, 99, 5.0),
    ],
)
def test_percentiles(values: list[float], percent: int, expected: float) -> None:
    assert percentile(values, percent) == pytest.approx(expected)


def test_the_time_of_an_error_is_no_answers_time() -> None:
    results = [a_result("a", elapsed_ms=2.0), a_result("b", elapsed_ms=4.0), a_result("c", "error", elapsed_ms=9000.0)]
    assert group(results).p50 == 3.0


def test_groups_and_totals_leave_mutants_to_their_suite() -> None:
    mutant = a_result("m", "wrong", suite=MUTANTS, caught="fail")
    run = a_run([a_result("a"), a_result("b", "wrong", kind="list"), mutant])
    assert list(groups(run, "suite")) == [OPEN, MUTANTS]
    assert {name: found.cases for name, found in groups(run, "kind").items()} == {"figure": 1, "list": 1}
    assert list(groups(run, "style")) == ["terse"]
    assert (total(run).cases, total(run).rates["right"].value) == (2, 0.5)


# --- Thresholds -------------------------------------------------------------------------------------------------------

_FOUND = Retrieved(hit_1=0.5, hit_3=0.75, hit_5=1.0, mrr=0.6, ndcg=0.7)
THREE_OF_FOUR = [
    a_result("a", figure="pass", clause="pass", retrieval=_FOUND),
    a_result("b", figure="pass", clause="pass", retrieval=_FOUND),
    a_result("c", figure="pass", clause="pass", retrieval=_FOUND),
    a_result("d", "refused", figure="refused", clause="pass", retrieval=_FOUND),
]


@pytest.mark.parametrize(
    ("thresholds", "lines"),
    [
        ({}, []),
        ({"right": "0.75", "figure": "0.75", "clause": "1", "hit@5": "1", "coverage": "0.6"}, []),
        ({"right": "0.7501"}, ["题集 open：全对 75.00%，低于门槛 75.01%"]),
        ({"figure": "1"}, ["题集 open：数字 75.00%，低于门槛 100.00%"]),
        ({"hit@1": "0.6", "mrr": "0.6"}, ["题集 open：hit@1 50.00%，低于门槛 60.00%"]),
        ({"coverage": "0.61"}, ["题集 open：指标覆盖 60.00%，低于门槛 61.00%"]),
        ({"items": "0.1"}, ["题集 open：门槛“items”没有可以对照的成绩"]),
        ({"clever": "0"}, ["题集 open：门槛“clever”没有可以对照的成绩"]),
        ({"right": "1", "clause": "1", "figure": "0.8"}, ["题集 open：全对 75.00%，低于门槛 100.00%", "题集 open：数字 75.00%，低于门槛 80.00%"]),
    ],
)  # fmt: skip
def test_a_missed_threshold_is_a_line(thresholds: dict[str, str], lines: list[str]) -> None:
    suites = (a_record(OPEN, covered=3, figures=5, **thresholds),)
    assert missed(a_run(THREE_OF_FOUR, suites=suites)) == lines
    assert missed(a_run(THREE_OF_FOUR, suites=suites, selection="抽 4 题")) == []


def test_a_suite_without_results_misses_its_thresholds() -> None:
    assert missed(a_run([], suites=(a_record(OPEN, right="0.5"),))) == ["题集 open：门槛“right”没有可以对照的成绩"]


CASES = "cases:\n- {id: a, question: 充电桩几根, kind: how, status: answered}\n"


def held_suite(folder: Path, thresholds: str = "", name: str = OPEN) -> LoadedSuite:
    path = folder / f"{name}.yaml"
    path.write_text(f"title: 题\n{f'thresholds: {{{thresholds}}}' if thresholds else ''}\n{CASES}", encoding="utf-8")
    return read_suite(path)


def a_held_run(suite: LoadedSuite, results: Sequence[CaseResult], **fields: Any) -> Run:
    thresholds = {name: format(least, "f") for name, least in suite.suite.thresholds.items()}
    return a_run(results, suites=(a_record(suite.name, covered=2, figures=3, **thresholds),), **fields)


def test_thresholds_rise_to_what_was_reached_and_never_fall(tmp_path: Path) -> None:
    suite = held_suite(tmp_path, "right: 0.5, figure: 0.9, coverage: 0.1, hit@1: 0.2, items: 0.3")
    held, lines = raise_thresholds(a_held_run(suite, THREE_OF_FOUR), [suite])
    written = read_suite(suite.path).suite
    assert written.thresholds == {
        "right": Decimal("0.75"), "figure": Decimal("0.9"), "coverage": Decimal("0.6666"), "hit@1": Decimal("0.5"),
        "items": Decimal("0.3"), "clause": Decimal("1"),
    }  # fmt: skip
    assert written.cases == suite.suite.cases
    assert written.title == "题"
    assert held.suites[0].thresholds == {name: format(least, "f") for name, least in written.thresholds.items()}
    assert sorted(lines) == sorted(
        ["open：全对 0.5 → 0.75", "open：条款 无 → 1", "open：指标覆盖 0.1 → 0.6666", "open：hit@1 0.2 → 0.5"]
    )
    # The same again, and a worse one: nothing moves.
    before = suite.path.read_bytes()
    again = read_suite(suite.path)
    for results in (THREE_OF_FOUR, [a_result("a", "wrong", figure="fail", clause="fail")]):
        assert raise_thresholds(a_held_run(again, results), [again])[1] == []
        assert suite.path.read_bytes() == before


@pytest.mark.parametrize(
    ("right", "of", "threshold"),
    [(2, 3, "0.6666"), (1, 3, "0.3333"), (1, 7, "0.1428"), (0, 5, "0"), (5, 5, "1"), (7, 10, "0.7"), (29, 100, "0.29"), (57, 100, "0.57")],
)  # fmt: skip
def test_a_raised_threshold_is_the_rate_floored_to_four_digits(
    tmp_path: Path, right: int, of: int, threshold: str
) -> None:
    suite = held_suite(tmp_path)
    results = [a_result(f"c{number}", "right" if number < right else "wrong") for number in range(of)]
    held, _ = raise_thresholds(a_held_run(suite, results), [suite])
    assert held.suites[0].thresholds == {"right": threshold}
    assert read_suite(suite.path).suite.thresholds == {"right": Decimal(threshold)}
    assert missed(held) == []


def test_part_of_a_run_raises_no_threshold(tmp_path: Path) -> None:
    suite = held_suite(tmp_path, "right: 0.1")
    before = suite.path.read_bytes()
    for part in ({"selection": "抽 4 题"}, {"finished": None}):
        with pytest.raises(UnusableInput, match="不能据此提高门槛"):
            raise_thresholds(a_held_run(suite, THREE_OF_FOUR, **part), [suite])
    assert suite.path.read_bytes() == before


def test_a_suite_without_cases_raises_nothing_and_harms_nothing(tmp_path: Path) -> None:
    empty, suite = held_suite(tmp_path, name="empty"), held_suite(tmp_path, "right: 0.1")
    run = a_held_run(suite, THREE_OF_FOUR)
    run = run.model_copy(update={"suites": (a_record("empty"), *run.suites)})
    assert "open：全对 0.1 → 0.75" in raise_thresholds(run, [empty, suite])[1]


def test_a_sheet_is_not_written_over(tmp_path: Path) -> None:
    """Thresholds live in YAML files: a suite that came from a sheet keeps what it had."""
    sheet = held_suite(tmp_path, "right: 0.1")
    sheet = LoadedSuite(sheet.name, tmp_path / "open.csv", sheet.suite, sheet.lines, sheet.sha256)
    held, lines = raise_thresholds(a_held_run(sheet, THREE_OF_FOUR), [sheet])
    assert lines == []
    assert held.suites[0].thresholds == {"right": "0.1"}
    assert not sheet.path.exists()


def test_the_committed_baseline_reads(pytestconfig: pytest.Config) -> None:
    path = pytestconfig.rootpath / "evals" / "baseline.json"
    baseline = read_baseline(path)
    assert json.loads(path.read_bytes())["run"] == baseline.run
    assert baseline.verdicts
