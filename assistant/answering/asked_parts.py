"""The figures that a question asks for part by part: 新增几座,累计建到多少; 运多少旅客、多少货邮; 投资多少,其中乡村多少.

Each part that asks gets a row of its own, for its own verb and its own thing; parts that only say where and why get none.
Several figures asked in one breath mostly stand in one sentence of the plan, where a part need only say what sets its
figure apart from the others (累计, 供应分配, 其中乡村): sentences are tried whole before the parts are looked up alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.draft import Draft, Reply, is_of, pairs_of
from assistant.answering.grams import pairs
from assistant.answering.ledger_index import GENERIC_UNITS, LedgerIndex, RowMatch, unit_fits
from assistant.answering.matching import is_threshold
from assistant.answering.question import Question, content_words, read_question, terms_of
from assistant.answering.question_words import NUMBER_ASKED
from assistant.plan.ledger import LedgerRow
from assistant.plan.modifiers import is_counted
from assistant.plan.scan import read_quantities
from assistant.plan.units import PERCENT

_PIECE = re.compile(r"[^,，、;；。?？!！]+")
_JOINED = re.compile(r"以及|还有|[和与及]")
_RECKONS = re.compile(r"差(?:多少|几)|相差|少了|多了|加起来|合起来|合计|一共|总共|共计|平均|几倍|还(?:有|差|要)")
FIVE_YEARS = re.compile(r"[“\"]?十[一二三四五六七八九]五[”\"]?(?:期间|时期|期末|末|规划)?")
_AIMS, _DID = re.compile(r"目标(?!任务)|计划(?!完成)|打算|力争"), re.compile(r"去年|上年|上一年|实际(?!利用|到位)")
_EACH_OF_THEM = re.compile(
    r"^(?:又|还)?(?:分别|各自?|都)(?P<how>(?:比上年|同比)?(?:增长|下降|提高|增加)了?(?:多少|几|百分之[多几]少?))"
)
_LEFT = re.compile(r"还?剩(?:余|下)?|余下")  # 整改几项,还剩几项
_FORMER = re.compile(r"去年|上年|上一年|目前|现在|现有|如今|已经|完成了|实际|(?<=\d年)完成")
_AHEAD = re.compile(r"今年|明年|目标|计划|打算|力争|预期|下一步|要(?=[建新增达完])")
_GROWTH = re.compile(r"增[幅速长]|涨幅|[提增]高|下降|降幅|百分之|同比")
# How much of a part's words the sentence and its headings must hold; what a unit or a kind of figure that fits is worth
# beside the words, in the weight of a pair.
_HELD, _FITTING = 0.5, 1.0
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+(?=[亿万元])")
# What the plan does not know at all may be another way to put it (总规模): it counts for less than what it knows.
_STRANGE = 0.3
_OWN = 0.5  # of the words of a thing that is named together with others must stand in its own row
_AMONG = re.compile(r"里面|里头|其中|当中|(?<=的)占")
_MOST_PARTS = 8
_STOPS = ",，、;；。:：+＋"


@dataclass(frozen=True)
class Part:
    """A part that asks for a figure: its words as they stand, the character pairs of what they name, and the numbers that
    the name of it holds (5亿级项目)."""

    text: str
    named: frozenset[str]
    numbers: frozenset[str] = frozenset()

    @property
    def asked(self) -> Question:
        return read_question(self.text)


def asking_parts(text: str) -> list[str]:
    """The parts of a question that each ask for a number, in order; none where one part reckons with the others. One that
    only asks is of what was named right before it (停车位呢,几个), or of each of the things before it (各增长多少)."""
    found: list[str] = []
    told = ""
    for piece in (part for whole in _PIECE.findall(text) for part in _joined(whole)):
        asks = NUMBER_ASKED.search(piece) is not None
        if asks and len(found) > 1 and (each := _EACH_OF_THEM.match(piece)):
            found += [f"{terms_of(part)}{each.group('how')}" for part in tuple(found)]
        elif asks:
            found.append(piece if _names(piece) or not told else f"{told}{piece}")
        told = "" if asks else piece
    return [] if any(_RECKONS.search(part) for part in found) else found


_EACH = re.compile(
    r"(?P<things>[^,，。;；:：?？!！]+?)(?:分别|各(?=[^级类地种项]))(?=[^。?？!！]{0,16}(?:多少|几|百分之))"
)


def _listed(text: str) -> list[str]:
    """The things right before 分别 or 各: A、B和C各多少."""
    each = _EACH.search(text)
    if each is None or _RECKONS.search(text):
        return []
    things = re.split(r"、|以及|还有|[和与及跟]", each.group("things"))
    return things if all(content_words(terms_of(thing)) for thing in things) else []


def of_two_times(parts: Sequence[str]) -> bool:
    """去年完成多少,今年目标增长多少: what was done and what is planned stand in no one sentence."""
    times = [_time_of(part) for part in parts]
    return len(set(times)) > 1 and "" not in times


def _time_of(part: str) -> str:
    if FIVE_YEARS.search(part):
        return "five years"
    former, ahead = _FORMER.search(part), _AHEAD.search(part)
    return "" if bool(former) == bool(ahead) else "former" if former else "ahead"


def _other_tense(part: Part, row: LedgerRow) -> bool:
    """今年目标净增多少 asks for no result, and 去年实际多少 for no target."""
    aims, did = _AIMS.search(part.text), _DID.search(part.text)
    return bool(aims) != bool(did) and row.tense == ("result" if aims else "target")


def _names(piece: str) -> bool:
    return bool(content_words(terms_of(piece))) or (_GROWTH.search(piece) or _LEFT.search(piece)) is not None


def _joined(piece: str) -> list[str]:
    """新增多少家企业和几个园区: two parts, where both sides of the conjunction ask."""
    parts = _JOINED.split(piece)
    return parts if len(parts) > 1 and all(NUMBER_ASKED.search(part) for part in parts) else [piece]


def answer(draft: Draft, asked: Question) -> Reply | None:
    """One row for each part that asks; None where fewer than two parts do, or where not each of them finds its own."""
    parts = asking_parts(asked.text)
    if len(draft.documents) != 1 or asked.checks or len(parts) > _MOST_PARTS or of_two_times(parts):
        return None
    if len(parts) > 1:
        matches = _in_one_sentence(draft, asked, asking_parts) or _one_by_one(draft, asked, parts)
    elif len(_listed(asked.text)) > 1:
        matches = _in_one_sentence(draft, asked, _listed, _OWN)
    else:
        return None
    if not matches or (asked.asks_result and any(match.row.tense == "target" for match in matches)):
        return None
    return Reply("answered", "\n".join(f"- {draft.line(match)}" for match in matches), pairs_of(matches))


def _one_by_one(draft: Draft, asked: Question, parts: Sequence[str]) -> list[RowMatch]:
    """The row that each part means by itself, or with what is said before the first of them."""
    # What was told before the first part is in it already, and then it does not stand in the question as it is.
    head = asked.text.partition(parts[0])[0].rstrip("，,、 ") if parts[0] in asked.text else ""
    found: dict[int, RowMatch] = {}
    for part in parts:
        if not content_words(terms_of(part)):
            return []
        match = draft.best_of(part) or (draft.best_of(f"{head}{part}") if head else None)
        if match is None or match.row.value is None or not is_of(match.row, asked.years):
            return []
        found.setdefault(match.row.start, match)
    return list(found.values()) if len(found) == len(parts) else []


# --- One sentence ---------------------------------------------------------------------------------------------------------


def of_subjects(draft: Draft, asked: Question) -> list[RowMatch]:
    """The rows of one sentence for all things that a question names together (公园和绿道加起来, 分别多少); none where no
    sentence holds all of them, most of each thing's name in a row of its own."""
    if len(asked.subjects) < 2 or len(draft.documents) != 1:
        return []
    return _in_one_sentence(draft, asked, _subjects, _OWN)


