"""A small model server on loopback that encodes and ranks, and misbehaves as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32

DIMENSIONS = 64


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What is sent back; `body`: JSON, or bytes as they are."""

    body: Any = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    endless: bool = False
    cut: bool = False


@dataclass
class Served:
    """A server that runs. `answer` may be changed at any time; `asked` is what came."""

    base_url: str
    answer: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def texts(self) -> list[str]:
        """All texts that were to be encoded, in their order."""
        return [text for one in self.asked for text in one.body.get("input", [])]


def vector_of(text: str) -> list[float]:
    """Texts that share characters are near."""
    found = [0.0] * DIMENSIONS
    for character in text:
        found[crc32(character.encode()) % DIMENSIONS] += 1.0
    return found


def embeddings(asked: Asked, vector: Callable[[str], list[float]] = vector_of) -> Reply:
    """What a server that works says to `/embeddings`."""
    data = [
        {"object": "embedding", "index": i, "embedding": vector(text)} for i, text in enumerate(asked.body["input"])
    ]
    return Reply({"object": "list", "model": asked.body["model"], "data": data})


def ranks(asked: Asked) -> Reply:
    """What a server that works says to `/rerank`: texts with more of the question's characters first."""
    wanted = set(asked.body["query"])
    scores = [len(wanted & set(text)) / len(wanted) for text in asked.body["documents"]]
    order = sorted(range(len(scores)), key=lambda place: -scores[place])
    return Reply({"results": [{"index": place, "relevance_score": scores[place]} for place in order]})


def working(asked: Asked) -> Reply:
    """Both."""
    return ranks(asked) if asked.path.endswith("/rerank") else embeddings(asked)


@contextmanager
def serving(answer: Callable[[Asked], Reply] = working) -> Iterator[Served]:
    """A server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            served.asked.append(asked)
            reply = served.answer(asked)
            if reply.silent:
                served.ending.wait()
                return
            if reply.endless:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(1 << 40))
                self.end_headers()
                with suppress(OSError):  # the asker has gone
                    while not served.ending.wait(0.02):
                        self.wfile.write(b" ")
                return
            data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in (
                *reply.headers,
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(data) + reply.cut)),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            self.close_connection = reply.cut

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}/v1", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()
