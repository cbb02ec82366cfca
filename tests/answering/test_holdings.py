"""Which of a library's documents a question and a conversation are about: by 文号, title, place, year and what was said before.
The plans are the tests' own; nothing in them is true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.answer import Answer
from assistant.answering.known_as import known_as
from assistant.answering.part_of_year import parts_in
from assistant.library import index
from assistant.settings import Settings
from assistant.wiring import Assistant
from tests.answering.promises import assert_kept

_REPORT = """政府工作报告

——{year}年1月18日在{place}第六届人民代表大会第三次会议上

一、{past}年工作回顾

{done}

二、{year}年主要目标

{planned}
"""
PLANS = {
    "yunting-2031.txt": _REPORT.format(
        year=2031,
        past=2030,
        place="云汀市",
        done="地区生产总值增长5.1%。固定资产投资增长6.2%。城镇新增就业8.1万人。"
        "上半年，外贸出口总额320亿元。研发投入强度由2.1%提高到2.6%。",
        planned="地区生产总值增长6%，其中第一、第二、第三产业增加值分别增长3%、5.8%和6.6%。固定资产投资增长9%以上。"
        "社会消费品零售总额增长7%。城镇新增就业9万人。研发投入强度达到2.8%。发展低空经济。",
    ),
    "lanhe-2031.txt": _REPORT.format(
        year=2031,
        past=2030,
        place="岚河市",
        done="地区生产总值增长6.3%。城镇新增就业5.5万人。",
        planned="地区生产总值增长7%左右。固定资产投资增长7.5%。社会消费品零售总额增长8%。城镇新增就业6万人。发展低空经济。",
    ),
    "shiping-2031.txt": _REPORT.format(
        year=2031,
        past=2030,
        place="石坪市",
        done="地区生产总值增长4.4%。",
        planned="地区生产总值增长5%。固定资产投资增长12%。城镇新增就业4万人以上。",
    ),
    "shiping-2030.txt": _REPORT.format(
        year=2030,
        past=2029,
        place="石坪市",
        done="地区生产总值增长4.1%。",
        planned="地区生产总值增长4.8%。城镇新增就业3.6万人。",
    ),
    "yungao-2029.txt": """云汀市人民政府办公室关于印发口袋公园建设行动方案的通知

云政办发〔2029〕17号

各区人民政府：

现将口袋公园建设行动方案印发给你们，请认真组织实施。

一、主要目标

到2031年，建成口袋公园140个。社区绿地覆盖率达到92%以上。

二、保障措施

各区要落实资金。
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
    "question",
    [
        "云政办发〔2029〕17号里建成口袋公园多少个",
        "云政办发[2029]17号 口袋公园多少个",
        "请问云政办发（2029）17号文里口袋公园建几个",
        "云政办发〔２０２９〕１７号要建成口袋公园多少个",
        "云政办发〔2029〕17里建成口袋公园多少个",
        "《口袋公园建设行动方案》里建成口袋公园多少个",
        "口袋公园建设行动方案要建成口袋公园多少个",
    ],
)
def test_a_number_or_a_title_chooses_the_document(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert figures(answer) == [("yungao-2029", "140")]


@pytest.mark.parametrize(
    "question",
    [
        "云政办发〔2029〕18号里口袋公园多少个",
        "岚政办发〔2029〕17号里口袋公园多少个",
        "云汀望江区2031年地区生产总值目标",
        "云汀市望江区固定资产投资目标",
        "岚河高新区2031年地区生产总值目标",
        "云汀后年的地区生产总值目标",
        "岚河明年城镇新增就业目标",
        "石坪2029年固定资产投资目标",
        "云汀2033年地区生产总值目标",
        "云汀“十九五”规划的地区生产总值目标",
        "新加坡2031年地区生产总值目标",
        "大连2031年城镇新增就业目标",
        "韩国研发投入强度目标",
        "鄂2031年地区生产总值目标",
        "蓉城2031年地区生产总值目标",
        "皖和赣2031年地区生产总值目标哪个高",
        "云汀2031年3月地区生产总值增速",
        "云汀2031年一季度固定资产投资增速",
        "岚河2031年1—5月固定资产投资增速",
    ],
)
def test_what_is_not_held_is_refused(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    assert answer.status == "wrong_scope"
    assert answer.figures == ()


def test_a_refusal_names_what_is_held_of_the_place(assistant: Assistant) -> None:
    text = assistant.ask("石坪2035年地区生产总值目标").text
    assert "石坪市2031年" in text and "石坪市2030年" in text
    assert "云汀" not in text


def test_a_figure_of_a_part_of_the_year_is_said_to_be_one(assistant: Assistant) -> None:
    answer = assistant.ask("云汀2030年外贸出口总额多少")
    assert_kept(answer, assistant)
    assert figures(answer) == [("yunting-2031", "320")]
    assert "上半年" in answer.text
    asked = assistant.ask("云汀2030年上半年外贸出口总额多少")
    assert (asked.status, figures(asked)) == ("answered", [("yunting-2031", "320")])


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("云汀2031年研发投入强度目标多少", "今年目标呢"), [("yunting-2031", "2.8")]),
        (("云汀2030年研发投入强度达到多少", "今年目标呢"), [("yunting-2031", "2.8")]),
        (("云汀2030年研发投入强度提高到多少", "原先是多少"), [("yunting-2031", "2.1")]),
        (("云汀2031年地区生产总值目标增速", "其中二产呢"), [("yunting-2031", "5.8")]),
        (("岚河2031年城镇新增就业目标", "去年呢"), [("lanhe-2031", "5.5")]),
        (("岚河2031年城镇新增就业目标", "上一年完成多少"), [("lanhe-2031", "5.5")]),
        (("石坪2031年城镇新增就业目标", "去年目标呢"), [("shiping-2030", "3.6")]),
        (("云汀2031年固定资产投资目标", "社零呢", "换成岚河呢"), [("lanhe-2031", "8")]),
        (("石坪2030年城镇新增就业目标", "那2031年呢"), [("shiping-2031", "4")]),
        (("云政办发〔2029〕17号里口袋公园多少个", "社区绿地覆盖率呢"), [("yungao-2029", "92")]),
    ],
)
def test_a_follow_up_keeps_what_was_said(
    turns: tuple[str, ...], expected: list[tuple[str, str]], assistant: Assistant
) -> None:
    answer = assistant.ask(turns[-1], turns[:-1])
    assert_kept(answer, assistant)
    assert figures(answer) == expected, answer.standalone


