"""Runs suites: asks, scores, measures retrieval, several cases at a time, in an order that never changes.

What is asked is a `Subject`; what came of each case is told as soon as it is known, so that a run that is killed can go
on from what was told.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from assistant.answering.answer import Answer
from assistant.answering.shelf import Hit
from assistant.errors import UnusableInput
from assistant.evaluation import perturbation
from assistant.evaluation.amounts import right_answer
from assistant.evaluation.case import Case
from assistant.evaluation.ground import ClauseKey, Ground, Held, Target
from assistant.evaluation.results import CaseResult, Score, SuiteRecord
from assistant.evaluation.retrieval import DEPTH, measure
from assistant.evaluation.scoring import score, verdict
from assistant.evaluation.suite_files import LoadedSuite


class Subject(Held, Protocol):
    """What is evaluated: an assistant over a library."""

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer: ...

    def find(self, question: str, documents: Sequence[str] | None = None, top: int = DEPTH) -> Sequence[Hit]:
        """The clauses that retrieval alone brings, best first."""
        ...


@dataclass(frozen=True)
class Selection:
    """Which cases are run: `only` are pairs of a field and its value (kind, style, tag, status, id), cases must have
    one of the values of each field; `sample` is how many of what is left, the same ones every time."""

    only: tuple[tuple[str, str], ...] = ()
    sample: int | None = None

    FIELDS = ("kind", "style", "tag", "status", "id")

    @classmethod
    def parse(cls, only: Sequence[str], sample: int | None) -> Selection:
        """From the words of the command line, "kind:list". Raises `UnusableInput` for a field that does not exist."""
        pairs: list[tuple[str, str]] = []
        for words in only:
            field, colon, value = words.partition(":")
            if not colon or field not in cls.FIELDS or not value:
                raise UnusableInput(
                    f"--only {words} 不能用：应是 {'、'.join(cls.FIELDS)} 之一加冒号和值，例如 kind:list"
                )
            pairs.append((field, value))
        return cls(tuple(pairs), sample)

    def __str__(self) -> str:
        """In words, "" where nothing is left out."""
        words = [f"{field}:{value}" for field, value in self.only]
        return " ".join([*words, *([f"抽 {self.sample} 题"] if self.sample is not None else [])])

    def takes(self, case: Case) -> bool:
        wanted: dict[str, set[str]] = {}
        for field, value in self.only:
            wanted.setdefault(field, set()).add(value)
        return all(values & _values(case, field) for field, values in wanted.items())

    def choose(self, tasks: Sequence[Task]) -> list[Task]:
        """The chosen ones, in the order of their suites."""
        # A field of a question says nothing of mutants: they are left out where cases are picked.
        chosen = [t for t in tasks if not self.only or (t.mutant is None and self.takes(t.target.case))]
        if self.sample is None or self.sample >= len(chosen):
            return chosen
        places = random.Random(0).sample(range(len(chosen)), self.sample)
        return [chosen[place] for place in sorted(places)]


def _values(case: Case, field: str) -> set[str]:
    if field == "tag":
        return set(case.tags)
    return {str(getattr(case, field))}


@dataclass(frozen=True)
class Task:
    """One thing to do: ask a case, or judge a mutant of a right answer (`mutant` says what was changed, "" for none).
    `id` is the result's."""

    suite: str
    id: str
    target: Target
    mutant: str | None = None
    answer: Answer | None = None

    @property
    def key(self) -> str:
        return f"{self.suite}/{self.id}"


def tasks_of(suites: Sequence[LoadedSuite], ground: Ground) -> list[Task]:
    """All that the suites ask for. Raises `UnusableInput` where a case's gold words stand in no clause or in several,
    and where a suite's plan is not in the library."""
    return [task for suite in suites for task in _tasks(suite, ground)]


def _tasks(suite: LoadedSuite, ground: Ground) -> Iterator[Task]:
    head = suite.suite
    absent = [document for document in head.documents if document not in ground.document_ids]
    if absent:
        raise UnusableInput(f"题集 {suite.path} 要问的文档“{'、'.join(absent)}”不在资料库里")
    if head.generated == "perturbation":
        yield from _perturbed(suite, ground)
    for number, case in enumerate(head.cases):
        target = ground.target(case, head.documents, head.equivalent_units, suite.place(number))
        yield Task(suite.name, case.id, target)


def _perturbed(suite: LoadedSuite, ground: Ground) -> Iterator[Task]:
    for document, row in perturbation.rows_to_perturb(ground, suite.suite.documents):
        if not perturbation.names_itself(row):
            continue
        case, answer = perturbation.composed(document, row, ground)
        target = ground.target(case, (document,), (), f"题集 {suite.path}（{case.id}）")
        yield Task(suite.name, case.id, target, "", answer)
        for number, mutant in enumerate(perturbation.mutants(target, answer, ground), start=1):
            yield Task(suite.name, f"{case.id}-{number}", target, f"{mutant.changed} {mutant.how}", mutant.answer)


