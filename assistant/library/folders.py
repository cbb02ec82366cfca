"""The files of a folder, before anything is read of them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UnusableInput
from assistant.reading.kinds import KNOWN
from assistant.reading.limits import DEFAULT_LIMITS, ReadLimits
from assistant.reading.read_text import shown


@dataclass(frozen=True)
class CorpusFile:
    """A file of the folder that the library is kept in step with; `name` is its path in there, with
    slashes."""

    name: str
    path: Path
    sha256: str


def corpus_files(corpus: Path | None, limits: ReadLimits = DEFAULT_LIMITS) -> tuple[CorpusFile, ...]:
    """The documents of the corpus folder, hashed, by name; also those that will be refused with what to do: of other
    formats, too large, unreadable. None for None.

    Raises `UnusableInput` where the folder is missing or a folder in it cannot be listed: its documents would leave the
    library as if their files were gone.
    """
    if corpus is None:
        return ()
    if not corpus.is_dir():
        raise UnusableInput(f"找不到语料文件夹“{corpus}”")

    def fail(place: Path, why: str) -> None:
        if not place.is_symlink():  # a link to a folder is passed over; nothing of it was ever held
            raise UnusableInput(f"语料文件夹里的“{shown(str(place))}”{why}")

    files = [path for path in files_below(corpus, fail) if path.suffix.lower() in KNOWN]
    return tuple(
        CorpusFile(storable(path.relative_to(corpus).as_posix()), path, _fingerprint(path, limits)) for path in files
    )


def files_below(folder: Path, on_unlisted: Callable[[Path, str], None]) -> list[Path]:
    """Every file below a folder by path, hidden ones and those in hidden folders left out.

    `on_unlisted` is told of folders that are not looked into, and why, in Chinese: links, which may lead round in a
    circle or out to a whole disk, and folders that cannot be read.
    """
    found: list[Path] = []

    def fail(error: OSError) -> None:
        on_unlisted(Path(error.filename), f"读不出来：{error.strerror or error}")

    for place, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (link := Path(place, name)).is_symlink():
                on_unlisted(link, "是指向别处的链接，没有进去；请直接收入它所指的文件夹")
        found.extend(Path(place, name) for name in names if not name.startswith("."))
    return sorted(found)


def storable(name: str) -> str:
    """A file's name as it can be written down: one that is no valid text has its odd bytes spelt out."""
    return name.encode("utf-8", "backslashreplace").decode()


def hash_of(data: bytes) -> str:
    """The hash by which a file's bytes are known."""
    return hashlib.sha256(data).hexdigest()


def _fingerprint(path: Path, limits: ReadLimits) -> str:
    """The hash of a file's bytes; of one that is not to be read, why instead: it is looked at, at every start."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "no-file"
        if status.st_size > limits.file_bytes:
            return f"too-large-{status.st_size}"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable-{error.errno}"
