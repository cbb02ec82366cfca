"""What the reports of eval runs say, and what they never say."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len
from rich.console import Console

from assistant.answering.answer import Answer, Citation, Status
from assistant.errors import UnusableInput
from assistant.evaluation import summary
from assistant.evaluation.case import Kind, Style
from assistant.evaluation.comparison import Comparison, baseline_of, compare
from assistant.evaluation.reports import html, junit, labels
from assistant.evaluation.reports.files import as_json, write_reports
from assistant.evaluation.reports.terminal import print_report
from assistant.evaluation.results import CaseResult, Provenance, Retrieved, Run, Score, SuiteRecord, Verdict

STARTED = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)>&amp;<!--\x00\x1b[2J\u2028'\"{{ 7*7 }}[/red]"
SECRET = "机密"


def score(name: str, verdict: str = "pass", why: str = "相符") -> Score:
    return Score.model_validate(
        {"name": name, "verdict": verdict, "expected": "1000根", "extracted": "1000根", "why": why}
    )


def answer(question: str, text: str, status: Status = "answered", quote: str = "充电桩1000根。") -> Answer:
    citation = Citation(
        marker=1, document="wuchang", title="计划", number="1号", clause="2.5.1-2", path=("二",), quote=quote, start=0,
        end=len(quote), formatted="《武昌区计划》第二部分",
    )  # fmt: skip
    return Answer(question=question, standalone=question, status=status, text=text, citations=(citation,))


def result(identity: str, verdict: Verdict = "right", suite: str = "open", **fields: Any) -> CaseResult:
    """A case; what it says can be told from its id."""
    question = fields.pop("question", f"{identity}多少根")
    failed = {"right": "pass", "wrong": "fail", "refused": "refused", "error": "fail"}[verdict]
    scores = [
        score("status", "pass" if verdict in ("right", "wrong") else "fail", f"{identity}的状态"),
        score("figure", failed, f"{identity}的数"),
    ]
    values: dict[str, Any] = {
        "suite": suite, "id": identity, "turns": (question,), "kind": "figure", "style": "own-words",
        "expected_status": "answered", "expected": f"{identity}应1000根", "verdict": verdict,
        "scores": () if verdict == "error" else tuple(scores),
        "answer": None if verdict == "error" else answer(question, f"{identity}答**1000根**。[1]"),
        "error": f"{identity}坏了" if verdict == "error" else "",
        "retrieval": Retrieved(hit_1=1, hit_3=1, hit_5=1, mrr=1, ndcg=1), "elapsed_ms": 4.0,
    }  # fmt: skip
    return CaseResult.model_validate(values | fields)


def mutant(identity: str, caught: bool) -> CaseResult:
    verdict: Verdict = "right" if caught else "wrong"
    scores = (score("caught", "pass" if caught else "fail", f"{identity}没有被抓住"),)
    return result(identity, verdict, "mutants", scores=scores, question=f"{identity}题", retrieval=None)


def record(name: str, *, kept_aside: bool = False, **thresholds: str) -> SuiteRecord:
    return SuiteRecord(
        name=name, title=f"{name}的题", sha256="0" * 64, cases=1, kept_aside=kept_aside, thresholds=thresholds,
        covered=3, figures=4,
    )  # fmt: skip


def run(results: Sequence[CaseResult], configuration: str = "内置", **fields: Any) -> Run:
    suites = (record("open", right="0.9"), record("aside", kept_aside=True), record("mutants"))
    provenance = Provenance(
        version="0.1.0", engine="embedded", settings={"top_k": "10"}, code="c0de", documents={"wuchang": "d0c"},
        prompts={"glossary": "9105"}, python="3.11", started=STARTED,
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": f"run-{configuration}", "configuration": configuration, "provenance": provenance, "suites": suites,
        "finished": STARTED + timedelta(seconds=2), "results": tuple(results),
    }  # fmt: skip
    return Run.model_validate(values | fields)


def everything() -> Run:
    """One case of each sort, and the hostile one."""
    return run(
        [
            result("r1"),
            result("r2", kind="several", style="everyday", prompt_tokens=100, completion_tokens=20),
            result("w1", "wrong", question=HOSTILE, expected=HOSTILE, tags=(HOSTILE,), answer=answer(HOSTILE, HOSTILE, quote=HOSTILE), scores=(score("status"), score("numbers", "fail", HOSTILE))),
            result("f1", "refused"),
            result("e1", "error", error=f"坏{HOSTILE}"),
            result("n1", kind="nothing", expected_status="not_in_plan", answer=answer("n1", "没有提到。", "not_in_plan"), scores=(score("status"),), turns=("第一轮", "第二轮")),
            result("a1", "wrong", "aside", question=f"{SECRET}题", expected=f"{SECRET}应", tags=(f"{SECRET}签",), answer=answer("a1", f"{SECRET}答", quote=f"{SECRET}引"), scores=(score("figure", "fail", f"{SECRET}因"),)),
            result("a2", "error", "aside", question=f"{SECRET}题", expected=f"{SECRET}应", error=f"{SECRET}错"),
            mutant("m1", caught=True),
            mutant("m2", caught=False),
        ]
    )  # fmt: skip


def changes() -> Comparison:
    """Against a baseline in which r1 and the kept-aside a1 were judged otherwise, and a case more was held."""
    before = run(
        [result("r1", "wrong"), result("r2"), result("w1"), result("a1", suite="aside"), result("old"), result("f1", "refused")]
    )  # fmt: skip
    return compare(baseline_of(before), everything())


def page_data(page: str) -> dict[str, Any]:
    """The cases that travel in the page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def printed(runs: Sequence[Run], comparison: Comparison | None = None, width: int = 100, **options: bool) -> str:
    text = io.StringIO()
    print_report(runs, comparison, console=Console(file=text, width=width, highlight=False), **options)
    return text.getvalue()


