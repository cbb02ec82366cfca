"""How often the right clause is found, by style of question, for each way of searching.

    python -m benchmarks.search [TEXTS] [--encoder NAME=FOLDER]...

TEXTS: the folder of the documents that are asked about and do not come with the project; those that are absent are left
out, and said so. `--encoder` measures further encoders alone, such as those that a training without one of its parts
made. Recall is within the document asked about: a question counts at k where one of its clauses is among the first k.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import yaml
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant.errors import UnusableInput
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.reading.text_file import read_text
from assistant.search.encoder import StaticEncoder
from assistant.search.glossary import Glossary, load_glossary
from assistant.search.lexical import LexicalIndex
from assistant.search.nodes import clause_nodes, encoded_text, passages
from assistant.search.parts import PartIndex, whole_arrays
from assistant.search.retriever import BEST_PART, WHOLE, ClauseRetriever
from assistant.search.static_encoder import FOLDER
from assistant.search.vectors import VectorIndex, unit
from assistant.settings import packaged
from benchmarks.hashing import HashingEmbedding
from benchmarks.measure import call_milliseconds, run_process

SETS = {"调试题": "tuning", "留出题": "kept-aside"}
DEPTHS = (1, 3, 5, 10)
PARAPHRASE, OTHERS = "换了说法", "其余"
_STYLES = {
    "paraphrase": PARAPHRASE, "formal": "书面", "abbreviated": "简称", "everyday": "口语", "keywords": "几个词",
}  # fmt: skip

Way = Callable[[str], Sequence[str]]
"""A question to the ids of clauses, the best first."""


@dataclass(frozen=True)
class Question:
    """`spans` are offsets in the document's text; any clause that overlaps one answers."""

    document: str
    style: str
    text: str
    spans: tuple[tuple[int, int], ...]


def read_questions(name: str, texts: Sequence[Path]) -> tuple[list[Question], dict[str, str], list[str]]:
    """The questions of a set, the texts that they are about, by id, and the documents that were not found.

    Raises `UnusableInput` where a document is not the text that the questions were written from.
    """
    held = yaml.safe_load((packaged("evals") / "search" / f"{name}.yaml").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for document, source in held["documents"].items():
        path = next((folder / source["file"] for folder in texts if (folder / source["file"]).is_file()), None)
        if path is None:
            continue
        text = read_text(path)
        if hashlib.sha256(text.encode()).hexdigest() != source["sha256"]:
            raise UnusableInput(f"{path} 不是检索题所问的那份文本")
        found[document] = text
    questions = [
        Question(row["document"], row["style"], row["question"], tuple((start, end) for start, end in row["spans"]))
        for row in held["questions"]
        if row["document"] in found
    ]
    return questions, found, [document for document in held["documents"] if document not in found]


@dataclass(frozen=True)
class Indexed:
    """One document, ready for every way of searching."""

    nodes: Sequence[TextNode]
    lexical: LexicalIndex
    glossary: Glossary
    retriever: ClauseRetriever

    def by_scores(self, scores: Callable[[str], NDArray[np.float64]]) -> Way:
        """Clauses by a score a passage, ties in the text's order."""

        def find(question: str) -> Sequence[str]:
            best = self.lexical.best_rows(scores(question), self.lexical.rows_of(None), DEPTHS[-1])
            return [self.lexical.passages[row].clause for row in best]

        return find

    def by_encoder(self, encoder: BaseEmbedding, in_parts: bool) -> Way:
        """Clauses by cosine alone; `in_parts`: as the retriever weighs best part and whole."""
        whole = np.array(encoder.get_text_embedding_batch([encoded_text(node) for node in self.nodes]))
        whole /= np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)
        rows = self.lexical.rows_of(None)
        parts = PartIndex.of(self.nodes, encoder)

        def scores(question: str) -> NDArray[np.float64]:
            vector = unit(encoder.get_query_embedding(question))
            cosine: NDArray[np.float64] = whole @ vector
            return np.round(WHOLE * cosine + BEST_PART * parts.similarities(vector, rows) if in_parts else cosine, 6)

        return self.by_scores(scores)

    def fused(self) -> Way:
        """The real thing."""
        return lambda question: [hit.node.metadata["clause"] for hit in self.retriever.search(question)]


