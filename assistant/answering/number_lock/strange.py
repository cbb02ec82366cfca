"""Words beside a figure that nothing accounts for, and words that make another thing of what it counts.

A name changes by what is joined to it: 湿地公园 is no 口袋公园, 地下停车位 no 停车位. So a thing in one row with the figure's
name must be of the figure's own words. What stands apart from the name may also be any word of the clause, or one of any
talk about plans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.sources import Said, Source, SourceFigure
from assistant.answering.number_lock.words import Words, content, is_neutral, pairs, tagged
from assistant.plan.quantity import same_figure

_TOPIC = re.compile(r"^(?:在|就|对|针对)|(?:方面|领域|板块|之?中|里|内|上|环节|部分|这块)$")
_JOINS = frozenset("的、之")
# What ends a name: verbs, prepositions, conjunctions, adverbs, particles, signs, pronouns, numerals, places, times.
_ENDING_TAGS = frozenset("vpcduxrmqfyteo")
# What things counted so are called in any plan: 小巨人 counted in 家 are 企业.
_HEADS = {
    "面积": "平方米平方公里公顷亩",
    "里程": "公里千米米",
    "长度": "公里千米米",
    "企业": "家户",
    "项目": "个项",
    "人员": "人名",
    "工程": "个项",
}
_KNOWN = "〓"  # stands for words that the glossary knows as the figure's own
# 站上, 留住, 圈定: a verb that says that something comes about; 再布, 要装: one with a small word before it.
_COMES_ABOUT = re.compile(
    r"(?![减降拆关停砍卖租迁撤退裁删销毁跌落丢亏借支付输])[\u4e00-\u9fff][住到出入成至定上满足齐好起通]"
)
_SMALL_BEFORE = re.compile(
    r"[要再多新另将可能需拟正也都还更已先](?![减降拆关停砍卖租迁撤退裁删销毁跌落丢亏借支付输])[\u4e00-\u9fff]"
)


def strange_word(words: Words, source: Source | Said) -> str:
    """A word near a figure that neither the clause, its names, the glossary nor common speech accounts for."""
    said = source.all_words
    if words.is_english:
        return ""
    if words.far:
        near = words.closest  # what stands further off is the figure's before it, or the user's
    elif _TOPIC.search(words.topic.strip()) or not words.topic:
        near = words.unquoted
    else:
        near = words.near_unquoted
    for word, tag in content(words.known_by_glossary(near)):
        if word in said or made_of(word, said) or _cut_amiss(word, said) or word in _HEADS:
            continue
        if tag[0] == "v" and (_COMES_ABOUT.fullmatch(word) or _SMALL_BEFORE.fullmatch(word)):
            continue
        return word
    return ""


def added_word(words: Words, figure: SourceFigure, rivals: Sequence[SourceFigure], source: Source) -> str:
    """A word in one row with the figure's name that is none of its own: 湿地 of 湿地公园 for 口袋公园."""
    own = f"{figure.own}，{figure.indicator}"
    others = "，".join(rival.noun for rival in rivals if rival.row is not None and not rival.row.is_descriptive)
    if len(source.figures) == 1:
        own += f"，{source.words}"  # all of the clause is about it
    own += "，".join(one.noun for one in source.figures if same_figure(one.amount, figure.amount))  # 各2栋
    name = pairs(figure.noun)
    for row in _rows(words.known_by_glossary(words.near_unquoted, own, _KNOWN)):
        if not any(word == _KNOWN or pairs(word) & name for word in row):
            continue
        for word in row:
            if _HEADS.get(word, "") and figure.amount.unit in _HEADS[word]:
                continue
            rest = own if "分别" not in figure.around else f"{own}，{figure.around}"
            if len(word) > 1 and word not in rest and word in others and not is_neutral(word):
                return word
            if _adds(word, f"{own}，{figure.around}", source):
                return word
    return ""


def _adds(word: str, own: str, source: Source) -> bool:
    """Whether a word changes the name that it is joined to."""
    if classes.only_wider(word, own):
        return True
    if len(word) < 2 or word in own or _cut_amiss(word, own) or (is_neutral(word) and word not in classes.CHANGING):
        return False
    return word in classes.CHANGING or not made_of(word, f"{own}，{source.names}")


def _rows(words: str) -> Iterator[list[str]]:
    """The runs of words that make one name."""
    row: list[str] = []
    for written, tag in tagged(words):
        joins = tag in ("vn", "eng") or tag[0] not in _ENDING_TAGS
        word = written.lstrip("和及与") if len(written) > 1 else written
        if joins or word in _JOINS or word == _KNOWN or word in classes.CHANGING:
            row.append(word)
        elif row:
            yield row
            row = []
    if row:
        yield row


def _cut_amiss(word: str, said: str) -> bool:
    """村要 of 中心村要达到: the end of a name and a small word, or 年 and its beginning."""
    return (word[-1] in "为是要会将能应需达" and word[:-1] in said) or (word[0] in "年月日" and word[1:] in said)


def made_of(word: str, said: str) -> bool:
    """Whether a word is made of pieces that the source has, or that are said of anything: 计划投资, 停车场地."""
    place = 0
    while place < len(word):
        for end in range(len(word), place + 1, -1):
            piece = word[place:end]
            if piece in said or piece in classes.NEUTRAL:
                place = end
                break
        else:
            if word[place] in "数量额值率度处类者性年月日级区市人" or classes.MADE_OF_SMALL_WORDS.fullmatch(
                word[place]
            ):
                place += 1
                continue
            return False
    return True
