"""PDF: paragraphs come back whole, whatever page or line they were broken on; what belongs to the page does not."""

from __future__ import annotations

import pytest

from assistant.errors import UnusableInput
from assistant.reading import ocr
from assistant.reading.limits import DEFAULT_LIMITS
from assistant.reading.pdf_file import read_pdf
from assistant.reading.read_text import ReadText, clean, location
from tests.reading.small_files import A4, FONT, LEADING, LEFT, RIGHT, SIZE, PdfPages, plan_pdf

LONG = (
    "".join(
        f"第{number}类设施新增充电桩{number * 7}根，建成学校{number}所，改造小区{number * 3}个；"
        for number in range(1, 9)
    )
    + "完。"
)


@pytest.fixture(autouse=True)
def _without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)


def read(data: bytes) -> ReadText:
    return read_pdf(data, "计划.pdf", DEFAULT_LIMITS)


def test_paragraphs_come_back_whole_over_lines_and_pages() -> None:
    pages = PdfPages("云溪县人民政府文件")
    pages.centred("云溪县2031年国民经济和社会发展计划", 20)
    written = []
    for number in range(1, 10):
        for text in (f"第{number}项任务", f"{number}号：{LONG}"):
            pages.paragraph(text)
            written.append(text)
    assert pages.page >= 3
    read_back = read(pages.saved())
    assert read_back.text.splitlines() == ["云溪县2031年国民经济和社会发展计划", *written]
    noted = "\n".join(read_back.notes)
    assert f"页眉“云溪县人民政府文件”（{pages.page}页）" in noted
    assert f"页码（{pages.page}页）" in noted


def test_places_are_pages_also_inside_a_paragraph() -> None:
    pages = PdfPages()
    for number in range(1, 5):
        pages.paragraph(f"{number}号：{LONG}")
    read_back = read(pages.saved())
    assert len(read_back.text.splitlines()) == 4
    assert {place.label for place in read_back.places} == {"第1页", "第2页"}
    [second] = [place.start for place in read_back.places if place.label == "第2页"]
    assert read_back.text[second - 1] != "\n"
    assert location(read_back.places, second - 1) == "第1页"


def test_a_page_number_alone_and_a_figure_at_a_pages_end() -> None:
    pages = PdfPages()
    pages.paragraph("新增充电桩320根。")
    pages.line("2031", y=300)
    assert read(pages.saved()).text.splitlines() == ["新增充电桩320根。", "2031"]


def test_a_long_title_and_centred_lines() -> None:
    pages = PdfPages()
    for text in ("云溪县国民经济和社会发展第二十个五年", "规划和远景目标纲要"):
        pages.centred(text, 22)
    for text in ("（2031年1月5日）", "云溪县县长 某某"):
        pages.centred(text)
    pages.paragraph(LONG)
    assert read(pages.saved()).text.splitlines() == [
        "云溪县国民经济和社会发展第二十个五年规划和远景目标纲要", "（2031年1月5日）", "云溪县县长某某", LONG,
    ]  # fmt: skip


def test_paragraphs_without_indent_by_gaps_and_short_lines() -> None:
    pages = PdfPages()
    wide = int((RIGHT - LEFT) / SIZE)
    full = ("建设充电设施和学校" * 9)[: wide * 2]
    for text in (full[:wide], full[wide:]):
        pages.line(text)
    pages.y -= LEADING
    pages.line("新增公园三个。")
    pages.line("（一）改造小区，")
    assert read(pages.saved()).text.splitlines() == [full, "新增公园三个。", "（一）改造小区，"]


def test_an_indented_item_goes_on_as_far_in() -> None:
    pages = PdfPages()
    pages.paragraph(LONG)
    item = ("建设充电设施和学校" * 9)[:40] + "。"
    for text in (item[:25], item[25:], "新增公园三个。"):
        pages.line(text, LEFT + 50)
    assert read(pages.saved()).text.splitlines() == [LONG, item, "新增公园三个。"]


def test_contents_lines_stay_apart() -> None:
    pages = PdfPages()
    contents = [f"{number}、任务{'.' * 90}{page}" for page, number in enumerate("一二三", start=8)]
    for text in contents:
        pages.line(text)
    assert read(pages.saved()).text.splitlines() == contents


def test_a_ruled_table_is_rows_and_goes_on_over_pages() -> None:
    pages = PdfPages()
    pages.paragraph(LONG)
    pages.centred("表1 主要指标")
    rows = [["指标", "单位", "目标"], ["充电桩", "根", "320"], ["学校", "", "3"]]
    pages.table(rows)
    pages.end_page()
    pages.table([rows[0], ["公园", "个", "12"]])
    pages.paragraph("以上为全部指标。")
    read_back = read(pages.saved())
    assert read_back.text.splitlines() == [
        LONG, "表1主要指标", "指标\t单位\t目标", "充电桩\t根\t320", "学校\t\t3", "公园\t个\t12", "以上为全部指标。",
    ]  # fmt: skip
    assert location(read_back.places, read_back.text.index("公园\t")) == "第2页"


def test_what_stands_beside_the_cells_of_a_table_is_read_too() -> None:
    pages = PdfPages()
    pages.paragraph("一、主要指标")
    for x, y, width in ((LEFT, 640, 100), (LEFT + 100, 640, 100), (LEFT, 620, 100), (LEFT + 100, 620, 100)):
        pages.canvas.rect(x, y, width, 20)
    pages.canvas.rect(LEFT + 200, 660, 100, 20)  # in the table's outline, but above its last column only
    pages.canvas.rect(LEFT + 200, 640, 100, 20)
    for text, x, y in (
        ("指标", LEFT, 644), ("目标", LEFT + 100, 644), ("备注", LEFT + 200, 644), ("充电桩", LEFT, 624), ("320根", LEFT + 100, 624),
        ("单位：根", LEFT + 200, 664), ("左上角的字", LEFT, 664), ("右下角的字", LEFT + 204, 624),
    ):  # fmt: skip
        pages.line(text, x + 4, 11, y)
    text = read(pages.saved()).text
    for words in ("指标\t目标\t备注", "充电桩\t320根", "单位：根", "左上角的字", "右下角的字"):
        assert words in text


