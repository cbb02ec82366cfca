"""The page in a real Chromium: what a user sees, clicks and copies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.conftest import EXAMPLES, Site
from tests.web.fake_assistant import HOSTILE, LONGEST_QUESTION, WUCHANG

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
CHARGING = "新增充电桩多少根"
CITATION = "《武昌区2022年国民经济和社会发展计划》(武昌政办【2022】1号)第二部分第(五)项“完善公共基础设施”第2句"


def ask(page: Page, question: str) -> Locator:
    """Types a question, sends it with Enter and waits for the whole answer."""
    before = page.locator(".answer[data-status]").count()
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.locator(".answer[data-status]")).to_have_count(before + 1)
    return page.locator(".answer[data-status]").last


def box(page: Page) -> Locator:
    return page.get_by_label("问题")


def marked(page: Page) -> str:
    return "".join(page.locator("#source mark").all_text_contents())


def quote_of(site: Site, words: str, document: str = WUCHANG) -> str:
    return next(clause.text for clause in site.assistant.plans[document].clauses if words in clause.text)


def test_answers_with_the_figure_and_its_clause(page: Page, site: Site) -> None:
    answer = ask(page, CHARGING)
    expect(answer.locator(".prose .figure")).to_have_text("1000根")
    card = answer.locator(".card")
    expect(card).to_contain_text("完善公共基础设施 · 第2句")
    expect(card.locator(".quote")).to_have_text(quote_of(site, "1000根"))
    expect(card.locator("mark")).to_have_text("1000根")
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize("part", [".marker >> nth=0", ".card .quote"])
def test_a_citation_shows_exactly_its_quote(page: Page, site: Site, part: str) -> None:
    ask(page, CHARGING)
    last = ask(page, "新增地铁几公里")
    expect(page.locator("#source mark")).to_have_count(0)
    page.locator(".answer[data-status]").first.locator(part).click()
    expect(page.locator("#source mark.figure")).to_have_text("1000根")
    expect(page.locator("#source mark.figure")).to_be_in_viewport()
    assert marked(page) == quote_of(site, "1000根")
    assert last.locator(".card").count() == 0


def test_an_answer_shows_its_clause_at_once(page: Page, site: Site) -> None:
    ask(page, CHARGING)
    expect(page.locator("#source mark").first).to_be_in_viewport()
    assert marked(page) == quote_of(site, "1000根")


def test_turns_from_citation_to_citation(page: Page, site: Site) -> None:
    answer = ask(page, EXAMPLES[1])
    expect(answer.locator(".notice")).to_have_text("两处口径不同。")
    expect(page.locator("#source .count")).to_have_text("1/2")
    page.get_by_label("下一处出处").click()
    expect(page.locator("#source .count")).to_have_text("2/2")
    expect(page.locator("#source mark.figure")).to_have_text("700亿元以上")
    expect(page.locator("#source mark.figure")).to_be_in_viewport()
    assert marked(page) == quote_of(site, "700亿元以上")
    page.get_by_label("下一处出处").click()
    expect(page.locator("#source .count")).to_have_text("1/2")
    page.get_by_label("上一处出处").click()
    expect(page.locator("#source .count")).to_have_text("2/2")


def test_many_citations_are_folded(page: Page) -> None:
    answer = ask(page, "所有目标")
    expect(answer.locator(".prose li")).to_have_count(5)
    expect(answer.locator(".card:visible")).to_have_count(3)
    answer.get_by_text("其余2处出处").click()
    expect(answer.locator(".card:visible")).to_have_count(5)


def test_the_source_names_tasks_and_clauses(page: Page, site: Site) -> None:
    plan = site.assistant.plans[WUCHANG]
    clause = next(clause for clause in plan.clauses if "1000根" in clause.text)
    expect(page.locator(".margin").get_by_text(clause.task, exact=True)).to_have_count(1)
    expect(page.locator(f'#source span[data-start="{clause.start}"]')).to_have_attribute("title", clause.id)
    page.get_by_text("目录").click()
    page.locator("[data-goto]").last.click()
    expect(page.locator(f'#source span[data-start="{plan.sections[-1].start}"]')).to_be_in_viewport()


def allow_clipboard(context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])


def without_clipboard(context: BrowserContext) -> None:
    """As on an office's plain http address, where the browser has no clipboard object."""
    allow_clipboard(context)
    context.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")


