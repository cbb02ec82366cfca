"""Archives: opened only where what is in them stays within bounds, unpacked member by member.

Nothing is ever written to disk, so a member's path is a name and nothing else; one that points outside is refused
all the same, for whoever made it meant no good.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from assistant.errors import UnusableInput
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import shown

_BOMB_RATIO = 200  # XML compresses 10 to 50 times; a bomb 1,000 times
_BOMB_BYTES = 50 * 1024 * 1024
_ENCRYPTED, _UTF8 = 0x1, 0x800
_JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, KeyError, RuntimeError)
"""What zipfile raises on archives that are damaged, in ways it knows and in ways it does not."""


@dataclass(frozen=True)
class Member:
    """A file in an archive: its path in there, and its bytes or the Chinese line that says why there are none."""

    path: str
    data: bytes
    refusal: str = ""


@dataclass(frozen=True)
class Taken:
    """What was unpacked already of a file, where an archive lies in another one: the limits hold for all together."""

    members: int = 0
    unpacked_bytes: int = 0


NOTHING = Taken()


def open_archive(data: bytes, name: str, limits: ReadLimits, taken: Taken = NOTHING) -> zipfile.ZipFile:
    """The archive, its size on paper checked. What is read of a member is never more than the archive declares.

    Raises `UnusableInput` (damaged, too many members, too large when unpacked, a bomb).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise UnusableInput(f"文件“{shown(name)}”已损坏，压缩包打不开；请重新下载或重新保存后再试") from None
    members = archive.infolist()
    if (count := taken.members + len(members)) > limits.members:
        raise UnusableInput(
            f"文件“{shown(name)}”里有{count}个文件，超过上限{limits.members}个（设置 PLAN_ASSISTANT_READ_MAX_MEMBERS）"
        )
    unpacked = sum(member.file_size for member in members)
    if unpacked > _BOMB_BYTES and unpacked > _BOMB_RATIO * len(data):
        raise UnusableInput(f"文件“{shown(name)}”解压后是原来的{unpacked // len(data)}倍，疑似压缩炸弹，没有打开")
    unpacked += taken.unpacked_bytes
    if unpacked > limits.unpacked_bytes:
        raise UnusableInput(
            f"文件“{shown(name)}”解压后有{unpacked // 1024 // 1024} MB，超过上限{limits.unpacked_mb} MB，没有打开"
            "（设置 PLAN_ASSISTANT_READ_MAX_UNPACKED_MB）"
        )
    return archive


def members_of(data: bytes, name: str, limits: ReadLimits, taken: Taken = NOTHING) -> Iterator[Member]:
    """The files of an archive in the order of their paths, hidden ones left out. Raises `UnusableInput` as
    `open_archive` does."""
    with open_archive(data, name, limits, taken) as archive:
        named = sorted((member_path(info), info.header_offset, info) for info in archive.infolist())
        for path, _, info in named:
            if not info.is_dir() and not _is_junk(path):
                yield _member(archive, info, path, limits)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, limits: ReadLimits) -> Member:
    if refusal := _refusal(info, path, limits):
        return Member(path, b"", refusal)
    try:
        return Member(path, archive.read(info))
    except BROKEN:
        return Member(path, b"", f"压缩包里的“{shown(path)}”已损坏，解压不出来")


def _refusal(info: zipfile.ZipInfo, path: str, limits: ReadLimits) -> str:
    """Why a member is not unpacked, or ""."""
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or ".." in PurePosixPath(path).parts:
        return f"压缩包里的“{shown(path)}”路径指向压缩包之外，没有解压"
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return f"压缩包里的“{shown(path)}”是链接或设备，不是普通文件，没有解压"
    if info.flag_bits & _ENCRYPTED:
        return f"压缩包里的“{shown(path)}”有密码，请解压后再收入"
    if info.file_size > limits.file_bytes:
        return f"压缩包里的“{shown(path)}”太大，超过上限{limits.file_mb} MB"
    return ""


def member_path(info: zipfile.ZipInfo) -> str:
    """A member's path with slashes. Names that do not say they are UTF-8 are UTF-8 or GBK all the same: zipfile reads
    them as code page 437, which gives the bytes back."""
    path = info.orig_filename
    if not info.flag_bits & _UTF8:
        for encoding in ("utf-8", "gb18030"):
            try:
                path = info.orig_filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return path.replace("\\", "/")


def _is_junk(path: str) -> bool:
    """Hidden files and what systems leave behind."""
    parts = PurePosixPath(path).parts
    return any(part in _JUNK or (part.startswith(".") and part != "..") for part in parts)
