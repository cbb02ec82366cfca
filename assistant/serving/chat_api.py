"""The OpenAI-compatible API below `/v1`: chat completions, and the models to choose from."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from assistant.errors import PlanAssistantError
from assistant.serving.api_errors import ApiError, fault_of
from assistant.serving.asking import Asked, Asking, until_left
from assistant.serving.chat_reply import ChatReply
from assistant.serving.chat_request import ChatRequest, read_request
from assistant.serving.event_stream import EventStream
from assistant.serving.models import documents_of, listed

_REASONS = {404: ("没有这个地址", "not_found"), 405: ("这个地址不接受这种请求", "method_not_allowed")}


class _ChatApi:
    def __init__(self, asking: Asking, max_body: int) -> None:
        self._asking = asking
        self._max_body = max_body

    async def complete(self, request: Request) -> Response | EventStream:
        chat = read_request(await self._body(request))
        asked = await self._asking.look_up(lambda: self._asked(chat))
        reply = ChatReply(chat.model, chat.with_usage)
        if chat.stream:
            return EventStream(self._asking, asked, reply)
        async with until_left(request.receive) as left:
            answer = await self._asking.whole(asked, left)
        return JSONResponse(reply.whole(answer))

    async def models(self, _: Request) -> Response:
        return JSONResponse({"object": "list", "data": await self._asking.look_up(self._listed)})

    async def model(self, request: Request) -> Response:
        wanted = request.path_params["model"]
        await self._asking.look_up(lambda: documents_of(wanted, self._asking.assistant.documents()))
        return JSONResponse(next(one for one in await self._asking.look_up(self._listed) if one["id"] == wanted))

    def _listed(self) -> list[dict[str, object]]:
        return listed(self._asking.assistant.documents())

    def _asked(self, chat: ChatRequest) -> Asked:
        documents = documents_of(chat.model, self._asking.assistant.documents())
        *history, question = chat.turns()
        return Asked(question, tuple(history), documents)

    async def _body(self, request: Request) -> bytes:
        # A page of another site may send text without being asked, JSON only where it is let.
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise ApiError("请求头应有 Content-Type: application/json", status=415, code="unsupported_media_type")
        body = bytearray()
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > self._max_body:
                    limit = f"{self._max_body // 1024} KB"
                    raise ApiError(f"请求太大，最多 {limit}；请减少对话的轮数", status=413, code="request_too_large")
        except ClientDisconnect:
            raise ApiError("请求没有发完", code="incomplete_request") from None
        return bytes(body)


def chat_api(asking: Asking, max_body: int) -> ASGIApp:
    """The API for mounting at `/v1`. `max_body`: bytes that a request may have."""
    api = _ChatApi(asking, max_body)
    return Starlette(
        routes=[
            Route("/chat/completions", api.complete, methods=["POST"]),
            Route("/models", api.models),
            Route("/models/{model:path}", api.model),
        ],
        exception_handlers={
            ApiError: _told,
            PlanAssistantError: _not_possible,
            HTTPException: _no_route,
            Exception: _our_fault,
        },
    )


async def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return JSONResponse(error.body, error.status, error.headers)


async def _not_possible(request: Request, error: Exception) -> Response:
    assert isinstance(error, PlanAssistantError)
    return await _told(request, fault_of(error))


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message, code = _REASONS.get(error.status_code, (error.detail, "invalid_request"))
    fault = ApiError(f"{message}：{request.url.path}", status=error.status_code, code=code, headers=error.headers)
    return await _told(request, fault)


async def _our_fault(request: Request, _error: Exception) -> Response:
    return await _told(request, ApiError("程序出错了，没有答案；请告诉管理员", status=500, code="internal_error"))
