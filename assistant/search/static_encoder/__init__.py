"""The files of the shipped encoder, made by `make train`, and its name. Light: the encoder itself is not imported."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def shipped_name() -> str:
    """Such as "static/1f0c…": another training has another name, so that a library is indexed anew."""
    configuration = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    return f"static/{configuration['fingerprint']}"
