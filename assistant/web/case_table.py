"""The table of cases as HTML: which are shown, a row for each, and what unfolds under it. case_table.js acts on it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answering.answer import without_markup
from assistant.evaluation.reports import labels
from assistant.evaluation.reports.overview import uncaught
from assistant.evaluation.results import SCORE_NAMES, CaseResult, Score
from assistant.evaluation.summary import RIGHT
from assistant.web import transcript
from assistant.web.markup import as_text
from assistant.web.shown_run import ShownRun

FIRST = 100
"""Rows that are shown at once; a request shows as many more."""
WRONG, ALL, BETTER, WORSE = "wrong", "all", "better", "worse"
OUTCOMES = {WRONG: "没答对的", ALL: "全部", BETTER: "变好的", WORSE: "变差的"}
_SIGNS = {"right": "✓", "wrong": "✗", "refused": "–", "error": "✗"}
_SHOWN_WORDS = 120  # characters of an answer in its row
_COLUMNS = ("结果", "题目", "类别", "应答", "实答", "说明", "")


@dataclass(frozen=True)
class Filter:
    """What the table shows: one of `OUTCOMES`, a suite, a kind, a style ("" for any), words that a case holds."""

    outcome: str = WRONG
    suite: str = ""
    kind: str = ""
    style: str = ""
    words: str = ""

    def takes(self, shown: ShownRun, result: CaseResult) -> bool:
        if self.outcome == WRONG and not _amiss(result):
            return False
        if self.outcome in (BETTER, WORSE) and shown.changed.get(result.key) != self.outcome:
            return False
        if any(wanted not in ("", has) for wanted, has in self._pairs(result)):
            return False
        return self.words.strip().casefold() in _searched(result)

    def _pairs(self, result: CaseResult) -> list[tuple[str, str]]:
        return [(self.suite, result.suite), (self.kind, result.kind), (self.style, result.style)]


def _amiss(result: CaseResult) -> bool:
    return result.verdict != RIGHT or uncaught(result)


def _searched(result: CaseResult) -> str:
    said = result.answer.text if result.answer else result.error
    return "\n".join((result.id, *result.turns, result.expected, without_markup(said))).casefold()


def case_table(shown: ShownRun, wanted: Filter, limit: int = FIRST) -> str:
    """The first `limit` of the cases that the filter takes."""
    found = [result for result in shown.cases if wanted.takes(shown, result)]
    hidden = len({suite.name for suite in shown.run.suites} - shown.open_suites)
    aside = "留出的题集只列成绩，不列题目。" if hidden else ""
    if not found:
        return f'<p class="notice" role="status">没有这样的题。{aside}</p>'
    rest = len(found) - limit
    more = f'<button type="button" class="small" data-more>再显示 {min(rest, FIRST)} 题</button>' if rest > 0 else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    rows = "".join(_rows(shown, result) for result in found[:limit])
    return (
        f'<p class="notice" role="status">{len(found)} 题，显示 {min(limit, len(found))} 题。{aside}</p>'
        f'<table class="cases" data-run="{as_text(shown.run.id)}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
    )


def _rows(shown: ShownRun, result: CaseResult) -> str:
    """A case's row, and the row that it unfolds into, which is filled when it is asked for."""
    key = as_text(result.key)
    *earlier, asked = result.turns
    context = "".join(f'<span class="quiet">{as_text(turn)} › </span>' for turn in earlier)
    open_button = '<button type="button" class="small" data-open>在问答中打开</button>'
    cells = (
        _verdict(shown, result),
        f'<button type="button" class="unfold" aria-expanded="false">{context}{as_text(asked)}</button>',
        as_text(labels.KINDS[result.kind]),
        as_text(result.expected),
        as_text(_said(result)),
        f'<span class="quiet">{as_text(_why(result))}</span>',
        open_button,
    )
    told = "".join(f'<td data-name="{name}">{cell}</td>' for name, cell in zip(_COLUMNS, cells, strict=True))
    return (
        f'<tr class="case" data-case="{key}">{told}</tr>'
        f'<tr class="unfolded" data-detail="{key}" hidden><td colspan="{len(_COLUMNS)}"></td></tr>'
    )


def _verdict(shown: ShownRun, result: CaseResult) -> str:
    verdict, word = result.verdict, labels.VERDICTS[result.verdict]
    if uncaught(result):
        verdict, word = "wrong", "没抓住"
    before = shown.before.get(result.key)
    was = f'<small class="quiet">原 {labels.VERDICTS[before]}</small>' if before else ""
    return f'<span class="verdict {verdict}">{_SIGNS[verdict]} {word}</span>{was}'


def _said(result: CaseResult) -> str:
    """What was answered, in the row's few words."""
    if result.answer is None:
        return ""
    said = result.answer.words
    return said if len(said) <= _SHOWN_WORDS else f"{said[:_SHOWN_WORDS]}…"


def _why(result: CaseResult) -> str:
    if result.error:
        return result.error
    held = [SCORE_NAMES[score.name] for score in result.scores if score.verdict == "pass"]
    return labels.reasons(result.scores) or (f"{'、'.join(held)}一致" if held and not _amiss(result) else "")


# --- What unfolds -----------------------------------------------------------------------------------------------------


def unfolded(result: CaseResult) -> str:
    """Every score with what was expected and found, the answer, its citations."""
    turns = "".join(f'<p class="words">{as_text(turn)}</p>' for turn in result.turns)
    answer = (
        transcript.answer_to_read(result.answer) if result.answer else f'<p class="words">{as_text(result.error)}</p>'
    )
    status = f"应为“{labels.STATUSES[result.expected_status]}”"
    if result.answer:
        status += f"，实为“{labels.STATUSES[result.answer.status]}”"
    facts = f"{result.key} · {labels.STYLES[result.style]} · {status} · {labels.milliseconds(result.elapsed_ms)} ms"
    return f'<div class="quiet">{as_text(facts)}</div><h4>题目</h4>{turns}<h4>实答</h4>{answer}{_scores(result.scores)}'


def _scores(scores: tuple[Score, ...]) -> str:
    if not scores:
        return ""
    rows = "".join(
        f'<tr><td>{SCORE_NAMES[score.name]}</td><td class="{score.verdict}">{labels.SCORE_VERDICTS[score.verdict]}</td>'
        f"<td>{as_text(score.expected)}</td><td>{as_text(score.extracted)}</td><td>{as_text(score.why)}</td></tr>"
        for score in scores
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("评分", "结果", "应有", "答案里的", "说明"))
    return f'<h4>评分</h4><div class="scroll"><table class="scores"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
