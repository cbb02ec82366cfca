"""Text to quantities: numbers, ranges, units and qualifiers, with their spans.

`scan` reads a text once and says of every digit run and every Chinese numeral what it is: part of a `Quantity`, or
something else with a reason. It never rewrites the text: offsets are code points of what it was given.
以上, 以下 and 以内 include the number; 突破 and 超过 do not; 达到, 实现 and 完成 change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import cn2an

from assistant.plan.quantity import OtherNumeral, Qualifier, Quantity, Reading
from assistant.plan.units import COUNTERS, MEASURES, PERCENT, SCALES, TIME_UNITS, base_unit

# --- Characters -------------------------------------------------------------------------------------------------------

# Full-width forms, one code point to one code point, so that offsets stay.
_NARROW = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0xFF01 + i) not in "，；：？！（）"}
) | {ord("\u3000"): " ", ord("\u00a0"): " "}

CHINESE_NUMERALS = "〇零一二三四五六七八九十百千万亿两几数半双"


def narrow(text: str) -> str:
    """Full-width digits, letters and signs made half-width, punctuation of sentences left alone; same length."""
    return text.translate(_NARROW)


# --- The grammar ------------------------------------------------------------------------------------------------------


def _alternatives(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_INTEGER = r"[零〇一二三四五六七八九十百千万亿两]+"
_SCALE = _alternatives(list(SCALES))
_DECIMAL = rf"{_INTEGER}点[零〇一二三四五六七八九]+(?:{_SCALE})?"
_UNIT = (
    rf"(?:{_alternatives([*COUNTERS, *MEASURES, *PERCENT, '成'])})(?:/(?:{_alternatives([*MEASURES, *COUNTERS])}|人))?"
)
_COUNT_AFTER_CHINESE = _alternatives([c for c in COUNTERS if c not in ("类", "期", "届", "章", "节", "面", "口", "门")])

_PREFIXES: dict[str, Qualifier] = {
    "不少于": "at_least", "不低于": "at_least", "不小于": "at_least", "不得少于": "at_least", "不得低于": "at_least",
    "至少": "at_least", "最少": "at_least", "最低": "at_least", "起码": "at_least", "≥": "at_least",
    "突破": "more_than", "超过": "more_than", "超出": "more_than", "超": "more_than", "逾": "more_than",
    "高于": "more_than", "大于": "more_than", "多于": "more_than", "不止": "more_than", ">": "more_than",
    "不超过": "at_most", "不高于": "at_most", "不多于": "at_most", "不大于": "at_most", "不得超过": "at_most",
    "至多": "at_most", "最多": "at_most", "最高": "at_most", "≤": "at_most",
    "不足": "less_than", "低于": "less_than", "少于": "less_than", "小于": "less_than", "不到": "less_than",
    "未满": "less_than", "不满": "less_than", "<": "less_than",
    "大约": "about", "约": "about", "将近": "about", "接近": "about", "近": "about", "约为": "about",
    "大概": "about", "差不多": "about", "≈": "about",
    "达到": "exact", "达": "exact", "力争": "exact", "确保": "exact", "控制在": "exact", "保持在": "exact",
    "稳定在": "exact", "维持在": "exact", "力争达到": "exact",
}  # fmt: skip
_PREFIX_WORDS = _alternatives(list(_PREFIXES))
# 附近, 最近, 亲近 … hold a 近 that is no qualifier; 发达, 高达 likewise.
_PREFIX = re.compile(rf"(?:(?<![附最邻亲临靠就远])(?:{_PREFIX_WORDS})(?:了|到|至)?\s?)+$")

_SUFFIXES: dict[str, Qualifier] = {
    "以上": "at_least", "及以上": "at_least", "或以上": "at_least",
    "以下": "at_most", "及以下": "at_most", "以内": "at_most", "之内": "at_most",
    "左右": "about", "上下": "about",
}  # fmt: skip
_SUFFIX = re.compile(rf"\s?({_alternatives(list(_SUFFIXES))})")

_MONEY = _alternatives(["元", "美元", "欧元", "港元", "人民币"])
_RANGE_SIGN = r"\s?(?:-|—|——|–|~|～|至|到|―|－)\s?"


def _number_pattern(tag: str) -> str:
    """One number: arabic with its scale, a Chinese integer or decimal, 百分之…; `more` is 余/多 inside it."""
    return (
        rf"(?:(?P<percent{tag}>百分之|千分之)(?P<of{tag}>{_DECIMAL}|{_INTEGER}|{_ARABIC})"
        rf"|(?P<arabic{tag}>{_ARABIC})(?P<more{tag}>余|多|来)?\s{{0,2}}(?P<scale{tag}>(?:(?!百分点)(?:{_SCALE}))?)"
        rf"|(?P<chinese{tag}>{_DECIMAL}|{_INTEGER}))"
    )


# What is said in hundredths has no unit behind it: the 对 of 百分之十二对不对 counts nothing.
_QUANTITY = re.compile(
    rf"{_number_pattern('1')}(?P<inner1>余|多|来)?(?:(?(percent1)(?!)|\s?(?P<unit1>{_UNIT})))?"
    rf"(?:(?P<dash>{_RANGE_SIGN}){_number_pattern('2')}(?P<inner2>余|多)?\s?(?P<unit2>{_UNIT}))?"
)

_YEAR = r"(?:19|20)\d{2}"
_CHINESE_YEAR = r"[一二][九〇零][〇零一二三四五六七八九]{2}"
_OTHERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (rf"{_YEAR}\s?年?{_RANGE_SIGN}(?:{_YEAR}|\d\d)\s?年", "date"),
        (rf"{_YEAR}\s?年(?:\s?\d{{1,2}}\s?月(?:份)?(?:\s?\d{{1,2}}\s?日)?)?", "date"),
        (rf"{_YEAR}{_RANGE_SIGN}{_YEAR}(?!\d)", "date"),
        (r"(?<!\d)(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}(?!\d)", "date"),
        (rf"{_CHINESE_YEAR}(?:年|—|-)", "date"),
        (r"\d{1,2}\s?月\s?\d{1,2}\s?日", "date"),
        (r"(?<!个)(?<!\d)\d{1,2}(?:\s?[-—–至到~]\s?\d{1,2})?\s?月(?:份|底|末|初|前|中旬|上旬|下旬)?(?!\d)", "date"),
        (r"[一二三四五六七八九十]{1,2}月(?:份|底|末|初|前|中旬|上旬|下旬)", "date"),
        (r"\d{1,2}[:：]\d{2}(?=\D|$)(?=.{0,3}[时分至到-])", "date"),
        (r"[\[【〔(（]\s?\d{4}\s?[\]】〕)）]\s?(?:第\s?)?\d*\s?号?", "identifier"),
        (r"\d+(?:[/／]\d+(?:-\d+)+|-\d{4,}|\d{8,})", "identifier"),
        (r"[A-Za-z]+[-.]?\d+(?:\.\d+)?(?:[-A-Za-z]\w*)?", "identifier"),
        (r"第\s?(?:\d+|[零〇一二三四五六七八九十百千两]+)\s?(?=[位名](?![额单员]))", "rank"),
        (r"第\s?(?:\d+|[零〇一二三四五六七八九十百千两]+)", "ordinal"),
        (r"[十廿][一二三四五六七八九]五(?![个家项条座处所场户人名位件万亿])", "session"),
        (r"[一二三四五六七八九十]+届", "session"),
        (r"(?:十[一二三四五六七八九]|二十)大(?!类|批)", "session"),
        (r"[一二三四五六七八九](?=中(?:、|全会))", "session"),
        (r"(?<=[\u4e00-\u9fff])[一二三四五六七八九十]期", "ordinal"),
        (r"(?m)^\s*[(（]?[一二三四五六七八九十]{1,3}[)）、]", "heading_label"),
        (r"[一二两三四五六七八九十百千]+(?=大[\u4e00-\u9fff]|[类级期院刻]|年(?:行动|计划|攻坚|规划))", "name"),
        (r"\d+[.·]\d+(?=[\u4e00-\u9fff]{0,3}节)", "name"),
        (r"\d+\s?\+\s?[A-Za-z\d]+", "name"),
    )
)
_RUN = re.compile(rf"\d+(?:\.\d+)?|[{CHINESE_NUMERALS}]+")
_SPECIAL = re.compile(r"零增长|翻[一两]番|翻番|一半|过半|[一二两三四五六七八九]分之[一二两三四五六七八九]")
_RANK = re.compile(
    r"(?:第\s?(?P<nth>\d+|[一二三四五六七八九十百]+)\s?(?P<unit>位|名(?![额单员])))|前(?P<top>\d+|[一二三四五六七八九十百]+)\s?(?P<topunit>位|名(?![额单员])|强)?(?=[,，。;；、]|$|的)"
)
_RATIO = re.compile(rf"(?<![\d:]){_ARABIC}\s?[:：∶]\s?{_ARABIC}(?![\d:])")
_THRESHOLD = re.compile(
    rf"(?P<number>十|百|千|万|亿|十万|百万|千万|十亿|百亿|千亿|万亿)(?P<unit>{_MONEY}|{_alternatives([*COUNTERS])}|平方米|亩|吨)(?=\s?(?:以上|以下|及以上))"
)
_QUOTED = re.compile(r"[“\"「『‘《]([^”\"」』’》“「]{1,24})[”\"」』’》]")
_NAME_AFTER = re.compile(r"^(?:年)?(?:行动|计划|攻坚|规划|工程)|^全会|^规定|^[“「\"]")
# After a Chinese numeral these are mostly no measures: 十方面, 三度, 八方.
_NO_CHINESE_MEASURE = frozenset("方 度 克 兆 升 秒 瓦 伏 分 P".split())
_CHINESE_MEASURES = {base_unit(unit)[0] for unit in MEASURES if unit not in _NO_CHINESE_MEASURE}
_BUILD_VERB = re.compile(r"(?:新增|新建|建成|引进|创建|增加|建设|增设|设立|打造|举办|培育|获批|完成)了?$")


def scan(text: str) -> Reading:
    """Every quantity of the text, and every other numeral with its reason."""
    flat = narrow(text)
    taken: list[tuple[int, int]] = []
    others: list[OtherNumeral] = []
    quantities: list[Quantity] = []

    def free(start: int, end: int) -> bool:
        return all(end <= s or start >= e for s, e in taken)

    for quantity in _fixed_forms(text, flat):
        if free(quantity.start, quantity.end):
            quantities.append(quantity)
            taken.append((quantity.start, quantity.end))
    for pattern, reason in _OTHERS:
        for match in pattern.finditer(flat):
            if reason == "rank" or not free(match.start(), match.end()):
                continue
            if reason == "identifier" and _unit_follows(flat, match):
                continue
            others.append(OtherNumeral(match.start(), match.end(), text[match.start() : match.end()], reason))
            taken.append((match.start(), match.end()))
    names = [(m.start(1), m.end(1)) for m in _QUOTED.finditer(flat)]
    for found in _quantities(text, flat, names):
        if free(found.start, found.end):
            quantities.append(found)
            taken.append((found.start, found.end))
    for match in _RUN.finditer(flat):
        others.extend(_leftover(text, match, taken, names))
    return Reading(tuple(sorted(quantities, key=lambda q: q.start)), tuple(sorted(others, key=lambda o: o.start)))


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of the text, in order."""
    return scan(text).quantities


