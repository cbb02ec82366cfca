"""Follow-ups: a question made to stand alone with what earlier turns supply. History is an argument, never state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.question import read_question
from assistant.plan.verbs import LEADING_ACTION

_ELLIPSIS = re.compile(
    r"^(?:那|那么|还有|然后|再问|另外|以及)?[,，\s]*(?P<subject>.{1,24}?)(?:呢|又?(?:是|有)?多少呢?|怎么样)[?？。!！]*$"
)
_ASKING = re.compile(r"多少|几|哪|什么|怎么|如何|百分之|吗|是否|至少|增速|增幅")


def standalone(question: str, history: Sequence[str]) -> str:
    """The question as it would be asked on its own: 那停车位呢 after 新增充电桩多少根 is 新增停车位多少.

    Only the subject changes: verb and question word come from the last earlier turn that had them.
    """
    if not history:
        return question
    match = _ELLIPSIS.match(question.strip())
    if match is None or (_ASKING.search(match.group("subject")) and not question.strip().startswith("那")):
        return question
    subject = match.group("subject").strip("的 ")
    if read_question(subject).kind == "unclear":
        return question
    earlier = _last_full_turn(history)
    if earlier is None:
        return question
    if read_question(earlier).kind == "text":
        return f"{subject}{_question_words(earlier)}"
    verb = LEADING_ACTION.match(earlier.strip())
    action = verb.group() if verb and not LEADING_ACTION.match(subject) else ""
    growth = "增长多少" if re.search(r"增速|增幅|增长", earlier) and not action else "多少"
    return f"{action}{subject}{growth}"


def _last_full_turn(history: Sequence[str]) -> str | None:
    """The last earlier turn that asks by itself."""
    for index in range(len(history) - 1, -1, -1):
        turn = history[index]
        if _ELLIPSIS.match(turn.strip()) and index > 0:
            return standalone(turn, history[:index])
        if read_question(turn).kind in ("figure", "text"):
            return turn
    return None


def _question_words(turn: str) -> str:
    found = re.search(r"(?:怎么|如何|怎样|有?哪些|是?什么|为什么).*$", turn)
    return found.group() if found else "怎么做"
