"""Is the model server there, and does it know the model? For `doctor`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ModelFault, ReplyTooLong
from assistant.models.message import Message

if TYPE_CHECKING:
    from assistant.models.chat import ChatModel

_SHOWN_NAMES = 5


@dataclass(frozen=True)
class Probed:
    """One thing examined: whether it holds, and what was seen, in one Chinese line."""

    name: str
    holds: bool
    detail: str


def probe(model: ChatModel, seconds: float = 10) -> tuple[Probed, ...]:
    """Whether the server is reached and how soon, and whether it knows the model. `seconds`: for each.

    A model that the server lists is not asked anything: to load one may take minutes, and each question may cost. One
    that it does not list, or where it lists none, is asked for one token. The model is left out where there is no
    server. Raises no `ModelFault`: that is what it finds.
    """
    began = time.perf_counter()
    try:
        listed = _listed(model, seconds)
    except ModelFault as fault:
        return (Probed("模型服务", False, str(fault)),)
    milliseconds = (time.perf_counter() - began) * 1000
    reached = Probed("模型服务", True, f"{model.server.endpoint.base_url} 可以连通，{milliseconds:.0f} 毫秒")
    if model.name in listed or f"{model.name}:latest" in listed:
        return reached, Probed("模型", True, f"{model.name} 在服务器的模型列表里")
    return reached, _asked(model, seconds, listed)


def _listed(model: ChatModel, seconds: float) -> tuple[str, ...]:
    """The models that the server lists. Raises `ModelFault` where there is no server."""
    background, asking = model.opened()
    return background.start(asking.listed_models(seconds)).result()


def _asked(model: ChatModel, seconds: float, listed: tuple[str, ...]) -> Probed:
    began = time.perf_counter()
    reply = model.stream([Message("user", "你好")], seconds=seconds, max_tokens=1)
    try:
        next(reply, "")
    except ReplyTooLong:
        pass  # one token, and that was thinking: it does answer
    except ModelFault as fault:
        return Probed("模型", False, f"{fault}{_others(listed)}")
    finally:
        reply.close()
    milliseconds = (time.perf_counter() - began) * 1000
    where = "不在服务器的模型列表里，但" if listed else ""
    return Probed("模型", True, f"{model.name} {where}可以回答，{milliseconds:.0f} 毫秒")


def _others(listed: tuple[str, ...]) -> str:
    if not listed:
        return ""
    return f"；服务器现有：{'、'.join(listed[:_SHOWN_NAMES])}{'等' if len(listed) > _SHOWN_NAMES else ''}"
