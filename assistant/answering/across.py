"""Questions to the whole library: which places set more than 8 %, which documents speak of something. Every document that may
answer is asked; who has nothing on it is named too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering import comparing
from assistant.answering.answer import Computed
from assistant.answering.comparable import comparable
from assistant.answering.comparing import Found
from assistant.answering.draft import Draft, Reply, pairs_of
from assistant.answering.evidence import Sources
from assistant.answering.finder import Finding
from assistant.answering.holdings import Sought
from assistant.answering.ledger_index import RowMatch, unit_fits
from assistant.answering.meant import Meant
from assistant.answering.question import Question, content_words, read_question, terms_of
from assistant.plan.document import Clause
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import base_unit

_MOST_SENTENCES, _FEW = 3, 3  # sentences quoted of a document, where no more than a few have any; else one
_MOST_LINES = 20  # documents in a table, or in a list of those that have nothing
# For a question that names no place: up to so many documents are each asked it; of more, which would take seconds, the nearest
# are shown with so many others whose ledgers hold the same names.
_MOST_ASKED, _MOST_OF_THE_NAME = 24, 6
_DOCUMENT = r"(?:地级|县级)?(?:城市|市|区县|区|县|省|地方|地区|文件|计划|报告|文档|政府工作报告|政府报告|政府)"
_ASKS_WHICH = re.compile(
    r"谁(?:家|们)?(?=[^,，。?？]{0,4}(?:提到|提过|写到|写了|讲到|说到))|谁(?:的|家)?[^,，。?？]{1,16}最[高低大小多少快慢]|最[高低大小多少快慢]的?是?(?:哪(?:个|一个|家|里)|谁)"
    r"|哪(?:些|几|个|一个)(?:个|座|份)?(?:地级|县级)?(?:市|区|县|省|地方|地区|城市|文件|计划|报告|文档|份|政府|政府报告)|[各几](?:个|份)?(?:市|区|县|省|地|文件|计划|报告)(?:的|都|里|中|各|分别|[,，])"
    rf"|(?:^|(?<=[,，。\s年有]))(?:有|共有|一共有)?几(?:个|份|座|家){_DOCUMENT}(?=[^,，。]{{0,16}}(?:提|写|讲|说|把|定|设|超|高|低|达|目标))|各个?{_DOCUMENT}(?=[^?？]*(?:排|[从由][高低]到|最))"
    r"|(?:库里|资料库|手头|所有|全部)[^,，。?？]{0,6}(?:文件|计划|报告|文档|区|市)"
)
_SPEAKS_OF = re.compile(r"写到|写了|提到|提过|提及|讲到|讲过|说到|谈到|涉及|写进|出现|包含|有没有")
_SILENT = re.compile(r"(?:没有?|未)(?:写到?|提到?|提过|提及|讲到?|说到?|谈到?|涉及|定|设|列)(?:过|了)?")
_BESIDES = re.compile(r"除了?(?P<what>[^,，]{2,20}?)(?:之外|以外|外)?[,，]")
_QUOTED = re.compile(r"[“\"「](?P<words>[^”\"」]{2,20})[”\"」]")
_ABOVE = re.compile(r"高于|大于|多于|高过")
_EXTREME = re.compile(r"最(?P<which>[高低大小多少快慢])")
_ROUND_IT = re.compile(
    rf"谁(?:家|们)?|(?:一共|共)?有?哪(?:些|几|个|一个)(?:个|份|座)?{_DOCUMENT}?(?:政府)?(?:的)?(?:地方|地区|城市|文件|计划|报告|文档)?|(?:一共|共)?有?几(?:个|份|座|家){_DOCUMENT}|各个?{_DOCUMENT}|还有|库里|资料库|的?(?:报告|文件|计划)|写到了?|提到过?|提过|提及|讲到|讲过|说到|谈到|涉及|(?:的)?(?:建设)?任务|有没有|是|定[到在]|写了"
    r"|没有?(?:写到?|提到?)|最[高低大小多少快慢]的?|按?(?:照)?[从由][高大多快低小少慢]到[低小少慢高大多快](?:的?顺序)?|排(?:个|一下|下)?(?:序|名|一?下|队|列)?(?=[\s?？。!！]*$)|排名|[降升倒]序"
)


def asks_which(text: str) -> bool:
    """Whether a question is put to all documents alike."""
    return _ASKS_WHICH.search(text) is not None or comparing.ORDER.search(text) is not None


def answer(draft: Draft, question: Question, rest: str, sought: Sequence[Sought]) -> Reply | None:
    """Which of the documents fit; `sought` has one entry a document."""
    if _SPEAKS_OF.search(question.text) and not _FIGURES.search(question.text):
        return _who_speaks_of(draft, rest, sought)
    return _whose_figure_fits(draft, question, rest, sought)


# 几个城市写了社零增速目标: a figure, and no word.
_FIGURES = re.compile(r"(?:增速|增长|目标|指标)(?:的|目标|值|数)*[?？。]*$")


def _whose_figure_fits(draft: Draft, question: Question, rest: str, sought: Sequence[Sought]) -> Reply | None:
    bare = _ROUND_IT.sub(" ", rest)
    for claim in question.claims:
        bare = bare.replace(claim.text, " ")
    subject = comparing.subject_of(bare)
    found = [comparing.look_up(draft, subject, one) for one in sought]
    held = _alike(draft, question, [one for one in found if one.match is not None and one.match.row.value is not None])
    if not held:
        return None
    silent = [one.document for one in found if one not in held and _may_set(draft, one.document, held)]
    if _SILENT.search(question.text):
        draft.sources = Sources()
        said = f"没有写这一项数字的：{_listed(draft, silent)}。" if silent else "每一份都写了这一项。"
        written = _listed(draft, [one.document for one in held])
        return Reply("answered", f"{said}写了的：{written}。")
    note = f"\n\n没有写这一项数字的：{_listed(draft, silent)}。" if silent else ""
    fitting = [one for one in held if one.match is not None and _keeps(question, one.match.row)]
    if not fitting:
        draft.sources = Sources()
        return _as_table(draft, held, "没有一份符合。各份计划写的是：", note)
    fitting, head = _in_order(draft, question, fitting)
    if not _ASKS_HOW_MANY.search(question.text):
        return _as_table(draft, fitting, head, note)
    reply = _as_table(draft, fitting, f"一共**{len(fitting)}份**。{head}", note)
    return replace(reply, computed=(*reply.computed, _count(len(fitting))))


def indicator_of(text: str) -> str:
    """The words of such a question for what it is about: 社零 of 哪些市社零目标在7%以上."""
    bare = _ROUND_IT.sub(" ", text)
    for claim in read_question(text).claims:
        bare = bare.replace(claim.text, " ")
    return next((word for word in content_words(terms_of(bare)) if word in text), "")


def _may_set(draft: Draft, document: str, held: Sequence[Found]) -> bool:
    """Whether a document is of a kind that sets such a figure: a scheme that stands beside reports is not said to lack it."""
    return draft.plan(document).identity.kind in {draft.plan(one.document).identity.kind for one in held}


def _as_table(draft: Draft, found: Sequence[Found], head: str, note: str) -> Reply:
    shown = found[:_MOST_LINES]
    left = len(found) - len(shown)
    table = comparing.table_of(draft, shown)
    rows = pairs_of([one.match for one in shown if one.match is not None])
    more = f"\n\n另有**{left}份**没有列出。" if left else ""
    return Reply("answered", f"{head}\n\n{table}{more}{note}", rows, (_count(left),) if left else ())


def _listed(draft: Draft, documents: Sequence[str]) -> str:
    names = [draft.plan(document).name or document for document in documents[:_MOST_LINES]]
    return f"{'、'.join(names)}{'等' if len(documents) > _MOST_LINES else ''}"


_ASKS_HOW_MANY = re.compile(r"(?:^|[有共,，\s年])几(?:个|份|座|家)|多少(?:个|份|座|家)")


def _count(number: int) -> Computed:
    return Computed(expression="逐份数出", value=str(number), unit="份", qualifier="exact", operands=())


def _in_order(draft: Draft, question: Question, found: list[Found]) -> tuple[list[Found], str]:
    """The documents in the order that is asked for, and what the table is headed with."""
    order, extreme = comparing.ORDER.search(question.text), _EXTREME.search(question.text)
    if order is None and extreme is None:
        return found, "符合的有："
    which = (order.group("first") if order else None) or (extreme.group("which") if extreme else "高")
    least = which in comparing.LEAST or bool(order and order.group("rising"))
    ordered = sorted(found, key=comparing.size_of, reverse=not least)
    if extreme is None:
        return ordered, "从低到高：" if least else "从高到低："
    best = [one for one in ordered if comparing.size_of(one) == comparing.size_of(ordered[0])]
    names = "、".join(draft.plan(one.document).name or one.document for one in best)
    return ordered, f"最{extreme.group('which')}的是{names}。"


def _alike(draft: Draft, question: Question, found: list[Found]) -> list[Found]:
    """Those whose figures are of one indicator in one kind of unit: the one that the likeliest of them are of."""
    groups: list[list[Found]] = []
    for one in sorted(found, key=lambda each: -(each.match.likely if each.match else 0.0)):
        match = one.match
        if match is None or any(base_unit(claim.unit)[0] != base_unit(match.row.unit)[0] for claim in question.claims):
            continue
        group = next((g for g in groups if g[0].match and comparable(draft, [g[0].match, match])), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    best = max(groups, key=lambda group: sum(one.match.likely for one in group if one.match), default=[])
    return [one for one in found if one in best]


def in_several_plans(draft: Draft, finding: Finding) -> Reply | None:
    """Where the question names no place and the plans of several have what it asks for: each of them. The nearest plans tell
    what the indicator is called."""
    nearest = {match.document: match for match in comparing.in_several_plans(draft, finding)}
    if not nearest:
        return None
    names = frozenset(match.row.indicator for match in nearest.values() if match.row.value is not None)
    knowing = frozenset().union(*(draft.finder.shelf.holding(name) for name in names if name))
    others = [document for document in draft.documents if document in knowing and document not in nearest]
    if len(draft.documents) <= _MOST_ASKED:
        looked = others
        subject = comparing.subject_of(finding.asked.text)
        found = [_of_its_own_year(draft, finding, subject, document) for document in (*nearest, *others)]
    else:
        looked = others[:_MOST_OF_THE_NAME]
        found = [Found(document, None) for document in nearest]
        found += [Found(document, _of_the_name(draft, finding, names, document)) for document in looked]
    found = [Found(one.document, one.match or _as_asked(finding, nearest.get(one.document))) for one in found]
    found = _alike(
        draft, finding.asked, [one for one in found if one.match is not None and one.match.row.value is not None]
    )
    if len({draft.plan(one.document).place for one in found}) < 2:
        return None
    unsaid = "哪里" if finding.asked.years else "哪里、哪一年"
    unread = len(others) - len(looked)
    note = f"\n\n还有**{unread}份**可能写到，没有看。" if unread else ""
    reply = _as_table(draft, found, f"没有说明是{unsaid}的。写了这一项的计划：", note)
    return replace(reply, computed=(*reply.computed, _count(unread))) if unread else reply


def _of_the_name(draft: Draft, finding: Finding, names: frozenset[str], document: str) -> RowMatch | None:
    """A document's row of one of these names that is of its own year, and planned where what was done is not asked for."""
    asked = finding.asked
    year = str((asked.years or (draft.finder.shelf.identity(document).year or "",))[0])
    for row in draft.finder.shelf.ledger(document):
        planned = row.tense == "target" or asked.asks_result
        of_its_year = not row.period or not year or year in row.period
        if (
            row.indicator in names
            and row.value is not None
            and planned
            and of_its_year
            and unit_fits(asked, row) is not False
        ):
            return RowMatch(document, row, 0.0, 0.0, 0.0, 1.0, 1.0, (), likely=1.0)
    return None