def _unit_follows(flat: str, match: re.Match[str]) -> bool:
    return bool(re.match(rf"(?:{_SCALE})?(?:{_UNIT})", flat[match.end() :])) and not match.group()[0].isalpha()


def _leftover(
    text: str, match: re.Match[str], taken: list[tuple[int, int]], names: list[tuple[int, int]]
) -> Iterator[OtherNumeral]:
    """The parts of a run that nothing has claimed."""
    start, end = match.span()
    pieces = [(start, end)]
    for taken_start, taken_end in taken:
        pieces = [
            piece
            for s, e in pieces
            for piece in ((s, min(e, taken_start)), (max(s, taken_end), e))
            if piece[0] < piece[1]
        ]
    for s, e in pieces:
        if any(name_start <= s and e <= name_end for name_start, name_end in names):
            reason = "name"
        elif text[s].isdigit():
            reason = "no_unit"
        else:
            reason = "word"
        yield OtherNumeral(s, e, text[s:e], reason)


def _fixed_forms(text: str, flat: str) -> Iterator[Quantity]:
    """Forms that are no number-and-unit: 零增长, 翻一番, 一半, 第4位, 前三, 1:3, 亿元以上."""
    for match in _SPECIAL.finditer(flat):
        word = match.group()
        if "分之" in word:
            whole, part = _chinese(word[0]), _chinese(word[-1])
            value, unit = (part / whole, "")
        elif word.startswith("翻"):
            value, unit = (Decimal(4) if "两" in word else Decimal(2), "倍")
        else:
            value, unit = (Decimal(0), "%") if word == "零增长" else (Decimal(50), "%")
        over: Qualifier = "more_than" if word == "过半" else "exact"
        yield Quantity(value, None, unit, over, "", *match.span(), text[match.start() : match.end()])
    for match in _RANK.finditer(flat):
        number = match.group("nth") or match.group("top")
        ranked = match.group("unit") or match.group("topunit")
        if (
            match.group("top")
            and not ranked
            and not re.search(r"[列居入在跃进位]$|全[国省市区]$", flat[: match.start()])
        ):
            continue
        try:
            value = Decimal(number) if number.isdigit() else _chinese(number)
        except ValueError:
            continue
        top: Qualifier = "exact" if match.group("nth") else "at_most"
        span = text[match.start() : match.end()]
        yield Quantity(
            value, None, ranked or "位", top, "" if match.group("nth") else "前", *match.span(), span, "rank"
        )
    for match in _RATIO.finditer(flat):
        left, right = (Decimal(part.strip()) for part in re.split(r"[:：∶]", match.group().replace(",", "")))
        yield Quantity(left, None, f":{right}", "exact", "", *match.span(), text[match.start() : match.end()], "ratio")
    for match in _THRESHOLD.finditer(flat):
        if match.start() and (flat[match.start() - 1].isdigit() or flat[match.start() - 1] in CHINESE_NUMERALS):
            continue
        written = match.group("number")
        scale = next((s for s in ("亿", "万") if written.endswith(s)), "")
        rest = written.removesuffix(scale)
        value = _chinese(rest if rest != "百" and rest != "千" else "一" + rest) if rest else Decimal(1)
        end, qualifier, words = _suffix(flat, match.end())
        start, before, prefix = _prefix(flat, match.start())
        yield Quantity(
            value, None, scale + match.group("unit"), qualifier or before or "exact", prefix + words,
            start, end, text[start:end], "threshold",
        )  # fmt: skip


