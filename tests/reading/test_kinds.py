"""What a file is by its content, and what to do with one that cannot be read."""

from __future__ import annotations

import struct
import zipfile

import pytest

from assistant.errors import UnusableInput
from assistant.reading.archive import members_of
from assistant.reading.kinds import KNOWN, READABLE, kind_of
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import shown
from tests.reading.small_files import packed, plan_docx, plan_html, plan_pdf, plan_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TEXT = "新增充电桩320根。".encode()
LIMITS = ReadLimits(members=20, unpacked_mb=5, file_mb=1)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("计划.txt", TEXT, "text"),
        ("计划.MD", b"# " + TEXT, "text"),
        ("计划.txt", b"<html>" + TEXT, "text"),
        ("计划.docx", plan_docx(), "docx"),
        ("计划.doc", plan_docx(), "docx"),
        ("计划.xlsx", plan_xlsx(), "xlsx"),
        ("计划.xls", plan_xlsx(), "xlsx"),
        ("计划.pdf", plan_pdf(), "pdf"),
        ("计划.txt", plan_pdf(), "pdf"),
        ("计划.html", plan_html(), "html"),
        ("计划.doc", plan_html(), "html"),
        ("计划.xls", b"\xef\xbb\xbf\r\n<table><tr><td>1</td></tr></table>", "html"),
        ("计划.htm", TEXT, "html"),
        ("计划", plan_docx(), "docx"),
        ("计划.zip", packed({"a.txt": TEXT}), "zip"),
        ("空.zip", packed({}), "zip"),
    ],
)
def test_content_decides(name: str, data: bytes, kind: str) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("计划.doc", OLE, r"另存为 \.docx"),
        ("计划.docx", OLE, r"旧版 Word.*另存为 \.docx"),
        ("计划.xls", OLE, r"另存为 \.xlsx"),
        ("计划.xlsx", OLE + "Workbook".encode("utf-16-le"), r"旧版 Excel.*另存为 \.xlsx"),
        ("计划.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码.*取消密码"),
        ("计划.wps", OLE, r"WPS.*另存为 \.docx"),
        ("计划.et", OLE, r"WPS.*另存为 \.xlsx"),
        ("计划.rtf", b"{\\rtf1 a}", r"另存为 \.docx"),
        ("计划.doc", b"{\\rtf1 a}", r"RTF.*另存为 \.docx"),
        ("计划.ofd", packed({"OFD.xml": b"<x/>"}), "OFD.*PDF"),
        ("计划.odt", packed({"mimetype": b"x", "content.xml": b"<x/>"}), r"OpenDocument.*\.docx"),
        ("计划.pptx", packed({"[Content_Types].xml": b"<x/>", "ppt/a.xml": b""}), "演示文稿"),
        ("计划.doc", b"<?xml version='1.0'?><?mso-application progid=\"Word.Document\"?><w/>", r"另存为 \.docx"),
        ("计划.mht", b"MIME-Version: 1.0\r\n", r"另存为 \.html"),
        ("计划.png", b"\x89PNG\r\n", "图片.*OCR"),
        ("计划.docx", b"\x89PNG\r\n", "图片.*OCR"),
        ("计划.rar", b"Rar!", "解压"),
        ("计划.docx", b"PK\x03\x04" + bytes(50), "已损坏"),
        ("计划.docx", b"nonsense", "已损坏"),
        ("计划.pdf", b"nonsense", "已损坏"),
        ("计划.html", b"", "没有文字|空的"),
        ("计划.docx", b"", "空的"),
        ("计划.exe", b"MZ", r"不支持.*\.docx"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(name: str, data: bytes, says: str) -> None:
    if name == "计划.html":
        assert kind_of(data, name) == "html"  # its reader finds that it is empty
        return
    with pytest.raises(UnusableInput, match=says) as caught:
        kind_of(data, name)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_read_is_known() -> None:
    assert set(READABLE) < set(KNOWN)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("计划.docx", "计划.docx"),
        ("两\n行.txt", "两\\n行.txt"),
        ("计划\u202etxt.exe", "计划\\u202etxt.exe"),
        ("表情😀.txt", "表情😀.txt"),
        ("坏\udcff.txt", "坏\\udcff.txt"),
        ("长" * 500 + ".txt", "长" * 100 + "…" + "长" * 96 + ".txt"),
    ],
)
def test_names_are_shown_safely_on_one_line(name: str, line: str) -> None:
    assert shown(name) == line


