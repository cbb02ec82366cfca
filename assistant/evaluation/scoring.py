"""The scorers: an answer and its case to scores, each with what was extracted and why. Deterministic and offline.

The text is what people read and the fields are what programs read: both are judged, and each against the plan itself,
so that a figure, unit, qualifier, indicator or clause that was changed in either is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.answer import Answer, Citation, Figure
from assistant.errors import PlanAssistantError
from assistant.evaluation.amounts import all_in_words, in_words
from assistant.evaluation.case import ExpectedFigure
from assistant.evaluation.ground import ClauseKey, Ground, Target, likeness
from assistant.evaluation.results import Score, ScoreName, Verdict
from assistant.evaluation.wording import Claim, Quotation, Wording, read_wording
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow
from assistant.plan.quantity import Amount
from assistant.plan.scan import narrow

REFUSALS = ("not_in_plan", "wrong_scope", "needs_clarification", "smalltalk")

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_BLANK = re.compile(r"\s+")
_EDGES = "—-–•·;；,，。 "


@dataclass(frozen=True)
class Judged:
    """An answer on the ground of its case. Of a pipeline that gives words and contexts alone, `fields` is False: its
    citations are its contexts, and nothing else of the answer is judged but its text."""

    target: Target
    answer: Answer
    ground: Ground
    fields: bool = True

    @cached_property
    def wording(self) -> Wording:
        return read_wording(self.answer.text, self.ground.names_with_quantities)

    @cached_property
    def refused(self) -> bool:
        """An answer was expected, and this refuses and claims no figure."""
        expected = self.target.case.status not in REFUSALS
        return expected and self.answer.status in REFUSALS and not self.wording.stated and not self.answer.figures

    @cached_property
    def cited(self) -> frozenset[ClauseKey]:
        return frozenset(ClauseKey(c.document, c.clause) for c in self.answer.citations)

    def same(self, one: Amount, other: Amount) -> bool:
        return self.target.equality.same(one, other)


def score(target: Target, answer: Answer, ground: Ground) -> tuple[Score, ...]:
    """All scores that apply to the case, in the order of `SCORE_NAMES`."""
    judged = Judged(target, answer, ground)
    return tuple(found for scorer in SCORERS.values() for found in scorer(judged))


def verdict(scores: tuple[Score, ...]) -> Verdict:
    """Of the whole answer: right where every score passes; where no figure was given there is no wrong one."""
    verdicts = {one.verdict for one in scores}
    if verdicts <= {"pass"}:
        return "right"
    refused = any(one.name == "status" and one.verdict == "refused" for one in scores)
    return "refused" if refused or "fail" not in verdicts else "wrong"


def _score(name: ScoreName, faults: list[str], expected: str, extracted: str, holds: str) -> Score:
    return Score(
        name=name,
        verdict="fail" if faults else "pass",
        expected=expected,
        extracted=extracted,
        why="；".join(faults) or holds,
    )


def _refused(name: ScoreName, expected: str, answer: Answer) -> Score:
    return Score(name=name, verdict="refused", expected=expected, extracted=answer.status, why="没有给出答案")


# --- Status -----------------------------------------------------------------------------------------------------------


def score_status(judged: Judged) -> Iterator[Score]:
    """The expected status, and no other."""
    expected, given = judged.target.case.status, judged.answer.status
    if judged.refused:
        yield _refused("status", expected, judged.answer)
    else:
        yield _score(
            "status", [] if given == expected else [f"状态应为 {expected}，实为 {given}"], expected, given, "状态相符"
        )


# --- Figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """An expected figure, its row in the ledger, and where the answer says it."""

    expected: ExpectedFigure
    row: tuple[str, LedgerRow] | None
    claims: tuple[Claim, ...]
    figures: tuple[Figure, ...]


def _pairs(judged: Judged) -> list[_Pair]:
    case = judged.target.case
    return [
        _Pair(
            expected,
            row,
            tuple(claim for claim in judged.wording.stated if judged.same(claim.quantity, expected)),
            tuple(figure for figure in judged.answer.figures if _is_row(judged, figure, expected, row)),
        )
        for expected, row in zip(case.figures, judged.target.rows, strict=True)
    ]


def _is_row(judged: Judged, figure: Figure, expected: ExpectedFigure, row: tuple[str, LedgerRow] | None) -> bool:
    if not judged.same(amount_of(figure), expected):
        return False
    return row is None or (figure.document, figure.start, figure.end) == (row[0], row[1].start, row[1].end)


def amount_of(figure: Figure) -> ExpectedFigure:
    """The answer's figure as a value that compares."""
    return ExpectedFigure.model_validate(figure.model_dump(include={"value", "upper", "unit", "qualifier"}))


