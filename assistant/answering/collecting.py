"""Collections: every figure of a unit, a verb, a qualifier, a part of the plan or a topic. All N of N, in the text's order."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from assistant.answering.answer import Computed
from assistant.answering.draft import Draft, Reply
from assistant.answering.grams import pairs
from assistant.answering.headings import named_part
from assistant.answering.question import Question, content_words, terms_of
from assistant.answering.question_words import DIMENSIONS, FIGURE_KIND, UNITS
from assistant.plan.ledger import LedgerRow
from assistant.plan.scan import read_quantities
from assistant.plan.units import base_unit
from assistant.plan.verbs import ACTIONS

Test = Callable[[LedgerRow], bool]

_UNIT = re.compile(
    rf"(?:以|按|用|单位(?:是|为|带|里)?|论|带)\s?[“\"']?(?P<unit>(?:万|亿)?(?:{UNITS})|万|亿)[”\"']?(?:字)?(?:计|算|为单位|作单位|做单位|作为单位|当单位|单位|数|来算|的|字|有|$|[?？])"
    rf"|[“\"'](?:多少|几)?(?P<quoted>(?:万|亿)?(?:{UNITS})|万|亿)[”\"'](?:字)?(?:为|做|作|来|计|算|单位|的|类)?"
)
_MONEY = re.compile(r"(?:多少|几)个?亿")
_VERBS = "|".join(sorted({verb for verb in ACTIONS if len(verb) > 1}, key=len, reverse=True))
_VERB = re.compile(
    rf"[“\"'](?P<quoted>{_VERBS})[”\"']|(?P<said>{_VERBS})(?=类|的(?:量化)?(?:指标|目标|数字|东西|数量|事|任务|项目有)|(?:有|都)哪些)|(?:用|使用|带|写|是|叫|含)(?:了|着|有)?(?:“)?(?P<used>{_VERBS})(?:”)?(?:一词|二字|两字|字样|这个词|的)"
)
_QUALIFIER = re.compile(r"不少于|不低于|以上|以内|以下|不超过|突破|超过|左右|力争|确保|至少|达到")
# 省级以上 and 亿元以上 are of a thing's name.
_RANKS = re.compile(r"[国省市区县]家?级以上|[万亿]元以上")
_OPEN = re.compile(r"下限|开口|保底|底线|最低要求|不封顶|没有上限|至少类")
# 按面积下达的, 金额类的
_KIND_OF_UNIT = re.compile(
    r"(?:按|以|用)?(?P<what>面积|长度|里程|金额|钱数|人数|户数|家数)(?:类|计|算|说|下达|表示|衡量|来|的?(?:量化)?(?:指标|目标))"
)
_CALLED = re.compile(r"名(?:称|字|目)?(?:里|中)?(?:带|含|有|叫)有?[“\"'](?P<word>[\u4e00-\u9fff]{2,8})[”\"']")
_FRACTIONS = re.compile(r"小数")
_RANGE = re.compile(r"几到几|没说死|区间|范围|上下限|从几到几|一个范围")
_RATES = re.compile(
    r"增速|增幅|增长率|涨幅|增长(?:目标|指标|类|的|率|百分)|百分(?:比|数|之)|百分点|%|growth", re.IGNORECASE
)
_PERCENT = re.compile(r"百分(?:比|数|之)|%")  # 零增长 is a rate, and none of these
_WITHOUT = re.compile(
    r"没(?:有)?(?:写明?|定|给出?|列出?|标明?|设|带|明确)?(?:具体|确切|明确)?(?:的)?(?:数字|数值|数|指标值|量化)|未(?:定|写|给|明确|量化)[^,，。]{0,6}(?:数|量)|不带数|没数|无数字|没有量化|定性"
)
_ALSO_WITHOUT = re.compile(r"(?:没|无)(?:有)?(?:具体)?数字?的?(?:也|都)")
_TWO_DIGITS = re.compile(r"两位数|双位数")
_COMPARED = re.compile(
    rf"(?P<how>超过|大于|高于|多于|不低于|不少于|达到|在|低于|小于|不到|少于|不超过)(?P<number>\d[\d.]*|[一二两三四五六七八九十百千万]+)(?P<unit>(?:万|亿)?(?:{UNITS}))?(?P<after>以上|以下|及以上|以内)?"
)
_ASIDE = re.compile(r"[(（](?=[^()（）]*(?:不(?:算|要|含|包括|计)|除外|剔|去掉|排除))[^()（）]{3,}[)）]")
# What the question wants left out is no filter of what it wants.
_LEFT_OUT = re.compile(r"不(?:算|要|含|包括|计|作|上|列|用)|除外|剔|去掉|排除|除了|不在内")
_EQUAL = re.compile(
    rf"(?:正好|恰好|刚好|都?是|等于|为|数字是|值是)(?P<number>\d[\d.]*|[一二两三四五六七八九十百千万]+)(?P<unit>(?:万|亿)?(?:{UNITS}))?(?=的|$|[,，?？])"
)


def answer(draft: Draft, asked: Question) -> Reply | None:
    """Every row that the question's words let through; None where they name no filter that lets one through."""
    document = draft.documents[0]
    rows = [row for row in draft.finder.index(document).rows if _is_asked_for(asked, row)]
    tests, named, words = _filters(draft, asked, inside=True)
    wanted = [row for row in rows if all(test(row) for test in tests)]
    if not wanted:
        # What sounded like a part of the plan was none of what is asked for.
        tests, named, words = _filters(draft, asked, inside=False)
        wanted = [row for row in rows if all(test(row) for test in tests)]
    if not tests:
        everything = re.search(r"所有|全部|各项|全|总共|一共|一览|汇总|all|every", asked.text)
        if not everything or not FIGURE_KIND.search(asked.text):
            return None
        wanted = list(rows)
    if not named.get("without"):
        wanted = [row for row in wanted if row.value is not None or named.get("also_without")]
    if not named.get("describes"):
        wanted = [row for row in wanted if not row.is_descriptive]
    if not wanted:
        return None
    return _reply(draft, asked, document, wanted, words)


