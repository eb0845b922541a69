"""Giving a case out: what, to whom and why; the record of it; and the document, which is only saved."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Response, current_app, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from tipline import clock, spreadsheet, tables
from tipline.cases import case as cases
from tipline.cases.case import Case
from tipline.cases.work import Work
from tipline.console import text, words
from tipline.console.case import assessment, papers
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.dissemination import disclosure, document, giving, items, log
from tipline.dissemination.document import Front
from tipline.dissemination.giving import DATA, KINDS, PACK, PURPOSES, REPORT, WHOLE, Giving
from tipline.dissemination.items import Item
from tipline.errors import AccessError, FormatError, SettingsError
from tipline.links import parts
from tipline.papers import paper_box, report
from tipline.papers.report import Version

bp = Blueprint("giving", __name__)
_TITLES = {REPORT: "Report", WHOLE: "Whole case", PACK: "Disclosure pack"}
_NO_REPORT = "There is no report that a second officer approved."
_SURE = "Something that a tipster sent is shown in it. It can tell who they are: say that you are sure."
_NO_FONT = "This machine has no letters for a part of it. Choose CSV, or ask for fonts (docs/operating.md)."


@dataclass(frozen=True)
class Form:
    """What the form has: what was *typed*, what was *chosen* for each item, what is *wrong*."""

    typed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    wrong: str = ""


@bp.get("/case/<int:number>/give-out")
@role("triage")
def form(number: int) -> str:
    """Ask what is given out; that the case was opened is in the audit first."""
    return _form(own_work(), _opened(own_work(), number), Form())


@bp.post("/case/<int:number>/give-out")
@role("triage")
@sensitive("giving.form")
def give_out(number: int) -> AnyResponse | tuple[str, int]:
    """Put it on record, then hand the document out to be saved."""
    own, typed = own_work(), {name: request.form.get(name, "") for name in ("kind", "purpose", "to", "words")}
    opened, chosen = _opened(own, number), _chosen()
    try:
        given = giving.check(Giving(**typed))
        made = _made(own, opened, given, chosen)
    except (FormatError, SettingsError) as error:
        wrong = _NO_FONT if isinstance(error, SettingsError) else _sentence(error)
        return _form(own, opened, Form(typed, chosen, wrong)), 422
    log.record(own, opened, given, made, papers.given_id("paper"))
    kind = ("text/csv", "csv") if given.kind == DATA else ("application/pdf", "pdf")
    return _saved(made, kind[0], f"{words.number(number)}-{given.kind}.{kind[1]}")


@bp.get("/given-out")
@role("triage")
def record() -> str:
    """Show what the officer's desks gave out; that it was read is in the audit first."""
    return render_template("given_out.html", lines=log.of_desks(own_work()), kinds=KINDS, purposes=PURPOSES)


@bp.post("/given-out")
@role("triage")
@sensitive("giving.record")
def save_record() -> AnyResponse:
    """Save that record as CSV."""
    rows: list[list[object]] = [["case", "what", "purpose", "to and why", "officer", "when", "sha256"]]
    for one in log.of_desks(own_work()):
        said = "no longer kept" if one.to is None else one.to
        what, why = KINDS.get(one.kind, one.kind), PURPOSES.get(one.purpose, one.purpose)
        moment = words.moment(one.at)
        rows.append([words.number(one.number), what, why, said, one.officer, moment, one.sha256.hex()])
    return _saved(spreadsheet.to_csv(rows).encode(), "text/csv", "given-out.csv")


def _opened(own: Work, number: int) -> Case:
    if not own.access(number).triage:
        raise AccessError("only the triage desk gives a case out")
    return cases.open_(own, number)


def _chosen() -> dict[str, str]:
    names = (name for name in request.form if name.startswith("item-"))
    return {name.removeprefix("item-"): request.form[name] for name in names}


def _made(own: Work, opened: Case, given: Giving, chosen: dict[str, str]) -> bytes:
    """Return the document. Raises FormatError for what cannot be made so, SettingsError for letters."""
    versions = _versions(own, opened)
    front, everything = _front(own, opened, given), _everything(own, opened, versions)
    if given.kind == DATA:
        return document.csv(front, everything, text.plain)
    if given.kind == PACK:
        pack = disclosure.pack(everything, chosen)
        if disclosure.shows_tipster(pack) and request.form.get("sure") != "yes":
            raise FormatError("sure", _SURE)
        return document.pdf(front, everything, text.plain, pack)
    if given.kind == REPORT:
        return document.pdf(front, _approved(everything, versions), text.plain)
    return document.pdf(front, everything, text.plain)


def _everything(own: Work, opened: Case, versions: list[Version]) -> list[Item]:
    """Return all items of a case, and of its parts: a court is told of these as well."""
    with own.engine.connect() as connection:
        numbers = parts.of(connection, opened.number)
    others = [cases.open_(own, number) for number in numbers]
    return items.of_case(opened, versions, [(one, _versions(own, one)) for one in others])


def _approved(everything: list[Item], versions: list[Version]) -> list[Item]:
    newest = items.approved(versions)
    if newest is None:
        raise FormatError("report", _NO_REPORT)
    return [item for item in everything if item.code == items.code_of(newest, versions)]


def _versions(own: Work, opened: Case) -> list[Version]:
    with own.engine.connect() as connection:
        return report.among(connection, opened.papers, opened.number, opened.audit)


def _front(own: Work, opened: Case, given: Giving) -> Front:
    settings = current_app.extensions["tipline.settings"]
    with own.engine.connect() as connection:
        what = assessment.of_case(connection, opened.number).what
        names = {row.code: row.name for row in connection.execute(select(tables.category))}
    says = what.says
    marks = [
        ("Grading", f"{what.short}: {says['source']}; {says['information']}"),
        ("TLP", f"TLP:{what.tlp}"),
    ]
    if what.handling:
        marks.append(("Handling", f"{what.handling}: {says['handling']}"))
    facts = [("Priority", f"P{opened.priority} {words.PRIORITY[opened.priority]}")]
    facts += [("Arrived", clock.in_words(opened.day)), ("Desk", opened.desk.name)]
    if opened.said and given.kind in {WHOLE, DATA}:
        first = opened.said[0].message
        facts += [
            ("About", names.get(first.category, first.category)),
            ("Language", words.language(first.lang)),
        ]
    return Front(
        agency=settings.name,
        number=words.number(opened.number),
        title=_TITLES.get(given.kind, "Case"),
        to=given.to,
        purpose=PURPOSES[given.purpose],
        by=own.member.name,
        at=words.moment(clock.seconds()),
        marks=tuple(marks),
        facts=tuple(facts),
    )


def _form(own: Work, opened: Case, asked: Form) -> str:
    versions = _versions(own, opened)
    newest = items.approved(versions)
    approved = items.code_of(newest, versions) if newest else ""
    everything = _everything(own, opened, versions)
    first = {one.code: disclosure.suggested(one, is_approved=one.code == approved) for one in everything}
    return render_template(
        "case_give_out.html",
        case=opened,
        items=everything,
        chosen=first | asked.chosen,
        asked=asked,
        kinds=KINDS,
        purposes=PURPOSES,
        grounds=disclosure.GROUNDS,
        paper=paper_box.new_id().hex(),
        lines=log.of_case(own, opened.number, opened.papers),
        refused=own_session().pop("refused", None),
    )


def _sentence(error: FormatError) -> str:
    said = str(error).partition(": ")[2]
    return f"{said[:1].upper()}{said[1:].removesuffix('.')}."


def _saved(made: bytes, kind: str, name: str) -> Response:
    answer = Response(made, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
