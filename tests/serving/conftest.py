"""Running servers: one on loopback with the page beside, others that count as open to other machines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from assistant.serving.opening import Opening
from assistant.settings import Settings
from assistant.web.server import open_socket
from tests.serving.fake_served import FakeServed


@dataclass
class Site:
    """A running server and what is behind it. `said` are its lines at the start."""

    address: str
    assistant: FakeServed
    settings: Settings
    said: list[str] = field(default_factory=list)


@contextmanager
def serving(settings: Settings) -> Iterator[Site]:
    """A server without the page, bound to the settings' host, reached over 127.0.0.1."""
    assistant, said = FakeServed(), list[str]()
    app = FastAPI()
    with open_socket(settings.host, 0) as opened:
        Opening(settings, assistant, said.append)(app, opened.getsockname()[0])
        with running(app, opened) as address:
            yield Site(address, assistant, settings, said)


@contextmanager
def running(app: FastAPI, opened) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """The address of the running app."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """On loopback, without a token."""
    with serving(Settings(home=tmp_path_factory.mktemp("home"))) as running_site:
        yield running_site


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Starts a server with these settings over a home of its own."""
    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(serving(Settings(home=tmp_path, **given)))
