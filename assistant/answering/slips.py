"""What people type made plain: full-width and traditional characters, and slips of pinyin input.

Whoever types 冲电桩 meant 充电桩: the same sounds, and only the second stands in the plan. A slip is mended only to words
that a plan holds, never from words that it holds.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache

import opencc
import rjieba

_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"(?<![A-Za-z])[a-z]{3,}(?: ?[a-z]{2,})*(?![A-Za-z])")
_LONGEST, _SHORTEST = 6, 3
# Sounds that many speakers, and so many typists, do not tell apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
# Nobody's slip: words of grammar, and numerals, where a wrong one would be a wrong figure.
_KEPT = frozenset(
    "一二两三四五六七八九十百千万亿几多少个是的了在有和与或其里那这用要从为以下上大小种直加减就会不没被把让给对跟同比哪吗呢吧啊得地着过还也都又再最更未"
)


# English words that people mix into a question about any plan; what a plan is about is the glossary's.
_ENGLISH = {
    "how many": "多少", "how much": "多少", "list all": "全部列出", "all of them": "全部", "target": "目标", "targets": "目标",
    "plan": "计划", "task": "任务", "tasks": "任务", "section": "部分", "sections": "部分", "number": "数字", "numbers": "数字",
    "kpi": "指标", "growth": "增长", "growth rate": "增速", "total": "一共", "range": "区间", "increase": "增长", "avg": "平均",
    "average": "平均", "which": "哪些", "what": "什么", "where": "哪里", "when": "什么时候", "who": "谁", "new": "新增",
    "build": "建", "please": "请", "the": "", "of": "", "is": "", "are": "", "in": "", "how": "怎么", "document number": "文号",
    "outline": "提纲", "source": "出处", "and": "和", "to": "", "for": "", "this": "", "year": "年", "keep": "保留", "each": "各", "investment": "投资", "gap": "差", "budget": "预算", "title": "标题", "titles": "标题",
    "if": "如果", "robot": "机器人", "hi": "你好", "school": "学校", "schools": "学校", "at least": "至少", "at most": "至多", "events": "活动", "event": "活动",
    "standard": "标准", "amount": "数量", "percent": "百分之", "annual": "年度", "project": "项目", "projects": "项目", "companies": "企业", "company": "企业", "list": "列出",
}  # fmt: skip
_ENGLISH_WORDS = re.compile(
    rf"(?<![A-Za-z])(?:{'|'.join(sorted(_ENGLISH, key=len, reverse=True))})(?![A-Za-z])", re.IGNORECASE
)
# Words of any question, which need not stand in a text to be typed in letters.
_ASKING = {"多少", "新增", "新建", "增长", "目标", "今年", "几个", "多少个", "建设", "完成", "计划"}
_MARKUP = re.compile(r"</?[A-Za-z\u4e00-\u9fff!][^<>]{0,80}>")


def plain(text: str) -> str:
    """The text in simplified characters and half-width forms, without markup, common English words in Chinese."""
    flat = _simplifier().convert(unicodedata.normalize("NFKC", _MARKUP.sub(" ", text)))
    flat = flat.replace("「", "“").replace("」", "”").replace("『", "“").replace("』", "”")
    flat = re.sub(r"(?<=[多少几\d一二两三四五六七八九十百千])个亿(?!元)", "亿元", flat.replace("己经", "已经"))
    return _ENGLISH_WORDS.sub(lambda match: _ENGLISH[match.group().lower()], flat)


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=32768)
def _sounds(character: str) -> tuple[str, ...]:
    """The readings of a character without tones, those that sound alike made one."""
    readings, to_normal = _pinyin()
    found = [_heard(to_normal(reading)) for reading in readings.get(ord(character), "").split(",") if reading]
    return tuple(dict.fromkeys(found))


_importing = threading.Lock()


def _pinyin() -> tuple[Mapping[int, str], Callable[[str], str]]:
    """The readings of characters, and what takes their tones off. Imported where first needed, by one thread: the
    package's modules import each other, and threads that came in by different ones would wait for each other."""
    with _importing:
        from pypinyin.constants import PINYIN_DICT
        from pypinyin.contrib.tone_convert import to_normal

    return PINYIN_DICT, to_normal


def spelled_by_sound(text: str) -> dict[str, list[str]]:
    """The words that a text holds, and those of any question, by how they sound."""
    spelled: set[str] = set()
    for run in _RUN.findall(text):
        spelled.update(_whole_words(run))
        spelled.update(word for word in rjieba.cut(run) if len(word) == 2)
    by_sound: dict[str, list[str]] = {}
    for words in sorted(spelled | _ASKING):
        by_sound.setdefault(_key(words), []).append(words)
    return by_sound