@contextmanager
def indexed(texts: Mapping[str, str]) -> Iterator[dict[str, Indexed]]:
    """Every document in a real index of its own."""
    glossary = load_glossary(packaged("prompts") / "glossary")
    encoder = StaticEncoder()
    with tempfile.TemporaryDirectory() as place, ExitStack() as opened:
        held: dict[str, Indexed] = {}
        for number, (document, text) in enumerate(texts.items()):
            plan = parse_plan(text)
            nodes = clause_nodes(document, plan, build_ledger(plan))
            lexical = LexicalIndex.build(passages(nodes))
            folder = Path(place) / str(number)
            VectorIndex.build(folder, nodes, whole_arrays(nodes, encoder)["whole"])
            vectors = VectorIndex.open(folder, encoder)
            opened.callback(vectors.close)
            whole, parts = PartIndex.of_wholes(nodes, encoder), PartIndex.of(nodes, encoder)
            retriever = ClauseRetriever(lexical, vectors, whole, parts, glossary)
            held[document] = Indexed(nodes, lexical, glossary, retriever)
        yield held


def ways(held: Indexed, encoders: Mapping[str, BaseEmbedding]) -> dict[str, Way]:
    """Every way of searching one document, by name."""
    half = Glossary(held.glossary.concepts[::2])
    hashing = HashingEmbedding.fit([encoded_text(node) for node in held.nodes])
    found = {
        "BM25": held.by_scores(held.lexical.scores),
        "BM25 + 术语表": held.by_scores(lambda q: held.lexical.shares(q, held.glossary.mentions(q))),
        "BM25 + 半个术语表": held.by_scores(lambda q: held.lexical.shares(q, half.mentions(q))),
        "散列编码器": held.by_encoder(hashing, in_parts=False),
        "编码器（整条）": held.by_encoder(StaticEncoder(), in_parts=False),
        "编码器": held.by_encoder(StaticEncoder(), in_parts=True),
        "合在一起": held.fused(),
    }
    return found | {name: held.by_encoder(encoder, in_parts=True) for name, encoder in encoders.items()}


def ranks(questions: Sequence[Question], held: Mapping[str, Indexed], way: Mapping[str, Way]) -> dict[str, list[int]]:
    """By style, the rank of the first right clause of every question, 0 for the best; DEPTHS[-1] where it is none."""
    found: dict[str, list[int]] = {}
    for question in questions:
        gold = {
            node.metadata["clause"]
            for node in held[question.document].nodes
            for start, end in question.spans
            if node.metadata["start"] < end and start < node.metadata["end"]
        }
        clauses = way[question.document](question.text)[: DEPTHS[-1]]
        rank = next((place for place, clause in enumerate(clauses) if clause in gold), DEPTHS[-1])
        style = _STYLES[question.style]
        for group in (style, *([OTHERS] if style != PARAPHRASE else []), question.document):
            found.setdefault(group, []).append(rank)
    return found


def recall(found: Sequence[int], depth: int) -> float:
    """The share of questions with a right clause among the first `depth`."""
    return sum(rank < depth for rank in found) / len(found)


