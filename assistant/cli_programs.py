"""`plan-assistant mcp` and `plan-assistant token`: for other programs. Heavy packages are imported by the command that
needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_evaluation import say

if TYPE_CHECKING:
    from assistant.serving.tokens import TokenFile

tokens_app = typer.Typer(name="token", help="别的机器上的程序用的访问令牌：添加、列出、移除。", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="令牌的名称，例如用它的程序或单位")]


def serve_mcp() -> None:
    """作为 MCP 服务器在标准输入输出上运行，由支持 MCP 的程序启动。"""
    from assistant.serving.asking import Asking
    from assistant.serving.mcp_server import serve_stdio
    from assistant.settings import load_settings
    from assistant.wiring import build_assistant

    serve_stdio(Asking(build_assistant(load_settings(), say)))


@tokens_app.command("add")
def add(name: NameArgument) -> None:
    """添加一个令牌；只显示这一次。"""
    token = _file().add(name)
    say(f"已添加“{name.strip()}”的令牌，只显示这一次，请保存好：")
    print(token)


@tokens_app.command("list")
def list_tokens() -> None:
    """有哪些令牌：名称和添加的时间。"""
    records = _file().records()
    for record in records:
        print(f"{record.name}  {record.added.astimezone():%Y-%m-%d %H:%M}")
    if not records:
        say("还没有令牌。用 plan-assistant token add 名称 添加")


@tokens_app.command("remove")
def remove(name: NameArgument) -> None:
    """移除一个令牌，立即失效。"""
    _file().remove(name)
    say(f"已移除“{name.strip()}”的令牌，立即失效。")


def _file() -> TokenFile:
    from assistant.serving.tokens import TokenFile
    from assistant.settings import load_settings

    return TokenFile(load_settings().home)
