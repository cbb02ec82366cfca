"""What is known of a document, of a file that was taken in, and of a generation; and how that is written
down."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from assistant.errors import UnusableInput
from assistant.plan.document import Plan
from assistant.plan.identity import Identity, Level, level_of, name_of
from assistant.plan.ledger import LedgerRow
from assistant.reading.read_text import Place

Origin = Literal["corpus", "user"]
Outcome = Literal["added", "updated", "unchanged", "removed", "refused"]

FORMAT = 6
"""Of what lies on disk; raised when a generation is laid out differently."""

BM25, CHROMA, ARRAYS = "bm25", "chroma", "arrays"
"""The folders of a generation's search indexes."""

ENCODER, CHOSEN_CHROMA = "encoder", "chosen-chroma"
"""Those of an encoder that was chosen: what it needs, and its vectors."""

CHARACTERS, PAIRS = "characters.npz", "pairs.npz"
"""Which documents hold a character pair: anywhere in the text, in a clause or its headings."""

_MANIFEST, _DOCUMENTS = "manifest.json", "documents"
_SOURCE, _TEXT, _PLAN, _LEDGER, _PLACES = "source", "text.txt", "plan.json", "ledger.json", "places.json"


@dataclass(frozen=True)
class DocumentRecord:
    """A document that the library holds. `file` is the file's name (of the corpus folder: its path in there),
    `targets` counts ledger rows that are not descriptive, `sha256` is of the file's bytes. Of a file that holds several
    documents `part` says which one this is: the archive's member, then #1, #2 … where one text holds several; `source_sha256`
    is of the member's bytes. `notes` are Chinese lines on what the reader left out or could not use. `kind`, `level`, `place` and the years are
    those of its identity; `date`, `sketch` and `taken_in` tell versions apart (`versions.py`), and `superseded_by` is the
    newer version that stands for this one, or ""."""

    id: str
    file: str
    title: str
    number: str
    year: int | None
    place: str | None
    clauses: int
    targets: int
    defects: int
    origin: Origin
    sha256: str
    part: str = ""
    source_sha256: str = ""
    notes: tuple[str, ...] = ()
    last_year: int | None = None
    kind: str = ""
    level: Level = ""
    date: str = ""
    sketch: tuple[int, ...] = ()
    taken_in: int = 0
    superseded_by: str = ""

    @property
    def identity(self) -> Identity:
        """What the document is, by its own words or as a user corrected them."""
        return Identity(self.year, self.last_year, self.place, self.kind, self.level)

    @property
    def name(self) -> str:
        """What people call it, the id where it says nothing of itself."""
        return name_of(self.title, self.identity) or self.id


