"""This project beside the plain stack (LlamaIndex + Chroma, the same embedding) on the same texts: one table.

    python -m benchmarks [FOLDER]        FOLDER: further plans (.txt) to index, in place of altered copies of the corpus

Times are of the machine at hand and of whatever else runs on it; the processor seconds beside the wall time and the
ratios are what may be compared. Nothing is asserted. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # its types are a package of their own
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.errors import UnusableInput
from assistant.evaluation.case import Case
from assistant.evaluation.suite_files import read_suite
from assistant.library import Library
from assistant.plan.parse import parse_plan
from assistant.reading.text_file import read_text
from assistant.search.encoder import StaticEncoder
from assistant.search.glossary import load_glossary
from assistant.settings import Settings, packaged
from assistant.wiring import Assistant
from benchmarks import plain_stack
from benchmarks.indexing import Way, altered, read_nodes
from benchmarks.measure import call_milliseconds, median_runs, retrieval, run_process

SUITES = {"调试题": "own-words-tuning", "留出题": "own-words-kept-aside"}
COPIES = 20  # of the corpus, where no folder is given: one copy alone is too little to time
INDEXING_ROUNDS = 3
COLD_STARTS = 5
EVALUATED, EVALUATIONS = 600, 3
WARMING_QUESTIONS = 10
FIGURE_QUESTION = "新增充电桩多少根"
TEXT_QUESTION = "夜间经济怎么推进"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Row:
    """A line of the table: ours and the plain stack with our clauses (`same`) and with its own chunks (`coarse`).

    `form` is how the numbers are written, `aim` what we want of them, in words.
    """

    name: str
    ours: float
    same: float | None
    coarse: float | None
    form: str = "{:.1f}"
    aim: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of the table under one heading."""

    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Material:
    """The folder of texts to index, how many characters they have, and where they are from, in words."""

    folder: Path
    characters: int
    origin: str


def gather(given: Sequence[Path], folder: Path) -> Material:
    """Write the texts to index into `folder`: the corpus and the given folders' texts, or copies of the corpus."""
    corpus = [read_text(path) for path in sorted(packaged("corpus").glob("*.txt"))]
    refused = 0
    if given:
        texts = list(corpus)
        for path in sorted(path for place in given for path in place.glob("*.txt")):
            try:
                text = read_text(path)
            except UnusableInput:
                refused += 1
                continue
            if not parse_plan(text).clauses:
                refused += 1  # our own indexing would refuse it, so nobody indexes it
            elif text not in texts:
                texts.append(text)
        origin = f"自带语料与给定文件夹，共{len(texts)}份" + (f"（另有{refused}份读不出条款，未计）" if refused else "")
    else:
        texts = [altered(text, number) for number in range(COPIES) for text in corpus]
        origin = f"自带语料的{COPIES}份副本（低频汉字互换，每份文字不同）"
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"plan-{number:03}.txt").write_bytes(text.encode())
    return Material(folder, sum(map(len, texts)), origin)


def indexing(material: Material, work: Path) -> Section:
    """Time and memory of indexing, one process a run."""
    nodes = read_nodes(material.folder)
    coarse = plain_stack.coarse_nodes([read_text(path) for path in sorted(material.folder.iterdir())])
    wall: dict[Way, list[float]] = {way: [] for way in Way}
    processor: dict[Way, list[float]] = {way: [] for way in Way}
    peak: dict[Way, list[float]] = {way: [] for way in Way}
    for turn in range(INDEXING_ROUNDS):
        for way in Way:
            target = work / f"indexed-{way}-{turn}"
            module = [sys.executable, "-m", "benchmarks.indexing"]
            run = run_process([*module, way, str(material.folder), str(target)])
            taken = json.loads(run.output.splitlines()[-1])
            wall[way].append(taken["wall"] * 1e6 / material.characters)
            processor[way].append(taken["processor"] * 1e6 / material.characters)
            peak[way].append(run.peak / _MEGABYTE)
    return Section(
        f"建索引（{INDEXING_ROUNDS}次中位数）",
        [
            _row_of_ways("用时 秒/百万字", wall, aim="≤1×；≤3×"),
            _row_of_ways("处理器时间 秒/百万字", processor),
            _row_of_ways("峰值内存 MB", peak, "{:.0f}"),
            Row("节点数", len(nodes), len(nodes), len(coarse), "{:.0f}"),
        ],
    )


