"""Vectors in Chroma and the fused retriever: exact, scoped, and the same in whatever order they were
stored."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.search import retriever as retriever_module
from assistant.search import vectors as vectors_module
from assistant.search.encoder import HashingEmbedding
from assistant.search.lexical import LexicalIndex
from assistant.search.nodes import encoded_text, passages
from assistant.search.retriever import ClauseRetriever
from assistant.search.vectors import VectorIndex

THINGS = ["充电桩", "停车位", "养老床位", "电力通道", "绿道", "小学", "公园", "科技楼宇", "独角兽企业", "变电站"]
VERBS = ["新增", "建成", "改造", "引进", "推进"]


def node(document: str, clause: str, start: int, text: str) -> TextNode:
    metadata = {"document": document, "clause": clause, "path": "", "start": start, "end": start + len(text)}
    return TextNode(
        id_=f"{document}/{clause}",
        text=text,
        metadata=metadata,
        excluded_embed_metadata_keys=list(metadata),
    )


def library(count: int) -> list[TextNode]:
    """Two documents that say much the same, so that there are ties."""
    return [
        node(document, str(number), number * 20, f"{VERBS[number % 5]}{THINGS[number % 10]}{number % 7}个。")
        for document in ("甲", "乙")
        for number in range(count)
    ]


def build(folder: Path, nodes: list[TextNode], stored: list[TextNode] | None = None) -> ClauseRetriever:
    """A retriever over nodes; Chroma gets them in the order of `stored`."""
    encoder = HashingEmbedding.fit([encoded_text(each) for each in nodes], dimensions=256)
    VectorIndex.build(folder, nodes if stored is None else stored, encoder)
    return ClauseRetriever(LexicalIndex.build(passages(nodes)), VectorIndex.open(folder, encoder))


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseRetriever]:
    built = build(tmp_path_factory.mktemp("chroma") / "store", library(100))
    yield built
    assert built.vectors is not None
    built.vectors.close()


def ids(found: list[NodeWithScore]) -> list[tuple[str, float | None]]:
    return [(hit.node.node_id, hit.score) for hit in found]


def test_the_clause_with_the_words_comes_first_and_its_node_is_whole(retriever: ClauseRetriever) -> None:
    best = retriever.search("新增充电桩多少个", ["乙"])[0]
    assert isinstance(best.node, TextNode)
    assert best.node.text.startswith("新增充电桩")
    assert best.node.metadata["document"] == "乙"
    assert best.score is not None
    assert 0 < best.score <= 1


def test_ties_keep_the_order_of_the_text(retriever: ClauseRetriever) -> None:
    found = retriever.search("引进独角兽企业", top=200)
    keys = [(-(hit.score or 0), hit.node.metadata["document"] != "甲", hit.node.metadata["start"]) for hit in found]
    assert keys == sorted(keys)
    assert len({hit.score for hit in found}) < len(found)


def test_scope_holds(retriever: ClauseRetriever) -> None:
    found = retriever.search("建成公园", ["乙", "丙"], top=50)
    assert {hit.node.metadata["document"] for hit in found} == {"乙"}
    assert retriever.search("建成公园", []) == []
    assert retriever.search("建成公园", top=0) == []


@pytest.mark.parametrize("question", ["", "？", "   "])
def test_a_question_without_words_finds_nothing(retriever: ClauseRetriever, question: str) -> None:
    assert retriever.search(question) == []
    assert retriever.search(question, ["甲"]) == []


def test_it_is_a_llama_index_retriever(retriever: ClauseRetriever) -> None:
    assert ids(retriever.retrieve("改造电力通道")) == ids(retriever.search("改造电力通道"))
    assert retriever.vectors is not None
    bundle = QueryBundle("改造电力通道", embedding=retriever.vectors.encoder.get_query_embedding("改造电力通道"))
    assert ids(retriever.retrieve(bundle)) == ids(retriever.search("改造电力通道"))


def test_through_chroma_the_result_is_the_exact_one_in_any_order_of_storing(
    tmp_path: Path, retriever: ClauseRetriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [f"{verb}{thing}多少个" for verb, thing in zip(VERBS * 2, THINGS, strict=True)]
    exact = [ids(retriever.search(question)) for question in questions]
    monkeypatch.setattr(retriever_module, "_SCORED_ALL", 0)
    nodes = library(100)
    for seed in (1, 2):
        stored = random.Random(seed).sample(nodes, len(nodes))
        shuffled = build(tmp_path / str(seed), nodes, stored)
        assert [ids(shuffled.search(question)) for question in questions] == exact
        assert shuffled.vectors is not None
        shuffled.vectors.close()


def test_a_full_cache_is_dropped_and_read_anew(
    retriever: ClauseRetriever, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {document: ids(retriever.search("建成公园", [document], top=30)) for document in ("甲", "乙")}
    monkeypatch.setattr(vectors_module, "_CACHED_ROWS", 120)
    small = build(tmp_path / "store", library(100))
    for document in ("甲", "乙", "甲", "乙"):
        assert ids(small.search("建成公园", [document], top=30)) == expected[document]
    assert small.vectors is not None
    small.vectors.close()


def test_without_passages_nothing_is_found() -> None:
    empty = ClauseRetriever(LexicalIndex.build(()), None)
    assert empty.search("充电桩") == []
    assert empty.retrieve("充电桩") == []


def test_similarities_are_cosines(tmp_path: Path) -> None:
    nodes = [*library(3), node("丙", "0", 0, "——")]
    encoder = HashingEmbedding.fit([encoded_text(each) for each in nodes])
    VectorIndex.build(tmp_path / "store", nodes, encoder)
    vectors = VectorIndex.open(tmp_path / "store", encoder)
    try:
        query = encoder.get_text_embedding(nodes[1].text)
        found = vectors.similarities([2 * value for value in query], [nodes[1].node_id, "丙/0"])
        assert found == pytest.approx([1, 0], abs=1e-6)
        assert vectors.similarities([0.0] * len(query), ["甲/0"]).tolist() == [0]
        assert vectors.similarities(query, []).tolist() == []
        assert vectors.nearest([0.0] * len(query), 3) == []
        assert [each.text for each in vectors.nodes(["乙/2", "甲/0"])] == [nodes[5].text, nodes[0].text]
    finally:
        vectors.close()


def test_a_closed_index_lets_its_folder_go_and_the_place_can_be_used_again(tmp_path: Path) -> None:
    for count in (2, 3):
        built = build(tmp_path / "store", library(count))
        assert len(built.search("充电桩停车位养老", top=20)) == 2 * count
        assert built.vectors is not None
        built.vectors.close()
        built.vectors.close()
        shutil.rmtree(tmp_path / "store")