@pytest.mark.parametrize("prepare", [allow_clipboard, without_clipboard])
def test_copies_the_formal_citation(
    open_page: Callable[..., Page], site: Site, prepare: Callable[[BrowserContext], None]
) -> None:
    page = open_page(prepare)
    answer = ask(page, CHARGING)
    answer.get_by_role("button", name="复制引用").click()
    expect(answer.get_by_role("button", name="已复制")).to_be_visible()
    box(page).press("Control+V")
    expect(box(page)).to_have_value(f"{CITATION}：{quote_of(site, '1000根')}")


def test_copies_the_answer(open_page: Callable[..., Page]) -> None:
    page = open_page(allow_clipboard)
    ask(page, EXAMPLES[1]).get_by_role("button", name="复制答案").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    lines = str(page.evaluate("navigator.clipboard.readText()")).splitlines()
    assert lines[1] == "- 实现区级城建投资100亿元以上。[1]"
    assert lines[3].startswith("[1] 《武昌区2022年国民经济和社会发展计划》")
    assert [line[:3] for line in lines[3:]] == ["[1]", "[2]"]


def test_an_example_is_asked_by_a_click(page: Page) -> None:
    page.get_by_role("button", name=EXAMPLES[0]).click()
    expect(page.locator(".answer[data-status] .figure")).to_have_text("1000根")
    expect(page.locator(".question")).to_have_text(EXAMPLES[0])
    expect(page.locator(".welcome")).to_have_count(0)


def test_a_refusal_is_calm(page: Page) -> None:
    answer = ask(page, "新增地铁几公里")
    expect(answer).to_contain_text("计划里没有提到这件事")
    expect(answer.get_by_role("button")).to_have_count(0)
    red, green, blue = answer.locator("p").evaluate(
        "element => getComputedStyle(element).color.match(/\\d+/g).slice(0, 3).map(Number)"
    )
    assert red <= max(green, blue)


def test_a_follow_up_gets_the_earlier_turns(page: Page, site: Site) -> None:
    ask(page, CHARGING)
    expect(ask(page, "那停车位呢").locator(".prose .figure")).to_have_text("2000个")
    assert site.assistant.asked[-1] == ("那停车位呢", (CHARGING,), None)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, CHARGING)
    assert site.assistant.asked[-1] == (CHARGING, (), None)


def test_two_users_share_nothing(open_page: Callable[..., Page], site: Site) -> None:
    first, second = open_page(), open_page()
    ask(first, CHARGING)
    ask(second, "所有目标")
    assert site.assistant.asked[-1][1] == ()
    ask(first, "那停车位呢")
    assert site.assistant.asked[-1][1] == (CHARGING,)
    expect(second.locator(".question")).to_have_count(1)


def test_the_picker_limits_the_question_and_shows_the_plan(page: Page, site: Site) -> None:
    page.get_by_label("计划", exact=True).click()
    page.get_by_role("option", name="2023").click()
    expect(page.locator("#source .source")).to_have_attribute("data-document", HOSTILE)
    ask(page, CHARGING)
    assert site.assistant.asked[-1] == (CHARGING, (), (HOSTILE,))


def test_what_a_plan_says_is_text(page: Page, site: Site) -> None:
    """The plan's title, headings and clauses carry markup, characters beyond 16 bits and a Windows line break."""
    answer = ask(page, "新增路灯多少盏")
    expect(page.locator("#source .source")).to_have_attribute("data-document", HOSTILE)
    expect(page.locator("#source mark.figure")).to_have_text("50盏")
    quote = quote_of(site, "50盏", HOSTILE)
    assert "<script>" in quote
    assert "\r\n" in quote
    assert marked(page) == quote
    assert answer.locator(".quote").text_content() == quote
    expect(page.locator("#source h3")).to_contain_text('<img src=x onerror="window.harmed = true">')
    assert page.evaluate("window.harmed") is None
    assert page.locator("#desk img, #desk script").count() == 0


