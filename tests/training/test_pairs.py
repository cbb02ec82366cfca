"""What the encoder is trained on: it is read whole, it is well formed, and none of it is measured on."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from assistant.errors import UnusableInput
from assistant.evaluation.suite_files import read_suite
from assistant.plan.parse import parse_plan
from assistant.search.glossary import Concept
from assistant.search.lexical import tokens
from tests.conftest import CORPUS, ROOT
from training.overlap import MeasuredPieces
from training.pairs import VOICES, Pair, WrittenClause, glossary_pairs, heading_pairs, read_written, written_pairs

EVALS = ROOT / "evals"
GLOSSARY = ROOT / "prompts" / "glossary"

GOOD = "C 新建体育馆3座。\n市 打球的地方有几处\n记 体育馆新建几座？\n办 体育馆新建数\n"


@pytest.fixture(scope="module")
def written() -> list[WrittenClause]:
    return read_written()


# --- Written clauses --------------------------------------------------------------------------------------------------


def test_a_file_is_a_field_and_a_block_a_clause_with_its_questions(tmp_path: Path) -> None:
    (tmp_path / "文体.txt").write_text(
        f"\n{GOOD}\n\n{GOOD.replace('3座', '4座')}领 场馆多了没\n市 在哪", encoding="utf-8"
    )
    (tmp_path / "乡村.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "README.md").write_text("no clauses", encoding="utf-8")
    first, second, third = read_written(tmp_path)
    questions = (("市", "打球的地方有几处"), ("记", "体育馆新建几座？"), ("办", "体育馆新建数"))
    assert first == WrittenClause("乡村", "新建体育馆3座。", questions)
    assert second == WrittenClause("文体", "新建体育馆3座。", questions)
    assert third == WrittenClause("文体", "新建体育馆4座。", (*questions, ("领", "场馆多了没"), ("市", "在哪")))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"{GOOD}\n问 在哪\n", 6, "应是“C 条款”或“市/记/办/领 问题”，这里是“问 在哪”"),
        (f"{GOOD}\n市 在哪\n", 6, "这里是“市 在哪”"),
        (f"{GOOD}C 建成公园2个。\n", 5, "这里是“C 建成公园2个。”"),
        ("C建成公园2个。\n市 在哪\n", 1, "这里是“C建成公园2个。”"),
        (f"{GOOD}市\n", 5, "这里是“市”"),
        (f"{GOOD}建成公园2个。\n", 5, "这里是“建成公园2个。”"),
        ("C 建成公园2个。\n市 在哪\n记 哪里？\n\n", 3, "应有三到五个问题，这里有 2 个"),
        ("C 建成公园2个。\n\n", 1, "这里有 0 个"),
        (f"{GOOD}领 一\n领 二\n领 三\n", 7, "这里有 6 个"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_reason(tmp_path: Path, text: str, line: int, reason: str) -> None:
    (tmp_path / "文体.txt").write_text(text, encoding="utf-8")
    with pytest.raises(UnusableInput) as refused:
        read_written(tmp_path)
    message = str(refused.value)
    assert f"文体.txt 第 {line} 行" in message
    assert reason in message
    assert "\n" not in message


def test_the_written_clauses_are_many_each_asked_about_in_several_voices(written: list[WrittenClause]) -> None:
    assert len(written) >= 2500
    assert {len(clause.questions) for clause in written} <= {3, 4, 5}
    voices = Counter(voice for clause in written for voice, _ in clause.questions)
    assert set(voices) == set(VOICES)
    assert min(voices.values()) >= 2500 / 2
    assert all(len({voice for voice, _ in clause.questions}) >= 3 for clause in written)


def test_no_clause_is_written_twice_and_no_question_is_asked_twice_of_one(written: list[WrittenClause]) -> None:
    assert len({clause.text for clause in written}) == len(written)
    for clause in written:
        assert len({text for _, text in clause.questions}) == len(clause.questions)
        assert clause.text not in {text for _, text in clause.questions}


# --- Pairs ------------------------------------------------------------------------------------------------------------


def test_every_word_of_a_concept_goes_with_its_name_and_everyday_words_with_all_official_terms() -> None:
    concept = Concept("城建", ("停车位", "停车泊位"), ("车位",), ("停车的地方",), ("parking",))
    assert set(glossary_pairs([concept, Concept("教育", ("学位",))])) == {
        Pair("停车泊位", "停车位"),
        Pair("车位", "停车位"),
        Pair("停车的地方", "停车位"),
        Pair("parking", "停车位"),
        Pair("停车的地方", "停车泊位"),
    }


LABEL = re.compile(r"^[一(（]+[一）)、]+")


def test_a_sentence_goes_with_the_headings_above_it() -> None:
    plan = parse_plan(
        "青岩县2031年国民经济和社会发展计划\n\n一、建设生态家园\n\n(一)守护山水资源\n\n"
        "提升林地质量。新造林3.2万亩，提升林地质量。改建农村公路86.5公里。短。\n"
    )
    found = heading_pairs([plan])
    assert {(LABEL.sub("", pair.anchor), pair.positive) for pair in found} == {
        ("守护山水资源", "新造林3.2万亩，提升林地质量。"),
        ("守护山水资源", "改建农村公路86.5公里。"),
        ("提升林地质量", "改建农村公路86.5公里。"),
    }
    assert not any(pair.negative for pair in found)
    assert heading_pairs([]) == []


def test_a_numbered_heading_that_is_a_sentences_own_words_does_not_go_with_it() -> None:
    plan = parse_plan(
        "青岩县2031年国民经济和社会发展计划\n\n一、建设生态家园\n\n(一)守护山水资源\n\n新造林3.2万亩，守护山水资源。\n"
    )
    found = heading_pairs([plan])
    assert {LABEL.sub("", pair.anchor) for pair in found} == {"建设生态家园"}


def test_a_question_goes_with_its_clause_and_against_one_with_the_same_words() -> None:
    clauses = [
        WrittenClause("文体", "新建体育馆三座。", (("办", "体育馆新建数"), ("市", "打球的地方"))),
        WrittenClause("教育", "新增义务教育学位三千个。", (("办", "学位数"),)),
        WrittenClause("文体", "改造体育馆两座。", (("办", "体育馆改造数"),)),
    ]
    found = written_pairs(clauses)
    assert [(pair.anchor, pair.positive) for pair in found] == [
        ("体育馆新建数", "新建体育馆三座。"),
        ("打球的地方", "新建体育馆三座。"),
        ("学位数", "新增义务教育学位三千个。"),
        ("体育馆改造数", "改造体育馆两座。"),
    ]
    assert found[0].negative == "改造体育馆两座。"
    assert found[3].negative == "新建体育馆三座。"
    assert all(pair.negative not in ("", pair.positive) for pair in found)
    assert written_pairs(clauses, negatives=False) == [Pair(pair.anchor, pair.positive) for pair in found]


def test_no_written_question_is_set_against_its_own_clause(written: list[WrittenClause]) -> None:
    some = written[:: max(1, len(written) // 200)]
    found = written_pairs(some)
    assert len(found) == sum(len(clause.questions) for clause in some)
    wrong = sum(pair.negative in ("", pair.positive) for pair in found)
    assert wrong == 0
    alike = sum(bool(set(tokens(pair.anchor)) & set(tokens(pair.negative))) for pair in found)
    assert alike > len(found) / 2


# --- Nothing measured is trained on -----------------------------------------------------------------------------------
#
# Some suites are kept aside: whoever mends these tests must not see their questions. So only hashes and counts stand in
# an assertion, and pytest has nothing else to print.


def bare_hash(text: str) -> str:
    """Of a text without blanks and marks; "" where nothing else is in it."""
    bare = re.sub(r"[\W_]+", "", text).lower()
    return hashlib.sha256(bare.encode()).hexdigest() if bare else ""


def hashes(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(map(bare_hash, texts)) - {""}


def suite_questions() -> Iterator[str]:
    for path in sorted(EVALS.glob("*.yaml")):
        for case in read_suite(path).suite.cases:
            yield from case.conversation


def search_questions() -> Iterator[str]:
    for path in sorted((EVALS / "search").glob("*.yaml")):
        try:
            held = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError:
            raise AssertionError(f"{path.name} is no YAML") from None  # its own message would show the line
        for row in held["questions"]:
            yield row["question"]


@cache
def measured_questions() -> frozenset[str]:
    return hashes([*suite_questions(), *search_questions()])


@cache
def measured_text() -> tuple[MeasuredPieces, MeasuredPieces]:
    return MeasuredPieces.of(path.read_text(encoding="utf-8") for path in CORPUS.glob("*.txt")), MeasuredPieces.load()


def glossary_lines() -> list[str]:
    """Whole lines: a word of theirs may well be all that a terse question says (固投增速)."""
    return [line for path in sorted(GLOSSARY.glob("*.tsv")) for line in path.read_text("utf-8-sig").splitlines()]


def trained_on(kind: str) -> list[str]:
    if kind == "glossary lines":
        return glossary_lines()
    clauses = read_written()
    if kind == "written clauses":
        return [clause.text for clause in clauses]
    return [text for clause in clauses for _, text in clause.questions]


KINDS = ["written clauses", "written questions", "glossary lines"]


def test_all_suites_are_looked_at() -> None:
    """Were none found, the tests below would hold for nothing."""
    suites, searched = len(hashes(suite_questions())), len(hashes(search_questions()))
    assert suites > 500
    assert searched > 300
    assert {"kept-aside", "tuning"} <= {path.stem for path in (EVALS / "search").glob("*.yaml")}
    assert {"kept-aside", "own-words-kept-aside"} <= {path.stem for path in EVALS.glob("*.yaml")}


@pytest.mark.parametrize("kind", KINDS)
def test_no_question_that_is_measured_is_trained_on(kind: str) -> None:
    trained = hashes(trained_on(kind))
    assert len(trained) > 1000
    shared = sorted(trained & measured_questions())  # hashes
    assert shared == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_trained_on_shares_a_long_piece_with_a_measured_document(kind: str) -> None:
    corpus, kept = measured_text()
    for pieces in (corpus, kept):
        shared = sum(map(pieces.touch, trained_on(kind)))
        assert shared == 0


def test_neighbouring_lines_of_what_is_trained_on_share_no_long_piece_either() -> None:
    """A measured sentence that was cut over several written clauses."""
    _, kept = measured_text()
    shared = sum(kept.touch("".join(trained_on(kind))) for kind in KINDS)
    assert shared == 0
