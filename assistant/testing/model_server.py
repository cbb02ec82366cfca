"""A scripted model server: real HTTP on loopback, saying what a script tells it to, misbehaving where it is told to.

    with ModelServer(["全市新增甲类项目12个。[1]", MISBEHAVIOURS["dropped"]()]) as server:
        ...  # a client of server.base_url
    server.requests  # what it was sent

By hand: `python -m assistant.testing.model_server --script FILE --port 8000` (`script_file` says what is in it).

It speaks `/v1/chat/completions` (whole and streamed), `/v1/models`, `/v1/embeddings` and `/v1/rerank`. It writes its
responses byte by byte itself, because a web framework would not let it break them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from assistant.testing.http_requests import next_byte, read_request
from assistant.testing.ranking import embeddings, ranks
from assistant.testing.recorded import Recorded
from assistant.testing.replies import Reply
from assistant.testing.script import Script, as_function
from assistant.testing.vectors import vector
from assistant.testing.wire import Segment, streamed_completion, whole_completion

_GLANCE_SECONDS = 0.002
_TRICKLE_SECONDS = 0.02
_ENDLESS = 1 << 40  # bytes
_STREAM = ("Content-Type", "text/event-stream; charset=utf-8")
_JSON = ("Content-Type", "application/json")
_HTML = ("Content-Type", "text/html; charset=utf-8")


class ClientLeft(Exception):
    """The client closed the connection in the middle of a reply."""


class ModelServer:
    """Serves between `start` and `stop`, or inside `with`, in a thread of its own. Once stopped, connections to it are
    refused. `key`: the only one that it accepts, where given."""

    def __init__(
        self,
        script: Script = (),
        *,
        models: Sequence[str] = ("scripted",),
        dimensions: int = 64,
        key: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._came = threading.Condition()
        self.requests: list[Recorded] = []
        """All requests, in the order in which they came."""
        self.connections = 0
        """How many have been made."""
        self.models = tuple(models)
        self.dimensions = dimensions
        self.instead: Callable[[Recorded], Reply | None] = lambda _: None
        """What `/v1/embeddings` and `/v1/rerank` say in place of their own; None: their own. May be set at any time."""
        self._key = key
        self._reply_to = as_function(script)
        self._host = host
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Such as "http://127.0.0.1:40123/v1"; the port is known once it has started."""
        return f"http://{self._host}:{self._port}/v1"

    @property
    def asked(self) -> list[Recorded]:
        """The requests for replies alone."""
        return [request for request in self.requests if request.path.endswith("/chat/completions")]

    def wait_for_requests(self, count: int = 1, seconds: float = 10) -> bool:
        """Whether so many have come, or do within so long."""
        with self._came:
            return self._came.wait_for(lambda: len(self.requests) >= count, seconds)

    def start(self) -> Self:
        """Returns when it can be asked. Raises `OSError` where the port cannot be had."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="scripted model server", daemon=True)
        self._thread.start()
        opening = asyncio.start_server(self._serve, self._host, self._port)
        try:
            server = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        except OSError:
            self.stop()
            raise
        self._port = server.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """Drops every connection and lets no new one in."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        upcoming = asyncio.create_task(next_byte(reader))
        try:
            while first := await upcoming:
                request = await read_request(reader, first)
                if request is None:
                    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                    break
                self._note(request)
                upcoming = asyncio.create_task(next_byte(reader))
                response = _Response(request, writer, upcoming)
                try:
                    await self._answer(request, response)
                except (ClientLeft, ConnectionError):
                    request.note_client_left()
                    break
                if response.is_last:
                    break
        except asyncio.CancelledError:
            return  # stopped; older Pythons would log it as an error
        finally:
            upcoming.cancel()
            writer.close()

    def _note(self, request: Recorded) -> None:
        with self._came:
            self.requests.append(request)
            self._came.notify_all()

    async def _answer(self, request: Recorded, response: _Response) -> None:
        path = request.path.partition("?")[0]
        if self._key and request.key != self._key:
            await response.send_json(_error("invalid_api_key", "Incorrect API key provided"), status=401)
        elif path == "/v1/models":
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "scripted"} for name in self.models]
            await response.send_json({"object": "list", "data": listed})
        elif not isinstance(request.body, dict):
            await response.send_json(_error("invalid_request_error", "The body is no JSON object"), status=400)
        elif path in ("/v1/embeddings", "/v1/rerank"):
            await response.send_reply(self.instead(request) or Reply(body=self._ranking(path, request)))
        elif path == "/v1/chat/completions":
            await response.send_reply(self._reply_to(request))
        else:
            await response.send_json(_error("not_found", f"No such path: {path}"), status=404)

    def _ranking(self, path: str, request: Recorded) -> dict[str, Any]:
        if path == "/v1/rerank":
            return ranks(request)
        dimensions = request.body.get("dimensions") or self.dimensions
        return embeddings(request, lambda text: vector(text, dimensions))


