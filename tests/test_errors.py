"""Error lines stay short whatever the library holds."""

from __future__ import annotations

from assistant.errors import UnknownDocument


def test_of_few_documents_all_are_named_and_of_many_those_called_alike() -> None:
    assert str(UnknownDocument("甲", [])) == "资料库里没有文档“甲”；现有：（空）"
    assert str(UnknownDocument("甲", ["乙", "丙"])) == "资料库里没有文档“甲”；现有：乙、丙"
    many = [f"青禾区{year}年计划" for year in range(1600, 2000)]
    line = str(UnknownDocument("青禾区1987计划", many))
    assert "是不是指：青禾区1987年计划" in line
    assert "现有400份，可用 plan-assistant documents" in line
    assert len(line) < 120
