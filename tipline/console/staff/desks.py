"""The desks an officer is at: who else is there, and what a lead can change about that."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tipline.cases.work import Work
from tipline.console.role import own_session, own_work, role, sensitive
from tipline.errors import RosterError, StateError
from tipline.keys.rows import ADMINISTRATORS, TRANSLATION, TRIAGE, UNIT
from tipline.staff import membership, people
from tipline.staff.people import Candidate, Person

bp = Blueprint("desks", __name__, url_prefix="/desks")
_ADMIT, _REMOVE = "desks_admit.html", "desks_remove.html"
_KEYS_SIZE = 32
_MAY = "This officer may open from now on what is marked as possible child-abuse material."
_MAY_NOT = "This officer no longer opens what is marked as possible child-abuse material."


@dataclass(frozen=True)
class Shown:
    """A desk on the page; *leads* tells whether this officer may change who is there."""

    id: bytes
    name: str
    kind: str
    leads: bool
    people: list[Person]
    others: list[Candidate]


@bp.get("")
@role("officer")
def show() -> str:
    """Show the desks of this officer, and for an administrator who the administrators are."""
    return _page()


@bp.get("/<desk>/admit/<officer>")
@role("lead")
def ask_admit(desk: str, officer: str) -> str:
    """Show the words that the officer must read out."""
    return _ask(_ADMIT, _id(desk), _id(officer))


@bp.post("/<desk>/admit/<officer>")
@role("lead")
@sensitive("desks.show")
def admit(desk: str, officer: str) -> AnyResponse | tuple[str, int]:
    """Admit an officer whose words were compared."""
    return _admit(_id(desk), _id(officer))


@bp.get("/<desk>/remove/<officer>")
@role("lead")
def ask_remove(desk: str, officer: str) -> str:
    """Say what removing does and what it cannot."""
    return _ask(_REMOVE, _id(desk), _id(officer))


@bp.post("/<desk>/remove/<officer>")
@role("lead")
@sensitive("desks.show")
def remove(desk: str, officer: str) -> AnyResponse | tuple[str, int]:
    """Remove an officer."""
    return _remove(_id(desk), _id(officer))


@bp.post("/<desk>/lead/<officer>")
@role("lead")
@sensitive("desks.show")
def set_lead(desk: str, officer: str) -> AnyResponse | tuple[str, int]:
    """Make a member a lead, or no longer one."""
    lead = request.form.get("lead") == "yes"
    try:
        membership.set_lead(own_work(), _id(desk), _id(officer), lead=lead)
    except StateError as error:
        return _page(str(error)), 422
    return _told("This officer leads the desk too now." if lead else "This officer no longer leads the desk.")


@bp.post("/<desk>/restricted/<officer>")
@role("lead")
@sensitive("desks.show")
def set_restricted(desk: str, officer: str) -> AnyResponse | tuple[str, int]:
    """Let a member open what is marked as possible child-abuse material, or no longer."""
    given = request.form.get("restricted") == "yes"
    try:
        membership.set_restricted(own_work(), _id(desk), _id(officer), restricted=given)
    except StateError as error:
        return _page(str(error)), 422
    return _told(_MAY if given else _MAY_NOT)


@bp.get("/administrators/name/<officer>")
@role("administrator")
def ask_name(officer: str) -> str:
    """Show the words that an administrator to be must read out."""
    return _ask(_ADMIT, ADMINISTRATORS, _id(officer))


@bp.post("/administrators/name/<officer>")
@role("administrator")
@sensitive("desks.show")
def name(officer: str) -> AnyResponse | tuple[str, int]:
    """Name an administrator."""
    return _admit(ADMINISTRATORS, _id(officer))


@bp.post("/administrators/dismiss/<officer>")
@role("administrator")
@sensitive("desks.show")
def dismiss(officer: str) -> AnyResponse | tuple[str, int]:
    """Take an administrator's rights away."""
    return _remove(ADMINISTRATORS, _id(officer))


def _admit(desk: bytes, officer: bytes) -> AnyResponse | tuple[str, int]:
    try:
        membership.admit(own_work(), desk, officer, _id(request.form.get("keys", ""), _KEYS_SIZE))
    except StateError as error:
        return _page(str(error)), 422
    if desk == ADMINISTRATORS:
        return _told("This officer is an administrator now. Of no desk's tips does that open any.")
    return _told("Admitted. This officer can open from now on whatever the desk has.")


def _remove(desk: bytes, officer: bytes) -> AnyResponse | tuple[str, int]:
    try:
        seen = membership.remove(own_work(), desk, officer)
    except StateError as error:
        return _page(str(error)), 422
    if desk == ADMINISTRATORS:
        return _told("This officer is no administrator any more.")
    return _told(f"Removed, and the desk has a new key. {in_words(seen)}")


def in_words(seen: membership.Seen) -> str:
    """Say what a leaver has seen, and that it stays so."""
    opened = "The officer had opened nothing here."
    if seen.messages:
        opened = f"The officer had opened {_count(seen.messages, 'message')} in {_count(seen.cases, 'case')}."
    if seen.exported:
        opened += f" They wrote {_count(seen.exported, 'key')} of the desk to a file, which opens any number."
    return f"{opened} What they remember or copied cannot be taken back."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _page(wrong: str = "") -> str:
    own = own_work()
    with own.engine.connect() as connection:
        shown = [_shown(connection, own, desk.id) for desk in own.member.desks.values()]
        administration = _shown(connection, own, ADMINISTRATORS) if own.member.administers else None
    found = sorted((one for one in shown if one is not None), key=lambda one: one.name)
    return render_template(
        "desks.html",
        desks=found,
        administration=administration,
        refused=own.member.refused,
        wrong=wrong,
    )


def _shown(connection: Connection, own: Work, desk: bytes) -> Shown | None:
    try:
        who = own.member.rosters.of(connection, desk)
    except RosterError:
        return None
    held = own.member.desks.get(desk)
    leads = desk == ADMINISTRATORS or (
        held is not None and held.leads and held.kind in {TRIAGE, TRANSLATION, UNIT}
    )
    others = people.candidates(connection, who) if leads else []
    return Shown(desk, who.name, who.kind, leads, people.members(connection, who), others)


def _ask(template: str, desk: bytes, officer: bytes) -> str:
    """Show a page about one officer at a desk that this officer leads."""
    own = own_work()
    with own.engine.connect() as connection:
        shown = _shown(connection, own, desk)
        seen = in_words(membership.seen(connection, desk, officer))
    if shown is None or not shown.leads:
        abort(404)
    person = next((one for one in shown.people if one.listed.officer == officer), None)
    candidate = next((one for one in shown.others if one.id == officer), None)
    if (person if template == _REMOVE else candidate) is None:
        abort(404)
    administration = desk == ADMINISTRATORS
    found = {"person": person, "candidate": candidate, "administration": administration}
    return render_template(template, desk=shown, seen=seen, **found)


def _told(what: str) -> AnyResponse:
    own_session()["told"] = what
    return redirect(url_for("desks.show"), 303)


def _id(text: str, size: int = 16) -> bytes:
    try:
        given = bytes.fromhex(text)
    except ValueError:
        abort(404)
    if len(given) != size:
        abort(404)
    return given
