"""Keys reach the server and nothing else: no log, no error, no `repr`, no traceback."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import pytest

from assistant.errors import PlanAssistantError
from assistant.models.chat import Message
from assistant.models.probe import probe
from assistant.testing.replies import MISBEHAVIOURS, Reply
from tests.models.conftest import Ask, Serve

KEY, TENANT = "sk-SECRET-1234", "SECRET-tenant-5678"
QUESTION = [Message("user", "新增多少个？")]


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger as talkative as it gets, those included that a library has turned down."""
    names = ["", "openai", "httpx", "httpcore", "asyncio", "llama_index"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def echoing(name: str) -> Reply:
    """The misbehaviour, with an error that repeats what the server was sent."""
    reply = MISBEHAVIOURS[name]()
    said = {"message": f"Bad request with key {KEY} of {TENANT}", "headers": {"Authorization": f"Bearer {KEY}"}}
    return Reply(reply.text, status=reply.status, error=said, ending=reply.ending, quirks=reply.quirks)


@pytest.mark.parametrize(
    "name", ["unauthorised", "broken", "busy", "error_event", "dropped", "malformed_json", "web_page", "thinking"]
)
def test_no_secret_in_logs_or_errors(
    serve: Serve, ask: Ask, everything_logged: pytest.LogCaptureFixture, name: str
) -> None:
    server = serve([echoing(name)] * 3)
    model = ask(server, api_key=KEY, headers=(("X-Tenant", TENANT),), retries=1)
    seen = [repr(model), str(model), repr(model.server), repr(vars(model))]
    try:
        model.complete(QUESTION, seconds=60)
    except PlanAssistantError as error:
        seen += [str(error), repr(error), "".join(traceback.format_exception(error))]
        seen.append("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
        assert error.__context__ is None
        assert error.__cause__ is None
    assert server.asked[0].key == KEY, "it was sent"
    assert everything_logged.records, "something was logged"
    assert "SECRET" not in "\n".join(seen)
    assert "SECRET" not in everything_logged.text


def test_a_servers_sentence_is_shown_without_the_key(serve: Serve, ask: Ask) -> None:
    server = serve([Reply(status=400, error={"message": f"key {KEY} of {TENANT} may not use top_p"})])
    with pytest.raises(PlanAssistantError, match="may not use top_p") as raised:
        ask(server, api_key=KEY, headers=(("X-Tenant", TENANT),)).complete(QUESTION, seconds=60)
    assert "SECRET" not in str(raised.value)


def test_a_stopped_server(serve: Serve, ask: Ask, everything_logged: pytest.LogCaptureFixture) -> None:
    server = serve([])
    model = ask(server, api_key=KEY, headers=(("X-Tenant", TENANT),))
    server.stop()
    with pytest.raises(PlanAssistantError) as raised:
        model.complete(QUESTION, seconds=60)
    shown = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert "SECRET" not in shown + everything_logged.text + repr(probe(model))


def test_observers_of_the_framework_see_no_key(serve: Serve, ask: Ask) -> None:
    """LlamaIndex tells whoever listens what a model was made with."""
    from llama_index.core.instrumentation import get_dispatcher
    from llama_index.core.instrumentation.event_handlers.base import BaseEventHandler

    heard: list[str] = []

    class Listener(BaseEventHandler):
        def handle(self, event: object, **_: object) -> None:
            heard.append(repr(event))

    root, listener = get_dispatcher(), Listener()
    root.add_event_handler(listener)
    try:
        ask(serve(["新增12个。"]), api_key=KEY, headers=(("X-Tenant", TENANT),)).complete(QUESTION, seconds=60)
    finally:
        root.event_handlers.remove(listener)
    assert any("scripted" in said for said in heard)
    assert "SECRET" not in "\n".join(heard)
