"""Vectors of the nodes in a persistent Chroma collection, written and read through LlamaIndex.

The only module that knows Chroma. Chroma finds candidates in the whole library; every score that leaves this
module is worked out again from the stored vectors, so that it does not depend on the order in which they were
added. A question about named documents is scored on their own vectors, not through Chroma's metadata filters
(20 times slower at 90,000 vectors).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration as HNSWConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.api.types import Metadata
from chromadb.config import Settings
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import BaseNode, TextNode
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from llama_index.vector_stores.chroma import ChromaVectorStore
from numpy.typing import NDArray

from assistant.search.nodes import encoded_text

Held = TypeVar("Held")
Row = TypeVar("Row")

_opening = threading.Lock()  # Chroma counts who shares a folder, and its count is not safe among threads

_COLLECTION = "clauses"
_BATCH = 1000  # rows a call: below Chroma's own limit (5,461) and SQLite's number of variables
_CACHED_ROWS = 100_000  # vectors kept in memory (100 MB at 256 dimensions) before they are dropped and read anew
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
    """Similarities of nodes to a vector, cosine. Threads may share it. Close it before its folder is
    deleted."""

    def __init__(self, client: Client, collection: Collection, encoder: BaseEmbedding) -> None:
        """Use `VectorIndex.open`."""
        self.encoder = encoder
        self._client = client
        self._collection = collection
        self._store = _NodeStore.from_collection(collection)
        self._places: dict[str, int] = {}  # of nodes' vectors in the matrix
        self._matrix = np.zeros((0, 0), dtype=np.float32)
        self._nodes: dict[str, TextNode] = {}
        self._reading = threading.Lock()

    @staticmethod
    def build(folder: Path, nodes: Sequence[TextNode], encoder: BaseEmbedding) -> None:
        """Encode the nodes and write them into a new collection in `folder`."""
        client = _client(folder)
        try:
            collection = client.create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={"hnsw": _graph(len(nodes))},
            )
            store = _NodeStore.from_collection(collection)
            for batch in _batches(nodes):
                store.add(_encoded(batch, encoder))
                for node in batch:
                    node.embedding = None  # a list of floats: 30 KB a node
        finally:
            with _opening:
                client.close()

    @classmethod
    def open(cls, folder: Path, encoder: BaseEmbedding) -> VectorIndex:
        """Open the collection that `build` wrote, with the encoder it was written with."""
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

    def similarities(self, vector: Sequence[float], ids: Sequence[str]) -> NDArray[np.float64]:
        """The cosine of each node to a vector, shape (ids,), exact from the stored vectors; 0 for the zero
        vector."""
        query = unit(vector)
        if not ids or not query.any():
            return np.zeros(len(ids))
        # Not a matrix product: a BLAS sums a row differently among other rows, so the last digits would
        # depend on what else is scored. einsum sums each row by itself.
        cosines: NDArray[np.float64] = np.einsum("ij,j->i", self._rows(ids), query).astype(np.float64)
        return cosines

    def nodes(self, ids: Sequence[str]) -> list[TextNode]:
        """The nodes of these ids, in this order."""
        with self._reading:
            for batch in _batches(_missing(self._nodes, ids)):
                for node in self._store.get_nodes(list(batch)):
                    if isinstance(node, TextNode):  # the store's type is wider than what we put in
                        self._nodes[node.node_id] = node
            return [self._nodes[node] for node in ids]

    def _rows(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The unit vectors of these nodes, shape (ids, dimensions)."""
        with self._reading:
            for batch in _batches(_missing(self._places, ids)):
                found = self._collection.get(ids=list(batch), include=["embeddings"])
                rows = _unit(np.asarray(found["embeddings"], dtype=np.float32))
                order = {node: row for row, node in enumerate(found["ids"])}  # not the order asked for
                self._keep(batch, rows[[order[node] for node in batch]])
            places = [self._places[node] for node in ids]
            first, last = places[0], places[-1]
            if places == list(range(first, last + 1)):  # one document's: no copy
                return self._matrix[first : last + 1]
            return self._matrix[places]

    def _keep(self, ids: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Cache vectors in one matrix that doubles when it is full: rows are gathered many times, added
        once."""
        start = len(self._places)
        if start == 0:  # new or dropped: others may still read rows of the old matrix
            self._matrix = np.zeros((0, 0), dtype=np.float32)
        needed = start + len(ids)
        if needed > len(self._matrix):
            grown = np.zeros((max(needed, 2 * len(self._matrix)), rows.shape[1]), dtype=np.float32)
            if start:
                grown[:start] = self._matrix[:start]
            self._matrix = grown
        self._matrix[start:needed] = rows
        self._places.update(zip(ids, range(start, needed), strict=True))


def _graph(count: int) -> HNSWConfiguration:
    # A small collection is written to disk once, at the end: nobody reads it before it is complete.
    rows = min(max(count, _SMALLEST_BATCH), _BATCH)
    return {"space": "cosine", "ef_search": _SEARCH_WIDTH, "batch_size": rows, "sync_threshold": rows}


def _client(folder: Path) -> Client:
    # What chromadb.PersistentClient does, whose declared type has no `close`.
    settings = Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False)
    with _opening:
        return Client(settings=settings)


def unit(vector: Sequence[float]) -> NDArray[np.float32]:
    """A vector at length 1; the zero vector stays."""
    only: NDArray[np.float32] = _unit(np.asarray([vector], dtype=np.float32))[0]
    return only


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    lengths[lengths == 0] = 1
    return rows / lengths


def _encoded(nodes: Sequence[TextNode], encoder: BaseEmbedding) -> list[BaseNode]:
    vectors = encoder.get_text_embedding_batch([encoded_text(node) for node in nodes])
    for node, vector in zip(nodes, vectors, strict=True):
        node.embedding = vector
    return list(nodes)


def _missing(held: dict[str, Held], ids: Sequence[str]) -> list[str]:
    """The ids that are not held; what is held is dropped first where all together would be too many."""
    wanted = dict.fromkeys(ids)
    if len(held) + len(wanted) > _CACHED_ROWS:
        held.clear()
    return [node for node in wanted if node not in held]


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
