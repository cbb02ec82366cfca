"""English amounts as Chinese text has them: "at least three hundred million yuan" becomes 不少于300000000元."""

from __future__ import annotations

import re
from decimal import Decimal

from text_to_num import alpha2digit

_NUMBER_WORD = re.compile(
    r"(?<![A-Za-z])(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|thousand|million|billion|trillion|dozen)(?![A-Za-z])",
    re.IGNORECASE,
)
_SCALED = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(thousand|million|billion|trillion)(?![A-Za-z])", re.IGNORECASE)
_SCALES = {"thousand": (1000, ""), "million": (100, "万"), "billion": (10, "亿"), "trillion": (1, "万亿")}
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"(?<=[\d千万亿])\s*(?:yuan|RMB|CNY)(?![A-Za-z])", "元"),
        (r"\s*(?<![A-Za-z])(?:percentage points?|pp)(?![A-Za-z])", "个百分点"),
        (r"\s*(?<![A-Za-z])square (?:kilometers|kilometres)(?![A-Za-z])", "平方公里"),
        (r"\s*(?<![A-Za-z])square (?:meters|metres)(?![A-Za-z])", "平方米"),
        (r"\s*(?<![A-Za-z])(?:kilometers?|kilometres?|km)(?![A-Za-z²])", "公里"),
        (r"\s*(?<![A-Za-z])households(?![A-Za-z])", "户"),
        (r"\s*(?<![A-Za-z])(?:per ?cent)(?![A-Za-z])", "%"),
        (r"(?<![A-Za-z])(?:at least|no (?:less|fewer) than|not (?:less|fewer) than|a minimum of)\s+(?=\d)", "不少于"),
        (r"(?<![A-Za-z])(?:at most|no more than|not more than|up to|a maximum of)\s+(?=\d)", "不超过"),
        (r"(?<![A-Za-z])(?:more than|over|above|exceeding|in excess of)\s+(?=\d)", "超过"),
        (r"(?<![A-Za-z])(?:less than|fewer than|under|below|nearly|almost)\s+(?=\d)", "不到"),
        (r"(?<![A-Za-z])(?:about|around|approximately|roughly|some)\s+(?=\d)", "约"),
        (r"(?<=[\d%元]) (?:or more|or above|and above)(?![A-Za-z])", "以上"),
        (r"(?<=[\d%元]) (?:or less|or fewer|or below)(?![A-Za-z])", "以下"),
        (r"(?<![A-Za-z])(?:half of|one half|a half|half)(?![A-Za-z])", "一半"),
        (r"(?<![A-Za-z])(?:double[sd]?|twice|twofold)(?![A-Za-z])", "翻一番"),
        (r"(?<![A-Za-z])(?:triple[sd]?|threefold)(?![A-Za-z])", "3倍"),
    )
)
_BORDER = re.compile(r"(?<=[A-Za-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[A-Za-z])")
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:between|from)\s+(\d[\d.,]*)\s+(?:and|to)\s+(\d[\d.,]*)", re.IGNORECASE)
_TO = re.compile(r"(?<![\d.])(?<!from )(\d[\d.]*) to (\d[\d.]*)(?= [a-z])")
_ENGLISH = re.compile(r"[A-Za-z]{3}")


def with_digits(text: str) -> str:
    """The text with its English numbers in digits and the words of amounts in Chinese."""
    if not _ENGLISH.search(text):
        return text
    text = _SCALED.sub(_scaled, text)
    if _NUMBER_WORD.search(text):
        text = alpha2digit(_BORDER.sub(" ", text), "en", threshold=0)
    text = _DAY_FIRST.sub(lambda match: _dated(match["year"], match["month"], match["day"]), text)
    text = _MONTH_FIRST.sub(lambda match: _dated(match["year"], match["month"], match["day"]), text)
    text = _BETWEEN.sub(r"\1-\2", text)
    text = _TO.sub(r"\1-\2", text)
    text = _SCALED.sub(_scaled, text)
    for pattern, meaning in _WORDS:
        text = pattern.sub(meaning, text)
    return text


def _dated(year: str, month: str, day: str) -> str:
    return f"{year}年{_MONTHS.index(month.lower()) + 1}月{int(day)}日"


def _scaled(match: re.Match[str]) -> str:
    times, scale = _SCALES[match[2].lower()]
    return f"{Decimal(match[1].replace(',', '')) * times:f}{scale}"
