"""The training text: plans and news from a folder, less what is measured on, and that counted."""

from __future__ import annotations

import io
import lzma
import tarfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assistant.errors import UnusableInput
from training.overlap import PIECE, MeasuredPieces
from training.texts import NEWS, PLANS, read_training_text, sentences

HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
SECRET = HAN[:80] + "。"
HEAD = "青岩县2031年国民经济和社会发展计划\n\n一、主要任务\n\n"
NOTHING = MeasuredPieces.of([""])


def text_folder(folder: Path, plans: Mapping[str, bytes], news: Sequence[str]) -> Path:
    folder.mkdir()
    with tarfile.open(folder / PLANS, "w:xz") as archive:
        for name, data in plans.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with lzma.open(folder / NEWS, "wt", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in news)
    return folder


@pytest.fixture
def measured() -> MeasuredPieces:
    return MeasuredPieces.of([f"{HEAD}{SECRET}"])


def test_plans_are_parsed_and_news_are_bare_articles(tmp_path: Path) -> None:
    plans = {
        "plans/b.txt": f"{HEAD}新增观鸟站4座。\n".encode(),
        "plans/a.txt": f"\ufeff{HEAD}新增护林站11座。\n".encode(),
        "plans/README.md": b"no plan",
    }
    news = ["2023-01-05 08:30:00，正文：今天天气好。", "没有日期的一条。", "  2023年，正文：照登。 "]
    read = read_training_text(text_folder(tmp_path / "text", plans, news), NOTHING)
    assert [plan.clauses[-1].text for plan in read.plans] == ["新增护林站11座。", "新增观鸟站4座。"]
    assert [plan.title for plan in read.plans] == ["青岩县2031年国民经济和社会发展计划"] * 2
    assert read.news == ("今天天气好。", "没有日期的一条。", "2023年，正文：照登。")
    assert read.left_out == 0


def test_what_is_measured_on_is_left_out_and_counted(tmp_path: Path, measured: MeasuredPieces) -> None:
    plans = {
        "a.txt": f"{HEAD}新增护林站11座。\n{SECRET}\n新增观鸟站4座。\n".encode(),
        "b.txt": f"{HEAD}新增护林站12座。{'，'.join(SECRET)}\n".encode(),
        "c.txt": f"{HEAD}新增护林站13座。{SECRET[: PIECE - 1]}。\n".encode(),
    }
    news = [f"2023-01-05，正文：甲{SECRET}", "正文不动。", f"“{'”“'.join(SECRET)}”"]
    folder = text_folder(tmp_path / "text", plans, news)
    read = read_training_text(folder, measured)
    assert read.left_out == 4
    assert read.news == ("正文不动。",)
    texts = [plan.text for plan in read.plans]
    assert not any(measured.touch(text) for text in [*texts, *read.news])
    assert "新增护林站11座。\n新增观鸟站4座。" in texts[0]
    assert "护林站" not in texts[1]
    assert "新增护林站13座。" in texts[2]
    everything = read_training_text(folder, NOTHING)
    assert everything.left_out == 0
    assert len(everything.news) == 3


@pytest.mark.parametrize("width", [20, 40, 59])
def test_a_measured_text_is_left_out_however_its_lines_are_broken(
    tmp_path: Path, measured: MeasuredPieces, width: int
) -> None:
    broken = "\n".join(textwrap.wrap(SECRET, width))
    folder = text_folder(tmp_path / "text", {"a.txt": f"{HEAD}{broken}\n新增观鸟站4座。\n".encode()}, [])
    read = read_training_text(folder, measured)
    assert not any(measured.touch(plan.text) for plan in read.plans)
    assert read.left_out > 0


def test_the_news_can_be_left_alone(tmp_path: Path, measured: MeasuredPieces) -> None:
    folder = text_folder(tmp_path / "text", {"a.txt": f"{HEAD}新增观鸟站4座。\n".encode()}, [SECRET, "一条。"])
    read = read_training_text(folder, measured, with_news=False)
    assert (len(read.plans), read.news, read.left_out) == (1, (), 0)


@pytest.mark.parametrize("missing", [PLANS, NEWS])
def test_a_missing_file_is_told_in_one_line(tmp_path: Path, missing: str) -> None:
    folder = text_folder(tmp_path / "text", {}, [])
    (folder / missing).unlink()
    with pytest.raises(UnusableInput) as refused:
        read_training_text(folder, NOTHING)
    message = str(refused.value)
    assert missing in message
    assert str(folder) in message
    assert "make train" in message
    assert "\n" not in message


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"nowhere.*plans\.tar\.xz"):
        read_training_text(tmp_path / "nowhere", NOTHING)


def test_sentences_end_at_full_stops_and_line_ends() -> None:
    assert list(sentences("新增观鸟站4座。真的吗？是！\n一、任务；其他;  \n\n完")) == [
        *("新增观鸟站4座", "真的吗", "是", "一、任务", "其他", "完"),
    ]
    assert list(sentences("增长3.5%，其中1,000个。")) == ["增长3.5%，其中1,000个"]
    assert list(sentences("")) == []
