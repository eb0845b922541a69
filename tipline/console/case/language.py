"""In what language a case's messages are, and giving their text to translators: forms on the case's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases.case import Case, Said
from tipline.cases.work import Work
from tipline.console.case import papers
from tipline.console.role import own_session, own_work, role
from tipline.errors import FormatError, StateError
from tipline.languages import handing, names, readers, written
from tipline.languages.handing import Handed
from tipline.languages.told import Told
from tipline.papers.paper import Paper
from tipline.papers.paper_box import TRANSLATION

bp = Blueprint("language", __name__, url_prefix="/case/<int:number>/translate")


def shown(connection: Connection, own: Work, opened: Case) -> dict[str, Any]:
    """Return what the templates show of languages and translations, by name."""
    everyone = current_app.extensions["tipline.settings"].languages.everyone
    read = readers.at_desks(connection, own.member, [opened.desk.id], everyone)[opened.desk.id]
    plain = frozenset(names.base(code) for code in everyone)
    told = {said.item.envelope: _told(said, read, plain) for said in opened.said}
    return {
        "in_language": told,
        "unread_languages": sorted({one.written or one.said for one in told.values() if one.unread}),
        "translators": handing.desks(connection, own) if opened.triage else (),
        "handed": _handed(opened),
        "translations": () if opened.triage else _given(opened),
    }


@bp.post("")
@role("triage")
def hand_out(number: int) -> AnyResponse:
    """Give the text of one message to a desk of translators."""
    own, new = own_work(), papers.given_id("paper")
    envelope, desk = _hex("envelope"), _hex("desk")
    try:
        handing.hand_out(own, number, envelope, desk, new)
        own_session()["notice"] = "The translators have this text, and nothing else of the case."
    except (StateError, FormatError) as error:
        own_session()["refused"] = str(error)
    return redirect(url_for("case.show", number=number), 303)


@bp.post("/back")
@role("triage")
def take_back(number: int) -> AnyResponse:
    """Take a text back from its translators."""
    own = own_work()
    try:
        handing.take_back(own, number, papers.given_id("paper"))
        own_session()["notice"] = "Taken back. What they have read they know."
    except StateError as error:
        own_session()["refused"] = str(error)
    return redirect(url_for("case.show", number=number), 303)


def _told(said: Said, read: frozenset[str], plain: frozenset[str]) -> Told:
    page, words = said.message.lang, written.guess(said.message.text)
    unread, foreign = (readers.nobody_reads(page, words, some) for some in (read, plain))
    return Told(page, words, unread, foreign)


def _handed(opened: Case) -> dict[bytes, list[Handed]]:
    """Return what was given to translators, by the message's envelope."""
    found: dict[bytes, list[Handed]] = {}
    for one in handing.of_case(opened.papers, opened.audit, opened.desk.id) if opened.triage else ():
        found.setdefault(one.envelope, []).append(one)
    return found


def _given(opened: Case) -> list[Paper]:
    """Return the translations that a unit was given, newest first."""
    return [one for one in reversed(opened.papers) if one.label.kind == TRANSLATION]


def _hex(name: str) -> bytes:
    try:
        return bytes.fromhex(request.form.get(name, ""))
    except ValueError:
        abort(404)
