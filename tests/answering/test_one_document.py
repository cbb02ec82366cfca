"""Questions about one document: several figures asked part by part, what a table groups, what a sentence announces, what is
left without a part. The plan is the tests' own; nothing in it is true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.answer import Answer
from assistant.library import index
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.answering.promises import assert_kept

REPORT = """北原市2030年政府工作报告

一、2029年工作回顾

全社会研发投入强度达到2.81%。建成雪具街区45个，各类滑道达到210条。

二、2030年主要目标任务

今年的主要预期目标是：地区生产总值增长6%左右，城镇新增就业9万人，城镇登记失业率控制在4.5%以内。

重点做好以下三方面工作。

（一）做强冰雪产业

新增换电站100座，累计建设换电站460座。建设筹集人才公寓3万套、供应分配1.5万套。预计全年奖补雪企约25亿元，其中研发奖补约15亿元。引进2亿级项目15个、5亿级项目4个。

（二）改善生活

新建公共充电桩750个，其中乡村150个。木炭烟尘、粉尘排放减少8%，煤烟、油烟排放减少10%。将雪具店加计补贴比例从75%提高到90%。改造老旧院落630个。既有住宅增设电梯80台。

（三）交通出行

新增口袋滑道30条，建设乡村雪道20条。战略性新兴产业增加值增长12%。工业投资增长15%。
"""
LAST_YEAR = """东浦市2030年政府工作报告

一、2029年工作回顾

雪天优良率占比91.8%、提升3.4个百分点。完成“雪楼”项目投资35亿元。冰雪投资210亿元。滑道总长达到480公里。雪车年产量增至8万辆、占比达到35%。灯会经济规模、庙会经济规模分别提升至110亿元、250亿元。雪友总量达到163.7万户、增长6.3%，其中雪企41.1万户、增长7.7%。雪港吞吐量达165.2万箱。推出“新十二月灯”，接待雪客280万人次。新增雪桩16万个、累计28万个。建成快滑站16座、换板站7座。净增四上雪企41家。“十四五”期间，雪研强度从2.5%提高到3.1%。


二、2030年工作安排

冰雪投资增长12%以上。新建滑道50公里。发行雪债80亿元、冰债5亿元。粪污综合利用率达到75%以上，秸秆综合利用率达到85%以上。连片培育雪镇、雪村各50个。雪港吞吐量超180万箱。雪研强度达到3.3%。引进雪业项目38个以上，其中3亿元以上项目8个以上。净增规上雪厂18家。取消雪道占用费，将雪票附加费降低20%。人工冰雪规模、大数据规模分别提升至90亿元、120亿元。

"""
TASKS = """西陵市雪路养护任务分解方案

一、工作任务

1．推进雪路普查，建立雪路档案，摸清全市雪路底数。形成雪路清单。（6月底完成，牵头单位：市雪路局）
2．建设除冰平台，联通各区除冰数据。（持续推进，牵头单位：市除冰中心）
"""
SCHEME = """北原市印发雪场评星办法的通知

一、评星方式

半年评星分值=日常巡查（60%）+游客打分（40%）。独角雪场是指成立时间不超过10年、估值超过3亿元的雪场。

附件 评星指标

一级指标\t二级指标\t三级指标\t说明
一、安全质量\t（一）设施安全\t1.护网完好率\t现场查看
2.缆车检修率\t查阅记录
（二）费用控制\t3.票价增幅\t财务年报
4.租具费用增幅\t财务年报
二、运营效率\t（三）资源效率\t5.每百名雪友教练数\t雪场填报
6.每条滑道巡查次数\t雪场填报
"""

TRIAL = """南屿县2031年雪地保护试点方案

一、目标

