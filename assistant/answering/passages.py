"""What, which and how: the plan's own sentences that answer; or the nearest ones for a refusal."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.draft import Draft
from assistant.answering.finder import Finding
from assistant.answering.ledger_index import ClauseMatch
from assistant.answering.question import Question, content_words
from assistant.plan.document import Clause

# A sentence that holds more than half of what was asked answers, where nothing that was asked is unknown to the plan.
_ANSWERS = 0.5
# What retrieval finds for questions about what is not there mostly stays below this, what answers above it.
_NEAR = 0.36
# From here on the sentence found answers by its meaning, whatever its words: where it is asked what, which or how; and
# where a yes or no is asked, or a figure, which plans give to much that sounds alike. Chosen on tuning questions.
_MEANS, _MEANS_ITSELF = 0.27, 0.50
# A sentence that comes this near and holds most of what is asked, the rare words first, speaks of it.
_SPEAKS = 0.40
# Sentences of the same task that come this near to the best one belong to the answer.
_BESIDE = 0.8
_MOST_SENTENCES, _LONGEST_TASK = 5, 8
_HOW = re.compile(
    r"怎么|如何|怎样|咋|做法|措施|举措|办法|安排|靠什么|哪些(?:工作|事|具体|要求|部署|动作|行动)|做什么|干什么|思路|打算"
)


@dataclass(frozen=True)
class Passages:
    """`answers`: (document, sentences) that answer, in the text's order. `mention`: the sentence that speaks of all that
    was asked. `nearest`: the sentence that comes closest. `unknown`: words of the question that no plan holds.
    `by_meaning`: the answer shares little or nothing of the question's words."""

    answers: tuple[tuple[str, Clause], ...]
    mention: tuple[str, Clause] | None
    nearest: tuple[str, Clause] | None
    unknown: tuple[str, ...]
    by_meaning: bool = False


def find(draft: Draft, finding: Finding) -> Passages:
    """What retrieval brought, weighed by how much of the question it accounts for."""
    unknown = _unknown(draft, finding)
    if not finding.hits:
        return Passages((), None, None, unknown)
    near = finding.hits[0]
    nearest = (near.document, draft.plan(near.document).clause(near.clause))
    best = _most_supported(draft, finding)
    curt = draft.finder.names_a_stranger(finding.wordings, draft.documents)
    names = bool(draft.finder.strange_names(finding.wordings, draft.documents))
    literal = best.supported >= _ANSWERS and best.in_clause > 0 and not unknown
    by_meaning = not literal and near.score >= _MEANS and not names
    answers: tuple[tuple[str, Clause], ...] = ()
    if literal:
        answers = _with_neighbours(draft, finding, best.document, best.clause)
    elif by_meaning:
        answers = _with_neighbours(draft, finding, *_best_by_meaning(draft, finding, nearest))
    mention = (best.document, best.clause) if _speaks_of(draft, finding, best) else None
    if mention is None and near.score >= _MEANS_ITSELF and not names and not curt:
        mention = nearest
    return Passages(
        answers=answers,
        mention=mention,
        nearest=nearest if near.score >= _NEAR else None,
        unknown=unknown,
        by_meaning=by_meaning,
    )


def _best_by_meaning(draft: Draft, finding: Finding, nearest: tuple[str, Clause]) -> tuple[str, Clause]:
    """The sentence that answers an open question; whoever asks for a figure gets what the plans' own words bring."""
    if finding.asked.explicit and not finding.asked.wants_text:
        return nearest
    ranked = draft.ranked(finding)
    return (ranked[0].document, draft.plan(ranked[0].document).clause(ranked[0].clause)) if ranked else nearest


def _most_supported(draft: Draft, finding: Finding) -> ClauseMatch:
    """The clause among those that retrieval brought that holds most of the question's words, the nearer one first."""
    candidates: dict[str, list[str]] = defaultdict(list)
    for hit in finding.hits:
        candidates[hit.document].append(hit.clause)
    scores = {(hit.document, hit.clause): hit.score for hit in finding.hits}
    matches: list[ClauseMatch] = []
    for question in finding.wordings.questions:
        for document, clauses in candidates.items():
            matches += draft.finder.index(document).rank_clauses(question, clauses)
    return min(
        matches, key=lambda m: (-round(m.score + scores[m.document, m.clause.id], 6), m.document, m.clause.start)
    )


def _speaks_of(draft: Draft, finding: Finding, best: ClauseMatch) -> bool:
    """Whether a sentence itself, not only its heading, speaks of the thing that a figure is asked for."""
    if best.in_clause <= 0:
        return False
    index = draft.finder.index(best.document)
    for question in finding.wordings.questions:
        named = content_words(question.terms)
        if named and index.holds_all(best.clause, named):
            return True
    near = finding.hits[0]
    stranger = draft.finder.names_a_stranger(finding.wordings, draft.documents)
    return near.clause == best.clause.id and near.score >= _SPEAKS and best.in_clause >= _ANSWERS and not stranger


def _unknown(draft: Draft, finding: Finding) -> tuple[str, ...]:
    """The words that none of the plans holds, in any wording."""
    each = [draft.finder.unknown_words(question, draft.documents) for question in finding.wordings.questions]
    return tuple(word for word in each[0] if all(word in words for words in each))


def _with_neighbours(draft: Draft, finding: Finding, document: str, clause: Clause) -> tuple[tuple[str, Clause], ...]:
    """The sentence with those of its task that come near it; all of the task where the question names it."""
    plan = draft.plan(document)
    task = plan.tasks_by_id.get(clause.task)
    own = [one for one in plan.clauses if task and one.task == task.id]
    if task and _names(finding.wordings.questions, task.title):
        return tuple((document, one) for one in own[:_LONGEST_TASK])
    if not _HOW.search(finding.asked.text):
        return ((document, clause),)  # what and which are answered in one place
    scores = {hit.clause: hit.score for hit in finding.hits if hit.document == document}
    limit = _BESIDE * scores.get(clause.id, 1.0)
    near = sorted((one for one in own if one.id != clause.id), key=lambda one: -scores.get(one.id, 0.0))
    beside = [one for one in near if scores.get(one.id, 0.0) >= max(limit, _NEAR)][: _MOST_SENTENCES - 1]
    return tuple((document, one) for one in sorted([clause, *beside], key=lambda one: one.start))


def _names(questions: Sequence[Question], title: str) -> bool:
    """Whether a question says the task's title and nothing more."""
    return any(
        question.terms.replace(" ", "") in title and len(question.terms) >= len(title) / 2 for question in questions
    )
