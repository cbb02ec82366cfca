"""Parts of passages: how a text is cut, and that the best part speaks for its passage."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.schema import TextNode
from numpy.typing import NDArray

from assistant.search.encoder import StaticEncoder
from assistant.search.parts import PartIndex, parts, windows
from assistant.search.vectors import unit

PAUSE = ",，;；:：。\n"
SHORTEST = 12
HALF_PRECISION = 2e-3

TEXTS = (
    "完善公共设施，新增公共停车位2000个，推动社区食堂建设；严厉打击电信网络诈骗犯罪。",
    "——",
    "建成学校3所。",
    "大力发展数字经济和人工智能产业，引进独角兽企业不少于3家，守护绿水青山，空气质量优良天数达到300天。",
    "，，，，，，，，，，，，。。。",
    "健全分级诊疗体系：县级医院能力达标，村卫生室全覆盖。\n开展零就业家庭援助，城镇新增就业3万人。\n",
)


def node(number: int, text: str, **metadata: str) -> TextNode:
    return TextNode(id_=f"甲/{number}", text=text, metadata=metadata, excluded_embed_metadata_keys=list(metadata))


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


@pytest.fixture(scope="module")
def held(encoder: StaticEncoder) -> PartIndex:
    return PartIndex.of([node(number, text) for number, text in enumerate(TEXTS)], encoder)


def question_vector(encoder: StaticEncoder, question: str) -> NDArray[np.float32]:
    return unit(encoder.get_query_embedding(question))


# --- How a text is cut ------------------------------------------------------------------------------------------------


def test_a_text_is_cut_after_its_pauses_and_short_pieces_go_with_what_follows() -> None:
    assert parts("完善公共设施建设和服务，力争，年内，新增公共停车位2000个；如期建成一百一十二座变电站。") == [
        "完善公共设施建设和服务，",
        "力争，年内，新增公共停车位2000个；",
        "如期建成一百一十二座变电站。",
    ]


def test_a_short_end_goes_with_what_stands_before() -> None:
    assert parts("新增公共停车位两千个以上，如期建成。") == ["新增公共停车位两千个以上，如期建成。"]
    assert parts("新增公共停车位两千个以上，建成") == ["新增公共停车位两千个以上，建成"]


@pytest.mark.parametrize("text", ["", "建成。", "，", "\n", "没有停顿的一句很长很长的话也还是只有一个部分"])
def test_there_is_always_a_part(text: str) -> None:
    assert parts(text) == [text]


@given(st.text(alphabet=f"{PAUSE} 新增车位0123456789.个、（）", max_size=120))
def test_nothing_of_any_text_is_lost_and_every_cut_follows_a_pause(text: str) -> None:
    found = parts(text)
    whole = "".join(found)
    assert text.startswith(whole)
    assert not text[len(whole) :].strip()  # but blanks at its end
    assert len(found) == 1 or all(len(part) >= SHORTEST for part in found)
    assert all(part[-1] in PAUSE for part in found[:-1])


@given(st.text(alphabet=f"{PAUSE}新增车位", min_size=1, max_size=120))
def test_no_part_of_any_text_could_be_cut_again(text: str) -> None:
    """But the last, which takes what is too short to stand alone."""
    for part in parts(text)[:-1]:
        assert not any(
            len("".join(pieces)) >= SHORTEST
            for pieces in itertools.accumulate(
                re.split(f"(?<=[{PAUSE}])", part)[:-2], lambda before, piece: before + piece
            )
        )


def test_every_two_neighbouring_parts_stand_together_as_well() -> None:
    one, two, three = "完善公共设施建设和服务，", "力争，年内，新增公共停车位2000个；", "如期建成一百一十二座变电站。"
    assert windows(one + two + three) == [one, two, three, one + two, two + three]
    assert windows(one) == [one]
    assert windows("") == [""]


# --- The best part ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["骗子打电话", "停车位", "天上灰蒙蒙", "娃念书", "看病方便吗"])
def test_the_best_parts_cosine_is_that_of_its_passage(question: str, held: PartIndex, encoder: StaticEncoder) -> None:
    vector = question_vector(encoder, question)
    found = held.similarities(vector, np.arange(len(TEXTS)))
    for text, cosine in zip(TEXTS, found.tolist(), strict=True):
        each = [float(np.array(encoder.get_text_embedding(part)) @ vector) for part in windows(text)]
        assert cosine == pytest.approx(max(each), abs=HALF_PRECISION)


def test_a_part_is_nearer_than_the_passage_that_holds_it_among_other_things(
    held: PartIndex, encoder: StaticEncoder
) -> None:
    vector = question_vector(encoder, "骗子打电话骗钱谁来管")
    whole = float(np.array(encoder.get_text_embedding(TEXTS[0])) @ vector)
    best = held.similarities(vector, np.arange(len(TEXTS)))
    assert best[0] > whole + 0.1
    assert int(best.argmax()) == 0


def test_what_stands_on_both_sides_of_a_pause_is_found_together(held: PartIndex, encoder: StaticEncoder) -> None:
    first, second = parts(TEXTS[5])[:2]
    vector = question_vector(encoder, first + second)
    alone = [float(np.array(encoder.get_text_embedding(part)) @ vector) for part in parts(TEXTS[5])]
    (found,) = held.similarities(vector, np.array([5]))
    assert found == pytest.approx(1, abs=HALF_PRECISION)
    assert max(alone) < found - 0.02


def test_a_passage_without_words_is_like_nothing(held: PartIndex, encoder: StaticEncoder) -> None:
    assert held.similarities(question_vector(encoder, "停车位"), np.array([1, 4])).tolist() == [0, 0]
    assert held.similarities(question_vector(encoder, "——"), np.arange(len(TEXTS))).tolist() == [0] * len(TEXTS)


@given(st.sets(st.integers(0, len(TEXTS) - 1)), st.sampled_from(["骗子打电话", "停车位", "空气", "——"]))
def test_some_passages_have_the_same_numbers_as_all(
    held: PartIndex, encoder: StaticEncoder, rows: set[int], question: str
) -> None:
    """To the last digit: what else is scored must not change the order."""
    vector = question_vector(encoder, question)
    everything = held.similarities(vector, np.arange(len(TEXTS)))
    chosen = np.array(sorted(rows), dtype=np.intp)
    assert held.similarities(vector, chosen).tolist() == everything[chosen].tolist()


def test_cosines_are_of_unit_vectors(held: PartIndex, encoder: StaticEncoder) -> None:
    found = held.similarities(question_vector(encoder, TEXTS[2]), np.arange(len(TEXTS)))
    assert found[2] == pytest.approx(1, abs=HALF_PRECISION)
    assert (np.abs(found) <= 1 + HALF_PRECISION).all()


def test_what_the_figures_of_a_passage_are_of_counts_as_its_parts(encoder: StaticEncoder) -> None:
    text = "全年新增公共停车位、社区食堂、义务教育学位分别达到2000个、12家、900个。"
    named = ["新增公共停车位个", "新增社区食堂家", "新增义务教育学位个"]
    nodes = [node(0, text), node(1, text, indicators="；".join(named)), node(2, text, indicators="")]
    vector = question_vector(encoder, "新增社区食堂家")
    plain, with_names, without = PartIndex.of(nodes, encoder).similarities(vector, np.arange(3)).tolist()
    assert with_names == pytest.approx(1, abs=HALF_PRECISION)
    assert plain == without < with_names


def test_without_passages_there_is_nothing(encoder: StaticEncoder) -> None:
    empty = PartIndex.of([], encoder)
    assert empty.similarities(question_vector(encoder, "停车位"), np.arange(0)).tolist() == []


def test_what_a_passage_was_built_among_changes_nothing(held: PartIndex, encoder: StaticEncoder) -> None:
    vector = question_vector(encoder, "骗子打电话")
    together = held.similarities(vector, np.arange(len(TEXTS))).tolist()
    for number, text in enumerate(TEXTS):
        alone = PartIndex.of([node(number, text)], encoder)
        assert alone.similarities(vector, np.arange(1)).tolist() == [together[number]]
