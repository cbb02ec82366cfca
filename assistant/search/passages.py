"""The passages that are searched, by row: in memory, or read from disk where one is looked at.

Rows are in the order of the documents and of their texts, which decides every tie.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from assistant.search.arrays import Arrays, DocumentArrays, packed, unpacked

_DOCUMENTS_READ = 64  # whose passages are kept in memory


@dataclass(frozen=True)
class Passage:
    """What is searched: a clause, or a part of one that was too long for the encoder.

    `node` is unique in the library; `start:end` are offsets in the document's text; `path` is headings and
    task title.
    """

    node: str
    document: str
    clause: str
    start: int
    end: int
    path: str
    text: str


def passage_arrays(passages: Sequence[Passage]) -> Arrays:
    """One document's passages for `PassageTable.stored`, without the document's id."""
    clauses = [passage.clause for passage in passages]
    places = {clause: place for place, clause in reversed(list(enumerate(clauses)))}
    return {
        "clauses": packed(clauses),
        "passages": packed([astuple(passage)[3:] for passage in passages]),
        "clause_rows": np.array([places[clause] for clause in clauses], dtype=np.int32),
        "node_keys": np.array([_key(_name(passage.node)) for passage in passages], dtype=np.uint64),
        "node_names": packed([_name(passage.node) for passage in passages]),
    }


def node_ids(arrays: DocumentArrays, document: str) -> list[str]:
    """The ids of a document's nodes."""
    return [f"{document}/{name}" for name in unpacked(arrays.part("node_names", document))]


class PassageTable(Sequence[Passage]):
    """Passages by row. Immutable; threads may share it. `ranges`: each document's first row and the one behind its last;
    `clause_rows`: for each row the first one of the same clause."""

    def __init__(
        self, arrays: DocumentArrays | None, ranges: dict[str, tuple[int, int]], clause_rows: NDArray[np.intp]
    ) -> None:
        """Use `of` or `stored`."""
        self.ranges, self.clause_rows = ranges, clause_rows
        self._documents, self._starts = list(ranges), [start for start, _ in ranges.values()]
        self._arrays = arrays
        self._clauses = lru_cache(maxsize=None)(self._read_clauses)
        self._passages = lru_cache(maxsize=_DOCUMENTS_READ)(self._read_passages)

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> PassageTable:
        """Passages in memory; those of one document stand together."""
        return _InMemory(tuple(passages))

    @classmethod
    def stored(cls, arrays: DocumentArrays) -> PassageTable:
        """What `passage_arrays` made of documents, in their order."""
        bounds = arrays.bounds("clause_rows").tolist()
        ranges = {
            document: (first, last) for document, (first, last) in zip(arrays.documents, pairwise(bounds), strict=True)
        }
        counts = np.diff(arrays.bounds("clause_rows"))
        rows = arrays.all("clause_rows").astype(np.intp) + np.repeat(arrays.bounds("clause_rows")[:-1], counts)
        return cls(arrays, {document: held for document, held in ranges.items() if held[0] < held[1]}, rows)

    def document(self, row: int) -> str:
        """The document that a row is of."""
        return self._documents[bisect_right(self._starts, row) - 1]

    def clause(self, row: int) -> str:
        """The clause that a row is of, or of a part of which."""
        document = self.document(row)
        return self._clauses(document)[row - self.ranges[document][0]]

    def row(self, node: str) -> int:
        """The row of a node. Raises KeyError for an unknown one."""
        document, _, name = node.partition("/")
        if self._arrays is None or document not in self.ranges:
            raise KeyError(node)
        found = np.flatnonzero(self._arrays.part("node_keys", document) == np.uint64(_key(name)))
        if not len(found):
            raise KeyError(node)
        return self.ranges[document][0] + int(found[0])

    def __len__(self) -> int:
        return len(self.clause_rows)

    @overload
    def __getitem__(self, row: int) -> Passage: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Passage]: ...
    def __getitem__(self, row: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        if not 0 <= row < len(self):
            raise IndexError(row)
        document = self.document(row)
        return self._passages(document)[row - self.ranges[document][0]]

    def _read_clauses(self, document: str) -> Sequence[str]:
        return [] if self._arrays is None else list(unpacked(self._arrays.part("clauses", document)))

    def _read_passages(self, document: str) -> Sequence[Passage]:
        if self._arrays is None:
            return []
        rest = unpacked(self._arrays.part("passages", document))
        clauses = self._clauses(document)
        return [
            Passage(node, document, clause, *others)
            for node, clause, others in zip(node_ids(self._arrays, document), clauses, rest, strict=True)
        ]


class _InMemory(PassageTable):
    """Passages that nobody has written down."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        ranges: dict[str, tuple[int, int]] = {}
        row = 0
        for document, group in groupby(passages, key=lambda passage: passage.document):
            if document in ranges:
                raise ValueError(f"the passages of {document!r} do not stand together")
            ranges[document] = (row, row := row + sum(1 for _ in group))
        first: dict[tuple[str, str], int] = {}
        rows = [first.setdefault((one.document, one.clause), row) for row, one in enumerate(passages)]
        super().__init__(None, ranges, np.array(rows, dtype=np.intp))
        self._all = passages
        self._rows = {passage.node: row for row, passage in enumerate(passages)}

    def row(self, node: str) -> int:
        return self._rows[node]

    def _read_clauses(self, document: str) -> Sequence[str]:
        return [passage.clause for passage in self._read_passages(document)]

    def _read_passages(self, document: str) -> Sequence[Passage]:
        return self._all[slice(*self.ranges[document])]


def _name(node: str) -> str:
    """A node's id without its document's."""
    return node.partition("/")[2]


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())
