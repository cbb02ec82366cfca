"""The promises that every `Answer` keeps, checked without the project's own lock."""

from __future__ import annotations

import re

from assistant.answering.answer import Answer
from assistant.wiring import Assistant

MARKER = re.compile(r"\[(\d+)\]")
NUMBER = re.compile(r"[0-9０-９]+(?:[.,][0-9]+)*")


def assert_kept(answer: Answer, assistant: Assistant) -> None:
    """Promises 1 to 3 of the contract."""
    for citation in answer.citations:
        assert assistant.plan(citation.document).text[citation.start : citation.end] == citation.quote
    for figure in answer.figures:
        assert assistant.plan(figure.document).text[figure.start : figure.end] == figure.text
    _assert_numbers_are_cited(answer, assistant)
    assert not any("没有通过数字核对" in notice for notice in answer.notices), answer.text
    if answer.status not in ("answered", "no_figure"):
        assert answer.figures == ()
    assert {figure.clause for figure in answer.figures} <= {citation.clause for citation in answer.citations}


def _assert_numbers_are_cited(answer: Answer, assistant: Assistant) -> None:
    markers = {int(marker) for marker in MARKER.findall(answer.text)}
    assert markers == {citation.marker for citation in answer.citations}
    allowed: set[str] = set()
    for citation in answer.citations:
        for words in (citation.quote, citation.title, citation.number, citation.formatted, *citation.path):
            allowed.update(NUMBER.findall(words))
    for computed in answer.computed:
        allowed.update(NUMBER.findall(f"{computed.expression} {computed.value}"))
    for record in assistant.documents():
        allowed.update(NUMBER.findall(f"{record.title} {record.number} {record.year} {record.id}"))
    denied = set(NUMBER.findall(answer.question)) if answer.status == "wrong_scope" else set()
    for number in NUMBER.findall(MARKER.sub(" ", answer.text)):
        assert number in allowed | denied, f"{number} in {answer.text!r}"
