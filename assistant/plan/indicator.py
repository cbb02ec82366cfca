"""The words around a figure: what is counted, what is done to it, what part the figure plays.

The rules know the grammar of plans, never a plan's indicators. A clause is cut at its punctuation into
stretches. In a stretch the thing counted stands before the figure (公共停车位2000个), or right behind it (27.2公里电力通道);
a verb holds for all items of a list joined by 、.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.plan.quantity import Quantity, Role
from assistant.plan.units import TIME_UNITS, base_unit
from assistant.plan.verbs import (
    ACTION_ANYWHERE,
    LEADING_ACTION,
    LEADING_FILLER,
    TRAILING_ACTION,
    TRAILING_CHANGE,
    TRAILING_FILLER,
    TRAILING_QUALIFIER,
    is_to,
)


class Earlier(Protocol):
    """A row of the same clause that has been read already."""

    @property
    def indicator(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def role(self) -> Role: ...


@dataclass(frozen=True)
class Found:
    """What stands around a figure. `qualifier_text` are the figure's qualifier words with a 力争 that stands further off."""

    indicator: str
    action: str
    role: Role
    qualifier_text: str


_STOPS = ",，;；。:：!！?？\n"
_MODIFIER_END = re.compile(r"^(?:的|以上的|以下的)")
_OWNERLESS = re.compile(
    r"^(?:年度)?(?:计划|实际|预计|完成|总|累计)?(?:年度)?(?:计划|完成)?(?:总)?投资(?:额)?$|^(?:总|占地|建筑|总建筑)?面积$|^(?:总)?规模$|^增[速幅]$|^占比$|^总[量额数]$"
)
_EXISTING = re.compile(r"(?:全[区市县省国]|现有|共有|已有|辖区|辖)$")
_NOUN_END = re.compile(
    r"[,，;；。:：!！?？、\s(（]|开展|进行|予以|给予|实现|达到|增长|得到|投入|完成|启动|开工|竣工|投产|落地|日常|全部|以及|并|,"
)
_BUILDS_AT_END = re.compile(
    r"(?:的)?(?:建设|改造|整治|更新|修复|治理|续建|扩建|升级|提升|开工|竣工|投产|落户|落地|交付)+$"
)
_TREATED = re.compile(
    r"(?P<thing>.{0,12}?(?:企业|项目|单位|家庭|小区|街道|社区|学校|道路|农户|机构|村|户|人员|对象))(?P<done>.+)$"
)
_SHARE = re.compile(r"(?:占|比重|比例)[^,，;；。]{0,8}$")
_BRINGS_ABOUT = re.compile(r"^(?:实现|完成|推动|促进|保持|带动|力促)(?:了)?(?:全[年区市县省])?")
_HOPE = re.compile(r"力争|确保|争取")


def read_indicator(text: str, quantities: tuple[Quantity, ...], index: int, earlier: Sequence[Earlier]) -> Found:
    """What one of a clause's quantities counts. `earlier` are the clause's rows before it, in order: an item of a list
    takes its verb, and a figure that names nothing takes its indicator, from them."""
    return _Reader(text, quantities, index, earlier).read()


