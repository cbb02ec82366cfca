"""Ledgers of real documents against ledgers written by hand: what was measured is held as a floor.

The gold holds offsets, figures and indicators, none of the documents' sentences; without the documents there is nothing
to score, and the tests skip.
"""

from __future__ import annotations

import pytest

from benchmarks.ledger import GOLD, GoldLedger, pairs_of, rates_of, read_gold, text_of
from tests import samples

# ledger -> the least that precision and recall (figure, unit, qualifier, tense), indicator, role and period may be
FLOORS = {
    "hailar-2019": (0.99, 0.99, 0.98, 0.98, 0.97),
    "lishui-2024": (0.99, 0.98, 0.98, 0.98, 0.98),
    "national-2011-2015-part": (0.99, 0.99, 0.99, 0.99, 0.99),
    "trap-taizhou-2024-kept-aside": (0.97, 0.97, 0.86, 0.88, 0.95),
}
LEDGERS = [read_gold(path) for path in sorted(GOLD.glob("*.jsonl"))]


def test_every_gold_ledger_has_its_floors() -> None:
    assert {gold.name for gold in LEDGERS} == set(FLOORS)
    assert {gold.name for gold in LEDGERS if gold.kept_aside} == {"trap-taizhou-2024-kept-aside"}


@pytest.mark.parametrize("gold", LEDGERS, ids=[gold.name for gold in LEDGERS])
def test_gold_is_in_order_and_names_what_it_counts(gold: GoldLedger) -> None:
    places = [row.number for row in gold.rows]
    assert places == sorted(set(places))
    assert all(gold.start <= place < gold.end for place in places)
    assert all(indicator for row in gold.rows for indicator in row.indicators)


@pytest.mark.parametrize("gold", LEDGERS, ids=[gold.name for gold in LEDGERS])
def test_what_was_reached_stays_reached(gold: GoldLedger) -> None:
    text = text_of(gold, samples.FOLDER)
    if text is None:
        pytest.skip(f"no {gold.text} in {samples.FOLDER}")
    rates = rates_of(pairs_of(gold, text))
    reached = (rates.precision, rates.recall, rates.indicator, rates.role, rates.period)
    assert all(share >= floor for share, floor in zip(reached, FLOORS[gold.name], strict=True)), reached
