"""Cases proposed from the chat: kept safely, one at a time, and made into cases that a run can judge."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.answer import Answer
from assistant.errors import UnusableInput
from assistant.evaluation.amounts import all_in_words, read_figures
from assistant.evaluation.case import Case, ExpectedFigure
from assistant.evaluation.ground import Ground
from assistant.evaluation.proposals import Decision, Proposal, ProposalBox, draft
from assistant.evaluation.scoring import score, verdict
from assistant.wiring import Assistant
from tests.evaluation.test_runner import SMALL, SmallAssistant


@pytest.fixture
def box(tmp_path: Path) -> ProposalBox:
    return ProposalBox(tmp_path / "evaluation" / "proposals")


def answer(question: str = "新增充电桩多少根", *history: str) -> Answer:
    return SmallAssistant().ask(question, history, [SMALL])


def proposal(box: ProposalBox, correction: str = "", *turns: str) -> Proposal:
    turns = turns or ("新增充电桩多少根",)
    return box.add(turns, answer(turns[-1], *turns[:-1]), "数字不对", correction)


# --- Kept -------------------------------------------------------------------------------------------------------------


def test_a_proposal_is_kept_as_it_was_made(box: ProposalBox, tmp_path: Path) -> None:
    assert box.waiting() == []
    made = box.add(("先问", "再问"), answer(), "  数字不对\n", " 应是𠮷1001根 ")
    assert (made.turns, made.reason, made.correction) == (("先问", "再问"), "数字不对", "应是𠮷1001根")
    assert made.made.utcoffset() is not None
    assert box.read(made.id) == made
    assert ProposalBox(tmp_path / "evaluation" / "proposals").waiting() == [made]


def test_the_newest_comes_first_and_what_is_removed_is_gone(box: ProposalBox) -> None:
    made = [proposal(box, f"{number}根") for number in range(5)]
    assert box.waiting() == made[::-1]
    box.remove(made[2].id)
    assert [one.id for one in box.waiting()] == [made[at].id for at in (4, 3, 1, 0)]
    with pytest.raises(UnusableInput, match="已经处理过"):
        box.read(made[2].id)
    box.remove(made[2].id)


OUTSIDE = [
    "../secret",
    "..",
    "/etc/passwd",
    "a/../../secret",
    "",
    "*",
    "..\\secret",
    "20261123\n",
    "x\x00",
    "机密",
    "A0",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_outside_the_folder_is_read_or_removed(box: ProposalBox, tmp_path: Path, name: str) -> None:
    made = proposal(box)
    secret = tmp_path / "evaluation" / "secret.json"
    secret.write_text(made.model_dump_json(), encoding="utf-8")
    for attempt in (box.read, box.remove):
        with pytest.raises(UnusableInput, match="没有这样的意见"):
            attempt(name)
    assert secret.exists()
    assert box.waiting() == [made]


def test_a_damaged_proposal_is_one_line_and_hides_no_other(box: ProposalBox, tmp_path: Path) -> None:
    good, bad = proposal(box), proposal(box)
    path = tmp_path / "evaluation" / "proposals" / f"{bad.id}.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UnusableInput, match="已损坏"):
        box.read(bad.id)
    assert good in box.waiting()


def test_a_proposal_that_is_decided_while_the_others_are_listed_is_not_missed(
    box: ProposalBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another administrator decides between the listing and the reading."""
    made = [proposal(box) for _ in range(3)]
    really = ProposalBox.read

    def read(self: ProposalBox, name: str) -> Proposal:
        self.remove(made[0].id)
        return really(self, name)

    monkeypatch.setattr(ProposalBox, "read", read)
    assert box.waiting() == [made[2], made[1]]


def test_a_half_written_proposal_is_not_seen(box: ProposalBox, tmp_path: Path) -> None:
    made = proposal(box)
    folder = tmp_path / "evaluation" / "proposals"
    (folder / "20261123-040000-000000-abcdef.new").write_text("{", encoding="utf-8")
    assert box.waiting() == [made]


def test_threads_that_propose_at_once_never_meet(box: ProposalBox) -> None:
    given, together, ids = answer(), threading.Barrier(8), []

    def add(number: int) -> None:
        together.wait(30)
        ids.extend(box.add((f"第{number}问",), given, "", f"{n}根").id for n in range(10))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 80
    assert {one.id for one in box.waiting()} == set(ids)
    assert {(one.turns, one.correction) for one in box.waiting()} == {
        ((f"第{number}问",), f"{n}根") for number in range(8) for n in range(10)
    }


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UnusableInput, match=r"意见没有记下：写不进“.*file.proposals”"):
        ProposalBox(tmp_path / "file" / "proposals").add(("问",), answer(), "", "")


