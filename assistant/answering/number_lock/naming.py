"""Whether the words beside a stated figure name what a source's figure counts, and nothing else.

Everything near the figure must be accounted for: by the cited clause and its names, by the glossary, or by words that
are said of figures of every kind. Among the figures of the cited clauses none may be named better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import rjieba

from assistant.answering.number_lock import wording_classes as classes
from assistant.answering.number_lock.beside import Beside
from assistant.answering.number_lock.sources import Said, Source, SourceFigure, without_quotes
from assistant.search.glossary import Glossary

_CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_PLURAL = re.compile(r"([a-z]{3,})s(?![A-Za-z])")
_LOWER = re.compile(r"(?<![A-Za-z])[a-z]{3}")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2}")
_QUOTED = re.compile(r"[“「『《][^“”「」『』《》]*[”」』》]")
_SMALL_WORDS = re.compile(r"[的了之]")
_PAUSE = re.compile(r"[，,；;。！？!?\n｜|：:]|——")
_LONG_ACTION = 4  # characters of an action that is as good as a name: 引进和培育
_GRAMMAR = frozenset({"限定与比较", "时间", "单位", "文种与文号", "动作"})
_CHECKED_TAGS = frozenset("nbsjvgile")


class Words:
    """The words beside a stated figure, as one source understands them."""

    def __init__(
        self, beside: Beside, heading: str, source: Source | Said, glossary: Glossary, elsewhere: str = ""
    ) -> None:
        self._glossary = glossary
        self._source = source
        self._elsewhere = elsewhere
        self.is_english = False
        written = _nearest(beside, heading, self._names_a_thing)
        self.near = self._expanded(written)
        self.written = without_quotes(written)
        parts = _PAUSE.split(beside.region)
        segment = next(
            (part for part in reversed(parts) if part.strip() and (part in written or self._names_a_thing(part))), ""
        )
        whole = written if segment in written else f"{segment}，{written}"
        self.segment = self.near if whole is written else self._expanded(whole)
        unquoted = _QUOTED.sub("|", whole)
        self.unquoted = self.segment if unquoted == whole else self._expanded(unquoted)
        self.is_english = _LOWER.search(written) is not None and not _HAN.search(written)
        self.pairs = pairs(self.near)

    def _names_a_thing(self, words: str) -> bool:
        return any(classes.PARTICULAR.fullmatch(word) is None for word, _ in _content(words)) or any(
            concept.field not in _GRAMMAR for mention in self._glossary.mentions(words) for concept in mention.concepts
        )

    @property
    def names_another(self) -> bool:
        """Whether English words mean a thing by the glossary, and none that the source speaks of."""
        return any(
            mention.strict and any(term in self._elsewhere for concept in mention.concepts for term in concept.terms)
            for mention in self._glossary.mentions(self.known_by_glossary(self.near))
        )

    def _expanded(self, words: str) -> str:
        """The words with abbreviations and everyday words said as the clause says them."""
        plain = _PLURAL.sub(r"\1", without_quotes(words))
        if not _WORD.search(plain):
            return plain
        return self._glossary.in_likely_words(plain, lambda word: word in self._source.all_words)

    def known_by_glossary(self, words: str) -> str:
        """The words without those that mean a thing which the source speaks of."""
        said = self._source.all_words
        for mention in reversed(self._glossary.mentions(words)):
            # 投资 in the clause is no leave to say 固定资产投资.
            if mention.word in said or any(
                term in said and term not in mention.word for concept in mention.concepts for term in concept.terms
            ):
                words = f"{words[: mention.start]}|{words[mention.end :]}"
        return words


def _nearest(beside: Beside, heading: str, names: Callable[[str], bool]) -> str:
    """The words up to the stops around the figure, further on where those name nothing: before it, behind it, before the
    figure in front of it, in the line that heads it."""
    near = f"{''.join(beside.parts[-1:])}，{beside.after}"
    if names(near):
        return near
    for part in reversed(beside.parts[:-1]):
        near = f"{part}，{near}"
        if names(part):
            return near
    if names(beside.beyond):
        return f"{near}，{beside.beyond}"
    for part in reversed(beside.inherited):
        near = f"{part}，{near}"
        if names(part):
            return near
    return f"{heading}，{near}"


def says_something(words: str) -> bool:
    """Whether any word in it is not said of figures of every kind."""
    return any(True for _ in _content(words))


def _content(words: str) -> Iterator[tuple[str, str]]:
    for word, tag in _tagged(words):
        if len(word) > 1 and tag[0] in _CHECKED_TAGS and not _is_neutral(word):
            yield word, tag


@lru_cache(maxsize=16384)
def _is_neutral(word: str) -> bool:
    return word.lower() in classes.NEUTRAL or classes.MADE_OF_SMALL_WORDS.fullmatch(word) is not None


@lru_cache(maxsize=4096)
def _tagged(words: str) -> tuple[tuple[str, str], ...]:
    return tuple(rjieba.tag(words))


@lru_cache(maxsize=4096)
def pairs(words: str) -> frozenset[str]:
    """The pairs of characters of the words, small words left out; Latin words whole."""
    found: set[str] = set()
    for run in _CHINESE.findall(_SMALL_WORDS.sub("", without_quotes(words))):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(found)


_OF_ANY = pairs("，".join(word for word in classes.NEUTRAL if len(word) == 2))


def closeness(words: Words, figure: SourceFigure) -> float:
    """How much of a figure's name the words beside it say, 0 to 1."""
    name = pairs(figure.noun)
    return len(words.pairs & name) / len(name) if name else 0.0


