"""A chat completion as it is asked for. Only the user's turns matter: the assistant's own and the system's are data that
nothing here follows."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.serving.api_errors import ApiError
from assistant.serving.models import WHOLE_LIBRARY

_TURNS_REMEMBERED = 50
_TEXTS = {"text", "input_text"}
_ROLES = {"system", "developer", "user", "assistant", "tool", "function"}


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Message(_Read):
    role: str
    content: Any = None


class _StreamOptions(_Read):
    include_usage: bool | None = None


class ChatRequest(_Read):
    """What is read of a request; every other parameter of OpenAI's is left unread."""

    messages: list[_Message]
    model: str = WHOLE_LIBRARY
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    n: int | None = None

    @property
    def with_usage(self) -> bool:
        """Whether a stream ends with the tokens used."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def turns(self) -> tuple[str, ...]:
        """The user's turns, oldest first, the question last. Raises `ApiError` where there is no question."""
        users = [(at, message.content) for at, message in enumerate(self.messages) if message.role == "user"]
        if not users:
            raise ApiError("messages 里没有用户（user）的话，请给出要问的问题", code="no_question", param="messages")
        *earlier, (at, last) = users
        # An earlier turn with an image was refused when it was asked: it must not refuse all that come after it.
        texts = [words for _, content in earlier if (words := _words(content)).strip()]
        return (*texts[-_TURNS_REMEMBERED:], _question(last, f"messages[{at}].content"))


def read_request(body: bytes) -> ChatRequest:
    """The request of a body. Raises `ApiError`."""
    try:
        request = ChatRequest.model_validate_json(body)
    except ValidationError as error:
        raise _unreadable(error) from None
    if not request.messages:
        raise ApiError("messages 是空的，请给出要问的问题", code="no_question", param="messages")
    if request.n not in (None, 1):
        raise ApiError("n 只能是 1：同一个问题只有一个答案", code="unsupported_value", param="n")
    for at, message in enumerate(request.messages):
        if message.role not in _ROLES:
            param = f"messages[{at}].role"
            raise ApiError(f"{param} 不认识：{message.role[:20]}", code="invalid_value", param=param)
    return request


def _unreadable(error: ValidationError) -> ApiError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return ApiError("请求不是有效的 JSON", code="invalid_json")
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).removeprefix(".")
    if first["type"] == "missing":
        return ApiError(f"请求里缺少 {where}", code="missing_required_parameter", param=where)
    return ApiError(f"请求里 {where or '的内容'} 的类型不对", code="invalid_type", param=where or None)


def _question(content: Any, param: str) -> str:
    """The words of the last turn; nothing of it may be left unread."""
    for part in content if isinstance(content, list) else ():
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in _TEXTS:
            raise ApiError(
                "只能回答文字问题，不能看图片、音频和文件；请去掉后再问", code="unsupported_content", param=param
            )
    if not isinstance(content, str | list):
        raise ApiError(f"{param} 应是文字", code="invalid_type", param=param)
    return _words(content)


def _words(content: Any) -> str:
    """The text of a turn: itself, or its text parts joined."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") in _TEXTS]
    return "\n".join(text for text in texts if isinstance(text, str))
