"""Scripts written by hand, in YAML (or JSON, which is YAML).

repeat: true                    # from the start again after the last; without it, an error that says so
replies:                        # in this order
  - 全市新增甲类项目12个。[1]     # a text is a reply that behaves
  - text: 全市新增甲类项目12个以上。[1]
    mutate: digit               # or unit, qualifier, marker
    seed: 3
    delay: 0.3                  # seconds before each piece
  - misbehave: busy             # any name of MISBEHAVIOURS
    headers: {Retry-After: "2"}
  - when: 停车位                 # always so where the last message matches
    text: 没有提到停车位。
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from assistant.errors import UnusableInput
from assistant.testing.mutations import mutate
from assistant.testing.replies import MISBEHAVIOURS, Reply
from assistant.testing.script import Conditional

_OWN = {"misbehave", "when", "mutate", "seed"}
_OF_REPLY = {field.name for field in fields(Reply)} - {"gate"}


def read_script(path: Path) -> Conditional:
    """Raises `UnusableInput` naming the file, the reply and what is wrong with it."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInput(f"读不了脚本 {path}：{error}") from None
    except yaml.YAMLError:
        raise UnusableInput(f"脚本 {path} 不是 YAML 或 JSON") from None
    entries = content.get("replies") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        raise UnusableInput(f"脚本 {path} 里没有 replies 列表")
    read = [_entry(entry, f"脚本 {path} 第 {number} 个回复") for number, entry in enumerate(entries, 1)]
    return Conditional(
        when=[(pattern, reply) for pattern, reply in read if pattern is not None],
        otherwise=[reply for pattern, reply in read if pattern is None],
        repeats=isinstance(content, dict) and bool(content.get("repeat")),
    )


def _entry(entry: Any, where: str) -> tuple[re.Pattern[str] | None, Reply]:
    if isinstance(entry, str):
        return None, Reply(entry)
    if not isinstance(entry, dict) or not set(entry) <= _OWN | _OF_REPLY:
        unknown = "、".join(map(str, set(entry) - _OWN - _OF_REPLY)) if isinstance(entry, dict) else repr(entry)
        raise UnusableInput(f"{where}无法识别：{unknown}；可用：{'、'.join(sorted(_OWN | _OF_REPLY))}")
    misbehaviour = entry.get("misbehave")
    if misbehaviour is not None and misbehaviour not in MISBEHAVIOURS:
        raise UnusableInput(f"{where}：没有“{misbehaviour}”，可用：{'、'.join(MISBEHAVIOURS)}")
    reply = MISBEHAVIOURS[misbehaviour]() if misbehaviour else Reply()
    try:
        reply = replace(reply, **_given(entry))
        if "mutate" in entry:
            reply = replace(reply, text=mutate(reply.text, entry["mutate"], int(entry.get("seed", 0))))
        return (re.compile(entry["when"]) if "when" in entry else None), reply
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise UnusableInput(f"{where}不能使用：{error}") from None


def _given(entry: dict[str, Any]) -> dict[str, Any]:
    """The fields of a reply, in their own types."""
    given = {name: value for name, value in entry.items() if name in _OF_REPLY}
    if "quirks" in given:
        given["quirks"] = frozenset(given["quirks"])
    if "pieces" in given:
        given["pieces"] = tuple(given["pieces"])
    if "headers" in given:
        given["headers"] = tuple((name, str(value)) for name, value in given["headers"].items())
    return given