# --- Archives ---------------------------------------------------------------------------------------------------------


def members(data: bytes) -> dict[str, str]:
    """Paths and why they were refused, "" where not."""
    return {member.path: member.refusal for member in members_of(data, "计划.zip", LIMITS)}


def test_names_are_utf_8_or_gbk() -> None:
    name = "二〇三一年/云溪县计划.txt"
    assert members(packed({name: TEXT})) == {name: ""}
    for encoding in ("gb18030", "utf-8"):
        # As programs do that do not say which encoding they wrote: the flag for UTF-8 is taken away.
        placeholder = "x" * len(name.encode(encoding))
        data = packed({placeholder: TEXT}).replace(placeholder.encode(), name.encode(encoding))
        assert members(data) == {name: ""}


def test_members_that_mean_no_good_are_refused_and_the_others_go_on() -> None:
    link = zipfile.ZipInfo("链接.txt")
    link.external_attr = 0o120777 << 16
    data = {
        "../外.txt": TEXT,
        "/根.txt": TEXT,
        "C:\\盘.txt": TEXT,
        "甲/../../外.txt": TEXT,
        "好/计划.txt": TEXT,
        "大.txt": b"a" * (1 << 20) + b"a",
    }
    archive = packed(data)
    import io

    held = io.BytesIO(archive)
    with zipfile.ZipFile(held, "a") as opened:
        opened.writestr(link, b"/etc/passwd")
    found = members(held.getvalue())
    assert {path for path, refusal in found.items() if not refusal} == {"好/计划.txt"}
    assert all("路径" in found[path] for path in ("../外.txt", "/根.txt", "C:/盘.txt", "甲/../../外.txt"))
    assert "链接" in found["链接.txt"]
    assert "太大" in found["大.txt"]


def test_members_with_a_password_or_damage_are_refused() -> None:
    data = bytearray(packed({"密.txt": TEXT}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "密码" in members(bytes(data))["密.txt"]
    data = bytearray(packed({"坏.txt": TEXT * 9}, zipfile.ZIP_STORED))
    data[data.index(TEXT)] ^= 0xFF
    assert "已损坏" in members(bytes(data))["坏.txt"]


def test_what_systems_leave_behind_is_passed_over() -> None:
    data = packed({"__MACOSX/._计划.txt": b"x", ".DS_Store": b"x", "夹/Thumbs.db": b"x", "夹/": b"", "计划.txt": TEXT})
    assert members(data) == {"计划.txt": ""}


def test_a_lie_about_sizes_brings_no_more_than_was_said() -> None:
    data = bytearray(packed({"大.txt": b"a" * 100_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(signature) + offset
        data[place : place + 4] = struct.pack("<I", 10)
    assert "已损坏" in members(bytes(data))["大.txt"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (packed({f"{number}.txt": b"" for number in range(21)}), "21个文件.*上限20个"),
        (packed({f"{number}.txt": bytes(range(256)) * 4000 for number in range(6)}, zipfile.ZIP_STORED), "上限5 MB"),
        (packed({"弹.txt": b"\0" * (60 << 20)}), "炸弹"),
        (packed({"a.txt": TEXT})[:-10], "已损坏"),
    ],
    ids=["many members", "large", "bomb", "damaged"],
)
def test_an_archive_beyond_bounds_is_refused_unopened(data: bytes, why: str) -> None:
    with pytest.raises(UnusableInput, match=why):
        members(data)