def _quantities(text: str, flat: str, names: list[tuple[int, int]]) -> Iterator[Quantity]:
    position = 0
    while match := _QUANTITY.search(flat, position):
        position = match.end() if match.end() > match.start() else match.start() + 1
        quantity = _build(text, flat, match, names)
        if quantity is None:
            # The range may have failed on its first half alone: take the next number on its own.
            position = match.start() + max(1, len(match.group("arabic1") or match.group("chinese1") or ""))
            continue
        position = max(position, quantity.end)
        yield quantity


def _build(text: str, flat: str, match: re.Match[str], names: list[tuple[int, int]]) -> Quantity | None:
    """One match made a quantity, or None where it is no amount."""
    is_range = match.group("dash") is not None
    end = match.end()
    if is_range and match.group("unit1") and not _compatible(match.group("unit1"), match.group("unit2")):
        is_range = False
    if not is_range and match.group("dash") is not None:
        end = match.end("unit1") if match.group("unit1") else match.end("inner1")
    tag = "2" if is_range else "1"
    unit = match.group(f"unit{tag}")
    chinese = match.group(f"chinese{tag}") or match.group("chinese1")
    if match.start() and flat[match.start() - 1] in "0123456789." + "第":
        return None
    if match.group("chinese1") and match.start() and flat[match.start() - 1] in "数几":  # 数百张 is no 百张
        return None
    if match.group("percent1") is None and chinese is None and not _arabic_amount(flat, match, unit):
        return None
    if chinese is not None and not _chinese_amount(flat, match, chinese, unit, names):
        return None
    try:
        value, scale, kind_unit = _number(match, "1")
        upper = None
        if is_range:
            upper, scale, kind_unit = _number(match, "2")
    except ValueError:  # numerals in a row that make no number
        return None
    if upper is not None and upper <= value and match.group("scale1") == match.group("scale2"):
        return None
    written_unit = kind_unit or scale + (unit or "")
    more = (match.group("more1") or match.group("inner1") or "") if not is_range else ""
    end, after, suffix = _suffix(flat, end)
    start, before, prefix = _prefix(flat, match.start())
    if chinese in ("百", "千", "万") and flat[:start].endswith("上"):
        start, before, prefix = start - 1, "at_least", "上"
    if before == "exact" and prefix.startswith(("控制在", "保持在", "稳定在")) and after is None:
        inside = re.match(r"\s?内", flat[end:])
        if inside:
            end, after, suffix = end + inside.end(), "at_most", "内"
    return Quantity(
        value, upper, written_unit, _qualifier(before, after, more, is_range), _join(prefix, more, suffix),
        start, end, text[start:end],
    )  # fmt: skip


