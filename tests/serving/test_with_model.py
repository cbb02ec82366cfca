"""From a program's request through a language model and the lock to its reply: all of it real, the model scripted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from openai import OpenAI

from assistant.library import index
from assistant.serving.opening import Opening
from assistant.settings import Settings
from assistant.testing.gate import Gate
from assistant.testing.model_server import ModelServer
from assistant.testing.recorded import Recorded
from assistant.testing.replies import Reply
from assistant.web.server import open_socket
from assistant.wiring import Assistant
from tests.answering.language_model.conftest import PLAN
from tests.serving.conftest import running

QUESTION = "营商环境怎么优化"
WORDS = "建立企业诉求直达机制，由专班每周调度"


class Model:
    """Cites the clause about the companies' concerns, then says a figure that no clause holds; the gate holds it back."""

    def __init__(self) -> None:
        self.gate: Gate | None = None

    def __call__(self, request: Recorded) -> Reply | str:
        if "公文说法" in request.question:
            return "企业诉求"
        if "没有通过核对" in request.question:
            return "没有写明"
        before = request.prompt.split(f"原文：{WORDS}")[0]
        marker = re.findall(r"\[(\d+)\] 《", before)[-1]
        pieces = (f"由专班每周调度企业诉求[{marker}]。\n企", f"业专员9999名[{marker}]。")
        return Reply(pieces=pieces, gate=self.gate)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.fixture(scope="module")
def server(model: Model) -> Iterator[ModelServer]:
    with ModelServer(model, key="model-key") as started:
        yield started


@pytest.fixture(scope="module")
def client(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAI]:
    folder: Path = tmp_path_factory.mktemp("plan")
    (folder / "qinghe-2031.txt").write_text(PLAN, encoding="utf-8")
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), corpus="", engine="llm", llm_base_url=server.base_url,
        llm_model="scripted", llm_api_key="model-key",
    )  # fmt: skip
    index(settings.home, corpus=None, add=[folder])
    assistant = Assistant.open(settings.home, settings=settings)
    app = FastAPI()
    with open_socket("127.0.0.1", 0) as opened:
        Opening(settings, assistant, lambda _: None)(app, "127.0.0.1")
        with running(app, opened) as address:
            yield OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
    assistant.close()


def test_a_reply_is_the_models_with_its_wrong_figure_replaced(client: OpenAI) -> None:
    reply = client.chat.completions.create(model="plan-assistant", messages=[{"role": "user", "content": QUESTION}])
    message = reply.choices[0].message
    answer = message.model_dump()["answer"]
    assert answer["engine"] == "llm:scripted"
    assert message.content is not None
    assert message.content.startswith("由专班每周调度企业诉求[1]。")
    assert "9999" not in message.content  # not in the notices either
    assert any("原文" in notice for notice in answer["notices"])
    assert "model-key" not in reply.model_dump_json()


def test_a_checked_sentence_arrives_before_the_model_goes_on(client: OpenAI, model: Model, server: ModelServer) -> None:
    model.gate = Gate()
    model.gate.release(2)  # the head of the reply, and its first piece
    stream = client.chat.completions.create(
        model="plan-assistant", messages=[{"role": "user", "content": QUESTION}], stream=True
    )
    said = ""
    for chunk in stream:
        said += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        if "[1]" in said:
            break
    assert said.startswith("由专班每周调度企业诉求[1]。")
    stream.close()  # whoever asked has gone: the model is let go
    model.gate = None
    assert server.requests[-1].wait_until_client_leaves()
