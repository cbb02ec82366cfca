"""Word documents: what is on the paper is in the text, in its order, with its numbers; what is left out is said."""

from __future__ import annotations

import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from assistant.errors import UnusableInput
from assistant.reading.docx_file import read_docx
from assistant.reading.docx_numbering import chinese
from assistant.reading.limits import DEFAULT_LIMITS
from assistant.reading.read_text import ReadText, location
from tests.reading.small_files import append, docx, number_levels, numbered, plan_docx, with_parts

SIX = [
    ("chineseCounting", "%1、", "nothing"),
    ("chineseCountingThousand", "（%2）", "nothing"),
    ("decimal", "%3.", "tab"),
    ("decimalEnclosedCircle", "%4", "nothing"),
]


def read(data: bytes) -> ReadText:
    return read_docx(data, "计划.docx", DEFAULT_LIMITS)


def lines(data: bytes) -> list[str]:
    return read(data).text.splitlines()


def with_body(xml: str) -> bytes:
    return docx(lambda document: append(document, xml))


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_numbers_are_the_ones_that_word_shows() -> None:
    def build(document: WordDocument) -> None:
        number_levels(document, SIX)
        items = [(0, "总体要求"), (1, "思路"), (1, "目标"), (2, "增加充电桩"), (2, "5所学校"), (3, "甲"), (3, "乙")]
        items += [(0, "主要任务"), (1, "设施"), (2, "道路")]
        for level, text in items:
            append(document, numbered(text, level))
            append(document, paragraph(run("正文。")))
        append(document, numbered("", 2) + numbered("桥梁", 2))

    assert [line for line in lines(docx(build)) if line != "正文。"] == [
        "一、总体要求", "（一）思路", "（二）目标", "1. 增加充电桩", "2. 5所学校", "①甲", "②乙",
        "二、主要任务", "（一）设施", "1. 道路", "3. 桥梁",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimalZero", "03"),
        ("decimalFullWidth", "３"),
        ("decimalEnclosedParen", "⑶"),
        ("decimalEnclosedFullstop", "⒊"),
        ("upperLetter", "C"),
        ("lowerLetter", "c"),
        ("upperRoman", "III"),
        ("lowerRoman", "iii"),
        ("japaneseCounting", "三"),
        ("ideographDigital", "三"),
        ("chineseLegalSimplified", "叁"),
        ("ideographTraditional", "丙"),
        ("ideographZodiac", "寅"),
        ("somethingNew", "3"),
    ],
)
def test_each_number_format(form: str, shown: str) -> None:
    def build(document: WordDocument) -> None:
        number_levels(document, [(form, "（%1）", "nothing")])
        for text in ("甲", "乙", "丙"):
            append(document, numbered(text, 0))

    assert lines(docx(build))[-1] == f"（{shown}）丙"


@pytest.mark.parametrize(("number", "written"), [(10, "十"), (11, "十一"), (20, "二十"), (110, "一百一十")])
def test_chinese_numbers_as_word_counts(number: int, written: str) -> None:
    assert chinese(number) == written