def score_figure(judged: Judged) -> Iterator[Score]:
    """Every expected figure with its unit is claimed in the text and among the figures, and no other one is.

    An answer in words (a list, a how) is not asked for figures: those that it states are the number lock's matter.
    """
    case, wording = judged.target.case, judged.wording
    if case.status == "answered" and not case.figures:
        return
    words = all_in_words(case.figures) or "无数字"
    if case.figures and not wording.stated and not judged.answer.figures:
        yield _refused("figure", words, judged.answer)
        return
    pairs = _pairs(judged)
    faults = [f"答案没有说{in_words(pair.expected)}" for pair in pairs if not pair.claims]
    if judged.fields:
        faults += [f"figures 里没有{in_words(pair.expected)}" for pair in pairs if not pair.figures]
    known: list[Amount] = [*case.figures, *_results(judged)]
    faults += [
        f"说了不该有的{claim.quantity.text}"
        for claim in wording.stated
        if not claim.in_name and not any(judged.same(claim.quantity, one) for one in known)
    ]
    expected_figures = [figure for pair in pairs for figure in pair.figures]
    faults += [
        f"figures 里多出{figure.indicator}{figure.text}"
        for figure in judged.answer.figures
        if figure not in expected_figures
    ]
    yield _score("figure", faults, words, _said(judged), "数值和单位相符")


def _said(judged: Judged) -> str:
    return "；".join(claim.quantity.text for claim in judged.wording.stated) or "无数字"


def score_qualifier(judged: Judged) -> Iterator[Score]:
    """以上, 不少于, 突破, 左右: each figure's qualifier in the text and in the fields. Only for figures that were given."""
    case = judged.target.case
    pairs = _pairs(judged)
    given = [pair for pair in pairs if pair.claims or pair.figures]
    if not given:
        return
    faults: list[str] = []
    extracted: list[str] = []
    for pair in given:
        expected = pair.expected
        for claim in pair.claims:
            extracted.append(claim.quantity.text)
            if claim.quantity.qualifier != expected.qualifier:
                faults.append(f"应为{in_words(expected)}，写成了{claim.quantity.text}")
        faults += [
            f"figures 里{figure.text}的限定是 {figure.qualifier}，应为 {expected.qualifier}"
            for figure in pair.figures
            if figure.qualifier != expected.qualifier
        ]
    yield _score("qualifier", faults, all_in_words(case.figures), "；".join(extracted), "限定相符")


def score_indicator(judged: Judged) -> Iterator[Score]:
    """The words beside each figure name what it counts, and nothing else that the plan counts."""
    named: list[tuple[Claim, list[tuple[str, LedgerRow]]]] = []
    paired: list[Claim] = []
    for pair in _pairs(judged):
        if pair.claims and pair.row:
            indicator = pair.row[1].indicator
            best = max(pair.claims, key=lambda claim, name=indicator: _naming(claim.subject, name))  # type: ignore[misc]
            named.append((best, [pair.row]))
            paired += pair.claims
    named += [(claim, _rows_said(judged, claim)) for claim in judged.wording.stated if claim not in paired]
    named = [(claim, rows) for claim, rows in named if rows and not claim.in_name]
    if not named:
        return
    faults: list[str] = []
    for claim, rows in named:
        found = [_misnamed(judged, document, row, claim) for document, row in rows]
        if all(found):
            faults.append(found[0])
    expected = "；".join("或".join(row.indicator for _, row in rows) for _, rows in named)
    extracted = "；".join(" ".join(claim.subject.split()) for claim, _ in named)
    yield _score("indicator", faults, expected, extracted, "指标相符")


