"""`Endpoint`: where a model is and what its server is shown; of a chat model, an encoder and a reranker alike."""

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
class Endpoint:
    """One model on one server. `setting` begins the names of its settings (LLM, EMBEDDING, RERANKER), `kind` is what a
    reader calls it. Raises `UnusableInput` for what could never work, without repeating a secret; neither `repr` nor `str`
    shows the key or a header's value."""

    setting: str
    kind: str
    base_url: str
    model: str
    api_key: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float = 60
    """Seconds without a byte after which the server counts as silent."""

    def __post_init__(self) -> None:
        self._refuse_unusable_address()
        if not self.model.strip():
            raise UnusableInput(f"没有写明{self.kind}的模型名称，请设置 {self.variable('MODEL')}")
        if not _KEY.fullmatch(self.api_key):
            raise UnusableInput(f"{self.kind}的密钥里有空格、换行或非英文字符，请检查 {self.variable('API_KEY')}")
        self._refuse_unusable_headers()
        if self.timeout <= 0:
            raise UnusableInput(f"{self.kind}的等待秒数应大于 0，请检查 {self.variable('TIMEOUT')}")

    def __repr__(self) -> str:
        return f"Endpoint({self.base_url!r}, {self.model!r})"

    def variable(self, name: str) -> str:
        """What one of its settings is called in full, such as "PLAN_ASSISTANT_LLM_MODEL"."""
        return f"PLAN_ASSISTANT_{self.setting}_{name}"

    @property
    def shown(self) -> str:
        """The server and the model, for a reader."""
        return f"{self.kind} {self.base_url}（{self.model}）"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must appear nowhere; the longest first."""
        values = (self.api_key, *(value for _, value in self.headers))
        return tuple(sorted((value for value in values if value), key=len, reverse=True))

    def _refuse_unusable_address(self) -> None:
        """The address itself is repeated only where it can hold no secret."""
        address = self.variable("BASE_URL")
        wrong = f"{self.kind}的地址应当形如 http://127.0.0.1:8000/v1，请检查 {address}"
        try:
            parts = urlsplit(self.base_url)
            has_place = bool(parts.hostname) and parts.port != 0
        except ValueError:
            raise UnusableInput(wrong) from None
        if parts.scheme not in ("http", "https") or not has_place or re.search(r"[\s\x00-\x1f]", self.base_url):
            raise UnusableInput(wrong)
        if _holds_more_than_a_place(parts):
            raise UnusableInput(
                f"{self.kind}的地址里不要写用户名、密码或问号后的参数，"
                f"密钥请用 {self.variable('API_KEY')} 或 {self.variable('HEADERS')}，请检查 {address}"
            )

    def _refuse_unusable_headers(self) -> None:
        setting = self.variable("HEADERS")
        for name, value in self.headers:
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _NOT_TO_SET:
                raise UnusableInput(f"{self.kind}的请求头“{name}”不能使用，请检查 {setting}")
            if not _HEADER_VALUE.fullmatch(value):
                raise UnusableInput(f"{self.kind}的请求头“{name}”的值里有换行或非英文字符，请检查 {setting}")


def _holds_more_than_a_place(parts: SplitResult) -> bool:
    return "@" in parts.netloc or bool(parts.query) or bool(parts.fragment)