@dataclass(frozen=True)
class Correction:
    """What a user says that a document is, where its own words were misread; None: as it was read. `years`: first and
    last."""

    years: tuple[int, int] | None = None
    place: str | None = None
    kind: str | None = None
    level: Level | None = None

    def of(self, identity: Identity) -> Identity:
        """The identity with what was corrected."""
        first, last = self.years or (identity.year, identity.last_year)
        place = identity.place if self.place is None else self.place
        level = self.level if self.level is not None else identity.level if self.place is None else level_of(place)
        return Identity(first, last, place, identity.kind if self.kind is None else self.kind, level)


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file, or of one document in it; `document` is "" where none is held for it, `reason` a Chinese
    line or "", `notes` are Chinese lines on what the reader left out or could not use."""

    file: str
    document: str
    outcome: Outcome
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexReport:
    """What indexing did. `built` is False where nothing had changed and no generation was built."""

    outcomes: tuple[FileOutcome, ...]
    generation: str
    built: bool

    @property
    def refused(self) -> tuple[FileOutcome, ...]:
        """The files that could not be used."""
        return tuple(item for item in self.outcomes if item.outcome == "refused")

    @property
    def changed(self) -> tuple[FileOutcome, ...]:
        """The files that were added, updated or removed."""
        return tuple(item for item in self.outcomes if item.outcome in ("added", "updated", "removed"))


@dataclass(frozen=True)
class Refusal:
    """A file of the corpus folder that could not be used, remembered so that it is not tried at every start.
    `document` is what is still held for it from before, or ""."""

    file: str
    sha256: str
    reason: str
    document: str


@dataclass(frozen=True)
class Manifest:
    """What a generation holds: `documents` by id, `paths` from a user's document to where it was read,
    `corpus` from each file of the corpus folder to its hash as last seen, `kept_out` the files there whose
    documents a user removed, and `file//part` of documents removed from a file whose others stay; `corrections` by
    document. `encoder` is the name of the one that ranks clauses, `shipped` of the one that answering looks questions up
    with."""

    format: int
    fingerprint: str
    encoder: str
    documents: tuple[DocumentRecord, ...]
    paths: dict[str, str]
    corpus: dict[str, str]
    kept_out: tuple[str, ...]
    refused: tuple[Refusal, ...]
    corrections: dict[str, Correction] = field(default_factory=dict)
    shipped: str = ""


EMPTY = Manifest(FORMAT, "", "", (), {}, {}, (), ())
"""Of a home without a generation."""


@dataclass(frozen=True)
class Content:
    """A document that was read: the bytes of its file (of the archive's member), the plan and ledger that they make,
    and where in the file each part of the text stands."""

    data: bytes
    plan: Plan
    ledger: tuple[LedgerRow, ...]
    places: tuple[Place, ...] = ()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a generation's manifest."""
    (folder / _MANIFEST).write_bytes(_manifest_type().dump_json(manifest, indent=1))


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest. Raises `UnusableInput` where it is damaged, OSError where it is gone."""
    try:
        return _manifest_type().validate_json((folder / _MANIFEST).read_bytes())
    except ValidationError:
        raise UnusableInput(
            f"资料库的清单“{folder / _MANIFEST}”已损坏；请从备份恢复资料库，或删除它后重新建立"
        ) from None


def write_content(place: Path, content: Content) -> None:
    """Write a document's files into a folder, which exists."""
    (place / _SOURCE).write_bytes(content.data)
    (place / _TEXT).write_bytes(content.plan.text.encode())
    (place / _PLAN).write_bytes(_plan_type().dump_json(content.plan))
    (place / _LEDGER).write_bytes(_ledger_type().dump_json(content.ledger))
    (place / _PLACES).write_bytes(_places_type().dump_json(content.places))


def read_content(place: Path) -> Content:
    """What `write_content` wrote. Raises OSError and `ValidationError` where it is not whole."""
    return Content(
        (place / _SOURCE).read_bytes(),
        _plan_type().validate_json((place / _PLAN).read_bytes()),
        _ledger_type().validate_json((place / _LEDGER).read_bytes()),
        _places_type().validate_json((place / _PLACES).read_bytes()),
    )


def take_over(before: Path, folder: Path, document: str) -> None:
    """Give a generation the files of a document that another one holds: the same ones where the disk can, for nobody
    ever changes them."""
    place = document_folder(folder, document)
    place.mkdir(parents=True)
    for path in document_folder(before, document).iterdir():
        try:
            (place / path.name).hardlink_to(path)
        except OSError:  # the disk knows no second name for a file
            shutil.copy2(path, place / path.name)


def read_text(folder: Path, document: str) -> str:
    """The document's text as offsets refer to it."""
    return (document_folder(folder, document) / _TEXT).read_bytes().decode()


def read_source(folder: Path, document: str) -> bytes:
    """The file as it was given."""
    return (document_folder(folder, document) / _SOURCE).read_bytes()


def read_plan(folder: Path, document: str) -> Plan:
    """The plan as it was parsed."""
    return _plan_type().validate_json((document_folder(folder, document) / _PLAN).read_bytes())


def read_ledger(folder: Path, document: str) -> tuple[LedgerRow, ...]:
    """The ledger as it was built; figures come back as the same decimals."""
    return _ledger_type().validate_json((document_folder(folder, document) / _LEDGER).read_bytes())


def read_places(folder: Path, document: str) -> tuple[Place, ...]:
    """Where in its file each part of the document's text stands, by start; none for plain text."""
    return _places_type().validate_json((document_folder(folder, document) / _PLACES).read_bytes())


def document_folder(folder: Path, document: str) -> Path:
    """Where a generation keeps a document's files."""
    return folder / _DOCUMENTS / document


# Made when first used: each takes milliseconds, and a command that reads no plan needs none.
@cache
def _manifest_type() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


@cache
def _plan_type() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


@cache
def _ledger_type() -> TypeAdapter[tuple[LedgerRow, ...]]:
    return TypeAdapter(tuple[LedgerRow, ...])


@cache
def _places_type() -> TypeAdapter[tuple[Place, ...]]:
    return TypeAdapter(tuple[Place, ...])
