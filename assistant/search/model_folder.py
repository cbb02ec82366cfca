"""`ModelFolder`: an encoder in a local folder, told by its files, as what a library is indexed with. Light: what loads the
model is imported where one is asked for. Nothing is ever fetched from a hub.

    ONNX                   onnx/model.onnx or model.onnx (or one of the other names below), tokenizer.json
    model2vec              model.safetensors with one table of vectors, tokenizer.json
    sentence-transformers  modules.json

The first that fits counts: many folders of sentence-transformers carry an ONNX file too, which needs no PyTorch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from assistant.errors import EncoderFault

if TYPE_CHECKING:
    from assistant.search.folder_encoder import FolderEncoder

Kind = Literal["onnx", "model2vec", "sentence-transformers"]
Pooling = Literal["cls", "mean", "last"]

ONNX_FILES = (
    *("onnx/model.onnx", "model.onnx", "onnx/model_optimized.onnx", "model_optimized.onnx"),
    *("onnx/model_quantized.onnx", "model_quantized.onnx"),
)
_TABLES = ("model.safetensors", "0_StaticEmbedding/model.safetensors")
_TABLE_NAMES = {"embeddings", "embedding.weight"}  # of model2vec itself, and as sentence-transformers keeps it
_POOLING_MODES: dict[str, Pooling] = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_lasttoken": "last",
}
_POOLING_NAMES: dict[str, Pooling] = {"cls": "cls", "mean": "mean", "lasttoken": "last", "last": "last"}
_UNUSED = {".md", ".png", ".gitattributes", ".gitignore", ".lock", ".metadata"}  # the model is the same without them
_SMALL, _SAMPLES, _SAMPLE = 4 << 20, 64, 1 << 16  # bytes


@dataclass(frozen=True)
class ModelFolder:
    """An `EncoderSource`: the encoder in a folder. Another content, pooling or instruction for texts is another encoder.

    `query_prefix`, `passage_prefix` and `pooling` take the place of what the folder's own files say; None: as they say.
    Everything raises `EncoderFault` where the folder cannot be used.
    """

    path: Path
    query_prefix: str | None = None
    passage_prefix: str | None = None
    pooling: Pooling | None = None

    @cached_property
    def kind(self) -> Kind:
        """What loads it."""
        if not self.path.is_dir():
            raise EncoderFault(f"编码器文件夹“{self.path}”不存在，请检查 PLAN_ASSISTANT_EMBEDDING_PATH")
        if self.onnx_file:
            return "onnx"
        if any(_holds_a_table(self.path / name) for name in _TABLES):
            return "model2vec"
        if (self.path / "modules.json").is_file():
            return "sentence-transformers"
        raise EncoderFault(
            f"编码器文件夹“{self.path}”里没有认得的模型：ONNX 要有 model.onnx 或 onnx/model.onnx，"
            "sentence-transformers 要有 modules.json，model2vec 要有 model.safetensors 和 tokenizer.json"
        )

    @property
    def onnx_file(self) -> str:
        """The ONNX file that is used, "" where there is none."""
        return next((name for name in ONNX_FILES if (self.path / name).is_file()), "")

    @cached_property
    def prefixes(self) -> tuple[str, str]:
        """What is put before a question and before a text: as given, else as the model's own files say, else nothing."""
        found = self._json("config_sentence_transformers.json")
        prompts = found.get("prompts")
        own: dict[str, Any] = prompts if isinstance(prompts, dict) else {}
        usual = own.get(str(found.get("default_prompt_name")), "")
        query = own.get("query") or usual
        passage = own.get("document") or own.get("passage") or usual
        return (
            str(query) if self.query_prefix is None else self.query_prefix,
            str(passage) if self.passage_prefix is None else self.passage_prefix,
        )

    @cached_property
    def way_of_pooling(self) -> Pooling:
        """How the vectors of a text's words become one. A wrong guess would go unnoticed and spoil every answer, so there
        is none."""
        if self.pooling is not None:
            return self.pooling
        found = self._json("1_Pooling/config.json")
        modes = {mode for key, mode in _POOLING_MODES.items() if found.get(key)}
        named = _POOLING_NAMES.get(str(found.get("pooling_mode")))
        if named is not None:
            return named
        if len(modes) == 1:
            return modes.pop()
        raise EncoderFault(
            f"编码器文件夹“{self.path}”没有写明怎么合成整句的向量（1_Pooling/config.json），"
            f"请照模型的说明设置 PLAN_ASSISTANT_EMBEDDING_POOLING={'、'.join(get_args(Pooling))} 之一（bge 用 cls，e5 用 mean）"
        )

    @cached_property
    def name(self) -> str:
        """Such as "bge-small-zh/onnx/1f0c2a9b3d4e5f60"."""
        digest = hashlib.sha256(json.dumps([self.kind, self.pooling, self.prefixes[1]]).encode())
        try:
            for path in sorted(path for path in self.path.rglob("*") if path.is_file() and _counts(path, self.path)):
                digest.update(f"{path.relative_to(self.path).as_posix()}\n".encode())
                _digest_file(path, digest)
        except OSError as error:
            raise EncoderFault(f"编码器文件夹“{self.path}”读不出来：{error.strerror or error}") from error
        return f"{self.path.name}/{self.kind}/{digest.hexdigest()[:16]}"

    @property
    def is_fitted(self) -> bool:
        """It is the same for all texts."""
        return False

    def fit(self, _texts: Iterable[str], folder: Path) -> FolderEncoder:
        """The encoder; nothing is left in `folder`. One word is encoded, so that a model that cannot is known at once."""
        encoder = self.load(folder)
        encoder.get_text_embedding("计划")
        return encoder

    def load(self, _folder: Path) -> FolderEncoder:
        """The encoder; one copy a process."""
        from assistant.search.folder_encoder import FolderEncoder

        return FolderEncoder(self)

    def _json(self, name: str) -> dict[str, Any]:
        """A file of settings; nothing where it is not there."""
        try:
            found = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise EncoderFault(f"编码器文件夹里的“{name}”读不出来") from error
        return found if isinstance(found, dict) else {}


def _counts(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder).parts
    return path.suffix.lower() not in _UNUSED and not any(part.startswith(".") for part in inside)


def _digest_file(path: Path, digest: Any) -> None:
    """A small file whole; of a large one, whose hash would take seconds at every start, 64 samples and its size. Another
    training changes every weight."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _SMALL:
            digest.update(file.read())
            return
        digest.update(f"{size}\n".encode())
        for sample in range(_SAMPLES):
            file.seek((size - _SAMPLE) * sample // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE))


def _holds_a_table(path: Path) -> bool:
    """Whether a safetensors file holds a table of word vectors and nothing of a network; its head says so."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.read(min(int.from_bytes(file.read(8), "little"), _SMALL)))
    except (OSError, ValueError):
        return False
    return isinstance(head, dict) and not _TABLE_NAMES.isdisjoint(head)
