"""A library of several places and years: the right document answers, what is not held is refused, figures are compared only
where they are comparable. The plans are the tests' own; nothing in them is true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answering.answer import Answer
from assistant.library import index
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.answering.promises import assert_kept

PLANS = {
    "qinghe-2030.txt": """青禾区2030年国民经济和社会发展计划

一、2029年工作回顾

地区生产总值增长6.1%。新增充电桩800根。建成口袋公园4个。

二、2030年主要目标

地区生产总值增长7%。社会消费品零售总额增长8%以上。新增充电桩900根。建成口袋公园5个。城镇登记失业率控制在4%以内。
""",
    "qinghe-2031.txt": """青禾区2031年国民经济和社会发展计划

一、2030年工作回顾

地区生产总值增长6.8%。新增充电桩950根。

二、2031年主要目标

地区生产总值增长7.5%。社会消费品零售总额增长9%。新增充电桩1200根。建成口袋公园6个。推进“以竹代塑”示范。
""",
    "baisha-2031.txt": """政府工作报告

——2031年2月8日在白沙县第十届人民代表大会第三次会议上

一、2030年工作回顾

地区生产总值增长5.2%。新增充电桩300根。

二、2031年主要目标

地区生产总值增长6%左右。新增充电桩400根以上。城镇调查失业率控制在5%以内。新建幼儿园2所。
""",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("plans")
    for name, text in PLANS.items():
        (folder / name).write_text(text, encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    index(home, corpus=None, add=[folder])
    held = Assistant.open(home, settings=Settings(home=home, corpus=""))
    yield held
    held.close()


def figures(answer: Answer) -> list[tuple[str, str]]:
    return [(figure.document, figure.value) for figure in answer.figures]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("青禾区2030年计划新增充电桩多少根", ("qinghe-2030", "900")),
        ("青禾2031年新增充电桩多少根", ("qinghe-2031", "1200")),
        ("青禾区新增充电桩多少根", ("qinghe-2031", "1200")),
        ("白沙县新增充电桩多少根", ("baisha-2031", "400")),
        ("青禾区2030年实际新增了多少根充电桩", ("qinghe-2031", "950")),
        ("青禾区2029年地区生产总值增长了多少", ("qinghe-2030", "6.1")),
        ("青禾区去年新增了多少根充电桩", ("qinghe-2031", "950")),
        ("新建幼儿园多少所", ("baisha-2031", "2")),
        ("二〇三〇年青禾区口袋公园建几个", ("qinghe-2030", "5")),
    ],
)
def test_the_document_that_is_named_answers(question: str, expected: tuple[str, str], assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert (answer.status, figures(answer)) == ("answered", [expected])


@pytest.mark.parametrize(
    "question",
    [
        "青禾区2027年新增充电桩多少根",
        "青禾区2035年地区生产总值目标",
        "白沙县2030年政府工作报告里新增充电桩的目标",
        "杭州2031年新增充电桩多少根",
        "杭州和白沙县的地区生产总值目标哪个高",
        "2028年的新增充电桩目标是多少",
    ],
)
def test_a_year_or_place_that_is_not_held_is_refused(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert answer.status == "wrong_scope"


def test_the_year_is_said_where_the_question_leaves_it_out(assistant: Assistant) -> None:
    assert "2031年" in assistant.ask("青禾区今年新增充电桩多少根").text


def test_what_was_planned_and_what_was_done_are_told_apart(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区2030年新增充电桩多少根")
    assert_kept(answer, assistant)
    assert figures(answer) == [("qinghe-2030", "900"), ("qinghe-2031", "950")]
    assert "计划" in answer.text and "完成" in answer.text


@pytest.mark.parametrize("question", ["青禾区2031年地区生产总值实际增长了多少", "白沙县2030年新建幼儿园多少所"])
def test_another_years_figure_is_never_the_answer(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert answer.status in ("no_figure", "wrong_scope", "not_in_plan")


def test_what_two_places_were_asked_for_is_compared(assistant: Assistant) -> None:
    history = ["青禾区2031年新增充电桩的目标多少根", "白沙县呢"]
    answer = assistant.ask("它们差多少", history)
    assert_kept(answer, assistant)
    assert [computed.value for computed in answer.computed] == ["800"], answer.standalone


def test_without_a_place_every_place_that_has_it_is_given(assistant: Assistant) -> None:
    answer = assistant.ask("新增充电桩多少根")
    assert_kept(answer, assistant)
    assert sorted(figures(answer)) == [("baisha-2031", "400"), ("qinghe-2031", "1200")]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("青禾区2030年新增充电桩多少根", "2031年呢"), ("qinghe-2031", "1200")),
        (("青禾区2031年新增充电桩多少根", "白沙县呢"), ("baisha-2031", "400")),
        (("青禾区2030年新增充电桩多少根", "那口袋公园呢"), ("qinghe-2030", "5")),
        (("新建幼儿园多少所", "那充电桩呢"), ("baisha-2031", "400")),
        (("青禾区2031年新增充电桩多少根", "去年实际新增了多少"), ("qinghe-2031", "950")),
    ],
)
def test_follow_ups_carry_the_document(turns: tuple[str, ...], expected: tuple[str, str], assistant: Assistant) -> None:
    answer = assistant.ask(turns[-1], turns[:-1])
    assert_kept(answer, assistant)
    assert figures(answer) == [expected], answer.standalone


def test_a_follow_up_to_a_place_that_is_not_held_is_refused(assistant: Assistant) -> None:
    assert assistant.ask("杭州呢", ["青禾区2031年新增充电桩多少根"]).status == "wrong_scope"


@pytest.mark.parametrize(
    ("question", "expected", "result"),
    [
        ("青禾区2031年的充电桩目标比2030年的目标多多少根", ["1200", "900"], ("300", "根", "exact")),
        ("青禾区2031年地区生产总值目标比2030年实际增速高几个百分点", ["7.5", "6.8"], ("0.7", "个百分点", "exact")),
        ("青禾区和白沙县2031年新增充电桩差多少根", ["1200", "400"], ("800", "根", "at_most")),
        ("青禾区和白沙县2030年一共新增了多少根充电桩", ["950", "300"], ("1250", "根", "exact")),
    ],
)
def test_comparable_figures_are_reckoned_with(
    question: str, expected: list[str], result: tuple[str, str, str], assistant: Assistant
) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert [figure.value for figure in answer.figures] == expected
    (computed,) = answer.computed
    assert (computed.value, computed.unit, computed.qualifier) == result
    assert len(answer.citations) == 2


@pytest.mark.parametrize(
    "question",
    ["青禾区2030年和白沙县2031年的失业率目标哪个严", "青禾区2030年和白沙县2031年失业率目标差多少"],
)
def test_what_is_not_comparable_is_said_to_be_so_with_both_sentences(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert "口径不同" in answer.text
    assert answer.computed == ()
    assert all(citation.quote.rstrip("。") in answer.text for citation in answer.citations)


@pytest.mark.parametrize(
    "question", ["青禾区和白沙县2031年地区生产总值增长目标加起来多少", "青禾区和白沙县2031年口袋公园加起来一共几个"]
)
def test_rates_are_not_added_nor_is_a_sum_made_of_half_the_figures(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert answer.computed == ()
    assert "合计**" not in answer.text


def test_a_place_in_latin_letters(assistant: Assistant) -> None:
    assert figures(assistant.ask("Qinghe 2031年计划新增充电桩多少根")) == [("qinghe-2031", "1200")]


def test_a_target_is_held_against_what_was_done(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区2030年的充电桩目标完成了吗")
    assert_kept(answer, assistant)
    assert figures(answer) == [("qinghe-2030", "900"), ("qinghe-2031", "950")]


def test_the_whole_library_is_asked(assistant: Assistant) -> None:
    answer = assistant.ask("哪些区县的地区生产总值增长目标超过7%")
    assert_kept(answer, assistant)
    assert figures(answer) == [("qinghe-2031", "7.5")]


def test_who_speaks_of_something(assistant: Assistant) -> None:
    answer = assistant.ask("哪几份计划提到了“以竹代塑”")
    assert_kept(answer, assistant)
    assert [citation.document for citation in answer.citations] == ["qinghe-2031"]


def test_nobody_speaks_of_it(assistant: Assistant) -> None:
    assert assistant.ask("哪几份计划提到了“地下管廊”").status == "not_in_plan"


def test_a_limit_to_documents_holds(assistant: Assistant) -> None:
    answer = assistant.ask("新增充电桩多少根", documents=["qinghe-2030"])
    assert figures(answer) == [("qinghe-2030", "900")]


PIECES = (
    "青禾区", "白沙县", "沪", "2030年", "2031年", "去年", "明年", "“十五五”", "目标", "完成了", "计划", "新增", "充电桩", "口袋公园",
    "地区生产总值", "失业率", "增长", "多少", "几个", "多少根", "分别", "各", "和", "比", "高多少", "其中", "还差", "合计", "哪个最高",
    "哪些地方", "超过8%", "900根", "对吗", "呢", "，", "？", "、", "不要", "平均", "占", "三个", "全部", "一共", "提到", "报告",
)  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join), min_size=1, max_size=3))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_the_promises_hold(assistant: Assistant, turns: list[str]) -> None:
    answer = assistant.ask(turns[-1], turns[:-1])
    for citation in answer.citations:
        assert assistant.plan(citation.document).text[citation.start : citation.end] == citation.quote
    if answer.status not in ("answered", "no_figure"):
        assert answer.figures == ()
    assert not any("没有通过数字核对" in notice for notice in answer.notices), answer.text
