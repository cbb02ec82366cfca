"""A reranker behind `/rerank`, in the shape that Jina, Cohere, vLLM and Xinference share.

POST …/rerank {"model", "query", "documents", "top_n"}  →  {"results": [{"index", "relevance_score"}, …]}
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelBroken, ModelFault, RerankerFault
from assistant.models.circuit import Circuit
from assistant.models.endpoint import Endpoint

if TYPE_CHECKING:
    import httpx

_PATH = "/rerank"
_FAULTS_IN_A_ROW, _PAUSE_SECONDS = 2, 30.0


class Reranker:
    """Orders texts by how well they answer a question. After two faults of the server in a row it is left alone for half a
    minute. Safe to share between threads; nothing is connected before the first question."""

    def __init__(self, endpoint: Endpoint, *, max_characters: int = 2000) -> None:
        """`max_characters`: of a text; what is longer is cut."""
        self.endpoint = endpoint
        self._max_characters = max_characters
        self._circuit = Circuit(_FAULTS_IN_A_ROW, _PAUSE_SECONDS)
        self._opening = threading.Lock()
        self._client: httpx.Client | None = None
        base = endpoint.base_url.rstrip("/")
        self._address = base if base.endswith(_PATH) else base + _PATH

    @property
    def name(self) -> str:
        """The model's name."""
        return self.endpoint.model

    def ranked(self, question: str, texts: Sequence[str]) -> list[tuple[int, float]]:
        """(place in `texts`, score) of every text, the best first; texts that the server left out come last, in their
        order, with the lowest score given. Scores are the server's own. Raises `RerankerFault`."""
        if not texts:
            return []
        try:
            with self._circuit.attempt(self.endpoint.shown):
                scores = self._scores(self._asked(question, texts), len(texts))
        except ModelFault as fault:
            raise RerankerFault(str(fault)) from None  # `None`: nothing of a request may stand in a traceback
        lowest = min(scores.values())
        return sorted(
            ((place, scores.get(place, lowest)) for place in range(len(texts))),
            key=lambda found: (found[0] not in scores, -found[1], found[0]),
        )

    def close(self) -> None:
        """Let go of the connection."""
        with self._opening:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _opened(self) -> httpx.Client:
        """Raises `ModelUnreachable` where the address or the environment's proxy cannot be used."""
        from assistant.models.bounded import bounded_client

        with self._opening:
            if self._client is None:
                self._client = bounded_client(self.endpoint)
            return self._client

    def _asked(self, question: str, texts: Sequence[str]) -> Any:
        """What the server replied. Raises `ModelFault`."""
        import httpx

        from assistant.models.faults import fault_of, fault_of_error

        body = {
            "model": self.endpoint.model,
            "query": question,
            "documents": [text[: self._max_characters] for text in texts],
            "top_n": len(texts),
        }
        try:
            reply = self._opened().post(self._address, json=body)
            if reply.is_success:
                return reply.json()
        except (httpx.HTTPError, ValueError) as error:  # the latter: no JSON
            raise fault_of(error, self.endpoint) from None
        raise fault_of_error(reply.status_code, _said(reply), self.endpoint)

    def _scores(self, reply: Any, count: int) -> dict[int, float]:
        """The score of each place that the server named. Raises `ModelBroken`."""
        results = reply.get("results") if isinstance(reply, dict) else None
        scores: dict[int, float] = {}
        for result in results if isinstance(results, list) else ():
            held = result if isinstance(result, dict) else {}
            place, score = _place(held.get("index"), count), _number(held.get("relevance_score"))
            if place is None or score is None or place in scores:
                raise ModelBroken(f"{self.endpoint.shown}给出的排序无法使用")
            scores[place] = score
        if not scores:
            raise ModelBroken(f"{self.endpoint.shown}没有给出排序")
        return scores


def _said(refusal: httpx.Response) -> Any:
    try:
        return refusal.json()
    except ValueError:
        return refusal.text


def _place(found: Any, count: int) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < count else None


def _number(found: Any) -> float | None:
    is_number = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
    return float(found) if is_number else None
