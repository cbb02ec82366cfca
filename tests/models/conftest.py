"""A scripted server and models that ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

from assistant.models.chat import ChatModel, ChatServer, Endpoint
from assistant.testing.model_server import ModelServer
from assistant.testing.script import Script

Serve = Callable[..., ModelServer]


class Ask(Protocol):
    """Makes a model that asks a server; waits between retries are next to nothing."""

    def __call__(self, server: ModelServer, *, retries: int = 0, **more: Any) -> ChatModel: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda script=(), **more: stack.enter_context(ModelServer(script, **more))


@pytest.fixture
def ask() -> Iterator[Ask]:
    with ExitStack() as stack:

        def make(server: ModelServer, *, retries: int = 0, **more: Any) -> ChatModel:
            of_model = {name: more.pop(name) for name in ("faults_in_a_row", "pause_seconds") if name in more}
            of_server = {name: more.pop(name) for name in ("context_window", "max_tokens") if name in more}
            endpoint = Endpoint("LLM", "模型服务", more.pop("base_url", server.base_url), "scripted", **more)
            model = ChatModel(ChatServer(endpoint, retries=retries, **of_server), first_wait_seconds=0.001, **of_model)
            stack.callback(model.close)
            return model

        yield make


__all__ = ["Ask", "Script", "Serve"]
