"""The questions of `evals/*.jsonl`, and whether an answer to one is right. Rates per kind, wrong answers on request.

    python -m benchmarks.questions [--wrong] [SUITE …]        SUITE: a file of evals/, by its stem

A question names its gold clauses by words that stand once in the plan (`gold`). Right is: the expected status; every
expected figure among the answer's, by the one equality of quantities (value, unit, range, qualifier) and no other; a
gold clause cited; every string of `must_contain` in the answer's text.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.answering.answer import Answer
from assistant.plan.quantity import Qualifier, same_quantity
from assistant.settings import Settings, packaged
from assistant.wiring import Assistant

EVALS = Path(__file__).parent.parent / "evals"


@dataclass(frozen=True)
class Expected:
    """A figure as a suite names it."""

    value: Decimal | None
    upper: Decimal | None
    unit: str
    qualifier: Qualifier


@dataclass(frozen=True)
class Verdict:
    """What held of one answer."""

    status: bool
    figures: bool
    clause: bool
    words: bool

    @property
    def right(self) -> bool:
        return self.status and self.figures and self.clause and self.words


def load(suite: str) -> list[dict[str, Any]]:
    """The cases of a suite."""
    lines = (EVALS / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def judge(case: dict[str, Any], answer: Answer, text: str) -> Verdict:
    """Whether the answer is what the case expects; `text` is the plan's."""
    expected = [_figure(f) for f in case["figures"]]
    given = [_figure(f.model_dump()) for f in answer.figures]
    found = all(any(same_quantity(e, g) for g in given) for e in expected)
    nothing_else = all(any(same_quantity(e, g) for e in expected) for g in given)
    gold = [text.index(words) for words in case["gold"]]
    cited = any(c.start <= at < c.end for at in gold for c in answer.citations)
    return Verdict(
        status=answer.status == case["status"],
        figures=found and (nothing_else or not expected),
        clause=cited or not gold,
        words=all(words in answer.text for words in case["must_contain"]),
    )


def _figure(fields: dict[str, Any]) -> Expected:
    upper = fields["upper"]
    return Expected(
        Decimal(fields["value"]), None if upper is None else Decimal(upper), fields["unit"], fields["qualifier"]
    )


def report(assistant: Assistant, suite: str, *, wrong: bool) -> None:
    """Ask every question of a suite and print the rates."""
    plan = assistant.plan(assistant.documents()[0].id)
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    clauses: Counter[str] = Counter()
    for case in load(suite):
        answer = assistant.ask(case["question"])
        verdict = judge(case, answer, plan.text)
        for group in (case["kind"], "all"):
            total[group] += 1
            right[group] += verdict.right
            clauses[group] += verdict.clause
        if wrong and not verdict.right:
            print(f"  {case['id']} {case['question']}\n    {verdict}\n    {answer.status}: {answer.text!r}")
    print(f"{suite}")
    for group, count in total.items():
        print(
            f"  {group:10} right {right[group]:4}/{count:<4} {right[group] / count:6.1%}   clause {clauses[group] / count:6.1%}"
        )


def corpus_assistant(home: Path) -> Assistant:
    """An assistant over the packaged corpus alone, in a library of its own."""
    return Assistant.open(home, settings=Settings(home=home, corpus=str(packaged("corpus"))))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", default=sorted(path.stem for path in EVALS.glob("*.jsonl")))
    parser.add_argument("--wrong", action="store_true", help="print every wrong answer")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        assistant = corpus_assistant(Path(home))
        for suite in options.suites:
            report(assistant, suite, wrong=options.wrong)
        assistant.close()


if __name__ == "__main__":
    main()
