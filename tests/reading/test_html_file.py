"""Web pages: the body and its tables whole, what the page says of the document above it, the rest left out and said."""

from __future__ import annotations

import codecs

import pytest

from assistant.errors import UnusableInput
from assistant.reading.html_file import read_html
from assistant.reading.limits import DEFAULT_LIMITS
from assistant.reading.read_text import ReadText, location
from tests import samples

TASK = "新增充电桩320根，建成学校3所，改造老旧小区18个，新增养老床位450张。"


def read(page: str | bytes) -> ReadText:
    return read_html(page.encode() if isinstance(page, str) else page, "计划.html", DEFAULT_LIMITS)


def lines(page: str | bytes) -> list[str]:
    return read(page).text.splitlines()


@pytest.mark.parametrize(
    "data",
    [
        f"<p>{TASK}</p>".encode(),
        codecs.BOM_UTF8 + f"<p>{TASK}</p>".encode(),
        f"<meta charset=gb2312><p>{TASK}</p>".encode("gb18030"),
        f"<p>{TASK}</p>".encode("gb18030"),
        f"<meta charset=gb2312><p>{TASK}</p>".encode(),
        codecs.BOM_UTF16_LE + f"<p>{TASK}</p>".encode("utf-16-le"),
        f'<?xml version="1.0" encoding="utf-8"?><html><body><p>{TASK}</p></body></html>'.encode(),
    ],
    ids=["utf-8", "mark", "gb18030 said", "gb18030 unsaid", "utf-8 said to be gb2312", "utf-16", "xhtml"],
)
def test_encodings(data: bytes) -> None:
    assert lines(data) == [TASK]


def test_bytes_of_no_encoding_are_counted() -> None:
    read_back = read(f"<meta charset=gbk><p>{TASK}</p>".encode("gb18030") + b"\xff\xff")
    assert TASK in read_back.text
    assert any("编码无法识别" in note for note in read_back.notes)


def test_the_body_without_what_stands_around_it() -> None:
    page = f"""<html><head><title>网站</title><script>var a = "脚本，里的话";</script><style>p {{}}</style></head><body>
      <div class="nav"><a href=/>首页</a><a href=/gk>政务公开，专栏</a></div>
      <div class="main"><h1>云溪县2031年计划</h1><div class="info"><span>发布时间：2031-01-05</span> <span>浏览次数：5</span></div>
        <div class="content"><p>各位代表：</p>{f"<p>{TASK}</p>" * 3}<p>云溪县人民政府</p></div>
        <div>相关阅读：某某新闻</div></div>
      <div class="footer">版权所有，云溪县人民政府办公室主办</div><noscript>请打开脚本。</noscript></body></html>"""
    read_back = read(page)
    assert read_back.text.splitlines() == [
        "云溪县2031年计划", "发布时间：2031-01-05 浏览次数：5", "各位代表：", TASK, TASK, TASK, "云溪县人民政府",
    ]  # fmt: skip
    assert any("未收入" in note and "相关阅读" in note for note in read_back.notes)


@pytest.mark.parametrize(
    "head",
    [
        "<!-- 索引号 0001/2031-4 | 文号 云政发〔2031〕4号 | 发文 云溪县人民政府 | 云溪县2031年计划 -->",
        '<meta name="IndexNumber" content="0001/2031-4"><meta name="文号" content="云政发〔2031〕4号">'
        '<meta name="发文机关" content="云溪县人民政府"><meta name="ArticleTitle" content="云溪县2031年计划">',
    ],
    ids=["comment", "meta"],
)
def test_values_that_the_page_keeps_in_its_head(head: str) -> None:
    read_back = read(f"<html><head>{head}</head><body><p>{TASK}</p></body></html>")
    assert set(read_back.text.splitlines()) == {
        "索引号: 0001/2031-4", "文号: 云政发〔2031〕4号", "发文机关: 云溪县人民政府", "标题: 云溪县2031年计划", TASK,
    }  # fmt: skip
    assert read_back.text.splitlines()[-1] == TASK
    assert location(read_back.places, 0) == "网页题头"