class _Reader:
    """Reads the words around one quantity of a clause."""

    def __init__(self, text: str, quantities: tuple[Quantity, ...], index: int, earlier: Sequence[Earlier]) -> None:
        self.text = text
        self.quantities = quantities
        self.quantity = quantities[index]
        self.previous = quantities[index - 1] if index else None
        self.earlier = earlier
        self.stretch_start = self._stretch_start()
        self.before = text[self.stretch_start : self.quantity.start]
        self.after = self._after()

    def _stretch_start(self) -> int:
        start = max((self.text.rfind(stop, 0, self.quantity.start) for stop in _STOPS), default=-1) + 1
        if self.previous and self.previous.end > start and not self._inside_modifier(self.previous):
            start = self.previous.end
            noun = self._noun_behind(self.previous)
            if noun and noun[1] <= self.quantity.start:
                start = noun[1]
        bullet = re.match(r"[\s—\-–•·●◆■□]+", self.text[start : self.quantity.start])
        return start + bullet.end() if bullet else start

    def _after(self) -> str:
        """The words behind the figure, up to the end of the stretch."""
        tail = self.text[self.quantity.end :]
        stop = re.search(r"[,，;；。:：!！?？]", tail)
        return tail[: stop.start()] if stop else tail

    def _inside_modifier(self, quantity: Quantity) -> bool:
        """Whether the figure only describes a noun that comes: 床位在100张以上的…, 亿元以上…项目."""
        behind = self.text[quantity.end :]
        if quantity.kind == "threshold":
            return True
        if _MODIFIER_END.match(behind):
            return True
        limits = quantity.text.endswith(("以上", "以下", "以内"))
        return limits and bool(re.match(r"[\u4e00-\u9fff“]", behind)) and not LEADING_ACTION.match(behind)

    def _noun_behind(self, quantity: Quantity) -> tuple[str, int] | None:
        """(noun, its end in the text) where the thing counted follows the figure: 27.2公里电力通道."""
        if quantity.unit in ("%", "‰", "个百分点", "百分点", "倍", "元", "") or base_unit(quantity.unit)[0] in (
            "元",
            "美元",
        ):
            return None
        begin = quantity.end
        behind = self.text[begin:]
        # 3个床位在100张以上的综合体: the noun comes after the modifier.
        modifier = re.match(r"[^,，;；。、]{0,14}?\d[^,，;；。、]{0,10}?的", behind)
        if modifier:
            begin += modifier.end()
            behind = self.text[begin:]
        if not re.match(r"[\u4e00-\u9fffA-Za-z“（(《]", behind) or behind.startswith(
            ("的", "以上", "以下", "左右", "和", "及", "与")
        ):
            return None
        action = LEADING_ACTION.match(behind)
        if action and not re.match(
            r"[\u4e00-\u9fff]{0,6}(?:企业|项目|平台|中心|基地|活动|服务|设施|工程)", behind[action.end() :]
        ):
            return None
        limit = self._following_start(quantity) - begin
        end = min(_noun_end(behind), limit) if limit > 0 else _noun_end(behind)
        noun = TRAILING_FILLER.sub("", behind[:end])
        return (noun, begin + end) if len(noun) >= 2 else None

    def _following_start(self, quantity: Quantity) -> int:
        """Where the next figure of the clause begins."""
        return next((q.start for q in self.quantities if q.start >= quantity.end), len(self.text))

    def read(self) -> Found:
        hope = _HOPE.search(self.text[self._clause_part_start() : self.quantity.start])
        words = self.quantity.qualifier_text
        if hope and hope.group() not in words:
            words = f"{hope.group()}…{words}" if words else hope.group()
        found = self._find()
        role = self._role(found)
        return Found(found.indicator, found.action, role, words)

    def _clause_part_start(self) -> int:
        return max((self.text.rfind(stop, 0, self.quantity.start) for stop in ",，;；。:："), default=-1) + 1

    def _find(self) -> Found:
        before = LEADING_FILLER.sub("", self.before, count=1) if LEADING_FILLER.match(self.before) else self.before
        before = before.lstrip("、和及与以并 ")
        if self._inside_modifier(self.quantity):
            return self._described(before)
        noun = self._noun_behind(self.quantity)
        if noun and self._counts_what_follows(before):
            return self._following(before, noun[0])
        return self._preceding(before)

    def _described(self, before: str) -> Found:
        """床位在100张以上的综合体: what is measured (床位) of what (综合体); 亿元以上服务业项目: 服务业项目."""
        behind = _MODIFIER_END.sub("", self.text[self.quantity.end :], count=1)
        limit = self._following_start(self.quantity) - (len(self.text) - len(behind))
        end = min(_noun_end(behind), limit) if limit > 0 else _noun_end(behind)
        owner = TRAILING_QUALIFIER.sub("", TRAILING_FILLER.sub("", behind[:end]))
        measured = TRAILING_FILLER.sub("", strip_action(before)[1]).strip(" 、")
        return Found(f"{owner}{measured}" if len(measured) <= 8 else owner, "", "descriptive", "")

    def _counts_what_follows(self, before: str) -> bool:
        """A noun follows: it is the thing counted when nothing but a verb or an enumeration stands before."""
        rest = strip_action(before)[1]
        rest = TRAILING_FILLER.sub("", rest)
        if not rest or rest in ("对", "为", "向", "给", "用", "以"):
            return True
        if "、" in rest or rest.endswith("等"):
            return True
        # 完成…两个管控分区共5.3平方公里海绵城市建设; 强化全区354条道路
        return self.before.endswith(("共", "等", "的", "对", "全区", "全市", "全县", "全省")) or bool(
            ACTION_ANYWHERE.search(before[-4:])
        )

    def _following(self, before: str, noun: str) -> Found:
        action = strip_action(before)[0] or _last_action(before)
        built = _BUILDS_AT_END.search(noun)
        treated = _TREATED.match(noun)
        if before.startswith("对") and treated:
            return Found(treated.group("thing"), treated.group("done").removeprefix("的"), "amount", "")
        if not action:
            action = self._shared_action()
        indicator = noun
        if built and built.start() >= 2:
            indicator = noun[: built.start()]
            if action not in ("新增", "新建", "完成") and built.group() not in action:
                action = f"{action}{built.group()}" if action else built.group()
            elif action == "完成":
                indicator = noun
        return Found(indicator, action, "amount", "")

    def _preceding(self, before: str) -> Found:
        stem, change = before, ""
        trailing = TRAILING_CHANGE.search(stem)
        if trailing:
            change, stem = trailing.group(), stem[: trailing.start()]
        stem = TRAILING_FILLER.sub("", stem)
        done = TRAILING_ACTION.search(stem)
        if done:
            action, noun = done.group(), stem[: done.start()]
        elif change:
            # What grows is a noun even where it begins like a verb: 研发投入增长12%.
            action, noun = "", _BRINGS_ABOUT.sub("", LEADING_FILLER.sub("", stem, count=1), count=1)
        else:
            action, noun = strip_action(stem)
        noun = TRAILING_FILLER.sub("", noun)
        noun = noun.strip(" 、“”") if noun.count("“") != noun.count("”") else noun.strip(" 、")
        noun = re.sub(r"^(?:的|对|把|将|使|让)", "", noun)
        if not noun and action and not change:
            # Only a verb stands there: 新增3家, of what was named before.
            noun = self._inherited()
        elif not noun:
            noun = self._inherited()
        elif _OWNERLESS.match(noun):
            owner = self._inherited()
            noun = f"{owner}{noun}" if owner and not noun.startswith(owner) else noun
        if change:
            return Found(noun, change, "change", "")
        return Found(noun, action or self._shared_action(), "amount", "")

    def _inherited(self) -> str:
        """The indicator named last in this clause."""
        return next(
            (row.indicator for row in reversed(self.earlier) if row.role != "descriptive" and row.indicator), ""
        )

    def _shared_action(self) -> str:
        """The verb of the list that this item belongs to: 新增A2000个、B8个 gives B 新增."""
        same_part = self.previous is not None and self.previous.end >= self._clause_part_start()
        if self.earlier and self.previous and same_part and re.match(r"\s*[、和及与]", self.text[self.previous.end :]):
            return self.earlier[-1].action
        return strip_action(self.text[self._clause_part_start() : self.quantity.start])[0]

    def _role(self, found: Found) -> Role:
        quantity = self.quantity
        if quantity.kind == "rank":
            return "rank"
        if self._inside_modifier(quantity) or quantity.kind == "ratio":
            return "descriptive"
        if base_unit(quantity.unit)[0] in TIME_UNITS:
            return "descriptive"
        if _EXISTING.search(self.before) and not found.action.startswith("新"):
            return "descriptive"
        if self._names_stand_beside():
            return "descriptive"
        if found.role == "change":
            if re.search(rf"[由从][^,，;；。]*{re.escape(found.action)}$", self.before) or is_to(found.action):
                return "to"
            return "change"
        if re.search(r"[由从]$", self.before.rstrip()):
            return "from"
        if re.search(r"增[速幅]", found.indicator) or (quantity.unit in ("%", "个百分点") and "增" in found.action):
            return "change"
        if quantity.unit in ("%", "‰", "成") and _SHARE.search(self.before):
            return "share"
        return "amount"

    def _names_stand_beside(self) -> bool:
        """两个 in 水果湖闸、茶港两个管控分区: a count of the things just named, in Chinese numerals."""
        if re.search(r"\d", self.quantity.text):
            return False
        listed = self.before.rstrip()
        return "、" in listed and not ACTION_ANYWHERE.search(listed[-4:]) and bool(self.after)


