"""How a request leaves for a model server: with its secrets, by the way that this machine's environment prescribes.

Secrets are added here, on the way out, and nowhere above: so no client library holds one that it could write to a log,
put into an exception or hand to an observer.
"""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import httpx

from assistant.errors import ModelUnreachable
from assistant.models.endpoint import Endpoint
from assistant.models.loopback import is_loopback

# What a request needs. The client libraries would add what this machine is and what its environment variables hold.
_SENT_ON = frozenset(
    {b"host", b"accept", b"accept-encoding", b"connection", b"content-type", b"content-length", b"user-agent"}
)
_LONGEST_CONNECT = 10.0

Transport = TypeVar("Transport", httpx.HTTPTransport, httpx.AsyncHTTPTransport)


def transport_to(endpoint: Endpoint, make: Callable[..., Transport]) -> Transport:
    """What carries requests to this server; `make`: `httpx.HTTPTransport` or `httpx.AsyncHTTPTransport`.

    Raises `ModelUnreachable` where the address or the environment's proxy cannot be used.
    """
    try:
        proxy = proxy_for(endpoint.base_url)
    except httpx.InvalidURL:
        raise ModelUnreachable(
            f"连接不上{endpoint.shown}：地址写错了，请检查 {endpoint.variable('BASE_URL')}"
        ) from None
    try:
        return make(verify=_certificates(), proxy=proxy)
    except (ImportError, ValueError, httpx.InvalidURL):  # a SOCKS proxy needs a package of its own
        raise ModelUnreachable(
            f"连接不上{endpoint.shown}：环境变量 HTTP_PROXY、HTTPS_PROXY 或 ALL_PROXY 里的代理不能使用"
        ) from None


def with_secrets(request: httpx.Request, endpoint: Endpoint) -> httpx.Request:
    """The request that goes out: another one than exceptions and logs hold, without what no server needs to know."""
    headers = httpx.Headers([(name, value) for name, value in request.headers.raw if name.lower() in _SENT_ON])
    own = (("Authorization", f"Bearer {endpoint.api_key}"),) if endpoint.api_key else ()
    headers.update(httpx.Headers((*own, *endpoint.headers)))
    return httpx.Request(
        request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
    )


def timeouts(seconds: float) -> httpx.Timeout:
    """Seconds without a byte; a connection is made, or not, much sooner than a reply is written."""
    return httpx.Timeout(seconds, connect=min(seconds, _LONGEST_CONNECT))


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
