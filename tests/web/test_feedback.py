"""What one says of an answer, and what an administrator makes of it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import RatedSite
from tests.web.test_page import CHARGING, ask, box

pytestmark = pytest.mark.browser

HOSTILE = """<img src=x onerror="window.harmed = true">"""


@pytest.fixture
def page(open_rated: Callable[..., Page]) -> Page:
    return open_rated()


def open_form(answer: Locator) -> Locator:
    answer.get_by_role("button", name="答案有误").click()
    form = answer.locator("form")
    expect(form).to_be_visible()
    return form


def propose(page: Page, reason: str = "少了一百", correction: str = "1000根以上") -> None:
    form = open_form(ask(page, CHARGING))
    form.get_by_label("补充说明").fill(reason)
    form.get_by_label("正确答案应是").fill(correction)
    form.get_by_role("button", name="提交").click()
    expect(page.locator(".said:visible").last).to_have_text("已记下，待管理员审核。")
    expect(form).to_be_hidden()


def decide(page: Page, place: int = 0) -> Locator:
    """Opens 待审核 and one of its proposals."""
    page.get_by_role("link", name="评测").click()
    page.get_by_role("link", name="待审核").click()
    page.locator("[data-proposal]").nth(place).click()
    expect(page.locator("#decision")).to_be_visible()
    return page.locator("#decision")


def test_useful_says_thanks_and_stores_nothing(page: Page, rated_site: RatedSite) -> None:
    answer = ask(page, "新增地铁几公里")  # under a refusal too
    answer.get_by_role("button", name="有用").click()
    expect(answer.locator(".said")).to_have_text("谢谢。")
    assert rated_site.desk.proposed == []


def test_a_wrong_answer_is_reported_with_what_was_answered(page: Page, rated_site: RatedSite) -> None:
    ask(page, CHARGING)
    answer = ask(page, "那停车位呢")
    form = open_form(answer)
    form.get_by_label("数字不对").check()
    form.get_by_label("补充说明").fill("少了一百")
    form.get_by_label("正确答案应是").fill("2100个")
    form.get_by_role("button", name="提交").click()
    expect(answer.locator(".said")).to_have_text("已记下，待管理员审核。")
    expect(form).to_be_hidden()
    (proposal,) = rated_site.desk.proposed
    assert proposal.turns == (CHARGING, "那停车位呢")
    assert proposal.answer.text == "计划新增公共停车位**2000个**。[1]"
    assert proposal.answer.citations[0].quote
    assert (proposal.reason, proposal.correction) == ("数字不对：少了一百", "2100个")
    open_form(answer).get_by_label("补充说明").fill("再说一次")
    form.get_by_role("button", name="提交").click()
    expect(form).to_be_hidden()
    assert [one.reason for one in rated_site.desk.proposed] == ["数字不对：少了一百", "再说一次"]


def test_what_was_typed_outlives_the_next_answer(page: Page) -> None:
    ask(page, CHARGING)
    form = open_form(page.locator(".answer[data-status]").first)
    form.get_by_label("出处不对").check()
    form.get_by_label("补充说明").fill("还没写完")
    other = ask(page, "那停车位呢")
    expect(form.get_by_label("补充说明")).to_have_value("还没写完")
    expect(form.get_by_label("出处不对")).to_be_checked()
    expect(other.locator("form")).to_be_hidden()
    form.get_by_role("button", name="取消").click()
    expect(form).to_be_hidden()
    open_form(page.locator(".answer[data-status]").first)
    expect(form.get_by_label("补充说明")).to_have_value("")
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(ask(page, CHARGING).locator("form")).to_be_hidden()


def test_a_report_that_fails_keeps_what_was_typed(page: Page, rated_site: RatedSite) -> None:
    form = open_form(ask(page, CHARGING))
    for reason, line in (("", "请选一个原因"), ("存不下", "反馈没有存下：磁盘满了"), ("崩溃", "程序出错了")):
        form.get_by_label("补充说明").fill(reason)
        form.get_by_role("button", name="提交").click()
        expect(page.locator(".said:visible")).to_contain_text(line)
        expect(form.get_by_label("补充说明")).to_have_value(reason)
    assert rated_site.desk.proposed == []
    form.get_by_label("补充说明").fill("少了一百")
    form.get_by_role("button", name="提交").click()
    expect(page.locator(".said:visible")).to_have_text("已记下，待管理员审核。")


def test_a_proposal_is_mended_and_accepted(page: Page, rated_site: RatedSite) -> None:
    propose(page, HOSTILE)
    form = decide(page)
    expect(form).to_contain_text(CHARGING)
    expect(form).to_contain_text("大力推进停车场")
    expect(page.locator("#proposal")).to_contain_text(HOSTILE)
    assert page.evaluate("window.harmed") is None
    figures, gold = form.get_by_label("应有的数字"), form.get_by_label("出处")
    expect(figures).to_have_value("1000根以上")
    figures.fill("1000根")
    gold.fill("")
    form.get_by_role("button", name="收下").click()
    expect(page.locator("#decision-line")).to_have_text("有应答数字的题要写明出处")
    expect(figures).to_have_value("1000根")
    expect(page.get_by_role("link", name="待审核（1）")).to_be_visible()
    gold.fill("充电桩1000根")
    form.get_by_role("button", name="收下").click()
    expect(page.locator("#proposals-said")).to_have_text("已收进本地题集。")
    expect(page.get_by_role("link", name="待审核（0）")).to_be_visible()
    expect(form).to_be_hidden()
    ((name, decision),) = rated_site.desk.accepted
    assert name == rated_site.desk.proposed[0].id
    assert (decision.kind, decision.status, decision.figures, decision.gold) == (
        "figure", "answered", "1000根", "充电桩1000根",
    )  # fmt: skip
    with page.expect_download() as downloading:
        page.get_by_role("link", name="导出本地题集").click()
    assert downloading.value.suggested_filename == "local.yaml"


def test_a_proposal_is_dropped_once(page: Page, rated_site: RatedSite) -> None:
    propose(page, "甲")
    propose(page, "乙")
    form = decide(page, 1)
    expect(form).to_contain_text("甲")
    form.get_by_role("button", name="不收").click()
    expect(page.locator("[data-proposal]")).to_have_count(1)
    expect(page.get_by_role("link", name="待审核（1）")).to_be_visible()
    assert rated_site.desk.rejected == [rated_site.desk.proposed[0].id]
    assert rated_site.desk.accepted == []
    page.locator("[data-proposal]").click()
    expect(form).to_contain_text("乙")
    form.get_by_label("备注").fill("写了很久")
    rated_site.desk.reject(rated_site.desk.proposed[1].id)  # someone else was first
    form.get_by_role("button", name="收下").click()
    expect(page.locator("#decision-line")).to_have_text("这一条已经处理过了。")
    expect(form.get_by_label("备注")).to_have_value("写了很久")


def test_on_a_phone_the_form_is_within_reach(open_rated: Callable[..., Page]) -> None:
    page = open_rated(viewport={"width": 390, "height": 844})
    propose(page)
    form = decide(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    form.get_by_role("button", name="不收").click()
    expect(page.get_by_text("没有待审核的反馈。")).to_be_visible()
    page.get_by_role("link", name="问答").click()
    expect(box(page)).to_be_in_viewport()
