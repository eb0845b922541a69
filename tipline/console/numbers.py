"""Numbers: what is open now, and months, as pages, pictures and CSV. Of desks, never of officers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, render_template
from sqlalchemy import select

from tipline import tables
from tipline.cases.work import Work
from tipline.console import number_tables
from tipline.console.role import own_work, role
from tipline.errors import FormatError
from tipline.numbers import count, figures, suppress
from tipline.numbers import month as months
from tipline.numbers.figures import Table
from tipline.numbers.month import Month

bp = Blueprint("numbers", __name__, url_prefix="/numbers")


@dataclass(frozen=True)
class Report:
    """A *month*'s tables and how many cases came; *published*: as others may see it."""

    month: Month
    received: int | None
    tables: list[Table]
    published: bool


@bp.get("")
@role("triage")
def now() -> str:
    """Show what is open."""
    standing = count.standing(own_work())
    return render_template(
        "numbers.html", standing=standing, tables=number_tables.of_now(standing), month=months.of_today()
    )


@bp.get("/<month>")
@role("triage")
def of_month(month: str) -> str:
    """Show a month's report, with every count."""
    return render_template("numbers_month.html", report=_report(own_work(), _month(month), published=False))


@bp.get("/<month>/published")
@role("triage")
def to_publish(month: str) -> str:
    """Show a month's report as it may be given to anybody: without small cells."""
    return render_template("numbers_month.html", report=_report(own_work(), _month(month), published=True))


@bp.get("/<month>/numbers.csv")
@role("triage")
def as_csv(month: str) -> Response:
    """Save every count."""
    return _csv(_report(own_work(), _month(month), published=False))


@bp.get("/<month>/published.csv")
@role("triage")
def published_csv(month: str) -> Response:
    """Save what may be published."""
    return _csv(_report(own_work(), _month(month), published=True))


@bp.get("/<month>/<code>.svg")
@role("triage")
def picture(month: str, code: str) -> Response:
    """Save one table, as it may be published, as a picture."""
    report = _report(own_work(), _month(month), published=True)
    table = next((one for one in report.tables if one.code == code), None)
    if table is None:
        abort(404)
    drawn = render_template("numbers_picture.svg", table=table, report=report)
    return _download(drawn, "image/svg+xml", f"tips-{report.month}-{code}.svg")


def _month(written: str) -> Month:
    try:
        return months.read(written)
    except FormatError:
        abort(404)


def _report(own: Work, month: Month, *, published: bool) -> Report:
    counts = count.month(own, month)
    with own.engine.connect() as connection:
        rows = connection.execute(select(tables.category).order_by(tables.category.c.place))
        names = {row.code: row.name for row in rows}
    made = number_tables.of_month(counts, names)
    if published:
        made = [figures.published(one) for one in made]
    received = suppress.total(counts.received) if published else counts.received
    return Report(month, received, made, published)


def _csv(report: Report) -> Response:
    settings = current_app.extensions["tipline.settings"]
    held = "; counts from 1 to 4 are not shown" if report.published else "; not to be published"
    title = f"{settings.name}: tips in {report.month.in_words}. What tips say is uncorroborated{held}"
    name = "published" if report.published else "internal"
    return _download(figures.to_csv(title, report.tables), "text/csv", f"tips-{report.month}-{name}.csv")


def _download(body: str, kind: str, name: str) -> Response:
    answer = Response(body, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
