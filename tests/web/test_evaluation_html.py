"""What 评测 shows, as text: the right rates, nothing of suites that are kept aside, nothing that is markup."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.errors import UnusableInput
from assistant.evaluation.proposals import Proposal
from assistant.evaluation.reports.labels import STYLES, VERDICTS
from assistant.web import case_table, evaluation_results, feedback, proposals_pane
from assistant.web.case_table import ALL, BETTER, FIRST, OUTCOMES, WORSE, Filter
from assistant.web.downloads import add_downloads, report_links
from assistant.web.evaluating import BASELINE, PREVIOUS, Progress
from assistant.web.shown_run import ShownRun, ShownRuns
from tests.web.fake_assistant import fake_assistant
from tests.web.fake_desk import ASIDE, FILLERS, HOSTILE_QUESTION, OPEN, REFUSALS, SECRET, SPOILT, STARTED, FakeDesk
from tests.web.test_markup import Reader

NEWEST, OLDER = "20261120-0600", "20261119-0600"
OURS = set("div p span table thead tbody tr th td button small section h3 h4 i b ol li ul".split())


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    return FakeDesk(fake_assistant(), tmp_path)


def shown(desk: FakeDesk, before: str = PREVIOUS) -> ShownRun:
    return ShownRuns(desk).read(NEWEST, before)


def rows(html: str) -> list[str]:
    """The keys of the cases in the table."""
    return [part.partition('"')[0] for part in html.split('data-case="')[1:]]


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (None, ""),
        (Progress("a", 0, 612, None, True, ""), "0 / 612 · 正在准备"),
        (Progress("a", 441, 612, 14.2, True, ""), "441 / 612 · 剩 14 秒"),
        (Progress("a", 611, 612, 0.1, True, ""), "611 / 612 · 剩 1 秒"),
        (Progress("a", 1, 612, 190, True, ""), "1 / 612 · 剩 3 分"),
        (Progress("a", 441, 612, None, False, ""), "441 / 612 · 已停止"),
        (Progress("a", 612, 612, 0, False, ""), "612 / 612 · 已完成"),
        (Progress("", 0, 0, None, True, ""), "正在准备"),
        (Progress("a", 0, 0, None, False, ""), "已完成"),
        (Progress("a", 3, 612, None, False, "模型连不上<b>"), "模型连不上<b>"),
    ],
)
def test_progress(progress: Progress | None, said: str) -> None:
    read = Reader(evaluation_results.progress_bar(progress))
    assert read.text == said
    assert "b" not in read.tags


def test_the_tiles_give_rates_intervals_and_changes(desk: FakeDesk) -> None:
    tiles = evaluation_results.results(shown(desk)).split('<div class="tile')[2:]
    texts = [Reader(f'<div class="{tile}').text for tile in tiles]
    assert texts[0].startswith("全对97.5% ▲0.494.7–98.9（235/241）")
    assert texts[1].startswith("数字正确98.7% ▲0.4")
    assert texts[2].startswith("条款正确100%98.4–100（236/236）")
    assert texts[3].startswith("拒答正确50.0%9.5–90.5（1/2）")
    assert texts[4].startswith("引文之外的数字1237 题中")
    assert texts[5].startswith("用时 p50 / p996.0 / 6.0 ms")
    assert 'alarming"' in tiles[4]


def test_changes_are_of_questions_that_both_runs_asked(desk: FakeDesk) -> None:
    """The earlier run took one suite: the rate of the other one must not pass for a change."""
    older = desk.stored[OLDER]
    desk.stored[OLDER] = older.model_copy(update={"results": tuple(r for r in older.results if r.suite == REFUSALS)})
    html = evaluation_results.results(shown(desk))
    assert "step" not in html
    assert "变好 0 题，变差 0 题，没变 2 题，新增 239 题" in html


def test_against_a_baseline_without_its_run_the_scores_are_compared_too(desk: FakeDesk) -> None:
    read = shown(desk, BASELINE)
    html = evaluation_results.results(read)
    assert read.comparison is not None
    risen = [name for name in ("right", "figure", "clause", "refusals") if read.comparison.steps.get(name)]
    assert html.count("个百分点") == len(risen) > 1
    assert re.search(r"与 20261001-0600（[^）]+）相比，变好 2 题，变差 1 题", html)


def test_a_first_run_has_nothing_to_compare_with(desk: FakeDesk) -> None:
    read = ShownRuns(desk).read(OLDER, PREVIOUS)
    assert "没有可以对照的成绩" in evaluation_results.results(read)
    assert read.changed == {}


def test_remarks_tell_what_a_run_lacks(desk: FakeDesk) -> None:
    assert "低于门槛" in evaluation_results.results(shown(desk))
    desk.stored[NEWEST] = desk.stored[NEWEST].model_copy(update={"selection": "只要<b>数字"})
    partly = evaluation_results.results(shown(desk))
    assert "只跑了一部分题（只要&lt;b&gt;数字）" in partly
    assert "低于门槛" not in partly
    desk.stored[NEWEST] = desk.stored[NEWEST].model_copy(update={"finished": None})
    assert "没有跑完" in evaluation_results.results(shown(desk))


def test_a_run_without_results_yet_is_shown(desk: FakeDesk) -> None:
    desk.start([OPEN], "embedded")
    read = ShownRuns(desk).read(desk.advance(0), PREVIOUS)
    assert "没有这样的题" in evaluation_results.results(read)
    assert "没有这样的题" in case_table.case_table(read, Filter())


def test_charts_count_every_suite_kind_and_style(desk: FakeDesk) -> None:
    charts = evaluation_results.results(shown(desk)).split('<section class="chart"')[1:]
    suites, kinds, styles = (Reader(f"<section {chart}").text for chart in charts)
    for words in ("数字题98.3%", "留出题 留出66.7%2/3", "改错的答案 改错被抓50.0%1/2"):
        assert words in suites
    assert "接着问0%0/1 ▼1" in kinds
    assert "改错" not in kinds + styles
    assert f"{STYLES['everyday']}100%1/1 ▲1" in styles


def test_of_suites_kept_aside_nothing_is_told(desk: FakeDesk) -> None:
    for before in (PREVIOUS, BASELINE, OLDER):
        read = shown(desk, before)
        written = evaluation_results.results(read)
        for outcome in OUTCOMES:
            written += case_table.case_table(read, Filter(outcome), limit=10_000)
        assert SECRET not in written
        assert SECRET not in repr(read)
        assert f"{ASIDE}/" not in written
        assert read.case(f"{ASIDE}/k000") is None
    assert "留出的题集只列成绩" in case_table.case_table(shown(desk), Filter())


def test_of_mutants_only_those_not_caught_are_listed(desk: FakeDesk) -> None:
    listed = rows(case_table.case_table(shown(desk), Filter(suite=SPOILT)))
    assert listed == [f"{SPOILT}/m002"]
    assert rows(case_table.case_table(shown(desk), Filter(ALL, suite=SPOILT))) == listed
    assert "没抓住" in case_table.case_table(shown(desk), Filter(suite=SPOILT))


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        (Filter(), ["n003", "n004", "n005", "n006", "r002", "m002"]),
        (Filter(BETTER), ["n002", "f000"]),
        (Filter(WORSE), ["n003"]),
        (Filter(ALL, kind="collect"), ["n005"]),
        (Filter(ALL, style="everyday"), ["n002"]),
        (Filter(ALL, suite=REFUSALS), ["r001", "r002"]),
        (Filter(ALL, words=" 大学生 "), ["n002"]),
        (Filter(ALL, words="R002"), ["r002"]),
        (Filter(ALL, words="700亿元以上"), ["n006"]),
        (Filter(ALL, words="除以零"), ["n005"]),
        (Filter(ALL, suite=REFUSALS, kind="collect"), []),
    ],
)
def test_the_table_is_narrowed(desk: FakeDesk, wanted: Filter, cases: list[str]) -> None:
    assert [key.partition("/")[2] for key in rows(case_table.case_table(shown(desk), wanted))] == cases


def test_a_long_table_is_shown_in_parts(desk: FakeDesk) -> None:
    every = FILLERS + 6 + 2 + 1
    first = case_table.case_table(shown(desk), Filter(ALL))
    assert len(rows(first)) == FIRST
    assert f"{every} 题，显示 {FIRST} 题" in first
    assert f"再显示 {FIRST} 题" in first
    assert f"再显示 {every - 2 * FIRST} 题" in case_table.case_table(shown(desk), Filter(ALL), 2 * FIRST)
    last = case_table.case_table(shown(desk), Filter(ALL), 3 * FIRST)
    assert len(rows(last)) == every
    assert "再显示" not in last


def test_a_row_says_what_was_wrong_and_what_it_was(desk: FakeDesk) -> None:
    text = Reader(case_table.case_table(shown(desk), Filter(WORSE))).text
    assert "✗ 答错原 全对新增充电桩多少根 › 那停车位呢接着问2000个计划新增充电桩1000根。[1]漏了限定“以上”" in text
    refused = case_table.case_table(shown(desk), Filter(kind="qualifier"))
    assert f'<span class="verdict refused">– {VERDICTS["refused"]}</span>' in refused
    assert "没有答成：除以零" in case_table.case_table(shown(desk), Filter(kind="collect"))
    right = case_table.case_table(shown(desk), Filter(ALL, words="n001"))
    assert "状态、数字、条款、数字锁一致" in right


def test_a_case_unfolds_into_its_scores_and_citations(desk: FakeDesk) -> None:
    case = shown(desk).case(f"{OPEN}/n003")
    assert case
    text = Reader(case_table.unfolded(case)).text
    for words in ("3.7万人以上", "漏了限定“以上”", "大力推进停车场", "第2句", "没通过", "那停车位呢", "应为“作答”"):
        assert words in text


def test_what_a_case_says_is_text(desk: FakeDesk) -> None:
    read = shown(desk)
    case = read.case(f"{OPEN}/n004")
    assert case
    table = Reader(case_table.case_table(read, Filter(kind="hostile")))
    detail = Reader(case_table.unfolded(case))
    assert set(table.tags + detail.tags) <= OURS
    assert table.text.count(HOSTILE_QUESTION) == 4  # question, expected, answered, why
    assert detail.text.count(HOSTILE_QUESTION) == 5  # question, answer, expected, found, why


def test_what_a_run_is_called_is_text(desk: FakeDesk) -> None:
    run = desk.stored[NEWEST]
    suites = tuple(suite.model_copy(update={"title": HOSTILE_QUESTION}) for suite in run.suites)
    desk.stored[NEWEST] = run.model_copy(update={"suites": suites})
    assert set(Reader(evaluation_results.results(shown(desk))).tags) <= OURS


def test_what_a_proposal_says_is_text(desk: FakeDesk) -> None:
    answer = desk.assistant.ask("新增路灯多少盏").model_copy(update={"text": HOSTILE_QUESTION, "notices": ("<b>",)})
    proposal = Proposal(
        id='"><img>', made=STARTED, turns=(HOSTILE_QUESTION,), answer=answer, reason="<b>", correction="<script>"
    )
    told = Reader(proposals_pane.proposal_told(proposal) + proposals_pane.proposal_list([proposal], "", ""))
    assert set(told.tags) <= OURS
    assert told.text.count(HOSTILE_QUESTION) == 3


def test_a_proposal_shows_what_was_answered(desk: FakeDesk) -> None:
    desk.propose(["新增充电桩多少根"], desk.assistant.ask("新增充电桩多少根"), "数字不对", "")
    text = Reader(proposals_pane.proposal_told(desk.proposals()[0])).text
    assert "大力推进停车场" in text
    assert "哪里不对数字不对" in text
    assert "正确答案应是" not in text
    assert "没有待审核的反馈" in proposals_pane.proposal_list([], "", "")
    assert "待审核（3）" in proposals_pane.parts(3)


def test_a_reason_is_made_of_what_was_offered_and_typed() -> None:
    assert feedback.reason_of(["出处不对", "<b>", "数字不对"], " 差了一百 ") == "数字不对、出处不对：差了一百"
    assert feedback.reason_of([], " 差了一百 ") == "差了一百"
    assert feedback.reason_of(["数字不对"], "") == "数字不对"


@pytest.mark.parametrize(("reason", "correction"), [("", ""), ("长" * 2000, ""), ("", "长" * 2000)])
def test_a_report_says_something_that_can_be_read(reason: str, correction: str) -> None:
    with pytest.raises(UnusableInput):
        feedback.check(reason, correction)


def test_finished_runs_are_read_once(desk: FakeDesk) -> None:
    reader = ShownRuns(desk)
    assert reader.read(NEWEST, PREVIOUS) is reader.read(NEWEST, PREVIOUS)
    reader.forget()
    first = reader.read(NEWEST, PREVIOUS)
    for before in (BASELINE, OLDER):
        reader.read(NEWEST, before)
    assert reader.read(NEWEST, PREVIOUS) is first
    desk.start([], "embedded")
    going = desk.advance(3)
    assert reader.read(going, PREVIOUS) is not reader.read(going, PREVIOUS)


def test_reports_are_downloaded_and_nothing_else(desk: FakeDesk) -> None:
    app = FastAPI()
    add_downloads(app, desk)
    client = TestClient(app)
    for form, ending in (("html", "html"), ("json", "json"), ("junit", "xml")):
        assert f"evaluation/reports/{NEWEST}/{form}" in report_links(NEWEST)
        answer = client.get(f"/evaluation/reports/{NEWEST}/{form}")
        assert answer.text == f"{form} {NEWEST}"
        assert answer.headers["content-disposition"] == f'attachment; filename="{NEWEST}.{ending}"'
    for path in ("20991231-0000/html", "..%2F..%2Fsecret/html", f"{NEWEST}/exe"):
        assert client.get(f"/evaluation/reports/{path}").status_code >= HTTPStatus.BAD_REQUEST
    assert {path.name for path in desk.folder.iterdir()} == {f"{NEWEST}.{ending}" for ending in ("html", "json", "xml")}
    nothing = client.get("/evaluation/local-suite")
    assert (nothing.status_code, nothing.text) == (HTTPStatus.NOT_FOUND, "本地题集还是空的。")
    assert "a&quot;&gt;" not in report_links('a">')
    assert "a%22%3E" in report_links('a">')
