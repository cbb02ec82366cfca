"""Runs: which cases are taken, what each is judged on, in what order results come; the shipped suites over the plan."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.answering.answer import Answer, Usage
from assistant.answering.engine import EmbeddedEngine
from assistant.answering.prepared import PairCounts, answering_arrays
from assistant.errors import UnknownDocument, UnusableInput
from assistant.evaluation.case import Case
from assistant.evaluation.ground import ClauseKey, Ground
from assistant.evaluation.results import CaseResult, Retrieved
from assistant.evaluation.retrieval import DEPTH, measure
from assistant.evaluation.runner import Selection, Task, coverage, record_of, run_tasks, tasks_of
from assistant.evaluation.suite_files import LoadedSuite, read_suite
from assistant.evaluation.summary import group, total
from assistant.plan.document import Plan
from assistant.plan.identity import Identity
from assistant.plan.ledger import LedgerRow, build_ledger
from assistant.plan.parse import parse_plan
from assistant.search.arrays import Arrays
from assistant.search.encoder import StaticEncoder
from assistant.search.glossary import NO_GLOSSARY
from assistant.wiring import Assistant
from tests.conftest import ROOT

SMALL, OTHER = "某区2022", "某县2031"
SMALL_TEXT = """某区2022年国民经济和社会发展计划

一、主要任务

(一)补齐设施短板

完善公共设施。新增充电桩1000根。建成学校3所。新建公园2个。引进企业40家以上。

(二)办好民生实事

加强民生保障。新增养老床位500张。建成菜场6个。建成菜场要方便群众。
"""
OTHER_TEXT = """某县2031年国民经济和社会发展计划

一、主要任务

