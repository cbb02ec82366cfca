"""A real Chromium on a running page. At its end every test here proves that no request left the machine and
that the browser had nothing to complain of."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assistant.web.app import build_app
from assistant.web.server import open_socket
from tests.browser_setup import BROWSERS, browser_path
from tests.web.fake_assistant import FakeAssistant, fake_assistant
from tests.web.fake_desk import FakeDesk

EXAMPLES = ["新增充电桩多少根", "城建和招商各多少"]
DESK = {"width": 1280, "height": 800}
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Site:
    """The running page, and the assistant behind it."""

    address: str
    assistant: FakeAssistant


@dataclass
class RatedSite(Site):
    """The page with 评测, and the desk behind it."""

    desk: FakeDesk


@dataclass
class Watch:
    """What a page asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type in {"error", "warning"} and self.complaints.append(said.text))


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of the running app."""
    with open_socket("127.0.0.1", 0) as opened:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        thread.start()
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    assistant = fake_assistant()
    with serving(build_app(assistant, EXAMPLES)) as address:
        yield Site(address, assistant)


@pytest.fixture(scope="session")
def _rated_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RatedSite]:
    assistant = fake_assistant()
    desk = FakeDesk(assistant, tmp_path_factory.mktemp("reports"))
    with serving(build_app(assistant, EXAMPLES, desk)) as address:
        yield RatedSite(address, assistant, desk)


@pytest.fixture
def rated_site(_rated_site: RatedSite) -> RatedSite:
    """The page with 评测, its desk as new."""
    _rated_site.desk.reset()
    return _rated_site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browser_path()
    if path is None:
        reason = f"no Chromium found (looked for {', '.join(BROWSERS)})"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def desk(browser: Browser) -> BrowserContext:
    """A context that keeps the page's files between tests: most of a page's opening time is reading them."""
    return browser.new_context(viewport=DESK)  # type: ignore[arg-type]


@contextmanager
def opener(browser: Browser, shared: BrowserContext, address: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens the page; with options or `prepare`, which sees the context before the page loads, in a context of
    its own. At the end: nothing left the machine, nothing was complained of."""
    pages: list[Page] = []
    contexts: list[BrowserContext] = []

    def opened(prepare: Callable[[BrowserContext], None] | None = None, at: str = "", **options: object) -> Page:
        context = shared
        if prepare or options:
            context = browser.new_context(**({"viewport": DESK} | options))  # type: ignore[arg-type]
            contexts.append(context)
        if prepare:
            prepare(context)
        page = context.new_page()
        pages.append(page)
        watch.follow(page)
        page.goto(f"{address}{at}")
        page.locator("#source .text").wait_for(state="attached")
        return page

    yield opened
    for page in pages:
        page.close()
    for context in contexts:
        context.close()
    assert watch.requests
    outside = [url for url in watch.requests if urlsplit(url).hostname not in {"127.0.0.1", None}]
    assert outside == []
    assert watch.complaints == []


@pytest.fixture
def open_page(browser: Browser, desk: BrowserContext, site: Site, watch: Watch) -> Iterator[Callable[..., Page]]:
    with opener(browser, desk, site.address, watch) as opened:
        yield opened


@pytest.fixture
def open_rated(
    browser: Browser, desk: BrowserContext, rated_site: RatedSite, watch: Watch
) -> Iterator[Callable[..., Page]]:
    """As `open_page`, of the page with 评测."""
    with opener(browser, desk, rated_site.address, watch) as opened:
        yield opened


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()
