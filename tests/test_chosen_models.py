"""A library with a chosen encoder and a reranker, from the settings to the answer, over real HTTP."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.answer import Answer
from assistant.chosen_models import encoder_of, reranker_of
from assistant.cli import run
from assistant.doctor import Finding, examine
from assistant.errors import EncoderFault, UnusableInput
from assistant.library import Library, index
from assistant.library.encoding import encoder_name
from assistant.search.folder_encoder import FolderEncoder
from assistant.settings import Settings, load_settings
from assistant.testing.model_server import ModelServer
from assistant.testing.ranking import embeddings
from assistant.testing.recorded import Recorded
from assistant.testing.replies import Reply
from assistant.wiring import Assistant
from tests.conftest import CORPUS
from tests.search.tiny_models import write_model2vec

KEY = "sk-not-to-be-told"
DIMENSIONS = 64
PLAN = """{place}2031年国民经济和社会发展计划

一、重点任务

守护山水资源。新造林3.2万亩，持续开展巡山护林，新建观鸟站4座。

办好民生实事。改扩建中小学5所，扩大优质教育资源覆盖面。推进老旧小区水压提升和雨污分流。

活跃消费市场。在{place}打造夜间文旅集聚区，发展特色街区和深夜食堂。
"""
OPEN_QUESTION = "骗子打电话骗钱的案子想降下来，靠什么办法？"
FIGURE_QUESTIONS = [
    *("新增充电桩多少根", "地区生产总值增长多少", "新增公共停车位多少个", "招商引资总额是多少", "固定资产投资增速"),
    *("没地方停车，今年能多多少泊位", "科技楼宇和亿元楼宇一共几栋", "讲话稿写社零增长10%，对吗", "市场主体多少户"),
    *(
        "一般公共预算收入增长多少",
        "所有增速目标",
        "新增停车位比充电桩多多少",
        "城镇登记失业率控制在多少以内",
        "地铁多少公里",
    ),
]


@pytest.fixture
def served() -> Iterator[ModelServer]:
    with ModelServer(dimensions=DIMENSIONS) as server:
        yield server


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for place in ("青岩县", "白河县", "云台县"):
        (folder / f"{place}.txt").write_text(PLAN.format(place=place), encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Callable[..., Settings]:
    """Settings of a home of its own; the encoder and the reranker as given."""

    def made(**given: Any) -> Settings:
        return Settings(home=tmp_path / "home", corpus=str(corpus), embedding_retries=0, **given)

    return made


def by(served: ModelServer) -> dict[str, str]:
    """The settings of an encoder on that server."""
    return {"embedding_base_url": served.base_url, "embedding_model": "bge-m3", "embedding_api_key": KEY}


def reranked_by(served: ModelServer) -> dict[str, str]:
    return {"reranker_base_url": served.base_url, "reranker_model": "bge-reranker", "reranker_api_key": KEY}


def encoding(encode: Callable[[str], list[float]]) -> Callable[[Recorded], Reply | None]:
    """A server that encodes so."""
    return lambda asked: Reply(body=embeddings(asked, encode)) if asked.path.endswith("/embeddings") else None


def texts(served: ModelServer) -> list[str]:
    """All texts that were to be encoded, in their order."""
    return [text for one in served.requests for text in one.texts]


def generations(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "generations").iterdir())


def meaning(text: str) -> list[float]:
    """An encoder that knows what 念书 means."""
    return [1.0, 1.0] if any(word in text for word in ("念书", "中小学")) else [1.0, 0.0]


def best(assistant: Assistant, question: str) -> str:
    hit = assistant.find(question)[0]
    return assistant.plan(hit.document).clause(hit.clause).text


# --- The library ---------------------------------------------------------------------------------------------------


def test_another_encoder_is_noticed_at_opening_and_ranks_from_then_on(
    served: ModelServer, settings: Callable[..., Settings]
) -> None:
    Assistant.open(settings=settings()).close()
    said: list[str] = []
    served.instead = encoding(meaning)
    assistant = Assistant.open(settings=settings(**by(served)), say=said.append)
    assert any("计算向量" in line for line in said)
    assert "bge-m3" in assistant.encoder()
    assert "中小学5所" in best(assistant, "孩子在哪里念书")
    assistant.close()
    again: list[str] = []
    Assistant.open(settings=settings(**by(served)), say=again.append).close()
    assert again == []


def test_the_shipped_encoder_can_be_gone_back_to(served: ModelServer, settings: Callable[..., Settings]) -> None:
    Assistant.open(settings=settings(**by(served))).close()
    served.requests.clear()
    assistant = Assistant.open(settings=settings())
    assert assistant.encoder() == encoder_name(None)
    assert assistant.ask("新建观鸟站几座", documents=["青岩县"]).figures[0].value == "4"
    assistant.close()
    assert served.requests == []
    assert not (settings().home / "generations" / generations(settings().home)[0] / "chosen-chroma").exists()


def test_a_local_folder_is_another_encoder_and_so_is_its_other_content(
    tmp_path: Path, settings: Callable[..., Settings]
) -> None:
    chosen = settings(embedding_path=str(write_model2vec(tmp_path / "tiny")))
    assistant = Assistant.open(settings=chosen)
    first = assistant.encoder()
    assert first.startswith("tiny/model2vec/")
    assert assistant.find("新建观鸟站")
    assistant.close()
    write_model2vec(tmp_path / "tiny", seed=8)
    assistant = Assistant.open(settings=chosen)
    assert assistant.encoder() != first
    with Library.open(chosen.home, encoder=encoder_of(chosen)) as library:
        vectors = library.retriever().vectors
        assert vectors is not None
        assert isinstance(vectors.encoder, FolderEncoder)
    assistant.close()


def test_only_what_is_new_is_encoded(served: ModelServer, settings: Callable[..., Settings], corpus: Path) -> None:
    Assistant.open(settings=settings(**by(served))).close()
    served.requests.clear()
    (corpus / "新县.txt").write_text(PLAN.format(place="新县"), encoding="utf-8")
    assistant = Assistant.open(settings=settings(**by(served)))
    with Library.open(settings().home) as library:
        clauses = library.record("新县").clauses
    assert len(texts(served)) == 1 + clauses  # and one word that tells whether the server is there
    assert {hit.document for hit in assistant.find("新建观鸟站", top=30)} == {"青岩县", "白河县", "云台县", "新县"}
    assistant.close()


# --- Faults while indexing -----------------------------------------------------------------------------------------

FAULTS = {
    "broken": (lambda _: Reply(status=500), "500"),
    "wrong key": (lambda _: Reply(body={"error": KEY}, status=401), "API_KEY"),
    "zero": (encoding(lambda _: [0.0] * 4), "全是零"),
    "too few": (lambda asked: Reply(body={"data": embeddings(asked, meaning)["data"][1:]}), "个数不对"),
    "silent": (lambda _: Reply(ending="silent"), "没有回应"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_library_keeps_its_generation_where_the_encoder_fails(
    fault: str, served: ModelServer, settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    Assistant.open(settings=settings()).close()
    before = generations(settings().home)
    served.instead, said = FAULTS[fault]
    lines: list[str] = []
    with caplog.at_level(logging.DEBUG):
        assistant = Assistant.open(settings=settings(**by(served), embedding_timeout=0.2), say=lines.append)
        answer = assistant.ask("新建观鸟站几座", documents=["青岩县"])
        assistant.close()
    assert generations(settings().home) == before
    assert sum(said in line and "先用原有的索引回答" in line for line in lines) == 1
    assert answer.figures[0].value == "4"
    assert KEY not in "".join(lines) + caplog.text


def test_without_a_library_there_is_nothing_to_go_on_with(
    served: ModelServer, settings: Callable[..., Settings]
) -> None:
    served.instead = lambda _: Reply(status=503)
    with pytest.raises(EncoderFault, match="503"):
        Assistant.open(settings=settings(**by(served)))
    assert generations(settings().home) == []


def test_another_length_in_the_middle_builds_nothing(served: ModelServer, settings: Callable[..., Settings]) -> None:
    lengths = [8, 8, 9]
    served.instead = encoding(lambda _: [1.0] * (lengths.pop(0) if lengths else 9))
    with pytest.raises(EncoderFault, match="9 维，应是 8 维"):
        Assistant.open(settings=settings(**by(served), embedding_batch=1))
    assert generations(settings().home) == []


def test_what_was_encoded_before_a_fault_is_not_encoded_again(
    served: ModelServer, settings: Callable[..., Settings]
) -> None:
    def all_but_the_last(asked: Recorded) -> Reply | None:
        return Reply(status=500) if any("青岩县" in text for text in asked.texts) else None

    chosen = settings(**by(served))
    served.instead = all_but_the_last
    with pytest.raises(EncoderFault):
        Assistant.open(settings=chosen)
    assert any("白河县" in text for text in texts(served))
    served.requests.clear()
    served.instead = lambda _: None
    Assistant.open(settings=chosen).close()
    assert not any("白河县" in text for text in texts(served))
    assert any("青岩县" in text for text in texts(served))


# --- Questions -----------------------------------------------------------------------------------------------------


def without_time(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"elapsed_ms", "id"})


def test_figures_are_answered_alike_whatever_encoder_ranks(
    served: ModelServer, corpus_assistant: Assistant, tmp_path: Path
) -> None:
    """Even with one whose vectors are chance: what a question means is the shipped encoder's matter."""
    chance = random.Random(7)
    served.instead = encoding(lambda _: [chance.gauss(0, 1) for _ in range(DIMENSIONS)])
    chosen = Settings(home=tmp_path / "home", corpus=str(CORPUS), **by(served))
    assistant = Assistant.open(settings=chosen)
    served.requests.clear()
    for question in FIGURE_QUESTIONS:
        assert without_time(assistant.ask(question)) == without_time(corpus_assistant.ask(question)), question
    assert served.requests == []
    order = [[(hit.document, hit.clause) for hit in one.find("充电桩")] for one in (assistant, corpus_assistant)]
    assert order[0] != order[1]
    assert served.requests
    assistant.close()