新增观鸟站4座。新增充电桩20根。
"""
WAIT = 30  # seconds that a thread may wait for another before a test fails
ENCODER = StaticEncoder()


class Found(NamedTuple):
    document: str
    clause: str
    score: float = 0.0


class Held(NamedTuple):
    id: str
    sha256: str


@dataclass
class SmallAssistant:
    """The real engine over two small plans; retrieval brings what `found` says. `asked` keeps what it was asked."""

    found: Sequence[ClauseKey] = ()
    asked: list[tuple[str, tuple[str, ...], tuple[str, ...] | None]] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[Answer], Answer] = lambda answer: answer
    closed: int = 0
    texts: dict[str, str] = field(default_factory=lambda: {SMALL: SMALL_TEXT, OTHER: OTHER_TEXT})

    def __post_init__(self) -> None:
        self.plans = {name: parse_plan(text) for name, text in self.texts.items()}
        self._arrays = cache(lambda name: answering_arrays(self.plan(name), self.ledger(name), self.encode))
        self._engine = EmbeddedEngine(self, NO_GLOSSARY)

    def documents(self) -> Sequence[Held]:
        return [Held(name, hashlib.sha256(plan.text.encode()).hexdigest()) for name, plan in self.plans.items()]

    def document_ids(self) -> Sequence[str]:
        return list(self.plans)

    def identity(self, document: str) -> Identity:
        return self.plan(document).identity

    def location(self, _document: str, _start: int) -> str:
        return ""

    def title(self, document: str) -> str:
        return self.plan(document).title

    def names(self, document: str) -> Sequence[str]:
        return [self.plan(document).title, self.plan(document).number]

    def years(self, document: str) -> frozenset[int]:
        return frozenset(self._arrays(document)["years"].tolist())

    def arrays(self, document: str) -> Arrays:
        return self._arrays(document)

    def holding(self, words: str) -> frozenset[str]:
        return frozenset(name for name, plan in self.plans.items() if words in plan.text)

    def knowing(self, pair: str) -> frozenset[str]:
        return frozenset(name for name in self.plans if PairCounts(self._arrays(name))[pair])

    def plan(self, document: str) -> Plan:
        if document not in self.plans:
            raise UnknownDocument(document, list(self.plans))
        return self.plans[document]

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        return build_ledger(self.plan(document))

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        self.asked.append((question, tuple(history), None if documents is None else tuple(documents)))
        self.before(question)
        return self.after(self._engine.ask(question, history, documents))

    def find(self, question: str, documents: Sequence[str] | None = None, top: int = DEPTH) -> Sequence[Found]:
        assert question
        assert documents is None or set(documents) <= set(self.plans)
        return [Found(*key) for key in self.found[:top]]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray(ENCODER.get_text_embedding_batch(list(texts)), dtype=np.float32)

    def close(self) -> None:
        self.closed += 1


PILES = "- {id: piles, question: 新增充电桩多少根, kind: figure, status: answered, figures: [{value: 1000, unit: 根}], gold: [充电桩1000根], tags: [设施]}\n"
SCHOOLS = "- {id: schools, question: 建成学校多少所, kind: figure, style: terse, status: answered, figures: [{value: 3, unit: 所}], gold: [学校3所], tags: [设施, 教育]}\n"
BEDS = "- {id: beds, question: 新增养老床位多少张, kind: figure, style: formal, status: answered, figures: [{value: 5000, unit: 张}], gold: [养老床位500张]}\n"
METRO = "- {id: metro, question: 地铁修几公里, kind: nothing, status: not_in_plan}\n"
THEN = "- {id: then, turns: [建成学校多少, 那菜场呢], kind: followup, status: answered, figures: [{value: 6, unit: 个}], gold: [菜场6个]}\n"
FOUR = PILES + SCHOOLS + BEDS + METRO
"""Of these, `beds` expects what the plan does not say: every right engine is wrong there."""


def suite_file(folder: Path, cases: str, head: str = f"documents: [{SMALL}]", name: str = "small") -> LoadedSuite:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(f"{head}\ncases:\n{cases}" if cases else f"{head}\n", encoding="utf-8")
    return read_suite(path)


def run_all(
    subject: SmallAssistant | Assistant,
    tasks: Sequence[Task],
    *,
    workers: int = 1,
    known: dict[str, CaseResult] | None = None,
    tell: Callable[[CaseResult], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> tuple[CaseResult, ...]:
    return run_tasks(
        subject, tasks, Ground(subject), workers=workers, known=known or {}, tell=tell, stop=stop or threading.Event()
    )


def run_suite(subject: SmallAssistant, folder: Path, cases: str, **options: object) -> dict[str, CaseResult]:
    tasks = tasks_of([suite_file(folder, cases)], Ground(subject))
    return {result.id: result for result in run_all(subject, tasks, **options)}  # type: ignore[arg-type]


def without_times(result: CaseResult) -> CaseResult:
    answer = result.answer and result.answer.model_copy(update={"elapsed_ms": 0.0})
    return result.model_copy(update={"elapsed_ms": 0.0, "answer": answer})


# --- Which cases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "sample", "words"),
    [
        ((), None, ""),
        ((), 3, "抽 3 题"),
        (("kind:list",), None, "kind:list"),
        (("kind:list", "tag:false:premise"), 2, "kind:list tag:false:premise 抽 2 题"),
        (("id:w001", "style:everyday", "status:answered"), None, "id:w001 style:everyday status:answered"),
    ],
)
def test_a_selection_says_what_it_is(only: tuple[str, ...], sample: int | None, words: str) -> None:
    assert str(Selection.parse(only, sample)) == words


@pytest.mark.parametrize(
    "words", ["kind", "", ":", "kind:", ":list", "colour:red", "Kind:list", "kind：list", "gold:x"]
)
def test_a_selection_of_nothing_known_is_refused_in_one_line(words: str) -> None:
    with pytest.raises(UnusableInput) as refused:
        Selection.parse(["kind:list", words], None)
    message = str(refused.value)
    assert message.startswith(f"--only {words} 不能用")
    assert "kind、style、tag、status、id" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("only", "taken"),
    [
        (("kind:figure",), "abc"),
        (("kind:figure", "kind:how"), "abcd"),
        (("style:terse",), "b"),
        (("tag:设施",), "ab"),
        (("tag:设施", "tag:教育"), "abc"),
        (("tag:设施", "style:terse"), "b"),
        (("status:no_figure",), "d"),
        (("id:a", "id:d"), "ad"),
        (("id:a", "kind:how"), ""),
        (("tag:设",), ""),
        (("kind:nonsense",), ""),
        ((), "abcd"),
    ],
)
def test_cases_have_one_of_the_values_of_every_field(only: tuple[str, ...], taken: str) -> None:
    def case(name: str, kind: str, style: str, tags: list[str], status: str = "answered") -> Case:
        fields = {"id": name, "question": "问", "kind": kind, "style": style, "tags": tags, "status": status}
        return Case.model_validate(fields)

    cases = [
        case("a", "figure", "formal", ["设施"]),
        case("b", "figure", "terse", ["设施", "教育"]),
        case("c", "figure", "formal", ["教育"]),
        case("d", "how", "local", [], "no_figure"),
    ]
    selection = Selection.parse(only, None)
    assert "".join(case.id for case in cases if selection.takes(case)) == taken


def test_a_sample_is_the_same_every_time_and_in_the_order_of_the_suites(tmp_path: Path) -> None:
    lines = "".join(f"- {{id: c{n}, question: 第{n}问, kind: how, status: answered}}\n" for n in range(60))
    suites = [suite_file(tmp_path, lines, name=name) for name in ("one", "two")]
    ground = Ground(SmallAssistant())
    keys = [task.key for task in tasks_of(suites, ground)]
    samples = [[task.key for task in Selection(sample=40).choose(tasks_of(suites, ground))] for _ in range(3)]
    assert samples[0] == samples[1] == samples[2]
    assert len(set(samples[0])) == 40
    assert samples[0] == sorted(samples[0], key=keys.index)
    assert samples[0] != keys[:40]
    for enough in (120, 500):
        assert [task.key for task in Selection(sample=enough).choose(tasks_of(suites, ground))] == keys


def test_mutants_are_left_out_where_cases_are_picked(tmp_path: Path) -> None:
    subject = SmallAssistant()
    suites = [
        suite_file(tmp_path, FOUR),
        suite_file(tmp_path, "", f"documents: [{SMALL}]\ngenerated: perturbation", "mutants"),
    ]
    tasks = tasks_of(suites, Ground(subject))
    assert sum(task.mutant is not None for task in tasks) > 100
    assert Selection().choose(tasks) == tasks
    picked = Selection.parse(["kind:figure"], None).choose(tasks)
    assert [task.key for task in picked] == ["small/piles", "small/schools", "small/beds"]
    assert set(Selection.parse(["kind:figure"], 2).choose(tasks)) < set(picked)


# --- What cannot be run -----------------------------------------------------------------------------------------------


def test_a_suite_of_a_plan_that_is_not_held_is_refused(tmp_path: Path) -> None:
    suite = suite_file(tmp_path, FOUR, f"documents: [{SMALL}, 江夏, 洪山]")
    with pytest.raises(UnusableInput) as refused:
        tasks_of([suite], Ground(SmallAssistant()))
    assert str(refused.value) == f"题集 {suite.path} 要问的文档“江夏、洪山”不在资料库里"


@pytest.mark.parametrize(
    ("head", "words", "how_many"),
    [
        (f"documents: [{SMALL}]", "充电桩1001根", "不在任何条款里"),
        (f"documents: [{SMALL}]", "观鸟站4座", "不在任何条款里"),  # another plan's
        (f"documents: [{SMALL}]", "9.9-nope", "不在任何条款里"),
        (f"documents: [{SMALL}]", "建成菜场", "在 2 个条款里都有"),
        ("title: 两份计划", "新增充电桩", "在 2 个条款里都有"),
    ],
)
def test_gold_words_stand_in_one_clause_or_the_case_is_named(
    tmp_path: Path, head: str, words: str, how_many: str
) -> None:
    bad = f"- {{id: bad-1, question: 多少, kind: figure, status: answered, gold: [充电桩1000根, [学校3所, {words}]]}}\n"
    suite = suite_file(tmp_path, PILES + bad, head)
    with pytest.raises(UnusableInput) as refused:
        tasks_of([suite], Ground(SmallAssistant()))
    message = str(refused.value)
    assert message.startswith(f"题集 {suite.path} 第 4 行（bad-1）：出处“{words}”{how_many}")
    assert "\n" not in message


def test_gold_may_name_a_clause_by_its_id(tmp_path: Path) -> None:
    subject = SmallAssistant()
    market = next(clause.id for clause in subject.plans[SMALL].clauses if "菜场6个" in clause.text)
    lines = f"- {{id: m, question: 建成菜场多少个, kind: figure, status: answered, figures: [{{value: 6, unit: 个}}], gold: [{market}]}}\n"
    assert run_suite(subject, tmp_path, lines)["m"].verdict == "right"


# --- Running ----------------------------------------------------------------------------------------------------------


def test_verdicts_of_the_real_engine_over_a_small_plan(tmp_path: Path) -> None:
    results = run_suite(SmallAssistant(), tmp_path, FOUR + THEN)
    verdicts = {name: result.verdict for name, result in results.items()}
    assert verdicts == {"piles": "right", "schools": "right", "beds": "wrong", "metro": "right", "then": "right"}
    failed = {score.name for score in results["beds"].scores if score.verdict == "fail"}
    assert "figure" in failed
    assert results["beds"].expected == "5000张"
    assert results["piles"].tags == ("设施",)


@pytest.mark.parametrize("workers", [1, 4])
def test_results_come_in_the_order_of_the_tasks(tmp_path: Path, workers: int) -> None:
    """Where several work at a time the first case is made to end last: its result still comes first."""
    others_are_told = threading.Event()
    told: list[CaseResult] = []

    def before(question: str) -> None:
        if workers > 1 and "充电桩" in question:
            assert others_are_told.wait(WAIT)

    def tell(result: CaseResult) -> None:
        told.append(result)
        if len(told) == len(usual) - 1:
            others_are_told.set()

    usual = [without_times(one) for one in run_suite(SmallAssistant(), tmp_path, FOUR).values()]
    results = run_suite(SmallAssistant(before=before), tmp_path, FOUR, workers=workers, tell=tell)
    assert [without_times(one) for one in results.values()] == usual
    assert list(results) == ["piles", "schools", "beds", "metro"]
    assert sorted(one.id for one in told) == sorted(results)
    assert (told[0].id == "piles") is (workers == 1)


@pytest.mark.parametrize("workers", [1, 3])
def test_an_engine_that_raises_is_an_error_of_its_case_alone(tmp_path: Path, workers: int) -> None:
    def before(question: str) -> None:
        if "学校" in question:
            raise ZeroDivisionError("a fault")
        if "床位" in question:
            raise UnusableInput("问不了")

    results = run_suite(SmallAssistant(before=before), tmp_path, FOUR, workers=workers)
    assert [one.verdict for one in results.values()] == ["right", "error", "error", "right"]
    assert [one.error for one in results.values()] == ["", "ZeroDivisionError: a fault", "UnusableInput: 问不了", ""]
    assert results["schools"].answer is None
    assert results["schools"].scores == ()


def spoilt_figure(answer: Answer) -> Answer:
    figures = tuple(one.model_copy(update={"value": "一千"}) for one in answer.figures)
    return answer.model_copy(update={"figures": figures})


def spoilt_citation(answer: Answer) -> Answer:
    citations = tuple(one.model_copy(update={"document": "没有这一份"}) for one in answer.citations)
    return answer.model_copy(update={"citations": citations})


@pytest.mark.parametrize("spoil", [spoilt_figure, spoilt_citation])
def test_whatever_stands_in_an_answer_the_rest_goes_on(tmp_path: Path, spoil: Callable[[Answer], Answer]) -> None:
    """A figure whose value is no number, a citation of no plan: the case is not right, and the next ones are asked."""
    subject = SmallAssistant(after=lambda answer: spoil(answer) if "充电桩" in answer.question else answer)
    results = run_suite(subject, tmp_path, FOUR)
    assert results["piles"].verdict in ("wrong", "error")
    assert results["schools"].verdict == "right"


def test_retrieval_that_raises_is_an_error_of_its_case_alone(tmp_path: Path) -> None:
    class NoIndex(SmallAssistant):
        def find(self, question: str, documents: Sequence[str] | None = None, top: int = DEPTH) -> Sequence[Found]:
            if "充电桩" in question:
                raise OSError("the index is gone")
            return super().find(question, documents, top)

    results = run_suite(NoIndex(), tmp_path, FOUR)
    assert results["piles"].verdict == "error"
    assert results["piles"].error == "OSError: the index is gone"
    assert results["schools"].verdict == "right"


def test_known_results_are_kept_and_not_asked_again(tmp_path: Path) -> None:
    first = run_suite(SmallAssistant(), tmp_path, FOUR)
    known = {result.key: result for result in first.values() if result.id in ("piles", "beds")}
    subject, told = SmallAssistant(), []
    results = run_suite(subject, tmp_path, FOUR, known=known, tell=told.append)
    assert [question for question, _, _ in subject.asked] == ["建成学校多少所", "地铁修几公里"]
    assert [one.id for one in told] == ["schools", "metro"]
    assert list(results) == ["piles", "schools", "beds", "metro"]
    assert results["piles"] is first["piles"]


@pytest.mark.parametrize("workers", [1, 2])
def test_stop_ends_the_run_after_the_case_in_hand(tmp_path: Path, workers: int) -> None:
    """The cases in hand are told and returned, no further one is asked."""
    stop = threading.Event()
    in_hand = threading.Barrier(workers)

    def before(_: str) -> None:
        in_hand.wait(WAIT)
        stop.set()

    subject, told = SmallAssistant(before=before), []
    results = run_suite(subject, tmp_path, FOUR, workers=workers, tell=told.append, stop=stop)
    assert list(results) == ["piles", "schools"][:workers]
    assert sorted(one.id for one in told) == list(results)
    assert len(subject.asked) == workers


def test_a_listener_that_raises_ends_the_run(tmp_path: Path) -> None:
    """What cannot be kept is not gone on with: at most the case already begun is asked."""
    stop = threading.Event()

    def before(question: str) -> None:
        if "充电桩" not in question:
            assert stop.wait(WAIT)

    def tell(_: CaseResult) -> None:
        raise OSError("no space left")

    subject = SmallAssistant(before=before)
    with pytest.raises(OSError, match="no space left"):
        run_suite(subject, tmp_path, FOUR, tell=tell, stop=stop)
    assert stop.is_set()
    assert len(subject.asked) <= 2


def test_a_conversation_is_asked_with_its_earlier_turns_and_the_suites_documents(tmp_path: Path) -> None:
    subject = SmallAssistant()
    suites = [
        suite_file(tmp_path, THEN),
        suite_file(tmp_path, METRO, f"documents: [{OTHER}, {SMALL}]", "both"),
        suite_file(tmp_path, METRO, "title: 全库", "all"),
    ]
    run_all(subject, tasks_of(suites, Ground(subject)))
    assert subject.asked == [
        ("那菜场呢", ("建成学校多少",), (SMALL,)),
        ("地铁修几公里", (), (OTHER, SMALL)),
        ("地铁修几公里", (), None),
    ]


def test_tokens_are_summed_where_an_engine_counts_them(tmp_path: Path) -> None:
    def counted(answer: Answer) -> Answer:
        if "学校" in answer.question:
            return answer
        return answer.model_copy(update={"usage": Usage(prompt_tokens=100, completion_tokens=7)})

    results = run_suite(SmallAssistant(after=counted), tmp_path, FOUR)
    assert [(one.prompt_tokens, one.completion_tokens) for one in results.values()] == [
        (100, 7), (None, None), (100, 7), (100, 7),
    ]  # fmt: skip
    summed = group(list(results.values()))
    assert (summed.prompt_tokens, summed.completion_tokens) == (300, 21)
    uncounted = group(list(run_suite(SmallAssistant(), tmp_path, FOUR).values()))
    assert (uncounted.prompt_tokens, uncounted.completion_tokens) == (None, None)


# --- Retrieval --------------------------------------------------------------------------------------------------------


def gain(*ranks: int) -> float:
    """The discounted gain of hits at these ranks, from 1."""
    return sum(1 / math.log2(rank + 1) for rank in ranks)


@pytest.mark.parametrize(
    ("gold", "ranks", "expected"),
    [
        (1, (1,), (1, 1, 1, 1, 1)),
        (1, (2,), (0, 1, 1, 1 / 2, gain(2))),
        (1, (3,), (0, 1, 1, 1 / 3, 1 / 2)),
        (1, (4,), (0, 0, 1, 1 / 4, gain(4))),
        (1, (6,), (0, 0, 0, 1 / 6, gain(6))),
        (1, (10,), (0, 0, 0, 1 / 10, gain(10))),
        (1, (11,), (0, 0, 0, 0, 0)),
        (1, (), (0, 0, 0, 0, 0)),
        (2, (1, 2), (1, 1, 1, 1, 1)),
        (2, (2, 4), (0, 1, 1, 1 / 2, gain(2, 4) / gain(1, 2))),
        (2, (3,), (0, 1, 1, 1 / 3, gain(3) / gain(1, 2))),
        (3, (1, 5, 11), (1, 1, 1, 1, gain(1, 5) / gain(1, 2, 3))),
    ],
)
def test_retrieval_is_measured_as_by_hand(gold: int, ranks: tuple[int, ...], expected: tuple[float, ...]) -> None:
    wanted = [ClauseKey("d", f"gold-{number}") for number in range(gold)]
    found = [ClauseKey("d", f"other-{number}") for number in range(12)]
    for key, rank in zip(wanted, ranks, strict=False):
        found[rank - 1] = key
    measured = measure(wanted, found)
    assert tuple(measured.model_dump().values()) == pytest.approx(expected)


def test_nothing_found_is_no_hit() -> None:
    assert measure([ClauseKey("d", "c")], []) == Retrieved(hit_1=0, hit_3=0, hit_5=0, mrr=0, ndcg=0)


def test_a_clause_of_another_plan_is_no_hit() -> None:
    assert measure([ClauseKey("one", "c")], [ClauseKey("two", "c")]).hit_5 == 0


def test_a_run_measures_retrieval_of_cases_with_gold_clauses_alone(tmp_path: Path) -> None:
    subject = SmallAssistant()
    clause = {words: key for words in ("充电桩", "学校") for key in subject.plans[SMALL].clauses if words in key.text}
    subject.found = [ClauseKey(SMALL, clause["充电桩"].id), ClauseKey(SMALL, clause["学校"].id)]
    results = run_suite(subject, tmp_path, FOUR)
    measured = {name: one.retrieval and (one.retrieval.hit_1, one.retrieval.mrr) for name, one in results.items()}
    assert measured == {"piles": (1.0, 1.0), "schools": (0.0, 0.5), "beds": (0.0, 0.0), "metro": None}
    summed = group(list(results.values()))
    assert summed.retrieved == 3
    assert summed.level("hit@1") == pytest.approx(1 / 3)
    assert summed.level("hit@3") == pytest.approx(2 / 3)
    assert summed.level("mrr") == pytest.approx(1 / 2)


# --- Coverage and mutants ---------------------------------------------------------------------------------------------


def test_coverage_counts_a_row_where_its_figure_is_expected(tmp_path: Path) -> None:
    subject = SmallAssistant()
    ground = Ground(subject)
    markets = PILES.replace("piles", "markets").replace("value: 1000, unit: 根", "value: 6, unit: 个")
    suite = suite_file(tmp_path, PILES + SCHOOLS + THEN + markets.replace("充电桩1000根", "菜场6个") + BEDS + METRO)
    tasks = tasks_of([suite], ground)
    asked = {ground.plan(SMALL).clause(clause).text: times for (_, clause, _), times in coverage(tasks).items()}
    # The beds are asked for with a figure that is none of the plan's.
    assert asked == {"新增充电桩1000根。": 1, "建成学校3所。": 1, "建成菜场6个。": 2}
    record = record_of(suite, tasks, ground)
    assert (record.cases, record.covered, record.figures) == (6, 3, len(ground.ledger(SMALL)))


def test_the_shipped_suite_asks_every_row_of_the_ledger_three_times(corpus_assistant: Assistant) -> None:
    ground = Ground(corpus_assistant)
    suite = read_suite(ROOT / "evals" / "numeric.yaml")
    tasks = tasks_of([suite], ground)
    asked = coverage(tasks)
    rows = [(document, row) for document in suite.suite.documents for row in ground.ledger(document)]
    assert len(rows) == 42
    too_few = [row.text for document, row in rows if asked.get((document, row.clause, row.start), 0) < 3]
    assert not too_few
    record = record_of(suite, tasks, ground)
    assert record.covered == record.figures == len(rows)


def test_every_shipped_mutant_is_caught_and_every_unchanged_answer_passes(corpus_assistant: Assistant) -> None:
    suite = read_suite(ROOT / "evals" / "perturbation.yaml")
    tasks = tasks_of([suite], Ground(corpus_assistant))
    mutants = {task.key for task in tasks if task.mutant}
    unchanged = {task.key for task in tasks if task.mutant == ""}
    assert len(mutants) >= 1000
    assert len(unchanged) >= 40
    assert mutants | unchanged == {task.key for task in tasks}
    assert len(mutants) + len(unchanged) == len(tasks)
    results = run_all(corpus_assistant, tasks)
    assert [result.key for result in results] == [task.key for task in tasks]
    wrong = [f"{result.key}: {result.scores[0].why}" for result in results if result.verdict != "right"]
    assert not wrong
    assert all(result.answer is None and result.scores[0].name == "caught" for result in results)
    judged = {result.key: result.scores[0].extracted for result in results}
    assert {judged[key] for key in mutants} == {"判错"}
    assert {judged[key] for key in unchanged} == {"判对"}


def test_a_mutant_that_is_not_caught_is_wrong_and_keeps_its_answer(tmp_path: Path) -> None:
    """A right answer in a mutant's place: the scorers must be seen to have missed something."""
    subject = SmallAssistant()
    suite = suite_file(tmp_path, "", f"documents: [{SMALL}]\ngenerated: perturbation", "mutants")
    unchanged = next(task for task in tasks_of([suite], Ground(subject)) if task.mutant == "")
    posing = Task(unchanged.suite, "posing", unchanged.target, "figure 1000根 → 2000根", unchanged.answer)
    [result] = run_all(subject, [posing])
    assert result.verdict == "wrong"
    assert result.answer == unchanged.answer
    assert (result.scores[0].name, result.scores[0].verdict) == ("caught", "fail")
    assert result.scores[0].expected == "判错（figure 1000根 → 2000根）"
    assert subject.asked == []
    # It is a word on the scorers, not an answer to a question.
    assert group([result]).rates["caught"].wrong == 1


def test_mutants_are_not_counted_among_the_questions(tmp_path: Path) -> None:
    from tests.evaluation.test_comparison import a_run

    subject = SmallAssistant()
    suites = [
        suite_file(tmp_path, FOUR),
        suite_file(tmp_path, "", f"documents: [{SMALL}]\ngenerated: perturbation", "mutants"),
    ]
    tasks = tasks_of(suites, Ground(subject))
    results = run_all(subject, tasks)
    assert len(results) > 100
    assert total(a_run(results)).cases == 4
