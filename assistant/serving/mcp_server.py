"""The tools as the `mcp` package serves them. The package takes over a second to import: nothing imports this file before
it is needed."""

from __future__ import annotations

import asyncio
import threading
from importlib.metadata import version
from typing import Any

import mcp_types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from assistant.errors import PlanAssistantError
from assistant.serving.asking import Asking
from assistant.serving.tools import TOOLS, Tool

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_INSTRUCTIONS = (
    "政府计划问答：每个数字都有出处。先用 ask_plan 提问；要一批数字用 search_ledger；要看原句用 show_clause。"
)
_READ_ONLY = mcp_types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def mcp_server(asking: Asking) -> Server[Any]:
    """A server whose tools ask that assistant. What a tool cannot do is a tool error with one Chinese line."""
    by_name = {tool.name: tool for tool in TOOLS}

    async def list_tools(
        _: ServerRequestContext[Any], _params: mcp_types.PaginatedRequestParams | None
    ) -> mcp_types.ListToolsResult:
        return mcp_types.ListToolsResult(tools=[_described(tool) for tool in TOOLS])

    async def call_tool(
        _: ServerRequestContext[Any], params: mcp_types.CallToolRequestParams
    ) -> mcp_types.CallToolResult:
        tool = by_name.get(params.name)
        if tool is None:
            return _error(f"没有工具“{params.name}”；可用：{'、'.join(by_name)}")
        return await _called(asking, tool, params.arguments or {})

    return Server(
        "plan-assistant",
        version=version("plan-assistant"),
        title="计划问答",
        instructions=_INSTRUCTIONS,
        get_tool_input_schema=lambda name: by_name[name].arguments.model_json_schema() if name in by_name else None,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _called(asking: Asking, tool: Tool, arguments: dict[str, Any]) -> mcp_types.CallToolResult:
    cancelled = threading.Event()
    try:
        given = tool.read(arguments)
        reply = await asking.run(lambda: tool.run(asking.assistant, given, cancelled))
    except PlanAssistantError as error:
        return _error(str(error))
    finally:
        cancelled.set()  # the client may have left: the language model is let go
    text = mcp_types.TextContent(type="text", text=reply.text)
    return mcp_types.CallToolResult(content=[text], structured_content=reply.content)


def _described(tool: Tool) -> mcp_types.Tool:
    return mcp_types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(),
        annotations=_READ_ONLY,
    )


def _error(line: str) -> mcp_types.CallToolResult:
    return mcp_types.CallToolResult(content=[mcp_types.TextContent(type="text", text=line)], is_error=True)


def http_manager(asking: Asking, max_body: int, local_only: bool) -> StreamableHTTPSessionManager:
    """What answers streamable HTTP. Each request stands alone, so that a restart loses nobody. `max_body`: bytes.
    `local_only`: the package checks hosts and origins too, as far as it can: other names are the gate's to allow."""
    return StreamableHTTPSessionManager(
        mcp_server(asking),
        stateless=True,
        security_settings=_local_names() if local_only else None,
        max_request_body_size=max_body,
    )


def _local_names() -> TransportSecuritySettings:
    hosts = [form for name in _LOOPBACK for form in (name, f"{name}:*")]
    return TransportSecuritySettings(
        allowed_hosts=hosts, allowed_origins=[f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    )


def serve_stdio(asking: Asking) -> None:
    """Serves one client on stdin and stdout until it leaves."""

    async def serve() -> None:
        server = mcp_server(asking)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    asyncio.run(serve())
