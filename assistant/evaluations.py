"""Evaluations of real assistants: which suites there are, configurations to compare, runs that are stored, thresholds."""

from __future__ import annotations

import hashlib
import io
import platform
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path
from typing import Protocol

from dotenv.parser import parse_stream

from assistant.errors import UnusableInput
from assistant.evaluation.case import SuiteHead
from assistant.evaluation.ground import Ground
from assistant.evaluation.records import RunStore
from assistant.evaluation.results import CaseResult, Provenance, Run, SuiteRecord
from assistant.evaluation.runner import Selection, record_of, run_tasks, tasks_of
from assistant.evaluation.spreadsheet import FORMS, read_spreadsheet
from assistant.evaluation.suite_files import SUFFIX, LoadedSuite, find_suites, read_suite, write_suite
from assistant.evaluation.summary import RIGHT, groups, label, level_of
from assistant.reading.text_file import decode
from assistant.settings import Settings, load_settings, packaged
from assistant.wiring import Assistant, build_assistant

# What a suite is held to once it has been measured, beside what it already names.
_ALWAYS_HELD = (RIGHT, "figure", "clause", "numbers", "quote")
# The embedded engine is all computing, and one at a time is fastest and gives its true times; a model server is waited for.
_WORKERS = {"embedded": 1, "llm": 8}
_RATE_STEP = Decimal("0.0001")
_CODE = Path(__file__).parent


# --- Suites -----------------------------------------------------------------------------------------------------------


def evaluation_folder(home: Path) -> Path:
    """Where a home keeps its runs, proposals and own suites."""
    return home / "evaluation"


def suite_folders(home: Path) -> tuple[Path, Path]:
    """Where suites are found: the packaged ones, the home's own."""
    return packaged("evals"), evaluation_folder(home) / "suites"


def load_suites(named: Sequence[str], home: Path) -> list[LoadedSuite]:
    """The named suites: by name, or files (YAML, CSV, XLSX); none: all that there are.

    Raises `UnusableInput` where a name is unknown or a suite is bad.
    """
    known = find_suites(suite_folders(home))
    loaded = [_load_suite(name, known) for name in (named or known)]
    for name, times in Counter(one.name for one in loaded).items():
        if times > 1:
            raise UnusableInput(f"有 {times} 个题集都叫“{name}”，请改其中一个的文件名")
    return loaded


def _load_suite(name: str, known: dict[str, Path]) -> LoadedSuite:
    if name in known:
        return read_suite(known[name])
    path = Path(name)
    if path.suffix.lower() in FORMS:
        return read_spreadsheet(path)
    if path.suffix == SUFFIX:
        return read_suite(path)
    raise UnusableInput(f"没有题集“{name}”；现有：{'、'.join(known) or '（空）'}；也可以给出 .yaml、.csv 或 .xlsx 文件")


def import_suite(source: Path, name: str, home: Path) -> tuple[Path, LoadedSuite]:
    """Take a sheet or a suite file in as the home's suite of this name. A sheet holds cases alone: what the suite of that
    name says of itself (its plans, thresholds, that it is kept aside) stays."""
    if not re.fullmatch(r"[\w.-]+", name):
        raise UnusableInput(f"题集名“{name}”不能用：只能有文字、数字、点和横线")
    target = suite_folders(home)[1] / f"{name}{SUFFIX}"
    known = find_suites(suite_folders(home))
    head = read_suite(known[name]).suite.head if name in known else SuiteHead(title=name)
    loaded = read_spreadsheet(source, head) if source.suffix.lower() in FORMS else read_suite(source)
    write_suite(target, loaded.suite)
    return target, loaded


# --- Configurations ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Configuration:
    """Settings to evaluate, by a name that a table can show."""

    name: str
    settings: Settings


