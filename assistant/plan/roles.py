"""The part that a figure plays: an amount, a change, what is left or reached, a share, a description."""

from __future__ import annotations

import re

from assistant.plan.modifiers import DIMENSIONS, HUNDREDTHS
from assistant.plan.phrases import Predicate
from assistant.plan.quantity import Quantity, Role
from assistant.plan.units import TIME_UNITS, base_unit

_EXISTING = re.compile(r"(?:全[区市县省国]|现有|共有|已有|辖区|辖)$")
# 完成全省1000所学校周边治理: what is done to all of them is aimed at.
_CARRIED_OUT = re.compile(r"(?:全面|基本)?(?:完成|实现|改造|整治|升级|新建|建成)")
_SHARE = re.compile(r"(?:占(?![地用道领])|比重|占比)[^,，;；。]{0,24}$")
_NAMED_BY_TIME = re.compile(r"(?:寿命|天数|年龄|时间|时长|时限|期限|年限|周期|学时|课时|日数)$")
_OF_A_DOCUMENT = re.compile(r"(?:实事|举措|措施|任务|内容|工作|改革|计划|制度|政策|问题|活动|方案|体系|机制)")
_GROWTH_NOUN = re.compile(r"[增涨降][速幅]$|增长率$")
_GROWS = re.compile(r"的?(?:增长|增幅|增速)")
_TAKEN_AS = re.compile(r"[^、]{0,6}以|以")  # 以1条产业链为切入点


def role_of(text: str, quantity: Quantity, before: str, indicator: str, predicate: Predicate | None) -> Role:
    """The part of a figure. `before` are the words of its own before it; `predicate` is what they say of a subject, None
    where the thing counted stands behind the figure."""
    if quantity.kind == "rank":
        return "rank"
    if quantity.kind in ("ratio", "threshold"):
        return "descriptive"
    if predicate is not None and (predicate.left or predicate.change):
        return _of_a_change(quantity, indicator, predicate)
    if _describes(quantity, before, indicator, behind=predicate is None):
        return "descriptive"
    grows = _GROWTH_NOUN.search(indicator) or _GROWS.match(text, quantity.end)
    if grows and quantity.unit in HUNDREDTHS and predicate is not None:
        return "change"
    of_a_whole = quantity.unit in HUNDREDTHS or not quantity.unit
    return "share" if of_a_whole and (_SHARE.search(indicator) or _SHARE.search(before)) else "amount"


def _of_a_change(quantity: Quantity, indicator: str, predicate: Predicate) -> Role:
    if predicate.left:
        return "from"
    if predicate.reached and _SHARE.search(indicator) and quantity.unit not in ("个百分点", "百分点"):
        return "share"
    return "to" if predicate.reached else "change"


def _describes(quantity: Quantity, before: str, indicator: str, *, behind: bool) -> bool:
    """Whether the figure says how long or large something is, or counts what exists or what a document lists."""
    unit = base_unit(quantity.unit)[0]
    if unit in TIME_UNITS and not _NAMED_BY_TIME.search(indicator):
        return True
    if unit in DIMENSIONS or quantity.unit in ("方面", "大类", "批次"):
        return True
    if not behind:
        return False
    spelled = re.search(r"\d", quantity.text) is None
    listed = spelled and _OF_A_DOCUMENT.search(indicator[-4:]) is not None
    existing = _EXISTING.search(before) is not None and _CARRIED_OUT.match(before) is None
    return listed or existing or _TAKEN_AS.match(before) is not None
