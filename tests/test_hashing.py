"""The hashing encoder that the trained one is set against: it must be as good as it was, or the comparison is none."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from benchmarks.hashing import HashingEmbedding
from tests import loops

TEXTS = ["新增充电桩1000根。", "新增公共停车位2000个。", "引进独角兽企业不少于3家。", "新增留汉大学生3.7万人以上。"]

PRINT_VECTOR = """
from benchmarks.hashing import HashingEmbedding
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


def test_a_text_has_the_same_vector_whether_it_was_fitted_on_or_not() -> None:
    fitted = HashingEmbedding.fit(TEXTS)
    first, second = fitted.get_text_embedding(TEXTS[0]), fitted.get_text_embedding(TEXTS[0])
    assert first == second == fitted.get_query_embedding(TEXTS[0])


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


async def _async_vector(encoder: HashingEmbedding) -> list[float]:
    return await encoder.aget_query_embedding("充电桩")


def test_the_async_form_gives_the_same() -> None:
    encoder = HashingEmbedding.fit(TEXTS)
    vector = loops.run(_async_vector(encoder))
    assert vector == encoder.get_query_embedding("充电桩")
