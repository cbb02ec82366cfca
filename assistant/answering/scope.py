"""Which plans a question may be answered from: the ones it names by year and place, never another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from assistant.answering.question import Question
from assistant.answering.shelf import Shelf

_PLACE_END = tuple("区县市省旗州盟")


@dataclass(frozen=True)
class Scope:
    """`documents` to answer from; `missing` names the year or place that the library does not hold ("" if none);
    `places` are the place names that were read and need no support from a clause."""

    documents: tuple[str, ...]
    missing: str = ""
    places: tuple[str, ...] = ()


def scope_of(question: Question, shelf: Shelf, documents: Sequence[str]) -> Scope:
    """Narrow the documents by the places and years that the question names."""
    chosen = tuple(documents)
    named: list[str] = []
    for place in _places(question.text):
        held = tuple(d for d in chosen if _is_of(place, shelf, d))
        if held:
            chosen = held
            named.append(place)
        elif not any(place in shelf.plan(d).text for d in chosen):
            return Scope(chosen, missing=place)
    if question.years:
        held = tuple(d for d in chosen if _speaks_of(question.years, shelf, d))
        if not held:
            return Scope(chosen, missing="、".join(f"{year}年" for year in question.years))
        chosen = held
    return Scope(chosen, places=tuple(named))


def _places(text: str) -> list[str]:
    return [
        word for word, tag in rjieba.tag(text[:200]) if tag == "ns" and len(word) >= 3 and word.endswith(_PLACE_END)
    ]


def _is_of(place: str, shelf: Shelf, document: str) -> bool:
    plan = shelf.plan(document)
    return place == plan.place or place in plan.title


def _speaks_of(years: tuple[int, ...], shelf: Shelf, document: str) -> bool:
    """The plan is of one of these years, or its ledger has figures for one (到2025年 …)."""
    plan = shelf.plan(document)
    if plan.year in years:
        return True
    periods = {int(year) for row in shelf.ledger(document) for year in re.findall(r"\d{4}", row.period)}
    return any(year in periods for year in years)
