"""What a figure counts: the noun behind it, the subject before it, what money is spent on."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.plan.clause_context import Found
from assistant.plan.described_item import TREATING, DescribedItem
from assistant.plan.modifiers import HUNDREDTHS, MONEY, inside_modifier, is_counted
from assistant.plan.nouns import clean, is_ownerless, noun_after, owned, predicate_after, without_generic_end
from assistant.plan.phrases import (
    VERB,
    Predicate,
    begins_with_a_verb,
    brought_about,
    is_carried_out,
    is_nominal,
    last_verb,
    owner_and_thing,
    read_predicate,
    strip_action,
    verb_at_end,
    without_adverbs,
    without_lead,
    without_verb_behind,
)
from assistant.plan.quantity import Role
from assistant.plan.roles import role_of
from assistant.plan.units import COUNTERS, TIME_UNITS, base_unit

_LEVEL = re.compile(
    r"[\s的]*(?:较低|较高|合理|历史|预期|增长|预期增长)?(?:水平|速度|增速|目标|高位|低位|区间|份额|比重|比例|优势)"
)
_BUILT_AT_END = re.compile(
    r"(?:的)?(?:建设|改造|整治|更新|修复|治理|续建|扩建|升级|提升|开工|竣工|投产|落户|落地|交付)+$"
)
_TREATED = re.compile(
    r"(?P<thing>.{0,12}?(?:企业|项目|单位|家庭|小区|街道|社区|学校|道路|农户|机构|村|户|人员|对象))(?P<done>.+)$"
)
_SPENT = re.compile(r"(?P<verb>(?:累计|计划|总)?(?:投资|投入|安排资金|筹资))$")
_CREATES = re.compile(r"新|增|建成|完成|实现|打造|培育|引进|累计|创建|建设$")
_LONGEST_SAYING = 24  # characters of what is said of a figure that names nothing: 2人获…称号
_ORGANISATION = re.compile(
    r"^[\u4e00-\u9fff“”（）]{2,14}(?:学院|大学|学校|公司|集团|中心|医院|镇|乡|街道|园区|协会|法院|银行|机场|口岸)$"
)
_OWNER_END = re.compile(r"[等共和及与]$")


class CountedItem(DescribedItem):
    """An item that says what its figure counts."""

    def read(self) -> Found:
        quantity = self.quantity
        if _LEVEL.match(self.text, quantity.end) is None and inside_modifier(self.text, quantity):
            found = self._inside_a_modifier()
            if found:
                return found
        if shared := self._measured_in_a_list():
            return shared
        if base_unit(quantity.unit)[0] in TIME_UNITS and (lasting := self._lasting()):
            return lasting
        if self._sizes_a_group():
            _, rest = strip_action(self.before)
            return Found(clean(without_adverbs(rest)), "", "descriptive", "")
        if self._is_subject_of_another():
            return self._subject_of_another()
        if share := self._share_of_what_follows():
            return share
        noun = self._noun_behind(quantity) or self._done_to_what_is_counted()
        if noun and self._counts_what_follows():
            return self._counting_what_follows(noun)
        return self._preceding()

    def _done_to_what_is_counted(self) -> tuple[str, int] | None:
        """完成1100户搬迁: what is carried out stands behind its count as a verb alone."""
        if not is_counted(self.quantity.unit) or not is_carried_out(verb_at_end(self.before)):
            return None
        verb = VERB.match(self.text, self.quantity.end)
        ends = verb is not None and (verb.end() == len(self.text) or self.text[verb.end()] in "，,、。；;")
        return (verb.group(), verb.end()) if verb and ends else None

    def _counts_what_follows(self) -> bool:
        """A noun follows: it is the thing counted, unless a whole subject with its predicate stands before."""
        before = without_adverbs(without_lead(self.before))
        action, rest = strip_action(before)
        if base_unit(self.quantity.unit)[0] in MONEY:
            handled = bool(action) or re.fullmatch(r"[对将把用给]", before)
            return bool(handled) and not without_adverbs(rest.strip("对将把用给")) and _SPENT.search(before) is None
        predicate = read_predicate(self.before)
        return not predicate.change or predicate.subject == self.before

    def _counting_what_follows(self, noun: tuple[str, int]) -> Found:
        words, end = noun
        before = without_lead(self.before)
        action, rest = strip_action(before)
        rest = without_adverbs(rest)
        treated = _TREATED.match(words)
        if before.startswith("对") and not action and treated:
            return Found(treated.group("thing"), treated.group("done").removeprefix("的"), self._role("", None), "")
        closing = verb_at_end(rest)
        if closing and (closing == rest or not is_nominal(closing)):
            owner_before = rest[: -len(closing)]
            action, rest = action or last_verb(rest), owner_before if _ORGANISATION.search(owner_before) else ""
        role = self._role(words, None)
        following = self._following_start(self.quantity)
        if words.endswith("的") or (end < following < len(self.text) and self.text[end:following] == "的"):
            return Found(clean(words), action, "descriptive", "")
        if not action:
            action = self._shared_action()
        built = _BUILT_AT_END.search(words)
        if role == "descriptive" or self._named_beside(rest):
            if built and built.start() >= 2:
                action, words = f"{action}{built.group()}", words[: built.start()]
            return Found(clean(self._one_named(words)), action, "descriptive", "")
        whole = action in ("新增", "新建", "完成", "实施") or (built and built.group() in action)
        if built and built.start() >= 2 and not whole:
            words = words[: built.start()]
            action = f"{action}{built.group()}" if action else built.group()
        owner = clean(re.sub(r"(?:等|共|及其|以及|[和及与、的])+$", "", rest)) if _names_an_owner(rest) else ""
        words = self._followed_up((words, end)) if len(words) <= 2 and not owner else words
        return Found(clean(without_generic_end(owned(owner, words))), action, role, "")

    def _one_named(self, words: str) -> str:
        """过境免签 of 144小时过境免签等政策."""
        return (
            re.split(r"(?<=[\u4e00-\u9fff])等(?=[\u4e00-\u9fff])", words)[0]
            if base_unit(self.quantity.unit)[0] in TIME_UNITS
            else words
        )

    def _named_beside(self, rest: str) -> bool:
        """两个 in 水果湖闸、茶港两个管控分区: a count of the things just named."""
        quantity = self.quantity
        names = [name for name in re.split(r"[、和及与]", rest) if name]
        if rest.endswith("等") or quantity.unit not in COUNTERS:
            return False
        if quantity.value == len(names) and len(names) > 1:
            return True
        return "、" in rest and not re.search(r"\d", quantity.text) and not verb_at_end(rest)

    def _preceding(self) -> Found:
        quantity, before = self.quantity, self.before
        if spent := self._spent(before):
            return spent
        following = self._following()
        between = self.text[quantity.end : following.start] if following is not None else ""
        predicate = read_predicate(before, between if len(between) < _LONGEST_SAYING else "")
        behind, stem = without_verb_behind(predicate.subject)
        action = ""
        if predicate.change and not predicate.reached and quantity.unit not in HUNDREDTHS and is_carried_out(stem):
            predicate = Predicate(before)  # 实施道路照明提升100条
            action, noun = strip_action(before)
        elif predicate.change:
            if "、" in stem and begins_with_a_verb(stem) and not stem.startswith(("实现", "推动", "促进", "保持")):
                stem = stem.rpartition("、")[2]
            noun = brought_about(stem)
        elif quantity.unit in HUNDREDTHS or quantity.qualifier_text.startswith(("控制", "保持", "稳定")):
            noun = brought_about(stem)
            verb, rest = strip_action(stem)
            if noun == without_lead(stem) and not is_nominal(verb) and not behind:
                action, noun = verb, rest
        elif behind:
            action, noun = behind, brought_about(stem)
        else:
            action, noun = strip_action(stem)
            if split := owner_and_thing(noun):
                owner, verb, thing = split
                action, noun = action or verb, owned(owner, thing)
        noun = clean(without_adverbs(noun))
        noun = self._named(noun, action, predicate)
        role = self._role(noun, predicate)
        self.context.members = ()
        if noun in self.context.bases:
            return Found(noun, "", role, "")
        return Found(noun, predicate.change or behind or action or self._shared_action(noun), role, "")

    def _named(self, noun: str, action: str, predicate: Predicate) -> str:
        """The noun made complete from what was named before."""
        topic, quantity_end = self.context.topic(), self.quantity.end
        if self.context.subject_until == self.start:
            topic = self.context.found[-1].indicator
            if noun and not is_ownerless(noun):
                return owned(topic, noun)
        if not noun:
            if action and topic and not predicate.change and not _CREATES.search(action) and self._goes_on():
                thing = self.context.bases.get(topic, strip_nominal(topic))  # 收储1000宗、交易400宗
                self.context.bases[f"{thing}{action}"] = thing
                return f"{thing}{action}"
            return topic or clean(predicate_after(self.text, quantity_end)[:_LONGEST_SAYING]) or action
        if re.match(r"占(?!地(?!区)|用|道|领)", noun) and topic:
            return f"{topic}{noun}"
        if is_ownerless(noun):
            return owned(self.context.bases.get(topic, topic), noun)
        if self._is_part_of_the_topic(noun, topic):
            return f"{noun}{topic}"
        return noun

    def _goes_on(self) -> bool:
        """Whether the figure goes on about what the last one counted, in the same unit."""
        return self.previous is not None and base_unit(self.previous.unit)[0] == base_unit(self.quantity.unit)[0]

    def _is_part_of_the_topic(self, noun: str, topic: str) -> bool:
        """其中乡村150个: a part of what was counted, in the same unit, that says no thing of its own."""
        lead = self.text[self.part_start : self.quantity.start]
        if not lead.lstrip().startswith("其中") or self.previous is None or not topic or len(noun) > 4:
            return False
        # 退税减税…,其中留抵退税 says a whole thing of its own.
        named = any(noun[at : at + 2] in topic for at in range(len(noun) - 1))
        return self._goes_on() and self.quantity.unit not in HUNDREDTHS and not named

    def _spent(self, before: str) -> Found | None:
        """投资1100万元新建污水管线: what the money is spent on stands behind it."""
        match = _SPENT.search(before)
        if match is None or base_unit(self.quantity.unit)[0] not in MONEY:
            return None
        subject = clean(without_adverbs(without_lead(before[: match.start()])))
        if subject and not is_ownerless(subject) and not begins_with_a_verb(subject):
            return None
        after = predicate_after(self.text, self.quantity.end)
        treating = TREATING.match(self.text, self.quantity.end)
        if treating:
            return Found(
                f"{treating.group('thing')}{treating.group('done')}{match.group('verb')}",
                match.group("verb"),
                "amount",
                "",
            )
        spent_for = re.match(r"(?:用于|支持|为[^,，]{1,12}?(?=(?:配置|建设|购置|安装|新建|改造)))", after)
        begin = self.quantity.end + (spent_for.end() if spent_for else 0)
        verb = VERB.match(self.text, begin)
        if verb is None and spent_for is None:
            return None
        begin = verb.end() if verb else begin
        following = self._following()
        if following is not None and following.start == begin:
            begin = following.end
        noun = noun_after(self.text, begin, self._following_start(replace(self.quantity, end=begin)))
        return Found(f"{noun[0]}{match.group('verb')}", match.group("verb"), "amount", "") if noun else None

    def _shared_action(self, noun: str = "") -> str:
        """The verb of the list that this item belongs to: 新增A2000个、B8个 gives B 新增. 绿化 of 绿化覆盖率 is none."""
        if self.listed and self.context.found:
            last = self.context.found[-1]
            return last.action if last.role not in ("change", "to", "from") else ""
        action = strip_action(self.text[self.part_start : self.quantity.start])[0]
        return action if not noun.startswith(action) else ""

    def _role(self, indicator: str, predicate: Predicate | None) -> Role:
        return role_of(self.text, self.quantity, self.before, indicator, predicate)


def strip_nominal(topic: str) -> str:
    """A topic without the verb that it was named with: 生态产品 of 生态产品收储."""
    verb = verb_at_end(topic)
    return topic[: -len(verb)] if verb and len(topic) - len(verb) >= 2 else topic


def _names_an_owner(rest: str) -> bool:
    """Whether the words before a figure own the noun behind it (城区23条主干道) rather than list what it counts."""
    return bool(rest) and "、" not in rest and not _OWNER_END.search(rest) and len(rest) <= 16
