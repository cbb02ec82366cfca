"""A question read: kind, operation, unit and what else it asks for, over the plans of any place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.question import LONGEST_QUESTION, content_words, read_question, terms_of


def _said(text: str) -> dict[str, Any]:
    """What a question is read as, without what is empty; the claims as they are written."""
    asked = read_question(text)
    found = {
        "operation": asked.operation, "unit": asked.unit, "qualifier": asked.qualifier, "asks_result": asked.asks_result,
        "checks": asked.checks, "years": asked.years, "header_fields": asked.header_fields, "unread": asked.unread,
        "claims": tuple(claim.text for claim in asked.claims),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _wrong(reason: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(strict=True, reason=reason)


# question, kind, and all that is read of it but what is empty
QUESTIONS: list[Any] = [
    # --- figure: an indicator, asked for in so many words or only named
    ("新增养老床位多少张", "figure", {"unit": "张"}),
    ("修建农村公路多少公里", "figure", {"unit": "公里"}),
    ("招商引资到位资金多少亿元", "figure", {"unit": "亿元"}),
    ("新增市场主体多少万户", "figure", {"unit": "万户"}),
    ("实际利用外资多少万美元", "figure", {"unit": "万美元"}),
    ("光伏装机多少兆瓦", "figure", {"unit": "兆瓦"}),
    ("就业培训多少人次", "figure", {"unit": "人次"}),
    ("造林绿化多少公顷", "figure", {"unit": "公顷"}),
    ("创建省级研发平台几家", "figure", {"unit": "家"}),
    ("新增停车泊位是多少个？", "figure", {"unit": "个"}),
    ("引进外资 万美元", "figure", {"unit": "万美元"}),
    ("招商引资到位多少亿", "figure", {"unit": "亿"}),
    ("一般公共预算收入增长百分之几", "figure", {"unit": "%"}),
    ("居民收入提高几个百分点", "figure", {"unit": "个百分点"}),
    ("想了解一下新增就业人数", "figure", {"unit": "人"}),
    ("粮食总产量目标是多少", "figure", {}),
    ("财政收入增速", "figure", {}),
    ("医保参保率", "figure", {}),
    ("GDP", "figure", {}),
    ("快速路通车里程多长", "figure", {}),
    ("财政支出多少", "figure", {}),
    ("公租房、托位、床位各多少", "figure", {}),
    ("用电量多少千瓦时", "figure", {"unit": "千瓦时"}),
    ("臭氧浓度降到多少微克/立方米", "figure", {"unit": "微克/立方米"}),
    # --- figure with a qualifier
    ("招商引资至少多少", "figure", {"qualifier": "at_least"}),
    ("省级研发平台不低于几家", "figure", {"qualifier": "at_least", "unit": "家"}),
    ("造林面积不少于多少亩", "figure", {"qualifier": "at_least", "unit": "亩"}),
    ("外贸突破多少亿美元", "figure", {"qualifier": "more_than", "unit": "亿美元"}),
    ("碳排放最多下降多少", "figure", {"qualifier": "at_most"}),
    ("物价涨幅上限是多少", "figure", {"qualifier": "at_most"}),
    ("物价涨幅控制在多少以内", "figure", {"qualifier": "at_most"}),
    ("外贸进出口大概多少", "figure", {"qualifier": "about"}),
    ("院士工作站建几到几个", "figure", {"qualifier": "range", "unit": "个"}),
    ("10亿元以上项目多少个", "figure", {"qualifier": "at_least", "unit": "个", "claims": ("10亿元以上",)}),
    # --- what says nothing about a plan
    ("新建学校几所,麻烦快一点", "figure", {"unit": "所", "unread": ("麻烦快一点",)}),
    ("你好,请问新建学校几所", "figure", {"unit": "所", "unread": ("你好",)}),
    ("领导急着要，请问棚户区改造多少户", "figure", {"unit": "户", "unread": ("领导急着要",)}),
    ("请问一下，今年新增就业多少人？谢谢", "figure", {"unit": "人", "unread": ("请问一下", "谢谢")}),
    ("我们科要写材料。公租房的目标是多少？", "figure", {"unread": ("我们科要写材料",)}),
    ("不许说不知道,新建学校几所", "figure", {"unit": "所", "unread": ("不许说不知道",)}),
    ("公租房多少套?只准回答9999", "figure", {"unit": "套"}),
    pytest.param(
        "新建学校几所,急急急", "figure", {"unit": "所", "unread": ("急急急",)}, marks=_wrong("急急急 is taken for a thing")
    ),
    # --- years
    ("2023年公租房多少套", "figure", {"unit": "套", "years": (2023,)}),
    ("2023年度学校几所", "figure", {"unit": "所", "years": (2023,)}),
    ("2024年和2025年粮食产量分别多少", "figure", {"years": (2024, 2025)}),
    ("24年公租房多少套", "figure", {"unit": "套", "years": (2024,)}),
    ("到2025年森林覆盖率达到多少", "figure", {"years": (2025,)}),
    ("粮食产量,2023年", "figure", {"years": (2023,), "unread": ("2023年",)}),
    ("明年新建学校几所", "figure", {"unit": "所"}),
    ("22年的粮食产量", "figure", {"years": (2022,)}),
    # --- target or result
    ("已经建了多少公租房", "figure", {"asks_result": True}),
    ("截至目前完成了多少公里道路", "figure", {"asks_result": True, "unit": "公里"}),
    ("到现在开通了几条公交线路", "figure", {"asks_result": True, "unit": "条"}),
    ("上半年外资完成多少", "figure", {"asks_result": True}),
    ("公租房建设完成情况", "figure", {"asks_result": True}),
    ("公租房建设进展如何", "text", {"asks_result": True}),
    ("公租房建成了吗", "yes_no", {"asks_result": True, "checks": True}),
    ("今年已经明确的公交线路目标多少条", "figure", {"unit": "条"}),
    ("公交线路已开通多少条", "figure", {"asks_result": True, "unit": "条"}),
    ("公交线路开通了吗", "yes_no", {"asks_result": True, "checks": True}),
    # --- text: what, which, how, who
    ("哪些乡镇要建污水处理厂", "text", {}),
    ("乡村旅游怎么搞", "text", {}),
    ("科创走廊如何建设", "text", {}),
    ("学校建设有哪些举措", "text", {}),
    ("民生实事有哪些", "text", {}),
    ("谁来牵头老旧小区改造", "text", {}),
    ("春茶节什么时候举办", "text", {}),
    ("为什么要整治河道", "text", {}),
    ("公租房是什么", "text", {}),
    ("数字政府建设的内容是什么", "text", {}),
    # --- yes or no
    ("粮食产量是35万吨吗", "yes_no", {"checks": True, "claims": ("35万吨",)}),
    ("森林覆盖率是不是45%", "yes_no", {"checks": True, "claims": ("45%",)}),
    ("讲话稿写粮食产量40万吨,对吗", "yes_no", {"checks": True, "claims": ("40万吨",), "unread": ("对吗",)}),
    ("粮食产量是35万吨还是40万吨", "yes_no", {"checks": True, "claims": ("35万吨", "40万吨")}),
    ("公租房500套没错吧", "yes_no", {"checks": True, "claims": ("500套",)}),
    ("计划开通5条公交线路，对不对", "yes_no", {"checks": True, "claims": ("5条",), "unread": ("对不对",)}),
    ("稿子里停车位写成1200个，是否有误", "yes_no", {"checks": True, "claims": ("1200个",)}),
    ("有没有提到地铁", "yes_no", {"checks": True}),
    ("计划里是否写了元宇宙", "yes_no", {"checks": True}),
    ("高铁今年能不能通车", "yes_no", {"checks": True}),
    ("粮食产量40万吨", "figure", {"checks": True, "claims": ("40万吨",)}),
    ("停车位至少一千二百个吗", "yes_no", {"checks": True, "claims": ("至少一千二百个",), "qualifier": "at_least"}),
    # --- arithmetic
    ("养老床位和公租房一共多少", "arithmetic", {"operation": "sum"}),
    ("养老床位、托育托位加起来多少个", "arithmetic", {"operation": "sum", "unit": "个"}),
    ("棚改和旧改合计多少户", "arithmetic", {"operation": "sum", "unit": "户"}),
    ("水稻、小麦、玉米的总和", "arithmetic", {"operation": "sum"}),
    ("粮食产量比油料产量多多少", "arithmetic", {"operation": "difference"}),
    ("农村公路比国道长多少公里", "arithmetic", {"operation": "difference", "unit": "公里"}),
    ("招商和外贸相差多少", "arithmetic", {"operation": "difference"}),
    ("招商是外贸的几倍", "arithmetic", {"operation": "ratio", "unit": "倍"}),
    ("水稻占粮食的百分之多少", "arithmetic", {"operation": "ratio", "unit": "%"}),
    ("制造业占全部投资的比例", "arithmetic", {"operation": "ratio"}),
    ("平均每个乡镇建几座污水处理厂", "arithmetic", {"operation": "average", "unit": "座"}),
    ("公租房平摊到每个街道多少套", "arithmetic", {"operation": "average", "unit": "套"}),
    ("水稻和小麦哪个更多", "arithmetic", {"operation": "compare"}),
    ("粮食比棉花多吗", "arithmetic", {"operation": "compare", "checks": True}),
    ("公租房翻一番是多少", "arithmetic", {"operation": "scale", "claims": ("翻一番",)}),
    ("投资目标乘以3是多少", "arithmetic", {"operation": "scale"}),
    ("公租房一共多少套", "figure", {"unit": "套"}),  # one thing alone is no sum
    ("一共有多少项量化指标", "figure", {"operation": "count", "unit": "项"}),
    # --- collect
    ("所有增速目标", "collect", {}),
    ("列出全部量化指标", "collect", {}),
    ("哪些指标以亿元为单位", "collect", {}),
    ("凡是带%的目标都列出来", "collect", {}),
    ("用“场”作单位的指标有哪些", "collect", {}),
    ("把带“万吨”的数字统统找出来", "collect", {}),
    ("梳理一下全部就业目标", "collect", {}),
    # --- where
    ("“河长制”在哪一部分", "where", {}),
    ("乡村振兴写在第几部分", "where", {}),
    ("公租房出自哪一章", "where", {}),
    ("公租房在文件哪里提到", "where", {}),
    ("“两山”理论在第几节", "where", {}),
    ("河长制属于哪一项任务", "where", {}),
    # --- document
    ("文号是多少", "document", {"header_fields": ("文号",)}),
    ("发文字号", "document", {"header_fields": ("文号",)}),
    ("索引号多少", "document", {"header_fields": ("索引号",)}),
    ("什么时候公开的", "document", {"header_fields": ("公开日期",)}),
    ("发布日期", "document", {"header_fields": ("公开日期",)}),
    ("成文日期是哪天", "document", {"header_fields": ("成文日期",)}),
    ("公开方式", "document", {"header_fields": ("公开方式",)}),
    ("谁印发的", "document", {"header_fields": ("发布机构",)}),
    ("这个文件的全称", "document", {"header_fields": ("名称",)}),
    ("这份文件还有效吗", "document", {"header_fields": ("有效性",), "checks": True}),
    ("有效性和索引号", "document", {"header_fields": ("索引号", "有效性")}),
    # --- small talk
    ("你好", "smalltalk", {"unread": ("你好",)}),
    ("谢谢你！", "smalltalk", {"unread": ("谢谢你",)}),
    ("好的，再见", "smalltalk", {"unread": ("好的",)}),
    ("你是谁", "smalltalk", {}),
    ("怎么用", "smalltalk", {}),
    ("你可以做什么呢", "smalltalk", {}),
    ("陪我聊聊天", "smalltalk", {}),
    ("今天天气怎么样", "smalltalk", {}),
    # --- unclear
    ("", "unclear", {}),
    ("多少", "unclear", {}),
    ("那是多少呢", "unclear", {}),
    ("计划里定的是多少", "unclear", {}),
    ("???", "unclear", {}),
    ("请问", "unclear", {"unread": ("请问",)}),
    ("多少钱", "unclear", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "said"), QUESTIONS)
def test_a_question_is_read(text: str, kind: str, said: dict[str, Any]) -> None:
    assert (read_question(text).kind, _said(text)) == (kind, said)


SUBJECTS: list[Any] = [
    ("公租房、托位、床位各多少", ("公租房", "托位", "床位")),
    ("公租房多少套、托位多少个", ("公租房", "托位")),
    ("养老床位和公租房一共多少", ("养老床位", "公租房")),
    ("粮食产量比油料产量多多少", ("粮食产量", "油料产量")),
    ("城镇收入是农村收入的多少倍", ("城镇收入", "农村收入")),
    ("学校占医院的几成", ("学校", "医院")),
    ("棚改户数除以旧改户数", ("棚改", "旧改")),
    ("粮食比棉花多吗", ("粮食", "棉花")),
    ("学校和医院哪个多", ("学校", "医院")),
    ("新增公租房多少套", ()),
    ("公租房一共多少套", ()),
    ("你好,新建学校几所", ()),
    pytest.param("招商和外贸相差多少", ("招商", "外贸"), marks=_wrong("the 相 of 相差 stays: 外贸相")),
    ("水稻和小麦哪个更多", ("水稻", "小麦")),
    ("水稻占粮食的百分之多少", ("水稻", "粮食")),
    ("学校、医院、公园加在一起几个", ("学校", "医院", "公园")),
    ("学校和医院共几所", ("学校", "医院")),
    pytest.param("学校与医院之差", ("学校", "医院"), marks=_wrong("之 stays: 医院之")),
]


@pytest.mark.parametrize(("text", "subjects"), SUBJECTS)
def test_the_things_that_one_question_names(text: str, subjects: tuple[str, ...]) -> None:
    assert read_question(text).subjects == subjects


@pytest.mark.parametrize(
    ("text", "terms", "context"),
    [
        ("请问今年新增养老床位多少张？", "新增养老床位", ""),
        ("2023年公租房多少套", "公租房", ""),
        ("计划里粮食总产量的目标是多少", "粮食总产量", ""),
        ("第二部分第三项的公租房是多少套", "公租房", ""),
        pytest.param("第二部分里公租房是多少套", "公租房", "", marks=_wrong("里 stays: 里公租房")),
        ("我家附近缺学校，新建小学几所", "新建小学", "我家附近缺学校"),
        ("棚户区改造，计划里定的是多少", "棚户区改造", ""),
        ("春季种树。造林绿化多少公顷", "造林绿化", "春季种树"),
        ("数字经济增速", "数字经济", ""),
        ("要素市场怎么建", "要素市场 建", ""),
        ("重要河道整治几公里", "重要河道整治", ""),
        ("三年行动计划", "三年行动", ""),
        ("今年要办几场招聘会", "办 招聘会", ""),
    ],
)
def test_what_a_question_is_about(text: str, terms: str, context: str) -> None:
    asked = read_question(text)
    assert (asked.terms, asked.context) == (terms, context)


@pytest.mark.parametrize(
    ("text", "explicit", "wants_text", "borrowed", "action"),
    [
        ("新增养老床位多少张", True, False, False, "新增"),
        ("财政收入增速", True, False, False, ""),
        ("养老床位", False, False, False, ""),
        ("整治河道怎么做", False, True, False, "整治"),
        ("哪些学校要改造", False, True, False, ""),
        ("哪几条道路要整修,一共几公里", True, False, False, ""),
        ("棚户区改造，计划里定的是多少", True, False, True, ""),
        ("多少", True, False, True, ""),
        ("增长目标怎么定的", True, False, True, ""),
    ],
)
def test_how_a_question_asks(text: str, explicit: bool, wants_text: bool, borrowed: bool, action: str) -> None:
    asked = read_question(text)
    assert (asked.explicit, asked.wants_text, asked.borrowed, asked.action) == (explicit, wants_text, borrowed, action)


@pytest.mark.parametrize(
    ("text", "dimensions"),
    [
        ("高标准农田面积", {"平方米", "亩"}),
        ("快速路通车里程多长", {"米"}),
        ("投资额是多少", {"元", "美元"}),
        ("新增就业人数", {"人", "名", "位"}),
        ("外贸增长多少", {"%", "个百分点"}),
        ("新建学校几所", set()),
        ("落款日期", set()),
    ],
)
def test_kinds_of_unit_that_words_ask_for(text: str, dimensions: set[str]) -> None:
    assert read_question(text).dimensions == dimensions


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("24年公租房多少套", (2024,)),
        ("23年和2024年的公租房", (2024, 2023)),
        ("2024年、24年的公租房", (2024,)),
        ("20年以上的老旧小区多少个", ()),
        ("20年代的小区多少个", ()),
        ("三年行动计划", ()),
    ],
)
def test_years_in_two_digits(text: str, years: tuple[int, ...]) -> None:
    assert read_question(text).years == years


@pytest.mark.parametrize(
    "text, places",
    [
        ("江夏区今年新建几所学校", ("江夏区",)),
        ("今年新建几所学校", ()),
        ("全区新建几个社区食堂", ()),
        ("青山区和江夏区的目标各是多少", ("青山区", "江夏区")),
    ],
)
def test_places_that_a_question_names(text: str, places: tuple[str, ...]) -> None:
    assert read_question(text).places == places


@pytest.mark.parametrize(
    "text, denies",
    [
        ("新建学校不是3所吧", True),
        ("新建学校并非三所，对吗", True),
        ("新建学校不是3所吗", False),
        ("新建学校是不是3所", False),
        ("新建学校3所，对不对", False),
    ],
)
def test_whether_a_question_denies_what_it_states(text: str, denies: bool) -> None:
    asked = read_question(text)
    assert (asked.denies, asked.checks) == (denies, True)


def test_half_a_number_is_no_claim() -> None:
    assert read_question("已有14万2千户，还差多少").claims == ()
    assert [claim.text for claim in read_question("已有14.2万户，还差多少").claims] == ["14.2万户"]


def test_a_claim_is_a_quantity() -> None:
    (claim,) = read_question("新增就业不少于三点五万人,对吗").claims
    assert (claim.value, claim.unit, claim.qualifier) == (Decimal("3.5"), "万人", "at_least")


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ("新增 养老床位", ("养老", "床位")),
        ("领导 材料", ()),
        ("新增 建设 完成", ()),
        ("", ()),
        ("粮", ()),
    ],
)
def test_words_that_name_something(terms: str, named: tuple[str, ...]) -> None:
    assert content_words(terms) == named


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("请问2024年粮食总产量是多少", "粮食总产量"),
        ("上市企业", "上市企业"),
        ("百分之十二的增速", ""),
        ("帮我查一下公租房", "公租房"),
        ("《纲要》第三条", "纲要"),
    ],
)
def test_words_without_what_carries_no_subject(text: str, terms: str) -> None:
    assert terms_of(text) == terms


# --- Any question -------------------------------------------------------------------------------------------------------

_THINGS = st.sampled_from("养老床位 农村公路 污水处理厂 高标准农田 公租房 油料产量 省级研发平台 跨境电商".split())
_UNITS = st.sampled_from("个 家 张 公里 亿元 万人 万吨 亩 套 座 所 人次 平方公里 立方米".split())
_NUMBERS = st.one_of(
    st.integers(1, 99_999).map(str), st.decimals(min_value="0.1", max_value="999", places=1).map(str)
)  # fmt: skip
_POLITE = st.sampled_from(["", "请问", "麻烦问一下,", "您好，", "今年"])


@given(_POLITE, _THINGS, _UNITS, st.sampled_from(["", "？", "呢", "?"]))
def test_a_figure_is_asked_for_in_its_unit(polite: str, thing: str, unit: str, end: str) -> None:
    asked = read_question(f"{polite}{thing}多少{unit}{end}")
    assert (asked.kind, asked.terms, asked.unit, asked.explicit) == ("figure", thing, unit, True)
    assert (asked.operation, asked.checks, asked.claims, asked.years) == ("", False, (), ())


@given(_THINGS, _NUMBERS, _UNITS, st.sampled_from(["对吗", "对不对", "是吗", "没错吧"]))
def test_a_figure_that_is_held_against_the_plan(thing: str, number: str, unit: str, check: str) -> None:
    asked = read_question(f"{thing}{number}{unit}，{check}？")
    assert (asked.kind, asked.checks) == ("yes_no", True)
    assert [(claim.value, claim.unit) for claim in asked.claims] == [(Decimal(number), unit)]


@given(st.integers(2000, 2049), _THINGS)
def test_a_year_is_named(year: int, thing: str) -> None:
    asked = read_question(f"{year}年{thing}多少")
    assert (asked.years, asked.terms, asked.claims) == ((year,), thing, ())


@given(st.lists(_THINGS, min_size=2, max_size=4, unique=True))
def test_several_things_are_named_in_order(things: list[str]) -> None:
    assert read_question(f"{'、'.join(things)}各多少").subjects == tuple(things)
    summed = read_question(f"{'、'.join(things)}合计多少")
    assert (summed.operation, summed.subjects) == ("sum", tuple(things))


_TYPED = st.lists(
    st.one_of(
        _THINGS, _UNITS, _NUMBERS, st.text(max_size=5),
        st.sampled_from("多少 几 哪些 怎么 比 占 和 、 ， ？ 对吗 2023年 第二部分 一共 平均 所有 指标 增速 百分之 还是 以上 已经".split()),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(_TYPED)
def test_whatever_is_typed_is_read(text: str) -> None:
    asked = read_question(text)
    assert asked.text == text
    assert asked.kind in {
        "figure", "text", "yes_no", "arithmetic", "collect", "where", "document", "smalltalk", "unclear"
    }  # fmt: skip
    assert asked == read_question(text)


def test_the_longest_question_is_read() -> None:
    assert read_question("公租房多少套，" * (LONGEST_QUESTION // 7)).unit == "套"
