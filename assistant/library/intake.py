"""Which files come into the library, which go, which stay.

Works out the next generation's documents from the ones held, without writing anything. A file gives one document, or
several: the members of an archive, the documents that follow each other in one text. Ids are the files' stems (the
members') and stay: a document found again (in the corpus folder by its path there, a user's by where it was read or
by its name, and by its part of the file) keeps its id whatever its content is now. What becomes of a file becomes of
all its documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from assistant.errors import UnknownDocument, UnusableInput
from assistant.library.documents import (
    File,
    Reading,
    as_corrected,
    edition_of,
    member_of,
    readings_of,
    record_of,
    sole,
)
from assistant.library.folders import CorpusFile, files_below, hash_of, storable
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
from assistant.library.versions import superseded
from assistant.reading.files import Document, FileReader, RefusedMember
from assistant.reading.raw_file import file_bytes
from assistant.reading.read_text import shown

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
class Draft:
    """A document of the next generation; `content` is None where it is taken over as it is."""

    record: DocumentRecord
    path: str
    content: Content | None


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

    def manifest(self, fingerprint: str, encoder: str, shipped: str) -> Manifest:
        """The next generation's manifest."""
        return replace(
            self._held,
            fingerprint=fingerprint,
            encoder=encoder,
            shipped=shipped,
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
        held = self._held
        return self.manifest(held.fingerprint, held.encoder, held.shipped) != held

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
        packaged = {_real(file.path): file.name for file in corpus}
        files = list(dict.fromkeys(_real(path) for path in self._expanded(paths)))
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
            file = File(name, path, origin, drafts[0].record.sha256, name)
            try:
                self._on_step(Step(f"读取 {shown(called)}", done, len(groups)))
                data = source(drafts[0].record.id)
                documents = [self._reader.read_member(data, name, member)] if member else self._whole(data, name)
                readings, _ = readings_of(documents, name, self._unfinished)
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
        newer = superseded(edition_of(draft.record) for draft in self.drafts)
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
        def refuse(place: Path, why: str) -> None:
            self._report(storable(str(place)), "", "refused", f"文件夹“{shown(str(place))}”{why}")

        for path in paths:
            said = len(self._outcomes)
            try:
                below = files_below(path, refuse) if path.is_dir() else [path]
            except OSError:  # a name that no system can have: the file itself says so
                below = [path]
            if not below and said == len(self._outcomes):
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
        digest = hash_of(data)
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
        file = File(storable(path.name), called, "user", digest, called)
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
            self._refuse(File(file.name, "", "corpus", file.sha256, file.name), str(error), held)
            return
        digest = hash_of(data)
        self._corpus[file.name] = digest  # of what was read, should the file have changed since
        self._take_in(File(file.name, "", "corpus", digest, file.name), data, held)

    # --- A file's documents -------------------------------------------------------------------------------------------

    def _take_in(self, file: File, data: bytes, held: list[Draft]) -> list[str]:
        """Read a file in the place of the documents held for it; the ids that stand for it now."""
        self._on_step(Step(f"读取 {shown(file.shown)}", *self._at))
        try:
            content = self._reader.read(data, file.shown)
            readings, refused = readings_of(content.documents, file.shown, self._unfinished)
        except UnusableInput as error:
            self._refuse(file, str(error), held)
            return [draft.record.id for draft in held]
        return self._settle(file, held, readings, (*content.refused, *refused))

    def _whole(self, data: bytes, name: str) -> Sequence[Document]:
        return self._reader.read(data, name).documents

    def _settle(
        self,
        file: File,
        held: list[Draft],
        readings: list[Reading],
        refused: tuple[RefusedMember, ...],
        reason: str = "",
    ) -> list[str]:
        """Put what was read of a file in the place of what was held for it."""
        before = {sole(draft.record.part): draft for draft in held}
        ids: list[str] = []
        for reading in readings:
            if f"{file.path or file.name}{_PART}{reading.part}" in self._kept_out:
                continue
            ids.append(self._put(file, before.pop(sole(reading.part), None), reading, reason))
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

    def _put(self, file: File, held: Draft | None, reading: Reading, reason: str) -> str:
        document = self._fresh_id(member_of(reading.part) or file.name) if held is None else held.record.id
        content = as_corrected(reading.content, self._corrections.get(document))
        reading = replace(reading, content=content)
        record = record_of(document, file, reading)
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

    def _refuse(self, file: File, reason: str, held: list[Draft]) -> None:
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


def _real(path: Path) -> Path:
    """Where a file lies, links followed; a link that leads nowhere stays as it is, and reading it says so."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return path.absolute()


def _owner(file: str, wanted: dict[str, CorpusFile]) -> str:
    """The file of the corpus folder that a refusal is about, itself or one of its members; "" where it is gone."""
    if file in wanted:
        return file
    return next((name for name in wanted if file.startswith(f"{name}/")), "")
