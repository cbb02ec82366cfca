"""How soon a checked sentence stands on the screen: from the moment a model has produced it to the browser's page.

    python -m benchmarks.screen [--rounds 30]

A scripted model server holds a reply back after its first sentence; the page runs in Chromium. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from assistant.settings import Settings, packaged
from assistant.testing.gate import Gate
from assistant.testing.model_server import ModelServer
from assistant.testing.recorded import Recorded
from assistant.testing.replies import Reply
from assistant.web.app import build_app
from assistant.wiring import Assistant
from tests.browser_setup import browser_path
from tests.web.conftest import serving

QUESTION = "夜间经济怎么推进"
_HEAD_AND_FIRST = 2  # passes: the reply's head, and the piece that holds the sentence
_WATCH = """(words) => {
  window.seen = 0;
  const look = () => { if (!window.seen && document.body.innerText.includes(words)) window.seen = Date.now(); };
  window.watcher?.disconnect();
  window.watcher = new MutationObserver(look);
  window.watcher.observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


class _Model:
    """Says a clause that it was shown, with its round in the words before it, and waits."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.asked = 0

    def __call__(self, request: Recorded) -> Reply | str:
        if "公文说法" in request.question:
            return "夜间消费\n夜经济"
        self.asked += 1
        shown = re.search(r"\[(\d+)\] [^\n]*\n原文：([^\n\d]{12,}?[,，。；])", request.prompt)
        assert shown, "no clause was shown"
        first = f"计划提出：“{shown.group(2).rstrip(',，。；')}”[{shown.group(1)}]。\n计"
        return Reply(pieces=(first, "划"), gate=self.gate)


def measure(page: Page, model: _Model, rounds: int) -> list[float]:
    """Milliseconds of each round, from the release of the sentence to its standing on the page."""
    found: list[float] = []
    for number in range(rounds):
        page.reload()  # a conversation of its own
        page.wait_for_selector("#source .text", state="attached")
        page.evaluate(_WATCH, "计划提出：")
        box = page.locator("#question textarea")
        box.fill(QUESTION)
        box.press("Enter")
        while model.asked == number:
            time.sleep(0.005)
        time.sleep(0.2)  # the request is read and the reply's head waits
        released = time.time() * 1000
        model.gate.release(_HEAD_AND_FIRST)
        page.wait_for_function("window.seen > 0")
        found.append(page.evaluate("window.seen") - released)
        model.gate.release(1)
        page.wait_for_selector("[data-status]")
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    model = _Model()
    with tempfile.TemporaryDirectory() as folder, ModelServer(model) as server, sync_playwright() as playwright:
        settings = Settings(
            home=Path(folder), corpus=str(packaged("corpus")), engine="llm", llm_base_url=server.base_url, llm_model="scripted"
        )  # fmt: skip
        assistant = Assistant.open(Path(folder), settings=settings)
        with serving(build_app(assistant)) as address:
            browser = playwright.chromium.launch(
                executable_path=browser_path(),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            page = browser.new_page()
            page.goto(address)
            page.wait_for_selector("#question textarea")
            times = measure(page, model, rounds)
            browser.close()
        assistant.close()
    times.sort()
    print(
        f"first checked sentence on screen, ms after the model produced it: p50 {statistics.median(times):.0f}, "
        f"p95 {times[int(len(times) * 0.95) - 1]:.0f}, longest {times[-1]:.0f} ({len(times)} rounds)"
    )


if __name__ == "__main__":
    main()
