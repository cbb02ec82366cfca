"""Real documents of many shapes that lie beside the project; tests that use them skip where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent.parent / "shared" / "samples"


def texts() -> list[object]:
    """One pytest parameter for every plain text among the samples; one that skips where there is none."""
    files = sorted(FOLDER.glob("*.txt")) if FOLDER.is_dir() else []
    if not files:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no samples in {FOLDER}"))]
    return [pytest.param(path, id=path.name) for path in files]


def read(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("gb18030" if "gb18030" in path.name else "utf-8-sig")
