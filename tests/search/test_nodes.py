"""Clauses to nodes; cutting only where it must."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.plan.document import Clause, Plan, Section, Task
from assistant.plan.identity import Identity
from assistant.plan.ledger import LedgerRow
from assistant.search.encoder import token_counter
from assistant.search.nodes import clause_nodes, cut, encoded_text, passages

TEXT = "一、主要任务\n补齐短板。新增公共停车位2000个、集中式充电站8个,充电桩1000根;完成水果湖闸、茶港两个管控分区。"
START = TEXT.index("新增")
CLAUSE = Clause("1-abc", "sentence", START, len(TEXT), TEXT[START:], "1", "1.1", 1)
PLAN = Plan(
    text=TEXT,
    title="",
    title_start=0,
    title_end=0,
    header=(),
    headlines=(),
    sections=(Section("1", 1, "一、", 1, "一、", "主要任务", 0, 6, ""),),
    tasks=(Task("1.1", "补齐短板", 7, 12, "1"),),
    clauses=(CLAUSE,),
    defects=(),
    identity=Identity(),
)


def row(text: str, indicator: str) -> LedgerRow:
    start = TEXT.index(text)
    return LedgerRow(
        CLAUSE.id,
        indicator,
        "新增",
        Decimal(1),
        None,
        "个",
        "exact",
        "",
        "amount",
        "target",
        "",
        text,
        start,
        start + len(text),
    )


FIGURES = {"2000个": "公共停车位", "8个": "集中式充电站", "1000根": "充电桩", "两个": "管控分区"}
LEDGER = tuple(row(text, indicator) for text, indicator in FIGURES.items())
INDICATORS = "；".join(f"新增{indicator}个" for indicator in FIGURES.values())


def test_a_clause_is_one_node() -> None:
    [node] = clause_nodes("武昌", PLAN, LEDGER)
    assert node.node_id == "武昌/1-abc"
    assert node.text == CLAUSE.text
    assert node.metadata == {
        "document": "武昌",
        "clause": "1-abc",
        "path": "一、主要任务 › 补齐短板",
        "start": START,
        "end": len(TEXT),
        "tokens": token_counter()(CLAUSE.text),
        "figures": "2000个；8个；1000根；两个",
        "indicators": INDICATORS,
    }
    assert encoded_text(node) == f"一、主要任务 › 补齐短板\n{CLAUSE.text}"


def test_the_parts_of_a_long_clause_cover_it_and_share_its_clause() -> None:
    nodes = clause_nodes("武昌", PLAN, LEDGER, limit=20)
    assert [node.node_id for node in nodes] == [f"武昌/1-abc/{part}" for part in range(1, len(nodes) + 1)]
    assert len(nodes) > 2
    assert "".join(node.text for node in nodes) == CLAUSE.text
    for node in nodes:
        assert TEXT[node.metadata["start"] : node.metadata["end"]] == node.text
        assert node.metadata["tokens"] <= 20
        assert node.text[-1] in ",、;。"
    assert "；".join(filter(None, (node.metadata["figures"] for node in nodes))) == "2000个；8个；1000根；两个"
    assert "；".join(filter(None, (node.metadata["indicators"] for node in nodes))) == INDICATORS
    assert [passage.clause for passage in passages(nodes)] == ["1-abc"] * len(nodes)


@pytest.mark.parametrize("number", ["1,234,567.89亿元", "三千七百二十一万", "99.99%"])
def test_a_number_is_never_cut_even_when_it_exceeds_the_limit(number: str) -> None:
    text = f"投资{number}以上"
    parts = [text[start:end] for start, end in cut(text, [], 1, len)]
    assert "".join(parts) == text
    assert any(number.removesuffix("亿元") in part for part in parts)


@given(
    st.text(alphabet="新增车位、，；,.0123456789百千万。%", max_size=80),
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 79), st.integers(0, 79)), max_size=4),
)
def test_any_cut_covers_the_text_and_keeps_spans_and_digits_whole(
    text: str, limit: int, pairs: list[tuple[int, int]]
) -> None:
    kept = [(min(pair), max(pair)) for pair in pairs]
    spans = list(cut(text, kept, limit, len))
    assert "".join(text[start:end] for start, end in spans) == text
    for place in (start for start, _ in spans[1:]):
        assert not any(start < place < end for start, end in kept)
        assert not (text[place - 1].isdigit() and text[place].isdigit())