def _rows_said(judged: Judged, claim: Claim) -> list[tuple[str, LedgerRow]]:
    """The rows of the cited clauses that a figure beyond the expected ones may be."""
    return [
        (key.document, row)
        for key in sorted(judged.cited)
        if key.document in judged.ground.document_ids
        for row in judged.ground.ledger(key.document)
        if row.clause == key.clause and row.value is not None and judged.same(claim.quantity, row)
    ]


def _naming(subject: str, indicator: str) -> tuple[float, int]:
    """How well the words name an indicator: how much of it stands there, then how long it is when all of it does."""
    much = likeness(subject, indicator)
    return much, len(indicator) if much == 1 else 0


def _misnamed(judged: Judged, document: str, row: LedgerRow, claim: Claim) -> str:
    ours = _naming(claim.subject, row.indicator)
    if ours[0] == 0:
        return f"{claim.quantity.text}旁边没有指标“{row.indicator}”"
    for rival in judged.ground.ledger(document):
        if rival.indicator != row.indicator and _naming(claim.subject, rival.indicator) > ours:
            return f"{claim.quantity.text}说成了“{rival.indicator}”，应是“{row.indicator}”"
    return ""


def _results(judged: Judged) -> list[Amount]:
    """The results that the case expects, as amounts that the text may claim."""
    return [
        ExpectedFigure(value=one.value, upper=one.upper, unit=one.unit, qualifier="exact")
        for one in judged.target.case.computed
    ]


def score_computed(judged: Judged) -> Iterator[Score]:
    """The expected results, each in the fields and in the text, and no other; operands that are there."""
    case, answer = judged.target.case, judged.answer
    if not case.computed and not answer.computed:
        return
    words = all_in_words(case.computed) or "不计算"
    if judged.refused:
        yield _refused("computed", words, answer)
        return
    given = [ExpectedFigure(value=one.value, unit=one.unit) for one in answer.computed]  # type: ignore[arg-type]
    faults: list[str] = []
    for expected, amount in zip(case.computed, _results(judged), strict=True):
        lower = ExpectedFigure(value=expected.value, unit=expected.unit)
        matches = [one for one, value in zip(answer.computed, given, strict=True) if judged.same(value, lower)]
        if not any(one.qualifier == expected.qualifier for one in matches):
            faults.append(f"computed 里没有{in_words(expected)}（{expected.qualifier}）")
        if not any(judged.same(claim.quantity, amount) for claim in judged.wording.claims if not claim.denied):
            faults.append(f"答案没有说{in_words(expected)}")
    if len(answer.computed) > len(case.computed):
        faults.append("computed 里有多余的结果")
    for one in answer.computed:
        if not all(0 <= operand < len(answer.figures) for operand in one.operands):
            faults.append(f"{one.expression} 的算项不在 figures 里")
            continue
        operands = {narrow(answer.figures[operand].value) for operand in one.operands}
        strange = [number for number in _DIGITS.findall(narrow(one.expression)) if number not in operands | {one.value}]
        if strange:
            faults.append(f"算式 {one.expression} 里的 {'、'.join(strange)} 不是算项")
    extracted = "；".join(f"{one.expression}={one.value}{one.unit}" for one in answer.computed)
    yield _score("computed", faults, words, extracted or "没有计算", "结果和算项相符")


# --- Lists and words --------------------------------------------------------------------------------------------------


def score_items(judged: Judged) -> Iterator[Score]:
    """Every item of the list, in the plan's own words: N of N."""
    items = judged.target.case.items
    if not items:
        return
    words = f"{len(items)}项：{'、'.join(items)}"
    if judged.refused:
        yield _refused("items", words, judged.answer)
        return
    said = _bare(judged.wording.plain)
    absent = [item for item in items if _bare(item) not in said]
    faults = [f"{len(items)}项缺{len(absent)}项：{'、'.join(absent)}"] if absent else []
    yield _score("items", faults, words, f"{len(items) - len(absent)}项", "清单完整")