def configurations(engines: Sequence[str], files: Sequence[Path]) -> list[Configuration]:
    """Every settings file with every engine; without either, the settings of this process.

    What a file says (lines as in `.env`) comes before what the environment says, an engine named here before both.
    """
    found: dict[str, Configuration] = {}
    for file_name, given in [(file.stem, _settings_of(file)) for file in files] or [("", {})]:
        for engine in engines or [""]:
            settings = load_settings(**given | ({"engine": engine} if engine else {}))
            stem = "-".join(filter(None, [file_name, engine])) or settings.engine
            name = next(n for n in chain([stem], (f"{stem}-{i}" for i in count(2))) if n not in found)
            found[name] = Configuration(name, settings)
    return list(found.values())


def _settings_of(file: Path) -> dict[str, str]:
    if not file.is_file():
        raise UnusableInput(f"设置文件“{file}”不存在")
    given: dict[str, str] = {}
    data = file.read_bytes()
    for line in parse_stream(io.StringIO(decode(data, str(file)) if data.strip() else "")):
        if line.error:
            raise UnusableInput(f"设置文件“{file}”第 {line.original.line} 行读不懂：{line.original.string.strip()}")
        if line.key is None:
            continue
        name = line.key.removeprefix("PLAN_ASSISTANT_").lower()
        if not line.key.startswith("PLAN_ASSISTANT_") or name not in Settings.model_fields:
            raise UnusableInput(f"设置文件“{file}”第 {line.original.line} 行：没有这样的设置：{line.key}")
        given[name] = line.value or ""
    return given


def provenance(settings: Settings, assistant: Assistant) -> Provenance:
    """Everything that makes the answers: the program, its settings, the plans, the prompts. Where things lie on this
    machine makes none of them."""
    prompts = Path(settings.prompts).expanduser()
    return Provenance(
        version=version("plan-assistant"),
        engine=settings.engine,
        settings={name: str(getattr(settings, name)) for name in settings.that_make_answers},
        # The configuration of the shipped encoder holds a hash of its vectors.
        code=_digest(sorted([*_CODE.rglob("*.py"), *_CODE.rglob("static_encoder/config.json")])),
        documents={record.id: record.sha256 for record in assistant.documents()},
        prompts={
            path.relative_to(prompts).as_posix(): _digest([path])
            for path in sorted(prompts.rglob("*"))
            if path.is_file()
        },
        python=platform.python_version(),
        started=datetime.now().astimezone(),
    )


def _digest(paths: Sequence[Path]) -> str:
    """One hash of some files' contents."""
    hashed = hashlib.sha256()
    for path in paths:
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


# --- Running ----------------------------------------------------------------------------------------------------------


class Listener(Protocol):
    """Hears how a run goes on. Called from the run's threads, one at a time."""

    def begins(self, run: str, known: int, total: int) -> None:
        """The run has a name, and so many of its cases are known already."""

    def tells(self, result: CaseResult, /) -> None:
        """One more case is known."""


