"""The codes of suites and results in a reader's words: in sheets, reports and on the page."""

from __future__ import annotations

from assistant.answering.answer import Status
from assistant.evaluation.case import Kind, Style
from assistant.evaluation.results import Verdict

VERDICTS: dict[Verdict, str] = {"right": "全对", "wrong": "答错", "refused": "未答出", "error": "出错"}
SCORE_VERDICTS = {"pass": "通过", "fail": "没通过", "refused": "未答出"}
STATUSES: dict[Status, str] = {
    "answered": "作答", "no_figure": "提到但没定数字", "not_in_plan": "没有提到", "wrong_scope": "年份或地方不符",
    "needs_clarification": "反问", "smalltalk": "寒暄",
}  # fmt: skip
KINDS: dict[Kind, str] = {
    "figure": "数字", "several": "几个一起", "qualifier": "限定", "list": "清单", "how": "做法", "yes_no": "是非",
    "arithmetic": "计算", "collect": "汇总", "where": "在哪里", "outline": "提纲", "document": "文件本身",
    "followup": "接着问", "scope": "年份地方", "compare": "跨年跨地比较", "across": "问整个资料库", "result": "完成数", "nothing": "没有提到", "no_figure": "没定数字",
    "wrong_unit": "单位不符", "unclear": "问得不清", "hostile": "恶意", "smalltalk": "寒暄",
}  # fmt: skip
STYLES: dict[Style, str] = {
    "own-words": "计划用语", "abbreviated": "简称", "everyday": "口语", "terse": "几个字", "formal": "书面", "long": "长问",
    "slip": "错别字", "traditional": "繁体", "mixed": "中外混写", "paraphrase": "换了说法", "local": "本单位",
}  # fmt: skip
