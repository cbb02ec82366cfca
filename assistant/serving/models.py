"""The models that a client can choose: the whole library, and one for every document of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.library.records import DocumentRecord
from assistant.serving.api_errors import ApiError

WHOLE_LIBRARY = "plan-assistant"


def listed(records: Sequence[DocumentRecord]) -> list[dict[str, Any]]:
    """The models as OpenAI lists them; `name` is what people call one."""
    named = [(WHOLE_LIBRARY, "计划问答")]
    named += [(f"{WHOLE_LIBRARY}/{record.id}", f"计划问答：{record.name}") for record in records]
    return [
        {"id": model, "object": "model", "created": 0, "owned_by": WHOLE_LIBRARY, "name": name} for model, name in named
    ]


def documents_of(model: str, records: Sequence[DocumentRecord]) -> tuple[str, ...] | None:
    """The documents that a model answers from, None: all. Raises `ApiError` for a model that there is not."""
    if model == WHOLE_LIBRARY:
        return None
    document = model.removeprefix(f"{WHOLE_LIBRARY}/")
    if document != model and any(record.id == document for record in records):
        return (document,)
    raise ApiError(
        f"没有模型“{model}”；可用的有 {WHOLE_LIBRARY}，以及只用一份文档回答的 {WHOLE_LIBRARY}/文档编号（GET /v1/models 列出全部）",
        status=404,
        code="model_not_found",
        param="model",
    )
