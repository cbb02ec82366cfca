"""A plan's text as HTML: headings, tasks with their ids in the margin, clauses that a citation can find.

Each piece of text is a `<span data-start>` whose text is exactly the plan's from that code point on, so that
source.js can mark any span of the document. Blank text between pieces becomes layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.plan.document import Plan
from assistant.web.markup import as_text

_TURN_BACK = '<button type="button" class="small" data-turn="-1" aria-label="上一处出处">‹</button>'
_TURN_ON = '<button type="button" class="small" data-turn="1" aria-label="下一处出处">›</button>'

PieceKind = Literal["field", "title", "heading", "task", "clause", "defect"]


@dataclass(frozen=True)
class Piece:
    """Text that stands together. `name` is its id for the reader, `level` the depth of a heading."""

    start: int
    end: int
    kind: PieceKind
    name: str = ""
    level: int = 0


def empty_source(text: str) -> str:
    """The panel without a plan."""
    return f'<article class="source" data-document=""><p class="notice">{as_text(text)}</p></article>'


def source_page(document_id: str, plan: Plan) -> str:
    """The whole plan for the panel: a bar that names it, the outline, the text."""
    body = "".join(_block(plan, block) for block in _blocks(plan))
    whole = plan.name == f"《{plan.title}》"
    title = as_text((plan.title if whole else plan.name) or document_id)
    return (
        f'<article class="source" data-document="{as_text(document_id)}"><header class="bar">'
        f'<strong title="{title}">{title}</strong><span class="quiet">{as_text(plan.number)}</span>'
        f'<span class="turn" hidden>{_TURN_BACK}'
        f'<span class="count" aria-live="polite"></span>{_TURN_ON}</span>'
        '<button type="button" class="small phone" data-close>关闭</button></header>'
        '<p class="place quiet" hidden></p>'
        f'<div class="text" tabindex="0">{_outline(plan)}{body}</div></article>'
    )


def _outline(plan: Plan) -> str:
    """The headings as links, folded: page.js scrolls to the offset."""
    if not plan.sections:
        return ""
    links = "".join(
        f'<li class="level{min(section.level, 4)}"><button type="button" data-goto="{section.start}">'
        f"{as_text(section.label + section.title)}</button></li>"
        for section in plan.sections
    )
    return f'<details class="outline"><summary>目录</summary><ol>{links}</ol></details>'


def _pieces(plan: Plan) -> list[Piece]:
    fields = [Piece(field.start, field.end, "field", f"header.{field.name}") for field in plan.header]
    headlines = [Piece(start, end, "title") for start, end in plan.headlines]
    sections = [Piece(s.start, s.end, "heading", s.id, s.level) for s in plan.sections]
    tasks = [Piece(task.start, task.end, "task", task.id) for task in plan.tasks]
    clauses = [Piece(c.start, c.end, "clause", c.id) for c in plan.clauses if c.kind != "header"]
    defects = [Piece(defect.start, defect.end, "defect", defect.reason) for defect in plan.defects]
    return sorted([*fields, *headlines, *sections, *tasks, *clauses, *defects], key=lambda piece: piece.start)


def _blocks(plan: Plan) -> Iterator[list[Piece]]:
    """The pieces, parted where the text breaks the line between two of them or changes its kind."""
    block: list[Piece] = []
    for piece in _pieces(plan):
        if block and _parted(plan, block[-1], piece):
            yield block
            block = []
        block.append(piece)
    if block:
        yield block


def _parted(plan: Plan, before: Piece, after: Piece) -> bool:
    alone = {"heading", "title"}
    return "\n" in plan.text[before.end : after.start] or before.kind in alone or after.kind in alone


def _block(plan: Plan, block: list[Piece]) -> str:
    first = block[0]
    inner = _spans(plan, block)
    if first.kind == "title":
        return f'<h2 class="headline">{inner}</h2>'
    if first.kind == "heading":
        level = min(first.level + 2, 6)
        return f"<h{level}>{inner}</h{level}>"
    if first.kind == "field":
        return f'<p class="fields">{inner}</p>'
    margin = f'<span class="margin">{as_text(first.name)}</span>' if first.kind == "task" else ""
    name = "defect" if first.kind == "defect" else "paragraph"
    return f'<p class="{name}">{margin}{inner}</p>'


def _spans(plan: Plan, pieces: Iterable[Piece]) -> str:
    return "".join(
        f'<span class="{piece.kind}" data-start="{piece.start}" title="{as_text(piece.name)}">'
        f"{as_text(plan.text[piece.start : piece.end])}</span>"
        for piece in pieces
    )
