"""Every setting, read once, frozen: from `PLAN_ASSISTANT_…` variables and `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from assistant.errors import UnusableInput
from assistant.reading.limits import DEFAULT_LIMITS, ReadLimits

_PACKAGE = Path(__file__).parent


def packaged(folder: Literal["corpus", "prompts", "evals"]) -> Path:
    """Where a packaged folder lies: inside the installed package, or beside it in a checkout."""
    inside = _PACKAGE / "data" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="PLAN_ASSISTANT_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("plan-assistant", appauthor=False)))
    corpus: str = Field(default_factory=lambda: str(packaged("corpus")))
    prompts: str = Field(default_factory=lambda: str(packaged("prompts")))
    engine: Literal["embedded", "llm"] = "embedded"
    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_headers: dict[str, SecretStr] = Field(default_factory=dict)
    llm_timeout: float = Field(default=60, gt=0, le=3600)  # seconds without a byte
    llm_deadline: float = Field(default=120, gt=0, le=3600)  # seconds for a whole answer
    llm_context_window: int = Field(default=16384, ge=2048)  # tokens
    llm_max_tokens: int = Field(default=1024, ge=64)
    llm_retries: int = Field(default=2, ge=0, le=10)
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    embedding_base_url: str = ""
    embedding_model: str = ""
    embedding_api_key: SecretStr = SecretStr("")
    embedding_headers: dict[str, SecretStr] = Field(default_factory=dict)
    embedding_timeout: float = Field(default=60, gt=0, le=3600)
    embedding_batch: int = Field(default=32, ge=1, le=2048)
    embedding_retries: int = Field(default=4, ge=0, le=20)
    embedding_max_characters: int = Field(default=2000, ge=50)
    embedding_path: str = ""
    embedding_query_prefix: str | None = None
    embedding_passage_prefix: str | None = None
    embedding_pooling: Literal["cls", "mean", "last"] | None = None
    reranker_base_url: str = ""
    reranker_model: str = ""
    reranker_api_key: SecretStr = SecretStr("")
    reranker_headers: dict[str, SecretStr] = Field(default_factory=dict)
    reranker_timeout: float = Field(default=10, gt=0, le=600)
    access_tokens: SecretStr = SecretStr("")  # of programs on other machines, separated by commas
    allowed_hosts: str = ""  # names of this server beside localhost, separated by commas
    allowed_origins: str = ""  # other sites whose pages may ask, separated by commas
    proxy_is_local: bool = False  # whoever comes through a proxy on this machine needs no token
    api_max_kb: int = Field(default=1024, ge=16, le=65536)  # of one request
    read_seconds: float = Field(default=DEFAULT_LIMITS.seconds, gt=0, le=86400)
    read_memory_mb: int = Field(default=DEFAULT_LIMITS.memory_mb, ge=256)
    read_max_mb: int = Field(default=DEFAULT_LIMITS.file_mb, ge=1, le=2000)
    read_max_characters: int = Field(default=DEFAULT_LIMITS.characters, ge=1000)
    read_max_members: int = Field(default=DEFAULT_LIMITS.members, ge=1)
    read_max_unpacked_mb: int = Field(default=DEFAULT_LIMITS.unpacked_mb, ge=1)

    @property
    def that_make_answers(self) -> tuple[str, ...]:
        """The settings that answers depend on, those of models where they are set; the others say where things lie on
        this machine."""
        fields = type(self).model_fields
        named = _RANKING if self.engine == "embedded" else (*_LANGUAGE_MODEL, *_RANKING)
        return ("engine", *(name for name in named if getattr(self, name) != fields[name].default))

    @property
    def read_limits(self) -> ReadLimits:
        """What reading one file may cost."""
        return ReadLimits(
            seconds=self.read_seconds,
            memory_mb=self.read_memory_mb,
            file_mb=self.read_max_mb,
            characters=self.read_max_characters,
            members=self.read_max_members,
            unpacked_mb=self.read_max_unpacked_mb,
        )

    @property
    def corpus_folder(self) -> Path | None:
        """The folder to keep in step with; None where the setting is empty."""
        return Path(self.corpus).expanduser() if self.corpus.strip() else None

    @property
    def prompts_folder(self) -> Path:
        """What a model is told; the glossary is in a folder of it."""
        return Path(self.prompts).expanduser()

    @property
    def glossary_folder(self) -> Path:
        """The tables of the glossary."""
        return self.prompts_folder / "glossary"


def load_settings(**given: Any) -> Settings:
    """The settings, with what a caller gives in place of what the environment says (None: not given).

    Raises `UnusableInput` naming the setting that cannot be used.
    """
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        named = "；".join(_named(str(e["loc"][0]), e["input"]) for e in error.errors())
        raise UnusableInput(f"设置无法使用：{named}") from None
    except SettingsError:
        # Of a setting that is no JSON the library says the value too, which may be a key.
        named = "、".join(f"PLAN_ASSISTANT_{name.upper()}" for name in _SECRET if name.endswith("headers"))
        raise UnusableInput(f'设置无法使用：{named} 应是 JSON，如 {{"X-Key": "…"}}') from None
    return settings.model_copy(update={"home": settings.home.expanduser()})


_LANGUAGE_MODEL = ("llm_model", "llm_context_window", "llm_max_tokens")
_RANKING = (
    *("embedding_base_url", "embedding_model", "embedding_path", "embedding_max_characters", "embedding_pooling"),
    *("embedding_query_prefix", "embedding_passage_prefix", "reranker_base_url", "reranker_model"),
)
_SECRET = tuple(name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))


def _named(setting: str, value: object) -> str:
    name = f"PLAN_ASSISTANT_{setting.upper()}"
    return name if setting in _SECRET else f"{name}={value!r}"