def test_an_open_question_is_answered_by_what_ranks_first(
    served: ModelServer, corpus_assistant: Assistant, tmp_path: Path
) -> None:
    usual = corpus_assistant.ask(OPEN_QUESTION)
    assert "按意思" in usual.text

    served.instead = encoding(lambda text: [1.0, 1.0] if "骗子" in text or "夜" in text else [1.0, 0.0])
    assistant = Assistant.open(settings=Settings(home=tmp_path / "home", corpus=str(CORPUS), **by(served)))
    answer = assistant.ask(OPEN_QUESTION)
    assistant.close()
    assert "按意思" in answer.text
    assert "夜" in answer.citations[0].quote + "".join(answer.citations[0].path)
    assert answer.citations[0].clause != usual.citations[0].clause
    assert answer.notices == ()


def test_a_reranker_orders_what_retrieval_brings(served: ModelServer, settings: Callable[..., Settings]) -> None:
    plain = Assistant.open(settings=settings())
    usual = [(hit.document, hit.clause) for hit in plain.find("观鸟站和中小学", ["青岩县"])]
    plain.close()
    served.instead = lambda asked: Reply(
        body={"results": [{"index": i, "relevance_score": i} for i in range(len(asked.body["documents"]))]}
    )
    assistant = Assistant.open(settings=settings(**reranked_by(served)))
    found = [(hit.document, hit.clause) for hit in assistant.find("观鸟站和中小学", ["青岩县"])]
    assistant.close()
    assert len(usual) > 2
    assert found == usual[::-1]
    (one,) = served.requests
    assert any("守护山水资源" in text and "观鸟站4座" in text for text in one.body["documents"])


