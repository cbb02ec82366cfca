"""The wheel: built, put into an empty environment, and asked. Its dependencies are the test environment's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_corpus_prompts_evals_and_the_encoder_are_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("corpus", "prompts", "evals"):
        packaged = {name for name in names if name.startswith(f"assistant/data/{folder}/")}
        lying = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert packaged == {f"assistant/data/{path.relative_to(ROOT).as_posix()}" for path in lying}
    assert "assistant/data/prompts/glossary/经济指标.tsv" in names
    encoder = {Path(name).name for name in names if name.startswith("assistant/search/static_encoder/")}
    assert encoder >= {"config.json", "tokenizer.json", "model.safetensors"}
    assert {name.split("/")[0] for name in names} == {"assistant", wheel.name.split("-py3")[0] + ".dist-info"}


def test_the_installed_command_answers(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    site = next((environment / "lib").glob("python*")) / "site-packages"
    # The test environment's packages, but not its editable copy of this project: .pth files there are not followed.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PLAN_ASSISTANT_"))}
    done = subprocess.run(
        [str(environment / "bin" / "plan-assistant"), "ask", "新增充电桩多少根", "--json"],
        env={**outside, "PLAN_ASSISTANT_HOME": str(tmp_path / "home")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    (figure,) = json.loads(done.stdout)["figures"]
    assert figure["text"] == "1000根"
    where = subprocess.run(
        [str(python), "-c", "import assistant; print(assistant.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(environment)
