"""Files to take away: a run's report, the local suite."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.responses import FileResponse, PlainTextResponse, Response

from assistant.errors import PlanAssistantError
from assistant.web.evaluating import EvaluationDesk
from assistant.web.markup import as_text

Form = Literal["html", "json", "junit"]
FORMS: dict[Form, str] = {"html": "HTML", "json": "JSON", "junit": "JUnit"}
_SUITE = "evaluation/local-suite"
_REPORTS = "evaluation/reports"


def report_links(run: str) -> str:
    """Links to the run's report in each form."""
    at = as_text(f"{_REPORTS}/{quote(run, safe='')}")
    return "".join(f'<a class="small" href="{at}/{form}" download>{name}</a>' for form, name in FORMS.items())


def suite_link() -> str:
    """A link to the local suite."""
    return f'<a class="small" href="{_SUITE}" download>导出本地题集</a>'


def add_downloads(app: FastAPI, desk: EvaluationDesk) -> None:
    """What the links lead to. A run that is not stored is not asked for by its name, which may be any text."""

    @app.get(f"/{_REPORTS}/{{run}}/{{form}}")
    def report(run: str, form: Form) -> Response:
        try:
            if run not in {line.id for line in desk.runs()}:
                return _line("没有这一轮评测的成绩。")
            return _file(desk.report(run, form), run)
        except PlanAssistantError as error:
            return _line(str(error))

    @app.get(f"/{_SUITE}")
    def local_suite() -> Response:
        try:
            path = desk.local_suite()
        except PlanAssistantError as error:
            return _line(str(error))
        return _line("本地题集还是空的。") if path is None else _file(path, path.stem)


def _file(path: Path, name: str) -> Response:
    # Reports are other people's words: the browser saves them and opens none of them in this page's place.
    return FileResponse(path, filename=f"{name}{path.suffix}", content_disposition_type="attachment")


def _line(text: str) -> Response:
    return PlainTextResponse(text, status_code=404)
