from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.small_plans import plan_text


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus folder with one plan."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "武昌.txt").write_text(plan_text(1000), encoding="utf-8")
    return folder


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    """A plan of a user's, outside the corpus folder."""
    path = tmp_path / "mine" / "江夏.txt"
    path.parent.mkdir()
    path.write_text(plan_text(300, "江夏区"), encoding="utf-8")
    return path