def test_empty_lines_set_as_spaces_are_no_lines() -> None:
    pages = PdfPages(numbers=False)
    pages.paragraph("新增充电桩320根。")
    for blank in ("    ", "\u3000\u3000", "  "):
        pages.line(blank)
    pages.paragraph("建成学校3所。")
    assert read(pages.saved()).text == "新增充电桩320根。\n建成学校3所。\n"


def test_a_frame_around_a_paragraph_is_no_table() -> None:
    pages = PdfPages()
    pages.paragraph("新增充电桩320根。")
    pages.canvas.rect(LEFT - 10, 700, RIGHT - LEFT + 20, 90)
    assert read(pages.saved()).text == "新增充电桩320根。\n"


def test_spaces_stand_only_where_they_part_words() -> None:
    pages = PdfPages()
    pages.canvas.setFont(FONT, SIZE)
    x = LEFT
    for text, gap in (("到", 4), ("2035", 4), ("年建成", 6), ("EDA", 5), ("tools", 4), ("平台，", 40), ("单位：个", 0)):
        pages.canvas.drawString(x, 700, text)
        x += pages.canvas.stringWidth(text, FONT, SIZE) + gap
    assert read(pages.saved()).text == "到2035年建成EDA tools平台， 单位：个\n"


def test_two_columns_are_read_one_after_the_other() -> None:
    pages = PdfPages(numbers=False)
    left = [f"左栏第{number:02}行建设充电桩和学校" for number in range(16)]
    right = [f"右栏第{number:02}行改造小区和公园吧" for number in range(16)]
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        pages.line(one, 60, y=760 - number * 20)
        pages.line(other, 320, y=760 - number * 20)
    text = read(pages.saved()).text
    assert text.index(left[-1]) < text.index(right[0])


def test_footnotes_stand_behind_their_paragraph_and_their_marks_in_no_figure() -> None:
    pages = PdfPages()
    pages.paragraph("新增充电桩320根，")
    pages.canvas.setFont(FONT, 8)
    pages.canvas.drawString(LEFT + 10.6 * SIZE, pages.y + LEADING + 7, "1")
    for _ in range(24):
        pages.line("")
    pages.line("1 含快速充电桩。", size=9, y=70)
    pages.end_page()
    pages.paragraph("面积5平方公里。")
    assert read(pages.saved()).text.splitlines() == ["新增充电桩320根，", "脚注1：含快速充电桩。", "面积5平方公里。"]


def test_scanned_pages_are_named_and_a_scanned_file_is_refused() -> None:
    pages = PdfPages(numbers=False)
    pages.paragraph("新增充电桩320根。")
    for _ in range(3):
        pages.end_page()
        pages.picture()
    pages.end_page()
    pages.paragraph("建成学校3所。")
    pages.end_page()  # an empty page is none of them
    read_back = read(pages.saved())
    assert read_back.text.splitlines() == ["新增充电桩320根。", "建成学校3所。"]
    assert "第2—4页是扫描图片，没有文字" in read_back.notes

    scanned = PdfPages(numbers=False)
    scanned.picture()
    with pytest.raises(UnusableInput, match=r"扫描件（共1页）.*OCR"):
        read(scanned.saved())


def test_scanned_pages_are_read_where_somebody_can(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reads:
        def page(self, number: int) -> str:
            return f"第{number}张上写着新增充电桩320根。\n完。"

    monkeypatch.setattr("assistant.reading.pdf_file.recognizer", lambda _: Reads())
    pages = PdfPages(numbers=False)
    pages.picture()
    read_back = read(pages.saved())
    assert read_back.text.splitlines() == ["第1张上写着新增充电桩320根。", "完。"]
    assert read_back.notes == ("第1页是图片，文字由 OCR 识别，可能有错",)


def test_a_password_is_asked_for_in_words_and_mere_restrictions_are_none() -> None:
    locked = PdfPages(password="1234")
    locked.paragraph("新增充电桩320根。")
    with pytest.raises(UnusableInput, match=r"计划\.pdf.*密码.*取消密码"):
        read(locked.saved())
    restricted = PdfPages(owner="4321", numbers=False)
    # In a font whose characters need no table: reportlab forgets to encrypt the names of its Chinese ones.
    restricted.canvas.setFont("Helvetica", 12)
    restricted.canvas.drawString(LEFT, 700, "320 charging piles")
    assert read(restricted.saved()).text == "320 charging piles\n"


def test_slanted_text_is_a_watermark() -> None:
    pages = PdfPages()
    pages.paragraph("新增充电桩320根。")
    pages.canvas.saveState()
    pages.canvas.translate(A4[0] / 2, A4[1] / 2)
    pages.canvas.rotate(45)
    pages.line("内部资料", 0, 60, 0)
    pages.canvas.restoreState()
    read_back = read(pages.saved())
    assert read_back.text == "新增充电桩320根。\n"
    assert any("水印" in note for note in read_back.notes)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", plan_pdf()[:200], b"%PDF-1.7\n" + b"\xff" * 500])
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnusableInput, match=r"计划\.pdf"):
        read(data)


def test_look_alikes_of_pdf_writers_are_plain_characters() -> None:
    assert clean("⼀⼆⺠⻅⻓⼾⽬⾯豈") == "一二民见长户目面豈"
