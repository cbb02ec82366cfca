"""Clauses to LlamaIndex nodes.

A clause is one node. Only a clause over the encoder's token limit is cut, at punctuation inside the sentence,
and nowhere inside a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from llama_index.core.schema import BaseNode, MetadataMode, TextNode

from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow
from assistant.search.encoder import TOKEN_LIMIT, token_counter
from assistant.search.passages import Passage

PATH_SEPARATOR = " › "
FIGURE_SEPARATOR = "；"  # a string, not a list: a vector store holds plain values only

_NUMBER = re.compile(
    r"[0-9０-９〇零一二两三四五六七八九十百千万亿点.,，．%％‰]*[0-9０-９〇零一二两三四五六七八九十百千万亿%％‰]"
)
_PAUSES = "，,；;、：:）)"
# The heading path helps to find a clause; offsets, ids and counts would only be noise to an encoder.
_UNENCODED = ["document", "clause", "start", "end", "tokens", "figures", "indicators"]
_ENCODED_FORM = "{metadata_str}\n{content}"


def clause_nodes(document: str, plan: Plan, ledger: Sequence[LedgerRow], limit: int = TOKEN_LIMIT) -> list[TextNode]:
    """One node a clause, in the order of the text; several of one that exceeds `limit` tokens.

    Ids are `document/clause`, with `/1`, `/2` … for the parts of a clause that was cut. Metadata: document,
    clause, path, start, end (offsets in the plan's text), tokens, figures (the words of the ledger's spans),
    indicators (what those figures are of: 新增充电桩根).
    """
    figures: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        figures.setdefault(row.clause, []).append(row)
    return [
        node
        for clause in sorted(plan.clauses, key=lambda clause: clause.start)
        for node in _nodes_of(document, plan, clause, figures.get(clause.id, []), limit)
    ]


def passages(nodes: Sequence[TextNode]) -> list[Passage]:
    """The same nodes as the lexical index holds them."""
    return [
        Passage(
            node=node.node_id,
            document=node.metadata["document"],
            clause=node.metadata["clause"],
            start=node.metadata["start"],
            end=node.metadata["end"],
            path=node.metadata["path"],
            text=node.text,
        )
        for node in nodes
    ]


def encoded_text(node: BaseNode) -> str:
    """What an encoder is given of a node: heading path and words."""
    return node.get_content(metadata_mode=MetadataMode.EMBED)


def _nodes_of(document: str, plan: Plan, clause: Clause, rows: Sequence[LedgerRow], limit: int) -> Iterator[TextNode]:
    count = token_counter()
    path = PATH_SEPARATOR.join(plan.path(clause))
    spans = list(cut(clause.text, [(row.start - clause.start, row.end - clause.start) for row in rows], limit, count))
    for part, (start, end) in enumerate(spans, start=1):
        text = clause.text[start:end]
        suffix = f"/{part}" if len(spans) > 1 else ""
        first, last = clause.start + start, clause.start + end
        within = [row for row in rows if first <= row.start and row.end <= last]
        yield TextNode(
            id_=f"{document}/{clause.id}{suffix}",
            text=text,
            start_char_idx=first,
            end_char_idx=last,
            metadata={
                "document": document,
                "clause": clause.id,
                "path": path,
                "start": first,
                "end": last,
                "tokens": count(text),
                "figures": FIGURE_SEPARATOR.join(row.text for row in within),
                "indicators": FIGURE_SEPARATOR.join(f"{row.action}{row.indicator}{row.unit}" for row in within),
            },
            excluded_embed_metadata_keys=_UNENCODED,
            metadata_template="{value}",
            text_template=_ENCODED_FORM,
        )


def cut(
    text: str, kept: Sequence[tuple[int, int]], limit: int, count: Callable[[str], int]
) -> Iterator[tuple[int, int]]:
    """Spans that cover a text without a gap, each of at most `limit` tokens where that can be.

    One span when the text fits. Otherwise each cut follows a pause mark as late as fits, or the last
    character that fits where there is none; never inside a number or one of the `kept` spans, even if a part
    then exceeds the limit.
    """
    if len(text.encode()) <= limit or count(text) <= limit:  # a token is at least one byte
        yield 0, len(text)
        return
    places = _allowed_cuts(text, [*kept, *(match.span() for match in _NUMBER.finditer(text))])
    start = 0
    while start < len(text):
        end = _next_cut(text, start, places, limit, count)
        yield start, end
        start = end


def _allowed_cuts(text: str, kept: Sequence[tuple[int, int]]) -> list[int]:
    inside = {place for start, end in kept for place in range(start + 1, end)}
    return [place for place in range(1, len(text) + 1) if place not in inside]


def _next_cut(text: str, start: int, places: Sequence[int], limit: int, count: Callable[[str], int]) -> int:
    ahead = [place for place in places if start < place <= start + limit * _CHARACTERS_A_TOKEN]
    low, high = 0, len(ahead)  # how many of the places ahead fit, by bisection
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[start : ahead[middle - 1]]) <= limit:
            low = middle
        else:
            high = middle - 1
    fitting = ahead[:low]
    if not fitting:
        return next((place for place in places if place > start), len(text))
    if fitting[-1] == len(text):
        return len(text)
    return next((place for place in reversed(fitting) if text[place - 1] in _PAUSES), fitting[-1])


# No token of the vocabulary in use stands for more Chinese characters; a longer part is found by the next
# cut.
_CHARACTERS_A_TOKEN = 8