def _row_of_ways(name: str, measured: Mapping[Way, Sequence[float]], form: str = "{:.1f}", aim: str = "") -> Row:
    ours, same, coarse = (statistics.median(measured[way]) for way in (Way.OURS, Way.SAME, Way.COARSE))
    return Row(name, ours, same, coarse, form, aim)


@dataclass(frozen=True)
class Rivals:
    """What answers questions about the corpus: the assistant, and three ways to find nodes, three at a time."""

    assistant: Assistant
    ours: Callable[[str], Sequence[NodeWithScore]]
    same: Callable[[str], Sequence[NodeWithScore]]
    coarse: Callable[[str], Sequence[NodeWithScore]]


def corpus_assistant(home: Path) -> Assistant:
    """An assistant over the packaged corpus alone, in a library of its own."""
    return Assistant.open(home, settings=Settings(home=home, corpus=str(packaged("corpus"))))


def cases_of(suite: str) -> Sequence[Case]:
    """The cases of a packaged suite."""
    return read_suite(packaged("evals") / f"{suite}.yaml").suite.cases


@contextmanager
def rivals(work: Path) -> Iterator[Rivals]:
    """All over the packaged corpus, in folders of `work` that `cold_starts` opens again."""
    assistant = corpus_assistant(work / "home")
    try:
        with Library.open(work / "home") as library:
            retriever = library.retriever(load_glossary(packaged("prompts") / "glossary"))
            texts = packaged("corpus")
            nodes = read_nodes(texts)
            encoder = StaticEncoder()
            chunks = plain_stack.coarse_nodes([read_text(path) for path in sorted(texts.iterdir())])
            plain_stack.build(work / "same", nodes, encoder)
            plain_stack.build(work / "coarse", chunks, encoder)
            yield Rivals(
                assistant,
                lambda question: retriever.search(question, top=3),
                _find(work / "same", encoder),
                _find(work / "coarse", encoder),
            )
    finally:
        assistant.close()


def _find(store: Path, encoder: BaseEmbedding) -> Callable[[str], Sequence[NodeWithScore]]:
    return plain_stack.open_retriever(store, encoder, top=3).retrieve


def hits(held: Rivals) -> Iterator[Section]:
    """How often the gold clause is found, a section a suite. Rates alone: the kept-aside questions stay unread."""
    for name, suite in SUITES.items():
        cases = [case for case in cases_of(suite) if case.gold]
        ours, same, coarse = (retrieval(cases, find) for find in (held.ours, held.same, held.coarse))
        yield Section(
            f"检索：{name}（有标准条款的{len(cases)}问）",
            [
                Row("命中 @1", ours.first, same.first, coarse.first, "{:.1%}"),
                Row("命中 @3", ours.first_three, same.first_three, coarse.first_three, "{:.1%}"),
                Row("命中节点平均字数", ours.characters, same.characters, coarse.characters, "{:.0f}"),
            ],
        )


def answers(held: Rivals) -> Section:
    """The time of a complete answer, and of retrieval alone, in a process that has been at work for a while."""
    questions = [case.asked for suite in SUITES.values() for case in cases_of(suite)]
    calls = (held.assistant.ask, held.ours, held.same, held.coarse)
    for call in calls:
        for question in questions[:WARMING_QUESTIONS]:
            call(question)
    ask, ours, same, coarse = (call_milliseconds(call, questions) for call in calls)
    return Section(
        f"热态（{len(questions)}问）",
        [
            Row("完整答案带出处 p50 毫秒（对方仅检索）", ask[0], same[0], coarse[0], "{:.2f}", "<10 毫秒"),
            Row("完整答案带出处 p99 毫秒（对方仅检索）", ask[1], same[1], coarse[1], "{:.2f}"),
            Row("仅检索 p50 毫秒", ours[0], same[0], coarse[0], "{:.2f}"),
            Row("仅检索 p99 毫秒", ours[1], same[1], coarse[1], "{:.2f}"),
        ],
    )


