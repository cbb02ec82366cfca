"""`Endpoint`: a model server that encodes or ranks, and what went wrong with it, in one Chinese line without a secret."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import PlanAssistantError, UnusableInput

if TYPE_CHECKING:
    import httpx

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_KEY = re.compile(r"[!-~]*")


@dataclass(frozen=True, repr=False)
class Endpoint:
    """One model on one server. `setting` begins the names of its settings (EMBEDDING, RERANKER), `kind` is what a reader
    calls it. Raises `UnusableInput` for what could never work; neither `repr` nor `str` shows the key or a header's value."""

    setting: str
    kind: str
    base_url: str
    model: str
    api_key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float = 60
    """Seconds without a byte after which the server counts as silent, and in which a reply that has begun must end."""

    def __post_init__(self) -> None:
        self._refuse_unusable_address()
        if not self.model.strip():
            raise UnusableInput(f"没有写明{self.kind}的模型名称，请设置 PLAN_ASSISTANT_{self.setting}_MODEL")
        if not _KEY.fullmatch(self.api_key):
            raise UnusableInput(f"PLAN_ASSISTANT_{self.setting}_API_KEY 里有空格、换行或非英文字符")
        for name, value in self.headers:
            if not _HEADER.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
                raise UnusableInput(f"PLAN_ASSISTANT_{self.setting}_HEADERS 里的请求头“{name}”不能使用")

    def __repr__(self) -> str:
        return f"Endpoint({self.base_url!r}, {self.model!r})"

    @property
    def shown(self) -> str:
        """The server and the model, for a reader."""
        return f"{self.kind} {self.base_url}（{self.model}）"

    @property
    def host(self) -> str:
        """The host alone."""
        return urlsplit(self.base_url).hostname or ""

    def client(self) -> httpx.Client:
        """A client that speaks to this server alone: no redirect is followed, no proxy of the environment is asked. The key
        is put in where a request leaves, so that nothing that holds a request's settings holds it."""
        import httpx

        from assistant.models.bounded import BoundedTransport

        def with_secrets(request: httpx.Request) -> None:
            request.headers.pop("Authorization", None)
            if self.api_key:
                request.headers["Authorization"] = f"Bearer {self.api_key}"
            request.headers.update(dict(self.headers))

        return httpx.Client(
            timeout=self.timeout,
            follow_redirects=False,
            trust_env=False,
            transport=BoundedTransport(trust_env=False),
            event_hooks={"request": [with_secrets]},
        )

    def lost(self, error: BaseException | None) -> str:
        """What a connection that failed means, as a line."""
        import httpx

        return f"连接不上{self.shown}" if isinstance(error, httpx.ConnectError) else f"{self.shown}的回复中断了"

    def refusal(self, status: int) -> str:
        """What an HTTP status means, as a line."""
        if status in (401, 403):
            return f"{self.shown}拒绝了请求（{status}）：请检查密钥 PLAN_ASSISTANT_{self.setting}_API_KEY 和权限"
        if status == 404:
            return (
                f"{self.shown}没有这个模型或地址（404）：请检查 PLAN_ASSISTANT_{self.setting}_MODEL 和 "
                f"PLAN_ASSISTANT_{self.setting}_BASE_URL（通常以 /v1 结尾）"
            )
        if status == 429:
            return f"{self.shown}请求过多，暂不受理（429）"
        if status >= 500:
            return f"{self.shown}出错（{status}）"
        if status >= 400:
            return f"{self.shown}不接受这样的请求（{status}）"
        return f"{self.shown}要求改到别的地址（{status}），请检查 PLAN_ASSISTANT_{self.setting}_BASE_URL"

    def _refuse_unusable_address(self) -> None:
        """The address itself is repeated only where it can hold no secret."""
        name = f"PLAN_ASSISTANT_{self.setting}_BASE_URL"
        try:
            parts = urlsplit(self.base_url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or re.search(r"[\s\x00-\x1f]", self.base_url):
            raise UnusableInput(f"{self.kind}的地址应当形如 http://127.0.0.1:8000/v1，请检查 {name}")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise UnusableInput(f"{self.kind}的地址里不要写用户名、密码或问号后的参数，请检查 {name}")


class Rest:
    """Leaves a server alone after faults in a row, so that no question waits for it again and again. Safe to share between
    threads."""

    def __init__(self, faults: int, seconds: float) -> None:
        self._most, self._seconds = faults, seconds
        self._faults, self._until = 0, 0.0
        self._counting = threading.Lock()

    @contextmanager
    def attempt(self, resting: PlanAssistantError) -> Iterator[None]:
        """One request. Raises `resting` while the server is left alone."""
        with self._counting:
            if self._faults >= self._most and time.monotonic() < self._until:
                raise resting
        try:
            yield
        except PlanAssistantError:
            with self._counting:
                self._faults += 1
                self._until = time.monotonic() + self._seconds
            raise
        with self._counting:
            self._faults = 0
