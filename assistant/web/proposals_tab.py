"""待审核: answers that were called wrong. An administrator makes a case of each, or drops it."""

from __future__ import annotations

from typing import Any

import gradio

from assistant.errors import UnusableInput
from assistant.evaluation import proposals
from assistant.evaluation.proposals import Decision, Proposal
from assistant.evaluation.reports import labels
from assistant.web import proposals_pane
from assistant.web.downloads import suite_link
from assistant.web.evaluating import EvaluationDesk
from assistant.web.panes import Update, notice, pane, wire

_FIELDS: dict[str, tuple[str, int]] = {
    "figures": ("应有的数字（如：1000根；300亿元以上）", 1),
    "gold": ("出处（一行一条：条款编号，或只有那一条才有的几个字）", 2),
    "items": ("清单各项（一行一项，用计划的原话）", 2),
    "must_contain": ("答案里必须有的字（一行一处）", 1),
    "note": ("备注", 1),
}
"""The fields of a `Decision` that are typed: label, lines."""


class ProposalsTab:
    """Its blocks, and what they do. What is typed stays in its field until the decision is made."""

    def __init__(self, desk: EvaluationDesk, parts: gradio.HTML) -> None:
        self.desk = desk
        self.parts = parts
        self.picked = gradio.State("")
        with gradio.Column(elem_id="waiting", min_width=0):
            self.said = pane("proposals-said", "")
            with gradio.Row(elem_id="proposals-desk"):
                self.list = pane("proposals", "", "proposals")
                with gradio.Column(elem_id="decision", visible=False, min_width=0) as self.form:
                    self.told = pane("proposal", "")
                    with gradio.Row():
                        self.kind = gradio.Dropdown([(name, kind) for kind, name in labels.KINDS.items()], label="类别")
                        self.status = gradio.Dropdown(
                            [(name, status) for status, name in labels.STATUSES.items()], label="应当怎样答"
                        )
                    self.fields = {
                        name: gradio.Textbox(label=label, lines=lines, max_lines=12)
                        for name, (label, lines) in _FIELDS.items()
                    }
                    self.line = pane("decision-line", "")
                    with gradio.Row(elem_id="decide"):
                        self.accept = gradio.Button("收下", variant="primary", size="sm", scale=0)
                        self.reject = gradio.Button("不收", size="sm", scale=0)
        self._wire()

    @property
    def blocks(self) -> list[Any]:
        """What `shown` writes into."""
        return [self.parts, self.list]

    def shown(self, picked: str = "") -> Update:
        """The list as it is now."""
        waiting = self.desk.proposals()
        export = suite_link() if self.desk.local_suite() else ""
        return {
            self.parts: proposals_pane.parts(len(waiting)),
            self.list: proposals_pane.proposal_list(waiting, picked, export),
        }

    def _wire(self) -> None:
        typed = [self.kind, self.status, *self.fields.values()]
        shown = [*self.blocks, self.said, self.picked, self.form]
        picking = [*shown, self.told, self.line, *typed]
        wire(self.list.pick, self._pick, [], picking, self.said)
        wire(self.accept.click, self._accept, [self.picked, *typed], shown, self.line)
        wire(self.reject.click, self._reject, [self.picked], shown, self.line)

    def _pick(self, event: gradio.EventData) -> Update:
        proposal = self._find(str(event.proposal))
        decision = proposals.draft(proposal)
        return {
            self.said: "",
            self.picked: proposal.id,
            self.form: gradio.update(visible=True),
            self.told: proposals_pane.proposal_told(proposal),
            self.line: "",
            self.kind: decision.kind,
            self.status: decision.status,
            **{field: getattr(decision, name) for name, field in self.fields.items()},
            **self.shown(proposal.id),
        }

    def _find(self, name: str) -> Proposal:
        for proposal in self.desk.proposals():
            if proposal.id == name:
                return proposal
        raise UnusableInput("这一条已经处理过了。")

    def _accept(self, picked: str, kind: Any, status: Any, *typed: str) -> Update:
        fields = dict(zip(self.fields, typed, strict=True))
        self.desk.accept(picked, Decision(kind=kind, status=status, **fields))
        return self._decided("已收进本地题集。")

    def _reject(self, picked: str) -> Update:
        self.desk.reject(picked)
        return self._decided("没有收，这一条已去掉。")

    def _decided(self, line: str) -> Update:
        return {
            self.said: notice(line),
            self.picked: "",
            self.form: gradio.update(visible=False),
            self.line: "",
            **self.shown(),
        }
