"""Runs as JUnit XML: a testsuite for every suite of every run, a testcase for every case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from assistant.evaluation.reports.kept_aside import without_kept_aside
from assistant.evaluation.reports.labels import VERDICTS, configurations, reasons
from assistant.evaluation.reports.overview import uncaught
from assistant.evaluation.results import CaseResult, Run
from assistant.evaluation.summary import label

# What XML 1.0 allows (production 2, Char); everything else makes a file that no reader takes.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(runs: Sequence[Run]) -> bytes:
    """The XML, UTF-8. Refusals are failures of the type "refused"; of suites that are kept aside only the names of
    what failed are told."""
    bare, _, _ = without_kept_aside(runs, None)
    names = configurations(bare)
    root = Element("testsuites", name="计划问答评测")
    suites = [
        _suite(root, f"{name}：{suite}" if len(bare) > 1 else suite, run, results)
        for name, run in zip(names, bare, strict=True)
        for suite, results in _by_suite(run).items()
    ]
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", _seconds([result for run in bare for result in run.results]))
    ElementTree.indent(root)
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _by_suite(run: Run) -> dict[str, list[CaseResult]]:
    found: dict[str, list[CaseResult]] = {}
    for result in run.results:
        found.setdefault(result.suite, []).append(result)
    return found


def _suite(root: Element, name: str, run: Run, results: Sequence[CaseResult]) -> Element:
    cases = [_case(result, name) for result in results]
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": 0,
    }
    suite = SubElement(root, "testsuite", name=_clean(name))
    for count, number in counts.items():
        suite.set(count, str(number))
    suite.set("time", _seconds(results))
    # The schema knows no time zones.
    suite.set("timestamp", f"{run.provenance.started.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
    properties = SubElement(suite, "properties")
    for key, value in (
        ("run", run.id),
        ("configuration", run.configuration),
        ("version", run.provenance.version),
        ("engine", run.provenance.engine),
        ("code", run.provenance.code),
    ):
        SubElement(properties, "property", name=key, value=_clean(value))
    suite.extend(cases)
    return suite


def _case(result: CaseResult, suite: str) -> Element:
    case = Element("testcase", classname=_clean(suite), name=_clean(result.id), time=_seconds([result]))
    if result.verdict == "error":
        SubElement(case, "error", message=_clean(result.error or VERDICTS["error"]), type="error")
    elif result.verdict != "right" or uncaught(result):
        message = reasons(result.scores) or VERDICTS[result.verdict]
        failure = SubElement(case, "failure", message=_clean(message), type=result.verdict)
        failure.text = _clean("\n".join(_particulars(result)))
    return case


def _particulars(result: CaseResult) -> list[str]:
    """What was asked, expected and answered, a line each; nothing where that is not to be read."""
    if not result.turns:
        return []
    lines = [f"题目：{' / '.join(result.turns)}", f"应答：{result.expected}"]
    if result.answer is not None:
        lines.append(f"实答：{result.answer.text}")
    lines += [
        f"{label(score.name)}：应有 {score.expected}；实有 {score.extracted}；{score.why}"
        for score in result.scores
        if score.verdict == "fail"
    ]
    return lines


def _seconds(results: Sequence[CaseResult]) -> str:
    return f"{sum(result.elapsed_ms for result in results) / 1000:.6f}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
