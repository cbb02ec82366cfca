"""What a file is: told by its content first, by its name where the content is plain text."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import Literal

from assistant.errors import UnusableInput
from assistant.reading.archive import BROKEN
from assistant.reading.read_text import shown
from assistant.reading.text_file import SUFFIXES as TEXT_SUFFIXES

Kind = Literal["text", "html", "docx", "xlsx", "pdf", "zip"]

_SUFFIX_KINDS: dict[str, Kind] = {
    **dict.fromkeys(TEXT_SUFFIXES, "text"),
    **dict.fromkeys((".html", ".htm"), "html"),
    **dict.fromkeys((".docx", ".docm"), "docx"),
    **dict.fromkeys((".xlsx", ".xlsm"), "xlsx"),
    ".pdf": "pdf",
    ".zip": "zip",
}
READABLE: tuple[str, ...] = tuple(_SUFFIX_KINDS)
"""The names' ends of what can be read."""

_SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为 .docx 后再收入"
_SAVE_AS_XLSX = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再收入"
_ADVICE = {
    **dict.fromkeys((".doc", ".dot", ".rtf"), f"旧版 Word 格式读不了；{_SAVE_AS_DOCX}"),
    **dict.fromkeys((".wps", ".wpt"), f"WPS 文字的专有格式读不了；{_SAVE_AS_DOCX}"),
    **dict.fromkeys((".odt", ".pages"), f"这种文字处理格式读不了；{_SAVE_AS_DOCX}"),
    **dict.fromkeys((".xls", ".xlt", ".csv"), f"这种表格格式读不了；{_SAVE_AS_XLSX}"),
    **dict.fromkeys((".et", ".ett"), f"WPS 表格的专有格式读不了；{_SAVE_AS_XLSX}"),
    **dict.fromkeys((".ods", ".numbers", ".xlsb"), f"这种表格格式读不了；{_SAVE_AS_XLSX}"),
    ".ofd": "OFD 版式文件读不了；请用 WPS 或数科、福昕等阅读器打开，导出为 PDF 或 .docx 后再收入",
    **dict.fromkeys((".ppt", ".pptx", ".dps"), "演示文稿读不了；请把其中的文字另存为 .docx 后再收入"),
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz"), "这种压缩格式读不了；请解压后把文件夹收入，或改用 .zip"),
    **dict.fromkeys((".mht", ".mhtml"), "单文件网页读不了；请在浏览器里另存为 .html 后再收入"),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp"),
        "是图片，没有文字；请识别（OCR）成 .docx 或文字版 PDF 后再收入",
    ),
}
KNOWN: tuple[str, ...] = (*READABLE, *(suffix for suffix in _ADVICE if suffix not in READABLE))
"""The names' ends of documents, also of those that are refused with what to do."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PROBE = 4096
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|table|tbody|div|p|h[1-6])[\s>/]", re.I)
_XML = re.compile(rb"<\?xml[\s>]")
_OFFICE_XML = re.compile(rb"progid=[\"'](Word|Excel)\.")


def kind_of(data: bytes, name: str) -> Kind:
    """What to read a file as. Raises `UnusableInput` with what to do where it cannot be read."""
    suffix = PurePath(name).suffix.lower()
    start = data[:_PROBE].removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"%PDF-" in data[:1024] and not (suffix in TEXT_SUFFIXES and not start.startswith(b"%PDF-")):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed_kind(data, name)
    if data.startswith(_OLE):
        raise _ole_refusal(data, name, suffix)
    if start.startswith(b"{\\rtf"):
        raise _refusal(name, _ADVICE[".rtf"] if suffix == ".rtf" else f"内容其实是 RTF；{_SAVE_AS_DOCX}")
    if suffix in TEXT_SUFFIXES:
        return "text"
    if start[:13].lower() == b"mime-version:":
        raise _refusal(name, _ADVICE[".mht"])
    if found := _OFFICE_XML.search(data[:_PROBE]):
        raise _refusal(
            name, f"内容是 XML 格式的 Office 文件；{_SAVE_AS_DOCX if found[1] == b'Word' else _SAVE_AS_XLSX}"
        )
    if _is_html(start) or _SUFFIX_KINDS.get(suffix) == "html":
        return "html"
    if not data.strip():
        raise UnusableInput(f"文件“{shown(name)}”是空的，没有文字")
    if data.startswith(_IMAGES) and suffix not in _ADVICE:
        raise _refusal(name, "内容其实" + _ADVICE[".png"])
    if suffix in _ADVICE:
        raise _refusal(name, _ADVICE[suffix])
    if suffix in _SUFFIX_KINDS:
        raise UnusableInput(f"文件“{shown(name)}”的内容不是 {suffix} 格式，可能已损坏；请重新下载或重新保存后再试")
    raise UnusableInput(f"“{shown(name)}”的格式不支持；目前能读取的格式：{'、'.join(READABLE)}")


def _is_html(start: bytes) -> bool:
    found = _HTML.search(start)
    if found is None:
        return False
    before = start[: found.start()]
    return not before.strip() or before.startswith((b"<!--", b"<?xml", b"<!"))


def _packed_kind(data: bytes, name: str) -> Kind:
    """What a zip file holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BROKEN:
        raise UnusableInput(f"文件“{shown(name)}”已损坏，打不开；请重新下载或重新保存后再试") from None
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx")):
            if any(part.startswith(folder) for part in names):
                return "docx" if kind == "docx" else "xlsx"
        raise _refusal(
            name, _ADVICE[".pptx"] if any(part.startswith("ppt/") for part in names) else "是没有正文的 Office 文件"
        )
    if "OFD.xml" in names:
        raise _refusal(name, _ADVICE[".ofd"])
    if {"mimetype", "content.xml"} <= names:
        raise _refusal(name, f"是 OpenDocument 格式，读不了；{_SAVE_AS_DOCX.replace('.docx', '.docx 或 .xlsx')}")
    return "zip"


def _ole_refusal(data: bytes, name: str, suffix: str) -> UnusableInput:
    if _ENCRYPTED_PACKAGE in data:
        return _refusal(name, "有打开密码；请用 Word 或 WPS 打开，取消密码后另存再收入")
    if suffix in _ADVICE:
        return _refusal(name, _ADVICE[suffix])
    if "Workbook".encode("utf-16-le") in data:
        return _refusal(name, f"内容其实是旧版 Excel 格式；{_SAVE_AS_XLSX}")
    return _refusal(name, f"内容其实是旧版 Word 格式；{_SAVE_AS_DOCX}")


def _refusal(name: str, why: str) -> UnusableInput:
    return UnusableInput(f"文件“{shown(name)}”{why}")
