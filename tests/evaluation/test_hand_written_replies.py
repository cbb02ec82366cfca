"""The lock on replies about the shipped plan that were written by hand: right ones in wording far from any rule, and wrong
ones of the kind that a sly writer would try."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.search.glossary import load_glossary
from benchmarks.lock import Ground, Tally, first_fault

ROOT = Path(__file__).parent.parent.parent
REPLIES = ROOT / "evals" / "replies"
_RIGHT_SHARE = 0.8
"""Of the second writer's right replies, whose wording was made as odd as it may be; the lock's aim is measured elsewhere."""
_KNOWN_HOLES = {"水果湖闸完成5.3平方公里海绵城市建设[1]。"}  # one of two places that have a figure together


@pytest.fixture(scope="module")
def faults() -> dict[str, list[tuple[str, str]]]:
    """Each file's replies, with the first fault of each."""
    glossary = load_glossary(ROOT / "prompts" / "glossary")
    ground = Ground.of(next((ROOT / "corpus").glob("*.txt")).read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    for name in ("second-writer", "hand-written-wrong"):
        for line in (REPLIES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            evidence = ground.evidence(ground.clauses_of(case["clauses"]))
            fault = first_fault(case["reply"], evidence, glossary, Tally(), case["question"])
            found.setdefault(name, []).append((case["reply"], fault))
    return found


def test_no_hand_written_wrong_reply_gets_through(faults: dict[str, list[tuple[str, str]]]) -> None:
    wrong = faults["hand-written-wrong"]
    assert len(wrong) > 150
    assert {reply for reply, fault in wrong if not fault} <= _KNOWN_HOLES


def test_most_oddly_worded_right_replies_pass(faults: dict[str, list[tuple[str, str]]]) -> None:
    right = faults["second-writer"]
    assert len(right) > 100
    stopped = [f"{reply} | {fault}" for reply, fault in right if fault]
    assert len(stopped) <= (1 - _RIGHT_SHARE) * len(right), stopped
