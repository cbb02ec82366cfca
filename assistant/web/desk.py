"""The page's evaluations over the assistant that it answers with: runs in the background, proposals from the chat."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from assistant.answering.answer import Answer
from assistant.errors import PlanAssistantError, UnusableInput
from assistant.evaluation.case import Suite
from assistant.evaluation.comparison import Comparison, baseline_of, compare, read_baseline
from assistant.evaluation.ground import Ground
from assistant.evaluation.proposals import Decision, Proposal, ProposalBox
from assistant.evaluation.records import RunStore
from assistant.evaluation.reports.files import write_reports
from assistant.evaluation.results import CaseResult, Run
from assistant.evaluation.runner import Selection
from assistant.evaluation.suite_files import SUFFIX, LoadedSuite, read_suite, write_suite
from assistant.evaluation.summary import RIGHT, total
from assistant.evaluations import Configuration, evaluate, evaluation_folder, load_suites, runnable, suite_folders
from assistant.settings import Settings, load_settings, packaged
from assistant.web.evaluating import BASELINE, Progress, RunLine, SuiteLine
from assistant.wiring import Assistant, build_assistant

LOCAL_SUITE = "local"


class Desk:
    """The page's evaluations over the assistant that it answers with: `assistant.web.evaluating.EvaluationDesk`."""

    def __init__(self, settings: Settings, assistant: Assistant) -> None:
        self._settings = settings
        self._assistant = assistant
        home = settings.home
        self._store = RunStore(evaluation_folder(home) / "runs")
        self._box = ProposalBox(evaluation_folder(home) / "proposals")
        self._local = suite_folders(home)[1] / f"{LOCAL_SUITE}{SUFFIX}"
        self._starting, self._deciding = threading.Lock(), threading.Lock()
        self._going: _Background | None = None
        self._lines: dict[str, RunLine] = {}

    def suites(self) -> Sequence[SuiteLine]:
        own = suite_folders(self._settings.home)[1]
        suites, _ = runnable(load_suites((), self._settings.home), self._assistant)
        return [
            SuiteLine(
                name=one.name,
                title=one.suite.title or one.name,
                cases=len(one.suite.cases),
                kept_aside=one.suite.kept_aside,
                local=one.path.parent == own,
                documents=one.suite.documents,
            )
            for one in suites
        ]

    def engines(self) -> Sequence[tuple[str, str]]:
        names = {"embedded": "内置引擎", "llm": "语言模型"}
        return [(names[value], value) for value in get_args(Settings.model_fields["engine"].annotation)]

    def start(self, suites: Sequence[str], engine: str) -> None:
        with self._starting:
            if self._going is not None and self._going.progress().running:
                raise UnusableInput("正在评测，请等它完成或先停止")
            settings = load_settings(**self._settings.model_dump() | {"engine": engine})
            chosen = load_suites(suites, settings.home)
            if not suites:
                chosen, _ = runnable(chosen, self._assistant)
            # The page's own assistant answers for its own engine; another one is opened now, so that it can be refused,
            # and closed after the run.
            other = engine != self._settings.engine
            assistant = build_assistant(settings, lambda _: None) if other else self._assistant
            self._going = _Background(Configuration(engine, settings), chosen, assistant, closes=other)
            self._going.start()

    def stop(self) -> None:
        if self._going is not None:
            self._going.stop()

    def progress(self) -> Progress | None:
        return self._going.progress() if self._going is not None else None

    def runs(self) -> Sequence[RunLine]:
        return [line for name in self._store.ids() if (line := self._line(name)) is not None]

    def _line(self, name: str) -> RunLine | None:
        """A stored run in one line, read once when it is finished; None where it is damaged: the others stay to be seen."""
        if name not in self._lines:
            try:
                run = self._store.read(name)
            except UnusableInput:
                return None
            rate = total(run).rates.get(RIGHT)
            right, cases = (rate.right, rate.total) if rate else (0, 0)
            line = RunLine(run.id, run.configuration, run.provenance.started, run.finished is not None, right, cases)
            if not line.finished:
                return line
            self._lines[name] = line
        return self._lines[name]

    def run(self, run: str) -> Run:
        return self._store.read(run)

    def comparison(self, run: str, before: str) -> Comparison | None:
        now = self._store.read(run)
        if before == BASELINE:
            path = packaged("evals") / BASELINE
            return compare(read_baseline(path), now) if path.exists() else None
        older = [name for name in self._store.ids() if name < run]
        other = before or (older[0] if older else "")
        return compare(baseline_of(self._store.read(other)), now) if other else None

    def report(self, run: str, form: Literal["html", "json", "junit"]) -> Path:
        stored = self._store.read(run)
        folder = self._store.folder / run / "report"
        write_reports(folder, [stored], self.comparison(run, ""))
        return folder / {"html": "report.html", "json": "report.json", "junit": "junit.xml"}[form]

    def propose(self, turns: Sequence[str], answer: Answer, reason: str, correction: str) -> None:
        self._box.add(turns, answer, reason, correction)

    def proposals(self) -> Sequence[Proposal]:
        return self._box.waiting()

    def accept(self, proposal: str, decision: Decision) -> None:
        with self._deciding:  # two administrators, one file
            chosen = self._box.read(proposal)
            suite = read_suite(self._local).suite if self._local.exists() else Suite(title="本单位的题目")
            case = decision.as_case(chosen, {case.id for case in suite.cases})
            # What no run could judge is refused now, while it can be mended.
            Ground(self._assistant).target(case, suite.documents, (), "这一题")
            write_suite(self._local, suite.model_copy(update={"cases": (*suite.cases, case)}))
            self._box.remove(proposal)

    def reject(self, proposal: str) -> None:
        with self._deciding:
            self._box.read(proposal)
            self._box.remove(proposal)

    def local_suite(self) -> Path | None:
        return self._local if self._local.exists() else None


class _Background:
    """A run in a thread of its own, and how far it is."""

    def __init__(
        self,
        configuration: Configuration,
        suites: Sequence[LoadedSuite],
        assistant: Assistant,
        *,
        closes: bool,
    ) -> None:
        self._configuration, self._suites, self._assistant = configuration, suites, assistant
        self._closes = closes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="evaluation", daemon=True)
        self._name, self._error = "", ""
        self._known = self._done = self._total = 0
        self._began = time.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def progress(self) -> Progress:
        done, told = self._done, self._done - self._known
        running = self._thread.is_alive()
        per_case = (time.monotonic() - self._began) / told if told else None
        left = per_case * (self._total - done) if running and per_case is not None else None
        return Progress(self._name, done, self._total, left, running, self._error)

    def begins(self, run: str, known: int, total: int) -> None:
        self._name, self._known, self._done, self._total = run, known, known, total
        self._began = time.monotonic()

    def tells(self, _: CaseResult, /) -> None:
        self._done += 1

    def _run(self) -> None:
        try:
            evaluate(
                self._configuration,
                self._suites,
                Selection(),
                listener=self,
                stop=self._stop,
                assistant=self._assistant,
            )
        except PlanAssistantError as error:
            self._error = str(error)
        except Exception:
            self._error = "评测出错了，详情见服务器的输出"
            raise
        finally:
            if self._closes:
                self._assistant.close()
