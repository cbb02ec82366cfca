"""Builds a generation and switches to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import metadata
from pathlib import Path

from assistant.errors import UnusableInput
from assistant.library import generation as generations
from assistant.library.encoding import EncoderSource, encoder_name
from assistant.library.folders import CorpusFile, corpus_files
from assistant.library.intake import Intake, in_step, standing
from assistant.library.records import (
    EMPTY,
    FORMAT,
    Correction,
    IndexReport,
    Manifest,
    read_manifest,
    read_source,
    write_manifest,
)
from assistant.library.steps import silent
from assistant.reading.limits import DEFAULT_LIMITS, ReadLimits

_PACKAGE = Path(__file__).parent.parent
# The code whose change may change what is on disk; how a question is asked of it is no part of that.
_MAKERS = (
    *("plan/*.py", "reading/*.py", "library/*.py"),
    *("search/lexical.py", "search/encoder.py", "search/nodes.py", "search/vectors.py", "search/parts.py"),
    *("search/arrays.py", "search/passages.py", "search/postings.py", "search/texts.py", "search/chosen.py"),
    *("answering/prepared.py", "answering/grams.py", "answering/slips.py"),
)
_DEPENDENCIES = (
    *("plan-assistant", "cn2an", "rjieba", "bm25s", "chromadb", "model2vec"),
    *("lxml", "openpyxl", "pdfplumber", "pdfminer.six"),
)


def index(
    home: Path,
    *,
    corpus: Path | None,
    add: Sequence[Path] = (),
    remove: Sequence[str] = (),
    correct: Mapping[str, Correction | None] | None = None,
    on_step: Callable[[str], None] = silent,
    lock_timeout: float = 60.0,
    encoder: EncoderSource | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
) -> IndexReport:
    """Take documents out, take a user's files and folders in, bring the library in step with `corpus`, and `correct` what
    documents are by their own words (None: as they say).

    `corpus` None: in step with no folder, so documents that came from one leave. `on_step` is told in a few
    Chinese words what is done next, and nothing where there is nothing to do. `limits` is what reading one file may cost. A file of `add` that cannot be
    used is refused in the report and stops nothing else.

    Raises `UnknownDocument` (an id of `remove` or `correct`), `UnusableInput` (home not writable, corpus folder missing),
    `EncoderFault` (the chosen encoder does not encode) and `LibraryBusy` (the lock not got within `lock_timeout` seconds). Whatever is raised, the library is as
    it was.
    """
    run = _Run(home, corpus_files(corpus, limits), on_step, encoder, limits)
    with _home_errors(home):
        name, held = _held(home)
        if not add and not remove and not correct and run.is_in_step(name, held):
            generations.sweep_if_idle(home)
            return IndexReport(standing(held), name, built=False)
        with generations.indexing(home, lock_timeout, on_step):
            generations.sweep(home)
            return run.index(add, remove, correct or {})


def is_in_step(
    home: Path,
    *,
    corpus: Path | None,
    encoder: EncoderSource | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
) -> bool:
    """Whether `index` without files would find nothing to do. Takes no lock; reads the corpus folder."""
    run = _Run(home, corpus_files(corpus, limits), silent, encoder, limits)
    with _home_errors(home):
        return run.is_in_step(*_held(home))


def answers_as_it_is(home: Path) -> bool:
    """Whether the generation in use was made by this program, whatever encoder was chosen: its files lag behind at worst."""
    with _home_errors(home):
        name, held = _held(home)
    return bool(name) and held.fingerprint == _fingerprint(encoder_name(None), held.encoder)


@dataclass(frozen=True)
class _Run:
    """One run over a home: the corpus folder's files, who is told of progress, the encoder."""

    home: Path
    files: tuple[CorpusFile, ...]
    on_step: Callable[[str], None]
    encoder: EncoderSource | None
    limits: ReadLimits

    @property
    def fingerprint(self) -> str:
        return _fingerprint(encoder_name(None), encoder_name(self.encoder))

    def is_in_step(self, name: str, held: Manifest) -> bool:
        """Whether a generation is what this run would build without a user's files."""
        return bool(name) and held.fingerprint == self.fingerprint and in_step(held, self.files)

    def index(
        self, add: Sequence[Path], remove: Sequence[str], correct: Mapping[str, Correction | None]
    ) -> IndexReport:
        """Under the lock: nobody else switches, so the generation in use stays."""
        name, held = _held(self.home)
        before = generations.folder_of(self.home, name)
        same_program = bool(name) and held.fingerprint == self.fingerprint
        # Only a run with work to do pays for these (numpy, LlamaIndex 2 s, Chroma 1 s).
        from assistant.library.unfinished import KeepingReader, Unfinished

        unfinished = Unfinished(self.home, self.fingerprint)
        unfinished.drop_others()
        with KeepingReader(self.limits, unfinished) as reader:
            intake = Intake(held, self.on_step, reader, unfinished)
            intake.remove(remove)
            intake.add(add, self.files)
            intake.follow(self.files, again=not same_program)
            if not same_program:
                intake.reread(partial(read_source, before))
            if correct:
                intake.correct(correct, partial(read_source, before))
            intake.finish()
        if same_program and not intake.changed:
            unfinished.clear()
            return IndexReport(intake.outcomes, name, built=False)
        with generations.building(self.home) as fresh:
            folder = generations.folder_of(self.home, fresh)
            from assistant.library.building import Building

            building = Building(folder, before, intake.drafts, same_program, unfinished, self.on_step)
            building.build(self.encoder)
            self.on_step("保存清单")
            write_manifest(folder, intake.manifest(self.fingerprint, encoder_name(self.encoder), encoder_name(None)))
            generations.flush(self.home, fresh)
            unfinished.clear()
            self.on_step("切换到新索引")
            generations.switch(self.home, fresh)
        self.on_step("清理旧索引")
        generations.sweep(self.home)
        return IndexReport(intake.outcomes, fresh, built=True)


def _held(home: Path) -> tuple[str, Manifest]:
    """The generation in use and its manifest; "" and an empty one where there is none."""
    leased = generations.lease_current(home)
    if leased is None:
        return "", EMPTY
    name, lease = leased
    with lease:
        return name, read_manifest(generations.folder_of(home, name))


@cache
def _fingerprint(shipped: str, encoder: str) -> str:
    """What, besides the files, decides the content of a generation: this code, what it stands on, the shipped and the chosen
    encoder."""
    digest = hashlib.sha256(f"{FORMAT}\n{shipped}\n{encoder}\n".encode())
    for name in _DEPENDENCIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    for path in sorted(path for pattern in _MAKERS for path in _PACKAGE.glob(pattern)):
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # run from a source tree
        return ""


@contextmanager
def _home_errors(home: Path) -> Iterator[None]:
    """What the system says about the home, in one Chinese line; files of users and of the corpus speak for
    themselves."""
    try:
        yield
    except OSError as error:
        raise UnusableInput(f"资料库文件夹“{home}”无法读写：{error.strerror or error}；原有内容未动") from error
