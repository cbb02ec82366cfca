"""The scorer of indicators: that the words beside a figure name what it counts, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from assistant.evaluation.ground import likeness
from assistant.evaluation.results import Score
from assistant.evaluation.scoring.judged import Judged, anywhere, made, pairs
from assistant.evaluation.wording import Claim
from assistant.plan.ledger import LedgerRow

_HALF = 0.5
_SHORTEST_NAME = 3  # 同比, 新: what a ledger sometimes calls an indicator names nothing
_PARTS = re.compile(r"[，,、；;。：:\n（）()|“”]")
# What is said of figures of every kind.
_OF_ANY_FIGURE = frozenset(
    "计划 规划 方案 文件 报告 原文 文中 条款 目标 指标 任务 数字 数量 数值 数目 总数 个数 户数 家数 人数 规模 金额 增速 增幅 增长率 "
    "幅度 比例 百分比 水平 要求 安排 部署 内容 方面 情况 工作 项目 年度 全年 今年 当年 本年 年内 全区 我区 本区 区里 地方 结果 答案 "
    "数据 口径 说法 总量 数 总额 面积 长度 里程 场次 标准 任务量 目标值 目标数 计划数 预期 重点 全市 区级 政府 单位 依据".split()
)
_PLACE_ENDS = tuple("区县市省旗州盟")
_DONE = re.compile(r"已经|业已|已(?=[新建完实增引培达投启])|(?:完成|建成|实现|新增|达到)了")
_DONE_REMARK = re.compile(r"已完成|实际完成|完成进度")
_MEAN = re.compile(
    r"平均|每(?:年|月|日|周|天|季度|人|户)|[年月日]均|累计|合计|共计|总计|总量|截至|目前|现有|保有量|存量"
    r"|占.{0,8}(?:比重|比例|份额)|占[^，,。]{1,10}$"
)
_LEVEL = re.compile(r"国家级|省部级|省级|市级|区级|县级|街道级|世界级")
_FEWER = re.compile(r"下降|减少|降低|下滑|回落|压减|负增长|缩减|降幅|跌幅|拆除|关停|关闭|撤销|取消|停建|淘汰")
_MORE = re.compile(r"增长|增加|提高|上升|提升|新增|增幅|新建|建成|建设|引进|培育|实施|兴建|举办|改造|完成|实现|启动")
_UNIT_REMARK = re.compile(
    r"单位(?:为|是|[:：])\s*“?(?P<unit>[^\s，。；、“”]{1,8})|以\s*“?(?P<counted>[^\s，。；、“”]{1,6})”?\s*为(?:计量)?单位"
)


def score_indicator(judged: Judged) -> Iterator[Score]:
    """The words beside each figure name what it counts, the way it goes and its place, and nothing else that the plan
    counts."""
    named: list[_Named] = []
    paired: list[Claim] = []
    for pair in pairs(judged):
        if pair.claims and pair.row and pair.row[1].indicator:
            named.append(_Named(pair.claims, [pair.row], pair.expected.indicator))
            paired += pair.claims
    for claim in judged.wording.stated:
        rows = _rows_said(judged, claim)
        rows = [(document, row) for document, row in rows if row.indicator]
        if claim not in paired and rows and not claim.in_name:
            named.append(_Named((claim,), rows, ""))
    if not named:
        return
    faults: list[str] = []
    for one in named:
        found = [_misnamed(judged, document, row, one) for document, row in one.rows]
        if all(found):
            faults.append(found[0])
    faults += [f"单位说成了“{unit}”" for unit in _other_units(judged, named)]
    faults += [f"说成了别的地方“{place}”" for place in _other_places(judged)]
    faults += [f"说计划数“{remark}”" for remark in _done_remarks(judged, named)]
    expected = "；".join("或".join(row.indicator for _, row in one.rows) for one in named)
    extracted = "；".join(" ".join(claim.subject.split()) for one in named for claim in one.claims)
    yield made("indicator", faults, expected, extracted, "指标相符")


@dataclass(frozen=True)
class _Named:
    """The claims of one figure, the rows that it may be, and the case's own name for it ("" for none)."""

    claims: tuple[Claim, ...]
    rows: list[tuple[str, LedgerRow]]
    name: str


