"""The parts of a plan that a question may name: its sections and tasks, with what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.plan.document import Clause, Plan, Section, Task


@dataclass(frozen=True)
class Part:
    """A section or a task of a document, with the clauses that stand in it, in the text's order."""

    document: str
    section: Section | None
    task: Task | None
    clauses: tuple[Clause, ...]

    @property
    def title(self) -> str:
        return self.task.title if self.task else self.section.title if self.section else ""


def parts(document: str, plan: Plan) -> list[Part]:
    """Every section and task of a plan, sections before what they hold."""
    body = [clause for clause in plan.clauses if clause.kind != "header"]
    under = {clause.id: {section.id for section in plan.ancestry(clause.section)} for clause in body}
    found = [
        Part(document, section, None, tuple(clause for clause in body if section.id in under[clause.id]))
        for section in plan.sections
    ]
    found += [
        Part(document, None, task, tuple(clause for clause in body if clause.task == task.id)) for task in plan.tasks
    ]
    return [part for part in found if part.clauses]
