"""Plans of a few lines."""

from __future__ import annotations


def plan_text(piles: int, place: str = "武昌区") -> str:
    """A small plan with one figure."""
    return (
        f"{place}2022年国民经济和社会发展计划\n\n一、主要任务\n\n(一)补齐设施短板\n\n"
        f"完善公共设施。新增充电桩{piles}根。建成学校3所。\n"
    )
