"""Word documents: paragraphs and tables in order, with the numbers that Word shows.

What is read is the document as it would be printed with all changes accepted: insertions in, deletions out. Headers,
footers, comments, the table of contents and hidden text are left out and said so; footnotes and text boxes follow the
paragraph that they hang on. Macros are never looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.reading.docx_numbering import Numbering
from assistant.reading.limits import ReadLimits
from assistant.reading.office_package import (
    OfficePackage,
    attribute,
    child,
    children,
    integer,
    is_on,
    local_name,
)
from assistant.reading.read_text import ReadText, TextWriter, clean
from assistant.reading.tables import cell_text, write_table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_INTO = frozenset(
    "ins moveTo hyperlink smartTag sdt sdtContent fldSimple customXml dir bdo r ruby rubyBase oMath oMathPara".split()
)
"""What holds text of the paragraph further down."""
_MATHEMATICS = frozenset("f num den sSup sSub sSubSup e sup sub rad deg d nary func fName box groupChr".split())
_GONE = frozenset(("del", "moveFrom"))
_PICTURES = frozenset(("drawing", "pict", "object"))
_BLOCK_SHELLS = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_HEADING_NAME = re.compile(r"heading ([1-9])$", re.I)
_CONTENTS_NAME = re.compile(r"(?:toc|目录) ?(?:\d|heading|标题)", re.I)
_DEEPEST_STYLE = 20  # a chain of styles that goes on longer runs in a circle
_DEEPEST = 40  # elements within elements; deeper is no document


def read_docx(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a Word document. Raises `UnusableInput` (damaged, too large, no text)."""
    with OfficePackage(data, name, limits) as package:
        return _Reader(package, TextWriter(limits, name)).read()


@dataclass(frozen=True)
class _Style:
    """A paragraph style: heading level (1 highest) or None, its list and the level in it, and whether it sets the
    table of contents."""

    level: int | None = None
    number: str = ""
    number_level: int | None = None
    number_style: str = ""
    is_contents: bool = False


@dataclass
class _Collected:
    """What a paragraph's elements hold: text, the notes it refers to, the text boxes that hang on it."""

    text: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


