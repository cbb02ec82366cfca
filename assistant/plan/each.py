"""分别: the several subjects of a sentence that shares out several figures among them, each with its whole name."""

from __future__ import annotations

import re

# A measure that several things share at the end of a list: 住宿业、餐饮业营业额.
_MEASURE = re.compile(
    r"(?:(?:常住)?(?:居民)?(?:人均)?(?:可支配收入|纯收入|消费支出)|零售额|营业额|交易额|销售额|成交额|进出口(?:总?额)?|(?<!进)出口(?:总?额)?|(?:总)?产量|(?:总)?产值|增加值|营业收入|销售收入|收入|支出|投资|贷款(?:余额)?|余额|占比|比重|比例|[\u4e00-\u9fff]{2,4}率"
    r"|面积|人数|数量|总量|总额|总数|起数|件数|排放量|排放|浓度|里程|吞吐量|价格|指数|规模|利润|税收|用量|能耗|消耗|均价|客流量|(?:年|月)?(?:最低)?标准)$"
)


def is_measure(noun: str) -> bool:
    """Whether a noun ends in what can be measured of a thing: 产值, 占比."""
    return _MEASURE.search(noun) is not None


def without_measure(noun: str) -> str:
    """The thing that is measured: 重点制造业 of 重点制造业增加值."""
    match = _MEASURE.search(noun)
    return noun[: match.start()] if match and match.start() >= 3 else noun


_SECOND_MEASURE = re.compile(r"(?:增速|增幅|增长率|占比|比重)$")
# 第一、第二、第三产业增加值: what is counted through stands behind the last number only.
_ORDINAL = re.compile(r"(?:其中)?第[一二三四五六七八九十]")
_TOWN_AND_COUNTRY = re.compile(r"城乡(?=[\u4e00-\u9fff]*(?:居民|人均|收入|支出|低保))")


def members_of(subject: str, count: int) -> tuple[str, ...]:
    """The subjects that a list names, as many as there are figures; () where it is no list of that many."""
    if count == 2 and (match := _TOWN_AND_COUNTRY.search(subject)):
        before, after = subject[: match.start()], subject[match.end() :]
        return f"{before}城镇{after}", f"{before}农村{after}"
    for signs in ("、和及与", "、", "和及与"):  # 甲贷款、乙贷款与丙贷款 are two where two figures follow
        parts = _parts(subject, signs)
        if len(parts) == count and all(len(part) >= 2 for part in parts):
            return tuple(_completed(parts))
    return ()


def _parts(subject: str, signs: str) -> list[str]:
    """The items of a list, split at its signs outside quotes and brackets."""
    parts, depth, begin = [], 0, 0
    position = 0
    while position < len(subject):
        character = subject[position]
        if character in "“《（(":
            depth += 1
        elif character in "”》）)":
            depth -= 1
        elif depth == 0:
            sign = "以及" if subject.startswith("以及", position) else character if character in signs else ""
            if sign and position > begin and not _inside_a_word(subject, position):
                parts.append(subject[begin:position])
                position += len(sign)
                begin = position
                continue
        position += 1
    return [*parts, subject[begin:]]


def _inside_a_word(subject: str, position: int) -> bool:
    """和 and 与 are letters of some words: 和谐, 参与, 普及."""
    around = subject[max(0, position - 1) : position + 2]
    return any(
        word in around for word in ("和谐", "和平", "和美", "参与", "普及", "饱和", "缓和", "总和", "涉及", "以及")
    )


def _completed(parts: list[str]) -> list[str]:
    """Each item with the measure that stands behind the last one only."""
    last = parts[-1]
    ordinal = _ORDINAL.match(last)
    if ordinal and all(_ORDINAL.fullmatch(part) for part in parts[:-1]):
        return [*(f"{part}{last[ordinal.end() :]}" for part in parts[:-1]), last]
    second = _SECOND_MEASURE.search(last)
    if second and second.start() > 0:
        parts = [part if _SECOND_MEASURE.search(part) else part + second.group() for part in parts]
        last = parts[-1]
    measure = _MEASURE.search(last)
    if measure and measure.start() > 0:
        return [
            part if _MEASURE.search(part) or _SECOND_MEASURE.search(part) else part + measure.group() for part in parts
        ]
    return parts
