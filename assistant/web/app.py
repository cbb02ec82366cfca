"""The page: the conversation on the left, the plan's text on the right.

The conversation is the page's own (`gradio.State`, one for each open page); the assistant gets the user's
earlier turns with every question and remembers nothing. Both panes are HTML that transcript.py and source.py
write; transcript.js and source.js act in them, page.css lays them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio
from fastapi import FastAPI

from assistant.errors import PlanAssistantError
from assistant.web import server, source, transcript
from assistant.web.asking import AskingAssistant, HeldDocument

_FILES = Path(__file__).parent
_FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
_MONOSPACE = ["ui-monospace", "Consolas", "monospace"]
_ACCENT = "#1a56a0"
ALL_DOCUMENTS = ""  # the picker's value for every plan at once
_BADGE = '<span><b class="desk">内置引擎 · </b>离线</span>'
_READERS = 8  # questions answered at the same time


@dataclass(frozen=True)
class Exchange:
    """One question and what the page shows for it. `question` is "" where it was refused as unusable, so that
    it is no part of the history."""

    question: str
    html: str


Conversation = tuple[Exchange, ...]


class Page:
    """What the page's events do; `build_page` wires them."""

    def __init__(self, assistant: AskingAssistant, examples: Sequence[str]) -> None:
        self.assistant = assistant
        self.welcome = transcript.welcome(examples)

    def answer(self, question: str, conversation: Conversation, chosen: str) -> Iterator[tuple[str, Conversation, Any]]:
        """Yields the transcript as it grows, the conversation, and the emptied question box."""
        said = "".join(exchange.html for exchange in conversation)
        if not question.strip():
            notice = transcript.notice_line("请先输入问题，再按发送。")
            yield (said or self.welcome) + notice, conversation, ""
            return
        bubble = transcript.question_bubble(question)
        yield f'{said}<div class="exchange">{bubble}</div>', conversation, ""
        for html, heard in self._answer_parts(question, conversation, chosen):
            shown = f'<div class="exchange">{bubble}{html}</div>'
            exchange = Exchange(question if heard else "", shown)
            yield said + shown, (*conversation, exchange), gradio.skip()

    def _answer_parts(self, question: str, conversation: Conversation, chosen: str) -> Iterator[tuple[str, bool]]:
        """The answer sentence by sentence, then whole; and whether it is part of the history."""
        history = [exchange.question for exchange in conversation if exchange.question]
        try:
            answer = self.assistant.ask(question, history, [chosen] if chosen else None)
        except PlanAssistantError as error:
            yield transcript.notice_line(str(error)), False
            return
        text = ""
        for sentence in transcript.sentences(answer.text):
            text += sentence
            yield transcript.answer_part(answer, text), True
        yield transcript.answer_whole(answer), True

    def answer_example(
        self, event: gradio.EventData, conversation: Conversation, chosen: str
    ) -> Iterator[tuple[str, Conversation, Any]]:
        """A clicked example is asked as if it had been typed."""
        yield from self.answer(str(event.question), conversation, chosen)

    def fail(self, conversation: Conversation) -> str:
        """After a fault of ours, whose traceback is on the server's stderr: the page stays usable."""
        said = "".join(exchange.html for exchange in conversation)
        return said + transcript.notice_line("这个问题没有答成：程序出错了，请换个问法或稍后再试。")

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


def picker_lines(held: Sequence[HeldDocument]) -> list[tuple[str, str]]:
    """What the picker says, with the document's id. The first line is every plan; of one plan, the only one."""
    if len(held) == 1:
        return [(held[0].title or held[0].id, ALL_DOCUMENTS)]
    titles = Counter(record.title for record in held)
    lines = [(f"全部计划（{len(held)}份）", ALL_DOCUMENTS)]
    for record in held:
        alone = record.title and titles[record.title] == 1
        lines.append((record.title if alone else f"{record.title}（{record.id}）", record.id))
    return lines


def build_page(assistant: AskingAssistant, examples: Sequence[str] = ()) -> gradio.Blocks:
    """The page as Gradio blocks. `examples` are questions to click while the conversation is empty."""
    page = Page(assistant, examples)
    silent: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    blocks = gradio.Blocks(title="计划问答", analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        conversation = gradio.State(())
        start_over, picker = _header(picker_lines(assistant.documents()))
        with gradio.Row(elem_id="desk", equal_height=True):
            with gradio.Column(elem_id="talk", scale=6, min_width=0):
                talk = _pane("transcript", page.welcome)
                question = _question_box()
            panel = _source_panel(page)
        answering: dict[str, Any] = {"outputs": [talk, conversation, question], "concurrency_limit": _READERS}
        for asked in (
            question.submit(page.answer, [question, conversation, picker], **answering, **silent),
            talk.example(page.answer_example, [conversation, picker], **answering, **silent),
        ):
            asked.failure(page.fail, [conversation], [talk], **silent)
        start_over.click(page.start_over, None, [talk, conversation], **silent)
        picker.input(page.choose, [picker], [panel], **silent)
        blocks.load(page.open, None, [picker, panel], **silent)
    return blocks


def _header(choices: list[tuple[str, str]]) -> tuple[gradio.Button, gradio.Dropdown]:
    with gradio.Row(elem_id="header"):
        gradio.HTML("<strong>计划问答</strong>", elem_id="brand", apply_default_css=False)
        start_over = gradio.Button("新对话", elem_id="start-over", size="sm", scale=0)
        picker = gradio.Dropdown(
            choices,
            value=ALL_DOCUMENTS,
            label="计划",
            show_label=False,
            container=False,
            elem_id="picker",
            scale=0,
        )
        gradio.HTML(_BADGE, elem_id="badge", apply_default_css=False)
    return start_over, picker


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

    return _pane("source", "", server_functions=[show])


def _pane(name: str, html: str, **options: Any) -> gradio.HTML:
    """A block of our own HTML with its script, which has the pane's name."""
    script = (_FILES / f"{name}.js").read_text("utf-8")
    return gradio.HTML(html, elem_id=name, apply_default_css=False, js_on_load=script, **options)


def build_app(assistant: AskingAssistant, examples: Sequence[str] = ()) -> FastAPI:
    """The page with its look, and `/healthz`, for any ASGI server."""
    return server.web_app(
        build_page(assistant, examples),
        theme=_theme(),
        css=(_FILES / "page.css").read_text("utf-8"),
        favicon_path=str(_FILES / "favicon.svg"),
    )


def serve(assistant: AskingAssistant, host: str, port: int, examples: Sequence[str] = ()) -> None:
    """Serves the page until Ctrl-C. Raises `UnusableInput` where the address cannot be used.

    The address is taken first, so that a port in use is known before the page is built.
    """
    with server.open_socket(host, port) as opened:
        server.run(build_app(assistant, examples), opened, host)


def _theme() -> gradio.themes.Base:
    """System fonts only: a named web font would be fetched."""
    accent = gradio.themes.Color(
        c50="#f0f5fb", c100="#e7f0fa", c200="#c9dcf1", c300="#9dbfe4", c400="#5f93cc", c500=_ACCENT,
        c600=_ACCENT, c700="#154785", c800="#11396b", c900="#0d2c52", c950="#081c35",
    )  # fmt: skip
    theme = gradio.themes.Base(
        primary_hue=accent, secondary_hue=accent, neutral_hue="slate", font=_FONTS, font_mono=_MONOSPACE
    )
    return theme.set(
        body_background_fill="white",
        body_text_color_subdued="*neutral_500",
        block_border_width="0px",
        button_primary_background_fill=_ACCENT,
        button_transition="none",
    )