THREE = ("云汀2031年城镇新增就业目标", "岚河呢", "石坪呢")


@pytest.mark.parametrize(
    ("turns", "computed"),
    [
        ((*THREE, "三个合计"), [("19", "at_least")]),
        ((*THREE, "哪个最高", "三个加起来呢"), [("19", "at_least")]),
        (("云汀2031年城镇新增就业目标", "岚河呢", "差多少"), [("3", "exact")]),
        (("云汀2031年城镇新增就业目标", "比岚河多多少"), [("3", "exact")]),
        (("云汀2031年城镇新增就业目标", "再加上岚河"), [("15", "exact")]),
        (("石坪2031年地区生产总值目标", "云汀2031年呢", "云汀比石坪高多少"), [("1", "exact")]),
    ],
)
def test_a_reckoning_is_over_all_that_was_asked(
    turns: tuple[str, ...], computed: list[tuple[str, str]], assistant: Assistant
) -> None:
    answer = assistant.ask(turns[-1], turns[:-1])
    assert_kept(answer, assistant)
    assert [(one.value, one.qualifier) for one in answer.computed] == computed, answer.standalone


def test_the_highest_of_three(assistant: Assistant) -> None:
    answer = assistant.ask("哪个最高", THREE)
    assert_kept(answer, assistant)
    assert answer.text.startswith("最高的是云汀市"), answer.standalone


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪些市2031固投目标超8%", ["yunting-2031", "shiping-2031"]),
        ("哪个市2031年GDP目标最高", ["lanhe-2031", "yunting-2031", "shiping-2031"]),
        ("2031年各市固投目标从低到高排一下", ["lanhe-2031", "yunting-2031", "shiping-2031"]),
        ("几个城市2031年写了社零增速目标", ["yunting-2031", "lanhe-2031"]),
    ],
)
def test_the_whole_library_is_asked(question: str, expected: list[str], assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert_kept(answer, assistant)
    found = [figure.document for figure in answer.figures]
    assert (found if "排" in question or "最" in question else sorted(found)) == (
        expected if "排" in question or "最" in question else sorted(expected)
    )


def test_how_many_speak_of_something(assistant: Assistant) -> None:
    answer = assistant.ask("有几个地方提到低空经济")
    assert_kept(answer, assistant)
    assert {citation.document for citation in answer.citations} == {"yunting-2031", "lanhe-2031"}
    assert [one.value for one in answer.computed] == ["2"]


def test_who_has_nothing_on_it(assistant: Assistant) -> None:
    text = assistant.ask("2031年哪些市没写社零目标").text
    assert text.startswith("没有写这一项数字的：石坪市2031年")


def test_a_question_to_the_whole_library_goes_on(assistant: Assistant) -> None:
    answer = assistant.ask("那社零呢", ["哪些市2031年固投目标在8%以上"])
    assert_kept(answer, assistant)
    assert figures(answer) == [("lanhe-2031", "8")], answer.standalone


def test_without_a_place_every_plan_is_looked_at(assistant: Assistant) -> None:
    answer = assistant.ask("城镇新增就业目标多少")
    assert_kept(answer, assistant)
    assert sorted(figures(answer)) == [("lanhe-2031", "6"), ("shiping-2031", "4"), ("yunting-2031", "9")]


@pytest.mark.parametrize(
    ("text", "held", "places"),
    [
        ("浙2031年地区生产总值目标", (), ["浙江省"]),
        ("沪十四五规划的目标", (), ["上海市"]),
        ("京沪两市的目标", (), ["北京市", "上海市"]),
        ("沪和浙2031年谁高", (), ["上海市", "浙江省"]),
        ("那鄂呢", (), ["湖北省"]),
        ("宁2031年财政收入", ("南京市",), ["南京市"]),
        ("宁2031年财政收入", (), ["宁夏回族自治区"]),
        ("鹏城的固投", (), ["深圳市"]),
        ("新2031", (), ["新疆维吾尔自治区"]),
        ("新增就业2031年目标", (), []),
        ("深化改革2031年任务", (), []),
        ("海洋经济云计算", (), []),
    ],
)
def test_what_places_are_called(text: str, held: tuple[str, ...], places: list[str]) -> None:
    assert [one.place for one in known_as(text, held)] == places


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("1—11月社零", [(1, 11)]),
        ("1-3月份", [(1, 3)]),
        ("前三季度", [(1, 9)]),
        ("一至三季度", [(1, 9)]),
        ("第二季度", [(4, 6)]),
        ("上半年和下半年", [(1, 6), (7, 12)]),
        ("3月份增速", [(3, 3)]),
        ("2031年3月15日印发", []),
        ("6月底前完成", []),
        ("用3个月时间", []),
        ("1—12月", []),
    ],
)
def test_parts_of_a_year(text: str, months: list[tuple[int, int]]) -> None:
    assert [(part.first, part.last) for part in parts_in(text)] == months
