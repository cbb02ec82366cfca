"""The connection to one model server: its secrets, its proxy, and replies read strictly.

Secrets are added here, on the way out, and nowhere above: so no client library holds one that it could write to a log,
put into an exception or hand to an observer.
"""

from __future__ import annotations

import asyncio
import ssl
import urllib.request
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import httpx

from assistant.errors import ModelRefused, ModelUnreachable
from assistant.models.event_stream import OPENING_EVENT, EventStream, UnreadableReply
from assistant.models.loopback import is_loopback

if TYPE_CHECKING:
    from assistant.models.server import ChatServer

# What a request needs. The client library would add what this machine is and what its environment variables hold.
_SENT_ON = frozenset(
    {b"host", b"accept", b"accept-encoding", b"connection", b"content-type", b"content-length", b"user-agent"}
)
_LONGEST_CONNECT = 10.0
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


def connect(server: ChatServer) -> httpx.AsyncClient:
    """A client for this server alone; to be closed. It follows no redirects: the question goes nowhere else.

    Raises `ModelUnreachable` where the address or the environment's proxy cannot be used.
    """
    try:
        base_url = httpx.URL(server.base_url)
    except httpx.InvalidURL:
        raise ModelUnreachable(f"连接不上{server.shown}：地址写错了，请检查 LLM_BASE_URL") from None
    return httpx.AsyncClient(
        base_url=base_url,
        transport=_Transport(server, proxy_for(server.base_url)),
        timeout=timeouts(server),
        trust_env=False,  # no .netrc either; the proxy is chosen by `proxy_for`, and certificates by the transport
    )


def timeouts(server: ChatServer) -> httpx.Timeout:
    """Seconds without a byte; a connection is made, or not, much sooner than a reply is written."""
    return httpx.Timeout(server.timeout, connect=min(server.timeout, _LONGEST_CONNECT))


def proxy_for(address: str) -> str | None:
    """The proxy that the environment names for this address. This machine itself is always reached directly."""
    url = httpx.URL(address)
    if is_loopback(url.host) or urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get(url.scheme) or proxies.get("all")
    return found if found is None or "://" in found else f"http://{found}"


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that this machine trusts; SSL_CERT_FILE and SSL_CERT_DIR name others. Takes a while to load."""
    return httpx.create_ssl_context(trust_env=True)


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, server: ChatServer, proxy: str | None) -> None:
        self._shown = server.shown
        own = (("Authorization", f"Bearer {server.api_key}"),) if server.api_key else ()
        self._added = httpx.Headers((*own, *server.headers))
        try:
            self._onward = httpx.AsyncHTTPTransport(verify=_certificates(), proxy=proxy)
        except (ImportError, ValueError, httpx.InvalidURL):  # a SOCKS proxy needs a package of its own
            raise ModelUnreachable(
                f"连接不上{server.shown}：环境变量 HTTP_PROXY、HTTPS_PROXY 或 ALL_PROXY 里的代理不能使用"
            ) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = httpx.Headers([(name, value) for name, value in request.headers.raw if name.lower() in _SENT_ON])
        headers.update(self._added)
        # Another request goes out than the one that exceptions and logs hold.
        sent = httpx.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        response = await self._onward.handle_async_request(sent)
        exchange = exchange_under_way.get()
        if exchange is None:
            return response
        exchange.response = response
        if not response.is_success:
            return response
        exchange.response = _StrictResponse(response, exchange.events, self._shown)
        return exchange.response

    async def aclose(self) -> None:
        await self._onward.aclose()


class _StrictResponse(httpx.Response):
    """A streamed reply whose every line is looked at, once unpacked, before the client library reads it."""

    def __init__(self, received: httpx.Response, events: EventStream, shown: str) -> None:
        super().__init__(
            received.status_code, headers=received.headers, stream=received.stream, extensions=received.extensions
        )
        self._events = events
        self._shown = shown

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
            raise ModelRefused(f"{self._shown}返回的是网页，请检查 LLM_BASE_URL（通常以 /v1 结尾）")
        if kind.startswith("application/json"):
            raise UnreadableReply("服务器没有按流式返回")
