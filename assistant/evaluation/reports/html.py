"""Runs as one HTML file that needs nothing else: it opens from disk, asks for nothing and runs no foreign code.

The page's head, tables and charts are made here; the cases travel as JSON in the page, and page.js draws the rows
that are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from assistant.evaluation import summary
from assistant.evaluation.comparison import Comparison
from assistant.evaluation.reports import labels, overview
from assistant.evaluation.reports.kept_aside import without_kept_aside
from assistant.evaluation.reports.overview import Overview
from assistant.evaluation.results import SCORE_NAMES, CaseResult, Run
from assistant.evaluation.summary import MEASURES, Group, Rate

_HERE = Path(__file__).parent
_FIRST = ("right", "figure", "clause", "status")
_LISTED_CHANGES = 20
_WORST_FIRST = ("error", "wrong", "refused", "right")


def render(runs: Sequence[Run], comparison: Comparison | None) -> str:
    """The page. `comparison` is of the first run. At least one run is needed."""
    if not runs:
        raise ValueError("a report needs a run")
    bare, comparison, shown = without_kept_aside(runs, comparison)
    overviews = [overview.overview(run) for run in bare]
    names = labels.configurations(bare)
    first = overviews[0]
    return _template().render(
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        script=Markup((_HERE / "page.js").read_text(encoding="utf-8")),
        names=names,
        overviews=overviews,
        numbered=[(place, name, one) for place, (name, one) in enumerate(zip(names, overviews, strict=True))],
        titles={suite.name: suite.title for run in bare for suite in run.suites},
        records=[{suite.name: suite for suite in run.suites} for run in bare],
        shown=shown,
        hidden_cases=sum(result.suite not in shown for result in first.run.results),
        tiles=_tiles(first, comparison),
        side_by_side=_side_by_side(overviews) if len(overviews) > 1 else [],
        charts=[("按类别", "kind"), ("按问法", "style")],
        group_names={by: _group_names(overviews, by) for by in ("suite", "kind", "style")},
        changed={by: overview.changed(first.run, comparison, by) for by in ("suite", "kind", "style")},
        comparison=comparison,
        step_found=_step(comparison, "right"),
        listed=_LISTED_CHANGES,
        labels=labels,
        data=_as_script(_data(bare, names, comparison, shown)),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["share"] = lambda value: f"{value * 100:.2f}%"
    return environment.get_template("page.html.j2")


def _group_names(overviews: Sequence[Overview], by: str) -> list[str]:
    """The groups of all runs, each once."""
    return list(dict.fromkeys(name for one in overviews for name in one.groups[by]))


# --- Tiles ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """By how much a rate changed: `text` with its sign."""

    text: str
    good: bool

    @staticmethod
    def of(difference: float, digits: int = 1) -> _Step | None:
        """None where no digit of the difference is to be seen."""
        text = f"{abs(difference):.{digits}f}"
        if not float(text):
            return None
        return _Step(f"{'▲' if difference > 0 else '▼'}{text}", difference > 0)


@dataclass(frozen=True)
class _Tile:
    """A number with its name, what it rests on, and what changed. `alarming`: it should be 0 and is not."""

    name: str
    value: str
    note: str
    step: _Step | None = None
    alarming: bool = False


def _tiles(first: Overview, comparison: Comparison | None) -> list[_Tile]:
    total = first.total
    numbers = total.rates.get("numbers")
    tiles = [
        _rate_tile("全对", total.rates.get("right"), _step(comparison, "right")),
        _rate_tile("数字正确", total.rates.get("figure"), _step(comparison, "figure")),
        _rate_tile("条款正确", total.rates.get("clause"), _step(comparison, "clause")),
        _rate_tile("拒答正确", first.refusals, _step(comparison, "refusals")),
        _Tile(
            "引文之外的数字",
            str(numbers.wrong) if numbers else labels.NOTHING,
            f"{numbers.total} 题中" if numbers else "没有查",
            alarming=bool(numbers and numbers.wrong),
        ),
    ]
    if total.retrieval is not None:
        hits = " / ".join(f"{rate.value * 100:.0f}" for rate in total.hits.values())
        bounds = " / ".join(labels.interval(rate) for rate in total.hits.values())
        means = f"{bounds} · MRR {total.retrieval.mrr:.3f}，nDCG {total.retrieval.ndcg:.3f}（{total.retrieved} 题）"
        tiles.append(_Tile("检索 hit@1 / 3 / 5，%", hits, means))
    if total.cases > total.errors:
        tiles.append(_Tile("用时 p50 / p99", f"{labels.times(total)} 毫秒", f"{total.cases - total.errors} 题"))
    if total.prompt_tokens is not None or total.completion_tokens is not None:
        tiles.append(_Tile("词元：提示 / 生成", _tokens(total), f"{total.cases} 题合计"))
    return tiles


def _step(comparison: Comparison | None, name: str) -> _Step | None:
    return _Step.of(comparison.steps[name] * 100) if comparison and name in comparison.steps else None


def _rate_tile(name: str, rate: Rate | None, step: _Step | None = None) -> _Tile:
    if rate is None:
        return _Tile(name, labels.NOTHING, "没有这样的题")
    return _Tile(
        name,
        labels.percent(rate.value),
        f"{labels.interval(rate)} · {rate.right}/{rate.total} · 错 {rate.wrong}",
        step,
    )


def _tokens(found: Group) -> str:
    counts = (found.prompt_tokens, found.completion_tokens)
    return " / ".join(labels.NOTHING if count is None else f"{count:,}" for count in counts)


# --- Several configurations -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    value: str
    note: str = ""
    step: _Step | None = None


def _side_by_side(overviews: Sequence[Overview]) -> list[tuple[str, list[_Cell]]]:
    """(measure, a cell for every run); steps are against the first run."""
    names = [name for name in ("right", *SCORE_NAMES) if any(name in one.total.rates for one in overviews)]
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    rows = [(summary.label(name), _rate_cells([one.total.rates.get(name) for one in overviews])) for name in names]
    rows.insert(1, ("拒答正确", _rate_cells([one.refusals for one in overviews])))
    misses = [labels.misses(one.total) for one in overviews]
    rows += [(title, [_Cell(str(counts[title])) for counts in misses]) for title in ("答错", "未答出", "出错")]
    for name in MEASURES:
        levels = [one.total.level(name) for one in overviews]
        if any(level is not None for level in levels):
            rows.append((labels.measure(name), [_level_cell(level, levels[0]) for level in levels]))
    rows.append(("用时 p50 / p99，毫秒", [_Cell(labels.times(one.total)) for one in overviews]))
    if any(one.total.prompt_tokens or one.total.completion_tokens for one in overviews):
        rows.append(("词元：提示 / 生成", [_Cell(_tokens(one.total)) for one in overviews]))
    return rows


def _rate_cells(rates: Sequence[Rate | None]) -> list[_Cell]:
    first = rates[0]
    return [
        _Cell(labels.NOTHING)
        if rate is None
        else _Cell(
            labels.percent(rate.value),
            f"{labels.interval(rate)}（{rate.right}/{rate.total}）",
            _Step.of((rate.value - first.value) * 100) if first is not None else None,
        )
        for rate in rates
    ]


def _level_cell(level: float | None, first: float | None) -> _Cell:
    if level is None:
        return _Cell(labels.NOTHING)
    return _Cell(f"{level:.3f}", step=None if first is None else _Step.of(level - first, digits=3))


# --- Cases ------------------------------------------------------------------------------------------------------------


def _as_script(value: Any) -> Markup:
    """JSON that may stand in a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _data(
    runs: Sequence[Run], names: Sequence[str], comparison: Comparison | None, shown: set[str]
) -> Mapping[str, Any]:
    """What page.js reads. Cases of suites that are kept aside are not among them, nor mutants that were caught."""
    cases: dict[tuple[str, tuple[str, ...], str], dict[str, Any]] = {}
    for number, run in enumerate(runs):
        for result in run.results:
            if result.suite not in shown or (summary.is_mutant(result) and not overview.uncaught(result)):
                continue
            # Two runs may hold two versions of a suite: what is asked or expected otherwise is another row.
            case = cases.setdefault((result.key, result.turns, result.expected), _case(result))
            case["outcomes"].append(_outcome(number, result))
    _mark_changes(cases.values(), comparison)
    return {
        "configurations": list(names),
        "verdicts": labels.VERDICTS,
        "kinds": labels.KINDS,
        "styles": labels.STYLES,
        "cases": sorted(
            cases.values(),
            key=lambda case: min(_WORST_FIRST.index(outcome["verdict"]) for outcome in case["outcomes"]),
        ),
    }


