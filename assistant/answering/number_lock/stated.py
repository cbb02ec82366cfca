"""What a sentence states: its figures, and its numerals that count nothing (years, names, ordinals)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

import rjieba

from assistant.plan.numerals import SCALE, UNIT, alternatives, chinese_number
from assistant.plan.qualifiers import prefix_of, suffix_of
from assistant.plan.quantity import OtherNumeral, Qualifier, Quantity
from assistant.plan.scan import scan
from assistant.plan.units import COUNTERS

_ONE = re.compile(
    rf"一(?P<unit>{alternatives([one for one in COUNTERS if one not in ('起', '对', '面', '次', '期', '种', '类', '组')])})(?=\s*(?:$|[，,。；;、！!？?：:|（）()]|以上))"
)
_BARE_SCALE = re.compile(
    rf"(?P<number>[零〇一二三四五六七八九十百千两]+)(?P<scale>亿|万亿|万)(?![\u4e00-\u9fff]?{UNIT})"
)
_CHINESE_YEAR = re.compile(r"[一二][九〇零][〇零一二三四五六七八九]{2}(?=年)")
_CHINESE_DIGITS = {character: str(digit) for digit, character in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_BELONGS = re.compile(r"[0-9A-Za-z年月日号第.\-/+【】〔〕\[\]]")
_LOOSE_PREFIX = re.compile(
    r"(?P<word>至少|最少|起码|不少于|不低于|最低|最多|至多|顶多|不超过|不高于|超过|突破|约|大约|大概|接近)"
    r"(?:要|应|需|将|能|会|可|得)?(?:是|为|有|达到|达|在|到|选定|新增|增长|引进|建成|完成|实现|投资|投入|安排|培育|建设|做到|留住|拿下|多出|多|增加|添|保持在|控制在)(?=\s*(?:人民币)?\s*[\d零〇一二三四五六七八九十百千两])"
)
_AROUND_BRACKET = re.compile(
    rf"(?P<unit>(?:{SCALE})?(?:{UNIT}))(?P<inner>[（(][^（）()]{{1,20}})(?P<close>[）)])(?P<words>及?以[上下内]|左右)"
)
_FLOOR_BEHIND = re.compile(
    rf"(?P<number>\d[\d,.]*\s*(?:{SCALE})?(?:{UNIT}))(?P<mark>\**)(?:起步|打底|起(?![步点来草诉])|为(?:下限|底线|最低线|底数)|封底)"
)
_CEILING_BEHIND = re.compile(rf"(?P<number>\d[\d,.]*\s*(?:{SCALE})?(?:{UNIT}))(?:封顶|为(?:上限|顶线)|到顶)")
_BOUND_BEFORE = re.compile(
    r"(?P<bound>下限|底线|门槛|最低线|起步价?|上限|天花板)(?:是|为|在|定为|定在|划在|设在|划为|守在|卡在|就是|：|:)+\s?(?=[\d零一二三四五六七八九十百千两])"
)
_MORE_BEHIND = re.compile(rf"(?P<number>\d[\d,.]*\s*(?:{SCALE})?(?:{UNIT}))(?:出头|开外|有余|还多)")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d])")
_PASSED_BEHIND = re.compile(
    rf"(?<![\d.突破超过约近到于足多少])\d[\d,.]*\s*(?:{SCALE})?(?:{UNIT})(?=是[^，,。；;]{{1,16}}要?(?:突破|超过|跨越)的(?:关口|大关|门槛|目标))"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIMES_TWO = re.compile(r"翻(?:了(?P<times>[一两])番|倍|了一倍)")
_ONE_TIME = re.compile(r"(?<![一二三四五六七八九十])一倍")
_PASSED = re.compile(r"(?:迈过|冲破|越过|跨过|跨越|闯过)了?(?=\d)|\bexceed(?:s|ed)?\s(?=\d)", re.IGNORECASE)
_NO_LESS = re.compile(r"(?:少说|少则|保底|不得?低于|不得?少于|兜底)(?:也|得|要|应|有|需|能|会)*(?=\d)")
_NO_MORE = re.compile(r"(?:多则|封顶|顶天)(?:也|有|能|会)*(?=\d)")
_BETWEEN = re.compile(
    rf"介于(\d[\d.]*)\s*(?:{SCALE})?(?:{UNIT})?(?:和|与|至|到)(\d[\d.]*\s*(?:{SCALE})?(?:{UNIT}))之间"
)
_LEAST_BEHIND = re.compile(
    rf"(?<![\d.])(?P<number>\d[\d.]*\s*(?:{SCALE})?(?:{UNIT}))(?=是[^，,。；;]{{1,20}}的(?:最低|起码)(?:要求|标准|目标|线|数))"
)
_NEARLY_BEFORE = re.compile(r"(?:快到|几乎|差一点到|将近|逼近)(?=\d)")


@dataclass(frozen=True)
class Numeral:
    """A numeral that counts nothing, with what belongs to it: 【2022】1号, 5G."""

    start: int
    end: int
    text: str
    core: str
    reason: str


@dataclass(frozen=True)
class Stated:
    """All that a text states, in its order."""

    figures: tuple[Quantity, ...]
    numerals: tuple[Numeral, ...]


def plain_qualifiers(text: str) -> str:
    """The text with qualifier words where the reader of figures looks for them: 至少为300亿元 is 至少300亿元, a figure
    before brackets has what stands behind them (3000000万元（300亿元）以上), 底线为 is 不少于."""
    text = _THOUSANDS.sub(_without_comma, text)
    text = _TIMES_TWO.sub(lambda match: f"翻{match['times'] or '一'}番", text)
    text = _ONE_TIME.sub("1倍", text)
    text = _PASSED.sub("突破", text)
    if not any(sign in text for sign in "于则低保少至最起不约大超突接线限槛封上下左顶出开有还快几差将逼天底"):
        return text
    text = _NO_LESS.sub("不少于", _NO_MORE.sub("不超过", text))
    text = _BETWEEN.sub(r"\1-\2", text)
    text = _LEAST_BEHIND.sub(r"不少于\g<number>", text)
    text = _LOOSE_PREFIX.sub(lambda match: match["word"], text)
    text = _PASSED_BEHIND.sub(lambda match: f"突破{match.group()}", text)
    text = _BOUND_BEFORE.sub(lambda match: "不超过" if match["bound"] in ("上限", "天花板") else "不少于", text)
    text = _AROUND_BRACKET.sub(lambda m: f"{m['unit']}{m['words']}{m['inner']}{m['words']}{m['close']}", text)
    text = _FLOOR_BEHIND.sub(lambda match: f"不少于{match['number']}", text)
    text = _CEILING_BEHIND.sub(lambda match: f"不超过{match['number']}", text)
    text = _MORE_BEHIND.sub(lambda match: f"超过{match['number']}", text)
    return _NEARLY_BEFORE.sub("近", text)


def _without_comma(match: re.Match[str]) -> str:
    digits = match.group().replace(",", "")
    # 2,000 parking spaces: what is written with a comma is no year.
    is_like_a_year = _YEAR.fullmatch(digits) is not None and re.match(r"\s[A-Za-z]", match.string[match.end() :])
    return f"{digits}个" if is_like_a_year else digits


@lru_cache(maxsize=512)
def read_stated(text: str) -> Stated:
    """The figures and other numerals of a plain text, half-width."""
    reading = scan(text)
    figures = [replace(one, unit=one.unit.replace(" ", "")) for one in reading.quantities]
    taken = [(one.start, one.end) for one in figures]
    numerals: list[Numeral] = []
    for other in reading.others:
        amount = _as_amount(text, other)
        if amount is not None and not any(amount.start < end and start < amount.end for start, end in taken):
            figures.append(amount)
            taken.append((amount.start, amount.end))
        elif not any(start <= other.start < end for start, end in taken):
            numerals += _named(text, other)
    return Stated(tuple(sorted(figures, key=lambda one: one.start)), tuple(numerals))


def _as_amount(text: str, other: OtherNumeral) -> Quantity | None:
    """The amounts that a plan's reader takes for words: 平台一家, 三百亿, a bare 2000."""
    if other.text == "一" and (one := _ONE.match(text, other.start)):
        return _quantity(text, one.start(), one.end(), Decimal(1), one["unit"])
    scaled = _BARE_SCALE.fullmatch(other.text)
    if scaled and len(other.text) > 1:
        try:
            return _quantity(text, other.start, other.end, chinese_number(scaled["number"]), scaled["scale"])
        except ValueError:
            return None
    if other.reason == "no_unit" and _stands_alone(text, other) and not _is_english_year(text, other):
        return _quantity(text, other.start, other.end, Decimal(other.text), "")
    return None


