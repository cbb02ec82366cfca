"""A library of hundreds of plans: how long it takes to build and to keep, and how long a question over it takes.

    python -m benchmarks.library [--plans 400] [--questions 40] [--home FOLDER]

The plans are made (`benchmarks.plans`). Measured, each in a process of its own: the first indexing, indexing again with
one more plan and with one less, and questions of several kinds, each scoped to a document and not. Times are of the
machine at hand and of whatever else runs on it, which is why the processor's seconds stand beside them. Nothing is
asserted. 400 plans take about four minutes.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # its types are a package of their own
from rich.console import Console
from rich.table import Table

from assistant.library import index
from assistant.settings import Settings
from assistant.wiring import Assistant
from benchmarks.__main__ import machine
from benchmarks.measure import run_process
from benchmarks.plans import Fact, MadePlan, made_plan, made_plans, write_plans

_PLANS, _QUESTIONS = 400, 40
_SEED = 2026
_MEGABYTE = 1024 * 1024
# What no plan speaks of.
_ABSENT = (
    "深海采矿平台多少座",
    "跨海隧道多少公里",
    "航天测控站新建几个",
    "极地科考船多少艘",
    "核聚变装置几台",
    "赛马场多少个",
)
_ELSEWHERE = ("榆木川区", "三棵松县", "望月台市")


@dataclass(frozen=True)
class Asked:
    """A question; `documents` is the scope that the caller gives, "" none. `history`: earlier turns."""

    kind: str
    text: str
    document: str = ""
    history: tuple[str, ...] = ()


def questions(plans: Sequence[MadePlan], each: int) -> Iterator[Asked]:
    """`each` questions of every kind."""
    chance = random.Random(_SEED)
    for _ in range(each):
        plan = chance.choice(plans)
        fact, other = chance.sample(plan.facts, 2)
        where = f"{plan.place}{plan.year}年"
        yield from (
            Asked("限定文档：数字", _figure(fact), plan.name),
            Asked("限定文档：换个说法", f"今年打算弄多少{fact.thing.unit}{fact.thing.name}啊", plan.name),
            Asked("限定文档：做法", f"{chance.choice(plan.tasks)}有哪些举措", plan.name),
            Asked("限定文档：没有提到", chance.choice(_ABSENT), plan.name),
            Asked("限定文档：汇总", f"所有以“{fact.thing.unit}”计的目标", plan.name),
            Asked("限定文档：接着问", f"那{other.thing.name}呢", plan.name, (_figure(fact),)),
            Asked("点名地方和年份：数字", f"{where}{_figure(fact)}"),
            Asked("点名地方和年份：两个数", f"{where}{fact.thing.name}和{other.thing.name}各多少"),
            Asked("点名地方和年份：没有提到", f"{where}{chance.choice(_ABSENT)}"),
            Asked("点名地方和年份：汇总", f"{where}所有增速目标"),
            Asked("只点名地方：数字", f"{plan.place}{_figure(fact)}"),
            Asked("只点名年份：数字", f"{plan.year}年{_figure(fact)}"),
            Asked("什么都不点名：数字", _figure(fact)),
            Asked("什么都不点名：做法", f"怎么{chance.choice(plan.tasks)}"),
            Asked("什么都不点名：没有提到", chance.choice(_ABSENT)),
            Asked("什么都不点名：汇总", f"所有以“{fact.thing.unit}”计的目标"),
            Asked("没有的地方", f"{chance.choice(_ELSEWHERE)}{_figure(fact)}"),
            Asked("没有的年份", f"{plan.place}2007年{_figure(fact)}"),
        )


def _figure(fact: Fact) -> str:
    return f"{fact.thing.verb}{fact.thing.name}多少{fact.thing.unit}"


# --- What a process measures ------------------------------------------------------------------------------------------


def build(home: Path, add: Sequence[Path], remove: Sequence[str]) -> dict[str, float]:
    """Seconds of an indexing and of the processors, children's too. The memory is the caller's to see."""
    wall, own = time.perf_counter(), time.process_time()
    index(home, corpus=None, add=add, remove=remove)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = time.process_time() - own + children.ru_utime + children.ru_stime
    return {"wall": time.perf_counter() - wall, "processor": processor}


def ask(home: Path, count: int, each: int) -> dict[str, object]:
    """Opening, the first answer, and every question's milliseconds, of the clock and of the processor, by kind, each
    asked once."""
    asked = list(questions(list(made_plans(count)), each))
    before = psutil.Process().memory_info().rss
    start = time.perf_counter()
    assistant = Assistant.open(home, settings=Settings(home=home, corpus=""))
    opened = time.perf_counter()
    assistant.ask(asked[6].text)
    first = time.perf_counter()
    assistant.ask(asked[12].text)
    taken: dict[str, list[tuple[float, float]]] = {}
    for one in asked:
        begun, processor = time.perf_counter(), time.thread_time()
        assistant.ask(one.text, one.history, [one.document] if one.document else None)
        wall, own = time.perf_counter() - begun, time.thread_time() - processor
        taken.setdefault(one.kind, []).append((wall * 1000, own * 1000))
    memory = psutil.Process().memory_info().rss
    return {"open": opened - start, "first": first - opened, "before": before, "memory": memory, "taken": taken}


def _work(arguments: Sequence[str]) -> None:
    """What a process of its own does; prints one line of JSON."""
    task, home, *rest = arguments
    if task == "ask":
        print(json.dumps(ask(Path(home), int(rest[0]), int(rest[1]))))
    else:
        given = [Path(one) for one in rest if task == "add"]
        print(json.dumps(build(Path(home), given, rest if task == "remove" else ())))


# --- The table --------------------------------------------------------------------------------------------------------


def _measured(table: Table, name: str, task: str, home: Path, *rest: str) -> None:
    run = run_process([sys.executable, "-m", "benchmarks.library", "--work", task, str(home), *rest])
    taken = json.loads(run.output.splitlines()[-1])
    table.add_row(name, f"{taken['wall']:.1f}", f"{taken['processor']:.1f}", f"{run.peak / _MEGABYTE:.0f}")


def building(home: Path, texts: Path, count: int) -> Table:
    """The library built in `home` from the plans in `texts`, then kept; it is left as it was first built."""
    table = Table("建库与更新", "秒", "处理器秒", "峰值内存 MB", title=f"{count}份计划的资料库")
    _measured(table, f"收入{count}份", "add", home, str(texts))
    _measured(table, "再来一次，没有变化", "add", home, str(texts))
    extra = texts.with_name("extra") / f"{made_plan(count).name}.txt"
    extra.parent.mkdir()
    extra.write_text(made_plan(count).text, encoding="utf-8")
    _measured(table, "再收入1份", "add", home, str(extra))
    _measured(table, "移出1份", "remove", home, extra.stem)
    return table


def asking(home: Path, count: int, each: int) -> tuple[Table, str]:
    """The times of answers by kind, and in words what opening takes."""
    run = run_process([sys.executable, "-m", "benchmarks.library", "--work", "ask", str(home), str(count), str(each)])
    found = json.loads(run.output.splitlines()[-1])
    taken: Mapping[str, Sequence[tuple[float, float]]] = found["taken"]
    table = Table("完整答案，毫秒", "题数", "p50", "p99", "最慢", "处理器 p50", "处理器 p99")
    for kind, times in taken.items():
        table.add_row(f"  {kind}", *_percentiles(times))
    scoped = [one for kind, times in taken.items() if kind.startswith("限定文档") for one in times]
    rest = [one for kind, times in taken.items() if not kind.startswith("限定文档") for one in times]
    table.add_section()
    table.add_row("限定文档（目标 p50 ≤ 15，p99 ≤ 60）", *_percentiles(scoped))
    table.add_row("不限定文档（目标 p50 ≤ 15，p99 ≤ 60）", *_percentiles(rest))
    return table, (
        f"打开资料库{found['open']:.2f}秒，第一个答案{found['first']:.2f}秒；"
        f"问完{len(scoped) + len(rest)}题，内存{found['memory'] / _MEGABYTE:.0f} MB（打开前{found['before'] / _MEGABYTE:.0f}），"
        f"峰值{run.peak / _MEGABYTE:.0f} MB"
    )


def _percentiles(times: Sequence[tuple[float, float]]) -> list[str]:
    wall, processor = zip(*times, strict=True)
    found = [statistics.median(wall), _slow(wall), max(wall), statistics.median(processor), _slow(processor)]
    return [str(len(times)), *(f"{one:.1f}" for one in found)]


def _slow(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98] if len(times) > 1 else times[0]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=_PLANS)
    parser.add_argument("--questions", type=int, default=_QUESTIONS, help="of each kind")
    parser.add_argument("--home", type=Path, help="a library built before from as many plans: only ask")
    parser.add_argument("--work", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        _work(options.work)
        return
    facts = machine()
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    with tempfile.TemporaryDirectory() as place:
        home = options.home or Path(place) / "home"
        if options.home is None:
            texts = Path(place) / "texts"
            plans = write_plans(texts, options.plans)
            console.print(building(home, texts, len(plans)))
            console.print(f"文字：生成的计划{len(plans)}份，{sum(len(plan.text) for plan in plans):,}字")
        table, opening = asking(home, options.plans, options.questions)
    console.print(table)
    console.print(f"{opening}\n机器：{facts}")


if __name__ == "__main__":
    main()
