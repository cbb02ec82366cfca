"""Indexes a folder of texts in one of three ways and prints, as JSON, what that took.

    python -m benchmarks.indexing WAY TEXTS TARGET

A process of its own for each run: what one run has cached or allocated must not help or burden the next.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from llama_index.core.schema import TextNode

from assistant.library import index
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.reading.text_file import read_text
from assistant.search.encoder import StaticEncoder
from assistant.search.nodes import clause_nodes
from benchmarks import plain_stack

_WARMING_TEXT = "一、主要目标\n新增充电桩1000根，地区生产总值增长7%。\n"
_SELDOM = 3  # occurrences in the text, at most
_NUMERALS = "〇零一二两三四五六七八九十百千万亿"


class Way(StrEnum):
    """Who indexes what. `SAME` is the plain stack with our clauses as its nodes, `COARSE` with its own chunks."""

    OURS = "ours"
    SAME = "same"
    COARSE = "coarse"


def read_nodes(folder: Path) -> list[TextNode]:
    """Our clauses of every text of a folder, as nodes."""
    nodes: list[TextNode] = []
    for path in sorted(folder.iterdir()):
        plan = parse_plan(read_text(path))
        nodes.extend(clause_nodes(path.stem, plan, build_ledger(plan)))
    return nodes


def prepare(way: Way, texts: Path, target: Path) -> Callable[[], object]:
    """The work to be timed, from the files to an index in `target`.

    The plain stack gets its embedding loaded and, for `SAME`, its nodes for nothing; ours is timed with everything:
    parsing, ledger, BM25, the vectors of parts, and the switch to the new generation.
    """
    if way is Way.OURS:
        return lambda: index(target, corpus=texts)
    encoder = StaticEncoder()
    if way is Way.SAME:
        nodes = read_nodes(texts)
        return lambda: plain_stack.build(target, nodes, encoder)
    return lambda: plain_stack.build(
        target, plain_stack.coarse_nodes([read_text(path) for path in sorted(texts.iterdir())]), encoder
    )


def altered(text: str, number: int) -> str:
    """A copy of a plan that says something else: its seldom characters change places with each other.

    Identical copies would be found in every cache. The frequent characters, digits and marks stay, so that headings,
    verbs and units still read as such. The same number gives the same copy; 0 is the text itself.
    """
    if number == 0:
        return text
    counts = Counter(character for character in text if "\u4e00" <= character <= "\u9fff")
    seldom = [character for character, count in counts.items() if count <= _SELDOM and character not in _NUMERALS]
    shuffled = random.Random(number).sample(seldom, len(seldom))
    return text.translate(str.maketrans("".join(seldom), "".join(shuffled)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", type=Way, choices=list(Way))
    parser.add_argument("texts", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        # Imports and dictionaries are loaded once a process, whatever the amount of text: cold starts show them.
        texts = Path(place) / "texts"
        texts.mkdir()
        (texts / "warming.txt").write_text(_WARMING_TEXT, encoding="utf-8")
        prepare(options.way, texts, Path(place) / "target")()
    work = prepare(options.way, options.texts, options.target)
    wall, processor = time.perf_counter(), time.process_time()
    work()
    print(json.dumps({"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}))


if __name__ == "__main__":
    main()
