"""What other programs' models can do here: ask, see which plans there are, look through the ledger, read one clause."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.answering.answer import Answer
from assistant.errors import UnusableInput
from assistant.ledger_files import rows_of
from assistant.plan.ledger import LedgerRow
from assistant.serving.asking import Asked, ServedAssistant, whole_of
from assistant.serving.sourced import sourced

_MOST_ROWS = 500


@dataclass(frozen=True)
class ToolReply:
    """What a tool gives: for reading, and as JSON that keeps to the tool's `result`."""

    text: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Tool:
    """One tool. `run` is called in a thread, with arguments that `read` has made; it raises `PlanAssistantError`."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: type[BaseModel]
    run: Callable[[ServedAssistant, Any, threading.Event], ToolReply]

    def read(self, arguments: dict[str, Any]) -> BaseModel:
        """The arguments of a call. Raises `UnusableInput` naming the one that cannot be used."""
        try:
            return self.arguments.model_validate(arguments)
        except ValidationError as error:
            raise _unusable(error, self) from None


def _unusable(error: ValidationError, tool: Tool) -> UnusableInput:
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return UnusableInput(f"缺少参数 {name}")
    if first["type"] == "extra_forbidden":
        return UnusableInput(f"没有参数 {name}；可用：{'、'.join(tool.arguments.model_fields)}")
    return UnusableInput(f"参数 {name} 的值不能用：{json.dumps(first['input'], ensure_ascii=False, default=str)[:80]}")


def _unpacked(value: Any) -> Any:
    """A list that a model wrote as text: some clients hand over '["…"]'."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_unpacked)]


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


# --- Asking -----------------------------------------------------------------------------------------------------------


class AskPlan(_Given):
    question: str = Field(description="要问的问题，一句完整的中文，例如“新增充电桩多少根”")
    history: Texts = Field(default=(), description="用户先前问过的话，从早到晚；接着问（“那停车位呢”）时给出")
    documents: Texts = Field(default=(), description="只在这些文档里回答：list_documents 给出的 id；不给则用全部文档")


def _ask(assistant: ServedAssistant, given: AskPlan, cancelled: threading.Event) -> ToolReply:
    answer = whole_of(assistant, Asked(given.question, given.history, given.documents or None), cancelled)
    return ToolReply(sourced(answer), json.loads(answer.to_json()))


# --- Documents --------------------------------------------------------------------------------------------------------


class ListDocuments(_Given):
    pass


class HeldDocument(_Shown):
    """A document, with the fields of `documents --json`."""

    id: str
    title: str
    name: str
    number: str
    year: int | None
    last_year: int | None
    place: str | None
    kind: str
    level: str
    clauses: int
    targets: int
    defects: int
    superseded_by: str | None


class HeldDocuments(_Shown):
    documents: tuple[HeldDocument, ...]


def _list(assistant: ServedAssistant, _given: ListDocuments, _cancelled: threading.Event) -> ToolReply:
    held = HeldDocuments(documents=tuple(map(HeldDocument.model_validate, assistant.documents())))
    lines = [
        f"{one.id}：{one.name}{one.number and f'（{one.number}）'}，{one.targets} 个指标" for one in held.documents
    ]
    return ToolReply("\n".join(lines) or "资料库是空的。", held.model_dump(mode="json"))


# --- Ledger -----------------------------------------------------------------------------------------------------------


class SearchLedger(_Given):
    words: str = Field(default="", description="指标或原句里的词，几个词用空格隔开、都要出现；不给则列出全部")
    document: str = Field(default="", description="只看这份文档：list_documents 给出的 id")
    tense: Literal["", "target", "result"] = Field(default="", description="target 是目标，result 是完成数；不给则都要")
    unit: str = Field(default="", description="单位，照原文写，例如 亿元、%、个")
    limit: int = Field(default=50, ge=1, le=_MOST_ROWS, description="最多给出多少行")


class Row(_Shown):
    """A row, with the fields of `ledger --format json`; figures are decimals in strings."""

    document: str
    title: str
    clause: str
    path: tuple[str, ...]
    indicator: str
    action: str
    value: str | None
    upper: str | None
    unit: str
    qualifier: str
    qualifier_text: str
    role: str
    tense: str
    period: str
    text: str
    start: int
    end: int
    quote: str


class FoundRows(_Shown):
    total: int = Field(description="符合的行数；rows 里最多有 limit 行")
    rows: tuple[Row, ...]


