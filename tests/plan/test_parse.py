"""The parser: nothing lost, offsets exact, ids permanent, the Wuchang plan read as a person reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UnknownClause
from assistant.plan.document import Plan, chinese_ordinal
from assistant.plan.parse import parse_plan
from tests import samples


def spans(plan: Plan) -> list[tuple[int, int]]:
    """Every span that accounts for text: header, headlines, headings, task titles, clauses, defects."""
    return [
        *((field.start, field.end) for field in plan.header),
        *plan.headlines,
        *((section.start, section.end) for section in plan.sections),
        *((task.start, task.end) for task in plan.tasks),
        *((clause.start, clause.end) for clause in plan.clauses if clause.kind != "header"),
        *((defect.start, defect.end) for defect in plan.defects),
    ]


def assert_nothing_lost(text: str) -> Plan:
    """Every non-blank character lies in exactly one span, and every quoted text is what stands there."""
    plan = parse_plan(text)
    count = [0] * len(text)
    for start, end in spans(plan):
        for at in range(start, end):
            count[at] += 1
    wrong = [(at, c, count[at]) for at, c in enumerate(text) if not c.isspace() and count[at] != 1]
    assert not wrong, wrong[:5]
    assert all(text[c.start : c.end] == c.text for c in plan.clauses)
    assert all(text[f.value_start : f.value_end] == f.value for f in plan.header)
    assert len({clause.id for clause in plan.clauses}) == len(plan.clauses)
    assert all(plan.formal_citation(clause) for clause in plan.clauses)
    return plan


def test_nothing_of_the_corpus_is_lost(corpus_text: str) -> None:
    plan = assert_nothing_lost(corpus_text)
    assert [(defect.text, defect.reason) for defect in plan.defects] == [("人大", "文末残缺")]


@pytest.mark.parametrize("path", samples.texts())
def test_nothing_of_the_samples_is_lost(path: object) -> None:
    plan = assert_nothing_lost(samples.read(path))  # type: ignore[arg-type]
    assert plan.clauses


_PIECES = st.sampled_from(
    ["一、总体要求\n", "(一)主要目标\n", "——增长7%;\n", "强化创新。新增8家。\n", "文  号: 某政【2022】1号\n", "1.1 目标\n",
     "第一篇　总则　　发展\n", "\n", "\r\n", "人大", "目 录\n", "一、目标......12\n", "— 3 —\n", "各位代表:\n", "1.加强领导。各地要落实。\n",
     "2022年4月14日\n", "# 标题\n", "新增公园、\n", "第十十章 目标\n", "\ufeff", "。", "！”", "\u2028", "\x1c", "\t"]
)  # fmt: skip


@given(st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=25).map("".join))
def test_nothing_of_any_text_is_lost(text: str) -> None:
    assert_nothing_lost(text)


def test_header(corpus_plan: Plan) -> None:
    assert {field.name: field.value for field in corpus_plan.header} == {
        "名称": "武昌区2022年国民经济和社会发展计划",
        "发布机构": "武昌区政府办",
        "文号": "武昌政办【2022】1号",
        "索引号": "737546075/2022-12836",
        "公开日期": "2022年04月13日",
        "公开方式": "有效",
    }
    assert (corpus_plan.title, corpus_plan.number) == ("武昌区2022年国民经济和社会发展计划", "武昌政办【2022】1号")
    assert (corpus_plan.year, corpus_plan.place) == (2022, "武昌区")


def test_heading_tree(corpus_plan: Plan) -> None:
    assert [section.id for section in corpus_plan.sections] == [
        "1", "1.1", "1.2", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7",
    ]  # fmt: skip
    assert corpus_plan.sections_by_id["2.5"].title == "坚持建管一体,提升城区功能品质"
    assert len(corpus_plan.tasks) == 21
    assert corpus_plan.tasks_by_id["2.5.1"].title == "完善公共基础设施"
    assert sum(clause.kind == "bullet" for clause in corpus_plan.clauses) == 6


CITATIONS = [
    (
        "充电桩1000根",
        "《武昌区2022年国民经济和社会发展计划》(武昌政办【2022】1号)第二部分第(五)项“完善公共基础设施”第2句",
    ),
    ("年度计划投资300亿元", "《武昌区2022年国民经济和社会发展计划》(武昌政办【2022】1号)第一部分第(二)项第4条"),
    ("努力实现武昌经济社会", "《武昌区2022年国民经济和社会发展计划》(武昌政办【2022】1号)第一部分第(一)项第1句"),
]


@pytest.mark.parametrize(("words", "citation"), CITATIONS)
def test_formal_citation(corpus_plan: Plan, words: str, citation: str) -> None:
    at = corpus_plan.text.index(words)
    (clause,) = (c for c in corpus_plan.clauses if c.start <= at < c.end)
    assert corpus_plan.formal_citation(clause) == citation


def test_a_formal_citation_leaves_out_what_does_not_exist() -> None:
    plan = parse_plan("某区2023年工作计划\n第三篇 产业\n第八章 科技\n第二节 平台建设\n新增平台3家。\n")
    clause = plan.clauses[-1]
    assert plan.formal_citation(clause) == "《某区2023年工作计划》第三篇第八章第二节第1句"


def test_ids_survive_indexing_again_and_edits_elsewhere(corpus_text: str) -> None:
    """The same sentence keeps its id when others are added, taken out or wrapped otherwise."""
    before = {clause.text: clause.id for clause in parse_plan(corpus_text).clauses}
    edited = corpus_text.replace(
        "完善公共基础设施。", "新的任务。先做一件事。再做一件事。\n\n完善公共基础设施。先修路。"
    )
    after = {clause.text: clause.id for clause in parse_plan(edited).clauses}
    assert {text: after[text] for text in before} == before
    assert parse_plan(corpus_text).clauses == parse_plan(corpus_text).clauses


def test_equal_sentences_have_ids_of_their_own() -> None:
    plan = parse_plan("一、目标\n新增平台3家。新增平台3家。\n")
    assert len({clause.id for clause in plan.clauses}) == 2


def test_an_unknown_clause_is_named(corpus_plan: Plan) -> None:
    with pytest.raises(UnknownClause, match="9-xxxxx"):
        corpus_plan.clause("9-xxxxx")


SHAPES = [
    ("第一篇　转变方式　　“十二五”时期很重要\n第一章　发展环境　　形势复杂\n", ["1", "1.1"]),
    ("# 计划\n## 目标\n新增3家。\n", ["计划", "计划.目标"]),
    ("一、目标\n1.1 总体目标\n内容在此。\n1.1.1 具体目标\n内容在此。\n", ["1", "1.1", "1.1.1"]),
    ("一、目标\n1.地区生产总值增长7%;\n2.投资增长8%。\n", ["1"]),
    ("一、目标\n1.加强领导。各地要落实责任。\n", ["1", "1.1"]),
    ("一、目标\n一、目标\n", ["1", "1~2"]),
]


@pytest.mark.parametrize(("text", "ids"), SHAPES)
def test_shapes_of_headings(text: str, ids: list[str]) -> None:
    assert [section.id for section in assert_nothing_lost(text).sections] == ids


def test_lines_broken_by_a_page_are_one_sentence() -> None:
    line = "这一行文字一直写到页面的右边为止然后在下一行接着写下去没有任何标点"
    text = "一、目标\n" + "\n".join([line] * 60) + "。\n"
    assert len(assert_nothing_lost(text).clauses) == 1


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_chinese_ordinal(number: int, words: str) -> None:
    assert chinese_ordinal(number) == words


def test_what_is_told_above_a_report_can_be_cited() -> None:
    text = "政府工作报告\n——2031年2月8日在白沙县第十届人民代表大会第三次会议上\n白沙县人民政府县长　　某某某\n一、目标\n新增车位200个。\n"
    plan = assert_nothing_lost(text)
    assert plan.field("会议") == "2031年2月8日在白沙县第十届人民代表大会第三次会议上"
    assert plan.field("报告人") == "白沙县人民政府县长　　某某某"
    assert {"header.会议", "header.报告人"} <= set(plan.clauses_by_id)
    assert (plan.year, plan.place) == (2031, "白沙县")