def _as_asked(finding: Finding, match: RowMatch | None) -> RowMatch | None:
    """A row, where it is a target or no target is asked for by name."""
    return None if match is not None and match.row.tense == "result" and "目标" in finding.asked.text else match


def _of_its_own_year(draft: Draft, finding: Finding, subject: str, document: str) -> Found:
    """What a document plans of a subject for its own year, where what was done is not asked for; else what it says of it."""
    identity = draft.plan(document).identity
    years = (finding.asked.years[0],) * 2 if finding.asked.years else None
    if years is None and identity.year is not None and identity.year == identity.last_year:
        years = (identity.year, identity.year)
    if not finding.asked.asks_result:
        planned = Sought(Meant(tense="target"), (document,), (), years)
        found = comparing.look_up(draft, subject, planned)
        if found.match is not None or "目标" in finding.asked.text:
            return found
    asked_years = (finding.asked.years[0],) * 2 if finding.asked.years else None
    return comparing.look_up(draft, subject, Sought(Meant(), (document,), (), asked_years))


def _keeps(question: Question, row: LedgerRow) -> bool:
    """Whether a row lies within what the question says of it: 超过8%, 定在2%左右, 不低于300家."""
    for claim in question.claims:
        kind, size = base_unit(claim.unit)
        own_kind, own_size = base_unit(row.unit)
        if kind != own_kind or row.value is None:
            return False
        own, bound = row.value * own_size, claim.value * size
        above = claim.qualifier == "more_than" or _ABOVE.search(question.text) is not None
        if above and own <= bound:
            return False
        if claim.qualifier == "at_least" and own < bound:
            return False
        if claim.qualifier == "at_most" and own > bound:
            return False
        if claim.qualifier == "less_than" and own >= bound:
            return False
        if claim.qualifier in ("exact", "about") and not above and own != bound:
            return False
    return True


