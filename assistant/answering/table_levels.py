"""What stands under what in a table whose first columns group its rows: 二级指标 and their 三级指标.

A cell that spans several rows is written in the first of them alone; the rows below leave it out or leave it empty. What a row
leaves out is what the last row that had it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.answer import Computed
from assistant.answering.draft import Draft, Reply, quoted
from assistant.plan.document import Plan, Row, Table

_NUMBERING = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d{1,3}[.．、])\s*")
_MARKS = re.compile(r"[▲△★☆*※●]+$")
_BELOW = re.compile(r"下设|下属|下面|底下|包括|包含|含有?|分为|分成|有(?=哪|几|多少)|里(?:面|头)?(?=有|是)")
_ABOVE = re.compile(r"归|属于?|隶属|上(?:一)?级|在哪|列在|放在|哪[个一]?(?:大类|类)?")
_HOW_MANY = re.compile(r"(?<!哪)几[个项]|多少[个项]")


@dataclass(frozen=True)
class Entry:
    """One row of a table: its cells under the names of their columns (the names of what spans it among them), and for each
    the clause where it is written."""

    columns: tuple[str, ...]
    cells: tuple[str, ...]
    clauses: tuple[str, ...]


def answer(draft: Draft, text: str) -> Reply | None:
    """What a named cell holds below it, or what it stands under, where the question names a column of the table."""
    for document in draft.documents[:1]:
        plan = draft.plan(document)
        for table in plan.tables:
            entries = list(_entries(plan, table))
            columns = entries[0].columns if entries else ()
            if sum(column in text for column in columns if len(column) > 1) == 0 or not _groups(entries):
                continue
            reply = _below(draft, document, text, entries) or _above(draft, document, text, entries)
            if reply is not None:
                return reply
    return None


def _entries(plan: Plan, table: Table) -> Iterator[Entry]:
    """The rows below the head, what spans them filled in."""
    head, rows = _headed(table)
    columns = tuple(cell.text for cell in head.cells) if head else ()
    if len(columns) < 3 or not all(columns):
        return
    clauses = {clause.start: clause.id for clause in plan.clauses if clause.kind == "row"}
    above: list[tuple[str, str]] = [("", "")] * len(columns)
    for row in rows:
        clause = clauses.get(row.start)
        if clause is None or len(row.cells) > len(columns):
            continue
        missing = len(columns) - len(row.cells)
        filled = [(cell.text, clause) for cell in row.cells]
        whole = [*above[:missing], *filled]
        # A new group empties nothing that it has itself; an empty cell goes on with the one above.
        first = next((place for place, (words, _) in enumerate(whole) if place >= missing and words), len(columns))
        whole = [above[place] if place < first else one for place, one in enumerate(whole)]
        above = whole
        yield Entry(columns, tuple(_bare(words) for words, _ in whole), tuple(place for _, place in whole))


def _headed(table: Table) -> tuple[Row | None, Sequence[Row]]:
    """The row that names the columns; where none was told apart, the first one, if it holds no figure."""
    if table.header:
        return table.header[-1], table.rows
    first = table.rows[0] if table.rows else None
    named = first is not None and not any(re.search(r"\d", cell.text) for cell in first.cells)
    return (first, table.rows[1:]) if named else (None, ())


def _bare(words: str) -> str:
    return _MARKS.sub("", _NUMBERING.sub("", re.sub(r"\s+", "", words)))


def _groups(entries: Sequence[Entry]) -> bool:
    """Whether the first column says of several rows what they belong to."""
    return len({entry.cells[0] for entry in entries}) * 2 <= len(entries)


def _named(text: str, entries: Sequence[Entry]) -> tuple[int, str] | None:
    """(column, words) of the cell that the question names: the longest one."""
    squeezed = re.sub(r"\s+", "", text)
    found = {
        (place, words)
        for entry in entries
        for place, words in enumerate(entry.cells)
        if len(words) > 1 and words in squeezed and words not in entry.columns
    }
    return max(found, key=lambda one: len(one[1]), default=None)


def _below(draft: Draft, document: str, text: str, entries: Sequence[Entry]) -> Reply | None:
    """What a group holds: the cells of the column that is asked for, of the next one where none is."""
    named = _named(text, entries)
    if named is None or not _BELOW.search(text):
        return None
    column, words = named
    columns = entries[0].columns
    asked = [place for place, name in enumerate(columns) if place > column and name in text]
    if column + 1 >= len(columns):
        return None
    wanted = asked[0] if asked else column + 1
    items: dict[str, str] = {}
    for entry in entries:
        if entry.cells[column] == words and entry.cells[wanted]:
            items.setdefault(entry.cells[wanted], entry.clauses[wanted])
    if len(items) < 2:
        return None
    lines = "\n".join(f"- {quoted(item)}{draft.cite(document, clause)}" for item, clause in items.items())
    computed: tuple[Computed, ...] = ()
    said = f"“{quoted(words)}”下面的{columns[wanted]}："
    if _HOW_MANY.search(text):
        count = str(len(items))
        computed = (Computed(expression="逐个数出", value=count, unit="个", qualifier="exact", operands=()),)
        said = f"“{quoted(words)}”下面的{columns[wanted]}一共**{count}个**："
    return Reply("answered", f"{said}\n{lines}", (), computed)


def _above(draft: Draft, document: str, text: str, entries: Sequence[Entry]) -> Reply | None:
    """What a cell stands under, from the top down."""
    named = _named(text, entries)
    if named is None or not _ABOVE.search(text) or named[0] == 0:
        return None
    column, words = named
    entry = next(entry for entry in entries if entry.cells[column] == words)
    groups = [
        f"{entry.columns[place]}“{quoted(entry.cells[place])}”{draft.cite(document, entry.clauses[place])}"
        for place in range(column)
        if entry.cells[place]
    ]
    marker = draft.cite(document, entry.clauses[column])
    return Reply("answered", f"“{quoted(words)}”{marker}属于：{'，'.join(groups)}。") if groups else None
