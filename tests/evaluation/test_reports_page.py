"""The page of a report in a real Chromium, opened from disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from assistant.evaluation.comparison import Comparison
from assistant.evaluation.reports.files import write_reports
from assistant.evaluation.results import Run
from tests.browser_setup import BROWSERS
from tests.evaluation.test_reports import HOSTILE, SECRET, changes, everything, result, run

pytestmark = pytest.mark.browser
_PATIENCE = 20_000  # milliseconds; a busy machine is slow, not wrong


def visit(
    folder: Path, runs: Sequence[Run], comparison: Comparison | None, steps: Callable[[Page], None], width: int = 1280
) -> None:
    """Write the report, open it and take the steps; then prove that the page asked for nothing but itself, and that
    nothing in it ran or failed."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        reason = f"no Chromium found (looked for {', '.join(BROWSERS)})"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    address = write_reports(folder, runs, comparison)[0].as_uri()
    requests: list[str] = []
    complaints: list[str] = []

    def browse() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.set_default_timeout(_PATIENCE)
            page.on("request", lambda request: requests.append(request.url))
            page.on("websocket", lambda socket: requests.append(socket.url))
            page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: said.type in {"error", "warning"} and complaints.append(said.text))
            page.goto(address)
            steps(page)
            browser.close()

    # A thread of its own: the browser of the other tests may be open in this one, and Playwright allows one a thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(browse).result()
    assert {url.partition("#")[0] for url in requests} == {address}
    assert complaints == []


def keys(page: Page) -> list[str]:
    return [str(case.get_attribute("data-case")) for case in page.locator("details.case").all()]


def expect_count(page: Page, found: int, total: int) -> None:
    expect(page.locator("#count")).to_have_text(f"{found} / {total} 题", timeout=_PATIENCE)


def test_filter_unfold_and_follow_a_change(tmp_path: Path) -> None:
    def steps(page: Page) -> None:
        expect_count(page, 7, 7)
        page.locator("#verdict").select_option("refused")
        expect_count(page, 1, 7)
        assert keys(page) == ["open/f1"]
        page.locator("#verdict").select_option("")
        page.locator("#style").select_option("everyday")
        assert keys(page) == ["open/r2"]
        page.locator("#kind").select_option("nothing")
        expect_count(page, 0, 7)
        page.locator("#clear").click()
        expect_count(page, 7, 7)
        page.locator("#suite").select_option("mutants")
        assert keys(page) == ["mutants/m2"]
        page.locator("#clear").click()
        page.locator("#words").fill("F1多少 答１０００")  # full-width digits and capitals are the same
        expect_count(page, 1, 7)

        case = page.locator("details.case")
        assert case.locator(".unfolded").count() == 0
        case.locator("summary").click()
        unfolded = case.locator(".unfolded")
        for words in (
            "f1多少根",
            "f1应1000根",
            "f1答1000根。[1]",
            "《武昌区计划》第二部分",
            "充电桩1000根。",
            "f1的状态",
        ):
            expect(unfolded).to_contain_text(words, timeout=_PATIENCE)
        expect(unfolded.locator("td.fail")).to_have_count(1, timeout=_PATIENCE)

        page.locator('a[data-case="open/r1"]').click()
        expect(page.locator('details.case[data-case="open/r1"] .unfolded')).to_be_visible(timeout=_PATIENCE)

    visit(tmp_path, [everything()], changes(), steps)


def test_hostile_words_are_shown_and_do_nothing(tmp_path: Path) -> None:
    def steps(page: Page) -> None:
        page.locator("#verdict").select_option("wrong")
        page.locator('details.case[data-case="open/w1"] summary').click()
        text = page.locator('details.case[data-case="open/w1"] .unfolded').text_content() or ""
        assert text.count(HOSTILE) >= 4  # question, expected, answer, quote
        assert page.locator("img").count() == 0
        assert SECRET not in page.content()
        page.locator("#words").fill(HOSTILE)
        expect_count(page, 1, 7)

    visit(tmp_path, [everything()], None, steps)


def test_rows_are_drawn_as_they_are_needed(tmp_path: Path) -> None:
    def steps(page: Page) -> None:
        expect_count(page, 500, 500)
        rows = page.locator("details.case")
        assert rows.count() == 60
        page.locator("#more").scroll_into_view_if_needed()
        expect(rows.nth(60)).to_be_attached(timeout=_PATIENCE)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(rows).to_have_count(500, timeout=_PATIENCE)
        expect(page.locator("#more")).to_be_hidden(timeout=_PATIENCE)

    visit(tmp_path, [run([result(f"c{number}") for number in range(500)])], None, steps)


def test_a_phone_shows_it_without_scrolling_sideways(tmp_path: Path) -> None:
    def steps(page: Page) -> None:
        page.locator("#verdict").select_option("differ")
        expect_count(page, 1, 8)
        page.locator("details.case summary").click()
        expect(page.locator(".unfolded .outcome")).to_have_count(2, timeout=_PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") == 390

    other = run([result("r1", "wrong"), result("only-here-" + "x" * 80)], "一个名字很长的大模型配置")
    visit(tmp_path, [everything(), other], changes(), steps, width=390)
