"""Vectors in Chroma and the fused retriever: exact, scoped, the same in whatever order they were stored, and found by
meaning where no word is shared."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.search import retriever as retriever_module
from assistant.search.encoder import StaticEncoder
from assistant.search.glossary import NO_GLOSSARY, Concept, Glossary
from assistant.search.lexical import LexicalIndex, tokens
from assistant.search.nodes import clause_nodes, passages
from assistant.search.parts import PartIndex, whole_arrays
from assistant.search.retriever import ClauseRetriever
from assistant.search.vectors import VectorIndex, VectorWriter, unit, written

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


def build(
    folder: Path, nodes: list[TextNode], stored: list[TextNode] | None = None, glossary: Glossary = NO_GLOSSARY
) -> ClauseRetriever:
    """A retriever over nodes; Chroma gets them in the order of `stored`."""
    encoder = StaticEncoder()
    kept = nodes if stored is None else stored
    VectorIndex.build(folder, kept, whole_arrays(kept, encoder)["whole"])
    return ClauseRetriever(
        LexicalIndex.build(passages(nodes)),
        VectorIndex.open(folder, encoder),
        PartIndex.of_wholes(nodes, encoder),
        PartIndex.of(nodes, encoder),
        glossary,
    )


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
    assert [ids(retriever.search(question)) for question in questions] == exact
    monkeypatch.setattr(retriever_module, "_SCORED_ALL", 0)
    nodes = library(100)
    for seed in (1, 2):
        stored = random.Random(seed).sample(nodes, len(nodes))
        shuffled = build(tmp_path / str(seed), nodes, stored)
        for _ in range(2):
            assert [ids(shuffled.search(question)) for question in questions] == exact
        assert shuffled.vectors is not None
        shuffled.vectors.close()


def test_a_document_alone_has_the_same_scores_as_among_others(retriever: ClauseRetriever) -> None:
    for question in ("引进独角兽企业", "哪里能停车", "老人住的地方"):
        among = [hit for hit in ids(retriever.search(question, top=300)) if hit[0].startswith("乙/")]
        assert ids(retriever.search(question, ["乙"], top=300)) == among != []


def test_without_passages_nothing_is_found() -> None:
    empty = ClauseRetriever(LexicalIndex.build(()), None, None, None)
    assert empty.search("充电桩") == []
    assert empty.retrieve("充电桩") == []


def test_what_is_stored_is_found_near_itself_and_comes_back_whole(tmp_path: Path) -> None:
    nodes = [*library(3), node("丙", "0", 0, "——")]
    encoder = StaticEncoder()
    VectorIndex.build(tmp_path / "store", nodes, whole_arrays(nodes, encoder)["whole"])
    vectors = VectorIndex.open(tmp_path / "store", encoder)
    try:
        query = encoder.get_text_embedding(nodes[1].text)
        assert set(vectors.nearest(query, 2)) == {"甲/1", "乙/1"}
        assert vectors.nearest([0.0] * len(query), 3) == []
        assert [each.text for each in vectors.nodes(["乙/2", "甲/0"])] == [nodes[5].text, nodes[0].text]
    finally:
        vectors.close()


def test_a_copied_collection_can_be_changed_and_the_first_one_stays(tmp_path: Path) -> None:
    nodes, encoder = library(3), StaticEncoder()
    vectors = whole_arrays(nodes, encoder)["whole"]
    VectorIndex.build(tmp_path / "before", nodes[:4], vectors[:4])
    with VectorWriter.copy(tmp_path / "before", tmp_path / "after") as writer:
        writer.remove(["甲/1"])
        writer.add(nodes[4:], vectors[4:])
    for place, near in (
        ("before", {"甲/0", "甲/1", "甲/2", "乙/0"}),
        ("after", {"甲/0", "甲/2", "乙/0", "乙/1", "乙/2"}),
    ):
        held = VectorIndex.open(tmp_path / place, encoder)
        assert set(held.nearest(vectors[1].tolist(), 10)) == near
        held.close()
    assert (written(tmp_path / "before"), written(tmp_path / "after")) == (4, 6)


def test_a_closed_index_lets_its_folder_go_and_the_place_can_be_used_again(tmp_path: Path) -> None:
    for count in (2, 3):
        built = build(tmp_path / "store", library(count))
        assert len(built.search("充电桩停车位养老", top=20)) == 2 * count
        assert built.vectors is not None
        built.vectors.close()
        built.vectors.close()
        shutil.rmtree(tmp_path / "store")


# --- By meaning -------------------------------------------------------------------------------------------------------

INVENTED = """青岩县2031年国民经济和社会发展计划

