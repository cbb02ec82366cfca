"""Which of the blocks that look like headings are headings, and how high each stands.

A number alone decides nothing: 1. numbers headings as often as list items. Siblings decide together: where most of a
group read like titles they all are headings, else all are items of a list. A line without a number is a heading where
it stands alone between paragraphs; how high is read off the numbers that begin anew below it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.plan.blocks import Block, Opening, attachment_number
from assistant.plan.head import despaced, names_a_plan
from assistant.plan.headings import TitleSpan, reads_like_title, title_span
from assistant.plan.lines import BULLET, CLOSING, TERMINAL, Layout, Source
from assistant.plan.scan import read_quantities

_ATTACHMENT_RANK = 0.5
_PLAIN_RANK = 4.0
_LEAD_RANK = 5.3
_TABLE_RANK = 99.0
# What numbers of these schemes stand for is never a list item.
_ALWAYS = {"篇", "部分", "章", "节"}
_LONGEST_IN_GROUP = 80
_LONGEST_FREE = 32


def settle(source: Source, layout: Layout, blocks: Sequence[Block]) -> list[Block]:
    """The blocks with every heading's `heading` set, and every numbered block that is none made an item."""
    return _Outline(source, layout, list(blocks)).settle()


@dataclass
class _Candidate:
    """A numbered block: whether it reads like a heading by itself, and its title."""

    at: int
    rank: float
    span: TitleSpan
    like: bool


