"""The labelled questions in `questions/`: a file a document asked about, a line a question with its kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.answering.intent import INTENTS, TURNS
from assistant.errors import UnusableInput

QUESTIONS = Path(__file__).parent / "questions"
FOLLOW_UP = "f_"  # labels of turns that stand on an earlier one


@dataclass(frozen=True)
class Labelled:
    """A question, its label, and the turns before it."""

    label: str
    text: str
    before: tuple[str, ...] = ()


def read_labelled(folder: Path = QUESTIONS) -> dict[str, list[Labelled]]:
    """The labelled questions by file; `UnusableInput` names file and line of a mistake."""
    held: dict[str, list[Labelled]] = {}
    for path in sorted(folder.glob("*.tsv")):
        held[path.stem] = []
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            label, *turns = line.split("\t")
            follows = label.startswith(FOLLOW_UP)
            if len(turns) != 1 + follows or label not in (TURNS if follows else INTENTS):
                raise UnusableInput(f"{path.name} 第 {number} 行：应是“类别<制表符>问题”，这里是“{line[:30]}”")
            held[path.stem].append(Labelled(label, turns[-1], tuple(turns[:-1])))
    return held
