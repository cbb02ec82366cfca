"""Where on a web page its document stands, and what around it is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.reading.html_labels import label_table, labelled_piece
from assistant.reading.html_lines import lines_in
from assistant.reading.html_tables import is_layout, table_rows
from assistant.reading.tables import cell_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement as Element

_NEVER = frozenset(
    "script style noscript template iframe frame object embed svg canvas video audio head nav footer aside button"
    " select input textarea option map".split()
)
_CONTAINERS = frozenset("article body center div fieldset form main section table tbody tr td".split())
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|crumbs?|sidebar|share|toolbar|copyright|footer?|foot|bottom|related|pager?"
    r"|pagination|qrcode|search|banner|topbar|skip|print|bdsharebuttonbox)(?:[\s_\d-]|$)",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_PROSE = re.compile(r"[，。；、,;]")
_NEARLY_ALL = 0.9
_MOSTLY_LINKS = 0.5
_MOSTLY_HIDDEN = 0.5  # of the text
_SHORT = 300  # characters; what is called a menu and holds more is none
_EMBEDDED = frozenset(("iframe", "frame", "object", "embed"))
_SILENT = frozenset(("script", "style", "head", "template"))  # nobody reads these


@dataclass(frozen=True)
class Pruned:
    """What was taken out of a page: characters of menus and the like, characters that no browser shows, and pages and
    programs embedded from elsewhere."""

    around: int
    hidden: int
    embedded: int


def prune(page: Element) -> Pruned:
    """Take out what is no text, what is named as standing around the text, and what is hidden."""
    around = embedded = 0
    for element in list(page.iter()):
        if element.getparent() is None:
            continue
        if not isinstance(element.tag, str):
            _drop(element)
        elif element.tag in _NEVER or _is_around(element):
            embedded += element.tag in _EMBEDDED and not _is_hidden(element)
            around += 0 if element.tag in _SILENT or _is_hidden(element) else _size(element)
            _drop(element)
    hidden = 0
    whole = _size(page)
    for element in list(page.iter()):
        # A page that hides most of its text has a script that shows it.
        if element.getparent() is not None and _is_hidden(element) and _size(element) <= _MOSTLY_HIDDEN * whole:
            hidden += _size(element)
            _drop(element)
    return Pruned(around, hidden, embedded)


def _size(element: Element) -> int:
    return len(re.sub(r"\s", "", element.text_content()))


def _drop(element: Element) -> None:
    """Take an element out and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")) is not None


def _is_around(element: Element) -> bool:
    """Whether an element is named a menu, a footer and the like, and is as short as one or mostly links."""
    named = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    if element.tag in ("body", "html") or not _AROUND.search(named):
        return False
    text = _size(element)
    linked = sum(_size(link) for link in element.iter("a"))
    return text <= _SHORT or linked >= _MOSTLY_LINKS * text


def body_of(whole: Element) -> Element:
    """The deepest element that holds nearly all the page's prose."""
    prose: dict[Element, int] = {}
    for element in whole.iter():
        if not isinstance(element.tag, str):
            continue
        in_link = element.tag == "a" or next(element.iterancestors("a"), None) is not None
        own = [element.text or "", *[child.tail or "" for child in element]]
        words = 0 if in_link else sum(len(text.strip()) for text in own if _PROSE.search(text))
        if words:
            for holder in (element, *element.iterancestors()):
                prose[holder] = prose.get(holder, 0) + words
                if holder is whole:
                    break
    total = prose.get(whole, 0)
    at = whole
    while total:
        deeper = next(
            (c for c in at if c.tag in _CONTAINERS and prose.get(c, 0) >= _NEARLY_ALL * total and not _is_data(c)), None
        )
        if deeper is None:
            break
        at = deeper
    return at


def _is_data(element: Element) -> bool:
    return element.tag == "table" and not is_layout(element)


def surroundings(whole: Element, body: Element) -> tuple[list[str], list[str]]:
    """(what is kept of the text above the body, everything else that stands around it)."""
    kept: list[str] = []
    left: list[str] = []
    if whole is body:
        return kept, left
    chain = [body, *body.iterancestors()]
    chain = chain[: chain.index(whole) + 1]
    for inner, outer in zip(reversed(chain[:-1]), reversed(chain[1:]), strict=True):
        is_above = True
        for element in outer:
            if element is inner:
                is_above = False
                continue
            keep = _kept(element) if is_above else []
            kept.extend(keep)
            left.extend(line for line in lines_in(element) if line not in keep)
    return kept, left


def _kept(element: Element) -> list[str]:
    """The title and the labelled values in an element above the body."""
    lines: list[str] = []
    for table in [element] if element.tag == "table" else list(element.iter("table")):
        if not is_layout(table):
            lines.extend(label_table(table_rows(table)))
    headings = [element] if element.tag in ("h1", "h2") else list(element.iter("h1", "h2"))
    lines.extend(cell_text(heading.text_content()) for heading in headings)
    for line in lines_in(element):
        if labelled_piece(line) and line not in lines:
            lines.append(line)
    return lines
