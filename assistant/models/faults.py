"""What went wrong, in the words of the error tree. Nothing that a server says is repeated with a key in it."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from assistant.errors import (
    ModelBroken,
    ModelBusy,
    ModelFault,
    ModelRefused,
    ModelTimedOut,
    ModelUnreachable,
    PromptTooLong,
    ReplyFiltered,
)
from assistant.models.endpoint import Endpoint
from assistant.models.event_stream import ErrorInReply, UnreadableReply

_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "证书无法验证，单位自己的根证书可用环境变量 SSL_CERT_FILE 指明"),
    (ssl.SSLError, "加密连接没有谈成，请检查地址该用 http 还是 https"),
    (socket.gaierror, "找不到这个主机"),
    (ConnectionRefusedError, "服务没有启动，或端口不对"),
)

_UNAUTHORISED, _PAYMENT, _FORBIDDEN, _NOT_FOUND, _TIMEOUT, _TOO_LARGE, _BUSY = 401, 402, 403, 404, 408, 413, 429
_GATEWAY_TIMEOUT = 504
_LONGEST_WORDS = 120

# Servers say these in a code, a type or a sentence of their own.
_CONTEXT = re.compile(
    r"context[ _]?(length|window|size)|maximum (model |context )?length|max_model_len|prompt is too long|too many tokens"
    r"|(input|prompt)[^.]{0,40}(too long|exceed)|range of input length|string_above_max_length",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"content[ _]?filter|content[ _](management[ _])?policy|data_inspection|responsibleaipolicy|moderation|sensitive[ _]words"
    r"|inappropriate content|内容安全|敏感(词|信息)",
    re.IGNORECASE,
)
_QUOTA = re.compile(r"insufficient_quota|insufficient[ _]balance|arrearage|billing|余额", re.IGNORECASE)


def fault_of(error: BaseException, endpoint: Endpoint, seconds: float | None = None) -> ModelFault:
    """The fault that an exception of a client library stands for. `seconds`: of silence that were borne, where they were not
    the endpoint's own."""
    import httpx
    import openai

    if isinstance(error, ModelFault):
        return error
    if isinstance(error, UnreadableReply):
        return ModelBroken(f"{endpoint.shown}的回复无法读取：{error}")
    if isinstance(error, ErrorInReply):
        return fault_of_error(_status_within(error.error), error.error, endpoint)
    if isinstance(error, openai.APIStatusError):
        fault = fault_of_error(error.status_code, error.body, endpoint)
        fault.retry_after = _seconds_to_wait(error.response.headers)
        return fault
    if isinstance(error, httpx.ConnectTimeout) or isinstance(error.__cause__, httpx.ConnectTimeout):
        return ModelUnreachable(f"连接不上{endpoint.shown}：连接超时")
    if isinstance(error, TimeoutError | httpx.TimeoutException | openai.APITimeoutError):
        return ModelTimedOut(f"{endpoint.shown}已有 {endpoint.timeout if seconds is None else seconds:g} 秒没有回应")
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        was_connected = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
        if isinstance(error, was_connected) or isinstance(error.__cause__, was_connected):
            return ModelBroken(f"{endpoint.shown}的回复中断了")
        return ModelUnreachable(f"连接不上{endpoint.shown}{_reason(error)}")
    return ModelBroken(f"{endpoint.shown}的回复无法读取")


def fault_of_error(status: int, body: object, endpoint: Endpoint) -> ModelFault:
    """The fault that an HTTP status with its body stands for."""
    words = _words(body)
    if status == _PAYMENT or (status == _BUSY and _QUOTA.search(words)):
        return ModelRefused(f"{endpoint.shown}额度已用完")
    if status == _BUSY:
        return ModelBusy(f"{endpoint.shown}请求过多，暂不受理（{status}）")
    if status in (_UNAUTHORISED, _FORBIDDEN):
        return ModelRefused(f"{endpoint.shown}拒绝了请求（{status}）：请检查密钥 {endpoint.variable('API_KEY')} 和权限")
    if status == _TOO_LARGE or (status != _NOT_FOUND and _CONTEXT.search(words)):
        return PromptTooLong(f"送去的文字超过了{endpoint.shown}的上下文长度")
    if _FILTER.search(words):
        return ReplyFiltered(f"{endpoint.shown}的内容审核拦下了送去的文字")
    if status == _NOT_FOUND:
        return ModelRefused(
            f"{endpoint.shown}没有这个模型或地址（404）：请检查 {endpoint.variable('MODEL')} 和 "
            f"{endpoint.variable('BASE_URL')}（通常以 /v1 结尾）"
        )
    if status in (_TIMEOUT, _GATEWAY_TIMEOUT):
        return ModelTimedOut(f"{endpoint.shown}处理超时（{status}）")
    if status >= 500:
        return ModelBroken(f"{endpoint.shown}出错（{status}）")
    if status >= 400:
        said = _shown(words, endpoint)
        return ModelRefused(f"{endpoint.shown}不接受这样的请求（{status}）" + (f"：{said}" if said else ""))
    return ModelRefused(f"{endpoint.shown}要求改到别的地址（{status}），请检查 {endpoint.variable('BASE_URL')}")


def _reason(error: BaseException | None) -> str:
    """What the system says of a connection that could not be made, where the user can do something with it."""
    while error is not None:
        for kind, reason in _REASONS:
            if isinstance(error, kind):
                return f"：{reason}"
        error = error.__cause__ or error.__context__
    return ""


def _seconds_to_wait(headers: Mapping[str, str]) -> float:
    """What Retry-After says, in seconds or as a date; 0 where it says nothing that can be understood."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", said, re.ASCII):
        return float(said)
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _status_within(error: object) -> int:
    """The status that an error event names, where it does; a server's own failure otherwise."""
    code = str(error.get("code")) if isinstance(error, Mapping) else ""
    return int(code) if re.fullmatch(r"[45]\d\d", code, re.ASCII) else 500


def _words(body: object) -> str:
    """Everything that an error's body says."""
    if isinstance(body, str):
        return body
    return json.dumps(body, ensure_ascii=False, default=str) if body else ""


def _shown(words: str, endpoint: Endpoint) -> str:
    """A server's own sentence, on one line, shortened, without secrets and without what would steer a terminal."""
    found = re.search(r'"message": "((?:[^"\\]|\\.)*)"', words)
    said = found.group(1) if found else words
    for secret in endpoint.secrets:
        said = said.replace(secret, "***")
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
    return said if len(said) <= _LONGEST_WORDS else said[:_LONGEST_WORDS] + "…"
