"""Proposals that wait for a decision, as HTML: the list, and the one that is decided on. proposals.js acts on it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evaluation.proposals import Proposal
from assistant.evaluation.reports import labels
from assistant.web import transcript
from assistant.web.markup import as_text


def parts(waiting: int) -> str:
    """Links to the two parts of 评测; `waiting` proposals are to be decided on."""
    return f'<nav aria-label="评测"><a href="#evaluation">成绩</a><a href="#proposals">待审核（{waiting}）</a></nav>'


def proposal_list(proposals: Sequence[Proposal], picked: str, export: str) -> str:
    """A button for each proposal, and `export`, a link."""
    if not proposals:
        return f'<p class="notice">没有待审核的反馈。</p>{export}'
    buttons = "".join(
        f'<li><button type="button" data-proposal="{as_text(one.id)}"{_current(one.id == picked)}>'
        f'<span>{as_text(one.turns[-1])}</span><span class="quiet">{labels.moment(one.made)}</span></button></li>'
        for one in proposals
    )
    return f'<ul aria-label="待审核的反馈">{buttons}</ul>{export}'


def _current(picked: bool) -> str:
    return ' aria-current="true"' if picked else ""


def proposal_told(proposal: Proposal) -> str:
    """What was asked and answered, and what is said to be wrong with it."""
    turns = "".join(f'<p class="words">{as_text(turn)}</p>' for turn in proposal.turns)
    said = [("哪里不对", proposal.reason), ("正确答案应是", proposal.correction)]
    words = "".join(f'<h4>{name}</h4><p class="words">{as_text(text)}</p>' for name, text in said if text)
    return f"<h4>提问</h4>{turns}<h4>当时的回答</h4>{transcript.answer_to_read(proposal.answer)}{words}"
