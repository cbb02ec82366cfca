"""Noun phrases of plans: where the one behind a figure ends, and which ones need an owner to be understood."""

from __future__ import annotations

import re

from assistant.plan.phrases import VERB, without_adverbs

# What cannot be understood without what it is of: 总投资, 到位资金, 面积, 总数.
_OWNERLESS = re.compile(
    r"(?:年度)?(?:计划|实际|预计|完成|总|累计)?(?:年度)?(?:计划|完成)?(?:总)?投资(?:总?额)?|(?:总|占地|建筑|总建筑|展览)?面积|(?:总)?规模|增[速幅]|占比|(?:资金)?总[量额数]|数量"
    r"|(?:实际)?到位资金|交易额|销售额|成交额|余额|保有量|存量|产值|单价|(?:资金|资产)规模|(?:投资)?完成率|(?:投资|合同)总?额|办结率|参保率|人数|户数|里程"
)
_END = re.compile(
    r"[,，;；。:：!！?？、\s(（”]|开展|进行|予以|给予|实现|达到|增长|得到|完成(?![率额量])|启动|开工|竣工|投产|落地|日常|全部|以及|并(?!网|购|轨|行)|,"
    r"|入选|成为|通过|获评|获得|获批|延伸|入驻|进入|主要(?!污染)|分别|累计|(?:提升|提高|下降|增加|减少)(?=[到至了约]|\d|$)|正在|取得|到访|新(?=进入|入选|获|增)|提交|零突破|全覆盖|全面|尽快|加快|上线(?!率)|高效(?=运行)|深入|落细|稳步|有序|扎实(?!推)|顺利|入围|上榜|纳入|列入|入库|签约(?!项目)|集中(?!式|供|连|居)|率先|基本(?!医疗|养老|公共|保险|农田|药物|草原|生活|建设)|投入(?!产出|强度)"
    r"|(?<![平人年户月])均|已(?!婚)|(?<![自理缘])由|(?<![自志方定面导走转])向|(?<![行作成认因人无有勇])为(?!民|农|老|企)|(?<![存现实内潜])在(?!线|建|校|园|职|岗|册|库|编|学)"
    r"|(?<![表发到直雷抵通])达(?!标|产)|按(?!揭|摩)|参展|参加|参与|通车|营业|亮相|建成|投用|开放(?=[,，。、；]|$)|位居|居全|(?<!植)被"
)
_NO_NOUN_START = re.compile(
    r"的|以上|以下|左右|以内|和|及|与|等|在|为|是|已|均|由|比|较|同比|环比|高于|低于|增|降|占|达|并|且|(?:后|前|内|中|间)(?=[,，。、；的]|$|实现|完成|建成|基本|全)|来|其中|全部|稳定|[新大]?台阶|跃升|攀升|大关|关口|如期|成功|顺利|用于|起|至|到|不|也|都|将|可|，|则|级|次"
)
_NOUN_START = re.compile(r"[\u4e00-\u9fffA-Za-z“（(《]")
_DESCRIBED_BY_A_FIGURE = re.compile(
    r"[^,，;；。]{0,14}?\d[^,，;；。]{0,24}?的(?=[\u4e00-\u9fff“])|[^,，;；。、\d]{1,12}?(?:超|达|在|过)[十百千万]?[亿万][元]?的?"
)
_HEAD = re.compile(
    r"(?P<thing>.{0,16}?(?:企业|项目|单位|家庭|小区|街道|社区|学校|道路|农户|机构|村|户|人员|对象|河流|断面|工程|指标))(?P<rest>.+)$"
)
_GENERIC = re.compile(r"(?:工作|任务|目标)$")


