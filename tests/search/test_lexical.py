"""BM25 and literal shares: tokens, order, scope, what a glossary adds, and that it stays light."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.search.arrays import DocumentArrays
from assistant.search.glossary import Concept, Glossary, Mention
from assistant.search.lexical import LexicalIndex, term_arrays, tokens, words_and_characters
from assistant.search.passages import Passage, passage_arrays


def passage(document: str, clause: str, text: str, path: str = "") -> Passage:
    return Passage(f"{document}/{clause}", document, clause, 0, len(text), path, text)


PASSAGES = (
    passage("甲", "1", "新增公共停车位2000个、充电桩1000根。", "提升功能"),
    passage("甲", "2", "引进独角兽企业不少于3家。", "强化创新"),
    passage("甲", "3", "——", "强化创新"),
    passage("乙", "1", "建设充电桩500根。", "交通"),
    passage("乙", "2", "引进独角兽企业不少于3家。", "强化创新"),
)

GLOSSARY = Glossary(
    (
        Concept("城建交通", ("公共停车位", "停车位"), ("车位",), ("泊车的地方",), ("parking space",)),
        Concept("科技人才", ("独角兽企业",), (), ("估值很高的新公司",)),
    )
)


def found(index: LexicalIndex, question: str, documents: list[str] | None = None, top: int = 10) -> list[str]:
    return [f"{hit.document}/{hit.clause}" for hit in index.search(question, documents, top)]


def test_tokens_are_words_and_pairs_without_punctuation() -> None:
    assert set(tokens("新增充电桩1,000根，GDP增长7%。")) >= {"新增", "充电", "电桩", "1,000", "gdp", "7%", "增长"}
    assert tokens("——、。 “”") == []
    assert tokens("ＧＤＰ７％") == ["gdp", "7%"]
    assert tokens("") == []


def test_the_encoder_knows_words_characters_and_one_number() -> None:
    assert words_and_characters("新增充电桩1,000根，GDP增长7%。") == [
        *("新增", "充电", "桩", "新", "增", "充", "电", "桩", "0"),
        *("根", "根", "gdp", "增长", "增", "长", "0"),
    ]  # fmt: skip
    assert words_and_characters("ＧＤＰ７％") == words_and_characters("gdp 9.5") == ["gdp", "0"]
    assert words_and_characters("——、。 “”") == words_and_characters("") == []


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
    loaded = LexicalIndex.load(tmp_path / "bm25", built.passages)
    for question in ("充电桩多少根", "独角兽", "泊车的地方", ""):
        assert np.array_equal(loaded.scores(question), built.scores(question))
        mentions = GLOSSARY.mentions(question)
        assert np.array_equal(loaded.shares(question, mentions), built.shares(question, mentions))


def test_the_scores_are_those_of_the_library_to_the_last_digit() -> None:
    passages = [
        passage("甲", str(number), f"{'新增公共停车位、' * (number % 3)}引进企业{number}家，建设{number % 5}个。")
        for number in range(60)
    ]
    words = [tokens(f"{one.path}\n{one.text}") for one in passages]
    plain = bm25s.BM25(k1=1.2, b=0.5)
    plain.index(words, show_progress=False)
    built = LexicalIndex.build(passages)
    for word in {word for each in words for word in each}:
        expected = plain.get_scores_from_ids([plain.vocab_dict[word]]).astype(np.float64).round(6)
        assert built.scores(word).tolist() == expected.tolist() if tokens(word) == [word] else True


def test_merged_documents_are_like_those_indexed_together(tmp_path: Path) -> None:
    ids = list(dict.fromkeys(one.document for one in PASSAGES))
    own = {document: [one for one in PASSAGES if one.document == document] for document in ids}
    DocumentArrays.write(
        tmp_path / "kept", ((one, {**passage_arrays(own[one]), **term_arrays(own[one])}) for one in ids)
    )
    merged = LexicalIndex.merged(DocumentArrays.open(tmp_path / "kept"))
    together = LexicalIndex.build(PASSAGES)
    assert list(merged.passages) == list(together.passages) == list(PASSAGES)
    assert [merged.passages.row(one.node) for one in PASSAGES] == list(range(len(PASSAGES)))
    for question in ("充电桩多少根", "独角兽", "泊车的地方", ""):
        assert merged.scores(question).tolist() == together.scores(question).tolist()
        assert merged.search(question) == together.search(question)
    with pytest.raises(KeyError):
        merged.passages.row("甲/nowhere")


def test_a_clause_in_parts_is_found_once() -> None:
    parts = [Passage(f"甲/1/{part}", "甲", "1", part * 10, part * 10 + 9, "", "充电桩一千根") for part in (1, 2)]
    index = LexicalIndex.build([*parts, *PASSAGES[3:]])
    assert found(index, "充电桩").count("甲/1") == 1


def test_passages_of_a_document_must_stand_together() -> None:
    with pytest.raises(ValueError, match="stand together"):
        LexicalIndex.build([PASSAGES[0], PASSAGES[3], PASSAGES[1]])


def test_a_very_long_question_is_answered() -> None:
    assert found(LexicalIndex.build(PASSAGES), "充电桩" + "多少根呢" * 25_000) == ["乙/1", "甲/1"]


# --- Literal shares ---------------------------------------------------------------------------------------------------

PLAIN = (
    passage("甲", "1", "新增公共停车位两千个。"),
    passage("甲", "2", "引进独角兽企业三家以上。"),
    passage("甲", "3", "建设社区食堂一共十二家。"),
    passage("甲", "4", "推进老旧小区改造四十个。"),
    passage("甲", "5", "开展大气污染防治工作。"),
    passage("甲", "6", "发放就业创业补贴资金。"),
)
SURROUNDINGS = ("推进各项工作落到实处，", "加强领导，", "形成合力，", "", "确保全年任务圆满完成，")


def shares(passages: Sequence[Passage], question: str, glossary: Glossary | None = None) -> list[float]:
    """By passage; without a glossary, of the words alone."""
    mentions = glossary.mentions(question) if glossary else ()
    found: list[float] = LexicalIndex.build(passages).shares(question, mentions).tolist()
    return found


def test_a_passage_with_all_the_words_has_nearly_all_and_one_with_none_has_nothing() -> None:
    for row, held in enumerate(PLAIN):
        of_words = shares(PLAIN, held.text)
        assert of_words[row] > 0.9
        assert max(share for place, share in enumerate(of_words) if place != row) < 0.2
    assert shares(PLAIN, "观鸟站") == [0.0] * len(PLAIN)


def test_half_of_the_words_is_about_half() -> None:
    best = max(shares(PLAIN, "独角兽企业观鸟护林"))
    assert 0.3 < best < 0.7


def test_fillers_alone_do_not_pass_for_a_hit() -> None:
    """BM25's own number of the best passage says nothing of how much was found; the share does."""
    fillers = [
        passage("甲", str(number), f"{each.text[:-1]}，请问一下大概有多少呢。") for number, each in enumerate(PLAIN)
    ]
    asked = "请问一下大概有多少观鸟站和护林站呢"
    assert 0 < max(shares([*fillers, *PLAIN], asked)) < 0.4
    assert max(shares(PLAIN, "请问一下今年的停车收费标准大概是怎么定下来的呢")) < 0.25


