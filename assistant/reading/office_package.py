"""The parts of an office document: an archive of XML parts that name each other by relationships.

Read by local names, so that documents in the strict and in the transitional namespaces read alike. Every part is
parsed without entities, document types or network, and a relationship that leads nowhere is no reason to fail: real
files have them.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.errors import UnusableInput
from assistant.reading.archive import BROKEN, open_archive
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import shown

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class OfficePackage:
    """An office document's parts. Close it by leaving the `with` block."""

    def __init__(self, data: bytes, name: str, limits: ReadLimits) -> None:
        """Raises `UnusableInput` as `open_archive` does."""
        self._name = name
        self._archive: zipfile.ZipFile = open_archive(data, name, limits)
        self._parts = set(self._archive.namelist())

    def __enter__(self) -> OfficePackage:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    @property
    def parts(self) -> frozenset[str]:
        """The paths of all parts."""
        return frozenset(self._parts)

    def main_part(self) -> str:
        """The path of the document itself. Raises `UnusableInput` where there is none."""
        for path in self.related("", "officeDocument"):
            return path
        raise self._broken("缺少正文")

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that a part names as its `kind` (the last word of the relationship's type) and that are there."""
        folder, base = posixpath.split(part)
        relations = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: list[str] = []
        for relation in () if relations is None else children(relations, "Relationship"):
            if relation.get("TargetMode") == "External" or not relation.get("Type", "").endswith(f"/{kind}"):
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            if target in self._parts:
                found.append(target)
        return found

    def xml(self, part: str) -> Element | None:
        """A part's root element, None where there is no such part.

        Raises `UnusableInput` (damaged; a document type, which no office program writes and which is how entities
        from outside are smuggled in).
        """
        from lxml import etree

        if part not in self._parts:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(self._archive.read(part), parser)
        except (*BROKEN, etree.XMLSyntaxError):
            raise self._broken(f"部件 {shown(part)} 读不出来") from None
        if str(root.getroottree().docinfo.doctype):  # type: ignore[union-attr]
            raise UnusableInput(f"文件“{shown(self._name)}”带有外部实体声明，不安全，没有读取")
        return root

    def _broken(self, why: str) -> UnusableInput:
        return UnusableInput(f"文件“{shown(self._name)}”已损坏：{why}；请用 Word、Excel 或 WPS 打开后重新保存再试")


def local_name(element: Element) -> str:
    """An element's name without its namespace; "" for what is no element (an unresolved entity)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements of these names."""
    return (child for child in element if local_name(child) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, and its first child of the next name, and so on; None where there is none."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """An attribute by its local name."""
    if element is None:
        return default
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return default


def integer(element: Element | None, name: str, default: int) -> int:
    """An attribute as a number, the default where it is none or out of all measure."""
    written = attribute(element, name)
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdecimal() and len(digits) <= 6 else default


def is_on(element: Element | None) -> bool:
    """Whether a switch such as `w:vanish` is there and not turned off."""
    return element is not None and attribute(element, "val", "true") not in ("0", "false", "off")
