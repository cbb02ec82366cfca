"""The words around a clause's figures: what is counted, what is done to it, what part each figure plays.

The rules know the grammar of plans, never a plan's indicators. A clause is cut at its punctuation into parts, a part
into the items of a list. In an item the thing counted stands before the figure (公共停车位2000个), or right behind it
(27.2公里电力通道); a verb holds for all items of a list joined by 、, and an item that names nothing is about what was
named before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.plan.each import is_measure, members_of, without_measure
from assistant.plan.nouns import (
    clean,
    head_of,
    is_ownerless,
    noun_after,
    owned,
    predicate_after,
    without_generic_end,
)
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
    without_conjunction,
    without_lead,
    without_verb_behind,
)
from assistant.plan.quantity import Quantity, Role
from assistant.plan.units import COUNTERS, TIME_UNITS, base_unit


@dataclass(frozen=True)
class Found:
    """What stands around a figure. `qualifier_text` are the figure's qualifier words with a 力争 that stands further off."""

    indicator: str
    action: str
    role: Role
    qualifier_text: str


def read_indicators(text: str, quantities: tuple[Quantity, ...]) -> tuple[Found, ...]:
    """What each of a clause's quantities counts, in order."""
    return _Reader(text, quantities).read()


_STOP = re.compile(r"[,，;；。:：!！?？\n]")
_BULLET = re.compile(r"[\s—\-–•·●◆■□]+|\d{1,3}(?:[．、]|\.(?!\d))\s*|[(（]\d{1,2}[)）]\s*")
_LIST_SIGN = re.compile(r"\s*(?:、|以及|[和及与])\s*")
_HOPE = re.compile(r"力争|确保|争取")
_MODIFIER_END = re.compile(r"的|以上的|以下的")
# 5个百亿级、10个30亿级项目: sizes before the noun that they share.
_SIZES_LISTED = re.compile(r"[\d.十百千]+[万亿]+元?级(?:[、和][\d.]+[个家项][\d.十百千]+[万亿]+元?级)+")
_LEVEL = re.compile(
    r"[\s的]*(?:较低|较高|合理|历史|预期|增长|预期增长)?(?:水平|速度|增速|目标|高位|低位|区间|份额|比重|比例|优势)"
)
_EXISTING = re.compile(r"(?:全[区市县省国]|现有|共有|已有|辖区|辖)$")
_SHARE = re.compile(r"(?:占(?![地用道领])|比重|占比)[^,，;；。]{0,24}$")
_MONEY = ("元", "美元", "港元", "欧元", "日元", "英镑", "人民币")
_DIMENSIONS = frozenset("英寸 千伏 伏 赫兹 蒸吨 吨级 万吨级 厘米 毫米 微米".split())  # how large one thing is
_HUNDREDTHS = frozenset("% ‰ 个百分点 百分点 倍 成".split())
_BUILT_AT_END = re.compile(
    r"(?:的)?(?:建设|改造|整治|更新|修复|治理|续建|扩建|升级|提升|开工|竣工|投产|落户|落地|交付)+$"
)
_TREATED = re.compile(
    r"(?P<thing>.{0,12}?(?:企业|项目|单位|家庭|小区|街道|社区|学校|道路|农户|机构|村|户|人员|对象))(?P<done>.+)$"
)
_SPENT = re.compile(r"(?P<verb>(?:累计|计划|总)?(?:投资|投入|安排资金|筹资))$")
_TREATING = re.compile(
    r"(?:时间)?(?:对|把|将|为)(?P<thing>[^,，;；。]{2,40}?)(?:进行|实施|开展|予以)(?P<done>[\u4e00-\u9fff]{2,6})"
)
_NAMED_BY_TIME = re.compile(r"(?:寿命|天数|年龄|时间|时长|时限|期限|年限|周期|学时|课时|日数)$")
_OF_A_DOCUMENT = re.compile(r"(?:实事|举措|措施|任务|内容|工作|改革|计划|制度|政策|问题|活动|方案|体系|机制)")
_GOES_ON = re.compile(r"并|且|和|及|，|、")
_CREATES = re.compile(r"新|增|建成|完成|实现|打造|培育|引进|累计|创建|建设$")


