"""Web pages: the body of the page, with its tables whole and what the page says of the document in its head.

No parser of a whole-web kind: pages of one office differ little, and what such a parser leaves out it leaves out in
silence. The body is the deepest element that holds nearly all the page's prose; what stands around it is left out and
counted, but for the title and the labelled values (索引号, 文号, 发布日期 …) above it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.errors import UnusableInput
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import ReadText, TextWriter, clean, shown
from assistant.reading.tables import cell_text, write_table

if TYPE_CHECKING:
    from lxml.html import HtmlElement as Element

# --- Bytes to characters ----------------------------------------------------------------------------------------------

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CHINESE_CODES = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "utf-8": "utf-8"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what the tree cannot hold
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def decode_page(data: bytes) -> tuple[str, int]:
    """A page's text, and how many characters of it could not be read."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    try:
        return data.decode("utf-8"), 0  # whatever the page says of itself: other encodings hardly ever pass as UTF-8
    except UnicodeDecodeError:
        named = _CHARSET.search(data[:4096])
        return _decoded(data, _CHINESE_CODES.get(named[1].decode().lower() if named else "", "gb18030"))


def _decoded(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, "replace")
    return text, text.count("\ufffd")


# --- What a page says of its document ---------------------------------------------------------------------------------

_LABELS = {
    "索引号": "索引号",
    "文号": "文号",
    "发文字号": "发文字号",
    "文件编号": "文号",
    "标题": "标题",
    "名称": "名称",
    "信息名称": "信息名称",
    "发文": "发文机关",
    "发文机关": "发文机关",
    "发文单位": "发文单位",
    "发布机构": "发布机构",
    "发布单位": "发布单位",
    "制发机关": "制发机关",
    "成文日期": "成文日期",
    "生成日期": "生成日期",
    "发布日期": "发布日期",
    "公开日期": "公开日期",
    "公布日期": "公布日期",
    "发布时间": "发布时间",
    "主题分类": "主题分类",
    "主题词": "主题词",
    "公开方式": "公开方式",
    "公开形式": "公开形式",
    "有效性": "有效性",
    "时效性": "时效性",
    "来源": "来源",
    "信息来源": "信息来源",
}
"""Labels as pages write them, and as they are put above the text."""
_META = {
    "articletitle": "标题",
    "pubdate": "发布日期",
    "contentsource": "来源",
    "indexnumber": "索引号",
    "documentnumber": "文号",
    "filenumber": "文号",
    "publisher": "发布机构",
}
_PIECE = re.compile(rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})(?:\s*[:：]\s*|\s+)(\S.{{0,200}})")
_LABEL_CELL = re.compile(rf"({'|'.join(sorted(_LABELS, key=len, reverse=True))})[:：]?")
_TITLE_END = re.compile(
    r"(?:计划|报告|规划|纲要|要点|方案|办法|意见|通知|决定|措施|清单|细则|规定|条例|公报)(?:[(（].{1,20}[)）])?$"
)
_ABOVE = "网页题头"

# --- Elements ---------------------------------------------------------------------------------------------------------

