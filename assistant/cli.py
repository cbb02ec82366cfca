"""The `plan-assistant` command. Heavy packages are imported by the command that needs them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from assistant.cli_evaluation import evaluate_suites, say, suites_app
from assistant.cli_programs import serve_mcp, tokens_app
from assistant.errors import PlanAssistantError

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.wiring import Assistant

app = typer.Typer(
    name="plan-assistant",
    help="计划问答：每个数字都准确，每个数字都有出处。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DocumentOption = Annotated[list[str] | None, typer.Option("--document", help="只在这些文档里回答（可重复）")]
EngineOption = Annotated[str | None, typer.Option("--engine", help="回答引擎：embedded 或 llm")]


def _settings(**given: object) -> Settings:
    """The settings, with what the command line gave in place of what the environment says."""
    from assistant.settings import load_settings

    return load_settings(**given)


def _assistant(settings: Settings) -> Assistant:
    from assistant.wiring import build_assistant

    return build_assistant(settings, say)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"plan-assistant {version('plan-assistant')}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本")] = False,
) -> None:
    """计划问答：每个数字都准确，每个数字都有出处。"""


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="要问的问题")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出一行 JSON")] = False,
    batch: Annotated[str | None, typer.Option("--batch", help="批量提问的文件，- 为标准输入")] = None,
    document: DocumentOption = None,
    engine: EngineOption = None,
) -> None:
    """回答一个问题；--batch 回答一批。"""
    from assistant.terminal import answers, print_answer

    if (question is None) == (batch is None):
        _fail("请给出一个问题，或用 --batch 给出问题文件（二者选一）")
    settings = _settings(engine=engine)
    if batch is not None:
        lines = _batch_lines(batch)
        assistant = _assistant(settings)
        _check_documents(assistant, document)
        for line in answers(assistant, lines, document):
            print(line, flush=True)
        return
    answer = _assistant(settings).ask(question or "", documents=document)
    if as_json:
        print(answer.to_json())
    else:
        print_answer(answer)


def _check_documents(assistant: Assistant, documents: list[str] | None) -> None:
    """An unknown document is the user's mistake once, not once a line."""
    for document in documents or ():
        assistant.plan(document)


def _batch_lines(batch: str) -> Iterator[str]:
    if batch == "-":
        return iter(sys.stdin)
    from assistant.reading.text_file import decode

    path = Path(batch)
    try:
        data = path.read_bytes()
    except OSError as error:
        _fail(f"问题文件“{path}”读不出来：{error.strerror}")
    return iter(decode(data, str(path)).splitlines())


@app.command()
def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="计划文件或文件夹；不给则更新自带的计划")] = None,
) -> None:
    """把计划收入资料库，或更新资料库。"""
    from assistant.chosen_models import encoder_of
    from assistant.library import index as build
    from assistant.terminal import print_outcomes, progress

    settings = _settings()
    with progress() as step:
        report = build(
            settings.home,
            corpus=settings.corpus_folder,
            add=paths or (),
            on_step=step,
            limits=settings.read_limits,
            encoder=encoder_of(settings),
        )
    print_outcomes(report)
    if report.refused and paths:
        raise typer.Exit(2)


@app.command()
def remove(documents: Annotated[list[str], typer.Argument(metavar="ID …", help="要移出的文档编号")]) -> None:
    """把文档移出资料库（自带的移出后不会自动回来）。"""
    from assistant.chosen_models import encoder_of
    from assistant.library import index as build
    from assistant.terminal import print_outcomes

    settings = _settings()
    report = build(
        settings.home,
        corpus=settings.corpus_folder,
        remove=documents,
        on_step=say,
        limits=settings.read_limits,
        encoder=encoder_of(settings),
    )
    print_outcomes(report, with_unchanged=False)


@app.command()
def correct(
    document: Annotated[str, typer.Argument(metavar="ID", help="文档编号")],
    year: Annotated[str | None, typer.Option(help="哪一年的，如 2031；五年规划写 2026-2030")] = None,
    place: Annotated[str | None, typer.Option(help="哪里的，写全称，如 青禾区；全国性的写 全国")] = None,
    kind: Annotated[str | None, typer.Option(help="文种，如 政府工作报告")] = None,
    level: Annotated[str | None, typer.Option(help="级别：区、市、省、全国")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="撤销更正，照文件自己写的")] = False,
) -> None:
    """更正一份文档的年份、地方、文种、级别（程序读错了的时候）。"""
    from assistant.chosen_models import encoder_of
    from assistant.library import index as build
    from assistant.library.corrections import correction_of
    from assistant.terminal import print_outcomes

    correction = None if reset else correction_of(year=year, place=place, kind=kind, level=level)
    if correction is None and not reset:
        _fail("请说明更正什么：--year、--place、--kind、--level，或用 --reset 撤销更正")
    settings = _settings()
    report = build(
        settings.home,
        corpus=settings.corpus_folder,
        correct={document: correction},
        on_step=say,
        limits=settings.read_limits,
        encoder=encoder_of(settings),
    )
    print_outcomes(report, with_unchanged=False)


