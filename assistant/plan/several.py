"""Several documents in one text."""

from __future__ import annotations


def split_documents(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the documents in one text, in order; at least one."""
    return ((0, len(text)),)