def _rows_said(judged: Judged, claim: Claim) -> list[tuple[str, LedgerRow]]:
    """The rows of the cited clauses that a figure beyond the expected ones may be."""
    return [
        (key.document, row)
        for key in sorted(judged.cited)
        if key.document in judged.ground.document_ids
        for row in judged.ground.ledger(key.document)
        if row.clause == key.clause and row.value is not None and judged.same(claim.quantity, row)
    ]


def _naming(subject: str, indicator: str) -> tuple[float, int]:
    """How well the words name an indicator: how much of it stands there, then how long it is when all of it does."""
    much = likeness(subject, indicator)
    return much, len(indicator) if much == 1 else 0


def _misnamed(judged: Judged, document: str, row: LedgerRow, one: _Named) -> str:
    """What is wrong with the words beside the figure, "" for nothing: one of its claims must name it, none another."""
    best = max(one.claims, key=lambda claim: _naming(claim.subject, row.indicator))
    # Where nothing beside the figure is counted, its name may stand in the sentence before or after (5%。指的是……收入).
    near = best.subject if _names_something(judged, document, best.subject) else best.wider
    whole = bool(one.name) and likeness(near, one.name) == 1
    enough = likeness(near, row.indicator) >= _HALF and row.indicator[-2:] in near
    if not whole and not enough:
        return f"{best.quantity.text}旁边没有指标“{row.indicator}”"
    if strange := _strange_words(judged, document, row, best):
        return f"{best.quantity.text}旁边说的是“{strange}”，应是“{row.indicator}”"
    other = re.search(rf"(?:准|副|亚|非|人均|户均|单位){re.escape(row.indicator)}", best.subject)
    level = next(
        (found for found in _LEVEL.findall(best.subject) if found not in _own_words(judged, document, row)), ""
    )
    if other or level:
        return f"{best.quantity.text}说成了“{other.group() if other else level}”"
    for claim in one.claims:
        fault = (
            _rival(judged, document, row, claim)
            or _turned(judged, document, row, claim)
            or _told_otherwise(judged, document, row, claim)
        )
        if fault:
            return fault
    return ""


def _names_something(judged: Judged, document: str, subject: str) -> bool:
    """Whether the words name anything that may be counted: an indicator of the plan, or a noun that is none of ours."""
    own = _OF_ANY_FIGURE, judged.ground.plan(document).title, judged.ground.plan(document).place or ""
    return any(likeness(subject, row.indicator) >= _HALF for row in judged.ground.ledger(document)) or any(
        tag.startswith("n") and not any(word in known for known in own) for word, tag in rjieba.tag(subject)
    )


def _own_part(claim: Claim) -> str:
    """The part of the sentence that leads to the figure: after the last comma, in a table the cell before."""
    parts = [part for part in _PARTS.split(claim.subject.rpartition("\n")[0]) if part.strip()]
    # 计划经济 is no word here.
    return re.sub("^(?:计划|预计)", "", parts[-1]) if parts else ""


def _strange_words(judged: Judged, document: str, row: LedgerRow, claim: Claim) -> str:
    """A noun in the figure's own part of the sentence that neither its clause nor the question has: 换电柜 for 充电桩,
    新能源停车位 for 停车位."""
    own = _own_words(judged, document, row) + "".join(judged.target.case.conversation)
    plan = judged.ground.plan(document)
    own += plan.title + (plan.place or "") + "".join(plan.path(plan.clause(row.clause)))
    part = _own_part(claim)
    for word, tag in rjieba.tag(part):
        if tag[0] in "nbs" and len(word) > 1 and word not in own and word not in _OF_ANY_FIGURE:
            return str(word)
    return ""


