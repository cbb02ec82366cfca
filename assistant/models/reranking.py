"""A reranker behind `/rerank`, in the shape that Jina, Cohere, vLLM and Xinference share.

POST …/rerank {"model", "query", "documents", "top_n"}  →  {"results": [{"index", "relevance_score"}, …]}
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.errors import RerankerFault
from assistant.models.endpoint import Endpoint, Rest

if TYPE_CHECKING:
    import httpx

_PATH = "/rerank"
_FAULTS, _REST_SECONDS = 2, 30.0


class Reranker:
    """Orders texts by how well they answer a question. Safe to share between threads."""

    def __init__(self, endpoint: Endpoint, *, max_characters: int = 2000) -> None:
        """`max_characters`: of a text; what is longer is cut."""
        self.endpoint = endpoint
        self._max_characters = max_characters
        self._rest = Rest(_FAULTS, _REST_SECONDS)
        self._client: httpx.Client = endpoint.client()
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
        with self._rest.attempt(RerankerFault(f"{self.endpoint.shown}接连出错，暂停使用，稍后会再试")):
            scores = self._scores(self._asked(question, texts), len(texts))
        lowest = min(scores.values())
        return sorted(
            ((place, scores.get(place, lowest)) for place in range(len(texts))),
            key=lambda found: (found[0] not in scores, -found[1], found[0]),
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _asked(self, question: str, texts: Sequence[str]) -> Any:
        import httpx

        shown = self.endpoint.shown
        body = {
            "model": self.endpoint.model,
            "query": question,
            "documents": [text[: self._max_characters] for text in texts],
            "top_n": len(texts),
        }
        try:
            reply = self._client.post(self._address, json=body)
        # `None`: nothing of a request may stand in a traceback.
        except httpx.TimeoutException:
            raise RerankerFault(f"{shown}没有回应（等了 {self.endpoint.timeout:g} 秒）") from None
        except httpx.HTTPError as error:
            raise RerankerFault(self.endpoint.lost(error)) from None
        if not reply.is_success:
            raise RerankerFault(self.endpoint.refusal(reply.status_code))
        try:
            return reply.json()
        except ValueError:
            raise RerankerFault(f"{shown}的回复无法读取") from None

    def _scores(self, reply: Any, count: int) -> dict[int, float]:
        """The score of each place that the server named."""
        results = reply.get("results") if isinstance(reply, dict) else None
        scores: dict[int, float] = {}
        for result in results if isinstance(results, list) else ():
            held = result if isinstance(result, dict) else {}
            place, score = _place(held.get("index"), count), _number(held.get("relevance_score"))
            if place is None or score is None or place in scores:
                raise RerankerFault(f"{self.endpoint.shown}给出的排序无法使用")
            scores[place] = score
        if not scores:
            raise RerankerFault(f"{self.endpoint.shown}没有给出排序")
        return scores


def _place(found: Any, count: int) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < count else None


def _number(found: Any) -> float | None:
    is_number = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
    return float(found) if is_number else None
