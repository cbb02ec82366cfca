"""Verb phrases of plans: the verbs and adverbs before a thing counted, and the predicate that stands before a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.plan.numerals import alternatives
from assistant.plan.verbs import ACTIONS, FILLERS, FURTHER_ACTIONS

# Verbs that name what is done as often as they say it: 户厕改造, 岗位培训.
_NOMINAL = frozenset(
    "改造 建设 治理 整治 修复 保护 服务 管理 培训 供应 交易 开工 收储 更新 提标 绿化 登记 帮扶 救助 研发 应用 安置 补贴".split()
)
# Verbs that make nouns as easily as they take an object: 培训机构, 服务能力, 应用场景, 研发人员.
_SOFT = (
    (frozenset(FURTHER_ACTIONS) - frozenset(ACTIONS))
    | _NOMINAL
    | frozenset(
        "培训 研发 发展 支持 投入 改造 治理 救助 帮扶 资助 招生 组织 检查 救治 收治 建设 处理 储备 保持 推广 更新 提升 安排 设立".split()
    )
)
_HARD = sorted({*ACTIONS, *FURTHER_ACTIONS} - _SOFT)
_MAKES_A_NOUN = (
    r"(?:[业者率额量性力费金级型制]|[保服开][护务发]区|人[数次口员]|机构|中心|基地|平台|设施|对象|标准(?!化)|体系|市场|规模|所(?![有在需])|站|面(?![向临对积])|房|线|能力|水平|场景|指数|面积|总量|强度|里程"
    r"|用地|项目|贸易|住房|外包|收入|资金|基金|失业|资本|志愿者|外资(?!企业)|投入|经费|费用|措施|事项|政策|队伍|机制|制度|方案|行动|功能|品牌|案例|热线|窗口|主体|成果|协议|场所|课程|支付|进出口)"
)
_NEWLY = "(?<![更创革刷翻全])新"
_VERB = (
    rf"(?!建成区|交易所|使用权|使用者|办结率|获[证奖利得])(?:(?:{_NEWLY})?(?:{alternatives(_HARD)})(?![业者率额]|(?<=集聚)[区地])|{_NEWLY}(?:{alternatives(_SOFT)})"
    rf"|(?:{alternatives(_SOFT)})(?!{_MAKES_A_NOUN}))(?:好|出(?![口租让台版境入现席行资厂])|了|到(?![位期达场账]))?"
)
VERB = re.compile(_VERB)
_JOINS = re.compile(r"和|并|、|及|或|与")
# 实施帮扶协作项目, 组织培训: what is carried out is a noun, though it could be a verb.
_CARRIES_OUT = frozenset("实施 开展 推进 完成 组织 加强 谋划实施 组织开展 加快推进 深入实施 抓好 做好 实现".split())
_LAST_VERB = re.compile(rf"{_VERB}$")


def _verbs_end(words: str) -> int:
    """Where the verbs end that some words begin with, one or more joined: 引进和培育, 新建、改建, 发行利用. 0: none."""
    end = 0
    while True:
        join = _JOINS.match(words, end) if end else None
        match = VERB.match(words, join.end() if join else end)
        if match is None:
            return end
        if end and join is None and words[:end] in _CARRIES_OUT and match.group() in _SOFT:
            return end
        end = match.end()


_DATE = r"(?:(?:到|至|截至)?(?:19|20)\d{2}\s?年(?:度|底|末)?|(?:前[一二三]|[一二三四]|上半|下半)(?:个)?(?:季度|年)|(?:\d{1,2}[-—–至到])?\d{1,2}月(?:份|底|末)?)"
_MANNER = (
    "不断 持续 继续 进一步 稳步 大力 全面 积极 率先 首次 再次 成功 顺利 圆满 高质量 高标准 高水平 扎实 深入 有序 有效 切实 "
    "动态 依法 全力 集中 同步 滚动 分批 精准 主动 坚决 着力 努力 加快 加大 基本 陆续 重点 统筹 协同 接续 联合 牵头 全力以赴 常态化 一体 年均 平均 "
    "总计 合计 累计 共 再 已 均 各 并 将 拟 要 还 也 可 又 为 把 从 由 在 于 至 到 达 是 约 近 超 实际 自主 系统 逐步 加力 提前 如期"
).split()
_TIMES = sorted(set(FILLERS) - set(_MANNER) - {"预期", "拥有"} | {"去年", "今年以来", "一年来", "五年来", "拥有"})
_LEAD = re.compile(
    rf"(?:{_DATE}|(?!{_VERB})(?:{alternatives(_TIMES)})(?!域)|在[^,，;；。、]{{2,24}}?(?:中|上|内|期间)(?={_VERB})|预期(?!寿命)"
    rf"|(?:{alternatives(_MANNER)})(?=(?:{alternatives(_MANNER)})*(?:{_VERB}|{alternatives(_TIMES)})|$)"
    rf"|(?:历史性|一次性|创造性|系统性|突破性|前瞻性|[\u4e00-\u9fff]{{2,3}}(?<![异当基工土外本各用耕绿林农产内境湿场园陆高盆草旱])地)(?={_VERB})|[,，\s])+"
)
_BRINGS_ABOUT = re.compile(
    r"(?:使(?!用)|使得|让|实现|完成|推动|促进|保持|带动|力促|确保|力争|争取|努力|保证|(?:持续|不断|稳步|着力|进一步|大力)(?:提升|提高|降低|巩固|扩大|推动|做强))(?:了)?(?:全[年区市县省])?"
)

_CONJUNCTION = re.compile(r"\s*(?:、|和(?!美|谐|平)|以及|及|与|并|且)\s*")

_ADVERB = (
    r"(?:同比|环比|分别|累计|年均|平均|合计|持续|继续|稳步|大幅|进一步|力争|预计|实际|名义|净|再|均|又|也|将|可|逐年|逐步|明显|显著|较快|快速|保持|实现|达到|以内|大体|总体|全年"
    r"|(?<![占对环同相可无])[比较](?![重例率])(?:[^,，;；。:：、]{1,12}?))"
)
_GROWTH = (
    "增长 增加 提高 提升 上升 扩大 下降 降低 减少 缩减 缩小 压减 压缩 精简 回落 回升 上涨 下跌 上调 下调 收窄 延长 缩短 增 降 升 提 减 涨 跌 扩 跃升 攀升"
).split()
_CHANGE = re.compile(
    rf"(?P<adverbs>{_ADVERB}*)(?P<change>(?<![新净倍递激])(?:{alternatives(_GROWTH)})(?:了)?(?P<to>到|至|为)?"
    r"|(?P<reach>(?:拓展|扩展|延伸|覆盖|增容|发展)(?:到|至)))$"
)
_SINGLE = frozenset("增 降 升 提 减 涨 跌 扩".split())
_COMPARED = re.compile(
    r"(?P<than>(?:高于|低于|快于|好于|高出|超出|优于|领先|超过)[^,，;；。:：、\d]{1,14}"
    r"|(?<![占对环同相可无])[比较](?![重例率])[^,，;；。:：、\d]{1,14}(?:高|低|快|多|少|慢))$"
)
_SPOKEN_OF_GROWTH = re.compile(r"年均|同比|环比|累计")

_TRAILING = re.compile(
    rf"(?:{alternatives([*(set(FILLERS) - {'区内', '市内'}), *_MANNER, '按', '拟按', '保持', '继续保持', '迈上', '跨上', '站上', '登上', '跨越', '同比', '环比', '稳定', '始终', '长期', '单日', '共计', '均已', '已经', '全部', '平均', '仅', '皆', '上', '总体'])}"
    rf"|{_DATE}的?|[比较](?:年初|上年末?|去年|同期|上年同期)|(?:保持在|控制在|稳定在)?每(?:立方米|平方米|公顷|亩|升)|(?<!目)的)+$"
)
# Words that end in what elsewhere is an adverb: 行为, 人均, 公共, 节约.
_WHOLE_WORD = re.compile(
    r"(?:行为|作为|人均|平均|公共|节约|签约|预约|集约|制约|条约|公约|契约|附近|发达|存在|自由|理由|方向|定向|导向|面向|转向|参与|重点|日均|月均|户均|年均|时至|创新|更新|高新|预期|基地|工地|实地|性的|高地|目的|标的|持续)$"
)
_TRAILING_VERB = re.compile(r"(?<=[\u4e00-\u9fff”]{2})(?:完成|实现|新增|净增)$")
_TRAILING_DATE = re.compile(r"(?:19|20)\d{2}\s?年(?:末|底)?的?$")
_THEN_RAISED = re.compile(rf"(?:{alternatives(_GROWTH)}|拓展|扩展)(?:到|至|为)(?:{_DATE}的?)?")
_FROM_SOME_MEASURE = re.compile(rf"[由从](?:{_DATE}的?)?[^,，;；。\d由从]{{1,8}}$")
_FROM = re.compile(rf"[由从](?:{_DATE}的?)?$")


@dataclass(frozen=True)
class Predicate:
    """What is said of a subject right before a figure.

    `change` is its verb (增长, 提高到, 高于全国), "" where the figure is a plain value. `reached`: the figure is what is come to
    (提高到) and not the difference; `left`: it is what is left behind (由38%).
    """

    subject: str
    change: str = ""
    reached: bool = False
    left: bool = False


def read_predicate(words: str, following: str = "") -> Predicate:
    """Split the words before a figure into subject and predicate. `following` are the words up to the next figure:
    起征点从销售额10万元提高到15万元 leaves 10万元 behind."""
    left = _FROM.search(words)
    if left is None and _THEN_RAISED.fullmatch(following):
        left = _FROM_SOME_MEASURE.search(words)
    if left:
        return Predicate(trimmed(words[: left.start()]), left=True)
    words = _TRAILING_DATE.sub("", words.rstrip())  # 提高到2029年的14万元
    raised = _CHANGE.search(words)
    if raised and (raised.group("to") or raised.group("reach")):
        return Predicate(trimmed(words[: raised.start()]), _said(raised), reached=True)
    compared = _COMPARED.search(words)
    if compared and compared.start() != 1:
        return Predicate(trimmed(words[: compared.start()]), compared.group())
    stem = without_adverbs(words)
    change = _CHANGE.search(stem)
    if change and not ((change.group("change") or "") in _SINGLE and _inside_a_word(stem, change)):
        return Predicate(trimmed(stem[: change.start()]), _said(change))
    return Predicate(stem)


def _said(change: re.Match[str]) -> str:
    """The verb of a change, with 年均 or 同比 where one of them stands right before it."""
    spoken = _SPOKEN_OF_GROWTH.fullmatch(change.group("adverbs") or "")
    return (spoken.group() if spoken else "") + (change.group("change") or change.group("reach"))


def _inside_a_word(stem: str, change: re.Match[str]) -> bool:
    """A single 升 or 提 is a verb only behind an adverb or a noun of some length."""
    return not change.group("adverbs") and len(stem[: change.start("change")]) < 2


def without_adverbs(words: str) -> str:
    """Adverbs, dates and qualifier words taken from the end."""
    while match := _TRAILING.search(words):
        if whole := _WHOLE_WORD.search(words):
            kept = whole.end() if whole.start() < match.end() else match.start()
            if kept >= len(words):
                return words
        words = words[: match.start()]
    return words


def trimmed(words: str) -> str:
    """Adverbs and loose marks taken from the end."""
    return without_adverbs(words.rstrip(" 、")).rstrip(" 、")


def without_verb_behind(words: str) -> tuple[str, str]:
    """(verb, rest) for a verb that stands behind its thing: 零售总额完成."""
    match = _TRAILING_VERB.search(words)
    return (match.group(), words[: match.start()]) if match else ("", words)


def without_conjunction(words: str) -> str:
    match = _CONJUNCTION.match(words)
    return words[match.end() :] if match else words


def without_lead(words: str) -> str:
    """Times and adverbs taken from the front."""
    match = _LEAD.match(words)
    return words[match.end() :] if match else words


def brought_about(words: str) -> str:
    """What comes about (实现零售总额增长): the verb that brings it about taken from the front."""
    rest = without_lead(words)
    match = _BRINGS_ABOUT.match(rest)
    while match and len(rest) - match.end() >= 2:
        rest = without_lead(rest[match.end() :])
        match = _BRINGS_ABOUT.match(rest)
    return rest


_HANDLED = re.compile(rf"^[对将把给](?={_VERB})")


def strip_action(words: str) -> tuple[str, str]:
    """(action, rest): adverbs and verbs taken from the front of some words."""
    rest = _HANDLED.sub("", without_lead(without_conjunction(words)))
    end = _verbs_end(rest)
    if end and _is_noun_end(rest[end:]):
        first = VERB.match(rest)
        end = first.end() if first and not _is_noun_end(rest[first.end() :]) else 0
    left = rest[end:]
    lead = _LEAD.match(left) if end else None
    return rest[:end], left[lead.end() :] if lead else left


def _is_noun_end(left: str) -> bool:
    """治理业, 建设和…: what is left shows that the words before it were a noun that begins like a verb."""
    return len(left) == 1 or left.startswith(("和", "及", "与", "、"))


def begins_with_a_verb(words: str) -> bool:
    return VERB.match(without_lead(words)) is not None


def verb_at_end(words: str) -> str:
    """The verb that some words end with, "" where they end with none."""
    match = _LAST_VERB.search(words[-12:])
    return match.group() if match else ""


def is_carried_out(words: str) -> bool:
    """Whether some words begin with a verb that takes what is done as its object: 实施照明提升."""
    match = VERB.match(without_lead(words))
    return match is not None and match.group() in _CARRIES_OUT


def is_nominal(verb: str) -> bool:
    """Whether a verb makes a noun of the words before it: 户厕改造."""
    return verb in _NOMINAL


def last_verb(words: str) -> str:
    found = list(VERB.finditer(words))
    return found[-1].group() if found else ""


# 零一学院新增拔尖创新学员: an owner, a verb, an object. Only verbs that bring forth stand so without a comma.
_OWNER = re.compile(
    rf"(?P<owner>[^、]{{3,}}?)(?:{alternatives(_MANNER)}|全年|年内|共)*(?P<verb>(?:(?<!更)新增|(?<!更)新建|{_NEWLY}(?:{alternatives([*_HARD, *sorted(_SOFT)])})|改扩建|新改扩建|建成|实现|完成|引进|培育|举办|签约|净增|争取|获得|入选|招引)(?:了)?)(?P<thing>.{{2,}})$"
)
_LEADS_IN = re.compile(r"(?:围绕|聚焦|通过|依托|按照|根据|以|在|对|为|把|将|从|向|用|经|由)")


def owner_and_thing(words: str) -> tuple[str, str, str] | None:
    """(owner, verb, thing) of such words, the owner "" where it is no noun; None where they are a noun throughout."""
    match = _OWNER.match(words)
    if match is None or re.match(r"[业者率额量]", match.group("thing")):
        return None
    owner = match.group("owner")
    if _LEADS_IN.match(owner) or begins_with_a_verb(owner):
        owner = ""
    return without_lead(owner), match.group("verb"), match.group("thing")
