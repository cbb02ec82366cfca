"""Scorers of sources: the right clauses, quotations to the character, no number without its source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answering.answer import Answer, Citation, Figure
from assistant.errors import PlanAssistantError
from assistant.evaluation.amounts import in_words
from assistant.evaluation.ground import ClauseKey, Ground
from assistant.evaluation.results import Score
from assistant.evaluation.scoring.judged import (
    DIGITS,
    REFUSALS,
    Judged,
    amount,
    amount_of,
    anywhere,
    made,
    not_given,
    pairs,
)
from assistant.evaluation.wording import Claim, Quotation, bare
from assistant.plan.document import Plan
from assistant.plan.quantity import Amount

_BOLD = re.compile(r"\*\*(?P<bold>.+?)\*\*[^\[\n]{0,2}(?P<markers>(?:\[\d+\])*)")
_PLACE = re.compile(r"第[（(]?[一二三四五六七八九十\d]+[）)]?(?:部分|项|句|条|点|章|节|篇)")
_PLAN_OF = re.compile(r"(?P<place>[\u4e00-\u9fff]{2,5}[省市区县州])的?(?:计划|规划|报告)")


def score_clause(judged: Judged) -> Iterator[Score]:
    """Every gold clause is cited; where figures are asked for, each with the clause that says it and no other clause."""
    target = judged.target
    if not target.gold:
        return
    expected = "、".join(key.clause for key in sorted(target.gold_clauses))
    if judged.refused:
        yield not_given("clause", expected, judged.answer)
        return
    faults = [
        f"没有引{'或'.join(sorted(key.clause for key in entry))}" for entry in target.gold if not entry & judged.cited
    ]
    if target.case.figures:
        faults += [f"引了不相干的{key.clause}" for key in sorted(judged.cited - target.gold_clauses)]
        faults += _uncited(judged)
    extracted = "、".join(key.clause for key in sorted(judged.cited)) or "没有引文"
    yield made("clause", faults, expected, extracted, "引的就是写明它的条款")


def _uncited(judged: Judged) -> Iterator[str]:
    """Figures whose own sentence does not cite the clause that says them."""
    clauses = {c.marker: ClauseKey(c.document, c.clause) for c in judged.answer.citations}
    for pair in pairs(judged):
        if pair.row is None or not pair.claims:
            continue
        own = ClauseKey(pair.row[0], pair.row[1].clause)
        if not any(own == clauses.get(marker) for claim in pair.claims for marker in claim.markers):
            yield f"{in_words(pair.expected)}后面引的不是写明它的条款"


def score_quote(judged: Judged) -> Iterator[Score]:
    """Citations and figures stand in the plan as they say, to the character; markers and citations belong together;
    what the text puts between quotation marks is verbatim."""
    answer = judged.answer
    faults: list[str] = []
    markers = [citation.marker for citation in answer.citations]
    if not judged.fields:
        faults += _quotation_faults(judged)
        yield made("quote", faults, "逐字", f"{len(judged.wording.quotations)}处引号", "引号里都是原话")
        return
    if set(markers) != set(judged.wording.markers) or len(set(markers)) != len(markers):
        faults.append(f"文中的标记{sorted(set(judged.wording.markers))}和引文{markers}不一一对应")
    for citation in answer.citations:
        faults += _citation_faults(judged.ground, citation)
    for figure in answer.figures:
        faults += _figure_faults(judged, figure)
    faults += _quotation_faults(judged)
    faults += _header_faults(judged)
    faults += _place_faults(judged)
    if not answer.citations and not faults and not judged.wording.quotations:
        return
    yield made("quote", faults, "逐字", f"{len(markers)}处引文", "引文和位置逐字相符")


def _citation_faults(ground: Ground, citation: Citation) -> Iterator[str]:
    try:
        plan = ground.plan(citation.document)
        clause = plan.clause(citation.clause)
    except PlanAssistantError as error:
        yield str(error)
        return
    named = f"引文[{citation.marker}]"
    if plan.text[citation.start : citation.end] != citation.quote or not citation.quote:
        yield f"{named}和原文 {citation.start}–{citation.end} 不符"
    if not clause.start <= citation.start <= citation.end <= clause.end:
        yield f"{named}不在条款 {citation.clause} 里"
    shown = (citation.title, citation.number, tuple(citation.path), citation.formatted)
    if shown != (plan.title, plan.number, plan.path(clause), plan.formal_citation(clause)):
        yield f"{named}的标题、文号、位置或正式引用和原文不符"


_ROW_FIELDS = ("indicator", "action", "unit", "qualifier", "qualifier_text", "role", "tense", "period", "text")


def _figure_faults(judged: Judged, figure: Figure) -> Iterator[str]:
    """The figure is a row of the ledger, field by field, and its clause is cited."""
    ground = judged.ground
    try:
        plan = ground.plan(figure.document)
        rows = ground.ledger(figure.document)
    except PlanAssistantError as error:
        yield str(error)
        return
    if plan.text[figure.start : figure.end] != figure.text:
        yield f"数据里的“{figure.text}”和原文 {figure.start}–{figure.end} 不符"
    row = next(
        (row for row in rows if (row.clause, row.start, row.end) == (figure.clause, figure.start, figure.end)), None
    )
    if row is None:
        yield f"数据里的“{figure.indicator}{figure.text}”不是台账里的一行"
        return
    wrong = [name for name in _ROW_FIELDS if getattr(row, name) != getattr(figure, name)]
    given = amount_of(figure)
    if given is None or (row.value, row.upper) != (given.value, given.upper):
        wrong.append("value")
    if wrong:
        yield f"数据里“{figure.text}”的 {'、'.join(wrong)} 和台账不符"
    if ClauseKey(figure.document, figure.clause) not in judged.cited:
        yield f"数据里“{figure.text}”的条款没有引"


def _quotation_faults(judged: Judged) -> Iterator[str]:
    for quotation, why in _misquotations(judged):
        yield f"“{quotation.text}”{why}"


def _misquotations(judged: Judged) -> Iterator[tuple[Quotation, str]]:
    """What stands between quotation marks and is not said so, and why."""
    quotes = {citation.marker: bare(citation.quote) for citation in judged.answer.citations}
    paths = {citation.marker: tuple(map(bare, citation.path)) for citation in judged.answer.citations}
    for quotation in judged.wording.quotations:
        words = bare(quotation.text)
        headings = {marker for marker, where in paths.items() if any(words in heading for heading in where)}
        if quotation.markers:
            if not any(words in quotes.get(marker, "") or marker in headings for marker in quotation.markers):
                yield quotation, "不是所引条款的原话"
        elif _is_heading(judged, words) and not headings:
            yield quotation, "不是所引条款所在的地方"
        elif not quotation.denied and _must_be_verbatim(judged.answer, words) and words not in anywhere(judged):
            yield quotation, "不是原话"


def _header_faults(judged: Judged) -> Iterator[str]:
    """Where a header field is cited, what the answer sets in bold is that field's value."""
    quotes = {one.marker: bare(one.quote) for one in judged.answer.citations}
    if any(one.clause.startswith("header.") for one in judged.answer.citations):
        for match in _BOLD.finditer(judged.answer.text):
            markers = [int(marker) for marker in DIGITS.findall(match["markers"])] or list(quotes)
            if not any(bare(match["bold"]) in quotes.get(marker, "") for marker in markers):
                yield f"“{match['bold']}”不是所引的题头"


