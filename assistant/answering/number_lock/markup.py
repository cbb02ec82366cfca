"""A sentence of Markdown with `[1]` markers, made plain: its words, where its markers stand, what it quotes, its cells.

Signs that make a reader see other digits than a program reads (zero-width and right-to-left characters, digits of other
scripts, HTML, LaTeX, links) are a fault of the sentence, not something to guess at.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc

from assistant.answering.answer import unescaped
from assistant.answering.number_lock.spoken_english import with_digits
from assistant.answering.number_lock.stated import plain_qualifiers
from assistant.plan.numerals import narrow

_MARKER = re.compile(r"(?<!\\)\[(\d{1,4})\](?!\()")
_SIGNS = re.compile(r"\*{1,3}|`+|~~|(?<!\w)__?(?=\S)|(?<=\S)__?(?!\w)")
_LINE_BEGINS = re.compile(r"^[\s>#]*(?:[-*+•·●–—]\s+)?")
_TABLE_RULE = re.compile(r"^[\s|:\-–—]+$")
# Labels of a list: (1) 1. 1) ① before words, at the sentence's beginning or behind a stop.
_LABEL = re.compile(
    r"(?:^|(?<=[：:；;，,。]))\s*(?:\d{1,2}[.．、)）](?![\d])|[（(]\d{1,2}[)）]|[①-⑳]|"
    r"[（(]?[一二三四五六七八九十]{1,3}(?:[)）]|、(?=\D)))\s*(?=[^\s\d])"
)
_OTHER_MARKER = re.compile(
    r"【\d{1,3}[^】\d]{0,8}】|［\s?\d{1,3}\s?］|\[\^\d+\]|\^\d+\^?|\[\d{1,3}(?:\s*[,，、\-–]\s*\d{1,3})+\]|[（(]\s?(?:来源|出处|依据|参见|见)?\s?[:：]?\s?\d{1,3}\s?[)）]"
    r"|\[[^\]\d]{1,6}\d{1,3}\]|〔\d{1,3}〕|(?:来源|出处|引用|依据)\s?[:：]?\s?\d{1,3}(?!\d|年)"
)
_OTHER_BRACKETS = re.compile("［")  # [1] is a marker, ［1］ is none
_HTML = re.compile(r"</?[A-Za-z!][^>]*>?|&(?:#\w+|[A-Za-z]\w{1,31});")
_LATEX = re.compile(r"\\(?:[A-Za-z]{2,}|[(){}])|\$[^$\n]*[\d\\][^$\n]*\$")
_LINK = re.compile(r"\]\(|://|www\.")
_HAN = re.compile("[\u4e00-\u9fff]")
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", "〈": "〉"}
_PLAIN_QUOTES = re.compile(r'"([^"\n]+)"')


@dataclass(frozen=True)
class Quotation:
    """Words between quotes, `start:end` without the signs; `title` for 《…》."""

    start: int
    end: int
    text: str
    title: bool


@dataclass(frozen=True)
class PlainSentence:
    """A sentence's words, half-width, without markup; `markers` are (place in it, marker); `cells` are the spans of a
    table row's cells, none outside tables. `fault`: why it cannot be read, "" where it can."""

    text: str
    markers: tuple[tuple[int, int], ...] = ()
    quotations: tuple[Quotation, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()
    is_rule: bool = False
    misplaced: str = ""
    fault: str = ""


@lru_cache(maxsize=256)
def read_markup(sentence: str) -> PlainSentence:
    """The sentence made plain."""
    fault = _hostile(sentence)
    if fault:
        return PlainSentence("", fault=fault)
    body = sentence.strip()
    table = body.startswith("|")
    if _TABLE_RULE.match(body) and "|" in body:
        return PlainSentence("", is_rule=True)
    misplaced = _OTHER_MARKER.search(body)
    if _HAN.search(body):
        body = _simplifier().convert(body)
    body = _SIGNS.sub("", _LINE_BEGINS.sub("", body, count=1))
    body = _OTHER_BRACKETS.sub("【", _LABEL.sub(lambda match: " " * len(match.group()), body))
    body = plain_qualifiers(with_digits(narrow(body)))
    text, markers = _without_markers(body)
    return PlainSentence(
        text,
        tuple(markers),
        _quotations(text),
        tuple(_cells(text)) if table else (),
        misplaced=misplaced.group() if misplaced else "",
    )


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _without_markers(body: str) -> tuple[str, list[tuple[int, int]]]:
    plain: list[str] = []
    length = position = 0
    markers: list[tuple[int, int]] = []
    for match in _MARKER.finditer(body):
        piece = unescaped(body[position : match.start()])
        plain.append(piece)
        length += len(piece)
        markers.append((length, int(match[1])))
        position = match.end()
    plain.append(unescaped(body[position:]))
    return "".join(plain), markers


def _cells(text: str) -> list[tuple[int, int]]:
    """The spans between the strokes of a table's row."""
    strokes = [place for place, character in enumerate(text) if character == "|"]
    return [
        (first + 1, last)
        for first, last in zip(strokes, [*strokes[1:], len(text)], strict=True)
        if text[first + 1 : last].strip()
    ]


def _quotations(text: str) -> tuple[Quotation, ...]:
    """Outermost quotations in order; one that never closes runs to the end."""
    found: list[Quotation] = []
    closing, start, opening, depth = "", 0, "", 0
    for place, character in enumerate(text):
        if not depth and character in _QUOTES:
            opening, closing, start, depth = character, _QUOTES[character], place + 1, 1
        elif depth and character == opening:
            depth += 1
        elif depth and character == closing:
            depth -= 1
            if not depth:
                found.append(Quotation(start, place, text[start:place], opening in "《〈"))
    if depth:
        found.append(Quotation(start, len(text), text[start:], opening in "《〈"))
    found += [
        Quotation(match.start(1), match.end(1), match[1], False)
        for match in _PLAIN_QUOTES.finditer(text)
        if not any(one.start <= match.start() < one.end for one in found)
    ]
    return tuple(sorted(found, key=lambda quotation: quotation.start))


# --- What hides digits ------------------------------------------------------------------------------------------------

_CIRCLED_LABEL = re.compile(r"(?:^|[\s：:；;，,。、|*])[①-⑳](?=\s?[^\s\d])")


def _hostile(sentence: str) -> str:
    """Why the sentence's digits cannot be trusted, "" where they can."""
    for form, name in ((_HTML, "HTML 标记"), (_LATEX, "LaTeX 公式"), (_LINK, "链接")):
        if found := form.search(sentence):
            return f"含有{name}“{found.group()[:20]}”，请只用普通文字和 Markdown"
    rest = sentence
    if not sentence.isascii():
        rest = _CIRCLED_LABEL.sub(" ", sentence)
    for place, character in enumerate(rest):
        if character < "\u0080":
            if character < " " and character not in "\t\n\r":
                return "含有控制字符，请只用普通文字"
            continue
        if "\u4e00" <= character <= "\u9fff" or "\uff01" <= character <= "\uff5e":
            continue
        kind = unicodedata.category(character)
        if kind in ("Cf", "Cc", "Co", "Cs", "Cn"):
            return "含有不可见字符，请只用普通文字"
        if character in "²³" and rest[place - 1 : place] == "m":
            continue
        if character in "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ" and rest[place + 1 : place + 2] in tuple("类级型期"):
            continue  # 水质Ⅱ类: a name
        if kind[0] == "N" and character != "〇":
            return f"含有特殊数字字符“{character}”，数字请用阿拉伯数字或汉字"
        if kind[0] == "M" and (kind == "Me" or rest[place - 1 : place].isalnum()):
            return "含有组合字符，请只用普通文字"
        if "\U0001d400" <= character <= "\U0001d7ff" or "\u2070" <= character <= "\u209f":
            return f"含有特殊字符“{character}”，请只用普通文字"
    return ""
