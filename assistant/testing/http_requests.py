"""Requests of HTTP/1.1, read from a stream: just what a model client sends."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
from typing import Any

from assistant.testing.recorded import Recorded

_LONGEST_BODY = 64_000_000


async def next_byte(reader: asyncio.StreamReader) -> bytes:
    """The first byte of the next request; empty when the client has left."""
    try:
        return await reader.read(1)
    except ConnectionError:
        return b""


async def read_request(reader: asyncio.StreamReader, first: bytes) -> Recorded | None:
    """The request that begins with `first`; None where the client leaves in the middle, or sends something else."""
    if not first.isalpha():
        return None  # no method begins so: the beginning of a TLS handshake, most likely
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
        line, _, fields = head.partition(b"\r\n")
        method, path, _ = line.decode("ascii").split(" ", 2)
        headers = {name.lower(): value for name, value in http.client.parse_headers(io.BytesIO(fields)).items()}
        body = await reader.readexactly(min(int(headers.get("content-length", "0")), _LONGEST_BODY))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        return None
    return Recorded(method, path, headers, _json(body))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
