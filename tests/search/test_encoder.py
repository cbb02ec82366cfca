"""The shipped encoder: the same vector everywhere, no network, no PyTorch, and nearer in meaning, not in words."""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.base.embeddings.base import BaseEmbedding
from model2vec import StaticModel
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from assistant.search.encoder import StaticEncoder, token_counter
from assistant.search.static_encoder import FOLDER, shipped_name
from tests import loops

MEGABYTE = 1_000_000
TEXTS = ["新增充电桩1000根。", "引进独角兽企业不少于3家，GDP增长7%。", "", "——。", "qzxjkv", "新增充电桩1000根。", "桩"]

# A question in everyday words, and the clause that answers it. Nothing here stands in a plan or was trained on.
EVERYDAY = {
    "车没地方停怎么办": "挖潜增设公共停车泊位2600个，开放机关院落错时共享停车。",
    "找不着活干的人有人管吗": "开展零就业家庭援助，城镇新增就业3万人。",
    "爷爷奶奶吃饭哪里解决": "布点社区食堂12家，为老年人提供助餐服务。",
    "天上灰蒙蒙的能好转不": "加大雾霾治理力度，空气质量优良天数达到300天。",
    "住顶楼爬不动了": "改造老旧小区40个，既有住宅加装电梯100部。",
    "有绝活的小厂扶持吗": "梯度培育专精特新“小巨人”企业8家。",
    "骗子老打电话骗钱": "依法严厉打击电信网络诈骗犯罪。",
    "娃念书学校够不够": "推进义务教育优质均衡发展，新建中小学5所。",
}

IN_ANOTHER_PROCESS = """
import json, sys

def no_network(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise RuntimeError(f"network: {event}")

sys.addaudithook(no_network)
from assistant.search.encoder import StaticEncoder
vectors = StaticEncoder().get_text_embedding_batch(json.loads(sys.argv[1]))
print(json.dumps({"vectors": vectors, "modules": sorted({name.split(".")[0] for name in sys.modules})}))
"""


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


