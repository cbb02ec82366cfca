"""HTTP whose replies come whole and end: a server that sends a byte now and then, or never stops, holds nobody up. The
encoder's and the reranker's connection."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

from assistant.models.connection import timeouts, transport_to, with_secrets
from assistant.models.endpoint import Endpoint

LARGEST = 256 << 20
"""Bytes of a reply: thousands of long vectors."""


def bounded_client(endpoint: Endpoint) -> httpx.Client:
    """A client for this server alone; to be closed. It follows no redirects: what is sent goes nowhere else.

    Every reply is complete within the request's own read timeout, counted from its head, and within `LARGEST` bytes; else
    `httpx.ReadTimeout` or `httpx.ReadError`. Raises `ModelUnreachable` where the address or the environment's proxy cannot
    be used.
    """
    return httpx.Client(
        transport=_BoundedTransport(endpoint),
        timeout=timeouts(endpoint.timeout),
        trust_env=False,  # no .netrc either; the proxy and the certificates are the transport's
    )


class _BoundedTransport(httpx.BaseTransport):
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._onward = transport_to(endpoint, httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._onward.handle_request(with_secrets(request, self._endpoint))
        except UnicodeError as error:  # a host that no name server could be asked for
            raise httpx.ConnectError(str(error), request=request) from None
        seconds = request.extensions.get("timeout", {}).get("read")
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Bounded(response.stream, seconds)
        return response

    def close(self) -> None:
        self._onward.close()


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, seconds: float | None) -> None:
        self._stream, self._seconds = stream, seconds

    def __iter__(self) -> Iterator[bytes]:
        ends = None if self._seconds is None else time.monotonic() + self._seconds
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > LARGEST:
                raise httpx.ReadError("the reply is too large")
            if ends is not None and time.monotonic() > ends:
                raise httpx.ReadTimeout("the reply does not end")
            yield piece

    def close(self) -> None:
        self._stream.close()