def _rival(judged: Judged, document: str, row: LedgerRow, claim: Claim) -> str:
    """Something else that the plan counts and that the words name better than ours, or beside it."""
    ours = _naming(claim.subject, row.indicator)
    asked = [expected for _, expected in filter(None, judged.target.rows)]
    for rival in judged.ground.ledger(document):
        also_asked = rival in asked and judged.same(rival, claim.quantity)
        if rival.indicator == row.indicator or also_asked or len(rival.indicator) < _SHORTEST_NAME:
            continue
        theirs = _naming(claim.subject, rival.indicator)
        # A ledger may have the growth in an indicator's name (居民收入增长).
        bare = rival.indicator.removesuffix("增长")
        nested = bare in row.indicator or row.indicator in rival.indicator
        beside = theirs[0] == 1 and not nested and (rival.value is None or not judged.same(rival, claim.quantity))
        instead = likeness(_own_part(claim), rival.indicator) == 1 > likeness(_own_part(claim), row.indicator)
        # A repetition that names nothing (即5%) is no other thing because of a chance pair of characters.
        better = theirs > ours and (theirs[0] == 1 or ours[0] > 0)
        if beside or better or (instead and not nested):
            return f"{claim.quantity.text}说成了“{rival.indicator}”，应是“{row.indicator}”"
    return ""


def _own_words(judged: Judged, document: str, row: LedgerRow) -> str:
    """What may be said of the row: its clause's words, its indicator."""
    return judged.ground.plan(document).clause(row.clause).text + row.indicator


def _turned(judged: Judged, document: str, row: LedgerRow, claim: Claim) -> str:
    """增长 turned into 下降, or the other way round."""
    own = _own_words(judged, document, row)
    for turned in (_FEWER, _MORE):
        said = turned.search(claim.subject)
        other = _MORE if turned is _FEWER else _FEWER
        if said and not turned.search(own) and other.search(row.action + row.indicator):
            return f"{claim.quantity.text}说成了{said.group()}"
    return ""


def _told_otherwise(judged: Judged, document: str, row: LedgerRow, claim: Claim) -> str:
    """A target told as a result, a total as a mean."""
    before = claim.subject.split("\n")[0]
    done = _DONE.search(before) if row.tense == "target" else None
    said = done or _MEAN.search(before)
    known = [_own_words(judged, document, row), *judged.target.case.conversation]
    if said and not any(said.group() in words for words in known):
        return f"{claim.quantity.text}说成了“{said.group()}”"
    return ""


def _other_units(judged: Judged, named: list[_Named]) -> list[str]:
    """Units that a remark gives (单位为…) and that none of the figures has."""
    units = [claim.quantity.unit for one in named for claim in one.claims]
    said = [match["unit"] or match["counted"] for match in _UNIT_REMARK.finditer(judged.wording.plain)]
    return [unit for unit in said if not any(unit.startswith(own) for own in units if own)]


def _other_places(judged: Judged) -> list[str]:
    """Districts, towns and streets that neither the plans nor the question know."""
    known = anywhere(judged)
    tagged = list(rjieba.tag(judged.wording.plain))
    places = [word for word, tag in tagged if tag == "ns" and len(word) > 2 and word.endswith(_PLACE_ENDS)]
    places += [
        word + kind[:2]
        for (word, tag), (kind, _) in pairwise(tagged)
        if tag in ("ns", "nr", "nz") and (kind in ("镇", "乡") or kind.startswith("街道"))
    ]
    own = [judged.ground.plan(document).place or "" for document in judged.ground.document_ids]
    # 武汉市 is known where 武汉 is, as long as the plan's own place is named too (武汉市武昌区).
    named = any(place and place in judged.wording.plain for place in own)
    return [place for place in places if place not in known and not (named and place[:-1] in known)]


def _done_remarks(judged: Judged, named: list[_Named]) -> list[str]:
    """A target beside which the answer says that so much is done."""
    if not any(row.tense == "target" for one in named for _, row in one.rows):
        return []
    known = [*judged.target.case.conversation, *(citation.quote for citation in judged.answer.citations)]
    said = [match.group() for match in _DONE_REMARK.finditer(judged.wording.plain)]
    return [remark for remark in said if not any(remark in words for words in known)]
