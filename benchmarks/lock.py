"""What the number lock lets through and what it stops: right replies that must pass unchanged, wrong ones that must not.

`python -m benchmarks.lock --replies FILE [--plans FOLDER]`: FILE holds right replies, a JSON object a line (id, question,
clauses, reply, style); the wrong ones are made from them and from the ledger of every plan.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.answering.number_lock import Evidence, SentenceLock, SentenceSplitter
from assistant.evaluation.wrong_replies import mutated, right_replies, wrong_replies
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow, build_ledger
from assistant.plan.parse import parse_plan
from assistant.search.glossary import Glossary, load_glossary

ROOT = Path(__file__).parent.parent
_EDGES = "。；;— \n"


@dataclass
class Tally:
    """What came of some replies, by kind; `listed` are those that came out as they should not."""

    total: Counter[str] = field(default_factory=Counter)
    amiss: Counter[str] = field(default_factory=Counter)
    listed: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def print(self, title: str, amiss: str, most: int) -> None:
        total, wrong = sum(self.total.values()), sum(self.amiss.values())
        print(f"{title}: {wrong} of {total} {amiss}")
        for kind, count in sorted(self.total.items()):
            if self.amiss[kind]:
                print(f"  {kind}: {self.amiss[kind]} of {count}")
        for line in self.listed[:most]:
            print(f"    {line}")


@dataclass(frozen=True)
class Ground:
    """A plan and its ledger."""

    plan: Plan
    ledger: tuple[LedgerRow, ...]

    @classmethod
    def of(cls, text: str) -> Ground:
        plan = parse_plan(text)
        return cls(plan, build_ledger(plan))

    def evidence(self, clauses: Sequence[Clause]) -> list[Evidence]:
        return [
            Evidence(number, "plan", self.plan, clause, tuple(row for row in self.ledger if row.clause == clause.id))
            for number, clause in enumerate(clauses, start=1)
        ]

    def clauses_of(self, texts: Sequence[str]) -> list[Clause]:
        """The clauses with these texts; a heading's words stand for the first clause below it."""
        return [self._clause_of(text) for text in texts]

    def _clause_of(self, text: str) -> Clause:
        bare = text.strip(_EDGES)
        for clause in self.plan.clauses:
            if clause.text.strip(_EDGES) == bare:
                return clause
        for clause in self.plan.clauses:
            if bare in clause.text or any(bare in heading for heading in self.plan.path(clause)):
                return clause
        for clause in self.plan.clauses:
            if clause.text in text:  # a header's line of several fields
                return clause
        raise SystemExit(f"没有这一条：{text}")


def main() -> None:
    arguments = _arguments()
    glossary = load_glossary(ROOT / "prompts" / "glossary")
    right, wrong = measured(arguments.replies) if arguments.replies else (Tally(), Tally())
    if arguments.replies:
        right.print("right replies", "stopped", arguments.most)
        wrong.print("wrong replies made of right ones", "let through", arguments.most)
    for path in sorted(arguments.plans.glob("*.txt")):
        made, unchanged = Tally(), Tally()
        _made(Ground.of(_text_of(path)), glossary, made, unchanged, arguments.rows)
        unchanged.print(f"right sentences of {path.name}", "stopped", arguments.most)
        made.print(f"wrong replies of {path.name}", "let through", arguments.most)
        right.times += made.times
    times = sorted(right.times + wrong.times)
    if times:
        print(
            f"ms of processor time a sentence: p50 {times[len(times) // 2]:.2f}, p99 {times[int(len(times) * 0.99)]:.2f}"
        )


def measured(replies: Path) -> tuple[Tally, Tally]:
    """What came of a file of right replies about the shipped plan, and of the wrong ones made of them."""
    glossary = load_glossary(ROOT / "prompts" / "glossary")
    ground = Ground.of(next((ROOT / "corpus").glob("*.txt")).read_text(encoding="utf-8"))
    right, wrong = Tally(), Tally()
    for line in replies.read_text(encoding="utf-8").splitlines():
        _right_and_mutated(json.loads(line), ground, glossary, right, wrong)
    return right, wrong


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lock", description=__doc__)
    parser.add_argument("--replies", type=Path, help="right replies, a JSON object a line")
    parser.add_argument("--plans", type=Path, default=ROOT / "corpus", help="a folder of plans' texts")
    parser.add_argument("--rows", type=int, default=60, help="ledger rows of each plan that are made wrong")
    parser.add_argument("--most", type=int, default=200, help="how many are listed")
    return parser.parse_args()


def _text_of(path: Path) -> str:
    return path.read_bytes().decode("gb18030" if "gb18030" in path.name else "utf-8-sig")


def _right_and_mutated(case: dict[str, object], ground: Ground, glossary: Glossary, right: Tally, wrong: Tally) -> None:
    reply, style = str(case["reply"]), str(case["style"])
    texts = [str(text) for text in case["clauses"]]  # type: ignore[attr-defined]
    evidence = ground.evidence(ground.clauses_of(texts))
    question = str(case["question"])
    fault = first_fault(reply, evidence, glossary, right, question)
    right.total[style] += 1
    if fault:
        right.amiss[style] += 1
        right.listed.append(f"{style} | {fault}")
    rows = [row for one in evidence for row in one.rows if row.value is not None]
    for kind, how, text in mutated(reply, rows):
        wrong.total[kind] += 1
        if not first_fault(text, evidence, glossary, wrong, question):
            wrong.amiss[kind] += 1
            wrong.listed.append(f"{kind} | {how} | {text!r}")


def _made(ground: Ground, glossary: Glossary, tally: Tally, right: Tally, most_rows: int) -> None:
    rows = _spread(ground.ledger, most_rows)
    for made in right_replies(ground.plan, rows):
        evidence = ground.evidence([ground.plan.clause(clause) for clause in made.clauses])
        right.total[made.how] += 1
        if fault := first_fault(made.text, evidence, glossary, right):
            right.amiss[made.how] += 1
            right.listed.append(f"{fault} | {ground.plan.clause(made.clauses[0]).text[:120]!r}")
    for wrong in wrong_replies(ground.plan, rows):
        evidence = ground.evidence([ground.plan.clause(clause) for clause in wrong.clauses])
        tally.total[wrong.kind] += 1
        if not first_fault(wrong.text, evidence, glossary, tally):
            tally.amiss[wrong.kind] += 1
            tally.listed.append(
                f"{wrong.kind} | {wrong.how} | {wrong.text!r} | {ground.plan.clause(wrong.clauses[0]).text[:150]!r}"
            )


def _spread(rows: tuple[LedgerRow, ...], most: int) -> Sequence[LedgerRow]:
    """Runs of rows from all over a ledger."""
    if len(rows) <= most:
        return rows
    runs = max(1, most // 10)
    step = len(rows) // runs
    return [row for start in range(0, runs * step, step) for row in rows[start : start + 10]]


def first_fault(reply: str, evidence: list[Evidence], glossary: Glossary, tally: Tally, question: str = "") -> str:
    """The first sentence that is stopped, and why; "" where all pass."""
    lock = SentenceLock(evidence, glossary, question=question)
    for sentence in _sentences(reply):
        start = time.thread_time()
        verdict = lock.check(sentence)
        tally.times.append((time.thread_time() - start) * 1000)
        if verdict.fault:
            return f"{sentence.strip()} | {verdict.fault}"
        lock.release(sentence, verdict)
    return ""


def _sentences(reply: str) -> Iterator[str]:
    splitter = SentenceSplitter()
    yield from splitter.feed(reply)
    yield from splitter.close()


if __name__ == "__main__":
    main()