# --- Kept aside -------------------------------------------------------------------------------------------------------


def every_report(runs: Sequence[Run], comparison: Comparison | None) -> dict[str, str]:
    return {
        "html": html.render(runs, comparison),
        "junit": junit.render(runs).decode(),
        "json": as_json(runs, comparison).decode(),
        "terminal": printed(runs, comparison, detail=True, show_wrong=True),
    }


def test_no_word_of_a_suite_kept_aside_is_in_any_report() -> None:
    careless = changes()
    leaking = careless.worse[0].model_copy(update={"suite": "aside", "id": "a1", "question": f"{SECRET}题"})
    careless = careless.model_copy(update={"better": (leaking,), "worse": (leaking,)})
    assert SECRET in everything().model_dump_json()
    for name, text in every_report([everything()], careless).items():
        assert SECRET not in text, name
        assert SECRET.encode("unicode_escape").decode() not in text, name


def test_a_suite_kept_aside_in_one_run_is_in_all() -> None:
    careless = everything().model_copy(update={"suites": (record("open"), record("aside"))})
    for name, text in every_report([careless, everything()], None).items():
        assert SECRET not in text, name


def test_a_suite_that_no_run_has_on_record_is_taken_for_kept_aside() -> None:
    unknown = everything().model_copy(update={"suites": ()})
    for name, text in every_report([unknown], None).items():
        assert "r1多少根" not in text, name


def test_the_rates_of_a_suite_kept_aside_are_told() -> None:
    found = json.loads(as_json([everything()], None))["runs"][0]["summary"]["suite"]["aside"]
    assert found["cases"] == 2
    assert found["rates"]["right"]["right"] == 0
    assert re.search(r"^ *aside +2 +0%", printed([everything()]), re.MULTILINE)
    assert "aside的题" in html.render([everything()], None)


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_the_page_asks_for_nothing_and_lets_nothing_in() -> None:
    page = html.render([everything()], changes())
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert page.count("<script") == 2
    assert not re.search(r"""(?:src|href)=["'](?!#|data:)""", page)
    assert not re.search(r"@import|url\(|https?:", page)
    assert "49[/red]" not in page, "a question was taken for a template"


def test_hostile_words_arrive_as_they_are() -> None:
    (case,) = (case for case in page_data(html.render([everything()], None))["cases"] if case["key"] == "open/w1")
    assert case["turns"] == [HOSTILE]
    assert case["outcomes"][0]["text"] == HOSTILE
    assert case["outcomes"][0]["citations"] == [[1, "《武昌区计划》第二部分", HOSTILE]]
    assert case["outcomes"][0]["why"] == HOSTILE


def test_hostile_names_do_no_harm_in_the_page() -> None:
    page = html.render([run([result("r1", suite="<b>x", question=HOSTILE)], "<i>y", selection="<u>z")], None)
    for tag in ("<b>x", "<i>y", "<u>z"):
        assert tag not in page
    assert "&lt;b&gt;x" in page


def test_cases_come_worst_first_with_uncaught_mutants_only() -> None:
    keys = [case["key"] for case in page_data(html.render([everything()], None))["cases"]]
    assert keys == ["open/e1", "open/w1", "mutants/m2", "open/f1", "open/r1", "open/r2", "open/n1"]


def tiles(page: str) -> dict[str, str]:
    found = re.findall(
        r'<div class="name">(.*?)</div><div class="value">(.*?)</div><div class="note">(.*?)</div>', page
    )
    return {name: re.sub(r"<.*?>", "", f"{value}|{note}") for name, value, note in found}