class _Reader:
    """Goes through one document from top to bottom."""

    def __init__(self, package: OfficePackage, writer: TextWriter) -> None:
        self._package = package
        self._writer = writer
        self._main = package.main_part()
        self._styles, list_of_style = _styles(self._part("styles"))
        self._default_style = next((key for key in self._styles if key.startswith("\0")), "")
        self._numbering = Numbering(self._part("numbering"), list_of_style)
        self._notes = {kind: _notes_of(self._part(f"{kind}s")) for kind in ("footnote", "endnote")}
        self._paragraphs = self._tables = 0
        self._left_out: Counter[str] = Counter()
        self._carried = ""  # text of a paragraph whose end was deleted: it goes on in the next

    def read(self) -> ReadText:
        body = child(self._package.xml(self._main), "body")
        if body is not None:
            self._blocks(body, 0)
        self._report()
        return self._writer.finished()

    def _part(self, kind: str) -> Element | None:
        return next((self._package.xml(part) for part in self._package.related(self._main, kind)), None)

    # --- Blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, holder: Element, depth: int) -> None:
        for element in holder:
            name = local_name(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self._table(element)
            elif name == "altChunk":
                self._left_out["嵌入的其他文件"] += 1
            elif name == "AlternateContent" and depth < _DEEPEST:
                self._blocks(_alternative(element), depth + 1)
            elif name in _BLOCK_SHELLS and depth < _DEEPEST:
                self._blocks(element, depth + 1)

    def _paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        style = self._style_of(properties)
        collected = self._collect(element)
        text = "".join(collected.text)
        if child(properties, "rPr", "del") is not None:
            self._carried += text
            return
        text, self._carried = self._carried + text, ""
        if style.is_contents:
            self._left_out["目录行"] += bool(text.strip())
            return
        level = _heading_level(properties, style)
        label = self._label(properties, style)  # counted before an empty paragraph too, as Word does
        lines = [clean(line) for line in (label + text.lstrip() if text.strip() else "").split("\n")]
        if any(line.strip() for line in lines):
            self._paragraphs += 1
        place = f"第{self._paragraphs}段"
        if level is not None:
            lines = ["".join(line.strip() for line in lines)]
        for line in lines:
            self._writer.line(line, place, level, is_bold=_is_bold(element))
        self._attached(collected, place)

    def _attached(self, collected: _Collected, place: str) -> None:
        """The notes and text boxes of a paragraph, below it."""
        for kind, identity in collected.notes:
            note = self._notes[kind].get(identity)
            if note is not None:
                number = list(self._notes[kind]).index(identity) + 1
                words = " ".join(filter(None, (self._plain(p) for p in note.iter("{*}p"))))
                shown = f"{'脚注' if kind == 'footnote' else '尾注'}{number}"
                self._writer.line(f"{shown}：{words}" if words else "", shown)
        for box in collected.boxes:
            self._left_out["文本框"] += 1
            for paragraph in box.iter("{*}p"):
                self._writer.line(self._plain(paragraph), f"{place}旁的文本框")

    def _label(self, properties: Element | None, style: _Style) -> str:
        own = child(properties, "numPr")
        number = attribute(child(own, "numId"), "val") or style.number
        if not number or number == "0":
            return ""
        level = child(own, "ilvl")
        if level is not None:
            return self._numbering.next(number, integer(level, "val", 0))
        if own is None or not attribute(child(own, "numId"), "val"):
            at = style.number_level
            return self._numbering.next(
                number, self._numbering.level_of_style(number, style.number_style) if at is None else at
            )
        return self._numbering.next(number, 0)

    def _style_of(self, properties: Element | None) -> _Style:
        identity = attribute(child(properties, "pStyle"), "val") or self._default_style
        return self._styles.get(identity, _Style())

    # --- Text ---------------------------------------------------------------------------------------------------------

    def _plain(self, paragraph: Element) -> str:
        """A paragraph's text on one line, with its number, for where it is no block of its own."""
        properties = child(paragraph, "pPr")
        text = cell_text("".join(self._collect(paragraph).text))
        return self._label(properties, self._style_of(properties)) + text if text else ""

    def _collect(self, element: Element) -> _Collected:
        collected = _Collected()
        self._gather(element, collected, 0)
        return collected

    def _gather(self, holder: Element, collected: _Collected, depth: int) -> None:
        if depth > _DEEPEST:
            self._left_out["层数过深的内容"] += 1
            return
        hidden = local_name(holder) == "r" and is_on(child(holder, "rPr", "vanish"))
        for element in holder:
            name = local_name(element)
            if hidden and name in ("t", "sym"):
                self._left_out["隐藏的文字"] += 1
            elif name == "t":
                collected.text.append(element.text or "")
            elif name in _INTO or name in _MATHEMATICS:
                self._gather(element, collected, depth + 1)
            elif name == "AlternateContent":
                self._gather(_alternative(element), collected, depth + 1)
            elif name in _GONE:
                self._left_out["已删除而未接受修订的文字"] += 1
            elif name in _PICTURES:
                self._picture(element, collected)
            elif name in ("footnoteReference", "endnoteReference"):
                collected.notes.append((name.removesuffix("Reference"), attribute(element, "id")))
            else:
                collected.text.append(_sign(element, name))

    def _picture(self, element: Element, collected: _Collected) -> None:
        boxes = [box for box in element.iter("{*}txbxContent") if not _is_fallback(box, element)]
        collected.boxes.extend(boxes)
        if next(element.iter("{*}chart", "{*}relIds"), None) is not None:
            self._left_out["图表"] += 1
        elif next(element.iter("{*}OLEObject"), None) is not None:
            self._left_out["嵌入对象"] += 1
        elif next(element.iter("{*}blip", "{*}imagedata"), None) is not None:
            self._left_out["图片"] += 1

    # --- Tables -------------------------------------------------------------------------------------------------------

    def _table(self, element: Element) -> None:
        self._tables += 1
        write_table(self._writer, list(self._rows(element)), f"表{self._tables}")

    def _rows(self, table: Element) -> Iterator[list[str]]:
        for row in _within(table, "tr"):
            if child(row, "trPr", "del") is not None:
                self._left_out["已删除而未接受修订的文字"] += 1
                continue
            cells = [""] * integer(child(row, "trPr", "gridBefore"), "val", 0)
            for cell in _within(row, "tc"):
                properties = child(cell, "tcPr")
                merged = child(properties, "vMerge")
                goes_on = merged is not None and attribute(merged, "val", "continue") == "continue"
                cells.append("" if goes_on else self._cell(cell))
                cells.extend([""] * (min(integer(child(properties, "gridSpan"), "val", 1), 100) - 1))
            yield cells

    def _cell(self, cell: Element) -> str:
        parts: list[str] = []
        for paragraph in cell.iter("{*}p"):
            holder = next(paragraph.iterancestors("{*}p", "{*}tc"), None)
            if holder is not None and local_name(holder) == "p":
                continue  # of a text box; comes with the paragraph that it hangs on
            parts.append(self._plain(paragraph))
        if next(cell.iter("{*}tbl"), None) is not None:
            self._left_out["单元格里的嵌套表格（已并入该单元格）"] += 1
        for box in (box for paragraph in cell.iter("{*}p") for box in self._collect_boxes(paragraph)):
            parts.extend(self._plain(paragraph) for paragraph in box.iter("{*}p"))
        return " ".join(filter(None, parts))

    def _collect_boxes(self, paragraph: Element) -> list[Element]:
        return (
            [] if next(paragraph.iterancestors("{*}txbxContent"), None) is not None else self._collect(paragraph).boxes
        )

    # --- What was left out --------------------------------------------------------------------------------------------

    def _report(self) -> None:
        note = self._writer.note
        for kind, named in (("header", "页眉"), ("footer", "页脚")):
            roots = [self._package.xml(part) for part in self._package.related(self._main, kind)]
            words = [word for root in roots if root is not None and (word := _words(root))]
            if words:
                note(f"{named}未收入：{'；'.join(dict.fromkeys(words))[:60]}")
        comments = self._part("comments")
        if comments is not None and len(comments):
            note(f"批注{len(comments)}条未收入")
        boxes = self._left_out.pop("文本框", 0)
        if boxes:
            note(f"文本框{boxes}个，文字放在所在段落之后")
        for what, count in self._left_out.items():
            if what == "图片":
                note(f"图片{count}幅，图中文字没有读取")
            elif what in ("图表", "嵌入对象", "嵌入的其他文件"):
                note(f"{what}{count}个没有读取")
            elif what.startswith("单元格"):
                note(f"{what}{count}个")
            else:
                note(f"{what}{count}处未收入")
        if any(part.lower().endswith("vbaproject.bin") for part in self._package.parts):
            note("文件带有宏，宏没有读取也没有运行")


def _words(root: Element) -> str:
    return cell_text("".join(text.text or "" for text in root.iter("{*}t")))


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


def _alternative(element: Element) -> Element:
    """Of the ways in which the same thing is written, the first."""
    chosen = next(children(element, "Choice", "Fallback"), None)
    return element if chosen is None else chosen


def _is_fallback(box: Element, picture: Element) -> bool:
    """Whether a text box is the second writing of one that is there already."""
    for ancestor in box.iterancestors():
        if ancestor is picture:
            return False
        if local_name(ancestor) == "Fallback":
            return True
    return False


def _within(holder: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those in shells around them, not those of nested tables."""
    for element in holder:
        if local_name(element) == name:
            yield element
        elif local_name(element) in _BLOCK_SHELLS:
            yield from _within(element, name)


def _heading_level(properties: Element | None, style: _Style) -> int | None:
    own = child(properties, "outlineLvl")
    if own is not None:
        level = integer(own, "val", 9)
        return level + 1 if 0 <= level < 9 else None
    return style.level


def _is_bold(paragraph: Element) -> bool:
    """Whether every word of a paragraph is set bold, and not centred as a title is."""
    if attribute(child(paragraph, "pPr", "jc"), "val") == "center":
        return False
    runs = [run for run in paragraph.iter("{*}r") if "".join(text.text or "" for text in children(run, "t")).strip()]
    return bool(runs) and all(is_on(child(run, "rPr", "b")) for run in runs)


def _notes_of(root: Element | None) -> dict[str, Element]:
    """Footnotes or endnotes by id, without the ones that draw lines."""
    if root is None:
        return {}
    drawn = ("separator", "continuationSeparator", "continuationNotice")
    return {
        attribute(note, "id"): note
        for note in children(root, "footnote", "endnote")
        if attribute(note, "type", "normal") not in drawn
    }


def _styles(root: Element | None) -> tuple[dict[str, _Style], dict[str, str]]:
    """The paragraph styles by id, and the list that each numbering style names."""
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
        read["\0default"] = read[default]
    lists = {
        identity: attribute(child(style, "pPr", "numPr", "numId"), "val")
        for identity, style in elements.items()
        if attribute(style, "type") == "numbering"
    }
    return read, lists


def _style(identity: str, elements: dict[str, Element]) -> _Style:
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
    return _Style(level if level is None or level < 10 else None, number, number_level, number_style, is_contents)
