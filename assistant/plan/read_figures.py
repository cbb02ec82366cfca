"""A sentence's figures with what they count, read past what only the page or the writing puts between its words: line breaks
of a page, and figures that stand in brackets (日常监测（60%）; 新增2400户（累计3600户）餐饮单位).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.plan.indicator import Found, read_indicators
from assistant.plan.nouns import clean
from assistant.plan.phrases import strip_action
from assistant.plan.quantity import Quantity
from assistant.plan.scan import read_quantities

# A break inside a sentence, with the blanks around it (between Latin letters it stands for a blank); blanks that a page sets
# off its numbers with.
_BREAK = re.compile(
    r"[ \t\u3000]*[\r\n]+[ \t\u3000]*|(?<=[\u4e00-\u9fff]) (?=[\d.]+(?!\d|[.．、]))|(?<=\d) (?=[\u4e00-\u9fff])"
)
_BRACKETS = re.compile(r"[（(](?P<inner>[^（）()]{1,24})[）)]")
# What may stand before the figure in brackets: 累计约3600户.
_TOLD = re.compile(r"(?:累计|总数|总计|合计|共计?|达)?(?:达到?)?")
_WEIGHED = re.compile(r"(?P<whole>[\u4e00-\u9fff]{2,16})\s*[=＝]")
_FORMULA = re.compile(r"[=＝+＋×÷;；,，、]")


def read_figures(words: str) -> list[tuple[Quantity, Found]]:
    """Each figure, with its place in `words`, and what stands around it, in the text's order."""
    straight, places = _without_breaks(words)
    found = [*_in_brackets(straight), *_outside(straight)]
    return [
        (replace(quantity, start=places[quantity.start], end=places[quantity.end - 1] + 1), told)
        for quantity, told in sorted(found, key=lambda one: one[0].start)
    ]


def _without_breaks(words: str) -> tuple[str, list[int]]:
    """The words in one line, and the place of each of their characters in what was given."""
    places: list[int] = []
    at = 0
    for broken in _BREAK.finditer(words):
        places += range(at, broken.start())
        before, behind = words[: broken.start()][-1:], words[broken.end() :][:1]
        if (
            broken.group().strip(" ")
            and before.isascii()
            and before.isalpha()
            and behind.isascii()
            and behind.isalpha()
        ):
            places.append(broken.start())
        at = broken.end()
    places += range(at, len(words))
    return "".join(" " if words[place] in "\r\n" else words[place] for place in places), places


def _bracketed(straight: str) -> Iterator[tuple[re.Match[str], Quantity]]:
    """The brackets that hold one figure and nothing that it would count."""
    for bracket in _BRACKETS.finditer(straight):
        inner = bracket.group("inner")
        quantities = read_quantities(inner)
        if len(quantities) != 1:
            continue
        (quantity,) = quantities
        alone = quantity.end == len(inner) and _TOLD.fullmatch(inner[: quantity.start])
        if alone and quantity.kind == "amount" and quantity.value is not None:
            begin = bracket.start("inner")
            yield bracket, replace(quantity, start=quantity.start + begin, end=quantity.end + begin)


def _outside(straight: str) -> Iterator[tuple[Quantity, Found]]:
    """The figures that stand in no such brackets, read as if the brackets were not there."""
    kept: list[int] = []
    at = 0
    for bracket, _ in _bracketed(straight):
        kept += range(at, bracket.start())
        at = bracket.end()
    kept += range(at, len(straight))
    text = "".join(straight[place] for place in kept)
    quantities = read_quantities(text)
    for quantity, told in zip(quantities, read_indicators(text, quantities), strict=True):
        yield replace(quantity, start=kept[quantity.start], end=kept[quantity.end - 1] + 1), told


def _in_brackets(straight: str) -> Iterator[tuple[Quantity, Found]]:
    """A figure in brackets is of what stands before them: of the thing named, or of what the figure there counts."""
    owners = {quantity.end: told for quantity, told in _outside(straight)}
    for bracket, quantity in _bracketed(straight):
        inner = bracket.group("inner")
        before = inner[: inner.index(quantity.text)]
        owner = owners.get(bracket.start())
        if owner is not None:
            yield quantity, Found(owner.indicator, before.strip() or owner.action, owner.role, quantity.qualifier_text)
            continue
        stretch = _FORMULA.split(straight[: bracket.start()])[-1]
        action, thing = strip_action(re.split(r"[。:：!！?？）)]", stretch)[-1])
        thing = clean(thing) or clean(stretch)
        whole = _WEIGHED.match(straight)
        if whole and quantity.unit == "%" and bracket.start() > whole.end():
            # 总分=日常（60%）+抽查（40%)
            yield quantity, Found(f"{thing}占{clean(whole.group('whole'))}比重", "", "share", quantity.qualifier_text)
        else:
            yield quantity, Found(thing, action, "amount", quantity.qualifier_text)
