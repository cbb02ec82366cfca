"""Figures that describe a noun instead of counting it, and what kinds of units there are for that."""

from __future__ import annotations

import re

from assistant.plan.nouns import noun_after
from assistant.plan.phrases import VERB
from assistant.plan.quantity import Quantity
from assistant.plan.units import COUNTERS, base_unit

MONEY = ("元", "美元", "港元", "欧元", "日元", "英镑", "人民币")
DIMENSIONS = frozenset("英寸 千伏 伏 赫兹 蒸吨 吨级 万吨级 厘米 毫米 微米".split())  # how large one thing is
HUNDREDTHS = frozenset("% ‰ 个百分点 百分点 倍 成".split())

_GOES_ON = re.compile(r"并|且|和|及|，|、")
_OF_THAT_SIZE = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:企业|项目|产业|集群|园区|平台|城市|县|镇|村)(?!投资|营收|产值)")


def is_counted(unit: str) -> bool:
    """Whether a unit counts things one by one."""
    return base_unit(unit)[0].partition("（")[0] in COUNTERS


def inside_modifier(text: str, quantity: Quantity) -> bool:
    """Whether the figure only describes a noun that comes: 床位在100张以上的…, 亿元以上…项目."""
    if quantity.kind == "threshold":
        return True
    if text.startswith("的", quantity.end):
        return True
    limits = quantity.text.endswith(("以上", "以下", "以内"))
    if (
        not limits
        and not re.search(r"[\d一二两三四五六七八九]", quantity.text)
        and base_unit(quantity.unit)[0] in MONEY
    ):
        return noun_after(text, quantity.end, len(text)) is not None  # 超亿元企业
    if quantity.text[:1] in "超过" and base_unit(quantity.unit)[0] in MONEY and _OF_THAT_SIZE.match(text, quantity.end):
        return True  # 超50亿元项目
    counts = is_counted(quantity.unit) and quantity.text.endswith("以上")
    if not limits or counts or _GOES_ON.match(text, quantity.end):
        return False
    behind = text[quantity.end : quantity.end + 1]
    return bool(re.match(r"[\u4e00-\u9fff“]", behind)) and VERB.match(text, quantity.end) is None
