"""The conversation as HTML: questions, answers with markers, citation cards, what one does next.

Everything that a question or a plan says is escaped here; of Markdown only bold, markers, simple lists and
tables are read. transcript.js acts on the attributes `data-copy` and `data-ask`, source.js on `data-cite`, feedback.js on what
feedback.py writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answering.answer import Answer, Citation, unescaped
from assistant.web.feedback import BUTTONS, feedback
from assistant.web.markup import as_text

SHOWN_QUESTION = 400  # characters of a question that the page repeats
SHOWN_MILLISECONDS = 10  # an answer's time below this is shown as less than it
SHOWN_CARDS = 3  # citation cards before the rest is folded away

_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+(?:\[\d+\])*\n*|[^。！？；\n]+")
_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|\[(?P<marker>\d+)\]")
_LIST_ITEM = re.compile(r"(?P<inner> +)?[-*] +")
_TABLE_ROW = re.compile(r"\|")
_TABLE_RULE = re.compile(r"[|\-: ]+")
_TABLE_CELL = re.compile(r"(?<!\\)\|")
_ORDINAL = re.compile(r"第\d+[^\d”]{1,2}$")
_NUMERAL = re.compile(r"\d")


def welcome(examples: Sequence[str]) -> str:
    """The empty conversation: one line, and questions to click."""
    chips = "".join(
        f'<button type="button" class="chip" data-ask="{as_text(example)}">{as_text(example)}</button>'
        for example in examples
    )
    asked = f'<p class="quiet">可以这样问</p><div class="chips">{chips}</div>' if chips else ""
    lead = "<h1>问计划里的任何事</h1><p>每个数字都有出处，点出处看原文。</p>"
    return f'<section class="welcome">{lead}{asked}</section>'


def question_bubble(question: str) -> str:
    shown = question
    if len(question) > SHOWN_QUESTION:
        shown = f"{question[:SHOWN_QUESTION]}…（共{len(question)}字）"
    return f'<div class="question">{as_text(shown)}</div>'


def notice_line(text: str) -> str:
    """A calm line in place of an answer: an empty question, something the user can mend."""
    return f'<div class="answer"><p class="notice">{as_text(text)}</p></div>'


def sentences(text: str) -> Iterator[str]:
    """The text cut after its sentences, never inside a bold part; joined they give the text."""
    held = ""
    for piece in _SENTENCE.findall(text):
        held += piece
        if held.count("**") % 2 == 0:
            yield held
            held = ""
    if held:
        yield held


def answer_part(answer: Answer, text: str) -> str:
    """An answer of which only `text` has appeared so far."""
    return f'<div class="answer">{_prose(answer, text)}</div>'


def answer_whole(answer: Answer, exchange: str = "") -> str:
    """The answer, its notices, its citations and the buttons for what comes next. With the id of its exchange one can
    say what one thinks of it."""
    cards = [_card(answer, citation) for citation in answer.citations]
    folded = "".join(cards[SHOWN_CARDS:])
    if folded:
        folded = f"<details><summary>其余{len(cards) - SHOWN_CARDS}处出处</summary>{folded}</details>"
    notices = "".join(f'<p class="notice">{as_text(notice)}</p>' for notice in answer.notices)
    actions = _actions(answer, BUTTONS if exchange else "")
    said = feedback(exchange) if exchange else ""
    return (
        f'<div class="answer" data-status="{answer.status}">{_prose(answer, answer.text)}{notices}'
        f"{''.join(cards[:SHOWN_CARDS])}{folded}{actions}{said}</div>"
    )


def answer_to_read(answer: Answer) -> str:
    """The answer and its citations with nothing to press, for where the plan's text is not beside it."""
    citations = "".join(
        f'<li value="{citation.marker}"><span class="quiet">{as_text(citation.formatted)}</span>'
        f'<p class="words">{as_text(citation.quote)}</p></li>'
        for citation in answer.citations
    )
    notices = "".join(f'<p class="notice">{as_text(notice)}</p>' for notice in answer.notices)
    listed = f'<ol class="citations">{citations}</ol>' if citations else ""
    return f'<p class="words">{as_text(answer.words)}</p>{notices}{listed}'


def citation_to_paste(citation: Citation) -> str:
    """The formal citation and the sentence, for another document."""
    return f"{citation.formatted}：{citation.quote}"


def answer_to_paste(answer: Answer) -> str:
    """The answer without Markdown, its markers kept, and the sources they stand for."""
    sources = [f"[{citation.marker}] {citation_to_paste(citation)}" for citation in answer.citations]
    return "\n".join([answer.words, *sources])


def _prose(answer: Answer, text: str) -> str:
    """Paragraphs and lists. A lone figure is set large, several are not: a list must stay readable."""
    figures = [bold for bold in re.findall(r"\*\*(.+?)\*\*", answer.text) if _NUMERAL.search(bold)]
    name = "prose lone" if len(figures) == 1 and answer.status == "answered" else "prose"
    blocks: list[str] = []
    items: list[str] = []
    rows: list[str] = []
    for line in [*filter(str.strip, text.split("\n")), ""]:
        if _TABLE_ROW.match(line):
            if not _TABLE_RULE.fullmatch(line):
                rows.append(_row(answer, line, "td" if rows else "th"))
            continue
        if rows:
            blocks.append(f'<table class="compared">{"".join(rows)}</table>')
            rows = []
        start = _LIST_ITEM.match(line)
        if start:
            inner = ' class="inner"' if start["inner"] else ""
            items.append(f"<li{inner}>{_inline(answer, line[start.end() :])}</li>")
            continue
        if items:
            blocks.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line:
            blocks.append(f"<p>{_inline(answer, line)}</p>")
    return f'<div class="{name}">{"".join(blocks)}</div>'