def _stands_alone(text: str, other: OtherNumeral) -> bool:
    """A bare number: no letter, sign or 号 makes it a name."""
    before, after = text[other.start - 1 : other.start], text[other.end : other.end + 1]
    return not (before and ((before.isascii() and before.isalpha()) or before in "第.-/+【〔[(（×")) and not (
        after and ((after.isascii() and after.isalpha()) or after in "号.-/+】〕]级版型届线")
    )


def _is_english_year(text: str, other: OtherNumeral) -> bool:
    return (
        re.fullmatch(r"(?:19|20)\d\d", other.text) is not None
        and _YEAR_AROUND.search(text, max(0, other.start - 12), other.end + 12) is not None
    )


_YEAR_AROUND = re.compile(
    r"(?:\b(?:in|by|of|since|for|from|until|during|year|through|and|to|than|over|key|the|its|this|end|[A-Z]\w+|[a-z]+'s))\s(?:19|20)\d\d(?!\s(?:new|public|more|additional)\b)"
    r"|(?:19|20)\d\d\s(?:target|goal|plan|budget|economic|annual|national|development|work|report|figure|level|is|was|will|and|as)"
)


def _quantity(text: str, start: int, end: int, value: Decimal, unit: str) -> Quantity:
    end, behind, words_behind = suffix_of(text, end)
    start, before, words = prefix_of(text, start)
    qualifier: Qualifier = before if before not in (None, "exact") else behind or "exact"
    return Quantity(value, None, unit, qualifier, words + words_behind, start, end, text[start:end])


