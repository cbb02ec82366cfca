"""评测 in a real Chromium: a run with its progress, what it found, what changed, which cases and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import RatedSite
from tests.web.fake_assistant import WUCHANG
from tests.web.fake_desk import FILLERS, HOSTILE_QUESTION, OPEN, REFUSALS, SECRET

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
EVERY = FILLERS + 13  # cases of a run, mutants too
LISTED = FILLERS + 9  # those that the table may list


@pytest.fixture
def page(open_rated: Callable[..., Page]) -> Page:
    """The page with its 评测 open."""
    return opened(open_rated)


def opened(open_rated: Callable[..., Page], **options: object) -> Page:
    page = open_rated(at="#evaluation", **options)
    expect(page.locator(".tiles")).to_be_visible()
    return page


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tile").filter(has=page.get_by_text(name, exact=True)).locator(".value")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option).click()
    expect(page.get_by_role("option")).to_have_count(0)  # the list folds away slowly


def case(page: Page, name: str) -> Locator:
    return page.locator(f'[data-case="{OPEN}/{name}"]')


def count(page: Page) -> Locator:
    return page.locator("#cases > .html-container > div > .notice")


def test_one_goes_between_the_tabs_and_the_conversation_stays(open_rated: Callable[..., Page]) -> None:
    page = open_rated()
    expect(page.locator("#evaluation")).to_be_hidden()
    page.get_by_label("问题").fill("新增充电桩多少根")
    page.get_by_label("问题").press("Enter")
    expect(page.locator(".answer[data-status]")).to_be_visible()
    page.get_by_role("link", name="评测").focus()
    page.keyboard.press("Enter")
    expect(tile(page, "数字正确")).to_be_visible()
    expect(page.locator("#transcript")).to_be_hidden()
    expect(page.get_by_role("link", name="评测")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(page.locator(".answer[data-status] .figure")).to_have_text("1000根")
    expect(page.locator("#evaluation")).to_be_hidden()
    expect(page.get_by_role("link", name="问答")).to_have_attribute("aria-current", "page")


def test_the_page_without_a_desk_is_the_chat_alone(open_page: Callable[..., Page]) -> None:
    page = open_page(at="#evaluation")
    expect(page.locator("#transcript")).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(0)
    page.get_by_label("问题").fill("新增充电桩多少根")
    page.get_by_label("问题").press("Enter")
    expect(page.get_by_role("button", name="复制答案")).to_be_visible()
    expect(page.get_by_role("button", name="答案有误")).to_have_count(0)


def test_a_run_is_followed_to_its_end_in_every_page(
    page: Page, open_rated: Callable[..., Page], rated_site: RatedSite
) -> None:
    desk = rated_site.desk
    page.get_by_label("题集（不选就是全部 3 个，241 题）").click()
    expect(page.get_by_role("option", name="留出题（3 题，留出）")).to_be_visible()
    page.get_by_role("option", name="数字题").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="运行").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    expect(page.locator("#progress .count")).to_have_text("正在准备")
    expect(page.locator("#results")).to_have_text("正在准备，马上就有成绩。")
    assert desk.started == [((OPEN,), "embedded")]
    desk.advance(100, 14.0)
    expect(page.locator("#progress .count")).to_have_text(f"100 / {EVERY} · 剩 14 秒")
    expect(page.locator("#results")).to_contain_text("这一轮没有跑完")
    expect(tile(page, "全对")).to_have_text("96.0%")
    other = opened(open_rated)  # as after a reload
    expect(other.locator("#progress .count")).to_have_text(f"100 / {EVERY} · 剩 14 秒")
    expect(other.get_by_role("button", name="停止")).to_be_visible()
    desk.advance(EVERY, 0)
    for one in (page, other):
        expect(one.locator("#progress .count")).to_have_text(f"{EVERY} / {EVERY} · 已完成")
        expect(one.get_by_role("button", name="运行")).to_be_visible()
        expect(one.get_by_role("button", name="停止")).to_be_hidden()
        expect(tile(one, "全对")).to_have_text("97.5%")
        expect(one.locator("#results")).not_to_contain_text("这一轮没有跑完")


def test_a_run_is_stopped_and_another_is_not_disturbed(page: Page, rated_site: RatedSite) -> None:
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_role("button", name="停止")).to_be_visible()
    assert rated_site.desk.started == [((), "embedded")]
    rated_site.desk.advance(7, 60)
    page.get_by_role("button", name="停止").click()
    expect(page.locator("#progress .count")).to_have_text(f"7 / {EVERY} · 已停止")
    rated_site.desk.start([], "embedded")  # someone else is first
    page.get_by_role("button", name="运行").click()
    expect(page.locator("#evaluation-said")).to_have_text("正在跑另一轮，等它跑完或停下再开始。")
    expect(tile(page, "全对")).to_have_text("42.9%")


def test_the_results_answer_how_good_and_whether_better(page: Page) -> None:
    expect(tile(page, "数字正确")).to_have_text("98.7% ▲0.4")
    expect(tile(page, "引文之外的数字")).to_have_text("1")
    expect(page.locator("#results")).to_contain_text("变好 2 题，变差 1 题，没变 238 题")
    expect(page.get_by_role("region", name="按类别").locator(".line")).to_have_count(7)
    choose(page, "与哪一轮对照", "基线")
    expect(page.locator("#results")).to_contain_text("与 20261001-0600（")
    expect(tile(page, "数字正确")).to_have_text("98.7% ▲0.4")
    choose(page, "看哪一轮", "2026-11-19")
    expect(tile(page, "全对")).to_have_text("97.1%")
    choose(page, "与哪一轮对照", "2026-11-20")
    expect(page.locator("#results")).to_contain_text("变好 1 题，变差 2 题，没变 238 题")


def test_the_table_is_narrowed_and_shown_further(page: Page) -> None:
    expect(count(page)).to_contain_text("6 题，显示 6 题。留出的题集只列成绩")
    choose(page, "看哪些题", "变差的")
    expect(page.locator(".case")).to_have_count(1)
    expect(case(page, "n003")).to_contain_text("漏了限定“以上”")
    choose(page, "看哪些题", "全部")
    expect(count(page)).to_contain_text(f"{LISTED} 题，显示 100 题")
    page.get_by_role("button", name="再显示 100 题").click()
    expect(page.locator(".case")).to_have_count(200)
    expect(page.get_by_role("region", name="按题集")).to_contain_text("留出题 留出66.7%2/3")
    assert SECRET not in page.content()
    page.get_by_placeholder("查找题目、应答、实答").fill("大学生")
    expect(page.locator(".case")).to_have_count(1)
    expect(case(page, "n002")).to_be_visible()
    page.get_by_placeholder("查找题目、应答、实答").fill("")
    choose(page, "题集", "该拒答的")
    expect(page.locator(".case")).to_have_count(2)
    choose(page, "类别", "单位不符")
    expect(page.locator(".case")).to_have_count(1)
    expect(page.locator(f'[data-case="{REFUSALS}/r002"]')).to_be_visible()


def test_a_case_unfolds_and_stays_unfolded(page: Page) -> None:
    row = case(page, "n003")
    row.locator(".unfold").focus()
    page.keyboard.press("Enter")
    detail = page.locator(f'[data-detail="{OPEN}/n003"]')
    expect(detail).to_contain_text("3.7万人以上")
    expect(detail).to_contain_text("大力推进停车场")
    expect(row.locator(".unfold")).to_have_attribute("aria-expanded", "true")
    choose(page, "看哪些题", "全部")
    expect(page.locator(".case")).to_have_count(100)
    expect(detail).to_contain_text("3.7万人以上")
    row.get_by_text("2000个").click()
    expect(detail).to_be_hidden()
    choose(page, "看哪一轮", "2026-11-19")
    expect(page.locator('[data-run="20261119-0600"]')).to_be_visible()
    expect(page.locator(".unfolded:visible")).to_have_count(0)


def test_a_case_is_opened_in_the_chat(page: Page, rated_site: RatedSite) -> None:
    page.get_by_role("link", name="问答").click()
    page.get_by_label("问题").fill("所有目标")
    page.get_by_label("问题").press("Enter")
    expect(page.locator(".answer[data-status]")).to_have_count(1)
    page.get_by_role("link", name="评测").click()
    case(page, "n003").get_by_role("button", name="在问答中打开").click()
    expect(page.locator(".answer[data-status]")).to_have_count(2)
    expect(page.locator(".question")).to_have_text(["新增充电桩多少根", "那停车位呢"])
    expect(page.locator(".answer[data-status] .figure").last).to_have_text("2000个")
    asked = rated_site.assistant.asked
    assert asked[-2:] == [
        ("新增充电桩多少根", (), (WUCHANG,)),
        ("那停车位呢", ("新增充电桩多少根",), (WUCHANG,)),
    ]
    expect(page.get_by_label("计划", exact=True)).to_have_value("武昌区2022年国民经济和社会发展计划")
    expect(page.locator("#evaluation")).to_be_hidden()


def test_what_a_case_says_is_text(page: Page) -> None:
    row = case(page, "n004")
    assert row.locator(".unfold").text_content() == HOSTILE_QUESTION
    row.locator(".unfold").click()
    expect(page.locator(f'[data-detail="{OPEN}/n004"] .scores')).to_contain_text(HOSTILE_QUESTION)
    assert page.evaluate("window.harmed") is None
    assert page.locator("#evaluation img, #evaluation script").count() == 0


def test_the_reports_are_downloaded(page: Page) -> None:
    for form, ending in (("HTML", "html"), ("JSON", "json"), ("JUnit", "xml")):
        with page.expect_download() as downloading:
            page.get_by_role("link", name=form, exact=True).click()
        assert downloading.value.suggested_filename == f"20261120-0600.{ending}"
        assert downloading.value.path().read_text("utf-8") == f"{form.lower()} 20261120-0600"


def test_a_fault_of_ours_leaves_the_tab_usable(page: Page, rated_site: RatedSite) -> None:
    stored = rated_site.desk.stored.pop("20261119-0600")
    choose(page, "看哪一轮", "2026-11-19")
    expect(page.locator("#evaluation-said")).to_have_text("没有存着这一轮：20261119-0600")
    expect(tile(page, "全对")).to_be_visible()
    rated_site.desk.stored["20261119-0600"] = None  # type: ignore[assignment]
    choose(page, "看哪一轮", "2026-11-20")
    expect(page.locator("#evaluation-said")).to_contain_text("程序出错了")
    rated_site.desk.stored["20261119-0600"] = stored
    choose(page, "看哪一轮", "2026-11-19")
    expect(tile(page, "全对")).to_have_text("97.1%")
    expect(page.locator("#evaluation-said")).to_have_text("")


def test_it_works_on_a_phone(open_rated: Callable[..., Page]) -> None:
    page = opened(open_rated, viewport=PHONE)
    row = case(page, "n003")
    row.locator(".unfold").click()
    expect(page.locator(f'[data-detail="{OPEN}/n003"] .scores')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate("document.querySelector('#evaluation').scrollWidth") <= PHONE["width"]
    row.get_by_role("button", name="在问答中打开").click()
    expect(page.locator(".answer[data-status] .figure").last).to_have_text("2000个")
    for label in ("新对话", "发送"):
        expect(page.get_by_role("button", name=label)).to_be_in_viewport(ratio=1)
    expect(page.locator("#picker")).to_be_in_viewport(ratio=1)
    expect(page.locator("#badge")).to_be_in_viewport(ratio=1)