@pytest.mark.parametrize("down", ["encoder", "reranker"])
def test_an_open_question_is_answered_with_a_notice_where_a_model_is_down(
    down: str, served: ModelServer, corpus_assistant: Assistant, tmp_path: Path
) -> None:
    usual = corpus_assistant.ask(OPEN_QUESTION)
    given = by(served) if down == "encoder" else reranked_by(served)
    chosen = Settings(home=tmp_path / "home", corpus=str(CORPUS), embedding_retries=0, **given)
    assistant = Assistant.open(settings=chosen)
    served.instead = lambda _: Reply(body={"error": KEY}, status=500)
    answer = assistant.ask(OPEN_QUESTION)
    assert (answer.text, answer.citations) == (usual.text, usual.citations)
    (notice,) = answer.notices
    assert "500" in notice
    assert KEY not in notice
    usual_hits = [hit.clause for hit in corpus_assistant.find("夜间经济")]
    assert [hit.clause for hit in assistant.find("夜间经济")] == usual_hits
    assistant.close()


def test_a_library_that_another_indexed_otherwise_still_answers(
    served: ModelServer, settings: Callable[..., Settings]
) -> None:
    assistant = Assistant.open(settings=settings(**by(served)))
    index(settings().home, corpus=Path(settings().corpus))
    answer = assistant.ask("娃娃们上学的地方怎么样", documents=["青岩县"])
    assert assistant.find("中小学")
    assert assistant.encoder() == encoder_name(None)
    assistant.close()
    assert any("还没有用所选的编码器" in notice for notice in answer.notices)


