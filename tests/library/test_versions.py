"""Duplicates and newer versions are noticed; the next year's plan is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.library.versions import Edition, date_of, likeness, sketch_of, superseded
from assistant.plan.parse import parse_plan

SENTENCES = [
    f"新增{thing}{number}个。" for number, thing in enumerate(("车位", "公园", "书屋", "泊位", "充电站", "食堂"), 1)
]


def plan_text(sentences: list[str], head: str = "青禾区2031年国民经济和社会发展计划") -> str:
    return f"{head}\n\n一、主要目标\n\n" + "\n".join(sentences) + "\n"


def edition(document: str, text: str, taken_in: int = 1) -> Edition:
    plan = parse_plan(text)
    return Edition(document, plan.identity, sketch_of(plan), date_of(plan), taken_in)


def test_a_duplicate_gives_way_to_the_one_taken_in_later() -> None:
    text = plan_text(SENTENCES)
    assert superseded([edition("a", text, 1), edition("b", text, 2)]) == {"a": "b"}


def test_a_corrected_version_takes_the_place_of_the_older() -> None:
    corrected = [*SENTENCES[:-1], "新增社区食堂9个。"]
    editions = [edition("new", plan_text(corrected), 2), edition("old", plan_text(SENTENCES), 1)]
    assert superseded(editions) == {"old": "new"}


def test_the_header_date_tells_before_the_order_of_taking_in() -> None:
    dated = "成文日期：{}\n" + plan_text(SENTENCES)
    editions = [edition("a", dated.format("2031年5月9日"), 1), edition("b", dated.format("2031-04-13"), 2)]
    assert superseded(editions) == {"b": "a"}


def test_three_versions_all_give_way_to_the_newest() -> None:
    editions = [edition(name, plan_text(SENTENCES), number) for number, name in enumerate("abc")]
    assert superseded(editions) == {"a": "c", "b": "c"}


@pytest.mark.parametrize(
    "head",
    ["青禾区2032年国民经济和社会发展计划", "云阳区2031年国民经济和社会发展计划", "青禾区2031年政府工作报告"],
)
def test_another_year_place_or_kind_is_no_version(head: str) -> None:
    assert superseded([edition("a", plan_text(SENTENCES)), edition("b", plan_text(SENTENCES, head))]) == {}


def test_another_text_is_no_version() -> None:
    other = [sentence.replace("新增", "减少") for sentence in SENTENCES]
    assert superseded([edition("a", plan_text(SENTENCES)), edition("b", plan_text(other))]) == {}


def test_likeness_is_the_share_of_sentences_in_common() -> None:
    assert likeness((), ()) == 0.0
    assert likeness((1, 2, 3), (1, 2, 3)) == 1.0
    assert likeness((1, 2), (2, 3)) == pytest.approx(1 / 3)
    one = edition("a", plan_text(SENTENCES))
    assert replace(one, document="b").sketch == one.sketch
