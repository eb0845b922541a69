"""Alerts in open consoles: a banner on every page, taking one, and the page that says how alerts stand."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response as AnyResponse

from tipline import clock, tables
from tipline.alerts import people, rows, standing, wording
from tipline.alerts.channels import known
from tipline.alerts.ladder import ONLY_WAITS, Alert
from tipline.alerts.rota import FIRST, SECOND
from tipline.cases.work import Work
from tipline.console.role import own_session, own_work, polled, role, sensitive
from tipline.errors import AccessError, StateError
from tipline.settings import ConsoleSettings
from tipline.staff import handover, on_call
from tipline.staff.handover import Note
from tipline.staff.member import Desk

bp = Blueprint("alerts", __name__, url_prefix="/alerts")
#: For so long a note of the shift before is shown to who is on call; it stays on the desk's page.
_NOTE_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Open:
    """A desk's open alert as the banner says it; *taken* is the name of who took it."""

    desk: bytes
    words: str
    urgent: bool
    opened: int
    taken: str
    mine: bool


@dataclass(frozen=True)
class Shown:
    """A desk on the page: who is on call by name, its notes, and how many officers can be *reached*."""

    desk: Desk
    first: tuple[str, ...]
    second: tuple[str, ...]
    reached: int
    notes: list[Note]


def init_app(app: Flask) -> None:
    """Add the pages, and what every page says of alerts and notes."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(open_alerts=open_alerts, shift_notes=shift_notes)


def settings() -> ConsoleSettings:
    """Return the console's settings."""
    found: ConsoleSettings = current_app.extensions["tipline.settings"]
    return found


def open_alerts() -> list[Open]:
    """Return the open alerts of this officer's desks, the most urgent first."""
    own = own_session().work
    if own is None:
        return []
    with own.engine.connect() as connection:
        found = [(own.member.desks[desk], alert) for desk, alert in rows.alerts(connection).items()
                 if desk in own.member.desks]  # fmt: skip
        names = names_of(connection)
    found.sort(key=lambda one: (one[1].mark, one[1].opened))
    return [_open(desk, alert, own, names) for desk, alert in found]


def shift_notes() -> list[Note]:
    """Return what the shift before left, unread: for who is on call, or for all where nobody is."""
    own = own_session().work
    if own is None:
        return []
    now = clock.seconds()
    with own.engine.connect() as connection:
        new = [
            one
            for one in handover.notes(connection, own)
            if not one.read and one.officer != own.member.id and now - one.at < _NOTE_SECONDS
        ]
        return [one for one in new if _is_on(connection, own, one.desk, now)]


@bp.get("")
@role("officer")
def show() -> str:
    """Show how alerts stand at this officer's desks, and by which ways they go."""
    return _page()


@bp.get("/poll")
@role("officer")
@polled
def poll() -> str:
    """Return the banner, for a page that is open."""
    return render_template("alerts_banner.html")


@bp.post("/<desk>/take")
@role("officer")
def take(desk: str) -> AnyResponse | tuple[str, int]:
    """Take a desk's alert."""
    try:
        on_call.take(own_work(), desk_id(desk))
    except AccessError:
        abort(404)
    except StateError as error:
        return _page(str(error)), 422
    minutes = settings().alerts.open_minutes
    own_session()["told"] = (
        f"You have taken it. Open the tips within {minutes} minutes, or others are called."
    )
    return redirect(url_for("inbox.inbox"), 303)


@bp.post("/reach")
@role("officer")
@sensitive("me.show")
def set_reach() -> AnyResponse | tuple[str, int]:
    """Note where alerts reach this officer."""
    try:
        where = on_call.read_reach(request.form.get("mail", ""), request.form.get("ntfy", ""))
    except StateError as error:
        return _page(str(error)), 422
    on_call.set_reach(own_work(), where)
    own_session()["told"] = "That is where alerts reach you now. A trial is on its way."
    return redirect(url_for("me.show"), 303)


def own_reach() -> on_call.Own:
    """Return where alerts reach this officer, for their own page."""
    own = own_work()
    with own.engine.connect() as connection:
        return on_call.reach(connection, own)


def desk_id(text: str, size: int = 16) -> bytes:
    """Return an id of an address; there is nothing at what is none."""
    try:
        given = bytes.fromhex(text)
    except ValueError:
        abort(404)
    if len(given) != size:
        abort(404)
    return given


def names_of(connection: Connection) -> dict[bytes, str]:
    """Return all officers' names."""
    own = tables.officer.c
    return {row.id: row.name for row in connection.execute(select(own.id, own.name))}


def _page(wrong: str = "") -> str:
    own = own_work()
    with own.engine.connect() as connection:
        shown = [_shown(connection, own, desk) for desk in own.member.desks.values() if not desk.seat_of]
        ways = standing.ways(settings(), connection)
        looked = standing.looked(connection)
    shown.sort(key=lambda one: one.desk.name)
    return render_template("alerts.html", shown=shown, ways=ways, looked=looked, wrong=wrong)


def _shown(connection: Connection, own: Work, desk: Desk) -> Shown:
    zone, now = settings().alerts.time_zone, clock.seconds()
    rota, names = rows.rota(connection, desk.id, zone), names_of(connection)
    roster = people.roster(connection, own.member.rosters, desk.id)
    who = people.of_desk(connection, roster, rota, now).by(known.of(settings().alerts, settings().folder))
    first, second = (
        tuple(names.get(one, "somebody unknown") for one in rota.on_call(now, place))
        for place in (FIRST, SECOND)
    )
    return Shown(desk, first, second, len(who.reach), handover.notes(connection, own, desk.id))


def _is_on(connection: Connection, own: Work, desk: bytes, now: int) -> bool:
    rota = rows.rota(connection, desk, settings().alerts.time_zone)
    on = {*rota.on_call(now, FIRST), *rota.on_call(now, SECOND)}
    return not on or own.member.id in on


def _open(desk: Desk, alert: Alert, own: Work, names: dict[bytes, str]) -> Open:
    words = wording.alert(desk.name, alert.count, alert.mark, neutral=False).words.removesuffix(" Sign in.")
    taken = names.get(alert.taken, "somebody unknown") if alert.taken else ""
    return Open(desk.id, words, alert.mark < ONLY_WAITS, alert.opened, taken, alert.taken == own.member.id)


def zone() -> ZoneInfo:
    """Return the zone of the clocks that the rota goes by."""
    return ZoneInfo(settings().alerts.time_zone)