@pytest.mark.parametrize(
    "question",
    [
        "<img src=x onerror='window.harmed = true'>",
        "**粗** [1] `${window.harmed = true}` {{value}} &lt;b&gt;",
    ],
)
def test_what_a_user_types_is_text(page: Page, question: str) -> None:
    ask(page, question)
    assert page.locator(".question").text_content() == question
    assert page.evaluate("window.harmed") is None
    assert page.locator("#transcript img").count() == 0


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page) -> None:
    box(page).fill("第一行")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("充电桩")
    expect(box(page)).to_have_value("第一行\n充电桩")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".answer[data-status]")).to_have_count(1)
    assert page.locator(".question").text_content() == "第一行\n充电桩"


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_gets_a_line(page: Page, site: Site, question: str) -> None:
    asked = len(site.assistant.asked)
    box(page).fill(question)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".notice")).to_have_text("请先输入问题，再按发送。")
    assert len(site.assistant.asked) == asked


def test_a_question_that_cannot_be_used_gets_a_line(page: Page, site: Site) -> None:
    box(page).fill("长" * 100_000)
    box(page).press("Enter")
    line = f"问题太长：100000字，请缩短到{LONGEST_QUESTION}字以内"
    expect(page.locator(".answer .notice")).to_have_text(line)
    expect(page.locator(".question")).to_contain_text("…（共100000字）")
    assert len(page.locator(".question").text_content() or "") < LONGEST_QUESTION
    ask(page, CHARGING)
    assert site.assistant.asked[-1][1] == ()


def test_a_fault_leaves_the_page_usable(page: Page) -> None:
    ask(page, CHARGING)
    box(page).fill("崩溃")
    box(page).press("Enter")
    expect(page.locator("#transcript .notice")).to_contain_text("程序出错了")
    expect(ask(page, "那停车位呢").locator(".prose .figure")).to_have_text("2000个")


def test_a_question_sent_while_another_is_answered_waits(page: Page, site: Site) -> None:
    site.assistant.ready.clear()
    box(page).fill(f"慢慢说：{CHARGING}")
    box(page).press("Enter")
    expect(box(page)).to_have_value("")
    box(page).fill("那停车位呢")
    box(page).press("Enter")
    site.assistant.ready.set()
    expect(page.locator(".answer[data-status]").last.locator(".prose .figure")).to_have_text("2000个")
    expect(page.locator(".question")).to_have_text([f"慢慢说：{CHARGING}", "那停车位呢"])


def test_a_changed_plan_is_read_again(page: Page, site: Site) -> None:
    """The library takes in a newer text while the page shows the older one."""
    held = site.assistant.plans[WUCHANG]
    ask(page, CHARGING)
    try:
        site.assistant.replace(WUCHANG, "【更正】\n" + held.text)
        ask(page, CHARGING)
        expect(page.locator("#source")).to_contain_text("【更正】")
        assert marked(page) == quote_of(site, "1000根")
        page.locator(".marker").first.click()  # the older answer's offsets
        expect(page.locator("#source .place")).to_have_text("这处原文已经更新，请重新提问。")
        assert marked(page) == ""
    finally:
        site.assistant.replace(WUCHANG, held.text)


def test_on_a_phone_the_source_is_a_sheet(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(viewport=PHONE)
    answer = ask(page, CHARGING)
    source = page.locator("#source")
    expect(source).to_be_hidden()
    answer.get_by_role("button", name="看原文").click()
    expect(source).to_be_visible()
    expect(page.locator("#source mark.figure")).to_be_in_viewport()
    expect(box(page)).to_be_in_viewport()
    assert marked(page) == quote_of(site, "1000根")
    page.get_by_role("button", name="关闭").click()
    expect(source).to_be_hidden()
    answer.locator(".marker").first.click()
    expect(source).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