class _Reader:
    """Reads the figures of one clause one after the other; what was read before them is what they may refer to."""

    def __init__(self, text: str, quantities: tuple[Quantity, ...]) -> None:
        self.text = text
        self.quantities = quantities
        self.found: list[Found] = []
        self.members: tuple[str, ...] = ()  # the subjects that were given a figure each last
        self.subject_until = -1  # where the subject ends of which the next figure says something
        self.bases: dict[str, str] = {}  # indicators made of a thing and a verb, with the thing
        # What a figure inside a modifier measured last, and where its part begins: 产值 in 产值超百亿…、超十亿…
        self.measured, self.measured_in = "", -1

    def read(self) -> tuple[Found, ...]:
        index = 0
        while index < len(self.quantities):
            count = self._adjoining(index)
            group = self._shared_out(index, count) if count > 1 else ()
            if group:
                self.found.extend(group)
                index += count
                continue
            item = _Item(self, index)
            found = item.read()
            self.found.append(replace(found, qualifier_text=self._with_hope(index, found.action)))
            index += 1
        return tuple(self.found)

    # --- Several figures for several subjects ---

    def _adjoining(self, index: int) -> int:
        """How many figures follow one another with nothing but list signs between them."""
        last = index
        while last + 1 < len(self.quantities):
            one, other = self.quantities[last], self.quantities[last + 1]
            if not _LIST_SIGN.fullmatch(self.text, one.end, other.start):
                break
            each = "分别" in self.text[max(0, self.quantities[index].start - 40) : self.quantities[index].start]
            if not each and base_unit(one.unit)[0] != base_unit(other.unit)[0]:
                break
            last += 1
        return last - index + 1

    def _shared_out(self, index: int, count: int) -> tuple[Found, ...]:
        """分别: one subject a figure, from the words before the list or from the list of subjects read last."""
        item = _Item(self, index)
        head, each, tail = item.before.rpartition("分别")
        predicate = read_predicate(tail)
        verb, thing = strip_action(predicate.subject) if each else without_verb_behind(predicate.subject)
        head, thing = (head, clean(thing)) if each else (thing, "")
        subject = brought_about(without_conjunction(without_adverbs(head)))
        if not predicate.change and item.quantity.unit not in _HUNDREDTHS:
            said, subject = strip_action(subject)  # 新增学校、医院分别2所、3所
            verb = verb or said
        subject = clean(subject)
        members = members_of(subject, count) if subject else self._spoken_of(count, each)
        if not members:
            return ()
        self.members = members
        group: list[Found] = []
        for offset, member in enumerate(members):
            quantity = self.quantities[index + offset]
            named = clean(member if not thing or member.endswith(thing) else f"{member}{thing}")
            role = item.role_of(named, predicate, quantity)
            action = predicate.change or verb
            group.append(Found(named, action, role, self._with_hope(index + offset)))
        return tuple(group)

    def _spoken_of(self, count: int, each: str) -> tuple[str, ...]:
        """The subjects of figures that name none: those shared out last, else as many as were named last."""
        if len(self.members) == count:
            return self.members
        return self.named_last(count) if each else ()

    # --- What all items share ---

    def part_start(self, position: int) -> int:
        """Where the part between commas begins that a position stands in."""
        begin = 0
        for match in _STOP.finditer(self.text, max(0, position - _REACH), position):
            begin = match.end()
        return begin if begin else max(0, position - _REACH)

    def topic(self) -> str:
        """The indicator named last in this clause."""
        for row in reversed(self.found):
            if row.role not in ("descriptive", "rank") and row.indicator:
                return row.indicator
        return next((row.indicator for row in reversed(self.found) if row.role == "descriptive" and row.indicator), "")

    def named_last(self, count: int) -> tuple[str, ...]:
        """The last few indicators of this clause, each once; () where there are fewer."""
        named = dict.fromkeys(row.indicator for row in self.found if row.role not in ("descriptive", "rank"))
        return tuple(named)[-count:] if len(named) >= count else ()

    def _with_hope(self, index: int, action: str = "") -> str:
        quantity = self.quantities[index]
        words = quantity.qualifier_text
        hope = _HOPE.search(self.text, self.part_start(quantity.start), quantity.start)
        if hope and hope.group() not in words and not action.startswith(hope.group()):
            return f"{hope.group()}…{words}" if words else hope.group()
        return words


