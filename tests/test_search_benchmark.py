"""The search benchmark counts right: whose questions are asked, which clause is right, at what rank it was found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from assistant.errors import UnusableInput
from assistant.plan.parse import parse_plan
from assistant.search.encoder import StaticEncoder
from assistant.settings import packaged
from benchmarks import search
from benchmarks.search import (
    DEPTHS,
    OTHERS,
    PARAPHRASE,
    Indexed,
    Question,
    indexed,
    ranks,
    read_questions,
    recall,
    ways,
)
from tests.conftest import CORPUS

TEXT = """青岩县2031年国民经济和社会发展计划

一、主要任务

(一)增进民生福祉

促进就业。开展零就业家庭援助，城镇新增就业3万人。布点长者助餐服务点12家，新建护理型床位900张。

(二)改善城乡环境

缓解拥堵。挖潜增设公共泊位2600个，打通断头路5条。完善公共安全视频监控，严厉打击电信网络诈骗。
"""
CLAUSES = {
    "jobs": "开展零就业家庭援助，城镇新增就业3万人。",
    "old": "布点长者助餐服务点12家，新建护理型床位900张。",
    "parking": "挖潜增设公共泊位2600个，打通断头路5条。",
    "safety": "完善公共安全视频监控，严厉打击电信网络诈骗。",
}


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def question(text: str, *answers: str, style: str = "everyday") -> Question:
    return Question("qingyan", style, text, tuple(map(span, answers)))


@pytest.fixture(scope="module")
def held() -> Iterator[dict[str, Indexed]]:
    with indexed({"qingyan": TEXT}) as found:
        yield found


@pytest.fixture(scope="module")
def ids() -> dict[str, str]:
    """Our names of the clauses to their ids."""
    by_text = {clause.text: clause.id for clause in parse_plan(TEXT).clauses}
    return {name: by_text[text] for name, text in CLAUSES.items()}


# --- Questions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes a set of questions about three documents, with the hash of the text that is given, and puts it in place of
    the shipped sets; the folder of the documents."""

    def write(text: str) -> Path:
        documents, folder = tmp_path / "documents", tmp_path / "evals" / "search"
        documents.mkdir()
        folder.mkdir(parents=True)
        held = {
            name: {"file": f"{name}.txt", "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for name in ("also-here", "away", "here")
        }
        rows = [
            {"document": name, "style": "everyday", "question": f"{name}说了什么", "spans": [[0, 2], [4, 6]]}
            for name in ("away", "here", "also-here", "away", "here")
        ]
        written = yaml.safe_dump({"documents": held, "questions": rows}, allow_unicode=True)
        (folder / "own.yaml").write_text(written, encoding="utf-8")
        monkeypatch.setattr(search, "packaged", lambda name: tmp_path / "evals" if name == "evals" else packaged(name))
        for name in ("here", "also-here"):
            (documents / f"{name}.txt").write_bytes(TEXT.encode())
        return documents

    return write


def test_questions_about_absent_documents_are_left_out_and_the_documents_named(
    own_set: Callable[[str], Path], tmp_path: Path
) -> None:
    documents = own_set(TEXT)
    questions, texts, absent = read_questions("own", [tmp_path / "nowhere", documents])
    assert absent == ["away"]
    assert texts == {"also-here": TEXT, "here": TEXT}
    assert [each.document for each in questions] == ["here", "also-here", "here"]
    assert questions[0] == Question("here", "everyday", "here说了什么", ((0, 2), (4, 6)))
    assert read_questions("own", []) == ([], {}, ["also-here", "away", "here"])


def test_a_document_that_is_not_the_one_asked_about_is_refused(own_set: Callable[[str], Path]) -> None:
    documents = own_set(TEXT)
    (documents / "also-here.txt").write_bytes(TEXT.replace("2600", "2700").encode())
    with pytest.raises(UnusableInput, match=r"also-here\.txt 不是检索题所问的那份文本") as refused:
        read_questions("own", [documents])
    assert "\n" not in str(refused.value)


def test_the_first_folder_that_holds_a_document_counts(own_set: Callable[[str], Path], tmp_path: Path) -> None:
    documents = own_set(TEXT)
    other = tmp_path / "other"
    other.mkdir()
    (other / "here.txt").write_text("别的文本", encoding="utf-8")
    assert read_questions("own", [documents, other])[2] == ["away"]
    with pytest.raises(UnusableInput, match=r"other/here\.txt"):
        read_questions("own", [other, documents])


def test_a_text_in_another_encoding_is_the_same_text(own_set: Callable[[str], Path]) -> None:
    documents = own_set(TEXT)
    (documents / "here.txt").write_bytes(TEXT.encode("gb18030"))
    assert read_questions("own", [documents])[1]["here"] == TEXT


@pytest.mark.parametrize("name", search.SETS.values())
def test_the_shipped_questions_are_about_the_packaged_plan_and_point_into_it(name: str, corpus_text: str) -> None:
    """Counts alone: one of the sets is kept aside."""
    questions, texts, _ = read_questions(name, [packaged("corpus")])
    counted = len(questions)
    assert counted > 0
    assert set(texts) == {path.stem for path in CORPUS.glob("*.txt")}
    outside = sum(not 0 <= start < end <= len(corpus_text) for each in questions for start, end in each.spans)
    assert outside == 0
    unanswered = sum(not each.spans for each in questions)
    assert unanswered == 0
    clauses = parse_plan(corpus_text).clauses
    beside = sum(
        not any(clause.start < end and start < clause.end for clause in clauses)
        for each in questions
        for start, end in each.spans
    )
    assert beside == 0


# --- Ranks ------------------------------------------------------------------------------------------------------------


def test_a_rank_is_the_place_of_the_first_right_clause(held: dict[str, Indexed], ids: dict[str, str]) -> None:
    order = [ids[name] for name in ("parking", "old", "jobs", "safety")]
    asked = [
        question("泊位", "公共泊位2600个", style="paraphrase"),
        question("床位", "护理型床位900张"),
        question("两处", "电信网络诈骗", "零就业家庭援助"),
        question("横跨", "3万人。布点长者", style="formal"),
    ]
    found = ranks(asked, held, {"qingyan": lambda _: order})
    assert found == {
        PARAPHRASE: [0],
        "口语": [1, 2],
        "书面": [1],
        OTHERS: [1, 2, 1],
        "qingyan": [0, 1, 2, 1],
    }


def test_what_is_not_among_the_first_counts_as_not_found(held: dict[str, Indexed], ids: dict[str, str]) -> None:
    asked = [question("泊位", "公共泊位2600个")]
    cases: list[tuple[list[str], int]] = [
        ([], DEPTHS[-1]),
        ([ids["old"]], DEPTHS[-1]),
        ([*["other"] * DEPTHS[-1], ids["parking"]], DEPTHS[-1]),
        ([*["other"] * (DEPTHS[-1] - 1), ids["parking"]], DEPTHS[-1] - 1),
    ]
    for found, rank in cases:
        clauses = dict.fromkeys(["泊位"], found)
        assert ranks(asked, held, {"qingyan": clauses.__getitem__})["口语"] == [rank]


def test_recall_is_the_share_found_among_the_first() -> None:
    found = [0, 0, 2, 4, DEPTHS[-1]]
    assert [recall(found, depth) for depth in (1, 2, 3, 5, 10)] == [0.4, 0.4, 0.6, 0.8, 0.8]


def test_every_way_finds_a_clause_by_its_own_words(held: dict[str, Indexed], ids: dict[str, str]) -> None:
    own = held["qingyan"]
    found = ways(own, {"另一个": StaticEncoder()})
    assert {"BM25", "BM25 + 术语表", "散列编码器", "编码器（整条）", "编码器", "合在一起", "另一个"} <= set(found)
    for name, way in found.items():
        for clause, text in CLAUSES.items():
            assert way(text)[0] == ids[clause], name
        assert len(set(way("就业泊位床位诈骗"))) == len(way("就业泊位床位诈骗"))
    assert found["另一个"]("找活干") == found["编码器"]("找活干")
    assert found["合在一起"]("车子没地方停")[0] == ids["parking"]
    assert list(found["BM25"]("车子没地方停")) == []


def test_the_report_names_what_was_measured_and_what_is_absent(own_set: Callable[[str], Path]) -> None:
    documents = own_set(TEXT)
    console = Console(width=200)
    with console.capture() as captured:
        search.report(console, [documents], {}, {"自己的题": "own"})
    for expected in ("没有找到 away", "自己的题（3 题）", "合在一起", "口语（3）", "also-here"):
        assert expected in captured.get()
