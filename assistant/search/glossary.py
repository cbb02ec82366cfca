"""Abbreviations and the plan's words for them: GDP is 地区生产总值.

One line a concept in `glossary.tsv`: the official terms, a tab, the abbreviations; several are parted by |.
Lines that begin with # are comments. Only what means the same belongs here: it is put in place of the word
that was asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UnusableInput


@dataclass(frozen=True)
class Glossary:
    """`terms` maps an abbreviation, in lower case, to the official term."""

    terms: dict[str, str]

    def in_plan_words(self, question: str) -> str:
        """The question with abbreviations written out. The longest abbreviation wins; a term already there
        stays."""
        if not self.terms:
            return question
        pattern = "|".join(sorted(map(_bounded, self.terms), key=len, reverse=True))

        def written_out(match: re.Match[str]) -> str:
            term = self.terms[match.group().lower()]
            return match.group() if term in question else term

        return re.sub(pattern, written_out, question, flags=re.IGNORECASE)


def _bounded(word: str) -> str:
    """A Latin abbreviation must not be part of a longer Latin word; Chinese ones stand anywhere."""
    escaped = re.escape(word)
    return rf"(?<![A-Za-z]){escaped}(?![A-Za-z])" if word.isascii() else escaped


def load_glossary(path: Path) -> Glossary:
    """Read the glossary; `UnusableInput` names the file and the line of a mistake."""
    terms: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != 2 or not all(columns):
            raise UnusableInput(f"术语表 {path} 第 {number} 行应是两列（正式名称、简称，以制表符分隔）")
        official = columns[0].split("|")[0].strip()
        for short in filter(None, (word.strip().lower() for word in columns[1].split("|"))):
            if terms.get(short, official) != official:
                raise UnusableInput(f"术语表 {path} 第 {number} 行：简称“{short}”已经指“{terms[short]}”")
            terms[short] = official
    return Glossary(terms)
