"""Web pages: the body of the page, with its tables whole and what the page says of the document in its head.

No parser of a whole-web kind: pages of one office differ little, and what such a parser leaves out it leaves out in
silence. The body is the deepest element that holds nearly all the page's prose; what stands around it is left out and
counted, but for the title and the labelled values (索引号, 文号, 发布日期 …) above it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.errors import UnusableInput
from assistant.reading.html_body import body_of, prune, surroundings
from assistant.reading.html_encoding import decode_page
from assistant.reading.html_labels import LABELS, META, label_table, labelled
from assistant.reading.html_lines import BLOCKS, lines_in, one_line
from assistant.reading.html_tables import is_layout, stray_lines, table_rows
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import ReadText, TextWriter, raised, shown
from assistant.reading.tables import cell_text, write_table

if TYPE_CHECKING:
    from lxml.html import HtmlElement as Element

_ABOVE = "网页题头"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what the tree cannot hold
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.I)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINE_END = re.compile(r"\r\n?|\n")
_AS_TYPED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)


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
        pruned = prune(self._page)
        whole = self._page.find("body")
        whole = self._page if whole is None else whole
        body = body_of(whole)
        above, left = surroundings(whole, body)
        above_text = "\n".join([*above, *[line for _, line in zip(range(30), lines_in(body), strict=False)]])
        self._head(comments, metas, above_text)
        for line in above:
            self._writer.line(line, _ABOVE)
        self._blocks(body)
        self._flush()
        around = pruned.around + sum(map(len, left))
        if around:
            said = f"（如“{'、'.join(left[:3])[:40]}”）" if left else ""
            self._writer.note(f"网页正文以外的导航、页脚等约{around}字未收入{said}")
        if pruned.hidden:
            self._writer.note(f"网页上不显示的文字约{pruned.hidden}字未收入")
        if pruned.embedded:
            self._writer.note(f"网页里嵌有{pruned.embedded}个框架或插件，其中的内容没有读取；要用请另存它们所指的网页")
        if self._images:
            self._writer.note(f"图片{self._images}幅，图中文字没有读取")

    def _head(self, comments: list[str], metas: list[tuple[str, str]], seen: str) -> None:
        """Labelled values that the page does not show, in their usual form."""
        found: dict[str, str] = {}
        for comment in comments:
            found.update({label: value for label, value in labelled(comment) if label not in found})
        for key, content in metas:
            label = META.get(key.lower()) or LABELS.get(key)
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
        elif name == "table" and not is_layout(element):
            self._flush()
            self._table(element)
        elif name == "sup":
            self._inline(raised("".join(self._line), element.text_content().strip()), element)
        elif name in BLOCKS:
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
        # What is set as it was typed ends its lines where the source does.
        for number, piece in enumerate(_LINE_END.split(text) if text and _is_as_typed(holder) else [text or ""]):
            if number:
                self._flush()
            self._line.append(piece)
            if piece.strip():
                self._line_is_bold.append(_is_bold(holder))

    def _flush(self) -> None:
        text = one_line("".join(self._line)).strip()
        is_bold = bool(self._line_is_bold) and all(self._line_is_bold)
        self._line, self._line_is_bold = [], []
        if text:
            self._paragraphs += 1
            self._writer.line(text, f"第{self._paragraphs}段", self._level, is_bold=is_bold)

    # --- Tables -------------------------------------------------------------------------------------------------------

    def _table(self, table: Element) -> None:
        self._images += sum(1 for _ in table.iter("img"))
        rows = table_rows(table)
        head = label_table(rows)
        for line in [*stray_lines(table), *head]:
            self._writer.line(line, _ABOVE if head else f"第{self._paragraphs}段")
        if head:
            return
        self._tables += 1
        for caption in table.iter("caption"):
            self._writer.line(cell_text(caption.text_content()), f"表{self._tables}")
        write_table(self._writer, rows, f"表{self._tables}")


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


def _is_as_typed(element: Element) -> bool:
    return any(at.tag == "pre" or _AS_TYPED.search(at.get("style", "")) for at in (element, *element.iterancestors()))
