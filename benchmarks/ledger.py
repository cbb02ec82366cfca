"""How much of a ledger is read right: precision and recall against ledgers that were written by hand from the text.

    python -m benchmarks.ledger [GOLD …] [--texts FOLDER] [--errors KIND]

A gold file names its text and the text's hash, so that a text that has changed is not scored against offsets that no
longer fit; it holds no sentence of the text. Rows are matched by where the number stands. A row is right where figure,
unit, qualifier and tense are; of the indicator there are two rates: its words are among the gold's wordings, and the
milder one that one of the two contains the other. Ranks and words such as 零增长 are left out: the gold has none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.plan.ledger import LedgerRow, build_ledger
from assistant.plan.parse import parse_plan
from assistant.plan.quantity import Qualifier, same_figure
from assistant.plan.scan import CHINESE_NUMERALS, narrow
from assistant.plan.verbs import LEADING_ACTION
from assistant.reading.text_file import read_text

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "data" / "gold-ledgers"
TEXTS = ROOT / "shared" / "samples"
_NUMBER = re.compile(rf"[\d{CHINESE_NUMERALS}]")
_WORDS = re.compile(r"零增长|翻[一两]?番|一半|过半")
_EVERYWHERE = re.compile(r"^(?:全[市区县省国旗]|[我本][市区县省国旗])")


@dataclass(frozen=True)
class GoldRow:
    """A figure of the text as a reader wrote it down. `number` is where its first numeral stands, in code points."""

    number: int
    value: Decimal
    upper: Decimal | None
    unit: str
    qualifier: Qualifier
    tense: str
    role: str
    period: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class GoldLedger:
    """The figures of one text, or of the part of it from `start` to `end`. `kept_aside`: only rates may be looked at."""

    name: str
    text: str
    sha256: str
    start: int
    end: int
    kept_aside: bool
    rows: tuple[GoldRow, ...]


@dataclass(frozen=True)
class Pair:
    """A gold row and the row that was read at the same place; one of them is missing where the other stands alone."""

    gold: GoldRow | None
    row: LedgerRow | None

    @property
    def figure(self) -> bool:
        return self.gold is not None and self.row is not None and same_figure(_narrow(self.gold), _narrow(self.row))

    @property
    def qualifier(self) -> bool:
        return self.gold is not None and self.row is not None and self.gold.qualifier == self.row.qualifier

    @property
    def tense(self) -> bool:
        return self.gold is not None and self.row is not None and self.gold.tense == self.row.tense

    @property
    def right(self) -> bool:
        return self.figure and self.qualifier and self.tense

    @property
    def indicator(self) -> bool:
        if self.gold is None or self.row is None:
            return False
        said = _bare(self.row.indicator)
        return bool(said) and any(said == _bare(indicator) for indicator in self.gold.indicators)

    @property
    def contained(self) -> bool:
        """Whether the indicator is one of the gold's wordings, or holds one, or is held by one."""
        if self.gold is None or self.row is None:
            return False
        said = _bare(self.row.indicator)
        names = [_bare(indicator) for indicator in self.gold.indicators]
        return len(said) >= 2 and any(said in name or name in said for name in names if len(name) >= 2)

    @property
    def role(self) -> bool:
        return self.gold is not None and self.row is not None and self.gold.role == self.row.role

    @property
    def period(self) -> bool:
        return self.gold is not None and self.row is not None and _dashed(self.gold.period) == _dashed(self.row.period)


@dataclass(frozen=True)
class Rates:
    """Shares between 0 and 1. All but `precision` are shares of the gold rows: what was not found is wrong."""

    gold: int
    read: int
    precision: float
    recall: float
    indicator: float
    contained: float
    role: float
    period: float


@dataclass(frozen=True)
class _Amount:
    value: Decimal | None
    upper: Decimal | None
    unit: str
    qualifier: Qualifier


def read_gold(path: Path) -> GoldLedger:
    """A gold file: one JSON object a line, the first of them about the text."""
    head, *rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return GoldLedger(
        name=path.stem,
        text=head["text"],
        sha256=head["sha256"],
        start=head["start"],
        end=head["end"],
        kept_aside=head["kept_aside"],
        rows=tuple(
            GoldRow(
                number=row["number"],
                value=Decimal(row["value"]),
                upper=None if row["upper"] is None else Decimal(row["upper"]),
                unit=row["unit"],
                qualifier=row["qualifier"],
                tense=row["tense"],
                role=row["role"],
                period=row["period"],
                indicators=(row["indicator"], *row["also"]),
            )
            for row in rows
        ),
    )


