"""What an answer's text says: the figures that it claims, each with its sentence and markers; what it quotes; what it
denies. Read from the words alone, so that it holds for whoever worded them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.answering.answer import unescaped
from assistant.plan.quantity import OtherNumeral, Quantity
from assistant.plan.scan import scan

_MARKUP = re.compile(r"\*\*|\[(?P<marker>\d+)\]")
_SINGLE_ONE = re.compile(r"(?<=[是为：:共有增建达到（(])一(?P<unit>家|栋|座|处|场|所|条)(?![\u4e00-\u9fff])")
_BOLD_ONE = re.compile(r"\*\*一(家|栋|座|处|场|所|条|个|项)\*\*")
_BLANK = re.compile(r"\s+")
_EDGES = "—-–•·;；,，。 "
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_TOUCHING = 16  # characters
_SENTENCE_END = re.compile(r"[。！？；!?;\n]+")
# A number is denied where its own part of the sentence says before it that it is not so.
_DENIAL = re.compile(r"(?:不是|并非|而非|并不|没有|未定|未给出|不等于|不对|有误|不能)[^，。；：,;:\n]*$")
_SEPARATOR = re.compile(r"[，,、；;。：:\n（）()]")
# A numeral that is no amount is taken with what belongs to it: 【2022】1号, 2022年04月13日, 737546075/2022-12836.
_BELONGS = re.compile(r"[0-9A-Za-z年月日号第.\-/【】〔〕\[\]{}_]")


@dataclass(frozen=True)
class Claim:
    """A quantity in an answer. `markers` are those of its sentence (of its paragraph, of the answer, where nearer ones
    are missing); `subject` are the words beside it that name what is counted, `before` and `after` those that touch it,
    `wider` all from the figure before to the figure after.
    `in_name`: it is part of what something is called (亿元以上服务业项目)."""

    quantity: Quantity
    markers: tuple[int, ...]
    quoted: bool
    denied: bool
    in_name: bool
    subject: str
    wider: str
    before: str
    after: str


@dataclass(frozen=True)
class Mention:
    """A numeral that is no amount: a year, a date, a 文号."""

    text: str
    denied: bool


@dataclass(frozen=True)
class Quotation:
    """Words between “ and ”, the outermost pair; `markers` are those that follow it directly. `denied`: the text says that
    they are not said (没有写“以上”)."""

    text: str
    start: int
    end: int
    markers: tuple[int, ...]
    denied: bool


@dataclass(frozen=True)
class Wording:
    """An answer's text without markup (`plain`), and what stands in it."""

    plain: str
    markers: tuple[int, ...]
    claims: tuple[Claim, ...]
    mentions: tuple[Mention, ...]
    quotations: tuple[Quotation, ...]

    @property
    def stated(self) -> list[Claim]:
        """What the answer itself claims: neither quoted nor denied."""
        return [claim for claim in self.claims if not claim.quoted and not claim.denied]


def read_wording(text: str, names: Collection[str] = ()) -> Wording:
    """Read an answer's Markdown text with `[1]` markers; `names` are indicators with a quantity in them."""
    plain, placed = _without_markup(text)
    quotations = tuple(_quotations(plain, placed))
    sentences = list(_sentences(plain, quotations))
    reading = scan(plain)
    named = [match.span() for name in names for match in re.finditer(re.escape(name), plain)]
    claims: list[Claim] = []
    before = 0
    quantities = sorted([*reading.quantities, *_single_ones(plain)], key=lambda quantity: quantity.start)
    apart = [one for one in quantities if not any(start <= one.start and one.end <= end for start, end in named)]
    for quantity in quantities:
        following = next((one.start for one in apart if one.start > quantity.start), len(plain))
        sentence = next(span for span in sentences if span[0] <= quantity.start < span[1])
        in_name = quantity not in apart
        quoted = any(one.start < quantity.start and quantity.end < one.end for one in quotations)
        claims.append(
            Claim(
                quantity=quantity,
                markers=_markers_of(plain, sentence, placed),
                quoted=quoted,
                denied=_denied(plain, sentence, quantity.start),
                in_name=in_name,
                subject=_subject(plain, max(sentence[0], before), quantity, sentence[1]),
                wider=plain[before : quantity.start] + "\n" + plain[quantity.end : following],
                before=plain[max(sentence[0], quantity.start - _TOUCHING) : quantity.start],
                after=plain[quantity.end : min(sentence[1], quantity.end + _TOUCHING)],
            )
        )
        before = before if in_name else quantity.end
    mentions = tuple(_mention(plain, other, sentences) for other in reading.others if _names_a_number(other))
    return Wording(plain, tuple(marker for _, marker in placed), tuple(claims), mentions, quotations)


