"""What is worked out for a document once is what a question would have worked out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from assistant.answering.grams import pairs
from assistant.answering.prepared import FORMS, PairCounts, answering_arrays, pair_key
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.search.arrays import Arrays
from assistant.search.encoder import StaticEncoder

PLAN = parse_plan(
    """青岩县2031年国民经济和社会发展计划

一、重点任务

守护山水资源。新造林3.2万亩，持续开展巡山护林，新建观鸟站4座。到2035年森林覆盖率达到60%。

发展5G应用。支持AI企业，完善配套政策。
"""
)
ROWS = build_ledger(PLAN)


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    return answering_arrays(PLAN, ROWS, StaticEncoder().rows)


def test_pairs_are_counted_by_clause_with_its_headings(arrays: Arrays) -> None:
    expected: Counter[str] = Counter()
    body = [clause for clause in PLAN.clauses if clause.kind != "header"]
    for clause in body:
        expected.update(pairs(" ".join(PLAN.path(clause))) | pairs(clause.text))
    counts = PairCounts(arrays)
    assert counts.clauses == len(body)
    assert {pair: counts[pair] for pair in (*expected, "地铁", "", "5g", "林")} == {
        **dict.fromkeys(("地铁", "", "5g", "林"), 0),
        **expected,
    }


def test_pairs_have_keys_of_their_own() -> None:
    held = {pair for clause in PLAN.clauses for pair in pairs(clause.text)}
    assert len({pair_key(pair) for pair in held}) == len(held)


def test_a_row_has_its_names_and_what_has_no_figure_is_apart(arrays: Arrays) -> None:
    assert ROWS
    assert len(arrays["row_names"]) == FORMS * len(ROWS)
    encoder = StaticEncoder()
    assert np.array_equal(arrays["row_names"][0], encoder.rows([ROWS[0].indicator])[0])
    near = (arrays["figureless"].astype(np.float32) @ encoder.rows(["持续开展巡山护林"])[0]).max()
    assert near == pytest.approx(1, abs=1e-3)
    assert (arrays["figureless"].astype(np.float32) @ encoder.rows(["新建观鸟站4座"])[0]).max() < 0.99


def test_the_document_says_of_which_years_its_figures_are(arrays: Arrays) -> None:
    assert set(arrays["years"].tolist()) == {int(row.period[:4]) for row in ROWS if row.period}
