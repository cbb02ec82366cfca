"""Figures past the line breaks of a page and in brackets; places and figures are invented."""

from __future__ import annotations

import pytest

from assistant.plan.read_figures import read_figures

# words -> (what stands at the figure's place, indicator, action, role, qualifier)
SENTENCES = [
    ("到 2035 年雪场年客流量达\n到 1.2 亿人次以上。", [("达\n到 1.2 亿人次以上", "雪场年客流量", "", "amount", "at_least")]),
    ("城镇污水处理率达到 99%以\n上。", [("达到 99%以\n上", "城镇污水处理率", "", "amount", "at_least")]),
    ("建设 20 座左右乡村\n小微滑道。", [("20 座左右", "乡村小微滑道", "建设", "amount", "about")]),
    ("新增240户（累计约360户）大中型雪具店。",
     [("240户", "大中型雪具店", "新增", "amount", "exact"), ("约360户", "大中型雪具店", "累计", "amount", "about")]),
    ("半年分值=日常（60%）+抽查（40%）",
     [("60%", "日常占半年分值比重", "", "share", "exact"), ("40%", "抽查占半年分值比重", "", "share", "exact")]),
    ("新增雪具店240户。", [("240户", "雪具店", "新增", "amount", "exact")]),
    ("完成全省30所学校周边积雪治理。", [("30所", "学校周边积雪治理", "完成", "amount", "exact")]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), SENTENCES, ids=[words for words, _ in SENTENCES])
def test_figures_are_read_past_the_page(words: str, expected: list[tuple[str, str, str, str, str]]) -> None:
    found = read_figures(words)
    assert [
        (words[quantity.start : quantity.end], told.indicator, told.action, told.role, quantity.qualifier)
        for quantity, told in found
        if quantity.value is not None
    ] == expected


def test_all_of_a_district_describes_where_nothing_is_done() -> None:
    ((_, told),) = read_figures("全区30所学校共享雪场。")
    assert told.role == "descriptive"
