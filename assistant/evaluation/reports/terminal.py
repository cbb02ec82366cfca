"""Runs as tables for the terminal: at most 100 columns wide, one line a suite."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.evaluation import summary
from assistant.evaluation.comparison import Change, Comparison
from assistant.evaluation.reports.kept_aside import without_kept_aside
from assistant.evaluation.reports.labels import (
    GROUP_NAMES,
    NOTHING,
    VERDICTS,
    configurations,
    interval,
    misses,
    percent,
    reasons,
    times,
)
from assistant.evaluation.reports.overview import Overview, overview, step, uncaught
from assistant.evaluation.results import SCORE_NAMES, CaseResult, Run
from assistant.evaluation.summary import MEASURES, Group, Rate

_LISTED = 20
_TITLES = {"suite": "题集", "kind": "类别", "style": "问法"}


def print_report(
    runs: Sequence[Run],
    comparison: Comparison | None,
    *,
    detail: bool = False,
    show_wrong: bool = False,
    console: Console | None = None,
) -> None:
    """Print what the runs reached; `comparison` is of the first run. `detail` adds kinds and styles, `show_wrong` the
    cases that are not right."""
    console = console or _console()
    bare, comparison, shown = without_kept_aside(runs, comparison)
    named = dict(zip(configurations(bare), map(overview, bare), strict=True))
    groupings = ["suite", "kind", "style"] if detail else ["suite"]
    if len(named) == 1:
        for one in named.values():
            _print_groups(console, one, groupings)
    else:
        _print_side_by_side(console, named, groupings)
    for name, one in named.items():
        _print_remarks(console, one, f"{name}：" if len(named) > 1 else "")
    if comparison is not None:
        _print_comparison(console, comparison)
    if show_wrong:
        for name, one in named.items():
            _print_wrong(console, one.run, shown, f"{name}：" if len(named) > 1 else "")


def _console() -> Console:
    # A pipe has no width: nothing may be cut there.
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=not sys.stdout.isatty())


def _line(text: str) -> Text:
    """A question or an answer may hold anything: no markup, no line breaks, nothing that steers a terminal."""
    return Text("".join(character for character in " ".join(text.split()) if character.isprintable()))


# --- Rates ------------------------------------------------------------------------------------------------------------


def _print_groups(console: Console, one: Overview, groupings: Sequence[str]) -> None:
    for by in groupings:
        found = one.groups[by]
        if not found:
            continue
        table = Table(_TITLES[by], box=SIMPLE_HEAD)
        for title in ("题数", "全对", "95% 区间", "数字", "条款", "状态", "答错", "未答出", "出错"):
            table.add_column(title, justify="right", no_wrap=True)
        for name, group in found.items():
            table.add_row(_line(GROUP_NAMES[by].get(name, name)), *_cells(group))
        if by == "suite" and len(found) > 1:
            table.add_section()
            table.add_row("合计", *_cells(one.total))
        console.print(table)
    if not one.run.results:
        console.print(_line("没有题。"))
    elif one.refusals is not None:
        console.print(_line(f"拒答正确 {_rate(one.refusals)}（该拒答的 {one.refusals.total} 题）"))


def _cells(group: Group) -> list[str]:
    right = group.rates["right"]
    rates = [group.rates.get(name) for name in ("figure", "clause", "status")]
    return [
        str(group.cases),
        percent(right.value),
        interval(right),
        *(NOTHING if rate is None else percent(rate.value) for rate in rates),
        *(str(count) for count in misses(group).values()),
    ]


def _print_side_by_side(console: Console, named: Mapping[str, Overview], groupings: Sequence[str]) -> None:
    """One table, a configuration a column."""
    table = Table("项目", box=SIMPLE_HEAD)
    for name in named:
        table.add_column(_line(name), justify="right")
    totals = [one.total for one in named.values()]
    table.add_row("题数", *(str(total.cases) for total in totals))
    _add_rates(table, "全对", [total.rates.get("right") for total in totals])
    _add_rates(table, "拒答正确", [one.refusals for one in named.values()])
    for score in SCORE_NAMES:
        _add_rates(table, summary.label(score), [total.rates.get(score) for total in totals])
    for title in misses(totals[0]):
        table.add_row(title, *(str(misses(total)[title]) for total in totals))
    for measure in MEASURES:
        levels = [total.level(measure) for total in totals]
        if any(level is not None for level in levels):
            table.add_row(f"检索 {measure}", *(NOTHING if level is None else f"{level:.3f}" for level in levels))
    table.add_row("p50 / p99，毫秒", *(times(total) for total in totals))
    for by in groupings:
        table.add_section()
        for name in dict.fromkeys(name for one in named.values() for name in one.groups[by]):
            groups = [one.groups[by].get(name) for one in named.values()]
            title = f"{_TITLES[by]} {GROUP_NAMES[by].get(name, name)}"
            _add_rates(table, title, [group.rates["right"] if group else None for group in groups])
    console.print(table)


def _add_rates(table: Table, title: str, rates: Sequence[Rate | None]) -> None:
    if any(rate is not None for rate in rates):
        table.add_row(_line(title), *(NOTHING if rate is None else _rate(rate) for rate in rates))


def _rate(rate: Rate) -> str:
    return f"{percent(rate.value)}（{interval(rate)}）"


def _print_remarks(console: Console, one: Overview, prefix: str) -> None:
    """What the tables leave out, a line each."""
    total = one.total
    lines: list[str] = []
    if one.run.finished is None:
        lines.append("这一轮没有跑完，只算已经跑了的题")
    if one.run.selection:
        lines.append(f"只跑了一部分题（{one.run.selection}），不对照门槛")
    if (numbers := total.rates.get("numbers")) and numbers.wrong:
        lines.append(f"引文之外的数字：{numbers.wrong} 题，共查 {numbers.total} 题")
    if total.retrieval is not None and not prefix:
        hits = "，".join(f"{name} {_rate(rate)}" for name, rate in total.hits.items())
        means = f"MRR {total.retrieval.mrr:.3f}，nDCG {total.retrieval.ndcg:.3f}"
        lines.append(f"检索 {hits}，{means}（{total.retrieved} 题）")
    if total.cases > total.errors and not prefix:
        lines.append(f"用时 p50 / p99：{times(total)} 毫秒")
    if total.prompt_tokens is not None or total.completion_tokens is not None:
        lines.append(f"词元：提示 {total.prompt_tokens or 0}，生成 {total.completion_tokens or 0}")
    for name, group in one.mutants.items():
        caught = group.rates["caught"]
        lines.append(f"{name}：评分的自检，判准 {caught.right}/{caught.total}")
    lines += [f"没达到：{line}" for line in one.missed]
    for line in lines:
        console.print(_line(prefix + line))


# --- Changes and cases ------------------------------------------------------------------------------------------------


def _print_comparison(console: Console, comparison: Comparison) -> None:
    console.print()
    points = step(comparison) * 100
    console.print(
        _line(
            f"与基线 {comparison.baseline} 相比：变好 {len(comparison.better)}，变差 {len(comparison.worse)}，"
            f"没变 {comparison.same}，新增 {comparison.added}，少了 {len(comparison.gone)}；"
            + (f"全对率 {points:+.1f} 个百分点" if round(points, 1) else "全对率没变")
        )
    )
    _print_listed(console, "变差", [_change(change) for change in comparison.worse])
    _print_listed(console, "变好", [_change(change) for change in comparison.better])
    _print_listed(console, "少了", comparison.gone)
    _print_listed(console, "门槛被降低", comparison.lowered)


def _change(change: Change) -> str:
    steps = f"{VERDICTS[change.before]} → {VERDICTS[change.now]}"
    return f"{change.suite}/{change.id} {steps} {change.question}"


def _print_listed(console: Console, title: str, lines: Sequence[str]) -> None:
    for line in lines[:_LISTED]:
        console.print(_line(f"{title} {line}"))
    if len(lines) > _LISTED:
        console.print(_line(f"{title} 等 {len(lines)} 题"))


def _print_wrong(console: Console, run: Run, shown: set[str], prefix: str) -> None:
    bad = [result for result in run.results if result.verdict != "right" or uncaught(result)]
    for result in bad:
        if result.suite in shown:
            _print_case(console, result, prefix)
    hidden = sum(result.suite not in shown for result in bad)
    if hidden:
        console.print()
        console.print(_line(f"{prefix}留出题集里还有 {hidden} 题没全对，不显示内容"))


def _print_case(console: Console, result: CaseResult, prefix: str) -> None:
    console.print()
    console.print(_line(f"{VERDICTS[result.verdict]} {prefix}{result.key} {' / '.join(result.turns)}"))
    actual = result.answer.words if result.answer else result.error
    for title, text in (("应答", result.expected), ("实答", actual), ("说明", reasons(result.scores))):
        if text:
            console.print(Text(f"  {title}：") + _line(text))