def test_numbers_come_from_styles_restart_and_are_legal() -> None:
    def build(document: WordDocument) -> None:
        number_levels(document, [("chineseCounting", "第%1章", "space"), ("decimal", "%1.%2", "space")])
        numbering = document.part.numbering_part.element
        numbering.findall(".//{*}lvl")[1].insert(2, parse_xml(f"<w:isLgl {nsdecls('w')}/>"))
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="77"/><w:lvlOverride w:ilvl="0">'
                '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
            )
        )
        chapter = document.styles.add_style("章", WD_STYLE_TYPE.PARAGRAPH)
        chapter.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="77"/></w:numPr>'))
        below = document.styles.add_style("章下", WD_STYLE_TYPE.PARAGRAPH)
        below.base_style = chapter
        document.add_paragraph("总则", style="章")
        document.add_paragraph("分则", style="章下")
        append(document, numbered("细目", 1))
        append(document, numbered("另起", 0, 78))
        append(document, numbered("续", 0, 78))
        append(
            document,
            paragraph(run("不编号"), properties='<w:pStyle w:val="章"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        )

    assert lines(docx(build)) == ["第一章总则", "第二章分则", "2.1 细目", "第五章另起", "第六章续", "不编号"]


def test_bullets_of_symbol_fonts_become_a_bullet() -> None:
    def build(document: WordDocument) -> None:
        number_levels(document, [("bullet", "\uf06c", "tab"), ("bullet", "——", "nothing")])
        append(document, numbered("新增充电桩", 0) + numbered("改造小区", 1))

    assert lines(docx(build)) == ["• 新增充电桩", "——改造小区"]


def test_tables_stand_in_their_place_as_rows() -> None:
    def build(document: WordDocument) -> None:
        document.add_paragraph("主要指标如下。")
        document.add_paragraph("表1 主要指标")
        table = document.add_table(rows=4, cols=3)
        cells = [["指标", "单位", "目标"], ["充电桩", "根", "320"], ["学校", "", "3"], ["公园", "", "12"]]
        for row, values in zip(table.rows, cells, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
        table.cell(1, 0).text = "新增\n充电桩"
        table.cell(1, 1).merge(table.cell(3, 1)).text = "根"
        document.add_paragraph("以上为全部指标。")

    read_back = read(docx(build))
    assert read_back.text.splitlines() == [
        "主要指标如下。", "表1 主要指标", "指标\t单位\t目标", "新增 充电桩\t根\t320", "学校\t\t3", "公园\t\t12", "以上为全部指标。",
    ]  # fmt: skip
    places = {line: location(read_back.places, read_back.text.index(line)) for line in ("公园", "以上", "表1")}
    assert places == {"公园": "表1第4行", "以上": "第3段", "表1": "第2段"}


def test_a_tables_own_title_and_notes_stand_alone() -> None:
    def build(document: WordDocument) -> None:
        table = document.add_table(rows=4, cols=2)
        for row, values in zip(
            table.rows, [["附表 指标", ""], ["指标", "目标"], ["学校", "3"], ["注：初步数。", ""]], strict=True
        ):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value

    assert lines(docx(build)) == ["附表 指标", "指标\t目标", "学校\t3", "注：初步数。"]


def test_headings_by_style_outline_or_bold() -> None:
    def build(document: WordDocument) -> None:
        document.add_heading("主要任务", level=2)
        document.add_paragraph("新增充电桩320根。")
        append(document, paragraph(run("保障措施"), properties='<w:outlineLvl w:val="0"/>'))
        append(document, paragraph(run("正文。"), properties='<w:outlineLvl w:val="9"/>'))

    read_back = read(docx(build))
    assert [(read_back.text[line.start : line.end], line.level) for line in read_back.styled] == [
        ("主要任务", 2), ("保障措施", 1),
    ]  # fmt: skip

    bold = with_body(
        paragraph(run("云溪县计划", "<w:b/>"))
        + paragraph(run("各位代表：")) * 4
        + paragraph(run("去年工作回顾", "<w:b/>"))
        + paragraph(run("（一）坚持创新", "<w:b/>"))
        + paragraph(run("完成了任务。"), run("重点", "<w:b/>"))
    )
    read_back = read(bold)
    assert [read_back.text[line.start : line.end] for line in read_back.styled] == ["去年工作回顾"]


def test_changes_are_read_as_accepted() -> None:
    data = with_body(
        paragraph(
            run("新增"),
            '<w:del w:id="1" w:author="a"><w:r><w:delText>100</w:delText></w:r></w:del>',
            f'<w:ins w:id="2" w:author="a">{run("320")}</w:ins>',
            f'<w:moveFrom w:id="3" w:author="a">{run("旧处")}</w:moveFrom>',
            run("根"),
        )
        + paragraph(run("段尾"), properties='<w:rPr><w:del w:id="4" w:author="a"/></w:rPr>')
        + paragraph(run("已并"))
    )
    read_back = read(data)
    assert read_back.text == "新增320根\n段尾已并\n"
    assert any("修订" in note for note in read_back.notes)


def test_a_paragraph_that_goes_on_in_nothing_is_read() -> None:
    """Its end was deleted, and a table or the document's end follows."""
    deleted = '<w:rPr><w:del w:id="4" w:author="a"/></w:rPr>'
    table = f"<w:tbl><w:tr><w:tc>{paragraph(run('甲'))}</w:tc><w:tc>{paragraph(run('1'))}</w:tc></w:tr></w:tbl>"
    data = with_body(
        paragraph(run("表前。"), properties=deleted) + table + paragraph(run("末尾。"), properties=deleted)
    )
    assert lines(data) == ["表前。", "甲\t1", "末尾。"]


def test_what_stands_raised_or_below_a_line_is_no_digit_of_a_figure() -> None:
    two = run("2", '<w:vertAlign w:val="superscript"/>')
    formula = "<m:oMath>{}</m:oMath>"
    fraction = formula.format("<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f>")
    power = formula.format("<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>5</m:t></m:r></m:sup></m:sSup>")
    assert lines(with_body(paragraph(run("建成5km"), two, run("，占"), fraction, run("，达"), power))) == [
        "建成5km²，占1/3，达10^5"
    ]


def test_a_frame_of_one_column_holds_paragraphs_and_tables() -> None:
    cells = "".join(f"<w:tc>{paragraph(run(text))}</w:tc>" for text in ("充电桩", "320"))
    inner = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    frame = (
        f"<w:tbl><w:tr><w:tc>{paragraph(run('专栏1'))}{paragraph(run('一、任务'))}{inner}<w:p/></w:tc></w:tr></w:tbl>"
    )
    assert lines(with_body(frame)) == ["专栏1", "一、任务", "充电桩\t320"]


def test_what_a_merged_cell_covers_is_said_and_a_wild_grid_costs_nothing() -> None:
    first = f'<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph(run("床位"))}</w:tc><w:tc>{paragraph(run("1"))}</w:tc></w:tr>'
    wild = '<w:trPr><w:gridBefore w:val="999999"/></w:trPr>'
    second = f"<w:tr>{wild}<w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph(run('盖住'))}</w:tc><w:tc>{paragraph(run('2'))}</w:tc></w:tr>"
    read_back = read(with_body(f"<w:tbl>{first}{second}</w:tbl>"))
    assert read_back.text.splitlines() == ["床位\t1\t", "\t\t2"]
    assert read_back.notes == ("被合并单元格盖住的文字1处未收入",)


def test_signs_breaks_links_formulas_and_hidden_text() -> None:
    data = with_body(
        paragraph(run("第一行"), "<w:r><w:br/></w:r>", run("第二行"), "<w:r><w:tab/></w:r>", run("后"))
        + paragraph(
            run("甲"), "<w:r><w:noBreakHyphen/></w:r>", run("乙"), '<w:r><w:br w:type="page"/></w:r>', run("丙")
        )
        + paragraph(f'<w:hyperlink w:anchor="x">{run("链接")}</w:hyperlink>', run("可见"), run("看不见", "<w:vanish/>"))
        + paragraph(
            "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
        )
    )
    read_back = read(data)
    assert read_back.text.splitlines() == ["第一行", "第二行 后", "甲-乙丙", "链接可见", "x=1"]
    assert any("隐藏" in note for note in read_back.notes)


def test_notes_and_text_boxes_follow_their_paragraph_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent>"
    picture = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>"
        f"{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    data = with_body(paragraph(run("新增充电桩320根"), _REFERENCE, run("。"), picture) + paragraph(run("下一段。")))
    read_back = read(with_note(data, "含快充。"))
    assert read_back.text.splitlines() == ["新增充电桩320根。", "脚注1：含快充。", "框里的话", "下一段。"]
    assert any("文本框1个" in note for note in read_back.notes)


def test_notes_of_cells_and_boxes_are_read_below_them() -> None:
    box = f"<w:txbxContent>{paragraph(run('框里的话'), _REFERENCE)}</w:txbxContent>"
    boxed = paragraph(f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>")
    cells = "".join(
        f"<w:tc>{paragraph(run(text), more)}</w:tc>" for text, more in (("充电桩", _REFERENCE), ("320", ""))
    )
    read_back = read(with_note(with_body(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>{boxed}"), "含快充。"))
    assert read_back.text.splitlines() == ["充电桩\t320", "脚注1：含快充。", "框里的话", "脚注1：含快充。"]


_REFERENCE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def with_note(data: bytes, words: str) -> bytes:
    """The document with a footnote 2."""
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        f"<w:r><w:t>{words}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    relations = part_of(data, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="n1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"'
        b' Target="footnotes.xml"/></Relationships>',
    )
    return with_parts(data, {"word/footnotes.xml": notes.encode(), "word/_rels/document.xml.rels": relations})


def part_of(data: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def test_what_is_left_out_is_said() -> None:
    def build(document: WordDocument) -> None:
        document.sections[0].header.paragraphs[0].text = "云溪县人民政府文件"
        document.sections[0].footer.paragraphs[0].text = "第1页"
        document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("一、总体要求\t3", style="toc 1")
        document.add_paragraph("一、总体要求")
        document.add_comment(document.paragraphs[-1].add_run("（略）"), "请核对")

    read_back = read(docx(build))
    assert read_back.text == "一、总体要求（略）\n"
    noted = "\n".join(read_back.notes)
    for said in ("页眉未收入：云溪县人民政府文件", "页脚未收入：第1页", "目录行1处", "批注1条"):
        assert said in noted


def test_macros_are_not_run_and_said() -> None:
    read_back = read(with_parts(plan_docx(), {"word/vbaProject.bin": b"Sub AutoOpen()"}))
    assert any("宏" in note for note in read_back.notes)


def test_relationships_that_lead_nowhere_do_no_harm() -> None:
    data = plan_docx()
    relations = part_of(data, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        b' Target="NULL"/></Relationships>',
    )
    assert read(with_parts(data, {"word/_rels/document.xml.rels": relations})).text == read(data).text


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"word/document.xml": b"<w:document"}, "已损坏"),
        ({"_rels/.rels": b"<Relationships/>"}, "已损坏"),
        (
            {
                "word/document.xml": b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
                b"<d>&x;</d>"
            },
            "外部实体",
        ),
    ],
    ids=["no xml", "no document", "external entity"],
)
def test_a_broken_document_is_refused(parts: dict[str, bytes], why: str) -> None:
    with pytest.raises(UnusableInput, match=why):
        read(with_parts(plan_docx(), parts))


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(UnusableInput, match="没有文字"):
        read(docx(lambda _: None))


def test_places_count_paragraphs_that_say_something() -> None:
    def build(document: WordDocument) -> None:
        for text in ("甲。", "", "乙。"):
            document.add_paragraph(text)

    read_back = read(docx(build))
    assert [(place.start, place.label) for place in read_back.places] == [(0, "第1段"), (3, "第2段")]