def _case(result: CaseResult) -> dict[str, Any]:
    return {
        "key": result.key,
        "suite": result.suite,
        "kind": result.kind,
        "style": result.style,
        "tags": result.tags,
        "turns": result.turns,
        "expected": result.expected,
        "status": labels.STATUSES[result.expected_status],
        "mutant": summary.is_mutant(result),
        "outcomes": [],
    }


def _outcome(number: int, result: CaseResult) -> dict[str, Any]:
    answer = result.answer
    return {
        "run": number,
        "verdict": result.verdict,
        "status": labels.STATUSES[answer.status] if answer else "",
        "text": answer.words if answer else "",
        "citations": [[c.marker, c.formatted, c.quote] for c in answer.citations] if answer else [],
        "notices": answer.notices if answer else (),
        "error": result.error,
        "why": labels.reasons(result.scores),
        "scores": [
            [summary.label(s.name), s.verdict, labels.SCORE_VERDICTS[s.verdict], s.expected, s.extracted, s.why]
            for s in result.scores
        ],
        "cost": _cost(result),
    }


def _cost(result: CaseResult) -> str:
    parts = [f"{labels.milliseconds(result.elapsed_ms)} 毫秒"]
    if result.prompt_tokens is not None or result.completion_tokens is not None:
        parts.append(f"词元 {result.prompt_tokens or 0} + {result.completion_tokens or 0}")
    if result.retrieval is not None:
        parts.append(f"检索 hit@1 {result.retrieval.hit_1:.0f}，MRR {result.retrieval.mrr:.2f}")
    return "，".join(parts)


def _mark_changes(cases: Any, comparison: Comparison | None) -> None:
    if comparison is None:
        return
    changes = {f"{change.suite}/{change.id}": ("better", change) for change in comparison.better}
    changes |= {f"{change.suite}/{change.id}": ("worse", change) for change in comparison.worse}
    for case in cases:
        if case["key"] in changes and case["outcomes"][0]["run"] == 0:
            direction, change = changes[case["key"]]
            case["changed"] = direction
            case["before"] = labels.VERDICTS[change.before]
