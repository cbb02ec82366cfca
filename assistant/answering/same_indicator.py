"""Whether two names are of one indicator: 固定资产投资 and 全社会固定资产投资 are, 城镇登记失业率 and 城镇调查失业率 are not.

`alike` compares names that were each found for the same question; `names_it` holds a name against rows nobody asked for by
it, and is strict: every word of one must stand in the other, and what the other adds may only say how far it counts.
"""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba

from assistant.answering.grams import pairs

_SHARED = 0.6
# When and how, not what: stands in a name and changes nothing that it counts.
_TIME = re.compile(
    r"(?:到|至|截至)?\s?(?:19|20)\d{2}\s?年?(?:底|末)?|(?:全年|年度|当年|今年|去年|上年|年内|年末|年底)|(?:累计|预计|历史性|首次|进一步|各类|各种|全部|各项)"
)
_ONLY_HOW = frozenset("年 月 日 均 全 总 的 了 新 各 和 与 、 额 量 数".split())
# What a name may say beside the other: whose it is, and from which size on it is counted.
_SCOPE = frozenset(
    "地方 全 社会 全社会 全市 全省 全区 全县 全国 市级 省级 区级 县级 国家级 国家 城镇 常住 规上 规模 以上 规模以上 级 家".split()
)
_LONGEST_RUN = 3  # words that one short form stands for


def alike(one: str, other: str) -> bool:
    """Whether two names that answer one question are of one indicator, by most of their characters or as a short form of the
    other."""
    first, second = _bare(one), _bare(other)
    mine, theirs = pairs(first), pairs(second)
    if not mine or not theirs:
        return one == other
    if _of_trade(first) != _of_trade(second):
        return False
    least, most = sorted((len(mine), len(theirs)))
    foreign = _heads_that_differ(_words(first), _words(second))
    shared = len(mine & theirs)
    if foreign < _BOTH and shared >= _SHARED * (most if foreign else least):
        return True
    short, long = sorted((first, second), key=len)
    return short not in long and _is_short_for(short, _words(long))


_TRADE = re.compile(r"进出口|进口|出口")


def _of_trade(name: str) -> str:
    """出口 within 进出口 is no short form of it: the two and 进口 are three things."""
    found = _TRADE.search(name)
    return found.group() if found else ""


_BOTH = 2
_ENDING = 2  # characters by which 粮食产量 and 总产量 end alike


def _heads_that_differ(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    """How many of two names end with a word that the other has not: of 预算收入 and 预算支出 both do."""
    if not first or not second or first[-1][-_ENDING:] == second[-1][-_ENDING:]:
        return 0
    return sum(
        not (_stands_in(one[-1], other) or _is_part_of_a_short_form(one[-1], other))
        for one, other in ((first, second), (second, first))
    )


def names_it(one: str, other: str) -> bool:
    """Whether one name is the other, but for short forms and for words that say how far it counts."""
    first, second = _words(_bare(one)), _words(_bare(other))
    return bool(first and second) and (_holds(first, second) or _holds(second, first))


def scope_differs(one: str, other: str) -> tuple[str, ...]:
    """The words by which one of two names says how far it counts (地方, 规上), and the other does not."""
    first, second = _words(_bare(one)), _words(_bare(other))
    extra = {word for word in first if not _stands_in(word, second)}
    extra |= {word for word in second if not _stands_in(word, first)}
    return tuple(sorted(word for word in extra if word in _SCOPE))


def is_short_for(short: str, name: str) -> bool:
    """Whether a word is a short form of words in the name: 违建 in 违章建筑, 旅客量 in 年旅客吞吐量."""
    return _is_short_for(short, _words(name))


def holds_short_form(text: str, name: str) -> bool:
    """Whether a text says a name in short: 棚改区域 of 棚户区改造."""
    words = _words(name)
    return any(
        1 < len(word) < len(name) and _is_short_for(word, words) and word[-1] in words[-1] for word in _words(text)
    )


def words_of_name(name: str) -> tuple[str, ...]:
    """The words of a name, without what says when."""
    return _words(_bare(name))


def shares_a_word(one: str, other: str) -> bool:
    """Whether a word of one name, longer than a character, stands in the other."""
    return any(len(word) > 1 and word in other for word in _words(one))


def _holds(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    """Whether all words of the short name stand in the long one, which adds nothing but its scope."""
    added = [word for word in long if not _stands_in(word, short) and not _is_part_of_a_short_form(word, short)]
    return all(_stands_in(word, long) for word in short) and all(word in _SCOPE for word in added)


def _stands_in(word: str, words: tuple[str, ...]) -> bool:
    return word in words or _is_short_for(word, words)


def _is_part_of_a_short_form(word: str, words: tuple[str, ...]) -> bool:
    """公共厕所 behind 公厕."""
    return any(len(one) > 1 and len(one) <= len(word) and _is_short_for(one, (word,)) for one in words)


def _is_short_for(short: str, words: tuple[str, ...]) -> bool:
    """违建 is short for 违章建筑, 棚改 for 棚户区 改造: its characters stand in their order in words that begin with its first."""
    if len(short) < 2:
        return False
    for start in (number for number, word in enumerate(words) if word[0] == short[0]):
        for end in range(start + 1, min(start + _LONGEST_RUN, len(words)) + 1):
            run = "".join(words[start:end])
            if len(run) <= 3 * len(short) and _in_order(short, run):
                return True
    return False


def _in_order(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def _bare(name: str) -> str:
    """A name without what says when: 到2030年…, 全年…."""
    return _TIME.sub("", name).strip() or name


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    kept = (re.sub(r"[^\w]", "", word) for word in rjieba.cut(name))
    return tuple(word for word in kept if word and word not in _ONLY_HOW)
