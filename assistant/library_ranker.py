"""Ranks a library's clauses with the encoder and the reranker that were chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.answering.ranking import Ranking
from assistant.answering.shelf import Hit
from assistant.errors import EncoderFault, RerankerFault
from assistant.library import EncoderSource, Library
from assistant.search.glossary import Glossary

if TYPE_CHECKING:
    from assistant.models.reranking import Reranker

TOP = 30
"""Clauses that are ranked; the reranker is given as many texts."""

_LOG = logging.getLogger(__name__)


class LibraryRanker:
    """A `Ranker` over one generation. Where the encoder or the reranker does not answer, the order is the one without it,
    and a notice says so."""

    def __init__(
        self,
        library: Library,
        glossary: Glossary,
        encoder: EncoderSource | None,
        reranker: Reranker | None,
        scope_of: Callable[[Sequence[str]], Sequence[str] | None],
    ) -> None:
        """`scope_of`: documents as retrieval wants them, None for all."""
        self._library, self._glossary, self._scope_of = library, glossary, scope_of
        self._encoder, self._reranker = encoder, reranker

    def rank(self, question: str, documents: Sequence[str], own: Sequence[Hit]) -> Ranking:
        """See `Ranker`."""
        notices: list[str] = []
        hits = tuple(own)
        if self._encoder is not None:
            hits = self._by_encoder(question, documents, hits, notices)
        if self._reranker is not None:
            hits = self._by_reranker(self._reranker, question, hits, notices)
        return Ranking(hits, tuple(notices))

    def _by_encoder(
        self, question: str, documents: Sequence[str], own: tuple[Hit, ...], notices: list[str]
    ) -> tuple[Hit, ...]:
        if not self._library.has_chosen_index:
            notices.append("资料库还没有用所选的编码器建立索引，这次用随包的编码器检索。请运行 plan-assistant index")
            return own
        try:
            return tuple(self._library.retriever(self._glossary).hits(question, self._scope_of(documents), TOP))
        except EncoderFault as fault:
            _LOG.info("%s", fault)
            notices.append(f"{fault}。这次用随包的编码器和全文检索")
            return own

    def _by_reranker(
        self, reranker: Reranker, question: str, hits: tuple[Hit, ...], notices: list[str]
    ) -> tuple[Hit, ...]:
        from assistant.search.lexical import ClauseHit  # a question that needs no ranking must not wait for BM25

        first, rest = hits[:TOP], hits[TOP:]
        try:
            order = reranker.ranked(question, [self._text(hit) for hit in first])
        except RerankerFault as fault:
            _LOG.info("%s", fault)
            notices.append(f"{fault}。这次没有重排")
            return hits
        return (*(ClauseHit(first[place].document, first[place].clause, score) for place, score in order), *rest)

    def _text(self, hit: Hit) -> str:
        """What a reranker is given of a clause: its headings and its words."""
        plan = self._library.plan(hit.document)
        clause = plan.clause(hit.clause)
        return "\n".join(filter(None, (" › ".join(plan.path(clause)), clause.text)))
