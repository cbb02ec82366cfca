from __future__ import annotations

from pathlib import Path

import pytest


def plan_text(piles: int, place: str = "武昌区") -> str:
    """A small plan with one figure."""
    return (
        f"{place}2022年国民经济和社会发展计划\n\n一、主要任务\n\n(一)补齐设施短板\n\n"
        f"完善公共设施。新增充电桩{piles}根。建成学校3所。\n"
    )


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
