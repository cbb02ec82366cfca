"""What documents are, corrected by a user; versions of one: the older stays and does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import UnknownDocument, UnusableInput
from assistant.library import Correction, DocumentRecord, Library, index
from assistant.library.corrections import correction_of
from assistant.settings import Settings
from assistant.wiring import Assistant

TEXT = "青禾区2031年国民经济和社会发展计划\n\n一、主要目标\n\n新增充电桩1200根。建成口袋公园6个。新建幼儿园2所。\n"


def records(home: Path) -> dict[str, DocumentRecord]:
    with Library.open(home) as library:
        return {record.id: record for record in library.documents}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    index(tmp_path / "home", corpus=None, add=[tmp_path / "plan.txt"])
    yield tmp_path / "home"


def test_a_correction_changes_what_a_document_is_and_the_periods_of_its_figures(home: Path) -> None:
    index(home, corpus=None, correct={"plan": Correction(years=(2032, 2032), place="云阳县")})
    record = records(home)["plan"]
    assert (record.year, record.place, record.level, record.kind) == (2032, "云阳县", "区", "国民经济和社会发展计划")
    with Library.open(home) as library:
        assert library.plan("plan").identity == record.identity
        assert {row.period for row in library.ledger("plan")} == {"2032年"}


def test_a_correction_outlives_a_new_version_of_the_file_and_can_be_taken_back(home: Path, tmp_path: Path) -> None:
    index(home, corpus=None, correct={"plan": Correction(place="云阳县")})
    (tmp_path / "plan.txt").write_text(TEXT.replace("6个", "7个"), encoding="utf-8")
    index(home, corpus=None, add=[tmp_path / "plan.txt"])
    assert records(home)["plan"].place == "云阳县"
    index(home, corpus=None, correct={"plan": None})
    assert records(home)["plan"].place == "青禾区"


def test_a_correction_of_an_unknown_document_changes_nothing(home: Path) -> None:
    before = records(home)
    with pytest.raises(UnknownDocument):
        index(home, corpus=None, correct={"plan": Correction(place="云阳县"), "other": None})
    assert records(home) == before


def test_the_older_version_stays_and_does_not_answer(home: Path, tmp_path: Path) -> None:
    (tmp_path / "修订.txt").write_text(TEXT.replace("1200根", "1300根"), encoding="utf-8")
    report = index(home, corpus=None, add=[tmp_path / "修订.txt"])
    assert any(item.document == "plan" and "“修订”" in item.reason for item in report.outcomes)
    assert records(home)["plan"].superseded_by == "修订"
    assistant = Assistant.open(home, settings=Settings(home=home, corpus=""))
    try:
        assert [figure.value for figure in assistant.ask("新增充电桩多少根").figures] == ["1300"]
        assert [figure.value for figure in assistant.ask("新增充电桩多少根", documents=["plan"]).figures] == ["1200"]
    finally:
        assistant.close()
    index(home, corpus=None, remove=["修订"])
    assert records(home)["plan"].superseded_by == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"year": "2031"}, Correction(years=(2031, 2031))),
        ({"year": "2026-2030年"}, Correction(years=(2026, 2030))),
        ({"level": "省", "kind": "政府工作报告"}, Correction(level="省", kind="政府工作报告")),
        ({"level": "县"}, Correction(level="区")),
        ({"level": "省级"}, Correction(level="省")),
        ({"level": "国家级"}, Correction(level="全国")),
        ({}, None),
    ],
)
def test_what_a_user_writes(written: dict[str, str], expected: Correction | None) -> None:
    given = {"year": None, "place": None, "kind": None, "level": None, **written}
    assert correction_of(**given) == expected


@pytest.mark.parametrize("written", [{"year": "明年"}, {"year": "2031-2029"}, {"level": "镇"}, {"level": "青禾县区"}])
def test_what_cannot_be_read_is_named(written: dict[str, str]) -> None:
    given = {"year": None, "place": None, "kind": None, "level": None, **written}
    with pytest.raises(UnusableInput, match=next(iter(written.values()))):
        correction_of(**given)
