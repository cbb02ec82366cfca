"""An element's text as lines, as a browser sets it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.reading.read_text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement as Element

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_HAN = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3001-\u303f\u2014-\u2026"
_BROKEN_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]*[\r\n]\s*(?=[{_HAN}])")


def one_line(text: str) -> str:
    """Inline text as a browser shows it, but that a line's end in the source between Chinese characters is nothing."""
    return clean(re.sub(r"[\r\n]", " ", _BROKEN_HAN.sub("", text)))


def lines_in(element: Element) -> list[str]:
    """The lines of an element's text, one a block."""
    parts: list[str] = []

    def gather(holder: Element) -> None:
        parts.append(holder.text or "")
        for inner in holder:
            if isinstance(inner.tag, str):
                is_block = inner.tag in BLOCKS or inner.tag == "br"
                parts.append("\0" if is_block else "")
                gather(inner)
                parts.append("\0" if is_block else "")
            parts.append(inner.tail or "")

    gather(element)
    return [line for piece in "".join(parts).split("\0") if (line := one_line(piece).strip())]
