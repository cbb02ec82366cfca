"""Text on its way into HTML."""

from __future__ import annotations

from html import escape


def as_text(text: str) -> str:
    """The text as HTML that says exactly this, in content and in quoted attributes.

    A browser drops a bare carriage return, and every offset after it would be wrong: it goes as a reference.
    """
    return escape(text).replace("\r", "&#13;")
