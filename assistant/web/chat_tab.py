"""The conversation on the left, the plan's text on the right.

The conversation is the page's own (`gradio.State`, one for each open page); the assistant gets the user's
earlier turns with every question and remembers nothing. Both panes are HTML that transcript.py and source.py
write; transcript.js, feedback.js and source.js act in them, page.css lays them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import gradio

from assistant.answering.answer import Answer
from assistant.errors import PlanAssistantError, UnusableInput
from assistant.web import feedback, source, transcript
from assistant.web.asking import AskingAssistant, HeldDocument
from assistant.web.evaluating import EvaluationDesk
from assistant.web.panes import READERS, SILENT, pane

ALL_DOCUMENTS = ""  # the picker's value for every plan at once
_FAULT = "这个问题没有答成：程序出错了，请换个问法或稍后再试。"


@dataclass(frozen=True)
class Exchange:
    """One question and what the page shows for it. `question` is "" where it was refused as unusable, so that
    it is no part of the history. `answer` is what was answered, by which `id` the page asks about it."""

    question: str
    html: str
    answer: Answer | None = None
    id: str = ""


Conversation = tuple[Exchange, ...]
Step = tuple[str, Conversation, Any]
"""The transcript, the conversation, the question box."""


class Page:
    """What the chat's events do; `build_chat` wires them. Without a desk nothing can be said of an answer."""

    def __init__(self, assistant: AskingAssistant, examples: Sequence[str], desk: EvaluationDesk | None = None) -> None:
        self.assistant = assistant
        self.desk = desk
        self.welcome = transcript.welcome(examples)

    def answer(self, question: str, conversation: Conversation, chosen: str) -> Iterator[Step]:
        """Yields the transcript as it grows, the conversation, and the emptied question box."""
        said = "".join(exchange.html for exchange in conversation)
        if not question.strip():
            notice = transcript.notice_line("请先输入问题，再按发送。")
            yield (said or self.welcome) + notice, conversation, ""
            return
        bubble = transcript.question_bubble(question)
        yield f'{said}<div class="exchange">{bubble}</div>', conversation, ""
        exchange = f"{uuid4()}" if self.desk else ""
        for html, answer in self._answer_parts(question, conversation, chosen, exchange):
            shown = f'<div class="exchange">{bubble}{html}</div>'
            grown = Exchange(question if answer else "", shown, answer, exchange)
            yield said + shown, (*conversation, grown), gradio.skip()

    def _answer_parts(
        self, question: str, conversation: Conversation, chosen: str, exchange: str
    ) -> Iterator[tuple[str, Answer | None]]:
        """The answer as it grows, then whole; None where the question is no part of the history. What comes at once is
        shown sentence by sentence."""
        shown = ""
        answer: Answer | None = None
        try:
            for answer in self.assistant.stream(question, _turns(conversation), [chosen] if chosen else None):
                shown = shown if answer.text.startswith(shown) else ""  # another answer in its place
                for sentence in transcript.sentences(answer.text.removeprefix(shown)):
                    shown += sentence
                    yield transcript.answer_part(answer, shown), answer
                shown = answer.text
        except PlanAssistantError as error:
            yield transcript.notice_line(str(error)), None
            return
        if answer is not None:
            yield transcript.answer_whole(answer, exchange), answer

    def answer_example(self, event: gradio.EventData, conversation: Conversation, chosen: str) -> Iterator[Step]:
        """A clicked example is asked as if it had been typed."""
        yield from self.answer(str(event.question), conversation, chosen)

    def answer_all(self, turns: Sequence[str], chosen: str) -> Iterator[Step]:
        """A new conversation of these turns, each asked after the one before it was answered."""
        conversation: Conversation = ()
        for turn in turns:
            for step in self.answer(turn, conversation, chosen):
                yield step
            conversation = step[1]

    def fail(self, conversation: Conversation) -> str:
        """After a fault of ours, whose traceback is on the server's stderr: the page stays usable."""
        said = "".join(exchange.html for exchange in conversation)
        return said + transcript.notice_line(_FAULT)

    def start_over(self) -> tuple[str, Conversation]:
        return self.welcome, ()

    def open(self) -> tuple[Any, str]:
        """The picker and the source panel as the library is now."""
        held = self.assistant.documents()
        return gradio.update(choices=picker_lines(held), value=ALL_DOCUMENTS), self.show(held[0].id if held else "")

    def show(self, document_id: str) -> str:
        """A plan's text for the source panel, read anew."""
        if not document_id:
            return source.empty_source("资料库里还没有计划。用 plan-assistant index 加文件名，把计划加进来。")
        try:
            return source.source_page(document_id, self.assistant.plan(document_id))
        except PlanAssistantError as error:
            return source.empty_source(str(error))

    def choose(self, chosen: str) -> Any:
        """The picker's plan in the source panel; with every plan chosen the panel stays."""
        return self.show(chosen) if chosen else gradio.skip()

    def report(self, event: gradio.EventData, conversation: Conversation) -> Any:
        """Someone says that an answer is wrong. What was asked and answered is the conversation's, not the browser's."""
        exchange = str(event.exchange)
        try:
            reason = feedback.reason_of(list(event.choices), str(event.words))
            self._propose(exchange, conversation, reason, str(event.correction).strip())
        except PlanAssistantError as error:
            return _receipt(exchange, False, str(error))
        return _receipt(exchange, True, "已记下，待管理员审核。")

    def _propose(self, exchange: str, conversation: Conversation, reason: str, correction: str) -> None:
        feedback.check(reason, correction)
        for place, one in enumerate(conversation, 1):
            if one.id == exchange and one.answer and self.desk:
                self.desk.propose(_turns(conversation[:place]), one.answer, reason, correction)
                return
        raise UnusableInput("没有记下：这个回答已经不在对话里了，请重新提问。")

    def fail_report(self) -> Any:
        """After a fault of ours: whoever waits for a word on a report gets one, and keeps what was typed."""
        return _receipt("", False, "没有记下：程序出错了，请稍后再提交。")


