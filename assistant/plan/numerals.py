"""Numbers as they are written: full-width and arabic digits, Chinese numerals, scales, units; and what they come to.

Pieces of the grammar that `scan.py` puts together. Nothing here knows what a number is a number of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import cn2an

from assistant.plan.units import COUNTERS, MEASURES, PERCENT, SCALES

# Full-width forms, one code point to one code point, so that offsets stay.
_NARROW = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0xFF01 + i) not in "，；：？！（）"}
) | {ord("\u3000"): " ", ord("\u00a0"): " "}

CHINESE_NUMERALS = "〇零一二三四五六七八九十百千万亿两几数半双"


def narrow(text: str) -> str:
    """Full-width digits, letters and signs made half-width, punctuation of sentences left alone; same length."""
    return text.translate(_NARROW)


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_INTEGER = r"[零〇一二三四五六七八九十百千万亿两]+"
SCALE = alternatives(SCALES)
_DECIMAL = rf"{_INTEGER}点[零〇一二三四五六七八九]+(?:{SCALE})?"
# A measure word that goes on as a word counts nothing: 家庭, 两部分, 名单, 首批.
_NOT_A_WORD = "(?!(?<=家)庭|(?<=部)[分门队署]|(?<=首)[批次位届创]|(?<=名)[单录牌额]|(?<=条)[例]|(?<=件)套)"
# 套（间）: the unit of the kind, and of the odd one beside it in brackets.
UNIT = (
    rf"(?:(?:{alternatives([*COUNTERS, *MEASURES, *PERCENT, '成'])}){_NOT_A_WORD}(?:[（(](?:{alternatives(COUNTERS)})[)）])?"
    rf"(?:/(?:(?:{SCALE})?(?:{alternatives([*MEASURES, *COUNTERS])})|人))?|/10万)"
)
RANGE_SIGN = r"\s?(?:-|—|——|–|~|～|至|到|―|－)\s?"
# 14万2千户, 2亿3千万元: smaller scales after a larger one; the 千 of 千瓦 and 千米 is none.
_SMALLER = r"(?:\d{1,4}(?:千万|百万|十万|万|千(?![瓦米克伏卡帕])|百(?!分)))+"


def number_pattern(tag: str) -> str:
    """One number: arabic with its scale, a Chinese integer or decimal, 百分之…; `more` is 余/多 inside it."""
    return (
        rf"(?:(?P<percent{tag}>百分之|千分之)(?P<of{tag}>{_DECIMAL}|{_INTEGER}|{ARABIC})"
        rf"|(?P<arabic{tag}>{ARABIC})(?P<more{tag}>余|多|来)?\s{{0,2}}(?P<scale{tag}>(?:(?!百分点)(?:{SCALE}))?)"
        rf"(?P<smaller{tag}>(?:(?<=[万亿]){_SMALLER})?)"
        rf"|(?P<chinese{tag}>{_DECIMAL}|{_INTEGER}))"
    )


def read_number(match: re.Match[str], tag: str) -> tuple[Decimal, str, str | None]:
    """(value, scale written with the unit, the unit where the number itself says it).

    Raises ValueError for numerals in a row that make no number.
    """
    if match.group(f"percent{tag}"):
        of = match.group(f"of{tag}")
        value = Decimal(of.replace(",", "")) if of[0].isdigit() else chinese_number(of)
        return value, "", "%" if match.group(f"percent{tag}") == "百分之" else "‰"
    if match.group(f"arabic{tag}"):
        value, scale = Decimal(match.group(f"arabic{tag}").replace(",", "")), match.group(f"scale{tag}") or ""
        for digits, smaller in re.findall(rf"(\d+)({SCALE})", match.group(f"smaller{tag}") or ""):
            value += Decimal(digits) * SCALES[smaller] / SCALES[scale]
        return value, scale, None
    run = match.group(f"chinese{tag}")
    for scale in ("万亿", "亿", "万"):
        if run.endswith(scale) and run != scale:
            return chinese_number(run.removesuffix(scale)), scale, None
    if run in ("百亿", "千亿", "百万", "千万"):
        return chinese_number("一" + run[0]), run[1], None
    return chinese_number(run), "", None


def chinese_integer(written: str) -> Decimal:
    """A Chinese integer. Raises ValueError where the library cannot read it, however it says so."""
    try:
        return Decimal(int(cn2an.cn2an(written, "smart")))
    except KeyError:
        raise ValueError(f"{written} is no number") from None


def chinese_number(run: str) -> Decimal:
    """A Chinese numeral as a Decimal. cn2an takes integers only; the fraction is read digit by digit.

    Raises ValueError for characters that make no number (零十).
    """
    whole, point, fraction = run.partition("点")
    whole = whole.replace("〇", "零")
    if whole in SCALES:
        value = SCALES[whole]
    elif re.fullmatch("[零一二三四五六七八九]{2,}", whole):
        value = Decimal("".join(str("零一二三四五六七八九".index(c)) for c in whole))
    else:
        try:
            value = chinese_integer(whole)
        except ValueError:
            parts = re.findall(rf"[零〇一二三四五六七八九十百千两]+|{SCALE}", whole)
            value = sum((SCALES[part] if part in SCALES else chinese_integer(part) for part in parts), Decimal(0))
    if point:
        value += Decimal("0." + "".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in fraction))
    return value
