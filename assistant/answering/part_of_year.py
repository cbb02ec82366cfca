"""A part of a year that a question names: 上半年, 前三季度, 1—11月, 3月份. Its figure is another one than the year's.

A figure is of the part that its sentence names last before it, of the whole year where it names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.answering import figures
from assistant.answering.draft import Draft, Reply
from assistant.answering.evidence import Sources
from assistant.answering.ledger_index import RowMatch, unit_fits
from assistant.answering.question import Question
from assistant.plan.ledger import LedgerRow
from assistant.plan.numerals import chinese_number, narrow

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
_PART = re.compile(
    rf"(?P<first>{_N})月?份?\s?[-—–~～至到]\s?(?P<last>{_N})月份?(?!\d)"
    rf"|(?P<first_quarter>[一二三四1-4])\s?[-—–~～至到]\s?(?P<last_quarter>[一二三四1-4])季度"
    rf"|(?:前|头)(?P<count>{_N})个?(?P<unit>季度|月)|第?(?<![前头\d个])(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年"
    rf"|(?<![\d个前头月至到—-])(?P<month>{_N})月份?(?![\d日底末前起以中上下初一二三四五六七八九十个])"
)
_IN_QUOTES = re.compile(r"[“\"][^“”\"]{1,12}[”\"]")  # “新十二月市” is a name
_STOPS = "。；;"


@dataclass(frozen=True)
class PartOfYear:
    """The first and last month, and the words for them."""

    first: int
    last: int
    said: str

    def is_same(self, other: PartOfYear | None) -> bool:
        return other is not None and (self.first, self.last) == (other.first, other.last)


def parts_in(text: str) -> Iterator[PartOfYear]:
    """The parts of a year that a text names, in order; the whole of it is none."""
    for match in _PART.finditer(_IN_QUOTES.sub(lambda name: "·" * len(name.group()), narrow(text))):
        first, last = _months(match)
        if 1 <= first <= last <= 12 and (first, last) != (1, 12):
            yield PartOfYear(first, last, text[match.start() : match.end()])


def _months(match: re.Match[str]) -> tuple[int, int]:
    said = {name: _number(words) for name, words in match.groupdict().items() if words and name not in ("unit", "half")}
    if "first" in said:
        return said["first"], said["last"]
    if "first_quarter" in said:
        return 3 * said["first_quarter"] - 2, 3 * said["last_quarter"]
    if "count" in said:
        return 1, said["count"] * (3 if match.group("unit") == "季度" else 1)
    if "quarter" in said:
        return 3 * said["quarter"] - 2, 3 * said["quarter"]
    if match.group("half"):
        return (1, 6) if match.group("half") == "上" else (7, 12)
    return said["month"], said["month"]


def _number(words: str) -> int:
    return int(words) if words.isdigit() else int(chinese_number(words))


def held_to(draft: Draft, question: Question, reply: Reply) -> Reply:
    """The reply, where its figures are of the part of the year that the question names; else the figure that is, or a refusal
    that says what there is. A figure of a part that answers a question about the year is said to be one."""
    if reply.status != "answered" or not reply.rows or question.claims:
        return reply
    asked = next(parts_in(question.text), None)
    of_rows = [_part_of(draft, document, row) for document, row in reply.rows]
    if asked is None:
        part = of_rows[0]
        if part is None or len(of_rows) > 1 or part.said in reply.text:
            return reply
        return Reply(reply.status, f"{reply.text}（文中说的是{part.said}。）", reply.rows, reply.computed, reply.denied)
    if any(asked.is_same(part) for part in of_rows):
        return reply
    if (match := _of_the_part(draft, question, asked)) is not None:
        draft.sources = Sources()
        return figures.one_figure(draft, question, match)
    draft.sources = Sources()
    lines = [draft.row_line(*row) for row in reply.rows[:_MOST]]
    whole = "全年的" if all(part is None for part in of_rows) else "别的时段的"
    said = f"没有写{asked.said}的数字，不能回答。文中写的是{whole}：{'；'.join(lines)}。"
    return Reply("wrong_scope", said, denied=tuple(re.findall(r"\d+", asked.said)))


_MOST = 3  # figures that a refusal names


def _of_the_part(draft: Draft, question: Question, asked: PartOfYear) -> RowMatch | None:
    """The likeliest row of the part that is asked for, among those that the question names."""
    for match in draft.find(question.text).ranked:
        named = match.named >= _NAMED and unit_fits(question, match.row) is not False
        if named and asked.is_same(_part_of(draft, match.document, match.row)):
            return match
    return None


_NAMED = 0.6  # of what a question names, what a row must hold


def _part_of(draft: Draft, document: str, row: LedgerRow) -> PartOfYear | None:
    """The part of the year that a row's sentence names last before its figure."""
    plan = draft.plan(document)
    clause = plan.clause(row.clause)
    before = plan.text[clause.start : row.start]
    begin = max(before.rfind(stop) for stop in _STOPS) + 1
    return next(reversed(list(parts_in(before[begin:]))), None)
