"""What a web page says of its document: the labelled values in its head, its comments and its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.reading.tables import cell_text

LABELS = {
    "索引号": "索引号",
    "文号": "文号",
    "发文字号": "发文字号",
    "文件编号": "文号",
    "标题": "标题",
    "名称": "名称",
    "信息名称": "信息名称",
    "发文": "发文机关",
    "发文机关": "发文机关",
    "发文单位": "发文单位",
    "发布机构": "发布机构",
    "发布单位": "发布单位",
    "制发机关": "制发机关",
    "成文日期": "成文日期",
    "生成日期": "生成日期",
    "发布日期": "发布日期",
    "公开日期": "公开日期",
    "公布日期": "公布日期",
    "发布时间": "发布时间",
    "主题分类": "主题分类",
    "主题词": "主题词",
    "公开方式": "公开方式",
    "公开形式": "公开形式",
    "有效性": "有效性",
    "时效性": "时效性",
    "来源": "来源",
    "信息来源": "信息来源",
}
"""Labels as pages write them, and as they are put above the text."""
META = {
    "articletitle": "标题",
    "pubdate": "发布日期",
    "contentsource": "来源",
    "indexnumber": "索引号",
    "documentnumber": "文号",
    "filenumber": "文号",
    "publisher": "发布机构",
}
_PIECE = re.compile(rf"({'|'.join(sorted(LABELS, key=len, reverse=True))})(?:\s*[:：]\s*|\s+)(\S.{{0,200}})")
_LABEL_CELL = re.compile(rf"({'|'.join(sorted(LABELS, key=len, reverse=True))})[:：]?")
_TITLE_END = re.compile(
    r"(?:计划|报告|规划|纲要|要点|方案|办法|意见|通知|决定|措施|清单|细则|规定|条例|公报)(?:[(（].{1,20}[)）])?$"
)
_LONGEST_HEAD = 12  # rows; a longer table is none that says what a document is


def label_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table that is the document's head: its labelled values, and whatever else stands in it. None where
    it is another table, also one whose columns happen to be called 名称 and 来源."""
    if len(rows) > _LONGEST_HEAD:
        return []
    lines: list[str] = []
    others = 0
    for row in rows:
        label = ""
        for cell in filter(None, row):
            squeezed = re.sub(r"\s", "", cell)
            if named := _LABEL_CELL.fullmatch(squeezed):
                label = LABELS[named[1]]
            elif label:
                lines.append(f"{label}: {cell}")
                label = ""
            elif piece := labelled_piece(cell):
                lines.append("{}: {}".format(*piece))
            else:
                lines.append(cell)
                others += 1
    return lines if len(lines) - others >= 2 and others < len(lines) - others else []


def labelled(comment: str) -> Iterator[tuple[str, str]]:
    """Labelled values in a comment: 索引号 X | 文号 Y | title. Nothing where the comment is code or a remark."""
    if "<" in comment:
        return
    pieces = [piece.strip() for piece in re.split(r"[|｜\n]", comment) if piece.strip()]
    labelled = [labelled_piece(piece) for piece in pieces]
    if not any(labelled):
        return
    for piece, found in zip(pieces, labelled, strict=True):
        if found is not None:
            yield found
        elif _TITLE_END.search(piece):
            yield "标题", cell_text(piece)


def labelled_piece(piece: str) -> tuple[str, str] | None:
    """(label, value) of a line such as 发布日期：2031-03-01; None where it is another line."""
    match = _PIECE.fullmatch(re.sub(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff]{0,3}[:：])", "", piece).strip())
    return (LABELS[match[1]], cell_text(match[2])) if match else None
