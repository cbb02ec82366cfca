"""The plain stack, as its tutorials build it: `VectorStoreIndex` over a persistent Chroma collection.

    python -m benchmarks.plain_stack STORE QUESTION

opens a store that `build` wrote and prints the best node for a question: the least program that answers anything, to
set cold starts against. Its embedding is ours; everything else is left as LlamaIndex and Chroma have it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from chromadb import Collection, PersistentClient
from chromadb.config import Settings
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode
from llama_index.vector_stores.chroma import ChromaVectorStore

from assistant.search.encoder import StaticEncoder

_COLLECTION = "plain"


def coarse_nodes(texts: Sequence[str]) -> list[BaseNode]:
    """The chunks that LlamaIndex cuts where nobody says otherwise: 1,024 tokens, 200 of them shared with the next."""
    return SentenceSplitter().get_nodes_from_documents([Document(text=text) for text in texts])


def build(folder: Path, nodes: Sequence[BaseNode], encoder: BaseEmbedding) -> None:
    """Embed the nodes and store them in a new collection in `folder`."""
    store = ChromaVectorStore.from_collection(_collection(folder))
    VectorStoreIndex(nodes, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=encoder)


def open_retriever(folder: Path, encoder: BaseEmbedding, top: int) -> BaseRetriever:
    """Finds the `top` nearest nodes of a collection that `build` wrote."""
    store = ChromaVectorStore.from_collection(_collection(folder))
    return VectorStoreIndex.from_vector_store(store, encoder).as_retriever(similarity_top_k=top)


def _collection(folder: Path) -> Collection:
    client = PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    # No embedding function: Chroma's own would be downloaded, and LlamaIndex brings the vectors.
    return client.get_or_create_collection(_COLLECTION, embedding_function=None)


def main() -> None:
    store, question = sys.argv[1:]
    best = open_retriever(Path(store), StaticEncoder(), top=3).retrieve(question)
    print(best[0].node.get_content())


if __name__ == "__main__":
    main()
