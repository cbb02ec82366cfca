"""Other questions: the plan's own sentences that answer best, or the nearest ones for a refusal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.ledger_index import ClauseMatch
from assistant.answering.question import Question
from assistant.answering.shelf import Indexes, Shelf

_CANDIDATES = 24
# A sentence answers when it holds more than half of what was asked, and nothing that was asked is unknown to the plan.
_ANSWERS, _MENTIONS = 0.5, 0.85
# What retrieval finds for questions about what is not there mostly stays below this, what answers above it.
_NEAR = 0.36
# From here on the sentence found answers by its meaning, whatever its words. Both chosen on tuning questions: none of
# those about what is not there reaches this.
_MEANS = 0.50
_LONGEST_TASK = 8


@dataclass(frozen=True)
class Passages:
    """`answers`: sentences that answer, in the text's order. `mention`: the sentence that speaks of all that was asked.
    `nearest`: the sentence that comes closest. `unknown`: words of the question that no plan holds. `by_meaning`: the
    answer shares little or nothing of the question's words."""

    answers: tuple[ClauseMatch, ...]
    mention: ClauseMatch | None
    nearest: ClauseMatch | None
    unknown: tuple[str, ...]
    by_meaning: bool = False


def find(question: Question, shelf: Shelf, indexes: Indexes, documents: Sequence[str]) -> Passages:
    """Retrieve, then weigh each candidate by how much of the question it accounts for."""
    hits = [hit for hit in shelf.find(question.text, documents, _CANDIDATES) if not hit.clause.startswith("header.")]
    candidates: dict[str, list[str]] = defaultdict(list)
    for hit in hits:
        candidates[hit.document].append(hit.clause)
    matches = [match for d, clauses in candidates.items() for match in indexes.of(d).rank_clauses(question, clauses)]
    matches.sort(key=lambda match: (-round(match.score, 6), documents.index(match.document), match.clause.start))
    unknown = _unknown(question, indexes, documents)
    best = matches[0] if matches else None
    if best is None:
        return Passages((), None, None, unknown)
    answers: tuple[ClauseMatch, ...] = ()
    if best.supported >= _ANSWERS and best.in_clause > 0 and not unknown:
        answers = _with_the_task(question, best, indexes)
    near = hits[0]
    nearest = next((m for m in matches if (m.document, m.clause.id) == (near.document, near.clause)), None)
    # A Latin word that no plan holds (PPI, 5G) is a name: what is like it is something else.
    by_meaning = not answers and near.score >= _MEANS and not any(word.isascii() for word in unknown)
    return Passages(
        answers=(nearest,) if by_meaning and nearest else answers,
        mention=best if best.supported >= _MENTIONS and not best.missing and best.in_clause > 0 else None,
        nearest=nearest if near.score >= _NEAR else None,
        unknown=unknown,
        by_meaning=by_meaning,
    )


def _unknown(question: Question, indexes: Indexes, documents: Sequence[str]) -> tuple[str, ...]:
    """The words that none of the plans holds."""
    each = [indexes.of(document).unknown_words(question) for document in documents]
    return tuple(word for word in each[0] if all(word in words for words in each)) if each else ()


def _with_the_task(question: Question, best: ClauseMatch, indexes: Indexes) -> tuple[ClauseMatch, ...]:
    """All sentences of the task when the question names it and nothing more; else the best sentence."""
    index = indexes.of(best.document)
    task = index.plan.tasks_by_id.get(best.clause.task)
    if task is None or question.terms.replace(" ", "") not in task.title or len(question.terms) < len(task.title) / 2:
        return (best,)
    sentences = [clause.id for clause in index.plan.clauses if clause.task == task.id][:_LONGEST_TASK]
    whole = index.rank_clauses(question, sentences)
    return tuple(sorted(whole, key=lambda match: match.clause.start))
