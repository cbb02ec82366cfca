"""The number lock: wordings that must not leave."""

from __future__ import annotations

import pytest

from assistant.answering.answer import Answer
from assistant.answering.number_lock import UnsupportedNumber, check
from assistant.wiring import Assistant

SOUND = "新增充电桩多少根"


@pytest.fixture(scope="module")
def answer(corpus_assistant: Assistant) -> Answer:
    return corpus_assistant.ask(SOUND)


def test_a_sound_answer_passes(answer: Answer) -> None:
    assert check(answer, []) is answer


@pytest.mark.parametrize(
    "text",
    [
        "计划新增充电桩**10000根**。[1]",
        "计划新增充电桩**100根**。[1]",
        "计划新增充电桩**９９９９根**。[1]",
        "计划新增充电桩三千根。[1]",
        "计划新增充电桩**1000个**。[1]",
        "计划新增充电桩**1000根**以上。[1]",
        "计划新增充电桩约**1000根**。[1]",
        "计划新增充电桩**8根**。[1]",
        "计划新增充电桩**1000根**。",
        "计划新增充电桩**1000根**。[1][2]",
        "计划新增充电桩**1000根**。[2]",
        "2023年计划新增充电桩**1000根**。[1]",
    ],
)
def test_an_unsupported_number_or_marker_is_stopped(text: str, answer: Answer) -> None:
    with pytest.raises(UnsupportedNumber):
        check(answer.model_copy(update={"text": text}), [])


def test_a_number_that_is_denied_may_be_repeated(answer: Answer) -> None:
    denying = answer.model_copy(update={"text": "不是9999根，计划新增充电桩**1000根**。[1]"})
    assert check(denying, [], denied=["9999"]) is denying