def score_words(judged: Judged) -> Iterator[Score]:
    """Strings that the text must hold, and strings that it must not."""
    case = judged.target.case
    if not case.must_contain and not case.must_not_contain:
        return
    expected = "；".join([*(f"含“{w}”" for w in case.must_contain), *(f"不含“{w}”" for w in case.must_not_contain)])
    if judged.refused:
        yield _refused("words", expected, judged.answer)
        return
    said = _bare(judged.wording.plain)
    faults = [f"缺“{words}”" for words in case.must_contain if _bare(words) not in said]
    faults += [f"出现了“{words}”" for words in case.must_not_contain if _bare(words) in said]
    yield _score("words", faults, expected, judged.wording.plain, "该有的都有")


def score_forbidden(judged: Judged) -> Iterator[Score]:
    """No forbidden figure is claimed, by the text or by the fields; a denial and a verbatim quotation are no claim."""
    case = judged.target.case
    if not case.forbidden:
        return
    amounts = [ExpectedFigure(value=one.value, unit=one.unit) for one in case.forbidden]
    claimed: list[tuple[str, Amount]] = [(claim.quantity.text, claim.quantity) for claim in judged.wording.stated]
    claimed += [(figure.text, amount_of(figure)) for figure in judged.answer.figures]
    faults = [
        f"说了禁用的{text}"
        for text, given in claimed
        for amount in amounts
        if judged.same(given, amount) or (not amount.unit and given.value == amount.value)
    ]
    yield _score("forbidden", faults, f"不得说{all_in_words(case.forbidden)}", _said(judged), "没有说")


def score_carried(judged: Judged) -> Iterator[Score]:
    """A follow-up took over what earlier turns said."""
    carries = judged.target.case.carries
    if not carries:
        return
    standalone = _bare(judged.answer.standalone)
    faults = [f"没有承接“{words}”" for words in carries if _bare(words) not in standalone]
    yield _score("carried", faults, "、".join(carries), judged.answer.standalone, "承接了上文")


# --- Sources ----------------------------------------------------------------------------------------------------------


def score_clause(judged: Judged) -> Iterator[Score]:
    """Every gold clause is cited; where figures are asked for, each with the clause that says it and no other clause."""
    target = judged.target
    if not target.gold:
        return
    expected = "、".join(key.clause for key in sorted(target.gold_clauses))
    if judged.refused:
        yield _refused("clause", expected, judged.answer)
        return
    faults = [
        f"没有引{'或'.join(sorted(key.clause for key in entry))}" for entry in target.gold if not entry & judged.cited
    ]
    if target.case.figures:
        faults += [f"引了不相干的{key.clause}" for key in sorted(judged.cited - target.gold_clauses)]
        faults += _uncited(judged)
    extracted = "、".join(key.clause for key in sorted(judged.cited)) or "没有引文"
    yield _score("clause", faults, expected, extracted, "引的就是写明它的条款")


def _uncited(judged: Judged) -> Iterator[str]:
    """Figures whose own sentence does not cite the clause that says them."""
    clauses = {c.marker: ClauseKey(c.document, c.clause) for c in judged.answer.citations}
    for pair in _pairs(judged):
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
        yield _score("quote", faults, "逐字", f"{len(judged.wording.quotations)}处引号", "引号里都是原话")
        return
    if set(markers) != set(judged.wording.markers) or len(set(markers)) != len(markers):
        faults.append(f"文中的标记{sorted(set(judged.wording.markers))}和引文{markers}不一一对应")
    for citation in answer.citations:
        faults += _citation_faults(judged.ground, citation)
    for figure in answer.figures:
        faults += _figure_faults(judged, figure)
    faults += _quotation_faults(judged)
    if not answer.citations and not faults and not judged.wording.quotations:
        return
    yield _score("quote", faults, "逐字", f"{len(markers)}处引文", "引文和位置逐字相符")


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
        yield f"figures 里的“{figure.text}”和原文 {figure.start}–{figure.end} 不符"
    row = next(
        (row for row in rows if (row.clause, row.start, row.end) == (figure.clause, figure.start, figure.end)), None
    )
    if row is None:
        yield f"figures 里的“{figure.indicator}{figure.text}”不是台账里的一行"
        return
    wrong = [name for name in _ROW_FIELDS if getattr(row, name) != getattr(figure, name)]
    given = amount_of(figure)
    if (row.value, row.upper) != (given.value, given.upper):
        wrong.append("value")
    if wrong:
        yield f"figures 里“{figure.text}”的 {'、'.join(wrong)} 和台账不符"
    if ClauseKey(figure.document, figure.clause) not in judged.cited:
        yield f"figures 里“{figure.text}”的条款没有引"


