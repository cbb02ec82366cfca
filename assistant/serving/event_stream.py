"""A chat completion in server-sent events, while the answer grows."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from assistant.answering.answer import Answer
from assistant.errors import PlanAssistantError
from assistant.serving.api_errors import fault_of
from assistant.serving.asking import Asked, Asking, until_left
from assistant.serving.chat_reply import ChatReply

# Proxies give up on a connection that says nothing for about a minute.
_SIGN_OF_LIFE_SECONDS = 15.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would keep the events back
]


class EventStream:
    """The response to one streamed question. What is wrong with the question is told as an ordinary error as long as
    nothing has been sent. A client that leaves lets the language model go."""

    def __init__(self, asking: Asking, asked: Asked, reply: ChatReply) -> None:
        self._asking, self._asked, self._reply = asking, asked, reply
        self._begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with until_left(receive) as left:
                last: Answer | None = None
                async for answer in self._asking.growing(self._asked, left, _SIGN_OF_LIFE_SECONDS):
                    await self._begin(send)
                    if answer is None:
                        await _send(send, ": 正在回答\n\n")
                        continue
                    await self._tell(send, self._reply.grown(answer))
                    last = answer
                if last is None or left.is_set():
                    return  # nobody is there any more
                await self._tell(send, self._reply.ended(last))
        except PlanAssistantError as error:
            fault = fault_of(error)
            if not self._begun:
                await JSONResponse(fault.body, fault.status)(scope, receive, send)
                return
            await self._tell(send, [fault.body])
        await _send(send, "data: [DONE]\n\n", more=False)

    async def _begin(self, send: Send) -> None:
        if not self._begun:
            self._begun = True
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await self._tell(send, [self._reply.begun()])

    async def _tell(self, send: Send, events: list[dict[str, Any]]) -> None:
        # In ASCII: some clients take a line to end wherever Unicode says that one may.
        await _send(send, "".join(f"data: {json.dumps(event)}\n\n" for event in events))


async def _send(send: Send, text: str, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})
