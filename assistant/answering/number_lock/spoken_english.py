"""English amounts as Chinese text has them: "at least three hundred million yuan" becomes 不少于300000000元."""

from __future__ import annotations

import re

_NUMBER_WORD = re.compile(
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundred|thousand|million|billion|trillion|dozen)\b",
    re.IGNORECASE,
)
_SCALED = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(thousand|million|billion|trillion)\b", re.IGNORECASE)
_SCALES = {"thousand": "千", "million": "百万", "billion": "十亿", "trillion": "万亿"}
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (r"\s*\b(?:percentage points?|pp)\b", "个百分点"),
        (r"\s*\b(?:per ?cent)\b", "%"),
        (r"\b(?:at least|no (?:less|fewer) than|not (?:less|fewer) than|a minimum of)\s+(?=\d)", "不少于"),
        (r"\b(?:at most|no more than|not more than|up to|a maximum of)\s+(?=\d)", "不超过"),
        (r"\b(?:more than|over|above|exceeding|in excess of)\s+(?=\d)", "超过"),
        (r"\b(?:less than|fewer than|under|below|nearly|almost)\s+(?=\d)", "不到"),
        (r"\b(?:about|around|approximately|roughly|some)\s+(?=\d)", "约"),
        (r"(?<=[\d%]) (?:or more|or above|and above)\b", "以上"),
        (r"(?<=[\d%]) (?:or less|or fewer|or below)\b", "以下"),
        (r"(?<=[\d千万亿])\s*(?:yuan|RMB|CNY)\b", "元"),
        (r"\bhalf of\b|\bone half\b|\ba half\b|\bhalf\b", "一半"),
        (r"\bdouble[sd]?\b|\btwice\b|\btwofold\b", "翻一番"),
        (r"\btriple[sd]?\b|\bthreefold\b", "3倍"),
    )
)
_ENGLISH = re.compile(r"[A-Za-z]{3}")


def with_digits(text: str) -> str:
    """The text with its English numbers in digits and the words of amounts in Chinese."""
    if not _ENGLISH.search(text):
        return text
    if _NUMBER_WORD.search(text):
        from text_to_num import alpha2digit

        text = alpha2digit(text, "en", threshold=0)
    text = _SCALED.sub(lambda match: match[1] + _SCALES[match[2].lower()], text)
    for pattern, meaning in _WORDS:
        text = pattern.sub(meaning, text)
    return text
