"""Who does it and by when, which many plans put in brackets behind what is to be done: …。（6月底完成，牵头单位：市民政局）.

The brackets are a clause of their own, so the sentence that speaks of the task and the brackets behind it, in the same
paragraph, are the answer together.
"""

from __future__ import annotations

import re

from assistant.answering import passages
from assistant.answering.draft import Draft, Reply
from assistant.answering.question import Question, content_words, read_question
from assistant.plan.document import Clause, Plan

_WHO = re.compile(
    r"(?:(?:是|由|归)?(?:哪(?:个|些|几个|家)|什么|啥)(?:部门|单位|机关|委办局|局|委)(?:来)?|(?:是|由|归|让)?谁(?:来)?)"
    r"(?:负责|牵头|指导|考核|落实|承担|主抓|管)*|(?:牵头|责任|负责|指导|考核|落实|参与|配合)(?:考核)?(?:单位|部门)(?:是|有)?(?:谁|哪(?:个|些|家))?"
)
_DOES = re.compile(r"负责|牵头|指导|考核|落实|承担|主抓|归谁管|责任(?:单位|部门)|配合|参与")
_WHEN = re.compile(
    r"(?:什么时候|何时|几月|哪个月|啥时候)[^,，。?？]{0,4}(?:完成|办结|做完|落实|见效)|(?:完成|办结)(?:的)?(?:时限|时间|期限)"
)
_NAMES_WHO = re.compile(r"负责|牵头|指导|参与|配合|落实|承担|单位|部门")
_NAMES_WHEN = re.compile(r"\d+月|年底|季度|底前|持续|完成")
_ITEM = re.compile(r"第(?P<number>\d{1,3})(?:条|项|号)(?:任务|工作|指标|措施|内容)?")
_WHAT = re.compile(r"什么|啥|内容|怎么|讲|说")
_MOST = 8  # clauses of one item
_OPENS, _CLOSES = "(（", ")）"


def answer(draft: Draft, asked: Question) -> Reply | None:
    """The task's sentence and the brackets that say who, or by when; None where that is not asked or not said so."""
    who = _WHO.search(asked.text) is not None and _DOES.search(asked.text) is not None
    when = _WHEN.search(asked.text) is not None
    rest = _WHEN.sub(" ", _WHO.sub(" ", asked.text)).strip(" ,，。?？由的")
    numbered = _numbered(draft, asked.text)
    if numbered is not None and (who or when or _WHAT.search(asked.text)):
        document, clauses = numbered
        quotes = "\n\n".join(draft.quote(document, clause) for clause in clauses)
        return Reply("answered", f"{draft.named(document)}{draft.where(document, clauses[0])}写明：\n\n{quotes}")
    if not (who or when) or not content_words(read_question(rest).terms):
        return None
    for words in (rest, asked.text):
        found = passages.find(draft, draft.find(words))
        if not found.answers or found.by_meaning:
            continue
        document, clause = found.answers[0]
        said = _behind(draft.plan(document), clause, _NAMES_WHO if who else _NAMES_WHEN)
        if said is not None:
            quotes = f"{draft.quote(document, clause)}\n\n{draft.quote(document, said)}"
            return Reply("answered", f"{draft.named(document)}{draft.where(document, clause)}写明：\n\n{quotes}")
    return None


def _numbered(draft: Draft, text: str) -> tuple[str, list[Clause]] | None:
    """The clauses of 第68条任务, where one item of one plan has that number."""
    found = _ITEM.search(text)
    if found is None or len(draft.documents) != 1:
        return None
    (document,) = draft.documents
    clauses = draft.plan(document).clauses
    first = [
        at for at, one in enumerate(clauses) if re.match(rf"{found.group('number')}[．.、](?!\d)", one.text.strip())
    ]
    if len(first) != 1:
        return None
    own = [clauses[first[0]]]
    for clause in clauses[first[0] + 1 : first[0] + _MOST]:
        if "\n" in draft.plan(document).text[own[-1].end : clause.start]:
            break
        own.append(clause)
    return document, own


def _behind(plan: Plan, clause: Clause, says: re.Pattern[str]) -> Clause | None:
    """The first brackets behind a sentence, in its paragraph, that say it; None where the sentence has its own."""
    end = clause.end
    for one in (one for one in plan.clauses if one.start >= clause.end):
        if "\n" in plan.text[end : one.start]:
            return None
        end, text = one.end, one.text.strip()
        if text[:1] in _OPENS and text[-1:] in _CLOSES and says.search(text):
            return one
    return None
