"""Every setting, read once, frozen: from `PLAN_ASSISTANT_…` variables and `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=1, le=65535)
    read_seconds: float = Field(default=DEFAULT_LIMITS.seconds, gt=0, le=86400)
    read_memory_mb: int = Field(default=DEFAULT_LIMITS.memory_mb, ge=256)
    read_max_mb: int = Field(default=DEFAULT_LIMITS.file_mb, ge=1, le=2000)
    read_max_characters: int = Field(default=DEFAULT_LIMITS.characters, ge=1000)
    read_max_members: int = Field(default=DEFAULT_LIMITS.members, ge=1)
    read_max_unpacked_mb: int = Field(default=DEFAULT_LIMITS.unpacked_mb, ge=1)

    @property
    def that_make_answers(self) -> tuple[str, ...]:
        """The settings that answers depend on; the others say where things lie on this machine."""
        return ("engine",)

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
    def glossary_folder(self) -> Path:
        """The tables of the glossary."""
        return Path(self.prompts).expanduser() / "glossary"


def load_settings(**given: Any) -> Settings:
    """The settings, with what a caller gives in place of what the environment says (None: not given).

    Raises `UnusableInput` naming the setting that cannot be used.
    """
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        named = "；".join(
            f"PLAN_ASSISTANT_{'_'.join(map(str, e['loc'])).upper()}={e['input']!r}" for e in error.errors()
        )
        raise UnusableInput(f"设置无法使用：{named}") from None
    return settings.model_copy(update={"home": settings.home.expanduser()})
