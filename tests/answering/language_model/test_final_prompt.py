"""What a model is told, to the letter: `tests/data/prompts`. After a change that is meant, look at the difference and rewrite
the files with `python -m tests.answering.language_model.test_final_prompt`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from assistant.answering.language_model.packing import evidence_text, pack, shown
from assistant.library import index
from assistant.settings import Settings
from assistant.testing.model_server import ModelServer
from assistant.testing.recorded import Recorded
from assistant.wiring import Assistant
from tests.answering.language_model.conftest import PLAN

GOLDEN = Path(__file__).parents[2] / "data" / "prompts"
CASES = {
    "open-question": ("营商环境怎么优化", ()),
    "follow-up": ("那企业有意见怎么办", ("优化营商环境有哪些做法",)),
}


def requests_for(home: Path, question: str, history: tuple[str, ...]) -> str:
    """Everything that the model is sent for a question: each request's messages, one after the other."""

    def script(request: Recorded) -> str:
        if "改写" in request.question:
            return "营商环境方面企业诉求怎么处理"
        if "公文说法" in request.question:
            return "企业诉求直达\n优化营商环境"
        return "没有通过核对的一句：培育企业12345家[1]。" if "没有通过核对" not in request.question else "没有写明"

    with ModelServer(script) as server:
        settings = Settings(home=home, corpus="", engine="llm", llm_base_url=server.base_url, llm_model="scripted")
        assistant = Assistant.open(home, settings=settings)
        assistant.ask(question, history)
        assistant.close()
        parts = [
            f"=== {number}. {message['role']}\n{message['content']}"
            for number, request in enumerate(server.asked, 1)
            for message in request.body["messages"]
        ]
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_the_final_prompt_is_the_golden_one(plan_home: Path, name: str) -> None:
    assert requests_for(plan_home, *CASES[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_evidence_is_packed_whole_and_the_most_useful_first(plan_home: Path) -> None:
    assistant = Assistant.open(plan_home, settings=Settings(home=plan_home, corpus=""))
    shelf = assistant.finder().shelf
    plan = assistant.plan("qinghe-2031")
    places = [("qinghe-2031", clause.id) for clause in plan.clauses[2:8]]
    everything = pack(shelf, places, 100_000, len)
    assert [(one.document, one.clause.id) for one in everything] == places
    assert [one.marker for one in everything] == list(range(1, len(places) + 1))
    longest = max(range(len(places)), key=lambda place: len(shown(everything[place])))
    room = sum(len(shown(one)) for one in everything) - 1
    fitting = pack(shelf, places, room, len)
    assert len(fitting) == len(places) - 1
    assert sum(len(shown(one)) for one in fitting) <= room
    assert [one.marker for one in fitting] == list(range(1, len(fitting) + 1))
    for one in fitting:
        assert one.clause.text.strip() in evidence_text(fitting)
    assert (
        pack(shelf, [places[longest], *places], len(shown(everything[longest])), len)[0].clause.id == places[longest][1]
    )
    assert pack(shelf, [*places, *places], 100_000, len) == everything
    assistant.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "qinghe-2031.txt")
        file.write_text(PLAN, encoding="utf-8")
        home = Path(folder, "home")
        index(home, corpus=None, add=[file])
        GOLDEN.mkdir(exist_ok=True)
        for name, case in CASES.items():
            (GOLDEN / f"{name}.txt").write_text(requests_for(home, *case), encoding="utf-8")
