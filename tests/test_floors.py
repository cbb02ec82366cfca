"""The house has floors: a file imports from its own package or from below, never upward, and nothing inside imports the
package root. Each framework has one home."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from assistant.plan.parse import parse_plan

ROOT = Path(__file__).parent.parent / "assistant"
FLOORS = {
    "errors": 0, "sheets": 1, "plan": 1, "reading": 2, "search": 3, "models": 3, "answering": 4, "library": 5, "evaluation": 5, "settings": 6, "wiring": 6, "chosen_models": 6, "library_ranker": 6,
    "ledger_files": 6, "doctor": 6, "terminal": 6, "web": 7, "serving": 7, "evaluations": 7, "testing": 7, "cli_evaluation": 8, "cli_programs": 8, "cli": 8, "__main__": 9,
}  # fmt: skip
HOMES = {
    "chromadb": {"search"},
    "gradio": {"web"},
    "llama_index": {"search", "evaluation", "models"},
    "fastembed": {"search"},
    "sentence_transformers": {"search"},
    "bm25s": {"search"},
    "model2vec": {"search"},
    "uvicorn": {"web"},
    "fastapi": {"web"},
    "mcp": {"serving"},
    "mcp_types": {"serving"},
    "starlette": {"web", "serving"},
    "typer": {"cli", "cli_evaluation", "cli_programs"},
    "openpyxl": {"sheets", "reading"},
    "lxml": {"reading"},
    "pdfplumber": {"reading"},
    "pdfminer": {"reading"},
    "pypdfium2": {"reading"},
    "pytesseract": {"reading"},
    "yaml": {"evaluation", "testing"},
    "openai": {"models"},
    "pybreaker": {"models"},
    "httpx": {"models"},
    "jinja2": {"evaluation"},
}
FILES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def place(path: Path) -> str:
    """The floor's name of a file: its package, or its own name at the top."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The modules that a file imports at run time, wherever in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_every_file_has_a_floor() -> None:
    assert FILES
    assert {place(path) for path in FILES} <= set(FLOORS)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_imports_go_down(path: Path) -> None:
    mine = place(path)
    for module in imports(path):
        parts = module.split(".")
        if parts[0] == "assistant":
            assert len(parts) > 1 or path.name == "__main__.py", f"{path}: imports the package root"
            if len(parts) > 1 and parts[1] in FLOORS:
                theirs = parts[1]
                assert theirs == mine or FLOORS[theirs] <= FLOORS[mine], f"{path}: {mine} imports {module}"
        if parts[0] in HOMES:
            assert mine in HOMES[parts[0]], f"{path}: {parts[0]} is at home in {HOMES[parts[0]]}"


def test_no_code_knows_a_plans_place() -> None:
    """Rules are the grammar of plans, never one plan's words; what a docstring or a comment gives as an example is none."""
    places = {plan.place for plan in map(parse_plan, corpus_texts()) if plan.place}
    assert places
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = docstrings(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
                assert not any(place[:-1] in node.value for place in places), f"{path}:{node.lineno}"


def corpus_texts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (ROOT.parent / "corpus").iterdir()]


def docstrings(tree: ast.AST) -> set[ast.AST]:
    """Strings that stand as statements of their own."""
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