class _Outline:
    def __init__(self, source: Source, layout: Layout, blocks: list[Block]) -> None:
        self.source = source
        self.longest_free = min(_LONGEST_FREE, layout.wide // 3) if layout.wrapped else _LONGEST_FREE
        self.blocks = blocks
        self.candidates: dict[int, _Candidate] = {}
        self.accepted: dict[int, float] = {}  # block -> rank

    def settle(self) -> list[Block]:
        for at, block in enumerate(self.blocks):
            if block.kind == "attachment":
                self.accepted[at] = _ATTACHMENT_RANK
            elif block.kind == "numbered":
                self.candidates[at] = self._candidate(at, block)
        self._raise_tops()
        for rank in sorted({candidate.rank for candidate in self.candidates.values()}):
            for group in self._groups(rank):
                if self._are_headings(group):
                    self.accepted.update({candidate.at: candidate.rank for candidate in group})
        for at in self._free_lines():
            self.blocks[at] = replace(self.blocks[at], kind="free", title_start=self.blocks[at].start)
        self._rank_free()
        self._rank_leads()
        return [self._settled(at, block) for at, block in enumerate(self.blocks)]

    # --- Numbered ---------------------------------------------------------------------------------------------------------

    def _candidate(self, at: int, block: Block) -> _Candidate:
        assert block.numbering is not None
        words = self.source.words(block.title_start, block.end)
        span = title_span(words, loose=block.numbering.loose)
        like = reads_like_title(span, words[span.body :] or self._words_behind(at), loose=block.numbering.loose)
        alone = not words[span.body :].strip()
        if like and alone and block.numbering.scheme not in _ALWAYS and (block.numbering.rank >= 5 or span.stopped):
            like = self._has_body(at)
        return _Candidate(at, block.numbering.rank, span, like or block.level > 0)

    def _words_behind(self, at: int) -> str:
        """The paragraph behind a block, "" where something else follows."""
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        if following is None or following.kind not in ("paragraph", "bullet", "row", "table"):
            return ""
        return self.source.text[following.start : following.end]

    def _has_body(self, at: int) -> bool:
        """Whether something stands below a block: text, or a heading of a lower kind."""
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        if following is None:
            return False
        if following.numbering is not None:
            numbering = self.blocks[at].numbering
            return numbering is not None and following.numbering.rank > numbering.rank
        return following.kind in ("paragraph", "bullet", "row", "table", "free")

    def _raise_tops(self) -> None:
        """1. above 1.1 is a chapter, not a list item: where 1.1 follows before 2."""
        last: _Candidate | None = None
        for candidate in self.candidates.values():
            numbering = self.blocks[candidate.at].numbering
            assert numbering is not None
            if numbering.scheme == "1.":
                last = candidate
            elif numbering.scheme == "1.1" and last is not None:
                top = self.blocks[last.at].numbering
                if top is not None and numbering.parts[0] == top.number and numbering.parts[1] == 1:
                    last.rank, last.like = 5.45, True
                last = None

    def _groups(self, rank: float) -> Iterator[list[_Candidate]]:
        """Siblings of one rank: numbers that count on, also over the headings above them."""
        group: list[_Candidate] = []
        higher = False
        previous = -1
        for at in sorted({*self.accepted, *(c.at for c in self.candidates.values() if c.rank == rank)}):
            candidate = self.candidates.get(at)
            if candidate is None or candidate.rank != rank:
                higher = higher or self.accepted[at] < rank
                continue
            numbering = self.blocks[at].numbering
            assert numbering is not None
            counts_on = numbering.number == previous + 1
            if group and not counts_on and (higher or numbering.number <= previous):
                yield group
                group = []
            group.append(candidate)
            previous, higher = numbering.number, False
        if group:
            yield group

    def _are_headings(self, group: Sequence[_Candidate]) -> bool:
        numbering = self.blocks[group[0].at].numbering
        assert numbering is not None
        like = sum(candidate.like for candidate in group)
        if numbering.scheme in _ALWAYS:
            return like > 0
        if numbering.loose and group[0].rank != 5.45:
            return like >= 0.7 * len(group)
        return like > 0.5 * len(group)

    # --- Without a number ---------------------------------------------------------------------------------------------------

    def _free_lines(self) -> list[int]:
        """Short lines alone between paragraphs, in a text whose sentences end in full stops."""
        long_ones = [b for b in self.blocks if b.kind == "paragraph" and b.end - b.start >= 30]
        if not long_ones or sum(self._is_sentence(b) for b in long_ones) < 0.8 * len(long_ones):
            return []
        short = [at for at, block in enumerate(self.blocks) if self._may_be_free(at, block)]
        often = Counter(self._words(at) for at in short)
        found = {at for at in short if often[self._words(at)] < 3}
        crowded = {at for at in found if at - 1 in found and at + 1 in found}
        return sorted(at for at in found if not {at - 1, at, at + 1} & crowded)

    def _words(self, at: int) -> str:
        return self.source.text[self.blocks[at].start : self.blocks[at].end]

    def _is_sentence(self, block: Block) -> bool:
        return self.source.text[block.end - 1] in TERMINAL + CLOSING

    def _may_be_free(self, at: int, block: Block) -> bool:
        if block.kind != "paragraph" or not 4 <= block.end - block.start <= self.longest_free or block.closed:
            return False
        words = self._words(at)
        if words[-1] in TERMINAL + CLOSING + "，,、" or "\n" in words or not re.search(r"[\u4e00-\u9fff]{4}", words):
            return False
        if (
            words.count("，") > 1
            or re.search(r"[：:；;。=＝÷×|\t]|[A-Za-z]{4}|^[(（【]|^[图表]\s?\d", words)
            or read_quantities(words)
        ):
            return False
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        if following is None or following.kind == "date" or self._is_title_of_plan(at, words):
            return False
        before = self.blocks[at - 1] if at else None
        if before is not None and before.kind in ("row", "bullet") and not self._is_sentence(before):
            return False
        return following.kind in ("numbered", "bullet", "table", "row") or (
            following.kind == "paragraph" and following.end - following.start > 32 and self._is_sentence(following)
        )

    def _is_title_of_plan(self, at: int, words: str) -> bool:
        """Whether a line is the title of the plan that a notice brings: above all headings, or right below a date."""
        dated = any(block.kind == "date" for block in self.blocks[max(0, at - 2) : at])
        return names_a_plan(words) and (dated or not any(before < at for before in self.accepted))

    def _rank_free(self) -> None:
        free = [at for at, block in enumerate(self.blocks) if block.kind == "free"]
        by_level = self._numbered_levels()
        ranks: dict[int, float | None] = {}
        for place, at in enumerate(free):
            until = free[place + 1] if place + 1 < len(free) else len(self.blocks)
            level = self.blocks[at].level
            ranks[at] = _between(by_level, level) if level and by_level else self._rank_by_what_follows(at, until)
        known = [rank for rank in ranks.values() if rank is not None]
        usual = Counter(known).most_common(1)[0][0] if known else None
        tops = [rank for rank in self.accepted.values() if rank > _ATTACHMENT_RANK]
        for at, found in ranks.items():
            level = self.blocks[at].level
            rank = found if found is not None else min(tops, default=None) if self._is_last_word(at) else usual
            if rank is None:
                rank = min(tops, default=_PLAIN_RANK + 0.5) - 0.5 if level else min(tops, default=_PLAIN_RANK)
            self.accepted[at] = rank if by_level else rank + 0.05 * max(0, level - 1)

    def _is_last_word(self, at: int) -> bool:
        return re.sub(r"\s", "", self._words(at)) in ("结语", "结束语", "前言", "引言", "序言", "导言", "附则", "后记")

    def _rank_by_what_follows(self, at: int, until: int) -> float | None:
        """Above the numbers that begin anew below it, below those that go on."""
        for later in range(at + 1, until):
            if later in self.accepted:
                numbering = self.blocks[later].numbering
                if numbering is None:
                    return None
                rank = self.accepted[later]
                return rank - 0.5 if numbering.number == 1 else rank + 0.5
        following = next((later for later in range(until, len(self.blocks)) if later in self.accepted), None)
        numbering = self.blocks[following].numbering if following is not None else None
        if following is not None and numbering is not None and numbering.number > 1:
            return self.accepted[following] + 0.5
        return None

    def _numbered_levels(self) -> dict[int, float]:
        """The rank that the numbered headings of each style level have."""
        ranks: dict[int, list[float]] = defaultdict(list)
        for at, rank in self.accepted.items():
            if self.blocks[at].level and self.blocks[at].numbering is not None:
                ranks[self.blocks[at].level].append(rank)
        return {level: min(found) for level, found in ranks.items()}

    # --- Lead lines: —— and one sentence, the paragraphs below are what it says in full --------------------------------------

    def _rank_leads(self) -> None:
        inside: list[int] = []
        for at in [*range(len(self.blocks)), None]:
            if at is None or (at in self.accepted and self.accepted[at] < _LEAD_RANK):
                self._settle_leads(inside)
                inside = []
            elif self.blocks[at].kind == "bullet":
                inside.append(at)

    def _settle_leads(self, bullets: Sequence[int]) -> None:
        alone = [at for at in bullets if "。" not in self._words(at)[:-1]]
        leads = [at for at in alone if self._leads(at)]
        if len(leads) >= 2 and len(leads) >= 0.6 * len(alone):
            self.accepted.update(dict.fromkeys(leads, _LEAD_RANK))

    def _leads(self, at: int) -> bool:
        words = BULLET.sub("", self._words(at), count=1)
        sentence = words.removesuffix("。")
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        return (
            self._words(at).startswith("——")
            and 4 <= len(sentence) <= 45
            and re.search(r"[。！？；：:;]", sentence) is None
            and words[-1] not in "；;，,、"
            and following is not None
            and following.kind == "paragraph"
            and not any(re.search(r"\d", quantity.text) for quantity in read_quantities(sentence))
        )

    # --- The result ---------------------------------------------------------------------------------------------------------

    def _settled(self, at: int, block: Block) -> Block:
        if block.kind == "table":
            return replace(block, heading=self._table(block))
        rank = self.accepted.get(at)
        if rank is None:
            return replace(block, kind="item") if block.kind == "numbered" else block
        label = self.source.words(block.start, block.title_start)
        if block.numbering is not None:
            label = label.lstrip("# ")
        if block.kind == "attachment":
            number = attachment_number(label)
            title = self.source.title(block.title_start, block.end)
            name = f"附件{number or ''}"
            return replace(block, heading=Opening("附件", rank, number, name, f"{name} ", title, block.end))
        if block.kind == "bullet":
            words = self.source.title(block.start, block.end)
            title = BULLET.sub("", words, count=1).rstrip("。")
            return replace(block, heading=Opening("——", rank, 0, title[:8], "——", title, block.end))
        if block.numbering is None:
            title = despaced(self.source.title(block.title_start, block.end))
            scheme = "#" if label.startswith("#") else ""
            return replace(block, heading=Opening(scheme, rank, 0, title[:8], label, title, block.end))
        return replace(block, heading=self._numbered(self.candidates[at], block, rank, label))

    def _numbered(self, candidate: _Candidate, block: Block, rank: float, label: str) -> Opening:
        numbering = block.numbering
        assert numbering is not None
        span = candidate.span
        title, body = span.title.rstrip("。").strip(), block.title_start + span.body
        if not candidate.like and len(title) > _LONGEST_IN_GROUP:
            title, body = "", block.title_start
        return Opening(numbering.scheme, rank, numbering.number, numbering.component, label.strip(), title, body)

    def _table(self, block: Block) -> Opening:
        assert block.table is not None
        label, title = block.table.label, block.table.title
        return Opening(
            "表", _TABLE_RANK, 0, label.replace(" ", "") or title[:8], f"{label} " if label else "", title, block.end
        )


def _between(by_level: dict[int, float], level: int) -> float:
    """The rank of a level that no numbered heading has: between those of the levels around it."""
    if level in by_level:
        return by_level[level]
    above = [rank for other, rank in by_level.items() if other < level]
    below = [rank for other, rank in by_level.items() if other > level]
    if above and below:
        return (max(above) + min(below)) / 2
    return max(above) + 0.2 if above else min(below) - 0.2