def _row(answer: Answer, line: str, cell: str) -> str:
    cells = _TABLE_CELL.split(line.strip().strip("|"))
    return f"<tr>{''.join(f'<{cell}>{_inline(answer, one.strip())}</{cell}>' for one in cells)}</tr>"


def _inline(answer: Answer, line: str) -> str:
    citations = {citation.marker: citation for citation in answer.citations}
    html = ""
    position = 0
    for match in _INLINE.finditer(line):
        html += as_text(unescaped(line[position : match.start()]))
        position = match.end()
        if match["bold"]:
            name = ' class="figure"' if _NUMERAL.search(match["bold"]) else ""
            html += f"<strong{name}>{_inline(answer, match['bold'])}</strong>"
        elif citation := citations.get(int(match["marker"])):
            html += _marker(answer, citation)
        else:
            html += as_text(match.group())
    return html + as_text(unescaped(line[position:]))


def _marker(answer: Answer, citation: Citation) -> str:
    where = as_text(citation.formatted)
    return (
        f'<button type="button" class="marker" title="{where}" aria-label="出处{citation.marker}：{where}"'
        f"{_pointer(answer, citation)}>{citation.marker}</button>"
    )


def _pointer(answer: Answer, citation: Citation) -> str:
    """Where the quote and its figures stand, for the page's script. Offsets are code points."""
    spans = ",".join(f"{start}-{end}" for start, end in _figure_spans(answer, citation))
    return (
        f' data-cite="{citation.marker}" data-document="{as_text(citation.document)}"'
        f' data-start="{citation.start}" data-end="{citation.end}" data-figures="{spans}"'
        f' data-place="{as_text(_place(citation, citation.path))}"'
    )


def _figure_spans(answer: Answer, citation: Citation) -> list[tuple[int, int]]:
    """The answer's figures inside this quote, in order, none overlapping."""
    spans: list[tuple[int, int]] = []
    for figure in sorted(answer.figures, key=lambda figure: (figure.start, -figure.end)):
        inside = citation.start <= figure.start < figure.end <= citation.end
        fresh = not spans or figure.start >= spans[-1][1]
        if figure.document == citation.document and inside and fresh:
            spans.append((figure.start, figure.end))
    return spans


def _place(citation: Citation, path: Sequence[str]) -> str:
    ordinal = _ORDINAL.search(citation.formatted)
    place = " › ".join(path) or citation.name or citation.title
    return " · ".join(filter(None, (place, ordinal and ordinal.group(), citation.location)))


def _card(answer: Answer, citation: Citation) -> str:
    nearest = citation.path[-2:]  # the source panel shows the whole path
    title = ""
    if len({other.document for other in answer.citations}) > 1:
        title = f'<span class="title">{as_text(citation.name or f"《{citation.title}》")}</span>'
    # An answer that is the clause's own words has just shown them.
    shown = citation.quote in answer.text and not _figure_spans(answer, citation)
    quote = "" if shown else f'<p class="quote">{_marked_quote(answer, citation)}</p>'
    return (
        f'<blockquote class="card"{_pointer(answer, citation)}><header>{_marker(answer, citation)}'
        f"<span>{title}{as_text(_place(citation, nearest))}</span></header>{quote}</blockquote>"
    )


def _marked_quote(answer: Answer, citation: Citation) -> str:
    html = ""
    position = 0
    for start, end in _figure_spans(answer, citation):
        start, end = start - citation.start, end - citation.start  # noqa: PLW2901 - document to quote
        html += f"{as_text(citation.quote[position:start])}<mark>{as_text(citation.quote[start:end])}</mark>"
        position = end
    return html + as_text(citation.quote[position:])


def _actions(answer: Answer, more: str) -> str:
    model = answer.engine.removeprefix("llm:")
    worded = f" · {as_text(model)} 措辞" if model != answer.engine else ""
    seconds = f'<span class="quiet">{_elapsed(answer.elapsed_ms)}{worded}</span>'
    if not answer.citations:
        return f'<div class="actions">{more}{seconds}</div>'
    first = answer.citations[0]
    citations = "\n".join(map(citation_to_paste, answer.citations))
    return (
        f'<div class="actions">{_copy_button("复制引用", citations)}'
        f"{_copy_button('复制答案', answer_to_paste(answer))}"
        f'<button type="button" class="small phone"{_pointer(answer, first)}>看原文</button>{more}{seconds}</div>'
    )


def _elapsed(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} 秒" if milliseconds >= SHOWN_MILLISECONDS else "不到 0.01 秒"


def _copy_button(label: str, text: str) -> str:
    return f'<button type="button" class="small" data-copy="{as_text(text)}">{label}</button>'
