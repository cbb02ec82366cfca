"""An assistant with a handful of set answers over real parsed plans: what the page's tests ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

from assistant.answering.answer import Answer, Citation, Figure
from assistant.errors import UnknownDocument, UnusableInput
from assistant.plan.document import Plan
from assistant.plan.parse import parse_plan

CORPUS = Path(__file__).parents[2] / "corpus"
WUCHANG = "wuchang-2022"
HOSTILE = "hostile"
HOSTILE_TEXT = """<b>某区</b>2023年国民经济和社会发展计划

一、<img src=x onerror="window.harmed = true">主要任务

(一)𠮷祥建设

完善公共设施。建设<script>window.harmed = true</script>设施`${1}`{{value}}，\r
𠮷新增路灯50盏"以上'。
"""
LONGEST_QUESTION = 2000


@dataclass(frozen=True)
class Held:
    id: str
    title: str
    number: str
    year: int | None

    @property
    def name(self) -> str:
        return f"《{self.title}》" if self.title else self.id


@dataclass(frozen=True)
class HowItWorks:
    model: str = ""
    hosts: tuple[str, ...] = ()


@dataclass
class FakeAssistant:
    """`asked` keeps what the page passed on, newest last."""

    plans: dict[str, Plan]
    asked: list[tuple[str, tuple[str, ...], tuple[str, ...] | None]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    ready: Event = field(default_factory=Event)  # what a question with 慢 waits for

    @property
    def working(self) -> HowItWorks:
        return HowItWorks()

    def documents(self) -> Sequence[Held]:
        return [Held(name, plan.title, plan.number, plan.year) for name, plan in self.plans.items()]

    def plan(self, document_id: str) -> Plan:
        if document_id not in self.plans:
            raise UnknownDocument(document_id, list(self.plans))
        return self.plans[document_id]

    def replace(self, document_id: str, text: str) -> None:
        """The library takes in another text for this document."""
        self.plans[document_id] = parse_plan(text)

    def stream(
        self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None
    ) -> Iterator[Answer]:
        yield self.ask(question, history, documents)

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        with self.lock:
            self.asked.append((question, tuple(history), None if documents is None else tuple(documents)))
        if len(question) > LONGEST_QUESTION:
            raise UnusableInput(f"问题太长：{len(question)}字，请缩短到{LONGEST_QUESTION}字以内")
        if "慢" in question:
            self.ready.wait(timeout=20)
        if "崩溃" in question:
            raise ZeroDivisionError("a fault of ours")
        if "停车位" in question and history:
            return self._answer(question, "计划新增公共停车位**2000个**。[1]", ["2000个"])
        if "充电桩" in question:
            return self._answer(question, "计划新增充电桩**1000根**。[1]", ["1000根"])
        if "各多少" in question:
            text = "分别是：\n- 实现区级城建投资**100亿元以上**。[1]\n- 招商引资到位资金**700亿元以上**。[2]"
            return self._answer(question, text, ["100亿元以上", "700亿元以上"], notices=("两处口径不同。",))
        if "所有" in question:
            figures = ["1000根", "2000个", "27.2公里", "5.3平方公里", "700亿元以上"]
            lines = "\n".join(f"- **{figure}**[{marker}]" for marker, figure in enumerate(figures, 1))
            return self._answer(question, f"共5项：\n{lines}", figures)
        if "路灯" in question:
            return self._answer(question, "计划新增路灯**50盏**。[1]", ["50盏"], document=HOSTILE)
        return Answer(
            question=question,
            standalone=question,
            status="not_in_plan",
            text="计划里没有提到这件事。最接近的条款谈的是**公共基础设施**。",
            elapsed_ms=4.2,
        )

    def _answer(
        self,
        question: str,
        text: str,
        words: list[str],
        document: str = WUCHANG,
        notices: tuple[str, ...] = (),
    ) -> Answer:
        pairs = [self._cite(document, figure, marker) for marker, figure in enumerate(words, 1)]
        return Answer(
            question=question,
            standalone=question,
            status="answered",
            text=text,
            figures=tuple(figure for figure, _ in pairs),
            citations=tuple(citation for _, citation in pairs),
            notices=notices,
            elapsed_ms=6.4,
        )

    def _cite(self, document: str, words: str, marker: int) -> tuple[Figure, Citation]:
        plan = self.plans[document]
        clause = next(clause for clause in plan.clauses if words in clause.text)
        start = clause.start + clause.text.index(words)
        figure = Figure(
            indicator="", action="", value="1", upper=None, unit="", qualifier="exact", qualifier_text="",
            role="amount", tense="target", period="", text=words, document=document, clause=clause.id,
            start=start, end=start + len(words),
        )  # fmt: skip
        citation = Citation(
            marker=marker, document=document, title=plan.title, number=plan.number, clause=clause.id,
            path=plan.path(clause), quote=clause.text, start=clause.start, end=clause.end,
            formatted=plan.formal_citation(clause),
        )  # fmt: skip
        return figure, citation


def fake_assistant() -> FakeAssistant:
    wuchang = (CORPUS / "wuchang-2022.txt").read_text("utf-8")
    return FakeAssistant({WUCHANG: parse_plan(wuchang), HOSTILE: parse_plan(HOSTILE_TEXT)})