class _Response:
    """The writing side of one exchange."""

    def __init__(self, request: Recorded, writer: asyncio.StreamWriter, upcoming: asyncio.Task[bytes]) -> None:
        self.is_last = False
        """No further request can come over this connection."""
        self._request = request
        self._writer = writer
        self._upcoming = upcoming

    async def send_json(self, content: object, *, status: int = 200) -> None:
        await self._send(status, (_JSON,), _packed(content))

    async def send_reply(self, reply: Reply) -> None:
        body = self._request.body
        model, prompt = str(body.get("model")), self._request.prompt
        await self._pause(Segment(b"", is_gated=True), reply)
        if reply.body is not None:
            await self._send_whole(reply, reply.body)
        elif reply.status != HTTPStatus.OK:
            await self._send_whole(reply, {"error": reply.error})
        elif "web_page" in reply.quirks:
            await self._send(200, (_HTML, *reply.headers), b"<!doctype html><title>It works</title>")
        elif not body.get("stream") or "not_streamed" in reply.quirks:
            await self._send_whole(reply, whole_completion(reply, model, prompt))
        else:
            with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
            await self._stream(reply, streamed_completion(reply, model, prompt, with_usage=with_usage))

    async def _send_whole(self, reply: Reply, content: object) -> None:
        packed = _packed(content)
        if reply.ending == "silent":
            await self._until_client_leaves()
        length = {"dropped": len(packed) + 1, "endless": _ENDLESS}.get(reply.ending, len(packed))
        await self._send(reply.status, (_JSON, *reply.headers), packed, length)
        if reply.ending == "endless":
            await self._trickle()
        self.is_last = reply.ending == "dropped"

    async def _trickle(self) -> NoReturn:
        """A blank now and then until the client has had enough. Raises `ClientLeft`."""
        while True:
            self._writer.write(b" ")
            await self._writer.drain()
            await asyncio.wait({self._upcoming}, timeout=_TRICKLE_SECONDS)
            self._refuse_absent_client()

    async def _stream(self, reply: Reply, segments: Iterable[Segment]) -> None:
        packed = zlib.compressobj(wbits=31) if "gzip" in reply.quirks else None
        encoding = (("Content-Encoding", "gzip"),) if packed else ()
        self._write_head(200, (_STREAM, ("Transfer-Encoding", "chunked"), *encoding, *reply.headers))
        for segment in segments:
            await self._pause(segment, reply)
            content = segment.content
            await self._write_chunk(packed.compress(content) + packed.flush(zlib.Z_SYNC_FLUSH) if packed else content)
        if reply.ending == "silent":
            await self._until_client_leaves()
        if reply.ending in ("dropped", "reset"):
            self.is_last = True
            if reply.ending == "reset":
                at_once = struct.pack("ii", 1, 0)
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                self._writer.transport.abort()
            return
        await self._write_chunk(packed.flush() if packed else b"")
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def _pause(self, segment: Segment, reply: Reply) -> None:
        """Until this segment may go. Raises `ClientLeft`."""
        if segment.is_gated and reply.delay:
            await asyncio.wait({self._upcoming}, timeout=reply.delay)
        while segment.is_gated and reply.gate is not None and not reply.gate.lets_through():
            await asyncio.wait({self._upcoming}, timeout=_GLANCE_SECONDS)
            self._refuse_absent_client()
        self._refuse_absent_client()

    async def _until_client_leaves(self) -> None:
        await asyncio.wait({self._upcoming})
        self._refuse_absent_client()

    def _refuse_absent_client(self) -> None:
        if self._upcoming.done() and not self._upcoming.result():
            raise ClientLeft

    async def _send(
        self, status: int, headers: Iterable[tuple[str, str]], content: bytes, length: int | None = None
    ) -> None:
        """`length`: what the head says of it, where that is not true."""
        self._write_head(status, (*headers, ("Content-Length", str(len(content) if length is None else length))))
        self._writer.write(content)
        await self._writer.drain()

    def _write_head(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self._writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{fields}\r\n".encode("latin-1"))

    async def _write_chunk(self, content: bytes) -> None:
        if content:
            self._writer.write(b"%x\r\n%b\r\n" % (len(content), content))
            await self._writer.drain()
            await asyncio.sleep(0)  # an endless reply must let the loop see that the client has left


def _packed(content: object) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": code, "param": None, "code": code}}


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves a script until Ctrl-C."""
    from assistant.errors import PlanAssistantError
    from assistant.testing.script_file import read_script

    parser = argparse.ArgumentParser(
        prog="python -m assistant.testing.model_server", description="按脚本回答的模型服务"
    )
    parser.add_argument("--script", type=Path, required=True, help="脚本（YAML 或 JSON）")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--key", default="", help="只接受这个密钥")
    chosen = parser.parse_args(arguments)
    try:
        script = read_script(chosen.script)
        server = ModelServer(script, port=chosen.port, key=chosen.key).start()
    except (PlanAssistantError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"模型服务已就绪：{server.base_url}（按 Ctrl-C 结束）", file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
