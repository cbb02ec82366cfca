"""What `/v1/embeddings` and `/v1/rerank` answer, as OpenAI's and as Jina's, Cohere's and vLLM's do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from assistant.testing.recorded import Recorded
from assistant.testing.vectors import nearness
from assistant.testing.wire import usage_of


def embeddings(request: Recorded, encode: Callable[[str], Sequence[float]]) -> dict[str, Any]:
    """One vector for each text of the request."""
    texts = request.texts
    data = [{"object": "embedding", "index": at, "embedding": encode(text)} for at, text in enumerate(texts)]
    return {"object": "list", "model": request.body.get("model"), "data": data, "usage": usage_of("".join(texts), "")}


def ranks(request: Recorded) -> dict[str, Any]:
    """The documents of the request, those first that share the most of the query's wording."""
    query, documents = request.body.get("query", ""), request.body.get("documents", [])
    texts = [document if isinstance(document, str) else document.get("text", "") for document in documents]
    order = sorted((-nearness(query, text), at) for at, text in enumerate(texts))
    results = [{"index": at, "relevance_score": -near, "document": {"text": texts[at]}} for near, at in order]
    return {
        "id": "rerank-scripted",
        "model": request.body.get("model"),
        "results": results[: request.body.get("top_n")],
        "usage": {"total_tokens": sum(map(len, texts))},
    }