def record_of(suite: LoadedSuite, tasks: Sequence[Task], ground: Ground) -> SuiteRecord:
    """What a run keeps of a suite, its coverage of the ledgers with it."""
    own = [task for task in tasks if task.suite == suite.name]
    asked = coverage(own)
    rows = [
        (document, row.clause, row.start)
        for document in suite.suite.documents or ground.document_ids
        for row in ground.ledger(document)
    ]
    return SuiteRecord(
        name=suite.name,
        title=suite.suite.title,
        sha256=suite.sha256,
        cases=len(own),
        kept_aside=suite.suite.kept_aside,
        thresholds={name: format(least, "f") for name, least in suite.suite.thresholds.items()},
        covered=sum(row in asked for row in rows),
        figures=len(rows),
    )


def coverage(tasks: Sequence[Task]) -> dict[tuple[str, str, int], int]:
    """How often each row of the ledger is asked, by (document, clause, offset): by a case that expects its figure; a
    target without a figure by a case that expects to hear so of its clause."""
    asked: dict[tuple[str, str, int], int] = {}
    for task in tasks:
        found = [(document, row.clause, row.start) for document, row in filter(None, task.target.rows)]
        if task.target.case.status == "no_figure" and not task.target.case.figures:
            found += task.target.figureless
        for row in found:
            asked[row] = asked.get(row, 0) + 1
    return asked


def run_tasks(
    subject: Subject,
    tasks: Sequence[Task],
    ground: Ground,
    *,
    workers: int,
    known: Mapping[str, CaseResult],
    tell: Callable[[CaseResult], None],
    stop: threading.Event,
) -> tuple[CaseResult, ...]:
    """Do the tasks and return their results in the tasks' order; `known` ones are not done again.

    `tell` hears of each new result, one at a time. Once `stop` is set no further task is begun. An answer that raises
    is an "error" of its case; where `tell` raises, the run ends.
    """
    telling = threading.Lock()

    def do(task: Task) -> CaseResult | None:
        if stop.is_set():
            return None
        result = _do(subject, task, ground)
        with telling:
            tell(result)
        return result

    with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
        futures: list[Future[CaseResult | None] | CaseResult] = [
            known[task.key] if task.key in known else pool.submit(do, task) for task in tasks
        ]
        results: list[CaseResult] = []
        try:
            for future in futures:
                result = future if isinstance(future, CaseResult) else future.result()
                if result is not None:
                    results.append(result)
        except BaseException:
            stop.set()
            raise
    return tuple(results)


def _do(subject: Subject, task: Task, ground: Ground) -> CaseResult:
    if task.mutant is not None and task.answer is not None:
        return _judge_mutant(task, task.mutant, task.answer, ground)
    case = task.target.case
    documents = list(task.target.documents) or None
    started = time.perf_counter()
    try:
        answer = subject.ask(case.asked, case.conversation[:-1], documents)
        elapsed = (time.perf_counter() - started) * 1000
        scores = score(task.target, answer, ground)
        retrieval = None
        if task.target.gold_clauses:
            found = subject.find(answer.standalone, documents, DEPTH)
            retrieval = measure(task.target.gold_clauses, [ClauseKey(hit.document, hit.clause) for hit in found])
    except Exception as error:  # noqa: BLE001 - whatever an engine does wrong is that case's result
        return _unjudged(task, started).model_copy(update={"error": f"{type(error).__name__}: {error}"})
    return _unjudged(task, started).model_copy(
        update={
            "verdict": verdict(scores),
            "scores": scores,
            "answer": answer,
            "retrieval": retrieval,
            "elapsed_ms": round(elapsed, 3),
            "prompt_tokens": answer.usage.prompt_tokens if answer.usage else None,
            "completion_tokens": answer.usage.completion_tokens if answer.usage else None,
        }
    )


def _judge_mutant(task: Task, mutant: str, answer: Answer, ground: Ground) -> CaseResult:
    """A mutant must be found wrong, what was not changed must pass."""
    started = time.perf_counter()
    scores = score(task.target, answer, ground)
    found_right = verdict(scores) == "right"
    caught = found_right is not bool(mutant)
    why = "；".join(f"{one.name}：{one.why}" for one in scores if one.verdict != "pass") or "各项都判为对"
    expected = f"判错（{mutant}）" if mutant else "判对（没有改动）"
    judged = Score(
        name="caught", verdict="pass" if caught else "fail", expected=expected, extracted="判对" if found_right else "判错", why=why
    )  # fmt: skip
    return _unjudged(task, started).model_copy(
        update={
            "verdict": "right" if caught else "wrong",
            "scores": (judged,),
            "answer": None if caught else answer,
        }
    )


def _unjudged(task: Task, started: float) -> CaseResult:
    """The result of a case before anything is known of its answer."""
    case = task.target.case
    return CaseResult(
        suite=task.suite,
        id=task.id,
        turns=case.conversation,
        kind=case.kind,
        style=case.style,
        tags=case.tags,
        expected_status=case.status,
        expected=right_answer(case),
        verdict="error",
        elapsed_ms=round((time.perf_counter() - started) * 1000, 3),
    )
