"""Files to text: what is read, what is refused and in which words."""

from __future__ import annotations

import codecs
import os
import random
from pathlib import Path

import pytest

from assistant.errors import UnusableInput
from assistant.reading.text_file import decode, read_text

CHINESE = "武昌区2022年国民经济和社会发展计划\r\n新增公共停车位2000个、充电桩1000根；——“小巨人”企业8家。\n" * 3
BIG5 = "臺北市政府施政計畫，提升城市競爭力，興建社會住宅，擴大公共運輸服務，推動產業發展與創新。" * 10
NOISE = random.Random(7)


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        codecs.BOM_UTF8 + CHINESE.encode(),
        CHINESE.encode("gb18030"),
        CHINESE.encode("utf-16"),
        CHINESE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16 with mark", "utf-16-le", "utf-16-be with mark"],
)
def test_text_is_decoded_and_otherwise_left_as_it_is(data: bytes) -> None:
    assert decode(data, "计划.txt") == CHINESE


def test_rare_characters_of_gb18030_are_read() -> None:
    text = CHINESE + "㐀𠮷䶮"
    assert decode(text.encode("gb18030"), "计划.txt") == text


def test_a_long_gb18030_file_is_read_whole() -> None:
    text = CHINESE * 3000
    assert decode(text.encode("gb18030"), "计划.txt") == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "空"),
        (b" \r\n\t\n", "空"),
        (codecs.BOM_UTF8, "空"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + NOISE.randbytes(500), "二进制"),
        (b"PK\x03\x04" + bytes(200), "二进制"),
        (b"\x01\x02\x03\x04 text" * 20, "二进制"),
        (bytes(NOISE.choice(range(0x80, 0xFF)) for _ in range(2000)), "编码无法识别"),
        (BIG5.encode("big5"), "编码无法识别"),
        ("Élan à la carte, façade".encode("latin-1") * 20, "编码无法识别"),
    ],
    ids=["empty", "blank", "mark only", "png", "zip", "control", "noise", "big5", "latin-1"],
)
def test_what_is_no_text_is_refused_in_one_line_that_names_the_file(data: bytes, why: str) -> None:
    with pytest.raises(UnusableInput) as caught:
        decode(data, "附件/计划.txt")
    line = str(caught.value)
    assert why in line
    assert "附件/计划.txt" in line
    assert "\n" not in line


@pytest.mark.parametrize(("encoding", "called"), [("utf-8", "UTF-8"), ("gb18030", "GB18030")])
def test_a_text_with_a_few_broken_bytes_says_where(encoding: str, called: str) -> None:
    text = "实现区级城建投资增长，新增公共停车位，完善基础设施，推进老旧小区改造。\n" * 3
    broken = text.encode(encoding) + b"\xff" + "完。".encode(encoding)
    with pytest.raises(UnusableInput, match=f"是 {called} 文本，但第4行有损坏的字节"):
        decode(broken, "计划.txt")


def test_files_are_read_by_format(tmp_path: Path) -> None:
    for name in ("计划.txt", "计划.MD"):
        (tmp_path / name).write_bytes(CHINESE.encode("gb18030"))
        assert read_text(tmp_path / name) == CHINESE


def test_a_path_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "大.txt").write_bytes(b"a" * 2049)
    (tmp_path / "计划.wps").write_bytes(CHINESE.encode())
    (tmp_path / "夹.txt").mkdir()
    os.mkfifo(tmp_path / "管道.txt")
    (tmp_path / "断链.txt").symlink_to(tmp_path / "无")
    refusals = {
        "大.txt": "太大",
        "计划.wps": r"\.txt、\.md",
        "夹.txt": "文件夹",
        "管道.txt": "不是普通文件",
        "断链.txt": "找不到",
        "缺.txt": "找不到",
        "大.txt/计划.txt": "读不出来",
    }
    for name, why in refusals.items():
        with pytest.raises(UnusableInput, match=why) as caught:
            read_text(tmp_path / name, limit_bytes=2048)
        assert str(tmp_path / name) in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "密.txt").write_text(CHINESE, encoding="utf-8")
    (tmp_path / "密.txt").chmod(0)
    with pytest.raises(UnusableInput, match="没有权限"):
        read_text(tmp_path / "密.txt")