def cold_starts(work: Path) -> Section:
    """Whole processes, from nothing to the printed answer, over what `rivals` has left in `work`."""
    ask = [sys.executable, "-m", "assistant", "ask"]
    plain = [sys.executable, "-m", "benchmarks.plain_stack", str(work / "coarse")]
    settings = {
        "PLAN_ASSISTANT_HOME": str(work / "home"),
        "PLAN_ASSISTANT_CORPUS": str(packaged("corpus")),
        "PLAN_ASSISTANT_ENGINE": "embedded",
    }
    commands = {"figure": [*ask, FIGURE_QUESTION], "text": [*ask, TEXT_QUESTION], "plain": [*plain, TEXT_QUESTION]}
    runs = median_runs(commands, COLD_STARTS, settings)
    figure, text, coarse = (runs[name] for name in commands)
    return Section(
        f"冷启动（整个进程，{COLD_STARTS}次中位数；对方打开已有索引，仅检索）",
        [
            Row(f"“{FIGURE_QUESTION}” 秒", figure.seconds, None, coarse.seconds, "{:.2f}", "<2.5 秒"),
            Row(f"“{TEXT_QUESTION}” 秒", text.seconds, None, coarse.seconds, "{:.2f}", "<2.5 秒"),
            Row("峰值内存 MB，数字题", figure.peak / _MEGABYTE, None, coarse.peak / _MEGABYTE, "{:.0f}"),
            Row("峰值内存 MB，文字题", text.peak / _MEGABYTE, None, coarse.peak / _MEGABYTE, "{:.0f}"),
        ],
    )


def evaluation(work: Path) -> Section:
    """A whole `eval` of the shipped suites, cut to `EVALUATED` cases: start, answers, retrieval, scores and tables."""
    command = [sys.executable, "-m", "assistant", "eval", "--sample", str(EVALUATED)]
    settings = {"PLAN_ASSISTANT_HOME": str(work / "home"), "PLAN_ASSISTANT_CORPUS": str(packaged("corpus"))}
    run = median_runs({"eval": [*command, *_written_suites()]}, EVALUATIONS, settings)["eval"]
    name = f"{EVALUATED}题（整个进程，{EVALUATIONS}次中位数）秒"
    return Section("评测", [Row(name, run.seconds, None, None, "{:.1f}", "<15 秒")])


def _written_suites() -> list[str]:
    """The suites that ask questions; mutants are no cases."""
    suites = [read_suite(path) for path in sorted(packaged("evals").glob("*.yaml"))]
    return [one.name for one in suites if one.suite.cases]


def table(sections: Sequence[Section]) -> Table:
    """The sections as one table; a ratio is ours divided by theirs."""
    drawn = Table(title="本项目与朴素方案（LlamaIndex VectorStoreIndex + Chroma，同一编码器）")
    drawn.add_column("项目", no_wrap=True)
    for heading in ("本项目", "朴素·同样条款", "本项目/它", "朴素·默认切块", "本项目/它"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    drawn.add_column("目标", no_wrap=True)
    for section in sections:
        drawn.add_section()
        drawn.add_row(f"[bold]{escape(section.heading)}[/bold]")
        for row in section.rows:
            theirs = [cell for value in (row.same, row.coarse) for cell in _cells(row, value)]
            drawn.add_row(f"  {escape(row.name)}", row.form.format(row.ours), *theirs, escape(row.aim))
    return drawn


def _cells(row: Row, theirs: float | None) -> tuple[str, str]:
    if theirs is None:
        return "—", "—"
    return row.form.format(theirs), f"{row.ours / theirs:.2f}×" if theirs else "—"


def machine() -> str:
    """What the times depend on, without names."""
    packages = "，".join(f"{name} {version(name)}" for name in ("llama-index-core", "chromadb"))
    memory = psutil.virtual_memory().total / 1024**3
    load_average = psutil.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}，{os.cpu_count()}核，内存{memory:.0f} GB，"
        f"开始时负载{load_average:.1f}；Python {platform.python_version()}，{packages}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    facts = machine()
    progress = Console(stderr=True)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        material = gather(options.folders, work / "texts")
        sections: list[Section] = []
        progress.print("建索引……")
        sections.append(indexing(material, work))
        progress.print("检索与热态回答……")
        with rivals(work) as held:
            sections += hits(held)
            sections.append(answers(held))
        progress.print("冷启动……")
        sections.append(cold_starts(work))
        progress.print("评测……")
        sections.append(evaluation(work))
    # A pipe has no width: nothing may be cut there.
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    console.print(table(sections))
    console.print(f"机器：{facts}")
    console.print(f"建索引的文本：{material.origin}，{material.characters:,}字。检索、热态与冷启动用自带语料。")
    console.print(
        "建索引：本项目从文件算起，含解析、台账、BM25、小段的向量；朴素方案的编码器已备好，“同样条款”的节点也已备好。"
    )
    console.print("冷启动：文件已在系统缓存中；朴素方案用的是本项目的编码器，故也付它的导入时间。")
    console.print("命中：节点完整包含标准条款的原话；切块越大越容易命中，故列出命中节点的平均字数。")


if __name__ == "__main__":
    main()
