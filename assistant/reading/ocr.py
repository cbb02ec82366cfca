"""Scanned pages, read by Tesseract where it is installed: the extra `ocr`, and the system's tesseract with chi_sim."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import Protocol

_LANGUAGE = "chi_sim"
_DOTS_PER_INCH = 300
_MOST_PIXELS = 40_000_000  # a page of A3 at 300 dots per inch is 17 million
_HAN_SPACE = re.compile(
    r"(?<=[\u2e80-\u9fff\u3001-\u303f\uff00-\uffef\d]) (?=[\u2e80-\u9fff\u3001-\u303f\uff00-\uffef\d])"
)


class Recognizer(Protocol):
    """Reads pages of one PDF."""

    def page(self, number: int) -> str:
        """The text on a page (counted from 1), a paragraph a line; "" where there is none to be read."""


class _Nobody:
    """Where Tesseract is not installed."""

    def page(self, number: int) -> str:  # noqa: ARG002
        return ""


class _Tesseract:
    """Renders pages and has them read."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2

        self._document = pypdfium2.PdfDocument(data)

    def page(self, number: int) -> str:
        import pypdfium2
        import pytesseract

        try:
            page = self._document[number - 1]
        except pypdfium2.PdfiumError:  # too damaged to be drawn
            return ""
        width, height = page.get_size()
        scale = _DOTS_PER_INCH / 72
        if width * height * scale * scale > _MOST_PIXELS:
            scale = (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5
        image = page.render(scale=scale, grayscale=True).to_pil()
        blocks = pytesseract.image_to_string(image, lang=_LANGUAGE).split("\n\n")
        joined = (_HAN_SPACE.sub("", " ".join(block.split())) for block in blocks)
        return "\n".join(line for line in joined if line)


@cache
def is_installed() -> bool:
    """Whether the extra, Tesseract and its Chinese are there."""
    if find_spec("pytesseract") is None or find_spec("pypdfium2") is None:
        return False
    import pytesseract

    try:
        return _LANGUAGE in pytesseract.get_languages()
    except pytesseract.TesseractNotFoundError:
        return False


def recognizer(data: bytes) -> Recognizer:
    """Who reads the pages of this PDF."""
    if not is_installed():
        return _Nobody()
    import pypdfium2

    try:
        return _Tesseract(data)
    except pypdfium2.PdfiumError:  # too damaged to be drawn
        return _Nobody()
