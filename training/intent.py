"""Fits the classifiers of questions and of later turns (`assistant/answering/intent.py`) to the questions in `training/questions/`.

    python -m training.intent

First each file in turn is kept out, fitted to the others and read: every file asks about another document in other voices,
so that this says how well unheard phrasings are read. Then all of them are fitted and written to the package.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import typer
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.answering.intent import FITTED, FITTED_TO_TURNS, INTENTS, TURNS, grams
from assistant.answering.question import read_question
from assistant.answering.slips import plain
from training.labelled import FOLLOW_UP, Labelled, read_labelled

_LEAST_SEEN, _LOOSENESS = 2, 10.0


class Fit:
    """Fitted to labelled questions."""

    def __init__(self, questions: Sequence[Labelled]) -> None:
        self._words = TfidfVectorizer(analyzer=_runs, min_df=_LEAST_SEEN, sublinear_tf=True)
        seen = self._words.fit_transform([plain(one.text) for one in questions])
        self._logit = LogisticRegression(C=_LOOSENESS, max_iter=3000)
        self._logit.fit(seen, [one.label for one in questions])

    def read(self, questions: Sequence[Labelled]) -> list[str]:
        seen: csr_matrix = self._words.transform([plain(one.text) for one in questions])
        return list(self._logit.predict(seen))

    def save(self, path: Path) -> None:
        """Write what `IntentModel` reads."""
        np.savez_compressed(
            path,
            grams=self._words.get_feature_names_out().astype(str),
            rarity=self._words.idf_.astype(np.float16),
            weights=self._logit.coef_.T.astype(np.float16),
            bias=self._logit.intercept_.astype(np.float16),
            labels=self._logit.classes_.astype(str),
        )


def _runs(text: str) -> list[str]:
    return list(grams(text).elements())


def main() -> None:
    """Measure on each file kept out, then fit and write."""
    held = read_labelled()
    for follows, labels, path in ((False, INTENTS, FITTED), (True, TURNS, FITTED_TO_TURNS)):
        chosen = {
            name: [one for one in questions if one.label.startswith(FOLLOW_UP) == follows]
            for name, questions in held.items()
        }
        _measure({name: questions for name, questions in chosen.items() if questions}, labels)
        Fit([one for questions in chosen.values() for one in questions]).save(path)
        typer.echo(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


def _measure(held: Mapping[str, Sequence[Labelled]], labels: Sequence[str]) -> None:
    right, seen = Counter[str](), Counter[str]()
    for name, questions in held.items():
        fit = Fit([one for other in held if other != name for one in held[other]])
        for one, said in zip(questions, fit.read(questions), strict=True):
            seen[one.label] += 1
            right[one.label] += said == one.label
    for label in labels:
        typer.echo(f"{label:12}{right[label]:5} / {seen[label]}")
    typer.echo(f"{'all':12}{right.total():5} / {seen.total()} = {right.total() / seen.total():.1%}")
    if labels == INTENTS:
        ruled = sum(read_question(plain(one.text)).ruled == one.label for own in held.values() for one in own)
        typer.echo(f"{'by rule':12}{ruled:5} / {seen.total()} = {ruled / seen.total():.1%}")


if __name__ == "__main__":
    sys.exit(typer.run(main))
