"""What a run found: scores, case results, runs. Plain values that go to disk as JSON and come back the same."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answering.answer import Answer, Status
from assistant.evaluation.case import Kind, Style

Verdict = Literal["right", "wrong", "refused", "error"]
"""Of a whole answer. "refused": an answer was expected and none was given: a refusal, or a sentence quoted without the
figure that was asked for; that is never counted as a wrong figure. "error": asking raised."""

ScoreName = Literal[
    "status", "figure", "qualifier", "indicator", "computed", "items", "clause", "quote", "numbers", "forbidden",
    "words", "carried", "caught",
]  # fmt: skip
SCORE_NAMES: dict[ScoreName, str] = {
    "status": "状态", "figure": "数字", "qualifier": "限定", "indicator": "指标", "computed": "计算", "items": "清单完整",
    "clause": "条款", "quote": "引文逐字", "numbers": "数字锁", "forbidden": "禁用数字", "words": "必含与禁含",
    "carried": "接着问", "caught": "改错被抓",
}  # fmt: skip


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Score(_Frozen):
    """One scorer's word on one answer: what was expected, what was found in the answer, and why that holds or not
    (Chinese). `refused`: nothing to judge, since no answer was given."""

    name: ScoreName
    verdict: Literal["pass", "fail", "refused"]
    expected: str
    extracted: str
    why: str


class Retrieved(_Frozen):
    """Retrieval apart from the answer: ranks of gold clauses among the first ten that the retriever brought."""

    hit_1: float
    hit_3: float
    hit_5: float
    mrr: float
    ndcg: float


class CaseResult(_Frozen):
    """One case, answered and scored. `expected` is the right answer in one line (应答); `answer` is None on an error;
    `error` is its line."""

    suite: str
    id: str
    turns: tuple[str, ...]
    kind: Kind
    style: Style
    tags: tuple[str, ...] = ()
    expected_status: Status
    expected: str
    verdict: Verdict
    scores: tuple[Score, ...] = ()
    answer: Answer | None = None
    error: str = ""
    retrieval: Retrieved | None = None
    elapsed_ms: float = 0.0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    @property
    def key(self) -> str:
        """The case's name within a run."""
        return f"{self.suite}/{self.id}"


class SuiteRecord(_Frozen):
    """A suite as a run met it. `coverage`: figures of its documents' ledgers that it asks, and how many there are."""

    name: str
    title: str
    sha256: str
    cases: int
    kept_aside: bool
    thresholds: dict[str, str]
    covered: int = 0
    figures: int = 0


class Provenance(_Frozen):
    """Everything that made a run. `settings` hold no secrets; hashes are of content, by name."""

    version: str
    engine: str
    settings: dict[str, str]
    code: str
    documents: dict[str, str]
    prompts: dict[str, str]
    python: str
    started: datetime


class Run(_Frozen):
    """One configuration over some suites. `selection` says what was left out, "" for nothing; `finished` is None while
    it runs or when it was interrupted."""

    id: str
    configuration: str
    provenance: Provenance
    suites: tuple[SuiteRecord, ...]
    selection: str = ""
    finished: datetime | None = None
    results: tuple[CaseResult, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether cases of its suites are missing: only some were wanted, or it was interrupted."""
        return bool(self.selection) or self.finished is None
