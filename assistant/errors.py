"""The error tree.

    PlanAssistantError            anything the user can mend: one clear Chinese line, exit code 2
    ├── UnusableInput             a file, a question or a setting that cannot be used as it is
    ├── UnknownDocument           a document id that the library does not hold
    ├── UnknownClause             a clause id that the document does not hold
    └── LibraryBusy               another process holds the indexing lock

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
