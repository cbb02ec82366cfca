"""The page's HTML as text: nothing added, nothing lost, nothing that a plan or a question says is markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answering.answer import Answer
from assistant.web import source, transcript
from tests.web.fake_assistant import HOSTILE, WUCHANG, FakeAssistant, fake_assistant


class Reader(HTMLParser):
    """The text of a fragment, its tags, and the text of each span that has an offset."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.spans: list[tuple[int, str]] = []
        self.inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        start = dict(attrs).get("data-start")
        self.inside = tag == "span" and start is not None
        if self.inside:
            self.spans.append((int(start or 0), ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "span"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside:
            start, text = self.spans[-1]
            self.spans[-1] = (start, text + data)


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return fake_assistant()


@pytest.mark.parametrize("document", [WUCHANG, HOSTILE])
def test_the_source_is_the_whole_plan(assistant: FakeAssistant, document: str) -> None:
    plan = assistant.plan(document)
    spans = Reader(source.source_page(document, plan)).spans
    assert spans
    for start, text in spans:
        assert plan.text[start : start + len(text)] == text
    shown = "".join("".join(text.split()) for _, text in spans)
    assert shown == "".join(plan.text.split())


def test_the_source_of_a_hostile_plan_has_only_our_tags(assistant: FakeAssistant) -> None:
    tags = set(Reader(source.source_page(HOSTILE, assistant.plan(HOSTILE))).tags)
    assert tags.isdisjoint({"img", "script", "b"})


def answer_with(text: str) -> Answer:
    return Answer(question="", standalone="", status="answered", text=text)


MARKDOWN = st.text(alphabet="甲1。；\n*[]-# <>&\"'`$ ", max_size=60)


@given(MARKDOWN)
@example("**一。二**三。[1]四")
def test_sentences_lose_nothing(text: str) -> None:
    pieces = list(transcript.sentences(text))
    assert "".join(pieces) == text
    assert all(pieces)


@given(MARKDOWN)
@example("<b>**<i>**")
def test_an_answer_has_only_our_tags(text: str) -> None:
    html = transcript.answer_part(answer_with(text), text)
    assert set(Reader(html).tags) <= {"div", "p", "ul", "li", "strong"}


@given(st.text(max_size=transcript.SHOWN_QUESTION))
@example("<img src=x onerror=alert(1)>")
def test_a_question_is_shown_as_typed(question: str) -> None:
    shown = Reader(transcript.question_bubble(question))
    assert shown.tags == ["div"]
    # A browser reads a carriage return and a null differently from Python: neither can be typed.
    assert shown.text == question


def test_a_marker_without_its_citation_stays_text() -> None:
    html = transcript.answer_whole(answer_with("甲。[7]"))
    assert "甲。[7]" in html
    assert "button" not in Reader(html).tags


def test_figures_stand_out_and_other_words_do_not() -> None:
    html = transcript.answer_part(answer_with("**没有定**，共**3个**"), "**没有定**，共**3个**")
    assert '<strong>没有定</strong>，共<strong class="figure">3个</strong>' in html
    assert '<div class="prose lone">' in html


def test_what_is_pasted_has_no_markdown(assistant: FakeAssistant) -> None:
    answer = assistant.ask("新增充电桩多少根")
    lines = transcript.answer_to_paste(answer).splitlines()
    assert lines[0] == "计划新增充电桩1000根。[1]"
    assert lines[1:] == [f"[1] {answer.citations[0].formatted}：{answer.citations[0].quote}"]


def test_an_empty_library_gets_a_line() -> None:
    assert "资料库" in Reader(source.empty_source("资料库<空>")).text
