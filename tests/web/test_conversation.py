"""What the page's events yield, without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.web.app import ALL_DOCUMENTS, Exchange, Page, picker_lines
from tests.web.fake_assistant import HOSTILE, WUCHANG, FakeAssistant, fake_assistant


@pytest.fixture
def assistant() -> FakeAssistant:
    return fake_assistant()


def test_the_answer_appears_sentence_by_sentence(assistant: FakeAssistant) -> None:
    steps = list(Page(assistant, []).answer("城建和招商各多少", (), ALL_DOCUMENTS))
    shown = [html for html, _, _ in steps]
    assert "分别是" not in shown[0]
    assert [html.count("<li>") for html in shown[1:-1]] == [0, 1, 2]
    assert all("复制引用" not in html for html in shown[:-1])
    assert "复制引用" in shown[-1]


def test_the_conversation_grows_by_one_exchange(assistant: FakeAssistant) -> None:
    earlier = (Exchange("先前的问题", "<p>先前</p>"), Exchange("", "<p>没有用上</p>"))
    *_, (html, conversation, _) = Page(assistant, []).answer("充电桩多少", earlier, WUCHANG)
    assert html.startswith("<p>先前</p><p>没有用上</p>")
    assert [exchange.question for exchange in conversation] == ["先前的问题", "", "充电桩多少"]
    assert assistant.asked == [("充电桩多少", ("先前的问题",), (WUCHANG,))]


def test_the_picker_offers_every_plan_and_all_of_them(assistant: FakeAssistant) -> None:
    lines = picker_lines(assistant.documents())
    assert lines[0] == ("全部计划（2份）", ALL_DOCUMENTS)
    assert [document for _, document in lines[1:]] == [WUCHANG, HOSTILE]


def test_plans_of_the_same_title_are_told_apart(assistant: FakeAssistant) -> None:
    twice = replace(assistant, plans={"甲": assistant.plans[WUCHANG], "乙": assistant.plans[WUCHANG]})
    title = assistant.plans[WUCHANG].title
    assert picker_lines(twice.documents())[1:] == [(f"{title}（甲）", "甲"), (f"{title}（乙）", "乙")]


def test_one_plan_needs_no_choice(assistant: FakeAssistant) -> None:
    alone = replace(assistant, plans={WUCHANG: assistant.plans[WUCHANG]})
    assert picker_lines(alone.documents()) == [(assistant.plans[WUCHANG].title, ALL_DOCUMENTS)]


def test_an_empty_library_and_an_unknown_plan_get_a_line(assistant: FakeAssistant) -> None:
    page = Page(replace(assistant, plans={}), [])
    assert "资料库里还没有计划" in page.open()[1]
    assert "资料库里没有文档“别的”" in page.show("别的")
