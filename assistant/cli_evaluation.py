"""`plan-assistant eval` and `plan-assistant suites`. Heavy packages are imported by the command that needs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import UnusableInput

if TYPE_CHECKING:
    from rich.progress import Progress

    from assistant.evaluation.comparison import Comparison
    from assistant.evaluation.results import CaseResult, Run
    from assistant.evaluation.runner import Selection
    from assistant.evaluation.suite_files import LoadedSuite
    from assistant.evaluations import Configuration
    from assistant.wiring import Assistant

suites_app = typer.Typer(name="suites", help="题集：列出、导出到表格、从表格导入。", no_args_is_help=True)

SuitesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SUITE …]", help="题集名，或 .yaml、.csv、.xlsx 文件；不给则全部")
]


def say(line: str) -> None:
    """Progress and remarks: stderr, so that stdout holds nothing but what was asked for."""
    print(line, file=sys.stderr, flush=True)


def evaluate_suites(
    suites: SuitesArgument = None,
    engine: Annotated[list[str] | None, typer.Option("--engine", help="回答引擎（可重复，逐个评测、并排比较）")] = None,
    settings_file: Annotated[
        list[Path] | None, typer.Option("--settings", help="设置文件，写法同 .env（可重复，逐个评测、并排比较）")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="只跑这些题，例如 kind:list、style:everyday、tag:false、id:w001（可重复）"),
    ] = None,
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="只抽这么多题（每次抽的相同）")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=64, help="同时问几题；默认内置引擎 1，语言模型 8")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着跑上一次没跑完的")] = False,
    baseline: Annotated[Path | None, typer.Option("--baseline", help="与这份基线比较，变差则退出码为 1")] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="把这次的结果写成基线（--baseline 指的文件）")
    ] = False,
    raise_thresholds: Annotated[
        bool, typer.Option("--raise-thresholds", help="把题集的门槛提高到这次达到的水平；只升不降")
    ] = False,
    report: Annotated[Path | None, typer.Option("--report", help="把 HTML、JUnit、JSON 报告写进这个文件夹")] = None,
    detail: Annotated[bool, typer.Option("--detail", help="再按类别和说法列出成绩")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="列出没答对的题和原因")] = False,
) -> None:
    """跑题集评测：成绩、门槛、与基线比较；没达到则退出码为 1。"""
    from assistant.evaluation.comparison import baseline_of, compare, read_baseline, write_baseline
    from assistant.evaluation.reports.files import write_reports
    from assistant.evaluation.reports.terminal import print_report
    from assistant.evaluation.runner import Selection
    from assistant.evaluation.summary import missed
    from assistant.evaluations import configurations, load_suites
    from assistant.evaluations import raise_thresholds as hold_to
    from assistant.wiring import build_assistant

    if update_baseline and baseline is None:
        raise UnusableInput("--update-baseline 要和 --baseline 一起用，指明写到哪个文件")
    selection = Selection.parse(only or (), sample)
    if (update_baseline or raise_thresholds) and str(selection):
        raise UnusableInput("只跑一部分题目时不能更新基线或门槛")
    before = read_baseline(baseline) if baseline is not None and not update_baseline else None
    chosen = configurations(engine or (), settings_file or ())
    loaded = load_suites(suites or (), chosen[0].settings.home)
    # All are opened before the first is run: one that cannot be must not cost the others' results.
    with ExitStack() as opened:
        assistants = [opened.enter_context(closing(build_assistant(one.settings, say))) for one in chosen]
        runs = [
            _run(one, assistant, loaded, selection, workers, resume, skip=not suites)
            for one, assistant in zip(chosen, assistants, strict=True)
        ]
    comparison: Comparison | None = compare(before, runs[0]) if before is not None else None
    if report is not None:
        for path in write_reports(report, runs, comparison):
            say(f"已写入 {path}")
    print_report(runs, comparison, detail=detail, show_wrong=wrong)
    if raise_thresholds:
        runs[0], lines = hold_to(runs[0], loaded)
        for line in lines:
            say(f"门槛提高：{line}")
    if update_baseline and baseline is not None:
        write_baseline(baseline_of(runs[0]), baseline)
        say(f"基线已写入 {baseline}")
    if any(missed(run) for run in runs) or (comparison is not None and not comparison.holds):
        raise typer.Exit(1)


def _run(
    configuration: Configuration,
    assistant: Assistant,
    suites: Sequence[LoadedSuite],
    selection: Selection,
    workers: int | None,
    resume: bool,
    *,
    skip: bool,
) -> Run:
    """One configuration; where no suite was named, those whose plans are not held are left out, saying so."""
    from assistant.evaluations import evaluate, runnable

    if skip:
        suites, left_out = runnable(suites, assistant)
        for line in left_out:
            say(line)
    with _progress(configuration.name) as bar:
        return evaluate(
            configuration, suites, selection, listener=bar, workers=workers, resume=resume, assistant=assistant
        )


class _Bar:
    """The progress of a run on stderr: a bar on a terminal, nothing elsewhere but that it goes on from before."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress, self._task = progress, progress.add_task(name, total=None)

    def begins(self, run: str, known: int, total: int) -> None:
        self._progress.update(self._task, total=total, completed=known)
        if known:
            say(f"接着跑 {run}：已有 {known}/{total} 题")

    def tells(self, _: CaseResult, /) -> None:
        self._progress.advance(self._task)


@contextmanager
def _progress(name: str) -> Iterator[_Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("评测 {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Bar(progress, name)


# --- Suites -----------------------------------------------------------------------------------------------------------


@suites_app.command("list")
def list_suites() -> None:
    """有哪些题集。"""
    from assistant.evaluations import load_suites
    from assistant.settings import load_settings

    for one in load_suites((), load_settings().home):
        cases = "由台账生成" if one.suite.generated else f"{len(one.suite.cases)} 题"
        aside = "，留出" if one.suite.kept_aside else ""
        print(f"{one.name}  {one.suite.title}（{cases}{aside}）  {one.path}")


@suites_app.command("export")
def export_suite(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="题集名或文件")],
    output: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个 .xlsx、.csv 或 .yaml 文件")],
) -> None:
    """把题集导出成表格，供在表格里修改、增补。"""
    from assistant.evaluation.spreadsheet import write_spreadsheet
    from assistant.evaluation.suite_files import SUFFIX, write_suite
    from assistant.evaluations import load_suites
    from assistant.settings import load_settings

    loaded = load_suites([suite], load_settings().home)[0]
    if output.suffix == SUFFIX:
        write_suite(output, loaded.suite)
    else:
        write_spreadsheet(output, loaded.suite)
    say(f"已写入 {output}（{len(loaded.suite.cases)} 题）")


@suites_app.command("import")
def import_suite(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="表格（.xlsx、.csv）或题集（.yaml）")],
    name: Annotated[str | None, typer.Option("--name", help="存成哪个题集；默认用文件名")] = None,
) -> None:
    """把表格收成本单位的题集；同名的会被替换。"""
    from assistant.evaluations import import_suite as take_in
    from assistant.settings import load_settings

    path, loaded = take_in(source, name or source.stem, load_settings().home)
    say(f"已写入 {path}（{len(loaded.suite.cases)} 题）")


@suites_app.command("schema")
def schema() -> None:
    """题集文件的 JSON Schema，供编辑器检查。"""
    import json

    from assistant.evaluation.case import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