def _compatible(first: str, second: str) -> bool:
    return first == second or base_unit(first)[0] == base_unit(second)[0]


def _arabic_amount(flat: str, match: re.Match[str], unit: str | None) -> bool:
    """An arabic number is an amount when it has a unit or a scale, and is no date and no name."""
    start = match.start()
    if start and re.match(r"[A-Za-z_]", flat[start - 1]):
        return False
    if re.match(r"[A-Za-z]", flat[match.end("arabic1") : match.end("arabic1") + 1]) and not match.group("unit1"):
        return False
    if unit is None:
        return bool(match.group("scale1") or match.group("scale2")) or _bare_change(flat, match)
    if unit in ("月", "日") or (unit == "年" and re.fullmatch(_YEAR, match.group("arabic1") or "")):
        return False
    return not _NAME_AFTER.match(flat[match.end() :]) or unit != "年"


_RAISED = r"(?:提高|提升|增加|增长|扩大|上升|下降|降低|减少|增|降|升)(?:到|至|为)"


def _bare_change(flat: str, match: re.Match[str]) -> bool:
    """由100提高到120: both ends of a change are amounts even without a unit."""
    before, after = flat[max(0, match.start() - 24) : match.start()], flat[match.end() :]
    if re.search(r"[由从]\s?$", before):
        return bool(re.match(rf"\s?{_RAISED}\s?\d", after))
    return bool(re.search(rf"[由从]\s?{_ARABIC}\s?{_RAISED}\s?$", before)) and not re.match(r"\s?年", after)