def fault_of_name(words: Words, figure: SourceFigure, rivals: Sequence[SourceFigure], source: Source) -> str:
    """What is wrong with the words beside a figure that equals this one of the source, "" for nothing."""
    action = pairs(figure.row.action) if figure.row is not None else frozenset()
    # What is done to it does not name it: 新增 is said of many things.
    covered = words.pairs & (pairs(figure.noun) | (pairs(figure.own) - action))
    name = figure.indicator or figure.noun
    if words.is_english:
        for rival in rivals:
            if words.pairs & pairs(rival.noun) and not words.pairs & pairs(figure.noun):
                return f"旁边说的是“{rival.indicator or rival.noun}”，而这个数是“{name}”的"
        return f"旁边说的是别的指标，这个数是“{name}”的" if words.names_another else _turned(words, figure, source)
    weak = pairs(name) <= _OF_ANY and words.pairs & pairs(name)
    done = figure.row.action if figure.row is not None and len(figure.row.action) >= _LONG_ACTION else ""
    if not (covered - _OF_ANY) and not weak and not (done and done in words.near):
        return f"旁边没有说明它是“{name or figure.text}”的数"
    listed = words.pairs | pairs(words.segment)
    for rival in rivals:
        if _named_better(words.pairs, figure, rival) or _named_better(listed, figure, rival):
            return f"旁边说的是“{rival.indicator or rival.noun}”，而这个数是“{name}”的"
    if head := _other_head(words, figure, source):
        return f"旁边说的是“{head}”，而这个数是“{name}”的"
    if strange := strange_word(words, source):
        return f"旁边的“{strange}”在所引条款中没有，这个数是“{name}”的"
    return _turned(words, figure, source)


def _named_better(near: frozenset[str], figure: SourceFigure, rival: SourceFigure) -> bool:
    """Whether the words name a rival more than the figure, or name both and the rival's own words beside it."""
    ours, theirs = pairs(figure.noun), pairs(rival.noun)
    if not theirs or ours == theirs:
        return False
    mine, its = near & (ours | pairs(figure.own)), near & theirs
    if mine < its:
        return True
    if near & ours == its:
        return bool(its) and len(theirs - near) < len(ours - near)
    action = pairs(figure.row.action) if figure.row is not None else frozenset()
    if its and not near & (ours | action):
        return True
    return theirs <= near and not theirs <= (ours | pairs(figure.own)) and not ours <= near


def _other_head(words: Words, figure: SourceFigure, source: Source) -> str:
    """The last word before a figure where it is one that the clause says of something else: 城镇新增就业 for 城镇调查失业率."""
    heads = list(_content(words.known_by_glossary(words.near.partition("，")[0])))
    if not heads:
        return ""
    head, tag = heads[-1]
    own = figure.own + figure.indicator + source.names
    if tag[0] not in "n" or head in own or _made_of(head, own) or _leads(head, source):
        return ""
    return head if any(head in other.indicator for other in source.figures if other is not figure) else ""


def strange_word(words: Words, source: Source | Said) -> str:
    """A word near a figure that neither the clause, its names, the glossary nor common speech accounts for."""
    said = source.all_words
    if words.is_english:
        return ""
    for word, _ in _content(words.known_by_glossary(words.unquoted)):
        if word in said or _made_of(word, said) or _cut_amiss(word, said):
            continue
        return word
    return ""


def _cut_amiss(word: str, said: str) -> bool:
    """村要 of 中心村要达到: the end of a name and a small word, or 年 and its beginning."""
    return (word[-1] in "为是要会将能应需达" and word[:-1] in said) or (word[0] in "年月日" and word[1:] in said)


def _made_of(word: str, said: str) -> bool:
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


# --- Words that turn what it means ------------------------------------------------------------------------------------


def _turned(words: Words, figure: SourceFigure, source: Source) -> str:
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
    if classes.TO.search(own) and classes.BY.search(near.rstrip("，")):
        return "把达到的水平说成了变化的幅度"
    for form, what in ((classes.MEANS, "口径"), (classes.SHARE, "占比"), (classes.LEVEL, "级别")):
        for word in dict.fromkeys(form.findall(segment)):
            another = form is classes.LEVEL and word not in own and form.search(own)
            if word and (another or word not in said):
                return f"旁边的“{word}”与所引条款的{what}不符"
    for word in dict.fromkeys(classes.MEANS.findall(segment)):
        if word not in own and word not in source.names and not _leads(word, source):
            return f"旁边的“{word}”不是这个数的口径"
    for word in dict.fromkeys(classes.NEEDED.findall(figure.indicator or "")):
        if word not in words.written and word not in segment.replace(near, ""):
            return f"漏了口径“{word}”"
    if (denied := classes.NEGATION.search(near)) and denied.group() not in said:
        return f"旁边的“{denied.group()}”与所引条款相反"
    if (excluded := classes.EXCLUDES.search(near)) and excluded.group() not in said:
        return f"旁边的“{excluded.group()}”在所引条款中没有"
    return _other_kind(segment, figure, said)


def _leads(word: str, source: Source) -> bool:
    """Whether a word of the clause stands before all of its figures, and so is said of each."""
    place = source.words.find(word)
    first = min((source.words.find(one.text) for one in source.figures if one.text), default=-1)
    return 0 <= place < first


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
