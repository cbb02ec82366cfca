"""Vectors of the nodes in a persistent Chroma collection, written and read through LlamaIndex.

The only module that knows Chroma. Chroma finds candidates in the whole library; every score is worked out again from
the vectors in `PartIndex`, so that it does not depend on the order in which they were added. A question about named
documents is scored there alone, not through Chroma's metadata filters (20 times slower at 90,000 vectors).
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration as HNSWConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.api.types import Metadata
from chromadb.config import Settings
from chromadb.errors import InternalError
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from llama_index.vector_stores.chroma import ChromaVectorStore
from numpy.typing import NDArray

from assistant.search.encoder import unit_rows

Row = TypeVar("Row")

_opening = threading.Lock()  # Chroma counts who shares a folder, and its count is not safe among threads

_COLLECTION = "clauses"
_BATCH = 1000  # rows a call: below Chroma's own limit (5,461) and SQLite's number of variables
_WRITTEN = "written"
_KEPT_NODES = 5000  # in memory, before they are dropped and read anew
_SMALLEST_BATCH = 100  # Chroma's own
_SEARCH_WIDTH = 400  # how far the graph is walked; the candidates asked for are fewer, so hardly any is missed


class _NodeStore(ChromaVectorStore):
    """LlamaIndex's Chroma store, with a node kept whole in one value of its row and read back by the base class.

    The base class writes each node's text and metadata twice, the second time as columns that Chroma indexes one by
    one. Nothing here is filtered or searched by them, and they were a third of the time of indexing.
    """

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """Write nodes that carry their vectors; their ids."""
        ids = [node.node_id for node in nodes]
        self._collection.add(
            ids=ids,
            embeddings=np.asarray([node.get_embedding() for node in nodes], dtype=np.float32),
            metadatas=[_whole(node) for node in nodes],
        )
        return ids


def _whole(node: BaseNode) -> Metadata:
    written = node_to_metadata_dict(node, remove_text=False, flat_metadata=True)
    return {key: written[key] for key in ("_node_content", "_node_type")}


class VectorIndex:
    """The nodes of a library and the nearest of them to a vector. Threads may share it. Close it before its folder is
    deleted."""

    def __init__(self, client: Client, collection: Collection, encoder: BaseEmbedding) -> None:
        """Use `VectorIndex.open`."""
        self.encoder = encoder
        self._client = client
        self._collection = collection
        self._store = _NodeStore.from_collection(collection)
        self._nodes: dict[str, TextNode] = {}
        self._reading = threading.Lock()

    @staticmethod
    def build(folder: Path, nodes: Sequence[TextNode], vectors: NDArray[np.float32]) -> None:
        """Write nodes with their vectors into a new collection in `folder`."""
        with VectorWriter.create(folder, len(nodes)) as writer:
            writer.add(nodes, vectors)

    @classmethod
    def open(cls, folder: Path, encoder: BaseEmbedding) -> VectorIndex:
        """Open a collection, with the encoder it was written with. Raises OSError, also where it may not be written:
        Chroma opens no other."""
        with _as_system_errors():
            client = _client(folder)
            return cls(client, client.get_collection(_COLLECTION, embedding_function=None), encoder)

    def close(self) -> None:
        """Let go of the folder. Closing twice is harmless."""
        with _opening:
            self._client.close()

    def nearest(self, vector: Sequence[float], count: int) -> list[str]:
        """Ids of about the `count` nearest nodes, in no promised order; none for the zero vector."""
        if not any(vector):
            return []
        found = self._collection.query(query_embeddings=list(vector), n_results=count, include=[])
        return found["ids"][0]

    def nodes(self, ids: Sequence[str]) -> list[TextNode]:
        """The nodes of these ids, in this order."""
        with self._reading:
            if len(self._nodes) > _KEPT_NODES:
                self._nodes.clear()
            for batch in _batches([node for node in ids if node not in self._nodes]):
                for node in self._store.get_nodes(list(batch)):
                    if isinstance(node, TextNode):  # the store's type is wider than what we put in
                        self._nodes[node.node_id] = node
            return [self._nodes[node] for node in ids]


class VectorWriter:
    """Writes a collection; closes it at the end of the `with`. Nobody reads it before. Everything raises OSError where
    the disk is full or may not be written."""

    def __init__(self, folder: Path, client: Client, collection: Collection, written: int) -> None:
        """Use `create` or `copy`."""
        self._folder, self._client, self._written = folder, client, written
        self.is_new = written == 0
        self._store, self._collection = _NodeStore.from_collection(collection), collection
        self._waiting: list[tuple[TextNode, NDArray[np.float32]]] = []

    @classmethod
    def create(cls, folder: Path, count: int) -> VectorWriter:
        """A new collection in `folder`, for about `count` nodes."""
        with _as_system_errors():
            client = _client(folder)
            collection = client.create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": _graph(count)}
            )
        return cls(folder, client, collection, 0)

    @classmethod
    def copy(cls, before: Path, folder: Path) -> VectorWriter:
        """A copy of the collection in `before`, which stays as it is."""
        shutil.copytree(before, folder)
        with _as_system_errors():
            client = _client(folder)
            return cls(folder, client, client.get_collection(_COLLECTION, embedding_function=None), written(before))

    def add(self, nodes: Sequence[TextNode], vectors: NDArray[np.float32]) -> None:
        """Add nodes, each with the vector of its row."""
        self._waiting += zip(nodes, vectors, strict=True)
        while len(self._waiting) >= _BATCH:  # each call is a transaction, whatever it brings
            self._write(_BATCH)

    def _write(self, count: int) -> None:
        batch = [node for node, _ in self._waiting[:count]]
        for node, vector in self._waiting[:count]:
            node.embedding = vector.tolist()
        del self._waiting[:count]
        if batch:
            with _as_system_errors():
                self._store.add([*batch])
        for node in batch:
            node.embedding = None  # a list of floats: 30 KB a node
        self._written += len(batch)

    def remove(self, ids: Sequence[str]) -> None:
        """Take nodes out; their places in the graph stay behind."""
        for batch in _batches(ids):
            with _as_system_errors():
                self._collection.delete(ids=list(batch))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if kind is None:
                self._write(len(self._waiting))
        finally:
            with _opening:
                self._client.close()
        (self._folder / _WRITTEN).write_text(f"{self._written}\n", encoding="utf-8")


def written(folder: Path) -> int:
    """How many nodes were ever added to a collection, those included that have been taken out since."""
    return int((folder / _WRITTEN).read_text(encoding="utf-8"))


def _graph(count: int) -> HNSWConfiguration:
    # A small collection is written to disk once, at the end: nobody reads it before it is complete.
    rows = min(max(count, _SMALLEST_BATCH), _BATCH)
    return {"space": "cosine", "ef_search": _SEARCH_WIDTH, "batch_size": rows, "sync_threshold": rows}


@contextmanager
def _as_system_errors() -> Iterator[None]:
    """What the system says of the disk, as everywhere else: Chroma wraps it in an error of its own."""
    try:
        yield
    except InternalError as error:
        raise OSError(f"向量库读写不了，磁盘可能已满或不许写入（{error}）") from error


def _client(folder: Path) -> Client:
    # What chromadb.PersistentClient does, whose declared type has no `close`.
    settings = Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False)
    with _opening:
        return Client(settings=settings)


def unit(vector: Sequence[float]) -> NDArray[np.float32]:
    """A vector at length 1; the zero vector stays."""
    only: NDArray[np.float32] = unit_rows(np.asarray([vector], dtype=np.float32))[0]
    return only


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