def _chinese_amount(flat: str, match: re.Match[str], run: str, unit: str | None, names: list[tuple[int, int]]) -> bool:
    """A Chinese numeral is an amount only before a measure word, outside names and fixed words."""
    start, end = match.span()
    if any(s <= start and end <= e for s, e in names):
        return False
    if unit is None or _NAME_AFTER.match(flat[end:]):
        return False
    before = flat[:start]
    qualified = _SUFFIX.match(flat, end) is not None or _prefix(flat, start)[2] not in ("", "达", "力争", "确保")
    if set(run) <= set("十百千万亿") and run != "十":
        measured = len(run) > 1 and base_unit(unit)[0] in _CHINESE_MEASURES and unit not in TIME_UNITS
        return (
            qualified
            or measured
            or (run in ("百", "千", "万") and before.endswith(("上", "成", "近")) and unit != "年")
        )
    if unit in ("年", "月", "日", "天", "周", "小时", "分钟", "个月", "岁"):
        return qualified
    if unit == "成":
        return len(run) == 1 and not re.match(r"[立为果功员长本效就熟不]", flat[end:])
    if run == "一":
        return (
            bool(_BUILD_VERB.search(before))
            and unit in "个家座条所处栋项"
            and not re.match(r"批|流|体|步|定", flat[end:])
        )
    # Two things are 两个: 二 before a measure word is an ordinal (二次供水, 二期).
    if run == "二" or before.endswith(("数", "几", "好", "其")):
        return False
    return bool(re.fullmatch(_COUNT_AFTER_CHINESE, unit)) or base_unit(unit)[0] in _CHINESE_MEASURES


