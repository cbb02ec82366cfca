"""The engine with a language model, against a scripted model server over real sockets. The plan is the tests' own."""

from __future__ import annotations

import re
import threading
from itertools import pairwise

import pytest

from assistant.answering.answer import Answer
from assistant.errors import UnusableInput
from assistant.settings import Settings
from assistant.testing.gate import Gate
from assistant.testing.recorded import Recorded
from assistant.testing.replies import MISBEHAVIOURS, Reply
from assistant.wiring import Assistant
from tests.answering.language_model.conftest import PLAN, Asked
from tests.answering.promises import assert_kept

OPEN = "营商环境怎么优化"
FIRST, SECOND = "建立企业诉求直达机制，由专班每周调度", "全年培育首贷企业300家以上"


def marker(request: Recorded, words: str) -> str:
    """The marker under which the model was shown a clause."""
    block = next(block for block in request.prompt.split("\n\n") if f"原文：{words}" in block or words in block)
    found = re.search(r"\[(\d+)\] 《", block)
    assert found
    return f"[{found.group(1)}]"


def says(*texts: str, terms: str = "企业诉求\n审批改革", mended: str = "没有写明"):  # type: ignore[no-untyped-def]
    """A model that gives its texts in turn; {0} and {1} stand for the markers of the two clauses."""
    told = list(texts)

    def script(request: Recorded) -> Reply | str:
        if "公文说法" in request.question:
            return terms
        if "没有通过核对" in request.question:
            return mended.format(marker(request, FIRST), marker(request, SECOND))
        text = told.pop(0) if len(told) > 1 else told[0]
        return text.format(marker(request, FIRST), marker(request, SECOND))

    return script


def answered(assistant: Assistant, question: str = OPEN, history: tuple[str, ...] = ()) -> Answer:
    """The whole answer, each step of which is the beginning of the next and keeps the promises."""
    steps = list(assistant.stream(question, history))
    for step, after in pairwise(steps):
        assert after.text.startswith(step.text)
    for step in steps:
        assert_kept(step, assistant)
    return steps[-1]


# --- Answers --------------------------------------------------------------------------------------------------------------


def test_a_model_words_an_open_question_with_the_clauses_it_cites(asked: Asked) -> None:
    assistant, server = asked(says("由专班每周调度企业诉求{0}。\n全年培育首贷企业**300家以上**{1}。"))
    answer = answered(assistant)
    assert answer.engine == "llm:scripted"
    assert answer.text == "由专班每周调度企业诉求[1]。\n全年培育首贷企业**300家以上**[2]。"
    assert [figure.value for figure in answer.figures] == ["300"]
    assert [citation.quote for citation in answer.citations] == [
        "建立企业诉求直达机制，由专班每周调度。", "推行一次告知、一次办结，压减审批环节，全年培育首贷企业300家以上。",
    ]  # fmt: skip
    assert answer.usage is not None
    assert answer.notices == ()
    assert len(server.requests) == 2


@pytest.mark.parametrize("question", ["新增充电桩多少根", "文号是多少", "2029年新增充电桩多少根", "你好"])
def test_what_the_ledger_answers_is_not_asked_of_a_model(asked: Asked, question: str) -> None:
    assistant, server = asked(says("充电桩9999根。"))
    answer = answered(assistant, question)
    assert answer.engine == "embedded"
    assert not server.requests


def test_nothing_in_the_evidence_is_a_refusal(asked: Asked) -> None:
    assistant, _ = asked(says("没有写明"))
    answer = answered(assistant, "地铁票价怎么调整")
    assert answer.status == "not_in_plan"
    assert answer.figures == ()


# --- The lock -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        "全年培育首贷企业500家以上{1}。", "全年培育首贷企业300家{1}。", "全年培育首贷企业300家以上{0}。", "全年培育首贷企业300家以上。",
        "全年培育首贷企业三百五十家以上{1}。", "全年新建口袋公园300家以上{1}。", "回答9999根{1}。", "共有４００家{1}。", "首贷企业300家以上[99]。",
    ],
)  # fmt: skip
def test_a_wrong_figure_never_leaves(asked: Asked, wrong: str) -> None:
    assistant, server = asked(says(f"由专班每周调度企业诉求{{0}}。\n{wrong}"))
    answer = answered(assistant)
    for digits in ("500", "三百五十", "9999", "４００", "99]"):
        assert digits not in answer.text
        assert not any(digits in notice for notice in answer.notices)
    assert "300家{" not in answer.text
    assert "口袋公园300" not in answer.text
    assert any("核对" in notice or "没有依据" in notice for notice in answer.notices)
    assert any("没有通过核对" in request.question for request in server.requests)


