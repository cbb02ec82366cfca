"""`/mcp` beside the page. The `mcp` package is imported when it is first asked for: whoever opens the page does not wait
for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.types import Receive, Scope, Send

from assistant.serving.asking import Asking

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager


class McpRoute:
    """An ASGI app that answers MCP while `running`."""

    def __init__(self, asking: Asking, max_body: int, local_only: bool) -> None:
        self._asking, self._max_body, self._local_only = asking, max_body, local_only

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For the server's lifespan: what is under way ends with it."""
        self._wanted = asyncio.Event()
        self._ready: asyncio.Future[StreamableHTTPSessionManager] = asyncio.get_running_loop().create_future()
        self._keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        either: set[asyncio.Future[Any]] = {self._ready, self._keeping}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._ready.done():
            self._keeping.result()  # says why there is nothing
        await self._ready.result().handle_request(scope, receive, send)

    async def _keep(self) -> None:
        """Holds the package's manager from the first request to the end, in one task as it asks for."""
        await self._wanted.wait()
        manager = await self._asking.look_up(self._manager)
        async with manager.run():
            self._ready.set_result(manager)
            await asyncio.Event().wait()

    def _manager(self) -> StreamableHTTPSessionManager:
        from assistant.serving.mcp_server import http_manager

        return http_manager(self._asking, self._max_body, self._local_only)
