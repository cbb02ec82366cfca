"""Writes a generation's files: documents, vectors, words. What has not changed is taken over from the generation before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering.prepared import PAIRS as PAIR_KEYS
from assistant.answering.prepared import answering_arrays
from assistant.library import records
from assistant.library.encoding import EncoderSource
from assistant.library.intake import Draft
from assistant.library.records import ARRAYS, BM25, CHARACTERS, CHOSEN_CHROMA, CHROMA, ENCODER, PAIRS, Content
from assistant.library.steps import counted
from assistant.library.unfinished import Unfinished
from assistant.search.arrays import NO_ARRAYS, Arrays, DocumentArrays
from assistant.search.chosen import CHOSEN, chosen_arrays
from assistant.search.encoder import StaticEncoder
from assistant.search.lexical import LexicalIndex, term_arrays
from assistant.search.nodes import clause_nodes, encoded_text, passages
from assistant.search.parts import part_arrays, whole_arrays
from assistant.search.passages import node_ids, passage_arrays
from assistant.search.postings import Postings
from assistant.search.texts import CHARACTERS as CHARACTER_KEYS
from assistant.search.vectors import VectorWriter, written

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.schema import TextNode

_MOST_CHANGED = 0.5  # of the library's clauses: from there on a new collection is as fast as a changed copy
_MOST_BEHIND = 2  # nodes ever written to a collection for each clause held, before it is made anew


@dataclass(frozen=True)
class Building:
    """One generation in the making, in `folder`. `before` is the folder of the one that drafts without content come from;
    `reuses` says that the same program and encoder made it, so that what was worked out for it stands."""

    folder: Path
    before: Path
    drafts: Sequence[Draft]
    reuses: bool
    unfinished: Unfinished
    on_step: Callable[[str], None]

    def build(self, chosen: EncoderSource | None) -> None:
        """Write everything but the manifest; where an encoder was chosen, its vectors too. Raises `EncoderFault` where it
        cannot encode."""
        for draft in counted("保存文档", self.drafts, self.on_step):
            self._write_document(draft)
        self.on_step("准备编码器")
        encoder = None if chosen is None else self._fitted(chosen)
        stands = self.reuses and not (chosen and chosen.is_fitted)
        held = DocumentArrays.open(self.before / ARRAYS) if stands else NO_ARRAYS
        with ExitStack() as opened:
            writers = {"whole": opened.enter_context(self._writer(held, CHROMA))}
            if encoder is not None:
                writers[CHOSEN] = opened.enter_context(self._writer(held, CHOSEN_CHROMA))
            DocumentArrays.write(self.folder / ARRAYS, self._arrays(encoder, held, writers))
        arrays = DocumentArrays.open(self.folder / ARRAYS)
        self.on_step("建立全文索引")
        LexicalIndex.merged(arrays).save(self.folder / BM25)
        Postings.write(self.folder / CHARACTERS, arrays, CHARACTER_KEYS)
        Postings.write(self.folder / PAIRS, arrays, PAIR_KEYS)

    def _write_document(self, draft: Draft) -> None:
        if draft.content is None:
            records.take_over(self.before, self.folder, draft.record.id)
        else:
            place = records.document_folder(self.folder, draft.record.id)
            place.mkdir(parents=True)
            records.write_content(place, draft.content)

    def _content(self, draft: Draft) -> Content:
        if draft.content is not None:
            return draft.content
        return records.read_content(records.document_folder(self.folder, draft.record.id))

    def _nodes(self, draft: Draft) -> list[TextNode]:
        content = self._content(draft)
        return clause_nodes(draft.record.id, content.plan, content.ledger)

    def _fitted(self, chosen: EncoderSource) -> BaseEmbedding:
        (self.folder / ENCODER).mkdir()
        return chosen.fit(self._texts(), self.folder / ENCODER)

    def _texts(self) -> Iterator[str]:
        """What the encoder is given of every clause, read as it is asked for: most ask for none."""
        return (encoded_text(node) for draft in self.drafts for node in self._nodes(draft))

    # --- Vectors ------------------------------------------------------------------------------------------------------

    def _writer(self, held: DocumentArrays, name: str) -> VectorWriter:
        """A copy of the collection before, without what has gone; or a new one, where most of it would be gone or new."""
        stay = {draft.record.id for draft in self.drafts if draft.content is None}
        gone = [node for document in held.documents if document not in stay for node in node_ids(held, document)]
        fresh = sum(draft.record.clauses for draft in self.drafts if draft.record.id not in stay)
        total = sum(draft.record.clauses for draft in self.drafts)
        if not held.documents or len(gone) + fresh > _MOST_CHANGED * total:
            return VectorWriter.create(self.folder / name, total)
        if written(self.before / name) + fresh > _MOST_BEHIND * total:
            return VectorWriter.create(self.folder / name, total)
        self.on_step("复制向量库")
        writer = VectorWriter.copy(self.before / name, self.folder / name)
        writer.remove(gone)
        return writer

    def _arrays(
        self, encoder: BaseEmbedding | None, held: DocumentArrays, writers: Mapping[str, VectorWriter]
    ) -> Iterator[tuple[str, Arrays]]:
        """Each document's arrays, taken over or worked out; its nodes go to the collection of each kind of vectors where
        they are not there yet."""
        for draft in counted("计算向量", self.drafts, self.on_step):
            document = draft.record.id
            stands = draft.content is None and document in held
            behind = [(kind, writer) for kind, writer in writers.items() if writer.is_new or not stands]
            if not behind:
                yield document, held.of(document)
                continue
            nodes = self._nodes(draft)
            arrays = held.of(document) if stands else self._worked_out(draft, nodes, encoder)
            for kind, writer in behind:
                writer.add(nodes, arrays[kind])
            yield document, arrays

    def _worked_out(self, draft: Draft, nodes: Sequence[TextNode], chosen: BaseEmbedding | None) -> Arrays:
        content, encoder = self._content(draft), StaticEncoder()

        def make() -> Arrays:
            own = passages(nodes)
            return {
                **passage_arrays(own),
                **term_arrays(own),
                **whole_arrays(nodes, encoder),
                **part_arrays(nodes, encoder),
                **answering_arrays(content.plan, content.ledger, encoder.rows),
                **({} if chosen is None else chosen_arrays(nodes, chosen)),
            }

        return self.unfinished.arrays(content, make)
