"""The ledger of the Wuchang plan against one written by hand from its text; and the grammar it rests on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow, build_ledger
from assistant.plan.parse import parse_plan
from assistant.plan.scan import scan
from tests import samples

DATA = Path(__file__).parent.parent / "data"


def lines(name: str) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    assert read, name
    return read


GOLD = lines("wuchang-ledger.jsonl")
NUMERALS = lines("wuchang-numerals.jsonl")
FIELDS = ("indicator", "action", "unit", "qualifier", "qualifier_text", "role", "tense", "period", "text")


def as_gold(row: LedgerRow) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in FIELDS}
    fields["value"] = None if row.value is None else format(row.value, "f")
    fields["upper"] = None if row.upper is None else format(row.upper, "f")
    return fields


@pytest.fixture(scope="module")
def rows(corpus_plan: Plan) -> dict[int, LedgerRow]:
    return {row.start: row for row in build_ledger(corpus_plan)}


@pytest.mark.parametrize("gold", GOLD, ids=[f"{g['indicator']} {g['text']}" for g in GOLD])
def test_row(gold: dict[str, Any], rows: dict[int, LedgerRow], corpus_text: str) -> None:
    start = corpus_text.index(gold["sentence"]) + gold["sentence"].index(gold["text"])
    row = rows[start]
    assert corpus_text[row.start : row.end] == row.text
    expected = {key: value for key, value in gold.items() if key != "sentence"}
    given = as_gold(row)
    if gold["role"] == "descriptive":
        # What describes has no action of its own and is neither aimed at nor reached: the hand is free there.
        for name in ("action", "tense"):
            expected.pop(name)
            given.pop(name)
    assert given == expected


def test_no_row_too_many(rows: dict[int, LedgerRow]) -> None:
    assert len(rows) == len(GOLD)


@pytest.mark.parametrize("gold", NUMERALS, ids=[f"{g['offset']} {g['run']}" for g in NUMERALS])
def test_every_numeral_is_a_quantity_or_named_as_something_else(gold: dict[str, Any], corpus_text: str) -> None:
    reading = _reading(corpus_text)
    start, end = gold["offset"], gold["offset"] + len(gold["run"])
    assert corpus_text[start:end] == gold["run"]
    in_quantity = any(q.start <= start and end <= q.end for q in reading.quantities)
    reasons = [other.reason for other in reading.others if other.start < end and start < other.end]
    assert in_quantity == gold["is_quantity"]
    assert in_quantity or reasons


_READINGS: dict[str, Any] = {}


def _reading(text: str) -> Any:
    if text not in _READINGS:
        _READINGS[text] = scan(text)
    return _READINGS[text]


# sentence -> (action, indicator, span, role), made up for the grammar, not taken from any plan
GRAMMAR = [
    ("新增滑雪场4个、观景台12座。", [("新增", "滑雪场", "4个", "amount"), ("新增", "观景台", "12座", "amount")]),
    ("改建18.5公里骑行道。", [("改建", "骑行道", "18.5公里", "amount")]),
    ("引进和培育灯塔企业9家。", [("引进和培育", "灯塔企业", "9家", "amount")]),
    ("粮食播种面积达到32万亩。", [("", "粮食播种面积", "达到32万亩", "amount")]),
    ("研发投入增长12%左右。", [("增长", "研发投入", "12%左右", "change")]),
    ("失业率控制在5%以内。", [("", "失业率", "控制在5%以内", "amount")]),
    ("建成6个藏书在2万册以上的分馆。", [("建成", "分馆", "6个", "amount"), ("", "分馆藏书", "2万册以上", "descriptive")]),
    ("全区128个社区开展巡查。", [("", "社区", "128个", "descriptive")]),
    ("新引进10亿元以上项目7个。", [("", "项目", "10亿元以上", "descriptive"), ("新引进", "10亿元以上项目", "7个", "amount")]),
    ("力争游客量突破900万人次。", [("", "游客量", "突破900万人次", "amount")]),
    ("绿化覆盖率由38%提高到41%。", [("", "绿化覆盖率", "38%", "from"), ("提高到", "绿化覆盖率", "41%", "to")]),
    ("旅游收入与经济保持同步增长。", [("增长", "旅游收入", "与经济保持同步增长", "change")]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), GRAMMAR, ids=[sentence for sentence, _ in GRAMMAR])
def test_grammar(sentence: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = build_ledger(parse_plan(f"某区2030年工作计划\n一、主要目标\n{sentence}\n"))
    given = [("" if row.is_descriptive else row.action, row.indicator, row.text, row.role) for row in found]
    assert given == expected


def test_results_and_targets_are_told_apart_by_their_headings() -> None:
    plan = parse_plan("某区2030年政府工作报告\n一、2029年工作回顾\n新建公园3个。\n二、2030年工作安排\n新建公园5个。\n")
    assert [(row.tense, row.period) for row in build_ledger(plan)] == [("result", "2029年"), ("target", "2030年")]


@pytest.mark.parametrize("path", samples.texts())
def test_samples(path: object) -> None:
    """No crash, and every row says what stands in the text."""
    plan = parse_plan(samples.read(path))  # type: ignore[arg-type]
    found = build_ledger(plan)
    assert found
    for row in found:
        clause = plan.clause(row.clause)
        assert plan.text[row.start : row.end] == row.text
        assert clause.start <= row.start < row.end <= clause.end
