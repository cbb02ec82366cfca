"""Suites as files: what is shipped is good, what is bad is refused with file, line and reason, sheets lose nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from assistant.errors import UnusableInput
from assistant.evaluation.amounts import all_in_words, read_figures, read_results
from assistant.evaluation.case import Case, ExpectedFigure, ExpectedResult, Suite, json_schema
from assistant.evaluation.spreadsheet import read_spreadsheet, write_spreadsheet
from assistant.evaluation.suite_files import SCHEMA_FILE, find_suites, read_suite, write_suite
from assistant.plan.units import COUNTERS
from tests.conftest import ROOT

EVALS = ROOT / "evals"
SHIPPED = sorted(EVALS.glob("*.yaml"))
REQUIRED = {
    "numeric", "qualifier", "list", "refusal", "followup", "arithmetic", "false-premise", "hostile", "paraphrase",
    "perturbation",
}  # fmt: skip


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_promised_suites_are_shipped() -> None:
    assert {path.stem for path in SHIPPED} >= REQUIRED
    assert find_suites([EVALS])["numeric"] == EVALS / "numeric.yaml"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_suite_is_good_and_written_as_it_is_read(path: Path, tmp_path: Path) -> None:
    loaded = read_suite(path)
    assert loaded.suite.title
    assert loaded.suite.cases or loaded.suite.generated
    write_suite(tmp_path / path.name, loaded.suite)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_no_question_is_asked_twice() -> None:
    # Names alone: what is kept aside must not appear in a failing test's output either.
    named: dict[tuple[str, ...], list[str]] = {}
    for path in SHIPPED:
        for case in read_suite(path).suite.cases:
            named.setdefault(case.conversation, []).append(f"{path.stem}/{case.id}")
    twice = [names for names in named.values() if len(names) > 1]
    count = len(named)
    assert not twice
    assert count > 1000


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    assert json.loads((EVALS / SCHEMA_FILE).read_text(encoding="utf-8")) == json_schema()
    assert all(SCHEMA_FILE in path.read_text(encoding="utf-8").splitlines()[0] for path in SHIPPED)


def test_scalars_stay_as_they_are_written(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.yaml",
        "cases:\n- id: 007\n  question: no\n  kind: figure\n  status: answered\n  gold: [1.10]\n"
        "  figures: [{value: 1.10, unit: 万人, upper: null}]\n",
    )
    case = read_suite(path).suite.cases[0]
    assert (case.id, case.asked, case.gold) == ("007", "no", ("1.10",))
    assert format(case.figures[0].value, "f") == "1.10"


GOOD = "- {id: a, question: 问, kind: how, status: answered}\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("cases: [", 2, "不是有效的 YAML"),
        ("- 1\n", 1, "开头应是"),
        ("cases: 5\n", 1, "一列题目"),
        ("titel: x\ncases: []\n", 1, "titel：没有这个字段"),
        (f"cases:\n{GOOD}{GOOD}", 3, "编号 a 已经用在第 2 行"),
        ("cases:\n- {id: a, question: 问, kind: how}\n", 2, "status：缺少这个字段"),
        ("cases:\n- {id: a, question: 问, kind: how, status: yes}\n", 2, "“yes”不认识，只能是 'answered'"),
        ("cases:\n- {id: a, question: 问, kind: what, status: answered}\n", 2, "“what”不认识"),
        ("cases:\n- {id: a b, question: 问, kind: how, status: answered}\n", 2, "只能用文字、数字、点和横线"),
        ("cases:\n- {id: a, kind: how, status: answered}\n", 2, "要且只要一个"),
        ("cases:\n- {id: a, question: 问, turns: [问], kind: how, status: answered}\n", 2, "要且只要一个"),
        ("cases:\n- {id: a, question: 问, kind: how, status: answered, extra: 1}\n", 2, "extra：没有这个字段"),
        (f"cases:\n{GOOD}- 只有一行字\n", 3, "应是字段和值"),
        ("cases:\n- {id: a, question: 问, kind: figure, status: answered, gold: [x], figures: [{value: 千}]}\n", 2, "figures.0.value：不是数字"),
        ("cases:\n- {id: a, question: 问, kind: figure, status: answered, figures: [{value: 1}]}\n", 2, "要写明出处"),
        ("cases:\n- {id: a, question: 问, kind: figure, status: not_in_plan, gold: [x], figures: [{value: 1}]}\n", 2, "不能有应答数字"),
        ("cases:\n- id: a\n  question: 问\n  id: b\n", 4, "字段 id 写了两次"),
        ("thresholds: {right: 2}\ncases: []\n", 1, "应在 0 到 1 之间"),
    ],
)  # fmt: skip
def test_a_bad_suite_is_refused_with_file_line_and_reason(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = write(tmp_path / "bad.yaml", text)
    with pytest.raises(UnusableInput) as refused:
        read_suite(path)
    message = str(refused.value)
    assert str(path) in message
    assert f"第 {line} 行" in message
    assert reason in message
    assert "\n" not in message


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"none\.yaml 读不出来"):
        read_suite(tmp_path / "none.yaml")
    (tmp_path / "gb.yaml").write_bytes("title: 题集".encode("gb18030"))
    with pytest.raises(UnusableInput, match="不是 UTF-8"):
        read_suite(tmp_path / "gb.yaml")


# --- Spreadsheets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [".csv", ".xlsx"])
@pytest.mark.parametrize("path", [p for p in SHIPPED if p.stem != "perturbation"], ids=lambda path: path.stem)
def test_a_shipped_suite_goes_through_a_sheet_unharmed(path: Path, form: str, tmp_path: Path) -> None:
    suite = read_suite(path).suite
    sheet = tmp_path / f"sheet{form}"
    write_spreadsheet(sheet, suite)
    back = read_spreadsheet(sheet, suite.head).suite
    # Names alone, as above.
    changed = [old.id for new, old in zip(back.cases, suite.cases, strict=True) if _as_asked(new) != _as_asked(old)]
    assert not changed
    assert back.head == suite.head


def _as_asked(case: Case) -> Case:
    """A sheet does not tell a conversation of one turn from a lone question."""
    return case.model_copy(update={"question": "", "turns": case.conversation})


def test_a_sheet_speaks_chinese_and_runs_nothing(tmp_path: Path) -> None:
    case = Case(id="a", question="=1+1是多少", kind="nothing", style="everyday", status="not_in_plan", note="@备注")
    for form in (".csv", ".xlsx"):
        write_spreadsheet(tmp_path / f"s{form}", Suite(cases=(case,)))
        assert read_spreadsheet(tmp_path / f"s{form}").suite.cases == (case,)
    rows = list(csv.reader((tmp_path / "s.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0][:5] == ["编号", "问题（多轮之间空一行）", "类别", "说法", "状态"]
    assert rows[1][1:5] == ["'=1+1是多少", "没有提到", "口语", "没有提到"]
    sheet = load_workbook(tmp_path / "s.xlsx").worksheets[0]
    assert sheet["B2"].data_type == "s"


def test_staff_write_a_sheet_by_hand(tmp_path: Path) -> None:
    sheet = tmp_path / "mine.csv"
    sheet.write_bytes(
        "编号;问题（多轮之间空一行）;类别;状态;应答数字;出处（每条一行）\n"
        "甲;充电桩几根;数字;作答;1000根；不少于3家;条款甲\n;;;;;\n"
        '乙;"先问\n\n再问";接着问;no_figure;;条款乙 || 条款丙\n'.encode("gb18030")
    )
    first, second = read_spreadsheet(sheet).suite.cases
    assert [all_in_words([figure]) for figure in first.figures] == ["1000根", "3家以上"]
    assert (second.turns, second.kind, second.status) == (("先问", "再问"), "followup", "no_figure")
    assert second.gold == (("条款乙", "条款丙"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "是空的"),
        ("编号,问题,类别,状态\n", "第 1 行：不认识的列“问题”"),
        ("编号,类别,状态\n", "第 1 行：缺少列“问题（多轮之间空一行）”"),
        ("编号,问题（多轮之间空一行）,类别,状态,应答数字\na,问,数字,作答,很多\n", "第 2 行：“很多”不是一个数量"),
        ("编号,问题（多轮之间空一行）,类别,状态\na,问,数,作答\n", "第 2 行（a）：kind：“数”不认识"),
        (
            "编号,问题（多轮之间空一行）,类别,状态\na,问,数字,作答\na,问二,数字,作答\n",
            "第 3 行：编号 a 已经用在第 2 行",
        ),
    ],
)
def test_a_bad_sheet_is_refused_with_file_row_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    sheet = write(tmp_path / "bad.csv", text)
    with pytest.raises(UnusableInput) as refused:
        read_spreadsheet(sheet)
    assert str(sheet) in str(refused.value)
    assert reason in str(refused.value)


def test_no_workbook_and_no_known_form(tmp_path: Path) -> None:
    (tmp_path / "s.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(UnusableInput, match="不是有效的 XLSX"):
        read_spreadsheet(tmp_path / "s.xlsx")
    with pytest.raises(UnusableInput, match="不认识的表格格式"):
        write_spreadsheet(tmp_path / "s.ods", Suite())


def test_what_a_sheet_cannot_hold_is_refused_and_not_lost(tmp_path: Path) -> None:
    case = Case(id="a", question="问", kind="how", status="answered", must_contain=("两\n行",))
    with pytest.raises(UnusableInput, match="题目 a 有表格写不下的内容"):
        write_spreadsheet(tmp_path / "s.csv", Suite(cases=(case,)))
    assert not (tmp_path / "s.csv").exists()


_QUALIFIERS = st.sampled_from(["exact", "at_least", "more_than", "at_most", "less_than", "about"])
_VALUES = st.decimals(min_value="0.1", max_value=99999, places=1)
_UNITS = st.sampled_from([*COUNTERS[:20], "亿元", "万人", "%", "公里", "个百分点"])


@given(value=_VALUES, unit=_UNITS, qualifier=_QUALIFIERS, indicator=st.sampled_from(["", "充电桩", "“小巨人”企业"]))
def test_a_figure_in_words_reads_back_the_same(value: object, unit: str, qualifier: str, indicator: str) -> None:
    figure = ExpectedFigure.model_validate(
        {"value": value, "unit": unit, "qualifier": qualifier, "indicator": indicator}
    )
    assert read_figures(all_in_words([figure])) == (figure,)
    both = (figure, ExpectedFigure.model_validate({"value": 3, "upper": 5, "unit": unit, "qualifier": "range"}))
    assert read_figures(all_in_words(both)) == both


def test_a_result_by_its_bounds_reads_back_the_same() -> None:
    results = (
        ExpectedResult.model_validate({"value": "600", "unit": "亿元", "qualifier": "lower_bounds"}),
        ExpectedResult.model_validate({"value": "4", "unit": "栋"}),
    )
    assert all_in_words(results) == "按下限600亿元；4栋"
    assert read_results(all_in_words(results)) == results
