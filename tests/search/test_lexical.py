"""BM25: tokens, order, scope, and that it stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.search.lexical import LexicalIndex, Passage, tokens


def passage(document: str, clause: str, text: str, path: str = "") -> Passage:
    return Passage(f"{document}/{clause}", document, clause, 0, len(text), path, text)


PASSAGES = (
    passage("甲", "1", "新增公共停车位2000个、充电桩1000根。", "提升功能"),
    passage("甲", "2", "引进独角兽企业不少于3家。", "强化创新"),
    passage("甲", "3", "——", "强化创新"),
    passage("乙", "1", "建设充电桩500根。", "交通"),
    passage("乙", "2", "引进独角兽企业不少于3家。", "强化创新"),
)


def found(index: LexicalIndex, question: str, documents: list[str] | None = None, top: int = 10) -> list[str]:
    return [f"{hit.document}/{hit.clause}" for hit in index.search(question, documents, top)]


def test_tokens_are_words_and_pairs_without_punctuation() -> None:
    assert set(tokens("新增充电桩1,000根，GDP增长7%。")) >= {"新增", "充电", "电桩", "1,000", "gdp", "7%", "增长"}
    assert tokens("——、。 “”") == []
    assert tokens("ＧＤＰ７％") == ["gdp", "7%"]
    assert tokens("") == []


def test_the_clause_with_the_words_comes_first_and_ties_keep_the_order_of_the_text() -> None:
    index = LexicalIndex.build(PASSAGES)
    assert found(index, "独角兽企业引进多少家") == ["甲/2", "乙/2"]
    first, second = index.search("独角兽企业")
    assert first.score == second.score > 0
    assert found(index, "充电桩1000根")[0] == "甲/1"


def test_documents_and_top_limit_the_result() -> None:
    index = LexicalIndex.build(PASSAGES)
    assert found(index, "独角兽企业", ["乙"]) == ["乙/2"]
    assert found(index, "独角兽企业", ["乙", "甲", "乙"]) == ["甲/2", "乙/2"]
    assert found(index, "独角兽企业", []) == []
    assert found(index, "独角兽企业", ["丙"]) == []
    assert found(index, "独角兽企业", top=1) == ["甲/2"]
    assert found(index, "独角兽企业", top=0) == []


@pytest.mark.parametrize("question", ["", "？！", "zzz", "qwertyuiop 12345"])
def test_nothing_in_common_finds_nothing(question: str) -> None:
    assert found(LexicalIndex.build(PASSAGES), question) == []


@pytest.mark.parametrize("passages", [PASSAGES, PASSAGES[2:3], ()], ids=["some", "without words", "none"])
def test_what_was_saved_scores_the_same(passages: tuple[Passage, ...], tmp_path: Path) -> None:
    built = LexicalIndex.build(passages)
    built.save(tmp_path / "bm25")
    loaded = LexicalIndex.load(tmp_path / "bm25")
    assert loaded.passages == built.passages
    for question in ("充电桩多少根", "独角兽", ""):
        assert np.array_equal(loaded.scores(question), built.scores(question))


def test_a_clause_in_parts_is_found_once() -> None:
    parts = [Passage(f"甲/1/{part}", "甲", "1", part * 10, part * 10 + 9, "", "充电桩一千根") for part in (1, 2)]
    index = LexicalIndex.build([*parts, *PASSAGES[3:]])
    assert found(index, "充电桩").count("甲/1") == 1


def test_passages_of_a_document_must_stand_together() -> None:
    with pytest.raises(ValueError, match="stand together"):
        LexicalIndex.build([PASSAGES[0], PASSAGES[3], PASSAGES[1]])


def test_a_very_long_question_is_answered() -> None:
    assert found(LexicalIndex.build(PASSAGES), "充电桩" + "多少根呢" * 25_000) == ["乙/1", "甲/1"]


def test_neither_llama_index_nor_chroma_is_imported() -> None:
    code = (
        "import sys, assistant.search.lexical as l; l.LexicalIndex.build(()).search('充电桩');"
        "sys.exit(bool({'llama_index', 'chromadb'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