def _who_speaks_of(draft: Draft, rest: str, sought: Sequence[Sought]) -> Reply | None:
    besides = _BESIDES.search(rest)
    quoted = _QUOTED.search(rest)
    asked = rest.replace(besides.group(), " ") if besides else rest
    names = (quoted.group("words"),) if quoted else content_words(terms_of(_ROUND_IT.sub(" ", asked)))
    if not names:
        return None
    knowing = frozenset.intersection(*(draft.finder.shelf.holding(name) for name in names))
    documents = [document for one in sought for document in one.documents]
    speaking: dict[str, list[Clause]] = {}
    for document in documents:
        held = _that_hold(draft, document, names) if document in knowing else []
        if held and not (besides and _is_named(draft, document, besides.group("what"))):
            speaking[document] = held
    if _SILENT.search(rest):
        silent = [document for document in documents if document not in speaking]
        said = f"没有写到的：{_listed(draft, silent)}。" if silent else "每一份都写到了。"
        return Reply("answered", said)
    if not speaking:
        return Reply("not_in_plan", "资料库里没有哪一份计划写到您问的内容。")
    most = _MOST_SENTENCES if len(speaking) <= _FEW else 1
    lines = [
        f"- {draft.plan(document).name or document}：{''.join(draft.quote(document, clause) for clause in held[:most])}"
        for document, held in list(speaking.items())[:_MOST_LINES]
    ]
    more = "\n另有几份也写到，没有列出。" if len(speaking) > len(lines) else ""
    counts = _ASKS_HOW_MANY.search(draft.text) is not None or bool(more)
    head = f"写到的一共**{len(speaking)}份**：\n" if counts else "写到的有：\n"
    return Reply("answered", head + "\n".join(lines) + more, computed=(_count(len(speaking)),) if counts else ())


def _that_hold(draft: Draft, document: str, names: Sequence[str]) -> list[Clause]:
    """The sentences that hold all the words."""
    plan = draft.plan(document)
    return [c for c in plan.clauses if c.kind != "header" and all(name in c.text for name in names)]


def _is_named(draft: Draft, document: str, what: str) -> bool:
    """Whether words name a document: by its title's words or its kind (国办那个试点方案)."""
    identity = draft.plan(document).identity
    named = content_words(read_question(what).terms) + ((identity.kind,) if identity.kind else ())
    title = draft.plan(document).title
    return any(word in title and word in what for word in named if len(word) > 1) and bool(title)
