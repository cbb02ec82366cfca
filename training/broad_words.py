"""Finds everyday words of the glossary that mislead more than they help.

    python -m training.broad_words [--remove]

Every written question is put to all written clauses by words and glossary alone, once with all of its glossary words and
once without each: a word is too broad where its removal brings the right clauses nearer over the questions that hold
it. Written questions decide, never those that are measured on.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from assistant.search.glossary import Mention, load_glossary
from assistant.search.lexical import LexicalIndex
from assistant.search.passages import Passage
from training.pairs import read_written

_GLOSSARY = Path(__file__).parent.parent / "prompts" / "glossary"
_FEWEST = 3  # questions; fewer prove nothing
_HARM = 0.02  # mean loss of reciprocal rank a question


def measure() -> dict[str, list[float]]:
    """What each everyday word brought in reciprocal rank, question by question."""
    clauses = read_written()
    lexical = LexicalIndex.build(
        [Passage(str(row), "written", str(row), row, row + 1, "", clause.text) for row, clause in enumerate(clauses)]
    )
    glossary = load_glossary(_GLOSSARY)
    brought: dict[str, list[float]] = defaultdict(list)
    for row, clause in enumerate(clauses):
        for _, question in clause.questions:
            mentions = glossary.mentions(question)
            if all(mention.strict for mention in mentions):
                continue
            with_all = _reciprocal_rank(lexical, question, mentions, row)
            for mention in mentions:
                if not mention.strict:
                    rest = tuple(other for other in mentions if other is not mention)
                    brought[mention.word].append(with_all - _reciprocal_rank(lexical, question, rest, row))
    return brought


def _reciprocal_rank(lexical: LexicalIndex, question: str, mentions: tuple[Mention, ...], row: int) -> float:
    """1 / rank of a passage; of ties the middle."""
    shares = lexical.shares(question, mentions)
    above, equal = np.count_nonzero(shares > shares[row]), np.count_nonzero(shares == shares[row])
    return float(1 / (above + (equal + 1) / 2))


def too_broad(brought: dict[str, list[float]]) -> dict[str, tuple[int, float]]:
    """The words to remove, with the number of questions and the mean loss, the worst first."""
    means = {word: (len(gains), float(np.mean(gains))) for word, gains in brought.items() if len(gains) >= _FEWEST}
    worst = sorted((mean, word) for word, (_, mean) in means.items() if mean < -_HARM)
    return {word: means[word] for _, word in worst}


def remove(words: frozenset[str]) -> None:
    """Take everyday words out of the tables."""
    for path in sorted(_GLOSSARY.glob("*.tsv")):
        lines = []
        for line in path.read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            if len(columns) > 2:
                columns[2] = "|".join(word for word in columns[2].split("|") if word not in words)
            lines.append("\t".join(columns))
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--remove", action="store_true", help="take them out of the tables")
    options = parser.parse_args()
    brought = measure()
    broad = too_broad(brought)
    for word, (count, mean) in broad.items():
        print(f"{word}\t{count}\t{mean:.3f}")
    gains = [gain for each in brought.values() for gain in each]
    print(f"{len(brought)} words in {len(gains)} uses bring {np.mean(gains):.4f} a use; {len(broad)} are too broad")
    if options.remove:
        remove(frozenset(broad))


if __name__ == "__main__":
    main()
