"""A run's results as HTML: how far it is, tiles, what to know of it, bars by suite, kind and style.

Every rate is `summary.py`'s, its words are those of the reports.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.evaluation.reports import labels, overview
from assistant.evaluation.results import SuiteRecord
from assistant.evaluation.summary import REFUSALS, RIGHT, Group, Rate
from assistant.web.evaluating import Progress
from assistant.web.markup import as_text
from assistant.web.panes import notice
from assistant.web.shown_run import ShownRun

_CHARTS = {"suite": "按题集", "kind": "按类别", "style": "按问法"}
_LONG = 100  # seconds from which on minutes say more
_MINUTE = 60


def progress_bar(progress: Progress | None) -> str:
    """How far the newest run is; nothing before the first one."""
    if progress is None:
        return ""
    if progress.error:
        return notice(progress.error)
    share = progress.done / progress.total if progress.total else 0
    state = _left(progress.seconds_left) if progress.running else _ended(progress)
    said = f"{progress.done} / {progress.total} · {state}" if progress.total else state
    return (
        f'<div class="bar" role="progressbar" aria-label="进度" aria-valuemin="0" aria-valuemax="{progress.total}"'
        f' aria-valuenow="{progress.done}"><span style="width: {share:.2%}"></span></div>'
        f'<span class="quiet count">{said}</span>'
    )


def _left(seconds: float | None) -> str:
    if seconds is None:
        return "正在准备"
    if seconds >= _LONG:
        return f"剩 {seconds / _MINUTE:.0f} 分"
    return f"剩 {max(seconds, 1):.0f} 秒"


def _ended(progress: Progress) -> str:
    return "已完成" if progress.done >= progress.total else "已停止"


def results(shown: ShownRun) -> str:
    """Everything about a run but its cases."""
    return f'{_tiles(shown)}{_remarks(shown)}<div class="charts">{"".join(_charts(shown))}</div>'


# --- Tiles ------------------------------------------------------------------------------------------------------------


def _tiles(shown: ShownRun) -> str:
    total = shown.overview.total
    numbers = total.rates.get("numbers")
    beyond = numbers.wrong if numbers else None
    tiles = [
        _rate_tile(shown, "全对", RIGHT, total.rates.get(RIGHT)),
        _rate_tile(shown, "数字正确", "figure", total.rates.get("figure")),
        _rate_tile(shown, "条款正确", "clause", total.rates.get("clause")),
        _rate_tile(shown, "拒答正确", REFUSALS, shown.overview.refusals),
        _tile(
            "引文之外的数字",
            labels.NOTHING if beyond is None else str(beyond),
            f"{numbers.total} 题中" if numbers else "没有查",
            alarming=bool(beyond),
        ),
        _tile("用时 p50 / p99", _times(total), f"{total.cases} 题"),
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _times(total: Group) -> str:
    said = labels.times(total)
    return said if said == labels.NOTHING else f"{said} ms"


def _rate_tile(shown: ShownRun, title: str, name: str, rate: Rate | None) -> str:
    """A rate with its interval and its change; `name` is what the comparison calls it."""
    if rate is None:
        return _tile(title, labels.NOTHING, "没有这样的题")
    note = f"{labels.interval(rate)}（{rate.right}/{rate.total}）"
    risen = overview.step(shown.comparison, name) if shown.comparison else 0.0
    return _tile(title, labels.percent(rate.value), note, _step(risen))


def _step(risen: float) -> str:
    said = f"{abs(risen) * 100:.1f}"
    if not float(said):
        return ""
    name, sign, word = ("good", "▲", "升") if risen > 0 else ("bad", "▼", "降")
    return f' <span class="step {name}" aria-label="比对照{word} {said} 个百分点">{sign}{said}</span>'


def _tile(name: str, value: str, note: str, step: str = "", alarming: bool = False) -> str:
    return (
        f'<div class="tile{" alarming" if alarming else ""}"><div class="quiet">{name}</div>'
        f'<div class="value">{as_text(value)}{step}</div><div class="note">{as_text(note)}</div></div>'
    )


# --- What to know of it -----------------------------------------------------------------------------------------------


def _remarks(shown: ShownRun) -> str:
    run = shown.run
    lines = [_compared(shown), _retrieval(shown.overview.total)]
    if run.finished is None:
        lines.append("这一轮没有跑完，成绩只是已经跑了的题的，不对照门槛。")
    elif run.selection:
        lines.append(f"只跑了一部分题（{run.selection}），不对照门槛。")
    else:
        lines += shown.overview.missed
    lines += [f"门槛调低了：{line}" for line in (shown.comparison.lowered if shown.comparison else ())]
    return "".join(map(notice, lines))


def _compared(shown: ShownRun) -> str:
    found = shown.comparison
    if found is None:
        return "没有可以对照的成绩。"
    parts = [f"变好 {len(found.better)} 题", f"变差 {len(found.worse)} 题", f"没变 {found.same} 题"]
    parts += [f"新增 {found.added} 题"] if found.added else []
    parts += [f"少了 {len(found.gone)} 题"] if found.gone and shown.run.finished else []
    return f"与 {found.baseline}（{labels.moment(found.made)}）相比，{'，'.join(parts)}。"


def _retrieval(total: Group) -> str:
    found = total.retrieval
    if found is None:
        return ""
    hits = " / ".join(f"{labels.percent(rate.value)}（{labels.interval(rate)}）" for rate in total.hits.values())
    return f"检索：前 1 / 3 / 5 条命中 {hits}，MRR {found.mrr:.3f}，nDCG {found.ndcg:.3f}（{total.retrieved} 题）。"


# --- Charts -----------------------------------------------------------------------------------------------------------


def _charts(shown: ShownRun) -> list[str]:
    records = {suite.name: suite for suite in shown.run.suites}
    charts: list[str] = []
    for by, title in _CHARTS.items():
        changed = overview.changed(shown.run, shown.comparison, by)
        lines = [
            _line(_group_name(by, name, records), found.rates[RIGHT], changed.get(name, (0, 0)))
            for name, found in shown.overview.groups[by].items()
        ]
        if by == "suite":
            lines += _mutants(shown.overview.mutants, records)
        charts.append(f'<section class="chart" aria-label="{title}"><h3>{title}</h3>{"".join(lines)}</section>')
    return charts


def _mutants(mutants: Mapping[str, Group], records: Mapping[str, SuiteRecord]) -> list[str]:
    """Suites that prove the scorers: how many spoilt answers were caught."""
    return [
        _line(f"{_group_name('suite', name, records)}{_tag('改错被抓')}", found.rates["caught"], (0, 0))
        for name, found in mutants.items()
    ]


def _group_name(by: str, name: str, records: Mapping[str, SuiteRecord]) -> str:
    record = records.get(name) if by == "suite" else None
    if record is not None:
        return as_text(record.title or name) + (_tag("留出") if record.kept_aside else "")
    return as_text(labels.GROUP_NAMES[by].get(name, name))


def _tag(text: str) -> str:
    return f' <span class="tag">{text}</span>'


def _line(name: str, rate: Rate, changed: tuple[int, int]) -> str:
    """A bar: right, then refused, then wrong; the line across it is the interval of the rate."""
    low, high = rate.interval
    parts = (("right", rate.right), ("refused", rate.refused), ("wrong", rate.wrong))
    segments = "".join(
        f'<i class="{kind}" style="width: {count / rate.total:.3%}"></i>' for kind, count in parts if count
    )
    said = f"{rate.right}/{rate.total}，未答出 {rate.refused}，答错 {rate.wrong}，95% 区间 {labels.interval(rate)}"
    return (
        f'<div class="line"><span class="name">{name}</span><span class="rates" role="img" aria-label="{said}" title="{said}">'
        f'{segments}<b style="left: {low:.3%}; width: {high - low:.3%}"></b></span>'
        f'<span class="rate">{labels.percent(rate.value)}</span>'
        f'<span class="note">{rate.right}/{rate.total}{_moved(changed)}</span></div>'
    )


def _moved(changed: tuple[int, int]) -> str:
    better, worse = changed
    said = f' <span class="step good">▲{better}</span>' if better else ""
    return said + (f' <span class="step bad">▼{worse}</span>' if worse else "")
