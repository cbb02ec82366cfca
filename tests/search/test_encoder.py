"""The offline encoder: the same vector everywhere, and no network."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from assistant.search.encoder import HashingEmbedding, HashingSource, token_counter

TEXTS = ["新增充电桩1000根。", "新增公共停车位2000个。", "引进独角兽企业不少于3家。", "新增留汉大学生3.7万人以上。"]

PRINT_VECTOR = """
from assistant.search.encoder import HashingEmbedding
print(HashingEmbedding.fit({texts!r}).get_text_embedding("新增充电桩"))
"""


def test_vectors_are_unit_vectors_of_the_given_size() -> None:
    encoder = HashingEmbedding.fit(TEXTS, dimensions=64)
    assert isinstance(encoder, BaseEmbedding)
    for vector in encoder.get_text_embedding_batch(TEXTS):
        assert len(vector) == 64
        assert math.isclose(math.hypot(*vector), 1, rel_tol=1e-6)


def test_a_text_without_words_has_the_zero_vector() -> None:
    assert not any(HashingEmbedding.fit(TEXTS).get_text_embedding("——。"))
    assert not any(HashingEmbedding.fit([]).get_query_embedding(""))


def test_like_texts_are_nearer_than_unlike_ones() -> None:
    encoder = HashingEmbedding.fit(TEXTS)
    rows = np.array(encoder.get_text_embedding_batch(TEXTS))
    for question, row in [("充电桩多少根", 0), ("停车位", 1), ("独角兽", 2), ("大学生留汉", 3)]:
        assert int((rows @ np.array(encoder.get_query_embedding(question))).argmax()) == row


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    encoder = HashingEmbedding.fit(TEXTS)
    query, rare, common = (np.array(encoder.get_text_embedding(text)) for text in ("新增独角兽", "独角兽", "新增"))
    assert query @ rare > query @ common


def test_vectors_do_not_depend_on_the_process() -> None:
    code = PRINT_VECTOR.format(texts=TEXTS)
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_what_was_saved_encodes_the_same(tmp_path: Path) -> None:
    fitted = HashingSource().fit(TEXTS, tmp_path)
    loaded = HashingSource().load(tmp_path)
    assert loaded.dimensions == fitted.dimensions
    assert loaded.get_query_embedding("充电桩多少根") == fitted.get_query_embedding("充电桩多少根")


async def _async_vector(encoder: HashingEmbedding) -> list[float]:
    return await encoder.aget_query_embedding("充电桩")


def test_the_async_form_gives_the_same() -> None:
    encoder = HashingEmbedding.fit(TEXTS)
    with ThreadPoolExecutor() as pool:  # this thread may have a running loop of its own: the browser tests'
        vector = pool.submit(lambda: asyncio.run(_async_vector(encoder))).result()
    assert vector == encoder.get_query_embedding("充电桩")


def test_tokens_are_counted_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the environment names an empty cache, which would make tiktoken download its vocabulary."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    code = "from assistant.search.encoder import token_counter; print(token_counter()('新增充电桩1000根'))"
    counted = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(counted) == token_counter()("新增充电桩1000根") > 0
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(tmp_path)
