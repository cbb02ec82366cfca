"""评测: run suites, see how good the answers are, better or worse than before, which cases and why.

evaluation_results.py, case_table.py and proposals_pane.py write what is shown; shown_run.py keeps back what nobody may
read. The run goes on in the desk, whoever looks: a page asks for its progress only while there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio

from assistant.errors import PlanAssistantError
from assistant.evaluation.reports import labels
from assistant.evaluation.summary import Rate
from assistant.web import proposals_pane, transcript
from assistant.web.case_table import FIRST, OUTCOMES, WRONG, Filter, case_table, unfolded
from assistant.web.chat_tab import ALL_DOCUMENTS, ChatBlocks
from assistant.web.downloads import report_links
from assistant.web.evaluating import BASELINE, PREVIOUS, EvaluationDesk, Progress, RunLine, SuiteLine
from assistant.web.evaluation_results import progress_bar, results
from assistant.web.panes import Update, notice, pane, wire
from assistant.web.proposals_tab import ProposalsTab
from assistant.web.shown_run import ShownRun, ShownRuns

_TICK = 1.0  # seconds between two looks at a run that goes on
_ANY = {"suite": "全部题集", "kind": "全部类别", "style": "全部问法"}


def build_evaluation(desk: EvaluationDesk, chat: ChatBlocks, navigation: gradio.HTML) -> None:
    """The tab. `navigation` says when it is looked at; cases are opened in the `chat`."""
    with gradio.Column(elem_id="evaluation", min_width=0):
        parts = pane("parts", proposals_pane.parts(0), "navigation")
        with gradio.Column(elem_id="rated", min_width=0):
            tab = ResultsTab(desk)
        waiting = ProposalsTab(desk, parts)
    tab.wire(chat)
    wire(navigation.open, tab.open, tab.inputs, tab.outputs, tab.said)
    wire(navigation.open, waiting.shown, [waiting.picked], waiting.blocks, waiting.said)


class ResultsTab:
    """The blocks of 成绩, and what they do."""

    def __init__(self, desk: EvaluationDesk) -> None:
        self.desk = desk
        self.reader = ShownRuns(desk)
        self.limit = gradio.State(FIRST)
        self.timer = gradio.Timer(_TICK, active=False)
        with gradio.Row(elem_id="run-controls"):
            self.suites = gradio.Dropdown([], multiselect=True, label="题集", scale=3, min_width=220)
            self.engine = gradio.Dropdown(list(desk.engines()), label="引擎", scale=1, min_width=110)
            self.start = gradio.Button("运行", variant="primary", elem_id="start-run", scale=0, min_width=76)
            self.stop = gradio.Button("停止", elem_id="stop-run", scale=0, min_width=76, visible=False)
            self.progress = pane("progress", "")
        self.said = pane("evaluation-said", "")
        with gradio.Row(elem_id="run-choice"):
            self.run = gradio.Dropdown([("", "")], value="", label="看哪一轮", min_width=220)
            self.before = gradio.Dropdown([("", PREVIOUS)], value=PREVIOUS, label="与哪一轮对照", min_width=220)
            self.downloads = pane("downloads", "")
        self.results = pane("results", "")
        with gradio.Row(elem_id="case-filters"):
            outcomes = [(name, outcome) for outcome, name in OUTCOMES.items()]
            self.outcome = _filter(outcomes, WRONG, "看哪些题")
            self.groups = {by: _filter([(name, "")], "", name.removeprefix("全部")) for by, name in _ANY.items()}
            self.words = gradio.Textbox(
                label="查找", show_label=False, container=False, placeholder="查找题目、应答、实答", min_width=160
            )
        self.cases = pane("cases", "", "case_table", server_functions=[self._unfolder()])

    # --- What is read and written -------------------------------------------------------------------------------------

    @property
    def filters(self) -> list[Any]:
        """The fields of a `Filter`, in its order."""
        return [self.outcome, *self.groups.values(), self.words]

    @property
    def inputs(self) -> list[Any]:
        return [self.run, self.before, self.limit, *self.filters]

    @property
    def outputs(self) -> list[Any]:
        controls = [self.suites, self.run, self.before, self.downloads]
        going = [self.progress, self.start, self.stop, self.timer]
        return [*controls, *going, self.results, self.cases, self.limit, *self.groups.values()]

    def wire(self, chat: ChatBlocks) -> None:
        """Let the blocks act. A wrong answer is shown by what the chat makes of its question."""
        wire(self.start.click, self._start, [self.suites, self.engine, *self.inputs], self.outputs, self.said)
        wire(self.stop.click, self._stop, self.inputs, self.outputs, self.said)
        wire(self.timer.tick, self._tick, self.inputs, self.outputs, self.said)
        for picker in (self.run, self.before):
            wire(picker.input, self._choose, self.inputs, self.outputs, self.said, trigger_mode="always_last")
        # A text box says "input" of pressed keys alone, not of words that an input method or a paste brings.
        for narrowed in (self.outcome.input, *(group.input for group in self.groups.values()), self.words.change):
            wire(narrowed, self._narrow, self.inputs, self.outputs, self.said, trigger_mode="always_last")
        wire(self.cases.more, self._more, self.inputs, self.outputs, self.said)
        asking = chat.answering()
        asking["outputs"] = [*asking["outputs"], chat.picker]

        def ask(event: gradio.EventData, before: str) -> Iterator[tuple[Any, ...]]:
            yield from self._ask(chat, str(event.run), str(event.case), before)

        chat.guard(self.cases.ask(ask, [self.before], **asking))

    # --- Events -------------------------------------------------------------------------------------------------------

    def open(self, run: str, before: str, limit: int, *wanted: str) -> Update:
        """Everything as it is now: the tab is looked at again."""
        self.reader.forget()
        progress = self.desk.progress()
        return {self.said: "", **self._all(run, before, limit, Filter(*wanted), progress)}

    def _start(self, suites: list[str], engine: str, _run: str, before: str, _limit: int, *wanted: str) -> Update:
        self.desk.start(suites or [], engine)
        progress = self.desk.progress()
        run = progress.run if progress else ""
        return {self.said: "", **self._all(run, before, FIRST, Filter(*wanted), progress)}

    def _stop(self, run: str, before: str, limit: int, *wanted: str) -> Update:
        self.desk.stop()
        return {self.said: "", **self._all(run, before, limit, Filter(*wanted), self.desk.progress())}

    def _tick(self, run: str, before: str, limit: int, *wanted: str) -> Update:
        """The run in the background, in the results too where they are of that run or of none yet."""
        progress = self.desk.progress()
        if progress is None or not progress.running or (progress.run and not run):
            return self._all(run, before, limit, Filter(*wanted), progress)
        seen = self._seen(run, before, limit, Filter(*wanted)) if run and run == progress.run else {}
        return {**self._going(progress), **seen}

    def _choose(self, run: str, before: str, _limit: int, *wanted: str) -> Update:
        lines = self.desk.runs()
        return {
            self.said: "",
            self.before: _before_picker(lines, run, before),
            **self._view(run, before, FIRST, Filter(*wanted)),
        }

    def _narrow(self, run: str, before: str, _limit: int, *wanted: str) -> Update:
        table = case_table(self.reader.read(run, before), Filter(*wanted)) if run else ""
        return {self.said: "", self.cases: table, self.limit: FIRST}

    def _more(self, run: str, before: str, limit: int, *wanted: str) -> Update:
        shown = self.reader.read(run, before)
        return {self.cases: case_table(shown, Filter(*wanted), limit + FIRST), self.limit: limit + FIRST}

    def _ask(self, chat: ChatBlocks, run: str, key: str, before: str) -> Iterator[tuple[Any, ...]]:
        """The case's turns in a new conversation, put to the plans that its suite asks."""
        try:
            result = self.reader.read(run, before).case(key)
            if result is None:
                yield transcript.notice_line("这道题打不开：它不在这一轮里，或者不给看。"), (), "", gradio.skip()
                return
            chosen = self._documents(chat, result.suite)
        except PlanAssistantError as error:
            yield transcript.notice_line(str(error)), (), "", gradio.skip()
            return
        for step in chat.page.answer_all(result.turns, chosen):
            yield *step, chosen

    def _documents(self, chat: ChatBlocks, suite: str) -> str:
        """The picker's value for a suite: its plan, where it asks one alone that is held."""
        asked = next((line.documents for line in self.desk.suites() if line.name == suite), ())
        held = {document.id for document in chat.page.assistant.documents()}
        # Of a library with one plan the picker knows no other value.
        return asked[0] if len(asked) == 1 and asked[0] in held and len(held) > 1 else ALL_DOCUMENTS

    def _unfolder(self) -> Any:
        def unfold(asked: dict[str, str]) -> str:  # the framework wants a plain function, not a method
            try:
                result = self.reader.read(asked["run"], PREVIOUS).case(asked["case"])
            except PlanAssistantError as error:
                return notice(str(error))
            return unfolded(result) if result else notice("这道题不给看。")

        return unfold

    # --- What is shown ------------------------------------------------------------------------------------------------

    def _all(self, run: str, before: str, limit: int, wanted: Filter, progress: Progress | None) -> Update:
        lines = self.desk.runs()
        run = _default(run, lines, progress)
        suites = self.desk.suites()
        return {
            self.suites: gradio.update(
                choices=[(_suite(line), line.name) for line in suites], label=_all_suites(suites)
            ),
            self.run: gradio.update(choices=_run_choices(lines, run), value=run),
            self.before: _before_picker(lines, run, before),
            **self._going(progress),
            **self._seen(run, before, limit, wanted, begun=progress is not None and progress.running),
        }

    def _going(self, progress: Progress | None) -> Update:
        running = progress is not None and progress.running
        return {
            self.progress: progress_bar(progress),
            self.start: gradio.update(visible=not running),
            self.stop: gradio.update(visible=running),
            self.timer: gradio.Timer(active=running),
        }

    def _seen(self, run: str, before: str, limit: int, wanted: Filter, begun: bool = True) -> Update:
        """The view where there is one: the rest of the tab does not wait for it."""
        if not run:
            line = "正在准备，马上就有成绩。" if begun else "还没有评测过。选好题集，按“运行”。"
            return {self.results: notice(line), self.cases: "", self.downloads: ""}
        try:
            return self._view(run, before, limit, wanted)
        except PlanAssistantError as error:
            return {self.said: notice(str(error))}

    def _view(self, run: str, before: str, limit: int, wanted: Filter) -> Update:
        shown = self.reader.read(run, before)
        choices = _group_choices(shown)
        chosen = {by: _still(getattr(wanted, by), choices[by]) for by in choices}
        wanted = Filter(wanted.outcome, **chosen, words=wanted.words)
        return {
            self.results: results(shown),
            self.cases: case_table(shown, wanted, limit),
            self.limit: limit,
            self.downloads: f"<span>下载报告</span>{report_links(run)}",
            **{self.groups[by]: gradio.update(choices=choices[by], value=chosen[by]) for by in choices},
        }