def _single_ones(plain: str) -> Iterator[Quantity]:
    """一家 where it can only be a figure (目标是一家); elsewhere 一 is mostly a word (一项, 一个)."""
    for match in _SINGLE_ONE.finditer(plain):
        yield Quantity(Decimal(1), None, match["unit"], "exact", "", *match.span(), match.group())


def _without_markup(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without bold signs and markers, and (place in it, marker) for each marker."""
    plain = ""
    placed: list[tuple[int, int]] = []
    position = 0
    text = _BOLD_ONE.sub(r"**1\1**", _INVISIBLE.sub("", text))
    for match in _MARKUP.finditer(text):
        plain += unescaped(text[position : match.start()])
        position = match.end()
        if match["marker"]:
            placed.append((len(plain), int(match["marker"])))
    return plain + unescaped(text[position:]), placed


def _quotations(plain: str, placed: list[tuple[int, int]]) -> Iterator[Quotation]:
    """Outermost quotations; one that never closes runs to the end of its line."""
    depth = start = 0
    for position, character in enumerate(plain):
        if character == "“":
            if depth == 0:
                start = position
            depth += 1
        elif character == "”" and depth:
            depth -= 1
            if depth == 0:
                # The marker may stand behind the stop that ends the quoting sentence.
                ends = (
                    (position + 1, position + 2) if plain[position + 1 : position + 2] in "。；，" else (position + 1,)
                )
                following = tuple(marker for at, marker in placed if at in ends)
                denied = bool(_DENIAL.search(plain[:start]))
                yield Quotation(plain[start + 1 : position], start, position + 1, following, denied)
    if depth:
        end = plain.find("\n", start)
        end = len(plain) if end < 0 else end
        yield Quotation(plain[start + 1 : end], start, end, (), False)


def _sentences(plain: str, quotations: tuple[Quotation, ...]) -> Iterator[tuple[int, int]]:
    """The spans of sentences; an end inside a quotation is none."""
    start = 0
    for match in _SENTENCE_END.finditer(plain):
        if not any(one.start < match.start() < one.end - 1 for one in quotations):
            yield start, match.end()
            start = match.end()
    yield start, len(plain) + 1


def _markers_of(plain: str, sentence: tuple[int, int], placed: list[tuple[int, int]]) -> tuple[int, ...]:
    """A marker after a sentence's end is the sentence's. Without one the line's are meant, else all."""
    start, end = sentence
    own = tuple(marker for at, marker in placed if start < at <= end)
    if own:
        return own
    line_start = plain.rfind("\n", 0, start) + 1
    line_end = plain.find("\n", max(start, min(end, len(plain)) - 1))
    line_end = len(plain) if line_end < 0 else line_end
    return tuple(m for at, m in placed if line_start <= at <= line_end) or tuple(m for _, m in placed)


def _denied(plain: str, sentence: tuple[int, int], at: int) -> bool:
    return bool(_DENIAL.search(plain[sentence[0] : at]))


def _subject(plain: str, start: int, quantity: Quantity, sentence_end: int) -> str:
    """The words before the quantity, from the last one on; where they name nothing, those after it too."""
    after = _SEPARATOR.split(plain[quantity.end : sentence_end], maxsplit=1)[0]
    return f"{plain[start : quantity.start]}\n{after}"


def _names_a_number(other: OtherNumeral) -> bool:
    """Not the 一 of 一项 or the 数 of 数字: digits, and numerals that date or rank."""
    return any(c.isdigit() for c in other.text) or other.reason in ("date", "ordinal", "rank")


def _mention(plain: str, other: OtherNumeral, sentences: list[tuple[int, int]]) -> Mention:
    start, end = other.start, other.end
    while start > 0 and _BELONGS.match(plain[start - 1]):
        start -= 1
    while end < len(plain) and _BELONGS.match(plain[end]):
        end += 1
    sentence = next(span for span in sentences if span[0] <= other.start < span[1])
    return Mention(plain[start:end], _denied(plain, sentence, other.start))


_STRAIGHT = str.maketrans("“”", '""')


def bare(words: str) -> str:
    """Words without blanks, line breaks and what stands at their edges as layout; quotation marks straight, for plans mix
    straight and curled ones, and answers close what they open."""
    return _BLANK.sub("", words).strip(_EDGES).translate(_STRAIGHT)
