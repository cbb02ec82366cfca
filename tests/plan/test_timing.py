"""Results apart from targets, and the period of each figure; places, years and figures are invented."""

from __future__ import annotations

import pytest

from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan

REPORT = """某区2030年政府工作报告
一、2029年工作回顾
{}
二、2030年工作安排
{}
"""

# sentence of the review -> (tense, period) of its figures
REVIEWED = [
    ("新建公园3个。", [("result", "2029年")]),
    ("雪场收入预计达到9亿元。", [("result", "2029年")]),
    ("五年来，新建公园30个。", [("result", "2025—2029年")]),
    ("过去五年，新建公园30个，今年新建3个。", [("result", "2025—2029年"), ("result", "2025—2029年")]),
    ("雪场收入增长7%，为2020年统一核算以来最好水平；客流增长8%。", [("result", "2029年"), ("result", "2029年")]),
    ("雪场收入比2028年增长7%。", [("result", "2029年")]),
    ("雪场收入从2028年的8亿元增加到9亿元。", [("result", "2028年"), ("result", "2029年")]),
    ("到2035年，力争雪场达到9座。", [("target", "2035年")]),
    ("“十四五”期间建成雪场4座。", [("result", "2021—2025年")]),
]  # fmt: skip

# sentence of the plan -> (tense, period) of its figures
PLANNED = [
    ("新建公园5个。", [("target", "2030年")]),
    ("去年，新建公园3个。", [("result", "2029年")]),
    ("到2035年，雪场达到9座。", [("target", "2035年")]),
    ("巩固2029年创建成果，新建公园5个。", [("target", "2030年")]),
    ("完成2030年度8亿元投资任务。", [("target", "2030年")]),
    ("落实2040年零碳承诺。雪场达到9座。", [("target", "2030年")]),
    ("到“十五五”末，雪场达到9座。", [("target", "2030年")]),
    ("雪场收入比上年增长7%。", [("target", "2030年")]),
    ("明年建成雪场2座。", [("target", "2031年")]),
]  # fmt: skip


def timings(text: str) -> list[tuple[str, str]]:
    return [(row.tense, row.period) for row in build_ledger(parse_plan(text))]


@pytest.mark.parametrize(("sentence", "expected"), REVIEWED, ids=[sentence for sentence, _ in REVIEWED])
def test_in_a_review(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert timings(REPORT.format(sentence, "做好各项工作。")) == expected


@pytest.mark.parametrize(("sentence", "expected"), PLANNED, ids=[sentence for sentence, _ in PLANNED])
def test_in_a_plan(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert timings(REPORT.format("一年来，各项工作有序推进。", sentence)) == expected


def test_a_heading_on_building_is_no_target() -> None:
    text = "某区2030年政府工作报告\n一、2029年工作回顾\n（一）自身建设不断加强\n办理建议95件。\n二、2030年工作安排\n新建公园5个。\n"
    assert timings(text) == [("result", "2029年"), ("target", "2030年")]


def test_a_heading_that_looks_both_ways_leaves_it_to_the_paragraphs() -> None:
    text = (
        "某省2026年政府工作报告\n一、“十四五”时期发展成就和“十五五”时期主要目标任务\n"
        "“十四五”时期，成就显著。新建雪场9座。\n“十五五”时期，任务艰巨。新建雪场4座。\n"
    )
    assert timings(text) == [("result", "2021—2025年"), ("target", "2026—2030年")]


def test_a_review_of_two_times_takes_the_one_that_its_paragraph_opens_with() -> None:
    text = (
        "某省2026年政府工作报告\n一、“十四五”时期和2025年工作回顾\n“十四五”时期是不平凡的五年。新建雪场9座。\n"
        "刚刚过去的2025年，冰雪火热。新建雪场2座。\n"
    )
    assert timings(text) == [("result", "2021—2025年"), ("result", "2025年")]


def test_a_five_year_plan_is_of_its_five_years() -> None:
    text = "某市国民经济和社会发展第十六个五年规划纲要\n一、主要目标\n雪场达到9座。到2033年，冰场达到4座。\n"
    assert timings(text) == [("target", "2031—2035年"), ("target", "2033年")]


def test_a_task_in_the_slogan_of_a_review_is_no_plan() -> None:
    text = (
        "某省2030年政府工作报告\n一、2029年工作回顾\n（一）扎实抓好三项基本任务，发展底盘持续夯实\n全年59项实事如期办结。\n"
        "二、2030年工作安排\n新建雪场4座。\n"
    )
    assert timings(text) == [("result", "2029年"), ("target", "2030年")]


def test_a_heading_within_a_review_looks_back_whatever_it_says() -> None:
    plan = parse_plan(
        "某区2030年政府工作报告\n一、“十五五”时期和2029年工作回顾\n刚刚过去的2029年，是极不平凡的一年。\n"
        "（一）扎实抓好三项基本任务，底盘更加稳固\n雪场收入达到9亿元。\n二、2030年工作安排\n新建公园5个。\n"
    )
    assert [(row.tense, row.period) for row in build_ledger(plan)] == [("result", "2029年"), ("target", "2030年")]


def test_a_year_in_a_verbs_object_opens_no_period() -> None:
    plan = parse_plan(
        "某区2031年政府工作报告\n一、“十五五”时期发展成就和“十六五”时期主要目标任务\n“十六五”时期是新的五年。\n"
        "推动绿色发展，持续改善全区生态环境质量。落实2040年应对气候变化目标。雪场能耗降低13%。\n"
    )
    assert [row.period for row in build_ledger(plan)] == ["2031—2035年"]


def test_a_heading_that_says_targets_were_met_looks_back() -> None:
    text = "某市国民经济和社会发展第十六个五年规划纲要\n一、“四座雪城”建设目标如期实现\n雪场达到5座。\n二、主要目标\n雪场达到9座。\n"
    assert timings(text) == [("result", "2026—2030年"), ("target", "2031—2035年")]
