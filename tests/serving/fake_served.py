"""An assistant whose answers say what it was asked, over two small plans of invented places."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.answer import Answer, Citation, Usage
from assistant.errors import LibraryBusy, UnknownDocument, UnusableInput
from assistant.library.records import DocumentRecord
from assistant.plan.document import Plan
from assistant.plan.ledger import LedgerRow, build_ledger
from assistant.plan.parse import parse_plan
from assistant.wiring import Working

QINGHE, LANZHOU = "qinghe-2031", "蓝洲 2032"
TEXTS = {
    QINGHE: "青禾区2031年国民经济和社会发展计划\n\n一、主要任务\n\n(一)补齐设施短板\n\n"
    "完善公共设施。新增充电桩310根以上。建成学校3所。\n",
    LANZHOU: "蓝洲市2032年政府工作报告\n\n一、2031年工作回顾\n\n(一)民生不断改善\n\n新增公园12个。\n\n"
    "二、2032年主要任务\n\n(一)建设 <b>美丽</b>`城市`\n\n新增公园20个[3]。新增充电桩450根。\n",
}
LONGEST_QUESTION = 100
STEPS = ("计划新增充电桩", "计划新增充电桩**310根以上**。[1]", "计划新增充电桩**310根以上**。[1]另有公园**20个**。[2]")


@dataclass
class FakeServed:
    """`asked` keeps what was passed on; `left` is set once a question that waits was let go."""

    asked: list[tuple[str, tuple[str, ...], tuple[str, ...] | None]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    plans: dict[str, Plan] = field(default_factory=lambda: {name: parse_plan(text) for name, text in TEXTS.items()})

    @property
    def working(self) -> Working:
        return Working()

    def documents(self) -> Sequence[DocumentRecord]:
        return [
            DocumentRecord(
                id=name, file=f"{name}.txt", title=plan.title, number=plan.number, year=plan.year, place=plan.place,
                clauses=len(plan.clauses), targets=len(self.ledger(name)), defects=0, origin="user", sha256="",
            )
            for name, plan in self.plans.items()
        ]  # fmt: skip

    def plan(self, document: str) -> Plan:
        if document not in self.plans:
            raise UnknownDocument(document, list(self.plans))
        return self.plans[document]

    def ledger(self, document: str) -> tuple[LedgerRow, ...]:
        return build_ledger(self.plan(document))

    def location(self, document: str, start: int) -> str:
        self.plan(document)
        return f"第{start // 10 + 1}段"

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        self.asked.append((question, tuple(history), None if documents is None else tuple(documents)))
        for document in documents or ():
            self.plan(document)
        if not question.strip():
            raise UnusableInput("问题是空的，请输入要问的内容。")
        if len(question) > LONGEST_QUESTION:
            raise UnusableInput(f"问题太长：{len(question)} 个字，最多 {LONGEST_QUESTION} 个字，请缩短后再问。")
        if "移出" in question:
            raise UnknownDocument(QINGHE, [])
        if "正忙" in question:
            raise LibraryBusy("资料库正在更新，请稍后再问。")
        if "崩溃" in question:
            raise ZeroDivisionError("a fault of ours")
        if "充电桩" in question:
            yield from self._grown(question)
        elif "半路" in question:
            yield _said(question, "计划")
            raise UnusableInput("资料库正在更新，请稍后再问。")
        elif "慢" in question:
            yield _said(question, "计划")
            assert cancelled is not None
            if cancelled.wait(timeout=30):
                self.left.set()
        else:
            yield _said(question, "、".join((question, *history, *(documents or ()))))

    def _grown(self, question: str) -> Iterator[Answer]:
        for step in STEPS:
            yield _said(question, step)
        citations = (self._cite(1, QINGHE, "310根"), self._cite(2, LANZHOU, "20个"))
        yield _said(question, STEPS[-1]).model_copy(
            update={
                "status": "answered",
                "citations": citations,
                "notices": ("两份文件的口径不同。",),
                "engine": "llm:small",
                "usage": Usage(prompt_tokens=700, completion_tokens=30),
            }
        )

    def _cite(self, marker: int, document: str, words: str) -> Citation:
        plan = self.plans[document]
        clause = next(clause for clause in plan.clauses if words in clause.text)
        return Citation(
            marker=marker, document=document, title=plan.title, number=plan.number, clause=clause.id,
            path=plan.path(clause), quote=clause.text, start=clause.start, end=clause.end,
            formatted=plan.formal_citation(clause), location="第3页",
        )  # fmt: skip


def _said(question: str, text: str) -> Answer:
    return Answer(question=question, standalone=question, status="not_in_plan", text=text)
