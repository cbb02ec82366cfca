"""Numerals that are no amounts: dates, names, ordinals, identifiers. Each kind with the reason that is given for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.plan.numerals import RANGE_SIGN, SCALE, UNIT

YEAR = r"(?:19|20)\d{2}"
_CHINESE_YEAR = r"[一二][九〇零][〇零一二三四五六七八九]{2}"
_FORMS = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (rf"{YEAR}\s?年?{RANGE_SIGN}(?:{YEAR}|\d\d)\s?年", "date"),
        (rf"{YEAR}\s?年(?:\s?\d{{1,2}}\s?月(?:份)?(?:\s?\d{{1,2}}\s?日)?)?", "date"),
        (rf"{YEAR}{RANGE_SIGN}{YEAR}(?!\d)", "date"),
        (r"(?<!\d)(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}(?!\d)", "date"),
        (rf"{_CHINESE_YEAR}(?:年|—|-)", "date"),
        (r"\d{1,2}\s?月\s?\d{1,2}\s?日", "date"),
        (r"(?<!个)(?<!\d)\d{1,2}(?:\s?[-—–至到~]\s?\d{1,2})?\s?月(?:份|底|末|初|前|中旬|上旬|下旬)?(?!\d)", "date"),
        (r"[一二三四五六七八九十]{1,2}月(?:份|底|末|初|前|中旬|上旬|下旬)", "date"),
        (r"\d{1,2}[:：]\d{2}(?=\D|$)(?=.{0,3}[时分至到-])", "date"),
        # The years that led here, and the years since something happened, count nothing that a plan reaches.
        (r"(?<=[前])\s?\d{1,2}\s?年(?![级度])|(?<=近)\s?\d{1,2}\s?年(?=来|间|以来|累计|平均|年均)", "date"),
        (r"(?<=近)[一二两三四五六七八九十]{1,9}年(?=来|间|以来|累计|平均|年均)", "date"),
        (r"[一二两三四五六七八九十]{1,9}(?=个(?:新|大)?台阶)", "name"),
        (r"(?:(?<!\d)\d+|[零〇一二三四五六七八九十百千两]{1,9})\s?周年", "anniversary"),
        (r"[\[【〔(（]\s?\d{4}\s?[\]】〕)）]\s?(?:第\s?)?\d*\s?号?", "identifier"),
        (r"(?<!\d)\d+(?:[/／]\d+(?:-\d+)+|-\d{4,}|\d{8,})", "identifier"),
        (r"[A-Za-z]+[-.]?\d+(?:\.\d+)?(?:[-A-Za-z]\w*)?", "identifier"),
        (r"第\s?(?:\d+|[零〇一二三四五六七八九十百千两]{1,9})\s?(?=[位名](?![额单员]))", "rank"),
        (r"第\s?(?:\d+|[零〇一二三四五六七八九十百千两]{1,9})", "ordinal"),
        (r"[十廿][一二三四五六七八九]五(?![个家项条座处所场户人名位件万亿])", "session"),
        (r"[一二三四五六七八九十]{1,9}届", "session"),
        (r"(?:十[一二三四五六七八九]|二十)大(?!类|批)", "session"),
        (r"[一二三四五六七八九](?=中(?:、|全会))", "session"),
        (
            r"[一二三四五六七八九十]{1,9}(?=次(?:、[一二三四五六七八九十]{1,9}次){0,4}(?:全会|全体会议|会议|代表大会|党代会))",
            "session",
        ),
        (r"[一二两三四五]{1,9}(?=位数)", "name"),
        (r"(?<=[\u4e00-\u9fff])[一二三四五六七八九十]期", "ordinal"),
        (r"(?m)^\s*[(（]?[一二三四五六七八九十]{1,3}[)）、]", "heading_label"),
        (r"[一二两三四五六七八九十百千]{1,9}(?=大[\u4e00-\u9fff]|[类级期院刻]|年(?:行动|计划|攻坚|规划))", "name"),
        (r"[一二两三四五六七八九十]{1,9}(?=篇(?:大)?文章)", "name"),
        # Set phrases of political language: 三次产业, 两个大局, 两种资源, 三位一体.
        (r"[一二三]{1,9}(?=次产业)|[三四五六]{1,9}(?=位一体)|两(?=种资源|件大事|手[都抓])", "name"),
        (
            r"两(?=个(?:大局|市场|毫不动摇|确立|维护|先行|健康|结合|务必|积极性|轮子|文明|一百年|百年|同步|转变))",
            "name",
        ),
        (r"[一二两三四五六七八九十]{1,9}(?=条(?:硬)?(?:措施|政策|意见))", "name"),
        # 城乡三项基本医疗保险参保率提高3个百分点: the count belongs to the name of what is measured.
        (
            r"[一二两三四五六七八九十]{1,9}(?=[个项种类][^，,；;。:：、\d]{2,16}率(?:[\u4e00-\u9fff]{2,6})?\s?\d[\d.]*\s?(?:%|个百分点))",
            "name",
        ),
        # What the text is about to list: 抓好以下六个方面的工作.
        (r"(?<=以下)\s?(?:\d+|[一二两三四五六七八九十]{1,9})(?=\s?个?(?:方面|重点|问题|工作|任务))", "preview"),
        (
            r"(?:(?<!\d)\d+|[一二两三四五六七八九十]{1,9})(?=\s?个?方面(?:的)?(?:重点)?工作\s?[:：]|个?方面(?!\s?的?(?:民生)?实事))",
            "preview",
        ),
        (r"(?<!\d)\d+[.·]\d+(?=[\u4e00-\u9fff]{0,3}节)", "name"),
        (r"(?<!\d)\d+\s?\+\s?[A-Za-z\d]+", "name"),
        # Names in quotes: a policy called by its articles, a slogan of a count and a share, a line called by its voltage.
        (r"(?<=[\u4e00-\u9fff][“「『])(?<![的是写说为报称了成到达]“)\d+(?=条[”」』])", "name"),
        (
            r"(?<=[“「『])(?!新|建|增|完成|办|引)[\u4e00-\u9fff]{2,6}\d+(?=条[”」』])",
            "name",
        ),
        (r"(?<=[“「『])\d+(?=千伏[^”」』]{1,8}[”」』])", "name"),
        (r"(?<=[“「『])\d+个\d+%(?=[”」』])", "name"),
    )
)
_QUOTED = re.compile(r"[“\"「『‘《]([^”\"」』’》“「]{1,24})[”\"」』’》]")


def other_numerals(flat: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, reason) of what may be no amount, in the order in which they claim a place; ranks are left out."""
    for pattern, reason in _FORMS:
        for match in pattern.finditer(flat):
            if reason == "rank" or (reason == "identifier" and _unit_follows(flat, match)):
                continue
            yield *match.span(), reason


def quoted(flat: str) -> list[tuple[int, int]]:
    """The spans inside quotes, where Chinese numerals are mostly parts of names."""
    return [match.span(1) for match in _QUOTED.finditer(flat)]


_COUNTED = re.compile(rf"(?:{SCALE})?(?:{UNIT})")


def _unit_follows(flat: str, match: re.Match[str]) -> bool:
    return bool(_COUNTED.match(flat, match.end())) and not match.group()[0].isalpha()