def _quotation_faults(judged: Judged) -> Iterator[str]:
    for quotation, why in _misquotations(judged):
        yield f"“{quotation.text}”{why}"


def _misquotations(judged: Judged) -> Iterator[tuple[Quotation, str]]:
    """What stands between quotation marks and is not said so, and why."""
    quotes = {citation.marker: _bare(citation.quote) for citation in judged.answer.citations}
    for quotation in judged.wording.quotations:
        words = _bare(quotation.text)
        if quotation.markers:
            if not any(words in quotes.get(marker, "") for marker in quotation.markers):
                yield quotation, "不是所引条款的原话"
        elif _must_be_verbatim(judged.answer, words) and words not in _anywhere(judged):
            yield quotation, "不是原话"


def _must_be_verbatim(answer: Answer, words: str) -> bool:
    """A refusal may offer questions and name words of its own, as long as they hold no number."""
    return answer.status not in REFUSALS or bool(_DIGITS.search(words))


def _anywhere(judged: Judged) -> str:
    """All that may be repeated in quotation marks without a marker: the plans, their indicators, the question."""
    answer, ground = judged.answer, judged.ground
    words = [answer.question, answer.standalone, *judged.target.case.conversation]
    words += [citation.quote for citation in answer.citations]
    for document in ground.document_ids:
        words.append(ground.plan(document).text)
        words += [row.indicator for row in ground.ledger(document)]
    return "\n".join(map(_bare, words))


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
    names = _bare("\n".join(_names(judged)))
    for mention in wording.mentions:
        asked = any(mention.text in turn for turn in judged.target.case.conversation)
        if _bare(mention.text) not in names and not (mention.denied and asked):
            faults.append(f"{mention.text}没有出处")
    if not wording.claims and not wording.mentions:
        return
    extracted = "；".join([*(c.quantity.text for c in wording.claims), *(m.text for m in wording.mentions)])
    yield _score("numbers", faults, "每个数字都在所引条款里", extracted, "都有出处")


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
        for one in judged.ground.quantities(citation.quote):
            if judged.same(given, one) and given.qualifier == one.qualifier:
                return True
        if given.text in citation.title or given.text in citation.path:
            return True
    return any(judged.same(given, ExpectedFigure(value=c.value, unit=c.unit)) for c in judged.answer.computed)  # type: ignore[arg-type]


def _names(judged: Judged) -> Iterator[str]:
    """Where numerals that are no amounts may come from."""
    for citation in judged.answer.citations:
        yield from (citation.quote, citation.title, citation.number, citation.formatted, *citation.path)
    for document in judged.ground.document_ids:
        plan: Plan = judged.ground.plan(document)
        yield from (document, plan.title, plan.number, f"{plan.year or ''}年")


def _bare(words: str) -> str:
    """Words without blanks, line breaks and what stands at their edges as layout."""
    return _BLANK.sub("", words).strip(_EDGES)


SCORERS: dict[ScoreName, Callable[[Judged], Iterator[Score]]] = {
    "status": score_status, "figure": score_figure, "qualifier": score_qualifier, "indicator": score_indicator,
    "computed": score_computed, "items": score_items, "clause": score_clause, "quote": score_quote,
    "numbers": score_numbers, "forbidden": score_forbidden, "words": score_words, "carried": score_carried,
}  # fmt: skip
