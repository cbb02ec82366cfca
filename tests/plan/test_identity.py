"""What a document says of itself: years, place, kind, level."""

from __future__ import annotations

import pytest

from assistant.plan.identity import Identity, five_years
from assistant.plan.parse import parse_plan

REVIEW = "一、2030年工作回顾\n一年来，全市经济增长5%。\n二、2031年重点工作\n新增车位200个。\n"


def identity(text: str) -> Identity:
    return parse_plan(text).identity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青禾区2031年国民经济和社会发展计划\n一、目标\n新增车位200个。\n", (2031, 2031, "青禾区", "国民经济和社会发展计划", "区")),
        (
            "关于云阳县2030年国民经济和社会发展计划执行情况与2031年计划草案的报告\n一、目标\n新增车位200个。\n",
            (2031, 2031, "云阳县", "国民经济和社会发展计划", "区"),
        ),
        (
            "政府工作报告\n——2031年2月7日在白沙市青禾区第三届人民代表大会第二次会议上\n青禾区人民政府区长 某某\n" + REVIEW,
            (2031, 2031, "青禾区", "政府工作报告", "区"),
        ),
        ("各位代表：\n现在，我代表国务院，向大会报告政府工作，请予审议。\n" + REVIEW, (2031, 2031, "全国", "政府工作报告", "全国")),
        ("各位代表：\n现在，我代表白沙市人民政府，向大会报告工作。\n" + REVIEW, (2031, 2031, "白沙市", "政府工作报告", "市")),
        (
            "白沙省国民经济和社会发展第十五个五年规划和二〇四〇年远景目标纲要\n一、目标\n新增车位200个。\n",
            (2026, 2030, "白沙省", "五年规划", "省"),
        ),
        ("青禾县“十四五”规划纲要\n一、目标\n新增车位200个。\n", (2021, 2025, "青禾县", "五年规划", "区")),
        ("白沙市人居环境三年行动方案（２０２８—２０３０年）\n一、目标\n新增车位200个。\n", (2028, 2030, "白沙市", "方案", "市")),
        ("一、目标\n新增车位200个。\n", (None, None, None, "", "")),
    ],
)  # fmt: skip
def test_what_a_document_is_by_its_own_words(text: str, expected: tuple[object, ...]) -> None:
    found = identity(text)
    assert (found.year, found.last_year, found.place, found.kind, found.level) == expected


def test_a_place_without_a_title_is_the_one_that_the_text_names_most() -> None:
    body = "各位代表：\n现在，我代表市人民政府，向大会报告工作。\n" + REVIEW + "苏州发展快。" * 9 + "无锡也快。"
    assert identity(body).place == "苏州市"


def test_no_place_stands_out_and_none_is_said() -> None:
    body = "各位代表：\n现在，我代表市人民政府，向大会报告工作。\n" + REVIEW + "苏州发展快。无锡也快。" * 9
    assert identity(body).place is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("政府工作报告\n——2031年2月7日在青禾区第三届人民代表大会上\n", "青禾区2031年《政府工作报告》"),
        ("青禾区2031年国民经济和社会发展计划\n", "《青禾区2031年国民经济和社会发展计划》"),
        ("各位代表：\n现在，我代表青禾区人民政府，向大会报告工作。\n" + REVIEW, "青禾区2031年政府工作报告"),
    ],
)
def test_a_name_says_what_the_title_leaves_out(title: str, name: str) -> None:
    assert parse_plan(title + "一、目标\n新增车位200个。\n").name == name


def test_the_years_of_a_five_year_plan() -> None:
    assert five_years("第十四个五年规划") == five_years("“十四五”规划") == (2021, 2025)
    assert five_years("第十个五年计划") == (2001, 2005)
    assert five_years("三年行动") is None


def test_an_identity_covers_its_years() -> None:
    plan = Identity(2021, 2025)
    assert plan.covers(2021) and plan.covers(2025) and not plan.covers(2026)
    assert (plan.span, Identity(2022, 2022).span, Identity().span) == ("2021—2025", "2022", "")
