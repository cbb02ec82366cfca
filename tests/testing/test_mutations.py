"""One thing of a reply is made wrong, and only that."""

from __future__ import annotations

import re
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.testing.mutations import Mutation, mutate

TEXT = "全市新增甲类项目12个以上，投资300亿元左右。[1] 占35%。[12]"
KINDS: list[Mutation] = ["digit", "unit", "qualifier", "marker"]


@given(st.sampled_from(KINDS), st.integers())
def test_one_place_changes_and_the_same_for_the_same_seed(kind: Mutation, seed: int) -> None:
    changed = mutate(TEXT, kind, seed)
    assert changed != TEXT
    assert mutate(TEXT, kind, seed) == changed
    before, after = re.findall(r"\d+|\D", TEXT), re.findall(r"\d+|\D", changed)
    if kind in ("digit", "marker"):
        ((old, new),) = [(one, other) for one, other in zip_longest(before, after) if one != other]
        assert old.isdigit() and new.isdigit()
        assert kind == "marker" or len(old) == len(new)
    markers = re.findall(r"\[\d+\]", TEXT) == re.findall(r"\[\d+\]", changed)
    assert markers == (kind != "marker")
    figures = [re.findall(r"(?<!\[)(?<!\[\d)\d+(?!\])", text) for text in (TEXT, changed)]
    assert (figures[0] == figures[1]) == (kind != "digit")


@pytest.mark.parametrize("kind", KINDS)
def test_every_place_is_reached(kind: Mutation) -> None:
    places = {"digit": 7, "unit": 3, "qualifier": 2, "marker": 2}[kind]
    changed = {mutate(TEXT, kind, seed) for seed in range(300)}
    first = {
        next(at for at, (one, other) in enumerate(zip(TEXT, text, strict=False)) if one != other) for text in changed
    }
    assert len(first) >= places


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_nothing_to_change(kind: Mutation) -> None:
    with pytest.raises(ValueError, match="没有可以改动的内容"):
        mutate("依据没有提到。", kind, 1)
