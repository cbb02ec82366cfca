"""`ChatServer`: where a model is and how it is spoken to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from assistant.errors import UnusableInput

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_KEY = re.compile(r"[!-~]*")

# Written by the connection itself: another value would make another request of it.
_NOT_TO_SET = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "content-type", "accept-encoding"}
)


@dataclass(frozen=True, repr=False)
class ChatServer:
    """One model on one OpenAI-compatible server. Raises `UnusableInput` for what could never work, without repeating a
    secret; neither `repr` nor `str` shows the key or a header's value."""

    base_url: str
    model: str
    api_key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float = 60
    """Seconds without a byte after which the server counts as silent."""
    context_window: int = 8192
    """Tokens that prompt and reply may have together."""
    max_tokens: int = 1024
    """Tokens that a reply may have."""
    retries: int = 2
    """How often a request that failed before its first piece is made again."""

    def __post_init__(self) -> None:
        _refuse_unusable_address(self.base_url)
        if not self.model.strip():
            raise UnusableInput("没有写明模型名称，请设置 LLM_MODEL")
        if not _KEY.fullmatch(self.api_key):
            raise UnusableInput("模型服务的密钥里有空格、换行或非英文字符，请检查 LLM_API_KEY")
        for name, value in self.headers:
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _NOT_TO_SET:
                raise UnusableInput(f"模型服务的请求头“{name}”不能使用，请检查 LLM_HEADERS")
            if not _HEADER_VALUE.fullmatch(value):
                raise UnusableInput(f"模型服务的请求头“{name}”的值里有换行或非英文字符，请检查 LLM_HEADERS")
        if self.timeout <= 0 or self.context_window <= 0 or self.max_tokens <= 0 or self.retries < 0:
            raise UnusableInput("模型服务的等待秒数、窗口和长度应大于 0，重试次数不能为负")

    def __repr__(self) -> str:
        return f"ChatServer({self.base_url!r}, {self.model!r})"

    @property
    def host(self) -> str:
        """The host alone."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must appear nowhere."""
        values = (self.api_key, *(value for _, value in self.headers))
        return tuple(sorted((value for value in values if value), key=len, reverse=True))

    @property
    def shown(self) -> str:
        """The server and the model, for a reader."""
        return f"模型服务 {self.base_url}（{self.model}）"


def _refuse_unusable_address(address: str) -> None:
    """The address itself is repeated only where it can hold no secret."""
    wrong = "模型服务的地址应当形如 http://127.0.0.1:8000/v1，请检查 LLM_BASE_URL"
    try:
        parts = urlsplit(address)
        has_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise UnusableInput(wrong) from None
    if parts.scheme not in ("http", "https") or not has_place or re.search(r"[\s\x00-\x1f]", address):
        raise UnusableInput(wrong)
    if _holds_more_than_a_place(parts):
        raise UnusableInput(
            "模型服务的地址里不要写用户名、密码或问号后的参数，密钥请用 LLM_API_KEY 或 LLM_HEADERS，请检查 LLM_BASE_URL"
        )


def _holds_more_than_a_place(parts: SplitResult) -> bool:
    return "@" in parts.netloc or bool(parts.query) or bool(parts.fragment)
