"""What one says of an answer: that it helped, or that it is wrong and why. feedback.js acts on it.

What is typed stays in the browser until it is sent; the answer that it is about never comes from there.
"""

from __future__ import annotations

from assistant.errors import UnusableInput
from assistant.web.markup import as_text

REASONS = ("数字不对", "出处不对", "答非所问", "答得不全", "不该拒答", "应当拒答")
LONGEST_WORDS = 1000  # characters of what is typed into one field

BUTTONS = (
    '<button type="button" class="small" data-useful>有用</button>'
    '<button type="button" class="small" data-wrong aria-expanded="false">答案有误</button>'
)
_CHOICES = "".join(f'<label><input type="checkbox" value="{reason}">{reason}</label>' for reason in REASONS)
_FORM = (
    '<form class="report" hidden><fieldset><legend>哪里不对</legend>'
    f'<div class="choices">{_CHOICES}</div>'
    f'<textarea name="words" rows="2" maxlength="{LONGEST_WORDS}" aria-label="补充说明" placeholder="补充说明（可不填）">'
    "</textarea></fieldset>"
    "<label>正确答案应是（可不填）"
    f'<textarea name="correction" rows="2" maxlength="{LONGEST_WORDS}"></textarea></label>'
    '<div class="actions"><button type="submit" class="small strong">提交</button>'
    '<button type="button" class="small" data-cancel>取消</button></div></form>'
)


def feedback(exchange: str) -> str:
    """The form and the line under an answer; `exchange` is the id by which the conversation knows it."""
    return (
        f'<div class="feedback" data-exchange="{as_text(exchange)}">{_FORM}'
        '<p class="notice said" role="status" hidden></p></div>'
    )


def reason_of(choices: list[str], words: str) -> str:
    """The ready reasons and the typed one as one text. Choices that nobody offered are left out."""
    chosen = "、".join(choice for choice in REASONS if choice in choices)
    return "：".join(filter(None, (chosen, words.strip())))


def check(reason: str, correction: str) -> None:
    """Raises `UnusableInput` where nothing was said, or more than anyone reads."""
    if not reason and not correction:
        raise UnusableInput("请选一个原因，或写上正确答案，再提交。")
    if max(len(reason), len(correction)) > LONGEST_WORDS + len("、".join(REASONS)) + 1:
        raise UnusableInput(f"写得太长，请每项不超过{LONGEST_WORDS}字。")
