"""One file's bytes to documents, whatever its format. Runs in the reading process: see `process`."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import UnusableInput
from assistant.reading.archive import Member, members_of
from assistant.reading.kinds import kind_of
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import ReadText, shown, too_much_text
from assistant.reading.text_file import decode


@dataclass(frozen=True)
class Unpacked:
    """An archive's files, none of them read yet."""

    members: tuple[Member, ...]


def read_format(data: bytes, name: str, limits: ReadLimits, *, is_member: bool = False) -> ReadText | Unpacked:
    """The text of a file, or the files of an archive. Raises `UnusableInput`: in the file's name, what is wrong and
    what to do."""
    kind = kind_of(data, name)
    if kind == "text":
        return plain_text(data, name, limits)
    if kind == "zip":
        if is_member:
            raise UnusableInput(f"压缩包里的压缩包“{shown(name)}”没有打开；请解压后再收入")
        return Unpacked(tuple(members_of(data, name, limits)))
    if kind == "docx":
        from assistant.reading.docx_file import read_docx

        return read_docx(data, name, limits)
    if kind == "xlsx":
        from assistant.reading.xlsx_file import read_xlsx

        return read_xlsx(data, name, limits)
    if kind == "pdf":
        from assistant.reading.pdf_file import read_pdf

        return read_pdf(data, name, limits)
    from assistant.reading.html_file import read_html

    return read_html(data, name, limits)


def plain_text(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a plain text file, exactly as written."""
    text = decode(data, shown(name))
    if len(text) > limits.characters:
        raise too_much_text(name, limits)
    return ReadText("", text)