def _filters(draft: Draft, asked: Question, *, inside: bool) -> tuple[list[Test], dict[str, bool], str]:
    """(tests, which of the special ones were asked for, what is collected in words). `inside`: with the part of the plan that
    the question names, if any."""
    text = (
        "，".join(
            part for part in re.split(r"[,，;；。?？!！]", _ASIDE.sub("", asked.text)) if not _LEFT_OUT.search(part)
        )
        or asked.text
    )
    tests: list[Test] = []
    named: dict[str, bool] = {}
    said: list[str] = []
    rest = text
    aims = _aims(draft, text)
    part = named_part(draft, text) if inside and aims is None else None
    if part is not None:
        held = {clause.id for clause in part.clauses}
        tests.append(lambda row: row.clause in held)
        said.append(f"“{part.title}”里")
        for piece in re.findall(r"[\u4e00-\u9fff]{2,}", part.title):
            rest = rest.replace(piece, " ")
    if aims is not None:
        words, sentences = aims
        tests.append(lambda row: row.clause in sentences)
        said.append(f"“{words}”里")
        rest = rest.replace(words, " ")
    if _ALSO_WITHOUT.search(text):
        named["also_without"] = True
    elif _WITHOUT.search(text):
        named["without"] = True
        tests.append(lambda row: row.value is None)
        said.append("没有定具体数字")
    unit = _UNIT.search(text) or _MONEY.search(text)
    if unit:
        name = "亿元" if unit.re is _MONEY else unit.group("unit") or unit.group("quoted")
        tests.append(_of_unit(name))
        said.append(f"以“{name}”计")
        rest = rest.replace(unit.group(), " ")
    verbs = [found.group("quoted") or found.group("said") or found.group("used") for found in _VERB.finditer(text)]
    if verbs:
        tests.append(
            lambda row: any(
                row.action.startswith(verb) or verb in re.split(r"[和及、与]", row.action) for verb in verbs
            )
        )
        said.append("、".join(f"“{verb}”" for verb in verbs))
        for verb in verbs:
            rest = rest.replace(verb, " ")
    qualifiers = [] if _COMPARED.search(text) else _QUALIFIER.findall(_RANKS.sub("", text))
    if _OPEN.search(text):
        tests.append(lambda row: row.qualifier in ("at_least", "more_than"))
        said.append("只有下限")
    elif _RANGE.search(text):
        tests.append(lambda row: row.upper is not None)
        said.append("写成区间")
    elif qualifiers and not _RATES.search(text):
        tests.append(lambda row: any(word in row.qualifier_text for word in qualifiers))
        said.append("、".join(f"“{word}”" for word in dict.fromkeys(qualifiers)))
        for word in qualifiers:
            rest = rest.replace(word, " ")
    if _RATES.search(text):
        tests.append(lambda row: base_unit(row.unit)[0] in ("%", "个百分点", "‰"))
        said.append("增速类")
        if _PERCENT.search(text):
            tests.append(lambda row: row.value is None or any(sign.isdigit() or sign in "%‰百" for sign in row.text))
        rest = _RATES.sub(" ", rest)
    kind = None if unit else _KIND_OF_UNIT.search(text)
    if kind:
        kinds = frozenset().union(*(units for pattern, units in DIMENSIONS if pattern.search(kind.group())))
        tests.append(lambda row: base_unit(row.unit)[0] in kinds)
        said.append(f"以{kind.group('what')}计")
        rest = rest.replace(kind.group(), " ")
    if called := _CALLED.search(text):
        tests.append(lambda row: called.group("word") in row.indicator)
        said.append(f"名称带“{called.group('word')}”")
    if _FRACTIONS.search(text):
        tests.append(lambda row: row.value is not None and row.value != row.value.to_integral_value())
        said.append("带小数")
    if limit := _limit(text):
        tests.append(limit)
        rest = _COMPARED.sub(" ", _TWO_DIGITS.sub(" ", rest))
    if re.search(r"描述|修饰|规模在内|连[^,，。]{1,8}(?:在内|算上|一起)", text) and not re.search(
        r"不(?:算|要|含|包括)", text
    ):
        named["describes"] = True
    if not tests and (topic := _topic(draft, asked, rest)):
        tests.append(topic)
    return tests, named, "".join(said)


