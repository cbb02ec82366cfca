"""What all tests share: a library over the packaged corpus, built once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from assistant.plan.document import Plan
from assistant.plan.parse import parse_plan
from assistant.settings import Settings
from assistant.wiring import Assistant

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"

# Time is never a test's matter here: machines differ.
settings.register_profile("plans", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plans")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """Whoever runs the tests may have settings of their own: none of them may reach a test."""
    for name in [name for name in os.environ if name.startswith("PLAN_ASSISTANT_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def corpus_text() -> str:
    return (CORPUS / "wuchang-2022.txt").read_bytes().decode("utf-8")


@pytest.fixture(scope="session")
def corpus_plan(corpus_text: str) -> Plan:
    return parse_plan(corpus_text)


@pytest.fixture(scope="session")
def corpus_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose library holds the packaged corpus. Read only: tests that change a library make their own."""
    home = tmp_path_factory.mktemp("home")
    Assistant.open(home, settings=Settings(home=home, corpus=str(CORPUS))).close()
    return home


@pytest.fixture(scope="session")
def corpus_assistant(corpus_home: Path) -> Iterator[Assistant]:
    assistant = Assistant.open(corpus_home, settings=Settings(home=corpus_home, corpus=str(CORPUS)))
    yield assistant
    assistant.close()
