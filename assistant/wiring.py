"""The only place that builds real things: a library, its engine, and the `Assistant` that callers hold."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answering.answer import Answer
from assistant.answering.engine import EmbeddedEngine
from assistant.answering.finder import Finder
from assistant.answering.language_model.engine import LanguageModelEngine, Window
from assistant.answering.language_model.prompts import load_prompts
from assistant.answering.prepared import pair_key
from assistant.answering.shelf import Hit
from assistant.chosen_models import chat_server, encoder_of, hosts_of, reranker_of
from assistant.errors import EncoderFault
from assistant.library import DocumentRecord, EncoderSource, Library, answers_as_it_is, index, is_in_step
from assistant.library.records import CHARACTERS, PAIRS
from assistant.library_ranker import TOP, LibraryRanker
from assistant.models.chat import ChatModel
from assistant.models.loopback import is_loopback
from assistant.plan.document import Plan
from assistant.plan.identity import Identity
from assistant.plan.ledger import LedgerRow
from assistant.reading.limits import DEFAULT_LIMITS, ReadLimits
from assistant.reading.read_text import shown
from assistant.search.arrays import Arrays
from assistant.search.glossary import Glossary, load_glossary
from assistant.search.texts import TextIndex
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.models.reranking import Reranker
    from assistant.search.retriever import ClauseRetriever

_LONGEST_EXAMPLE = 16


class _LibraryShelf:
    """A library's generation as answering sees it."""

    def __init__(self, library: Library, glossary: Glossary) -> None:
        self._library = library
        self._glossary = glossary
        self._ids = tuple(record.id for record in library.documents if not record.superseded_by)
        self._everything = frozenset(record.id for record in library.documents)
        self._loaded: set[str] = set()
        self._words = cache(self._word_index)
        self._pairs = cache(lambda: library.postings(PAIRS))

    def document_ids(self) -> Sequence[str]:
        return self._ids

    def identity(self, document: str) -> Identity:
        return self._library.record(document).identity

    def title(self, document: str) -> str:
        return self._library.record(document).title

    def location(self, document: str, start: int) -> str:
        return self._library.location(document, start)

    def names(self, document: str) -> Sequence[str]:
        record = self._library.record(document)
        return record.title, record.name, record.number

    def years(self, document: str) -> frozenset[int]:
        return frozenset(self._library.arrays().part("years", document).tolist())

    def plan(self, document: str) -> Plan:
        if document not in self._loaded:
            self._loaded.add(document)
            if len(self._loaded) % _FROZEN_TOGETHER == 0:
                gc.freeze()
        return self._library.plan(document)

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        return self._library.ledger(document)

    def arrays(self, document: str) -> Arrays:
        return self._library.arrays().of(document)

    def holding(self, words: str) -> frozenset[str]:
        return self._words().holding(words)

    def _word_index(self) -> TextIndex:
        texts = lru_cache(maxsize=None)(self._library.text)
        return TextIndex(self._library.postings(CHARACTERS), self._ids, texts)

    def knowing(self, pair: str) -> frozenset[str]:
        return self._pairs().documents_with(pair_key(pair))

    def find(self, question: str, documents: Sequence[str], top: int) -> Sequence[Hit]:
        return self._retriever().hits(question, self.scope_of(documents), top)

    def scope_of(self, documents: Sequence[str]) -> Sequence[str] | None:
        """The documents as retrieval wants them: None for everything that is held."""
        return None if self._everything <= set(documents) else documents

    def _retriever(self) -> ClauseRetriever:
        retriever = self._library.own_retriever(self._glossary)
        _freeze_what_is_imported()
        return retriever

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._retriever().vectors
        if vectors is None or not texts:
            return np.zeros((len(texts), 1), dtype=np.float32)
        from assistant.search.encoder import StaticEncoder  # LlamaIndex takes seconds, and is there by now

        return StaticEncoder().rows(texts)


# LlamaIndex and Chroma leave half a million objects, and every plan thousands, through which Python's collector would look
# again and again, for up to 0.2 s of a question. They stay as long as the process, or the generation.
_FROZEN_TOGETHER = 16  # plans


@cache
def _freeze_what_is_imported() -> None:
    gc.freeze()


class Engine(Protocol):
    """Words answers."""

    def ask(self, question: str, history: Sequence[str], documents: Sequence[str] | None) -> Answer: ...

    def stream(
        self,
        question: str,
        history: Sequence[str],
        documents: Sequence[str] | None,
        cancelled: threading.Event | None,
    ) -> Iterator[Answer]: ...


