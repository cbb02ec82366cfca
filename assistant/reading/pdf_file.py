"""PDF: text in reading order, tables as rows, running heads and page numbers left out, broken lines rejoined.

A page without text is told from an empty one by its pictures; where Tesseract is installed such a page is read by it.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.errors import UnusableInput
from assistant.reading.limits import ReadLimits
from assistant.reading.ocr import Recognizer, recognizer
from assistant.reading.pdf_layout import Glyph, PageLine, Paragraph, furniture, lines_of, paragraphs, settled
from assistant.reading.read_text import Place, ReadText, TextWriter, clean, shown
from assistant.reading.tables import cell_text, table_lines

if TYPE_CHECKING:
    from pdfplumber.page import Page

_MOST_EDGES = 5000  # a page with more is a drawing, and looking for tables in it takes minutes
_PICTURE_SHARE = 0.3  # of the page; less is a stamp or an ornament
_UNREADABLE_SHARE = 0.3
_CID = re.compile(r"\(cid:\d+\)")
_SLANT = 0.1  # of its length; a line that rises by more is a watermark or stands upright
_NOTE_SIZE = 0.93  # of the body's
_NOTE_MARK = re.compile(r"(?P<mark>[①-⑳]|\[\d{1,2}\]|［\d{1,2}］|〔\d{1,2}〕|\d{1,2}(?![\d.．、%年月亿万])|[*＊])\s*")
_SAVE = "请用 PDF 阅读器或浏览器打开，另行打印或导出成新的 PDF 后再试"


@dataclass(frozen=True)
class _Table:
    """A table on a page."""

    page: int
    top: float
    rows: tuple[tuple[str, ...], ...]


@dataclass
class _PageText:
    """What was read of a page."""

    number: int
    width: float
    height: float
    lines: list[PageLine] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    notes: list[PageLine] = field(default_factory=list)
    recognized: str = ""


def read_pdf(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a PDF. Raises `UnusableInput` (damaged, with a password, scanned, too large, no text)."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it says of every odd font what nobody can mend
    broken = (PdfminerException, MalformedPDFException, PSException)
    try:
        pages = pdfplumber.open(io.BytesIO(data)).pages
    except broken as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error, *error.args)):
            raise UnusableInput(f"文件“{shown(name)}”有打开密码；请用 PDF 阅读器打开，取消密码后另存再收入") from None
        raise UnusableInput(f"文件“{shown(name)}”已损坏，PDF 打不开；{_SAVE}") from None
    return _Reader(pages, data, TextWriter(limits, name), name, broken).read()


class _Reader:
    """Goes through one file, page by page, and then through its lines."""

    def __init__(
        self,
        pages: Sequence[Page],
        data: bytes,
        writer: TextWriter,
        name: str,
        broken: tuple[type[Exception], ...],
    ) -> None:
        """`broken` is what the library raises on a page that is damaged."""
        self._pages = pages
        self._broken = broken
        self._data = data
        self._writer = writer
        self._name = name
        self._scanned: list[int] = []
        self._unreadable: list[int] = []
        self._recognized: list[int] = []
        self._slanted: list[int] = []
        self._pictures = 0
        self._has_text = False
        self._recognizer: Recognizer | None = None

    def read(self) -> ReadText:
        pages = [self._page(page, number) for number, page in enumerate(self._pages, start=1)]
        self._refuse_scans()
        self._drop_furniture(pages)
        body = _body_size(pages)
        for page in pages:
            _take_notes(page, body)
        self._write(pages, body)
        self._report()
        return self._writer.finished()

    # --- One page -----------------------------------------------------------------------------------------------------

    def _page(self, page: Page, number: int) -> _PageText:
        read = _PageText(number, float(page.width), float(page.height))
        try:
            glyphs = self._glyphs(page, number)
        except self._broken:
            self._writer.note(f"第{number}页已损坏，读不出来")
            return read
        pictures = [
            image for image in page.images
            if abs(image["width"] * image["height"]) > _PICTURE_SHARE * float(page.width) * float(page.height)
        ]  # fmt: skip
        if glyphs:
            self._has_text = True
            self._pictures += bool(pictures)
            read.tables, glyphs = _tables(page, number, glyphs)
            read.lines = lines_of(glyphs, number, float(page.width))
        elif pictures or number in self._unreadable:
            read.recognized = self._recognize(number)
            self._has_text = self._has_text or bool(read.recognized)
        page.close()  # its objects are large; only the lines are kept
        return read

    def _glyphs(self, page: Page, number: int) -> list[Glyph]:
        """The page's upright glyphs, each once: bold is often the same glyph set twice."""
        glyphs: dict[tuple[str, int, int], Glyph] = {}
        unreadable = 0
        for char in page.chars:
            text = str(char["text"])
            along, turned = char["matrix"][:2]
            if along <= 0 or abs(turned) > _SLANT * along:
                self._slanted += [number] * (number not in self._slanted and bool(text.strip()))
                continue
            if _CID.fullmatch(text) or "\ue000" <= text[:1] <= "\uf8ff" or text == "\ufffd":
                unreadable += 1
                text = "\ufffd"
            at = (text, round(char["x0"] / 2), round(char["top"] / 2))
            x0, x1, top, bottom, size = (float(char[key]) for key in ("x0", "x1", "top", "bottom", "size"))
            glyphs.setdefault(at, Glyph(clean(text), x0, x1, top, bottom, size, str(char["fontname"])))
        written = [glyph for glyph in glyphs.values() if glyph.text.strip()]
        if not written:
            return []
        if unreadable > _UNREADABLE_SHARE * len(written):
            self._unreadable.append(number)
            return []
        if unreadable:
            self._writer.note(f"第{number}页有{unreadable}个字符的字体没有文字对应表，以“\ufffd”代替")
        return list(glyphs.values())

    def _recognize(self, number: int) -> str:
        if self._recognizer is None:
            self._recognizer = recognizer(self._data)
        text = self._recognizer.page(number)
        if text:
            self._recognized.append(number)
        elif number not in self._unreadable:
            self._scanned.append(number)
        return text

    # --- The whole ----------------------------------------------------------------------------------------------------

    def _refuse_scans(self) -> None:
        if self._has_text or not (self._scanned or self._unreadable):
            return
        why = "是扫描件" if self._scanned else "用的字体没有文字对应表"
        raise UnusableInput(
            f"文件“{shown(self._name)}”{why}（共{len(self._pages)}页），没有文字可读；"
            "请先用 WPS、Acrobat 等识别（OCR）成文字版后再收入，"
            "或安装 plan-assistant[ocr] 以及系统软件 tesseract-ocr 和 tesseract-ocr-chi-sim 后重试"
        )

    def _drop_furniture(self, pages: Sequence[_PageText]) -> None:
        found = furniture([(page.lines, page.height) for page in pages])
        dropped: dict[str, dict[str, set[int]]] = {}
        for page in pages:
            for line in page.lines:
                if what := found.get(id(line)):
                    dropped.setdefault(what, {}).setdefault(line.text, set()).add(page.number)
            page.lines = [line for line in page.lines if id(line) not in found]
        for page, lines in zip(pages, settled([(page.lines, page.width) for page in pages]), strict=True):
            page.lines = lines
        for what in ("页眉", "页脚"):
            if texts := dropped.get(what):
                on = len(set.union(*texts.values()))
                self._writer.note(f"{what}“{'”“'.join(list(texts)[:2])[:60]}”（{on}页）未收入")
        if numbers := dropped.get("页码"):
            self._writer.note(f"页码（{len(set.union(*numbers.values()))}页）未收入")

    def _write(self, pages: Sequence[_PageText], body: float) -> None:
        """The pages' lines as paragraphs; a table, or a page read by Tesseract, ends what went before."""
        waiting: list[PageLine] = []
        notes: list[PageLine] = []
        table: list[_Table] = []
        for page in pages:
            for item in _in_order(page):
                if isinstance(item, _Table):
                    self._lines(waiting, notes, body)
                    if table and not (table[-1].page + 1 == item.page and _same_width(table[-1], item)):
                        self._table(table)
                    table.append(item)
                else:
                    self._table(table)
                    waiting.append(item)
            notes.extend(page.notes)
            if page.recognized:
                self._table(table)
                self._lines(waiting, notes, body)
                for line in page.recognized.splitlines():
                    self._writer.line(clean(line), f"第{page.number}页")
        self._table(table)
        self._lines(waiting, notes, body)

    def _lines(self, waiting: list[PageLine], notes: list[PageLine], body: float) -> None:
        """Write the lines waiting; each footnote of their pages behind the paragraph that is under way where its page
        ends."""
        for paragraph in paragraphs(waiting, body):
            last = paragraph.pages[-1][1] if paragraph.pages else paragraph.page
            self._footnotes(notes, before=paragraph.page)
            self._paragraph(paragraph)
            self._footnotes(notes, before=last)
        waiting.clear()
        self._footnotes(notes, before=len(self._pages) + 1)

    def _paragraph(self, paragraph: Paragraph) -> None:
        text = paragraph.text
        inner = [Place(offset, f"第{number}页") for offset, number in paragraph.pages]
        self._writer.line(text, f"第{paragraph.page}页", inner=inner)

    def _footnotes(self, notes: list[PageLine], before: int) -> None:
        ready = [line for line in notes if line.page < before]
        notes[:] = [line for line in notes if line.page >= before]
        groups: list[list[PageLine]] = []
        for line in ready:
            if _NOTE_MARK.match(line.text) or not groups:
                groups.append([])
            groups[-1].append(line)
        for group in groups:
            text = "".join(line.text for line in group)
            mark = _NOTE_MARK.match(text)
            named = f"脚注{mark['mark']}" if mark else "脚注"
            self._writer.line(f"{named}：{text[mark.end() if mark else 0 :]}", f"第{group[0].page}页")

    def _table(self, parts: list[_Table]) -> None:
        """Write a table that may go on over pages, its head once, and forget it."""
        rows: list[tuple[str, ...]] = []
        page_of: list[int] = []
        for part in parts:
            again = bool(rows) and part.rows[0] == rows[0]
            rows.extend(part.rows[again:])
            page_of.extend([part.page] * (len(part.rows) - again))
        for line in table_lines(rows):
            self._writer.row(line.text, f"第{page_of[line.row - 1]}页")
        parts.clear()

    def _report(self) -> None:
        note = self._writer.note
        if self._scanned:
            note(f"第{_ranges(self._scanned)}页是扫描图片，没有文字")
        unread = sorted(set(self._unreadable) - set(self._recognized))
        if unread:
            note(f"第{_ranges(unread)}页的字体没有文字对应表，读不出来")
        if self._recognized:
            note(f"第{_ranges(self._recognized)}页是图片，文字由 OCR 识别，可能有错")
        if self._slanted:
            note(f"第{_ranges(self._slanted)}页有横排以外的文字（水印或竖排），未收入")
        if self._pictures:
            note(f"{self._pictures}页带有大幅图片，图中文字没有读取")