class Speller:
    """Mends slips of pinyin input in questions to the words of a text. Immutable."""

    def __init__(self, text: str, by_sound: Mapping[str, Sequence[str]]) -> None:
        """`by_sound`: what `spelled_by_sound` makes of the text."""
        self._text, self._by_sound = text, by_sound

    @classmethod
    def of(cls, text: str) -> Speller:
        """For a text that nothing has been worked out for."""
        return cls(text, spelled_by_sound(text))

    def mend(self, question: str) -> str:
        """The question with what the texts do not hold replaced by what sounds the same there; the longest first, the
        same length throughout."""
        mended = question = _LATIN.sub(self._from_letters, question)
        for run in _RUN.finditer(question):
            mended = mended[: run.start()] + self._mend_run(run.group()) + mended[run.end() :]
        return mended

    def _from_letters(self, match: re.Match[str]) -> str:
        """zhongda xiangmu: the held words that are typed in letters, as far as they go; else what was typed."""
        syllables = _syllables("".join(match.group().lower().split()))
        found, place = "", 0
        while place < len(syllables):
            lengths = range(min(_LONGEST, len(syllables) - place), 1, -1)
            held = next(
                (w for n in lengths for w in self._by_sound.get(" ".join(syllables[place : place + n]), ())), ""
            )
            if not held:
                return match.group()
            found, place = found + held, place + len(held)
        return found or match.group()

    def _mend_run(self, run: str) -> str:
        borders = _borders(run)
        for length in range(min(_LONGEST, len(run)), _SHORTEST - 1, -1):
            for start in range(len(run) - length + 1):
                meant = self._meant(run[start : start + length], start, borders)
                if meant:
                    run = run[:start] + meant + run[start + length :]
        return run

    def _meant(self, words: str, start: int, borders: frozenset[int]) -> str:
        """The held words that these are a slip for, "" for none. One character is wrong: in three, one that the
        question's other words leave alone (口 代 公园); in longer ones any (市场主题)."""
        alike = self._by_sound.get(_key(words), ())
        if not alike or words in self._text:
            return ""
        for meant in alike:
            wrong = [place for place, (a, b) in enumerate(zip(words, meant, strict=True)) if a != b]
            if len(wrong) != 1 or words[wrong[0]] in _KEPT or meant[wrong[0]] in _KEPT:
                continue
            alone = {start + wrong[0], start + wrong[0] + 1} <= borders
            if alone or (len(words) > _SHORTEST and {start, start + len(words)} <= borders):
                return meant
        return ""


@cache
def _known_syllables() -> frozenset[str]:
    """Every syllable of pinyin without tones."""
    of_characters, to_normal = _pinyin()
    sounds = {to_normal(one) for readings in of_characters.values() for one in readings.split(",") if one}
    return frozenset(sounds | set(map(_heard, sounds)))


def _syllables(letters: str) -> list[str]:
    """Letters cut into syllables as they are heard, the longest first at each place; none where they are no pinyin."""
    found: list[str] = []
    place = 0
    while place < len(letters):
        syllable = next(
            (
                letters[place:end]
                for end in range(min(place + 6, len(letters)), place, -1)
                if letters[place:end] in _known_syllables()
            ),
            "",
        )
        if not syllable:
            return []
        found.append(_heard(syllable))
        place += len(syllable)
    return found


def _heard(sound: str) -> str:
    for written, alike in _ALIKE:
        sound = sound.replace(written, alike)
    return sound


@lru_cache(maxsize=256)  # the same question is mended to the words of several texts
def _borders(run: str) -> frozenset[int]:
    """Where the words of a run begin and end, as the dictionary alone cuts it."""
    borders, place = {0}, 0
    for word in rjieba.cut(run, False):
        place += len(word)
        borders.add(place)
    return frozenset(borders)


def _whole_words(run: str) -> Iterable[str]:
    """The words of a run, and neighbouring ones together, three to six characters long, that do not begin with a lone character."""
    words = rjieba.cut(run)
    for first in range(len(words)):
        if len(words[first]) < 2:
            continue
        joined = ""
        for word in words[first : first + _LONGEST]:
            joined += word
            if _SHORTEST <= len(joined) <= _LONGEST:
                yield joined


@lru_cache(maxsize=16384)
def _key(words: str) -> str:
    """How words sound, each character by its first reading."""
    return " ".join((_sounds(character) or (character,))[0] for character in words)