到2032年，雪具回收率达到80%以上。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("plans")
    (folder / "beiyuan-2030.txt").write_text(REPORT, encoding="utf-8")
    (folder / "beiyuan-stars.txt").write_text(SCHEME, encoding="utf-8")
    (folder / "dongpu-2030.txt").write_text(LAST_YEAR, encoding="utf-8")
    (folder / "xiling-tasks.txt").write_text(TASKS, encoding="utf-8")
    (folder / "nanyu-2031.txt").write_text(TRIAL, encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    index(home, corpus=None, add=[folder])
    held = Assistant.open(home, settings=Settings(home=home, corpus=""))
    yield held
    held.close()


def asked(assistant: Assistant, question: str, document: str = "beiyuan-2030") -> Answer:
    answer = assistant.ask(question, documents=[document])
    assert_kept(answer, assistant)
    return answer


def values(answer: Answer) -> list[str]:
    return [figure.value for figure in answer.figures]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("要新增几座换电站，累计建到多少？", ["100", "460"]),
        ("人才公寓要建设筹集多少、供应分配多少？", ["3", "1.5"]),
        ("全年奖补雪企多少，其中研发奖补多少？", ["25", "15"]),
        ("城镇新增就业多少万人，登记失业率控制在多少以内？", ["9", "4.5"]),
        ("改善生活这块，老旧院落改多少个、既有住宅增设电梯多少台？", ["630", "80"]),
        ("木炭烟尘和煤烟排放分别要减多少？", ["8", "10"]),
        ("口袋滑道和乡村雪道各建多少条？", ["30", "20"]),
    ],
)
def test_each_part_that_asks_gets_its_own_figure(question: str, expected: list[str], assistant: Assistant) -> None:
    assert values(asked(assistant, question)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2亿级项目引进几个？", ["15"]),
        ("雪具店加计补贴比例提到多少？", ["90"]),
        ("雪具店加计补贴比例原先是多少？", ["75"]),
    ],
)
def test_one_figure_of_a_sentence_that_has_several(question: str, expected: list[str], assistant: Assistant) -> None:
    assert values(asked(assistant, question)) == expected


def test_a_whole_without_its_part(assistant: Assistant) -> None:
    answer = asked(assistant, "新建公共充电桩，刨去乡村的，还有多少个？")
    assert values(answer) == ["750", "150"]
    assert [(one.value, one.unit) for one in answer.computed] == [("600", "个")]


def test_a_part_that_the_plan_does_not_name_is_not_taken_off(assistant: Assistant) -> None:
    assert not asked(assistant, "新建公共充电桩，刨去海岛的，还有多少个？").computed


def test_main_targets_are_those_of_the_sentence_that_names_them(assistant: Assistant) -> None:
    answer = asked(assistant, "列出主要预期目标里全部带数字的指标")
    assert values(answer) == ["6", "9", "4.5"]


def test_a_sentence_that_announces_is_answered_with_the_headings_behind_it(assistant: Assistant) -> None:
    answer = asked(assistant, "重点做好哪几方面工作？")
    for title in ("做强冰雪产业", "改善生活", "交通出行"):
        assert title in answer.text


def test_weights_of_a_formula_are_figures(assistant: Assistant) -> None:
    answer = asked(assistant, "半年评星打分，日常巡查那块占多大比重？", "beiyuan-stars")
    assert (answer.status, values(answer)) == ("answered", ["60"])


def test_a_claim_is_laid_beside_the_figure_of_its_own_kind(assistant: Assistant) -> None:
    answer = asked(assistant, "独角雪场指成立时间不超过5年的雪场，这样写对不对？", "beiyuan-stars")
    assert values(answer) == ["10"]
    assert "不对" in answer.text


def test_what_a_group_of_a_table_holds(assistant: Assistant) -> None:
    answer = asked(assistant, "“费用控制”这个二级指标下设哪些三级指标？", "beiyuan-stars")
    assert "票价增幅" in answer.text
    assert "租具费用增幅" in answer.text
    assert "缆车检修率" not in answer.text
    assert "巡查次数" not in answer.text


def test_what_a_row_of_a_table_stands_under(assistant: Assistant) -> None:
    answer = asked(assistant, "“缆车检修率”归哪个一级、二级指标？", "beiyuan-stars")
    assert "安全质量" in answer.text
    assert "设施安全" in answer.text
    assert "费用控制" not in answer.text


