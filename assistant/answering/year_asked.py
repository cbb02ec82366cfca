"""The year that is asked for, against the year or the five years that a figure is for."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answering.draft import Draft, Reply
from assistant.answering.holdings import Sought, names_of
from assistant.answering.looking_up import for_five_years
from assistant.plan.ledger import LedgerRow


def period_of(row: LedgerRow, around: str) -> str:
    """The row's period as the plan says it there, or by the name of its five years; "" where it need not be said."""
    years = re.findall(r"\d{4}", row.period)
    if len(years) == 2 and int(years[1]) - int(years[0]) == 4 and years[0][3] in "16":
        return names_of((int(years[0]), int(years[1])))[0]
    return row.period if len(years) == 1 and years[0] in around and row.period not in around[:40] else ""


def of_another_year(draft: Draft, reply: Reply, sought: Sought) -> Reply:
    """An answer to what was asked of one year, where the plan has only what it says of others: that it has none of that year,
    and what it has."""
    years, rows = sought.years, reply.rows
    if reply.status != "answered" or years is None or not rows or reply.computed or sought.meant.of_document:
        return reply
    if not all(row.period and not is_of_years(draft, document, row, years) for document, row in rows):
        return reply
    lines = "；".join(f"{period_of(row, row.period)}{draft.row_line(document, row)}" for document, row in rows)
    what = {"target": "目标", "result": "完成数", None: "数字"}[sought.meant.tense]
    said = f"没有写{sought.meant.said}的{what}。文中写的是别的年份的：{lines}。"
    return Reply("no_figure", said, rows, denied=tuple(re.findall(r"\d+", sought.meant.said)))


def said_to_be_of_longer(reply: Reply, sought: Sought) -> Reply:
    """An answer about one year that rests on what is for five years as a whole says so; for their last year it is the same."""
    years, rows = sought.years, reply.rows
    if reply.status != "answered" or years is None or years[0] != years[1] or not rows or reply.computed:
        return reply
    spans = {tuple(int(year) for year in re.findall(r"\d{4}", row.period)) for _, row in rows}
    span = spans.pop() if len(spans) == 1 else ()
    if len(span) != 2 or span[1] - span[0] != _OF_FIVE - 1 or not span[0] <= years[0] < span[1]:
        return reply
    said = f"（这是{names_of((span[0], span[1]))[0]}五年的数字，没有单列这一年的。）"
    return replace(reply, text=f"{reply.text}{said}")


_OF_FIVE = 5


def is_of_years(draft: Draft, document: str, row: LedgerRow, years: tuple[int, int] | None) -> bool:
    """Whether a row is for a year, or for five years as a whole; any is where none is asked for."""
    if years is None:
        return True
    said = [int(year) for year in re.findall(r"\d{4}", row.period)]
    if years[0] == years[1]:
        return bool(said) and said[0] <= years[0] <= said[-1]
    return for_five_years(draft, document, row, said, years)