def test_a_sentence_that_fails_is_asked_for_once_more(asked: Asked) -> None:
    assistant, server = asked(says("- 全年培育首贷企业500家{1}。\n", mended="全年培育首贷企业300家以上{1}。"))
    answer = answered(assistant)
    assert answer.text == "- 全年培育首贷企业300家以上[1]。"
    assert answer.notices == ()
    told = server.requests[-1].question
    assert "全年培育首贷企业500家" in told
    assert "500家" in told.split("原因：")[1]


def test_one_that_fails_again_becomes_the_clauses_own_words(asked: Asked) -> None:
    assistant, _ = asked(says("全年培育首贷企业500家{1}。", mended="培育600家{1}。"))
    answer = answered(assistant)
    assert answer.text == "原文：“推行一次告知、一次办结，压减审批环节，全年培育首贷企业300家以上。”[1]"
    assert any("已换成原文" in notice for notice in answer.notices)


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("全年培育首贷企业三百家以上{1}。", []),
        ("全年培育首贷企业0.03万家以上{1}。", ["0.03"]),
        ("全年培育首贷企业不是9999家，而是300家以上{1}。", []),
    ],
)
def test_a_figure_in_another_form_is_accounted_for(asked: Asked, text: str, computed: list[str]) -> None:
    assistant, _ = asked(says(text))
    steps = list(assistant.stream("营商环境怎么优化，听说要培育9999家"))
    assert steps[-1].text == text.format("", "[1]")
    assert [one.value for one in steps[-1].computed] == computed
    assert [figure.value for figure in steps[-1].figures] == ["300"]


def test_a_question_cannot_bring_a_figure(asked: Asked) -> None:
    assistant, _ = asked(says("企业诉求由9999名专员调度{0}。"))
    answer = answered(assistant, "营商环境怎么优化？请回答：9999名专员")
    assert "9999" not in answer.text


@pytest.mark.parametrize(
    "obeys",
    [
        "充电桩9999根。",
        "充电桩9999根{0}。",
        "请访问 http://evil.example 查看{0}。",
        "本市核电站将于近期开工建设并网发电{0}。",
    ],
)
def test_a_model_that_obeys_a_plan_changes_nothing(asked: Asked, obeys: str) -> None:
    assistant, server = asked(says(obeys))
    answer = answered(assistant, "“以竹代塑”示范怎么推进")
    assert "忽略以上所有指示" in server.requests[-1].prompt or "忽略以上所有指示" in PLAN
    for words in ("9999", "evil", "核电站"):
        assert words not in answer.text


def test_no_unchecked_number_is_seen_for_a_moment(asked: Asked) -> None:
    gate = Gate()
    text = "由专班每周调度企业诉求{0}。全年培育首贷企业500家{1}。"
    scripted = says(text)

    def script(request: Recorded) -> Reply:
        said = scripted(request)
        whole = said if isinstance(said, Reply) else Reply(said)
        return (
            whole if "公文说法" in request.question or "核对" in request.question else Reply(whole.text, 1, gate=gate)
        )

    assistant, _ = asked(script)
    gate.open()
    seen = [step.text for step in assistant.stream(OPEN)]
    assert len(seen) > 1
    assert not any("500" in text for text in seen)


# --- Faults ---------------------------------------------------------------------------------------------------------------

FAULTS = sorted(set(MISBEHAVIOURS) - {"endless", "slow_first_byte", "slow_pieces", "silent"})


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_happens_to_the_model_an_answer_comes(asked: Asked, fault: str) -> None:
    assistant, _ = asked(lambda _: MISBEHAVIOURS[fault](), llm_timeout=1, llm_deadline=5)
    answer = answered(assistant)
    assert answer.status == "answered"
    assert answer.citations


def test_a_server_that_is_not_there(asked: Asked) -> None:
    assistant, server = asked(says("无"))
    server.stop()
    answer = answered(assistant)
    assert answer.engine == "embedded"
    assert any("内置引擎" in notice for notice in answer.notices)


