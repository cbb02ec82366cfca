"""Files of every format in the library, and files that hold several documents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.library import IndexReport, Library, documents, index, indexing
from assistant.plan.lines import StyledLine
from assistant.reading import files as files_module
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import Place, ReadText
from assistant.terminal import documents_json, print_outcomes
from tests.library.small_plans import plan_text
from tests.reading.small_files import SENTENCES, PdfPages, packed, plan_docx, plan_html, plan_pdf, plan_xlsx


def outcomes(report: IndexReport) -> dict[str, tuple[str, str]]:
    return {item.file.split("/files/")[-1]: (item.document, item.outcome) for item in report.outcomes}


def held(home: Path) -> list[str]:
    with Library.open(home) as library:
        return [record.id for record in library.documents]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def archive(**piles: int) -> bytes:
    return packed({f"{name}.txt": plan_text(number).encode() for name, number in piles.items()})


def test_every_format_comes_in_with_where_its_sentences_stand(home: Path, files: Path) -> None:
    made = {"甲.docx": plan_docx(), "乙.pdf": plan_pdf(), "丙.html": plan_html(), "丁.xlsx": plan_xlsx()}
    for name, data in made.items():
        (files / name).write_bytes(data)
    index(home, corpus=None, add=[files])
    with Library.open(home) as library:
        assert [record.id for record in library.documents] == ["丁", "丙", "乙", "甲"]
        found = {}
        for record in library.documents:
            assert library.source(record.id) == made[record.file]
            text = library.plan(record.id).text
            wanted = SENTENCES[1][:8] if record.id != "丁" else "新增充电桩"
            found[record.id] = library.location(record.id, text.index(wanted))
        assert found == {"甲": "第5段", "乙": "第1页", "丙": "第3段", "丁": "工作表“指标”第3行"}
        assert "充电桩320根" in library.retriever().search("新增充电桩多少根", ["甲"])[0].node.get_content()


def test_plain_text_has_no_place(home: Path, user_file: Path) -> None:
    index(home, corpus=None, add=[user_file])
    with Library.open(home) as library:
        assert library.location("江夏", 0) == ""


def test_notes_are_kept_reported_and_printed(home: Path, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = PdfPages("云溪县人民政府文件")
    for place in ("东岸", "西岸", "北岸"):
        pages.paragraph(f"{place}新增充电桩320根。")
        pages.end_page()
    (files / "计划.pdf").write_bytes(pages.saved())
    report = index(home, corpus=None, add=[files])
    [outcome] = report.outcomes
    assert any("页眉" in note for note in outcome.notes)
    print_outcomes(report)
    assert f"注意：{outcome.notes[0]}" in capsys.readouterr().out
    with Library.open(home) as library:
        assert library.record("计划").notes == outcome.notes
        assert outcome.notes[0] in documents_json(library.documents)


def test_an_archive_brings_its_documents_and_takes_them_along(home: Path, files: Path) -> None:
    path = files / "计划.zip"
    path.write_bytes(archive(甲=1, 乙=2))
    assert outcomes(index(home, corpus=None, add=[path])) == {
        "计划.zip/甲.txt": ("甲", "added"), "计划.zip/乙.txt": ("乙", "added"),
    }  # fmt: skip
    with Library.open(home) as library:
        assert library.source("甲") == plan_text(1).encode()
        assert (library.record("甲").file, library.record("甲").part) == ("计划.zip", "甲.txt")
    assert not index(home, corpus=None, add=[path]).built
    path.write_bytes(archive(甲=1, 乙=3, 丙=4))
    assert outcomes(index(home, corpus=None, add=[path])) == {
        "计划.zip/乙.txt": ("乙", "updated"), "计划.zip/丙.txt": ("丙", "added"), "计划.zip/甲.txt": ("甲", "unchanged"),
    }  # fmt: skip
    path.write_bytes(archive(乙=3))
    assert outcomes(index(home, corpus=None, add=[path]))["计划.zip/甲.txt"] == ("甲", "removed")
    assert held(home) == ["乙"]


def test_bad_members_are_named_and_what_was_held_of_them_stays(home: Path, files: Path) -> None:
    path = files / "计划.zip"
    path.write_bytes(archive(甲=1, 乙=2))
    index(home, corpus=None, add=[path])
    path.write_bytes(packed({"甲.txt": b"\0\0\0", "乙.txt": plan_text(5).encode(), "旧.wps": b"x"}))
    report = index(home, corpus=None, add=[path])
    assert outcomes(report) == {
        "计划.zip/甲.txt": ("甲", "refused"), "计划.zip/乙.txt": ("乙", "updated"), "计划.zip/旧.wps": ("", "refused"),
    }  # fmt: skip
    reasons = {item.file.split("/")[-1]: item.reason for item in report.refused}
    assert "仍用原来的内容" in reasons["甲.txt"]
    assert "另存为" in reasons["旧.wps"]
    path.write_bytes(b"PK\x03\x04")
    report = index(home, corpus=None, add=[path])
    assert "仍用原来的内容" in report.refused[0].reason
    assert held(home) == ["乙", "甲"]


def test_what_is_held_of_an_archive_in_an_archive_stays_when_that_breaks(home: Path, files: Path) -> None:
    path = files / "历年.zip"
    path.write_bytes(packed({"2031.zip": archive(甲=1), "乙.txt": plan_text(2).encode()}))
    index(home, corpus=None, add=[path])
    path.write_bytes(packed({"2031.zip": archive(甲=1)[:-10], "乙.txt": plan_text(2).encode()}))
    [refused] = index(home, corpus=None, add=[path]).refused
    assert (refused.file.endswith("历年.zip/2031.zip"), refused.document) == (True, "甲")
    assert "仍用原来的内容" in refused.reason
    assert held(home) == ["乙", "甲"]


def test_a_removed_member_stays_out_and_comes_back_when_its_file_is_added(home: Path, corpus: Path) -> None:
    (corpus / "计划.zip").write_bytes(archive(甲=1, 乙=2))
    index(home, corpus=corpus)
    index(home, corpus=corpus, remove=["甲"])
    assert held(home) == ["乙", "武昌"]
    assert not index(home, corpus=corpus).built
    (corpus / "计划.zip").write_bytes(archive(甲=3, 乙=4))
    assert outcomes(index(home, corpus=corpus))["计划.zip/乙.txt"] == ("乙", "updated")
    assert held(home) == ["乙", "武昌"]
    index(home, corpus=corpus, add=[corpus / "计划.zip"])
    assert held(home) == ["乙", "武昌", "甲"]
    index(home, corpus=corpus, remove=["甲", "乙"])
    assert not index(home, corpus=corpus).built
    assert held(home) == ["武昌"]
    index(home, corpus=corpus, add=[corpus / "计划.zip"])
    (corpus / "计划.zip").unlink()
    assert outcomes(index(home, corpus=corpus))["计划.zip/甲.txt"] == ("甲", "removed")


def test_a_users_removed_member_is_not_brought_back_by_a_new_program(
    home: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files / "计划.zip"
    path.write_bytes(archive(甲=1, 乙=2))
    index(home, corpus=None, add=[path])
    index(home, corpus=None, remove=["甲"])
    monkeypatch.setattr(indexing, "_fingerprint", lambda *_: "another")
    path.unlink()
    assert outcomes(index(home, corpus=None)) == {"计划.zip/乙.txt": ("乙", "updated")}
    path.write_bytes(archive(甲=1, 乙=2))
    index(home, corpus=None, add=[path])
    assert held(home) == ["乙", "甲"]


def test_several_documents_in_one_text(home: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = "\n=====\n"

    def split(text: str) -> tuple[tuple[int, int], ...]:
        at = text.find(mark)
        return ((0, len(text)),) if at < 0 else ((0, at), (at + len(mark), len(text)))

    monkeypatch.setattr(documents, "split_documents", split)
    path = files / "合订.txt"
    path.write_text(mark.join((plan_text(1), plan_text(2))), encoding="utf-8")
    assert [(o.document, o.outcome) for o in index(home, corpus=None, add=[path]).outcomes] == [
        ("合订", "added"), ("合订-2", "added"),
    ]  # fmt: skip
    with Library.open(home) as library:
        assert [library.record(i).part for i in ("合订", "合订-2")] == ["#1", "#2"]
        assert library.plan("合订").text == plan_text(1)
        assert "充电桩2根" in library.plan("合订-2").text
    index(home, corpus=None, remove=["合订-2"])
    assert not index(home, corpus=None).built
    index(home, corpus=None, add=[path])
    assert held(home) == ["合订", "合订-2"]
    path.write_text(plan_text(7), encoding="utf-8")
    report = index(home, corpus=None, add=[path])
    assert {(o.document, o.outcome) for o in report.outcomes} == {("合订", "updated"), ("合订-2", "removed")}
    path.write_text(mark.join((plan_text(7), plan_text(8), "")), encoding="utf-8")
    index(home, corpus=None, add=[path])
    monkeypatch.setattr(indexing, "_fingerprint", lambda *_: "another")
    monkeypatch.setattr(documents, "split_documents", lambda text: ((0, len(text)),))
    report = index(home, corpus=None)
    assert {(o.document, o.outcome) for o in report.outcomes} == {("合订", "updated"), ("合订-2", "removed")}


def test_styles_and_places_of_a_part_move_along() -> None:
    whole = ReadText(
        "", "一二三四五六", (StyledLine(0, 1, 1), StyledLine(3, 5, 2)), (Place(0, "第1页"), Place(4, "第2页")), ("注",)
    )
    part = whole.part(3, 6)
    assert part == ReadText("", "四五六", (StyledLine(0, 2, 2),), (Place(0, "第1页"), Place(1, "第2页")), ("注",))


def test_bad_files_among_good_ones_stop_nothing(home: Path, files: Path) -> None:
    good = {"甲.docx": plan_docx(), "乙.txt": plan_text(1).encode(), "丙.pdf": plan_pdf(), "丁.zip": archive(戊=5)}
    scanned = PdfPages(numbers=False)
    scanned.picture()
    bad = {
        "坏.docx": b"PK\x03\x04" + bytes(99), "旧.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "扫描.pdf": scanned.saved(),
        "空.txt": b"", "弹.zip": packed({"a.txt": b"\0" * (60 << 20)}), "两\n行.docx": b"x", "反\u202e.xlsx": b"x",
        "表情😀.html": b"", "图.png": b"\x89PNG",
    }  # fmt: skip
    for name, data in {**good, **bad}.items():
        (files / name).write_bytes(data)
    (files / os.fsdecode(b"\xff\xfe.pdf")).write_bytes(b"%PDF")
    report = index(home, corpus=None, add=[files])
    assert held(home) == ["丙", "乙", "戊", "甲"]
    assert len(report.refused) == len(bad) + 1
    assert all("\n" not in item.reason and "\u202e" not in item.reason and item.reason for item in report.refused)


def test_links_are_not_followed_into_folders_and_what_cannot_be_read_is_named(home: Path, files: Path) -> None:
    beside = files.parent / "别处"
    beside.mkdir()
    for folder, pile in ((files, 1), (beside, 2)):
        (folder / f"计划{pile}.txt").write_text(plan_text(pile), encoding="utf-8")
    (files / "别处").symlink_to(beside)
    (files / "自身").symlink_to(files)
    (files / "断.txt").symlink_to(files / "没有.txt")
    (files / "圈.txt").symlink_to(files / "圈.txt")
    (files / "外.txt").symlink_to(beside / "计划2.txt")
    os.mkfifo(files / "管道.txt")
    report = index(home, corpus=None, add=[files])
    assert held(home) == ["计划1", "计划2"]
    assert {Path(item.file).name for item in report.refused} == {"别处", "自身", "断.txt", "圈.txt", "管道.txt"}
    assert all("请直接收入它所指的文件夹" in item.reason for item in report.refused if item.file.endswith(("处", "身")))


def test_a_corpus_file_that_cannot_be_read_stops_nothing_and_keeps_what_was_held(home: Path, corpus: Path) -> None:
    path = corpus / "武昌.txt"
    (corpus / "别的.txt").write_text(plan_text(2), encoding="utf-8")
    index(home, corpus=corpus)
    path.unlink()
    path.symlink_to(corpus / "没有.txt")
    os.mkfifo(corpus / "管道.txt")
    report = index(home, corpus=corpus)
    assert {item.file: item.document for item in report.refused} == {"武昌.txt": "武昌", "管道.txt": ""}
    assert held(home) == ["别的", "武昌"]
    assert not index(home, corpus=corpus).built


def test_odd_names_are_kept_and_printed_safely(home: Path, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["长" * 80 + ".txt", "反\u202e转.txt", "两\n行.txt", os.fsdecode(b"\xff\xfe.txt")]
    for number, name in enumerate(names):
        (files / name).write_text(plan_text(number), encoding="utf-8")
    report = index(home, corpus=None, add=[files])
    assert len(report.changed) == len(names)
    print_outcomes(report)
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) == len(names)
    assert "\u202e" not in printed
    ids = held(home)
    assert all(len(document) <= 60 and "\u202e" not in document for document in ids)
    assert not index(home, corpus=None, add=[files]).built


def test_a_corpus_names_what_it_cannot_read_and_tries_again_with_a_new_program(
    home: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "旧.wps").write_text(plan_text(3), encoding="utf-8")
    (corpus / "说明.bin").write_bytes(b"x")
    with (corpus / "大.pdf").open("wb") as file:
        file.truncate(2 << 20)
    limits = ReadLimits(file_mb=1)
    report = index(home, corpus=corpus, limits=limits)
    assert {item.file for item in report.refused} == {"旧.wps", "大.pdf"}
    assert not index(home, corpus=corpus, limits=limits).built
    monkeypatch.setattr(indexing, "_fingerprint", lambda *_: "another")
    monkeypatch.setattr(files_module, "is_plain", lambda *_: True)  # a program that can read it
    assert outcomes(index(home, corpus=corpus, limits=limits))["旧.wps"] == ("旧", "added")
