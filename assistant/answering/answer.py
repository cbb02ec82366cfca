"""`Answer`: what leaves the assistant, as JSON and as a Python value. Its fields are a promise to other
programs: add, never change or drop."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.plan.quantity import Qualifier, Role, Tense

_ESCAPED = re.compile(r"\\([\[\]|])")


def escaped(plan_words: str) -> str:
    """A plan's words for Markdown text: a [20] of the plan is no marker of ours, a | no table's."""
    return re.sub(r"\[(\d+)\]", r"\\[\1\\]", curled(plan_words)).replace("|", "\\|")


def curled(plan_words: str) -> str:
    """“双随机" with the straight sign that closes a curled one curled too: inside our own quotation marks one cannot tell
    otherwise where the plan's words end."""
    opened = 0
    signs: list[str] = []
    for sign in plan_words:
        closes = sign == "”" or (sign == '"' and opened > 0)
        opened += (sign == "“") - (closes and opened > 0)
        signs.append("”" if closes else sign)
    return "".join(signs)


def unescaped(text: str) -> str:
    """What `escaped` was made from."""
    return _ESCAPED.sub(r"\1", text)


def without_markup(text: str) -> str:
    """Markdown text as one reads it aloud: no bold signs, no escapes; markers stay."""
    return unescaped(text.replace("**", ""))


Status = Literal["answered", "no_figure", "not_in_plan", "wrong_scope", "needs_clarification", "smalltalk"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Frozen):
    """A figure that the answer rests on; `value` and `upper` are decimals as written, `start:end` code points of the
    document's text, where `text` stands."""

    indicator: str
    action: str
    value: str
    upper: str | None
    unit: str
    qualifier: Qualifier
    qualifier_text: str
    role: Role
    tense: Tense
    period: str
    text: str
    document: str
    clause: str
    start: int
    end: int


class Computed(_Frozen):
    """A result that code worked out; `operands` are indexes into the answer's `figures`. `upper`: the higher end of a
    range."""

    expression: str
    value: str
    upper: str | None = None
    unit: str
    qualifier: Literal["exact", "at_least", "more_than", "at_most", "less_than", "about", "range", "lower_bounds"]
    operands: tuple[int, ...]


class Citation(_Frozen):
    """One numbered source: `document_text[start:end] == quote`. `name` is the title with the place and year that it lacks,
    or what a document without a title is; `location` says where in the document's file it stands (第3页, 第12段), "" where
    that is not known."""

    marker: int
    document: str
    title: str
    number: str
    clause: str
    path: tuple[str, ...]
    quote: str
    start: int
    end: int
    formatted: str
    name: str = ""
    location: str = ""


class Usage(_Frozen):
    """The tokens that a language model read and wrote for an answer, as its server counts them."""

    prompt_tokens: int
    completion_tokens: int


class Answer(_Frozen):
    """An answer to one question. `text` is Markdown with `[1]` markers and without the source list."""

    id: str | None = None
    question: str
    standalone: str
    status: Status
    text: str
    figures: tuple[Figure, ...] = ()
    computed: tuple[Computed, ...] = ()
    citations: tuple[Citation, ...] = ()
    engine: str = "embedded"
    notices: tuple[str, ...] = ()
    elapsed_ms: float = 0.0
    usage: Usage | None = None

    @property
    def words(self) -> str:
        """The text without Markdown's signs, its markers kept."""
        return without_markup(self.text)

    def to_json(self) -> str:
        """One line of JSON; `id` and `usage` only where there are any."""
        return self.model_dump_json(exclude={name for name in ("id", "usage") if getattr(self, name) is None})
