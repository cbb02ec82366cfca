"""The page's frame: the header with what one can go to, the look, the app around it.

Without an `EvaluationDesk` the page is the chat alone (chat_tab.py); with one there is 评测 (evaluation_tab.py) too.
Both stay in the page while one looks at the other: navigation.js says which is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gradio
from fastapi import FastAPI

from assistant.web import server
from assistant.web.asking import AskingAssistant, Working
from assistant.web.chat_tab import ALL_DOCUMENTS, Page, build_chat, picker_lines
from assistant.web.downloads import add_downloads
from assistant.web.evaluating import EvaluationDesk
from assistant.web.evaluation_tab import build_evaluation
from assistant.web.markup import as_text
from assistant.web.panes import FILES, SILENT, pane, style

_FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
_MONOSPACE = ["ui-monospace", "Consolas", "monospace"]
_ACCENT = "#1a56a0"
_READY = "() => { document.dispatchEvent(new CustomEvent('plan:ready')); }"
_BRAND = "<strong>计划问答</strong>"
_TABS = f'{_BRAND}<nav aria-label="页面"><a href="#chat">问答</a><a href="#evaluation" data-within="proposals">评测</a></nav>'


def build_page(
    assistant: AskingAssistant, examples: Sequence[str] = (), desk: EvaluationDesk | None = None
) -> gradio.Blocks:
    """The page as Gradio blocks. `examples` are questions to click while the conversation is empty."""
    page = Page(assistant, examples, desk)
    blocks = gradio.Blocks(title="计划问答", analytics_enabled=False, fill_height=True, fill_width=True)
    with blocks:
        brand, start_over, picker = _header(
            picker_lines(assistant.documents()), desk is not None, badge(assistant.working)
        )
        chat = build_chat(page, blocks, start_over, picker)
        if desk is not None:
            build_evaluation(desk, chat, brand)
            blocks.load(None, js=_READY, **SILENT)
    return blocks


def badge(working: Working) -> str:
    """Who words the answers, and whether questions stay on this machine."""
    who = f"语言模型 {as_text(working.model)}" if working.model else "内置引擎"
    if working.hosts:
        hosts = as_text("、".join(working.hosts))
        return f'<span class="outside" title="提问时会连接 {hosts}"><b class="desk">{who} · </b>连接 {hosts}</span>'
    return f'<span><b class="desk">{who} · </b>{"本机" if working.model else "离线"}</span>'


def _header(
    choices: list[tuple[str, str]], tabs: bool, working: str
) -> tuple[gradio.HTML, gradio.Button, gradio.Dropdown]:
    with gradio.Row(elem_id="header"):
        brand = pane("brand", _TABS, "navigation") if tabs else pane("brand", _BRAND)
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
        pane("badge", working)
    return brand, start_over, picker


def build_app(
    assistant: AskingAssistant,
    examples: Sequence[str] = (),
    desk: EvaluationDesk | None = None,
    beside: Callable[[FastAPI], None] = lambda _: None,
) -> FastAPI:
    """The page with its look, its downloads, `/healthz` and what `beside` adds, for any ASGI server."""

    def add(app: FastAPI) -> None:
        beside(app)
        if desk is not None:
            add_downloads(app, desk)

    return server.web_app(
        build_page(assistant, examples, desk),
        beside=add,
        theme=_theme(),
        css=style("page") if desk is None else style("page", "evaluation"),
        favicon_path=str(FILES / "favicon.svg"),
    )


def serve(
    assistant: AskingAssistant,
    host: str,
    port: int,
    examples: Sequence[str] = (),
    desk: EvaluationDesk | None = None,
    beside: Callable[[FastAPI, str], None] = lambda _app, _bound_to: None,
) -> None:
    """Serves the page until Ctrl-C. Raises `UnusableInput` where the address cannot be used.

    The address is taken first, so that a port in use is known before the page is built. `beside` adds what else is served
    there; it is told the address.
    """
    with server.open_socket(host, port) as opened:
        bound_to = opened.getsockname()[0]
        app = build_app(assistant, examples, desk, lambda app: beside(app, bound_to))
        server.run(app, opened, host)


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
