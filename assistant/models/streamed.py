"""HTTP whose replies come in pieces, each read strictly: the chat model's connection, in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

import httpx

from assistant.errors import ModelRefused
from assistant.models.connection import timeouts, transport_to, with_secrets
from assistant.models.endpoint import Endpoint
from assistant.models.event_stream import OPENING_EVENT, EventStream, UnreadableReply

_END_SECONDS = 0.1


@dataclass
class Exchange:
    """One streamed request as the connection sees it."""

    events: EventStream = field(default_factory=EventStream)
    response: httpx.Response | None = None

    async def close(self) -> None:
        """Lets go of the connection, whatever of the reply is still to come."""
        if self.response is not None:
            await self.response.aclose()


exchange_under_way: ContextVar[Exchange | None] = ContextVar("exchange_under_way", default=None)
"""Set by whoever streams a reply, before the client library is called in the same task."""


def streamed_client(endpoint: Endpoint) -> httpx.AsyncClient:
    """A client for this server alone; to be closed. It follows no redirects: the question goes nowhere else.

    Raises `ModelUnreachable` where the address or the environment's proxy cannot be used.
    """
    return httpx.AsyncClient(
        transport=_StreamedTransport(endpoint),  # first: it looks at the address
        base_url=endpoint.base_url,
        timeout=timeouts(endpoint.timeout),
        trust_env=False,  # no .netrc either; the proxy and the certificates are the transport's
    )


class _StreamedTransport(httpx.AsyncBaseTransport):
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._onward = transport_to(endpoint, httpx.AsyncHTTPTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._onward.handle_async_request(with_secrets(request, self._endpoint))
        exchange = exchange_under_way.get()
        if exchange is None:
            return response
        exchange.response = response
        if not response.is_success:
            return response
        exchange.response = _StrictResponse(response, exchange.events, self._endpoint)
        return exchange.response

    async def aclose(self) -> None:
        await self._onward.aclose()


class _StrictResponse(httpx.Response):
    """A streamed reply whose every line is looked at, once unpacked, before the client library reads it."""

    def __init__(self, received: httpx.Response, events: EventStream, endpoint: Endpoint) -> None:
        super().__init__(
            received.status_code, headers=received.headers, stream=received.stream, extensions=received.extensions
        )
        self._events = events
        self._endpoint = endpoint

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        self._refuse_other_content()
        yield OPENING_EVENT
        received = super().aiter_bytes(chunk_size)
        async for some in received:
            if events := self._events.feed(some):
                yield events
            if self._events.is_done:
                break
        # A response read to its end leaves its connection to the next request. It ends now, or it is not waited for.
        with suppress(TimeoutError, httpx.TransportError):
            async with asyncio.timeout(_END_SECONDS):
                async for _ in received:
                    pass
        if events := self._events.close():
            yield events

    def _refuse_other_content(self) -> None:
        kind = self.headers.get("content-type", "")
        if kind.startswith("text/html"):
            address = self._endpoint.variable("BASE_URL")
            raise ModelRefused(f"{self._endpoint.shown}返回的是网页，请检查 {address}（通常以 /v1 结尾）")
        if kind.startswith("application/json"):
            raise UnreadableReply("服务器没有按流式返回")
