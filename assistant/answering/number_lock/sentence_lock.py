"""The lock on one answer: a sentence leaves only when all that it states is in the clauses that it cites.

`check` says what is wrong with a sentence and remembers nothing; `release` remembers what a sentence said, so that a later
one may reckon with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from assistant.answering.answer import Computed
from assistant.answering.number_lock import reckoning
from assistant.answering.number_lock.beside import Beside, beside
from assistant.answering.number_lock.markup import PlainSentence, Quotation, read_markup
from assistant.answering.number_lock.naming import closeness, fault_of_name
from assistant.answering.number_lock.reckoning import Operand, Reckoned
from assistant.answering.number_lock.setting import fault_of_setting, other_scope, strange_place
from assistant.answering.number_lock.sources import Evidence, Source, SourceFigure, fold, joined, read_source
from assistant.answering.number_lock.stated import Numeral, Stated, plain_name, read_stated, says_two_qualifiers
from assistant.answering.number_lock.strange import strange_word
from assistant.answering.number_lock.turning import fault_of_level
from assistant.answering.number_lock.wording_classes import NEUTRAL
from assistant.answering.number_lock.words import Words, pairs, says_something
from assistant.plan.ledger import LedgerRow
from assistant.plan.modifiers import inside_modifier
from assistant.plan.numerals import alternatives, chinese_number
from assistant.plan.quantity import Amount, Quantity, same_figure, same_quantity
from assistant.plan.units import COUNTERS, SCALES, base_unit
from assistant.search.glossary import Glossary

_DENIES = re.compile(
    r"(?:不是|并非|而非|不为|不等于|不应为|不应是|(?:没有|不应|不能|未)(?:写|说|提|定)(?:成|到|为|的是)?)[“\"]?$"
)
_LACKS = re.compile(r"没有|未|并无|不含|不涉及")
_ENGLISH = re.compile(r"(?<![A-Za-z])[a-z]{3,}")
_MORE_OR_LESS = re.compile(r"([多少高低快慢大小长短])[出了约达近上]{0,2}$")
_MORE_OR_LESS_BEHIND = re.compile(r"\s?([多少高低快慢大小长短])(?!于)")
_RECKONS = re.compile(
    r"合计|总计|共计|加起来|相加|之和|总和|相差|之差|差(?!不多|异)|前者|后者|两者|二者|多出|高出|平均"
)
_INCLUDED = re.compile(r"(?:含|包括|包含)(?:本数)?$")
_OF_ACCOUNTS = re.compile(
    rf"[壹贰叁肆伍陆柒捌玖拾佰仟][壹贰叁肆伍陆柒捌玖拾佰仟万亿]+|[壹贰叁肆柒捌玖](?=(?:{alternatives(COUNTERS)}))"
)
_LIST_ITEM = re.compile(r"\s*(?:[-*+•]\s|\d{1,2}[.、)）]|[（(]\d{1,2}[)）])")
_EACH = re.compile(r"(?<!在|以)各(?:自|有|为|是|[\u4e00-\u9fff]{2})?$")
_LISTED = re.compile(r"、|以及|和|及|与")
_COMPARED = re.compile(
    r"(?<!可)比(?![重例率值上去]).{2,30}(?:多|少|(?<!提)高|低|快|慢|(?<!扩)大|小|(?<!增)长|(?<!缩)短)[出了约]{0,2}$"
)
_HALF = re.compile(r"一半(?:是|为|即|等于|约)")
_BEHIND_RANGE = re.compile(r"及?以[上下内外]|左右|上下(?!班)")
_ORDINAL_HEADS = frozenset("序号 编号 次序 # No No. 序".split())
_HEADS = frozenset("项目 任务 事项 内容 指标 类别".split())
_KIN = {"项": "个", "名": "人", "位": "人"}
_SHORT_NUMERAL = 2  # characters of a Chinese numeral that must have its neighbours too: 第一 of 第一部分
_FIVE_YEARS = re.compile(r"十([一二三四五六])五")
_YEARS = re.compile(r"(?:19|20)\d\d")
_MONTHS_OF_YEAR = re.compile(r"((?:19|20)\d\d)年(\d.*)")
_SHORT = 4  # characters of a quotation that is a term
_SHOWN = 24  # characters of a sentence shown in a fault
_END_SIGNS = ",;:.?!、"


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
        self._glossary = glossary
        self._question = question
        self._sources = {one.marker: read_source(one) for one in evidence}
        self._everything = joined(tuple(self._sources.values()))
        names = dict.fromkeys([*(source.names for source in self._sources.values()), *held])
        self._names = "\n".join(names)
        self._known = self._names + "\n".join(source.all_words for source in self._sources.values())
        self._folded_names = fold(self._names)
        self._numerals: dict[tuple[int, ...], str] = {}
        self._heading = ""
        self._last: tuple[str, _Judged] | None = None
        self._header: tuple[str, ...] = ()
        self._released: list[tuple[Operand, ...]] = []
        self.rows: list[tuple[str, LedgerRow]] = []
        self.computed: list[Computed] = []

    def check(self, sentence: str) -> Verdict:
        """What the sentence states, or what is wrong with it."""
        return self._judged(sentence).verdict

    def release(self, sentence: str, verdict: Verdict) -> None:
        """Remember a sentence that has been let out."""
        operands = self._judged(sentence).operands
        plain = read_markup(sentence)
        if plain.cells and not verdict.markers and not self._header:
            self._header = tuple(plain.text[start:end].strip() for start, end in plain.cells)
        elif plain.text.strip() and not plain.cells and not plain.is_rule:
            self._header = ()
        if plain.text.strip() and not plain.cells and not (self._heading and _LIST_ITEM.match(sentence)):
            words = plain.text.strip()
            heads = words.endswith((":", "：")) or sentence.lstrip().startswith(("#", "**"))
            self._heading = words if heads and not read_stated(plain.text).figures else ""
        if operands:
            self._released.append(operands)
        self.rows.extend(verdict.rows)
        self.computed.extend(verdict.computed)
        self._last = None

    def _judged(self, sentence: str) -> _Judged:
        """The judgement, which is the same until the next sentence is released."""
        if self._last is None or self._last[0] != sentence:
            self._last = (sentence, _Check(self, sentence).judged())
        return self._last[1]


@dataclass(frozen=True)
class _Judged:
    verdict: Verdict
    operands: tuple[Operand, ...] = ()


class _Check:
    """One look at one sentence."""

    def __init__(self, lock: SentenceLock, sentence: str) -> None:
        self._lock = lock
        self._plain: PlainSentence = read_markup(sentence)
        self._markers = tuple(dict.fromkeys(marker for _, marker in self._plain.markers))
        self._operands: list[tuple[int, Operand]] = []
        self._reckoned: list[Reckoned] = []
        self._figures: tuple[Quantity, ...] = ()

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
        known = [*self._lock.rows, *rows]
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
            if marker not in self._lock._sources:
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

    def _misquoted(self, quotation: Quotation) -> str:
        words = fold(quotation.text).strip(_END_SIGNS)
        if not words or words in self._lock._folded_names:
            return ""
        cited = [self._lock._sources[marker] for marker in self._markers]
        short = len(words) <= _SHORT and not any(character.isdigit() for character in words)
        if self._is_period(words) or (short and words in fold(self._lock._question)):
            return ""
        among = cited if cited and not short and not quotation.title else list(self._lock._sources.values())
        if any(words in source.folded for source in among):
            return ""
        where = "所引条款" if cited else "给出的条款"
        return f"引号中的“{_short(quotation.text)}”不是{where}的原话"

    def _is_period(self, words: str) -> bool:
        """“十二五” of a plan or a figure of those five years."""
        match = _FIVE_YEARS.fullmatch(words)
        if match is None:
            return False
        last = 2015 + 5 * ("一二三四五六".index(match[1]) - 1)
        return any(str(year) in self._spans() for year in range(last - 4, last + 1))

    def _unknown_name(self, numeral: Numeral, stated: Stated) -> str:
        allowed = self._allowed_names()
        text = self._plain.text
        whole, core = plain_name(numeral.text), plain_name(numeral.core)
        is_short = not any(character.isascii() for character in core) and len(core) <= _SHORT_NUMERAL
        if not is_short and _stands_in(whole, allowed):
            neighbour = text[numeral.end : numeral.end + 1]
            digits = whole.isdigit() and "\u4e00" <= neighbour <= "\u9fff"
            if not digits or _stands_in(whole + neighbour, allowed) or f"{whole}年" in allowed:
                return ""
        if not any(character.isascii() and character.isdigit() for character in core):
            start = text.find(numeral.core, numeral.start)
            end = start + len(numeral.core)
            for around in (text[max(0, start - 1) : end], text[start : end + 1]):
                if len(around) > len(core) and plain_name(around) in allowed:
                    return ""
        if numeral.reason == "date" and whole.rstrip("年度") in self._spans():
            return ""
        if self._is_period(core):
            return ""
        if dated := _MONTHS_OF_YEAR.fullmatch(whole):
            year, rest = dated.groups()
            if (year in self._spans() or _stands_in(year, allowed)) and _stands_in(rest, allowed):
                return ""
        if not stated.figures and _LACKS.search(text) and numeral.reason == "date":
            return ""
        if numeral.reason == "identifier" and _LACKS.search(re.split("[，,。；;]", text[: numeral.start])[-1]):
            return ""
        if (counted := _as_count(text, numeral)) and (
            reckoning.is_manner_of_speaking(counted, text)
            or (self._markers and reckoning.is_count(counted, text, len(stated.figures), len(self._markers)))
        ):
            return ""
        if self._plain.misplaced and numeral.core in self._plain.misplaced:
            return f"“{self._plain.misplaced}”不是依据编号，请写成[n]，如[1]"
        return f"“{numeral.text}”在所引条款、标题和文件名中没有"

    def _allowed_names(self) -> str:
        """Where names and dates may stand: the cited clauses, all headings and titles."""
        if self._markers not in self._lock._numerals:
            said = [self._lock._names, *(self._lock._sources[marker].numerals for marker in self._markers)]
            self._lock._numerals[self._markers] = plain_name("\n".join(said))
        return self._lock._numerals[self._markers]

    def _spans(self) -> set[str]:
        """The years of the cited plans and of their figures: what a clause says of 去年 may be told by its number."""
        sources = [self._lock._sources[marker] for marker in self._markers] or list(self._lock._sources.values())
        found = {str(one.evidence.plan.year) for one in sources}
        for source in sources:
            found.update(year for row in source.evidence.rows for year in _YEARS.findall(row.period))
        return found

    # --- Figures --------------------------------------------------------------------------------------------------------

    def _fault_of_figures(self, stated: Stated) -> str:
        figures = self._figures = stated.figures
        if not figures:
            return ""
        text = self._plain.text
        words = beside(text, [(one.start, one.end) for one in figures], [_is_embedded(text, one) for one in figures], [place for place, _ in self._plain.markers])
        if self._lock._heading:
            heading = self._lock._heading
            words = [replace(one, wide=f"{heading}，{one.wide}", lead=f"{heading}，{one.lead}") for one in words]
        if self._plain.cells:
            words = [self._with_header(one, figure) for one, figure in zip(words, figures, strict=True)]
        if dangling := next((one for one in figures if one.upper is not None and _BEHIND_RANGE.search(text[one.start : one.end + 2])), None):
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
        cited = [self._lock._sources[marker].all_words for marker in self._markers]
        known = "\n".join(cited) if cited else self._lock._known
        if place := strange_place(f"{self._lock._heading}\n{text}", known, self._lock._glossary):
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
        header = self._lock._header[column] if 0 <= column < len(self._lock._header) else ""
        names_any = not header or header in NEUTRAL or header in _HEADS
        return words if names_any else replace(words, after=f"{words.after}，{header}")

    def _denied(self, figure: Quantity) -> bool:
        """不是200项: a figure that no source has and that the sentence says is not so."""
        if not self._is_denied(figure):
            return False
        return not any(
            same_quantity(figure, one.amount) for source in self._lock._sources.values() for one in source.figures
        )

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
                source = self._lock._sources[marker]
                for candidate in source.figures:
                    if not _equal(figure, candidate.amount, words):
                        continue
                    words = self._as_asked(words)
                    said = Words(words, self._heading_of(words), source, self._lock._glossary)
                    if fault := self._fault_of_match(figure, candidate, source, words, said):
                        faults.append(fault)
                        continue
                    operand = Operand(candidate.amount, source.evidence.document, candidate.row, marker)
                    found.append((closeness(said, candidate), operand))
            if self._is_denied(figure):
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
            one.row is not None and f"各{one.row.text}" in self._lock._sources[one.marker].words for _, one in found
        )

    def _heading_of(self, words: Beside) -> str:
        """What names a figure beside which nothing does: the line that heads it, or the question."""
        return self._lock._heading or self._lock._question

    def _as_asked(self, words: Beside) -> Beside:
        """A figure that nothing names is of the year and the place that were asked for."""
        question = self._lock._question
        if self._lock._heading or not question or not _names_nothing(words) or words.wide.startswith(question):
            return words
        return replace(words, wide=f"{question}，{words.wide}", lead=f"{question}，{words.lead}")

    def _nearest_fault(self, figure: Quantity, markers: Sequence[int]) -> str:
        """What the cited clauses say instead, for the model to mend."""
        for marker in markers:
            for one in self._lock._sources[marker].figures:
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
        rivals = [one for one in source.figures if one is not candidate and not _equal(figure, one.amount, words)]
        return fault_of_name(said, candidate, rivals, source)

    # --- Reckoning ------------------------------------------------------------------------------------------------------

    def _reckons(
        self, index: int, figures: Sequence[Quantity], words: Beside, equations: Sequence[reckoning.Equation],
        open_ones: Sequence[tuple[int, str]],
    ) -> bool:  # fmt: skip
        """Whether code comes to the figure too, from figures that are stated, cited or released."""
        figure, text = figures[index], self._plain.text
        if equation := next((one for one in equations if one.start <= figure.start < one.end), None):
            return equation.holds and self._equation_of_known(figure, equation)
        others = len(figures) - len(open_ones)
        if (
            reckoning.is_manner_of_speaking(figure, text)
            or self._stands_in_a_name(figure)
            or self._says_again(figure, figures, words)
            or self._ends_of_range(figure, figures, words)
            or self._numbers_its_line(figure)
        ):
            return True
        if self._markers and reckoning.is_count(figure, text, others, len(self._markers)):
            return True
        if figure.text.endswith("一半") and _HALF.match(text, figure.end - 2):
            return len(self._operands) > 0
        near = f"{words.since}{figure.text}{words.after}"
        reckoned = reckoning.reckon(figure, near, text, self._pools(figure))
        if reckoned is None or not self._in_order(reckoned, words, figure):
            return False
        if strange := self._strange(words):
            return not strange
        self._reckoned.append(reckoned)
        return True

    def _stands_in_a_name(self, figure: Quantity) -> bool:
        """城乡三项基本医疗保险参保率: a numeral of a name that a cited clause has with the words around it."""
        around = self._plain.text[max(0, figure.start - 2) : figure.end + 3]
        return len(around) == len(figure.text) + 5 and any(
            around in source.words and not any(one.text == figure.text for one in source.figures)
            for source in (self._lock._sources[marker] for marker in self._markers)
        )

    def _says_again(self, figure: Quantity, figures: Sequence[Quantity], words: Beside) -> bool:
        """Whether a figure that names nothing of its own says again, in another unit or without its qualifier, what a
        figure of the sentence has said: 300亿元以上，即3000000万元以上; 最少3个、最多5个."""
        near = f"{''.join(words.parts[-1:])}，{words.after}"
        if _RECKONS.search(words.since):
            return False
        for place, operand in self._operands:
            amount, other = operand.amount, figures[place]
            same = _equal(figure, amount, words)
            text = self._plain.text[: figure.start]
            bare = figure.qualifier == "exact" and same_figure(figure, amount)
            if figure is not other and ((same and not says_something(near)) or (bare and _INCLUDED.search(text))):
                return True
        return False

    def _numbers_its_line(self, figure: Quantity) -> bool:
        """The number of a table's row below 序号."""
        cells, header = self._plain.cells, self._lock._header
        if not cells or not header or header[0] not in _ORDINAL_HEADS or figure.unit:
            return False
        return self._plain.text[slice(*cells[0])].strip() == figure.text.strip()

    def _ends_of_range(self, figure: Quantity, figures: Sequence[Quantity], words: Beside) -> bool:
        """最少3个、最多5个 of 3-5个: both ends, each for what it is."""
        for marker in self._markers:
            for one in self._lock._sources[marker].figures:
                low, high = one.amount.value, one.amount.upper
                if low is None or high is None or base_unit(figure.unit) != base_unit(one.amount.unit):
                    continue
                ends = {("at_least", low), ("at_most", high)}
                said = {(other.qualifier, other.value) for other in figures if other.unit == figure.unit}
                if (figure.qualifier, figure.value) in ends and ends <= said:
                    covered = pairs("".join(words.parts) + words.after + "".join(words.inherited)) & pairs(one.noun)
                    if covered:
                        self._operands.append(
                            (
                                figures.index(figure),
                                Operand(one.amount, self._lock._sources[marker].evidence.document, one.row, marker),
                            )
                        )
                        return True
        return False

    def _strange(self, words: Beside) -> str:
        """A word beside a reckoned figure that none of the sources accounts for."""
        near = replace(words, parts=words.parts[-1:], beyond="", inherited=(), region="")
        source = self._lock._everything
        return strange_word(Words(near, "", source, self._lock._glossary), source)

    def _pools(self, figure: Quantity) -> list[list[Operand]]:
        """What a figure may be reckoned from, the nearest first."""
        stated = list(dict.fromkeys(operand for _, operand in sorted(self._operands, key=lambda one: one[0])))
        unit = base_unit(figure.unit)[0]
        alike = [one for one in stated if base_unit(one.amount.unit)[0] == unit]
        named = [one for one in self._named() if one not in stated]
        released = [list(one) for one in reversed(self._lock._released)]
        everything = [one for group in self._lock._released for one in group]
        pools = [stated, alike, alike[-2:], *([stated + named] if len(stated) < 2 else []), named, stated[-2:], stated[-1:]]
        if not named or not stated:
            pools += [*released[:1], *([released[1] + released[0]] if len(released) > 1 else []), everything]
            pools += [stated + released[0]] if released else []
        return [pool for pool in pools if pool]

    def _named(self) -> list[Operand]:
        """The figures of cited clauses that the sentence names without stating them."""
        said = pairs(self._plain.text)
        found: list[Operand] = []
        for marker in self._markers:
            source = self._lock._sources[marker]
            words = pairs(self._lock._glossary.in_likely_words(self._plain.text, source.all_words.__contains__))
            for one in source.figures:
                name = pairs(one.indicator)
                if one.row is not None and name and len(name & (words | said)) >= 0.7 * len(name):
                    found.append(Operand(one.amount, source.evidence.document, one.row, marker))
        return found

    def _in_order(self, reckoned: Reckoned, words: Beside, figure: Quantity) -> bool:
        """Whether the words say which is more, or which of which, the way it is."""
        if reckoned.operation not in ("difference", "ratio", "share") or len(reckoned.operands) != 2:
            return True
        near = words.since + words.after
        text = self._plain.text
        compared = re.search(r"(.*)(?<!对)比(?![重例率值较])(.*)", text[: figure.start]) or re.search(
            r"(.*)(?:是|为|占|相当于)(.*?)(?:的)?$", "".join(words.parts[-1:])
        )
        first, second = reckoned.operands
        if reckoned.operation == "difference":
            said = _MORE_OR_LESS.search(words.since) or _MORE_OR_LESS_BEHIND.match(words.after)
            if said is None:
                return True
            less = said[1] in "少低慢小短"
            bigger, smaller = (second, first) if less else (first, second)
        else:
            bigger, smaller = first, second
        if "后者" in near and "前者" in near and near.index("后者") < near.index("前者"):
            return self._stated_order(smaller, bigger)
        if "前者" in near:
            return self._stated_order(bigger, smaller)
        if "后者" in near and "前者" not in near:
            return self._stated_order(smaller, bigger)
        if compared is None:
            return True
        left, right = pairs(compared[1][-40:]), pairs(compared[2])
        one, other = (
            pairs(bigger.row.indicator if bigger.row else ""),
            pairs(smaller.row.indicator if smaller.row else ""),
        )
        along = len(one & left) + len(other & right)
        across = len(one & right) + len(other & left)
        return along >= across

    def _stated_order(self, first: Operand, second: Operand) -> bool:
        order = [operand for _, operand in sorted(self._operands, key=lambda one: one[0])]
        order = [*(one for group in self._lock._released for one in group), *order]
        return first not in order or second not in order or order.index(first) <= order.index(second)

    def _equation_of_known(self, figure: Quantity, equation: reckoning.Equation) -> bool:
        """Whether each number of an equation is one of the figures at hand, and the figure is a number of it."""
        stated = [operand for _, operand in self._operands]
        cited = [
            Operand(one.amount, source.evidence.document, one.row, marker)
            for marker in self._markers
            for source in [self._lock._sources[marker]]
            for one in source.figures
            if one.row is not None
        ]
        known = [*stated, *(one for group in self._lock._released for one in group), *cited]
        operands: list[Operand] = []
        for term in equation.terms:
            match = next((one for one in known if one.amount.value == term and one not in operands), None)
            match = match or next((one for one in known if one.amount.value == term), None)
            if match is None:
                if term in (2, 100) and operands:
                    continue
                return False
            operands.append(match)
        text = self._plain.text[equation.start : equation.end]
        behind_sign = self._plain.text.find("=", equation.start, equation.end)
        behind_sign = behind_sign if behind_sign != -1 else self._plain.text.find("≈", equation.start, equation.end)
        if behind_sign == -1 or figure.start < behind_sign - 1:
            place = self._figures.index(figure)
            match = next(
                (one for one in operands if one.amount.value == figure.value and _unit_fits(figure, one.amount)), None
            )
            if match is not None and figure.qualifier not in ("exact", match.amount.qualifier):
                return False
            if match is not None:
                self._operands.append((place, match))
            return match is not None
        plain = replace(figure, qualifier="about") if "≈" in text else figure
        reckoned = reckoning.reckon(plain, text, self._plain.text, [operands])
        if reckoned is None:
            return False
        self._reckoned.append(reckoned)
        return True


