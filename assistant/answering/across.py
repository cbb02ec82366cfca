"""Questions to the whole library: which places set more than 8 %, which documents speak of something. Every document that may
answer is asked; who has nothing on it is named too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering import comparing
from assistant.answering.draft import Draft, Reply, pairs_of
from assistant.answering.holdings import Sought
from assistant.answering.question import Question, content_words, read_question, terms_of
from assistant.plan.document import Clause
from assistant.plan.ledger import LedgerRow
from assistant.plan.units import base_unit

_MOST_SENTENCES = 3
_ASKS_WHICH = re.compile(
    r"谁(?:家|们)?(?=[^,，。?？]{0,4}(?:提到|提过|写到|写了|讲到|说到))|哪(?:些|几|个|一个)(?:个)?(?:地级|县级)?(?:市|区|县|省|地方|地区|城市|文件|计划|报告|文档|份|政府|政府报告)|[各几](?:个|份)?(?:市|区|县|省|地|文件|计划|报告)(?:的|都|里|中|各|分别|[,，])"
    r"|(?:库里|资料库|手头|所有|全部)[^,，。?？]{0,6}(?:文件|计划|报告|文档|区|市)"
)
_SPEAKS_OF = re.compile(r"写到|写了|提到|提过|提及|讲到|讲过|说到|谈到|涉及|写进|出现|包含|有没有")
_BESIDES = re.compile(r"除了?(?P<what>[^,，]{2,20}?)(?:之外|以外|外)?[,，]")
_QUOTED = re.compile(r"[“\"「](?P<words>[^”\"」]{2,20})[”\"」]")
_ABOVE = re.compile(r"高于|大于|多于|高过")
_ROUND_IT = re.compile(
    r"谁(?:家|们)?|哪(?:些|几|个|一个)(?:个|份)?(?:地级)?(?:市|区|县|省)?(?:政府)?(?:的)?(?:地方|地区|城市|文件|计划|报告|文档)?|还有|库里|资料库|的?(?:报告|文件|计划)|写到了?|提到过?|提过|提及|讲到|讲过|说到|谈到|涉及|(?:的)?(?:建设)?任务|有没有|是|定[到在]"
)


def asks_which(text: str) -> bool:
    """Whether a question is put to all documents alike."""
    return _ASKS_WHICH.search(text) is not None


def answer(draft: Draft, question: Question, rest: str, sought: Sequence[Sought]) -> Reply | None:
    """Which of the documents fit; `sought` has one entry a document."""
    if _SPEAKS_OF.search(question.text):
        return _who_speaks_of(draft, rest, sought)
    return _whose_figure_fits(draft, question, rest, sought)


def _whose_figure_fits(draft: Draft, question: Question, rest: str, sought: Sequence[Sought]) -> Reply | None:
    bare = _ROUND_IT.sub(" ", rest)
    for claim in question.claims:
        bare = bare.replace(claim.text, " ")
    subject = comparing.subject_of(bare)
    found = [comparing.look_up(draft, subject, one) for one in sought]
    held = [one for one in found if one.match is not None and one.match.row.value is not None]
    if not held:
        return None
    fitting = [one for one in held if one.match is not None and _keeps(question, one.match.row)]
    silent = [draft.plan(one.document).name or one.document for one in found if one not in held]
    note = f"\n\n没有写这一项数字的：{'、'.join(silent)}。" if silent else ""
    if not fitting:
        draft.sources = type(draft.sources)()
        table = comparing.table_of(draft, held)
        rows = pairs_of([one.match for one in held if one.match is not None])
        return Reply("answered", f"没有一份符合。各份计划写的是：\n\n{table}{note}", rows)
    table = comparing.table_of(draft, fitting)
    rows = pairs_of([one.match for one in fitting if one.match is not None])
    return Reply("answered", f"符合的有：\n\n{table}{note}", rows)


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
    lines: list[str] = []
    for one in sought:
        for document in one.documents:
            held = _that_hold(draft, document, names)
            if held and not (besides and _is_named(draft, document, besides.group("what"))):
                quotes = "".join(draft.quote(document, clause) for clause in held[:_MOST_SENTENCES])
                lines.append(f"- {draft.plan(document).name or document}：{quotes}")
    if not lines:
        return Reply("not_in_plan", "资料库里没有哪一份计划写到您问的内容。")
    return Reply("answered", "写到的有：\n" + "\n".join(lines))


def _that_hold(draft: Draft, document: str, names: Sequence[str]) -> list[Clause]:
    """The sentences that hold all the words."""
    plan = draft.plan(document)
    if not all(name in plan.text for name in names):
        return []
    return [c for c in plan.clauses if c.kind != "header" and all(name in c.text for name in names)]


def _is_named(draft: Draft, document: str, what: str) -> bool:
    """Whether words name a document: by its title's words or its kind (国办那个试点方案)."""
    identity = draft.plan(document).identity
    named = content_words(read_question(what).terms) + ((identity.kind,) if identity.kind else ())
    title = draft.plan(document).title
    return any(word in title and word in what for word in named if len(word) > 1) and bool(title)
