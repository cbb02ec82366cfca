"""Who may come in. On a server that only its own machine reaches: every program of that machine, and no web page of
another site. On any other: whoever shows a token."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import PlanAssistantError
from assistant.models.loopback import is_loopback
from assistant.serving.api_errors import ApiError
from assistant.serving.tokens import AccessTokens

_LOG = logging.getLogger(__name__)

# What a proxy adds to say whom it speaks for.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_CLOSED = "接口没有开放：服务器不只在本机监听，而且没有设置访问令牌；请管理员用 plan-assistant token add 名称 添加"
_NO_TOKEN = "请在请求头里带上访问令牌：Authorization: Bearer 令牌"
_WRONG_TOKEN = "访问令牌不对，或已被移除"
_WRONG_HOST = "不接受这个主机名（Host）的请求；需要时加进 PLAN_ASSISTANT_ALLOWED_HOSTS"
_WRONG_ORIGIN = "不接受别的网站的页面（Origin）发来的请求；需要时加进 PLAN_ASSISTANT_ALLOWED_ORIGINS"


@dataclass(frozen=True)
class Access:
    """Who is let in. `bound_to`: the address that the server listens on. `hosts` and `origins`: what is accepted beside
    this machine's own names and the server's own pages. `proxy_is_local`: a proxy on this machine decides for itself whom
    it lets through; without it, whoever comes through one shows a token."""

    bound_to: str
    tokens: AccessTokens
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    proxy_is_local: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anybody can come in from where the server listens. Raises `UnusableInput` for a broken token file."""
        return is_loopback(self.bound_to) or self.tokens.exist()

    def check(self, headers: Headers) -> None:
        """Raises `ApiError` for a request that is not let in."""
        if self._is_local(headers):
            self._check_host(headers.get("host", ""))
        else:
            self._check_token(headers.get("authorization", ""))
        self._check_origin(headers)

    def _is_local(self, headers: Headers) -> bool:
        """Decided by what the server is bound to: over another address, "127.0.0.1" may be anybody behind a proxy."""
        return is_loopback(self.bound_to) and (self.proxy_is_local or not any(name in headers for name in _FORWARDED))

    def _check_host(self, host: str) -> None:
        """A name of this machine: another site's name that is made to lead here (DNS rebinding) is none."""
        name = _split(f"//{host}").hostname or ""
        if not is_loopback(name) and not {name, host.lower()} & self.hosts:
            raise ApiError(_WRONG_HOST, status=421, code="wrong_host")

    def _check_token(self, authorization: str) -> None:
        try:
            if not self.tokens.exist():
                raise ApiError(_CLOSED, status=403, code="not_open")
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise _unauthorized(_NO_TOKEN, "missing_token")
            if not self.tokens.admit(token.strip()):
                raise _unauthorized(_WRONG_TOKEN, "invalid_token")
        except PlanAssistantError as error:
            raise ApiError(str(error), status=403, code="not_open") from None

    def _check_origin(self, headers: Headers) -> None:
        origin = headers.get("origin")
        if origin is None or origin.lower() in self.origins:
            return
        if _split(origin).netloc.lower() != headers.get("host", "").lower():
            raise ApiError(_WRONG_ORIGIN, status=403, code="wrong_origin")


def _split(address: str) -> SplitResult:
    """Its parts; of one that is malformed, none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _unauthorized(message: str, code: str) -> ApiError:
    return ApiError(message, status=401, code=code, headers={"WWW-Authenticate": "Bearer"})


class Gate:
    """Lets requests through to the app, or says why not. `body`: how it is said to this app's clients."""

    def __init__(self, app: ASGIApp, access: Access, body: Callable[[ApiError], dict[str, Any]]) -> None:
        self._app, self._access, self._body = app, access, body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                self._access.check(Headers(scope=scope))
            except ApiError as refused:
                response = JSONResponse(self._body(refused), refused.status, refused.headers)
                await response(scope, receive, send)
                return
        try:
            await self._app(scope, receive, send)
        except Exception:
            # The client has been told that there is no answer; why is for whoever looks after the server.
            _LOG.exception("a request to %s failed", scope["path"])
            raise
