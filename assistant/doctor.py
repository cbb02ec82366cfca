"""`plan-assistant doctor`: does this installation hold what it promises?"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.errors import PlanAssistantError
from assistant.models.loopback import is_loopback
from assistant.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing examined: whether it holds, and what was seen, in Chinese."""

    name: str
    holds: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Examine everything; a fault in one thing does not keep the others from being seen."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("资料库目录", _home),
        ("术语表", _glossary),
        ("编码器", _encoder),
        ("重排", _reranker),
        ("索引", _index),
        ("Chroma", _chroma),
        ("引擎", _engine),
        ("不联网", _offline),
    )
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings.append(Finding(name, True, check(settings)))
        except (PlanAssistantError, OSError, _Fault) as error:
            findings.append(Finding(name, False, str(error)))
    return findings


class _Fault(Exception):
    """Something that does not hold."""


def _home(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.home):
        return f"{settings.home} 可写"


def _glossary(settings: Settings) -> str:
    from assistant.search.glossary import load_glossary

    folder = settings.glossary_folder
    concepts = load_glossary(folder).concepts
    if not concepts:
        raise _Fault(f"{folder} 里没有术语")
    return f"{len(concepts)} 个概念，{len({concept.field for concept in concepts})} 个领域"


def _encoder(settings: Settings) -> str:
    from assistant.chosen_models import encoder_of
    from assistant.search.encoder import StaticEncoder
    from assistant.search.static_encoder import shipped_name

    encoder = StaticEncoder()
    if not any(encoder.get_query_embedding("计划")):
        raise _Fault("随包的编码器不认识“计划”")
    shipped = f"随包的 {shipped_name()}，{encoder.dimensions} 维"
    chosen = encoder_of(settings)
    if chosen is None:
        return shipped
    with TemporaryDirectory() as folder:
        vector = chosen.fit((), Path(folder)).get_query_embedding("计划")
    return f"{shipped}；检索另用 {chosen.name}，{len(vector)} 维"


def _reranker(settings: Settings) -> str:
    from assistant.chosen_models import reranker_of

    reranker = reranker_of(settings)
    if reranker is None:
        return "没有设置，照检索的次序"
    with closing(reranker):
        reranker.ranked("充电桩", ["新增充电桩", "绿化"])
    return f"{reranker.endpoint.shown}可用"


def _index(settings: Settings) -> str:
    from assistant.chosen_models import encoder_of
    from assistant.library import Library, is_in_step
    from assistant.wiring import bring_up_to_date

    said: list[str] = []
    encoder = encoder_of(settings)
    bring_up_to_date(settings.home, settings.corpus_folder, said.append, settings.read_limits, encoder)
    if not is_in_step(settings.home, corpus=settings.corpus_folder, limits=settings.read_limits, encoder=encoder):
        raise _Fault(f"与自带计划或所选编码器不同步：{'；'.join(said)}")
    with Library.open(settings.home) as library:
        renewed = "刚刚更新" if said else "已是最新"
        return f"{len(library.documents)} 份文档，{renewed}，编码器 {library.encoder or '（空）'}"


def _chroma(settings: Settings) -> str:
    from assistant.chosen_models import encoder_of
    from assistant.library import Library

    with Library.open(settings.home, encoder=encoder_of(settings)) as library:
        if not library.documents:
            return "资料库为空，没有可查的向量"
        record = library.documents[0]
        sentence = library.plan(record.id).clauses[-1].text
        found = library.retriever().search(sentence, None, 1)
        if not found:
            raise _Fault("向量库没有返回任何条款")
        return f"可以检索，共 {sum(r.clauses for r in library.documents)} 条"


def _engine(settings: Settings) -> str:
    if settings.engine == "embedded":
        return "内置引擎（不用语言模型）"
    from assistant.answering.language_model.prompts import load_prompts
    from assistant.chosen_models import chat_server
    from assistant.models.chat import ChatModel
    from assistant.models.probe import probe

    load_prompts(settings.prompts_folder)
    with closing(ChatModel(chat_server(settings))) as model:
        seen = probe(model)
    said = "；".join(f"{one.name}：{one.detail}" for one in seen)
    if not all(one.holds for one in seen):
        raise _Fault(f"{said}（连不上时由内置引擎作答）")
    return f"语言模型 {model.name}；{said}"


def _offline(settings: Settings) -> str:
    """Ask with every connection counted: none may leave this machine, but to the models that were set."""
    from assistant.chosen_models import hosts_of
    from assistant.wiring import Assistant

    hosts = hosts_of(settings)
    with _watched_connections(hosts) as outside:
        assistant = Assistant.open(settings=settings)
        for question in ("计划里有哪些任务", "指标是多少"):
            assistant.ask(question)
        assistant.close()
    if outside:
        raise _Fault(f"提问时试图连接：{'、'.join(sorted(set(outside)))}")
    return (
        f"提问时除了设置的 {'、'.join(dict.fromkeys(hosts))}，没有任何对外连接" if hosts else "提问时没有任何对外连接"
    )


@contextmanager
def _watched_connections(allowed: Sequence[str] = ()) -> Iterator[list[str]]:
    """The addresses outside this machine that this process looks up or connects to meanwhile; those of the hosts that are
    allowed are none."""
    outside: list[str] = []
    known = set(allowed)
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def is_local(host: object) -> bool:
        said = host.decode() if isinstance(host, bytes) else str(host)
        return host is None or said == "" or is_loopback(said) or said in known

    def watched_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
            outside.append(str(address[0]))
        connect(self, address)

    def watched_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if not is_local(host):
            outside.append(str(host))
        found = look_up(host, *rest, **named)
        if is_local(host):
            known.update(str(one[4][0]) for one in found)
        return found

    socket.socket.connect = watched_connect  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = watched_look_up
    try:
        yield outside
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]
        socket.getaddrinfo = look_up
