"""Blocks of our own HTML with the scripts that act in them, and what every event of the page has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import gradio

from assistant.errors import PlanAssistantError
from assistant.web.markup import as_text

FILES = Path(__file__).parent
SILENT: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Of every event: no spinner over what is being read, no entry in a public interface."""
READERS = 8  # how many do the same thing at the same time


def pane(name: str, html: str, *scripts: str, **options: Any) -> gradio.HTML:
    """A block of HTML. The scripts, files beside this one, run as one, once, in the block's element."""
    code = "\n".join((FILES / f"{script}.js").read_text("utf-8") for script in scripts)
    return gradio.HTML(html, elem_id=name, apply_default_css=False, js_on_load=code or None, **options)


def style(*names: str) -> str:
    """The style sheets beside this file as one."""
    return "\n".join((FILES / f"{name}.css").read_text("utf-8") for name in names)


Update = dict[Any, Any]
"""What an event changes: a value or an update by its block."""

FAULT = "没有做成：程序出错了，请稍后再试。"


def wire(
    event: Any, act: Callable[..., Update], inputs: Sequence[Any], outputs: Sequence[Any], said: gradio.HTML, **how: Any
) -> None:
    """Let the event do `act`. What the user can mend, and a fault of ours, is a line in `said`; nothing else changes
    then. The traceback of a fault is on the server's stderr."""

    @wraps(act)
    def calm(*values: Any) -> Update:
        try:
            return act(*values)
        except PlanAssistantError as error:
            return {said: notice(str(error))}

    wired = event(calm, list(inputs), [said, *outputs], **{**SILENT, "concurrency_limit": READERS, **how})
    wired.failure(lambda: notice(FAULT), None, [said], **SILENT)


def notice(line: str) -> str:
    """One calm line, or nothing."""
    return f'<p class="notice">{as_text(line)}</p>' if line else ""
