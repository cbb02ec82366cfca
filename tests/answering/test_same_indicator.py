"""Whether two names are of one indicator: by their words, their short forms, and what they say of how far it counts."""

from __future__ import annotations

import pytest

from assistant.answering.same_indicator import alike, names_it, scope_differs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("水冲式公厕", "水冲式公共厕所"),
        ("各类违建", "违章建筑"),
        ("单位国内生产总值能源消耗", "单位国内生产总值能耗"),
        ("一般公共预算收入", "地方一般公共预算收入"),
        ("电网承载能力历史性", "电网承载能力"),
        ("集装箱年吞吐量", "集装箱吞吐量"),
    ],
)
def test_one_indicator_by_any_name(one: str, other: str) -> None:
    assert alike(one, other) and alike(other, one)
    assert names_it(one, other) and names_it(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一般公共预算收入", "一般公共预算支出"),
        ("国内生产总值", "单位国内生产总值能耗"),
        ("城镇登记失业率", "城镇调查失业率"),
        ("移动公厕", "水冲式公共厕所"),
    ],
)
def test_two_indicators(one: str, other: str) -> None:
    assert not alike(one, other) and not alike(other, one)
    assert not names_it(one, other) and not names_it(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("进出口总额", "服务贸易进出口总额"), ("公共厕所", "环保式公共厕所"), ("粮食产量", "总产量")]
)
def test_a_part_of_it_does_not_name_it(one: str, other: str) -> None:
    assert not names_it(one, other)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("地方一般公共预算收入", "一般公共预算收入", ("地方",)),
        ("到2035年集装箱吞吐量", "集装箱吞吐量", ()),
        ("全年粮食产量", "粮食产量", ()),
    ],
)
def test_words_that_say_how_far_it_counts(one: str, other: str, words: tuple[str, ...]) -> None:
    assert scope_differs(one, other) == scope_differs(other, one) == words