_LONGEST_SAYING = 24  # characters of what is said of a figure that names nothing: 2人获…称号
_REACH = 400  # characters before a figure in which what it is about is looked for


class _Item:
    """One figure with the words before and behind it that are its own."""

    def __init__(self, reader: _Reader, index: int) -> None:
        self.reader = reader
        self.text = reader.text
        self.index = index
        self.quantity = reader.quantities[index]
        self.previous = reader.quantities[index - 1] if index else None
        self.part_start = reader.part_start(self.quantity.start)
        self.start, self.listed = self._start()
        self.before = without_conjunction(self.text[self.start : self.quantity.start])

    def _start(self) -> tuple[int, bool]:
        """Where the item begins, and whether it goes on with a list."""
        start, listed = self.part_start, False
        index = self.index - 1
        while index >= 0 and self.reader.quantities[index].end > start:
            previous = self.reader.quantities[index]
            if self._embedded(previous, index):
                index -= 1
                continue
            start = previous.end
            noun = self._noun_behind(previous, self.quantity.start)
            if noun and noun[1] <= self.quantity.start:
                start = noun[1] if noun[1] < self.quantity.start or self._is_list(noun[1]) else previous.end
            start += self.text.startswith("级", start)
            listed = self._is_list(start)
            if self.text[start : self.quantity.start].rstrip().endswith("的") and is_counted(previous.unit):
                start = self.quantity.start  # 20个国家的419家企业
            break
        bullet = _BULLET.match(self.text, start, self.quantity.start)
        return (bullet.end() if bullet else start), listed

    def _is_list(self, position: int) -> bool:
        return _LIST_SIGN.match(self.text, position) is not None

    def _embedded(self, quantity: Quantity, index: int) -> bool:
        """Whether an earlier figure belongs to the name of what this one counts: “15分钟生活圈”220个, 10亿级项目55个."""
        between = self.text[quantity.end : self.quantity.start]
        if self._in_a_quote(quantity, between):
            return True
        if inside_modifier(self.text, quantity):
            return not _LIST_SIGN.match(between.removeprefix("级"))
        if quantity.kind in ("rank", "ratio") or _LIST_SIGN.match(between) or not between or "、" in between:
            return False
        if is_counted(quantity.unit) and base_unit(quantity.unit)[0] not in TIME_UNITS:
            return False
        role = self.reader.found[index].role if index < len(self.reader.found) else "amount"
        if base_unit(quantity.unit)[0] in TIME_UNITS:
            return self._noun_behind(quantity, self.quantity.start) is not None
        return role == "descriptive" and not between.startswith(("的", "级"))

    def _in_a_quote(self, quantity: Quantity, between: str) -> bool:
        closes = between.find("”")
        return (
            closes != -1
            and "“" not in between[:closes]
            and self.text.rfind("“", self.part_start, quantity.start)
            > self.text.rfind("”", self.part_start, quantity.start)
        )

    def _noun_behind(self, quantity: Quantity, limit: int = -1) -> tuple[str, int] | None:
        """(noun, its end in the text) where the thing counted follows the figure: 27.2公里电力通道."""
        if quantity.unit in _HUNDREDTHS or not quantity.unit:
            return None
        in_time = base_unit(quantity.unit)[0] in TIME_UNITS
        quantity = self._last_adjoining(quantity)
        if limit == -1:
            limit = self._following_start(quantity)
        following = self._behind(quantity)
        if following is not None and following.start == quantity.end and inside_modifier(self.text, following):
            limit = max(limit, following.end + 24)  # 3个过百亿元产业
            noun = noun_after(self.text, following.end + self.text.startswith("级", following.end), limit)
            return (self.text[quantity.end : noun[1]].lstrip("的"), noun[1]) if noun else None
        listed = _SIZES_LISTED.match(self.text, quantity.end)
        if listed:
            return noun_after(self.text, listed.end(), max(limit, listed.end() + 24), one_item=True)
        return noun_after(self.text, quantity.end, limit, one_item=in_time)

    def _last_adjoining(self, quantity: Quantity) -> Quantity:
        """10大类40个集聚区: the last of the counts that stand side by side before their noun."""
        for index in range(self.index + 1, len(self.reader.quantities)):
            later = self.reader.quantities[index]
            if later.start != quantity.end or later.kind != "amount" or not is_counted(later.unit):
                break
            quantity = later
        return quantity

    def _following_start(self, quantity: Quantity) -> int:
        """Where the next figure begins that does not stand inside the noun behind this one."""
        for index in range(self.index, len(self.reader.quantities)):
            later = self.reader.quantities[index]
            if later.start >= quantity.end and not (later.start == quantity.end and later.kind == "threshold"):
                if later.kind == "threshold" and not _STOP.search(self.text, quantity.end, later.start):
                    continue
                return later.start
        return len(self.text)

    # --- What it is ---

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
            goes_on = (self.listed or beside_a_count) and self.reader.measured_in == self.part_start
            measured = self.reader.measured if goes_on else ""
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
        if behind is None or len(between) > 6 or VERB.match(between) or _LIST_SIGN.match(between) or "的" in between:
            return None
        if not _LIST_SIGN.match(self.text, self.quantity.end) and not self.text.startswith("的", self.quantity.end):
            return None
        noun = noun_after(self.text, behind.start("thing"), len(self.text))
        self._remember(re.sub(r"[在达]$", "", between) or self.reader.measured)
        return Found(f"{noun[0] if noun else ''}{self.reader.measured}", "", "descriptive", "")

    def _share_of_what_follows(self) -> Found | None:
        """60%菜市达到标准: a share of what stands behind it, with what is said of that."""
        if self.quantity.unit != "%" or without_lead(self.before):
            return None
        noun = noun_after(self.text, self.quantity.end, self._following_start(self.quantity))
        return Found(self._followed_up(noun), "", "share", "") if noun else None

    def _done_to_what_is_counted(self) -> tuple[str, int] | None:
        """完成1100户搬迁: what is carried out stands behind its count as a verb alone."""
        if not is_counted(self.quantity.unit) or not is_carried_out(verb_at_end(self.before)):
            return None
        verb = VERB.match(self.text, self.quantity.end)
        ends = verb is not None and (verb.end() == len(self.text) or self.text[verb.end()] in "，,、。；;")
        return (verb.group(), verb.end()) if verb and ends else None

    def _lasting(self) -> Found | None:
        """连续3年全省第一, 用三年时间对旧房进行改造: how long something is so or takes."""
        if self.before.endswith("连续"):
            subject = clean(without_adverbs(brought_about(self.before.removesuffix("连续"))))
            said = strip_action(predicate_after(self.text, self.quantity.end))[1]
            return Found(subject or self.reader.topic() or said, "", "descriptive", "")
        treating = _TREATING.match(self.text, self.quantity.end)
        if treating:
            return Found(f"{treating.group('thing')}{treating.group('done')}", "", "descriptive", "")
        return None

    def _sizes_a_group(self) -> bool:
        """收入10—50万元群体比例提高2个百分点: a measure between two nouns, the second of which changes."""
        following = self._following()
        if following is None or is_counted(self.quantity.unit) or self.quantity.unit in _HUNDREDTHS:
            return False
        between = self.text[self.quantity.end : following.start]
        if _STOP.search(between) or not re.match(r"[\u4e00-\u9fff]{2}", between) or _LIST_SIGN.match(between):
            return False
        if VERB.match(between) or not strip_action(self.before)[1]:
            return False
        changed = read_predicate(between)
        return bool(changed.change and changed.subject)

    def _behind(self, quantity: Quantity) -> Quantity | None:
        """The figure that comes next after one at or shortly before this item's."""
        for index in range(max(0, self.index - 1), min(len(self.reader.quantities), self.index + 4)):
            if self.reader.quantities[index].start >= quantity.end:
                return self.reader.quantities[index]
        return None

    def _following(self) -> Quantity | None:
        quantities = self.reader.quantities
        return quantities[self.index + 1] if self.index + 1 < len(quantities) else None

    def _remember(self, measured: str) -> None:
        self.reader.measured, self.reader.measured_in = measured, self.part_start

    def _is_subject_of_another(self) -> bool:
        """16项问题已整改7项: a count at the head of a part of which another figure says something."""
        quantity = self.quantity
        following = self._following()
        if following is None or not is_counted(quantity.unit) or self.listed or quantity.kind != "amount":
            return False
        if base_unit(quantity.unit)[0] in TIME_UNITS or following.kind in ("threshold", "rank"):
            return False
        between = self.text[quantity.end : following.start]
        if len(between) < 3 or _STOP.search(between) or re.search(r"[、和及与]|的$", between):
            return False
        before = without_lead(without_conjunction(self.before))
        if before and (begins_with_a_verb(before) or verb_at_end(before)):
            return False
        return noun_after(self.text, quantity.end, following.start) is not None

    def _subject_of_another(self) -> Found:
        noun = noun_after(self.text, self.quantity.end, self.reader.quantities[self.index + 1].start)
        assert noun is not None
        before = without_lead(self.before)
        owner = "" if "、" in before else clean(before)
        self.reader.subject_until = noun[1]
        return Found(f"{owner}{without_measure(head_of(noun[0]))}", "", "descriptive", "")

    def _counts_what_follows(self) -> bool:
        """A noun follows: it is the thing counted, unless a whole subject with its predicate stands before."""
        before = without_adverbs(without_lead(self.before))
        action, rest = strip_action(before)
        if base_unit(self.quantity.unit)[0] in _MONEY:
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
            return Found(treated.group("thing"), treated.group("done").removeprefix("的"), self.role_of("", None), "")
        closing = verb_at_end(rest)
        if closing and (closing == rest or not is_nominal(closing)):
            owner_before = rest[: -len(closing)]
            action, rest = action or last_verb(rest), owner_before if _ORGANISATION.search(owner_before) else ""
        role = self.role_of(words, None)
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
        if predicate.change and not predicate.reached and quantity.unit not in _HUNDREDTHS and is_carried_out(stem):
            predicate = Predicate(before)  # 实施道路照明提升100条
            action, noun = strip_action(before)
        elif predicate.change:
            if "、" in stem and begins_with_a_verb(stem) and not stem.startswith(("实现", "推动", "促进", "保持")):
                stem = stem.rpartition("、")[2]
            noun = brought_about(stem)
        elif quantity.unit in _HUNDREDTHS or quantity.qualifier_text.startswith(("控制", "保持", "稳定")):
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
        role = self.role_of(noun, predicate)
        self.reader.members = ()
        if noun in self.reader.bases:
            return Found(noun, "", role, "")
        return Found(noun, predicate.change or behind or action or self._shared_action(noun), role, "")

    def _named(self, noun: str, action: str, predicate: Predicate) -> str:
        """The noun made complete from what was named before."""
        topic, quantity_end = self.reader.topic(), self.quantity.end
        if self.reader.subject_until == self.start:
            topic = self.reader.found[-1].indicator
            if noun and not is_ownerless(noun):
                return owned(topic, noun)
        if not noun:
            if action and topic and not predicate.change and not _CREATES.search(action) and self._goes_on():
                thing = self.reader.bases.get(topic, strip_nominal(topic))  # 收储1000宗、交易400宗
                self.reader.bases[f"{thing}{action}"] = thing
                return f"{thing}{action}"
            return topic or clean(predicate_after(self.text, quantity_end)[:_LONGEST_SAYING]) or action
        if re.match(r"占(?!地(?!区)|用|道|领)", noun) and topic:
            return f"{topic}{noun}"
        if is_ownerless(noun):
            return owned(self.reader.bases.get(topic, topic), noun)
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
        named = any(
            noun[at : at + 2] in topic for at in range(len(noun) - 1)
        )  # 退税减税…,其中留抵退税: whole in itself
        return self._goes_on() and self.quantity.unit not in _HUNDREDTHS and not named

    def _spent(self, before: str) -> Found | None:
        """投资1100万元新建污水管线: what the money is spent on stands behind it."""
        match = _SPENT.search(before)
        if match is None or base_unit(self.quantity.unit)[0] not in _MONEY:
            return None
        subject = clean(without_adverbs(without_lead(before[: match.start()])))
        if subject and not is_ownerless(subject) and not begins_with_a_verb(subject):
            return None
        after = predicate_after(self.text, self.quantity.end)
        treating = _TREATING.match(self.text, self.quantity.end)
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
        if self.listed and self.reader.found:
            last = self.reader.found[-1]
            return last.action if last.role not in ("change", "to", "from") else ""
        action = strip_action(self.text[self.part_start : self.quantity.start])[0]
        return action if not noun.startswith(action) else ""

    def role_of(self, indicator: str, predicate: Predicate | None, quantity: Quantity | None = None) -> Role:
        quantity = quantity or self.quantity
        if quantity.kind == "rank":
            return "rank"
        if quantity.kind in ("ratio", "threshold"):
            return "descriptive"
        before = self.before
        if predicate and predicate.left:
            return "from"
        if predicate and predicate.change:
            if _SHARE.search(indicator) and (predicate.reached and quantity.unit not in ("个百分点", "百分点")):
                return "share"
            return "to" if predicate.reached else "change"
        if base_unit(quantity.unit)[0] in TIME_UNITS and not _NAMED_BY_TIME.search(indicator):
            return "descriptive"
        if quantity.unit in ("方面", "大类", "批次"):
            return "descriptive"
        if base_unit(quantity.unit)[0] in _DIMENSIONS:
            return "descriptive"
        if _EXISTING.search(before) and predicate is None:
            return "descriptive"
        if predicate is None and not re.search(r"\d", quantity.text) and _OF_A_DOCUMENT.search(indicator[-4:]):
            return "descriptive"
        if predicate is None and re.match(r"[^、]{0,6}以|以", before):
            return "descriptive"
        if re.search(r"[增涨降][速幅]$|增长率$", indicator) and predicate is not None and quantity.unit in _HUNDREDTHS:
            return "change"
        grows = re.compile(r"的?(?:增长|增幅|增速)").match(self.text, quantity.end)
        if grows and quantity.unit in _HUNDREDTHS and predicate is not None:
            return "change"
        of_a_whole = quantity.unit in _HUNDREDTHS or not quantity.unit
        return "share" if of_a_whole and (_SHARE.search(indicator) or _SHARE.search(before)) else "amount"