@pytest.mark.parametrize("question", ["", "？！", "——"])
def test_a_question_without_words_shares_nothing(question: str) -> None:
    assert shares(PLAIN, question) == [0.0] * len(PLAIN)
    assert shares((), question) == []
    assert shares((), "停车位") == []
    assert shares(PASSAGES[2:3], "独角兽企业", GLOSSARY) == [0.0]  # a passage without words


def test_the_glossary_raises_the_passage_with_its_term_above_those_with_nothing() -> None:
    asked = "哪里还有泊车的地方"
    assert "停车位" not in asked
    plain, widened = shares(PLAIN, asked), shares(PLAIN, asked, GLOSSARY)
    assert plain[0] == max(plain) == 0
    assert widened[0] > 0.3
    assert widened[1:] == plain[1:]


def test_half_a_term_of_the_glossary_does_not_stand_for_it() -> None:
    glossary = Glossary((Concept("城建交通", ("集中式充电场站",), (), ("加电的地方",)),))
    texts = ("建设集中式充电场站八个。", "打造集中式办公场所。", "规划两处公交场站。")
    found = shares([*PLAIN, *(passage("乙", str(n), text) for n, text in enumerate(texts))], "加电的地方", glossary)
    assert found[-3] > 0.7
    assert found[-2:] == [0.0, 0.0]


