"""What a model is told: the files of `prompts/`, each a text with `$names`, filled strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from assistant.errors import UnusableInput

NOTHING = "没有写明"
"""What a model is told to say, and nothing else, where the evidence holds no answer."""

_NAMES: Mapping[str, frozenset[str]] = {
    "answer_rules": frozenset({"documents", "nothing"}),
    "answer": frozenset({"evidence", "question"}),
    "standalone": frozenset({"turns", "question"}),
    "widen": frozenset({"question", "most"}),
    "mend": frozenset({"sentence", "reason", "nothing"}),
}
_FENCE = re.compile(r"<(/?(?:资料|问题|对话|最后的问题|句子))>")


@dataclass(frozen=True)
class Prompts:
    """The prompts of one folder, by the names of their files."""

    _templates: Mapping[str, Template]

    def filled(self, name: str, /, **words: str) -> str:
        """A prompt with its `$names` filled, all of them and no others. What is filled in is data: it cannot close the
        fence that it stands in."""
        fenced = {key: _FENCE.sub(r"〈\1〉", value) for key, value in words.items()}
        return self._templates[name].substitute(fenced).strip()


def load_prompts(folder: Path) -> Prompts:
    """Read the prompts. Raises `UnusableInput` naming the file that is missing or whose `$names` are not the ones that
    it is filled with."""
    return Prompts({name: _read(folder / f"{name}.txt", names) for name, names in _NAMES.items()})


def _read(file: Path, names: frozenset[str]) -> Template:
    try:
        template = Template(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInput(f"提示词文件“{file}”读不出来：{error}") from None
    if not template.is_valid():
        raise UnusableInput(f"提示词文件“{file}”里有写错的 $ 符号（要写 $ 本身请写 $$）")
    if (found := frozenset(template.get_identifiers())) != names:
        wrong = [f"缺少 ${name}" for name in sorted(names - found)] + [
            f"不认识 ${name}" for name in sorted(found - names)
        ]
        raise UnusableInput(f"提示词文件“{file}”里的名字不对：{'、'.join(wrong)}")
    return template