def test_values_that_the_page_shows_are_not_said_twice() -> None:
    page = (
        '<meta name="PubDate" content="2031-01-05"><table><tr><td>索 引 号：</td><td>0001</td><td>发布日期：</td>'
        f"<td>2031年1月5日</td></tr><tr><td>文　　号：</td><td>云政发〔2031〕4号</td></tr></table><div><p>{TASK}</p></div>"
    )
    assert lines(page) == ["索引号: 0001", "发布日期: 2031年1月5日", "文号: 云政发〔2031〕4号", TASK]


def test_comments_that_are_code_or_remarks_say_nothing() -> None:
    assert lines(f"<!-- <td>索引号：{{no}}</td> --><!-- 文章开始 --><p>{TASK}</p><!-- 正文结束 -->") == [TASK]


def test_tables_are_whole() -> None:
    page = f"""<p>{TASK}</p><p>表1 主要指标</p><table>
      <tr><th>类别</th><th>指标</th><th>目标</th></tr>
      <tr><td rowspan=2>设施</td><td>充电桩<br>（根）</td><td><p>320</p></td></tr>
      <tr><td>学校</td><td>3</td></tr>
      <tr><td colspan=2>合计</td><td>323</td></tr></table><p>以上。</p>"""
    read_back = read(page)
    assert read_back.text.splitlines()[1:] == [
        "表1 主要指标", "类别\t指标\t目标", "设施\t充电桩 （根）\t320", "\t学校\t3", "合计\t\t323", "以上。",
    ]  # fmt: skip
    assert location(read_back.places, read_back.text.index("学校\t")) == "表1第3行"


def test_tables_that_only_arrange_the_page_are_none() -> None:
    inner = "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    page = f"<table><tr><td>栏目</td><td><p>{TASK}</p>{inner}</td></tr></table>"
    assert lines(page)[-3:] == [TASK, "甲\t1", "乙\t2"]
    assert lines(f"<tbody><tr><td id=x><p>{TASK}</p><p>完。</p></td></tr></tbody>") == [TASK, "完。"]


def test_headings_lists_breaks_and_squares() -> None:
    page = f"""<div><h2>主要任务</h2><p>{TASK}</p><ol start=3><li>甲，</li><li>乙。</li></ol><ul><li>丙。</li></ul>
      <p>一行，<br/>二行。</p><p>面积5km<sup>2</sup>，注<sup>①</sup>。</p><p>换
      行，English words</p><p>&nbsp;&nbsp;缩　进&#8203;，</p></div>"""
    read_back = read(page)
    assert read_back.text.splitlines() == [
        "主要任务", TASK, "3. 甲，", "4. 乙。", "丙。", "一行，", "二行。", "面积5km²，注①。", "换行，English words", "缩　进，",
    ]  # fmt: skip
    [heading] = read_back.styled
    assert (read_back.text[heading.start : heading.end], heading.level) == ("主要任务", 2)


def test_bold_lines_are_headings_unless_centred() -> None:
    page = (
        f"<p>{TASK}</p><p><strong>保障措施</strong></p><p align=center><b>附表</b></p>"
        f'<p style="font-weight:bold">加强领导</p><p>{TASK}<b>重</b></p>' + f"<p>{TASK}</p>" * 6
    )
    read_back = read(page)
    assert [read_back.text[line.start : line.end] for line in read_back.styled] == ["保障措施", "加强领导"]


