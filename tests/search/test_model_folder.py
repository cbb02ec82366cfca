"""Encoders in local folders: what a folder is, which encoder that makes, and the real code that loads it."""

from __future__ import annotations

import shutil
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.errors import EncoderFault
from assistant.search.folder_encoder import FolderEncoder
from assistant.search.model_folder import ModelFolder, Pooling
from tests import loops
from tests.search.tiny_models import numbers, table, write_json, write_model2vec, write_onnx, write_pooling

needs_onnx = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("fastembed", "onnx")), reason="the extra `onnx` is not installed"
)
TEXTS = ["新增充电桩", "路", "建成学校 计划停车位"]


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked of a hub, nor of anyone."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


def encoder(folder: ModelFolder, tmp_path: Path) -> FolderEncoder:
    return folder.fit((), tmp_path)


def mean(text: str, *, framed: bool) -> NDArray[np.float32]:
    tokens = [2, *numbers(text), 3] if framed else [number for number in numbers(text) if number != 1]
    found: NDArray[np.float32] = table()[tokens].mean(axis=0)
    return found


# --- What a folder is ----------------------------------------------------------------------------------------------


def test_a_static_table_is_model2vec(tmp_path: Path) -> None:
    assert ModelFolder(write_model2vec(tmp_path / "m")).kind == "model2vec"


@needs_onnx
@pytest.mark.parametrize("file", ["onnx/model.onnx", "model.onnx", "model_optimized.onnx", "onnx/model_quantized.onnx"])
def test_an_onnx_file_is_onnx_whatever_else_there_is(file: str, tmp_path: Path) -> None:
    folder = write_onnx(tmp_path / "m", file)
    write_json(folder / "modules.json", [])
    assert ModelFolder(folder).kind == "onnx"
    assert ModelFolder(folder).onnx_file == file


def test_modules_alone_are_sentence_transformers(tmp_path: Path) -> None:
    write_json(tmp_path / "modules.json", [])
    assert ModelFolder(tmp_path).kind == "sentence-transformers"


def test_no_folder_and_no_model_are_said(tmp_path: Path) -> None:
    with pytest.raises(EncoderFault, match="不存在"):
        _ = ModelFolder(tmp_path / "gone").kind
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 20)
    with pytest.raises(EncoderFault, match="没有认得的模型"):
        _ = ModelFolder(tmp_path).name


# --- Which encoder it is -------------------------------------------------------------------------------------------


def test_the_name_is_of_the_content(tmp_path: Path) -> None:
    folder = write_model2vec(tmp_path / "m")
    name = ModelFolder(folder).name
    shutil.copytree(folder, tmp_path / "copy" / "m")
    assert ModelFolder(tmp_path / "copy" / "m").name == name
    assert ModelFolder(folder, query_prefix="query: ").name == name
    (folder / "README.md").write_text("words", encoding="utf-8")
    assert ModelFolder(folder).name == name
    others = {ModelFolder(folder, passage_prefix="passage: ").name, ModelFolder(folder, pooling="cls").name}
    write_model2vec(folder, seed=8)
    others.add(ModelFolder(folder).name)
    assert len(others | {name}) == 4


def test_one_changed_weight_in_twenty_of_a_large_file_is_seen(tmp_path: Path) -> None:
    folder = write_model2vec(tmp_path / "m")
    large = bytearray(20 << 20)
    (folder / "more.bin").write_bytes(large)
    name = ModelFolder(folder).name
    large[::20] = b"\x01" * len(large[::20])
    (folder / "more.bin").write_bytes(large)
    assert ModelFolder(folder).name != name


@pytest.mark.parametrize(
    ("own", "given", "prefixes"),
    [
        (None, (None, None), ("", "")),
        (None, ("query: ", "passage: "), ("query: ", "passage: ")),
        ({"prompts": {"query": "q: ", "document": "d: "}}, (None, None), ("q: ", "d: ")),
        ({"prompts": {"query": "q: ", "passage": "p: "}}, (None, None), ("q: ", "p: ")),
        ({"prompts": {"query": "q: ", "document": ""}, "default_prompt_name": None}, (None, None), ("q: ", "")),
        ({"prompts": {"all": "a: "}, "default_prompt_name": "all"}, (None, None), ("a: ", "a: ")),
        ({"prompts": {"query": "q: ", "document": "d: "}}, ("", None), ("", "d: ")),
        ({"prompts": {"query": "q: ", "document": "d: "}}, ("x", "y"), ("x", "y")),
        ({"prompts": None}, (None, None), ("", "")),
    ],
)
def test_instructions_are_as_given_or_as_the_model_says(
    own: object, given: tuple[str | None, str | None], prefixes: tuple[str, str], tmp_path: Path
) -> None:
    if own is not None:
        write_json(tmp_path / "config_sentence_transformers.json", own)
    assert ModelFolder(tmp_path, query_prefix=given[0], passage_prefix=given[1]).prefixes == prefixes


