"""Trains the encoder that the package ships.

    python -m training TEXT [--output FOLDER] [--without NAME]... [--seed N]

TEXT holds plans.tar.xz and news.txt.xz. Less than ten minutes on two cores; the same seed gives the same file.
"""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import UnusableInput

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "assistant" / "search" / "static_encoder"


class Part(StrEnum):
    """What an ablation leaves out."""

    CONTRASTIVE = "contrastive"
    WRITTEN = "written"
    HEADINGS = "headings"
    GLOSSARY = "glossary"
    HALF_GLOSSARY = "half-glossary"
    NEWS = "news"
    NEGATIVES = "negatives"


def main(
    text: Annotated[Path, typer.Argument(help="the folder with plans.tar.xz and news.txt.xz")],
    output: Annotated[Path, typer.Option(help="where the encoder is written")] = SHIPPED,
    without: Annotated[list[Part] | None, typer.Option(help="leave a part out, to see what it brings")] = None,
    seed: Annotated[int, typer.Option(help="of everything that is drawn by lot")] = 1,
) -> None:
    """Train the encoder of the package."""
    try:
        _train(text, output, frozenset(without or ()), seed)
    except UnusableInput as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _train(text: Path, output: Path, without: frozenset[Part], seed: int) -> None:
    # PyTorch takes seconds to import: a wrong folder is told before.
    from assistant.search.glossary import load_glossary
    from training.overlap import MeasuredPieces
    from training.texts import read_training_text

    started = time.monotonic()

    def tell(what: str) -> None:
        typer.echo(f"{time.monotonic() - started:6.0f} s  {what}")

    read = read_training_text(text, MeasuredPieces.load(), with_news=Part.NEWS not in without)
    tell(f"{len(read.plans)} plans, {len(read.news)} articles; {read.left_out} left out: they hold measured text")

    from training.contrastive import Group, Recipe, train
    from training.export import export
    from training.pairs import glossary_pairs, heading_pairs, read_written, written_pairs
    from training.vectors import learn_vectors

    concepts = load_glossary(ROOT / "prompts" / "glossary").concepts
    if Part.HALF_GLOSSARY in without:
        concepts = concepts[::2]
    glossary = [] if Part.GLOSSARY in without else glossary_pairs(concepts)
    headings = [] if Part.HEADINGS in without else heading_pairs(read.plans)
    written = [] if Part.WRITTEN in without else written_pairs(read_written(), negatives=Part.NEGATIVES not in without)
    needed = [part for pair in (*glossary, *written) for part in (pair.anchor, pair.positive)]
    vectors = learn_vectors(read, needed, seed)
    tell(f"{len(vectors.tokens)} word vectors")
    if Part.CONTRASTIVE not in without:
        groups = {
            "glossary": Group(glossary),
            "headings": Group(headings, times=0.1),  # many and noisy: more of them drown the written pairs
            "written": Group(written, times=3),
        }
        tell("; ".join(f"{len(group.pairs)} {name} pairs × {group.times:g}" for name, group in groups.items()))
        vectors = train(vectors, groups, Recipe(), seed)
    export(vectors, output)
    size = sum(file.stat().st_size for file in output.iterdir()) / 1e6
    tell(f"written to {output}: {size:.1f} MB")


if __name__ == "__main__":
    sys.exit(typer.run(main))
