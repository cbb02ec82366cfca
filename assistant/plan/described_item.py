"""Figures that describe: inside a modifier, the length of a time, a count that another figure says something of."""

from __future__ import annotations

import re

from assistant.plan.clause_context import LIST_SIGN, STOP, Found
from assistant.plan.each import is_measure, without_measure
from assistant.plan.item import Item
from assistant.plan.modifiers import HUNDREDTHS, is_counted
from assistant.plan.nouns import clean, head_of, is_ownerless, noun_after, predicate_after, without_generic_end
from assistant.plan.phrases import (
    VERB,
    begins_with_a_verb,
    brought_about,
    last_verb,
    read_predicate,
    strip_action,
    verb_at_end,
    without_adverbs,
    without_conjunction,
    without_lead,
)
from assistant.plan.units import TIME_UNITS, base_unit

_MODIFIER_END = re.compile(r"的|以上的|以下的")
TREATING = re.compile(
    r"(?:时间)?(?:对|把|将|为)(?P<thing>[^,，;；。]{2,40}?)(?:进行|实施|开展|予以)(?P<done>[\u4e00-\u9fff]{2,6})"
)


class DescribedItem(Item):
    """An item whose figure may describe something."""

    def _inside_a_modifier(self) -> Found | None:
        """床位在100张以上的综合体: what is measured (床位) of what (综合体); 亿元以上服务业项目: 服务业项目."""
        quantity = self.quantity
        begin = quantity.end
        linked = _MODIFIER_END.match(self.text, begin)
        begin = linked.end() if linked else begin
        if self.text.startswith("级", begin):
            begin += 1
        noun = noun_after(self.text, begin, self._following_start(quantity))
        if noun is None:
            return None
        owner = without_generic_end(noun[0]) if linked else noun[0]
        owner = re.sub(r"(?:占比|比重|比例)$", "", owner)
        before = without_conjunction(self.before)
        verb, rest = strip_action(before)
        direct = not rest or ends_in(rest, verb_at_end(rest)) or rest.endswith(("和", "及", "与"))
        if quantity.unit == "%" and linked:
            return Found(self._followed_up(noun), verb, "share", "")
        beside_a_count = self.previous is not None and self.previous.end == quantity.start
        is_size = quantity.kind == "threshold" or not linked
        if direct and linked and not is_size and not beside_a_count:
            # 组建20亿元的基金, 完成800户的改造任务: the figure is the thing's own.
            return Found(owner, verb or last_verb(before), "amount", "")
        if (direct and is_size) or not rest:
            goes_on = (self.listed or beside_a_count) and self.context.measured_in == self.part_start
            measured = self.context.measured if goes_on else ""
            return Found(f"{head_of(owner) if is_size else owner}{measured}", "", "descriptive", "")
        measured = clean(
            without_adverbs(rest.rpartition("、")[2] if begins_with_a_verb(before) or "、" in rest else rest)
        )
        measured = re.sub(r"^(?:一批|一系列|各[种类])", "", strip_action(measured)[1] or measured)
        says_how = quantity.text[:1] in "超在达不低高突约近" or self.text.startswith("在", quantity.start - 1) or linked
        if says_how or is_ownerless(measured) or is_measure(measured):
            measured = re.sub(r"在$", "", measured)
            self._remember(measured if len(measured) <= 8 else "")
            return Found(f"{owner}{measured}" if len(measured) <= 8 else owner, "", "descriptive", "")
        return Found(f"{measured}{owner}" if len(measured) <= 16 else owner, "", "descriptive", "")

    def _measured_in_a_list(self) -> Found | None:
        """6个产值超100亿元、4个超50亿元的产业集群: the 的 that makes a modifier of it stands behind the list."""
        previous = self.previous
        if previous is None or not is_counted(previous.unit) or is_counted(self.quantity.unit):
            return None
        between = self.text[previous.end : self.quantity.start]
        behind = re.compile(r"[^,，;；。]{0,24}?的(?P<thing>[\u4e00-\u9fff“”]+)").match(self.text, self.quantity.end)
        if behind is None or len(between) > 6 or VERB.match(between) or LIST_SIGN.match(between) or "的" in between:
            return None
        if not LIST_SIGN.match(self.text, self.quantity.end) and not self.text.startswith("的", self.quantity.end):
            return None
        noun = noun_after(self.text, behind.start("thing"), len(self.text))
        self._remember(re.sub(r"[在达]$", "", between) or self.context.measured)
        return Found(f"{noun[0] if noun else ''}{self.context.measured}", "", "descriptive", "")

    def _share_of_what_follows(self) -> Found | None:
        """60%菜市达到标准: a share of what stands behind it, with what is said of that."""
        if self.quantity.unit != "%" or without_lead(self.before):
            return None
        noun = noun_after(self.text, self.quantity.end, self._following_start(self.quantity))
        return Found(self._followed_up(noun), "", "share", "") if noun else None

    def _lasting(self) -> Found | None:
        """连续3年全省第一, 用三年时间对旧房进行改造: how long something is so or takes."""
        if self.before.endswith("连续"):
            subject = clean(without_adverbs(brought_about(self.before.removesuffix("连续"))))
            said = strip_action(predicate_after(self.text, self.quantity.end))[1]
            return Found(subject or self.context.topic() or said, "", "descriptive", "")
        treating = TREATING.match(self.text, self.quantity.end)
        if treating:
            return Found(f"{treating.group('thing')}{treating.group('done')}", "", "descriptive", "")
        return None

    def _sizes_a_group(self) -> bool:
        """收入10—50万元群体比例提高2个百分点: a measure between two nouns, the second of which changes."""
        following = self._following()
        if following is None or is_counted(self.quantity.unit) or self.quantity.unit in HUNDREDTHS:
            return False
        between = self.text[self.quantity.end : following.start]
        if STOP.search(between) or not re.match(r"[\u4e00-\u9fff]{2}", between) or LIST_SIGN.match(between):
            return False
        if VERB.match(between) or not strip_action(self.before)[1]:
            return False
        changed = read_predicate(between)
        return bool(changed.change and changed.subject)

    def _is_subject_of_another(self) -> bool:
        """16项问题已整改7项: a count at the head of a part of which another figure says something."""
        quantity = self.quantity
        following = self._following()
        if following is None or not is_counted(quantity.unit) or self.listed or quantity.kind != "amount":
            return False
        if base_unit(quantity.unit)[0] in TIME_UNITS or following.kind in ("threshold", "rank"):
            return False
        between = self.text[quantity.end : following.start]
        if len(between) < 3 or STOP.search(between) or re.search(r"[、和及与]|的$", between):
            return False
        before = without_lead(without_conjunction(self.before))
        if before and (begins_with_a_verb(before) or verb_at_end(before)):
            return False
        return noun_after(self.text, quantity.end, following.start) is not None

    def _subject_of_another(self) -> Found:
        noun = noun_after(self.text, self.quantity.end, self.context.quantities[self.index + 1].start)
        assert noun is not None
        before = without_lead(self.before)
        owner = "" if "、" in before else clean(before)
        self.context.subject_until = noun[1]
        return Found(f"{owner}{without_measure(head_of(noun[0]))}", "", "descriptive", "")

    def _followed_up(self, noun: tuple[str, int]) -> str:
        """A noun too short to be understood, with what is said of it: 3个县通过评估 counts 通过评估的县."""
        words, end = noun
        said = predicate_after(self.text, end)
        if len(words) > 2 and "（" not in words:
            return words
        if not said or not re.match(r"[\u4e00-\u9fff]", said) or said.startswith(("的", "和", "等", "以")):
            return words
        said = re.sub(r"^(?:均|已|全部|都|正在)+", "", said)
        return f"{said}{words}" if len(said) <= 2 else f"{said}的{words}"

    def _remember(self, measured: str) -> None:
        self.context.measured, self.context.measured_in = measured, self.part_start


def ends_in(words: str, verb: str) -> bool:
    return bool(verb) and words.endswith(verb)