@app.command()
def documents(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """资料库里的文档。"""
    from assistant.terminal import documents_json, print_documents

    assistant = _assistant(_settings())
    if as_json:
        print(documents_json(assistant.documents()))
    else:
        print_documents(assistant.documents())
        print(f"编码器：{assistant.encoder()}")


@app.command()
def show(
    document: Annotated[str, typer.Argument(metavar="ID", help="文档编号")],
    clause: Annotated[str | None, typer.Option("--clause", help="只看这一条，连同前后文")] = None,
    text: Annotated[bool, typer.Option("--text", help="原样输出存储的文本")] = False,
) -> None:
    """一份文档的提纲、其中一条，或原文。"""
    from assistant.terminal import print_clause, print_outline

    assistant = _assistant(_settings())
    plan = assistant.plan(document)
    if text:
        # As it is stored, byte for byte: no newline translation, no newline added.
        sys.stdout.buffer.write(plan.text.encode("utf-8"))
        sys.stdout.buffer.flush()
    elif clause is not None:
        print_clause(document, plan, clause, lambda start: assistant.location(document, start))
    else:
        print_outline(plan, next(r.name for r in assistant.documents() if r.id == document))


@app.command()
def ledger(
    document: DocumentOption = None,
    form: Annotated[str, typer.Option("--format", help="table、csv、xlsx 或 json")] = "table",
    output: Annotated[Path | None, typer.Option("--output", help="写入文件（xlsx 必须给出）")] = None,
) -> None:
    """量化指标台账。"""
    from assistant.ledger_files import FORMATS, rows_of, write

    if form not in FORMATS:
        _fail(f"不认识的格式“{form}”，可用：{'、'.join(FORMATS)}")
    if form == "xlsx" and output is None:
        _fail("xlsx 格式请用 --output 指定要写入的文件")
    assistant = _assistant(_settings())
    chosen = document or [record.id for record in assistant.documents()]
    rows = [row for one in chosen for row in rows_of(one, assistant.plan(one), assistant.ledger(one))]
    write(rows, form, output)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口，默认 7860")] = None,
    engine: EngineOption = None,
) -> None:
    """打开网页版，同一地址上有给别的程序用的接口：/v1（OpenAI 兼容）和 /mcp。"""
    settings = _settings(host=host, port=port, engine=engine)
    assistant = _assistant(settings)
    from assistant.serving.opening import Opening
    from assistant.web.app import serve as serve_page
    from assistant.web.desk import Desk

    opening = Opening(settings, assistant, say)

    desk = Desk(settings, assistant)
    # While the page opens, not while the first asker waits.
    threading.Thread(target=assistant.warm, name="warming", daemon=True).start()
    serve_page(assistant, settings.host, settings.port, examples=assistant.examples(), desk=desk, beside=opening)


@app.command()
def doctor() -> None:
    """检查安装：Chroma、索引、引擎、是否联网。"""
    from assistant.doctor import examine
    from assistant.terminal import print_findings

    findings = examine(_settings())
    print_findings(findings)
    if not all(finding.holds for finding in findings):
        raise typer.Exit(1)


app.command("eval")(evaluate_suites)
app.add_typer(suites_app)
app.command("mcp")(serve_mcp)
app.add_typer(tokens_app)


def _fail(line: str) -> NoReturn:
    """A user's mistake: one line on stderr, exit code 2."""
    say(line)
    raise typer.Exit(2)


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; what a test calls."""
    command: Callable[..., object] = typer.main.get_command(app)
    try:
        result = command(arguments, prog_name="plan-assistant", standalone_mode=False)
    except PlanAssistantError as error:
        say(str(error))
        return 2
    except typer.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        # The reader of our output has gone: nothing is left to say, and Python must not complain at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if (line := _usage_line(error)) is None:
            raise
        say(line)
        return 2
    return result if isinstance(result, int) else 0


def _usage_line(error: Exception) -> str | None:
    """The one line for a wrong command line, or None where the error is no usage error."""
    from typer._click import exceptions as usage  # typer ships its own click and offers these nowhere else

    if not isinstance(error, usage.ClickException):
        return None
    if isinstance(error, usage.NoArgsIsHelpError):
        return error.format_message()
    context = getattr(error, "ctx", None)
    command = f"{context.command_path} " if context else "plan-assistant "
    if isinstance(error, usage.NoSuchOption):
        reason = f"没有选项 {error.option_name}"
    elif isinstance(error, usage.MissingParameter):
        reason = f"缺少参数 {error.param.name if error.param else ''}".rstrip()
    elif isinstance(error, usage.BadParameter):
        reason = f"参数 {error.param.name if error.param else ''} 的值不能用（{error.message}）"
    else:
        reason = error.format_message()
    return f"用法错误：{reason}。用 {command}--help 查看用法"


def main() -> None:
    """The entry point."""
    sys.exit(run())