def is_counted(unit: str) -> bool:
    """Whether a unit counts things one by one."""
    return base_unit(unit)[0].partition("（")[0] in COUNTERS


def ends_in(words: str, verb: str) -> bool:
    return bool(verb) and words.endswith(verb)


def strip_nominal(topic: str) -> str:
    """A topic without the verb that it was named with: 生态产品 of 生态产品收储."""
    verb = verb_at_end(topic)
    return topic[: -len(verb)] if verb and len(topic) - len(verb) >= 2 else topic


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
        and base_unit(quantity.unit)[0] in _MONEY
    ):
        return noun_after(text, quantity.end, len(text)) is not None  # 超亿元企业
    if (
        quantity.text[:1] in "超过"
        and base_unit(quantity.unit)[0] in _MONEY
        and _OF_THAT_SIZE.match(text, quantity.end)
    ):
        return True  # 超50亿元项目
    counts = is_counted(quantity.unit) and quantity.text.endswith("以上")
    if not limits or counts or _GOES_ON.match(text, quantity.end):
        return False
    behind = text[quantity.end : quantity.end + 1]
    return bool(re.match(r"[\u4e00-\u9fff“]", behind)) and VERB.match(text, quantity.end) is None


_ORGANISATION = re.compile(
    r"^[\u4e00-\u9fff“”（）]{2,14}(?:学院|大学|学校|公司|集团|中心|医院|镇|乡|街道|园区|协会|法院|银行|机场|口岸)$"
)
_OF_THAT_SIZE = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:企业|项目|产业|集群|园区|平台|城市|县|镇|村)(?!投资|营收|产值)")
_OWNER_END = re.compile(r"[等共和及与]$")


def _names_an_owner(rest: str) -> bool:
    """Whether the words before a figure own the noun behind it (城区23条主干道) rather than list what it counts."""
    return bool(rest) and "、" not in rest and not _OWNER_END.search(rest) and len(rest) <= 16
