"""The encoder, the reranker and the language model that the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.errors import UnusableInput
from assistant.library import EncoderSource
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.models.endpoint import Endpoint
    from assistant.models.reranking import Reranker
    from assistant.models.server import ChatServer


def encoder_of(settings: Settings) -> EncoderSource | None:
    """The encoder that ranks clauses; None: the shipped one. Nothing is loaded and no server asked.

    Raises `UnusableInput` for settings that contradict one another, `EncoderFault` for a folder that holds no model.
    """
    address, path = settings.embedding_base_url.strip(), settings.embedding_path.strip()
    if address and path:
        raise UnusableInput("PLAN_ASSISTANT_EMBEDDING_BASE_URL 和 PLAN_ASSISTANT_EMBEDDING_PATH 只能设置一个")
    if path:
        from assistant.search.model_folder import ModelFolder

        folder = ModelFolder(
            Path(path).expanduser().absolute(),
            query_prefix=settings.embedding_query_prefix,
            passage_prefix=settings.embedding_passage_prefix,
            pooling=settings.embedding_pooling,
        )
        _ = folder.name  # what is no model is said at the start
        return folder
    if not address:
        return None
    from assistant.models.embedding import EmbeddingServer, ServedSource

    server = EmbeddingServer(
        _endpoint(settings, "EMBEDDING", "编码服务"),
        batch=settings.embedding_batch,
        retries=settings.embedding_retries,
        max_characters=settings.embedding_max_characters,
        query_prefix=settings.embedding_query_prefix or "",
        passage_prefix=settings.embedding_passage_prefix or "",
    )
    return ServedSource(server)


def reranker_of(settings: Settings) -> Reranker | None:
    """The reranker; None where none is asked for. No server is asked. Raises `UnusableInput`."""
    if not settings.reranker_base_url.strip():
        return None
    from assistant.models.reranking import Reranker

    return Reranker(_endpoint(settings, "RERANKER", "重排服务"))


def chat_server(settings: Settings) -> ChatServer:
    """Where the language model is. No server is asked. Raises `UnusableInput` naming the setting that is missing or wrong."""
    from assistant.models.server import ChatServer

    for name in ("llm_base_url", "llm_model"):
        if not getattr(settings, name).strip():
            raise UnusableInput(f"使用语言模型引擎（llm）需要设置 PLAN_ASSISTANT_{name.upper()}")
    return ChatServer(
        _endpoint(settings, "LLM", "模型服务"),
        context_window=settings.llm_context_window,
        max_tokens=settings.llm_max_tokens,
        retries=settings.llm_retries,
    )


def hosts_of(settings: Settings) -> tuple[str, ...]:
    """The hosts that these models are asked at."""
    from urllib.parse import urlsplit

    model = settings.llm_base_url if settings.engine == "llm" else ""
    addresses = (model, settings.embedding_base_url, settings.reranker_base_url)
    return tuple(host for address in addresses if (host := urlsplit(address.strip()).hostname))


def _endpoint(settings: Settings, setting: str, kind: str) -> Endpoint:
    """Where a model is, by the settings whose names begin so. Raises `UnusableInput`."""
    from assistant.models.endpoint import Endpoint

    def given(name: str) -> Any:
        return getattr(settings, f"{setting}_{name}".lower())

    return Endpoint(
        setting=setting,
        kind=kind,
        base_url=given("base_url").strip(),
        model=given("model").strip(),
        api_key=given("api_key").get_secret_value(),
        headers=_told(given("headers")),
        timeout=given("timeout"),
    )


def _told(headers: Mapping[str, SecretStr]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value.get_secret_value()) for name, value in headers.items())
