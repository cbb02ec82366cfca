"""Cases proposed from the chat: an answer that someone called wrong, kept until an administrator decides."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answering.answer import Answer, Status
from assistant.errors import UnusableInput
from assistant.evaluation.amounts import all_in_words, read_figures
from assistant.evaluation.case import Case, ExpectedFigure, Kind
from assistant.plan.scan import read_quantities

_SUFFIX = ".json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Proposal(_Frozen):
    """An answer that was called wrong. `reason` and `correction` are the user's words, either may be ""."""

    id: str
    made: datetime
    turns: tuple[str, ...]
    answer: Answer
    reason: str
    correction: str


class Decision(_Frozen):
    """What the administrator makes of a proposal: the right answer. `figures` in words ("1000根；300亿元以上"), `gold` a
    clause a line: its id or words that stand in it alone, `items` and `must_contain` one a line."""

    kind: Kind
    status: Status
    figures: str = ""
    gold: str = ""
    items: str = ""
    must_contain: str = ""
    note: str = ""

    def as_case(self, proposal: Proposal, taken: Collection[str]) -> Case:
        """The case that this makes of the proposal, under an id that is not `taken`. Raises `UnusableInput`."""
        number = next(n for n in range(1, len(taken) + 2) if f"local-{n:03d}" not in taken)
        try:
            return Case(
                id=f"local-{number:03d}",
                turns=proposal.turns,
                kind=self.kind,
                style="local",
                status=self.status,
                figures=read_figures(self.figures),
                gold=tuple(_lines(self.gold)),
                items=tuple(_lines(self.items)),
                must_contain=tuple(_lines(self.must_contain)),
                note=self.note.strip(),
            )
        except ValidationError as error:
            first = error.errors()[0]
            reason = first["ctx"]["error"] if first["type"] == "value_error" else first["msg"]
            raise UnusableInput(f"还不能收下：{reason}") from None


def draft(proposal: Proposal) -> Decision:
    """The decision to begin with: the figures of the user's correction, or else of the answer; the clauses that the
    answer cites. The administrator mends what is wrong in it."""
    answer = proposal.answer
    corrected = [ExpectedFigure.of(one) for one in read_quantities(proposal.correction)]
    given = [
        ExpectedFigure.model_validate(one.model_dump(include={"value", "upper", "unit", "qualifier", "indicator"}))
        for one in answer.figures
    ]
    figures = corrected or given
    status: Status = "answered" if figures else answer.status
    return Decision(
        kind="followup" if len(proposal.turns) > 1 else "figure" if figures else "how",
        status=status,
        figures=all_in_words(figures),
        gold="\n".join(citation.clause for citation in answer.citations),
        note="；".join(filter(None, [proposal.reason, proposal.correction])),
    )


class ProposalBox:
    """The proposals that wait for a decision: a file each, so that two at a time never meet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, turns: Sequence[str], answer: Answer, reason: str, correction: str) -> Proposal:
        """Keep a proposal. Raises `UnusableInput` where it cannot be written."""
        made = datetime.now().astimezone()
        proposal = Proposal(
            id=f"{made:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}",
            made=made,
            turns=tuple(turns),
            answer=answer,
            reason=reason.strip(),
            correction=correction.strip(),
        )
        path = self._path(proposal.id)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            being_written = path.with_suffix(".new")
            being_written.write_text(proposal.model_dump_json(indent=1), encoding="utf-8")
            being_written.replace(path)
        except OSError as error:
            raise UnusableInput(f"意见没有记下：写不进“{self._folder}”（{error.strerror}）") from None
        return proposal

    def waiting(self) -> list[Proposal]:
        """Those not yet decided, the newest first."""
        names = sorted((path.stem for path in self._folder.glob(f"*{_SUFFIX}")), reverse=True)
        found: list[Proposal] = []
        for name in names:
            # One that was decided just now, or is damaged, must not hide the others.
            with suppress(UnusableInput):
                found.append(self.read(name))
        return found

    def read(self, proposal: str) -> Proposal:
        """Raises `UnusableInput` where it is not there (any more)."""
        try:
            return Proposal.model_validate_json(self._path(proposal).read_bytes())
        except (FileNotFoundError, ValidationError):
            raise UnusableInput("这条意见已经处理过，或已损坏") from None

    def remove(self, proposal: str) -> None:
        self._path(proposal).unlink(missing_ok=True)

    def _path(self, proposal: str) -> Path:
        if not re.fullmatch(r"[0-9a-f-]+", proposal):
            raise UnusableInput(f"没有这样的意见：“{proposal}”")
        return self._folder / f"{proposal}{_SUFFIX}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