def _noun_end(words: str) -> int:
    """Where the noun phrase that begins here ends."""
    depth = 0
    for position, character in enumerate(words):
        if character in "“《（(":
            depth += 1
        elif character in "”》）)":
            depth = max(0, depth - 1)
        elif depth == 0:
            if character == "、":
                # 传统企业智能化、数字化改造; 主干道、次干道…道路: a list inside the noun unless a figure or a verb follows.
                tail = re.match(r"、[^,，;；。:：!！?？、]*", words[position:])
                if tail is None or re.search(r"\d", tail.group()) or LEADING_ACTION.match(tail.group()[1:]):
                    return position
                continue
            match = _NOUN_END.match(words, position)
            if match:
                return position
    return len(words)


def strip_action(words: str) -> tuple[str, str]:
    """(action, rest): fillers and verbs taken from the front of some words."""
    rest = words.lstrip("、和及与并 ")
    filler = LEADING_FILLER.match(rest)
    if filler:
        rest = rest[filler.end() :]
    action = LEADING_ACTION.match(rest)
    if action is None:
        return "", rest
    tail = rest[action.end() :]
    filler = LEADING_FILLER.match(tail)
    if filler:
        tail = tail[filler.end() :]
    return action.group(), tail


def _last_action(words: str) -> str:
    found = list(LEADING_ACTION.finditer(words))
    return found[-1].group() if found else ""
