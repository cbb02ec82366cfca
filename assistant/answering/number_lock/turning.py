"""Words that turn what a figure means: a direction, mean, share, level or kind that its source does not say of it, or one
that it needs."""

from __future__ import annotations

import re

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.sources import Source, SourceFigure
from assistant.answering.number_lock.words import Words

_RAISED = re.compile(r"(?:增加|增长|上升|提高|提升|上涨)了?$")
_NEW = re.compile(r"新|建|引|培|育|增|升")
_RATE = re.compile(r"增|涨|升|速|幅|率|比|降|减|多|高")

_SHARE_WORD = re.compile(r"占|比重|占比|份额")
_ENGLISH_MEANS = re.compile(r"per capita|\bof\b|share|proportion|ratio|average|annual", re.IGNORECASE)


def fault_of_turn(words: Words, figure: SourceFigure, source: Source) -> str:
    """A direction, mean, share, level or kind that the source does not say of this figure, or one that it needs."""
    own, said, near, segment = figure.own, source.all_words, words.near, words.segment
    action = own + (figure.row.action if figure.row else "")
    fewer, more = classes.FEWER.search(segment), classes.MORE.search(segment)
    if fewer and not classes.FEWER.search(own) and fewer.group() not in said:
        return f"旁边的“{fewer.group()}”与所引条款的方向不符"
    if more and not fewer and classes.FEWER.search(own) and not classes.MORE.search(own):
        return f"旁边的“{more.group()}”与所引条款的方向不符"
    by = classes.TO.search(near)
    if by and not classes.TO.search(action) and by.group() not in said:
        return f"把变化的幅度说成了“{by.group()}”多少"
    raised = _RAISED.search(words.before.rstrip())
    if raised and not classes.MORE.search(action) and not classes.FEWER.search(action) and not _NEW.search(action):
        return f"把达到的水平说成了“{raised.group()}”的幅度"
    if classes.TO.search(own) and classes.BY.search(near.rstrip("，")):
        return "把达到的水平说成了变化的幅度"
    if fault := _not_its_making(words, figure, source):
        return fault
    for form, what in ((classes.MEANS, "口径"), (classes.SHARE, "占比"), (classes.LEVEL, "级别")):
        for word in dict.fromkeys(form.findall(segment)):
            another = form is classes.LEVEL and word not in own and form.search(own)
            if word and (another or word not in said):
                return f"旁边的“{word}”与所引条款的{what}不符"
    for word in dict.fromkeys(classes.MEANS.findall(segment)):
        if word not in own and word not in source.names and not leads(word, source):
            return f"旁边的“{word}”不是这个数的口径"
    for word in dict.fromkeys(classes.NEEDED.findall(figure.indicator or "")):
        if _SHARE_WORD.fullmatch(word) and not (fewer or more):
            continue  # 日常监测60%: a percentage that does not change is a share
        english = words.is_english and _ENGLISH_MEANS.search(words.written)
        if word not in words.unread and not english:
            return f"漏了口径“{word}”"
    if (denied := classes.NEGATION.search(near)) and denied.group() not in said:
        return f"旁边的“{denied.group()}”与所引条款相反"
    if (excluded := classes.EXCLUDES.search(near)) and excluded.group() not in said:
        return f"旁边的“{excluded.group()}”在所引条款中没有"
    return _other_kind(segment, figure, said)


def _other_kind(near: str, figure: SourceFigure, said: str) -> str:
    """准独角兽 for 独角兽, 非公共停车位 for 公共停车位."""
    name = figure.indicator
    if len(name) < 2:
        return ""
    for match in classes.KIND.finditer(near):
        following = near[match.end() : match.end() + 2]
        if following and following in name and match.group() + following not in said:
            return f"旁边说的是“{match.group()}{following}”，而这个数是“{name}”的"
    return ""


def _not_its_making(words: Words, figure: SourceFigure, source: Source) -> str:
    """新建 said of what is there already, a stage that the clause does not speak of, 每个 of what they have together."""
    near, own = words.segment, figure.own + (figure.row.action if figure.row else "")
    row = figure.row
    made = classes.CREATED.search(near)
    if made and row is not None and row.is_descriptive and not classes.CREATED.search(own):
        return f"它是已有的数，“{made.group()}”却说成了新的"
    if (stage := classes.STAGES.search(near)) and stage.group() not in source.words:
        return f"旁边的“{stage.group()}”在所引条款中没有"
    each = classes.EACH_OF.search(words.closest)
    if each and "每" not in own and row is not None and not row.is_descriptive:
        return f"旁边的“{each.group()}”不是这个数的口径"
    if (
        (stock := classes.STOCK.search(near))
        and stock.group() not in own
        and classes.CREATED.search(own)
        and not classes.GROWS_NEW.search(near)
    ):
        return f"是新增的数，“{stock.group()}”却说成了全部"
    return ""


def fault_of_level(stated: str, words: Words, figure: SourceFigure) -> str:
    """地区生产总值达到7% for a growth of 7%: what a figure changes by said as what it comes to."""
    is_change = figure.row is not None and figure.row.role == "change" and figure.amount.unit == "%"
    if is_change and stated.startswith("达") and not _RATE.search(words.unread + stated):
        return "把变化的幅度说成了达到的水平"
    return ""


def leads(word: str, source: Source) -> bool:
    """Whether a word of the clause stands before all of its figures, and so is said of each."""
    place = source.words.find(word)
    first = min((source.words.find(one.text) for one in source.figures if one.text), default=-1)
    return 0 <= place < first
