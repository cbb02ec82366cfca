"""The paragraph styles of a Word document: which are headings, which are numbered, which set the contents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.reading.office_package import attribute, child, children, integer, is_on

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DEFAULT = "\0default"
"""Under which the style of paragraphs that name none is found; no style of a document has such an id."""

_HEADING_NAME = re.compile(r"heading ([1-9])$", re.I)
_CONTENTS_NAME = re.compile(r"(?:toc|目录) ?(?:\d|heading|标题)", re.I)
_DEEPEST_STYLE = 20  # a chain of styles that goes on longer runs in a circle


@dataclass(frozen=True)
class Style:
    """A paragraph style: heading level (1 highest) or None, its list and the level in it, and whether it sets the
    table of contents."""

    level: int | None = None
    number: str = ""
    number_level: int | None = None
    number_style: str = ""
    is_contents: bool = False


def heading_level(properties: Element | None, style: Style) -> int | None:
    """The level of a paragraph as a heading: by its own properties, else by its style; None where it is none."""
    own = child(properties, "outlineLvl")
    if own is not None:
        level = integer(own, "val", 9)
        return level + 1 if 0 <= level < 9 else None
    return style.level


def is_bold(paragraph: Element) -> bool:
    """Whether every word of a paragraph is set bold, and not centred as a title is."""
    if attribute(child(paragraph, "pPr", "jc"), "val") == "center":
        return False
    runs = [run for run in paragraph.iter("{*}r") if "".join(text.text or "" for text in children(run, "t")).strip()]
    return bool(runs) and all(is_on(child(run, "rPr", "b")) for run in runs)


def read_styles(root: Element | None) -> tuple[dict[str, Style], dict[str, str]]:
    """The paragraph styles by id, the default one also under `DEFAULT`; and the list that each numbering style names."""
    if root is None:
        return {}, {}
    elements = {attribute(style, "styleId"): style for style in children(root, "style")}
    read = {identity: _style(identity, elements) for identity in elements}
    default = next(
        (
            identity
            for identity, style in elements.items()
            if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on")
        ),
        None,
    )
    if default is not None:
        read[DEFAULT] = read[default]
    lists = {
        identity: attribute(child(style, "pPr", "numPr", "numId"), "val")
        for identity, style in elements.items()
        if attribute(style, "type") == "numbering"
    }
    return read, lists


def _style(identity: str, elements: dict[str, Element]) -> Style:
    """A style with what it takes over from the styles that it is based on."""
    level: int | None = None
    number, number_level, number_style = "", None, ""
    is_contents = False
    chain: list[str] = []
    at = identity
    while at in elements and at not in chain and len(chain) < _DEEPEST_STYLE:
        chain.append(at)
        element = elements[at]
        name = attribute(child(element, "name"), "val")
        is_contents = is_contents or _CONTENTS_NAME.match(name) is not None
        outline = child(element, "pPr", "outlineLvl")
        if level is None and outline is not None:
            level = integer(outline, "val", 9) + 1
        elif level is None and (named := _HEADING_NAME.match(name)):
            level = int(named[1])
        own = child(element, "pPr", "numPr")
        if not number and (given := attribute(child(own, "numId"), "val")):
            number, number_style = given, at
            at_level = child(own, "ilvl")
            number_level = None if at_level is None else integer(at_level, "val", 0)
        at = attribute(child(element, "basedOn"), "val")
    return Style(level if level is None or level < 10 else None, number, number_level, number_style, is_contents)
