"""Questions over years and places in one breath: what was planned and what became of it, this year beside the last, several
things of several places, a plan for five years beside that of one. The plans are the tests' own; nothing in them is true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.answer import Answer
from assistant.library import index
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.answering.promises import assert_kept

PLANS = {
    "qinghe-outline.txt": """青禾区国民经济和社会发展第十五个五年规划纲要（2026—2030年）

第一章　主要目标

城镇新增就业6万人。森林覆盖率提高到31.5%。地区生产总值年均增长6%。

第二章　重点任务

实施“八五”普法，建设法治青禾。
""",
    "qinghe-2030.txt": """政府工作报告

——2030年2月8日在青禾区第十届人民代表大会第三次会议上

一、2029年工作回顾

地区生产总值增长6.1%。新增托位900个。社会消费品零售总额达到52.4亿元。

二、2030年工作安排

城镇新增就业1.5万人以上。新增托位1200个。中央预算内投资安排3.1亿元。专项债券安排4亿元。
PM2.5平均浓度低于24微克/立方米。发展夜间经济，办好云台夜市。
""",
    "qinghe-2031.txt": """政府工作报告

——2031年2月9日在青禾区第十届人民代表大会第四次会议上

一、2030年工作回顾

地区生产总值增长6.4%。城镇新增就业1.7万人。新增托位1100个。社会消费品零售总额达到57.9亿元。
新建公共充电桩160个。

二、“十六五”时期主要目标

到2035年，森林覆盖率达到33%。

三、2031年工作安排

地区生产总值增长6.5%。城镇新增就业1.6万人。新增托位1300个。新建充电桩50个。
中央预算内投资安排3.5亿元。专项债券安排4.2亿元。海洋生产总值占GDP比重达到14%。高技术制造业增加值占规上工业增加值比重达到21%。外贸出口总额增长5%。
实际利用外资达到3亿美元。
PM2.5平均浓度保持在每立方米22微克以下。支持夜间经济，延长公交运营时间。建设口袋公园30个。
""",
    "yunxi-2031.txt": """政府工作报告

——2031年1月20日在云溪市第十届人民代表大会第四次会议上

一、2030年工作回顾

新增托位700个。

二、2031年工作安排

地区生产总值增长7%。新增托位800个。建设口袋公园4处。PM2.5平均浓度低于25微克/立方米。
发展夜间经济，新建步行街两条。规上工业增加值增长8%。外贸进出口总额增长9%。
实际使用外资达到1亿美元。
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
    ("question", "figures", "reckoned"),
    [
        # What was planned, and what became of it.
        ("青禾区2030年城镇新增就业目标1.5万人以上，后来实际完成多少？", ["1.5", "1.7"], []),
        ("青禾区2030年城镇新增就业目标1.5万人以上，2030年实际完成多少？", ["1.5", "1.7"], []),
        # What rose from one year to the other is planned in both.
        ("青禾区2030年到2031年中央预算内投资增加了多少", ["3.1", "3.5"], [("0.4", "亿元")]),
        # The years are not named.
        ("青禾区两年的社会消费品零售总额各是多少，多了多少？", ["52.4", "57.9"], [("5.5", "亿元")]),
        # This year beside the last, the last one's own tense; a figure that the question tells is no part of the name.
        ("青禾区去年新增托位多少个，今年呢？", ["1100", "1300"], []),
        ("青禾区去年新增托位1100个，今年目标是多少，多了多少？", ["1100", "1300"], [("200", "个")]),
        ("青禾区2031年新建充电桩50个，比2030年实际新增的少多少？", ["50", "160"], [("110", "个")]),
        ("青禾区2031年新增托位1300个，是上一年完成数的多少倍？", ["1300", "1100"], [("1.18", "倍")]),
        ("青禾区今年新增托位目标比去年实际多多少个？", ["1300", "1100"], [("200", "个")]),
        ("青禾区2030年新增托位是多少，今年目标呢，多了多少？", ["1200", "1300"], [("100", "个")]),
        # This year of several places is what they plan.
        ("青禾区和云溪市今年新增托位各多少，加起来呢？", ["1300", "800"], [("2100", "个")]),
        # Several things of several documents.
        ("青禾区2030年、2031年中央预算内投资和专项债券分别是多少？", ["3.1", "3.5", "4", "4.2"], []),
        # 个 counts what 处 counts.
        ("口袋公园，青禾区和云溪市2031年差几个？", ["30", "4"], [("26", "个")]),
        # A short form that stands in another name is looked for by its Chinese name too.
        ("青禾区和云溪市2031年GDP目标哪个高？", ["6.5", "7"], []),
        # One thing by two names of the glossary.
        ("青禾区2031年实际利用外资目标和云溪市的差多少？", ["3", "1"], [("2", "亿美元")]),
        ("青禾区2030年城镇新增就业实际完成1.7万人，比2031年目标多多少？", ["1.7", "1.6"], [("0.1", "万人")]),
        # Each place is led in by its own year.
        ("2030年青禾区的和2031年云溪市的新增托位目标差几个？", ["1200", "800"], [("400", "个")]),
        # What a share is of is no figure of it.
        ("青禾区和云溪市2031年规上工业增加值目标哪个高？", ["8"], []),
        # The report of a year speaks of five.
        (
            "青禾区十五五规划的森林覆盖率目标和2031年报告里“十六五”的差几个百分点？",
            ["31.5", "33"],
            [("1.5", "个百分点")],
        ),
        # In the order that is asked for.
        ("青禾区、云溪市2031年新增托位目标，从低到高排一下", ["800", "1300"], []),
    ],
)
def test_each_year_and_place_has_its_own_figure(
    question: str, figures: list[str], reckoned: list[tuple[str, str]], assistant: Assistant
) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert (answer.status, values(answer), results(answer)) == ("answered", figures, reckoned), answer.text


