"""Arrays of many documents on disk: each kind in one file, one document after the other, read without loading.

A library of hundreds of plans has gigabytes of them, of which a question looks at a few kilobytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]
"""A document's arrays by kind. Those of one kind agree in everything but their first length."""

_LAYOUT = "layout.json"


class DocumentArrays:
    """The arrays in a folder. Immutable; threads may share it."""

    def __init__(self, documents: Sequence[str], kinds: Mapping[str, tuple[Array, Array]]) -> None:
        """`kinds`: for each kind all documents' rows, and where each document's begin, with the end of the last."""
        self.documents = tuple(documents)
        self._places = {document: place for place, document in enumerate(documents)}
        self._kinds = kinds

    @staticmethod
    def write(folder: Path, documents: Iterable[tuple[str, Arrays]]) -> None:
        """Write documents with their arrays, one at a time, into a folder, which is made."""
        folder.mkdir(parents=True)
        written: list[str] = []
        kinds: dict[str, _Kind] = {}
        with ExitStack() as opened:
            for document, arrays in documents:
                for kind, array in arrays.items():
                    if kind not in kinds:
                        kinds[kind] = _Kind(opened.enter_context(_file(folder, kind).open("wb")), array)
                    kinds[kind].append(array)
                written.append(document)
        layout = {kind: held.layout for kind, held in kinds.items()}
        (folder / _LAYOUT).write_text(json.dumps({"documents": written, "kinds": layout}), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> DocumentArrays:
        """What `write` wrote. Raises OSError where it is not there."""
        layout = json.loads((folder / _LAYOUT).read_text(encoding="utf-8"))
        kinds: dict[str, tuple[Array, Array]] = {}
        for kind, form in layout["kinds"].items():
            shape = (form["bounds"][-1], *form["shape"])
            rows: Array = np.zeros(shape, dtype=form["dtype"])
            if rows.size:  # nothing cannot be mapped
                # A plain view: a memmap looks up its file in every slice.
                rows = np.asarray(np.memmap(_file(folder, kind), dtype=form["dtype"], mode="r", shape=shape))
            kinds[kind] = (rows, np.asarray(form["bounds"], dtype=np.intp))
        return cls(layout["documents"], kinds)

    def __contains__(self, document: str) -> bool:
        return document in self._places

    def of(self, document: str) -> Arrays:
        """The document's arrays."""
        return {kind: self.part(kind, document) for kind in self._kinds}

    def part(self, kind: str, document: str) -> Array:
        """One of the document's arrays."""
        rows, bounds = self._kinds[kind]
        place = self._places[document]
        return rows[bounds[place] : bounds[place + 1]]

    def all(self, kind: str) -> Array:
        """Every document's, in the order in which they were written; shape (0,) where there is no document."""
        return self._kinds[kind][0] if kind in self._kinds else np.zeros(0)

    def bounds(self, kind: str) -> Array:
        """Where each document's begin in `all`, and the end of the last: shape (documents + 1,)."""
        return self._kinds[kind][1] if kind in self._kinds else np.zeros(1, dtype=np.intp)


class _Kind:
    """A file that arrays of one kind are written to."""

    def __init__(self, file: IO[bytes], like: Array) -> None:
        self._file, self._like, self._bounds = file, like, [0]

    def append(self, array: Array) -> None:
        if self._bounds[-1] == 0:
            self._like = array  # of nothing, an encoder may not know how long its vectors are
        if len(array) and (array.dtype, array.shape[1:]) != (self._like.dtype, self._like.shape[1:]):
            raise ValueError(f"{array.dtype} {array.shape} among {self._like.dtype} {self._like.shape}")
        self._file.write(np.ascontiguousarray(array).tobytes())
        self._bounds.append(self._bounds[-1] + len(array))

    @property
    def layout(self) -> dict[str, object]:
        return {"dtype": self._like.dtype.str, "shape": list(self._like.shape[1:]), "bounds": self._bounds}


NO_ARRAYS = DocumentArrays((), {})


def packed(value: object) -> Array:
    """A value that JSON knows, as an array of bytes."""
    return np.frombuffer(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), dtype=np.uint8)


def unpacked(array: Array) -> Any:
    """What `packed` packed."""
    return json.loads(array.tobytes())


def _file(folder: Path, kind: str) -> Path:
    return folder / f"{kind}.bin"