@dataclass(frozen=True)
class Working:
    """How answers come about: the language model that words them, "" for none; the hosts beyond this machine that are asked."""

    model: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What the settings put in place of what comes with the package. `encoder` and `reranker` rank the clauses for open
    questions; `worded_by` makes the engine that answers, anew for every generation of the library. `hosts`: all that are asked."""

    encoder: EncoderSource | None = None
    reranker: Reranker | None = None
    worded_by: Callable[[EmbeddedEngine], Engine] = lambda embedded: embedded
    chat: ChatModel | None = None
    hosts: tuple[str, ...] = ()

    def close(self) -> None:
        """Let go of the servers that are asked."""
        for asked in (self.reranker, self.chat):
            if asked is not None:
                asked.close()


class _Loaded:
    """One generation, open, with its engine; closed by the last of its users once a newer one has taken its place."""

    def __init__(self, library: Library, glossary: Glossary, chosen: Chosen) -> None:
        self.library = library
        self._shelf = shelf = _LibraryShelf(library, glossary)
        self.ranker = None
        if chosen.encoder is not None or chosen.reranker is not None:
            self.ranker = LibraryRanker(library, glossary, chosen.encoder, chosen.reranker, shelf.scope_of)
        self.embedded = EmbeddedEngine(shelf, glossary, self.ranker)
        self.engine = chosen.worded_by(self.embedded)
        self._users = 1
        self._counting = threading.Lock()

    def find(self, question: str, documents: Sequence[str] | None, top: int) -> Sequence[Hit]:
        chosen = documents or self._shelf.document_ids()
        own = self._shelf.find(question, chosen, top if self.ranker is None else max(top, TOP))
        return own if self.ranker is None else self.ranker.rank(question, chosen, own).hits[:top]

    def check_documents(self, documents: Sequence[str] | None) -> None:
        """Raises `UnknownDocument` where one of them is not held."""
        for document in documents or ():
            self.library.record(document)

    def acquire(self) -> bool:
        """Begin to use it; False where it has been closed already."""
        with self._counting:
            if self._users == 0:
                return False
            self._users += 1
            return True

    def release(self) -> None:
        with self._counting:
            self._users -= 1
            if self._users == 0:
                self.library.close()


class Assistant:
    """Answers questions from a library. Safe to share between threads; picks up a new generation by itself.

    assistant = Assistant.open()
    assistant.ask("新增充电桩多少根")
    assistant.ask("那停车位呢", history=["新增充电桩多少根"])
    """

    def __init__(self, home: Path, glossary: Glossary, chosen: Chosen | None = None) -> None:
        self._home = home
        self._glossary = glossary
        self._chosen = chosen or Chosen()
        self._renewing = threading.Lock()
        self._loaded = self._load()

    @classmethod
    def open(
        cls,
        home: Path | str | None = None,
        *,
        settings: Settings | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> Assistant:
        """Open a library (the default one where no home is named), its packaged plans brought up to date first.

        `say` is told what is done when there is indexing to do.
        """
        settings = settings or load_settings()
        where = Path(home).expanduser() if home is not None else settings.home
        glossary = load_glossary(settings.glossary_folder)
        # Before there is anything to wait for: a setting may be wrong.
        chosen = _chosen(settings, glossary)
        bring_up_to_date(where, settings.corpus_folder, say, settings.read_limits, chosen.encoder)
        return cls(where, glossary, chosen)

    def _load(self) -> _Loaded:
        return _Loaded(Library.open(self._home, encoder=self._chosen.encoder), self._glossary, self._chosen)

    @contextmanager
    def _using(self) -> Iterator[_Loaded]:
        """The newest generation, kept open while it is used."""
        while True:
            if not self._loaded.library.is_current():
                self._renew()
            loaded = self._loaded
            if loaded.acquire():
                break
        try:
            yield loaded
        finally:
            loaded.release()

    def _renew(self) -> None:
        with self._renewing:
            if not self._loaded.library.is_current():
                old, self._loaded = self._loaded, self._load()
                old.release()

    def documents(self) -> Sequence[DocumentRecord]:
        with self._using() as loaded:
            return loaded.library.documents

    def encoder(self) -> str:
        """The name of the encoder that the library's clauses are ranked with."""
        with self._using() as loaded:
            return loaded.library.encoder

    def plan(self, document: str) -> Plan:
        with self._using() as loaded:
            return loaded.library.plan(document)

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        with self._using() as loaded:
            return loaded.library.ledger(document)

    def location(self, document: str, start: int) -> str:
        """Where in the document's file its text from `start` on stands, "" where that is not known."""
        with self._using() as loaded:
            return loaded.library.location(document, start)

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        """Answer a question from the library, or from the named documents alone.

        Raises `UnusableInput` for an empty or too long question, `UnknownDocument` for an unknown id.
        """
        with self._using() as loaded:
            loaded.check_documents(documents)
            return loaded.engine.ask(question, history, documents or None)

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows, the whole one last: the text of each is the beginning of the next one's, and every one
        has passed the number lock. `cancelled`, once set, lets a language model go; what has been released stays.

        Raises what `ask` raises.
        """
        with self._using() as loaded:
            loaded.check_documents(documents)
            yield from loaded.engine.stream(question, history, documents or None, cancelled)

    def find(self, question: str, documents: Sequence[str] | None = None, top: int = 10) -> Sequence[Hit]:
        """The clauses that retrieval alone brings, with the encoder and the reranker that were chosen, best first; what
        evaluations measure apart from answers."""
        with self._using() as loaded:
            return loaded.find(question, documents, top)

    @property
    def working(self) -> Working:
        """How its answers come about."""
        model = self._chosen.chat.name if self._chosen.chat else ""
        return Working(model, tuple(host for host in dict.fromkeys(self._chosen.hosts) if not is_loopback(host)))

    def warm(self) -> None:
        """Load what the first question would wait for: LlamaIndex and Chroma take seconds to import."""
        self.find("计划", None, 1)
        if self._chosen.chat is not None:
            self._chosen.chat.warm()

    def finder(self) -> Finder:
        """What answering looks questions up with, for measuring and fitting it."""
        return self._loaded.embedded.finder

    def examples(self, most: int = 4) -> list[str]:
        """Questions that the library can answer, for a page to offer: from the ledgers, not written by hand."""
        questions: list[str] = []
        for record in self.documents():
            rows = [r for r in self.ledger(record.id) if r.value is not None and not r.is_descriptive]
            for row in rows[:: max(1, len(rows) // most)]:
                if not any(c.isdigit() for c in row.indicator) and len(row.indicator) <= _LONGEST_EXAMPLE:
                    questions.append(_question_for(row))
        return questions[:most]

    def close(self) -> None:
        self._loaded.release()
        self._chosen.close()


def _question_for(row: LedgerRow) -> str:
    """A question that the row answers: 地区生产总值增长多少, 新增公共停车位多少个."""
    if row.role == "change":
        return f"{row.indicator}{row.action}多少" if row.action else f"{row.indicator}是多少"
    return f"{row.action}{row.indicator}多少{row.unit.lstrip('万亿千百')}"


def bring_up_to_date(
    home: Path,
    corpus: Path | None,
    say: Callable[[str], None],
    limits: ReadLimits = DEFAULT_LIMITS,
    encoder: EncoderSource | None = None,
) -> None:
    """Bring the packaged plans into the library, and the library to the chosen encoder. Costs a few milliseconds where
    nothing has changed. Where the encoder cannot be used, a library that is there stays in use as it is."""
    if is_in_step(home, corpus=corpus, limits=limits, encoder=encoder):
        return
    try:
        report = index(home, corpus=corpus, on_step=say, limits=limits, encoder=encoder)
    except EncoderFault as fault:
        if not answers_as_it_is(home):
            raise
        say(f"{fault}；资料库没有更新，先用原有的索引回答")
        return
    for outcome in report.refused:
        say(f"未收入 {shown(outcome.file)}：{outcome.reason}")


def _chosen(settings: Settings, glossary: Glossary) -> Chosen:
    """What the settings choose; nothing is loaded or asked. One client speaks to a model, whatever becomes of the library."""
    encoder, reranker = encoder_of(settings), reranker_of(settings)
    if settings.engine == "embedded":
        return Chosen(encoder, reranker, hosts=hosts_of(settings))
    chat = ChatModel(chat_server(settings))
    return Chosen(encoder, reranker, _worded_by(chat, settings, glossary), chat, hosts_of(settings))


def _worded_by(chat: ChatModel, settings: Settings, glossary: Glossary) -> Callable[[EmbeddedEngine], Engine]:
    """What makes the engine in which a model words the answers, over an embedded one."""
    prompts = load_prompts(settings.prompts_folder)
    window = Window(settings.llm_context_window, settings.llm_max_tokens, settings.llm_deadline)

    def worded_by(embedded: EmbeddedEngine) -> Engine:
        from assistant.search.encoder import token_counter  # LlamaIndex takes seconds

        return LanguageModelEngine(embedded, chat, prompts, window, glossary, token_counter())

    return worded_by


def build_assistant(settings: Settings, say: Callable[[str], None]) -> Assistant:
    """The assistant that the settings ask for."""
    return Assistant.open(settings=settings, say=say)
