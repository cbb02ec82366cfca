"""HTTP whose replies end: a server that sends a byte now and then, or never stops, holds nobody up."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

LARGEST = 256 << 20
"""Bytes of a reply: thousands of long vectors."""


class BoundedTransport(httpx.HTTPTransport):
    """Every reply is complete within the request's own read timeout, counted from its head, and within `LARGEST` bytes; else
    `httpx.ReadTimeout` or `httpx.ReadError`."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        seconds = request.extensions.get("timeout", {}).get("read")
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Bounded(response.stream, seconds)
        return response


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