def evaluate(
    configuration: Configuration,
    suites: Sequence[LoadedSuite],
    selection: Selection,
    *,
    listener: Listener,
    workers: int | None = None,
    resume: bool = False,
    stop: threading.Event | None = None,
    assistant: Assistant | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Run:
    """Run the suites and store the run in the configuration's home. `resume` goes on with the newest unfinished run of
    the same configuration. Without an `assistant` one is opened for the run. `workers` are the cases asked at a time,
    None for what suits the engine.

    Raises `UnusableInput` where nothing can be run, or where an unfinished run was made of something else.
    """
    stop = stop or threading.Event()
    opened = assistant or build_assistant(configuration.settings, say)
    try:
        ground = Ground(opened)
        tasks = selection.choose(tasks_of(suites, ground))
        if not tasks:
            raise UnusableInput(f"没有要评测的题目{f'（{selection}）' if str(selection) else ''}")
        records = tuple(record_of(suite, tasks, ground) for suite in suites)
        store = RunStore(evaluation_folder(configuration.settings.home) / "runs")
        made_by = provenance(configuration.settings, opened)
        run = Run(id="", configuration=configuration.name, provenance=made_by, suites=records, selection=str(selection))
        unfinished = _unfinished(store, run) if resume else None
        known = {result.key: result for result in unfinished.results} if unfinished else {}
        begun = store.resume(unfinished) if unfinished else store.begin(run)
        # The first search imports LlamaIndex and opens Chroma: that is a start's time, not a question's.
        if any(task.mutant is None for task in tasks):
            opened.find(tasks[0].target.case.asked)
        with begun as writer:
            listener.begins(writer.run.id, len(known), len(tasks))

            def tell(result: CaseResult) -> None:
                writer.tell(result)
                listener.tells(result)

            results = run_tasks(
                opened, tasks, ground, workers=workers or _WORKERS[made_by.engine], known=known, tell=tell, stop=stop
            )
            if stop.is_set():
                return writer.run.model_copy(update={"results": results})
            return writer.finish(results, datetime.now().astimezone())
    finally:
        if assistant is None:
            opened.close()


def _unfinished(store: RunStore, run: Run) -> Run:
    """The newest unfinished run of the same configuration, which must be made of the same."""
    for name in store.ids():
        head = store.head(name)
        if head.finished is None and head.configuration == run.configuration:
            changed = _what_changed(head, run)
            if changed:
                raise UnusableInput(f"不能接着评测 {name}：{'、'.join(changed)}变了，请重新开始")
            return store.read(name)
    raise UnusableInput(f"没有可以接着跑的评测（{run.configuration}）")


def _what_changed(before: Run, now: Run) -> list[str]:
    old, new = before.provenance, now.provenance
    return [
        words
        for words, same in (
            ("程序", (old.version, old.code) == (new.version, new.code)),
            ("设置", (old.engine, old.settings) == (new.engine, new.settings)),
            ("资料库", old.documents == new.documents),
            ("提示词或词表", old.prompts == new.prompts),
            ("题集", {s.name: s.sha256 for s in before.suites} == {s.name: s.sha256 for s in now.suites}),
            ("所选题目", before.selection == now.selection),
        )
        if not same
    ]


def runnable(suites: Sequence[LoadedSuite], assistant: Assistant) -> tuple[list[LoadedSuite], list[str]]:
    """The suites whose plans the library holds, and one Chinese line for each of the others."""
    held = {record.id for record in assistant.documents()}
    chosen: list[LoadedSuite] = []
    lines: list[str] = []
    for suite in suites:
        absent = [document for document in suite.suite.documents if document not in held]
        if absent:
            lines.append(f"跳过题集 {suite.name}：资料库里没有它要问的“{'、'.join(absent)}”")
        else:
            chosen.append(suite)
    return chosen, lines


def raise_thresholds(run: Run, suites: Sequence[LoadedSuite]) -> tuple[Run, list[str]]:
    """Hold each suite to what the run reached, where that is more than before; thresholds never fall.

    Returns the run as held to the new thresholds, and a Chinese line for each that rose.
    """
    if run.is_partial:
        raise UnusableInput("只跑了一部分题目，不能据此提高门槛")
    found = groups(run, "suite")
    files = {suite.name: suite for suite in suites if suite.path.suffix == SUFFIX}
    lines: list[str] = []
    records: list[SuiteRecord] = []
    for record in run.suites:
        thresholds = {name: Decimal(least) for name, least in record.thresholds.items()}
        for name in dict.fromkeys([*_ALWAYS_HELD, *thresholds]):
            level = level_of(record, found.get(record.name), name)
            reached = Decimal(repr(level or 0)).quantize(_RATE_STEP, ROUND_DOWN).normalize() + 0
            if level is not None and record.name in files and reached > thresholds.get(name, Decimal(-1)):
                lines.append(f"{record.name}：{label(name)} {thresholds.get(name, '无')} → {reached}")
                thresholds[name] = reached
        written = {name: format(least, "f") for name, least in thresholds.items()}
        if written != record.thresholds:
            suite = files[record.name]
            write_suite(suite.path, suite.suite.model_copy(update={"thresholds": thresholds}))
        records.append(record.model_copy(update={"thresholds": written}))
    return run.model_copy(update={"suites": tuple(records)}), lines
