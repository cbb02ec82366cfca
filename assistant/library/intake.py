"""Which files come into the library, which go, which stay.

Works out the next generation's documents from the ones held, without writing anything. Ids are the files'
stems and stay: a document found again (in the corpus folder by its path there, a user's by where it was read
or by its name) keeps its id whatever its content is now.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from pathlib import Path

from assistant.errors import UnknownDocument, UnusableInput
from assistant.library.records import (
    Content,
    DocumentRecord,
    FileOutcome,
    Manifest,
    Origin,
    Outcome,
    Refusal,
)
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.reading.text_file import SUFFIXES, decode, read_bytes

_REREAD = "程序或设置有变，已重新读取"
_KEPT = "；仍用原来的内容"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


@dataclass(frozen=True)
class CorpusFile:
    """A file of the folder that the library is kept in step with; `name` is its path in there, with
    slashes."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Draft:
    """A document of the next generation; `content` is None where it is taken over as it is."""

    record: DocumentRecord
    path: str
    content: Content | None


def corpus_files(corpus: Path | None) -> tuple[CorpusFile, ...]:
    """The readable files of the corpus folder, hashed, by name; none for None.

    Raises `UnusableInput` where the folder is missing or a file in it cannot be read at all.
    """
    if corpus is None:
        return ()
    if not corpus.is_dir():
        raise UnusableInput(f"找不到语料文件夹“{corpus}”")
    files = [path for path in files_below(corpus) if path.suffix.lower() in SUFFIXES]
    return tuple(CorpusFile(path.relative_to(corpus).as_posix(), path, _digest_of(path)) for path in files)


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder by path, hidden ones and those in hidden folders left out."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found.extend(Path(place, name) for name in names if not name.startswith("."))
    return sorted(found)


def in_step(held: Manifest, files: Sequence[CorpusFile]) -> bool:
    """Whether these are the files that the library last saw in the corpus folder, the kept-out ones aside."""
    return held.corpus == {file.name: file.sha256 for file in files if file.name not in held.kept_out}


def standing(held: Manifest) -> tuple[FileOutcome, ...]:
    """The outcomes of a run that finds nothing to do."""
    refused = {item.document for item in held.refused}
    unchanged = [
        FileOutcome(record.file, record.id, "unchanged") for record in held.documents if record.id not in refused
    ]
    return (
        *unchanged,
        *(FileOutcome(item.file, item.document, "refused", item.reason) for item in held.refused),
    )


