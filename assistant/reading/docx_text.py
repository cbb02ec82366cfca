"""What the elements of a Word paragraph hold: text as it would be printed, notes, text boxes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.reading.office_package import attribute, child, children, is_on, local_name
from assistant.reading.read_text import raised

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DEEPEST = 40
"""Elements within elements; deeper is no document."""

_INTO = frozenset(
    "ins moveTo hyperlink smartTag sdt sdtContent fldSimple customXml dir bdo r ruby rubyBase oMath oMathPara".split()
)
"""What holds text of the paragraph further down."""
_MATHEMATICS = frozenset("f num sSup sSub sSubSup e sub rad deg d nary func fName box groupChr".split())
_WRITTEN_BEFORE = {"den": "/", "sup": "^"}
"""What stands on another height in a formula, and how that is said on one line: run on, 1/3 would be 13."""
_GONE = frozenset(("del", "moveFrom"))
_PICTURES = frozenset(("drawing", "pict", "object"))


@dataclass
class Collected:
    """What a paragraph's elements hold: text, the notes it refers to by kind and id, the text boxes that hang on it."""

    text: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    def add(self, later: Collected) -> None:
        """Go on with what a later paragraph holds."""
        self.text += later.text
        self.notes.extend(later.notes)
        self.boxes.extend(later.boxes)


class ParagraphReader:
    """Reads paragraphs one by one and counts what it leaves out, by its Chinese name."""

    def __init__(self, left_out: Counter[str]) -> None:
        self._left_out = left_out

    def read(self, paragraph: Element) -> Collected:
        """What a paragraph holds."""
        collected = Collected()
        self._gather(paragraph, collected, 0)
        return collected

    def _gather(self, holder: Element, collected: Collected, depth: int) -> None:
        if depth > DEEPEST:
            self._left_out["层数过深的内容"] += 1
            return
        is_superscript = attribute(child(holder, "rPr", "vertAlign"), "val") == "superscript"
        hidden = local_name(holder) == "r" and is_on(child(holder, "rPr", "vanish"))
        for element in holder:
            name = local_name(element)
            if hidden and name in ("t", "sym"):
                self._left_out["隐藏的文字"] += 1
            elif name == "t" and is_superscript:
                collected.text += raised(collected.text, element.text or "")
            elif name == "t":
                collected.text += element.text or ""
            elif name in _WRITTEN_BEFORE:
                inner = Collected()
                self._gather(element, inner, depth + 1)
                sign = raised(collected.text, inner.text)
                inner.text = sign if sign != inner.text else f"{_WRITTEN_BEFORE[name]}{sign}"
                collected.add(inner)
            elif name in _INTO or name in _MATHEMATICS:
                self._gather(element, collected, depth + 1)
            elif name == "AlternateContent":
                self._gather(alternative(element), collected, depth + 1)
            elif name in _GONE:
                self._left_out["已删除而未接受修订的文字"] += 1
            elif name in _PICTURES:
                self._picture(element, collected)
            elif name in ("footnoteReference", "endnoteReference"):
                collected.notes.append((name.removesuffix("Reference"), attribute(element, "id")))
            else:
                collected.text += _sign(element, name)

    def _picture(self, element: Element, collected: Collected) -> None:
        boxes = [box for box in element.iter("{*}txbxContent") if not _is_written_elsewhere(box, element)]
        collected.boxes.extend(boxes)
        if any(attribute(path, "string").strip() for path in element.iter("{*}textpath")):
            self._left_out["艺术字"] += 1
        if next(element.iter("{*}chart", "{*}relIds"), None) is not None:
            self._left_out["图表"] += 1
        elif next(element.iter("{*}OLEObject"), None) is not None:
            self._left_out["嵌入对象"] += 1
        elif next(element.iter("{*}blip", "{*}imagedata"), None) is not None:
            self._left_out["图片"] += 1


def _sign(element: Element, name: str) -> str:
    """What an element that is a sign of its own stands for."""
    if name in ("tab", "ptab"):
        return " "
    if name in ("br", "cr"):
        return "" if attribute(element, "type") in ("page", "column") else "\n"
    if name == "noBreakHyphen":
        return "-"
    if name == "sym":
        code = attribute(element, "char")
        sign = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else ""
        return "" if "\ud800" <= sign <= "\uf8ff" else sign  # of a symbol font: no character of any script
    return ""


def alternative(element: Element) -> Element:
    """Of the ways in which the same thing is written, the first."""
    chosen = next(children(element, "Choice", "Fallback"), None)
    return element if chosen is None else chosen


def _is_written_elsewhere(box: Element, picture: Element) -> bool:
    """Whether a text box is the second writing of one that is there already, or lies in another one."""
    for ancestor in box.iterancestors():
        if ancestor is picture:
            return False
        if local_name(ancestor) in ("Fallback", "txbxContent"):
            return True
    return False
