"""Figure questions: the row of the ledger that is meant, said for what it is."""

from __future__ import annotations

import re
from dataclasses import replace

import rjieba

from assistant.answering import across, interval, reckoned
from assistant.answering.answer import Computed, Status
from assistant.answering.draft import Draft, Reply, nameable, pairs_of
from assistant.answering.finder import SURE, Finding, wrong_unit
from assistant.answering.interval import Interval
from assistant.answering.ledger_index import RowMatch
from assistant.answering.question import Question
from assistant.answering.question_words import FROM_AND_TO
from assistant.plan.units import base_unit

_MOST_ROWS = 8
_NOUNS = ("n", "eng", "vn", "l", "j", "b")


def answer(draft: Draft, finding: Finding) -> Reply | None:
    """The figure asked for, or None where the ledger has none that is meant."""
    finding = _of_the_change(finding)
    if not finding.rows:
        return None
    if len(draft.documents) > 1 and (reply := across.in_several_plans(draft, finding)):
        return reply
    if len(finding.rows) > _MOST_ROWS:
        names = dict.fromkeys(m.row.indicator for m in finding.rows if not re.search(r"\d", m.row.indicator))
        choices = f"：“{'”“'.join(names)}”" if names else ""
        return Reply("needs_clarification", f"符合这个问法的指标太多，请说明是哪一项{choices}。")
    if len(finding.rows) == 1:
        return one_figure(draft, finding.asked, finding.rows[0])
    lines = [f"- {draft.line(match)}" for match in finding.rows]
    before = draft.named(finding.rows[0].document)
    return Reply("answered", f"{before}符合这个问法的有：\n" + "\n".join(lines), pairs_of(finding.rows))


_FORMERLY = re.compile(r"原先|原来|此前|以前|之前(?:是|为|有)|本来")


def _of_the_change(finding: Finding) -> Finding:
    """Of what rose from one figure to another: the one that it rose to, or, asked for what was before, the other one."""
    meant = finding.rows or finding.ranked[:2]
    if not meant:
        return finding
    first = meant[0]
    told = [
        match
        for match in finding.ranked
        if match.document == first.document and match.row.clause == first.row.clause
        and match.row.indicator == first.row.indicator and match.row.role in ("from", "to")
    ]  # fmt: skip
    wanted = "from" if _FORMERLY.search(finding.asked.text) else "to"
    if FROM_AND_TO.search(finding.asked.text) and {match.row.role for match in told} == {"from", "to"}:
        return replace(finding, rows=tuple(sorted(told, key=lambda match: match.row.role)))
    chosen = tuple(match for match in told if match.row.role == wanted)
    likely = bool(finding.rows) or sum(match.likely for match in told) >= SURE
    is_of_it = likely and all(match in told for match in meant) and len({match.row.role for match in told}) == 2
    return replace(finding, rows=chosen) if is_of_it and len(chosen) == 1 else finding


def one_figure(draft: Draft, asked: Question, match: RowMatch) -> Reply:
    """One row as an answer: a target without a figure, a target where a result was asked for, a wrong unit are said
    to be so."""
    row, before = match.row, draft.named(match.document)
    marker = draft.cite(match.document, row.clause)
    if row.value is None:
        said = f"计划提到{row.indicator}，但**没有定具体数字**，写的是“{row.text}”。{marker}"
        return Reply("no_figure", before + said)
    said = f"{draft.words(match.document, row)}。{marker}"
    rows = pairs_of([match])
    if asked.asks_result and row.tense == "target":
        return Reply("no_figure", f"{before}文中没有完成数。这一项只有计划目标：{said}", rows)
    if converted := _converted(asked, match):
        return Reply("answered", f"{before}计划{said}折合**{converted.value}{converted.unit}**。", rows, (converted,))
    if wrong_unit(asked, match):
        return Reply("answered", f"{before}计划没有以“{asked.unit}”给出这一项，写的是：{said}", rows)
    if row.is_descriptive:
        return Reply("answered", f"{before}文中写的是{said}", rows)
    return Reply("answered", f"{before}{'计划' if row.tense == 'target' else '文中写明'}{said}", rows)


_CONVERTS = re.compile(r"折|换算|合多少|等于多少|相当于多少")