def _search(assistant: ServedAssistant, given: SearchLedger, cancelled: threading.Event) -> ToolReply:
    rows = sorted(_rows(assistant, given, cancelled), key=lambda row: not _names(row, given))
    found = FoundRows(total=len(rows), rows=tuple(map(Row.model_validate, rows[: given.limit])))
    lines = [f"{row.indicator}：{row.text}（{row.document} 的 {row.clause}：{row.quote}）" for row in found.rows]
    rest = f"\n（共 {found.total} 行，这里是前 {len(lines)} 行）" if found.total > len(lines) else ""
    return ToolReply(("\n".join(lines) or "台账里没有符合的行。") + rest, found.model_dump(mode="json"))


def _rows(assistant: ServedAssistant, given: SearchLedger, cancelled: threading.Event) -> Iterator[dict[str, Any]]:
    """The rows that are looked for, in the order of their texts."""
    for document in [given.document] if given.document else [record.id for record in assistant.documents()]:
        if cancelled.is_set():
            return
        plan = assistant.plan(document)
        wanted = [row for row in assistant.ledger(document) if _fits(row, given)]
        words = given.words.casefold().split()
        for row in rows_of(document, plan, wanted):
            said = "\n".join((row["indicator"], row["action"], row["quote"], *row["path"])).casefold()
            if all(word in said for word in words):
                yield row


def _fits(row: LedgerRow, given: SearchLedger) -> bool:
    return given.tense in ("", row.tense) and given.unit in ("", row.unit)


def _names(row: dict[str, Any], given: SearchLedger) -> bool:
    """Whether the words are the indicator's own; such rows come first."""
    return all(word in row["indicator"].casefold() for word in given.words.casefold().split())


# --- Clauses ----------------------------------------------------------------------------------------------------------


class ShowClause(_Given):
    document: str = Field(description="文档：list_documents 给出的 id")
    clause: str = Field(description="条款编号：答案的出处和台账的行里的 clause")


class ShownClause(_Shown):
    """A clause in its place: `start:end` are code points of the document's text, `location` is where in the file it
    stands, "" where that is not known."""

    document: str
    title: str
    number: str
    clause: str
    path: tuple[str, ...]
    formatted: str
    text: str
    start: int
    end: int
    location: str


def _show(assistant: ServedAssistant, given: ShowClause, _cancelled: threading.Event) -> ToolReply:
    plan = assistant.plan(given.document)
    clause = plan.clauses_by_id.get(given.clause)
    if clause is None:
        raise UnusableInput(f"文档“{given.document}”里没有条款“{given.clause}”；编号在答案的出处和台账的行里")
    shown = ShownClause(
        document=given.document,
        title=plan.title,
        number=plan.number,
        clause=clause.id,
        path=tuple(plan.path(clause)),
        formatted=plan.formal_citation(clause),
        text=clause.text,
        start=clause.start,
        end=clause.end,
        location=assistant.location(given.document, clause.start),
    )
    place = f"（原文件{shown.location}）" if shown.location else ""
    text = "\n".join((" › ".join(shown.path), f"{shown.formatted}{place}", shown.text)).strip()
    return ToolReply(text, shown.model_dump(mode="json"))


TOOLS = (
    Tool(
        name="ask_plan",
        title="问计划",
        description="回答关于政府计划、工作报告的问题。答案里每个数字都来自原文，带有出处：正式引用和原句。"
        "资料库里没有的会直说，不会编造。数字、单位和“以上”“左右”等限定请照答案原样转述。",
        arguments=AskPlan,
        result=Answer,
        run=_ask,
    ),
    Tool(
        name="list_documents",
        title="有哪些计划",
        description="资料库里有哪些计划、报告：编号（id）、标题、文号、年份、地方。",
        arguments=ListDocuments,
        result=HeldDocuments,
        run=_list,
    ),
    Tool(
        name="search_ledger",
        title="查指标台账",
        description="在量化指标台账里按词查：指标、数值、单位、限定、目标还是完成数、期限和原句。"
        "value、upper 是十进制数的字符串，没有定数字的为 null。",
        arguments=SearchLedger,
        result=FoundRows,
        run=_search,
    ),
    Tool(
        name="show_clause",
        title="看一条原文",
        description="一条原文：全句、所在的章节、正式引用、在原文件的位置。",
        arguments=ShowClause,
        result=ShownClause,
        run=_show,
    ),
)
