"""The lock on one answer: a sentence leaves only when all that it states is in the clauses that it cites.

`check` says what is wrong with a sentence and remembers nothing; `release` remembers what a sentence said, so that a later
one may reckon with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.answering.answer import Computed
from assistant.answering.number_lock import reckoning
from assistant.answering.number_lock.beside import Beside, beside
from assistant.answering.number_lock.equality import is_equal
from assistant.answering.number_lock.markup import PlainSentence, read_markup
from assistant.answering.number_lock.memory import Memory
from assistant.answering.number_lock.naming import closeness, fault_of_name
from assistant.answering.number_lock.quoting import QuotingLook
from assistant.answering.number_lock.reckoning import Operand
from assistant.answering.number_lock.setting import fault_of_setting, other_scope, strange_place
from assistant.answering.number_lock.sources import Evidence, Source, SourceFigure, read_source
from assistant.answering.number_lock.stated import Stated, read_stated, says_two_qualifiers
from assistant.answering.number_lock.turning import fault_of_level
from assistant.answering.number_lock.wording_classes import NEUTRAL
from assistant.answering.number_lock.words import Words, pairs, says_something
from assistant.answering.number_lock.working_out import ReckoningLook
from assistant.plan.ledger import LedgerRow
from assistant.plan.modifiers import inside_modifier
from assistant.plan.numerals import alternatives
from assistant.plan.quantity import Quantity, same_figure, same_quantity
from assistant.plan.units import COUNTERS
from assistant.search.glossary import Glossary

_DENIES = re.compile(
    r"(?:不是|并非|而非|不为|不等于|不应为|不应是|(?:没有|不应|不能|未)(?:写|说|提|定)(?:成|到|为|的是)?)[“\"]?$"
)
_RECKONS = re.compile(
    r"合计|总计|共计|加起来|相加|之和|总和|相差|之差|差(?!不多|异)|前者|后者|两者|二者|多出|高出|平均"
)
_OF_ACCOUNTS = re.compile(
    rf"[壹贰叁肆伍陆柒捌玖拾佰仟][壹贰叁肆伍陆柒捌玖拾佰仟万亿]+|[壹贰叁肆柒捌玖](?=(?:{alternatives(COUNTERS)}))"
)
_LIST_ITEM = re.compile(r"\s*(?:[-*+•]\s|\d{1,2}[.、)）]|[（(]\d{1,2}[)）])")
_EACH = re.compile(r"(?<!在|以)各(?:自|有|为|是|[\u4e00-\u9fff]{2})?$")
_LISTED = re.compile(r"、|以及|和|及|与")
_COMPARED = re.compile(
    r"(?<!可)比(?![重例率值上去]).{2,30}(?:多|少|(?<!提)高|低|快|慢|(?<!扩)大|小|(?<!增)长|(?<!缩)短)[出了约]{0,2}$"
)
_BEHIND_RANGE = re.compile(r"及?以[上下内外]|左右|上下(?!班)")
_HEADS = frozenset("项目 任务 事项 内容 指标 类别".split())


@dataclass(frozen=True)
class Verdict:
    """What the lock says of a sentence. `fault` is "" where it passes, else one Chinese line that says what is wrong, for
    the model and the notice; `rows` are the figures that it states, or reckons with, as (document, row); the operands of
    `computed` are indexes into all rows of the answer so far, these included."""

    fault: str = ""
    markers: tuple[int, ...] = ()
    rows: tuple[tuple[str, LedgerRow], ...] = ()
    computed: tuple[Computed, ...] = ()


class SentenceLock:
    """The lock of one answer. `held` are names of the library's documents: titles, 文号, years; `question` is what was
    asked, whose words name a figure that the answer states without any (700亿元以上[1]。). A number of it is no source."""

    def __init__(
        self, evidence: Sequence[Evidence], glossary: Glossary, held: Sequence[str] = (), *, question: str = ""
    ) -> None:
        sources = {one.marker: read_source(one) for one in evidence}
        self._memory = Memory(glossary, question, sources, tuple(held))
        self._last: tuple[str, _Judged] | None = None
        self.rows = self._memory.rows
        self.computed: list[Computed] = []

    def check(self, sentence: str) -> Verdict:
        """What the sentence states, or what is wrong with it."""
        return self._judged(sentence).verdict

    def release(self, sentence: str, verdict: Verdict) -> None:
        """Remember a sentence that has been let out."""
        operands = self._judged(sentence).operands
        plain = read_markup(sentence)
        if plain.cells and not verdict.markers and not self._memory.header:
            self._memory.header = tuple(plain.text[start:end].strip() for start, end in plain.cells)
        elif plain.text.strip() and not plain.cells and not plain.is_rule:
            self._memory.header = ()
        if plain.text.strip() and not plain.cells and not (self._memory.heading and _LIST_ITEM.match(sentence)):
            words = plain.text.strip()
            heads = words.endswith((":", "：")) or sentence.lstrip().startswith(("#", "**"))
            self._memory.heading = words if heads and not read_stated(plain.text).figures else ""
        if operands:
            self._memory.released.append(operands)
        self.rows.extend(verdict.rows)
        self.computed.extend(verdict.computed)
        self._last = None

    def _judged(self, sentence: str) -> _Judged:
        """The judgement, which is the same until the next sentence is released."""
        if self._last is None or self._last[0] != sentence:
            self._last = (sentence, _Check(self._memory, sentence).judged())
        return self._last[1]


@dataclass(frozen=True)
class _Judged:
    verdict: Verdict
    operands: tuple[Operand, ...] = ()


class _Check(QuotingLook, ReckoningLook):
    """One look at one sentence."""

    def judged(self) -> _Judged:
        fault = self._plain.fault or self._fault()
        if fault:
            return _Judged(Verdict(fault, self._markers))
        operands = tuple(operand for _, operand in sorted(self._operands, key=lambda one: one[0]))
        rows, computed = self._accounts(operands)
        return _Judged(Verdict("", self._markers, rows, computed), operands)

    def _accounts(
        self, operands: tuple[Operand, ...]
    ) -> tuple[tuple[tuple[str, LedgerRow], ...], tuple[Computed, ...]]:
        """The rows of the figures stated or reckoned with, and the results as an answer lists them."""
        rows = [(one.document, one.row) for one in operands if one.row is not None]
        known = [*self._memory.rows, *rows]
        computed: list[Computed] = []
        for reckoned in self._reckoned:
            places: list[int] = []
            for one in reckoned.operands:
                if one.row is None:
                    continue
                if (one.document, one.row) not in known:
                    known.append((one.document, one.row))
                    rows.append((one.document, one.row))
                places.append(known.index((one.document, one.row)))
            found = reckoned.found
            upper = None if found.upper is None else f"{found.upper:f}"
            computed.append(
                Computed(
                    expression=reckoned.expression, value=f"{found.value:f}", upper=upper, unit=reckoned.unit,
                    qualifier=found.qualifier, operands=tuple(places),
                )
            )  # fmt: skip
        return tuple(rows), tuple(computed)

    # --- The checks, in order -----------------------------------------------------------------------------------------

    def _fault(self) -> str:
        plain = self._plain
        if plain.is_rule:
            return ""
        for marker in self._markers:
            if marker not in self._memory.sources:
                return f"没有编号为[{marker}]的条款，只能引用给出的编号"
        for quotation in plain.quotations:
            if fault := self._misquoted(quotation):
                return fault
        stated = read_stated(plain.text)
        if other := next((one for one in _OF_ACCOUNTS.findall(plain.text) if one not in self._allowed_names()), ""):
            return f"“{other}”在所引条款中没有，数字请用阿拉伯数字或普通汉字"
        equations = reckoning.equations(plain.text)
        for numeral in stated.numerals:
            if any(one.start <= numeral.start < one.end for one in equations):
                continue  # its result is a figure, and looked at with its terms
            if fault := self._unknown_name(numeral, stated):
                return fault
        return self._fault_of_figures(stated)

    # --- Figures --------------------------------------------------------------------------------------------------------

    def _fault_of_figures(self, stated: Stated) -> str:
        figures = self._figures = stated.figures
        if not figures:
            return ""
        text = self._plain.text
        words = beside(
            text,
            [(one.start, one.end) for one in figures],
            [_is_embedded(text, one) for one in figures],
            [place for place, _ in self._plain.markers],
        )
        if self._memory.heading:
            heading = self._memory.heading
            words = [replace(one, wide=f"{heading}，{one.wide}", lead=f"{heading}，{one.lead}") for one in words]
        if self._plain.cells:
            words = [self._with_header(one, figure) for one, figure in zip(words, figures, strict=True)]
        if dangling := next(
            (one for one in figures if one.upper is not None and _BEHIND_RANGE.search(text[one.start : one.end + 2])),
            None,
        ):
            return self._said(dangling, "是一个范围，不能再加“以上”“左右”之类的限定")
        if twice := next((one for one in figures if says_two_qualifiers(text, one)), None):
            return self._said(twice, "前后的限定互相矛盾")
        equations = reckoning.equations(text)
        open_ones: list[tuple[int, str]] = []
        for index, figure in enumerate(figures):
            if self._denied(figure):
                continue
            if any(one.start <= figure.start < one.end for one in equations):
                open_ones.append((index, ""))
                continue
            fault = self._fault_of_figure(index, figures, words[index])
            if fault:
                open_ones.append((index, fault))
        for index, fault in open_ones:
            figure = figures[index]
            if not self._reckons(index, figures, words[index], equations, open_ones):
                return self._said(figure, fault)
        if fault := self._told_twice(words):
            return fault
        cited = [self._memory.sources[marker].all_words for marker in self._markers]
        known = "\n".join(cited) if cited else self._memory.known
        if place := strange_place(f"{self._memory.heading}\n{text}", known, self._memory.glossary):
            return f"提到的“{place}”不在所引条款和文件名中"
        return ""

    def _told_twice(self, words: Sequence[Beside]) -> str:
        """What is wrong where two things are each given the figure that they have together: 引进20家、培育20家."""
        for (index, one), (other_index, other) in pairwise(sorted(self._operands, key=lambda operand: operand[0])):
            if one.row is None or one != other:
                continue
            first, second = (self._own_words(words[place], one.row) for place in (index, other_index))
            if first - second and second - first:
                return f"“{self._figures[other_index].text}”是合在一起的一个数，不能分给两样"
        return ""

    @staticmethod
    def _own_words(words: Beside, row: LedgerRow) -> frozenset[str]:
        """The words beside a figure that are of its row's name or action."""
        return pairs("".join(words.parts[-1:]) + words.after) & (pairs(row.indicator) | pairs(row.action))

    def _said(self, figure: Quantity, fault: str) -> str:
        if not self._markers:
            hint = f"，“{self._plain.misplaced}”不是依据编号" if self._plain.misplaced else ""
            return f"“{figure.text}”没有标出依据：写有数字的句子要用[n]标明所引条款，如[1]{hint}"
        return f"“{figure.text}”{fault or '在所引条款中没有，也算不出来'}"

    def _with_header(self, words: Beside, figure: Quantity) -> Beside:
        """A table's figure with the head of its column."""
        column = next(
            (number for number, (start, end) in enumerate(self._plain.cells) if start <= figure.start < end), -1
        )
        header = self._memory.header[column] if 0 <= column < len(self._memory.header) else ""
        names_any = not header or header in NEUTRAL or header in _HEADS
        return words if names_any else replace(words, after=f"{words.after}，{header}")

    def _denied(self, figure: Quantity) -> bool:
        """不是200项: a figure that no source has and that the sentence says is not so."""
        if not self._is_denied(figure):
            return False
        return not any(
            same_quantity(figure, one.amount) for source in self._memory.sources.values() for one in source.figures
        )

    def _denies_alone(self, figure: Quantity, markers: Sequence[int]) -> list[tuple[float, Operand]]:
        """The figures that a sentence denies which says of none what is so instead: 不是210项，而是更多."""
        if len(self._figures) > 1:
            return []
        return [
            (0, Operand(one.amount, self._memory.sources[marker].evidence.document, one.row, marker))
            for marker in markers
            for one in self._memory.sources[marker].figures
            if same_quantity(figure, one.amount)
        ]

    def _is_denied(self, figure: Quantity) -> bool:
        return _DENIES.search(self._plain.text[: figure.start]) is not None

    def _fault_of_figure(self, index: int, figures: Sequence[Quantity], words: Beside) -> str:
        """What is wrong with one figure, "" where a cited clause states it."""
        figure = figures[index]
        faults: list[str] = []
        for markers in self._marker_groups(index, figures):
            found: list[tuple[float, Operand]] = []
            if self._is_denied(figure):
                words = replace(words, parts=tuple(_DENIES.sub("", part) for part in words.parts))
            for marker in markers:
                source = self._memory.sources[marker]
                for candidate in source.figures:
                    if not is_equal(figure, candidate.amount, words):
                        continue
                    words = self._as_asked(words)
                    said = Words(words, self._heading(), source, self._memory.glossary)
                    if fault := self._fault_of_match(figure, candidate, source, words, said):
                        faults.append(fault)
                        continue
                    operand = Operand(candidate.amount, source.evidence.document, candidate.row, marker)
                    found.append((closeness(said, candidate), operand))
            if self._is_denied(figure):
                found = found or self._denies_alone(figure, markers)
                return "是所引条款写明的数，不能说成不是" if found else ""
            if found and _EACH.search(words.since):
                names = [name for name in _LISTED.split(words.region) if name.strip()]
                if len({operand.row for _, operand in found}) < len(names):
                    return "" if self._of_each(found) else "不是所列各项的数"
            if found:
                self._operands.append((index, max(found, key=lambda one: one[0])[1]))
                return ""
        return faults[0] if faults else self._nearest_fault(figure, self._markers)

    def _of_each(self, found: Sequence[tuple[float, Operand]]) -> bool:
        """卓越工程师、宁波工匠各80名: whether the clause says it of each too."""
        return any(
            one.row is not None and f"各{one.row.text}" in self._memory.sources[one.marker].words for _, one in found
        )

    def _heading(self) -> str:
        """What names a figure beside which nothing does: the line that heads it, or the question."""
        return self._memory.heading or self._memory.question

    def _as_asked(self, words: Beside) -> Beside:
        """A figure that nothing names is of the year and the place that were asked for."""
        question = self._memory.question
        if self._memory.heading or not question or not _names_nothing(words) or words.wide.startswith(question):
            return words
        return replace(words, wide=f"{question}，{words.wide}", lead=f"{question}，{words.lead}")

    def _nearest_fault(self, figure: Quantity, markers: Sequence[int]) -> str:
        """What the cited clauses say instead, for the model to mend."""
        for marker in markers:
            for one in self._memory.sources[marker].figures:
                if same_figure(figure, one.amount):
                    return f"与所引条款的限定不符，条款[{marker}]写的是“{one.text}”"
        return "在所引条款中没有，也算不出来"

    def _marker_groups(self, index: int, figures: Sequence[Quantity]) -> Iterator[tuple[int, ...]]:
        """The markers that a figure is cited by: those that follow it, those right before it; and where another figure
        stands between it and them, those of the whole sentence."""
        figure = figures[index]
        groups = list(_groups(self._plain))
        following = next((group for group in groups if group[0] >= figure.end), None)
        preceding = next((group for group in reversed(groups) if group[0] <= figure.start), None)
        before = figures[index - 1].end if index else 0
        after = figures[index + 1].start if index + 1 < len(figures) else len(self._plain.text) + 1
        if following is not None:
            yield following[1]
        if preceding is not None and preceding[0] > before:
            yield preceding[1]
        if following is None or following[0] > after:
            yield self._markers

    def _fault_of_match(
        self, figure: Quantity, candidate: SourceFigure, source: Source, words: Beside, said: Words
    ) -> str:
        if _RECKONS.search(words.since) and not says_something("".join(words.parts[-1:]) + words.after):
            return "说的是计算的结果，却不是所列数字算出来的"
        if (compared := _COMPARED.search(words.since)) and compared.group() not in source.words:
            return "说的是两数之差，却不是所列数字算出来的"
        if scope := other_scope(words.wide, source):
            return f"说成了“{scope}”的，而文件是“{source.evidence.plan.place}”的"
        if fault := fault_of_level(figure.text, said, candidate):
            return fault
        if fault := fault_of_setting(words, said.near, figure.text, candidate, source):
            return fault
        rivals = [one for one in source.figures if one is not candidate and not is_equal(figure, one.amount, words)]
        return fault_of_name(said, candidate, rivals, source)


_SAYS_WHAT_IT_IS = re.compile(r"\s*(?:是|为|系|指|即|对应|代表|属于|说的|[，,。；;：:、])")


def _names_nothing(words: Beside) -> bool:
    return not says_something("，".join([*words.parts, words.after, words.beyond, *words.inherited]))


def _is_embedded(text: str, figure: Quantity) -> bool:
    """Whether a figure only describes what another one counts; 300亿元以上是…投资 says what it is itself."""
    return inside_modifier(text, figure) and _SAYS_WHAT_IT_IS.match(text, figure.end) is None


def _groups(plain: PlainSentence) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(place, markers) of markers that stand together."""
    group: list[int] = []
    place = -1
    for at, marker in plain.markers:
        if group and plain.text[place:at].strip(" 、,，"):
            yield place, tuple(group)
            group = []
        group.append(marker)
        place = at
    if group:
        yield place, tuple(group)