def _filter(choices: list[tuple[str, str]], value: str, label: str) -> gradio.Dropdown:
    return gradio.Dropdown(choices, value=value, label=label, show_label=False, container=False, min_width=110)


def _suite(line: SuiteLine) -> str:
    aside = "，留出" if line.kept_aside else ""
    own = "，本地" if line.local else ""
    return f"{line.title or line.name}（{line.cases} 题{aside}{own}）"


def _all_suites(lines: Sequence[SuiteLine]) -> str:
    return f"题集（不选就是全部 {len(lines)} 个，{sum(line.cases for line in lines)} 题）"


def _default(run: str, lines: Sequence[RunLine], progress: Progress | None) -> str:
    """The run to show: the one that was shown, the one that goes on, the newest."""
    if run in {line.id for line in lines}:
        return run
    if progress is not None and progress.running:
        return progress.run
    return lines[0].id if lines else ""


def _run_choices(lines: Sequence[RunLine], run: str) -> list[tuple[str, str]]:
    choices = [(_run_name(line), line.id) for line in lines]
    # A run that has just begun may not be stored yet.
    return choices if run in {value for _, value in choices} else [("刚开始的一轮" if run else "", run), *choices]


def _run_name(line: RunLine) -> str:
    rate = f"{labels.percent(Rate(line.right, line.cases).value)}（{line.right}/{line.cases}）" if line.cases else ""
    unfinished = "" if line.finished else "没跑完"
    return " · ".join(filter(None, (labels.moment(line.started), line.configuration, rate, unfinished)))


def _before_picker(lines: Sequence[RunLine], run: str, before: str) -> Any:
    choices = [("上一轮", PREVIOUS), ("基线", BASELINE)]
    choices += [(_run_name(line), line.id) for line in lines if line.id != run]
    return gradio.update(choices=choices, value=_still(before, choices))


def _still(value: str, choices: Sequence[tuple[str, str]]) -> str:
    """The value where it can still be chosen, else the first: any, or the run before."""
    return value if value in {one for _, one in choices} else choices[0][1]


def _group_choices(shown: ShownRun) -> dict[str, list[tuple[str, str]]]:
    """What the cases of the table can be narrowed to."""
    titles = {suite.name: suite.title or suite.name for suite in shown.run.suites}
    names = {**labels.GROUP_NAMES, "suite": titles}
    return {
        by: [
            (any_, ""),
            *((names[by].get(name, name), name) for name in dict.fromkeys(getattr(r, by) for r in shown.cases)),
        ]
        for by, any_ in _ANY.items()
    }
