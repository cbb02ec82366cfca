"""The scorers as LlamaIndex evaluators: words and contexts of any pipeline, answers of this one."""

from __future__ import annotations

import pytest
from llama_index.core.base.response.schema import Response
from llama_index.core.evaluation import BaseEvaluator, BatchEvalRunner
from llama_index.core.schema import NodeWithScore, TextNode

from assistant.errors import UnusableInput
from assistant.evaluation.case import Case
from assistant.evaluation.evaluators import TEXT_SCORERS, ScorerEvaluator, text_evaluators
from assistant.evaluation.ground import Ground
from assistant.evaluation.results import ScoreName
from assistant.wiring import Assistant
from tests import loops

QUESTION = "新增充电桩多少根"
CONTEXTS = ["新增公共停车位2000个、集中式充电站8个、充电桩1000根。", "新增留汉大学生3.7万人以上。"]


@pytest.mark.parametrize(
    ("scorer", "response", "reference", "passes"),
    [
        ("figure", "新增充电桩1000根。", "充电桩：1000根", True),
        ("figure", "新增充电桩一千根。", "1000根", True),
        ("figure", "新增充电桩11000根。", "1000根", False),
        ("figure", "计划没有提到。", "1000根", False),
        ("qualifier", "新增留汉大学生不少于37000人。", "3.7万人以上", True),
        ("qualifier", "新增留汉大学生3.7万人。", "3.7万人以上", False),
        ("items", "控尘、治源和管车。", "控尘\n治源\n管车", True),
        ("items", "控尘、治源。", "控尘\n治源\n管车", False),
        ("forbidden", "不是9999根，是1000根。", "9999根", True),
        ("forbidden", "9999根。", "9999根", False),
        ("words", "在完善公共基础设施一项。", "完善公共基础设施", True),
        ("words", "在第二部分。", "完善公共基础设施", False),
        ("numbers", "新增充电桩1000根[1]。", "", True),
        ("numbers", "新增充电桩1000根[2]。", "", False),
        ("numbers", "新增充电桩2000根[1]。", "", False),
        ("numbers", "新增留汉大学生3.7万人以上。", "", True),
        ("numbers", "“充电桩2000根”", "", False),
        ("quote", "计划写明“充电桩1000根”[1]。", "", True),
        ("quote", "计划写明“充电桩2000根”[1]。", "", False),
        ("quote", "计划写明“充电桩1000根”[2]。", "", False),
    ],
)
def test_words_and_contexts(scorer: ScoreName, response: str, reference: str, passes: bool) -> None:
    result = ScorerEvaluator(scorer).evaluate(QUESTION, response, CONTEXTS, reference=reference)
    assert (result.passing, result.score) == (passes, float(passes))
    assert result.feedback
    assert (result.query, result.response, result.contexts) == (QUESTION, response, CONTEXTS)


def test_nothing_to_judge_is_invalid_and_a_bad_reference_is_refused() -> None:
    result = ScorerEvaluator("items").evaluate(QUESTION, "控尘", CONTEXTS)
    assert (result.passing, result.invalid_result) == (None, True)
    assert result.invalid_reason
    with pytest.raises(UnusableInput, match="“很多”不是一个数量"):
        ScorerEvaluator("figure").evaluate(QUESTION, "很多", CONTEXTS, reference="很多")


def test_a_response_of_llamaindex_with_its_nodes() -> None:
    nodes = [NodeWithScore(node=TextNode(text=text), score=1.0) for text in CONTEXTS]
    response = Response(response="新增充电桩1000根[1]。", source_nodes=nodes)
    assert ScorerEvaluator("numbers").evaluate_response(QUESTION, response).passing


def test_the_batch_runner_takes_them_all() -> None:
    evaluators = text_evaluators()
    assert set(evaluators) == set(TEXT_SCORERS)
    assert all(isinstance(one, BaseEvaluator) for one in evaluators.values())
    runner = BatchEvalRunner({"figure": evaluators["figure"]}, workers=2)
    results = loops.run(
        runner.aevaluate_response_strs(
            queries=[QUESTION, QUESTION],
            response_strs=["1000根", "2000根"],
            contexts_list=[CONTEXTS, CONTEXTS],
            reference=["1000根", "1000根"],
        )
    )
    assert [one.passing for one in results["figure"]] == [True, False]


def test_an_answer_of_this_project_is_judged_whole(corpus_assistant: Assistant) -> None:
    ground = Ground(corpus_assistant)
    answer = corpus_assistant.ask(QUESTION)
    case = Case.model_validate(
        {
            "id": "c", "question": QUESTION, "kind": "figure", "status": "answered",
            "figures": [{"value": "1000", "unit": "根"}], "gold": [answer.citations[0].clause],
        }
    )  # fmt: skip
    clause = ScorerEvaluator("clause", ground)
    assert clause.evaluate(QUESTION, answer.text, case=case, answer=answer).passing
    unquoted = answer.model_copy(update={"citations": ()})
    assert not clause.evaluate(QUESTION, answer.text, case=case, answer=unquoted).passing