_COUNTER_BEHIND = re.compile(r"(?:个?方面|[类项个条点处种所宗家座块样笔招件])")


def _as_count(text: str, numeral: Numeral) -> Quantity | None:
    """三类, 5个方面: a numeral that may count what the sentence lists."""
    behind = _COUNTER_BEHIND.match(text, numeral.end)
    if behind is None:
        return None
    try:
        value = Decimal(numeral.core) if numeral.core.isdecimal() else chinese_number(numeral.core)
    except ValueError:
        return None
    unit = "方面" if behind.group().endswith("方面") else behind.group()
    return Quantity(value, None, unit, "exact", "", numeral.start, behind.end(), numeral.core)


_SAYS_WHAT_IT_IS = re.compile(r"\s*(?:是|为|系|指|即|对应|代表|属于|说的|[，,。；;：:、])")


def _names_nothing(words: Beside) -> bool:
    return not says_something("，".join([*words.parts, words.after, words.beyond, *words.inherited]))


def _is_embedded(text: str, figure: Quantity) -> bool:
    """Whether a figure only describes what another one counts; 300亿元以上是…投资 says what it is itself."""
    return inside_modifier(text, figure) and _SAYS_WHAT_IT_IS.match(text, figure.end) is None


def _unit_fits(figure: Quantity, amount: Amount) -> bool:
    return not figure.unit or base_unit(figure.unit)[0] == base_unit(amount.unit)[0]


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


