"""Plans that nobody wrote: as many as are wanted, of several shapes, with invented places, projects and figures.

    python -m benchmarks.plans FOLDER [--plans 400]

The same number makes the same plan on every machine. Every plan says which figures it holds (`Fact`), so that questions
about it have something to ask for. What they speak of stands in `fields.tsv`, a word list of this benchmark's own.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).with_name("fields.tsv")
_FIRST_YEAR, _YEARS = 2019, 5  # of a place: its plans, one a year
_SECTIONS, _TASKS, _SENTENCES = (9, 14), (2, 3), (5, 9)  # of a plan, of a section, of a task: at least, at most
_LONGEST = 10_000  # characters, about
_FIGURED = 0.25  # of a task's sentences hold figures
_DIGITS = "零一二三四五六七八九"

# A place's and a project's name is made of these; none of the combinations is meant to exist.
_FIRST, _SECOND = "青碧沧洛霁栖澄沅岚溯苍芷棠渌晏霖昭瑶琅郁", "禾溪岭川原浦泽垣屿塬渡陵崖汀塘澜峪坪梁洲"
_KINDS_OF_PLACE = ("区", "县", "市")
_PROJECTS = ("大道", "路", "片区", "产业园", "新城", "湖湾", "智谷", "广场")

_RATES = (
    ("地区生产总值", "增长"), ("规模以上工业增加值", "增长"), ("固定资产投资", "增长"), ("社会消费品零售总额", "增长"),
    ("一般公共预算收入", "增长"), ("城镇居民人均可支配收入", "增长"), ("农村居民人均可支配收入", "增长"), ("进出口总额", "增长"),
    ("城镇登记失业率", "控制在"), ("居民消费价格涨幅", "控制在"), ("单位生产总值能耗", "下降"), ("研发投入", "增长"),
    ("数字经济核心产业增加值", "增长"), ("旅游总收入", "增长"), ("空气优良天数比例", "达到"), ("户籍人口城镇化率", "达到"),
)  # fmt: skip
_LEADS = (
    "坚持问题导向，", "聚焦群众关切，", "按照上级统一部署，", "强化部门协同，", "着眼长远发展，", "注重示范引领，", "结合{place}实际，",
    "以{project}为重点，", "立足{project}基础，", "充分发挥{project}带动作用，", "总结推广{project}经验，", "严格落实属地责任，",
)  # fmt: skip
_WAYS = (
    "加快推进{0}，持续完善{1}，着力解决历史遗留问题", "把{0}同{1}结合起来，形成上下联动的工作格局",
    "健全{0}机制，细化责任分工，推动{1}取得实效", "深入开展{0}行动，积极探索{1}的有效路径，引导社会力量参与",
    "统筹{0}和{1}，做好{2}各环节衔接，不断提升治理水平", "加强{0}，规范{1}，建立常态长效的督导制度",
    "谋划实施{0}工程，稳妥推进{1}，防止一哄而上", "支持镇街开展{0}试点，带动周边{1}，让{2}惠及更多家庭",
    "完善{0}配套政策，简化办理流程，提高{1}的便利程度", "组建{0}专班，逐项梳理堵点，实现{1}闭环管理",
    "引入专业机构参与{0}，培养一批懂{1}的基层骨干", "对{0}实行清单管理，按季通报{1}情况，严肃考核问责",
)  # fmt: skip
_FIGURED_WAYS = (
    "全年{0}，同步推进{text}", "{0}，推进{text}，健全考评办法", "{0}，{1}，切实增强承载能力", "围绕{text}，{0}，力争{1}",
    "加大投入力度，{0}，{1}，{2}", "到年底，{0}，其中{project}片不少于{share}", "{0}，{1}，{2}，带动{text}",
)  # fmt: skip
_HEDGES = ("", "", "左右", "以上")
_QUALIFIED = ("", "", "", "镇街", "园区", "社区", "滨水", "老城", "村级", "智慧")
_QUANTITIES = (
    "{verb}{thing}{number}{unit}", "{verb}{thing}{number}{unit}以上", "{verb}{number}{unit}{thing}",
    "{verb}{thing}不少于{number}{unit}", "{verb}{thing}{number}{unit}左右", "{verb}{thing}达到{number}{unit}",
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """Something that plans count: 新建 · 充电桩 · 根, some hundreds of them."""

    verb: str
    name: str
    unit: str
    usual: int


@dataclass(frozen=True)
class Field:
    """A field of government: what its tasks are called, what is counted in it, and what has no figure."""

    name: str
    tasks: tuple[str, ...]
    things: tuple[Thing, ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A figure that a plan sets for a thing."""

    thing: Thing
    number: str


@dataclass(frozen=True)
class MadePlan:
    """A plan's text and what it is about. `name` is its file's stem."""

    name: str
    place: str
    year: int
    text: str
    facts: tuple[Fact, ...]
    tasks: tuple[str, ...]


@cache
def fields() -> tuple[Field, ...]:
    """The word list, read."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return tuple(_field(line) for line in lines if line and not line.startswith("#"))


def _field(line: str) -> Field:
    name, tasks, things, subjects = line.split("\t")
    counted = (thing.split(" ") for thing in things.split("|"))
    return Field(
        name,
        tuple(tasks.split("|")),
        tuple(Thing(verb, thing, unit, int(usual)) for verb, thing, unit, usual in counted),
        tuple(subjects.split("|")),
    )


def made_plans(count: int) -> Iterator[MadePlan]:
    """The first `count` plans: some years of one place, then of the next."""
    for number in range(count):
        yield made_plan(number)


def made_plan(number: int) -> MadePlan:
    """The plan of that number."""
    return _Writer(number).write()


def write_plans(folder: Path, count: int) -> tuple[MadePlan, ...]:
    """Write plans as text files into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    plans = tuple(made_plans(count))
    for plan in plans:
        (folder / f"{plan.name}.txt").write_text(plan.text, encoding="utf-8")
    return plans


