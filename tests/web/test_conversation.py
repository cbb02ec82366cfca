"""What the page's events yield, without a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.answering.answer import Answer
from assistant.web.chat_tab import ALL_DOCUMENTS, Conversation, Exchange, Page, picker_lines
from assistant.web.transcript import answer_part
from tests.web.fake_assistant import HOSTILE, WUCHANG, FakeAssistant, fake_assistant
from tests.web.fake_desk import FakeDesk


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


def test_a_list_inside_a_list_is_set_in() -> None:
    answer = Answer(question="", standalone="", status="answered", text="")
    html = answer_part(answer, "下面是：\n- 城建\n  - 道路\n- 民生")
    assert '<ul><li>城建</li><li class="inner">道路</li><li>民生</li></ul>' in html


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


def reported(conversation: Conversation, exchange: str, **said: object) -> SimpleNamespace:
    """What the browser sends. It may claim anything of the answer: only the exchange's id counts."""
    event = {"exchange": exchange, "choices": ["数字不对"], "words": "", "correction": "", "answer": "假的", **said}
    return SimpleNamespace(conversation=conversation, **event)


def asked_twice(page: Page) -> Conversation:
    conversation: Conversation = ()
    for question in ("新增充电桩多少根", "那停车位呢"):
        *_, (_, conversation, _) = page.answer(question, conversation, ALL_DOCUMENTS)
    return conversation


def test_a_report_is_of_what_was_really_answered(assistant: FakeAssistant, tmp_path: Path) -> None:
    desk = FakeDesk(assistant, tmp_path)
    page = Page(assistant, [], desk)
    conversation = asked_twice(page)
    first, second = conversation
    receipt = page.report(reported(conversation, first.id, words="少一个", correction=" 1001根 "), conversation)
    page.report(reported(conversation, second.id), conversation)
    assert receipt["receipt"]["done"]
    assert [proposal.turns for proposal in desk.proposed] == [("新增充电桩多少根",), ("新增充电桩多少根", "那停车位呢")]
    assert desk.proposed[0].answer == first.answer
    assert (desk.proposed[0].reason, desk.proposed[0].correction) == ("数字不对：少一个", "1001根")


@pytest.mark.parametrize(
    ("exchange", "said", "line"),
    [
        ("某个别的", {}, "已经不在对话里"),
        ("", {"choices": []}, "请选一个原因"),
        ("", {"words": "存不下"}, "磁盘满了"),
    ],
)
def test_a_report_that_fails_says_so(
    assistant: FakeAssistant, tmp_path: Path, exchange: str, said: dict[str, object], line: str
) -> None:
    desk = FakeDesk(assistant, tmp_path)
    page = Page(assistant, [], desk)
    conversation = asked_twice(page)
    sent = reported(conversation, exchange or conversation[0].id, **said)
    receipt = page.report(sent, conversation)["receipt"]
    assert line in receipt["line"]
    assert not receipt["done"]
    assert desk.proposed == []


def test_without_a_desk_nothing_is_said_of_an_answer(assistant: FakeAssistant) -> None:
    *_, (html, _, _) = Page(assistant, []).answer("充电桩多少", (), ALL_DOCUMENTS)
    assert "答案有误" not in html
    assert "<form" not in html


def test_the_turns_of_a_case_are_asked_one_after_the_other(assistant: FakeAssistant) -> None:
    *_, (html, conversation, _) = Page(assistant, []).answer_all(["新增充电桩多少根", "那停车位呢"], WUCHANG)
    assert html.count('class="question"') == 2
    assert [exchange.question for exchange in conversation] == ["新增充电桩多少根", "那停车位呢"]
    assert assistant.asked[-1] == ("那停车位呢", ("新增充电桩多少根",), (WUCHANG,))