# What plans call the few figures that they put first.
_AIMS = re.compile(r"主要预期目标|预期主要目标|预期目标|主要目标|主要指标|约束性指标")
_FEWEST_AIMS = 2


def _aims(draft: Draft, text: str) -> tuple[str, frozenset[str]] | None:
    """(the words, the sentences) of the main targets, where the question asks for those alone: the sentence that names them
    and sets figures itself, or, where it only leads to them (目标是：), what stands below it."""
    said = _AIMS.search(text)
    if said is None:
        return None
    index = draft.finder.index(draft.documents[0])
    rows = [row.clause for row in index.rows if row.tense == "target"]
    for clause in index.plan.clauses:
        if clause.kind == "header" or said.group() not in clause.text:
            continue
        if rows.count(clause.id) >= _FEWEST_AIMS:
            return said.group(), frozenset({clause.id})
    return None


def _is_asked_for(asked: Question, row: LedgerRow) -> bool:
    """Whether a row is for the years that are named, and no result where targets are asked for."""
    if asked.years and row.period and not any(str(year) in row.period for year in asked.years):
        return False
    return not (row.tense == "result" and not asked.asks_result and _TARGETS.search(asked.text))


_TARGETS = re.compile(r"目标|任务(?!完成)")


def _of_unit(name: str) -> Test:
    if name in ("万", "亿"):
        return lambda row: name in row.unit
    base, factor = base_unit(name)
    return lambda row: row.unit == name or (factor == 1 and base_unit(row.unit)[0] == base)


