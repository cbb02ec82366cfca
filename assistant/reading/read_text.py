"""The text of a document as it was read from a file, with where in the file each part of it stands."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import UnusableInput
from assistant.plan.lines import CLOSING, TERMINAL, StyledLine
from assistant.reading.limits import ReadLimits

# Control and format characters that no reader of a text sees; zero-width ones would break words in search.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
# PDF writers often name a glyph by the radical or the compatibility sign that looks alike: 民 comes as ⺠, 一 as ⼀.
# Characters with a decomposition say themselves what they are; the simplified radicals have none.
_LOOK_ALIKES = {
    **{ord(sign): meant for sign, meant in zip("⺟⺠⺩⺫⺬⺮⺼⻁⻂⻄⻅⻆⻈⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳", "母民王目示竹月虎衣西见角讠贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟", strict=True)},
    **{
        code: plain
        for block in (range(0x2F00, 0x2FD6), range(0xF900, 0xFB00))
        for code in block
        if (plain := unicodedata.normalize("NFKC", chr(code))) != chr(code)
    },
    0x2F3E: "户",  # its decomposition is the traditional form
}  # fmt: skip
_LONGEST_SHOWN = 200
_LONGEST_HEADING = 30
_BOLD_SHARE = 5  # at most one line in so many is a heading by being bold
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]+[）)、.．]|第[一二三四五六七八九十百\d]+[篇章节条部]|[—\-•·●◆■□#]|[（(]"
)
_NO_HEADING_END = TERMINAL + CLOSING + "，,、"


@dataclass(frozen=True)
class Place:
    """Where in the file the text from `start` on stands, up to the next place: 第3页, 第12段, 表1第4行."""

    start: int
    label: str


@dataclass(frozen=True)
class ReadText:
    """One document of a file. `name` is "" or the path of the archive's member; `text` is what every offset counts
    in; `styled` are the lines that the file's styles call headings, `places` is sorted by start, `notes` are Chinese
    lines on what was left out or could not be used."""

    name: str
    text: str
    styled: tuple[StyledLine, ...] = ()
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()

    def part(self, start: int, end: int) -> ReadText:
        """The text from start to end as a document of its own: styles and places move along."""
        within = [place for place in self.places if start < place.start < end]
        before = _place_at(self.places, start)
        first = [] if before is None else [replace(before, start=start)]
        return replace(
            self,
            text=self.text[start:end],
            styled=tuple(
                StyledLine(line.start - start, line.end - start, line.level)
                for line in self.styled
                if start <= line.start and line.end <= end
            ),
            places=tuple(replace(place, start=place.start - start) for place in [*first, *within]),
        )


def location(places: Sequence[Place], start: int) -> str:
    """The label of the place that holds the text at `start`, "" where none is known."""
    place = _place_at(places, start)
    return "" if place is None else place.label


def _place_at(places: Sequence[Place], start: int) -> Place | None:
    index = bisect_right(places, start, key=lambda place: place.start)
    return places[index - 1] if index else None


class TextWriter:
    """Puts a text together line by line and remembers what each line is and where it comes from."""

    def __init__(self, limits: ReadLimits, name: str) -> None:
        """`name` is for the error line."""
        self._limits = limits
        self._name = name
        self._lines: list[str] = []
        self._length = 0
        self._styled: list[StyledLine] = []
        self._bold: list[StyledLine] = []
        self._has_prose = False
        self._places: list[Place] = []
        self._notes: list[str] = []

    @property
    def lines(self) -> int:
        """How many lines there are so far."""
        return len(self._lines)

    def line(
        self,
        text: str,
        place: str = "",
        level: int | None = None,
        *,
        is_bold: bool = False,
        inner: Sequence[Place] = (),
    ) -> None:
        """Add a line that stands at `place`; `level` where its style calls it a heading; `inner` are places that
        begin inside the line, counted from its start. An empty line is left out.

        Raises `UnusableInput` where the text outgrows its limit.
        """
        text = text.strip()
        if not text:
            return
        if is_bold and self._has_prose and _reads_as_heading(text):
            self._bold.append(StyledLine(self._length, self._length + len(text), 1))
        self._has_prose = self._has_prose or text.endswith(("。", "：", ":"))
        start = self._length
        self._write(text, place, level)
        self._places.extend(replace(one, start=start + one.start) for one in inner)

    def row(self, text: str, place: str) -> None:
        """Add a line of a table: empty cells at its ends stay."""
        self._write(text, place, None)

    def _write(self, text: str, place: str, level: int | None) -> None:
        start = self._length
        if place and (not self._places or self._places[-1].label != place):
            self._places.append(Place(start, place))
        if level is not None:
            self._styled.append(StyledLine(start, start + len(text), level))
        self._lines.append(text)
        self._length += len(text) + 1
        if self._length > self._limits.characters:
            raise too_much_text(self._name, self._limits)

    def note(self, line: str) -> None:
        """Say what was left out; the same line once."""
        if line not in self._notes:
            self._notes.append(line)

    def finished(self) -> ReadText:
        """The document. Raises `UnusableInput` where nothing was written."""
        if not self._lines:
            noted = "".join(f"（{note}）" for note in self._notes)
            raise UnusableInput(f"文件“{shown(self._name)}”里没有文字{noted}")
        # Where nobody used heading styles, bold lines between the paragraphs stand for them; where much is bold, not.
        bold = self._bold if len(self._bold) * _BOLD_SHARE <= len(self._lines) else []
        return ReadText(
            "",
            "\n".join(self._lines) + "\n",
            tuple(self._styled or bold),
            tuple(self._places),
            tuple(self._notes),
        )


def _reads_as_heading(text: str) -> bool:
    """Whether a bold line can be a heading that has no number: numbered ones speak for themselves."""
    return len(text) <= _LONGEST_HEADING and text[-1] not in _NO_HEADING_END and _NUMBERED.match(text) is None


def too_much_text(name: str, limits: ReadLimits) -> UnusableInput:
    return UnusableInput(
        f"文件“{shown(name)}”的文字超过上限{limits.characters}字（设置 PLAN_ASSISTANT_READ_MAX_CHARACTERS）"
    )


def clean(text: str) -> str:
    """A paragraph's characters without invisible ones and with look-alikes made plain; every run of white space is one space, but a run of ideographic
    or no-break spaces alone stays a single one of these."""
    return _SPACES.sub(_one_space, _INVISIBLE.sub("", text)).translate(_LOOK_ALIKES)


def _one_space(run: re.Match[str]) -> str:
    return run.group()[0] if set(run.group()) == {"\u3000"} else " "


def raised(before: str, sign: str) -> str:
    """How a raised sign is written after the text before it: m² and m³, for a plain 2 would be a digit of a figure."""
    return {"2": "²", "3": "³"}.get(sign, sign) if before.endswith("m") else sign


def shown(name: str) -> str:
    """A file's name on one line: what would break the line, turn the writing round or show nothing is escaped, a very
    long name is cut in its middle."""
    visible = "".join(_visible(character) for character in name)
    if len(visible) <= _LONGEST_SHOWN:
        return visible
    half = _LONGEST_SHOWN // 2
    return f"{visible[:half]}…{visible[-half:]}"


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return character.encode("unicode_escape").decode("ascii") if hidden else character