def test_tiles() -> None:
    found = tiles(html.render([everything()], None))
    total = summary.total(everything())
    right = total.rates["right"]
    assert found["全对"] == f"{right.value:.1%}|{labels.interval(right)} · 3/8 · 错 {right.wrong}"
    assert " · 2/4 · 错 " in found["数字正确"]  # r1, r2 of r1, r2, f1, a1
    assert found["拒答正确"].startswith("100%|")
    assert found["引文之外的数字"] == "1|1 题中"
    assert found["用时 p50 / p99"] == "4.0 / 4.0 毫秒|6 题"
    assert found["词元：提示 / 生成"] == "100 / 20|8 题合计"
    assert found["条款正确"] == "—|没有这样的题"


def test_a_right_rate_that_rose_is_marked() -> None:
    risen = compare(baseline_of(run([result("r1", "wrong"), result("r2")])), run([result("r1"), result("r2")]))
    assert tiles(html.render([run([result("r1"), result("r2")])], risen))["全对"].startswith("100% ▲50.0|")


def test_the_comparison_is_told_case_by_case() -> None:
    page = html.render([everything()], changes())
    section = page[page.index('<section id="comparison">') : page.index('<section id="suites">')]
    assert "变差（2 题）" in section
    assert "变好（1 题）" in section
    assert 'data-case="open/r1"' in section
    assert 'data-case="aside/a1"' not in section
    assert "open/old" in section
    by_key = {case["key"]: case for case in page_data(page)["cases"]}
    assert by_key["open/r1"]["changed"] == "better"
    assert by_key["open/w1"]["changed"] == "worse"
    assert "changed" not in by_key["open/r2"]
    assert "比基线差" in page


def test_missed_thresholds_are_marked() -> None:
    page = html.render([everything()], None)
    (line,) = summary.missed(everything())
    assert line in page
    assert page.count('<tr class="missed">') == 1
    part = html.render([everything().model_copy(update={"selection": "前 5 题"})], None)
    assert 'class="missed"' not in part
    assert "前 5 题" in part
    assert "达到全部门槛" in html.render([run([result("r1")])], None)


def test_several_configurations_stand_side_by_side() -> None:
    runs = [run([result("r1"), result("r2", "wrong")]), run([result("r1"), result("r2")], "大模型")]
    page = html.render(runs, None)
    section = page[page.index('<section id="side-by-side">') : page.index('<section id="suites">')]
    assert section.index("内置") < section.index("大模型")
    assert "▲50.0" in section
    case = next(case for case in page_data(page)["cases"] if case["key"] == "open/r2")
    assert [outcome["verdict"] for outcome in case["outcomes"]] == ["wrong", "right"]


def test_what_is_asked_otherwise_is_another_case() -> None:
    runs = [run([result("r1")]), run([result("r1", question="别的")], "大模型")]
    assert [case["turns"] for case in page_data(html.render(runs, None))["cases"]] == [["r1多少根"], ["别的"]]


def test_mutants_are_one_line() -> None:
    page = html.render([everything()], None)
    assert "判准 1/2" in page
    assert page.count('class="mutants"') == 1


def test_a_run_that_was_interrupted_at_once() -> None:
    nothing = run([], finished=None)
    assert "没有跑完" in html.render([nothing], None)
    assert "没有跑完" in printed([nothing])
    assert ElementTree.fromstring(junit.render([nothing])).get("tests") == "0"


def test_a_run_of_mutants_alone() -> None:
    alone = run([mutant("m1", caught=True), mutant("m2", caught=False)])
    assert tiles(html.render([alone], None))["全对"].startswith("—")
    assert printed([alone], detail=True).splitlines()[0] == "mutants：评分的自检，判准 1/2"


def test_a_page_needs_a_run() -> None:
    with pytest.raises(ValueError, match="needs a run"):
        html.render([], None)


# --- JUnit XML --------------------------------------------------------------------------------------------------------