def _ranges(pages: Sequence[int]) -> str:
    """1、3—5."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)


# --- Tables -----------------------------------------------------------------------------------------------------------


def _tables(page: Page, number: int, glyphs: list[Glyph]) -> tuple[list[_Table], list[Glyph]]:
    """The ruled tables of a page, and the glyphs outside them."""
    if not 4 <= len(page.edges) <= _MOST_EDGES:
        return [], glyphs
    found: list[_Table] = []
    for table in page.find_tables():
        within = [glyph for glyph in glyphs if _is_in(glyph, table.bbox)]
        rows = tuple(
            tuple("" if cell is None else _cell([g for g in within if _is_in(g, cell)]) for cell in row.cells)
            for row in table.rows
        )
        # A frame around a paragraph is no table, nor are lines without words.
        if sum(sum(map(bool, row)) > 1 for row in rows) < 2:
            continue
        # What stands beside the cells of a table that is no full grid stays text.
        inside = {
            id(glyph) for row in table.rows for cell in row.cells if cell for glyph in within if _is_in(glyph, cell)
        }
        glyphs = [glyph for glyph in glyphs if id(glyph) not in inside]
        found.append(_Table(number, float(table.bbox[1]), rows))
    return found, glyphs


def _is_in(glyph: Glyph, box: Any) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _cell(glyphs: list[Glyph]) -> str:
    """A cell's text: its lines are broken by its width, so they join without a space."""
    lines = [paragraph.text for paragraph in _as_one(lines_of(glyphs, 0, 0.0))]
    return cell_text("".join(lines))


