"""The error tree.

    PlanAssistantError            anything the user can mend: one clear Chinese line, exit code 2
    ├── UnusableInput             a file, a question or a setting that cannot be used as it is
    ├── UnknownDocument           a document id that the library does not hold
    ├── UnknownClause             a clause id that the document does not hold
    ├── LibraryBusy               another process holds the indexing lock
    ├── Cancelled                 whoever asked wants no answer any more
    ├── ModelFault                a model server gave no usable reply, and why
    │   ├── ModelUnreachable      no connection, or the server is being left alone for a while
    │   ├── ModelTimedOut         nothing came for too long, or the answer's time is over
    │   ├── ModelRefused          it will not serve this request: key, model name, address, parameters
    │   ├── ModelBusy             too many requests
    │   ├── ModelBroken           its own failure, or a reply cut off, unreadable or empty
    │   ├── ReplyFiltered         its content filter took what was sent, or the reply
    │   ├── ReplyTooLong          a reply that did not end where it had to
    │   └── PromptTooLong         more than its context window holds
    ├── EncoderFault              the chosen encoder gives no vectors, whether a server's or a folder's
    └── RerankerFault             the reranker gives no order

A `ModelFault` says what is wrong with a server; every request to one ends in a usable reply or in one of these, and whether
to ask again, or to leave the server alone, is decided by its kind. The chat model hands it on. The encoder and the
reranker tell the same line as a fault of their own: who ranks clauses needs to know which of the two to do without.

Everything else that escapes is a bug and keeps its traceback.
"""

from __future__ import annotations

from difflib import get_close_matches

_MOST_NAMED = 12  # documents; an error is one line


class PlanAssistantError(Exception):
    """Something the user can mend. `str(error)` is one Chinese line that names what and where."""


class UnusableInput(PlanAssistantError):
    """A file, a question or a setting that cannot be used as it is."""


class UnknownDocument(PlanAssistantError):
    """A document id that the library does not hold."""

    def __init__(self, document: str, held: list[str]) -> None:
        super().__init__(f"资料库里没有文档“{document}”；{_known(document, held)}")


def _known(document: str, held: list[str]) -> str:
    """The documents that there are; of many, those called alike."""
    if len(held) <= _MOST_NAMED:
        return f"现有：{'、'.join(held) if held else '（空）'}"
    alike = get_close_matches(document, held, n=3, cutoff=0.4)
    meant = f"是不是指：{'、'.join(alike)}？" if alike else ""
    return f"{meant}现有{len(held)}份，可用 plan-assistant documents 查看全部编号"


class UnknownClause(PlanAssistantError):
    """A clause id that the document does not hold."""

    def __init__(self, document: str, clause: str) -> None:
        super().__init__(f"文档“{document}”里没有条款“{clause}”；可用 plan-assistant show {document} 查看全部条款编号")


class LibraryBusy(PlanAssistantError):
    """Another process holds the indexing lock."""


class Cancelled(PlanAssistantError):
    """Whoever asked wants no answer any more: no fault of anything."""


class ModelFault(PlanAssistantError):
    """A model server gave no usable reply. The line names the server and the model, never a key."""

    retry_after: float = 0.0
    """Seconds that the server asked to be left alone; 0 where it did not say."""


class ModelUnreachable(ModelFault):
    """No connection to the model server, or it is being left alone after several faults."""


class ModelTimedOut(ModelFault):
    """Nothing came from the model server for too long, or the time for the answer is over."""

    was_silent: bool = True
    """False where the reply was on its way, or hardly had had time, when the answer's time was over."""


class ModelRefused(ModelFault):
    """The model server will not serve this request: the key, the model's name, the address or a parameter is wrong."""


class ModelBusy(ModelFault):
    """The model server takes no more requests for now (429)."""


class ModelBroken(ModelFault):
    """The model server failed, or its reply was cut off, unreadable or empty."""


class ReplyFiltered(ModelFault):
    """The model server's content filter took what was sent, or the reply."""


class ReplyTooLong(ModelFault):
    """The reply did not end within its length."""


class PromptTooLong(ModelFault):
    """What was sent is more than the model's context window holds."""


class EncoderFault(PlanAssistantError):
    """The chosen encoder gives no vectors: its server's `ModelFault`, or a folder that holds no model. Never names a key."""


class RerankerFault(PlanAssistantError):
    """The reranker gives no order: its server's `ModelFault`. Never names a key."""