def test_a_scheme_for_later_years_is_asked_without_them(assistant: Assistant) -> None:
    answer = assistant.ask("南屿县雪具回收率目标85%以上，对吗？")
    assert_kept(answer, assistant)
    assert values(answer) == ["80"]
    assert "不对" in answer.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("冰雪投资去年完成多少，今年目标增长多少？", ["210", "12"]),
        ("滑道今年新建多少公里，目前滑道总长多少？", ["50", "480"]),
        ("雪车年产量是多少？占比呢？", ["8", "35"]),
        ("今年要发行多少雪债？冰债呢？", ["80", "5"]),
        ("粪污综合利用率达到多少？秸秆呢？", ["75", "85"]),
        ("雪友总量多少户，其中雪企多少户，各增长多少？", ["163.7", "41.1", "6.3", "7.7"]),
        ("雪业项目引进多少个，里面3亿以上的占几个？", ["38", "8"]),
        ("雪研强度今年要达到多少，十四五期间从多少提高到多少？", ["3.3", "2.5", "3.1"]),
        ("人工冰雪规模目标是多少？大数据呢？", ["90", "120"]),
        ("去年雪天优良率占比是多少，比上一年提高几个百分点？", ["91.8", "3.4"]),
    ],
)
def test_questions_in_one_breath_are_answered_one_by_one(
    question: str, expected: list[str], assistant: Assistant
) -> None:
    answer = asked(assistant, question, "dongpu-2030")
    assert answer.status == "answered"
    assert values(answer) == expected


def test_a_share_that_rose_is_the_share(assistant: Assistant) -> None:
    assert values(asked(assistant, "雪天优良率占比是多少", "dongpu-2030")) == ["91.8"]


def test_a_follow_up_takes_the_kind_of_thing_from_the_turn_before(assistant: Assistant) -> None:
    answer = assistant.ask("庙会呢", ["灯会经济规模多大"], documents=["dongpu-2030"])
    assert values(answer) == ["250"]


def test_a_size_in_the_name_tells_which_one_is_meant(assistant: Assistant) -> None:
    answer = asked(assistant, "引进2亿级项目和5亿级项目一共几个")
    assert [one.value for one in answer.computed] == ["19"]


@pytest.mark.parametrize(
    ("question", "said"),
    [("雪路普查由哪个单位牵头？", "市雪路局"), ("除冰平台谁负责", "市除冰中心"), ("雪路普查什么时候完成", "6月底完成")],
)
def test_who_and_when_stand_in_brackets_behind_the_task(question: str, said: str, assistant: Assistant) -> None:
    answer = asked(assistant, question, "xiling-tasks")
    assert answer.status == "answered"
    assert any(said in citation.quote for citation in answer.citations)


def test_what_holds_for_each_of_several_things_is_said_of_each(assistant: Assistant) -> None:
    assert "各**50个**" in asked(assistant, "雪镇和雪村培育多少个", "dongpu-2030").text


def test_what_is_planned_against_what_was_done(assistant: Assistant) -> None:
    (computed,) = asked(assistant, "雪港吞吐量目标比2029年实际多多少万箱？", "dongpu-2030").computed
    assert (computed.value, computed.qualifier) == ("14.8", "more_than")


def test_a_question_without_a_figure_beside_one_with_is_quoted(assistant: Assistant) -> None:
    answer = asked(assistant, "雪票附加费降多少，雪道占用费呢？", "dongpu-2030")
    assert values(answer) == ["20"]
    assert "取消雪道占用费" in answer.text


def test_an_item_is_asked_for_by_its_number(assistant: Assistant) -> None:
    answer = asked(assistant, "第2条任务由谁牵头？", "xiling-tasks")
    assert "市雪路局" not in answer.text
    assert "市除冰中心" in answer.text


def test_a_month_in_a_name_is_no_part_of_a_year(assistant: Assistant) -> None:
    answer = asked(assistant, "去年接待雪客多少人次？", "dongpu-2030")
    assert values(answer) == ["280"]
    assert "十二月" not in answer.text


def test_what_is_all_so_far_is_not_said_to_be_new(assistant: Assistant) -> None:
    text = asked(assistant, "雪桩新增多少个，累计多少个？", "dongpu-2030").text
    assert "新增雪桩**16万个**" in text
    assert "累计雪桩**28万个**" in text


def test_stations_of_two_kinds_are_added(assistant: Assistant) -> None:
    (computed,) = asked(assistant, "快滑站、换板站一共多少座？", "dongpu-2030").computed
    assert computed.value == "23"


def test_each_part_keeps_to_its_own_tense(assistant: Assistant) -> None:
    answer = asked(assistant, "去年净增四上雪企多少家？今年目标净增规上雪厂多少家？", "dongpu-2030")
    assert values(answer) == ["41", "18"]
