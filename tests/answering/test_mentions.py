"""Which figures a question names, wherever their words stand in it."""

from __future__ import annotations

import pytest

from assistant.answering.ledger_index import LedgerIndex
from assistant.answering.mentions import mentioned
from assistant.answering.prepared import PairCounts, pair_arrays
from assistant.answering.question import read_question
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan

PLAN = """青岩县2031年国民经济和社会发展计划

一、重点任务

守护山水资源。新造林3.2万亩,新建观鸟站4座、护林站11座,新建科普场馆不少于6座。

方便群众出行。改建农村公路86.5公里,新增公交线路9条,投放公共自行车1200辆。实施重点项目58项,重点项目年度投资45亿元以上。
"""


@pytest.fixture(scope="module")
def index() -> LedgerIndex:
    plan = parse_plan(PLAN)
    return LedgerIndex("qingyan", plan, build_ledger(plan), PairCounts(pair_arrays(plan)))


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("观鸟站和护林站一共多少座", ["4座", "11座"]),
        ("护林站比观鸟站多几座", ["11座", "4座"]),
        ("观鸟的、护林的、科普的，三样合计几座", ["4座", "11座", "不少于6座"]),
        ("自行车投多少辆，公交又添几条", ["1200辆", "9条"]),
        ("重点项目年度投资和公路里程", ["45亿元以上", "86.5公里"]),
        ("实施58项的话，平均每项投资多少", ["58项", "45亿元以上"]),
        ("45亿能不能完成", ["45亿元以上"]),
        ("新建学校几所", []),
        ("一共多少座", []),
        ("", []),
    ],
)
def test_the_figures_that_a_question_names(index: LedgerIndex, text: str, figures: list[str]) -> None:
    assert [match.row.text for match in mentioned(index, [read_question(text)], None)] == figures


def test_the_wording_that_says_most_of_a_name_is_believed(index: LedgerIndex) -> None:
    wordings = [read_question(text) for text in ("共享单车和公交各多少", "公共自行车和公交各多少")]
    assert [match.row.text for match in mentioned(index, wordings, None)] == ["1200辆", "9条"]


def test_a_piece_that_names_none_in_words_is_looked_up_by_its_meaning(index: LedgerIndex) -> None:
    looked_up: list[str] = []

    def meant(piece: str) -> None:
        looked_up.append(piece)

    mentioned(index, [read_question("护林站几座，看鸟的亭子几座")], meant)
    assert looked_up == ["看鸟的亭子几座"]
