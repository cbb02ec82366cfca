"""Whether a sentence without figures is about what it cites. The number lock looks at numbers, markers and quotations; this
looks at what is left: a claim that its source does not make, an address that no source gives, the rules themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.number_lock import Evidence

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ADDRESS = re.compile(r"(?:https?:|www\.)[^\s，。；]*|[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE)
_ABSENT = re.compile(r"没有|未|无|并非|不[能是含宜]|另行")
_LEADS_ON = re.compile(r"[:：]\s*(?:\[\d+\])*\s*$")
# Of a sentence's neighbouring characters, how many its sources hold: right sentences written by people who saw only the
# plan come to 0.38 and more where they cite and name no figure.
_CITED, _UNCITED = 0.25, 0.15
_JUDGED, _LONG = 8, 24  # pairs of characters, below which a sentence says too little to be judged


def ungrounded(sentence: str, markers: Sequence[int], evidence: Sequence[Evidence]) -> str:
    """Why a sentence that passed the number lock may not be released, "" where it may. `markers`: what it cites."""
    sources = [one for one in evidence if one.marker in markers] or list(evidence)
    words = "\n".join(map(_words, sources))
    for address in _ADDRESS.findall(sentence):
        if address.lower() not in words.lower():
            return f"资料里没有“{address}”"
    pairs = _pairs(re.sub(r"\[\d+\]", "", sentence))
    if len(pairs) < (_JUDGED if markers else _LONG) or (not markers and _LEADS_ON.search(sentence)):
        return ""
    if re.search(r"\d", re.sub(r"\[\d+\]", "", sentence)) or _ABSENT.search(sentence):
        return ""  # its figures have been looked at; that something is not said shares no words with what is
    known = len(pairs & _pairs(words)) / len(pairs)
    if markers:
        return "" if known >= _CITED else "所引的资料没有这样说"
    return "" if known >= _UNCITED else "这句话没有写明出自哪条资料"


def _words(evidence: Evidence) -> str:
    """All that a piece of evidence says: its words, its headings, what its figures are of."""
    plan, clause = evidence.plan, evidence.clause
    return "\n".join([clause.text, *plan.path(clause), plan.name, *(row.indicator for row in evidence.rows)])


def _pairs(text: str) -> set[str]:
    return {run[place : place + 2] for run in _HAN.findall(text) for place in range(len(run) - 1)}