def test_junit_counts() -> None:
    root = ElementTree.fromstring(junit.render([everything()]))
    assert root.tag == "testsuites"
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "10", "failures": "4", "errors": "2",
    }  # fmt: skip
    assert {suite.get("name"): (suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in root} == {
        "open": ("6", "2", "1"), "aside": ("2", "1", "1"), "mutants": ("2", "1", "0"),
    }  # fmt: skip
    assert root.get("time") == "0.040000"


def test_junit_has_the_shape_that_its_readers_know() -> None:
    allowed = {
        "testsuites": ({"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
        "testsuite": (
            {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
            {"properties", "testcase"},
        ),
        "properties": (set(), {"property"}),
        "property": ({"name", "value"}, set()),
        "testcase": ({"name", "classname", "time"}, {"failure", "error"}),
        "failure": ({"message", "type"}, set()),
        "error": ({"message", "type"}, set()),
    }
    root = ElementTree.fromstring(junit.render([everything(), run([result("r1")], "大模型")]))
    for element in root.iter():
        attributes, children = allowed[element.tag]
        assert set(element.attrib) == attributes, element.tag
        assert {child.tag for child in element} <= children, element.tag
        assert element.get("timestamp", "2026-11-23T04:00:00") == "2026-11-23T04:00:00"
    names = [suite.get("name") for suite in root]
    assert len(names) == len(set(names)) == 4


def test_junit_tells_why() -> None:
    root = ElementTree.fromstring(junit.render([everything()]))
    cases = {case.get("name"): case for case in root.iter("testcase")}
    failure = cases["f1"].find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("refused", "f1的状态")
    assert "实答：f1答" in (failure.text or "")
    error = cases["e1"].find("error")
    assert error is not None
    assert (error.get("message") or "").startswith("坏</script>")
    assert not list(cases["r1"])
    aside = cases["a1"].find("failure")
    assert aside is not None
    assert (aside.get("message"), aside.text) == ("没通过：数字", None)


# --- JSON and files ---------------------------------------------------------------------------------------------------


def test_json_holds_the_runs_and_their_rates() -> None:
    value = json.loads(as_json([everything()], changes()))
    (entry,) = value["runs"]
    read = Run.model_validate(entry["run"])
    assert read.results[:6] == everything().results[:6]
    assert summary.total(read) == summary.total(everything())
    right = summary.total(everything()).rates["right"]
    assert entry["summary"]["total"]["rates"]["right"]["low"] == right.interval[0]
    assert entry["summary"]["missed"] == summary.missed(everything())
    assert entry["summary"]["mutants"]["mutants"]["rates"]["caught"]["right"] == 1
    assert value["comparison"]["holds"] is False


def test_reports_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    write_reports(folder, [run([result("r1")])], None)
    paths = write_reports(folder, [everything()], changes())
    assert sorted(folder.iterdir()) == sorted(paths)
    assert [path.name for path in paths] == ["report.html", "junit.xml", "report.json"]
    assert paths[0].read_text(encoding="utf-8") == html.render([everything()], changes())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UnusableInput, match="file/reports"):
        write_reports(tmp_path / "file" / "reports", [everything()], None)


def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(UnusableInput, match=re.escape(str(tmp_path))):
        write_reports(tmp_path, [everything()], None)
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "junit.xml", "report.json"}


# --- Terminal ---------------------------------------------------------------------------------------------------------


def test_terminal_lines_by_suite() -> None:
    text = printed([everything()])
    right = summary.groups(everything(), "suite")["open"].rates["right"]
    row = rf"open +6 +50\.0% +{labels.interval(right)} +66\.7% +— +80\.0% +1 +1 +1"
    assert re.search(row, text), text
    assert "mutants：评分的自检，判准 1/2" in text
    assert f"没达到：{summary.missed(everything())[0]}" in text
    assert "用时 p50 / p99：4.0 / 4.0 毫秒" in text
    assert "类别" not in text


@pytest.mark.parametrize("several", [False, True])
def test_terminal_fits_a_hundred_columns(several: bool) -> None:
    runs = [everything(), run([result("r1", suite="own-words-kept-aside")], "大模型")]
    text = printed(runs if several else runs[:1], changes(), detail=True)
    assert "several" not in text
    assert "几个一起" in text
    tables = [line for line in text.splitlines() if line.startswith("  ")]
    assert len(tables) > 5
    assert max(map(cell_len, tables)) <= 100
    assert "…" not in text


def test_terminal_lists_twenty_changes() -> None:
    now = run([result(f"c{number}", "wrong") for number in range(25)])
    worse = compare(baseline_of(run([result(f"c{number}") for number in range(25)])), now)
    lines = printed([now], worse).splitlines()
    assert sum(line.startswith("变差 open/") for line in lines) == 20
    assert "变差 等 25 题" in lines


def test_terminal_shows_wrong_cases_when_asked() -> None:
    assert "w1" not in printed([everything()])
    text = printed([everything()], show_wrong=True)
    assert "未答出 open/f1 f1多少根" in text
    assert "应答：f1应1000根" in text
    assert "实答：f1答1000根。[1]" in text
    assert "说明：f1的状态" in text
    assert "open/r1" not in text
    assert "mutants/m2" in text
    assert "mutants/m1" not in text
    assert "还有 2 题没全对，不显示内容" in text
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "[/red]" in text


# --- Wording ----------------------------------------------------------------------------------------------------------


def test_everything_has_a_chinese_name() -> None:
    for names, named in ((labels.KINDS, Kind), (labels.STYLES, Style), (labels.STATUSES, Status)):
        assert set(names) == set(get_args(named))


@pytest.mark.parametrize(
    ("value", "text"), [(1, "100%"), (0, "0%"), (0.99996, "99.9%"), (0.00001, "0.1%"), (0.975, "97.5%")]
)
def test_rounding_hides_no_wrong_answer(value: float, text: str) -> None:
    assert labels.percent(value) == text
