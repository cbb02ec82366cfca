"""Questions about the plan's build: which part is meant, what stands where, what a part holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.answer import Computed
from assistant.answering.draft import Draft, Reply, quoted
from assistant.answering.evidence import Sources
from assistant.answering.finder import Finding
from assistant.answering.grams import pairs
from assistant.answering.part import Part
from assistant.answering.question import Question, terms_of
from assistant.plan.document import Clause, Section
from assistant.plan.headings import heading_number

_OUTLINE = re.compile(
    r"(?:分|有|包括|包含|含|设|下设|下面|底下|下属|里面|里|中)(?:了|成|为|着|作|有|是|设)*(?:哪|几|多少)(?:一?些|几|[一二两三四五六七八九十]+)?(?:个|大|条|块)*(?:大|小)?(?:部分|节|章|篇|项(?!目)|方面|板块|段|任务|标题|内容|大类|块|工作)"
    r"|(?:部分|节|章|篇|项|方面|任务|标题|段)(?:任务)?(?:标题|名称|名)?(?:都|各|分别)?(?:是|叫|有)?(?:哪些|哪几|什么|几|多少)"
    r"|哪(?:些|几|[一二两三四五六七八九十]+)(?:个|项|条|大)*(?:大)?(?:部分|章|节|方面|任务|标题|板块)|(?:几|多少)(?:个|项|条|大)*(?:大)?(?:部分|章|节|方面|任务|板块)(?!.{0,4}(?:完成|目标))|框架|结构|目录|提纲|大纲|布局|任务名|小标题|标题(?:都|各|分别)|几大块|任务(?:的)?(?:名称|标题|清单|列表)|outline|structure"
)
_SAYS = re.compile(
    r"(?:讲|说|写|包括|安排|部署|提|涉及|规定|列|有|含|要求|干|做)(?:了|的是|到|有)?(?:什么|哪些|啥|些什么|些啥|哪几)|摘录|全部(?:的)?(?:表述|内容|原文)|(?:主要)?内容|具体(?:内容|说|讲|写)|原文|全文|怎么(?:写|说|讲)|(?:念|贴|发|列|摘|抄)(?:一下|出来|给我|全)|全部(?:句子|条款)|逐句|what does"
)
_NAMED_PART = re.compile(
    r"(?:[“\"《](?P<quoted>[^”\"》]{3,40})[”\"》])?[^“”]{0,3}?(?:这|那|该|的|下的|下面|里的|之下)?(?:一)?(?:整)?(?:个)?(?P<kind>大块|大类|小节|部分|节|章|篇|项|块|段|任务|板块|条)(?!目|标|数|路)"
)
_NUMBERED = re.compile(
    r"第\s?(?P<n>[一二三四五六七八九十百]+|\d+)\s?(?:个|大)?(?P<kind>部分|篇|章|节|大?项|大块|块|点|大类)|第?\s?[(（](?P<m>[一二三四五六七八九十]+|\d+)[)）]\s?(?P<kind2>项|节|部分|点|条|款)?"
)
_MOST_SENTENCES = 16
# How much of a title the words must share with it, or how near they must come to its meaning.
_FITS, _MEANT = 0.6, 0.5
# From here on a row's clause is where the thing stands. Chosen on tuning questions.
_SURELY = 0.8


def named_part(draft: Draft, text: str) -> Part | None:
    """The section or task that a question names, by its number or by its title; None where it names none."""
    for document in draft.documents[:1]:
        known = draft.finder.parts(document)
        numbered = _by_number(text, known)
        if numbered is not None:
            return numbered
        return _by_title(text, known) or _by_meaning(draft, text, known)
    return None


def _by_meaning(draft: Draft, text: str, known: Sequence[Part]) -> Part | None:
    """扩投资促消费那节: the part whose title is nearest to what is said before 这节, 那一块 …"""
    spoken = [
        text[max(0, match.start() - 14) : match.start()]
        for match in re.finditer(r"(?:这|那)(?:一)?(?:整)?(?:个)?(?:大?块|小?节|部分|章|项|段)", text)
    ]
    for words in filter(None, (terms_of(said) for said in spoken)):
        near = draft.finder.shelf.encode([part.title for part in known]) @ draft.finder.shelf.encode([words])[0]
        if len(known) and float(near.max()) >= _MEANT:
            return known[int(near.argmax())]
    return None


def _by_number(text: str, known: Sequence[Part]) -> Part | None:
    """第二部分第(五)项: from the top down, each number among the sections below the one before."""
    inside: Part | None = None
    for match in _NUMBERED.finditer(text):
        number = heading_number(match.group("n") or match.group("m"))
        parent = inside.section.id if inside and inside.section else None
        below = [
            part
            for part in known
            if part.section
            and part.section.number == number
            and (parent is None or part.section.parent == parent)
            and _is_kind(part.section, match.group("kind") or match.group("kind2") or "")
        ]
        tasks = [part for part in known if part.task and parent and part.task.section == parent]
        if below:
            inside = below[0]
        elif tasks and 0 < number <= len(tasks):
            inside = tasks[number - 1]
        elif inside is None:
            deeper = [
                part for part in known if part.section and part.section.number == number and part.section.level > 1
            ]
            inside = deeper[-1] if deeper else None
    return inside


def _is_kind(section: Section, kind: str) -> bool:
    """Whether a section is what people call a 部分 (the top), a 项 (below) …; a kind that the plan's own labels have is
    that."""
    if kind in ("篇", "章", "节") and section.scheme == kind:
        return True
    top = section.level == 1
    return top if kind in ("部分", "大块", "篇") else not top if kind in ("项", "大项", "点", "条", "款", "") else True


def _by_title(text: str, known: Sequence[Part]) -> Part | None:
    """The part whose title the question says: in quotation marks, or before 这一节, 那一项 …; the title that is named
    most fully, a task before the section that holds it."""
    best: tuple[float, int] | None = None
    chosen: Part | None = None
    spoken = [match.group("quoted") for match in _NAMED_PART.finditer(text) if match.group("quoted")]
    spoken += re.findall(r"[“\"《]([^”\"》]{4,40})[”\"》]", text)
    spoken += [text[max(0, match.start("kind") - 16) : match.start("kind")] for match in _NAMED_PART.finditer(text)]
    spoken += [text] if _OUTLINE.search(text) or _SAYS.search(text) else []
    for words in spoken:
        said = pairs(terms_of(words) or words)
        if not said:
            continue
        for part in known:
            title = pairs(part.title)
            shared = len(title & said)
            share = max(shared / len(title), shared / len(said) if len(said) > 1 else 0.0) if title else 0.0
            # The words of a part's name that say most of it, or that are all in it.
            if shared >= 2 and share >= _FITS:
                fit = (round(share, 3), shared)
                if best is None or fit > best:
                    best, chosen = fit, part
        if chosen is not None:
            return chosen
    return chosen


# --- Outline ----------------------------------------------------------------------------------------------------------------


def outline(draft: Draft, text: str) -> Reply | None:
    """The headings of the plan or of a part, complete; the sentences of a part where it is asked what it says."""
    asks_outline = _OUTLINE.search(text) is not None
    part = named_part(draft, text)
    if part is None:
        whole = re.search(r"计划|规划|报告|文件|全文|整个|总共|一共|通篇|这份|文章|方案|目录|框架|结构|提纲|大纲", text)
        about = terms_of(re.sub(_OUTLINE, " ", text))
        if (
            asks_outline
            and (whole or len(about) <= 2)
            and re.search(r"部分|章|篇|板块|结构|框架|目录|提纲|大纲|大块|几块|标题|outline|structure", text)
        ):
            return _headings(draft, text, draft.documents[0], None)
        return None
    if asks_outline and part.section is not None:
        return _headings(draft, text, part.document, part)
    if asks_outline or _SAYS.search(text) or text.endswith(part.title):
        return _sentences(draft, part)
    return None


# 重点抓好以下六个方面工作: the headings that follow say which.
_ANNOUNCES = re.compile(
    r"(?:以下|下列|如下|这|着力|重点|抓好|做好|从|在|的)[^,，。;；:：]{0,10}?[一二两三四五六七八九十\d]+个?(?:大)?(?:方面|项(?!目)|点|件|条)[^,，。;；:：]{0,8}[。:：;；]?$|(?:以下|下列|如下)[^,，。;；:：]{0,12}[。:：;；]?$"
)
_ASKS_WHICH = re.compile(r"哪(?:些|几|[一二两三四五六七八九十]+)|(?<!哪)几(?:个|大|项|条)|什么|多少(?:个|项)")


def announced(draft: Draft, text: str, document: str, clause: Clause) -> Reply | None:
    """The headings that a sentence announces, where it is found for a question that asks which they are."""
    if not _ANNOUNCES.search(clause.text.strip()) or not _ASKS_WHICH.search(text):
        return None
    known = draft.finder.parts(document)
    below = [
        part
        for part in known
        if part.section and part.section.parent == clause.section and part.section.start > clause.start
    ]
    holder = next((part for part in known if part.section and part.section.id == clause.section), None)
    if len(below) < 2 or holder is None:
        return None
    draft.sources = Sources()
    reply = _listed(text, holder, [f"- {_titled(draft, part)}" for part in below])
    return replace(reply, text=f"{draft.named(document)}{reply.text}\n\n{draft.quote(document, clause)}")


def _headings(draft: Draft, text: str, document: str, part: Part | None) -> Reply | None:
    known = draft.finder.parts(document)
    parent = part.section.id if part and part.section else ""
    below = [one for one in known if one.section and one.section.parent == parent]
    tasks = [one for one in known if one.task and one.task.section == parent]
    wants_tasks = re.search(r"任务|几段|哪几段|哪些段|小标题", text) is not None
    listed = below or tasks
    if not listed:
        return _sentences(draft, part) if part else None
    lines: list[str] = []
    for one in listed:
        lines.append(f"- {_titled(draft, one)}")
        if one.section and wants_tasks and part is not None:
            inner = [task for task in known if task.task and task.task.section == one.section.id]
            lines += [f"  - {_titled(draft, task)}" for task in inner]
    counted = [one for one in lines if one.startswith("  - ")] if wants_tasks and below and part else lines
    return _listed(text, part, lines, counted=len(counted or lines), tasks=wants_tasks)


def _listed(text: str, part: Part | None, lines: Sequence[str], *, counted: int = 0, tasks: bool = False) -> Reply:
    """Titles as an answer, with how many they are where that is asked."""
    name = f"“{quoted(part.title)}”" if part else "全文"
    computed: tuple[Computed, ...] = ()
    said = f"{name}下面是："
    if re.search(r"(?<![哪那])几|多少", text):
        count = str(counted or len(lines))
        unit = "个" if part is None or ("部分" in text and not tasks) else "项"
        computed = (Computed(expression="逐个数出", value=count, unit=unit, qualifier="exact", operands=()),)
        said = f"{name}一共**{count}{unit}**："
    return Reply("answered", said + "\n" + "\n".join(lines), (), computed)


def _titled(draft: Draft, part: Part) -> str:
    return f"“{quoted(part.title)}”{draft.cite(part.document, part.clauses[0].id)}"


def _sentences(draft: Draft, part: Part) -> Reply:
    quotes = [draft.quote(part.document, clause) for clause in part.clauses[:_MOST_SENTENCES]]
    more = "\n\n（还有后文，可以分项再问。）" if len(part.clauses) > _MOST_SENTENCES else ""
    return Reply("answered", f"“{quoted(part.title)}”写明：\n\n" + "\n\n".join(quotes) + more)


_SCORED = re.compile(r"[（(](?P<figure>\d[\d.]*[\u4e00-\u9fff%]{1,3})[）)]$")


def told_in_a_heading(draft: Draft, asked: Question) -> Reply | None:
    """热线升级（2分）: a figure that only a heading tells; None where no heading that the question names in full ends in one."""
    if not asked.explicit or asked.wants_text:
        return None
    said = re.sub(r"[\s“”\"'‘’]", "", asked.text)
    unit = asked.unit or ("分" if re.search(r"几分|分值|得分", asked.text) else "")
    for document in draft.documents[:1]:
        for part in draft.finder.parts(document):
            scored = _SCORED.search(part.title)
            bare = re.sub(r"[\s“”\"'‘’]", "", part.title[: scored.start()]) if scored else ""
            if scored and len(bare) > _SHORTEST_NAME and bare in said and scored.group("figure").endswith(unit):
                return Reply("answered", f"写在标题里：{_titled(draft, part)}。")
    return None


_SHORTEST_NAME = 4

# --- Where --------------------------------------------------------------------------------------------------------------------


def where(draft: Draft, finding: Finding, clause: tuple[str, Clause] | None) -> Reply | None:
    """The heading path of the clause that the question is about."""
    row = finding.rows[0] if len(finding.rows) == 1 else None
    near = [hit.clause for hit in finding.hits[:3]]
    if row and (clause is None or (row.likely >= _SURELY and row.row.clause in near) or row.row.clause == near[0]):
        document, found = row.document, draft.plan(row.document).clause(row.row.clause)
    elif clause is not None:
        document, found = clause
    else:
        return None
    path = [f"“{quoted(heading)}”" for heading in draft.plan(document).path(found)]
    place = " › ".join(path) or draft.where(document, found)
    return Reply("answered", f"{draft.named(document)}写在{place}：\n\n{draft.quote(document, found)}")