def test_both_together(served: ModelServer, settings: Callable[..., Settings]) -> None:
    served.instead = encoding(meaning)
    assistant = Assistant.open(settings=settings(**by(served), **reranked_by(served)))
    assert "观鸟站" in best(assistant, "新建观鸟站座")
    assistant.close()
    assert {one.path for one in served.requests} == {"/v1/embeddings", "/v1/rerank"}


# --- Settings and the doctor ---------------------------------------------------------------------------------------


def test_nothing_chosen_is_the_shipped_encoder_and_no_reranker(settings: Callable[..., Settings]) -> None:
    assert encoder_of(settings()) is None
    assert reranker_of(settings()) is None
    assert settings().that_make_answers == ("engine",)


def test_two_encoders_at_once_are_refused(settings: Callable[..., Settings]) -> None:
    with pytest.raises(UnusableInput, match="只能设置一个"):
        encoder_of(settings(embedding_base_url="http://127.0.0.1:1/v1", embedding_model="m", embedding_path="x"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMBEDDING_HEADERS", '{"X-Key": "sk-not-to-be-told"'),
        ("RERANKER_HEADERS", '["sk-not-to-be-told"]'),
        ("EMBEDDING_HEADERS", '{"X-Key": ["sk-not-to-be-told"]}'),
    ],
)
def test_a_secret_in_an_unusable_setting_is_not_told(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PLAN_ASSISTANT_{name}", value)
    with pytest.raises(UnusableInput, match=name) as caught:
        load_settings()
    assert KEY not in str(caught.value)


def test_settings_come_from_the_environment_and_show_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAN_ASSISTANT_EMBEDDING_API_KEY", KEY)
    monkeypatch.setenv("PLAN_ASSISTANT_EMBEDDING_HEADERS", f'{{"X-Key": "{KEY}"}}')
    monkeypatch.setenv("PLAN_ASSISTANT_EMBEDDING_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("PLAN_ASSISTANT_EMBEDDING_MODEL", "bge-m3")
    settings = load_settings()
    source = encoder_of(settings)
    assert source is not None
    assert source.name.startswith("bge-m3@http://127.0.0.1:1/v1/")
    assert KEY not in repr(settings) + repr(source) + settings.model_dump_json()


def found(settings: Settings, name: str) -> Finding:
    return next(finding for finding in examine(settings) if finding.name == name)


def test_the_doctor_tells_what_is_chosen(served: ModelServer, settings: Callable[..., Settings]) -> None:
    findings = {finding.name: finding for finding in examine(settings(**by(served), **reranked_by(served)))}
    assert all(finding.holds for finding in findings.values()), findings
    assert f"{DIMENSIONS} 维" in findings["编码器"].detail
    assert "bge-m3" in findings["编码器"].detail
    assert "bge-m3" in findings["索引"].detail
    assert "bge-reranker" in findings["重排"].detail
    assert findings["不联网"].holds


def test_the_doctor_says_what_does_not_answer(served: ModelServer, settings: Callable[..., Settings]) -> None:
    served.instead = lambda _: Reply(status=401)
    chosen = settings(**by(served), **reranked_by(served))
    for name in ("编码器", "重排", "索引"):
        finding = found(chosen, name)
        assert not finding.holds
        assert "401" in finding.detail
        assert KEY not in finding.detail


# --- Commands ------------------------------------------------------------------------------------------------------


def test_the_commands_say_which_encoder_and_what_went_wrong(
    served: ModelServer,
    settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in {
        "home": settings().home,
        "corpus": settings().corpus,
        "embedding_retries": 0,
        **by(served),
    }.items():
        monkeypatch.setenv(f"PLAN_ASSISTANT_{name.upper()}", str(value))
    assert run(["index"]) == 0
    before = generations(settings().home)
    capsys.readouterr()
    assert run(["documents"]) == 0
    assert "编码器：bge-m3@" in capsys.readouterr().out
    assert run(["correct", "青岩县", "--year", "2032"]) == 0
    assert run(["remove", "白河县"]) == 0
    assert generations(settings().home) != before
    assert run(["documents"]) == 0
    assert "编码器：bge-m3@" in capsys.readouterr().out
    served.instead = lambda _: Reply(status=500)
    monkeypatch.setenv("PLAN_ASSISTANT_EMBEDDING_MODEL", "another")
    before = generations(settings().home)
    capsys.readouterr()
    assert run(["index"]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "（another）出错（500）" in last
    assert generations(settings().home) == before