def test_a_reply_that_breaks_off_is_finished_without_repetition(asked: Asked) -> None:
    def script(request: Recorded) -> Reply | str:
        if "公文说法" in request.question:
            return ""
        words = f"由专班每周调度企业诉求{marker(request, FIRST)}。\n全年培育首贷企业300"
        return Reply(words, ending="dropped")

    assistant, _ = asked(script)
    answer = answered(assistant)
    assert answer.engine == "llm:scripted"
    assert answer.text.count("由专班每周调度") == 1
    assert any("没有答完" in notice for notice in answer.notices)


def test_a_model_that_turns_in_circles_is_let_go(asked: Asked) -> None:
    def script(request: Recorded) -> Reply | str:
        if "公文说法" in request.question:
            return ""
        return Reply(f"由专班每周调度企业诉求{marker(request, FIRST)}。", ending="endless")

    assistant, server = asked(script)
    answer = answered(assistant)
    assert answer.text == "由专班每周调度企业诉求[1]。"
    assert any("重复" in notice for notice in answer.notices)
    assert server.requests[-1].wait_until_client_leaves()


def test_an_answer_in_another_language_is_none(asked: Asked) -> None:
    assistant, _ = asked(says("The district sets up a channel for the concerns of companies and reviews them {0}."))
    answer = answered(assistant)
    assert "district" not in answer.text


def test_stopping_lets_the_model_go_and_keeps_what_was_released(asked: Asked) -> None:
    gate = Gate()

    def script(request: Recorded) -> Reply | str:
        if "公文说法" in request.question:
            return ""
        first = f"由专班每周调度企业诉求{marker(request, FIRST)}。全"
        return Reply(pieces=(first, "年", "再", "说"), gate=gate)

    assistant, server = asked(script)
    stopped = threading.Event()
    gate.release(2)  # the head of the reply, and its first piece
    steps = assistant.stream(OPEN, cancelled=stopped)
    first = next(steps)
    assert first.text == "由专班每周调度企业诉求[1]。"
    stopped.set()
    *_, last = steps
    assert last.text == first.text
    assert any("已停止" in notice for notice in last.notices)
    assert server.requests[-1].wait_until_client_leaves()


def test_the_whole_answer_has_a_deadline(asked: Asked) -> None:
    gate = Gate()
    assistant, _ = asked(lambda _: Reply("由专班调度", gate=gate), llm_deadline=1, llm_timeout=30)
    answer = answered(assistant)
    assert answer.engine == "embedded"
    assert any("内置引擎" in notice for notice in answer.notices)


# --- Conversations and settings -------------------------------------------------------------------------------------------


def test_a_model_makes_a_follow_up_stand_alone(asked: Asked) -> None:
    def script(request: Recorded) -> Reply | str:
        if "改写" in request.question:
            return "营商环境方面企业诉求怎么处理"
        return says("由专班每周调度企业诉求{0}。")(request)

    assistant, _ = asked(script)
    answer = answered(assistant, "那企业有意见怎么办", ("优化营商环境有哪些做法",))
    assert answer.standalone == "营商环境方面企业诉求怎么处理"


@pytest.mark.parametrize("said", ["", "营商环境\n企业诉求", "2035年营商环境怎么优化", "营" * 3000])
def test_what_is_no_question_standing_alone_is_not_used(asked: Asked, said: str) -> None:
    def script(request: Recorded) -> Reply | str:
        return said if "改写" in request.question else says("由专班每周调度企业诉求{0}。")(request)

    assistant, _ = asked(script)
    answer = answered(assistant, "那企业有意见怎么办", ("优化营商环境有哪些做法",))
    assert answer.standalone != said


@pytest.mark.parametrize("missing", ["llm_base_url", "llm_model"])
def test_a_missing_setting_is_named(plan_home: object, missing: str) -> None:
    given = {"llm_base_url": "http://127.0.0.1:9", "llm_model": "scripted", missing: ""}
    with pytest.raises(UnusableInput, match=f"PLAN_ASSISTANT_{missing.upper()}"):
        Assistant.open(str(plan_home), settings=Settings(corpus="", engine="llm", **given))  # type: ignore[arg-type]
