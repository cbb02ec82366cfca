"""The places that a question names, by grammar and dictionary; no list of places."""

from __future__ import annotations

import re

import rjieba

_PLACE_END = tuple("区县市省旗州盟")
# A place that no dictionary knows: named first, or after a pause, and followed by what a plan is asked about.
_NAMED_PLACE = re.compile(
    r"(?:^|[,，。;；、:：\s]|和|与|把|查|问|那)(?P<place>(?:[\u4e00-\u9fff]{2,4}|[A-Za-z]{3,12})(?:新区|区|县|市|旗|自治州))(?=今年|明年|去年|\d{4}|\d{2}年|的|呢|那|这|也|计划|是|要|$|[,，?？])"
)
NO_PLACE = re.compile(
    r"(?:们|咱|社|园|景|校|城|片|街|分|辖|小|学|库|地|全|我|本|示范|核心|开发|商|厂|住宅|功能|旅游|保护|试验|引领|整治|重点)区$|(?:们|咱|级|全|我|本|城|超|都|夜|上|门|股|集|菜)市$|(?:各|全|哪个|哪些|几个|这个|那个).{0,2}[区县市]$"
)
# 三棵松县修复…: what a question begins with and ends like a place is one, whatever comes next.
_OPENS = re.compile(
    r"(?:^|[,，。;；、:：\s])(?P<place>[\u4e00-\u9fff]{2,5}?(?:县(?![城域乡级])|旗(?!袍|帜|舰|下)|市(?![场民区政容级域县直外内集])|区))"
    r"(?=[\u4e00-\u9fff])"
)
_OF_A_NAME = frozenset({"ns", "nr", "nz", "zg", "ng", "m", "x"})
# 汉阳那边: a place by its short name, or one that begins what is said and is a district's name in the dictionary.
_SHORT_PLACE = re.compile(r"^(?:那边|这边|今年|明年|呢|20\d\d年)")
_BEGINS = re.compile(r"(?:^|[,，。;；、:：\s])(?P<place>[\u4e00-\u9fff]{2})(?=[\u4e00-\u9fff])")


def places_in(text: str) -> tuple[str, ...]:
    """The places that a question names, in order."""
    found: dict[str, None] = {}
    for match in _NAMED_PLACE.finditer(text):
        if not NO_PLACE.search(match.group("place")):
            found[match.group("place")] = None
    for match in _OPENS.finditer(text):
        if _looks_like_a_place(match.group("place")):
            found.setdefault(match.group("place"))
    for match in _BEGINS.finditer(text):
        district = f"{match.group('place')}区"
        first, tag = rjieba.tag(text[match.start("place") :])[0]
        if first == match.group("place") and tag in ("ns", "s") and rjieba.tag(district) == [(district, "ns")]:
            found[match.group("place")] = None
    position = 0
    for word, tag in rjieba.tag(text[:200]):
        position = text.find(word, position) + len(word)
        whole = tag == "ns" and len(word) >= 3 and word.endswith(_PLACE_END) and not NO_PLACE.search(word)
        short = tag == "ns" and len(word) == 2 and _SHORT_PLACE.match(text[position:]) and not NO_PLACE.search(word)
        if (whole or short) and not any(word in place for place in found):
            found[word] = None
    return tuple(sorted(found, key=text.find))


def opening_name(text: str) -> str:
    """What a question begins with and ends like a place, of several words, none of which says that it is one (望月台市);
    "" for nothing such."""
    match = _OPENS.match(text)
    name = match.group("place") if match else ""
    return "" if not name or NO_PLACE.search(name) or len(rjieba.tag(name)) < 2 else name


def _looks_like_a_place(name: str) -> bool:
    """Whether a name that no dictionary knows whole is one of a place: a county's always, a district's or a city's where
    its parts are no words of their own (历史风貌区, 棚户区, 夜市)."""
    if NO_PLACE.search(name) or re.match(r"[各全本我哪几这那每某]|其他|所有|多少", name):
        return False
    if name[-1] in "县旗":
        return True
    *first, last = rjieba.tag(name)
    ends = last[0] in ("区", "市") or last[1] == "ns"
    return ends and bool(first or last[1] == "ns") and all(tag in _OF_A_NAME for _, tag in first)
