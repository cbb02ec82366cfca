"""The labelled questions that the classifiers are fitted to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.answering.intent import INTENTS, TURNS
from assistant.errors import UnusableInput
from assistant.evaluation.suite_files import read_suite
from tests.conftest import ROOT
from training.labelled import read_labelled


def test_every_kind_is_asked_about_many_documents() -> None:
    held = read_labelled()
    for label in (*INTENTS, *TURNS):
        assert sum(any(one.label == label for one in questions) for questions in held.values()) >= 6, label
    assert sum(map(len, held.values())) > 5000


def test_no_question_of_a_suite_is_among_them() -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\W_]+", "", text).lower()

    fitted = {bare(one.text) for questions in read_labelled().values() for one in questions if not one.before}
    for folder in (ROOT / "evals", ROOT / "evals" / "other-plans"):
        for path in sorted(folder.glob("*.yaml")):
            asked = {bare(case.conversation[0]) for case in read_suite(path).suite.cases if len(case.conversation) == 1}
            assert len(asked & fitted) == 0, path.name


@pytest.mark.parametrize("line", ["没有类别", "新类别\t几所", "f_same\t几所", "figure\t学校几所\t几所"])
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "青岩.tsv").write_text(f"figure\t学校几所\n{line}\n", "utf-8")
    with pytest.raises(UnusableInput, match=r"青岩\.tsv 第 2 行"):
        read_labelled(tmp_path)
