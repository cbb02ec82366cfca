"""The units that plans count in, and how they scale. Data, not rules."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

# Measure words that count things. After a Chinese numeral only these make an amount: 两座 yes, 四级 no.
COUNTERS = (
    "个 家 项 条 根 栋 幢 座 处 所 场 户 人 名 位 件 辆 台 套 间 张 床 册 次 宗 只 头 匹 份 篇 部 首 幅 棵 株 盏 "
    "艘 架 支 队 组 对 期 页 例 起 笔 枚 块 面 枝 口 眼 站 班 门 片 趟 列 卷 款 种 类 届 章 节 桩 班次 人次 家次 辆次 "
    "架次 场次 户次 件次 标箱 标准箱 席 尾 羽 眼井 股 节课 学位 床位 泊位 方面 批次 大类 人年 剂次 航次 车次 列次 课时 学时"
).split()

MEASURES = (
    "周年 周岁 元 美元 欧元 港元 日元 英镑 人民币 公里 千米 米 英寸 厘米 毫米 微米 海里 平方公里 平方千米 平方米 平米 公顷 亩 平方厘米 "
    "立方米 立方 方 升 毫升 吨 公斤 千克 克 斤 吨标准煤 吨标煤 千瓦 千瓦时 兆瓦 兆瓦时 千伏 千伏安 度 伏 瓦 "
    "赫兹 比特 兆 卡路里 标准立方米 小时 分钟 秒 天 日 周 个月 月 年 岁 个工作日 工作日 倍 分贝 微克 毫克 摄氏度 "
    "个小时 载重吨 总吨 蒸吨 吨公里 人公里 吨级 万吨级 TEU PB TB GB MB Gbps Mbps EFLOPS PFLOPS P KW MW GW kW kWh GWh km ㎡ m² m³ km²"
).split()

PERCENT = ("%", "%", "‰", "个百分点", "百分点", "个基点", "基点", "个点")

TIME_UNITS = frozenset("周岁 小时 分钟 秒 天 日 周 周年 个月 月 年 岁 个工作日 工作日 个小时".split())

# "亿元", "万人": the scale is written with the unit and kept there.
SCALES: dict[str, Decimal] = {
    "万亿": Decimal(10) ** 12,
    "千亿": Decimal(10) ** 11,
    "百亿": Decimal(10) ** 10,
    "十亿": Decimal(10) ** 9,
    "亿": Decimal(10) ** 8,
    "千万": Decimal(10) ** 7,
    "百万": Decimal(10) ** 6,
    "十万": Decimal(10) ** 5,
    "万": Decimal(10) ** 4,
    "千": Decimal(10) ** 3,
    "百": Decimal(10) ** 2,
}

# Units that say the same thing in another size. Only exact conversions: a 亩 is not a whole number of 平方米.
_CONVERSIONS: dict[str, tuple[str, Decimal]] = {
    "%": ("%", Decimal(1)),
    "成": ("%", Decimal(10)),
    "百分点": ("个百分点", Decimal(1)),
    "个点": ("个百分点", Decimal(1)),
    "个基点": ("个百分点", Decimal("0.01")),
    "基点": ("个百分点", Decimal("0.01")),
    "人民币": ("元", Decimal(1)),
    "公里": ("米", Decimal(1000)),
    "千米": ("米", Decimal(1000)),
    "km": ("米", Decimal(1000)),
    "厘米": ("米", Decimal("0.01")),
    "平方公里": ("平方米", Decimal(1000000)),
    "平方千米": ("平方米", Decimal(1000000)),
    "km²": ("平方米", Decimal(1000000)),
    "公顷": ("平方米", Decimal(10000)),
    "平米": ("平方米", Decimal(1)),
    "㎡": ("平方米", Decimal(1)),
    "m²": ("平方米", Decimal(1)),
    "m³": ("立方米", Decimal(1)),
    "立方": ("立方米", Decimal(1)),
    "吨": ("克", Decimal(1000000)),
    "公斤": ("克", Decimal(1000)),
    "千克": ("克", Decimal(1000)),
    "斤": ("克", Decimal(500)),
    "吨标煤": ("吨标准煤", Decimal(1)),
    "标箱": ("标准箱", Decimal(1)),
    "TEU": ("标准箱", Decimal(1)),
    "个小时": ("小时", Decimal(1)),
    "个工作日": ("工作日", Decimal(1)),
    "幢": ("栋", Decimal(1)),
}

# Whole unit words that begin with a scale's character and are no scaled unit.
_WHOLE_UNITS = frozenset(unit for unit in (*MEASURES, *COUNTERS, *PERCENT) if unit[:1] in "百千万亿")


# 套（间）, 头（只）: what else is counted beside it.
_ALSO = re.compile(r"(?<=.)[（(][\u4e00-\u9fff]{1,2}[）)]$")


@lru_cache(maxsize=4096)
def base_unit(unit: str) -> tuple[str, Decimal]:
    """The unit without its scale and the factor that gets there: 亿元 is (元, 100000000).

    元/平方米 and the like keep their denominator: only the part before the stroke is scaled.
    """
    numerator, stroke, denominator = unit.replace("(", "（").replace(")", "）").partition("/")
    numerator = _ALSO.sub("", numerator)
    factor = Decimal(1)
    if numerator not in _WHOLE_UNITS:
        for scale, size in SCALES.items():
            if numerator.startswith(scale):
                numerator, factor = numerator[len(scale) :], size
                break
    name, size = _CONVERSIONS.get(numerator, (numerator, Decimal(1)))
    return name + stroke + denominator, factor * size
