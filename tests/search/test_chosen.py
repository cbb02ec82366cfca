"""How a chosen encoder's index is made, and how it ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from pydantic import Field

from assistant.errors import EncoderFault
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.search import retriever as retrieving
from assistant.search.chosen import CHOSEN, ChosenRetriever, chosen_arrays
from assistant.search.lexical import LexicalIndex
from assistant.search.nodes import clause_nodes, passages
from assistant.search.parts import PartIndex
from assistant.search.vectors import VectorIndex

PLAN = parse_plan(
    "青岩县2031年国民经济和社会发展计划\n\n一、重点任务\n\n守护山水资源。新造林3.2万亩。持续开展巡山护林。新建观鸟站4座。"
    "改扩建中小学5所。推进老旧小区水压提升。发展特色街区和深夜食堂。\n"
)
DOCUMENT = "青岩县"


class ByWord(BaseEmbedding):
    """Near one another are the texts that hold the same of some words; all texts are rather near."""

    words: dict[str, list[float]] = Field(default_factory=dict)

    def _get_text_embedding(self, text: str) -> list[float]:
        return next((vector for word, vector in self.words.items() if word in text), [1.0, 0.0, 0.0])

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


SCHOOLS = {"念书": [1.0, 0.3, 0.0], "中小学": [1.0, 0.3, 0.0], "食堂": [1.0, 0.0, 0.2]}


@pytest.fixture
def nodes() -> list[TextNode]:
    return clause_nodes(DOCUMENT, PLAN, build_ledger(PLAN))


@pytest.fixture
def made(nodes: list[TextNode], tmp_path: Path) -> Iterator[Callable[[BaseEmbedding], ChosenRetriever]]:
    with ExitStack() as opened:

        def make(encoder: BaseEmbedding) -> ChosenRetriever:
            whole = chosen_arrays(nodes, encoder)[CHOSEN]
            VectorIndex.build(tmp_path / "chroma", nodes, whole)
            vectors = VectorIndex.open(tmp_path / "chroma", encoder)
            opened.callback(vectors.close)
            index = PartIndex(whole, np.arange(len(nodes) + 1))
            return ChosenRetriever(LexicalIndex.build(passages(nodes)), vectors, index)

        yield make


def texts(retriever: ChosenRetriever, question: str, **given: Any) -> list[str]:
    return [hit.node.get_content() for hit in retriever.search(question, **given)]


def test_the_nearest_in_meaning_comes_first_however_near_all_is(
    made: Callable[[BaseEmbedding], ChosenRetriever],
) -> None:
    assert "中小学5所" in texts(made(ByWord(words=SCHOOLS)), "娃娃念书")[0]


def test_the_plans_own_words_count_too(made: Callable[[BaseEmbedding], ChosenRetriever]) -> None:
    retriever = made(ByWord())
    assert "观鸟站" in texts(retriever, "新建观鸟站几座")[0]
    assert len(texts(retriever, "新建观鸟站几座")) > 1


def test_scores_are_between_zero_and_one(made: Callable[[BaseEmbedding], ChosenRetriever]) -> None:
    retriever = made(ByWord(words=SCHOOLS))
    for question in ("娃娃念书", "新建观鸟站", "改扩建中小学5所"):
        scores = [hit.score or 0.0 for hit in retriever.search(question)]
        assert scores == sorted(scores, reverse=True)
        assert scores
        assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("documents", [None, [DOCUMENT]])
def test_of_many_passages_the_nearest_are_looked_at(
    documents: list[str] | None,
    made: Callable[[BaseEmbedding], ChosenRetriever],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrieving, "_SCORED_ALL", 1)
    monkeypatch.setattr(retrieving, "_CANDIDATES", 2)
    assert "中小学5所" in texts(made(ByWord(words=SCHOOLS)), "娃娃念书", documents=documents, top=1)[0]


def test_an_unknown_document_has_nothing(made: Callable[[BaseEmbedding], ChosenRetriever]) -> None:
    assert texts(made(ByWord(words=SCHOOLS)), "娃娃念书", documents=["白河县"]) == []


@pytest.mark.parametrize(
    ("vector", "said"),
    [([1.0, float("nan"), 0.0], "不是数"), ([float("inf"), 0.0, 0.0], "不是数"), ([1.0], "长短不一")],
)
def test_what_are_no_vectors_is_said(vector: list[float], said: str, nodes: list[TextNode]) -> None:
    with pytest.raises(EncoderFault, match=said):
        chosen_arrays(nodes, ByWord(words={"观鸟站": vector}))


def test_vectors_have_length_one_or_none(nodes: list[TextNode]) -> None:
    rows = chosen_arrays(nodes, ByWord(words={"观鸟站": [0.0, 0.0, 0.0], "中小学": [3.0, 4.0, 0.0]}))[CHOSEN]
    lengths = np.linalg.norm(rows, axis=1)
    assert set(np.round(lengths, 5).tolist()) == {0.0, 1.0}