_NUMBER = re.compile(r"[\d零一二三四五六七八九十百千万亿两半]")
_QUALIFIED_BEHIND = re.compile(r"\**(?:及?以[上下内]|左右|上下|之?内)$")


def says_two_qualifiers(text: str, figure: Quantity) -> bool:
    """至少为300亿元左右: whether the words before and behind a figure's number say different things of it."""
    number = _NUMBER.search(figure.text)
    if number is None or figure.upper is not None:
        return False
    first = figure.start + number.start()
    last = figure.start + len(_QUALIFIED_BEHIND.sub("", figure.text))
    start, nearest, _ = prefix_of(text, first)
    _, further, _ = prefix_of(text, start)
    _, behind, _ = suffix_of(text, last)
    kinds = {nearest, further, behind} - {None, "exact"}
    return len(kinds) > 1


# --- Numerals that count nothing --------------------------------------------------------------------------------------

_SIGNS_BEHIND = re.compile(r"[.\-/+]+$")
_HARMLESS = frozenset("一两几半双数千万百十零亿")
_ENUMERATES = re.compile(r"第[一二三四五六七八九十]{1,3}[，,、：:是]")
_LISTING = re.compile(r"[一二三四五六七八九十](?=是)|(?<=其)[一二三四五六七八九十]")


def _named(text: str, other: OtherNumeral) -> Iterator[Numeral]:
    """The numeral with what belongs to it, unless it is a part of a common word or only numbers the sentence's parts."""
    if re.fullmatch(r"[两几]?数", other.text):
        return
    if (
        other.reason == "heading_label"
        or _ENUMERATES.match(text, other.start)
        or _LISTING.fullmatch(text, other.start, other.end)
    ):
        return
    if not any(character.isdigit() and character.isascii() for character in other.text) and _in_a_word(text, other):
        return
    start, end = other.start, other.end
    while start > 0 and _BELONGS.match(text[start - 1]):
        start -= 1
    while end < len(text) and _BELONGS.match(text[end]) and not (text[end - 1] == "年" and text[end].isalpha()):
        end += 1
    end = max(other.end, start + len(_SIGNS_BEHIND.sub("", text[start:end])))
    reason = "date" if other.reason == "no_unit" and _is_english_year(text, other) else other.reason
    yield Numeral(start, end, text[start:end], other.text, reason)


def _in_a_word(text: str, other: OtherNumeral) -> bool:
    """一般, 统一, 十分: a numeral inside a word of the dictionary, and 一 before a measure word and what it measures."""
    if len(other.text) == 1 and other.text in _HARMLESS and other.reason in ("word", "name"):
        following = text[other.end : other.end + 1]
        return bool(following) or other.text != "一"
    if other.text == "一" and text.startswith("方面", other.end):
        return True
    first = max(0, other.start - 6)
    place = first
    for word, tag in rjieba.tag(text[first : other.end + 6]):
        if place <= other.start and other.end <= place + len(word):
            return len(word) > len(other.text) and tag not in ("m", "mq", "t")
        place += len(word)
    return False


# --- Whether a name stands in a source ---------------------------------------------------------------------------------

_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")


def plain_name(words: str) -> str:
    """A name as it is compared: no blanks, no leading zeros, years in digits, one form of brackets."""
    words = _CHINESE_YEAR.sub(lambda match: "".join(map(_CHINESE_DIGITS.__getitem__, match.group())), words)
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", words)
    words = re.sub(r"\s", "", words).translate(str.maketrans("【】〔〕[]（）—–~～至", "()()()()-----"))
    return _ZEROS.sub("", words)
