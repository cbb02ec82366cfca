"""Quantities: the forms of plans one by one, then generated ones."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.plan.quantity import Quantity, same_figure, same_quantity
from assistant.plan.scan import narrow, read_quantities, scan
from assistant.plan.units import base_unit
from tests import samples

# text, value, upper, unit, qualifier, qualifier words, span
FORMS = [
    ("新增充电桩1000根", "1000", None, "根", "exact", "", "1000根"),
    ("27.2公里电力通道", "27.2", None, "公里", "exact", "", "27.2公里"),
    ("1,234.5亿元", "1234.5", None, "亿元", "exact", "", "1,234.5亿元"),
    ("留汉大学生3.7万人以上", "3.7", None, "万人", "at_least", "以上", "3.7万人以上"),
    ("突破15万户", "15", None, "万户", "more_than", "突破", "突破15万户"),
    ("1.2万亿元", "1.2", None, "万亿元", "exact", "", "1.2万亿元"),
    ("投资300亿元以上", "300", None, "亿元", "at_least", "以上", "300亿元以上"),
    ("增长7%左右", "7", None, "%", "about", "左右", "7%左右"),
    ("控制在3%以内", "3", None, "%", "at_most", "控制在…以内", "控制在3%以内"),
    ("十年以下有期徒刑", "10", None, "年", "at_most", "以下", "十年以下"),
    ("企业不少于3家", "3", None, "家", "at_least", "不少于", "不少于3家"),
    ("不低于5%", "5", None, "%", "at_least", "不低于", "不低于5%"),
    ("超过20万人次", "20", None, "万人次", "more_than", "超过", "超过20万人次"),
    ("不超过5.5%", "5.5", None, "%", "at_most", "不超过", "不超过5.5%"),
    ("不足2万吨", "2", None, "万吨", "less_than", "不足", "不足2万吨"),
    ("约30个", "30", None, "个", "about", "约", "约30个"),
    ("增幅达10%以上", "10", None, "%", "at_least", "达…以上", "达10%以上"),
    ("达到60%", "60", None, "%", "exact", "达到", "达到60%"),
    ("选定3-5个院士项目", "3", "5", "个", "range", "", "3-5个"),
    ("兴建3—4处", "3", "4", "处", "range", "", "3—4处"),
    ("增长7%至8%", "7", "8", "%", "range", "", "7%至8%"),
    ("5.5%~6%", "5.5", "6", "%", "range", "", "5.5%~6%"),
    ("2.5万到3万人", "2.5", "3", "万人", "range", "", "2.5万到3万人"),
    ("两座变电站", "2", None, "座", "exact", "", "两座"),
    ("七百亿元", "700", None, "亿元", "exact", "", "七百亿元"),
    ("百分之五", "5", None, "%", "exact", "", "百分之五"),
    ("百分之五对不对", "5", None, "%", "exact", "", "百分之五"),
    ("百分之七点五", "7.5", None, "%", "exact", "", "百分之七点五"),
    ("三点七万人", "3.7", None, "万人", "exact", "", "三点七万人"),
    ("三万五千人", "35000", None, "人", "exact", "", "三万五千人"),
    ("十余个", "10", None, "个", "more_than", "余", "十余个"),
    ("30多个", "30", None, "个", "more_than", "多", "30多个"),
    ("上百家", "100", None, "家", "at_least", "上", "上百家"),
    ("一半", "50", None, "%", "exact", "", "一半"),
    ("零增长", "0", None, "%", "exact", "", "零增长"),
    ("翻一番", "2", None, "倍", "exact", "", "翻一番"),
    ("提高0.6个百分点", "0.6", None, "个百分点", "exact", "", "0.6个百分点"),
    ("5‰", "5", None, "‰", "exact", "", "5‰"),
    ("累计达到832座", "832", None, "座", "exact", "达到", "达到832座"),
    ("超百亿元", "100", None, "亿元", "more_than", "超", "超百亿元"),
    ("亿元以上项目", "1", None, "亿元", "at_least", "以上", "亿元以上"),
    ("１５００万吨", "1500", None, "万吨", "exact", "", "１５００万吨"),
    ("33微克/立方米", "33", None, "微克/立方米", "exact", "", "33微克/立方米"),
    ("位居第4位", "4", None, "位", "exact", "", "第4位"),
    ("1:3", "1", None, ":3", "exact", "", "1:3"),
    ("经营主体14万2千户", "14.2", None, "万户", "exact", "", "14万2千户"),
    ("投入2亿3千万元", "2.3", None, "亿元", "exact", "", "2亿3千万元"),
    ("住房6.5万套（间）以上", "6.5", None, "万套（间）", "at_least", "以上", "6.5万套（间）以上"),
    ("牲畜12.3万头（只）", "12.3", None, "万头（只）", "exact", "", "12.3万头（只）"),
    ("抽检率3.4批次/千人", "3.4", None, "批次/千人", "exact", "", "3.4批次/千人"),
    ("死亡率降到12/10万", "12", None, "/10万", "exact", "", "12/10万"),
    ("全时当量36万人年以上", "36", None, "万人年", "at_least", "以上", "36万人年以上"),
    ("10亿级项目", "10", None, "亿", "exact", "", "10亿"),
    ("百亿级项目", "100", None, "亿", "exact", "", "百亿"),
    ("产值超千亿产业", "1000", None, "亿", "more_than", "超", "超千亿"),
    ("贷款突破千亿元", "1000", None, "亿元", "more_than", "突破", "突破千亿元"),
    ("企业总数“破千”", "1000", None, "", "more_than", "破", "破千"),
    ("增速破10%", "10", None, "%", "more_than", "破", "破10%"),
    ("占总量的1/4", "0.25", None, "", "exact", "", "1/4"),
    ("失业率不超5%", "5", None, "%", "at_most", "不超", "不超5%"),
    ("单日客流最高12万人次", "12", None, "万人次", "exact", "最高", "最高12万人次"),
    ("补助最高12万元", "12", None, "万元", "at_most", "最高", "最高12万元"),
    ("系数提高到0.53", "0.53", None, "", "exact", "", "0.53"),
    ("７％左右", "7", None, "%", "about", "左右", "７％左右"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "upper", "unit", "qualifier", "words", "span"), FORMS)
def test_form(text: str, value: str, upper: str | None, unit: str, qualifier: str, words: str, span: str) -> None:
    (quantity,) = read_quantities(text)
    assert (quantity.value, quantity.upper) == (Decimal(value), None if upper is None else Decimal(upper))
    assert (quantity.unit, quantity.qualifier, quantity.qualifier_text) == (unit, qualifier, words)
    assert text[quantity.start : quantity.end] == quantity.text == span


NO_AMOUNTS = [
    ("2022年", "date"), ("2021-2023年", "date"), ("1-11月", "date"), ("2021 年 1 月 27 日", "date"),
    ("二〇二二年", "date"), ("〔2022〕10号", "identifier"), ("737546075/2022-12836", "identifier"),
    ("C4地块", "identifier"), ("PM2.5", "identifier"), ("第二批", "ordinal"), ("铁四院二期", "ordinal"),
    ("十九届", "session"), ("二十大", "session"), ("十四五", "session"), ("“八五”普法", "name"),
    ("五大措施", "name"), ("四级调解", "name"), ("五类犯罪", "name"), ("三年行动", "name"), ("7.16渡江节", "name"),
    ("(二)主要目标", "heading_label"), ("12345热线", "no_unit"), ("一批", "word"), ("千年古轴", "word"),
    ("数十家", "word"), ("二次供水", "word"), ("一体化", "word"), ("成立70周年", "anniversary"), ("七十周年", "anniversary"),
    ("落实国家“31条”", "name"), ("“技改18条”", "name"), ("“6个90%”优势", "name"), ("“220千伏北原变”工程", "name"),
    ("关键零部件", "word"), ("三次产业", "name"), ("两个市场", "name"), ("五篇大文章", "name"), ("十五条措施", "name"),
    ("千万家庭", "word"), ("由两部分组成", "word"), ("数量超前3年总和", "date"), ("为近三年来最多", "date"),
    ("抓好以下六个方面", "preview"), ("从三方面发力", "preview"), ("省委三次、四次全会", "session"),
    ("实现两位数增长", "name"), ("“双百亿”工程", "name"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), NO_AMOUNTS)
def test_what_is_no_amount_is_named(text: str, reason: str) -> None:
    reading = scan(text)
    assert reading.quantities == ()
    assert reason in {other.reason for other in reading.others}


def test_both_ends_of_a_change_are_read() -> None:
    assert [q.value for q in read_quantities("由100提高到120")] == [100, 120]


# text -> (span, qualifier) of each quantity: what stands behind the last or before the first of a shared list
SHARED = [
    ("分别增长7%和8%左右", [("7%", "about"), ("8%左右", "about")]),
    ("分别稳定在172万亩和14亿斤以上", [("稳定在172万亩", "at_least"), ("14亿斤以上", "at_least")]),
    ("分别控制在3%、5%以内", [("控制在3%", "at_most"), ("5%以内", "at_most")]),
    ("分别不低于5%、6%", [("不低于5%", "at_least"), ("6%", "at_least")]),
    ("收储1000宗、交易400宗以上", [("1000宗", "exact"), ("400宗以上", "at_least")]),
    ("1个、2个以上", [("1个", "exact"), ("2个以上", "at_least")]),
]


@pytest.mark.parametrize(("text", "expected"), SHARED, ids=[text for text, _ in SHARED])
def test_a_qualifier_holds_for_a_list(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(quantity.text, quantity.qualifier) for quantity in read_quantities(text)] == expected


def test_the_unit_of_points_holds_for_a_list() -> None:
    assert [quantity.unit for quantity in read_quantities("分别提高2个、3个百分点")] == ["个百分点", "个百分点"]


def test_a_count_inside_the_name_of_a_rate_is_none() -> None:
    assert [quantity.text for quantity in read_quantities("三项医疗保险参保率提高3个百分点")] == ["3个百分点"]


def test_one_of_each_is_counted() -> None:
    assert [quantity.text for quantity in read_quantities("结对一家骨干企业、一家中型企业")] == ["一家", "一家"]
    assert read_quantities("一家企业一项政策") == ()


EQUAL = [("3.7万人", "37000人"), ("百分之七", "7%"), ("1.5亿元", "15000万元"), ("两座", "2座"), ("5公里", "5000米"),
         ("七百亿元", "700亿元"), ("１０００根", "1000根"), ("0.6个百分点", "0.6百分点"), ("三成", "30%")]  # fmt: skip
UNEQUAL = [("1000根", "1000个"), ("1000根", "2000根"), ("7%", "7个百分点"), ("3-5个", "3个"), ("8家", "8%"),
           ("300亿元", "300万元"), ("5公里", "5平方公里")]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_the_same_figure_in_other_words(one: str, other: str) -> None:
    assert same_figure(*(read_quantities(text)[0] for text in (one, other)))


@pytest.mark.parametrize(("one", "other"), UNEQUAL)
def test_different_figures(one: str, other: str) -> None:
    assert not same_figure(*(read_quantities(text)[0] for text in (one, other)))


def test_a_qualifier_is_part_of_a_quantity() -> None:
    exact, least = (read_quantities(text)[0] for text in ("300亿元", "300亿元以上"))
    assert same_figure(exact, least)
    assert not same_quantity(exact, least)


_UNITS = st.sampled_from(["个", "家", "根", "公里", "平方公里", "亿元", "万人", "万户", "%", "个百分点", "场", "吨"])
_NUMBERS = st.one_of(
    st.integers(1, 999_999).map(str),
    st.decimals(min_value="0.1", max_value="9999", places=1).map(str),
    st.integers(1000, 9_999_999).map(lambda n: f"{n:,}"),
)
_QUALIFIED = st.sampled_from(
    [("", "", "exact"), ("不少于", "", "at_least"), ("突破", "", "more_than"), ("不超过", "", "at_most"),
     ("不足", "", "less_than"), ("约", "", "about"), ("", "以上", "at_least"), ("", "以内", "at_most"),
     ("", "左右", "about"), ("达到", "以上", "at_least"), ("控制在", "以内", "at_most"), ("超过", "", "more_than")]
)  # fmt: skip
_BEFORE = st.sampled_from(["新增公共停车位", "全年实现城建投资", "——地区生产总值增长", "", "其中"])
_AFTER = st.sampled_from(["。", ",完成建设", "、充电桩", ""])


@given(_NUMBERS, _UNITS, _QUALIFIED, _BEFORE, _AFTER, st.booleans())
def test_generated_quantities(
    number: str, unit: str, qualified: tuple[str, str, str], before: str, after: str, wide: bool
) -> None:
    prefix, suffix, qualifier = qualified
    written = "".join(chr(ord(c) + 0xFEE0) if wide and c.isdigit() else c for c in number)
    span = f"{prefix}{written}{unit}{suffix}"
    text = f"{before}{span}{after}"
    (quantity,) = read_quantities(text)
    assert quantity.text == span == text[quantity.start : quantity.end]
    assert quantity.value == Decimal(number.replace(",", ""))
    assert (quantity.unit, quantity.qualifier, quantity.upper) == (unit, qualifier, None)


@given(st.integers(1, 9999), st.integers(1, 9999), _UNITS, st.sampled_from("-—~～至到"))
def test_generated_ranges(low: int, more: int, unit: str, dash: str) -> None:
    span = f"{low}{dash}{low + more}{unit}"
    (quantity,) = read_quantities(f"兴建{span}设施")
    assert (quantity.value, quantity.upper, quantity.qualifier) == (low, low + more, "range")
    assert quantity.text == span


@given(st.integers(2, 99_999_999), st.sampled_from(["座", "家", "个", "公里"]))
def test_generated_chinese_integers(number: int, unit: str) -> None:
    """Written out as cn2an writes it; 一百 and its like alone are words as often as amounts and are left out."""
    import cn2an

    written = cn2an.an2cn(number, "low")
    if set(written) <= set("十百千万亿") or written == "二":
        return
    (quantity,) = read_quantities(f"新建{written}{unit}。")
    unit_name, factor = base_unit(quantity.unit)
    assert quantity.value * factor == number * base_unit(unit)[1]
    assert unit_name == base_unit(unit)[0]


@given(st.text(max_size=200))
def test_any_text_is_read_without_loss(text: str) -> None:
    """No exception; spans in order, apart, and exact; every ASCII digit is in some span."""
    reading = scan(text)
    spans = sorted((item.start, item.end) for item in (*reading.quantities, *reading.others))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    for item in (*reading.quantities, *reading.others):
        assert text[item.start : item.end] == item.text
    covered = {at for start, end in spans for at in range(start, end)}
    assert all(at in covered for at, c in enumerate(narrow(text)) if c in "0123456789")


_NUMERALS = st.text("零〇一二三四五六七八九十百千万亿两点第前位名百分之个根万-至余", max_size=10)


@given(_NUMERALS)
def test_any_row_of_numerals_is_read(text: str) -> None:
    """零十 and its like make no number: they are named as something else."""
    assert all(text[item.start : item.end] == item.text for item in scan(text).quantities)


def test_narrow_keeps_every_offset() -> None:
    text = "１，２３４．５％（二）、ＧＤＰ　增长"
    assert len(narrow(text)) == len(text)


@pytest.mark.parametrize("path", samples.texts())
def test_samples(path: object) -> None:
    text = samples.read(path)  # type: ignore[arg-type]
    quantities: tuple[Quantity, ...] = read_quantities(text)
    assert quantities
    assert all(text[q.start : q.end] == q.text for q in quantities)