def _subjects(text: str) -> list[str]:
    return list(read_question(text).subjects)


def _in_one_sentence(
    draft: Draft, asked: Question, parts_of: Callable[[str], list[str]], least: float = 0.0
) -> list[RowMatch]:
    """The rows of the sentence that fits all parts best, in the order of the parts. `least`: the share of a part's words
    that its row must hold itself."""
    index = draft.finder.index(draft.documents[0])
    near = {hit.clause: hit.score for hit in draft.find(asked.text).hits}
    sentences: dict[str, list[LedgerRow]] = {}
    for row in index.rows:
        if row.value is not None and not is_threshold(row) and is_of(row, asked.years):
            sentences.setdefault(row.clause, []).append(row)
    best: tuple[float, list[RowMatch]] = (0.0, [])
    for question in draft.finder.read(asked.text, draft.documents, draft.scope.places).questions:
        parts = [_part(text, draft.scope.places) for text in parts_of(question.text)]
        if len(parts) != len(parts_of(asked.text)):
            continue
        about = index.weights.sum(pairs(question.context))
        for clause, rows in sentences.items():
            if len(rows) < len(parts):
                continue
            fit, chosen = _shared_out(index, parts, rows, least)
            if not chosen:
                continue
            held = index.weights.sum(pairs(question.context) & _around(index, clause)) / (about or 1.0)
            score = fit * (1 + held + near.get(clause, 0.0))
            if score > best[0]:
                best = (score, [index.unmatched(row, asked) for row in chosen])
    return best[1]


