"""Scorers of words: complete lists, strings that must or must not occur, what a follow-up carries."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.evaluation.results import Score
from assistant.evaluation.scoring.judged import Judged, made, not_given
from assistant.evaluation.wording import bare


def score_items(judged: Judged) -> Iterator[Score]:
    """Every item of the list, in the plan's own words: N of N."""
    items = judged.target.case.items
    if not items:
        return
    words = f"{len(items)}项：{'、'.join(items)}"
    if judged.refused:
        yield not_given("items", words, judged.answer)
        return
    said = bare(judged.wording.plain)
    absent = [item for item in items if bare(item) not in said]
    faults = [f"{len(items)}项缺{len(absent)}项：{'、'.join(absent)}"] if absent else []
    yield made("items", faults, words, f"{len(items) - len(absent)}项", "清单完整")


def score_words(judged: Judged) -> Iterator[Score]:
    """Strings that the text must hold, and strings that it must not."""
    case = judged.target.case
    if not case.must_contain and not case.must_not_contain:
        return
    expected = "；".join([*(f"含“{w}”" for w in case.must_contain), *(f"不含“{w}”" for w in case.must_not_contain)])
    if judged.refused:
        yield not_given("words", expected, judged.answer)
        return
    said = bare(judged.wording.plain)
    faults = [f"缺“{words}”" for words in case.must_contain if bare(words) not in said]
    faults += [f"出现了“{words}”" for words in case.must_not_contain if bare(words) in said]
    yield made("words", faults, expected, judged.wording.plain, "该有的都有")


def score_carried(judged: Judged) -> Iterator[Score]:
    """A follow-up took over what earlier turns said."""
    carries = judged.target.case.carries
    if not carries:
        return
    standalone = bare(judged.answer.standalone)
    faults = [f"没有承接“{words}”" for words in carries if bare(words) not in standalone]
    yield made("carried", faults, "、".join(carries), judged.answer.standalone, "承接了上文")