class Intake:
    """The next generation's documents, worked out in this order: `remove`, `add`, `follow`, `reread`,
    `finish`.

    The properties hold the result; `changed` says whether it differs from what is held.
    """

    def __init__(self, held: Manifest, on_step: Callable[[str], None]) -> None:
        self._drafts = {record.id: Draft(record, held.paths.get(record.id, ""), None) for record in held.documents}
        self._outcomes: list[FileOutcome] = []
        self._held = held
        self._kept_out = set(held.kept_out)
        self._corpus = dict(held.corpus)
        self._refused = {refusal.file: refusal for refusal in held.refused}
        self._on_step = on_step
        self._claimed: set[str] = set()  # users' documents that a file of this run already stands for

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The documents, by id."""
        return tuple(self._drafts[document] for document in sorted(self._drafts))

    @property
    def outcomes(self) -> tuple[FileOutcome, ...]:
        """What became of every file."""
        return tuple(self._outcomes)

    def manifest(self, fingerprint: str, encoder: str) -> Manifest:
        """The next generation's manifest."""
        return replace(
            self._held,
            fingerprint=fingerprint,
            encoder=encoder,
            documents=tuple(draft.record for draft in self.drafts),
            paths={draft.record.id: draft.path for draft in self.drafts if draft.path},
            corpus=dict(sorted(self._corpus.items())),
            kept_out=tuple(sorted(self._kept_out)),
            refused=tuple(self._refused[name] for name in sorted(self._refused)),
        )

    @property
    def changed(self) -> bool:
        """Whether the library would hold anything else than now, or know anything else of the corpus
        folder."""
        return self.manifest(self._held.fingerprint, self._held.encoder) != self._held

    def remove(self, documents: Sequence[str]) -> None:
        """Take documents out. Raises `UnknownDocument` before anything is taken out."""
        for document in documents:
            if document not in self._drafts:
                raise UnknownDocument(document, sorted(self._drafts))
        for document in dict.fromkeys(documents):
            record = self._drafts.pop(document).record
            if record.origin == "corpus":
                self._kept_out.add(record.file)
            self._report(record.file, document, "removed")

    def add(self, paths: Sequence[Path], corpus: Sequence[CorpusFile]) -> None:
        """Take in a user's files and folders; a file of the corpus folder is let in again by `follow`
        instead."""
        packaged = {file.path.resolve(): file.name for file in corpus}
        files = list(dict.fromkeys(path.resolve() for path in self._expanded(paths)))
        given = {str(path) for path in files}
        for path in files:
            if path in packaged:
                self._kept_out.discard(packaged[path])
            else:
                self._add(path, given)

    def follow(self, corpus: Sequence[CorpusFile]) -> None:
        """Bring the corpus folder's documents in step with its files."""
        held = {draft.record.file: draft for draft in self._drafts.values() if draft.record.origin == "corpus"}
        wanted = {file.name: file for file in corpus if file.name not in self._kept_out}
        for name, draft in held.items():
            if name not in wanted:
                del self._drafts[draft.record.id]
                self._report(name, draft.record.id, "removed")
        self._corpus = {name: sha256 for name, sha256 in self._corpus.items() if name in wanted}
        self._refused = {name: refusal for name, refusal in self._refused.items() if name in wanted}
        for name, file in wanted.items():
            if self._corpus.get(name) != file.sha256:
                self._follow(file, held.get(name))

    def reread(self, source: Callable[[str], bytes]) -> None:
        """Read again, from the bytes that the library keeps, every document that this run has not read."""
        for draft in self.drafts:
            record = draft.record
            if draft.content is not None:
                continue
            try:
                content = self._read(record.file, partial(source, record.id))
            except UnusableInput as error:
                self._report(record.file, record.id, "refused", f"{error}{_KEPT}")
                continue
            self._drafts[record.id] = Draft(
                _record(record.id, record.file, record.origin, content), draft.path, content
            )
            self._report(record.file, record.id, "updated", _REREAD)

    def finish(self) -> None:
        """Report what nothing has been said about: refusals remembered from before, documents unchanged."""
        said = {outcome.file for outcome in self._outcomes if outcome.outcome == "refused"}
        for refusal in self._refused.values():
            if refusal.file not in said:
                self._report(refusal.file, refusal.document, "refused", refusal.reason)
        said = {outcome.document for outcome in self._outcomes}
        for draft in self.drafts:
            if draft.record.id not in said:
                self._report(draft.record.file, draft.record.id, "unchanged")

    def _expanded(self, paths: Sequence[Path]) -> Iterator[Path]:
        for path in paths:
            below = files_below(path) if path.is_dir() else [path]
            if not below:
                self._report(str(path), "", "refused", f"文件夹“{path}”里没有文件")
            yield from below

    def _add(self, path: Path, given: set[str]) -> None:
        """Take in one file of a user's; `given` are all of this run."""
        try:
            data = read_bytes(path)
        except UnusableInput as error:
            self._report(str(path), "", "refused", str(error))
            return
        digest = _digest(data)
        held = self._held_for(path, given)
        same = held if held is not None and held.record.sha256 == digest else self._twin(path, digest, held)
        if same is not None:
            self._claimed.add(same.record.id)
            if same is not held:
                self._report(
                    str(path),
                    same.record.id,
                    "unchanged",
                    f"资料库里已有同名且内容相同的文件“{same.record.id}”",
                )
            return
        try:
            content = self._read(str(path), lambda: data)
        except UnusableInput as error:
            kept = "" if held is None else held.record.id
            self._report(str(path), kept, "refused", f"{error}{_KEPT if kept else ''}")
            return
        document = self._fresh_id(path.name) if held is None else held.record.id
        self._claimed.add(document)
        self._drafts[document] = Draft(_record(document, path.name, "user", content), str(path), content)
        self._report(str(path), document, "added" if held is None else "updated")

    def _held_for(self, path: Path, given: set[str]) -> Draft | None:
        """The user's document that a file stands for: the one read from there, or the one of that name which
        no other file of this run stands for."""
        users = [draft for draft in self.drafts if draft.record.origin == "user"]
        free = [draft for draft in users if draft.record.id not in self._claimed]
        for draft in free:
            if draft.path == str(path):
                return draft
        return next((draft for draft in free if draft.record.file == path.name and draft.path not in given), None)

    def _twin(self, path: Path, digest: str, held: Draft | None) -> Draft | None:
        """A document of the same name and content, whoever brought it in; a user's own document comes
        first."""
        if held is not None:
            return None
        return next(
            (
                draft
                for draft in self.drafts
                if draft.record.sha256 == digest and Path(draft.record.file).name == path.name
            ),
            None,
        )

    def _follow(self, file: CorpusFile, held: Draft | None) -> None:
        self._corpus[file.name] = file.sha256
        self._refused.pop(file.name, None)
        if held is not None and held.record.sha256 == file.sha256:
            return
        try:
            content = self._read(file.name, lambda: read_bytes(file.path))
        except UnusableInput as error:
            kept = "" if held is None else held.record.id
            reason = f"{error}{_KEPT if kept else ''}"
            self._refused[file.name] = Refusal(file.name, file.sha256, reason, kept)
            self._report(file.name, kept, "refused", reason)
            return
        document = self._fresh_id(Path(file.name).name) if held is None else held.record.id
        record = _record(document, file.name, "corpus", content)
        self._corpus[file.name] = record.sha256  # of what was read, should the file have changed since
        self._drafts[document] = Draft(record, "", content)
        self._report(file.name, document, "added" if held is None else "updated")

    def _read(self, name: str, read: Callable[[], bytes]) -> Content:
        """Read and parse one file. Raises `UnusableInput`, also for a text without a single clause."""
        self._on_step(f"读取 {name}")
        data = read()
        plan = parse_plan(decode(data, name))
        if not plan.clauses:
            raise UnusableInput(f"文件“{name}”里没有读出任何条款")
        return Content(data, plan, build_ledger(plan))

    def _fresh_id(self, file: str) -> str:
        """The file's stem, with -2, -3 … where it is taken; also usable as a folder's name on every
        system."""
        stem = unicodedata.normalize("NFC", Path(file).stem)
        stem = _UNSAFE.sub("_", stem).strip(" .") or "document"
        taken = {document.casefold() for document in self._drafts}
        numbered = (f"{stem}-{number}" for number in count(2))
        return next(name for name in chain([stem], numbered) if name.casefold() not in taken)

    def _report(self, file: str, document: str, outcome: Outcome, reason: str = "") -> None:
        self._outcomes.append(FileOutcome(file, document, outcome, reason))


def _record(document: str, file: str, origin: Origin, content: Content) -> DocumentRecord:
    plan = content.plan
    return DocumentRecord(
        id=document,
        file=file,
        title=plan.title,
        number=plan.number,
        year=plan.year,
        place=plan.place,
        clauses=len(plan.clauses),
        targets=sum(row.role != "descriptive" for row in content.ledger),
        defects=len(plan.defects),
        origin=origin,
        sha256=_digest(content.data),
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnusableInput(f"文件“{path}”读不出来：{error.strerror or error}") from error
