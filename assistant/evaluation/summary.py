"""Rates with their intervals, retrieval, latency and tokens, of a run and of its groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist, fmean, quantiles

from assistant.evaluation.results import SCORE_NAMES, CaseResult, Retrieved, Run, SuiteRecord

RIGHT, COVERAGE, REFUSALS = "right", "coverage", "refusals"
GROUPINGS: dict[str, Callable[[CaseResult], str]] = {
    "suite": lambda result: result.suite,
    "kind": lambda result: result.kind,
    "style": lambda result: result.style,
}
MEASURES = {"hit@1": "hit_1", "hit@3": "hit_3", "hit@5": "hit_5", "mrr": "mrr", "ndcg": "ndcg"}
"""Retrieval measures by the name that thresholds use."""

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Rate:
    """`right` of `total`; `refused` of the rest gave no answer, so that `wrong` were really wrong."""

    right: int
    total: int
    refused: int = 0

    @property
    def wrong(self) -> int:
        return self.total - self.right - self.refused

    @property
    def value(self) -> float:
        """Between 0 and 1."""
        return self.right / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (E. B. Wilson, 1927)."""
        n, p = self.total, self.value
        middle = p + _Z**2 / (2 * n)
        spread = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        # At the ends the bound is exact; floats would leave a crumb.
        low = 0.0 if self.right == 0 else (middle - spread) / scale
        high = 1.0 if self.right == n else (middle + spread) / scale
        return low, high


@dataclass(frozen=True)
class Group:
    """Some results of a run. `rates` holds "right" and every score that was given; `retrieval` means over the cases
    with gold clauses; times in milliseconds."""

    cases: int
    errors: int
    rates: Mapping[str, Rate]
    retrieval: Retrieved | None
    retrieved: int
    p50: float
    p99: float
    prompt_tokens: int | None
    completion_tokens: int | None

    @property
    def hits(self) -> dict[str, Rate]:
        """How often a gold clause was among the first one, three and five; empty where nothing was retrieved."""
        if self.retrieval is None:
            return {}
        shares = {name: float(getattr(self.retrieval, field)) for name, field in MEASURES.items() if "hit" in name}
        return {name: Rate(round(share * self.retrieved), self.retrieved) for name, share in shares.items()}

    def level(self, name: str) -> float | None:
        """The value of a rate or measure by the name that thresholds use; None where nothing was measured."""
        if name in MEASURES:
            return None if self.retrieval is None else float(getattr(self.retrieval, MEASURES[name]))
        rate = self.rates.get(name)
        return rate.value if rate is not None else None


def group(results: Sequence[CaseResult]) -> Group:
    """The results summed up."""
    times = [result.elapsed_ms for result in results if result.verdict != "error"]
    retrievals = [result.retrieval for result in results if result.retrieval is not None]
    return Group(
        cases=len(results),
        errors=sum(result.verdict == "error" for result in results),
        rates=_rates(results),
        retrieval=_mean(retrievals),
        retrieved=len(retrievals),
        p50=percentile(times, 50),
        p99=percentile(times, 99),
        prompt_tokens=_sum(result.prompt_tokens for result in results),
        completion_tokens=_sum(result.completion_tokens for result in results),
    )


def groups(run: Run, by: str) -> dict[str, Group]:
    """The run's results by "suite", "kind" or "style", in the order in which they first came.

    Mutants are a proof about the scorers, not about answers: they make a suite and belong to no kind or style.
    """
    chosen = run.results if by == "suite" else answered(run)
    found: dict[str, list[CaseResult]] = {}
    for result in chosen:
        found.setdefault(GROUPINGS[by](result), []).append(result)
    return {name: group(results) for name, results in found.items()}


def total(run: Run) -> Group:
    """All questions of the run, mutants left out."""
    return group(answered(run))


def answered(run: Run) -> list[CaseResult]:
    """The results that are answers to questions; the others are mutants that the scorers were to catch."""
    return [result for result in run.results if not is_mutant(result)]


def is_mutant(result: CaseResult) -> bool:
    return any(score.name == "caught" for score in result.scores)


def percentile(values: Sequence[float], percent: int) -> float:
    """The percentile (1 to 99) of some times; 0 where there are none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def missed(run: Run) -> list[str]:
    """One Chinese line for every threshold that the run missed.

    A threshold is of whole suites: where the run took only some of the cases, none is judged.
    """
    if run.is_partial:
        return []
    by_suite = groups(run, "suite")
    lines: list[str] = []
    for suite in run.suites:
        for name, least in suite.thresholds.items():
            level = level_of(suite, by_suite.get(suite.name), name)
            if level is None:
                lines.append(f"题集 {suite.name}：门槛“{name}”没有可以对照的成绩")
            elif level < float(least):
                lines.append(f"题集 {suite.name}：{label(name)} {level:.2%}，低于门槛 {Decimal(least):.2%}")
    return lines


def level_of(suite: SuiteRecord, found: Group | None, name: str) -> float | None:
    """What a suite reached of a rate, a measure or its coverage, by the name that thresholds use; None: not measured."""
    if name == COVERAGE:
        return suite.covered / suite.figures if suite.figures else None
    return found.level(name) if found is not None else None


def label(name: str) -> str:
    """A rate's or measure's name as a reader knows it."""
    return {RIGHT: "全对", COVERAGE: "指标覆盖", **{str(k): v for k, v in SCORE_NAMES.items()}}.get(name, name)


def _rates(results: Sequence[CaseResult]) -> dict[str, Rate]:
    if not results:
        return {}
    rates = {
        RIGHT: Rate(
            sum(result.verdict == "right" for result in results),
            len(results),
            sum(result.verdict == "refused" for result in results),
        )
    }
    for name in SCORE_NAMES:
        verdicts = [score.verdict for result in results for score in result.scores if score.name == name]
        if verdicts:
            rates[name] = Rate(verdicts.count("pass"), len(verdicts), verdicts.count("refused"))
    return rates


def _mean(retrievals: Sequence[Retrieved]) -> Retrieved | None:
    if not retrievals:
        return None
    return Retrieved(**{name: fmean(getattr(one, name) for one in retrievals) for name in Retrieved.model_fields})


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
