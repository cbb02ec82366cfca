"""A file to its documents: plain text right here, everything else in the reading process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from assistant.errors import UnusableInput
from assistant.reading.formats import Unpacked, plain_text
from assistant.reading.limits import DEFAULT_LIMITS, ReadLimits
from assistant.reading.process import ReadingProcess
from assistant.reading.read_text import ReadText, shown
from assistant.reading.text_file import SUFFIXES

_PACKED = (b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf")
"""How files begin that are no plain text whatever they are called."""


@dataclass(frozen=True)
class Document:
    """A document that was read, and the bytes of the file (of the archive's member) that it was read from."""

    text: ReadText
    source: bytes


@dataclass(frozen=True)
class RefusedMember:
    """A file in an archive that cannot be used, and why, in one Chinese line."""

    path: str
    reason: str


@dataclass(frozen=True)
class FileContent:
    """What a file holds: one document, or an archive's."""

    documents: tuple[Document, ...]
    refused: tuple[RefusedMember, ...] = ()


class FileReader:
    """Reads files of every format. Starts its reading process when a file first needs one; close it when done."""

    def __init__(self, limits: ReadLimits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._process = ReadingProcess(limits)

    def read(self, data: bytes, name: str) -> FileContent:
        """The documents in a file. Raises `UnusableInput` where there is none, also for an archive in which no file
        can be used."""
        if is_plain(data, name):
            return FileContent((Document(plain_text(data, name, self.limits), data),))
        read = self._process.read(data, name)
        if isinstance(read, ReadText):
            return FileContent((Document(read, data),))
        return self._archive(read, name)

    def read_member(self, data: bytes, name: str, member: str) -> Document:
        """The document in a file of an archive that was unpacked before; `name` is the archive's. Raises
        `UnusableInput`."""
        called = f"{name}/{member}"
        if is_plain(data, member):
            read: ReadText | Unpacked = plain_text(data, called, self.limits)
        else:
            read = self._process.read(data, called, is_member=True)
        if not isinstance(read, ReadText):  # what reads members opens no archive
            raise TypeError(f"an archive where a document was to be: {called}")
        return Document(replace(read, name=member), data)

    def _archive(self, unpacked: Unpacked, name: str) -> FileContent:
        documents: list[Document] = []
        refused: list[RefusedMember] = []
        for member in unpacked.members:
            if member.refusal:
                refused.append(RefusedMember(member.path, member.refusal))
                continue
            try:
                documents.append(self.read_member(member.data, name, member.path))
            except UnusableInput as error:
                refused.append(RefusedMember(member.path, str(error)))
        if not documents:
            why = f"：{refused[0].reason}" if refused else ""
            raise UnusableInput(f"压缩包“{shown(name)}”里没有能用的文件{why}")
        return FileContent(tuple(documents), tuple(refused))

    def close(self) -> None:
        """End the reading process."""
        self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_plain(data: bytes, name: str) -> bool:
    """Whether a file is plain text by its name and does not begin like something else."""
    return name.lower().endswith(SUFFIXES) and not data.startswith(_PACKED)