def _stands_in(name: str, allowed: str) -> bool:
    """Whether a name stands in a text, not as a part of a longer number or word."""
    start = allowed.find(name)
    while name and start != -1:
        before, after = allowed[start - 1 : start], allowed[start + len(name) : start + len(name) + 1]
        cut = (_goes_on(before) and _goes_on(name[0])) or (_goes_on(after) and _goes_on(name[-1]))
        if not cut:
            return True
        start = allowed.find(name, start + 1)
    return False


def _goes_on(character: str) -> bool:
    return (character.isascii() and character.isalnum()) or character == "."


def _equal(figure: Quantity, amount: Amount, words: Beside) -> bool:
    """Whether a stated figure is this amount: the one equality, and what people leave out (亿 for 亿元) or say for it
    (210个 for 210项, 3.7万名 for 3.7万人)."""
    if amount.value is None:
        return False
    if same_quantity(figure, amount):
        return True
    if figure.qualifier != amount.qualifier:
        return False
    unit, factor = base_unit(figure.unit)
    other, other_factor = base_unit(amount.unit)
    if figure.unit in SCALES and figure.unit:
        return figure.value * SCALES[figure.unit] == amount.value * other_factor and figure.upper is None
    if not figure.unit and _ENGLISH.search(f"{words.since}{words.beyond}"):
        # Three new parks: the noun is the unit.
        return other in COUNTERS and figure.value == amount.value * other_factor
    if not figure.unit:
        beside_it = "".join(words.parts[-1:]) + words.after
        named = bool(other) and (other in beside_it or amount.unit in beside_it)
        return named and figure.value == amount.value and figure.upper == amount.upper
    same_unit = _KIN.get(unit, unit) == _KIN.get(other, other)
    upper = None if figure.upper is None else figure.upper * factor
    other_upper = None if amount.upper is None else amount.upper * other_factor
    return same_unit and figure.value * factor == amount.value * other_factor and upper == other_upper


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