@pytest.mark.parametrize("question", ["九五期间青禾区地区生产总值年均增长多少", "青禾区“八五”时期的就业目标"])
def test_five_years_that_are_not_held_are_refused(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert answer.status == "wrong_scope", answer.text


def test_a_figure_for_five_years_is_said_to_be_one(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区2027年城镇新增就业目标多少人？")
    assert_kept(answer, assistant)
    assert values(answer) == ["6"]
    assert "“十五五”五年的数字" in answer.text


def test_what_is_added_in_five_years_is_not_held_against_one(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区2031年城镇新增就业目标比十五五规划的目标少多少？")
    assert_kept(answer, assistant)
    assert not answer.computed and "不能直接相减" in answer.text


def test_a_plan_with_no_result_held_is_no_figure(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区十五五规划的城镇新增就业目标完成了没有？")
    assert_kept(answer, assistant)
    assert (answer.status, values(answer)) == ("no_figure", ["6"])


@pytest.mark.parametrize(("said", "verdict"), [("1200", "对。"), ("1500", "不对。")])
def test_a_figure_to_check_is_checked_beside_another_year(said: str, verdict: str, assistant: Assistant) -> None:
    answer = assistant.ask(f"青禾区2030年新增托位目标是{said}个，对吗？2031年呢？")
    assert_kept(answer, assistant)
    assert values(answer) == ["1200", "1300"] and answer.text.startswith(verdict), answer.text


def test_trade_both_ways_is_not_held_against_one(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区和云溪市2031年出口增速目标哪个高？")
    assert_kept(answer, assistant)
    assert values(answer) == ["5", "9"] and "口径不同" in answer.text


def test_a_unit_may_stand_before_its_figure(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区和云溪市2031年的PM2.5目标差多少？")
    assert_kept(answer, assistant)
    assert values(answer) == ["22", "25"] and "口径不同" not in answer.text


def test_what_each_does_is_told_of_each(assistant: Assistant) -> None:
    answer = assistant.ask("青禾区和云溪市2031年分别怎么发展夜间经济？")
    assert_kept(answer, assistant)
    assert answer.status == "answered"
    assert {citation.document for citation in answer.citations} == {"qinghe-2031", "yunxi-2031"}
    assert "延长公交运营时间" in answer.text and "步行街" in answer.text


@pytest.mark.parametrize(
    ("turns", "figures", "said"),
    [
        (["青禾区2031年新增托位目标多少个？", "云溪市呢？", "两个能比吗？"], ["1300", "800"], "可以相比"),
        (["青禾区2030年中央预算内投资安排多少？", "2031年呢？", "多了多少？"], ["3.1", "3.5"], "0.4亿元"),
        (["青禾区2031年PM2.5要降到多少？", "云溪市呢？", "哪个最严"], ["22", "25"], "青禾区"),
        (["青禾区和云溪市2031年新增托位目标哪个高", "最低的呢"], ["1300", "800"], "较低的是云溪市"),
        (["青禾区2031年新增托位目标多少个？", "和云溪市的比呢？"], ["1300", "800"], "500个"),
    ],
)
def test_a_turn_that_holds_places_and_years_against_each_other(
    turns: list[str], figures: list[str], said: str, assistant: Assistant
) -> None:
    answer = assistant.ask(turns[-1], turns[:-1])
    assert_kept(answer, assistant)
    assert values(answer) == figures and said in answer.text, answer.text
