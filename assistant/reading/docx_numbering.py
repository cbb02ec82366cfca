"""The numbers that Word shows before paragraphs and keeps nowhere in their text.

ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.reading.office_package import attribute, child, children, integer, is_on

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LEVELS = 9
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_BULLET = "•"


def chinese(number: int) -> str:
    """十一, 一百零二: ten to nineteen begin with 十."""
    from cn2an import an2cn

    written = str(an2cn(str(number)))
    return written[1:] if written.startswith("一十") else written


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def _letters(number: int) -> str:
    """a … z, aa, bb: Word repeats the letter."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""


def _sign(first: str, most: int) -> Callable[[int], str]:
    """Signs that follow each other in Unicode; plain digits beyond the last."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= most else str(number)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 1 <= number <= len(signs) else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate({ord("0") + d: ord("０") + d for d in range(10)}),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _sign("①", 20)),
    "decimalEnclosedParen": _sign("⑴", 20),
    "decimalEnclosedFullstop": _sign("⒈", 20),
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    **dict.fromkeys(
        (
            "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
            "taiwaneseCountingThousand", "ideographEnclosedCircle",
        ),
        chinese,
    ),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _digits),
    "chineseLegalSimplified": lambda number: chinese(number).translate(_FORMAL),
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "none": lambda _: "",
}  # fmt: skip
_DECIMAL_SIZED = 10_000  # beyond, a number is nonsense and only costs time to spell


@dataclass(frozen=True)
class _Level:
    """One level of a list: its first number, how it is written, the text around it, what follows it, and after which
    level it starts anew (None: after any higher one; 0: never)."""

    start: int
    form: str
    text: str
    suffix: str
    restart: int | None
    is_legal: bool


@dataclass(frozen=True)
class _List:
    """A list as paragraphs name it: whose counters it shares, its levels, and the levels that it starts anew."""

    counters: str
    levels: tuple[_Level, ...]
    starts: dict[int, int]


class Numbering:
    """Counts a document's numbered paragraphs in their order."""

    def __init__(self, numbering: Element | None, list_of_style: dict[str, str]) -> None:
        """`list_of_style` says which list a numbering style names (id to list number)."""
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = defaultdict(lambda: [None] * LEVELS)
        self._started: set[tuple[str, int]] = set()
        self._styles: dict[tuple[str, str], int] = {}
        if numbering is not None:
            self._read(numbering, list_of_style)

    def _read(self, numbering: Element, list_of_style: dict[str, str]) -> None:
        abstract = {attribute(item, "abstractNumId"): item for item in children(numbering, "abstractNum")}
        lists = {attribute(item, "numId"): item for item in children(numbering, "num")}
        for number, item in lists.items():
            counters = attribute(child(item, "abstractNumId"), "val")
            definition = abstract.get(counters)
            if definition is None:
                continue
            link = attribute(child(definition, "numStyleLink"), "val")
            if link and (linked := lists.get(list_of_style.get(link, ""))) is not None:
                counters = attribute(child(linked, "abstractNumId"), "val")
                definition = abstract.get(counters, definition)
            levels = {integer(level, "ilvl", 0): level for level in children(definition, "lvl")}
            starts: dict[int, int] = {}
            for override in children(item, "lvlOverride"):
                index = integer(override, "ilvl", 0)
                if (level := child(override, "lvl")) is not None:
                    levels[index] = level
                if (start := child(override, "startOverride")) is not None:
                    starts[index] = integer(start, "val", 1)
            for index, level in levels.items():
                if style := attribute(child(level, "pStyle"), "val"):
                    self._styles[number, style] = index
            self._lists[number] = _List(counters, tuple(_level(levels.get(i)) for i in range(LEVELS)), starts)

    def level_of_style(self, number: str, style: str) -> int:
        """The level of a list that a paragraph style stands for."""
        return self._styles.get((number, style), 0)

    def next(self, number: str, level: int) -> str:
        """The number of the next paragraph at a level of a list, with what stands between it and the text; "" where
        there is no such list."""
        chosen = self._lists.get(number)
        if chosen is None or not 0 <= level < LEVELS:
            return ""
        counts = self._counts[chosen.counters]
        if level in chosen.starts and (number, level) not in self._started:
            counts[level] = None
        for index in range(level + 1):
            if (before := counts[index]) is None:
                counts[index] = chosen.starts.get(index, chosen.levels[index].start)
            elif index == level:
                counts[index] = before + 1
        self._started.add((number, level))
        for lower in range(level + 1, LEVELS):
            restart = chosen.levels[lower].restart
            if restart is None or 0 < level + 1 <= restart:
                counts[lower] = None
        return _written(chosen.levels, level, counts)


def _level(element: Element | None) -> _Level:
    restart = child(element, "lvlRestart")
    return _Level(
        start=integer(child(element, "start"), "val", 1),
        form=attribute(child(element, "numFmt"), "val", "decimal"),
        text=attribute(child(element, "lvlText"), "val"),
        suffix=attribute(child(element, "suff"), "val", "tab"),
        restart=None if restart is None else integer(restart, "val", 0),
        is_legal=is_on(child(element, "isLgl")),
    )


def _written(levels: Sequence[_Level], level: int, counts: Sequence[int | None]) -> str:
    own = levels[level]
    if own.form == "bullet":
        # Signs of symbol fonts lie in the private area and mean nothing in another font.
        sign = _BULLET if not own.text or "\ue000" <= own.text[0] <= "\uf8ff" else own.text
        return sign if own.suffix == "nothing" else f"{sign} "

    def number(mark: re.Match[str]) -> str:
        index = int(mark[1]) - 1
        count = counts[index]
        if count is None or not 0 <= count < _DECIMAL_SIZED:
            return ""
        form = "decimal" if own.is_legal and levels[index].form != "decimal" else levels[index].form
        return _FORMATS.get(form, str)(count)

    written = re.sub(r"%([1-9])", number, own.text)
    # 一、 and （一） stand close to what follows; 1. and 1.1 would run into a figure.
    apart = own.suffix != "nothing" and written[-1:].isascii() and written[-1:] not in ("", ")")
    return f"{written} " if apart else written
