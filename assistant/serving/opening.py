"""What is served to other programs, as the settings ask for it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette

from assistant.serving.asking import ServedAssistant
from assistant.serving.gate import Access
from assistant.serving.routes import add_routes
from assistant.serving.tokens import AccessTokens, TokenFile
from assistant.settings import Settings

_KB = 1024


class Opening:
    """Adds `/v1` and `/mcp` to a server, once it is known where it listens.

    Raises `UnusableInput` for tokens in the settings or a token file that cannot be used.
    """

    def __init__(self, settings: Settings, assistant: ServedAssistant, say: Callable[[str], None]) -> None:
        """`say` is told where the routes stay closed."""
        self._settings, self._assistant, self._say = settings, assistant, say
        given = _split(settings.access_tokens.get_secret_value())
        self._tokens = AccessTokens(given, TokenFile(settings.home))

    def __call__(self, app: Starlette, bound_to: str) -> None:
        access = Access(
            bound_to=bound_to,
            tokens=self._tokens,
            hosts=frozenset(host.lower() for host in _split(self._settings.allowed_hosts)),
            origins=frozenset(origin.lower().rstrip("/") for origin in _split(self._settings.allowed_origins)),
            proxy_is_local=self._settings.proxy_is_local,
        )
        if not access.is_open:
            self._say(
                "接口 /v1 和 /mcp 没有开放：在本机以外的地址上需要访问令牌，请用 plan-assistant token add 名称 添加（不用重启）"
            )
        add_routes(app, self._assistant, access, self._settings.api_max_kb * _KB)


def _split(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]
