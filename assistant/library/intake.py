"""Which files come into the library, which go, which stay.

Works out the next generation's documents from the ones held, without writing anything. A file gives one document, or
several: the members of an archive, the documents that follow each other in one text. Ids are the files' stems (the
members') and stay: a document found again (in the corpus folder by its path there, a user's by where it was read or
by its name, and by its part of the file) keeps its id whatever its content is now. What becomes of a file becomes of
all its documents.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from assistant.errors import UnknownDocument, UnusableInput
from assistant.library.records import (
    Content,
    Correction,
    DocumentRecord,
    FileOutcome,
    Manifest,
    Origin,
    Outcome,
    Refusal,
)
from assistant.library.steps import Step
from assistant.library.versions import Edition, date_of, sketch_of, superseded
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.plan.several import split_documents
from assistant.reading.files import Document, FileReader, RefusedMember
from assistant.reading.kinds import KNOWN
from assistant.reading.limits import DEFAULT_LIMITS, ReadLimits
from assistant.reading.raw_file import file_bytes
from assistant.reading.read_text import ReadText, shown

if TYPE_CHECKING:
    from assistant.library.unfinished import Unfinished

_CORRECTED = "已照更正重新整理"
_SUPERSEDED = "与“{}”是同一份文件的不同版本，保留，但回答以较新的那一份为准"
_REREAD = "程序或设置有变，已重新读取"
_KEPT = "；仍用原来的内容"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_LONGEST_ID = 60  # characters; a folder's name may have 255 bytes
_PART = "//"  # between a file and its part, among what is kept out: in no path two slashes follow each other


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


@dataclass(frozen=True)
class _Reading:
    """A document as it was just read: which part of its file it is, and what the reader noted."""

    part: str
    content: Content
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    """A file that documents come from: its name in the records, where it was read ("" in the corpus folder), the hash
    of its bytes, and what it is called in reports."""

    name: str
    path: str
    origin: Origin
    sha256: str
    shown: str


def corpus_files(corpus: Path | None, limits: ReadLimits = DEFAULT_LIMITS) -> tuple[CorpusFile, ...]:
    """The documents of the corpus folder, hashed, by name; also those of formats that will be refused with what to
    do. None for None.

    Raises `UnusableInput` where the folder is missing or a file in it cannot be read at all.
    """
    if corpus is None:
        return ()
    if not corpus.is_dir():
        raise UnusableInput(f"找不到语料文件夹“{corpus}”")
    files = [path for path in files_below(corpus) if path.suffix.lower() in KNOWN and path.is_file()]
    return tuple(
        CorpusFile(storable(path.relative_to(corpus).as_posix()), path, _digest_of(path, limits)) for path in files
    )


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
        FileOutcome(shown_file(record), record.id, "unchanged") for record in held.documents if record.id not in refused
    ]
    return (
        *unchanged,
        *(FileOutcome(item.file, item.document, "refused", item.reason) for item in held.refused),
    )


def shown_file(record: DocumentRecord) -> str:
    """What a document's file is called in reports: plans.zip/2023/计划.docx."""
    return f"{record.file}/{member_of(record.part)}" if member_of(record.part) else record.file


def member_of(part: str) -> str:
    """The archive's member that a part of a file lies in, "" where the file is no archive."""
    return re.sub(r"#\d+$", "", part)


def storable(name: str) -> str:
    """A file's name as it can be written down: one that is no valid text has its odd bytes spelt out."""
    return name.encode("utf-8", "backslashreplace").decode()


