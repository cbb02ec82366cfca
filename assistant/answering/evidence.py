"""Citations and figures, made from clauses and ledger rows, numbered by code."""

from __future__ import annotations

import re

from assistant.answering.answer import Citation, Figure, curled, escaped
from assistant.plan.document import Clause, Plan
from assistant.plan.ledger import LedgerRow


class Sources:
    """The citations of one answer. The same clause keeps its marker; markers count from 1 in order of use."""

    def __init__(self) -> None:
        self._citations: dict[tuple[str, str], Citation] = {}

    def cite(self, document: str, plan: Plan, clause: Clause, location: str = "") -> str:
        """The marker for a clause, "[1]"; `location`: where in the document's file it stands."""
        key = (document, clause.id)
        if key not in self._citations:
            self._citations[key] = Citation(
                marker=len(self._citations) + 1,
                document=document,
                title=plan.title,
                number=plan.number,
                clause=clause.id,
                path=plan.path(clause),
                quote=clause.text,
                start=clause.start,
                end=clause.end,
                formatted=plan.formal_citation(clause),
                name=plan.name,
                location=location,
            )
        return f"[{self._citations[key].marker}]"

    def taken_in(self, other: Sources, text: str) -> str:
        """Another answer's text with the markers that its citations get among these."""
        markers: dict[str, str] = {}
        for key, citation in other._citations.items():
            if key not in self._citations:
                self._citations[key] = citation.model_copy(update={"marker": len(self._citations) + 1})
            markers[f"[{citation.marker}]"] = f"[{self._citations[key].marker}]"
        return re.sub(r"\[\d+\]", lambda found: markers.get(found.group(), found.group()), text)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._citations.values())


def figure(document: str, row: LedgerRow) -> Figure:
    """The ledger row as the answer's figure. Only for rows that have a value."""
    if row.value is None:
        raise ValueError(f"{row.indicator} has no figure")
    return Figure(
        indicator=row.indicator,
        action=row.action,
        value=format(row.value, "f"),
        upper=None if row.upper is None else format(row.upper, "f"),
        unit=row.unit,
        qualifier=row.qualifier,
        qualifier_text=row.qualifier_text,
        role=row.role,
        tense=row.tense,
        period=row.period,
        text=row.text,
        document=document,
        clause=row.clause,
        start=row.start,
        end=row.end,
    )


_PREFIX, _SUFFIX = re.compile(r"超过|突破|超|不少于|不低于|至少|约|近"), re.compile(r"以上|以下|以内|左右|上下")
_SIGNS = re.compile(r"[≥≤<>＜＞约超近]")


def _said(row: LedgerRow, hope: str) -> str:
    """The row's figure with what is said of it elsewhere: a qualifier that holds for several (分别增长5%、6%以上), a unit in a
    table's head."""
    words = re.sub(r"\s*[\r\n]+\s*", "", row.text).removeprefix(hope)
    if row.unit and row.unit not in words and re.search(r"\d[\])）]?(?:左右|以上|以下|以内)?$", words):
        words = re.sub(r"(?<=[\d\])）])(?=(?:左右|以上|以下|以内)?$)", row.unit, words, count=1)
    if row.qualifier in ("exact", "range") or _PREFIX.search(words) or _SUFFIX.search(words) or _SIGNS.search(words):
        return words
    suffix, prefix = _SUFFIX.search(row.qualifier_text), _PREFIX.search(row.qualifier_text)
    return f"{words}{suffix.group()}" if suffix else f"{prefix.group()}{words}" if prefix else words


def words_of(row: LedgerRow) -> str:
    """The row as a phrase with its figure in bold: 新增充电桩**1000根**, 地区生产总值增长**7%**."""
    hope = next((word for word in ("力争", "确保", "争取") if row.qualifier_text.startswith(word)), "")
    indicator = curled(row.indicator)
    figure_words = f"**{escaped(_said(row, hope))}**"
    if row.role in ("change", "to", "from") and row.action:
        return f"{hope}{indicator}{row.action}{figure_words}"
    action = (
        ""
        if row.is_descriptive or row.indicator.startswith(row.action) or row.indicator.endswith(row.action)
        else row.action
    )
    return f"{hope}{action}{indicator}{figure_words}"
