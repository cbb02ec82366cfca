"""The tools as the `mcp` package's own client sees them: over HTTP, both eras of the protocol, and over stdin and
stdout."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from assistant.answering.answer import Answer
from assistant.ledger_files import rows_of
from tests import loops
from tests.serving.conftest import Site
from tests.serving.fake_served import LANZHOU, QINGHE, STEPS

PROGRAM = """
from assistant.serving.asking import Asking
from assistant.serving.mcp_server import serve_stdio
from tests.serving.fake_served import FakeServed
serve_stdio(Asking(FakeServed()))
"""
STDIO = StdioServerParameters(
    command=sys.executable, args=["-c", PROGRAM], env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
)
WAYS = ["auto", "legacy", "stdio"]


@pytest.fixture(params=WAYS)
def client(request: pytest.FixtureRequest, site: Site) -> Client:
    if request.param == "stdio":
        return Client(STDIO)
    site.assistant.asked.clear()
    return Client(f"{site.address}/mcp", mode=request.param)


def with_client(client: Client, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with client:
            return await work(client)

    return loops.run(asyncio.wait_for(run(), timeout=60))


def call(client: Client, tool: str, **arguments: Any) -> CallToolResult:
    result: CallToolResult = with_client(client, lambda connected: connected.call_tool(tool, arguments))
    return result


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def test_the_tools_are_described_in_chinese(client: Client) -> None:
    tools = with_client(client, lambda connected: connected.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask_plan", "list_documents", "search_ledger", "show_clause"]
    for tool in tools:
        assert any("一" <= character <= "鿿" for character in tool.description)
        assert all(given["description"] for given in tool.input_schema.get("properties", {}).values())
        assert tool.annotations.read_only_hint
        assert tool.output_schema["type"] == "object"


def test_ask_plan(client: Client) -> None:
    result = call(client, "ask_plan", question="新增充电桩多少根")
    assert not result.is_error
    answer = Answer.model_validate(result.structured_content)
    assert answer.text == STEPS[-1]
    assert text(result).startswith(STEPS[-1] + "\n\n出处：\n\n- [1] ")
    assert answer.citations[1].formatted in text(result)


def test_ask_plan_with_a_conversation_about_some_documents(client: Client) -> None:
    result = call(client, "ask_plan", question="公园呢", history=["学校几所"], documents=[QINGHE, LANZHOU])
    assert text(result) == f"公园呢、学校几所、{QINGHE}、{LANZHOU}"
    written = call(fresh(client), "ask_plan", question="公园呢", history='["学校几所"]')
    assert text(written) == "公园呢、学校几所"


def fresh(client: Client) -> Client:
    """Another connection to the same server: a client is for one."""
    return Client(client.server, mode=client.mode) if isinstance(client.server, str) else Client(STDIO)


def test_list_documents(client: Client) -> None:
    result = call(client, "list_documents")
    documents = result.structured_content["documents"]  # type: ignore[index]
    assert [(one["id"], one["year"], one["place"]) for one in documents] == [
        (QINGHE, 2031, "青禾区"), (LANZHOU, 2032, "蓝洲市"),
    ]  # fmt: skip
    assert f"{QINGHE}：《青禾区2031年国民经济和社会发展计划》" in text(result)


@pytest.mark.parametrize(
    ("given", "figures", "total"),
    [
        ({"words": "充电桩"}, ["310根以上", "450根"], 2),
        ({"words": "公园 新增", "tense": "result"}, ["12个"], 1),
        ({"words": "公园", "tense": "target"}, ["20个"], 1),
        ({"document": QINGHE}, ["310根以上", "3所"], 2),
        ({"unit": "所"}, ["3所"], 1),
        ({"limit": 1}, ["310根以上"], 5),
        ({"words": "地铁"}, [], 0),
    ],
)
def test_search_ledger(site: Site, given: dict[str, Any], figures: list[str], total: int) -> None:
    found = call(Client(f"{site.address}/mcp"), "search_ledger", **given).structured_content
    assert found is not None
    assert found["total"] == total
    assert [row["text"] for row in found["rows"]] == figures
    for row in found["rows"]:
        plan = site.assistant.plan(row["document"])
        assert row in rows_of(row["document"], plan, site.assistant.ledger(row["document"]))


def test_show_clause(client: Client, site: Site) -> None:
    plan = site.assistant.plan(LANZHOU)
    clause = next(clause for clause in plan.clauses if "公园20个" in clause.text)
    result = call(client, "show_clause", document=LANZHOU, clause=clause.id)
    shown = result.structured_content
    assert shown is not None
    assert (shown["text"], shown["formatted"]) == (clause.text, plan.formal_citation(clause))
    assert plan.text[shown["start"] : shown["end"]] == clause.text
    assert shown["path"] == list(plan.path(clause))
    assert text(result).endswith(clause.text)


@pytest.mark.parametrize(
    ("tool", "arguments", "line"),
    [
        ("ask_plan", {"question": " "}, "问题是空的，请输入要问的内容。"),
        ("ask_plan", {"question": "你好", "documents": ["x"]}, f"资料库里没有文档“x”；现有：{QINGHE}、{LANZHOU}"),
        ("show_clause", {"document": QINGHE, "clause": "9.9"}, f"文档“{QINGHE}”里没有条款“9.9”"),
        ("ask_plan", {}, "缺少参数 question"),
        ("ask_plan", {"question": "你好", "document": "x"}, "没有参数 document；可用：question、history、documents"),
        ("search_ledger", {"limit": 0}, "参数 limit 的值不能用：0"),
        ("search_ledger", {"tense": "目标"}, '参数 tense 的值不能用："目标"'),
        ("none", {}, "没有工具“none”；可用：ask_plan、list_documents、search_ledger、show_clause"),
    ],
)
def test_errors_are_one_chinese_line(site: Site, tool: str, arguments: dict[str, Any], line: str) -> None:
    result = call(Client(f"{site.address}/mcp"), tool, **arguments)
    assert result.is_error
    assert text(result).startswith(line)
    assert "\n" not in text(result)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_that_leaves_lets_the_model_go(site: Site, mode: str) -> None:
    site.assistant.left.clear()

    async def leave() -> None:
        async with Client(f"{site.address}/mcp", mode=mode) as client:
            asking = asyncio.create_task(client.call_tool("ask_plan", {"question": "慢慢说"}))
            while ("慢慢说", (), None) not in site.assistant.asked:
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.wait({asking})

    site.assistant.asked.clear()
    loops.run(leave())
    assert site.assistant.left.wait(timeout=20)


def test_a_token_is_shown_by_the_client(serve: Callable[..., Site]) -> None:
    token = "a-token-from-the-settings"
    site = serve(host="0.0.0.0", access_tokens=token)

    async def listed() -> int:
        http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"})
        async with http, Client(streamable_http_client(f"{site.address}/mcp", http_client=http)) as client:
            return len((await client.list_tools()).tools)

    assert loops.run(listed()) == 4


def test_thirty_at_once_are_not_mixed_up(site: Site) -> None:
    async def one(number: int) -> bool:
        async with Client(f"{site.address}/mcp") as client:
            result = await client.call_tool("ask_plan", {"question": f"问{number}", "history": [f"先问{number}"]})
        return text(result) == f"问{number}、先问{number}"

    async def all_of_them() -> list[bool]:
        return await asyncio.gather(*map(one, range(30)))

    assert all(loops.run(all_of_them()))


def test_mcp_is_not_imported_before_it_is_asked_for() -> None:
    program = (
        "import sys, assistant.cli, assistant.web.app, assistant.serving.opening, assistant.serving.tools;"
        "print([name for name in sys.modules if name.partition('.')[0] in {'mcp', 'mcp_types', 'openai'}])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_commands_know_nothing_of_servers() -> None:
    program = (
        "import sys, assistant.cli, assistant.terminal;"
        "print([n for n in sys.modules if n.startswith('assistant.serving') or n in {'starlette', 'fastapi', 'mcp'}])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
