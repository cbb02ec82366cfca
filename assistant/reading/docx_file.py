"""Word documents: paragraphs and tables in order, with the numbers that Word shows.

What is read is the document as it would be printed with all changes accepted: insertions in, deletions out. Headers,
footers, comments, the table of contents and hidden text are left out and said so; footnotes and text boxes follow the
paragraph that they hang on. Macros are never looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.reading.docx_numbering import Numbering
from assistant.reading.docx_styles import DEFAULT, Style, heading_level, is_bold, read_styles
from assistant.reading.docx_text import DEEPEST, Collected, ParagraphReader, alternative
from assistant.reading.limits import ReadLimits
from assistant.reading.office_package import OfficePackage, attribute, child, children, integer, local_name
from assistant.reading.read_text import ReadText, TextWriter, clean
from assistant.reading.tables import cell_text, write_table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BLOCK_SHELLS = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_MOST_COLUMNS = 100


def read_docx(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a Word document. Raises `UnusableInput` (damaged, too large, no text)."""
    with OfficePackage(data, name, limits) as package:
        return _Reader(package, TextWriter(limits, name)).read()


class _Reader:
    """Goes through one document from top to bottom."""

    def __init__(self, package: OfficePackage, writer: TextWriter) -> None:
        self._package = package
        self._writer = writer
        self._main = package.main_part()
        self._styles, list_of_style = read_styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), list_of_style)
        self._notes = {kind: _notes_of(self._part(f"{kind}s")) for kind in ("footnote", "endnote")}
        self._paragraphs = self._tables = 0
        self._left_out: Counter[str] = Counter()
        self._text = ParagraphReader(self._left_out)
        self._carried = Collected()  # of a paragraph whose end was deleted: it goes on in the next
        self._waiting: list[tuple[str, str]] = []  # notes that something on one line refers to

    def read(self) -> ReadText:
        body = child(self._package.xml(self._main), "body")
        if body is not None:
            self._blocks(body, 0)
        self._end_carried()
        self._report()
        return self._writer.finished()

    def _part(self, kind: str) -> Element | None:
        return next((self._package.xml(part) for part in self._package.related(self._main, kind)), None)

    # --- Blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, holder: Element, depth: int) -> None:
        for element in holder:
            name = local_name(element)
            if name in ("p", "oMathPara"):
                self._paragraph(element)
            elif name == "tbl":
                self._end_carried()
                self._table(element, depth)
            elif name == "altChunk":
                self._left_out["嵌入的其他文件"] += 1
            elif name == "AlternateContent" or name in _BLOCK_SHELLS:
                self._within(alternative(element) if name == "AlternateContent" else element, depth)

    def _within(self, shell: Element, depth: int) -> None:
        if depth < DEEPEST:
            self._blocks(shell, depth + 1)
        else:
            self._left_out["层数过深的内容"] += 1

    def _paragraph(self, element: Element) -> None:
        properties = child(element, "pPr")
        style = self._style_of(properties)
        self._carried.add(self._text.read(element))
        if child(properties, "rPr", "del") is not None:
            return
        collected, self._carried = self._carried, Collected()
        text = collected.text
        if style.is_contents:
            self._left_out["目录行"] += bool(text.strip())
            return
        level = heading_level(properties, style)
        label = self._label(properties, style)  # counted before an empty paragraph too, as Word does
        lines = [clean(line) for line in (label + text.lstrip() if text.strip() else "").split("\n")]
        if any(line.strip() for line in lines):
            self._paragraphs += 1
        place = f"第{self._paragraphs}段"
        if level is not None:
            lines = ["".join(line.strip() for line in lines)]
        for line in lines:
            self._writer.line(line, place, level, is_bold=is_bold(element))
        self._attached(collected, place)

    def _end_carried(self) -> None:
        """Write what no paragraph goes on after: a table stands below, or the document ends."""
        collected, self._carried = self._carried, Collected()
        if collected.text.strip():
            self._paragraphs += 1
        place = f"第{self._paragraphs}段"
        self._writer.line(cell_text(collected.text), place)
        self._attached(collected, place)

    def _attached(self, collected: Collected, place: str) -> None:
        """The notes and text boxes of a paragraph, below it."""
        self._write_notes(collected.notes)
        for box in collected.boxes:
            self._left_out["文本框"] += 1
            for paragraph in box.iter("{*}p"):
                self._writer.line(self._plain(paragraph), f"{place}旁的文本框")
        self._write_waiting_notes()

    def _write_notes(self, notes: list[tuple[str, str]]) -> None:
        for kind, identity in notes:
            note = self._notes[kind].get(identity)
            if note is not None:
                number = list(self._notes[kind]).index(identity) + 1
                words = " ".join(filter(None, (self._plain(p) for p in note.iter("{*}p"))))
                shown = f"{'脚注' if kind == 'footnote' else '尾注'}{number}"
                self._writer.line(f"{shown}：{words}" if words else "", shown)

    def _write_waiting_notes(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._write_notes(waiting)

    def _label(self, properties: Element | None, style: Style) -> str:
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

    def _style_of(self, properties: Element | None) -> Style:
        identity = attribute(child(properties, "pStyle"), "val") or DEFAULT
        return self._styles.get(identity, Style())

    # --- Text ---------------------------------------------------------------------------------------------------------

    def _plain(self, paragraph: Element) -> str:
        """A paragraph's text on one line, with its number, for where it is no block of its own. Its notes wait for the
        end of what it stands in."""
        return self._on_one_line(paragraph, self._text.read(paragraph))

    def _on_one_line(self, paragraph: Element, collected: Collected) -> str:
        self._waiting.extend(collected.notes)
        properties = child(paragraph, "pPr")
        text = cell_text(collected.text)
        return self._label(properties, self._style_of(properties)) + text if text else ""

    # --- Tables -------------------------------------------------------------------------------------------------------

    def _table(self, element: Element, depth: int) -> None:
        rows = [row for row in _inside(element, "tr") if not self._is_deleted(row)]
        cells = [list(_inside(row, "tc")) for row in rows]
        if all(len(row) <= 1 for row in cells):
            # A frame around paragraphs, as plans set their boxes (专栏).
            for cell in (cell for row in cells for cell in row):
                self._within(cell, depth)
                self._end_carried()
            return
        self._tables += 1
        write_table(self._writer, [self._row(row) for row in rows], f"表{self._tables}")
        self._write_waiting_notes()

    def _is_deleted(self, row: Element) -> bool:
        is_deleted = child(row, "trPr", "del") is not None
        self._left_out["已删除而未接受修订的文字"] += is_deleted
        return is_deleted

    def _row(self, row: Element) -> list[str]:
        cells = [""] * _columns(child(row, "trPr", "gridBefore"), 0)
        for cell in _inside(row, "tc"):
            properties = child(cell, "tcPr")
            merged = child(properties, "vMerge")
            goes_on = merged is not None and attribute(merged, "val", "continue") == "continue"
            if goes_on and _words(cell):
                self._left_out["被合并单元格盖住的文字"] += 1
            cells.append("" if goes_on else self._cell(cell))
            cells.extend([""] * (_columns(child(properties, "gridSpan"), 1) - 1))
        return cells

    def _cell(self, cell: Element) -> str:
        parts: list[str] = []
        boxes: list[Element] = []
        for paragraph in cell.iter("{*}p"):
            holder = next(paragraph.iterancestors("{*}p", "{*}tc"), None)
            if holder is not None and local_name(holder) == "p":
                continue  # of a text box; comes with the paragraph that it hangs on
            collected = self._text.read(paragraph)
            boxes.extend(collected.boxes)
            parts.append(self._on_one_line(paragraph, collected))
        if next(cell.iter("{*}tbl"), None) is not None:
            self._left_out["单元格里的嵌套表格（已并入该单元格）"] += 1
        parts.extend(self._plain(paragraph) for box in boxes for paragraph in box.iter("{*}p"))
        return " ".join(filter(None, parts))

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
        for what, count in (+self._left_out).items():
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


def _inside(holder: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those in shells around them, not those of nested tables."""
    for element in holder:
        if local_name(element) == name:
            yield element
        elif local_name(element) in _BLOCK_SHELLS:
            yield from _inside(element, name)


def _columns(element: Element | None, default: int) -> int:
    """How many columns of a table's grid an element speaks of."""
    return max(0, min(integer(element, "val", default), _MOST_COLUMNS))


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
