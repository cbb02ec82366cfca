"""A kill at any moment, a reader that stays, a second indexer: the library is never half of anything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import LibraryBusy, UnusableInput
from assistant.library import Library, index
from assistant.library import generation as generations
from tests.library import other_process
from tests.library.small_plans import plan_text

LIMIT = 60  # seconds that another process may take


@pytest.fixture
def prepared(home: Path, corpus: Path, user_file: Path) -> tuple[Path, Path, list[Path]]:
    """A home, and a corpus folder and a user's file that have changed since."""
    index(home, corpus=corpus)
    (corpus / "武昌.txt").write_text(plan_text(2000), encoding="utf-8")
    return home, corpus, [user_file]


def assert_nothing_is_left_over(home: Path) -> None:
    kept = [generations.current(home)]
    assert [path.name for path in (home / "generations").iterdir()] == kept
    assert [path.name for path in (home / "leases").iterdir()] == kept
    assert {path.name for path in home.iterdir()} == {"current", "generations", "leases", "library.lock"}


def assert_whole(home: Path, corpus: Path, add: list[Path]) -> None:
    """After a kill: the old or the new content answers, all of it; the next run completes and cleans up."""
    with Library.open(home) as library:
        found = other_process.everything(library)
        held = sorted(set(found) - {"lexical", "retriever"})
        piles = 1000 if held == ["武昌"] else 2000
        assert held in (["武昌"], ["武昌", "江夏"])
        assert any(f"充电桩{piles}根" in text for text in found["武昌"])
        assert len(found["lexical"]) >= len(held)
        assert len(found["retriever"]) >= len(held)
    index(home, corpus=corpus, add=add)
    with Library.open(home) as library:
        assert [record.id for record in library.documents] == ["武昌", "江夏"]
        assert "充电桩2000根" in library.plan("武昌").text
    assert_nothing_is_left_over(home)


def test_a_kill_at_any_step_leaves_one_whole_generation(
    prepared: tuple[Path, Path, list[Path]], tmp_path: Path
) -> None:
    home, corpus, add = prepared
    steps: list[str] = []
    index(Path(shutil.copytree(home, tmp_path / "dry")), corpus=corpus, add=add, on_step=steps.append)
    assert len(steps) > 8
    for number, step in enumerate(steps):
        copy = Path(shutil.copytree(home, tmp_path / f"killed-{number}"))
        process = other_process.start(other_process.index_until_step, copy, corpus, add, number)
        process.join(LIMIT)
        assert process.exitcode == -signal.SIGKILL, step
        assert_whole(copy, corpus, add)