_NEVER = frozenset(
    "script style noscript template iframe frame object embed svg canvas video audio head nav footer aside button"
    " select input textarea option map".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_CONTAINERS = frozenset("article body center div fieldset form main section table tbody tr td".split())
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|crumbs?|sidebar|share|toolbar|copyright|footer?|foot|bottom|related|pager?"
    r"|pagination|qrcode|search|banner|topbar|skip|print|bdsharebuttonbox)(?:[\s_\d-]|$)",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PROSE = re.compile(r"[，。；、,;]")
_NEARLY_ALL = 0.9
_LAYOUT_CELL = 1500  # characters; a cell with more, in several paragraphs, is a frame and not a figure's place
_MOSTLY_LINKS = 0.5
_SHORT = 300  # characters; what is called a menu and holds more is none
_HAN = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3001-\u303f\u2014-\u2026"
_BROKEN_HAN = re.compile(rf"(?<=[{_HAN}])[ \t]*[\r\n]\s*(?=[{_HAN}])")
_SQUARE = re.compile(r"(?<=m)([23])$")


def read_html(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a web page. Raises `UnusableInput` (no text, too large)."""
    from lxml import html
    from lxml.etree import ParserError

    text, unreadable = decode_page(data)
    parser = html.HTMLParser(remove_pis=True)
    try:
        page = html.document_fromstring(_DECLARATION.sub("", _NO_XML.sub("", text)), parser)
    except (ParserError, ValueError):
        raise UnusableInput(f"文件“{shown(name)}”里没有文字") from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):  # it ends there, without an error
        raise UnusableInput(f"文件“{shown(name)}”的网页嵌套过深，读不全，没有收入；请在浏览器里另存后再试")
    writer = TextWriter(limits, name)
    if unreadable:
        writer.note(f"{unreadable}个字符的编码无法识别，以“\ufffd”代替")
    _Page(page, writer).read()
    return writer.finished()


class _Page:
    """Goes through one page."""

    def __init__(self, page: Element, writer: TextWriter) -> None:
        self._page = page
        self._writer = writer
        self._paragraphs = self._tables = self._images = 0
        self._line: list[str] = []
        self._line_is_bold: list[bool] = []
        self._level: int | None = None

    def read(self) -> None:
        comments = [str(comment.text) for comment in self._page.getroottree().xpath("//comment()") if comment.text]
        metas = [(meta.get("name", ""), meta.get("content", "")) for meta in self._page.iter("meta")]
        around = _prune(self._page)
        whole = self._page.find("body")
        whole = self._page if whole is None else whole
        body = _body_of(whole)
        above, left = _surroundings(whole, body)
        above_text = "\n".join([*above, *[line for _, line in zip(range(30), _lines_in(body), strict=False)]])
        self._head(comments, metas, above_text)
        for line in above:
            self._writer.line(line, _ABOVE)
        self._blocks(body)
        self._flush()
        around += sum(map(len, left))
        if around:
            said = f"（如“{'、'.join(left[:3])[:40]}”）" if left else ""
            self._writer.note(f"网页正文以外的导航、页脚等约{around}字未收入{said}")
        if self._images:
            self._writer.note(f"图片{self._images}幅，图中文字没有读取")

    def _head(self, comments: list[str], metas: list[tuple[str, str]], seen: str) -> None:
        """Labelled values that the page does not show, in their usual form."""
        found: dict[str, str] = {}
        for comment in comments:
            found.update({label: value for label, value in _labelled(comment) if label not in found})
        for key, content in metas:
            label = _META.get(key.lower()) or _LABELS.get(key)
            if label and content.strip():
                found.setdefault(label, cell_text(content))
        for label, value in found.items():
            spaced = r"[ \u3000]*".join(label)
            if not re.search(rf"^\s*{spaced}[ \u3000]*[:：]\s*\S", seen, re.M):
                self._writer.line(f"{label}: {value}", _ABOVE)

    # --- Blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, holder: Element) -> None:
        """Everything in an element, line by line."""
        self._inline(holder.text, holder)
        for element in holder:
            if isinstance(element.tag, str):
                self._element(element)
            self._inline(element.tail, holder)

    def _element(self, element: Element) -> None:
        name = element.tag
        if name == "br":
            self._flush()
        elif name == "img":
            self._images += 1
        elif name == "table" and not _is_layout(element):
            self._flush()
            self._table(element)
        elif name == "sup":
            # km<sup>2</sup>: plain, the 2 would be a digit of a figure.
            squared = _SQUARE.search("".join(self._line)[-1:] + element.text_content().strip())
            self._inline("²³"[int(squared[1]) - 2] if squared else element.text_content(), element)
        elif name in _BLOCKS:
            self._flush()
            self._level = _HEADINGS.get(name, self._level)
            if name == "li":
                self._inline(_item_number(element), element)
            self._blocks(element)
            self._flush()
            self._level = None if name in _HEADINGS else self._level
        else:
            self._blocks(element)

    def _inline(self, text: str | None, holder: Element) -> None:
        if text:
            self._line.append(text)
            if text.strip():
                self._line_is_bold.append(_is_bold(holder))

    def _flush(self) -> None:
        text = _one_line("".join(self._line)).strip()
        is_bold = bool(self._line_is_bold) and all(self._line_is_bold)
        self._line, self._line_is_bold = [], []
        if text:
            self._paragraphs += 1
            self._writer.line(text, f"第{self._paragraphs}段", self._level, is_bold=is_bold)

    # --- Tables -------------------------------------------------------------------------------------------------------

    def _table(self, table: Element) -> None:
        self._images += sum(1 for _ in table.iter("img"))
        rows = _rows(table)
        labelled = _label_table(rows)
        if labelled:
            for label, value in labelled:
                self._writer.line(f"{label}: {value}", _ABOVE)
            return
        self._tables += 1
        for caption in table.iter("caption"):
            self._writer.line(cell_text(caption.text_content()), f"表{self._tables}")
        write_table(self._writer, rows, f"表{self._tables}")


def _one_line(text: str) -> str:
    """Inline text as a browser shows it, but that a line's end in the source between Chinese characters is nothing."""
    return clean(re.sub(r"[\r\n]", " ", _BROKEN_HAN.sub("", text)))


def _item_number(element: Element) -> str:
    """The number that a browser shows before an item of an ordered list, where the text brings none."""
    holder = element.getparent()
    if (
        holder is None
        or holder.tag != "ol"
        or re.match(r"\s*[（(]?[\d一二三四五六七八九十①-⑳]", element.text_content())
    ):
        return ""
    items = [item for item in holder if item.tag == "li"]
    start = holder.get("start", "1")
    return f"{(int(start) if start.isdecimal() and len(start) < 6 else 1) + items.index(element)}. "


def _is_bold(element: Element) -> bool:
    """Whether text right in this element is set bold, and not centred as a title is."""
    is_bold = False
    at: Element | None = element
    while at is not None and at.tag not in ("td", "div", "body"):
        style = at.get("style", "")
        if _CENTRED.search(style) or at.get("align") == "center":
            return False
        is_bold = is_bold or at.tag in ("b", "strong") or _BOLD.search(style) is not None
        at = at.getparent()
    return is_bold


# --- Tables -----------------------------------------------------------------------------------------------------------


def _is_layout(table: Element) -> bool:
    """Whether a table only arranges the page: others within, one column, or cells that hold whole articles."""
    if next((inner for inner in table.iter("table") if inner is not table), None) is not None:
        return True
    cells = [list(row.iterchildren("td", "th")) for row in table.iter("tr")]
    if max(map(len, cells), default=0) <= 1:
        return True
    return any(
        len(cell.text_content()) > _LAYOUT_CELL and sum(1 for _ in cell.iter("p", "div", "br")) > 2
        for row in cells
        for cell in row
    )


def _rows(table: Element) -> list[list[str]]:
    """The cells by row and column; a cell over several stands in the first, the others are empty."""
    taken: dict[tuple[int, int], str] = {}
    for number, row in enumerate(table.iter("tr")):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for place in ((number + y, column + x) for y in range(down) for x in range(across)):
                taken[place] = ""
            taken[number, column] = cell_text(" ".join(_lines_in(cell)))
    height = max((row for row, _ in taken), default=-1) + 1
    width = max((column for _, column in taken), default=-1) + 1
    return [[taken.get((row, column), "") for column in range(width)] for row in range(height)]


def _span(cell: Element, name: str) -> int:
    written = cell.get(name, "1").strip()
    return max(1, min(int(written), 100)) if written.isascii() and written.isdecimal() and len(written) < 6 else 1


def _label_table(rows: list[list[str]]) -> list[tuple[str, str]]:
    """The labelled values of a table that is the document's head; none where it is another table."""
    if len(rows) > 12:
        return []
    found: list[tuple[str, str]] = []
    for row in rows:
        cells = [cell for cell in row if cell]
        label = ""
        for cell in cells:
            squeezed = re.sub(r"\s", "", cell)
            if named := _LABEL_CELL.fullmatch(squeezed):
                label = _LABELS[named[1]]
            elif label:
                found.append((label, cell))
                label = ""
            elif piece := _labelled_piece(cell):
                found.append(piece)
    return found if len(found) >= 2 else []


# --- Head and body ----------------------------------------------------------------------------------------------------


def _labelled(comment: str) -> Iterator[tuple[str, str]]:
    """Labelled values in a comment: 索引号 X | 文号 Y | title. Nothing where the comment is code or a remark."""
    if "<" in comment:
        return
    pieces = [piece.strip() for piece in re.split(r"[|｜\n]", comment) if piece.strip()]
    labelled = [_labelled_piece(piece) for piece in pieces]
    if not any(labelled):
        return
    for piece, found in zip(pieces, labelled, strict=True):
        if found is not None:
            yield found
        elif _TITLE_END.search(piece):
            yield "标题", cell_text(piece)


def _labelled_piece(piece: str) -> tuple[str, str] | None:
    match = _PIECE.fullmatch(re.sub(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff]{0,3}[:：])", "", piece).strip())
    return (_LABELS[match[1]], cell_text(match[2])) if match else None


def _prune(page: Element) -> int:
    """Take out what is no text, and what is named as standing around the text; how many characters that were."""
    count = 0
    for element in list(page.iter()):
        parent = element.getparent()
        if parent is None:
            continue
        if not isinstance(element.tag, str):
            _drop(element)
        elif element.tag in _NEVER or _is_hidden(element) or _is_around(element):
            if element.tag not in ("script", "style", "head", "noscript", "template") and not _is_hidden(element):
                count += len(re.sub(r"\s", "", element.text_content()))
            _drop(element)
    return count


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
    text = len(re.sub(r"\s", "", element.text_content()))
    linked = sum(len(re.sub(r"\s", "", link.text_content())) for link in element.iter("a"))
    return text <= _SHORT or linked >= _MOSTLY_LINKS * text


def _body_of(whole: Element) -> Element:
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
    return element.tag == "table" and not _is_layout(element)


def _surroundings(whole: Element, body: Element) -> tuple[list[str], list[str]]:
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
            left.extend(line for line in _lines_in(element) if line not in keep)
    return kept, left


def _kept(element: Element) -> list[str]:
    """The title and the labelled values in an element above the body."""
    lines: list[str] = []
    for table in [element] if element.tag == "table" else list(element.iter("table")):
        if not _is_layout(table):
            lines.extend(f"{label}: {value}" for label, value in _label_table(_rows(table)))
    headings = [element] if element.tag in ("h1", "h2") else list(element.iter("h1", "h2"))
    lines.extend(cell_text(heading.text_content()) for heading in headings)
    for line in _lines_in(element):
        if _labelled_piece(line) and line not in lines:
            lines.append(line)
    return lines


def _lines_in(element: Element) -> list[str]:
    """The lines of an element's text, one a block."""
    parts: list[str] = []

    def gather(holder: Element) -> None:
        parts.append(holder.text or "")
        for inner in holder:
            if isinstance(inner.tag, str):
                is_block = inner.tag in _BLOCKS or inner.tag == "br"
                parts.append("\0" if is_block else "")
                gather(inner)
                parts.append("\0" if is_block else "")
            parts.append(inner.tail or "")

    gather(element)
    return [line for piece in "".join(parts).split("\0") if (line := _one_line(piece).strip())]
