"""What belongs together: glossary words, headings and their sentences, written questions and their clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np

from assistant.errors import UnusableInput
from assistant.plan.document import Plan
from assistant.plan.headings import heading_of
from assistant.search.glossary import Concept
from assistant.search.lexical import tokens

WRITTEN = Path(__file__).parent / "written"
VOICES = {"市": "市民", "记": "记者", "办": "办事员", "领": "领导"}
_LONGEST_HEADING, _SHORTEST_SENTENCE = 40, 12
_HEADINGS_ABOVE = 2


@dataclass(frozen=True)
class Pair:
    """Two texts that mean or concern the same; `negative` is one that shares words with `anchor` and is not meant."""

    anchor: str
    positive: str
    negative: str = ""


@dataclass(frozen=True)
class WrittenClause:
    """A clause written for this project and the questions that it answers, each with its voice."""

    field: str
    text: str
    questions: tuple[tuple[str, str], ...]


def glossary_pairs(concepts: Iterable[Concept]) -> list[Pair]:
    """Every word of a concept with its name, and every everyday word with each official term."""
    concepts = tuple(concepts)
    pairs = [
        Pair(word, concept.official[0])
        for concept in concepts
        for word in (*concept.official[1:], *concept.short, *concept.everyday, *concept.english)
    ]
    pairs += [Pair(word, term) for concept in concepts for word in concept.everyday for term in concept.official[1:]]
    return pairs


def heading_pairs(plans: Iterable[Plan]) -> list[Pair]:
    """The nearest headings and task titles of a sentence, without their numbers, with it, where they are not its own
    words."""
    pairs: list[Pair] = []
    for plan in plans:
        for clause in plan.clauses:
            if clause.kind == "header" or len(clause.text) < _SHORTEST_SENTENCE:
                continue
            for line in plan.path(clause)[-_HEADINGS_ABOVE:]:
                numbered = heading_of(line)
                heading = numbered.title if numbered else line
                if 4 <= len(heading) <= _LONGEST_HEADING and heading not in clause.text:
                    pairs.append(Pair(heading, clause.text.strip()))
    return pairs


def read_written(folder: Path = WRITTEN) -> list[WrittenClause]:
    """The written clauses, a file a field; `UnusableInput` names file and line of a mistake."""
    return [clause for path in sorted(folder.glob("*.txt")) for clause in _written_in(path)]


def _written_in(path: Path) -> Iterator[WrittenClause]:
    text = ""
    questions: list[tuple[str, str]] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        if not line.strip():
            if text:
                if not 3 <= len(questions) <= 5:
                    raise UnusableInput(
                        f"{path.name} 第 {number - 1} 行：一条应有三到五个问题，这里有 {len(questions)} 个"
                    )
                yield WrittenClause(path.stem, text, tuple(questions))
            text, questions = "", []
            continue
        match = re.fullmatch(r"(\S) (.+)", line.strip())
        if match and match[1] == "C" and not text:
            text = match[2]
        elif match and match[1] in VOICES and text:
            questions.append((match[1], match[2]))
        else:
            raise UnusableInput(
                f"{path.name} 第 {number} 行：应是“C 条款”或“{'/'.join(VOICES)} 问题”，这里是“{line[:20]}”"
            )


def written_pairs(clauses: Sequence[WrittenClause], negatives: bool = True) -> list[Pair]:
    """Each question with its clause and, as a negative, the clause that BM25 finds for it and that is not its own."""
    if not negatives:
        return [Pair(question, clause.text) for clause in clauses for _, question in clause.questions]
    texts = [clause.text for clause in clauses]
    scorer = bm25s.BM25(k1=1.2, b=0.5)
    scorer.index([tokens(text) for text in texts], show_progress=False)
    pairs: list[Pair] = []
    for place, clause in enumerate(clauses):
        for _, question in clause.questions:
            known = scorer.get_tokens_ids(list(dict.fromkeys(tokens(question))))
            scores = scorer.get_scores_from_ids(known) if known else np.zeros(len(texts))
            scores[place] = -1
            pairs.append(Pair(question, clause.text, texts[int(np.argmax(scores))]))
    return pairs
