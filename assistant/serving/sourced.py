"""An answer's text with its list of sources, for whoever shows text alone."""

from __future__ import annotations

import re

from assistant.answering.answer import Answer, Citation

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$])")


def sources_of(answer: Answer) -> str:
    """What follows the text: each source with its formal citation and the quoted words, then the notices. Markdown; ""
    where there are none."""
    lines = [_source(citation) for citation in answer.citations]
    parts = ["出处：\n\n" + "\n".join(lines)] if lines else []
    parts += [f"注意：{_literal(notice)}" for notice in answer.notices]
    return "".join(f"\n\n{part}" for part in parts)


def sourced(answer: Answer) -> str:
    """The text, its sources and its notices."""
    return answer.text + sources_of(answer)


def _source(citation: Citation) -> str:
    place = f"（{_literal(citation.location)}）" if citation.location else ""
    return f"- [{citation.marker}] {_literal(citation.formatted)}{place}：“{_literal(citation.quote)}”"


def _literal(words: str) -> str:
    """A plan's words as one line of Markdown that shows them and nothing else."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))