def _limit(text: str) -> Test | None:
    """两位数, 超过100家: a bound that the figures themselves must keep."""
    if _TWO_DIGITS.search(text):
        return lambda row: row.value is not None and 10 <= row.value < 100
    if equal := _EQUAL.search(text):
        same = next(iter(read_quantities(equal.group("number") + (equal.group("unit") or "个"))), None)
        if same is not None:
            return lambda row: row.value == same.value and (not equal.group("unit") or row.unit == same.unit)
    found = _COMPARED.search(text)
    if not found or not (
        found.group("unit") or found.group("after") or found.group("how") in ("高于", "低于", "大于", "小于", "超过")
    ):
        return None
    number = next(iter(read_quantities(found.group("number") + (found.group("unit") or "个"))), None)
    if number is None:
        return None
    least = found.group("how") in ("超过", "大于", "高于", "多于", "不低于", "不少于", "达到", "在") and found.group(
        "after"
    ) not in ("以下", "以内")
    strict = found.group("how") in ("超过", "大于", "高于", "多于", "低于", "小于", "不到", "少于") and not found.group(
        "after"
    )
    base, factor = base_unit(number.unit)
    bound = number.value * factor

    def keeps(row: LedgerRow) -> bool:
        own, size = base_unit(row.unit)
        if row.value is None or (found.group("unit") and own != base):
            return False
        value: Decimal = row.value * (size if found.group("unit") else Decimal(1))
        limit = bound if found.group("unit") else number.value
        return (
            value > limit
            if strict and least
            else value >= limit
            if least
            else value < limit
            if strict
            else value <= limit
        )

    return keeps


_GENERIC = frozenset(
    "量化 指标 目标 数字 数据 全部 所有 汇总 梳理 盘点 统计 列出 列全 清单 一览 台账 资金 类 项 条 表 词 一词 字样 字 单位 计划 任务 逐项 逐一 逐条 请 凡是 各项 具体 有数 完整 出来 一共 总共 几项 材料 表格 "
    "本计划 该计划 部分 大块 本身 写成 表述 使用 用了 定了 定的 给我 不落 落下 遗漏 全要 算上 内容 附有 数量 附 数值 句话 那句 出现 所有的 下列 列 哪些 哪几 金额 门槛 修饰 附上 说明".split()
)


def _topic(draft: Draft, asked: Question, rest: str) -> Test | None:
    """What the collection is about where nothing else limits it: rows whose own words hold one of the topic's words, or
    that a glossary name leads to."""
    forms = [question.text for question in draft.find(asked.text).wordings.questions]
    words: list[str] = []
    for form in [rest, *forms[1:]]:
        for word in content_words(terms_of(form)):
            if word not in _GENERIC and word not in words:
                words.append(word)
    if not words:
        return None
    index = draft.finder.index(draft.documents[0])

    def about(row: LedgerRow) -> bool:
        own = pairs(f"{row.action}{row.indicator}") | pairs(draft.stretch(index.document, row))
        return any(pairs(word) <= own for word in words)

    fits = [row for row in index.rows if about(row)]
    if not fits:
        # 楼那块, 养老: by meaning, where no word of it stands in a row.
        likely = {m.row.start for m in draft.find(" ".join(words)).ranked if m.likely >= 0.05}
        return (lambda row: row.start in likely) if likely else None
    return about


def _reply(draft: Draft, asked: Question, document: str, rows: list[LedgerRow], words: str) -> Reply:
    lines = "\n".join(f"- {draft.row_line(document, row)}" for row in rows)
    given = [row for row in rows if row.value is not None]
    status_rows = tuple((document, row) for row in given)
    unit = found.group("unit") if (found := re.search(r"(?:几|多少)(?P<unit>[项个条])", asked.text)) else "项"
    computed = Computed(
        expression="逐项数出",
        value=str(len(rows)),
        unit=unit,
        qualifier="exact",
        operands=tuple(range(len(given))),
    )
    counts = re.search(r"(?<![哪那])几|多少", asked.text) is not None or len(given) == len(rows)
    number = f"一共**{len(rows)}{unit}**" if counts else "有"
    head = f"{draft.named(document)}{number}{f'（{words}）' if words else ''}："
    return Reply("answered", f"{head}\n{lines}", status_rows, (computed,) if counts else ())
