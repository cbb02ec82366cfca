"""Golden outlines: what heading tree a document has, compared with the source by reading before it is kept.

`python -m tests.outlines` writes those of the samples that lie beside the project to tests/data/outlines, and those of
the project's own small documents beside them in tests/data/shapes. A file says nothing of a sample but its headings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.plan.document import Plan
from assistant.plan.lines import StyledLine
from assistant.plan.parse import parse_plan
from assistant.plan.scan import read_quantities
from assistant.plan.several import split_documents
from tests import samples

DATA = Path(__file__).parent / "data"
OUTLINES = DATA / "outlines"
SHAPES = DATA / "shapes"


def outlines_of(text: str, styled: Sequence[StyledLine] = ()) -> list[dict[str, Any]]:
    """The outlines of the documents in a text, as a golden file holds them."""
    return [
        _outline(
            text[start:end],
            parse_plan(
                text[start:end],
                [StyledLine(s.start - start, s.end - start, s.level) for s in styled if start <= s.start < end],
            ),
        )
        for start, end in split_documents(text)
    ]


def _outline(text: str, plan: Plan) -> dict[str, Any]:
    body = [clause for clause in plan.clauses if clause.kind != "header"]
    return {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "title": plan.title,
        "clauses": len(body),
        "items": sum(clause.kind == "item" for clause in body),
        "rows": sum(clause.kind == "row" for clause in body),
        "tasks": len(plan.tasks),
        "figures": sum(len(read_quantities(plan.words(clause))) for clause in body),
        "sections": [
            [section.id, section.level, section.label, section.title, section.start, section.end]
            for section in plan.sections
        ],
    }


def written(golden: Sequence[dict[str, Any]]) -> str:
    """Golden outlines as JSON, a heading a line."""
    return "[\n" + ",\n".join(map(_written, golden)) + "\n]\n"


def _written(outline: dict[str, Any]) -> str:
    facts = [
        f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in outline.items()
        if key != "sections"
    ]
    sections = ",\n".join("    " + json.dumps(section, ensure_ascii=False) for section in outline["sections"])
    return " {\n" + ",\n".join([*facts, f'  "sections": [\n{sections}\n  ]']) + "\n }"


def sample_names() -> dict[str, Path]:
    """The samples by the names of their golden files; formats without a reader are left out."""
    formats = {".txt", ".docx", ".html"} if find_spec("assistant.reading.formats") else {".txt"}
    files = sorted(samples.FOLDER.iterdir()) if samples.FOLDER.is_dir() else []
    return {path.name.split(".")[0]: path for path in files if path.suffix in formats}


def sample_named(name: str) -> tuple[str, Sequence[StyledLine]] | None:
    """(text, styled lines) of a sample, or None where it is not here."""
    path = sample_names().get(name)
    if path is None:
        return None
    if path.suffix == ".txt":
        return samples.read(path), ()
    from assistant.reading.formats import read_format
    from assistant.reading.limits import DEFAULT_LIMITS

    read = read_format(path.read_bytes(), path.name, DEFAULT_LIMITS)
    return read.text, read.styled


def main() -> None:
    for name in sample_names():
        sample = sample_named(name)
        if sample is not None:
            (OUTLINES / f"{name}.json").write_text(written(outlines_of(*sample)), encoding="utf-8")
    for path in sorted(SHAPES.glob("*.txt")):
        path.with_suffix(".json").write_text(written(outlines_of(path.read_bytes().decode())), encoding="utf-8")


if __name__ == "__main__":
    main()