def test_a_table_is_a_head_only_where_nearly_all_of_it_is_labelled() -> None:
    columns = "<tr><th>名称</th><th>单位</th><th>来源</th><th>备注</th></tr>"
    row = "<tr><td>充电桩</td><td>根</td><td>县发改局</td><td>320</td></tr>"
    assert lines(f"<p>{TASK}</p><table>{columns}{row}</table>") == [
        TASK, "名称\t单位\t来源\t备注", "充电桩\t根\t县发改局\t320",
    ]  # fmt: skip
    head = "<tr><td>索引号</td><td>A1</td><td>文号</td><td>云政发〔2031〕1号</td></tr><tr><td>本文已修改。</td></tr>"
    assert lines(f"<table>{head}</table><p>{TASK}</p>") == [
        "索引号: A1", "文号: 云政发〔2031〕1号", "本文已修改。", TASK,
    ]  # fmt: skip


def test_words_and_cells_that_stand_outside_rows_are_read() -> None:
    rows = "<tr>单位：根<form><td>充电桩</td><td>320</td></form></tr><tr><td>公共桩</td><td>12</td></tr>"
    assert lines(f"<p>{TASK}</p><table>{rows}</table>") == [TASK, "单位：根", "充电桩\t320", "公共桩\t12"]
    assert lines(f"<p>{TASK}</p><table><td>甲<td>1</table>") == [TASK, "甲\t1"]


def test_a_cell_may_reach_down_to_the_tables_end() -> None:
    rows = "".join(f"<tr><td>第{number}项</td><td>{number}</td></tr>" for number in range(150))
    for span in ("0", "151"):
        page = f"<table><tr><td rowspan={span}>总</td><td>指标</td><td>值</td></tr>{rows}</table>"
        assert lines(f"<p>{TASK}</p>{page}")[1:] == [
            "总\t指标\t值", *(f"\t第{number}项\t{number}" for number in range(150)),
        ]  # fmt: skip


def test_text_set_as_it_was_typed_keeps_its_lines() -> None:
    typed = "一、任务\n新增充电桩320根，\n<b>二、保障</b>\n压实责任。"
    expected = ["一、任务", "新增充电桩320根，", "二、保障", "压实责任。"]
    assert lines(f"<pre>{typed}</pre>") == lines(f'<div style="white-space: pre-wrap">{typed}</div>') == expected


def test_what_is_not_shown_or_embedded_is_said() -> None:
    read_back = read(f'<p>{TASK}</p><p style="display:none">旧稿。</p><iframe src="表.html"></iframe>')
    assert read_back.text == f"{TASK}\n"
    for said in ("不显示的文字约3字", "1个框架或插件"):
        assert any(said in note for note in read_back.notes)
    with pytest.raises(UnusableInput, match="没有文字（网页里嵌有2个框架"):
        read("<html><frameset><frame src=a.html><frame src=b.html></frameset></html>")


def test_a_page_that_a_script_would_show_is_read() -> None:
    assert lines(f'<p>阅读全文</p><div style="visibility: hidden"><p>{TASK}</p></div>')[-1] == TASK


def test_pictures_are_counted_and_a_page_without_text_is_refused() -> None:
    assert any("图片1幅" in note for note in read(f"<p>{TASK}</p><img src=http://a.invalid/x.png>").notes)
    for page in ("<html><body><script>document.write(1)</script></body></html>", "<html></html>"):
        with pytest.raises(UnusableInput, match="没有文字"):
            read(page)


def test_a_page_that_nests_too_deep_is_refused_and_not_cut() -> None:
    assert lines("<div>" * 100 + TASK + "</div>" * 100) == [TASK]
    with pytest.raises(UnusableInput, match="嵌套过深"):
        read(f"<p>{TASK}</p>" + "<div>" * 5000 + TASK + "</div>" * 5000)


@pytest.mark.parametrize("name", ["zero-waste-2018.html", "hospital-assessment-2019.html"])
def test_samples_lose_no_character(name: str) -> None:
    path = samples.FOLDER / name
    if not path.exists():
        pytest.skip(f"no samples in {samples.FOLDER}")
    from lxml import html

    whole = "".join(html.fromstring(path.read_text(encoding="utf-8")).text_content().split())
    found = "".join(read(path.read_bytes()).text.split())
    assert found.endswith(whole)