def chinese_integer(written: str) -> Decimal:
    """A Chinese integer. Raises ValueError where the library cannot read it, however it says so."""
    try:
        return Decimal(int(cn2an.cn2an(written, "smart")))
    except KeyError:
        raise ValueError(f"{written} is no number") from None


def _chinese(run: str) -> Decimal:
    """A Chinese numeral as a Decimal. cn2an takes integers only; the fraction is read digit by digit.

    Raises ValueError for characters that make no number (零十).
    """
    whole, point, fraction = run.partition("点")
    whole = whole.replace("〇", "零")
    if whole in SCALES:
        value = SCALES[whole]
    elif re.fullmatch("[零一二三四五六七八九]{2,}", whole):
        value = Decimal("".join(str("零一二三四五六七八九".index(c)) for c in whole))
    else:
        try:
            value = chinese_integer(whole)
        except ValueError:
            parts = re.findall(rf"[零〇一二三四五六七八九十百千两]+|{_SCALE}", whole)
            value = sum((SCALES[part] if part in SCALES else chinese_integer(part) for part in parts), Decimal(0))
    if point:
        value += Decimal("0." + "".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in fraction))
    return value


def _number(match: re.Match[str], tag: str) -> tuple[Decimal, str, str | None]:
    """(value, scale written with the unit, the unit where the number itself says it)."""
    if match.group(f"percent{tag}"):
        of = match.group(f"of{tag}")
        value = Decimal(of.replace(",", "")) if of[0].isdigit() else _chinese(of)
        return value, "", "%" if match.group(f"percent{tag}") == "百分之" else "‰"
    if match.group(f"arabic{tag}"):
        return Decimal(match.group(f"arabic{tag}").replace(",", "")), match.group(f"scale{tag}") or "", None
    run = match.group(f"chinese{tag}")
    for scale in ("万亿", "亿", "万"):
        if run.endswith(scale) and run != scale:
            return _chinese(run.removesuffix(scale)), scale, None
    if run in ("百亿", "千亿", "百万", "千万"):
        return _chinese("一" + run[0]), run[1], None
    return _chinese(run), "", None


def _prefix(flat: str, start: int) -> tuple[int, Qualifier | None, str]:
    """Qualifier words right before the number: where they begin, what they say, their words."""
    match = _PREFIX.search(flat, max(0, start - 16), start)
    if match is None:
        return start, None, ""
    words = re.findall(_PREFIX_WORDS, match.group())
    meanings = [_PREFIXES[word] for word in words]
    strong = [meaning for meaning in meanings if meaning != "exact"]
    return match.start(), strong[-1] if strong else "exact", match.group().strip()


def _suffix(flat: str, end: int) -> tuple[int, Qualifier | None, str]:
    """Qualifier words right after the unit: where they end, what they say, their words."""
    match = _SUFFIX.match(flat, end)
    if match is None:
        return end, None, ""
    return match.end(), _SUFFIXES[match.group(1)], match.group(1)


def _qualifier(before: Qualifier | None, after: Qualifier | None, more: str, is_range: bool) -> Qualifier:
    if is_range:
        return "range"
    if before is not None and before != "exact":
        return before
    if after is not None:
        return after
    return "more_than" if more in ("余", "多") else "about" if more == "来" else "exact"


def _join(prefix: str, more: str, suffix: str) -> str:
    """The qualifier's words, with … where the number stands between them."""
    return f"{prefix}…{more}{suffix}" if prefix and (more or suffix) else prefix or f"{more}{suffix}"
