"""What comes in, what goes, what stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.embeddings import MockEmbedding

from assistant.errors import UnknownDocument, UnusableInput
from assistant.library import IndexReport, Library, encoding, index, indexing, is_in_step
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.search.glossary import Concept, Glossary
from tests.library.small_plans import plan_text


def outcomes(report: IndexReport) -> dict[str, str]:
    return {Path(item.file).name: item.outcome for item in report.outcomes}


def held(home: Path) -> list[str]:
    with Library.open(home) as library:
        return [record.id for record in library.documents]


def test_a_plan_comes_back_as_it_was_parsed(home: Path, corpus: Path) -> None:
    report = index(home, corpus=corpus)
    assert report.built
    assert outcomes(report) == {"武昌.txt": "added"}
    text = plan_text(1000)
    plan = parse_plan(text)
    with Library.open(home) as library:
        [record] = library.documents
        assert (record.id, record.file, record.origin) == ("武昌", "武昌.txt", "corpus")
        assert (record.title, record.year, record.place) == (plan.title, plan.year, plan.place)
        assert record.clauses == len(plan.clauses) > 0
        assert library.plan("武昌") == plan
        assert library.ledger("武昌") == build_ledger(plan)
        assert record.targets == sum(row.role != "descriptive" for row in build_ledger(plan))
        assert library.source("武昌") == text.encode()
        assert library.lexical().search("充电桩多少根")[0].document == "武昌"
        assert "充电桩1000根" in library.retriever().search("充电桩多少根")[0].node.get_content()
        assert library.is_current()


def test_figures_come_back_as_the_same_decimals(home: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.library import documents

    plan = parse_plan(plan_text(1000))
    rows = tuple(replace(row, value=Decimal("1.20"), upper=Decimal("1E+3")) for row in build_ledger(plan)[:1])
    assert rows
    monkeypatch.setattr(documents, "build_ledger", lambda _: rows)
    index(home, corpus=corpus)
    with Library.open(home) as library:
        assert str(library.ledger("武昌")[0].value) == "1.20"
        assert str(library.ledger("武昌")[0].upper) == "1E+3"


def test_line_ends_and_encoding_leave_the_text_as_it_is(home: Path, user_file: Path) -> None:
    text = plan_text(300).replace("\n", "\r\n") * 3
    user_file.write_bytes(text.encode("gb18030"))
    index(home, corpus=None, add=[user_file])
    with Library.open(home) as library:
        assert library.plan("江夏").text == text
        stored = home / "generations" / library.generation / "documents" / "江夏"
        assert (stored / "text.txt").read_bytes() == text.encode()
        assert (stored / "source").read_bytes() == text.encode("gb18030")


def test_an_unchanged_corpus_is_not_indexed_again(home: Path, corpus: Path) -> None:
    first = index(home, corpus=corpus)
    steps: list[str] = []
    assert is_in_step(home, corpus=corpus)
    again = index(home, corpus=corpus, on_step=steps.append)
    assert (again.generation, again.built, steps) == (first.generation, False, [])
    assert outcomes(again) == {"武昌.txt": "unchanged"}


def test_a_changed_file_is_noticed_and_a_missing_one_leaves(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    (corpus / "武昌.txt").write_text(plan_text(1001), encoding="utf-8")
    (corpus / "青山.txt").write_text(plan_text(5), encoding="utf-8")
    assert not is_in_step(home, corpus=corpus)
    assert outcomes(index(home, corpus=corpus)) == {"武昌.txt": "updated", "青山.txt": "added"}
    with Library.open(home) as library:
        assert "1001根" in library.plan("武昌").text
    (corpus / "武昌.txt").unlink()
    assert outcomes(index(home, corpus=corpus)) == {"武昌.txt": "removed", "青山.txt": "unchanged"}
    assert held(home) == ["青山"]


def test_a_changed_program_reads_everything_again(
    home: Path, corpus: Path, user_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(home, corpus=corpus, add=[user_file])
    user_file.unlink()
    monkeypatch.setattr(indexing, "_fingerprint", lambda *_: "another")
    assert not is_in_step(home, corpus=corpus)
    report = index(home, corpus=corpus)
    assert outcomes(report) == {"武昌.txt": "updated", "江夏.txt": "updated"}
    assert all("程序" in item.reason for item in report.outcomes)
    assert not index(home, corpus=corpus).built


def test_users_documents_survive_whatever_becomes_of_the_corpus(home: Path, corpus: Path, user_file: Path) -> None:
    index(home, corpus=corpus, add=[user_file])
    user_file.unlink()
    (corpus / "武昌.txt").write_text(plan_text(7), encoding="utf-8")
    (corpus / "江夏.txt").write_text(plan_text(8), encoding="utf-8")
    index(home, corpus=corpus)
    assert held(home) == ["武昌", "江夏", "江夏-2"]
    with Library.open(home) as library:
        assert "300根" in library.plan("江夏").text
    index(home, corpus=None)
    assert held(home) == ["江夏"]


def test_a_users_file_given_again_keeps_its_id(home: Path, user_file: Path, tmp_path: Path) -> None:
    assert outcomes(index(home, corpus=None, add=[user_file])) == {"江夏.txt": "added"}
    again = index(home, corpus=None, add=[user_file])
    assert (outcomes(again), again.built) == ({"江夏.txt": "unchanged"}, False)
    moved = tmp_path / "elsewhere" / "江夏.txt"
    moved.parent.mkdir()
    moved.write_text(plan_text(301), encoding="utf-8")
    assert outcomes(index(home, corpus=None, add=[moved])) == {"江夏.txt": "updated"}
    assert held(home) == ["江夏"]
    with Library.open(home) as library:
        assert "301根" in library.plan("江夏").text


def test_a_file_of_the_same_name_and_content_as_a_packaged_one_is_not_taken_in_twice(
    home: Path, corpus: Path, tmp_path: Path
) -> None:
    shutil.copy(corpus / "武昌.txt", tmp_path / "武昌.txt")
    report = index(home, corpus=corpus)
    report = index(home, corpus=corpus, add=[tmp_path / "武昌.txt"])
    assert not report.built
    assert "内容相同" in report.outcomes[0].reason
    (tmp_path / "武昌.txt").write_text(plan_text(2), encoding="utf-8")
    index(home, corpus=corpus, add=[tmp_path / "武昌.txt"])
    assert held(home) == ["武昌", "武昌-2"]


def test_a_folder_is_read_in_order_and_one_bad_file_stops_nothing(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    for year in ("2023", "2024"):
        (folder / year).mkdir(parents=True)
        (folder / year / "计划.txt").write_text(plan_text(int(year)), encoding="utf-8")
    (folder / "图.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / "表.wps").write_bytes(b"x")
    (folder / ".隐藏.txt").write_text(plan_text(1), encoding="utf-8")
    report = index(home, corpus=None, add=[folder, tmp_path / "缺.txt"])
    assert [(item.document, item.outcome) for item in report.changed] == [("计划", "added"), ("计划-2", "added")]
    assert {Path(item.file).name for item in report.refused} == {"图.txt", "表.wps", "缺.txt"}
    for item in report.refused:
        assert Path(item.file).name in item.reason
    (folder / "2024" / "计划.txt").write_text(plan_text(1), encoding="utf-8")
    again = index(home, corpus=None, add=[folder])
    assert [(item.document, item.outcome) for item in again.changed] == [("计划-2", "updated")]


def test_a_removed_packaged_document_stays_out_until_it_is_added(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    assert outcomes(index(home, corpus=corpus, remove=["武昌"])) == {"武昌.txt": "removed"}
    assert held(home) == []
    (corpus / "武昌.txt").write_text(plan_text(9), encoding="utf-8")
    assert not index(home, corpus=corpus).built
    assert outcomes(index(home, corpus=corpus, add=[corpus / "武昌.txt"])) == {"武昌.txt": "added"}
    with Library.open(home) as library:
        assert library.record("武昌").origin == "corpus"


def test_a_bad_corpus_file_is_refused_once_and_the_old_content_stays(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    (corpus / "武昌.txt").write_bytes(b"\0\0\0\0")
    (corpus / "空.txt").write_bytes(b"")
    report = index(home, corpus=corpus)
    assert outcomes(report) == {"武昌.txt": "refused", "空.txt": "refused"}
    assert "仍用原来的内容" in report.refused[0].reason
    assert held(home) == ["武昌"]
    again = index(home, corpus=corpus)
    assert (again.built, set(again.outcomes)) == (False, set(report.outcomes))
    (corpus / "武昌.txt").write_text(plan_text(1000), encoding="utf-8")
    (corpus / "空.txt").unlink()
    assert index(home, corpus=corpus).refused == ()


def test_an_unknown_id_changes_nothing(home: Path, corpus: Path, user_file: Path) -> None:
    first = index(home, corpus=corpus)
    with pytest.raises(UnknownDocument, match=r"汉阳.*武昌"):
        index(home, corpus=corpus, add=[user_file], remove=["武昌", "汉阳"])
    with Library.open(home) as library:
        assert library.generation == first.generation
        with pytest.raises(UnknownDocument):
            library.plan("汉阳")


@pytest.mark.parametrize("name", ["...txt", "a:b*c?.txt", " 计划 .txt", "x\ny.txt"])
def test_odd_names_make_usable_ids(home: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(plan_text(1), encoding="utf-8")
    report = index(home, corpus=None, add=[tmp_path / name])
    [document] = held(home)
    assert report.outcomes[0].document == document
    assert document.strip(" .") == document != ""
    assert not set(document) & set('<>:"/\\|?*\n')


@pytest.mark.parametrize("corpus_of_none", [None])
def test_an_empty_library_answers_with_nothing(home: Path, corpus_of_none: None) -> None:
    for _ in range(2):
        with Library.open(home) as library:
            assert library.documents == ()
            assert library.lexical().search("充电桩") == ()
            assert library.retriever().search("充电桩") == []
            with pytest.raises(UnknownDocument, match="空"):
                library.plan("武昌")
        index(home, corpus=corpus_of_none)


def test_a_home_or_a_corpus_that_cannot_be_used_is_named(home: Path, corpus: Path, tmp_path: Path) -> None:
    blocked = corpus / "武昌.txt" / "home"
    for attempt in (lambda: index(blocked, corpus=corpus), lambda: Library.open(blocked)):
        with pytest.raises(UnusableInput, match=r"武昌\.txt/home") as caught:
            attempt()
        assert "\n" not in str(caught.value)
    with pytest.raises(UnusableInput, match=r"找不到语料文件夹.*nowhere"):
        index(home, corpus=tmp_path / "nowhere")


def test_a_failure_while_building_leaves_the_old_generation_alone(
    home: Path, corpus: Path, user_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = index(home, corpus=corpus)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(indexing, "write_manifest", full)
    with pytest.raises(UnusableInput, match=r"No space left.*原有内容未动"):
        index(home, corpus=corpus, add=[user_file])
    assert [path.name for path in (home / "generations").iterdir()] == [first.generation]
    assert held(home) == ["武昌"]


def test_a_disk_that_is_full_or_not_to_be_written_is_named_whoever_finds_out(
    home: Path, corpus: Path, user_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.errors import InternalError

    from assistant.search import vectors

    def full(*_: object, **__: object) -> None:
        raise InternalError("database or disk is full")

    first = index(home, corpus=corpus)
    with monkeypatch.context() as patched:
        patched.setattr(vectors._NodeStore, "add", full)
        with pytest.raises(UnusableInput, match=r"磁盘可能已满.*disk is full.*原有内容未动"):
            index(home, corpus=corpus, add=[user_file])
    assert [path.name for path in (home / "generations").iterdir()] == [first.generation]
    monkeypatch.setattr(vectors, "Client", full)
    with Library.open(home) as library, pytest.raises(UnusableInput, match="不许写入"):
        library.retriever()


class Constant:
    """An encoder that is not ours."""

    name = "constant/1"
    is_fitted = True

    def fit(self, texts: Iterable[str], folder: Path) -> BaseEmbedding:
        (folder / "texts").write_text(str(len(list(texts))), encoding="utf-8")
        return self.load(folder)

    def load(self, folder: Path) -> BaseEmbedding:
        assert int((folder / "texts").read_text(encoding="utf-8")) > 0
        return MockEmbedding(embed_dim=3)


def test_another_llama_index_encoder_takes_the_place(home: Path, corpus: Path) -> None:
    index(home, corpus=corpus)
    with Library.open(home, encoder=Constant()) as library, pytest.raises(UnusableInput, match="constant/1"):
        library.retriever()
    assert index(home, corpus=corpus, encoder=Constant()).built
    with Library.open(home, encoder=Constant()) as library:
        assert "充电桩" in library.retriever().search("充电桩")[0].node.get_content()
    assert not index(home, corpus=corpus, encoder=Constant()).built


def test_another_training_of_the_shipped_encoder_is_indexed_anew(
    home: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(home, corpus=corpus)
    monkeypatch.setattr(encoding, "shipped_name", lambda: "static/another")
    with Library.open(home) as library, pytest.raises(UnusableInput, match="static/another"):
        library.retriever()
    assert not is_in_step(home, corpus=corpus)
    assert index(home, corpus=corpus).built
    with Library.open(home) as library:
        assert "充电桩" in library.retriever().search("充电桩")[0].node.get_content()
    assert not index(home, corpus=corpus).built


def test_a_glossary_finds_what_is_called_otherwise(home: Path, corpus: Path) -> None:
    """With an encoder to which all texts are alike, so that words alone decide."""
    index(home, corpus=corpus, encoder=Constant())
    glossary = Glossary((Concept("教育", ("学校",), (), ("念书的地方",)),))
    for given, words in ((glossary, "建成学校3所"), (None, "新增充电桩1000根")):
        with Library.open(home, encoder=Constant()) as library:
            retriever = library.retriever(glossary) if given else library.retriever()
            found = [hit.node.get_content() for hit in retriever.search("念书的地方")]
            assert words in found[0]
            assert len(found) > 1


def test_the_parts_of_passages_are_kept_with_the_library(home: Path, tmp_path: Path) -> None:
    """A long clause is found by the one of its parts that was asked about, also from what was read back."""
    text = (
        "武昌区2022年国民经济和社会发展计划\n\n一、主要任务\n\n(一)补齐短板\n\n"
        "完善设施。规范户外广告招牌设置，推进老旧小区加装电梯，开展零就业家庭援助，严厉打击电信网络诈骗犯罪，布点长者助餐服务点，"
        "建设海绵城市示范片区，支持专精特新企业发展。加强公安队伍建设，提高警务效能。\n"
    )
    path = tmp_path / "武昌.txt"
    path.write_text(text, encoding="utf-8")
    index(home, corpus=None, add=[path])
    with Library.open(home) as library:
        assert "电信网络诈骗" in library.retriever().search("骗子打电话骗钱，警察管不管")[0].node.get_content()
