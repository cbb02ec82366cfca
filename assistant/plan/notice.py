"""The notice around a plan: addressees, signature, date, the plan's own title below them; and what a cut-off file ends in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.plan.blocks import Block
from assistant.plan.head import names_a_plan
from assistant.plan.lines import BULLET, CLOSING, TERMINAL, Source

_ADDRESSEES = re.compile(
    r"^(?:各|[^。]{2,30}(?:人民政府|管委会|委员会|办公[厅室]))[^。]{0,200}(?:人民政府|部门|单位|机构|委员会|管委会|办事处|局|企业|区|县|市)[^。]{0,12}[:：]$"
)
_OFFICE = re.compile(
    r"(?:人民政府|办公[厅室]|国务院|委员会|管委会|[局厅部署办院]|领导小组|主席|总理|[省市区县旗州]长)$"
)
_PUBLISHED = re.compile(r"^[(（](?:此件|本文|此文)[^)）]{2,14}[)）]$")
_LONGEST_TITLE = 60
_LONGEST_TAIL = 24


def headlines_among(source: Source, blocks: Sequence[Block]) -> frozenset[int]:
    """The blocks that say something about the document: dates, who signs, whom it is for, the title of the plan that a
    notice brings, what is attached."""
    found: set[int] = set()
    headed = False
    for at, block in enumerate(blocks):
        headed = headed or block.heading is not None
        words = source.text[block.start : block.end]
        if block.kind == "headline":
            found.add(at)
        elif block.kind == "date":
            found.add(at)
            found.update(_signers(source, blocks, at))
        elif block.kind == "paragraph" and _tells_of_document(words, at, found, headed=headed):
            found.add(at)
    return frozenset(found)


def _tells_of_document(words: str, at: int, found: set[int], *, headed: bool) -> bool:
    if _PUBLISHED.match(words):
        return True
    if not headed and _ADDRESSEES.match(words):
        return True
    below_signature = not headed or bool({at - 1, at - 2} & found)
    return below_signature and len(words) <= _LONGEST_TITLE and names_a_plan(words)


def _signers(source: Source, blocks: Sequence[Block], at: int) -> list[int]:
    """The short lines right above a date that say who signs."""
    signers: list[int] = []
    for before in range(at - 1, max(-1, at - 4), -1):
        block = blocks[before]
        words = source.text[block.start : block.end].strip()
        if block.kind != "paragraph" or len(words) > 30 or words[-1] in TERMINAL or not _OFFICE.search(words):
            break
        signers.append(before)
    return signers


def stray_tail(source: Source, blocks: Sequence[Block]) -> frozenset[int]:
    """The blocks at the end that are cut off: short, without an end, in a text whose paragraphs have one."""
    paragraphs = [block for block in blocks if block.kind == "paragraph" and block.end - block.start > _LONGEST_TAIL]
    if not blocks or (paragraphs and sum(_ends(source, block) for block in paragraphs) < 0.8 * len(paragraphs)):
        return frozenset()
    found: set[int] = set()
    for at in range(len(blocks) - 1, -1, -1):
        block = blocks[at]
        words = re.sub(r"\s", "", source.words(block.start, block.end))
        limit = 10 if not found and re.search(r"[\u4e00-\u9fff]", words) else _LONGEST_TAIL
        if block.kind != "paragraph" or not words or len(words) > limit or BULLET.match(words) or _ends(source, block):
            break
        if _OFFICE.search(words) and len(words) > 4:
            break
        found.add(at)
    return frozenset(found)


def _ends(source: Source, block: Block) -> bool:
    return source.text[block.end - 1] in TERMINAL + CLOSING