# --- Drafted ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("correction", "figures"),
    [
        ("", "充电桩：1000根"),
        ("不对", "充电桩：1000根"),
        ("应该是2000根", "2000根"),
        ("两千根", "2000根"),
        ("40家以上，不是40家", "40家以上；40家"),
        ("3-5个", "3-5个"),
    ],
)
def test_a_draft_takes_the_figures_of_the_correction_or_else_of_the_answer(
    box: ProposalBox, correction: str, figures: str
) -> None:
    decision = draft(proposal(box, correction))
    assert decision.figures == figures
    assert (decision.kind, decision.status) == ("figure", "answered")
    [clause] = [one.id for one in SmallAssistant().plans[SMALL].clauses if "充电桩" in one.text]
    assert decision.gold == clause
    assert decision.note == "；".join(filter(None, ["数字不对", correction]))


def test_a_draft_of_a_refusal_expects_a_figure_only_where_the_user_names_one(box: ProposalBox) -> None:
    refused = draft(proposal(box, "", "地铁修几公里"))
    assert (refused.kind, refused.status, refused.figures, refused.gold) == ("how", "not_in_plan", "", "")
    corrected = draft(proposal(box, "计划写了3公里", "地铁修几公里"))
    assert (corrected.kind, corrected.status, corrected.figures) == ("figure", "answered", "3公里")


def test_a_draft_of_a_conversation_is_a_followup(box: ProposalBox) -> None:
    assert draft(proposal(box, "", "建成学校多少", "那菜场呢")).kind == "followup"


def test_every_answer_over_the_ledger_makes_a_draft_that_is_a_good_case(corpus_assistant: Assistant) -> None:
    """Whatever the indicators are called: the drafted words read back, and the answer itself is right by them."""
    ground = Ground(corpus_assistant)
    asked = {row.indicator for row in ground.ledger("wuchang-2022") if row.value is not None}
    seen = 0
    for indicator in sorted(asked):
        turns = (f"{indicator}是多少",)
        given = corpus_assistant.ask(turns[0])
        made = Proposal.model_validate(
            {"id": "0", "made": "2026-11-23T04:00:00Z", "turns": turns, "answer": given, "reason": "", "correction": ""}
        )
        case = draft(made).as_case(made, ())
        expected = [
            ExpectedFigure.model_validate(one.model_dump(include={"value", "upper", "unit", "qualifier", "indicator"}))
            for one in given.figures
        ]
        assert list(case.figures) == expected, indicator
        assert read_figures(all_in_words(expected)) == tuple(expected)
        if given.status == "answered" and given.figures:
            seen += 1
            scores = score(ground.target(case, (), (), "这一题"), given, ground)
            assert verdict(scores) == "right", (indicator, [one for one in scores if one.verdict != "pass"])
    assert seen > 20


# --- Decided ----------------------------------------------------------------------------------------------------------


def decision(**fields: Any) -> Decision:
    return Decision.model_validate({"kind": "figure", "status": "answered"} | fields)


def test_a_decision_makes_a_case(box: ProposalBox) -> None:
    made = proposal(box, "", "建成学校多少", "那菜场呢")
    case = decision(
        figures="菜场：6个；300亿元以上", gold=" 菜场6个 \n\n1.1-x ", items="甲\n乙", must_contain="6个", note=" 记 "
    ).as_case(made, ())
    assert case == Case.model_validate(
        {
            "id": "local-001", "turns": ["建成学校多少", "那菜场呢"], "kind": "figure", "style": "local",
            "status": "answered", "gold": ["菜场6个", "1.1-x"], "items": ["甲", "乙"], "must_contain": ["6个"],
            "figures": [{"value": "6", "unit": "个", "indicator": "菜场"}, {"value": "300", "unit": "亿元", "qualifier": "at_least"}],
            "note": "记",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"figures": "很多", "gold": "x"}, "“很多”不是一个数量"),
        ({"figures": "1000根；大约吧", "gold": "x"}, "“大约吧”不是一个数量"),
        ({"figures": "1000根"}, "有应答数字的题要写明出处"),
        ({"figures": "1000根", "gold": " \n "}, "有应答数字的题要写明出处"),
        ({"figures": "1000根", "gold": "x", "status": "not_in_plan"}, "状态是 not_in_plan 的题不能有应答数字"),
    ],
)
def test_what_makes_no_case_is_one_line(box: ProposalBox, fields: dict[str, str], reason: str) -> None:
    made = proposal(box)
    with pytest.raises(UnusableInput) as refused:
        decision(**fields).as_case(made, ())
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], "local-001"),
        (["local-001"], "local-002"),
        (["local-002", "a", "b"], "local-001"),
        (["local-001", "local-003"], "local-002"),
        ([f"local-{n:03d}" for n in range(1, 1000)], "local-1000"),
        ([f"local-{n}" for n in range(1, 30)], "local-001"),
    ],
)
def test_ids_never_collide(box: ProposalBox, taken: list[str], expected: str) -> None:
    made = proposal(box)
    assert decision(status="not_in_plan", kind="nothing").as_case(made, taken).id == expected
    assert expected not in taken
