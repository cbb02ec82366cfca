"""Reads the generation in use."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from assistant.errors import UnknownDocument, UnusableInput
from assistant.library import generation as generations
from assistant.library.encoding import EncoderSource, encoder_name
from assistant.library.records import (
    ARRAYS,
    BM25,
    CHOSEN_CHROMA,
    CHROMA,
    EMPTY,
    ENCODER,
    DocumentRecord,
    read_ledger,
    read_manifest,
    read_places,
    read_plan,
    read_source,
    read_text,
)
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow
from assistant.reading.read_text import Place, location
from assistant.search.glossary import NO_GLOSSARY, Glossary

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from assistant.search.arrays import DocumentArrays
    from assistant.search.chosen import ChosenRetriever
    from assistant.search.lexical import LexicalIndex
    from assistant.search.postings import Postings
    from assistant.search.retriever import ClauseRetriever
    from assistant.search.vectors import VectorIndex


class Library:
    """The generation that was in use when this was opened; it stays readable until this is closed.

    Threads may share it, as long as none uses it after `close`. `is_current` says whether a newer generation
    has taken its place.
    """

    def __init__(self, home: Path, generation: str, lease: IO[bytes] | None, encoder: EncoderSource | None) -> None:
        """Use `Library.open`."""
        self.home = home
        self.generation = generation
        self._folder = generations.folder_of(home, generation)
        self._lease = lease
        self._encoder = encoder
        self._manifest = read_manifest(self._folder) if generation else EMPTY
        self._records = {record.id: record for record in self._manifest.documents}
        self._plans: dict[str, Plan] = {}
        self._ledgers: dict[str, tuple[LedgerRow, ...]] = {}
        self._places: dict[str, tuple[Place, ...]] = {}
        self._arrays: DocumentArrays | None = None
        self._lexical: LexicalIndex | None = None
        self._own: ClauseRetriever | None = None
        self._chosen: ChosenRetriever | None = None
        self._loading = threading.RLock()

    @classmethod
    def open(cls, home: Path, *, encoder: EncoderSource | None = None) -> Self:
        """Open the generation in use; a home without one is an empty library, `generation` "".

        `encoder` is the one that the library was indexed with (None: the shipped one). Raises `UnusableInput`
        where the home cannot be read.
        """
        try:
            leased = generations.lease_current(home)
            if leased is None:
                return cls(home, "", None, encoder)
            generation, lease = leased
            with ExitStack() as opened:
                opened.enter_context(lease)
                generations.sweep_if_idle(home)
                library = cls(home, generation, lease, encoder)
                opened.pop_all()
                return library
        except OSError as error:
            raise UnusableInput(f"资料库“{home}”读不出来：{error.strerror or error}") from error

    @property
    def documents(self) -> tuple[DocumentRecord, ...]:
        """What is held, by id."""
        return self._manifest.documents

    def record(self, document: str) -> DocumentRecord:
        """What is known of a document. Raises `UnknownDocument`, as all that take an id do."""
        try:
            return self._records[document]
        except KeyError:
            raise UnknownDocument(document, list(self._records)) from None

    def plan(self, document: str) -> Plan:
        """The plan, read from disk once."""
        self.record(document)
        with self._loading:
            if document not in self._plans:
                self._plans[document] = read_plan(self._folder, document)
            return self._plans[document]

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        """The rows of the plan's ledger in the order of its text, read from disk once."""
        self.record(document)
        with self._loading:
            if document not in self._ledgers:
                self._ledgers[document] = read_ledger(self._folder, document)
            return self._ledgers[document]

    def location(self, document: str, start: int) -> str:
        """Where in the document's file its text from `start` on stands, such as 第3页, 第12段 or 表1第4行; "" where
        that is not known, as in plain text."""
        self.record(document)
        with self._loading:
            if document not in self._places:
                self._places[document] = read_places(self._folder, document)
            return location(self._places[document], start)

    def source(self, document: str) -> bytes:
        """The file as it was given; of an archive, the member that the document was read from."""
        self.record(document)
        return read_source(self._folder, document)

    def lexical(self) -> LexicalIndex:
        """BM25 over every clause, read from disk once."""
        from assistant.search.lexical import LexicalIndex
        from assistant.search.passages import PassageTable

        with self._loading:
            if self._lexical is None:
                held = bool(self.generation)
                table = PassageTable.stored(self.arrays())
                self._lexical = LexicalIndex.load(self._folder / BM25, table) if held else LexicalIndex.build(())
            return self._lexical

    def arrays(self) -> DocumentArrays:
        """What was worked out for each document: for searching, and by `answering.prepared`. Opened once, read as it is
        asked for."""
        from assistant.search.arrays import NO_ARRAYS, DocumentArrays

        with self._loading:
            if self._arrays is None:
                self._arrays = DocumentArrays.open(self._folder / ARRAYS) if self.generation else NO_ARRAYS
            return self._arrays

    def postings(self, name: str) -> Postings:
        """Which documents hold a key of one of the files `CHARACTERS` and `PAIRS`; for the caller to keep."""
        from assistant.search.postings import Postings

        return Postings.load(self._folder / name, self.arrays().documents)

    def text(self, document: str) -> str:
        """The document's text, read from disk each time: no more than that is read."""
        self.record(document)
        return read_text(self._folder, document)

    @property
    def encoder(self) -> str:
        """The name of the encoder that ranks its clauses; "" of an empty library."""
        return self._manifest.encoder

    @property
    def has_chosen_index(self) -> bool:
        """Whether the encoder that this was opened with is one that was chosen, and the library is indexed with it."""
        return self._encoder is not None and self._manifest.encoder == self._encoder.name

    def retriever(self, glossary: Glossary = NO_GLOSSARY) -> ClauseRetriever:
        """Vectors of the chosen encoder (of the shipped one, where none was), words and a glossary together, opened once,
        with the glossary of that time; an empty library's finds nothing.

        Raises `UnusableInput` where the library was indexed with another encoder, or its vectors cannot be opened, and
        `EncoderFault` where this encoder cannot be loaded.
        """
        if not self.generation:
            return self.own_retriever(glossary)
        self._refuse_another(self._manifest.encoder, encoder_name(self._encoder))
        if self._encoder is None:
            return self.own_retriever(glossary)
        from assistant.search.chosen import CHOSEN, ChosenRetriever
        from assistant.search.parts import PartIndex

        with self._loading:
            if self._chosen is None:
                encoder = self._encoder.load(self._folder / ENCODER)
                whole = PartIndex.stored_wholes(self.arrays(), CHOSEN) if self.arrays().documents else None
                vectors = self._vectors(CHOSEN_CHROMA, encoder)
                self._chosen = ChosenRetriever(self.lexical(), vectors, whole, glossary)
            return self._chosen

    def own_retriever(self, glossary: Glossary = NO_GLOSSARY) -> ClauseRetriever:
        """As `retriever`, with the shipped encoder whatever was chosen: what answering looks questions up with.

        Raises `UnusableInput` where the library was indexed with another training of it.
        """
        from assistant.search.encoder import StaticEncoder
        from assistant.search.parts import PartIndex
        from assistant.search.retriever import ClauseRetriever

        with self._loading:
            if self._own is None:
                vectors = whole = parts = None
                if self.generation:
                    self._refuse_another(self._manifest.shipped, encoder_name(None))
                    vectors = self._vectors(CHROMA, StaticEncoder())
                if self.generation and self.arrays().documents:
                    whole, parts = PartIndex.stored_wholes(self.arrays()), PartIndex.stored(self.arrays())
                self._own = ClauseRetriever(self.lexical(), vectors, whole, parts, glossary)
            return self._own

    def _refuse_another(self, indexed_with: str, chosen: str) -> None:
        if indexed_with != chosen:
            raise UnusableInput(
                f"资料库“{self.home}”是用编码器“{indexed_with}”建立的，"
                f"与当前设置“{chosen}”不同；请先运行 plan-assistant index"
            )

    def _vectors(self, name: str, encoder: BaseEmbedding) -> VectorIndex:
        from assistant.search.vectors import VectorIndex

        try:
            return VectorIndex.open(self._folder / name, encoder)
        except OSError as error:
            raise UnusableInput(f"资料库“{self.home}”读不出来：{error.strerror or error}") from error

    def is_current(self) -> bool:
        """Whether this is still the generation in use: one small file is read."""
        return generations.current(self.home) == self.generation

    def close(self) -> None:
        """Let go of the generation, so that it may be deleted once it is not in use. Closing twice is
        harmless."""
        with self._loading:
            for retriever in (self._own, self._chosen):
                if retriever is not None and retriever.vectors is not None:
                    retriever.vectors.close()
            self._own = self._chosen = self._lexical = self._arrays = None
            if self._lease is not None:
                self._lease.close()
                self._lease = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