def _is_heading(judged: Judged, words: str) -> bool:
    """Whether the words are a heading or a task's title of a cited plan, and the answer cites anything."""
    held = judged.ground.document_ids
    plans = [judged.ground.plan(one.document) for one in judged.answer.citations if one.document in held]
    return any(
        words in (bare(task.title) for task in plan.tasks)
        or words in (bare(section.title) for section in plan.sections)
        or words in (bare(section.label + section.title) for section in plan.sections)
        for plan in plans
    )


def _place_faults(judged: Judged) -> Iterator[str]:
    """第七部分, 第(二)项, 第3句 in the text: a place that no cited clause has; and plans of other places (湖北省的计划)."""
    shown = bare("".join(citation.formatted + "".join(citation.path) for citation in judged.answer.citations))
    shown += "".join(judged.target.case.conversation)
    for place in _PLACE.findall(judged.wording.plain) if judged.answer.citations else ():
        if _without_brackets(place) not in _without_brackets(shown):
            yield f"“{place}”不是所引条款所在的地方"
    titles = "".join(citation.title for citation in judged.answer.citations)
    for match in _PLAN_OF.finditer(judged.wording.plain) if titles else ():
        if not any(match["place"][-length:] in titles + shown for length in (3, 4)):
            yield f"“{match.group()}”不是所引的计划"


