"""Encoders of a few kilobytes, in the files that real ones have: each character of a text has a vector of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.processors import TemplateProcessing

CHARACTERS = "新增充电桩停车位建成学校计划绿化路a:"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
DIMENSIONS = 8


def table(seed: int = 7) -> NDArray[np.float32]:
    """A vector for every token."""
    return np.random.default_rng(seed).normal(size=(len(SPECIAL) + len(CHARACTERS), DIMENSIONS)).astype(np.float32)


def numbers(text: str) -> list[int]:
    """The tokens of a text by their numbers, without the special ones."""
    return [len(SPECIAL) + CHARACTERS.index(c) if c in CHARACTERS else 1 for c in text]


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def tokenizer(*, framed: bool) -> Tokenizer:
    """One token a character; `framed`: between [CLS] and [SEP], as BERT wants it."""
    vocabulary = {token: number for number, token in enumerate((*SPECIAL, *CHARACTERS))}
    made = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = Split(Regex("."), "isolated")
    if framed:
        made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


def write_tokenizer(folder: Path, *, framed: bool = True) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(framed=framed).save(str(folder / "tokenizer.json"))
    write_json(
        folder / "tokenizer_config.json",
        {
            "model_max_length": 32,
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )


def write_pooling(folder: Path, mode: str) -> None:
    """As sentence-transformers says how the vectors of a text's words become one."""
    modes = {"cls": "pooling_mode_cls_token", "mean": "pooling_mode_mean_tokens", "last": "pooling_mode_lasttoken"}
    write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": DIMENSIONS, **{key: name == mode for name, key in modes.items()}},
    )


def write_onnx(folder: Path, file: str = "onnx/model.onnx", *, pooling: str = "mean", seed: int = 7) -> Path:
    """The table as an ONNX network: tokens in, their vectors out."""
    from onnx import TensorProto, helper, numpy_helper, save

    size: list[Any] = ["batch", "sequence"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, size) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*size, DIMENSIONS])],
        [numpy_helper.from_array(table(seed), "table")],
    )
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), str(path))
    write_tokenizer(folder)
    write_json(folder / "config.json", {"hidden_size": DIMENSIONS, "model_type": "bert"})
    if pooling:
        write_pooling(folder, pooling)
    return folder


def write_model2vec(folder: Path, seed: int = 7) -> Path:
    """The table as model2vec keeps one."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(framed=False).save(str(folder / "tokenizer.json"))
    save_file({"embeddings": table(seed)}, folder / "model.safetensors")
    write_json(folder / "config.json", {"normalize": False})
    return folder
