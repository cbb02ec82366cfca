"""What is wrong with a request, in the words that OpenAI's clients read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.errors import PlanAssistantError, UnknownDocument, UnusableInput

_KINDS = {401: "authentication_error", 403: "permission_error"}
_FIRST_SERVER_FAULT = 500


class ApiError(Exception):
    """A request that is not answered. `message` is one Chinese line, `code` and `param` are for programs."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.code, self.param = message, status, code, param
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """As OpenAI's API says it."""
        kind = (
            "server_error" if self.status >= _FIRST_SERVER_FAULT else _KINDS.get(self.status, "invalid_request_error")
        )
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


def fault_of(error: PlanAssistantError) -> ApiError:
    """What the assistant cannot do, as a client is told."""
    if isinstance(error, UnusableInput):
        return ApiError(str(error), code="invalid_question", param="messages")
    if isinstance(error, UnknownDocument):  # taken out since the model was looked up
        return ApiError(str(error), status=404, code="model_not_found", param="model")
    return ApiError(str(error), status=503, code="unavailable")
