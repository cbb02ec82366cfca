"""Only what has changed is worked out; what was worked out before a kill is not worked out again."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.library import Library, building, documents, index
from assistant.library import generation as generations
from assistant.library.steps import Step
from assistant.library.unfinished import KeepingReader, Unfinished
from assistant.reading.files import Document, FileContent, FileReader
from assistant.reading.limits import DEFAULT_LIMITS
from assistant.reading.read_text import Place, ReadText
from tests.library import other_process
from tests.library.small_plans import plan_text

LIMIT = 60  # seconds that another process may take
QUESTIONS = ("新增充电桩多少根", "建成学校几所", "停车位")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Plans of a user's."""
    place = tmp_path / "plans"
    place.mkdir()
    for number in range(1, 6):
        (place / f"计划{number}.txt").write_text(plan_text(100 * number, f"青{number}县"), encoding="utf-8")
    return place


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a text was parsed, and a document's vectors were worked out."""
    counts = {"parsed": 0, "worked out": 0}

    def count(module: object, name: str, what: str) -> None:
        real: Callable[..., object] = getattr(module, name)

        def counting(*arguments: object, **named: object) -> object:
            counts[what] += 1
            return real(*arguments, **named)

        monkeypatch.setattr(module, name, counting)

    count(documents, "parse_plan", "parsed")
    count(building, "answering_arrays", "worked out")
    return counts


def found(home: Path) -> dict[str, list[tuple[str, float | None]]]:
    """What searching finds, with its scores."""
    with Library.open(home) as library:
        retriever = library.retriever()
        return {
            question: [(hit.node.node_id, hit.score) for hit in retriever.search(question, top=40)]
            for question in QUESTIONS
        }


def test_only_what_has_changed_is_worked_out(home: Path, folder: Path, tmp_path: Path, counted: dict[str, int]) -> None:
    index(home, corpus=None, add=[folder])
    assert counted == {"parsed": 5, "worked out": 5}
    (folder / "计划2.txt").write_text(plan_text(777, "青2县"), encoding="utf-8")
    (folder / "计划6.txt").write_text(plan_text(600, "青6县"), encoding="utf-8")
    index(home, corpus=None, add=[folder], remove=["计划4"])
    assert counted == {"parsed": 8, "worked out": 8}  # two of them, and the one that was removed and given again
    index(home, corpus=None, remove=["计划4"])
    assert counted == {"parsed": 8, "worked out": 8}
    (folder / "计划4.txt").unlink()
    index(tmp_path / "anew", corpus=None, add=[folder])
    assert found(home) == found(tmp_path / "anew")


def test_files_that_stay_are_taken_over_as_they_are(home: Path, folder: Path) -> None:
    first = index(home, corpus=None, add=[folder]).generation
    before = {path.name: path.read_bytes() for path in stored(home, first, "计划1").iterdir()}
    second = index(home, corpus=None, remove=["计划2"]).generation
    assert second != first
    assert {path.name: path.read_bytes() for path in stored(home, second, "计划1").iterdir()} == before


def stored(home: Path, generation: str, document: str) -> Path:
    return generations.folder_of(home, generation) / "documents" / document


def test_a_disk_without_second_names_gets_copies(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index(home, corpus=None, add=[folder])

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    index(home, corpus=None, remove=["计划2"])
    with Library.open(home) as library:
        assert "青1县" in library.plan("计划1").text


def test_a_changed_collection_is_made_anew_before_it_is_mostly_leftovers(home: Path, folder: Path) -> None:
    """However often a document changes: what is searched is what is held."""
    index(home, corpus=None, add=[folder])
    for piles in range(20, 32):
        (folder / "计划1.txt").write_text(plan_text(piles, "青1县"), encoding="utf-8")
        index(home, corpus=None, add=[folder / "计划1.txt"])
        with Library.open(home) as library:
            vectors = library.retriever().vectors
            assert vectors is not None
            held = {passage.node for passage in library.lexical().passages}
            query = vectors.encoder.get_query_embedding("充电桩")
            assert set(vectors.nearest(query, 1000)) == held


def test_a_run_that_was_killed_is_taken_up_where_it_ended(
    home: Path, folder: Path, tmp_path: Path, counted: dict[str, int]
) -> None:
    steps: list[str] = []
    index(tmp_path / "dry", corpus=None, add=[folder], on_step=steps.append)
    fourth = steps.index("计算向量（4/5）")
    process = other_process.start(other_process.index_until_step, home, None, [folder], fourth)
    process.join(LIMIT)
    assert process.exitcode == -signal.SIGKILL
    counted.update({"parsed": 0, "worked out": 0})
    index(home, corpus=None, add=[folder])
    assert counted == {"parsed": 0, "worked out": 2}
    assert found(home) == found(tmp_path / "dry")
    assert not (home / "unfinished").exists()


def test_what_another_program_worked_out_is_not_used(home: Path, folder: Path, counted: dict[str, int]) -> None:
    text = ReadText("", plan_text(1))
    old = Unfinished(home, "0123456789abcdef-old")
    content = documents.parse(b"1", text)
    assert old.content(b"1", text, lambda: content) == content
    index(home, corpus=None, add=[folder])
    assert counted["parsed"] == 6
    assert not (home / "unfinished").exists()


def test_what_was_kept_comes_back_and_what_is_damaged_is_made_again(home: Path) -> None:
    unfinished = Unfinished(home, "program")
    text = ReadText("", plan_text(1), places=(Place(0, "第1页"),))
    content = documents.parse(b"\xff", text)
    first = unfinished.content(b"\xff", text, lambda: content)
    assert unfinished.content(b"\xff", text, fail) == first == content
    for path in (home / "unfinished").rglob("plan.json"):
        path.write_bytes(b"{")
    assert unfinished.content(b"\xff", text, lambda: content) == content
    arrays = {"numbers": content_array()}
    assert unfinished.arrays(content, lambda: arrays)["numbers"].tolist() == [1, 2]
    assert unfinished.arrays(content, fail)["numbers"].tolist() == [1, 2]
    for path in (home / "unfinished").rglob("*.npz"):
        path.write_bytes(b"PK")
    assert unfinished.arrays(content, lambda: arrays)["numbers"].tolist() == [1, 2]


def test_a_file_that_takes_a_process_is_read_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = FileContent((Document(ReadText("甲.txt", "一、目标", notes=("略",)), b"\x00\xff"),))
    monkeypatch.setattr(FileReader, "read", lambda *_: held)
    unfinished = Unfinished(home, "program")
    with KeepingReader(DEFAULT_LIMITS, unfinished) as reader:
        assert reader.read(b"%PDF-", "计划.pdf") == held
        monkeypatch.setattr(FileReader, "read", fail)
        assert reader.read(b"%PDF-", "计划.pdf") == held
        with pytest.raises(AssertionError):
            reader.read(b"%PDF-2", "计划.pdf")


def test_steps_are_counted(home: Path, folder: Path) -> None:
    steps: list[str] = []
    index(home, corpus=None, add=[folder], on_step=steps.append)
    counted = [step for step in steps if isinstance(step, Step) and step.words == "计算向量"]
    assert [(step.done, step.total, str(step)) for step in counted[:2]] == [
        (0, 5, "计算向量（1/5）"),
        (1, 5, "计算向量（2/5）"),
    ]
    assert any(step.startswith("读取 ") and step.endswith("计划5.txt（5/5）") for step in steps)


def content_array() -> NDArray[np.int64]:
    return np.array([1, 2])


def fail(*_: object) -> object:
    raise AssertionError("made again")
