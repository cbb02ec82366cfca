"""Which plans a question may be answered from: the ones it names by year and place, never another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.intent import intents
from assistant.answering.question import Question
from assistant.answering.question_words import SPELLED_DIGITS, SPELLED_YEAR
from assistant.answering.shelf import Shelf
from assistant.plan.document import Plan

_RELATIVE = re.compile(
    r"(?<![比较同与和跟])(?:去年|上年|上一年|前年|(?<![说表声证申])明年|后年|来年|下一年)(?!度?相比|同期)"
)
_SHIFTS = {"去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1, "来年": 1, "下一年": 1, "后年": 2}


# The whole country or province: another plan's matter, where the question is likely one about another plan.
_LARGER = re.compile(r"全国|国务院|中央|全省|省里|省政府|全市|市里|市政府")
_MEANS_ANOTHER = 0.3
_FIVE_YEARS = re.compile(r"[“\"]?(?P<period>十[一二三四五]?五)[”\"]?(?:规划)?(?=末|收官|期间|时期|之年|头|第|的|那)")
_LAST_YEARS = {"十五": 2005, "十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030}


@dataclass(frozen=True)
class Scope:
    """`documents` to answer from; `missing` names the year or place that the library does not hold ("" if none);
    `places` are the place names that were read and need no support from a clause; `unsaid`: the question leaves open which
    of the library's documents is meant, so the answer says it."""

    documents: tuple[str, ...]
    missing: str = ""
    places: tuple[str, ...] = ()
    unsaid: bool = False


def scope_of(question: Question, shelf: Shelf, documents: Sequence[str]) -> Scope:
    """Narrow the documents by the places and years that the question names."""
    chosen = tuple(documents)
    named: list[str] = []
    for place in question.places:
        held = tuple(d for d in chosen if _is_of(place, shelf, d))
        if held:
            chosen = held
            named.append(place)
        elif not any(_mentions(shelf.plan(d).text, place, question.text) for d in chosen):
            return Scope(chosen, missing=place)
    larger = _LARGER.search(question.text)
    likely = intents(question.text.strip())["scope"] if larger else 0.0
    if larger and likely >= _MEANS_ANOTHER and not any(_is_so_large(larger.group(), shelf, d) for d in chosen):
        return Scope(chosen, missing=larger.group())
    period = _FIVE_YEARS.search(question.text)
    if period and not any(_is_of_period(period.group("period"), shelf.plan(d)) for d in chosen):
        return Scope(chosen, missing=f"“{period.group('period')}”")
    if question.years:
        held = tuple(d for d in chosen if _speaks_of(question.years, shelf, d))
        if not held:
            return Scope(chosen, missing="、".join(_as_typed(year, question.text) for year in question.years))
        chosen = held
    elif relative := _RELATIVE.search(_asking_part(question)):
        held = _of_relative_year(relative.group(), shelf, chosen)
        if not held:
            return Scope(chosen, missing=relative.group())
        chosen = held
    return Scope(chosen, places=tuple(named))


def _is_so_large(said: str, shelf: Shelf, document: str) -> bool:
    """全市 of a city's plan is that city."""
    place = shelf.plan(document).place
    return not place or place in ("全国", "中国") or place[-1] in said


def _is_of_period(period: str, plan: Plan) -> bool:
    """Whether a plan is of one of the five years, or speaks of them."""
    last = _LAST_YEARS[period]
    return period in plan.text or (plan.year is not None and last - 5 < plan.year <= last)


def _asking_part(question: Question) -> str:
    """The part that asks: what is only told of last year (去年做到了200亿元,今年…) asks for no plan of it."""
    parts = [part for part in re.split(r"[,，;；。!！?？\n()（）]", question.text) if part.strip()]
    told = [part for part in parts if any(claim.text in part for claim in question.claims)]
    if told and len(told) < len(parts):
        parts = [part for part in parts if part not in told]
        return parts[-1]
    return parts[-1] if len(parts) > 2 else question.text


def _mentions(text: str, place: str, question: str) -> bool:
    """Whether a plan speaks of the place, so that the question may be about the plan's own dealings with it. A question
    that begins with a place is about that place."""
    begins = question.lstrip("，, ").startswith(place)
    return place in text or (not begins and place[:-1] in text and len(place) > 2)


def _of_relative_year(said: str, shelf: Shelf, documents: tuple[str, ...]) -> tuple[str, ...]:
    """The documents that 去年 or 明年 means: of the year before or after the newest plan, or with results of the past."""
    newest = max((shelf.plan(d).year or 0 for d in documents), default=0)
    shift = _SHIFTS[said]
    held = tuple(d for d in documents if shelf.plan(d).year == newest + shift)
    if held or shift > 0:
        return held
    past = re.compile(rf"{newest + shift}年|去年|过去(?:的)?一年|上年")
    return tuple(d for d in documents if past.search(shelf.plan(d).text))


def _as_typed(year: int, text: str) -> str:
    """The year as the question has it: 2021年, 二〇二一年 or 21年."""
    for spelled in SPELLED_YEAR.findall(text):
        if int(spelled.rstrip("年").translate(SPELLED_DIGITS)) == year:
            return str(spelled)
    written = re.search(rf"{year}\s?年?", text)
    if written is None:
        return f"{year % 100}年"
    return written.group() if written.group().endswith("年") else f"“{year}”"


def _is_of(place: str, shelf: Shelf, document: str) -> bool:
    plan = shelf.plan(document)
    return place == plan.place or place in plan.title or f"{place}区" == plan.place or f"{place}市" == plan.place


def _speaks_of(years: tuple[int, ...], shelf: Shelf, document: str) -> bool:
    """The plan is of one of these years, or its ledger has figures for one (到2025年 …)."""
    plan = shelf.plan(document)
    if plan.year in years:
        return True
    periods = {int(year) for row in shelf.ledger(document) for year in re.findall(r"\d{4}", row.period)}
    return any(year in periods for year in years)
