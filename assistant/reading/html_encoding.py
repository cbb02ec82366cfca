"""A web page's bytes to characters."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CHINESE_CODES = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "utf-8": "utf-8"}


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
