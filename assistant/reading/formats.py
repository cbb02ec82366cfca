"""One file's bytes to documents, whatever its format. Runs in the reading process: see `process`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.errors import UnusableInput
from assistant.reading.archive import Member, Taken, members_of
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
            raise UnusableInput(f"压缩包套了三层，“{shown(name)}”没有打开；请解压后再收入")
        return Unpacked(_unpacked(data, name, limits))
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


def _unpacked(data: bytes, name: str, limits: ReadLimits) -> tuple[Member, ...]:
    """The files of an archive, and in the place of an archive among them its files: offices send a year's plans as an
    archive of archives. Deeper ones stay closed, and the limits hold for all together."""
    outer = tuple(members_of(data, name, limits))
    taken = Taken(len(outer), sum(len(member.data) for member in outer))
    found: list[Member] = []
    for member in outer:
        called = f"{name}/{member.path}"
        if not _is_archive(member, called):
            found.append(member)
            continue
        try:
            inner = tuple(members_of(member.data, called, limits, taken))
        except UnusableInput as error:
            found.append(Member(member.path, b"", str(error)))
            continue
        taken = Taken(taken.members + len(inner), taken.unpacked_bytes + sum(len(one.data) for one in inner))
        found.extend(replace(one, path=f"{member.path}/{one.path}") for one in inner)
        if not inner:
            found.append(Member(member.path, b"", f"压缩包“{shown(called)}”里没有文件"))
    return tuple(found)


def _is_archive(member: Member, called: str) -> bool:
    """Whether an archive's file is an archive itself, and no office document."""
    if not member.data.startswith(b"PK"):
        return False
    try:
        return kind_of(member.data, called) == "zip"
    except UnusableInput:  # who reads it will say why it cannot be read
        return False


def plain_text(data: bytes, name: str, limits: ReadLimits) -> ReadText:
    """The text of a plain text file, exactly as written."""
    text = decode(data, shown(name))
    if len(text) > limits.characters:
        raise too_much_text(name, limits)
    return ReadText("", text)
