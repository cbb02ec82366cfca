"""One request to a chat model, through LlamaIndex, as work of an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

import httpx
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.llms.openai_like import OpenAILike
from openai import BadRequestError, OpenAIError

from assistant.errors import ModelBroken, ModelFault, ModelTimedOut, ReplyFiltered, ReplyTooLong
from assistant.models.connection import timeouts
from assistant.models.endpoint import Endpoint
from assistant.models.event_stream import ErrorInReply, UnreadableReply
from assistant.models.faults import fault_of
from assistant.models.message import Message, Usage
from assistant.models.reply_text import ReplyText, UnopenedThinking
from assistant.models.server import ChatServer
from assistant.models.streamed import Exchange, exchange_under_way, streamed_client

# The connection adds the real key, if there is one; the client library wants to have some.
_NO_KEY = "none"

_CHARACTERS_A_TOKEN = 8
"""More than any text has on average: a reply with more than so many goes on past `max_tokens`."""

_FAIR_SECONDS = 10.0
"""A server that has said nothing at all for so long is at fault, however little time the answer had."""

_WENT_WRONG = (
    *(OpenAIError, httpx.HTTPError, httpx.StreamError),
    *(ModelFault, ErrorInReply, UnreadableReply),
    *(ValueError, TypeError, AttributeError, LookupError),  # the client library over fields of unheard-of types
)


class Asking:
    """The client of one server; its coroutines run in one event loop."""

    def __init__(self, server: ChatServer) -> None:
        self.server = server
        self._endpoint = server.endpoint
        self.client = streamed_client(server.endpoint)
        # Some servers' chat templates begin every reply inside its thinking. One such reply has to be seen first.
        self._begins_thinking = False
        # Some older servers refuse a request that wants to know what it cost. One such refusal has to be seen first.
        self._more: dict[str, Any] = {"stream_options": {"include_usage": True}}
        self._model = OpenAILike(
            model=server.endpoint.model,
            api_base=server.endpoint.base_url,
            api_key=_NO_KEY,
            context_window=server.context_window,
            is_chat_model=True,
            temperature=0,
            max_retries=0,  # `ChatModel` knows how much time is left, and what has been handed out
            timeout=server.endpoint.timeout,
            async_http_client=self.client,  # type: ignore[call-arg]  # documented, though no field
        )

    async def close(self) -> None:
        """Ends the connections."""
        await self.client.aclose()

    async def ask(
        self,
        messages: Sequence[Message],
        give: Callable[[str], None],
        *,
        seconds: float,
        max_tokens: int,
    ) -> Usage | None:
        """One request; gives the pieces of its reply as they come. Raises `ModelFault` alone."""
        exchange = Exchange()
        exchange_under_way.set(exchange)
        reply = _Reply(self._endpoint, max_tokens, ReplyText(self._begins_thinking), give)
        fault: ModelFault
        try:
            async with asyncio.timeout(seconds):
                try:
                    await self._read(messages, reply)
                except BadRequestError as refusal:
                    if not self._learns_from(refusal):
                        raise
                    await self._read(messages, reply)
                return reply.end(exchange)
        except TimeoutError:
            fault = ModelTimedOut(f"{self._endpoint.shown}没有在限定的时间内答完")
            fault.was_silent = exchange.response is None and seconds >= _FAIR_SECONDS
        except UnopenedThinking:
            self._begins_thinking = True
            fault = ModelBroken(f"{self._endpoint.shown}把思考过程混进了回答")
        except _WENT_WRONG as error:
            fault = fault_of(error, self._endpoint)
        finally:
            await exchange.close()
        raise fault

    async def listed_models(self, seconds: float) -> tuple[str, ...]:
        """The names of the models that the server lists; none where it has no such list. Raises `ModelFault` where it
        is not reached or takes too long."""
        fault: ModelFault
        try:
            async with asyncio.timeout(seconds):
                return _names(await self.client.get("models"))
        except TimeoutError:
            fault = ModelTimedOut(f"{self._endpoint.shown}{seconds:g} 秒没有回应")
        except _WENT_WRONG as error:
            fault = fault_of(error, self._endpoint)
        raise fault

    def _learns_from(self, refusal: BadRequestError) -> bool:
        """Whether the request can be made again without what the server named as unknown to it."""
        named = [name for name in self._more if name in str(refusal.body)]
        self._more = {name: value for name, value in self._more.items() if name not in named}
        return bool(named)

    async def _read(self, messages: Sequence[Message], reply: _Reply) -> None:
        said = [ChatMessage(role=MessageRole(message.role), content=message.content) for message in messages]
        own = {"max_tokens": reply.max_tokens, "timeout": timeouts(self._endpoint.timeout)}
        pieces = await self._model.astream_chat(said, **own, **self._more)
        async with aclosing(pieces):
            async for piece in pieces:
                reply.take(piece)


class _Reply:
    """One reply as it comes in: given on without its thinking, and judged when it has ended."""

    def __init__(self, endpoint: Endpoint, max_tokens: int, text: ReplyText, give: Callable[[str], None]) -> None:
        self.max_tokens = max_tokens
        self._endpoint = endpoint
        self._text = text
        self._give = give
        self._received = 0
        self._has_text = False
        self._usage: Usage | None = None

    def take(self, piece: ChatResponse) -> None:
        """One piece. Raises `ReplyTooLong`, `UnopenedThinking`."""
        counted: dict[str, Any] = piece.additional_kwargs
        delta = piece.delta or ""
        self._received += len(delta) + len(counted.get("thinking_delta", ""))
        if self._received > self.max_tokens * _CHARACTERS_A_TOKEN:
            raise ReplyTooLong(f"{self._endpoint.shown}的回复没有尽头，已停止接收")
        if isinstance(counted.get("prompt_tokens"), int) and isinstance(counted.get("completion_tokens"), int):
            self._usage = Usage(counted["prompt_tokens"], counted["completion_tokens"])
        self._hand_on(self._text.feed(delta))

    def end(self, exchange: Exchange) -> Usage | None:
        """What the server counted. Raises `ModelFault` where this is no whole reply."""
        self._hand_on(self._text.close())
        shown, finish = self._endpoint.shown, exchange.events.finish
        if finish == "length":
            raise ReplyTooLong(
                f"{shown}写满了 {self.max_tokens} 个词元还没有写完，可以调大 {self._endpoint.variable('MAX_TOKENS')}"
            )
        if finish == "content_filter":
            raise ReplyFiltered(f"{shown}的内容审核拦下了回答")
        if not exchange.events.is_whole:
            raise ModelBroken(f"{shown}的回复中断了")
        if not self._has_text:
            raise ModelBroken(f"{shown}的回复" + ("只有思考过程，没有回答" if self._received else "是空的"))
        return self._usage

    def _hand_on(self, text: str) -> None:
        if text:
            self._has_text = self._has_text or bool(text.strip())
            self._give(text)


def _names(response: httpx.Response) -> tuple[str, ...]:
    try:
        listed = response.json()["data"] if response.is_success else ()
        return tuple(one["id"] for one in listed if isinstance(one["id"], str))
    except (ValueError, TypeError, LookupError):
        return ()