def _as_one(lines: Sequence[PageLine]) -> Iterator[Paragraph]:
    text = ""
    for line in lines:
        apart = text[-1:].isascii() and text[-1:].isalpha() and line.text[:1].isascii() and line.text[:1].isalpha()
        text += " " * apart + line.text
    if text:
        yield Paragraph(text, 0)


def _same_width(one: _Table, other: _Table) -> bool:
    return max(map(len, one.rows)) == max(map(len, other.rows))


# --- Order, sizes, footnotes ------------------------------------------------------------------------------------------


def _in_order(page: _PageText) -> Iterator[PageLine | _Table]:
    """A page's lines in reading order with its tables between them."""
    tables = sorted(page.tables, key=lambda table: table.top)
    for line in page.lines:
        while tables and tables[0].top < line.top:
            yield tables.pop(0)
        yield line
    yield from tables


def _body_size(pages: Sequence[_PageText]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _take_notes(page: _PageText, body: float) -> None:
    """Move the footnotes at a page's end out of its lines: they would stand in the middle of a sentence."""
    begins = len(page.lines)
    for index in range(len(page.lines) - 1, -1, -1):
        line = page.lines[index]
        if line.size > _NOTE_SIZE * body or line.top < page.height / 3:
            break
        begins = index
    while begins < len(page.lines) and _NOTE_MARK.match(page.lines[begins].text) is None:
        begins += 1
    page.notes = page.lines[begins:]
    page.lines = page.lines[:begins]
