"""Fits the weights of `assistant/answering/matching.py` to the tuning questions: `python -m benchmarks.matching [SAMPLES]`.

Every tuning question that asks for one figure is a choice among the rows of its plan and "none"; the weights are those of
a multinomial logit with a small penalty on their squares. Prints the weights and, by five-fold cross-validation, how many
questions choose the right row. SAMPLES: a folder of documents with the suites in `evals/other-plans/`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answering.finder import Finder
from assistant.answering.matching import FEATURES
from assistant.answering.slips import plain
from assistant.evaluation.case import Case
from assistant.evaluation.ground import Ground, Target
from assistant.evaluation.suite_files import read_suite
from assistant.library import index
from assistant.settings import Settings, packaged
from assistant.wiring import Assistant

EVALS = Path("evals")
_FIGURE_KINDS = ("figure", "qualifier", "wrong_unit", "result", "yes_no", "hostile")
_PENALTY, _STEPS, _RATE, _FOLDS, _SEED = 0.3, 3000, 0.05, 5, 2026
_REFUSED_WEIGHT = 1.5  # a figure where none was asked for is worse than none


class Choice:
    """One question: the table of its rows, shape (rows, features), and the row meant (-1: none)."""

    def __init__(self, case: Case, table: NDArray[np.float64], meant: int) -> None:
        self.case, self.table, self.meant = case, table, meant


def choices(assistant: Assistant, finder: Finder, suites: Sequence[Path]) -> list[Choice]:
    """The questions of some suites that ask for one figure, or for one that is not there."""
    found: list[Choice] = []
    ground = Ground(assistant)
    for path in suites:
        suite = read_suite(path).suite
        for case in suite.cases:
            if suite.kept_aside or len(case.conversation) > 1:
                continue
            asks_one = case.kind in _FIGURE_KINDS and len(case.figures) == 1
            asks_none = case.kind in ("nothing", "no_figure") and not case.figures
            if not (asks_one or asks_none):
                continue
            target = ground.target(case, suite.documents, (), case.id)
            document = suite.documents[0]
            rows = assistant.ledger(document)
            meant = _meant(target, rows, document)
            if asks_one and meant < 0:
                continue
            text = finder.mended(plain(case.question), [document])
            _, table = finder.features(text, document)
            found.append(Choice(case, np.asarray(table), meant))
    return found


def _meant(target: Target, rows: Sequence[object], document: str) -> int:
    """The place of the expected row, of the figureless target for a question without figure, else -1."""
    if target.rows and target.rows[0] is not None:
        return list(rows).index(target.rows[0][1])
    for place, row in enumerate(rows):
        if (
            target.case.kind == "no_figure"
            and (document, getattr(row, "clause", ""), getattr(row, "start", 0)) in target.figureless
        ):
            return place
    return -1


def fit(chosen: Sequence[Choice]) -> NDArray[np.float64]:
    """The weights, one a feature, by Adam on the penalised likelihood."""
    sizes = [len(choice.table) for choice in chosen]
    first = np.cumsum([0, *sizes])
    table = np.vstack([choice.table for choice in chosen])
    question = np.repeat(np.arange(len(chosen)), sizes)
    importance = np.array([_REFUSED_WEIGHT if choice.meant < 0 else 1.0 for choice in chosen])
    meant = np.array([first[i] + choice.meant for i, choice in enumerate(chosen) if choice.meant >= 0])
    wanted = (table[meant] * importance[question[meant]][:, None]).sum(axis=0)
    weights = np.zeros(len(FEATURES))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        scores = table @ weights
        top = np.maximum(np.maximum.reduceat(scores, first[:-1]), 0)
        raised = np.exp(scores - top[question])
        total = np.add.reduceat(raised, first[:-1]) + np.exp(-top)
        likely = raised / total[question]
        penalty = _PENALTY * weights
        penalty[-1] = 0  # the constant
        gradient = table.T @ (likely * importance[question]) - wanted + penalty
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        rate = _RATE * (0.1 if step > _STEPS * 2 / 3 else 1)
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def measure(weights: NDArray[np.float64], chosen: Sequence[Choice]) -> dict[str, int]:
    """How many chose right, wrong, or none; and how many chose a row where none was meant."""
    counts = {"right": 0, "wrong": 0, "none": 0, "false": 0, "refused": 0}
    for choice in chosen:
        scores = choice.table @ weights
        top = max(float(scores.max()), 0.0)
        likely = np.exp(scores - top) / (np.exp(scores - top).sum() + np.exp(-top))
        best = int(likely.argmax())
        answers = likely[best] >= 0.5
        if choice.meant < 0:
            counts["false" if answers else "refused"] += 1
        else:
            counts["none" if not answers else "right" if best == choice.meant else "wrong"] += 1
    return counts


def main(arguments: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "wuchang"
        assistant = Assistant.open(home, settings=Settings(home=home, corpus=str(packaged("corpus"))))
        chosen = choices(assistant, assistant.finder(), sorted(EVALS.glob("*.yaml")))
        for samples in arguments:
            other = Path(folder) / "samples"
            index(other, add=[Path(samples)], corpus=None)
            assistant = Assistant.open(other, settings=Settings(home=other, corpus=""))
            chosen += choices(assistant, assistant.finder(), sorted((EVALS / "other-plans").glob("*.yaml")))
        folds = np.random.default_rng(_SEED).integers(0, _FOLDS, len(chosen))
        total: dict[str, int] = {}
        for fold in range(_FOLDS):
            weights = fit([choice for choice, own in zip(chosen, folds, strict=True) if own != fold])
            for name, count in measure(
                weights, [c for c, own in zip(chosen, folds, strict=True) if own == fold]
            ).items():
                total[name] = total.get(name, 0) + count
        print(f"{len(chosen)} questions; held out in turn: {total}")
        print({name: round(float(weight), 2) for name, weight in zip(FEATURES, fit(chosen), strict=True)})


if __name__ == "__main__":
    main(sys.argv[1:])
