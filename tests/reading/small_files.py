"""Small files of every format, with invented places and figures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

TITLE = "云溪县2031年国民经济和社会发展计划"
SENTENCES = (
    "完善公共设施。新增充电桩320根，建成学校3所，新建公园12个。",
    "提升服务能力。新增养老床位450张，改造老旧小区18个。",
)


# --- Word -------------------------------------------------------------------------------------------------------------


def docx(build: Callable[[WordDocument], None]) -> bytes:
    """A Word document that `build` fills."""
    document = Document()
    build(document)
    return saved(document)


def saved(document: WordDocument) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def plan_docx() -> bytes:
    def build(document: WordDocument) -> None:
        document.add_paragraph(TITLE)
        for number, sentence in zip("一二", SENTENCES, strict=True):
            document.add_paragraph(f"{number}、主要任务")
            document.add_paragraph(sentence)

    return docx(build)


def append(document: WordDocument, xml: str) -> None:
    """Put raw WordprocessingML at the end of the body; `w:` and the drawing prefixes are known."""
    spaces = nsdecls("w", "wp", "a", "r", "m") + (
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    body = document.element.body
    for element in parse_xml(f"<w:body {spaces}>{xml}</w:body>"):
        body.insert(len(body) - 1, element)


def number_levels(document: WordDocument, levels: Iterable[tuple[str, str, str]], number: int = 77) -> None:
    """A list with these levels: number format, level text, suffix."""
    numbering = document.part.numbering_part.element
    written = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="{suffix}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for index, (form, text, suffix) in enumerate(levels)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{written}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def numbered(text: str, level: int, number: int = 77) -> str:
    """A numbered paragraph's XML."""
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
    )


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An archive with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    return packed({**kept, **parts})


# --- Others -----------------------------------------------------------------------------------------------------------


def xlsx(build: Callable[[Workbook], None]) -> bytes:
    book = Workbook()
    build(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def plan_xlsx() -> bytes:
    def build(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.title = "指标"
        for row in (
            ["云溪县2031年主要指标"],
            ["指标", "单位", "目标"],
            ["新增充电桩", "根", 320],
            ["失业率", "%", 0.05],
            ["以上指标由县发展和改革局负责落实。"],
        ):
            sheet.append(row)
        sheet["C4"].number_format = "0.0%"

    return xlsx(build)


def plan_html() -> bytes:
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return f"<html><body><h1>{TITLE}</h1><div><p>一、主要任务</p>{paragraphs}</div></body></html>".encode()


def packed(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


# --- PDF --------------------------------------------------------------------------------------------------------------

FONT = "STSong-Light"
LEFT, RIGHT, TOP, BOTTOM = 85.0, 510.0, 760.0, 80.0
SIZE, LEADING = 15.0, 27.0


class PdfPages:
    """Sets Chinese text as offices do: paragraphs that stand in by two characters, lines as wide as the page, a running
    head, a page number."""

    def __init__(self, head: str = "", *, numbers: bool = True, password: str = "", owner: str = "") -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self._data = io.BytesIO()
        encrypt = None
        if password or owner:
            from reportlab.lib.pdfencrypt import StandardEncryption

            encrypt = StandardEncryption(password, ownerPassword=owner or "owner", canPrint=1)
        self.canvas = Canvas(self._data, pagesize=A4, encrypt=encrypt)
        self._head, self._numbers = head, numbers
        self.page = 0
        self._begin()

    def _begin(self) -> None:
        self.page += 1
        self.y = TOP
        self.canvas.setFont(FONT, 10.5)
        if self._head:
            self.canvas.drawCentredString(A4[0] / 2, A4[1] - 45, self._head)
        if self._numbers:
            self.canvas.drawCentredString(A4[0] / 2, 40, f"— {self.page} —")

    def end_page(self) -> None:
        self.canvas.showPage()
        self._begin()

    def line(self, text: str, x: float = LEFT, size: float = SIZE, y: float | None = None) -> None:
        """One line at x, below the last one."""
        if y is None:
            if self.y < BOTTOM:
                self.end_page()
            y = self.y
            self.y -= LEADING
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, y, text)

    def centred(self, text: str, size: float = SIZE) -> None:
        self.line(text, (LEFT + RIGHT - pdfmetrics.stringWidth(text, FONT, size)) / 2, size)

    def paragraph(self, text: str) -> None:
        wide = int((RIGHT - LEFT) / SIZE)
        self.line(text[: wide - 2], LEFT + 2 * SIZE)
        for start in range(wide - 2, len(text), wide):
            self.line(text[start : start + wide])

    def table(self, rows: list[list[str]], width: float = 100.0) -> None:
        """A ruled table."""
        height = 20.0
        top = self.y + 15
        columns = max(map(len, rows))
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.line(cell, LEFT + column * width + 4, 11, top - number * height - 14)
        for number in range(len(rows) + 1):
            self.canvas.line(LEFT, top - number * height, LEFT + columns * width, top - number * height)
        for column in range(columns + 1):
            self.canvas.line(LEFT + column * width, top, LEFT + column * width, top - len(rows) * height)
        self.y = top - len(rows) * height - LEADING

    def picture(self, share: float = 0.9) -> None:
        """A grey picture over so much of the page's width and height."""
        image = Image.new("L", (60, 80), 180)
        self.canvas.drawImage(ImageReader(image), 20, 60, A4[0] * share, A4[1] * share)

    def saved(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._data.getvalue()


def plan_pdf() -> bytes:
    pages = PdfPages()
    pages.centred(TITLE, 20)
    pages.paragraph("一、主要任务")
    for sentence in SENTENCES:
        pages.paragraph(sentence)
    return pages.saved()
