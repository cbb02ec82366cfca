"""The web server around the page: the address, `/healthz`, nothing that leaves the machine."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import gradio
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import UnusableInput

# The browser itself refuses whatever a library of the page would fetch from elsewhere. The page's framework
# builds its templates from strings and styles inline, hence the two 'unsafe-' words.
CONTENT_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'"

# Pages keep a connection open to hear of new events; the server does not wait for them to leave.
_FAREWELL_SECONDS = 1

_LAST_PORT = 65535
_REASONS = {
    errno.EADDRINUSE: "端口已被占用，请关闭占用它的程序，或用 --port 换一个端口",
    errno.EACCES: "没有使用这个端口的权限，请用 --port 换一个 1024 以上的端口",
    errno.EADDRNOTAVAIL: "本机没有这个地址，请检查 --host",
}


class _OwnOriginOnly:
    """Adds the content policy to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = CONTENT_POLICY
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, send_with_policy)


class _Server(uvicorn.Server):
    """Says where the page is once it can be opened."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        print(f"计划问答已就绪：{self.address}（按 Ctrl-C 结束）", file=sys.stderr, flush=True)


def open_socket(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises `UnusableInput` where that cannot be."""
    if not 0 <= port <= _LAST_PORT:
        raise UnusableInput(f"不能在 {host}:{port} 打开网页：端口应在 0 到 {_LAST_PORT} 之间，请检查 --port")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError):
        raise UnusableInput(f"不能在 {host}:{port} 打开网页：找不到主机“{host}”，请检查 --host") from None
    opened = socket.socket(family, kind, protocol)
    if os.name == "posix":  # elsewhere this option would let two servers share the port
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(address)
        opened.listen()
    except OSError as error:
        opened.close()
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise UnusableInput(f"不能在 {host}:{port} 打开网页：{reason}") from None
    return opened


def web_app(page: gradio.Blocks, beside: Callable[[FastAPI], None], **look: Any) -> FastAPI:
    """The page at `/`, and `/healthz` and what `beside` adds beside it. The server listens only when all are there."""
    app = FastAPI(title="计划问答", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_OwnOriginOnly)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    beside(app)  # before the page, which answers for every other path
    off: dict[str, Any] = {
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "show_error": False,
        "max_file_size": 1,  # the page takes no files
    }
    gradio.mount_gradio_app(app, page, path="/", **off, **look)
    return app


def run(app: FastAPI, opened: socket.socket, host: str) -> None:
    """Serves until Ctrl-C, which ends it quietly."""
    port = opened.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=_FAREWELL_SECONDS)
    try:
        _Server(config, f"http://{shown}:{port}").run(sockets=[opened])
    except KeyboardInterrupt:
        return