一、主要任务

(一)增进民生福祉

促进就业。开展零就业家庭援助，城镇新增就业3万人，对困难人员给予岗位补贴。

关爱老人。布点长者助餐服务点12家，新建护理型床位900张。

办好教育。推进集团化办学，新增义务教育学位3600个。

(二)改善城乡环境

治理污染。开展臭氧与细颗粒物协同防治，空气优良天数比例达到88%。

缓解拥堵。挖潜增设公共泊位2600个，打通断头路5条。

维护安全。完善公共安全视频监控，严厉打击电信网络诈骗。
"""

# None of them shares a word with its clause.
PARAPHRASES = {
    "骗子老打我手机，谁管": "严厉打击电信网络诈骗",
    "天老是灰蒙蒙的": "细颗粒物协同防治",
    "爷爷奶奶吃饭问题怎么解决": "长者助餐服务点",
    "车子没地方停": "公共泊位2600个",
    "娃娃念书": "新增义务教育学位",
    "失业了找活干": "零就业家庭援助",
}


@pytest.fixture(scope="module")
def invented_nodes() -> list[TextNode]:
    plan = parse_plan(INVENTED)
    return clause_nodes("青岩", plan, build_ledger(plan))


@pytest.fixture(scope="module")
def invented(invented_nodes: list[TextNode], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClauseRetriever]:
    built = build(tmp_path_factory.mktemp("invented"), invented_nodes)
    yield built
    assert built.vectors is not None
    built.vectors.close()


@pytest.mark.parametrize("question", PARAPHRASES)
def test_a_paraphrase_that_shares_no_word_with_its_clause_is_found_first(
    question: str, invented: ClauseRetriever
) -> None:
    best = invented.search(question)[0]
    assert isinstance(best.node, TextNode)
    assert PARAPHRASES[question] in best.node.text
    assert not set(tokens(question)) & set(tokens(f"{best.node.metadata['path']}{best.node.text}"))


def test_every_clause_is_found_first_by_its_own_words(
    invented: ClauseRetriever, invented_nodes: list[TextNode]
) -> None:
    sentences = [each for each in invented_nodes if len(each.text) > 12]
    assert len(sentences) >= 6
    for each in sentences:
        best = invented.search(each.text)[0]
        assert best.node.node_id == each.node_id
        assert best.score is not None
        assert 0.7 < best.score <= 1


def test_the_glossary_makes_a_clause_score_higher(tmp_path: Path, invented_nodes: list[TextNode]) -> None:
    """With words that the encoder does not know, so that nothing but the glossary speaks for the clause."""
    question, term = "qzxjkv wqzkxp", "细颗粒物"
    glossary = Glossary((Concept("水务环保", (term,), (), (question,)),))
    with_glossary = build(tmp_path / "with", invented_nodes, glossary=glossary)
    without = build(tmp_path / "without", invented_nodes)
    assert without.search(question) == []
    (found,) = with_glossary.search(question)
    assert isinstance(found.node, TextNode)
    assert term in found.node.text
    for each in (with_glossary, without):
        assert each.vectors is not None
        each.vectors.close()


def test_the_score_is_what_it_is_said_to_be(invented: ClauseRetriever) -> None:
    question = "公共泊位和断头路"
    best = invented.search(question)[0]
    assert isinstance(best.node, TextNode)
    assert invented.vectors is not None
    vector = invented.vectors.encoder.get_query_embedding(question)
    whole = PartIndex.of_wholes([best.node], invented.vectors.encoder).similarities(unit(vector), np.arange(1))[0]
    part = PartIndex.of([best.node], invented.vectors.encoder).similarities(unit(vector), np.arange(1))[0]
    plan = parse_plan(INVENTED)
    lexical = LexicalIndex.build(passages(clause_nodes("青岩", plan, build_ledger(plan))))
    share = lexical.shares(question)[lexical.passages.row(best.node.node_id)]
    weights = (retriever_module.BEST_PART, retriever_module.WHOLE, retriever_module.LITERAL)
    assert min(part, whole, share) > 0
    assert best.score == pytest.approx(np.average([part, whole, share], weights=weights), abs=2e-6)
    for weight in weights:  # what the class says of itself
        assert f"{weight} · " in (ClauseRetriever.__doc__ or "")
