"""The lock on the shipped plan: right replies written by someone who saw only the plan, and wrong ones made by program."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.lock import Tally, measured

ROOT = Path(__file__).parent.parent.parent
_RIGHT_SHARE = 0.98


@pytest.fixture(scope="module")
def tallies() -> tuple[Tally, Tally]:
    return measured(ROOT / "evals" / "replies" / "tuning.jsonl")


def test_right_replies_pass_unchanged(tallies: tuple[Tally, Tally]) -> None:
    right, _ = tallies
    total = sum(right.total.values())
    assert total > 300
    assert sum(right.amiss.values()) <= (1 - _RIGHT_SHARE) * total, right.listed


def test_no_wrong_reply_gets_through(tallies: tuple[Tally, Tally]) -> None:
    _, wrong = tallies
    assert sum(wrong.total.values()) > 2000
    assert not wrong.listed