def report(
    console: Console, texts: Sequence[Path], encoders: Mapping[str, BaseEmbedding], sets: Mapping[str, str] = SETS
) -> None:
    """Print two tables for each set of questions, by style and by document."""
    for name, file in sets.items():
        questions, documents, absent = read_questions(file, texts)
        if absent:
            console.print(f"没有找到 {'、'.join(absent)}，只量其余的。")
        with indexed(documents) as held:
            by_document = {document: ways(each, encoders) for document, each in held.items()}
            names = list(next(iter(by_document.values())))
            measured: dict[str, dict[str, list[int]]] = {}
            taken: dict[str, float] = {}
            for way in names:
                chosen = {document: found[way] for document, found in by_document.items()}
                started = time.perf_counter()
                measured[way] = ranks(questions, held, chosen)
                taken[way] = (time.perf_counter() - started) * 1000 / len(questions)
        console.print(_by_style(name, len(questions), measured, taken))
        console.print(_by_document(name, list(documents), measured))


def cost(console: Console, texts: Sequence[str]) -> None:
    """Print what the shipped encoder takes: on disk, in memory, and in time."""
    size = sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file()) / 1e6
    # In a process of its own: what others have loaded does not count.
    run = run_process([sys.executable, "-c", _LOADING])
    before, after = map(int, run.output.split())
    encoder = StaticEncoder()
    median, slowest = call_milliseconds(encoder.get_query_embedding, [question[:40] for question in texts])
    clauses = list(islice(cycle(texts), _CLAUSES))
    started = time.perf_counter()
    encoder.get_text_embedding_batch(clauses)
    taken = time.perf_counter() - started
    console.print(
        f"编码器：{size:.1f} MB，载入后多占内存 {(after - before) / 1e6:.0f} MB；一个问题 {median:.2f} 毫秒（p99 {slowest:.2f}），"
        f"{_CLAUSES} 条条款 {taken:.2f} 秒"
    )


_CLAUSES = 1000
_LOADING = """
import psutil
from assistant.search.encoder import StaticEncoder
before = psutil.Process().memory_info().rss
StaticEncoder().get_query_embedding("计划")
print(before, psutil.Process().memory_info().rss)
"""


def _by_style(
    name: str, count: int, measured: Mapping[str, Mapping[str, Sequence[int]]], taken: Mapping[str, float]
) -> Table:
    table = Table(title=f"{name}（{count} 题）：前 {' / '.join(map(str, DEPTHS))} 条里有对的，%")
    table.add_column("")
    groups = [
        group for group in (PARAPHRASE, OTHERS, *list(_STYLES.values())[1:]) if group in next(iter(measured.values()))
    ]
    for group in groups:
        table.add_column(f"{group}（{len(next(iter(measured.values()))[group])}）", justify="right")
    table.add_column("毫秒/题", justify="right")
    for way, found in measured.items():
        cells = [" / ".join(f"{recall(found[group], depth) * 100:.0f}" for depth in DEPTHS) for group in groups]
        table.add_row(way, *cells, f"{taken[way]:.1f}")
    return table


def _by_document(name: str, documents: Sequence[str], measured: Mapping[str, Mapping[str, Sequence[int]]]) -> Table:
    table = Table(title=f"{name}，按文档：前 1 / 5 条里有对的，%")
    table.add_column("")
    for document in documents:
        table.add_column(document, justify="right")
    for way, found in measured.items():
        table.add_row(way, *(f"{recall(found[d], 1) * 100:.0f} / {recall(found[d], 5) * 100:.0f}" for d in documents))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "texts", type=Path, nargs="*", help="folders of the documents that do not come with the project"
    )
    parser.add_argument("--encoder", action="append", default=[], metavar="NAME=FOLDER", help="measure this one too")
    parser.add_argument("--tuning", action="store_true", help="leave the questions kept aside alone")
    options = parser.parse_args()
    encoders = {name: StaticEncoder(Path(folder)) for name, folder in (each.split("=", 1) for each in options.encoder)}
    sets = dict(list(SETS.items())[:1]) if options.tuning else SETS
    console = Console(width=150)
    _, documents, _ = read_questions(SETS["调试题"], [packaged("corpus")])
    cost(console, [clause.text for text in documents.values() for clause in parse_plan(text).clauses])
    report(console, [packaged("corpus"), *options.texts], encoders, sets)


if __name__ == "__main__":
    main()
