"""What can be known to be wrong before anything is asked, said without repeating a secret."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import UnusableInput
from assistant.models.chat import ChatServer

ADDRESS = "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"base_url": "127.0.0.1:8000"}, "LLM_BASE_URL"),
        ({"base_url": "ftp://127.0.0.1/v1"}, "LLM_BASE_URL"),
        ({"base_url": "http://"}, "LLM_BASE_URL"),
        ({"base_url": "http://[::1/v1"}, "LLM_BASE_URL"),
        ({"base_url": "http://127.0.0.1:99999/v1"}, "LLM_BASE_URL"),
        ({"base_url": "http://127.0.0.1:8000/v1\n"}, "LLM_BASE_URL"),
        ({"base_url": "http://user:SECRET@127.0.0.1:8000/v1"}, "LLM_BASE_URL"),
        ({"base_url": "http://127.0.0.1:8000/v1?key=SECRET"}, "LLM_BASE_URL"),
        ({"model": " "}, "LLM_MODEL"),
        ({"api_key": "SECRET\n"}, "LLM_API_KEY"),
        ({"api_key": "SECRET 2"}, "LLM_API_KEY"),
        ({"api_key": "SECRET密"}, "LLM_API_KEY"),
        ({"headers": (("X-Key", "SECRET\r\nX-Other: 1"),)}, "LLM_HEADERS"),
        ({"headers": (("X-Key", "SECRET密"),)}, "LLM_HEADERS"),
        ({"headers": (("X Key", "SECRET"),)}, "LLM_HEADERS"),
        ({"headers": (("Host", "SECRET"),)}, "LLM_HEADERS"),
        ({"timeout": 0}, "大于 0"),
        ({"retries": -1}, "不能为负"),
    ],
    ids=str,
)
def test_what_could_never_work_is_refused(given: dict[str, Any], named: str) -> None:
    with pytest.raises(UnusableInput) as raised:
        ChatServer(**{"base_url": ADDRESS, "model": "scripted"} | given)
    assert named in str(raised.value)
    assert "SECRET" not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_secrets_are_not_shown() -> None:
    server = ChatServer(ADDRESS, "scripted", api_key="SECRET1", headers=(("X-Key", "SECRET2"),))
    assert "SECRET" not in f"{server} {server!r} {server.shown} {[server]}"
    assert set(server.secrets) == {"SECRET1", "SECRET2"}
