"""The glossary: its tables, what it finds in a question, and which of its words may take another's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UnusableInput
from assistant.search.glossary import NO_GLOSSARY, Concept, Glossary, Mention, load_glossary
from assistant.settings import packaged

SHIPPED = packaged("prompts") / "glossary"
FIELDS = """
经济指标 财政金融 投资招商 商贸 产业 科技人才 数字 市场主体 政务服务与营商 城建交通 水务环保 城管绿化 住房更新 能源 应急安全 公安司法 社区治理
教育 养老托育 医疗 文体旅 就业社保 农业农村 人群 动作 限定与比较 文种与文号 时间 单位
""".split()
ASKING = ("多少", "几个", "吗")  # words that ask stand in every question: within an everyday word they would hide it

GDP = Concept("经济指标", ("地区生产总值", "生产总值"), ("GDP",), ("经济总量", "盘子"), ("gross domestic product",))
GROWTH = Concept("经济指标", ("地区生产总值增速",), ("GDP增速",), ("经济涨得快不快",))
RETAIL = Concept("商贸", ("社会消费品零售总额",), ("社零",), ("消费", "盘子"))
PARKING = Concept("城建交通", ("公共停车位", "停车泊位"), ("车位",), ("停车的地方",))
PUPILS = Concept("教育", ("义务教育",), (), ("念书", "停车的地方以外的事"))
GLOSSARY = Glossary((GDP, GROWTH, RETAIL, PARKING, PUPILS))


def tables(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.tsv").write_text(text, encoding="utf-8")
    return folder


def holding(*words: str) -> Callable[[str], bool]:
    """A plan that holds these words."""
    return lambda word: word in words


def anything(_: str) -> bool:
    return True


def nothing(_: str) -> bool:
    return False


def found(question: str, glossary: Glossary = GLOSSARY) -> list[str]:
    return [mention.word for mention in glossary.mentions(question)]


# --- Tables -----------------------------------------------------------------------------------------------------------


def test_a_table_is_a_field_and_a_line_a_concept_in_four_columns(tmp_path: Path) -> None:
    text = "# 注\n地区生产总值|生产总值\tGDP\t经济总量 | 盘子\tgross domestic product\n\n  \n节能降碳\n耕地\t\t田\u3000地\n"
    read = load_glossary(tables(tmp_path, 经济指标=text, 别的="社区食堂\t\t老人食堂\t\n"))
    assert read.concepts == (
        Concept("别的", ("社区食堂",), (), ("老人食堂",)),
        GDP,
        Concept("经济指标", ("节能降碳",)),
        Concept("经济指标", ("耕地",), (), ("田\u3000地",)),
    )
    assert GDP.terms == ("地区生产总值", "生产总值", "GDP")
    assert GDP.strict == (*GDP.terms, "gross domestic product")


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_table_that_a_spreadsheet_wrote_is_read(tmp_path: Path, line_end: str) -> None:
    (tmp_path / "甲.tsv").write_bytes(b"\xef\xbb\xbf" + f"# 注{line_end}耕地\t\t田地{line_end}".encode())
    assert load_glossary(tmp_path).concepts == (Concept("甲", ("耕地",), (), ("田地",)),)


def test_other_files_are_no_tables(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("a\tb\tc\td\te\tf\n", encoding="utf-8")
    assert load_glossary(tmp_path) == NO_GLOSSARY
    with pytest.raises(UnusableInput, match=r"nowhere"):
        load_glossary(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("停车位\t\t车位\tparking\t多", "有 5 列，最多 4 列（官方说法、简称、口语、英文）"),
        ("\t车位\t停车", "缺第一列（官方说法）"),
        (" | \t车位", "缺第一列（官方说法）"),
        ("停车位\t\t停|泊车", "口语“停”只有一个字"),
        ("停车位|停车位", "“停车位”写了两次"),
        ("停车位\t车位\t泊车|车位", "“车位”写了两次"),
        ("停车位\t\t\tparking|parking", "“parking”写了两次"),
        ("停车位\t林地", "“林地”已经在 甲.tsv 第 2 行"),
        ("停车位\t\t\tForest", "“Forest”已经在 甲.tsv 第 2 行"),
        ("停车位|耕地", "“耕地”已经在 丙.tsv 第 1 行"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_reason(tmp_path: Path, line: str, reason: str) -> None:
    tables(tmp_path, 丙="耕地\n", 甲=f"# 注\n森林\t林地\t树林\tforest\n\n{line}\n")
    with pytest.raises(UnusableInput) as refused:
        load_glossary(tmp_path)
    message = str(refused.value)
    assert "甲.tsv 第 4 行" in message
    assert reason in message
    assert "\n" not in message


def test_a_table_that_is_no_text_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "甲.tsv").write_bytes("耕地\t\t田地\n".encode("gb18030"))
    with pytest.raises(UnusableInput, match=r"甲\.tsv 不是 UTF-8"):
        load_glossary(tmp_path)


def test_an_everyday_word_may_stand_for_several_things_and_a_strict_one_for_one(tmp_path: Path) -> None:
    read = load_glossary(tables(tmp_path, 甲="耕地\t\t田里的事\n农田水利\t\t田里的事|耕地\n"))
    (everyday,) = read.mentions("田里的事")
    assert [concept.official[0] for concept in everyday.concepts] == ["耕地", "农田水利"]
    assert not everyday.strict
    (strict,) = read.mentions("耕地")
    assert [concept.official[0] for concept in strict.concepts] == ["耕地"]
    assert strict.strict


# --- Mentions ---------------------------------------------------------------------------------------------------------


def test_the_longest_word_at_each_place_is_found_and_none_within_another() -> None:
    question = "地区生产总值增速和GDP，停车的地方以外的事"
    assert found(question) == ["地区生产总值增速", "GDP", "停车的地方以外的事"]
    assert found("停车的地方在哪") == ["停车的地方"]
    assert found("公共停车位和车位") == ["公共停车位", "车位"]


def test_a_mention_says_where_what_and_how_surely() -> None:
    question = "今年盘子和GDP"
    assert GLOSSARY.mentions(question) == (
        Mention(2, 4, "盘子", (GDP, RETAIL), strict=False),
        Mention(5, 8, "GDP", (GDP,), strict=True),
    )
    assert NO_GLOSSARY.mentions(question) == ()


@pytest.mark.parametrize("word", ["GDP", "gdp", "Gdp", "Gross Domestic Product"])
def test_upper_and_lower_case_are_the_same_word(word: str) -> None:
    (mention,) = GLOSSARY.mentions(f"今年{word}多少")
    assert (mention.word, mention.concepts, mention.strict) == (word, (GDP,), True)


@pytest.mark.parametrize("question", ["GDPR条例", "XGDP", "gdpr", "gross domestic products"])
def test_a_latin_word_is_not_found_within_a_longer_one(question: str) -> None:
    assert found(question) == []


@pytest.mark.parametrize("question", ["2022GDP7%", "人均GDP增长", "GDP", "“GDP”", "nominal GDP"])
def test_a_latin_word_is_found_beside_anything_else(question: str) -> None:
    assert found(question) == ["GDP"]


_PIECES = st.sampled_from(
    [word for concept in GLOSSARY.concepts for word in (*concept.strict, *concept.everyday)]
    + "今年 多少 的 GDP增 gdp R 停车 地方 ， 2022 生产 总值 ".split(" ")
)
_QUESTIONS = st.lists(_PIECES, max_size=8).map("".join)


@given(_QUESTIONS)
def test_mentions_of_any_question_are_its_own_words_in_order_and_apart(question: str) -> None:
    known = {word.lower() for concept in GLOSSARY.concepts for word in (*concept.strict, *concept.everyday)}
    end = 0
    for mention in GLOSSARY.mentions(question):
        assert end <= mention.start < mention.end
        assert question[mention.start : mention.end] == mention.word
        assert mention.word.lower() in known
        longer = (question[mention.start : place] for place in range(mention.end + 1, len(question) + 1))
        assert not any(word.lower() in known and not word.isascii() for word in longer)
        end = mention.end


# --- In the plan's words ----------------------------------------------------------------------------------------------


def test_a_strict_name_that_the_plan_lacks_becomes_one_that_it_holds() -> None:
    assert GLOSSARY.in_plan_words("社零增长多少", holding("社会消费品零售总额")) == "社会消费品零售总额增长多少"
    assert GLOSSARY.in_plan_words("停车泊位多少个", holding("车位")) == "车位多少个"
    assert GLOSSARY.in_plan_words("今年gross domestic product", holding("GDP")) == "今年GDP"
    assert (
        GLOSSARY.in_plan_words("社零、GDP", holding("生产总值", "社会消费品零售总额")) == "社会消费品零售总额、生产总值"
    )


def test_the_first_of_its_names_that_the_plan_holds_is_taken() -> None:
    assert GLOSSARY.in_plan_words("车位", holding("停车泊位", "公共停车位")) == "公共停车位"
    assert GLOSSARY.in_plan_words("车位", holding("停车泊位")) == "停车泊位"


def test_what_the_plan_itself_says_stays() -> None:
    assert GLOSSARY.in_plan_words("GDP增长多少", holding("GDP", "地区生产总值")) == "GDP增长多少"
    assert GLOSSARY.in_plan_words("GDP增长多少", anything) == "GDP增长多少"


def test_what_the_plan_has_no_name_for_stays() -> None:
    assert GLOSSARY.in_plan_words("GDP增长多少", nothing) == "GDP增长多少"
    assert GLOSSARY.in_plan_words("GDP增长多少", holding("社会消费品零售总额")) == "GDP增长多少"
    assert GLOSSARY.in_plan_words("GDP增长多少", holding("gross domestic product")) == "GDP增长多少"


def test_a_term_that_the_question_holds_already_is_not_put_in_twice() -> None:
    for rewritten in (GLOSSARY.in_plan_words, GLOSSARY.in_likely_words):
        assert rewritten("地区生产总值（GDP）多少", holding("地区生产总值")) == "地区生产总值（GDP）多少"
        assert rewritten("公共停车位多少个", holding("车位")) == "公共停车位多少个"


def test_a_shorter_word_is_taken_where_the_plan_has_no_name_for_the_longer_one() -> None:
    """GDP增速 is a thing of its own; a plan that only has 地区生产总值 must still be asked about that."""
    assert GLOSSARY.in_plan_words("GDP增速是多少", holding("地区生产总值")) == "地区生产总值增速是多少"
    assert GLOSSARY.in_plan_words("GDP增速是多少", holding("地区生产总值", "GDP")) == "GDP增速是多少"
    asked = "经济总量要涨，停车的地方以外的事"
    assert GLOSSARY.in_likely_words(asked, holding("公共停车位")) == "经济总量要涨，公共停车位以外的事"


def test_everyday_words_are_not_taken_for_what_they_only_may_mean() -> None:
    for holds in (holding("公共停车位", "社会消费品零售总额"), anything, nothing):
        assert GLOSSARY.in_plan_words("停车的地方和消费", holds) == "停车的地方和消费"


def test_an_everyday_word_is_likely_where_the_plan_holds_one_thing_alone_that_it_may_mean() -> None:
    assert GLOSSARY.in_likely_words("停车的地方几处", holding("停车泊位")) == "停车泊位几处"
    assert GLOSSARY.in_likely_words("今年盘子多大", holding("地区生产总值", "GDP")) == "今年地区生产总值多大"
    assert GLOSSARY.in_likely_words("今年盘子多大", holding("社零")) == "今年社零多大"
    assert GLOSSARY.in_likely_words("今年盘子多大", holding("GDP", "社零")) == "今年盘子多大"
    assert GLOSSARY.in_likely_words("今年盘子多大", nothing) == "今年盘子多大"
    assert GLOSSARY.in_likely_words("今年盘子多大", holding("盘子", "社零")) == "今年盘子多大"


def test_what_is_strict_is_likely_as_well() -> None:
    assert GLOSSARY.in_likely_words("GDP和消费", holding("生产总值", "社零")) == "生产总值和社零"


@pytest.mark.parametrize("field", ["限定与比较", "时间", "单位", "文种与文号"])
def test_words_that_say_how_a_question_is_asked_never_change_places(field: str) -> None:
    asking = Concept(field, ("同比增长",), ("同增",), ("比上年多",))
    glossary = Glossary((asking, RETAIL))
    for question in ("社零同增多少", "消费比上年多多少"):
        assert glossary.in_likely_words(question, holding("同比增长")) == question
        assert len(glossary.mentions(question)) == 2
    assert glossary.in_plan_words("社零同增", holding("同比增长", "社会消费品零售总额")) == "社会消费品零售总额同增"


@given(_QUESTIONS, st.sets(st.sampled_from([term for concept in GLOSSARY.concepts for term in concept.terms])))
def test_rewriting_any_question_only_puts_in_what_the_plan_holds(question: str, held: set[str]) -> None:
    def holds(word: str) -> bool:
        return word in held

    for rewritten in (GLOSSARY.in_plan_words, GLOSSARY.in_likely_words):
        words = rewritten(question, holds)
        if words != question:
            assert any(term in words and term not in question for term in held)
        assert rewritten(question, nothing) == question
        assert NO_GLOSSARY.in_likely_words(question, holds) == question
    assert GLOSSARY.in_plan_words(question, anything) == GLOSSARY.in_likely_words(question, anything) == question


# --- The shipped tables -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Glossary:
    return load_glossary(SHIPPED)


def test_the_shipped_tables_are_good_and_many(shipped: Glossary) -> None:
    assert len(shipped.concepts) >= 3000


def test_the_shipped_tables_are_the_promised_fields_and_none_is_empty(shipped: Glossary) -> None:
    assert len(FIELDS) == 29
    assert {path.stem for path in SHIPPED.glob("*.tsv")} == set(FIELDS)
    assert {concept.field for concept in shipped.concepts} == set(FIELDS)


def test_no_shipped_everyday_word_holds_a_word_that_asks(shipped: Glossary) -> None:
    wrong = [
        f"{concept.field}: {word}"
        for concept in shipped.concepts
        for word in concept.everyday
        if any(asking in word for asking in ASKING)
    ]
    assert wrong == []


def test_every_shipped_word_of_two_characters_or_more_is_found(shipped: Glossary) -> None:
    lost = [
        f"{concept.field}: {word}"
        for concept in shipped.concepts
        for word in (*concept.strict, *concept.everyday)
        if len(word) > 1 and not any(concept in mention.concepts for mention in shipped.mentions(word))
    ]
    assert lost == []
