"""Spreadsheets: sheets and rows, cells as they are shown."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from assistant.errors import UnusableInput
from assistant.reading.limits import DEFAULT_LIMITS
from assistant.reading.number_format import shown_value
from assistant.reading.read_text import ReadText, location
from assistant.reading.xlsx_file import read_xlsx
from tests.reading.small_files import plan_xlsx, with_parts, xlsx


def read(data: bytes) -> ReadText:
    return read_xlsx(data, "指标.xlsx", DEFAULT_LIMITS)


def first(book: Workbook) -> Worksheet:
    assert isinstance(book.active, Worksheet)
    return book.active


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (None, "General", ""),
        (1000.0, "General", "1000"),
        (0.1 + 0.2, "General", "0.3"),
        (0.075, "0.0%", "7.5%"),
        (0.05, "0%", "5%"),
        (1234.5678, "#,##0.00", "1,234.57"),
        (1234567, "#,##0", "1,234,567"),
        (-3.25, "0.0_ ;[Red]\\-0.0\\ ", "-3.3"),
        (-3, "0", "-3"),
        (2.5, "0.##", "2.5"),
        (2, "0.##", "2"),
        (12, '0"万元"', "12万元"),
        (5, '"≥"0', "≥5"),
        (0, '0;-0;"—"', "—"),
        (1234567, "0.0,", "1234.6"),
        (True, "General", "是"),
        (datetime(2031, 1, 5), "yyyy-mm-dd", "2031年1月5日"),
        (datetime(2031, 1, 5, 9, 30), "yyyy-mm-dd", "2031年1月5日 09:30"),
        (date(2031, 1, 5), "yyyy-mm-dd", "2031年1月5日"),
        (time(9, 30), "hh:mm", "09:30:00"),
        ("左右", "0%", "左右"),
        (1.5e300, "0.0", "1.5e+300"),
        (float("inf"), "0.0", "inf"),
        (3.5, "# ?/?", "3.5"),
        (5, 'General"个"', "5个"),
        (-5, 'General"个";-General"个"', "-5个"),
        (-5, "General", "-5"),
        (7, 'G/通用格式"家"', "7家"),
        (12, "0!%", "12%"),
        (120000, '0!.0,"万"', "120000"),
        (0, '0;-0;"无"', "无"),
    ],
)
def test_cells_read_as_they_are_shown(value: object, form: str, shown: str) -> None:
    assert shown_value(value, form) == shown


def test_sheets_titles_rows_and_places() -> None:
    def build(book: Workbook) -> None:
        sheet = first(book)
        sheet.title = "指标"
        sheet.append(["云溪县主要指标"])
        sheet.append([None, None, "单位：亿元"])
        sheet.append(["指标", "2030年", "2031年"])
        sheet.append(["一、经济"])
        sheet.append(["地区生产总值", 100.5, "增长\n7%左右"])
        sheet.append([])
        sheet.append(["投资", None, 30])
        sheet.append(["注：初步数。"])
        sheet.merge_cells("A1:C1")
        book.create_sheet("空表")
        second = book.create_sheet("项目")
        second["C5"], second["D5"], second["C6"], second["D6"] = "甲项目", 5, "乙项目", 6

    read_back = read(xlsx(build))
    assert read_back.text.splitlines() == [
        "指标", "云溪县主要指标", "单位：亿元", "指标\t2030年\t2031年", "一、经济\t\t", "地区生产总值\t100.5\t增长 7%左右",
        "投资\t\t30", "注：初步数。", "项目", "甲项目\t5", "乙项目\t6",
    ]  # fmt: skip
    assert location(read_back.places, read_back.text.index("投资")) == "工作表“指标”第7行"
    assert location(read_back.places, read_back.text.index("甲项目")) == "工作表“项目”第5行"


def test_what_is_not_there_is_said() -> None:
    def build(book: Workbook) -> None:
        sheet = first(book)
        sheet.append(["合计", "=1+2"])
        sheet.append(["充电桩", 3])
        sheet["A1"].comment = Comment("请核对", "某人")
        hidden = book.create_sheet("底稿")
        hidden["A1"] = "底稿"
        hidden.sheet_state = "hidden"

    read_back = read(with_parts(xlsx(build), {"xl/vbaProject.bin": b"Sub Auto_Open()"}))
    noted = "\n".join(read_back.notes)
    for said in ("1个公式没有存下结果", "底稿”在文件中是隐藏的", "批注", "宏"):
        assert said in noted


def test_rows_without_end_end() -> None:
    def build(book: Workbook) -> None:
        sheet = first(book)
        sheet["A1"], sheet["B1"] = "指标", "目标"
        sheet.cell(1_000_000, 16_000).number_format = "0.00"

    read_back = read(xlsx(build))
    assert read_back.text == "Sheet\n指标\t目标\n"
    assert read_back.notes == ("工作表“Sheet”第1行以后5000行都是空的，再往下没有读取",)


def test_columns_beyond_the_last_one_read_are_said() -> None:
    def build(book: Workbook) -> None:
        sheet = first(book)
        sheet["A1"], sheet["B1"], sheet["ZZ1"] = "充电桩", 320, "远处的列"

    read_back = read(xlsx(build))
    assert read_back.text == "Sheet\n充电桩\t320\n"
    assert read_back.notes == ("工作表“Sheet”有1行超过500列，多出的列没有读取",)


def test_the_last_row_of_a_merged_head_stays_in_the_table() -> None:
    def build(book: Workbook) -> None:
        sheet = first(book)
        for row in (["指标", "目标"], ["养老床位", 450], [None, 470], ["注：后一数为力争数。"]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")

    assert read(xlsx(build)).text == "Sheet\n指标\t目标\n养老床位\t450\n\t470\n注：后一数为力争数。\n"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"xl/workbook.xml": b"<workbook"}, "已损坏"),
        ({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c t='n'><v>x</v></c></row>"}, "已损坏"),
        (
            {"xl/sharedStrings.xml": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><sst>&x;</sst>'},
            "外部实体",
        ),
    ],
    ids=["no workbook", "broken sheet", "external entity"],
)
def test_a_broken_workbook_is_refused(parts: dict[str, bytes], why: str) -> None:
    with pytest.raises(UnusableInput, match=why):
        read(with_parts(plan_xlsx(), parts))


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(UnusableInput, match="没有文字"):
        read(xlsx(lambda _: None))
