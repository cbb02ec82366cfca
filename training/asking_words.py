"""Finds the words that people say around whatever they ask, and writes them to `assistant/answering/asking_words.txt`.

    python -m training.asking_words

Such a word is said of many documents (it stands in the labelled questions about at least `_DOCUMENTS` of them), more often
in questions than in clauses, is no noun, no word of the glossary, and stands in no clause unless its class is one of grammar.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import rjieba
import typer

from assistant.answering.question_words import ASKING_WORDS, EMPTY, UNITS
from assistant.answering.slips import plain
from assistant.plan.verbs import ACTIONS
from assistant.search.glossary import load_glossary
from training.labelled import read_labelled
from training.pairs import read_written

ROOT = Path(__file__).parent.parent
WRITTEN_TO = ROOT / "assistant" / "answering" / "asking_words.txt"
_DOCUMENTS, _OFTENER = 5, 1.5
_NAMING = "nsxjgb"  # classes of words that name things
_OF_GRAMMAR = "rmqdcuytp"


def asking_words() -> list[str]:
    """The words, in the order of their characters."""
    documents: dict[str, set[str]] = defaultdict(set)
    asked: Counter[str] = Counter()
    questions = 0
    for name, labelled in read_labelled().items():
        for one in labelled:
            questions += 1
            for word in set(rjieba.cut(plain(one.text))):
                documents[word].add(name)
                asked[word] += 1
    clauses = read_written()
    written: Counter[str] = Counter()
    for clause in clauses:
        written.update(set(rjieba.cut(clause.text)))
        for _, question in clause.questions:
            questions += 1
            asked.update(set(rjieba.cut(question)) & documents.keys())
    concepts = load_glossary(ROOT / "prompts" / "glossary").concepts
    named = {word for one in concepts for word in (*one.official, *one.short, *one.everyday, *one.english)}
    named |= {*ACTIONS, *EMPTY, *UNITS.split("|")}
    return sorted(
        word
        for word, said_of in documents.items()
        if len(said_of) >= _DOCUMENTS
        and len(word) > 1
        and all("\u4e00" <= one <= "\u9fff" for one in word)
        and word not in named
        and asked[word] / questions >= _OFTENER * (written[word] + 0.5) / len(clauses)
        and (word_class := rjieba.tag(word)[0][1])[0] not in _NAMING
        and word_class != "vn"
        and (not written[word] or word_class[0] in _OF_GRAMMAR)
    )


def main() -> None:
    """Find and write them."""
    found = asking_words()
    WRITTEN_TO.write_text("\n".join(found) + "\n", "utf-8")
    typer.echo(f"{len(found)} words, {len(set(found) - ASKING_WORDS)} of them new: {WRITTEN_TO.name}")


if __name__ == "__main__":
    sys.exit(typer.run(main))