def _without_brackets(words: str) -> str:
    return re.sub(r"[（()）]", "", words)


def _must_be_verbatim(answer: Answer, words: str) -> bool:
    """A refusal may offer questions and name words of its own, as long as they hold no number."""
    return answer.status not in REFUSALS or bool(DIGITS.search(words))


def score_numbers(judged: Judged) -> Iterator[Score]:
    """The number lock, looked at anew: each number of the text is a quantity of a clause cited in its sentence (the same
    amount, unit and qualifier), a computed result, part of a plan's name, or denied."""
    wording = judged.wording
    misquoted = [quotation for quotation, _ in _misquotations(judged)]
    faults = [
        f"{claim.quantity.text}不在所引条款里"
        for claim in wording.claims
        if not _quoted_rightly(claim, misquoted) and not _supported(judged, claim)
    ]
    names = bare("\n".join(_names(judged)))
    for mention in wording.mentions:
        asked = any(mention.text in turn for turn in judged.target.case.conversation)
        if bare(mention.text) not in names and not (mention.denied and asked):
            faults.append(f"{mention.text}没有出处")
    if not wording.claims and not wording.mentions:
        return
    extracted = "；".join([*(c.quantity.text for c in wording.claims), *(m.text for m in wording.mentions)])
    yield made("numbers", faults, "每个数字都在所引条款里", extracted, "都有出处")


def _quoted_rightly(claim: Claim, misquoted: list[Quotation]) -> bool:
    at = claim.quantity.start
    return claim.quoted and not any(one.start <= at < one.end for one in misquoted)


def _supported(judged: Judged, claim: Claim) -> bool:
    given = claim.quantity
    if claim.denied:
        return any(
            judged.same(given, one) or given.value == one.value
            for turn in judged.target.case.conversation
            for one in judged.ground.quantities(turn)
        )
    by_marker = {citation.marker: citation for citation in judged.answer.citations}
    # A pipeline whose words cite nothing is taken at its contexts.
    markers = claim.markers if judged.fields or claim.markers else tuple(by_marker)
    for citation in (by_marker[marker] for marker in markers if marker in by_marker):
        for one in _amounts_of(judged, citation):
            if judged.same(given, one) and given.qualifier == one.qualifier:
                return True
        if given.text in citation.title or given.text in citation.path:
            return True
    results = [amount({"value": one.value, "upper": one.upper, "unit": one.unit}) for one in judged.answer.computed]
    return any(one is not None and judged.same(given, one) for one in results)


def _amounts_of(judged: Judged, citation: Citation) -> Iterator[Amount]:
    """What a cited clause says: its quantities, read past the line breaks of its page; of a table's row what the ledger has,
    for the unit may stand in the column's head."""
    yield from judged.ground.quantities(citation.quote)
    if "\n" in citation.quote:
        yield from judged.ground.quantities(re.sub(r"\s*[\r\n]+\s*", "", citation.quote))
    plan = judged.ground.plan(citation.document) if citation.document in judged.ground.document_ids else None
    if plan is not None and citation.clause in plan.clauses_by_id and plan.clause(citation.clause).kind == "row":
        rows = judged.ground.ledger(citation.document)
        yield from (row for row in rows if row.clause == citation.clause and row.value is not None)


def _names(judged: Judged) -> Iterator[str]:
    """Where numerals that are no amounts may come from."""
    for citation in judged.answer.citations:
        yield from (citation.quote, citation.title, citation.number, citation.formatted, *citation.path)
    for document in judged.ground.document_ids:
        plan: Plan = judged.ground.plan(document)
        yield from (document, plan.title, plan.name, plan.number, f"{plan.year or ''}年")
