"""Figures of a sentence that no clause states, but that code comes to from those that are stated, cited or released."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.number_lock import reckoning
from assistant.answering.number_lock.beside import Beside
from assistant.answering.number_lock.equality import is_equal, unit_fits
from assistant.answering.number_lock.memory import Look
from assistant.answering.number_lock.reckoning import Operand, Reckoned
from assistant.answering.number_lock.sources import Source
from assistant.answering.number_lock.strange import strange_word
from assistant.answering.number_lock.words import Words, pairs, says_something
from assistant.plan.quantity import Quantity, same_figure
from assistant.plan.units import base_unit

_MORE_OR_LESS = re.compile(r"([多少高低快慢大小长短])[出了约达近上]{0,2}$")
_MORE_OR_LESS_BEHIND = re.compile(r"\s?([多少高低快慢大小长短])(?!于)")
_RECKONS = re.compile(
    r"合计|总计|共计|加起来|相加|之和|总和|相差|之差|差(?!不多|异)|前者|后者|两者|二者|多出|高出|平均"
)
_INCLUDED = re.compile(r"(?:含|包括|包含)(?:本数)?$")
_HALF = re.compile(r"一半(?:是|为|即|等于|约)")
_ORDINAL_HEADS = frozenset("序号 编号 次序 # No No. 序".split())


class ReckoningLook(Look):
    """The look at figures that are worked out."""

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
        # 商务楼宇5栋少2栋: what stands right before the next figure is said of that.
        following = figures[index + 1].start if index + 1 < len(figures) else len(text) + 1
        after = words.after if following > figure.end + len(words.after) else ""
        near = f"{words.since}{figure.text}{after}"
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
            for source in (self._memory.sources[marker] for marker in self._markers)
        )

    def _says_again(self, figure: Quantity, figures: Sequence[Quantity], words: Beside) -> bool:
        """Whether a figure that names nothing of its own says again, in another unit or without its qualifier, what a
        figure of the sentence has said: 300亿元以上，即3000000万元以上; 最少3个、最多5个."""
        near = f"{''.join(words.parts[-1:])}，{words.after}"
        if _RECKONS.search(words.since) or _MORE_OR_LESS.search(words.since):
            return False
        for place, operand in self._operands:
            amount, other = operand.amount, figures[place]
            same = is_equal(figure, amount, words)
            text = self._plain.text[: figure.start]
            bare = figure.qualifier == "exact" and same_figure(figure, amount)
            if figure is not other and ((same and not says_something(near)) or (bare and _INCLUDED.search(text))):
                return True
        return False

    def _numbers_its_line(self, figure: Quantity) -> bool:
        """The number of a table's row below 序号."""
        cells, header = self._plain.cells, self._memory.header
        if not cells or not header or header[0] not in _ORDINAL_HEADS or figure.unit:
            return False
        return self._plain.text[slice(*cells[0])].strip() == figure.text.strip()

    def _ends_of_range(self, figure: Quantity, figures: Sequence[Quantity], words: Beside) -> bool:
        """最少3个、最多5个 of 3-5个: both ends, each for what it is."""
        for marker in self._markers:
            for one in self._memory.sources[marker].figures:
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
                                Operand(one.amount, self._memory.sources[marker].evidence.document, one.row, marker),
                            )
                        )
                        return True
        return False

    def _strange(self, words: Beside) -> str:
        """A word beside a reckoned figure that none of the sources accounts for."""
        near = replace(words, parts=words.parts[-1:], beyond="", inherited=(), region="")
        source = self._memory.everything
        return strange_word(Words(near, "", source, self._memory.glossary), source)

    def _pools(self, figure: Quantity) -> list[list[Operand]]:
        """What a figure may be reckoned from, the nearest first."""
        stated = list(dict.fromkeys(operand for _, operand in sorted(self._operands, key=lambda one: one[0])))
        unit = base_unit(figure.unit)[0]
        alike = [one for one in stated if base_unit(one.amount.unit)[0] == unit]
        named = [one for one in self._named() if one not in stated]
        released = [list(one) for one in reversed(self._memory.released)]
        everything = [one for group in self._memory.released for one in group]
        pools = [
            stated,
            alike,
            alike[-2:],
            *([stated + named] if len(stated) < 2 else []),
            named,
            stated[-2:],
            stated[-1:],
        ]
        if not named or not stated:
            pools += [*released[:1], *([released[1] + released[0]] if len(released) > 1 else []), everything]
            pools += [stated + released[0]] if released else []
        return [pool for pool in pools if pool]

    def _named(self) -> list[Operand]:
        """The figures of cited clauses that the sentence names without stating them."""
        said = pairs(self._plain.text)
        found: list[Operand] = []
        for marker in self._markers:
            source = self._memory.sources[marker]
            words = pairs(self._in_words_of(source))
            for one in source.figures:
                name = pairs(one.indicator)
                if one.row is not None and name and len(name & (words | said)) >= 0.7 * len(name):
                    found.append(Operand(one.amount, source.evidence.document, one.row, marker))
        return found

    def _in_words_of(self, source: Source) -> str:
        """The sentence in the words of a source."""
        text = self._plain.text
        if text not in source.in_its_words:
            said = source.all_words
            source.in_its_words[text] = self._memory.glossary.in_likely_words(text, said.__contains__)
        return source.in_its_words[text]

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
        order = [*(one for group in self._memory.released for one in group), *order]
        return first not in order or second not in order or order.index(first) <= order.index(second)

    def _equation_of_known(self, figure: Quantity, equation: reckoning.Equation) -> bool:
        """Whether each number of an equation is one of the figures at hand, and the figure is a number of it."""
        stated = [operand for _, operand in self._operands]
        cited = [
            Operand(one.amount, source.evidence.document, one.row, marker)
            for marker in self._markers
            for source in [self._memory.sources[marker]]
            for one in source.figures
            if one.row is not None
        ]
        known = [*stated, *(one for group in self._memory.released for one in group), *cited]
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
                (one for one in operands if one.amount.value == figure.value and unit_fits(figure, one.amount)), None
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
