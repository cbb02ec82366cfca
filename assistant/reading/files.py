"""A file to its documents: plain text right here, everything else in the reading process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
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


def file_bytes(path: Path, limits: ReadLimits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a file that is not too large; a larger one is not read at all.

    Raises `UnusableInput` (missing, a folder, not a file, unreadable, too large).
    """
    named = shown(str(path))
    try:
        if path.is_dir():
            raise UnusableInput(f"“{named}”是文件夹，不是文件")
        if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
            raise UnusableInput(f"“{named}”不是普通文件")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1) if path.stat().st_size <= limits.file_bytes else None
    except FileNotFoundError:
        raise UnusableInput(f"找不到文件“{named}”") from None
    except PermissionError:
        raise UnusableInput(f"没有权限读取文件“{named}”") from None
    except OSError as error:
        raise UnusableInput(f"文件“{named}”读不出来：{error.strerror or error}") from error
    if data is None or len(data) > limits.file_bytes:
        raise UnusableInput(f"文件“{named}”太大，超过上限{limits.file_mb} MB（设置 PLAN_ASSISTANT_READ_MAX_MB）")
    return data


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
        if isinstance(read, Unpacked):  # the process refuses archives in archives
            raise UnusableInput(f"压缩包里的压缩包“{shown(called)}”没有打开；请解压后再收入")
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
