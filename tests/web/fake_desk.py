"""A desk with two stored runs and one that tests take forward themselves: nothing here waits or measures time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from assistant.answering.answer import Answer, Status
from assistant.errors import UnusableInput
from assistant.evaluation.case import Kind, Style
from assistant.evaluation.comparison import Comparison, baseline_of, compare
from assistant.evaluation.proposals import Decision, Proposal
from assistant.evaluation.results import CaseResult, Provenance, Retrieved, Run, Score, ScoreName, SuiteRecord, Verdict
from assistant.evaluation.summary import total
from assistant.web.evaluating import BASELINE, PREVIOUS, Progress, RunLine, SuiteLine
from tests.web.fake_assistant import WUCHANG, FakeAssistant

OPEN, REFUSALS, ASIDE, SPOILT = "numeric", "refusal", "kept-aside", "perturbation"
SECRET = "这是留出题的原文"
HOSTILE_QUESTION = """<img src=x onerror="window.harmed = true">`${1}`{{value}}"""
STARTED = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
FILLERS = 230
"""Right answers that fill the table beyond its first rows."""
_PASSED: dict[ScoreName, str] = {"status": "作答", "figure": "1000根", "clause": "2.5.1", "numbers": "1000根"}


def score(name: ScoreName, verdict: Literal["pass", "fail", "refused"], **said: str) -> Score:
    return Score(name=name, verdict=verdict, **{"expected": "", "extracted": "", "why": "", **said})


def passed(*names: ScoreName) -> tuple[Score, ...]:
    return tuple(score(name, "pass", expected=_PASSED[name], extracted=_PASSED[name]) for name in names)


def result(
    suite: str, name: str, turns: Sequence[str], answer: Answer | None, verdict: Verdict = "right", **more: Any
) -> CaseResult:
    kind: Kind = more.pop("kind", "figure")
    style: Style = more.pop("style", "own-words")
    status: Status = more.pop("expected_status", "answered")
    return CaseResult(
        suite=suite, id=name, turns=tuple(turns), kind=kind, style=style, expected_status=status, verdict=verdict,
        answer=answer, **{"expected": "1000根", "elapsed_ms": 6.0, **more},
    )  # fmt: skip


def answers(assistant: FakeAssistant, later: bool) -> list[CaseResult]:
    """What a run found; the later one has two wrong answers less and one more."""
    charging = assistant.ask("新增充电桩多少根")
    nothing = assistant.ask("新增地铁几公里")
    right = passed("status", "figure", "clause", "numbers")
    wrong = (
        *passed("status", "clause", "numbers"),
        score("figure", "fail", expected="3.7万人以上", extracted="3.7万人", why="漏了限定“以上”"),
    )
    found = Retrieved(hit_1=1, hit_3=1, hit_5=1, mrr=1, ndcg=1)
    return [
        result(OPEN, "n001", ["新增充电桩多少根"], charging, scores=right, retrieval=found),
        result(
            OPEN, "n002", ["大学生要留多少？"], charging, "right" if later else "wrong",
            scores=right if later else wrong, style="everyday",
        ),
        result(
            OPEN, "n003", ["新增充电桩多少根", "那停车位呢"], charging, "wrong" if later else "right",
            scores=wrong if later else right, kind="followup", expected="2000个",
        ),
        result(
            OPEN, "n004", [HOSTILE_QUESTION], charging.model_copy(update={"text": HOSTILE_QUESTION}), "wrong",
            scores=(score("figure", "fail", expected=HOSTILE_QUESTION, extracted=HOSTILE_QUESTION, why=HOSTILE_QUESTION),),
            expected=HOSTILE_QUESTION, kind="hostile",
        ),
        result(OPEN, "n005", ["总共多少项"], None, "error", error="没有答成：除以零", kind="collect"),
        result(
            OPEN, "n006", ["招商引资至少到位多少"], nothing, "refused", kind="qualifier", expected="700亿元以上",
            scores=(score("status", "refused"), score("figure", "refused", expected="700亿元以上")),
        ),
        *(
            result(
                OPEN, f"f{number:03}", [f"第{number}问：充电桩多少根"], charging,
                "right" if later or number else "wrong", scores=right if later or number else wrong,
            )
            for number in range(FILLERS)
        ),
        result(
            REFUSALS, "r001", ["新增地铁几公里"], nothing, scores=passed("status"), kind="nothing",
            expected_status="not_in_plan", expected="没有提到",
        ),
        result(
            REFUSALS, "r002", ["充电桩多少公里"], charging, "wrong", kind="wrong_unit", expected_status="no_figure",
            scores=(score("status", "fail", why="该拒答而没有拒答"), score("numbers", "fail", why="公里没有出处")),
        ),
        *(
            result(ASIDE, f"k{number:03}", [SECRET], charging, verdict, scores=right, kind="figure", style="terse")
            for number, verdict in enumerate(("right", "right", "wrong"))
        ),
        result(SPOILT, "m001", ["改错一"], charging, scores=(score("caught", "pass"),)),
        result(
            SPOILT, "m002", ["改错二：1001根"], charging, "wrong", scores=(score("caught", "fail", why="评分没有发现改错"),)
        ),
    ]  # fmt: skip


def run_of(name: str, results: Sequence[CaseResult], started: datetime, finished: bool = True) -> Run:
    sizes = {suite: sum(one.suite == suite for one in results) for suite in (OPEN, REFUSALS, ASIDE, SPOILT)}
    titles = {OPEN: "数字题", REFUSALS: "该拒答的", ASIDE: "留出题", SPOILT: "改错的答案"}
    return Run(
        id=name,
        configuration="内置",
        provenance=Provenance(
            version="0.1.0", engine="embedded", settings={}, code="abc", documents={}, prompts={}, python="3.11",
            started=started,
        ),
        suites=tuple(
            SuiteRecord(
                name=suite, title=titles[suite], sha256="0" * 64, cases=size, kept_aside=suite == ASIDE,
                thresholds={"right": "0.99"} if suite == REFUSALS else {},
            )
            for suite, size in sizes.items()
        ),
        finished=started + timedelta(minutes=1) if finished else None,
        results=tuple(results),
    )  # fmt: skip


@dataclass
class FakeDesk:
    """`proposed`, `accepted`, `rejected` and `started` keep what the page passed on, newest last. The run that `start`
    begins does nothing until `advance` is called."""

    assistant: FakeAssistant
    folder: Path
    stored: dict[str, Run] = field(default_factory=dict)
    unstored: Run | None = None
    going: Progress | None = None
    started: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    proposed: list[Proposal] = field(default_factory=list)
    waiting: list[Proposal] = field(default_factory=list)
    accepted: list[tuple[str, Decision]] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        before, now = answers(self.assistant, later=False), answers(self.assistant, later=True)
        self.unstored = run_of("20261001-0600", before, STARTED - timedelta(days=50))
        for name, results, day in (("20261119-0600", before, 1), ("20261120-0600", now, 0)):
            self.stored[name] = run_of(name, results, STARTED - timedelta(days=day))

    # --- Suites and runs ----------------------------------------------------------------------------------------------

    def suites(self) -> Sequence[SuiteLine]:
        return [
            SuiteLine(OPEN, "数字题", FILLERS + 6, kept_aside=False, local=False, documents=(WUCHANG,)),
            SuiteLine(REFUSALS, "该拒答的", 2, kept_aside=False, local=False),
            SuiteLine(ASIDE, "留出题", 3, kept_aside=True, local=False),
        ]

    def engines(self) -> Sequence[tuple[str, str]]:
        return [("内置", "embedded")]

    def start(self, suites: Sequence[str], engine: str) -> None:
        with self.lock:
            if self.going and self.going.running:
                raise UnusableInput("正在跑另一轮，等它跑完或停下再开始。")
            self.started.append((tuple(suites), engine))
            self.going = Progress("", 0, 0, None, running=True, error="")

    def advance(self, done: int, seconds_left: float | None = None) -> str:
        """The run in the background gets this far; its id."""
        found = answers(self.assistant, later=True)
        number = len(self.started)
        name = f"20261121-060{number}"
        with self.lock:
            running = done < len(found)
            started = STARTED + timedelta(days=1, minutes=number)
            self.stored[name] = run_of(name, found[:done], started, finished=not running)
            self.going = Progress(name, done, len(found), seconds_left if running else 0.0, running, "")
        return name

    def stop(self) -> None:
        with self.lock:
            if self.going:
                self.going = Progress(self.going.run, self.going.done, self.going.total, None, running=False, error="")

    def reset(self) -> None:
        """As new: tests share the running page."""
        self.going = None
        for kept in (self.started, self.proposed, self.waiting, self.accepted, self.rejected):
            kept.clear()
        self.stored.clear()
        self.__post_init__()

    def progress(self) -> Progress | None:
        return self.going

    def runs(self) -> Sequence[RunLine]:
        with self.lock:
            newest = sorted(self.stored.values(), key=lambda run: run.provenance.started, reverse=True)
        return [self._line(run) for run in newest]

    def _line(self, run: Run) -> RunLine:
        right = total(run).rates.get("right")
        cases = total(run).cases
        return RunLine(
            run.id,
            run.configuration,
            run.provenance.started,
            run.finished is not None,
            right.right if right else 0,
            cases,
        )

    def run(self, run: str) -> Run:
        if run not in self.stored:
            raise UnusableInput(f"没有存着这一轮：{run}")
        return self.stored[run]

    def comparison(self, run: str, before: str) -> Comparison | None:
        earlier = (
            self.unstored if before == BASELINE else self._previous(run) if before == PREVIOUS else self.run(before)
        )
        return compare(baseline_of(earlier), self.run(run)) if earlier else None

    def _previous(self, run: str) -> Run | None:
        names = [line.id for line in self.runs()]
        older = names[names.index(run) + 1 :]
        return self.stored[older[0]] if older else None

    def report(self, run: str, form: Literal["html", "json", "junit"]) -> Path:
        path = self.folder / f"{run}.{'xml' if form == 'junit' else form}"
        path.write_text(f"{form} {run}", encoding="utf-8")
        return path

    # --- Proposals ----------------------------------------------------------------------------------------------------

    def propose(self, turns: Sequence[str], answer: Answer, reason: str, correction: str) -> None:
        if "存不下" in reason:
            raise UnusableInput("反馈没有存下：磁盘满了")
        if "崩溃" in reason:
            raise ZeroDivisionError("a fault of ours")
        made = STARTED + timedelta(minutes=len(self.proposed))
        proposal = Proposal(
            id=f"p{len(self.proposed)}",
            made=made,
            turns=tuple(turns),
            answer=answer,
            reason=reason,
            correction=correction,
        )
        self.proposed.append(proposal)
        self.waiting.insert(0, proposal)

    def proposals(self) -> Sequence[Proposal]:
        return list(self.waiting)

    def accept(self, proposal: str, decision: Decision) -> None:
        if decision.figures and not decision.gold:
            raise UnusableInput("有应答数字的题要写明出处")
        self._decide(proposal)
        self.accepted.append((proposal, decision))

    def reject(self, proposal: str) -> None:
        self._decide(proposal)
        self.rejected.append(proposal)

    def _decide(self, proposal: str) -> None:
        if proposal not in {one.id for one in self.waiting}:
            raise UnusableInput("这一条已经处理过了。")
        self.waiting = [one for one in self.waiting if one.id != proposal]

    def local_suite(self) -> Path | None:
        if not self.accepted:
            return None
        path = self.folder / "local.yaml"
        path.write_text("cases: []\n", encoding="utf-8")
        return path
