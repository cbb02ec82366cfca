"""What answering works out once for a document, when it is indexed: a question must not wait for it.

Everything here depends on the plan, its ledger and the encoder alone; how a question is weighed is no part of it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering.grams import pairs
from assistant.answering.slips import spelled_by_sound
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow
from assistant.search.arrays import Arrays, packed
from assistant.search.texts import character_arrays

PAIRS = "pairs"
FORMS = 3
"""Ways to say what a row is of."""

_STRETCH = re.compile(r"[^,，;；。:：]{4,}")
_YEAR = re.compile(r"\d{4}")


def answering_arrays(
    plan: Plan, rows: Sequence[LedgerRow], encode: Callable[[Sequence[str]], NDArray[np.float32]]
) -> Arrays:
    """A document's arrays by kind.

    `pairs` (ascending keys, `pair_key`) and `pair_counts`: how many clauses of the body hold each character pair, headings
    included; `body_clauses`: how many there are. `row_names`: the vectors of each row's `FORMS` names; `figureless`: those
    of the stretches of the text that hold no row. `sounds`: the words that slips of typing are mended to, by their sounds;
    `years`: those that its figures are for; `characters`: see `search.texts`.
    """
    names = [form for row in rows for form in _forms(row)]
    vectors = encode([*names, *_figureless(plan, rows)])
    return {
        **pair_arrays(plan),
        "row_names": vectors[: len(names)],
        # Half precision: only the nearest of them counts, and little.
        "figureless": vectors[len(names) :].astype(np.float16),
        "sounds": packed(spelled_by_sound(plan.text)),
        "years": np.array(sorted({int(year) for row in rows for year in _YEAR.findall(row.period)}), dtype=np.int32),
        **character_arrays(plan.text),
    }


def pair_key(pair: str) -> int:
    """A character pair as a number of 64 bits: two Han characters as they are, anything else by its hash."""
    if len(pair) == 2 and "\u3400" <= pair[0] <= "\u9fff":
        return ord(pair[0]) << 16 | ord(pair[1])
    return int.from_bytes(hashlib.blake2b(pair.encode(), digest_size=8).digest()) | 1 << 63


def pair_arrays(plan: Plan) -> Arrays:
    """In how many clauses of the body, or their headings, each pair stands; and how many clauses there are."""
    counts: Counter[str] = Counter()
    body = [clause for clause in plan.clauses if clause.kind != "header"]
    for clause in body:
        counts.update(pairs(" ".join(plan.path(clause))) | pairs(clause.text))
    keys = np.array([pair_key(pair) for pair in counts], dtype=np.uint64)
    order = np.argsort(keys)
    return {
        PAIRS: keys[order],
        "pair_counts": np.array(list(counts.values()), dtype=np.int32)[order],
        "body_clauses": np.array([len(body)], dtype=np.int32),
    }


def _forms(row: LedgerRow) -> tuple[str, ...]:
    name = row.indicator or row.text
    return name, row.action + name, row.action + name + row.unit


def _figureless(plan: Plan, rows: Sequence[LedgerRow]) -> Iterator[str]:
    starts = np.array(sorted(row.start for row in rows), dtype=np.int64)
    for clause in plan.clauses:
        if clause.kind == "header":
            continue
        for match in _STRETCH.finditer(clause.text):
            first, last = np.searchsorted(starts, [clause.start + match.start(), clause.start + match.end()]).tolist()
            if first == last:
                yield match.group()


class PairCounts:
    """How many clauses of one document hold a pair, from its arrays. Threads may share it."""

    def __init__(self, arrays: Arrays) -> None:
        self._keys, self._counts = arrays[PAIRS], arrays["pair_counts"]
        self.clauses = int(arrays["body_clauses"][0])
        self._known: dict[str, int] = {}

    def __getitem__(self, pair: str) -> int:
        if pair not in self._known:
            key = np.uint64(pair_key(pair))
            at: Any = np.searchsorted(self._keys, key)
            self._known[pair] = int(self._counts[at]) if at < len(self._keys) and self._keys[at] == key else 0
        return self._known[pair]
