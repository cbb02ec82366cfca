"""Quotations, and numerals that count nothing: names, dates, document numbers. Each must stand in a source."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.answering.number_lock import reckoning
from assistant.answering.number_lock.markup import Quotation
from assistant.answering.number_lock.memory import Look
from assistant.answering.number_lock.sources import fold
from assistant.answering.number_lock.stated import Numeral, Stated, plain_name
from assistant.plan.numerals import chinese_number
from assistant.plan.quantity import Quantity

_LACKS = re.compile(r"没有|未|并无|不含|不涉及")
_SHORT_NUMERAL = 2  # characters of a Chinese numeral that must have its neighbours too: 第一 of 第一部分
_FIVE_YEARS = re.compile(r"十([一二三四五六])五")
_YEARS = re.compile(r"(?:19|20)\d\d")
_MONTHS_OF_YEAR = re.compile(r"((?:19|20)\d\d)年(\d.*)")
_SHORT = 4  # characters of a quotation that is a term
_SHOWN = 24  # characters of a sentence shown in a fault
_END_SIGNS = ",;:.?!、"


class QuotingLook(Look):
    """The look at what a sentence quotes and names."""

    def _misquoted(self, quotation: Quotation) -> str:
        words = fold(quotation.text).strip(_END_SIGNS)
        if not words or words in self._memory.folded_names:
            return ""
        cited = [self._memory.sources[marker] for marker in self._markers]
        short = len(words) <= _SHORT and not any(character.isdigit() for character in words)
        if self._is_period(words) or (short and words in fold(self._memory.question)):
            return ""
        among = cited if cited and not short and not quotation.title else list(self._memory.sources.values())
        if any(words in source.folded for source in among):
            return ""
        where = "所引条款" if cited else "给出的条款"
        return f"引号中的“{_short(quotation.text)}”不是{where}的原话"

    def _is_period(self, words: str) -> bool:
        """“十二五” of a plan or a figure of those five years."""
        match = _FIVE_YEARS.fullmatch(words)
        if match is None:
            return False
        last = 2015 + 5 * ("一二三四五六".index(match[1]) - 1)
        return any(str(year) in self._spans() for year in range(last - 4, last + 1))

    def _unknown_name(self, numeral: Numeral, stated: Stated) -> str:
        allowed = self._allowed_names()
        text = self._plain.text
        whole, core = plain_name(numeral.text), plain_name(numeral.core)
        is_short = not any(character.isascii() for character in core) and len(core) <= _SHORT_NUMERAL
        if not is_short and stands_in(whole, allowed):
            neighbour = text[numeral.end : numeral.end + 1]
            digits = whole.isdigit() and "\u4e00" <= neighbour <= "\u9fff"
            if not digits or stands_in(whole + neighbour, allowed) or f"{whole}年" in allowed:
                return ""
        if not any(character.isascii() and character.isdigit() for character in core):
            start = text.find(numeral.core, numeral.start)
            end = start + len(numeral.core)
            for around in (text[max(0, start - 1) : end], text[start : end + 1]):
                if len(around) > len(core) and plain_name(around) in allowed:
                    return ""
        if numeral.reason == "date" and whole.rstrip("年度") in self._spans():
            return ""
        if self._is_period(core):
            return ""
        if dated := _MONTHS_OF_YEAR.fullmatch(whole):
            year, rest = dated.groups()
            if (year in self._spans() or stands_in(year, allowed)) and stands_in(rest, allowed):
                return ""
        if not stated.figures and _LACKS.search(text) and numeral.reason == "date":
            return ""
        if numeral.reason == "identifier" and _LACKS.search(re.split("[，,。；;]", text[: numeral.start])[-1]):
            return ""
        if (counted := _as_count(text, numeral)) and (
            reckoning.is_manner_of_speaking(counted, text)
            or (self._markers and reckoning.is_count(counted, text, len(stated.figures), len(self._markers)))
        ):
            return ""
        if self._plain.misplaced and numeral.core in self._plain.misplaced:
            return f"“{self._plain.misplaced}”不是依据编号，请写成[n]，如[1]"
        return f"“{numeral.text}”在所引条款、标题和文件名中没有"

    def _allowed_names(self) -> str:
        """Where names and dates may stand: the cited clauses, all headings and titles."""
        if self._markers not in self._memory.numerals:
            said = [self._memory.names, *(self._memory.sources[marker].numerals for marker in self._markers)]
            self._memory.numerals[self._markers] = plain_name("\n".join(said))
        return self._memory.numerals[self._markers]

    def _spans(self) -> set[str]:
        """The years of the cited plans and of their figures: what a clause says of 去年 may be told by its number."""
        sources = [self._memory.sources[marker] for marker in self._markers] or list(self._memory.sources.values())
        found = {str(one.evidence.plan.year) for one in sources}
        for source in sources:
            found.update(year for row in source.evidence.rows for year in _YEARS.findall(row.period))
        return found


_COUNTER_BEHIND = re.compile(r"(?:个?方面|[类项个条点处种所宗家座块样笔招件])")


def _as_count(text: str, numeral: Numeral) -> Quantity | None:
    """三类, 5个方面: a numeral that may count what the sentence lists."""
    behind = _COUNTER_BEHIND.match(text, numeral.end)
    if behind is None:
        return None
    try:
        value = Decimal(numeral.core) if numeral.core.isdecimal() else chinese_number(numeral.core)
    except ValueError:
        return None
    unit = "方面" if behind.group().endswith("方面") else behind.group()
    return Quantity(value, None, unit, "exact", "", numeral.start, behind.end(), numeral.core)


_SAYS_WHAT_IT_IS = re.compile(r"\s*(?:是|为|系|指|即|对应|代表|属于|说的|[，,。；;：:、])")


def stands_in(name: str, allowed: str) -> bool:
    """Whether a name stands in a text, not as a part of a longer number or word."""
    start = allowed.find(name)
    while name and start != -1:
        before, after = allowed[start - 1 : start], allowed[start + len(name) : start + len(name) + 1]
        cut = (_goes_on(before) and _goes_on(name[0])) or (_goes_on(after) and _goes_on(name[-1]))
        if not cut:
            return True
        start = allowed.find(name, start + 1)
    return False


def _goes_on(character: str) -> bool:
    return (character.isascii() and character.isalnum()) or character == "."


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