def test_terms_of_every_thing_that_a_word_may_mean_count() -> None:
    glossary = Glossary(
        (Concept("甲", ("社区食堂",), (), ("那个地方",)), Concept("乙", ("停车位",), (), ("那个地方",)))
    )
    found = shares(PLAIN, "那个地方", glossary)
    assert found[0] > 0.5 < found[2]
    assert [found[row] for row in (1, 3, 4, 5)] == [0.0] * 4


WORDS_AND_TERMS = [("泊车的地方", "公共停车位"), ("公共停车位", "停放车辆的泊位"), ("parking space", "停车位")]


def word_and_term(word: str, term: str, asked: str, surroundings: Sequence[str]) -> tuple[float, float, float]:
    """The shares of three passages: with the word itself, a term for it, and something else, each in its own words."""
    same = Glossary((Concept("城建交通", (term,), (), (), (word,)),))
    texts = [
        f"{before}新增{thing}。{before}"
        for thing, before in zip((word, term, "观鸟站和护林站"), surroundings, strict=True)
    ]
    rows = [passage("甲", str(number), text) for number, text in enumerate(texts)]
    others = [*PASSAGES[3:], *(passage("丙", each.clause, each.text) for each in PLAIN[1:])]
    found = shares([*rows, *others], asked.format(word), same)
    return found[0], found[1], found[2]


@pytest.mark.parametrize(("word", "term"), WORDS_AND_TERMS)
def test_the_word_itself_outranks_a_term_for_it_and_the_term_outranks_neither(word: str, term: str) -> None:
    itself, through_glossary, neither = word_and_term(word, term, "{}", ("", "", ""))
    assert itself > through_glossary > neither


_SURROUNDING = st.lists(st.sampled_from(SURROUNDINGS), max_size=12).map("".join)


@given(
    st.sampled_from(WORDS_AND_TERMS),
    st.sampled_from(["{}", "{}呢", "哪里有{}，多不多", "观测{}"]),
    st.tuples(_SURROUNDING, _SURROUNDING, _SURROUNDING),
)
def test_the_word_itself_outranks_a_term_for_it_in_passages_of_any_length(
    pair: tuple[str, str], asked: str, surroundings: tuple[str, str, str]
) -> None:
    itself, through_glossary, neither = word_and_term(*pair, asked, surroundings)
    assert itself > through_glossary > neither


_WORDS = "停车位 车位 公共停车位 泊车的地方 PARKING parking 独角兽 企业 估值很高的新公司 新增 两千个 2000 多少 呢 ， 。 的".split()
_PIECES = st.sampled_from([*_WORDS, "parking space", " ", "\n"])
_TEXTS = st.lists(_PIECES, max_size=8).map("".join)


@given(st.lists(_TEXTS, max_size=6), _TEXTS)
def test_any_share_is_between_nothing_and_all_and_the_glossary_never_takes_away(
    texts: list[str], question: str
) -> None:
    index = LexicalIndex.build([passage("甲", str(number), text) for number, text in enumerate(texts)])
    mentions = GLOSSARY.mentions(question)
    plain, widened = index.shares(question), index.shares(question, mentions)
    assert plain.shape == widened.shape == (len(texts),)
    assert ((plain >= 0) & (plain <= widened) & (widened <= 1)).all()
    words = set(tokens(question))
    for text, share in zip(texts, plain.tolist(), strict=True):
        assert (share > 0) == bool(words & set(tokens(text)))
    again: list[Mention] = list(reversed(mentions))
    assert index.shares(question, again) == pytest.approx(widened, abs=2e-6)


def test_neither_llama_index_nor_chroma_is_imported() -> None:
    code = (
        "import sys, assistant.search.lexical as l; l.LexicalIndex.build(()).search('充电桩');l.words_and_characters('充电桩');"
        "sys.exit(bool({'llama_index', 'chromadb', 'model2vec'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