def _converted(asked: Question, match: RowMatch) -> Computed | None:
    """The figure in another unit of the same kind, where it is asked for (5.3平方公里折合多少公顷)."""
    row = match.row
    (kind, size), (own_kind, own_size) = base_unit(asked.unit), base_unit(row.unit)
    if not asked.unit or kind != own_kind or size == own_size or not _CONVERTS.search(asked.text):
        return None
    found = interval.result(interval.multiply(Interval.of(row), Interval.exactly(own_size / size)))
    return Computed(
        expression=f"{reckoned.plainly(row.value)}{row.unit}换算",
        value=reckoned.plainly(found.value),
        upper=None if found.upper is None else reckoned.plainly(found.upper),
        unit=asked.unit,
        qualifier=found.qualifier,
        operands=(0,),
    )


def several(draft: Draft, asked: Question) -> Reply | None:
    """Several things asked at once, each with its clause; None where the question asks for one, or only tells of the
    others."""
    if asked.intent != "several" and (len(asked.subjects) < 2 or not asks_several(asked)):
        return None
    titles = [part.title for document in draft.documents[:1] for part in draft.finder.parts(document)]
    subjects = tuple(said for said in asked.subjects if not any(said.replace(" ", "") in title for title in titles))
    matches, missing = draft.mentioned(asked), []
    if len(matches) < max(len(subjects), 2):
        found = resolve(draft, subjects) if subjects else []
        resolved = [match for _, match in found if match]
        missing = [subject for subject, match in found if match is None]
        matches = matches if len(matches) > len(resolved) else resolved
    if asked.intent == "several":
        # What the plans do not know is said to be missing; what only stands around the question is not.
        missing = [one for one in missing if _is_a_thing(one) and _is_strange(draft, one)]
    if len(matches) < 2 and not (matches and missing and asked.intent == "several"):
        return None
    lines = [f"- {draft.line(match)}" for match in matches]
    lines += [f"- {nameable(subject)}：计划没有给出数字。" for subject in missing]
    status: Status = "answered" if any(match.row.value is not None for match in matches) else "no_figure"
    return Reply(status, "\n".join(lines), pairs_of(matches))


def _is_a_thing(said: str) -> bool:
    """失业率控制: nouns in one piece, at most a verb behind them; not 分开报, 有车 人 or 下周有个外宾团来访."""
    tags = [tag for _, tag in rjieba.tag(said)]
    return " " not in said and tags[0].startswith(_NOUNS) and all(tag.startswith(_NOUNS) for tag in tags[:-1])


def _is_strange(draft: Draft, said: str) -> bool:
    return draft.finder.names_a_stranger(draft.find(said).wordings, draft.documents)


_TOGETHER = re.compile(
    r"分别|各(?:自|是|有|要|新增|增|几|多少|为)|挨个|连同|[两三四](?:件事|个数|项|样|格|处|者|个增速)|几项|都列|这些|一起给|都(?:是|有|要)?(?:多少|几)|一并|同时"
)


def asks_several(asked: Question, bare_names: bool = True) -> bool:
    """Whether it asks for all that it names: 各多少, 分别; two parts that each ask; or, with `bare_names`, nothing but
    names."""
    if _TOGETHER.search(asked.text):
        return True
    asking = re.findall(r"百分之(?:多少|几)|多少|(?<!哪)几(?![乎类种大])|多长|多大|多高", asked.text)
    if len(asking) >= 2 and not asked.claims:
        return True
    if not bare_names:
        return False
    bare = re.sub(r"[\s、,，和与及跟?？。的呢]|以及|目标|指标", "", asked.text)
    return len(bare) <= sum(len(subject.replace(" ", "")) for subject in asked.subjects) + 2


def resolve(draft: Draft, subjects: tuple[str, ...], ending: str = "") -> list[tuple[str, RowMatch | None]]:
    """Each subject with the row that it means, or None; subjects that mean the same row are one.

    科技、亿元两类楼宇 names its noun once: a subject is tried with the last one's ending too.
    """
    found: dict[object, tuple[str, RowMatch | None]] = {}
    last = subjects[-1].split(" ")[-1]
    for subject in subjects:
        match = draft.best_of(subject + ending)
        if match is None and subject != subjects[-1] and len(last) >= 2 and not subject.endswith(last[-2:]):
            match = draft.best_of(subject + last[-2:] + ending)
        key = (match.document, match.row.start) if match else subject
        found.setdefault(key, (subject, match))
    return list(found.values())
