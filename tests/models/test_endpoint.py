"""What can be known to be wrong before anything is asked, said without repeating a secret."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import UnusableInput
from assistant.models.chat import ChatServer, Endpoint

KINDS = {"LLM": "模型服务", "EMBEDDING": "编码服务", "RERANKER": "重排服务"}
ADDRESS = "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize("setting", KINDS)
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"base_url": "127.0.0.1:8000"}, "_BASE_URL"),
        ({"base_url": "ftp://127.0.0.1/v1"}, "_BASE_URL"),
        ({"base_url": "http://"}, "_BASE_URL"),
        ({"base_url": "http://[::1/v1"}, "_BASE_URL"),
        ({"base_url": "http://127.0.0.1:99999/v1"}, "_BASE_URL"),
        ({"base_url": "http://127.0.0.1:8000/v1\n"}, "_BASE_URL"),
        ({"base_url": "http://127.0.0.1:0/v1"}, "_BASE_URL"),
        ({"base_url": "http://127.0.0.1:8000/v1#SECRET"}, "_BASE_URL"),
        ({"base_url": "http://user:SECRET@127.0.0.1:8000/v1"}, "_BASE_URL"),
        ({"base_url": "http://127.0.0.1:8000/v1?key=SECRET"}, "_BASE_URL"),
        ({"model": " "}, "_MODEL"),
        ({"api_key": "SECRET\n"}, "_API_KEY"),
        ({"api_key": "SECRET 2"}, "_API_KEY"),
        ({"api_key": "SECRET密"}, "_API_KEY"),
        ({"headers": (("X-Key", "SECRET\r\nX-Other: 1"),)}, "_HEADERS"),
        ({"headers": (("X-Key", "SECRET密"),)}, "_HEADERS"),
        ({"headers": (("X Key", "SECRET"),)}, "_HEADERS"),
        ({"headers": (("Host", "SECRET"),)}, "_HEADERS"),
        ({"timeout": 0}, "_TIMEOUT"),
    ],
    ids=str,
)
def test_what_could_never_work_is_refused(setting: str, given: dict[str, Any], named: str) -> None:
    usable = {"setting": setting, "kind": KINDS[setting], "base_url": ADDRESS, "model": "scripted"}
    Endpoint(**usable)
    with pytest.raises(UnusableInput, match=f"PLAN_ASSISTANT_{setting}{named}") as raised:
        Endpoint(**usable | given)
    assert KINDS[setting] in str(raised.value)
    assert "SECRET" not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("given", [{"context_window": 0}, {"max_tokens": 0}, {"retries": -1}], ids=str)
def test_what_no_chat_model_can_have(given: dict[str, int]) -> None:
    with pytest.raises(UnusableInput, match=r"大于 0.*不能为负"):
        ChatServer(Endpoint("LLM", "模型服务", ADDRESS, "scripted"), **given)


def test_secrets_are_not_shown() -> None:
    endpoint = Endpoint("LLM", "模型服务", ADDRESS, "scripted", "SECRET1", (("X-Key", "SECRET2"),))
    for shown in (endpoint, ChatServer(endpoint)):
        assert "SECRET" not in f"{shown} {shown!r} {[shown]} {endpoint.shown}"
    assert set(endpoint.secrets) == {"SECRET1", "SECRET2"}
