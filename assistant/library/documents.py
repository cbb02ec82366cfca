"""The documents in one file: its text parsed, taken apart where it holds several, with what the library will know of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.errors import UnusableInput
from assistant.library.folders import hash_of
from assistant.library.records import Content, Correction, DocumentRecord, Origin
from assistant.library.versions import Edition, date_of, sketch_of
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.plan.several import split_documents
from assistant.reading.files import Document, RefusedMember
from assistant.reading.read_text import ReadText, shown

if TYPE_CHECKING:
    from assistant.library.unfinished import Unfinished


@dataclass(frozen=True)
class Reading:
    """A document as it was just read: which part of its file it is, and what the reader noted."""

    part: str
    content: Content
    notes: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A file that documents come from: its name in the records, where it was read ("" in the corpus folder), the hash
    of its bytes, and what it is called in reports."""

    name: str
    path: str
    origin: Origin
    sha256: str
    shown: str


def readings_of(
    documents: Sequence[Document], name: str, unfinished: Unfinished
) -> tuple[list[Reading], tuple[RefusedMember, ...]]:
    """The documents of a file, parsed; a text that holds several is taken apart. A member that has not a single
    clause is refused. Raises `UnusableInput` where all are."""
    readings: list[Reading] = []
    refused: list[RefusedMember] = []
    for document in documents:
        member = document.text.name
        texts = list(_separate(document.text))
        parsed = [(part, _content(document.source, text, unfinished), text.notes) for part, text in texts]
        kept = [Reading(part, content, notes) for part, content, notes in parsed if content.plan.clauses]
        if kept and len(kept) < len(parsed):
            empty = "、".join(str(at) for at, one in enumerate(parsed, start=1) if not one[1].plan.clauses)
            kept[0] = replace(kept[0], notes=(*kept[0].notes, f"文中第{empty}份没有读出任何条款，未收入"))
        readings.extend(kept)
        if not kept:
            called = shown(f"{name}/{member}" if member else name)
            refused.append(RefusedMember(member, f"文件“{called}”里没有读出任何条款"))
    if not readings:
        raise UnusableInput(refused[0].reason)
    return readings, tuple(refused)


def _content(source: bytes, text: ReadText, unfinished: Unfinished) -> Content:
    return unfinished.content(source, text, lambda: parse(source, text))


def _separate(read: ReadText) -> Iterator[tuple[str, ReadText]]:
    """The documents in one text, each with its part of the file: the member, and #1, #2 … where there are several."""
    spans = split_documents(read.text)
    if len(spans) == 1:
        yield read.name, read
        return
    for number, (start, end) in enumerate(spans, start=1):
        yield f"{read.name}#{number}", read.part(start, end)


def sole(part: str) -> str:
    """A part under which a file's only document and the first of several are the same."""
    return part.removesuffix("#1")


def member_of(part: str) -> str:
    """The archive's member that a part of a file lies in, "" where the file is no archive."""
    return re.sub(r"#\d+$", "", part)


def parse(source: bytes, text: ReadText) -> Content:
    """The plan and the ledger of a text that was read from these bytes."""
    plan = parse_plan(text.text, styled=text.styled)
    return Content(source, plan, build_ledger(plan), text.places)


def as_corrected(content: Content, correction: Correction | None) -> Content:
    """The content with the identity that a user gave; the periods of its figures go by that."""
    if correction is None:
        return content
    plan = replace(content.plan, identity=correction.of(content.plan.identity))
    return replace(content, plan=plan, ledger=build_ledger(plan))


def edition_of(record: DocumentRecord) -> Edition:
    """What tells the document's versions apart."""
    return Edition(record.id, record.identity, record.sketch, record.date, record.taken_in)


def record_of(document: str, file: File, reading: Reading) -> DocumentRecord:
    """What the library knows of a document that was just read."""
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
        source_sha256=hash_of(reading.content.data),
        notes=reading.notes,
        last_year=plan.identity.last_year,
        kind=plan.identity.kind,
        level=plan.identity.level,
        date=date_of(plan),
        sketch=sketch_of(plan),
    )
