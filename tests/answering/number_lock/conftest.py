"""An invented plan and the lock on answers about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answering.number_lock import Evidence, SentenceLock, SentenceSplitter
from assistant.plan.ledger import build_ledger
from assistant.plan.parse import parse_plan
from assistant.search.glossary import Glossary, load_glossary

ROOT = Path(__file__).parent.parent.parent.parent

PLAN = """名  称: 云岭区2031年国民经济和社会发展计划 发布机构: 云岭区政府办
文  号: 云岭政办【2031】7号 索 引 号: 88001122/2031-00417

云岭区2031年国民经济和社会发展计划

一、2030年工作回顾

建成口袋公园14个，城镇居民人均可支配收入增长6.2%，企业达到100家，其中国家级企业30家。

二、2031年主要目标

地区生产总值增长6.5%，一般公共预算收入增长4%。
新增公共停车位2600个、集中式充电站9个、充电桩1300根。
实施重大项目180项，年度计划投资240亿元以上。
选定3-5个院士项目开展合作，引进独角兽企业不少于6家。
新增5G基站450个，建成301号线、1+2+N养老体系。
万元地区生产总值能耗下降2.5%。
新建科技楼宇3栋、商务楼宇5栋，打造“青年驿站”。
市场主体突破12万户，招商到位资金480亿元以上。
"""
CLAUSES = {
    1: "地区生产总值", 2: "新增公共停车位", 3: "实施重大项目", 4: "选定3-5个", 5: "新增5G基站", 6: "能耗下降",
    7: "新建科技楼宇", 8: "市场主体", 9: "建成口袋公园",
}  # fmt: skip
"""Marker and the beginning of its clause."""


@pytest.fixture(scope="session")
def glossary() -> Glossary:
    return load_glossary(ROOT / "prompts" / "glossary")


@pytest.fixture(scope="session")
def evidence() -> list[Evidence]:
    plan = parse_plan(PLAN)
    ledger = build_ledger(plan)
    found = []
    for marker, words in CLAUSES.items():
        clause = next(clause for clause in plan.clauses if words in clause.text)
        rows = tuple(row for row in ledger if row.clause == clause.id)
        found.append(Evidence(marker, "yunling-2031", plan, clause, rows))
    return found


@pytest.fixture
def lock(evidence: list[Evidence], glossary: Glossary) -> SentenceLock:
    return SentenceLock(evidence, glossary, ["白水区2031年政府工作报告"])


@pytest.fixture
def fault_of(lock: SentenceLock) -> Callable[[str], str]:
    """The fault of the first sentence of a reply that is stopped, "" where all pass."""

    def first(reply: str) -> str:
        splitter = SentenceSplitter()
        for sentence in [*splitter.feed(reply), *splitter.close()]:
            verdict = lock.check(sentence)
            if verdict.fault:
                return verdict.fault
            lock.release(sentence, verdict)
        return ""

    return first
