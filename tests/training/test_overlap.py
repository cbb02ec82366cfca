"""What shares a long piece with a measured document is known by its hashes, whatever its line breaks and marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CORPUS
from training.overlap import PIECE, MeasuredPieces, piece_hashes

# Every character another one, so that no piece stands twice.
HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
MEASURED_TEXT, OTHER = HAN[:200], HAN[200:]
MARKS = "，。、；：“”（）《》—…·！？,.;:()[]_- \n\r\t\u3000"


def bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def pieces(text: str) -> set[str]:
    """The pieces themselves, which the hashes stand for."""
    held = bare(text)
    return {held[start : start + PIECE] for start in range(len(held) - PIECE + 1)}


@pytest.fixture(scope="module")
def measured() -> MeasuredPieces:
    return MeasuredPieces.of([MEASURED_TEXT])


@pytest.mark.parametrize("start", [0, 1, 70, 139, 140])
def test_a_piece_of_sixty_characters_is_found_and_one_of_fifty_nine_is_not(
    start: int, measured: MeasuredPieces
) -> None:
    sixty = MEASURED_TEXT[start : start + PIECE]
    assert len(sixty) == PIECE == 60
    for text in (sixty, OTHER + sixty, sixty + OTHER, OTHER + sixty + OTHER):
        assert measured.touch(text)
    for short in (sixty[1:], sixty[:-1]):
        assert not measured.touch(OTHER + short + OTHER[::-1])
    assert not measured.touch(OTHER + sixty[:30] + OTHER[0] + sixty[30:] + OTHER)


def test_line_breaks_and_marks_do_not_hide_a_piece(measured: MeasuredPieces) -> None:
    piece = MEASURED_TEXT[20 : 20 + PIECE]
    for mark in MARKS:
        assert measured.touch(mark.join(piece))
    assert measured.touch(f"{OTHER}\n{piece[:17]}\r\n　　{piece[17:40]}，“{piece[40:]}”。{OTHER}")
    assert MeasuredPieces.of(["\n".join(MEASURED_TEXT)]).touch(f"（{piece}）")


def test_a_shared_piece_is_shown_in_the_text_as_it_stands(measured: MeasuredPieces) -> None:
    piece = "，".join(MEASURED_TEXT[20 : 20 + PIECE])
    text = f"{OTHER}。\n{piece}\n{OTHER}"
    ((first, last),) = measured.spans(text)
    assert text[first:last] == piece
    assert measured.spans(OTHER) == []


def test_digits_and_letters_belong_to_a_piece() -> None:
    text = "新增充电桩1000根GDP增长7" * 5
    assert MeasuredPieces.of([text]).touch(text)
    assert not MeasuredPieces.of([text]).touch(text.replace("1000", "2000").replace("GDP", "CPI"))


@given(
    st.text(alphabet=HAN[:3] + "，\n", max_size=150),
    st.text(alphabet=HAN[:3] + "。 ", max_size=90),
    st.integers(0, 150),
    st.integers(0, 80),
    st.text(alphabet=HAN[:3] + "、", max_size=40),
)
def test_the_hashes_of_any_texts_find_what_the_pieces_themselves_have_in_common(
    text: str, before: str, start: int, length: int, after: str
) -> None:
    """Few characters, so that pieces repeat, and a part of one text in the other."""
    other = before + text[start : start + length] + after
    measured = MeasuredPieces.of([text])
    assert measured.touch(other) == bool(pieces(text) & pieces(other))
    spans = measured.spans(other)
    assert spans == sorted(spans)
    assert {bare(other[first:last]) for first, last in spans} == pieces(text) & pieces(other)
    assert all(other[first].isalnum() and other[last - 1].isalnum() for first, last in spans)
    assert len(piece_hashes(text)) == max(len(bare(text)) - PIECE + 1, 0)
    assert len(np.unique(piece_hashes(text))) == len(pieces(text))


@given(st.text(max_size=200), st.data())
def test_any_piece_of_any_text_is_found(text: str, data: st.DataObject) -> None:
    held = sorted(pieces(text))
    measured = MeasuredPieces.of([text])
    if held:
        piece = data.draw(st.sampled_from(held))
        mark = data.draw(st.sampled_from(MARKS))
        assert measured.touch(f"{OTHER}{mark.join(piece)}{OTHER}")
    else:
        assert not measured.touch(text)


def test_short_texts_touch_nothing_and_nothing_touches_short_ones(measured: MeasuredPieces) -> None:
    for short in ("", "——", MEASURED_TEXT[: PIECE - 1]):
        assert not measured.touch(short)
        assert not MeasuredPieces.of([short]).touch(MEASURED_TEXT)
        assert len(piece_hashes(short)) == 0


def test_what_was_saved_finds_the_same(measured: MeasuredPieces, tmp_path: Path) -> None:
    measured.save(tmp_path / "pieces.npy")
    loaded = MeasuredPieces.load(tmp_path / "pieces.npy")
    assert np.array_equal(loaded.hashes, measured.hashes)
    assert loaded.hashes.dtype == np.uint64
    assert (np.diff(loaded.hashes.astype(object)) > 0).all()  # ascending, none twice


def test_the_kept_hashes_cover_the_packaged_corpus_and_more() -> None:
    kept = MeasuredPieces.load()
    assert (np.diff(kept.hashes.astype(object)) > 0).all()
    lost = 0
    for path in CORPUS.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        hashes = piece_hashes(text)
        assert len(hashes) > 1000
        lost += int((~np.isin(hashes, kept.hashes)).sum())
        assert kept.touch(text.replace("\n", ""))
    assert lost == 0
    assert len(kept.hashes) > 10_000
    assert not kept.touch(MEASURED_TEXT)