def in_another_process(seed: str, caches: Path) -> dict[str, list[object]]:
    """The vectors of `TEXTS` and the top-level modules imported, from a process that may not use the network."""
    place = {name: str(caches) for name in ("HF_HOME", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, json.dumps(TEXTS)],
        env={**os.environ, **place, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[object]] = json.loads(done.stdout.splitlines()[-1])
    return found


def cosines(encoder: BaseEmbedding, question: str, texts: list[str]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.array(encoder.get_text_embedding_batch(texts)) @ np.array(
        encoder.get_query_embedding(question)
    )
    return found


def test_vectors_are_unit_vectors_of_the_given_size(encoder: StaticEncoder) -> None:
    assert isinstance(encoder, BaseEmbedding)
    for text in TEXTS[:2]:
        vector = encoder.get_text_embedding(text)
        assert len(vector) == encoder.dimensions
        assert math.isclose(math.hypot(*vector), 1, rel_tol=1e-6)
        assert np.asarray(vector, dtype=np.float32).tolist() == vector


@pytest.mark.parametrize("text", ["", "   ", "——。", "qzxjkv", "qzxjkv wqzkxp！", "✕✕"])
def test_a_text_without_a_known_word_has_the_zero_vector(text: str, encoder: StaticEncoder) -> None:
    assert encoder.get_text_embedding(text) == [0.0] * encoder.dimensions
    assert encoder.get_query_embedding(text) == [0.0] * encoder.dimensions


@given(st.lists(st.one_of(st.sampled_from([*TEXTS, *EVERYDAY]), st.text(max_size=40)), max_size=8))
def test_a_text_has_one_vector_alone_and_among_others(encoder: StaticEncoder, texts: list[str]) -> None:
    together = encoder.get_text_embedding_batch(texts)
    assert together == [encoder.get_text_embedding(text) for text in texts]
    assert together == [encoder.get_query_embedding(text) for text in texts]
    for vector in together:
        assert math.hypot(*vector) == 0 or math.isclose(math.hypot(*vector), 1, rel_tol=1e-6)


async def _async_vector(encoder: StaticEncoder, text: str) -> list[float]:
    return await encoder.aget_query_embedding(text)


def test_the_async_form_gives_the_same(encoder: StaticEncoder) -> None:
    vector = loops.run(_async_vector(encoder, "充电桩"))
    assert vector == encoder.get_query_embedding("充电桩")
    assert any(vector)


def test_another_process_gives_the_same_without_network_and_without_pytorch(
    encoder: StaticEncoder, tmp_path: Path
) -> None:
    first, second = in_another_process("1", tmp_path), in_another_process("2", tmp_path)
    assert first == second
    assert first["vectors"] == encoder.get_text_embedding_batch(TEXTS)
    assert "model2vec" in first["modules"]
    assert not {"torch", "tensorflow", "jax", "transformers", "sentence_transformers", "chromadb"} & set(
        map(str, first["modules"])
    )
    assert list(tmp_path.iterdir()) == []  # nothing was downloaded


@pytest.mark.parametrize("question", EVERYDAY)
def test_an_everyday_question_is_nearest_to_its_own_clause(question: str, encoder: StaticEncoder) -> None:
    clauses = list(EVERYDAY.values())
    found = cosines(encoder, question, clauses)
    assert clauses[int(found.argmax())] == EVERYDAY[question]


def test_the_plans_own_words_are_nearer_than_any_others(encoder: StaticEncoder) -> None:
    clauses = list(EVERYDAY.values())
    for clause in clauses:
        found = cosines(encoder, clause[:-1], clauses)
        assert clauses[int(found.argmax())] == clause


def test_no_figure_and_no_mark_moves_a_vector(encoder: StaticEncoder) -> None:
    expected = encoder.get_text_embedding("新增充电桩1000根")
    for text in ("新增充电桩23.5%根", "“新增”充电桩１０００根！", " 新增 \n 充电桩 9 根"):
        assert encoder.get_text_embedding(text) == pytest.approx(expected, abs=1e-6)
    assert encoder.get_text_embedding("减少充电桩1000根") != pytest.approx(expected, abs=1e-3)


def test_the_end_of_a_long_text_counts_as_its_beginning_does(encoder: StaticEncoder) -> None:
    filler = "推进各项工作落到实处，" * 400
    plain = encoder.get_text_embedding(filler)
    assert encoder.get_text_embedding(filler + "养老床位" * 400) != pytest.approx(plain, abs=1e-2)


def test_an_encoder_of_another_folder_is_the_mean_of_its_words(tmp_path: Path) -> None:
    rows = np.array([[0, 0, 0], [127, 0, 0], [0, 127, 0]], dtype=np.int8)
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "路": 1, "灯": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    StaticModel(rows, tokenizer, {}, normalize=True, max_length=None).save_pretrained(tmp_path)
    small = StaticEncoder(tmp_path)
    assert small.dimensions == 3
    assert small.get_text_embedding("路、路") == [1, 0, 0]
    assert small.get_text_embedding("路。灯") == pytest.approx([math.sqrt(0.5), math.sqrt(0.5), 0])
    assert small.get_text_embedding("桥") == [0, 0, 0]
    assert StaticEncoder().dimensions > 3


# --- What is shipped --------------------------------------------------------------------------------------------------


def test_the_shipped_encoder_is_small() -> None:
    size = sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file())
    assert size <= 15 * MEGABYTE
    assert 128 <= StaticEncoder().dimensions <= 256


def test_a_model_card_stands_beside_the_shipped_encoder() -> None:
    card = FOLDER / "README.md"
    assert card.is_file()
    assert str(StaticEncoder().dimensions) in card.read_text(encoding="utf-8")


def test_the_shipped_name_is_of_the_shipped_files() -> None:
    """Files changed without their fingerprint would leave libraries with vectors of another training."""
    (rows,) = load_file(FOLDER / "model.safetensors").values()
    vocabulary = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    unknown, *words = sorted(vocabulary, key=vocabulary.__getitem__)
    assert unknown == "[UNK]"
    assert rows.dtype == np.int8
    assert len(rows) == len(vocabulary)
    assert not rows[0].any()
    digest = hashlib.sha256(rows.tobytes() + "\n".join(words).encode()).hexdigest()
    assert shipped_name() == f"static/{digest[:16]}"


def test_tokens_are_counted_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the environment names an empty cache, which would make tiktoken download its vocabulary."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    code = "from assistant.search.encoder import token_counter; print(token_counter()('新增充电桩1000根'))"
    counted = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(counted) == token_counter()("新增充电桩1000根") > 0
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(tmp_path)
