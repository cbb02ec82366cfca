"""What an indexing that did not come to its end has worked out already, so that the next one need not begin anew.

Kept in the home, apart from the generations, by what it was made from and by the program that made it; gone as soon as a
generation is complete. Only under the indexing lock.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from pydantic import TypeAdapter, ValidationError

from assistant.library.records import Content, read_content, write_content
from assistant.reading.files import Document, FileContent, FileReader, RefusedMember, is_plain
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import ReadText
from assistant.search.arrays import Arrays

_FOLDER, _TEXTS = "unfinished", "texts.json"


class Unfinished:
    """The folder of what is worked out by one program. `fingerprint` tells the program: of another one nothing is used."""

    def __init__(self, home: Path, fingerprint: str) -> None:
        self._all = home / _FOLDER
        self._folder = self._all / fingerprint[:16]

    def read(self, name: str, data: bytes, read: Callable[[], FileContent]) -> FileContent:
        """What a file of that name and these bytes holds; read now where it has not been."""
        place = self._folder / f"read-{_digest(name.encode(), data)}"
        with suppress(OSError, ValidationError):  # not there, or a power cut in the middle of writing
            texts, refused = _read_type().validate_json((place / _TEXTS).read_bytes())
            sources = [(place / f"source-{number}").read_bytes() for number in range(len(texts))]
            return FileContent(tuple(map(Document, texts, sources)), refused)
        content = read()
        half = self._fresh(place)
        half.mkdir()
        held = tuple(document.text for document in content.documents), content.refused
        (half / _TEXTS).write_bytes(_read_type().dump_json(held))
        for number, document in enumerate(content.documents):
            (half / f"source-{number}").write_bytes(document.source)
        half.replace(place)
        return content

    def content(self, source: bytes, text: ReadText, parse: Callable[[], Content]) -> Content:
        """The plan and the ledger of a text that was read from these bytes; parsed now where it has not been."""
        place = (
            self._folder / f"parsed-{_digest(source, text.text.encode(), repr((text.styled, text.places)).encode())}"
        )
        with suppress(OSError, ValidationError):
            return read_content(place)
        content = parse()
        half = self._fresh(place)
        half.mkdir()
        write_content(half, content)
        half.replace(place)
        return content

    def arrays(self, content: Content, make: Callable[[], Arrays]) -> Arrays:
        """What is made of a document for searching and answering; made now where it has not been."""
        place = (
            self._folder
            / f"made-{_digest(content.data, content.plan.text.encode(), repr(content.plan.identity).encode())}.npz"
        )
        if place.is_file():
            with suppress(OSError, ValueError, EOFError, BadZipFile), np.load(place) as held:
                return dict(held)
        arrays = make()
        half = self._fresh(place)
        with half.open("wb") as file:
            np.savez(file, **dict[str, Any](arrays))
        half.replace(place)
        return arrays

    def drop_others(self) -> None:
        """Let go of what another program has worked out."""
        if self._all.is_dir():
            for folder in self._all.iterdir():
                if folder != self._folder:
                    shutil.rmtree(folder, ignore_errors=True)

    def clear(self) -> None:
        """Let go of everything: the generation that it was for is complete."""
        shutil.rmtree(self._all, ignore_errors=True)

    def _fresh(self, place: Path) -> Path:
        """Where something is written before it takes its place in one step; what stood in either is gone."""
        self._folder.mkdir(parents=True, exist_ok=True)
        half = place.with_name(f"half-{place.name}")
        for path in (half, place):
            shutil.rmtree(path, ignore_errors=True)
            if path.is_file():
                path.unlink()
        return half


class KeepingReader(FileReader):
    """Keeps what it reads of files that take a process of their own, such as PDF."""

    def __init__(self, limits: ReadLimits, unfinished: Unfinished) -> None:
        super().__init__(limits)
        self._unfinished = unfinished

    def read(self, data: bytes, name: str) -> FileContent:
        if is_plain(data, name):
            return super().read(data, name)
        return self._unfinished.read(f"{name} {self.limits}", data, lambda: super(KeepingReader, self).read(data, name))


@cache
def _read_type() -> TypeAdapter[tuple[tuple[ReadText, ...], tuple[RefusedMember, ...]]]:
    return TypeAdapter(tuple[tuple[ReadText, ...], tuple[RefusedMember, ...]])


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.hexdigest()
