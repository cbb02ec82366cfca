"""Loads the encoder of a `ModelFolder` and speaks to it as a LlamaIndex embedding."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

from assistant.errors import EncoderFault
from assistant.search.model_folder import Kind, ModelFolder, Pooling

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors, shape (texts, dimensions)."""

_AT_ONCE = 32  # texts: padded to the longest of them


class FolderEncoder(BaseEmbedding):
    """Texts → vectors by a model on this machine, with the instructions that it wants. Raises `EncoderFault` where the model
    cannot be loaded or gives no vectors. Threads may share it."""

    _encode: Encode = PrivateAttr()
    _prefixes: tuple[str, str] = PrivateAttr()

    def __init__(self, folder: ModelFolder) -> None:
        super().__init__(model_name=folder.name, embed_batch_size=1000)
        pooling = folder.way_of_pooling if folder.kind == "onnx" else None
        self._encode = _loaded(folder.path, folder.kind, folder.onnx_file, pooling, folder.name)
        self._prefixes = folder.prefixes

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._vectors([self._prefixes[1] + text for text in texts])

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vectors([self._prefixes[0] + query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _vectors(self, texts: list[str]) -> list[list[float]]:
        rows = np.asarray(self._encode(texts), dtype=np.float32)
        if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
            raise EncoderFault(
                f"编码器“{self.model_name}”没有给出向量：检查模型文件和 PLAN_ASSISTANT_EMBEDDING_POOLING"
            )
        found: list[list[float]] = rows.tolist()
        return found


@cache
def _loaded(path: Path, kind: Kind, onnx_file: str, pooling: Pooling | None, name: str) -> Encode:
    """One copy a process of each model; `name` tells its content."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # for what is imported next: a name that is no file must be looked up nowhere
    try:
        if kind == "onnx":
            return _onnx(path, onnx_file, pooling or "mean", name)
        return _model2vec(path) if kind == "model2vec" else _sentence_transformers(path)
    except EncoderFault:
        raise
    except Exception as error:
        raise EncoderFault(f"编码器文件夹“{path}”里的模型装载不了：{_first_line(error)}") from error


def _onnx(path: Path, file: str, pooling: Pooling, name: str) -> Encode:
    fastembed = _imported("fastembed", "onnx")
    description = importlib.import_module("fastembed.common.model_description")
    types = {"cls": "CLS", "mean": "MEAN", "last": "LAST_TOKEN"}
    registered = f"folder/{name}/{pooling}"
    held = {one["model"].lower() for one in fastembed.TextEmbedding.list_supported_models()}
    if registered.lower() not in held:
        fastembed.TextEmbedding.add_custom_model(
            model=registered,
            pooling=description.PoolingType[types[pooling]],
            normalization=False,  # vectors are put to length 1 where they are compared
            sources=description.ModelSource(url="file:///"),  # never asked: the folder is given
            dim=1,  # told by the vectors themselves
            model_file=file,
        )
    model = fastembed.TextEmbedding(registered, specific_model_path=str(path), local_files_only=True, cuda=False)
    return lambda texts: np.stack(list(model.embed(list(texts), batch_size=_AT_ONCE)))


def _model2vec(path: Path) -> Encode:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(path, force_download=False)
    return lambda texts: np.asarray(model.encode(list(texts), use_multiprocessing=False))


def _sentence_transformers(path: Path) -> Encode:
    package = _imported("sentence_transformers", "sentence-transformers")
    model = package.SentenceTransformer(str(path), local_files_only=True, trust_remote_code=False)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        # The instruction stands in the texts already; an empty one keeps the model from adding its own.
        found: Any = model.encode(
            list(texts), prompt="", batch_size=_AT_ONCE, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32)

    return encode


def _imported(module: str, extra: str) -> ModuleType:
    """A package that not everyone has."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise EncoderFault(f'这个编码器需要另装软件包：pip install "plan-assistant[{extra}]"') from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