def _part(text: str, places: Sequence[str]) -> Part:
    """What a part names, figures that belong to names among it (30亿元以上的项目)."""
    for place in places:
        text = text.replace(place, " ")
    text = _AMONG.sub(" ", FIVE_YEARS.sub(" ", text))
    figures = [quantity.text for quantity in read_quantities(text) if quantity.qualifier != "exact"]
    left = "剩余" if _LEFT.search(text) else ""
    named = " ".join([terms_of(text), left, *figures])
    return Part(text, pairs(named), _numbers(named))


def _numbers(name: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(name))


def _shared_out(
    index: LedgerIndex, parts: Sequence[Part], rows: Sequence[LedgerRow], least: float
) -> tuple[float, list[LedgerRow]]:
    """(how well they fit, one row for each part) of one sentence; no rows where a part finds none of its own."""
    around = _around(index, rows[0].clause)
    for part in parts:
        known = [pair for pair in part.named if index.weights.known(pair)]
        strange = index.weights.sum(part.named.difference(known))
        total = index.weights.sum(known) + _STRANGE * strange
        grows = _GROWTH.search(part.text) is not None
        held = index.weights.sum(part.named & around)
        if not (part.named or grows) or held < _HELD * total:
            return 0.0, []
    fits = sorted(_fits(index, parts, rows, least), key=lambda one: -one[0])
    taken: dict[int, LedgerRow] = {}
    sum_of_fits = 0.0
    for fit, number, row in fits:
        if number not in taken and row not in taken.values():
            taken[number] = row
            sum_of_fits += fit
    if len(taken) < len(parts):
        return 0.0, []
    return sum_of_fits, [taken[number] for number in range(len(parts))]


def _fits(
    index: LedgerIndex, parts: Sequence[Part], rows: Sequence[LedgerRow], least: float
) -> Iterator[tuple[float, int, LedgerRow]]:
    """(how well, the number of the part, the row) wherever a row may be what a part asks for."""
    for row in rows:
        own = own_words(index, row)
        for number, part in enumerate(parts):
            fits = unit_fits(part.asked, row) if part.asked.unit else None  # 多大 is asked of money too
            if fits is False and not (part.asked.unit in GENERIC_UNITS and is_counted(row.unit)):
                continue
            if _other_tense(part, row):
                continue
            if part.numbers and (numbers := _numbers(row.indicator)) and not part.numbers & numbers:
                continue
            fit = index.weights.sum(part.named & own)
            grows = _GROWTH.search(part.text) is not None and row.unit in PERCENT
            if fit < least * index.weights.sum(part.named):
                continue
            if fit or grows:
                yield fit + _FITTING * (bool(fits) + grows), number, row


def own_words(index: LedgerIndex, row: LedgerRow) -> frozenset[str]:
    """The pairs of what a row says by itself: its name, its action, and the words around its figure as far as the next
    comma, list sign or figure."""
    clause, text = index.plan.clause(row.clause), index.plan.text
    before = [other.end for other in index.rows if other.clause == row.clause and other.end <= row.start]
    behind = [other.start for other in index.rows if other.clause == row.clause and other.start >= row.end]
    begin = max([clause.start, *before, *(text.rfind(stop, clause.start, row.start) + 1 for stop in _STOPS + ")）")])
    stops = (text.find(stop, row.end, clause.end) for stop in _STOPS + "(（)）")
    end = min([clause.end, *behind, *(stop for stop in stops if stop != -1)])
    said = re.sub(r"\s", "", text[begin : row.start]) + " " + re.sub(r"\s", "", text[row.end : end])
    return pairs(f"{row.action}{row.indicator}") | pairs(row.action) | pairs(said)


def _around(index: LedgerIndex, clause: str) -> frozenset[str]:
    """The pairs of a sentence and of the headings that it stands under."""
    found = index.plan.clause(clause)
    names = [row.indicator for row in index.rows if row.clause == clause]  # 城乡 is read as 城镇 and 农村
    said = [*index.plan.path(found), *names, index.plan.title, index.plan.name]
    return pairs(re.sub(r"\s", "", found.text)) | pairs(" ".join(said))
