"""`/v1` and `/mcp` beside the page, behind one gate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette

from assistant.models.loopback import is_loopback
from assistant.serving.api_errors import ApiError
from assistant.serving.asking import Asking, ServedAssistant
from assistant.serving.chat_api import chat_api
from assistant.serving.gate import Access, Gate
from assistant.serving.mcp_route import McpRoute

_INVALID_REQUEST = -32600  # of JSON-RPC


def add_routes(app: Starlette, assistant: ServedAssistant, access: Access, max_body: int) -> None:
    """Adds them to a server's app, before anything that answers for every path. `max_body`: bytes of a request."""
    asking = Asking(assistant)
    mcp = McpRoute(asking, max_body, local_only=is_loopback(access.bound_to) and not access.hosts | access.origins)
    app.mount("/v1", Gate(chat_api(asking, max_body), access, lambda refused: refused.body))
    for path in ("/mcp", "/mcp/"):
        app.add_route(path, Gate(mcp, access, _as_json_rpc))  # type: ignore[arg-type]  # an ASGI app serves as well
    before = app.router.lifespan_context

    @asynccontextmanager
    async def with_mcp(app: Starlette) -> AsyncIterator[Any]:
        async with before(app) as state, mcp.running():
            yield state

    app.router.lifespan_context = with_mcp


def _as_json_rpc(refused: ApiError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": None, "error": {"code": _INVALID_REQUEST, "message": refused.message}}
