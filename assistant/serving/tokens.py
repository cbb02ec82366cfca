"""Access tokens: what a program shows to be let in from another machine.

A token is made here from 256 random bits, shown once and stored as its hash alone: at that length a plain SHA-256 gives
nothing away. Tokens may be given in the settings too.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import portalocker
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import LibraryBusy, UnusableInput

_PREFIX = "pa-"
_RANDOM_BYTES = 32
_SHORTEST = 16  # characters of a token that an administrator thought up
_LONGEST_NAME = 64
_LOCK_SECONDS = 10


class TokenRecord(BaseModel):
    """A token that has been given out: whose it is, when (UTC), and its hash."""

    model_config = ConfigDict(frozen=True)

    name: str
    added: datetime
    sha256: str


class _Stored(BaseModel):
    tokens: tuple[TokenRecord, ...] = ()


class TokenFile:
    """The tokens of one library's home, each under a name. Safe to share between threads and processes.

    Everything raises `UnusableInput` where the file cannot be read or written.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "access" / "tokens.json"
        self._reading = threading.Lock()
        self._seen: tuple[int, ...] | None = None
        self._held: tuple[TokenRecord, ...] = ()

    def records(self) -> tuple[TokenRecord, ...]:
        """The tokens as they are now; read again only when the file has changed."""
        with self._reading:
            try:
                state = self.path.stat()
                seen = (state.st_mtime_ns, state.st_size, state.st_ino)
                if seen != self._seen:
                    self._held = _Stored.model_validate_json(self.path.read_bytes()).tokens
                    self._seen = seen
            except FileNotFoundError:
                self._held, self._seen = (), None
            except OSError as error:
                raise UnusableInput(f"令牌文件“{self.path}”读不出来：{error.strerror}") from None
            except ValidationError:
                raise UnusableInput(f"令牌文件“{self.path}”已损坏；请删除后重新添加令牌") from None
            return self._held

    def add(self, name: str) -> str:
        """A new token under that name. It cannot be shown again. Raises `UnusableInput` for a name that is taken."""
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UnusableInput(f"令牌的名称应有 1 到 {_LONGEST_NAME} 个字，不含控制字符")
        token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        with self._changing() as records:
            if any(record.name == name for record in records):
                raise UnusableInput(f"已有名为“{name}”的令牌；换一个名称，或先用 plan-assistant token remove 移除")
            self._write((*records, TokenRecord(name=name, added=datetime.now(UTC), sha256=_hash(token))))
        return token

    def remove(self, name: str) -> None:
        """From now on the token of that name is refused. Raises `UnusableInput` where there is none."""
        with self._changing() as records:
            kept = tuple(record for record in records if record.name != name.strip())
            if len(kept) == len(records):
                raise UnusableInput(f"没有名为“{name}”的令牌；现有：{'、'.join(r.name for r in records) or '（无）'}")
            self._write(kept)

    @contextmanager
    def _changing(self) -> Iterator[tuple[TokenRecord, ...]]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with portalocker.Lock(self.path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
                yield self.records()
        except portalocker.LockException:
            raise LibraryBusy("另一个程序正在改令牌，请稍后再试") from None
        except OSError as error:
            raise UnusableInput(f"令牌文件“{self.path}”写不了：{error.strerror}") from None

    def _write(self, records: tuple[TokenRecord, ...]) -> None:
        """In one step, and for its owner's eyes from the first byte on."""
        aside = self.path.with_suffix(f".{secrets.token_hex(4)}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_Stored(tokens=records).model_dump_json(indent=2))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path)


class AccessTokens:
    """All tokens that are good: those of the settings and those of the file, which may change at any time."""

    def __init__(self, given: Sequence[str], file: TokenFile) -> None:
        """`given`: the settings' tokens. Raises `UnusableInput` for one that is too easy to guess."""
        for at, token in enumerate(given, start=1):
            if len(token) < _SHORTEST or not token.isascii():
                raise UnusableInput(
                    f"PLAN_ASSISTANT_ACCESS_TOKENS 里第 {at} 个令牌不能用：至少 {_SHORTEST} 个字符，只用字母、数字和符号"
                )
        self._given = tuple(_hash(token) for token in given)
        self._file = file

    def exist(self) -> bool:
        """Whether there is any token at all. Raises what `TokenFile.records` raises."""
        return bool(self._hashes())

    def admit(self, token: str) -> bool:
        """Whether the token is good, in the same time for every wrong one. Raises what `TokenFile.records` raises."""
        shown = _hash(token)
        fits = [hmac.compare_digest(shown, known) for known in self._hashes()]  # all of them: no early end
        return any(fits)

    def _hashes(self) -> tuple[str, ...]:
        return (*self._given, *(record.sha256 for record in self._file.records()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
