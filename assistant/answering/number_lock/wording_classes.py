"""Words that turn what a figure means: which way it goes, how it is measured, whether it is reached. The grammar of plans
and of those who speak of them; no plan's words."""

from __future__ import annotations

import re
from pathlib import Path

# --- Which way a figure goes ------------------------------------------------------------------------------------------

FEWER = re.compile(
    r"下降|减少|降低|下滑|回落|压减|负增长|缩减|削减|降幅|跌幅|下跌|下调|收缩|萎缩|减至|降至|降到|减到|拆除|关停|关闭|撤销|取消|停建|淘汰|退出|缩短|精简|清退|裁撤|流失|腾退"
    r"|\b(?:fall|drop|decline|decrease|reduce|cut|down)s?\b"
)
MORE = re.compile(
    r"(?<!负)增长|增加|提高|上升|提升|新增|增幅|增速|上涨|扩大|增至|增到|升至|\b(?:grow|growth|rise|increase|up)s?\b"
)
_GROWS = r"(?:增长|增加|提高|上升|提升|增|升|下降|降低|减少|压减|缩短|缩减|降|减|扩大|上涨|下调|上调)"
TO = re.compile(rf"{_GROWS}(?:到|至|为|成)")
BY = re.compile(rf"{_GROWS}(?:了|幅度?为?)?$")

# --- How it is measured -----------------------------------------------------------------------------------------------

MEANS = re.compile(
    r"人均|户均|亩均|地均|(?<!\d)年均(?!衡)|月均|日均|平均|每(?:年|月|日|周|天|季度|人|户|亩)|累计|现有|保有量|存量|净增|同比|环比|余额|总人数"
    r"|单位(?=(?:地区)?(?:生产总值|GDP|产值))"
)
# What is lost with these words is another figure.
NEEDED = re.compile(
    r"人均|户均|亩均|地均|年均|月均|日均|累计|净增|其中|环比|单位(?=(?:地区)?(?:生产总值|GDP|产值))|(?:占|比重|占比|份额)"
)
SHARE = re.compile(r"(?<!抢)占(?!地|用|领)|比重|占比|份额|比例")
LEVEL = re.compile(
    r"(?:国家|省部|省|市|区|县|街道|世界|国际|全国|镇|乡|村|社区)级|国家重点|副省级|厅级|处级|[Ａ-ＺA-Z]级|[一二三四五]级|星级"
)
KIND = re.compile(r"准|副|亚|非(?!遗|公)|民间|民营|国有|外资|内资|私人|私营")

# --- Whether it is reached --------------------------------------------------------------------------------------------

DONE = re.compile(
    r"已(?!列|写|明确|纳入|提出|定|公布|公开|载|安排|确定|部署|知|给出|经[列写明纳提定公载安确部给])|(?:完成情况|完成数|完成值|实际值|实际数|实绩)|业已|(?:完成|建成|实现|新增|达到|引进|培育|改造|建设|举办|增长|增加|突破|超过|兴建|新建|投入|到位|落地|选定)了"
    r"|实际(?:完成|增长|达到|建成|新增|为|是|引进)|截至(?:目前|年底|\d)|目前(?:已|有|为|达|共)|现已|如期完成|圆满完成|顺利完成|超额完成|完成情况(?:为|是)|去年(?:完成|增长|新增)|同比|\bhas been\b|\bhave been\b|\bwas\b|\bwere\b|\breached\b|\bachieved\b|\bgrew\b|\brose\b|\bfell\b|\bincreased\b|\bdecreased\b|(?<!be )\bcompleted\b|(?<!be )\bbuilt\b|(?<!be )\badded\b|\balready\b"
)
PLANNED = re.compile(
    r"力争|预期|预计|拟|争取|(?<!规)(?<!按)(?:计划|目标)(?!提出|写|原文|中|里|执行|报告|草案|文件|显示|明确|任务完成)|将(?!近|军)|打算|有望|准备|今后|未来|下一步|要(?=新增|实现|完成|达到|建成|增长|力争|确保|引进|突破|培育|建设)|\bwill\b|\bplans? to\b|\btarget"
)
TENTATIVE = re.compile(r"力争|争取")
NEGATION = re.compile(
    r"不(?!是|少于|低于|超过|高于|断|同|仅|止|准备|良|动产|足|含|包括|等|满|到|忘|懈|折不扣|得|久|文明|论|完全|准确|对|只|一样|一致|妨|难)|没有|没(?!收)|未(?!来|成年|就业|婚)|并非|无需|无须|禁止"
)
EXCLUDES = re.compile(r"不含|不包括|剔除|扣除|除去|除外|含(?!量|金|义|税)")

# Verbs that do something particular to a thing: not one for another.
PARTICULAR = re.compile(
    r"维修|修复|检查|排查|验收|出让|出租|销售|售出|培训|奖励|补贴|关停|迁移|搬迁|租赁|采购|购买|翻新|改造|更新|整治|评选|认定|摘牌|上市|出口|进口|报废|闲置|停用"
)
PLACE_SCOPE = re.compile(r"(?:全|我|本|该)(?P<of>国|省|市|区|县|州|旗|镇|乡)(?!级|别|域)")

# --- Words that say nothing of what is counted ------------------------------------------------------------------------

MADE_OF_SMALL_WORDS = re.compile(
    "[一二三四五六七八九十项新增添修建办做搞引留打造开启推进落完成达到要将会能该需应再更多还也都是为在这那此其所与和及并且即共总约近把让使被由从对向按依据以用于起来去出入上下中里内外前后间合一些个各每了着过得地的两有设定说写算看列给得想好]+"
)


EACH_OF = re.compile(r"每[个家条处座项所名栋场根]")
STOCK = re.compile(r"总量|保有|存量|现有|现存|累计|总规模")
GROWS_NEW = re.compile(r"新|增|添|多")
# Made of small words, and yet they say which things are counted.
# No thing is added or built that is already there.
CREATED = re.compile(r"新建|新增|新设|增设|新开工|新修|新添")
STAGES = re.compile(r"开工|竣工|投产|签约|完工|投用|出让|备案|立项")
CHANGING = frozenset(
    "地下 地上 地面 境外 境内 国外 国内 海外 省外 市外 区外 域外 室内 室外 户外 线上 线下 网上".split()
)


# 出口 is no 进出口, though the letters of the one stand in the other.
_WIDER = (
    ("出口", "进出口"),
    ("进口", "进出口"),
    ("支出", "收支"),
    ("收入", "收支"),
    ("小学", "中小学"),
    ("中学", "中小学"),
)


def only_wider(word: str, name: str) -> bool:
    """Whether a name has a word only as a part of one that means more."""
    return any(word == narrow and narrow not in name.replace(wide, "") for narrow, wide in _WIDER)


def _plain_words() -> frozenset[str]:
    folder = Path(__file__).parent
    lines = [
        line
        for name in ("plain_words.txt", "general_words.txt")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


NEUTRAL = _plain_words()