def test_a_kill_between_file_operations_leaves_one_whole_generation(
    prepared: tuple[Path, Path, list[Path]], tmp_path: Path
) -> None:
    home, corpus, add = prepared
    receiver, sender = other_process.context().Pipe(duplex=False)

    def run(copy: Path, fatal: int) -> int | None:
        shutil.copytree(home, copy)
        kill = other_process.index_until_file_operation
        process = other_process.start(kill, copy, corpus, add, fatal, sender)
        process.join(LIMIT)
        return process.exitcode

    assert run(tmp_path / "dry", -1) == 0
    operations = receiver.recv()
    assert operations > 30
    # A dozen spread over the run, and all of the last, where it switches and cleans up.
    for fatal in sorted({*range(0, operations, operations // 12), *range(operations - 8, operations)}):
        copy = tmp_path / f"killed-{fatal}"
        assert run(copy, fatal) == -signal.SIGKILL
        assert_whole(copy, corpus, add)


def test_a_reader_in_another_process_keeps_its_generation_until_it_is_done(
    prepared: tuple[Path, Path, list[Path]],
) -> None:
    home, corpus, add = prepared
    context = other_process.context()
    ready, again = context.Event(), context.Event()
    receiver, sender = context.Pipe(duplex=False)
    old = generations.current(home)
    reader = other_process.start(other_process.read, home, ready, again, sender)
    assert ready.wait(LIMIT)
    report = index(home, corpus=corpus, add=add)
    assert generations.folder_of(home, old).exists()
    again.set()
    first, second, current = receiver.recv()
    reader.join(LIMIT)
    assert first == second
    assert not current
    with Library.open(home) as library:  # opening sweeps as well
        assert library.generation == report.generation
    assert_nothing_is_left_over(home)


def test_a_reader_sees_that_it_is_not_current_any_more(prepared: tuple[Path, Path, list[Path]]) -> None:
    home, corpus, add = prepared
    with Library.open(home) as library:
        assert library.is_current()
        before = other_process.everything(library)
        index(home, corpus=corpus, add=add)
        assert not library.is_current()
        assert other_process.everything(library) == before
        library.close()
    index(home, corpus=corpus)
    assert_nothing_is_left_over(home)


def test_threads_share_a_library(home: Path, corpus: Path, user_file: Path) -> None:
    index(home, corpus=corpus, add=[user_file])
    with Library.open(home) as library, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: other_process.everything(library), range(40)))
    assert all(answer == answers[0] for answer in answers)


def test_two_open_libraries_close_by_themselves(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    first, second = Library.open(home), Library.open(home)
    expected = other_process.everything(first)
    assert other_process.everything(second) == expected
    first.close()
    first.close()
    assert other_process.everything(second) == expected
    second.close()


def test_a_second_indexer_waits_or_is_told_who_holds_the_lock(
    prepared: tuple[Path, Path, list[Path]],
) -> None:
    home, corpus, add = prepared
    context = other_process.context()
    ready, release = context.Event(), context.Event()
    holder = other_process.start(other_process.hold_lock, home, ready, release)
    assert ready.wait(LIMIT)
    with pytest.raises(LibraryBusy, match=rf"进程号 {holder.pid}，自 20\d\d-.* 起"):
        index(home, corpus=corpus, add=add, lock_timeout=0.2)
    with Library.open(home) as library:  # reading goes on meanwhile
        assert library.plan("武昌").clauses
    said: list[str] = []

    def on_step(step: str) -> None:
        said.append(step)
        release.set()

    assert index(home, corpus=corpus, add=add, on_step=on_step, lock_timeout=LIMIT).built
    assert f"进程号 {holder.pid}" in said[0]
    holder.join(LIMIT)


def test_a_library_in_step_is_not_kept_waiting_by_an_indexer(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    with generations.indexing(home, 0, print):
        assert not index(home, corpus=corpus, lock_timeout=0).built


@pytest.mark.parametrize("damage", ["generation", "lease", "manifest"])
def test_a_damaged_library_says_so(home: Path, corpus: Path, damage: str) -> None:
    name = index(home, corpus=corpus).generation
    if damage == "generation":
        shutil.rmtree(home / "generations" / name)
    elif damage == "lease":
        (home / "leases" / name).unlink()
    else:
        (home / "generations" / name / "manifest.json").write_text("{", encoding="utf-8")
    for attempt in (lambda: Library.open(home), lambda: index(home, corpus=corpus)):
        with pytest.raises(UnusableInput, match="资料库") as caught:
            attempt()
        assert str(home) in str(caught.value)


def test_plans_ledgers_and_words_are_served_without_llama_index_or_chroma(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    code = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from assistant.library import Library, index
home, corpus = map(Path, sys.argv[1:])
assert "numpy" not in sys.modules
assert not index(home, corpus=corpus).built
with Library.open(home) as library:
    [record] = library.documents
    assert library.plan(record.id).clauses
    library.ledger(record.id)
    assert "numpy" not in sys.modules
    assert library.lexical().search("充电桩")
assert not {"llama_index", "chromadb", "tiktoken", "model2vec", "tokenizers"} & set(sys.modules), "heavy"
"""
    command = [sys.executable, "-c", code, str(home), str(corpus)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONUTF8": "1"})
