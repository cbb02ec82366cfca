"""Plans of every shape: the heading tree beside one written by reading, tables, lists, several documents in one text."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.plan.document import Plan
from assistant.plan.ledger import build_ledger
from assistant.plan.lines import StyledLine
from assistant.plan.parse import parse_plan
from assistant.plan.several import split_documents
from tests import outlines, samples
from tests.plan.test_parse import assert_nothing_lost

SHAPES = sorted(outlines.SHAPES.glob("*.txt"))


def text_of(name: str) -> str:
    return (outlines.SHAPES / f"{name}.txt").read_bytes().decode()


def plan_of(name: str) -> Plan:
    return parse_plan(text_of(name))


def test_there_are_shapes() -> None:
    assert len(SHAPES) >= 15


@pytest.mark.parametrize("path", SHAPES, ids=[path.stem for path in SHAPES])
def test_outline_of_a_shape(path: Path) -> None:
    text = path.read_bytes().decode()
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert outlines.outlines_of(text) == expected
    for start, end in split_documents(text):
        assert_nothing_lost(text[start:end])


GOLDEN = sorted(outlines.OUTLINES.glob("*.json"))


def test_there_are_golden_outlines() -> None:
    assert GOLDEN


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_outline_of_a_sample(path: Path) -> None:
    sample = outlines.sample_named(path.stem)
    if sample is None:
        pytest.skip(f"no sample {path.stem} in {samples.FOLDER}")
    assert outlines.outlines_of(*sample) == json.loads(path.read_text(encoding="utf-8"))


# What of a sample's text is in no clause, heading or headline: contents, page numbers, what a web page or a cut-off file
# adds. Nothing that says something.
NO_CONTENT = {"目录行", "页码", "网页文字", "题头里的零散文字", "文末残缺", "表格线"}


@pytest.mark.parametrize("path", samples.texts())
def test_little_of_a_sample_is_defect(path: Any) -> None:
    text = samples.read(path)
    plan = parse_plan(text)
    assert {defect.reason for defect in plan.defects} <= NO_CONTENT
    said = sum(not c.isspace() for c in text)
    lost = sum(not c.isspace() for d in plan.defects if d.reason != "目录行" for c in d.text)
    assert lost <= 0.003 * said


# --- Lists and items --------------------------------------------------------------------------------------------------

CITED = [
    ("items", "（三）对弄虚作假", "第一部分第(三)项第1句"),
    ("items", "（10月底完成", "第二部分第(一)项第2项第2句"),
    ("enumerated", "二是财政收支矛盾突出；", "第一部分第二点第1句"),
    ("enumerated", "最后，坚持人民至上", "第二部分最后一点第1句"),
    ("enumerated", "群众满意度", "第一部分“着力改善民生”第2句"),
    ("nested", "区交通局组织", "第二部分第(一)项第1点第(1)点第1句"),
    ("targets", "居民收入与经济", "第一部分第3条"),
    ("tables", "5.居民收入", "第一部分表1“‘十五五’时期主要指标”第6行"),
    ("tables", "2\t城北水厂", "第二部分附表2“重点项目”第2行"),
    ("tables", "新建公园（个）", "第三部分第2行"),
    ("notice", "养老服务站由", "附件1“任务分工”第二项第1句"),
    ("decimal", "2.5亿元专项", "第2.1节第1句"),
    ("indicators-from-pdf", "全社会研发经费", "第一部分“云溪市‘十四五’主要指标”第4行"),
    ("lead-lines", "研发经费投入", "第一部分“坚持创新驱动，建设现代产业体系”第1句"),
]


@pytest.mark.parametrize(("name", "words", "place"), CITED)
def test_citation(name: str, words: str, place: str) -> None:
    plan = plan_of(name)
    at = plan.text.index(words)
    (clause,) = (clause for clause in plan.clauses if clause.start <= at < clause.end)
    number = f"({plan.number})" if plan.number else ""
    head = f"{plan.name}{number}" if plan.title else ""
    assert plan.formal_citation(clause) == head + place


def test_items_of_one_sentence_are_clauses_of_their_own() -> None:
    plan = plan_of("enumerated")
    items = [clause.text for clause in plan.clauses if clause.item.endswith("是")]
    assert items == ["工作中还有不足：一是产业结构不优；", "二是财政收支矛盾突出；", "三是公共服务仍有短板。"]


def test_what_one_does_is_no_list() -> None:
    """一是 alone, or 二是 before 一是, cuts nothing."""
    plan = parse_plan("一、目标\n二是改善民生；一是稳定增长。任务一是增长。\n")
    assert not [clause for clause in plan.clauses if clause.item]


# --- Notices ----------------------------------------------------------------------------------------------------------


def test_a_notice_and_its_plan_are_one_document() -> None:
    plan = plan_of("notice")
    told = [plan.text[start:end] for start, end in plan.headlines]
    assert plan.title == "青河市人民政府办公室关于印发青河市2024年公共服务提升行动方案的通知"
    assert "青河市2024年公共服务提升行动方案" in told
    assert {"青河市人民政府办公室", "（此件公开发布）"} <= set(told)
    assert plan.field("成文日期") == "2024年3月5日"
    assert [section.label.strip() for section in plan.sections if section.scheme == "附件"] == ["附件1", "附件2"]
    assert len(split_documents(plan.text)) == 1


# --- Several documents ------------------------------------------------------------------------------------------------


def test_several_documents_are_told_apart() -> None:
    text = text_of("several")
    spans = split_documents(text)
    assert [text[start:end].splitlines()[1] for start, end in spans] == [
        "——2023年1月10日在安澜县第八届人民代表大会第三次会议上",
        "——2024年1月12日在安澜县第八届人民代表大会第四次会议上",
    ]


@pytest.mark.parametrize("path", [path for path in SHAPES if path.stem != "several"], ids=lambda path: path.stem)
def test_one_document_stays_one(path: Path) -> None:
    assert len(split_documents(path.read_bytes().decode())) == 1


def test_all_shapes_in_one_text_lose_nothing() -> None:
    text = "\n".join(path.read_bytes().decode() for path in SHAPES)
    spans = split_documents(text)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(first[1] == second[0] for first, second in pairwise(spans))


# --- Text from a PDF --------------------------------------------------------------------------------------------------


def test_page_numbers_glued_to_lines_are_no_words() -> None:
    plan = plan_of("wrapped")
    glued = [clause for clause in plan.clauses if "\n2过 28 万元/人" in clause.text]
    assert len(glued) == 1
    assert "\n 过 28 万元/人" in plan.words(glued[0])
    assert all(plan.text[start:end].isdigit() for start, end in plan.page_marks)
    assert len(plan.page_marks) + sum(defect.reason == "页码" for defect in plan.defects) == 7


def test_a_number_that_begins_a_line_is_no_heading() -> None:
    assert not [section for section in plan_of("wrapped").sections if section.number == 69]


# --- Styles -----------------------------------------------------------------------------------------------------------


def styled(text: str, *lines: tuple[str, int]) -> tuple[StyledLine, ...]:
    return tuple(StyledLine(text.index(words), text.index(words) + len(words), level) for words, level in lines)


def test_styles_make_headings_of_lines_without_numbers() -> None:
    text = "经济\n发展\n增长6%。\n环境\n新增绿地3公顷。\n"
    plan = parse_plan(text, styled(text, ("经济", 1), ("发展", 2), ("环境", 1)))
    assert [(section.id, section.level) for section in plan.sections] == [("经济", 1), ("经济.发展", 2), ("环境", 1)]


def test_numbers_keep_their_place_beside_styles() -> None:
    text = "总论\n要求如下。\n一、目标\n增长6%。\n（一）指标\n新增5家。\n细则\n逐项落实。\n二、措施\n抓好落实。\n"
    marks = styled(text, ("总论", 1), ("一、目标", 1), ("（一）指标", 2), ("细则", 3), ("二、措施", 1))
    plan = parse_plan(text, marks)
    assert [(section.id, section.level) for section in plan.sections] == [
        ("总论", 1), ("1", 1), ("1.1", 2), ("1.1.细则", 3), ("2", 1),
    ]  # fmt: skip


# --- Tables -----------------------------------------------------------------------------------------------------------


def test_tables_have_titles_heads_and_rows() -> None:
    tables = plan_of("tables").tables
    assert [(table.label, table.title, len(table.header), len(table.rows), table.unit) for table in tables] == [
        ("表1", "“十五五”时期主要指标", 2, 6, ""),
        ("附表2", "重点项目", 1, 2, "万元"),
        ("", "", 1, 3, ""),
    ]


def test_cells_stand_where_they_say() -> None:
    for name in ("tables", "markdown"):
        plan = plan_of(name)
        assert plan.tables
        for table in plan.tables:
            for row in (*table.header, *table.rows):
                assert all(plan.text[cell.start : cell.end] == cell.text for cell in row.cells)
                assert row.start in {clause.start for clause in plan.clauses if clause.kind == "row"}


FIGURES = [
    ("tables", "850.5", "地区生产总值", "850.5", "亿元", "exact", "amount", "result", "2025年"),
    ("tables", "≥1200", "地区生产总值", "1200", "亿元", "at_least", "amount", "target", "2030年"),
    ("tables", "7左右", "地区生产总值", "7", "%", "about", "change", "target", "2026—2030年"),
    ("tables", "25", "全员劳动生产率", "25", "万元/人", "exact", "amount", "target", "2030年"),
    ("tables", "[6.4]", "全员劳动生产率", "6.4", "%", "exact", "change", "target", "2026—2030年"),
    ("tables", ">3", "研发投入强度", "3", "%", "more_than", "amount", "target", "2030年"),
    ("tables", "70以上", "研发投入强度中的企业投入占比", "70", "%", "at_least", "amount", "target", "2030年"),
    ("tables", "4以内", "登记失业率", "4", "%", "at_most", "amount", "target", "2030年"),
    ("tables", "与经济增长同步", "居民收入", None, "", "exact", "change", "target", "2026—2030年"),
    ("tables", "52000", "西岭大桥总投资", "52000", "万元", "exact", "amount", "target", ""),
    ("tables", "3000—5000", "城北水厂投资", "3000", "万元", "range", "amount", "target", "2026年"),
    ("tables", "1.2公里", "桥梁", "1.2", "公里", "exact", "amount", "target", ""),
    ("tables", "150", "新增绿地", "150", "公顷", "exact", "amount", "target", "2027年"),
    ("indicators-from-pdf", "6左右", "全市生产总值年均增长率", "6", "%", "about", "change", "target", "2021—2025年"),
    ("indicators-from-pdf", "28左右", "全员劳动生产率", "28", "万元/人", "about", "amount", "target", "2025年"),
    ("indicators-from-pdf", "3.2左右", "全社会研发经费支出占全市生产总值比重", "3.2", "%", "about", "amount", "target", "2025年"),
    ("indicators-from-pdf", "25", "每万人口发明专利拥有量", "25", "件", "exact", "amount", "target", "2025年"),
    ("indicators-from-pdf", ">81", "居民平均预期寿命", "81", "岁", "more_than", "amount", "target", "2025年"),
    ("markdown", "3000以上", "学位", "3000", "个", "at_least", "amount", "target", "2025年"),
    ("markdown", "450", "床位", "450", "张", "exact", "amount", "result", "2024年"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "indicator", "value", "unit", "qualifier", "role", "tense", "period"), FIGURES
)
def test_figures_of_tables(
    name: str,
    text: str,
    indicator: str,
    value: str | None,
    unit: str,
    qualifier: str,
    role: str,
    tense: str,
    period: str,
) -> None:
    plan = plan_of(name)
    inside = {clause.id for clause in plan.clauses if clause.kind == "row"}
    (row,) = (row for row in build_ledger(plan) if row.text == text and row.clause in inside)
    assert plan.text[row.start : row.end] == text
    assert (row.indicator, None if row.value is None else str(row.value)) == (indicator, value)
    assert (row.unit, row.qualifier, row.role, row.tense, row.period) == (unit, qualifier, role, tense, period)


def test_serial_numbers_attributes_and_years_are_no_figures() -> None:
    plan = plan_of("tables")
    inside = {clause.id for clause in plan.clauses if clause.kind == "row"}
    assert sum(row.clause in inside for row in build_ledger(plan)) == 25


# --- What must always hold --------------------------------------------------------------------------------------------

_ADDED = "临时补充的一句说明，不涉及其他内容。"


@pytest.mark.parametrize("name", ["speech", "nested", "items", "decimal", "notice", "unnumbered", "wrapped"])
def test_ids_survive_what_is_added_elsewhere(name: str) -> None:
    text = text_of(name)
    before = {clause.start: clause for clause in parse_plan(text).clauses if clause.kind != "header"}
    lines = text.split("\n")
    offsets = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]
    places = [offsets[at] for at in range(1, len(lines)) if lines[at - 1].endswith("。")]
    assert places
    for at in places:
        added = f"{_ADDED}\n"
        plan = parse_plan(text[:at] + added + text[at:])
        after = {clause.start: clause for clause in plan.clauses}
        moved = {start + len(added) * (start >= at): clause for start, clause in before.items()}
        assert {start: clause.id for start, clause in moved.items()} == {
            start: after[start].id for start in moved if start in after
        }


_PIECES = st.sampled_from(
    [piece for path in SHAPES for piece in path.read_bytes().decode().splitlines(keepends=True)]
    + ["附件\n", "附件：\n", "附件2\n名称\n", "目录\n", "\t\n", "a\tb\n", "|a|b|\n", "|-|-|\n", "1\t2\t3\n", "\x0c", "7910.1 推动\n", "一是快；", "二是好。"]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=60).map("".join))
def test_nothing_of_any_mixture_is_lost(text: str) -> None:
    plan = assert_nothing_lost(text)
    assert all(text[row.start : row.end] == row.text for row in build_ledger(plan))
    assert all(text[cell.start : cell.end] == cell.text for t in plan.tables for row in t.rows for cell in row.cells)
    assert split_documents(text)[0][0] == 0


@given(
    st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(-2, 9)), max_size=5)
)
def test_styles_break_nothing(text: str, marks: list[tuple[int, int, int]]) -> None:
    parse_plan(text, tuple(StyledLine(start, end, level) for start, end, level in marks))
