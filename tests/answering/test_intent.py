"""The classifiers of questions and of later turns: their numbers, not their taste (that is what the suites measure)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.intent import INTENTS, TURNS, grams, intents, marked, turns
from assistant.answering.question import as_intent, read_question


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("新建学校3所", "^新建学校＃$"),
        ("2031年新建学校几所", "^￥新建学校几u$"),
        ("百分之十二对不对", "^＃对不对$"),
        ("亿元以上项目几个", "^亿元以上项目几u$"),
        ("", "^$"),
    ],
)
def test_numbers_years_and_units_are_made_alike(text: str, said: str) -> None:
    assert marked(text) == said


def test_runs_of_one_to_three_characters_are_counted() -> None:
    assert grams("好好") == {"^": 1, "好": 2, "$": 1, "^好": 1, "好好": 1, "好$": 1, "^好好": 1, "好好$": 1}


@given(st.text(max_size=80))
def test_every_text_has_likelihoods_that_sum_to_one(text: str) -> None:
    for likely, labels in ((intents(text), INTENTS), (turns(text), TURNS)):
        assert set(likely) == set(labels)
        assert sum(likely.values()) == pytest.approx(1, abs=1e-4)


# Said without the words that rules look for; about nothing that the training questions ask about.
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("观鸟站跟护林站凑一堆拢共几座", "sum"),
        ("观鸟站跟护林站哪头建得更多", "compare"),
        ("护林站已经盖了6座，离任务还有多大缺口", "own"),
        ("把带百分号的目标统统拎出来给我", "collect"),
        ("生态那一章底下拆成了哪几件任务", "outline"),
        ("护林站眼下盖起来几座了", "result"),
    ],
)
def test_what_is_asked_is_told_where_no_rule_knows_the_words(text: str, intent: str) -> None:
    assert read_question(text).intent == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [("新增养老床位多少张", "figure"), ("你好", "smalltalk"), ("观鸟站怎么建", "text"), ("文号是多少", "document")],
)
def test_plain_questions_stay_what_the_rules_say(text: str, intent: str) -> None:
    asked = read_question(text)
    assert (asked.intent, asked.ruled) == (intent, intent)


def test_a_question_can_be_read_as_another() -> None:
    asked = as_intent(read_question("观鸟站和护林站多少座"), "sum")
    assert (asked.kind, asked.operation, asked.subjects) == ("arithmetic", "sum", ("观鸟站", "护林站"))


@pytest.mark.parametrize(
    ("turn", "goes_on"),
    [("这个数出自哪一句", "f_basis"), ("你说错了吧，我记得没这么多", "f_correct"), ("把前面两个合到一起", "f_reckon")],
)
def test_how_a_later_turn_goes_on(turn: str, goes_on: str) -> None:
    likely = turns(turn)
    assert max(likely, key=lambda one: likely[one]) == goes_on