def text_of(gold: GoldLedger, folder: Path) -> str | None:
    """The text that a gold ledger is of, or None where it does not lie in the folder or is another text by now."""
    path = folder / gold.text
    if not path.is_file():
        return None
    text = read_text(path)
    return text if hashlib.sha256(text.encode()).hexdigest() == gold.sha256 else None


def pairs_of(gold: GoldLedger, text: str) -> tuple[Pair, ...]:
    """The gold's rows and the rows read from the text, matched by the place of the number, in the text's order."""
    expected = {row.number: row for row in gold.rows}
    read = {
        _number(row): row
        for row in build_ledger(parse_plan(text))
        if row.value is not None and row.role != "rank" and gold.start <= row.start < gold.end
        if not _WORDS.fullmatch(row.text)
    }
    return tuple(Pair(expected.get(place), read.get(place)) for place in sorted({*expected, *read}))


def rates_of(pairs: Sequence[Pair]) -> Rates:
    gold = sum(pair.gold is not None for pair in pairs)
    read = sum(pair.row is not None for pair in pairs)
    right = sum(pair.right for pair in pairs)
    return Rates(
        gold=gold,
        read=read,
        precision=right / read if read else 0.0,
        recall=right / gold,
        indicator=sum(pair.indicator for pair in pairs) / gold,
        contained=sum(pair.contained for pair in pairs) / gold,
        role=sum(pair.role for pair in pairs) / gold,
        period=sum(pair.period for pair in pairs) / gold,
    )


def _number(row: LedgerRow) -> int:
    found = _NUMBER.search(narrow(row.text))
    return row.start + (found.start() if found else 0)


def _narrow(amount: GoldRow | LedgerRow) -> _Amount:
    return _Amount(amount.value, amount.upper, narrow(amount.unit), amount.qualifier)


def _bare(indicator: str) -> str:
    """An indicator without what makes no difference: white space, quotes, 全市 and 我市, the verb before it."""
    bare = _EVERYWHERE.sub("", re.sub(r"[\s“”‘’\"《》]", "", narrow(indicator)))
    action = LEADING_ACTION.match(bare)
    return bare[action.end() :] if action and len(bare) - action.end() >= 2 else bare


def _dashed(period: str) -> str:
    return re.sub(r"\s|[-–—至到]+", lambda match: "" if match.group().isspace() else "-", period)


_KINDS: dict[str, Callable[[Pair], bool]] = {
    "missed": lambda pair: pair.row is None,
    "extra": lambda pair: pair.gold is None,
    "figure": lambda pair: pair.gold is not None and pair.row is not None and not pair.figure,
    "qualifier": lambda pair: pair.figure and not pair.qualifier,
    "tense": lambda pair: pair.figure and not pair.tense,
    "role": lambda pair: pair.figure and not pair.role,
    "period": lambda pair: pair.figure and not pair.period,
    "indicator": lambda pair: pair.figure and not pair.indicator,
}


def _errors(kind: str, pairs: Sequence[Pair], text: str) -> Iterator[str]:
    for pair in pairs:
        if not _KINDS[kind](pair):
            continue
        place = pair.gold.number if pair.gold else _number(pair.row) if pair.row else 0
        around = text[max(0, place - 36) : place] + "▶" + text[place : place + 24]
        yield re.sub(r"\s+", " ", around)
        if pair.gold:
            gold = pair.gold
            yield f"    gold {gold.value} {gold.unit} {gold.qualifier} {gold.tense} {gold.role} {gold.period} {'|'.join(gold.indicators)}"
        if pair.row:
            row = pair.row
            yield f"    read {row.value} {row.unit} {row.qualifier} {row.tense} {row.role} {row.period} {row.indicator} [{row.action}] “{row.text}”"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("gold", nargs="*", type=Path, help="gold files; all of the project's own by default")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="where the texts lie")
    parser.add_argument("--errors", choices=sorted(_KINDS), help="list what is wrong, never of what is kept aside")
    options = parser.parse_args(arguments)
    columns = ("gold", "read", "precision", "recall", "indicator", "contained", "role", "period")
    table = Table("ledger", *columns)
    for path in options.gold or sorted(GOLD.glob("*.jsonl")):
        gold = read_gold(path)
        text = text_of(gold, options.texts)
        if text is None:
            print(f"{gold.text}: not in {options.texts}, or another text by now", file=sys.stderr)
            continue
        pairs = pairs_of(gold, text)
        rates = rates_of(pairs)
        shares = (f"{getattr(rates, column):.1%}" for column in columns[2:])
        table.add_row(
            gold.name + (" (kept aside)" if gold.kept_aside else ""), str(rates.gold), str(rates.read), *shares
        )
        if options.errors and not gold.kept_aside:
            print(f"== {gold.name}", *_errors(options.errors, pairs, text), sep="\n")
    Console(width=140).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
