"""The offline encoder: a static one, trained for this project and shipped with it.

No download, no PyTorch, the same vector for the same text on every machine. It is a LlamaIndex embedding, so that any
other LlamaIndex embedding can take its place. How it was made: `training/`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import llama_index.core
import numpy as np
import tiktoken
from llama_index.core.base.embeddings.base import BaseEmbedding
from model2vec import StaticModel
from numpy.typing import NDArray
from pydantic import PrivateAttr

from assistant.search.lexical import words_and_characters
from assistant.search.static_encoder import FOLDER

TOKEN_LIMIT = 1024
"""Tokens of one node (cl100k_base). The static encoder itself knows no limit; one that takes its place does."""


_AT_ONCE = 1000  # texts: lists of floats are thirty times the size of the vectors


class StaticEncoder(BaseEmbedding):
    """Text → unit vector, shape (dimensions,), float32 values; the zero vector for a text without a known word.

    The mean of the vectors of a text's words and characters (`words_and_characters`), which were learned from plain
    text and from questions and their clauses. Files: those of `model2vec.StaticModel`, in a local folder.
    """

    model_name: str = "static"
    _model: StaticModel = PrivateAttr()
    _numbers: dict[str, int] = PrivateAttr()

    def __init__(self, folder: Path = FOLDER) -> None:
        """`folder`: config.json, tokenizer.json and model.safetensors."""
        super().__init__(embed_batch_size=1000)
        self._model, self._numbers = _loaded(folder)

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._model.dim)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self.rows(texts).tolist()
        return rows

    def rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some texts, shape (texts, dimensions): what the model's own `encode` gives, without its batches
        and progress bars and without lists of floats, which take longer than a question itself."""
        table, rows_of_words = self._model.embedding, self._numbers  # each look costs as much as a text
        found = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            numbers = [rows_of_words[word] for word in words_and_characters(text) if word in rows_of_words]
            # Whole numbers below 2²⁴: their sum is exact, and so is the sum of its squares below.
            total = table[numbers].astype(np.float32).sum(axis=0).astype(np.float64)
            found[row] = total / (float(np.linalg.norm(total)) or 1.0)
        return found

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, query)


@cache
def _loaded(folder: Path) -> tuple[StaticModel, dict[str, int]]:
    """One copy a process: 12 MB, and the rows of its words."""
    model = StaticModel.from_pretrained(folder, force_download=False)
    numbers = model.tokenizer.get_vocab()
    return model, {word: number for word, number in numbers.items() if number != model.unk_token_id}


def rows_of(encoder: BaseEmbedding, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of some texts by any encoder, shape (texts, dimensions), as it gives them; (0, 0) for none."""
    if isinstance(encoder, StaticEncoder):
        return encoder.rows(texts)
    found = [
        np.asarray(encoder.get_text_embedding_batch(list(texts[start : start + _AT_ONCE])), dtype=np.float32)
        for start in range(0, len(texts), _AT_ONCE)
    ]
    return np.concatenate(found) if found else np.zeros((0, 0), dtype=np.float32)


def unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors at length 1; the zero vector stays."""
    lengths: NDArray[np.float32] = np.linalg.norm(rows, axis=-1, keepdims=True).astype(np.float32)
    lengths[lengths == 0] = 1
    return rows / lengths


@cache
def token_counter() -> Callable[[str], int]:
    """Counts the cl100k_base tokens of a text, from the vocabulary that LlamaIndex carries: never from the
    network."""
    bundled = str(Path(llama_index.core.__file__).parent / "_static" / "tiktoken_cache")
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    # Set whatever the environment says: a folder without the vocabulary would make tiktoken download it.
    os.environ["TIKTOKEN_CACHE_DIR"] = bundled
    try:
        encoding = tiktoken.get_encoding("cl100k_base")
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
    return lambda text: len(encoding.encode_ordinary(text))