class Intake:
    """The next generation's documents, worked out in this order: `remove`, `add`, `follow`, `reread`,
    `finish`.

    The properties hold the result; `changed` says whether it differs from what is held.
    """

    def __init__(
        self, held: Manifest, on_step: Callable[[str], None], reader: FileReader, unfinished: Unfinished
    ) -> None:
        self._drafts = {record.id: Draft(record, held.paths.get(record.id, ""), None) for record in held.documents}
        self._outcomes: list[FileOutcome] = []
        self._held = held
        self._reader, self._unfinished = reader, unfinished
        self._at = (0, 0)  # files looked at, of how many
        self._kept_out = set(held.kept_out)
        self._corpus = dict(held.corpus)
        self._refused = {refusal.file: refusal for refusal in held.refused}
        self._on_step = on_step
        self._corrections = dict(held.corrections)
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
            corrections={name: self._corrections[name] for name in sorted(self._corrections) if name in self._drafts},
        )

    @property
    def changed(self) -> bool:
        """Whether the library would hold anything else than now, or know anything else of the corpus
        folder."""
        return self.manifest(self._held.fingerprint, self._held.encoder) != self._held

    # --- Steps --------------------------------------------------------------------------------------------------------

    def remove(self, documents: Sequence[str]) -> None:
        """Take documents out. Raises `UnknownDocument` before anything is taken out."""
        for document in documents:
            if document not in self._drafts:
                raise UnknownDocument(document, sorted(self._drafts))
        for document in dict.fromkeys(documents):
            draft = self._drafts.pop(document)
            self._keep_out(draft)
            self._report(shown_file(draft.record), document, "removed")

    def add(self, paths: Sequence[Path], corpus: Sequence[CorpusFile]) -> None:
        """Take in a user's files and folders; a file of the corpus folder is let in again by `follow`
        instead."""
        packaged = {file.path.resolve(): file.name for file in corpus}
        files = list(dict.fromkeys(path.resolve() for path in self._expanded(paths)))
        given = {storable(str(path)) for path in files}
        for done, path in enumerate(files):
            self._at = (done, len(files))
            if path in packaged:
                self._let_in(packaged[path])
            else:
                self._add(path, given)

    def follow(self, corpus: Sequence[CorpusFile], *, again: bool = False) -> None:
        """Bring the corpus folder's documents in step with its files; `again`: also try those once more that were
        refused before, for the program has changed."""
        held: dict[str, list[Draft]] = {}
        for draft in self.drafts:
            if draft.record.origin == "corpus":
                held.setdefault(draft.record.file, []).append(draft)
        wanted = {file.name: file for file in corpus if file.name not in self._kept_out}
        for name, drafts in held.items():
            if name not in wanted:
                for draft in drafts:
                    self._drop(draft)
        if again:
            for refusal in self._refused.values():
                self._corpus.pop(_owner(refusal.file, wanted), None)
        self._corpus = {name: sha256 for name, sha256 in self._corpus.items() if name in wanted}
        self._refused = {name: refusal for name, refusal in self._refused.items() if _owner(name, wanted)}
        changed = [file for name, file in wanted.items() if self._corpus.get(name) != file.sha256]
        for done, file in enumerate(changed):
            self._at = (done, len(changed))
            self._follow(file, held.get(file.name, []))

    def correct(self, corrections: Mapping[str, Correction | None], source: Callable[[str], bytes]) -> None:
        """Take down what a user says that documents are; None: nothing any more. Raises `UnknownDocument` before anything
        is taken down."""
        for document in corrections:
            if document not in self._drafts:
                raise UnknownDocument(document, sorted(self._drafts))
        for document, correction in corrections.items():
            self._corrections.pop(document, None)
            if correction is not None:
                self._corrections[document] = correction
        self.reread(source, among=set(corrections), reason=_CORRECTED)

    def reread(
        self, source: Callable[[str], bytes], *, among: Collection[str] | None = None, reason: str = _REREAD
    ) -> None:
        """Read again, from the bytes that the library keeps, every document (or those `among`) that this run has not
        read."""
        groups: dict[tuple[Origin, str, str, str], list[Draft]] = {}
        for draft in self.drafts:
            record = draft.record
            if draft.content is None and (among is None or record.id in among):
                key = (record.origin, record.file, draft.path, member_of(record.part))
                groups.setdefault(key, []).append(draft)
        for done, ((origin, name, path, member), drafts) in enumerate(groups.items()):
            called = f"{name}/{member}" if member else name
            file = _File(name, path, origin, drafts[0].record.sha256, name)
            try:
                self._on_step(Step(f"读取 {shown(called)}", done, len(groups)))
                data = source(drafts[0].record.id)
                documents = [self._reader.read_member(data, name, member)] if member else self._whole(data, name)
                readings, _ = self._readings(documents, name)
            except UnusableInput as error:
                for draft in drafts:
                    self._report(called, draft.record.id, "refused", f"{error}{_KEPT}")
                continue
            if among is not None:  # the other documents of the file stay as they are
                readings = [one for one in readings if one.part in {draft.record.part for draft in drafts}]
            self._settle(file, drafts, readings, (), reason=reason)

    def finish(self) -> None:
        """Tell versions of one document apart; report what nothing has been said about: refusals remembered from before,
        documents unchanged."""
        newer = superseded(_edition(draft.record) for draft in self.drafts)
        for draft in self.drafts:
            record = draft.record
            stands = newer.get(record.id, "")
            if stands != record.superseded_by:
                self._drafts[record.id] = replace(draft, record=replace(record, superseded_by=stands))
            if stands and stands != record.superseded_by:
                self._report(shown_file(record), record.id, "updated", _SUPERSEDED.format(stands))
        said = {outcome.file for outcome in self._outcomes if outcome.outcome == "refused"}
        for refusal in self._refused.values():
            if refusal.file not in said:
                self._report(refusal.file, refusal.document, "refused", refusal.reason)
        said = {outcome.document for outcome in self._outcomes}
        for draft in self.drafts:
            if draft.record.id not in said:
                self._report(shown_file(draft.record), draft.record.id, "unchanged")

    # --- What is kept out ---------------------------------------------------------------------------------------------

    def _keep_out(self, removed: Draft) -> None:
        """Remember that a document was removed, so that its file does not bring it back: its part of the file where
        others stay, and the file itself where it is one of the corpus folder."""
        file = removed.path or removed.record.file
        if any((draft.path or draft.record.file) == file for draft in self.drafts):
            self._kept_out.add(f"{file}{_PART}{removed.record.part}")
            return
        self._let_in(file)
        if removed.record.origin == "corpus":
            self._kept_out.add(file)

    def _let_in(self, name: str) -> None:
        """Forget what was removed of a file, and have one of the corpus folder read again."""
        before = {entry for entry in self._kept_out if entry == name or entry.startswith(f"{name}{_PART}")}
        if before:
            self._kept_out -= before
            self._corpus.pop(name, None)

    # --- Users' files -------------------------------------------------------------------------------------------------

    def _expanded(self, paths: Sequence[Path]) -> Iterator[Path]:
        for path in paths:
            try:
                below = files_below(path) if path.is_dir() else [path]
            except OSError:  # a name that no system can have: the file itself says so
                below = [path]
            if not below:
                self._report(storable(str(path)), "", "refused", f"文件夹“{shown(str(path))}”里没有文件")
            yield from below

    def _add(self, path: Path, given: set[str]) -> None:
        """Take in one file of a user's; `given` are all of this run."""
        called = storable(str(path))
        try:
            data = file_bytes(path, self._reader.limits.file_bytes)
        except UnusableInput as error:
            self._report(called, "", "refused", str(error))
            return
        digest = _digest(data)
        self._let_in(called)
        held = self._held_for(path, given)
        if len(held) == 1 and not held[0].record.part and held[0].record.sha256 == digest:
            self._claimed.add(held[0].record.id)
            return
        if not held and (twin := self._twin(path, digest)) is not None:
            self._claimed.add(twin.record.id)
            reason = f"资料库里已有同名且内容相同的文件“{twin.record.id}”"
            self._report(called, twin.record.id, "unchanged", reason)
            return
        file = _File(storable(path.name), called, "user", digest, called)
        self._claimed.update(self._take_in(file, data, held))

    def _held_for(self, path: Path, given: set[str]) -> list[Draft]:
        """The user's documents that a file stands for: those read from there, or those of that name which no other
        file of this run stands for."""
        users = [draft for draft in self.drafts if draft.record.origin == "user"]
        free = [draft for draft in users if draft.record.id not in self._claimed]
        called, name = storable(str(path)), storable(path.name)
        if here := [draft for draft in free if draft.path == called]:
            return here
        named = [draft for draft in free if draft.record.file == name and draft.path not in given]
        return [draft for draft in named if draft.path == named[0].path]

    def _twin(self, path: Path, digest: str) -> Draft | None:
        """A document of the same name and content, whoever brought it in."""
        name = storable(path.name)
        return next(
            (
                draft
                for draft in self.drafts
                if draft.record.sha256 == digest and PurePosixPath(draft.record.file).name == name
            ),
            None,
        )

    # --- Files of the corpus folder -----------------------------------------------------------------------------------

    def _follow(self, file: CorpusFile, held: list[Draft]) -> None:
        self._corpus[file.name] = file.sha256
        for name in [name for name in self._refused if _owner(name, {file.name: file})]:
            del self._refused[name]
        if len(held) == 1 and not held[0].record.part and held[0].record.sha256 == file.sha256:
            return
        try:
            data = file_bytes(file.path, self._reader.limits.file_bytes)
        except UnusableInput as error:
            self._refuse(_File(file.name, "", "corpus", file.sha256, file.name), str(error), held)
            return
        digest = _digest(data)
        self._corpus[file.name] = digest  # of what was read, should the file have changed since
        self._take_in(_File(file.name, "", "corpus", digest, file.name), data, held)

    # --- A file's documents -------------------------------------------------------------------------------------------

    def _take_in(self, file: _File, data: bytes, held: list[Draft]) -> list[str]:
        """Read a file in the place of the documents held for it; the ids that stand for it now."""
        self._on_step(Step(f"读取 {shown(file.shown)}", *self._at))
        try:
            content = self._reader.read(data, file.shown)
            readings, refused = self._readings(content.documents, file.shown)
        except UnusableInput as error:
            self._refuse(file, str(error), held)
            return [draft.record.id for draft in held]
        return self._settle(file, held, readings, (*content.refused, *refused))

    def _whole(self, data: bytes, name: str) -> Sequence[Document]:
        return self._reader.read(data, name).documents

    def _readings(self, documents: Sequence[Document], name: str) -> tuple[list[_Reading], tuple[RefusedMember, ...]]:
        """The documents of a file, parsed; a text that holds several is taken apart. A member that has not a single
        clause is refused. Raises `UnusableInput` where all are."""
        readings: list[_Reading] = []
        refused: list[RefusedMember] = []
        for document in documents:
            member = document.text.name
            texts = list(_separate(document.text))
            parsed = [(part, self._content(document.source, text), text.notes) for part, text in texts]
            kept = [_Reading(part, content, notes) for part, content, notes in parsed if content.plan.clauses]
            readings.extend(kept)
            if not kept:
                called = shown(f"{name}/{member}" if member else name)
                refused.append(RefusedMember(member, f"文件“{called}”里没有读出任何条款"))
        if not readings:
            raise UnusableInput(refused[0].reason)
        return readings, tuple(refused)

    def _content(self, source: bytes, text: ReadText) -> Content:
        return self._unfinished.content(source, text, lambda: _parsed(source, text))

    def _settle(
        self,
        file: _File,
        held: list[Draft],
        readings: list[_Reading],
        refused: tuple[RefusedMember, ...],
        reason: str = "",
    ) -> list[str]:
        """Put what was read of a file in the place of what was held for it."""
        before = {_sole(draft.record.part): draft for draft in held}
        ids: list[str] = []
        for reading in readings:
            if f"{file.path or file.name}{_PART}{reading.part}" in self._kept_out:
                continue
            ids.append(self._put(file, before.pop(_sole(reading.part), None), reading, reason))
        for member in refused:
            parts = [part for part in before if f"{member_of(part)}/".startswith(f"{member.path}/")]
            drafts = [before.pop(part) for part in parts]
            ids.extend(draft.record.id for draft in drafts)
            for draft in drafts:
                # It is of the file as it is now: what can be read of it is.
                self._drafts[draft.record.id] = replace(draft, record=replace(draft.record, sha256=file.sha256))
            self._refuse(replace(file, shown=f"{file.shown}/{member.path}"), member.reason, drafts)
        for draft in before.values():
            self._drop(draft)
        return ids

    def _put(self, file: _File, held: Draft | None, reading: _Reading, reason: str) -> str:
        document = self._fresh_id(member_of(reading.part) or file.name) if held is None else held.record.id
        content = _as_corrected(reading.content, self._corrections.get(document))
        reading = replace(reading, content=content)
        record = _record(document, file, reading)
        if held is not None and held.record.source_sha256 == record.source_sha256:
            record = replace(record, taken_in=held.record.taken_in, superseded_by=held.record.superseded_by)
        else:
            record = replace(record, taken_in=1 + max((d.record.taken_in for d in self._drafts.values()), default=0))
        # A member that is what it was needs no new embedding, whatever became of its archive.
        same = held is not None and not reason and held.record.source_sha256 == record.source_sha256
        if same and held is not None and replace(held.record, sha256=record.sha256) == record:
            self._drafts[document] = Draft(record, file.path, held.content)
            return document
        self._drafts[document] = Draft(record, file.path, reading.content)
        called = f"{file.shown}/{member_of(reading.part)}" if member_of(reading.part) else file.shown
        self._report(called, document, "added" if held is None else "updated", reason, reading.notes)
        return document

    def _drop(self, draft: Draft) -> None:
        """Let a document go because its file, or its part of the file, is gone."""
        del self._drafts[draft.record.id]
        self._report(shown_file(draft.record), draft.record.id, "removed")

    def _refuse(self, file: _File, reason: str, held: list[Draft]) -> None:
        kept = held[0].record.id if held else ""
        reason = f"{reason}{_KEPT if kept else ''}"
        if file.origin == "corpus":
            self._refused[file.shown] = Refusal(file.shown, file.sha256, reason, kept)
        self._report(file.shown, kept, "refused", reason)

    def _fresh_id(self, file: str) -> str:
        """The file's stem, with -2, -3 … where it is taken; also usable as a folder's name on every
        system."""
        stem = unicodedata.normalize("NFC", PurePosixPath(file).stem)
        # Marks that turn the writing round or show nothing would make two ids look alike.
        stem = "".join(sign for sign in stem if unicodedata.category(sign) not in ("Cf", "Cs"))
        stem = _UNSAFE.sub("_", stem)[:_LONGEST_ID].strip(" .") or "document"
        taken = {document.casefold() for document in self._drafts}
        numbered = (f"{stem}-{number}" for number in count(2))
        return next(name for name in chain([stem], numbered) if name.casefold() not in taken)

    def _report(
        self, file: str, document: str, outcome: Outcome, reason: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        self._outcomes.append(FileOutcome(file, document, outcome, reason, notes))


def _separate(read: ReadText) -> Iterator[tuple[str, ReadText]]:
    """The documents in one text, each with its part of the file: the member, and #1, #2 … where there are several."""
    spans = split_documents(read.text)
    if len(spans) == 1:
        yield read.name, read
        return
    for number, (start, end) in enumerate(spans, start=1):
        yield f"{read.name}#{number}", read.part(start, end)


def _sole(part: str) -> str:
    """A part under which a file's only document and the first of several are the same."""
    return part.removesuffix("#1")


def _owner(file: str, wanted: dict[str, CorpusFile]) -> str:
    """The file of the corpus folder that a refusal is about, itself or one of its members; "" where it is gone."""
    if file in wanted:
        return file
    return next((name for name in wanted if file.startswith(f"{name}/")), "")


def _parsed(source: bytes, text: ReadText) -> Content:
    plan = parse_plan(text.text, styled=text.styled)
    return Content(source, plan, build_ledger(plan), text.places)


def _as_corrected(content: Content, correction: Correction | None) -> Content:
    """The content with the identity that a user gave; the periods of its figures go by that."""
    if correction is None:
        return content
    plan = replace(content.plan, identity=correction.of(content.plan.identity))
    return replace(content, plan=plan, ledger=build_ledger(plan))


def _edition(record: DocumentRecord) -> Edition:
    return Edition(record.id, record.identity, record.sketch, record.date, record.taken_in)


def _record(document: str, file: _File, reading: _Reading) -> DocumentRecord:
    plan = reading.content.plan
    return DocumentRecord(
        id=document,
        file=file.name,
        title=plan.title,
        number=plan.number,
        year=plan.year,
        place=plan.place,
        clauses=len(plan.clauses),
        targets=sum(row.role != "descriptive" for row in reading.content.ledger),
        defects=len(plan.defects),
        origin=file.origin,
        sha256=file.sha256,
        part=reading.part,
        source_sha256=_digest(reading.content.data),
        notes=reading.notes,
        last_year=plan.identity.last_year,
        kind=plan.identity.kind,
        level=plan.identity.level,
        date=date_of(plan),
        sketch=sketch_of(plan),
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_of(path: Path, limits: ReadLimits) -> str:
    """The hash of a file's bytes; of one that is too large to be read, its size instead: it is looked at, at every
    start."""
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            return f"too-large-{size}"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnusableInput(f"文件“{path}”读不出来：{error.strerror or error}") from error