class _Writer:
    """Writes one plan."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)
        place, self._turn = divmod(number, _YEARS)
        self.year = _FIRST_YEAR + self._turn
        second, first = divmod(place, len(_FIRST))
        self.place = f"{_FIRST[first]}{_SECOND[(first + second) % len(_SECOND)]}{_KINDS_OF_PLACE[place % 3]}"
        self._shape = _SHAPES[(place + self._turn) % len(_SHAPES)]
        self._facts: list[Fact] = []
        self._tasks: list[str] = []
        self._told: set[Thing] = set()

    def write(self) -> MadePlan:
        title = f"{self.place}{self.year}年国民经济和社会发展计划"
        parts = [title, "", *self._header(), *self._goals()]
        length = sum(map(len, parts))
        chosen = self._random.sample(fields(), min(len(fields()), self._random.randint(*_SECTIONS)))
        for number, field in enumerate([*chosen, *chosen], start=2):
            if length > _LONGEST:
                break
            section = list(self._section(number, field))
            length += sum(map(len, section))
            parts += section
        text = "\n\n".join(filter(None, parts)) + "\n"
        return MadePlan(
            f"{self.place}-{self.year}", self.place, self.year, text, tuple(self._facts), tuple(self._tasks)
        )

    def _header(self) -> list[str]:
        if self._random.random() < 0.5:
            return []
        number = self._random.randint(1, 60)
        return [f"发布机构：{self.place}人民政府办公室\n文  号：{self.place[0]}政发〔{self.year}〕{number}号"]

    def _goals(self) -> Iterator[str]:
        yield self._shape.section(1, "主要预期目标")
        chosen = self._random.sample(_RATES, self._random.randint(6, 10))
        said = [
            f"{name}{change}{self._random.randint(20, 95) / 10:g}%{self._random.choice(_HEDGES)}"
            for name, change in chosen
        ]
        yield f"{self.year}年{self.place}经济社会发展主要预期目标是：" + "，".join(said) + "。"

    def _section(self, number: int, field: Field) -> Iterator[str]:
        yield self._shape.section(number, f"{self._random.choice(('着力', '全力', '扎实'))}抓好{field.name}工作")
        tasks = self._random.sample(field.tasks, self._random.randint(*_TASKS))
        for place, task in enumerate(tasks, start=1):
            self._tasks.append(task)
            sentences = "".join(self._sentence(field) for _ in range(self._random.randint(*_SENTENCES)))
            yield self._shape.task(number, place, task, sentences)

    def _sentence(self, field: Field) -> str:
        subjects = self._random.sample(field.subjects, 3)
        said = {"text": subjects[0], "share": f"{self._random.randint(1, 9)}处", "project": self._project()}
        way = self._random.choice(_FIGURED_WAYS)
        wanted = sum(f"{{{place}}}" in way for place in range(3))
        things = self._untold(field, wanted)
        if len(things) == wanted and self._random.random() < _FIGURED:
            return way.format(*map(self._figure, things), **said) + "。"
        lead = self._random.choice(_LEADS).format(place=self.place, **said)
        return f"{lead}{self._random.choice(_WAYS).format(*subjects)}。"

    def _untold(self, field: Field, wanted: int) -> list[Thing]:
        """Things of a field, some of a narrower kind, that the plan has set no figure for; fewer where none is left."""
        usual = self._random.sample(field.things, wanted)
        things = [replace(thing, name=self._random.choice(_QUALIFIED) + thing.name) for thing in usual]
        return [thing for thing in things if thing not in self._told]

    def _figure(self, thing: Thing) -> str:
        self._told.add(thing)
        number = str(max(1, round(thing.usual * self._random.uniform(0.4, 1.9))))
        if thing.unit.startswith(("万", "亿")):
            number += f".{self._random.randint(1, 9)}"
        self._facts.append(Fact(thing, number))
        form = self._random.choice(_QUANTITIES)
        return form.format(verb=thing.verb, thing=thing.name, number=number, unit=thing.unit)

    def _project(self) -> str:
        return self._random.choice(_FIRST) + self._random.choice(_SECOND) + self._random.choice(_PROJECTS)


# --- Shapes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """How headings and tasks are written: (number of the section, title), and (of section and task, title, text)."""

    section: Callable[[int, str], str]
    task: Callable[[int, int, str, str], str]


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


_SHAPES: Sequence[_Shape] = (
    _Shape(
        lambda number, title: f"{_numeral(number)}、{title}",
        lambda _, place, title, text: f"（{_numeral(place)}）{title}\n\n{text}",
    ),
    _Shape(lambda number, title: f"{_numeral(number)}、{title}", lambda _, __, title, text: f"{title}。{text}"),
    _Shape(
        lambda number, title: f"第{_numeral(number)}章  {title}",
        lambda _, place, title, text: f"第{_numeral(place)}节  {title}\n\n{text}",
    ),
    _Shape(
        lambda number, title: f"{number} {title}",
        lambda number, place, title, text: f"{number}.{place} {title}\n\n{text}",
    ),
    _Shape(
        lambda number, title: f"{_numeral(number)}、{title}",
        lambda _, place, title, text: f"{place}.{title}。{text}",
    ),
    _Shape(lambda number, title: f"{_numeral(number)}、{title}", lambda _, __, title, text: f"——{title}。{text}"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plans", type=int, default=400)
    options = parser.parse_args()
    plans = write_plans(options.folder, options.plans)
    print(f"{len(plans)}份，{sum(len(plan.text) for plan in plans):,}字")


if __name__ == "__main__":
    main()