@pytest.mark.parametrize("mode", ["cls", "mean", "last"])
def test_the_pooling_is_what_the_model_says(mode: str, tmp_path: Path) -> None:
    write_pooling(tmp_path, mode)
    assert ModelFolder(tmp_path).way_of_pooling == mode
    assert ModelFolder(tmp_path, pooling="cls").way_of_pooling == "cls"
    write_json(tmp_path / "1_Pooling" / "config.json", {"pooling_mode": "lasttoken"})
    assert ModelFolder(tmp_path).way_of_pooling == "last"


def test_no_pooling_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(EncoderFault, match="EMBEDDING_POOLING"):
        _ = ModelFolder(tmp_path).way_of_pooling


# --- The real loading code -----------------------------------------------------------------------------------------


def test_model2vec_is_loaded_from_its_folder(tmp_path: Path) -> None:
    made = encoder(ModelFolder(write_model2vec(tmp_path / "m")), tmp_path)
    for text, vector in zip(TEXTS, made.get_text_embedding_batch(TEXTS), strict=True):
        assert vector == pytest.approx(mean(text, framed=False), abs=1e-5)
    assert loops.run(made.aget_query_embedding("路")) == made.get_query_embedding("路")


@needs_onnx
@pytest.mark.parametrize("pooling", ["mean", "cls", "last"])
def test_onnx_is_loaded_from_its_folder(pooling: Pooling, tmp_path: Path) -> None:
    made = encoder(ModelFolder(write_onnx(tmp_path / pooling, pooling=pooling)), tmp_path)
    for text, vector in zip(TEXTS, made.get_text_embedding_batch(TEXTS), strict=True):
        expected = {"mean": mean(text, framed=True), "cls": table()[2], "last": table()[3]}[pooling]
        assert vector == pytest.approx(expected, abs=1e-5)


@needs_onnx
def test_instructions_go_before_questions_and_texts(tmp_path: Path) -> None:
    folder = write_onnx(tmp_path / "m")
    write_json(folder / "config_sentence_transformers.json", {"prompts": {"query": "a:", "document": "路:"}})
    made = encoder(ModelFolder(folder), tmp_path)
    assert made.get_query_embedding("学校") == pytest.approx(mean("a:学校", framed=True), abs=1e-5)
    assert made.get_text_embedding("学校") == pytest.approx(mean("路:学校", framed=True), abs=1e-5)


@needs_onnx
def test_two_models_in_one_process_are_two(tmp_path: Path) -> None:
    one = encoder(ModelFolder(write_onnx(tmp_path / "m")), tmp_path)
    other = encoder(ModelFolder(write_onnx(tmp_path / "m", seed=8)), tmp_path)
    assert one.get_text_embedding("学校") != pytest.approx(other.get_text_embedding("学校"), abs=1e-3)


@needs_onnx
@pytest.mark.parametrize("broken", ["onnx/model.onnx", "tokenizer.json", "tokenizer_config.json"])
def test_a_damaged_model_is_one_line(broken: str, tmp_path: Path) -> None:
    folder = write_onnx(tmp_path / broken.replace("/", "-"))
    (folder / broken).write_bytes(b"{nothing}")
    with pytest.raises(EncoderFault, match="装载不了") as caught:
        encoder(ModelFolder(folder), tmp_path)
    assert "\n" not in str(caught.value)


def test_what_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, extra, file in (
        ("fastembed", "onnx", "model.onnx"),
        ("sentence_transformers", "sentence-transformers", "modules.json"),
    ):
        folder = tmp_path / extra
        folder.mkdir()
        (folder / file).write_text("[]", encoding="utf-8")
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(EncoderFault, match=rf"plan-assistant\[{extra}\]"):
            encoder(ModelFolder(folder, pooling="mean"), tmp_path)


@pytest.mark.torch
def test_sentence_transformers_is_loaded_from_its_folder(tmp_path: Path) -> None:
    package = pytest.importorskip("sentence_transformers")
    modules = pytest.importorskip("sentence_transformers.models")
    transformers = pytest.importorskip("transformers")
    from tests.search.tiny_models import CHARACTERS, SPECIAL, tokenizer

    words = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(framed=True),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    )
    configuration = transformers.BertConfig(
        vocab_size=len(SPECIAL) + len(CHARACTERS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    bert = tmp_path / "bert"
    transformers.BertModel(configuration).save_pretrained(bert)
    words.save_pretrained(bert)
    transformer = modules.Transformer(str(bert))
    made = package.SentenceTransformer(
        modules=[transformer, modules.Pooling(8, pooling_mode="mean")],
        prompts={"query": "a:", "document": "路:"},
        device="cpu",
    )
    made.save(str(tmp_path / "m"))
    found = encoder(ModelFolder(tmp_path / "m"), tmp_path)
    assert ModelFolder(tmp_path / "m").kind == "sentence-transformers"
    assert found.get_query_embedding("学校") == pytest.approx(made.encode("a:学校", prompt="").tolist(), abs=1e-5)
    assert found.get_text_embedding("学校") == pytest.approx(made.encode("路:学校", prompt="").tolist(), abs=1e-5)
