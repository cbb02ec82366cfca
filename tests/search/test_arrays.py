"""Arrays of many documents on disk, and which documents hold what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.search.arrays import NO_ARRAYS, Arrays, DocumentArrays, packed, unpacked
from assistant.search.postings import Postings
from assistant.search.texts import CHARACTERS, TextIndex, character_arrays

DOCUMENTS: dict[str, Arrays] = {
    "甲": {"rows": np.array([[1, 2], [3, 4]], dtype=np.float32), "words": packed(["停车位", 3])},
    "乙": {"rows": np.zeros((0, 0), dtype=np.float32), "words": packed([])},
    "丙": {"rows": np.array([[5, 6]], dtype=np.float32), "words": packed(None)},
}


@pytest.fixture
def held(tmp_path: Path) -> DocumentArrays:
    DocumentArrays.write(tmp_path / "arrays", DOCUMENTS.items())
    return DocumentArrays.open(tmp_path / "arrays")


def test_each_documents_arrays_come_back(held: DocumentArrays) -> None:
    assert held.documents == ("甲", "乙", "丙")
    assert held.of("甲")["rows"].tolist() == [[1, 2], [3, 4]]
    assert held.part("rows", "乙").shape == (0, 2)
    assert [unpacked(held.part("words", document)) for document in held.documents] == [["停车位", 3], [], None]
    assert held.all("rows").tolist() == [[1, 2], [3, 4], [5, 6]]
    assert held.bounds("rows").tolist() == [0, 2, 2, 3]
    assert "丙" in held
    assert "丁" not in held


def test_what_is_read_back_can_be_written_again(held: DocumentArrays, tmp_path: Path) -> None:
    DocumentArrays.write(tmp_path / "again", ((document, held.of(document)) for document in ("丙", "甲")))
    again = DocumentArrays.open(tmp_path / "again")
    assert again.all("rows").tolist() == [[5, 6], [1, 2], [3, 4]]


def test_arrays_of_a_kind_must_be_alike(tmp_path: Path) -> None:
    unlike = {"rows": np.zeros((1, 3), dtype=np.float32)}
    with pytest.raises(ValueError, match=r"\(1, 3\)"):
        DocumentArrays.write(tmp_path / "arrays", [("甲", DOCUMENTS["甲"]), ("丁", unlike)])


def test_without_documents_there_is_nothing(tmp_path: Path) -> None:
    DocumentArrays.write(tmp_path / "arrays", [])
    for empty in (DocumentArrays.open(tmp_path / "arrays"), NO_ARRAYS):
        assert (empty.documents, empty.all("rows").tolist(), empty.bounds("rows").tolist()) == ((), [], [0])


# --- Which documents hold what --------------------------------------------------------------------------------------------

TEXTS = ("新增公共停车位2000个。", "停车难，泊位少\n车位", "Wi-Fi 全覆盖，𠮷字", "")


def index_of(texts: tuple[str, ...], folder: Path) -> TextIndex:
    ids = [str(number) for number in range(len(texts))]
    DocumentArrays.write(folder / "arrays", zip(ids, map(character_arrays, texts), strict=True))
    Postings.write(folder / "postings.npz", DocumentArrays.open(folder / "arrays"), CHARACTERS)
    return TextIndex(Postings.load(folder / "postings.npz", ids), ids, lambda document: texts[int(document)])


@pytest.mark.parametrize(
    "words",
    [
        "停车",
        "停车位",
        "车位",
        "位",
        "位2",
        "Wi-Fi",
        "wi-fi",
        "𠮷",
        "𠮷字",
        "地铁",
        "停位",
        "少\n车",
        "",
        "新增公共停车位2000个。",
    ],
)
def test_words_are_found_where_they_stand(tmp_path: Path, words: str) -> None:
    expected = {str(number) for number, text in enumerate(TEXTS) if words in text}
    assert index_of(TEXTS, tmp_path).holding(words) == expected


@given(
    texts=st.lists(st.text("停车位新增ab1。", max_size=12), min_size=1, max_size=5),
    words=st.text("停车位新增ab1。", max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_any_words_are_found_where_they_stand(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], words: str
) -> None:
    expected = {str(number) for number, text in enumerate(texts) if words in text}
    assert index_of(tuple(texts), tmp_path_factory.mktemp("texts")).holding(words) == expected
