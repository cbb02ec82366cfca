"""Names, locks and leases: which generation is in use, who may build one, which may be deleted.

Two rules keep every reader whole. A generation that `current` names is never deleted. A reader takes the
lease first and looks at `current` again afterwards: if it still names the same generation, nobody can have
deleted it, and nobody will while the lease is held.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import portalocker

from assistant.errors import LibraryBusy, UnusableInput

_LOCK, _HOLDER, _CURRENT = "library.lock", "library.holder", "current"
_GENERATIONS, _LEASES = "generations", "leases"
_CHECK_SECONDS = 0.1
_LEASE_TRIES = 100  # each fails only when a switch and a deletion fell between two file operations

_ALONE = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
_SHARED = portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING


def current(home: Path) -> str:
    """The name of the generation in use, "" where there is none."""
    try:
        return (home / _CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def folder_of(home: Path, generation: str) -> Path:
    """Where a generation lies."""
    return home / _GENERATIONS / generation


def lease_current(home: Path) -> tuple[str, IO[bytes]] | None:
    """The generation in use and its lease, held until the file is closed; None where there is none.

    Raises `UnusableInput` where `current` names a generation that is not there.
    """
    for _ in range(_LEASE_TRIES):
        generation = current(home)
        if not generation:
            return None
        lease = _shared_lease(home, generation)
        if lease is None:
            time.sleep(_CHECK_SECONDS / 10)
            continue
        if current(home) == generation:
            return generation, lease
        lease.close()
    raise UnusableInput(
        f"资料库“{home}”已损坏：当前索引“{current(home)}”不见了；请从备份恢复，或删除该文件夹后重新建立"
    )


def _shared_lease(home: Path, generation: str) -> IO[bytes] | None:
    try:
        lease = (home / _LEASES / generation).open("rb")
    except FileNotFoundError:
        return None
    if _locked(lease, _SHARED):
        return lease
    lease.close()
    return None


@contextmanager
def indexing(home: Path, timeout: float, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Hold the indexing lock, after waiting up to `timeout` seconds; whoever holds it is told to `on_wait`
    once.

    The home is made where it does not exist. Raises `LibraryBusy`, and OSError where the home cannot be
    written.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / _LOCK).open("ab") as lock:
        _wait_for(lock, home, timeout, on_wait)
        holder = {"pid": os.getpid(), "since": datetime.now().astimezone().isoformat(" ", "seconds")}
        (home / _HOLDER).write_text(json.dumps(holder), encoding="utf-8")
        try:
            yield
        finally:
            (home / _HOLDER).unlink(missing_ok=True)


def _wait_for(lock: IO[bytes], home: Path, timeout: float, on_wait: Callable[[str], None]) -> None:
    deadline = time.monotonic() + timeout
    told = False
    while not _locked(lock, _ALONE):
        if time.monotonic() >= deadline:
            raise LibraryBusy(f"资料库“{home}”正由另一个进程更新（{_holder(home)}），请稍后再试")
        if not told:
            on_wait(f"资料库正由另一个进程更新（{_holder(home)}），等待中")
            told = True
        time.sleep(_CHECK_SECONDS)


def _holder(home: Path) -> str:
    try:
        held = json.loads((home / _HOLDER).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):  # it has the lock and has not written its name yet
        return "进程号未知"
    return f"进程号 {held['pid']}，自 {held['since']} 起"


@contextmanager
def building(home: Path) -> Iterator[str]:
    """A new generation's name, its folder and lease made; what was built is deleted if the block fails.

    Only under the indexing lock.
    """
    generation = f"{datetime.now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    built = False
    try:
        for parent in (_GENERATIONS, _LEASES):
            (home / parent).mkdir(exist_ok=True)
        (home / _LEASES / generation).touch()
        folder_of(home, generation).mkdir()
        yield generation
        built = True
    finally:
        if not built and current(home) != generation:
            _delete(home, generation)


def flush(home: Path, generation: str) -> None:
    """Have the system write a complete generation to the disk. What has a second name was written with the generation
    that it is from."""
    folder = folder_of(home, generation)
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir() or path.stat().st_nlink == 1:
            _flush(path)


def switch(home: Path, generation: str) -> None:
    """Make a flushed generation the one in use, in one step that survives a power cut. Only under the lock."""
    fresh = home / f"{_CURRENT}.new"
    fresh.write_text(generation + "\n", encoding="utf-8")
    _flush(fresh)
    fresh.replace(home / _CURRENT)
    _flush(home)


def sweep(home: Path) -> None:
    """Delete every generation that is not in use and that nobody reads, half-built ones too. Only under the
    lock."""
    (home / f"{_CURRENT}.new").unlink(missing_ok=True)
    kept = current(home)
    for generation in _present(home) - {kept}:
        _delete(home, generation)


def sweep_if_idle(home: Path) -> None:
    """`sweep`, where there is anything to sweep and nobody is indexing; a home that cannot be written is
    left."""
    if _present(home) <= {current(home)}:
        return
    with suppress(LibraryBusy, OSError), indexing(home, 0, lambda _: None):
        sweep(home)


def _present(home: Path) -> set[str]:
    names: set[str] = set()
    for parent in (_GENERATIONS, _LEASES):
        with suppress(FileNotFoundError):
            names.update(path.name for path in (home / parent).iterdir())
    return names


def _delete(home: Path, generation: str) -> None:
    """Delete a generation unless somebody reads it."""
    lease_path = home / _LEASES / generation
    try:
        lease = lease_path.open("r+b")
    except FileNotFoundError:  # a deletion was cut short after its lease went; nobody can take it up again
        shutil.rmtree(folder_of(home, generation), ignore_errors=True)
        return
    with closing(lease):
        if not _locked(lease, _ALONE):
            return
        shutil.rmtree(folder_of(home, generation), ignore_errors=True)
    if not folder_of(home, generation).exists():
        lease_path.unlink(missing_ok=True)


def _locked(file: IO[bytes], how: portalocker.LockFlags) -> bool:
    try:
        portalocker.lock(file, how)
    except portalocker.AlreadyLocked:
        return False
    except portalocker.LockException as error:
        raise UnusableInput(f"“{file.name}”所在的磁盘不支持文件锁，请把资料库放到本机磁盘上") from error
    return True


def _flush(path: Path) -> None:
    """Have the system write a file or a folder's list to the disk; Windows knows no such thing for a
    folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
