"""A case: a question or a conversation, and what a right answer to its last turn is. A suite: cases and thresholds.

These models are the file format (`suite_files.py` reads and writes it; `json_schema` is what editors check against).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from assistant.answering.answer import Status
from assistant.plan.quantity import Amount, Qualifier

Kind = Literal[
    "figure", "several", "qualifier", "list", "how", "yes_no", "arithmetic", "collect", "where", "outline", "document",
    "followup", "scope", "compare", "across", "result", "nothing", "no_figure", "wrong_unit", "unclear", "hostile", "smalltalk",
]  # fmt: skip
Style = Literal[
    "own-words",
    "abbreviated",
    "everyday",
    "terse",
    "formal",
    "long",
    "slip",
    "traditional",
    "mixed",
    "paraphrase",
    "local",
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedFigure(_Strict):
    """A figure of the plan that the right answer rests on, as the plan writes it."""

    value: Decimal = Field(description="数值，照计划的写法（3.7万人写 3.7）；区间的下端")
    upper: Decimal | None = Field(default=None, description="区间的上端；不是区间不写")
    unit: str = Field(default="", description="单位，照计划的写法（万人、亿元、%）")
    qualifier: Qualifier = Field(
        default="exact",
        description="限定：exact 正好，at_least 以上/不少于，more_than 突破/超过，at_most 以内/不超过，less_than 不足，"
        "about 左右/约，range 区间",
    )
    indicator: str = Field(default="", description="指标；同一句里有两个相同的数时，用它区分")

    @classmethod
    def of(cls, figure: Amount, indicator: str = "") -> Self:
        """What a quantity or a row of the ledger says, as an expectation. Only for those that have a value."""
        assert figure.value is not None
        return cls(
            value=figure.value, upper=figure.upper, unit=figure.unit, qualifier=figure.qualifier, indicator=indicator
        )


class ExpectedResult(_Strict):
    """A result of arithmetic or counting."""

    value: Decimal = Field(description="结果；区间的下端")
    upper: Decimal | None = Field(default=None, description="区间的上端")
    unit: str = Field(default="", description="单位")
    qualifier: Literal[Qualifier, "lower_bounds"] = Field(
        default="exact", description="限定；lower_bounds 指两数都是“以上”，只用下限相算"
    )


class ForbiddenFigure(_Strict):
    """A figure that no right answer claims; to deny it ("不是9999根") is allowed."""

    value: Decimal = Field(description="数值")
    unit: str = Field(default="", description="单位；不写则任何单位都不许")


class Case(_Strict):
    """One question with its right answer. Alternatives in `gold` and `equivalent_units` are for what the text leaves
    open, not for leniency."""

    id: Annotated[str, StringConstraints(pattern=r"^[\w.-]+$")] = Field(description="编号，题集内不重复")
    question: str = Field(default="", description="问题；和 turns 二者写一个")
    turns: tuple[Words, ...] = Field(default=(), description="一段对话，最后一轮是要评的")
    kind: Kind = Field(description="类别：问的是哪一种问题")
    style: Style = Field(default="own-words", description="说法：用什么话问")
    status: Status = Field(description="应有的状态")
    figures: tuple[ExpectedFigure, ...] = Field(default=(), description="应答数字：正确答案依据的全部数字，不多不少")
    computed: tuple[ExpectedResult, ...] = Field(default=(), description="计算结果")
    items: tuple[Words, ...] = Field(default=(), description="清单的每一项，用计划的原话")
    gold: tuple[Words | tuple[Words, ...], ...] = Field(
        default=(),
        description="出处：必须引的条款，写条款编号，或只在那一条里出现的原话，几份文档里都有的前面加“文档编号:”；一项写成一列，指引其中任何一条都行",
    )
    must_contain: tuple[Words, ...] = Field(default=(), description="答案里必须有的字")
    must_not_contain: tuple[Words, ...] = Field(default=(), description="答案里不许有的字")
    forbidden: tuple[ForbiddenFigure, ...] = Field(default=(), description="答案不许说的数字（否认它可以）")
    carries: tuple[Words, ...] = Field(default=(), description="接着问时，补全后的问题必须有的字")
    equivalent_units: tuple[tuple[Words, ...], ...] = Field(
        default=(), description="这一题视为相同的单位，每组一列，例如 [[根, 个]]"
    )
    tags: tuple[Words, ...] = Field(default=(), description="标签，用于 --only tag:…")
    note: str = Field(default="", description="备注")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.question.strip()) == bool(self.turns):
            raise ValueError("question 和 turns 要且只要一个")
        if self.status not in ("answered", "no_figure") and (self.figures or self.computed):
            raise ValueError(f"状态是 {self.status} 的题不能有应答数字")
        if self.figures and not self.gold:
            raise ValueError("有应答数字的题要写明出处（gold）")
        return self

    @property
    def conversation(self) -> tuple[str, ...]:
        """The turns, the one that is scored last."""
        return self.turns or (self.question,)

    @property
    def asked(self) -> str:
        """The turn that is scored."""
        return self.conversation[-1]


class SuiteHead(_Strict):
    """What a suite says of itself."""

    title: str = Field(default="", description="题集的名称")
    note: str = Field(default="", description="说明")
    documents: tuple[Words, ...] = Field(default=(), description="问哪些文档（编号）；不写则问整个资料库")
    generated: Literal["", "perturbation"] = Field(
        default="", description="perturbation：题目不写在这里，由程序照台账改出错误答案，检验评分"
    )
    kept_aside: bool = Field(default=False, description="留出的题集：报告只有成绩，没有题目，以免照着它调整")
    equivalent_units: tuple[tuple[Words, ...], ...] = Field(default=(), description="整个题集视为相同的单位")
    thresholds: Mapping[str, Annotated[Decimal, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="门槛：各项成绩（right、figure、clause、hit@5、coverage……）不得低于多少（0 到 1），只升不降",
    )


class Suite(SuiteHead):
    """A suite as its file holds it; its name is the file's stem."""

    cases: tuple[Case, ...] = Field(default=(), description="题目")

    @property
    def head(self) -> SuiteHead:
        return SuiteHead.model_validate(self.model_dump(exclude={"cases"}))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a suite file, for editors."""
    schema = Suite.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