def noun_after(text: str, begin: int, limit: int, *, one_item: bool = False) -> tuple[str, int] | None:
    """(noun, its end in the text) of the noun phrase that begins in the text, None where none does.

    `limit` is where the next figure of the clause begins; `one_item`: a 、 ends it whatever follows.
    """
    described = _DESCRIBED_BY_A_FIGURE.match(text, begin, min(len(text), begin + 48))
    if described and described.end() > limit:
        begin = described.end() if text[described.end() - 1] == "的" else begin
        limit = max(limit, begin + 48)
    if not _NOUN_START.match(text, begin) or _NO_NOUN_START.match(text, begin):
        return None
    verb = VERB.match(text, begin)
    if verb and not _NOUN_OF_VERB.match(text, verb.end()):
        return None
    end = _noun_end(text, begin, limit, one_item=one_item)
    words = text[begin:end].rstrip("和及与、中 ")
    noun = without_adverbs(words)
    return (noun, begin + len(noun)) if noun else None


_NOUN_OF_VERB = re.compile(
    r"(?:任务|目标|计划|指标)|[\u4e00-\u9fff]{0,6}(?:企业|项目|平台|中心|基地|活动|服务|设施|工程|机构|场景|面积|用地)"
)


_LONGEST = 160  # characters of a noun phrase with its lists


def _noun_end(text: str, begin: int, limit: int, *, one_item: bool) -> int:
    """Where the noun phrase that begins here ends."""
    depth = 0
    last = min(len(text), begin + _LONGEST)
    for position in range(begin, last):
        if begin < limit <= position:
            return limit
        character = text[position]
        if character in "“《（(":
            depth += 1
        elif character in "”》）)":
            if depth == 0:
                return position
            depth -= 1
        elif depth == 0:
            if character == "、":
                # 传统企业智能化、数字化改造; 主干道、次干道…道路: a list inside the noun unless a figure or a verb follows.
                if one_item or _WHOLE.search(text, begin, position) or _ends_at(text, position):
                    return position
                continue
            if position > begin and _END.match(text, position):
                return position
    return last


# A list of such things is a list of whole things, not of words that share an end.
_WHOLE = re.compile(r"(?:项目|工程|中心|基地|生产线|产业园|开发区)$")
_ITEM = re.compile(r"、(?P<item>[^,，;；。:：!！?？、]*)")


def _ends_at(text: str, position: int) -> bool:
    """Whether the list mark at a position ends the noun phrase."""
    item = _ITEM.match(text, position)
    return (
        item is None or re.search(r"\d", item.group("item")) is not None or VERB.match(text, position + 1) is not None
    )


def predicate_after(text: str, position: int) -> str:
    """The words from the end of a noun up to the end of its part: what is said of it."""
    stop = re.compile(r"[,，;；。:：!！?？、]").search(text, position)
    return text[position : stop.start() if stop else len(text)].strip()


def head_of(noun: str) -> str:
    """The thing of a noun phrase that goes on to one of its properties: 项目 of 项目投资完成率."""
    match = _HEAD.match(noun)
    return match.group("thing") if match else noun


def is_ownerless(noun: str) -> bool:
    return _OWNERLESS.fullmatch(noun) is not None


def owned(owner: str, noun: str) -> str:
    """A noun with its owner before it, unless it says it already."""
    if not owner or noun.startswith(owner):
        return noun
    return owner + (noun[2:] if len(noun) > 2 and owner.endswith(noun[:2]) else noun)  # 项目投资, 投资完成率


def without_generic_end(noun: str) -> str:
    """政府隐性债务化解目标 is 政府隐性债务化解."""
    bare = _GENERIC.sub("", noun)
    return bare if len(bare) >= 4 else noun


def clean(noun: str) -> str:
    """Loose marks and half pairs of quotes taken off."""
    noun = noun.strip(" 、，,的—-")
    if noun.count("“") != noun.count("”"):
        noun = noun.strip("“”") if noun.count("“") + noun.count("”") == 1 else noun
    noun = re.sub(r"^(?:对(?![标口外接象])|把|将|使(?!用)|让(?!利)|一批|一系列|各类(?=[^、]{4})|“(?=[^”]*$))", "", noun)
    return re.sub(r"(?<=[”》])等$", "等", noun)
