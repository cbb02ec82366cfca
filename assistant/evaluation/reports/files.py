"""The reports of runs as files: HTML, JUnit XML and JSON."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UnusableInput
from assistant.evaluation.comparison import Comparison
from assistant.evaluation.reports import html, junit
from assistant.evaluation.reports.kept_aside import without_kept_aside
from assistant.evaluation.reports.overview import Overview, overview
from assistant.evaluation.results import Run
from assistant.evaluation.summary import Group, Rate


def write_reports(folder: Path, runs: Sequence[Run], comparison: Comparison | None) -> list[Path]:
    """Write report.html, junit.xml and report.json into the folder, which is made where it is missing.

    Each file is replaced in one step, so that nobody reads half of one. Raises `UnusableInput` where that fails.
    """
    contents = {
        "report.html": html.render(runs, comparison).encode("utf-8", "replace"),
        "junit.xml": junit.render(runs),
        "report.json": as_json(runs, comparison),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, data) for name, data in contents.items()]
    except OSError as error:
        raise UnusableInput(f"报告写不进文件夹“{folder}”：{error.strerror}") from error


def _write(path: Path, data: bytes) -> Path:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # another may write the same report
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def as_json(runs: Sequence[Run], comparison: Comparison | None) -> bytes:
    """The runs, each with its rates, and the comparison. A run can be read back as a `Run`; cases of suites that are
    kept aside have no texts."""
    bare, comparison, _ = without_kept_aside(runs, comparison)
    value = {
        "runs": [{"run": run.model_dump(mode="json"), "summary": _summary(overview(run))} for run in bare],
        "comparison": comparison and {**comparison.model_dump(mode="json"), "holds": comparison.holds},
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _summary(one: Overview) -> dict[str, Any]:
    return {
        "total": _group(one.total),
        "refusals": _rate(one.refusals) if one.refusals else None,
        **{by: _groups(found) for by, found in one.groups.items()},
        "mutants": _groups(one.mutants),
        "missed": one.missed,
    }


def _groups(found: Mapping[str, Group]) -> dict[str, Any]:
    return {name: _group(group) for name, group in found.items()}


def _group(found: Group) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "errors": found.errors,
        "rates": {name: _rate(rate) for name, rate in found.rates.items()},
        "retrieval": found.retrieval and {**found.retrieval.model_dump(), "cases": found.retrieved},
        "p50_ms": found.p50,
        "p99_ms": found.p99,
        "prompt_tokens": found.prompt_tokens,
        "completion_tokens": found.completion_tokens,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "right": rate.right,
        "total": rate.total,
        "refused": rate.refused,
        "value": rate.value,
        "low": low,
        "high": high,
    }
