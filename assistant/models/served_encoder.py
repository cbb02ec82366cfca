"""LlamaIndex's OpenAI-like embedding, with every reply looked at before its vectors are believed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import openai
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from pydantic import PrivateAttr

from assistant.errors import EncoderFault, ModelBroken, ModelFault
from assistant.models.bounded import bounded_client
from assistant.models.circuit import Circuit
from assistant.models.connection import timeouts
from assistant.models.embedding import EmbeddingServer
from assistant.models.faults import fault_of

_QUESTION_SECONDS = 10.0  # somebody is waiting, and the clauses can be ranked without it
_FAULTS_IN_A_ROW, _PAUSE_SECONDS = 2, 30.0
_KEPT_QUESTIONS = 64  # the same one is asked several times for an answer
_PERHAPS_TOO_LONG = (400, 413, 422)


@contextmanager
def _encoder_faults() -> Iterator[None]:
    """Whatever is wrong with the server, to whoever wants vectors it is the encoder that fails."""
    try:
        yield
    except ModelFault as fault:
        raise EncoderFault(str(fault)) from None  # `None`: nothing of a request may stand in a traceback


class ServedEncoder(OpenAILikeEmbedding):
    """Texts → vectors by a server. Every call raises `EncoderFault`, and nothing else, where the server does not answer, or
    with anything but one vector of the known length for each text. Safe to share between threads.

    Retries are the client's own (growing pauses, what the server says in Retry-After). A question waits ten seconds at
    most for a byte and is not asked again; after two faults of the server in a row it is left alone for half a minute.
    """

    _server: EmbeddingServer = PrivateAttr()
    _length: int | None = PrivateAttr()
    _circuit: Circuit = PrivateAttr()
    _question: Callable[[str], tuple[float, ...]] = PrivateAttr()

    def __init__(self, server: EmbeddingServer, length: int | None = None) -> None:
        """`length`: of a vector, None where it is not known yet."""
        with _encoder_faults():
            client = bounded_client(server.endpoint)
        super().__init__(
            model_name=server.endpoint.model,
            api_base=server.endpoint.base_url,
            api_key="in-the-client",  # never empty: then the environment's would be taken, which is another server's
            embed_batch_size=server.batch,
            max_retries=server.retries,
            timeout=server.endpoint.timeout,
            http_client=client,
        )
        self._server, self._length = server, length
        self._circuit = Circuit(_FAULTS_IN_A_ROW, _PAUSE_SECONDS)
        self._question = lru_cache(maxsize=_KEPT_QUESTIONS)(self._encoded_question)

    @classmethod
    def class_name(cls) -> str:
        return "ServedEncoder"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        with _encoder_faults():
            return self._encoded(
                [self._server.passage_prefix + text for text in texts],
                seconds=self._server.endpoint.timeout,
                retries=self._server.retries,
            )

    def _get_query_embedding(self, query: str) -> list[float]:
        with _encoder_faults():
            return list(self._question(query))

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _encoded_question(self, question: str) -> tuple[float, ...]:
        endpoint = self._server.endpoint
        with self._circuit.attempt(endpoint.shown):
            (vector,) = self._encoded(
                [self._server.query_prefix + question], seconds=min(endpoint.timeout, _QUESTION_SECONDS), retries=0
            )
        return tuple(vector)

    def _encoded(self, texts: Sequence[str], *, seconds: float, retries: int) -> list[list[float]]:
        """One request. Raises `ModelFault`."""
        endpoint = self._server.endpoint
        client = self._get_client().with_options(timeout=timeouts(seconds), max_retries=retries)
        cut = [text[: self._server.max_characters] for text in texts]
        try:
            # As lists: not every server knows base64, the client's default.
            reply = client.embeddings.create(input=cut, model=endpoint.model, encoding_format="float")
        except (openai.OpenAIError, ValueError) as error:  # the client's own reading of JSON fails with the latter
            fault = fault_of(error, endpoint, seconds)
            if isinstance(error, openai.APIStatusError) and error.status_code in _PERHAPS_TOO_LONG:
                fault = type(fault)(f"{fault}；文本过长时请调小 {endpoint.variable('MAX_CHARACTERS')}")
            raise fault from None
        vectors = self._vectors(reply, len(cut))
        self._length = self._length or len(vectors[0])
        return vectors

    def _vectors(self, reply: object, count: int) -> list[list[float]]:
        """One vector for each text, in the texts' order. Raises `ModelBroken`."""
        shown = self._server.endpoint.shown
        data = getattr(reply, "data", None)
        if not isinstance(data, list):
            raise ModelBroken(f"{shown}的回复无法读取")
        if len(data) != count:
            raise ModelBroken(f"{shown}给出的向量个数不对：应有 {count} 个，给了 {len(data)} 个")
        places = [getattr(item, "index", None) for item in data]
        if places != [None] * count:
            if sorted(place for place in places if isinstance(place, int)) != list(range(count)):
                raise ModelBroken(f"{shown}没有说明哪个向量是哪段文字的")
            data = sorted(data, key=lambda item: int(item.index))
        vectors = [_vector(getattr(item, "embedding", None)) for item in data]
        length = self._length or len(vectors[0] or ())
        for vector in vectors:
            if vector is None or not any(vector):
                raise ModelBroken(f"{shown}给出的向量全是零，或有不是数的值")
            if len(vector) != length:
                raise ModelBroken(f"{shown}给出的向量是 {len(vector)} 维，应是 {length} 维；换了模型请重新建立索引")
        return [vector for vector in vectors if vector is not None]


def _vector(found: Any) -> list[float] | None:
    """The numbers of a vector; None where they are none."""
    if not isinstance(found, list) or not all(
        isinstance(value, int | float) and math.isfinite(value) for value in found
    ):
        return None
    return [float(value) for value in found]
