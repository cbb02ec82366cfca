"""Comparisons of plans that name one thing differently, plan and report it in different years, or state the change themselves.
The plans are the tests' own; nothing in them is true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.answer import Answer
from assistant.library import index
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.answering.promises import assert_kept

PLANS = {
    "qinghe-2030.txt": """政府工作报告

——2030年2月8日在青禾区第十届人民代表大会第三次会议上

一、2029年工作回顾

拆除各类违建9.5万平方米。粮食产量3.1万吨。居民消费价格上涨1.2%。青禾云台机场年吞吐量突破210万人次。

二、2030年工作安排

年内力争建成水冲式公厕30座。粮食产量3万吨以上。
加快推进16个棚改区域的配套设施，努力完成400户的改造任务。
居民消费价格涨幅3%左右。单位生产总值能耗降低3%左右。外贸出口总额增长5%。
""",
    "qinghe-2031.txt": """政府工作报告

——2031年2月9日在青禾区第十届人民代表大会第四次会议上

一、2030年工作回顾

26座水冲式公共厕所投入使用。拆除违章建筑1.5万平方米。粮食产量3.4万吨。
居民消费价格上涨0.8%。青禾航空港年旅客吞吐量突破230万人次。棚户区改造完成390户。
电网承载能力历史性提升至180万千瓦。人均预期寿命从78.2岁提升至80.5岁。

二、2031年工作安排

继续推进棚户区改造，完成80户的改造任务。
粮食产量3.2万吨以上。赤字规模4.2亿元，比上年年初预算增加2000万元。
能耗强度目标在五年内统筹考核，并留有适当弹性。社会消费品零售总额增长6.5%。
力争电网承载能力提升至210万千瓦。实施城中村改造900万平方米。
""",
    "yunxi-2031.txt": """政府工作报告

——2031年1月20日在云溪市第十届人民代表大会第四次会议上

一、2030年工作回顾

改造城中村700万平方米。筹集建设保障性租赁住房6.1万套（间）。
地方一般公共预算收入突破400亿元、达到421亿元。

二、2031年工作安排

实施城中村改造1000万平方米。筹集建设保障性租赁住房3万套（间）。
""",
    "lanping-2031.txt": """政府工作报告

——2031年1月22日在兰坪市第十届人民代表大会第四次会议上

一、2030年工作回顾

改造城中村500万平方米。筹集建设保障性租赁住房9.5万套。一般公共预算收入完成530亿元。

二、2031年工作安排

改造城中村800万平方米。地区生产总值增长6%。
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


def values(answer: Answer) -> list[str]:
    return [figure.value for figure in answer.figures]


def results(answer: Answer) -> list[tuple[str, str]]:
    return [(computed.value, computed.unit) for computed in answer.computed]


@pytest.mark.parametrize(
    ("question", "figures", "result"),
    [
        # A short form in one document, the whole name in the other.
        ("2030年青禾区说要力争建成一批水冲式公厕，第二年的报告里兑现了吗，差几座？", ["30", "26"], ("4", "座")),
        ("青禾区拆违建，2029年和2030年哪年拆得多？差多少万平方米", ["9.5", "1.5"], ("8", "万平方米")),
        # The same row's name, of the tense that is asked for.
        ("2031年城中村改造，云溪市和兰坪市的目标差多少万平方米？", ["1000", "800"], ("200", "万平方米")),
        ("青禾区电网承载能力，2031年的目标比2030年达到的水平高出多少万千瓦？", ["210", "180"], ("30", "万千瓦")),
        # The unit says what else it counts; of two figures of one sentence the exact one.
        ("兰坪市2030年筹集建设保障性租赁住房比云溪市多多少万套？", ["9.5", "6.1"], ("3.4", "万套")),
        ("2030年兰坪市的一般公共预算收入比云溪市多多少亿元？", ["530", "421"], ("109", "亿元")),
        # What was done is held against what was done.
        ("青禾区2030年的粮食产量比2029年多多少万吨？", ["3.4", "3.1"], ("0.3", "万吨")),
        # One year's plan and its result.
        ("青禾区2030年居民消费价格涨幅，目标和实际差几个百分点？", ["3", "0.8"], ("2.2", "个百分点")),
        # A sentence that says what its figure counts only at its beginning.
        ("青禾区的棚改任务，2030年计划多少户，2031年又计划多少户？少了几户？", ["400", "80"], ("320", "户")),
    ],
)
def test_one_thing_is_found_in_both(
    question: str, figures: list[str], result: tuple[str, str], assistant: Assistant
) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert (values(answer), results(answer)) == (figures, [result]), answer.text


def test_each_of_two_documents_is_asked(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区机场的年旅客量，2030年那份报告和2031年那份报告分别说突破了多少")
    assert_kept(answer, assistant)
    assert values(answer) == ["210", "230"]


def test_one_years_figure_is_found_by_its_sentence(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区2030年棚户区改造的任务是多少户？")
    assert_kept(answer, assistant)
    assert (answer.status, values(answer)) == ("answered", ["400"])


def test_what_was_done_stands_in_for_no_target(assistant: Assistant) -> None:
    question = "云溪市2030年和2031年筹集建设保障性租赁住房的目标差多少万套？"
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert values(answer) == ["3"] and not answer.computed


def test_each_year_is_asked_for_what_its_own_words_say(assistant: Assistant) -> None:
    answer = assistant.ask("云溪市筹集建设保障性租赁住房，2030年实现多少万套，2031年目标是多少万套？")
    assert_kept(answer, assistant)
    assert values(answer) == ["6.1", "3"]


def test_names_that_count_differently_are_said_to(assistant: Assistant) -> None:
    text = assistant.ask("2030年兰坪市的一般公共预算收入比云溪市多多少亿元？").text
    assert "名称不完全一样" in text and "地方一般公共预算收入" in text


def test_a_rate_of_another_thing_is_none(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区2030年和2031年的外贸出口总额增长目标差几个百分点？")
    assert_kept(answer, assistant)
    assert values(answer) == ["5"] and not answer.computed
    assert "没有写" in answer.text and "6.5" not in answer.text


def test_what_is_only_spoken_of_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("单位生产总值能耗降低的目标，青禾区2030年、2031年的报告各怎么定？")
    assert_kept(answer, assistant)
    assert values(answer) == ["3"]
    assert "能耗强度目标在五年内统筹考核" in answer.text


@pytest.mark.parametrize(
    ("question", "figures", "result"),
    [
        ("2031年青禾区赤字规模多大？比上年年初预算增加多少？", ["4.2", "2000"], []),
        ("青禾区2031年的赤字规模是多少，上年是多少？", ["4.2", "2000"], [("4", "亿元")]),
        ("青禾区2030年人均预期寿命提高了几岁？", ["80.5", "78.2"], [("2.3", "岁")]),
    ],
)
def test_a_change_that_the_plan_states(
    question: str, figures: list[str], result: list[tuple[str, str]], assistant: Assistant
) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert (values(answer), results(answer)) == (figures, result), answer.text
