"""Sentences that the lock lets through, and what it says of those that it stops. The plan is invented."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answering.number_lock import Evidence, SentenceLock
from assistant.search.glossary import Glossary

Fault = Callable[[str], str]

RIGHT = [
    "2031年地区生产总值增长6.5%[1]。",
    "GDP增长目标为6.5%，一般公共预算收入增长4%[1]。",
    "地区生产总值增长百分之六点五[1]。",
    "新增充电桩1300根[2]。",
    "新增充电桩１３００根[2]。",
    "今年要新增充电桩一千三百根。[2]",
    "充电桩1,300根，公共停车位2600个[2]。",
    "| 公共停车位 | 2600个 | [2] |\n",
    "- **集中式充电站**：9个[2]\n",
    "1. 充电桩：新增`1300根`[2]；\n",
    "公共停车位、充电桩分别新增2600个、1300根[2]。",
    "1300根是新增充电桩的目标[2]。",
    "**1300根**——这是今年新增充电桩的数量[2]。",
    "实施重大项目180项，年度计划投资不低于240亿元[3]。",
    "重大项目年度计划投资240亿元以上，即2400000万元以上[3]。",
    "重大项目年度计划投资至少为240亿元[3]。",
    "引进独角兽企业至少6家[4]。",
    "院士项目最少选定3个、最多5个[4]。",
    "选定三到五个院士项目[4]。",
    "新增5G基站450个，301号线建成[5]。",
    "万元地区生产总值能耗下降2.5%[6]。",
    "原文为“万元地区生产总值能耗下降2.5%”[6]。",
    "打造“青年驿站”[7]。",
    "《云岭区2031年国民经济和社会发展计划》没有提到地铁。",
    "计划没有提到地铁建设。",
    "文号是云岭政办【2031】7号。",
    "不是200项，计划实施重大项目180项[3]。",
    "去年建成口袋公园14个[9]。",
    "2030年国家级企业达到30家[9]。",
    "科技楼宇3栋、商务楼宇5栋，合计8栋[7]。",
    "新建科技楼宇3栋[7]。商务楼宇5栋[7]。两者合计8栋[7]。",
    "商务楼宇5栋，科技楼宇3栋，前者比后者多2栋[7]。",
    "科技楼宇3栋比商务楼宇5栋少2栋[7]。",
    "3+5=8栋，即科技楼宇与商务楼宇之和[7]。",
    "招商到位资金480亿元以上[8]，重大项目年度计划投资240亿元以上[3]，按下限计前者是后者的2倍[8][3]。",
    "增速目标有两项：地区生产总值6.5%、一般公共预算收入4%[1]。",
    "GDP is to grow by six point five percent in 2031 [1].",
    "新增充電樁1300根[2]。",
    "您好，下面为您介绍。",
    "1,300 charging piles will be added [2].",
    "今年要装上1300根充电桩[2]。",
    "重大项目年度计划投资少说也得有240亿元[3]。",
    "GDP增长6.5%[1]，2031年的目标就是6.5%[1]。",
]

WRONG = {
    "another thing by its adjective": ("新增地下停车位2600个[2]。", "地下"),
    "a kin of it": ("新增收费充电桩1300根[2]。", "收费"),
    "charging piles for spaces": ("2,600 charging piles will be added [2].", "2600"),
    "an English word that nobody knows": ("1,300 wobbly piles will be added [2].", "wobbly"),
    "two qualifiers": ("重大项目年度计划投资至少240亿元左右[3]。", "矛盾"),
    "denial of what is so": ("新增充电桩并非1300根[2]。", "1300根"),
    "told of each": ("每个重大项目年度计划投资240亿元以上[3]。", "每个"),
    "digit": ("新增充电桩1400根[2]。", "1400根"),
    "digit in Chinese": ("新增充电桩一千四百根[2]。", "一千四百根"),
    "digit, full-width": ("新增充电桩１４００根[2]。", "1400根"),
    "digit in English": ("GDP grows by seven percent [1].", "7%"),
    "unit": ("重大项目年度计划投资240万元以上[3]。", "240万元"),
    "unit of a rate": ("地区生产总值增长6.5个百分点[1]。", "6.5个百分点"),
    "qualifier dropped": ("重大项目年度计划投资240亿元[3]。", "240亿元以上"),
    "qualifier added": ("新增充电桩1300根以上[2]。", "1300根"),
    "qualifier turned": ("独角兽企业不超过6家[4]。", "6家"),
    "qualifier of its own kind": ("市场主体12万户左右[8]。", "12万户"),
    "another indicator": ("新增公共停车位1300根[2]。", "充电桩"),
    "swapped neighbours": ("集中式充电站2600个、公共停车位9个[2]。", "停车位"),
    "distributed wrongly": ("公共停车位、集中式充电站分别为9个、2600个[2]。", "9个"),
    "an indicator of no clause": ("新增换电柜1300根[2]。", "充电桩"),
    "part for whole": ("2030年国家级企业100家[9]。", "100家"),
    "whole for part": ("2030年企业30家[9]。", "国家级企业"),
    "another clause": ("新增充电桩1300根[1]。", "1300根"),
    "two clauses swapped": ("地区生产总值增长6.5%[2]，新增充电桩1300根[1]。", "6.5%"),
    "no marker": ("新增充电桩1300根。", "[n]"),
    "unknown marker": ("新增充电桩1300根[12]。", "[12]"),
    "unknown marker, no number": ("推进停车场建设[12]。", "[12]"),
    "figure of the question": ("是的，新增充电桩9999根[2]。", "9999根"),
    "target told as done": ("已经新增充电桩1300根[2]。", "目标"),
    "target told as done, with 了": ("新增了充电桩1300根[2]。", "目标"),
    "result told as planned": ("力争建成口袋公园14个[9]。", "结果"),
    "another year": ("2032年新增充电桩1300根[2]。", "2032"),
    "last year for this": ("去年新增充电桩1300根[2]。", "去年"),
    "another place": ("三亚市新增充电桩1300根[2]。", "三亚"),
    "another level of place": ("全省新增充电桩1300根[2]。", "全省"),
    "direction": ("地区生产总值下降6.5%[1]。", "下降"),
    "direction, other way": ("万元地区生产总值能耗增长2.5%[6]。", "增长"),
    "reached for grown by": ("地区生产总值增长到6.5%[1]。", "增长到"),
    "mean added": ("人均地区生产总值增长6.5%[1]。", "人均"),
    "mean dropped": ("城镇居民可支配收入增长6.2%[9]。", "人均"),
    "share": ("地区生产总值占6.5%[1]。", "占"),
    "level": ("省级企业达到30家[9]。", "省级"),
    "kind": ("引进准独角兽企业不少于6家[4]。", "准独"),
    "remark behind": ("新增充电桩1300根（快充）[2]。", "快充"),
    "each of several": ("科技楼宇、商务楼宇各5栋[7]。", "5栋"),
    "difference that is a figure": ("商务楼宇比科技楼宇多3栋[7]。", "3栋"),
    "doubled": ("新增充电桩1300根，翻了一番[2]。", "翻一番"),
    "one time more": ("充电桩增长一倍[2]。", "1倍"),
    "rank": ("充电桩排名第一[2]。", "第一"),
    "another thing in English": ("General public budget revenue grows by 6.5% [1].", "6.5%"),
    "done in English": ("GDP grew by 6.5% [1].", "grew"),
    "place in the line above": ("白水区的目标如下：\n- 地区生产总值增长6.5%[1]\n- 新增充电桩1300根[2]\n", "白水"),
    "year in the line above": ("2026年的目标如下：\n- 新增充电桩1300根[2]\n", "2026"),
    "negated": ("没有新增充电桩1300根[2]。", "没有"),
    "false sum": ("科技楼宇3栋、商务楼宇5栋，合计9栋[7]。", "9栋"),
    "sum of unlike rates": ("地区生产总值增长6.5%，一般公共预算收入增长4%，合计10.5%[1]。", "10.5%"),
    "false difference": ("商务楼宇5栋，科技楼宇3栋，相差3栋[7]。", "3栋"),
    "difference turned": ("商务楼宇5栋，科技楼宇3栋，前者比后者少2栋[7]。", "2栋"),
    "false multiple": ("招商到位资金480亿元以上[8]，重大项目年度计划投资240亿元以上[3]，按下限计前者是后者的3倍[8][3]。", "3倍"),
    "multiple of open figures as exact": (
        "招商到位资金480亿元以上[8]，重大项目年度计划投资240亿元以上[3]，前者是后者的2倍[8][3]。",
        "2倍",
    ),
    "false equation": ("3+5=9栋，即科技楼宇与商务楼宇之和[7]。", "9栋"),
    "false count": ("增速目标有三项：地区生产总值6.5%、一般公共预算收入4%[1]。", "三项"),
    "quote altered": ("原文为“万元地区生产总值能耗降低2.5%”[6]。", "引号"),
    "quote of nothing": ("计划提出“一网统管”[7]。", "引号"),
    "title of nothing": ("《白水区2099年计划》没有提到。", "2099"),
    "name changed": ("新增6G基站450个[5]。", "6G"),
    "line changed": ("302号线建成[5]。", "302"),
    "system changed": ("建成1+3+N养老体系[5]。", "1+3"),
    "document number": ("文号是云岭政办【2031】8号。", "8号"),
}  # fmt: skip

HOSTILE = {
    "zero-width": "新增充电桩13\u200b00根[2]。",
    "right-to-left": "新增充电桩\u202e0031\u202c根[2]。",
    "circled": "新增充电桩①根[2]。",
    "superscript": "新增充电桩1300²根[2]。",
    "fraction sign": "占比达到½[2]。",
    "Arabic-Indic": "新增充电桩١٣٠٠根[2]。",
    "Hangzhou numeral": "新增充电桩〸根[2]。",
    "mathematical": "新增充电桩𝟏𝟑𝟎𝟎根[2]。",
    "keycap": "新增充电桩1\ufe0f\u20e3根[2]。",
    "HTML": "新增充电桩<b>1300</b>根[2]。",
    "entity": "新增充电桩&#49;300根[2]。",
    "LaTeX": "新增充电桩$1300$根[2]。",
    "LaTeX command": "新增充电桩\\textbf{1300}根[2]。",
    "link": "见[计划](https://example.org/1400)[2]。",
    "number in an address": "见 https://example.org/9999 [2]。",
    "scientific": "新增充电桩1.3e3根[2]。",
    "numerals of accounts": "新增充电桩壹仟肆佰根[2]。",
    "numerals without a unit": "新增充电桩一千四百[2]。",
}

MARKER_FORMS = ["【2】", "［2］", "(2)", "（来源2）", "[^2]", "^2^", "[2,3]", "[来源2]"]


@pytest.mark.parametrize("sentence", RIGHT)
def test_what_the_cited_clauses_say_passes(sentence: str, fault_of: Fault) -> None:
    assert fault_of(sentence) == ""


@pytest.mark.parametrize(("sentence", "said"), WRONG.values(), ids=WRONG)
def test_what_they_do_not_say_is_stopped(sentence: str, said: str, fault_of: Fault) -> None:
    fault = fault_of(sentence)
    assert said in fault
    assert "\n" not in fault


@pytest.mark.parametrize("sentence", HOSTILE.values(), ids=HOSTILE)
def test_signs_that_hide_digits_are_stopped(sentence: str, fault_of: Fault) -> None:
    assert fault_of(sentence)


@pytest.mark.parametrize("form", MARKER_FORMS)
def test_only_one_form_is_a_marker(form: str, fault_of: Fault) -> None:
    assert "[n]" in fault_of(f"新增充电桩1300根{form}。")


def test_a_tables_head_names_the_column(fault_of: Fault) -> None:
    head = "| 指标 | 新增数量（个） |\n|---|---|\n"
    assert fault_of(f"{head}| 公共停车位 | 2600[2] |\n| 集中式充电站 | 9[2] |\n") == ""
    assert "9" in fault_of(f"{head}| 公共停车位 | 9[2] |\n")


def test_the_rows_and_results_of_an_answer_add_up(lock: SentenceLock) -> None:
    for sentence in ("新建科技楼宇3栋[7]。", "商务楼宇5栋[7]。", "两者合计8栋[7]。"):
        verdict = lock.check(sentence)
        assert verdict.fault == ""
        lock.release(sentence, verdict)
    assert [row.indicator for _, row in lock.rows] == ["科技楼宇", "商务楼宇"]
    assert [(one.expression, one.value, one.unit, one.operands) for one in lock.computed] == [
        ("3+5", "8", "栋", (0, 1))
    ]


def test_looking_remembers_nothing(lock: SentenceLock) -> None:
    lock.check("新建科技楼宇3栋[7]。")
    lock.check("商务楼宇5栋[7]。")
    assert lock.rows == []
    assert lock.check("两者合计8栋。").fault


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data())
def test_no_digit_of_a_passing_sentence_may_change(data: st.DataObject, lock: SentenceLock) -> None:
    stated = [one for one in RIGHT if "[" in one and one.count("。") < 2 and "不是" not in one and "+N" not in one]
    sentence = data.draw(st.sampled_from(stated))
    digits = [match.start() for match in re.finditer(r"\d(?![\d,]*\])", sentence) if not sentence.startswith("1. ")]
    if not digits:
        return
    place = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if int(digit) != int(sentence[place])]))
    assert lock.check(f"{sentence[:place]}{other}{sentence[place + 1 :]}").fault


@pytest.mark.parametrize(
    ("question", "passes"),
    [("充电桩新增多少根", True), ("公共停车位新增多少", False), ("2030年充电桩新增多少", False), ("", False)],
)
def test_the_question_names_a_figure_that_the_answer_does_not(
    question: str, passes: bool, evidence: list[Evidence], glossary: Glossary
) -> None:
    lock = SentenceLock(evidence, glossary, question=question)
    assert (not lock.check("1300根[2]。").fault) is passes
