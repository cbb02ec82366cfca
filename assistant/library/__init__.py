"""The plans that an office holds, on disk: one atomic generation at a time.

    HOME/library.lock           held by the one process that indexes
    HOME/library.holder         who that is, for the line that others are told
    HOME/current                the name of the generation in use; replaced in one step
    HOME/leases/NAME            readers hold it shared; who gets it alone may delete the generation
    HOME/generations/NAME/
        manifest.json           what is held and what it was made from
        documents/ID/           source (bytes as given), text.txt, plan.json, ledger.json
        arrays/                 what was worked out for each document: vectors, words; one file a kind, mapped
        bm25/ chroma/           the search indexes
        encoder/ chosen-chroma/ those of an encoder that was chosen
        characters.npz pairs.npz  which documents hold a pair of characters
    HOME/unfinished/            what an indexing that did not come to its end has read and worked out already

A generation is built aside, complete, and is never changed once `current` names it. Whatever kills the
process, the old one answers; what was half built is deleted by the next that holds the lock. What has not changed is taken
over from the generation before: a document's files by a second name, its vectors and words as they are, Chroma's
collection as a copy that is changed.

    generation.py   names, locks and leases: which generation is in use, which may be deleted
    records.py      what is known of a document, of a file taken in, of a generation
    encoding.py     where the encoder of a library comes from
    folders.py      the files of a folder, before anything is read of them
    documents.py    the documents in one file
    intake.py       which files come in, which go, which stay
    versions.py     duplicates and newer versions of a document
    indexing.py     has a generation built and switches to it
    building.py     writes a generation's files, taking over what stands
    unfinished.py   what a run that was cut short leaves to the next
    steps.py        how far it is
    reader.py       reads the one in use

Nothing here imports LlamaIndex or Chroma before `Library.retriever()` or a real indexing run asks for them.
"""

from assistant.library.encoding import EncoderSource
from assistant.library.indexing import answers_as_it_is, index, is_in_step
from assistant.library.reader import Library
from assistant.library.records import Correction, DocumentRecord, FileOutcome, IndexReport, Origin, Outcome

__all__ = [
    "Correction",
    "DocumentRecord",
    "EncoderSource",
    "FileOutcome",
    "IndexReport",
    "Library",
    "Origin",
    "Outcome",
    "answers_as_it_is",
    "index",
    "is_in_step",
]
