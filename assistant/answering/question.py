"""What is asked: a question made a value.

Nothing here knows a plan's indicators: the rules read the grammar of questions. What a question is about is left as
`terms`, weighed later against the plans themselves.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import rjieba

from assistant.plan.quantity import Qualifier
from assistant.plan.scan import read_quantities
from assistant.plan.units import COUNTERS, MEASURES, PERCENT, SCALES

Kind = Literal["figure", "text", "document", "smalltalk", "unclear"]
LONGEST_QUESTION = 2000


@dataclass(frozen=True)
class Question:
    """A question, read.

    `terms` is the question without question words, fillers, years and politeness: what it is about; `context` is the
    same of the parts between commas that ask nothing (完善公共基础设施,充电桩要新增几根). `explicit` says
    that it asks for a figure in so many words (多少, 几, 增速 …) rather than by naming an indicator. `unit` is the unit
    asked for as written ("根", "亿元", "%"), `dimensions` the kinds of unit that words like 面积 ask for.
    `parts` are the questions that one about several things holds; `asks_total`: it asks for them together.
    `asks_result` is set where it asks for what was done rather than for what is planned.
    """

    text: str
    kind: Kind
    explicit: bool
    terms: str
    context: str
    unit: str
    dimensions: frozenset[str]
    qualifier: Qualifier | None
    asks_result: bool
    years: tuple[int, ...]
    header_field: str = ""
    parts: tuple[str, ...] = ()
    asks_total: bool = False


# --- Vocabulary -------------------------------------------------------------------------------------------------------

_UNITS = "|".join(sorted(map(re.escape, {*COUNTERS, *MEASURES, *PERCENT}), key=len, reverse=True))
_SCALES = "|".join(sorted(SCALES, key=len, reverse=True))
_HOW_MANY = r"(?:多少|几多|(?<!哪)几(?!乎|类|种|大|方面|点(?!钟)))"
_ASKED_UNIT = re.compile(rf"{_HOW_MANY}(?P<unit>(?:{_SCALES})?(?:{_UNITS})|(?:{_SCALES})(?=[^\u4e00-\u9fff]|$))")
_PERCENT_ASKED = re.compile(r"百分之(?:几|多少)|多少个?百分点|几个百分点|%是多少")
_FIGURE_WORDS = re.compile(
    rf"{_HOW_MANY}|多大|多长|多高|多宽|增速|增幅|增长率|增长目标|数量|总数|总量|总额|个数|户数|人数|家数|栋数|根数|条数|项数|座数|场数|处数|"
    r"台数|张数|公里数|面积|长度|规模有|目标值|指标值|百分之|至少|最少|最多|上限|下限|数字|具体数"
)
_LIST_OR_TEXT = re.compile(
    r"哪些|哪个|哪几|哪[一两二三四五六七八九十]+|哪里|哪儿|什么|怎么|怎样|如何|为何|为什么|啥|是哪|谁|哪天|何时|内容|介绍|讲了|说了|做法|措施|举措|干什么"
)
_RESULT_ASKED = re.compile(
    r"已经|已(?:建成|完成|实现|新增|引进)|截至目前|到目前|目前为止|实际完成|完成情况|完成了(?:多少|几)|(?:建|增加|新增|引进|改造|建成|实现)了(?:多少|几)|进展如何|完成得"
)
_QUALIFIERS: tuple[tuple[re.Pattern[str], Qualifier], ...] = (
    (re.compile(r"至少|最少|不少于|不低于|以上|起码|下限"), "at_least"),
    (re.compile(r"突破|超过|超"), "more_than"),
    (re.compile(r"至多|最多|不超过|以内|以下|上限"), "at_most"),
    (re.compile(r"左右|大约|大概"), "about"),
    (re.compile(r"(?:几|多少)\S{0,2}[到至-](?:几|多少)"), "range"),
)

# Words that name a kind of unit rather than a thing.
_DIMENSIONS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"面积|多大"), frozenset({"平方米", "亩"})),
    (re.compile(r"长度|里程|多长|总长|公里数"), frozenset({"米"})),
    (re.compile(r"金额|总额|资金|投资额|多少钱|投资|款"), frozenset({"元", "美元"})),
    (re.compile(r"人数|多少人|几人"), frozenset({"人", "名", "位"})),
    (re.compile(r"户数"), frozenset({"户"})),
    (re.compile(r"家数"), frozenset({"家"})),
    (
        re.compile(r"增速|增幅|增长率|增长(?:目标|多少|几|百分)|百分之|比例|占比|下降多少|降低多少"),
        frozenset({"%", "个百分点"}),
    ),
)
_COUNT_DIMENSION = re.compile(r"(?P<unit>[个户人家栋根条项座场处台张所套辆件])数(?![字据量])")

_HEADER_FIELDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("文号", re.compile(r"文号|发文字号|文件编号|发文号")),
    ("索引号", re.compile(r"索引号|索引 ?号|索取号")),
    ("公开日期", re.compile(r"公开(?:日期|时间)|(?:什么时候|何时|哪天|哪一天|几号|几月几[日号])(?:公开|公布|发布|印发)|(?:公开|公布|发布|印发)(?:的)?(?:日期|时间)|(?:公开|公布|发布)(?:于|是)?(?:哪天|哪一天|什么时候|何时|几号)")),
    ("成文日期", re.compile(r"成文日期|成文时间|落款日期")),
    ("公开方式", re.compile(r"公开(?:方式|形式|类型)|怎么公开|如何公开")),
    ("有效性", re.compile(r"有效性|是否有效|还有效|时效")),
    ("发布机构", re.compile(r"(?:发布|发文|印发|制发|公布|出台)(?:的)?(?:机构|单位|机关|部门)|(?:谁|哪个(?:部门|单位|机构|机关))(?:负责)?(?:发布|发|印发|制定|出|公布|公开)|由谁(?:发布|印发|发)|谁发的")),
    ("名称", re.compile(r"(?:文件|计划|报告|规划|文档|材料)?(?:的)?(?:名称|标题|全称|题目)|叫什么(?:名字)?")),
)  # fmt: skip

_SMALLTALK = re.compile(
    r"^(?:你好|您好|hi|hello|嗨|早上好|下午好|晚上好|在吗|谢谢(?:你|您)?|多谢|感谢|再见|拜拜|辛苦了|好的|你是谁|你能做什么|你会什么|"
    r"(?:你)?(?:能|可以)(?:做|干|帮我做|回答)(?:些)?(?:什么|啥|哪些事?)|怎么用|如何使用|帮助|help|使用说明)[\s,，。.!！?？~～啊呀吧呢了的]*$",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"请问(?:一下)?|麻烦(?:问|查)?(?:一下)?|帮(?:我|忙)(?:查|看|找)?(?:一下|下)?|(?:我)?想(?:要)?(?:知道|了解|问|查)(?:一下|下)?|告诉我|查(?:一下|询|下)|"
    r"说(?:一下|说)|给我|谢谢|您好|你好|这份|该份|这个计划|本计划|文(?:件)?中|计划(?:里|中|内)面?|报告(?:里|中)|(?:里|中)(?:提到|提出|写)的?"
)
# Words that carry no subject. Longest first; they are blanked, not cut, so that no false neighbours arise.
_EMPTY = (
    "主要目标预安排 预安排 主要预期目标 主要目标 预期目标 目标任务 目标值 指标值 计划目标 目标 指标 任务里 这项任务 任务 计划 规划 安排 预计 打算 准备 "
    "数量 数字 数值 数目 总数 具体 情况 方面 部分 内容 一共 总共 共计 合计 分别 各 全年 今年 本年 年内 年度内 本年度 全区 我区 本区 全市 我市 全县 我县 全省 "
    "至少 最少 最多 至多 不少于 不低于 不超过 以上 以下 以内 左右 起码 大约 大概 上限 下限 力争 达到 达 "
    "多少 几多 百分之几 百分之多少 百分之 几到几 多大 多长 多高 增速 增幅 增长率 增长目标 个数 户数 家数 人数 栋数 根数 条数 项数 座数 场数 处数 张数 面积 长度 "
    "是不是 对不对 有没有 能不能 会不会 要不要 还是 究竟 到底 咱们 我们 你们 他们 大家 咱 都 叫 哪些 哪个 哪几个 哪几 哪里 哪儿 哪 什么 怎么 怎样 如何 为什么 为何 是否 有没有 能否 可否 谁 啥 何时 讲了 说了 提到 提出 "
    "是 的 了 吗 呢 啊 吧 要 将 会 能 可以 应该 需要 应 该 有 在 里 中 内 上 对 把 被 给 让 使 由 为 和 与 及 以及 或 等 到 个 这 那 它 其 之 于 并 还 也 都 又 再 就 "
    "就是 多 第 今后 目前 现在 已经 已 截至 通过 进行 做到 做好 抓好 搞好 做 搞 弄 写 说 问 请"
).split()
_EMPTY_PHRASES = re.compile("|".join(sorted({re.escape(w) for w in _EMPTY if len(w) > 1}, key=len, reverse=True)))
_EMPTY_WORDS = frozenset(_EMPTY)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?年(?:度)?")
# A figure that describes what is asked about stays: 10亿元以上项目多少个.
_NUMBER = re.compile(rf"(?>\d[\d,.]*\s?(?:{_SCALES})?(?:{_UNITS})?)(?!(?:以上|以下|以内)的?[\u4e00-\u9fff]{{2}})")
# 第二部分第三项 says where in the plan, not what.
_PLACES_IN_PLAN = re.compile(r"第[一二三四五六七八九十\d]+(?:个)?(?:部分|大项|项|条|款|篇|章|节|点|句)")
# 要 before a verb is no part of it (要建), unless it belongs to the word before (主要, 重要 …) or begins one (要素).
_SHALL = re.compile(r"(?<![主重需纲提摘必])要(?![素点求闻道约])")
_EACH = re.compile(
    r"(?:各(?:是|有|为|要)?(?:新增|新建|建设|建|引进)?|分别(?:是|有|为|要)?(?:新增|新建|建设|建|引进)?)(?:多少|几)"
)


_TOTAL = re.compile(r"(?:一共|总共|合计|共计|加起来|总和)(?:是|有|为|要)?[^,，。?？]{0,8}?(?:多少|几)")


def read_question(text: str) -> Question:
    """Read a question. Total: what cannot be read is `unclear`."""
    flat = unicodedata.normalize("NFKC", text).strip()
    asked = _ASKED_UNIT.search(flat)
    unit = "%" if _PERCENT_ASKED.search(flat) else asked.group("unit") if asked else ""
    if "百分点" in flat and unit == "%":
        unit = "个百分点"
    dimensions = frozenset().union(*(units for pattern, units in _DIMENSIONS if pattern.search(flat)))
    counted = _COUNT_DIMENSION.search(flat)
    if counted and not unit:
        unit = counted.group("unit")
    if not unit and (trailing := re.search(rf"\s(?P<unit>(?:{_SCALES})?(?:{_UNITS}))[?？]?$", flat)):
        unit = trailing.group("unit")
    qualifier = next((meaning for pattern, meaning in _QUALIFIERS if pattern.search(flat)), None)
    explicit = bool(_FIGURE_WORDS.search(flat)) or bool(unit)
    wants_text = bool(_LIST_OR_TEXT.search(flat)) and not asked and not _PERCENT_ASKED.search(flat)
    terms, context = _focus(flat)
    years = tuple(int(year) for year in _YEAR.findall(flat))
    header_field = next((name for name, pattern in _HEADER_FIELDS if pattern.search(flat)), "")
    if header_field and (asked or len(_terms(_without_field(flat, header_field))) > 16):
        header_field = ""
    kind: Kind
    if not flat or _SMALLTALK.match(flat):
        kind = "smalltalk" if flat else "unclear"
    elif header_field:
        kind = "document"
    elif not terms.strip():
        kind = "unclear"
    elif wants_text:
        kind = "text"
    else:
        kind = "figure"
    return Question(
        text=text,
        kind=kind,
        explicit=explicit,
        terms=terms,
        context=context,
        unit=unit,
        dimensions=dimensions,
        qualifier=qualifier,
        asks_result=bool(_RESULT_ASKED.search(flat)),
        years=years,
        header_field=header_field,
        parts=_parts(flat),
        asks_total=_TOTAL.search(flat) is not None,
    )


def _without_field(flat: str, header_field: str) -> str:
    pattern = dict(_HEADER_FIELDS)[header_field]
    return pattern.sub(" ", flat)


def _focus(flat: str) -> tuple[str, str]:
    """(terms of the parts that ask, terms of the parts that only say where)."""
    parts = [part for part in re.split(r"[,，;；。!！]", flat) if part.strip()]
    asking = [part for part in parts if _FIGURE_WORDS.search(part) or _LIST_OR_TEXT.search(part)]
    told = [part for part in parts if part not in asking]
    terms = _terms(" ".join(asking))
    if not terms:
        return _terms(flat), ""
    return terms, _terms(" ".join(told))


def _terms(flat: str) -> str:
    """The question without what carries no subject; blanks where words were taken out."""
    words = _YEAR.sub(" ", flat)
    words = _POLITE.sub(" ", words)
    words = _PLACES_IN_PLAN.sub(" ", words)
    words = _ASKED_UNIT.sub(" ", words)
    words = _SHALL.sub(" ", words)
    words = re.sub(r"哪[一二两三四五六七八九十几]+(?:个|项|条|类|家|种|处|大)?|了", " ", words)
    words = _NUMBER.sub(" ", _without_written_numbers(words))
    words = re.sub(r"\s(?:(?:" + _SCALES + r")?(?:" + _UNITS + r"))[?？]?$", " ", words)
    words = _EMPTY_PHRASES.sub(" ", words)
    words = re.sub(r"[^\w]|_", " ", words)
    # One character is empty only as a word of its own: the 上 of 上市 is not.
    return " ".join("".join(" " if word in _EMPTY_WORDS else word for word in rjieba.cut(words)).split())


def _without_written_numbers(words: str) -> str:
    """百分之十二 and 两座 are figures as much as 12% is; what is written with digits is left to `_NUMBER`."""
    for quantity in reversed(read_quantities(words)):
        if not any(c.isdigit() for c in quantity.text) and quantity.kind == "amount":
            words = f"{words[: quantity.start]} {words[quantity.end :]}"
    return words


def _parts(flat: str) -> tuple[str, ...]:
    """车位、充电站、充电桩各多少: the questions that such a question holds, each with the shared ending."""
    each = _EACH.search(flat) or _TOTAL.search(flat)
    if not each:
        return ()
    head, tail = flat[: each.start()], flat[each.start() :]
    items = [item.strip() for item in re.split(r"[、,，和与及]|以及", head) if item.strip()]
    ending = re.sub(r"^(?:各|分别|一共|总共|合计|共计|加起来|总和)(?:是|有|为|要)?", "", tail)
    return tuple(item + ending for item in items) if len(items) > 1 else ()
