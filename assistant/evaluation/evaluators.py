"""The scorers as LlamaIndex evaluators, for other pipelines than this one.

    FIGURES = "充电桩：1000根；公共停车位：2000个"
    ScorerEvaluator("figure").evaluate(query, response, contexts, reference=FIGURES)
    BatchEvalRunner(text_evaluators()).evaluate_responses(queries, responses, reference=references)

A pipeline gives words and contexts; `[1]` in the response means the first context. An `Answer` of this project is judged
whole, fields and all, where the plans are given too (`ground`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.evaluation import BaseEvaluator, EvaluationResult
from llama_index.core.prompts.mixin import PromptDictType

from assistant.answering.answer import Answer, Citation
from assistant.evaluation.amounts import Equality, read_figures, read_forbidden
from assistant.evaluation.case import Case
from assistant.evaluation.ground import Ground, HeldDocument, Target
from assistant.evaluation.results import ScoreName
from assistant.evaluation.scoring import SCORERS
from assistant.evaluation.scoring.judged import Judged
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow

TEXT_SCORERS: tuple[ScoreName, ...] = ("figure", "qualifier", "items", "numbers", "quote", "forbidden", "words")
"""The scorers that need nothing but words and contexts."""


class ScorerEvaluator(BaseEvaluator):
    """One scorer. What is right is said by `case`, or by `reference`: figures in words for "figure" and "qualifier",
    forbidden figures in words for "forbidden", a list's items one a line for "items", strings one a line for "words";
    "numbers" and "quote" judge against the contexts alone.

    The result passes or not, with a score of 1 or 0 and the reason (Chinese) as feedback; it is invalid where the
    scorer has nothing to judge.
    """

    def __init__(self, scorer: ScoreName, ground: Ground | None = None) -> None:
        """`ground`: the plans, where an `answer` of this project is to be judged with its fields."""
        self._scorer = scorer
        self._ground = ground

    def _get_prompts(self) -> PromptDictType:
        return {}

    def _update_prompts(self, prompts_dict: PromptDictType) -> None:
        """There are none: nothing here asks a model."""

    async def aevaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        *,
        reference: str = "",
        case: Case | None = None,
        answer: Answer | None = None,
        **_: Any,
    ) -> EvaluationResult:
        """Judge a response to a query. Raises `UnusableInput` for a reference that cannot be read."""
        right = case or self._case(query or "", reference)
        if answer is not None and self._ground is not None:
            target = self._ground.target(right, (), (), right.id)
            judged = Judged(target, answer, self._ground)
        else:
            target = Target(right, (), (), (None,) * len(right.figures), (), Equality(right.equivalent_units))
            judged = Judged(target, _as_answer(query or "", response or "", contexts or ()), Ground(_NoPlans()), False)
        scores = list(SCORERS[self._scorer](judged))
        result = EvaluationResult(query=query, contexts=contexts, response=response)
        if not scores:
            result.invalid_result, result.invalid_reason = True, "没有可评的内容"
            return result
        result.passing = all(score.verdict == "pass" for score in scores)
        result.score = float(result.passing)
        result.feedback = "；".join(score.why for score in scores)
        return result

    def _case(self, query: str, reference: str) -> Case:
        lines = tuple(line.strip() for line in reference.splitlines() if line.strip())
        figures = read_figures(reference) if self._scorer in ("figure", "qualifier") else ()
        return Case(
            id="reference",
            question=query.strip() or "（没有问题）",
            kind="figure",
            status="answered",
            figures=figures,
            gold=("reference",) if figures else (),
            forbidden=read_forbidden(reference) if self._scorer == "forbidden" else (),
            items=lines if self._scorer == "items" else (),
            must_contain=lines if self._scorer == "words" else (),
        )


def text_evaluators() -> dict[str, BaseEvaluator]:
    """The evaluators that need nothing but words and contexts, by name, as `BatchEvalRunner` takes them."""
    return {name: ScorerEvaluator(name) for name in TEXT_SCORERS}


def _as_answer(query: str, response: str, contexts: Sequence[str]) -> Answer:
    """Words and contexts as an answer: each context is a citation by its number."""
    citations = tuple(
        Citation(
            marker=number, document="", title="", number="", clause="", path=(), quote=context, start=0,
            end=len(context), formatted="",
        )
        for number, context in enumerate(contexts, start=1)
    )  # fmt: skip
    return Answer(question=query, standalone=query, status="answered", text=response, citations=citations)


class _NoPlans:
    """A library that holds nothing."""

    def documents(self) -> Sequence[HeldDocument]:
        return ()

    def plan(self, document: str) -> Plan:
        raise KeyError(document)

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        raise KeyError(document)
