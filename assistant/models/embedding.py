"""An encoder behind an OpenAI-compatible `/embeddings`, as a LlamaIndex embedding and as what a library is indexed with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.models.endpoint import Endpoint

if TYPE_CHECKING:
    from assistant.models.served_encoder import ServedEncoder

_FILE = "served.json"


@dataclass(frozen=True)
class EmbeddingServer:
    """Where texts are encoded and how. `batch`: texts a request; `retries`: how often a request that failed is made again,
    with growing pauses; `max_characters`: what is longer is cut, for servers refuse what their model cannot read;
    `query_prefix` and `passage_prefix`: the instructions that some models want before a question and before a text."""

    endpoint: Endpoint
    batch: int = 32
    retries: int = 4
    max_characters: int = 2000
    query_prefix: str = ""
    passage_prefix: str = ""


@dataclass(frozen=True)
class ServedSource:
    """An `EncoderSource`: the encoder of a server. Another address, model, instruction for texts or length is another
    encoder; the dimension is what the server's first reply has, and stays with the generation."""

    server: EmbeddingServer

    @property
    def name(self) -> str:
        """Such as "bge-m3@http://127.0.0.1:8000/v1/1f0c2a9b"."""
        endpoint = self.server.endpoint
        digest = hashlib.sha256(json.dumps([self.server.passage_prefix, self.server.max_characters]).encode())
        return f"{endpoint.model}@{endpoint.base_url.rstrip('/')}/{digest.hexdigest()[:8]}"

    @property
    def is_fitted(self) -> bool:
        """It is the same for all texts."""
        return False

    def fit(self, _texts: Iterable[str], folder: Path) -> ServedEncoder:
        """The encoder, once its server has encoded one word; leaves its dimension. Raises `EncoderFault`."""
        encoder = self._encoder(None)
        dimensions = len(encoder.get_text_embedding("计划"))
        (folder / _FILE).write_text(json.dumps({"dimensions": dimensions}), encoding="utf-8")
        return encoder

    def load(self, folder: Path) -> ServedEncoder:
        """The encoder with the dimension that `fit` left; the server is not asked."""
        return self._encoder(json.loads((folder / _FILE).read_text(encoding="utf-8"))["dimensions"])

    def _encoder(self, dimensions: int | None) -> ServedEncoder:
        from assistant.models.served_encoder import ServedEncoder

        return ServedEncoder(self.server, dimensions)
