"""Suites as files: YAML, one file a suite, every fault named with its file and line.

Scalars are read as they are written ("1.10" stays 1.10, "no" stays no); the models of `case.py` give them their types.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assistant.errors import UnusableInput
from assistant.evaluation.case import Case, Suite, SuiteHead

SUFFIX = ".yaml"
SCHEMA_FILE = "suite.schema.json"
_SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"

# libyaml's where the installation has it: ten times as fast.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class LoadedSuite:
    """A suite from its file: `lines` are the lines (from 1; of a sheet: the rows) where its cases begin, `sha256` is of
    the file's bytes."""

    name: str
    path: Path
    suite: Suite
    lines: tuple[int, ...]
    sha256: str

    def place(self, number: int) -> str:
        """Where a case (counted from 0) stands, for a message: 题集 evals/numeric.yaml 第 12 行（numeric-003）."""
        return f"题集 {self.path} 第 {self.lines[number]} 行（{self.suite.cases[number].id}）"


def read_suite(path: Path) -> LoadedSuite:
    """A suite from a YAML file. Raises `UnusableInput` with file, line and reason."""
    data = read_bytes(path)
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError:
        raise UnusableInput(f"题集 {path} 不是 UTF-8 文本") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" 第 {mark.line + 1} 行" if mark else ""
        raise UnusableInput(f"题集 {path}{line}不是有效的 YAML：{error.problem}") from None
    if not isinstance(root, yaml.MappingNode):
        raise UnusableInput(f"题集 {path} 第 1 行：开头应是 title、documents、cases 这样的字段")
    fields, listed = _Reader(path).head(root)
    head = _validated(SuiteHead, fields, f"题集 {path} 第 {root.start_mark.line + 1} 行")
    cases: list[tuple[int, Any]] = []
    for node in listed:
        cases.append((node.start_mark.line + 1, _Reader(path).value(node)))
    return assemble(path, head, cases, data)


def assemble(path: Path, head: SuiteHead, rows: Sequence[tuple[int, Any]], data: bytes) -> LoadedSuite:
    """A suite of its head and its cases as fields, each with its line; what all formats share.

    Raises `UnusableInput` for a case that is none, and for an id that stands twice.
    """
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for line, fields in rows:
        named = f"（{fields['id']}）" if isinstance(fields, dict) and isinstance(fields.get("id"), str) else ""
        case = _validated(Case, fields, f"题集 {path} 第 {line} 行{named}")
        if case.id in seen:
            raise UnusableInput(f"题集 {path} 第 {line} 行：编号 {case.id} 已经用在第 {seen[case.id]} 行")
        seen[case.id] = line
        cases.append(case)
    suite = Suite(**dict(head), cases=tuple(cases))
    return LoadedSuite(path.stem, path, suite, tuple(seen.values()), hashlib.sha256(data).hexdigest())


def write_suite(path: Path, suite: Suite) -> None:
    """Write a suite as YAML, fields that have their usual value left out. The file is replaced whole.

    Raises `UnusableInput` where it cannot be written.
    """
    fields = suite.model_dump(mode="json", exclude_defaults=True)
    text = yaml.dump(fields, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        being_written = path.with_suffix(".new")
        being_written.write_text(_SCHEMA_LINE + text, encoding="utf-8")
        being_written.replace(path)
    except OSError as error:
        raise UnusableInput(f"写不了题集文件“{path}”：{error.strerror}") from None


def find_suites(folders: Iterable[Path]) -> dict[str, Path]:
    """The suites of some folders by name; a later folder's takes the place of an earlier one's."""
    return {path.stem: path for folder in folders for path in sorted(folder.glob(f"*{SUFFIX}"))}


def read_bytes(path: Path) -> bytes:
    """A suite file's bytes. Raises `UnusableInput` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableInput(f"题集 {path} 读不出来：{error.strerror}") from None


class _Reader:
    """YAML nodes to plain values: every scalar as written, nulls left out, a key at most once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def head(self, root: yaml.MappingNode) -> tuple[dict[str, Any], list[yaml.Node]]:
        """The fields beside `cases`, and the nodes in it."""
        listed: list[yaml.Node] = []
        rest: list[tuple[yaml.Node, yaml.Node]] = []
        for key, value in root.value:
            if key.value == "cases":
                if not isinstance(value, yaml.SequenceNode):
                    raise UnusableInput(f"题集 {self._path} 第 {key.start_mark.line + 1} 行：cases 应是一列题目")
                listed = value.value
            else:
                rest.append((key, value))
        return self._mapping(rest), listed

    def value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one) for one in node.value]
        bare = isinstance(node, yaml.ScalarNode) and not node.style
        return None if bare and node.value in ("", "null", "~") else node.value

    def _mapping(self, pairs: Sequence[tuple[yaml.Node, yaml.Node]]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, node in pairs:
            if key.value in fields:
                line = key.start_mark.line + 1
                raise UnusableInput(f"题集 {self._path} 第 {line} 行：字段 {key.value} 写了两次")
            value = self.value(node)
            if value is not None:
                fields[key.value] = value
        return fields


_Model = TypeVar("_Model", bound=BaseModel)

_REASONS = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段",
    "decimal_parsing": "不是数字",
    "decimal_type": "不是数字",
    "tuple_type": "应是一列",
    "dict_type": "应是字段和值",
    "model_type": "应是字段和值",
    "model_attributes_type": "应是字段和值",
    "string_type": "应是文字",
    "string_too_short": "不能是空的",
    "string_pattern_mismatch": "只能用文字、数字、点和横线",
    "bool_parsing": "应是 true 或 false",
    "greater_than_equal": "应在 0 到 1 之间",
    "less_than_equal": "应在 0 到 1 之间",
}


def _validated(model: type[_Model], fields: Any, place: str) -> _Model:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        faults = error.errors()
        first = faults[0]
        if first["type"] == "literal_error":
            reason = f"“{first['input']}”不认识，只能是 {first['ctx']['expected'].replace(' or ', ', ')}"
        elif first["type"] == "value_error":
            reason = str(first["ctx"]["error"])
        else:
            reason = _REASONS.get(first["type"], first["msg"])
        where = ".".join(map(str, first["loc"]))
        more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
        raise UnusableInput(f"{place}：{where}{'：' if where else ''}{reason}{more}") from None
