"""Retrieval apart from the answer, with LlamaIndex's own retriever metrics."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assistant.evaluation.ground import ClauseKey
from assistant.evaluation.results import Retrieved

DEPTH = 10
"""How many clauses are asked of the retriever."""


def measure(gold: Collection[ClauseKey], found: Sequence[ClauseKey]) -> Retrieved:
    """Hit rates, reciprocal rank and nDCG of the clauses found, best first, against the gold clauses."""
    from llama_index.core.evaluation.retrieval.metrics import MRR, NDCG, HitRate

    expected = sorted(map(_name, gold))
    retrieved = [_name(key) for key in found[:DEPTH]]

    def hit(depth: int) -> float:
        # The metrics refuse an empty list: nothing found is no hit.
        return HitRate().compute(expected_ids=expected, retrieved_ids=retrieved[:depth]).score if retrieved else 0.0

    return Retrieved(
        hit_1=hit(1),
        hit_3=hit(3),
        hit_5=hit(5),
        mrr=MRR().compute(expected_ids=expected, retrieved_ids=retrieved).score if retrieved else 0.0,
        ndcg=NDCG().compute(expected_ids=expected, retrieved_ids=retrieved).score if retrieved else 0.0,
    )


def _name(key: ClauseKey) -> str:
    return f"{key.document}#{key.clause}"