def _turns(conversation: Conversation) -> list[str]:
    """The user's turns that were answered, oldest first."""
    return [exchange.question for exchange in conversation if exchange.question]


def _receipt(exchange: str, done: bool, line: str) -> Any:
    """What feedback.js is told. The number makes each a new one, so that the same line twice is heard twice."""
    return gradio.update(receipt={"exchange": exchange, "done": done, "line": line, "number": str(uuid4())})


def picker_lines(held: Sequence[HeldDocument]) -> list[tuple[str, str]]:
    """What the picker says, with the document's id. The first line is every plan; of one plan, the only one."""
    if len(held) == 1:
        return [(_called(held[0]), ALL_DOCUMENTS)]
    names = Counter(map(_called, held))
    lines = [(f"全部计划（{len(held)}份）", ALL_DOCUMENTS)]
    for record in held:
        name = _called(record)
        lines.append((name if names[name] == 1 else f"{name}（{record.id}）", record.id))
    return lines


def _called(record: HeldDocument) -> str:
    """The document's name; of one whose title says it all, without the marks around it."""
    return record.title if record.title and record.name == f"《{record.title}》" else record.name


@dataclass(frozen=True)
class ChatBlocks:
    """The chat's blocks that others put something into."""

    page: Page
    talk: gradio.HTML
    conversation: gradio.State
    question: gradio.Textbox
    picker: gradio.Dropdown

    def answering(self) -> dict[str, Any]:
        """How an event that asks something is wired: its outputs are those of a `Step`. What is sent while an answer
        is still being written waits for its end; the framework would drop it without a word."""
        outputs = [self.talk, self.conversation, self.question]
        return {"outputs": outputs, "concurrency_limit": READERS, "trigger_mode": "always_last", **SILENT}

    def guard(self, asked: Any) -> None:
        """A fault of ours while something is asked gets a line in the transcript."""
        asked.failure(self.page.fail, [self.conversation], [self.talk], **SILENT)


def build_chat(page: Page, frame: gradio.Blocks, start_over: gradio.Button, picker: gradio.Dropdown) -> ChatBlocks:
    """The tab inside the frame; the button and the picker stand in its header."""
    conversation = gradio.State(())
    with gradio.Row(elem_id="desk", equal_height=True):
        with gradio.Column(elem_id="talk", scale=6, min_width=0):
            talk = _transcript(page)
            question = _question_box()
        panel = _source_panel(page)
    blocks = ChatBlocks(page, talk, conversation, question, picker)
    blocks.guard(question.submit(page.answer, [question, conversation, picker], **blocks.answering()))
    blocks.guard(talk.example(page.answer_example, [conversation, picker], **blocks.answering()))
    start_over.click(page.start_over, None, [talk, conversation], **SILENT)
    picker.input(page.choose, [picker], [panel], **SILENT)
    if page.desk:
        reported = talk.report(page.report, [conversation], [talk], **SILENT)
        reported.failure(page.fail_report, None, [talk], **SILENT)
    frame.load(page.open, None, [picker, panel], **SILENT)
    return blocks


def _transcript(page: Page) -> gradio.HTML:
    if page.desk is None:
        return pane("transcript", page.welcome, "transcript")
    return pane("transcript", page.welcome, "transcript", "feedback", receipt={})


def _question_box() -> gradio.Textbox:
    """One line that grows: Enter sends, Shift+Enter breaks the line."""
    return gradio.Textbox(
        placeholder="问计划里的任何事",
        label="问题",
        show_label=False,
        container=False,
        lines=1,
        max_lines=6,
        submit_btn="发送",
        autofocus=True,
        elem_id="question",
    )


def _source_panel(page: Page) -> gradio.HTML:
    def show(document_id: str) -> str:  # the framework wants a plain function, not a method
        return page.show(document_id)

    return pane("source", "", "source", server_functions=[show])
