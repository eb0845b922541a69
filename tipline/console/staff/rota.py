"""The rota of a desk: who is on call now and in the next seven days, and what its leads change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tipline import clock
from tipline.alerts import people, rows
from tipline.alerts.rota import DAY_MINUTES, FIRST, PLACES, SECOND, Known, Period
from tipline.cases.work import Work
from tipline.console import alerts
from tipline.console.role import own_session, own_work, role
from tipline.errors import AccessError, StateError
from tipline.staff import on_call
from tipline.staff.on_call import Instead, Weekly

bp = Blueprint("rota", __name__, url_prefix="/alerts/<desk>/rota")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PLACE = {FIRST: "first", SECOND: "second"}
_AHEAD = 7 * 24 * 3600
_UNKNOWN, _NONE, _DIGITS = "somebody unknown", "say who, and which place", 3


@dataclass(frozen=True)
class Line:
    """A period as it is read: from when until when by the agency's clocks, and who."""

    begins: str
    ends: str
    names: tuple[str, ...]
    now: bool


@dataclass(frozen=True)
class Shift:
    """A shift that can be removed, in words."""

    id: bytes
    when: str
    place: int
    name: str
    stranger: bool


@bp.get("")
@role("officer")
def show(desk: str) -> str:
    """Show a desk's rota."""
    return _page(own_work(), _desk(desk))


@bp.post("/week")
@role("officer")
def add_weekly(desk: str) -> AnyResponse | tuple[str, int]:
    """Put an officer on call every week."""
    own, id_, form = own_work(), _desk(desk), request.form
    try:
        start, end = _minute(form.get("from", "")), _minute(form.get("to", ""))
        days = tuple(_number(day) for day in form.getlist("day"))
        # Until the same time or an earlier one is until then on the next day.
        minutes = (end - start - 1) % DAY_MINUTES + 1
        shift = Weekly(_officer(), _number(form.get("place", "")), days, start, minutes)
        on_call.add_weekly(own, id_, shift)
    except AccessError:
        abort(403)
    except StateError as error:
        return _page(own, id_, str(error)), 422
    return _told("Added, for every week.", id_)


@bp.post("/once")
@role("officer")
def add_once(desk: str) -> AnyResponse | tuple[str, int]:
    """Put an officer on call once, in the place of the week's."""
    own, id_, form = own_work(), _desk(desk), request.form
    try:
        start, end = _moment(form.get("from", "")), _moment(form.get("to", ""))
        shift = Instead(_officer(), _number(form.get("place", "")), start, end)
        on_call.add_once(own, id_, shift, alerts.zone())
    except AccessError:
        abort(403)
    except StateError as error:
        return _page(own, id_, str(error)), 422
    return _told("Added, in the place of the week's shifts.", id_)


@bp.post("/<id_>/remove")
@role("officer")
def remove(desk: str, id_: str) -> AnyResponse | tuple[str, int]:
    """Take a shift from the rota."""
    own, at = own_work(), _desk(desk)
    try:
        on_call.remove(own, at, alerts.desk_id(id_))
    except AccessError:
        abort(403)
    except StateError as error:
        return _page(own, at, str(error)), 422
    return _told("Removed.", at)


def _page(own: Work, desk: bytes, wrong: str = "") -> str:
    at, zone, now = on_call.desk_of(own, desk), alerts.zone(), clock.seconds()
    with own.engine.connect() as connection:
        rota = rows.rota(connection, desk, str(zone))
        names = alerts.names_of(connection)
        roster = people.roster(connection, own.member.rosters, desk)
    members = {one.officer: one.name for one in roster.members} if roster else {}
    left = {place: rota.periods(now, now + _AHEAD, place) for place in PLACES}
    weekly = [(one, _week(one)) for one in rota.weekly]
    once = [(one, f"{_said(one.start, zone)} to {_said(one.end, zone)}") for one in rota.once]
    return render_template(
        "rota.html",
        desk=at,
        edits=on_call.may_edit(at),
        periods={place: [_line(one, zone, names, now) for one in found] for place, found in left.items()},
        weekly=[_shift(one, when, names, members) for one, when in weekly],
        once=[_shift(one, when, names, members) for one, when in once],
        members=sorted(members.items(), key=lambda one: one[1]),
        zone=str(zone),
        weekdays=WEEKDAYS,
        place_words=PLACE,
        wrong=wrong,
    )


def _line(one: Period, zone: ZoneInfo, names: dict[bytes, str], now: int) -> Line:
    who = tuple(names.get(officer, _UNKNOWN) for officer in one.officers)
    return Line(_said(one.start, zone), _said(one.end, zone), who, one.start == now)


def _shift(one: Any, when: str, names: dict[bytes, str], members: dict[bytes, str]) -> Shift:
    return Shift(one.id, when, one.place, names.get(one.officer, _UNKNOWN), one.officer not in members)


def _week(one: Known) -> str:
    """Return a shift of every week as "Monday 20:00 to 08:00"."""
    ends = (one.start + one.minutes) % DAY_MINUTES
    return f"{WEEKDAYS[one.weekday]} {_clock(one.start)} to {_clock(ends)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _said(second: int, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(second, UTC).astimezone(zone)
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"


def _desk(text: str) -> bytes:
    """Return the id of a desk of this officer's; another's is not there."""
    id_ = alerts.desk_id(text)
    try:
        on_call.desk_of(own_work(), id_)
    except AccessError:
        abort(404)
    return id_


def _officer() -> bytes:
    try:
        return bytes.fromhex(request.form.get("officer", ""))
    except ValueError:
        raise StateError(_NONE) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise StateError(_NONE)
    return int(text)


def _minute(text: str) -> int:
    """Read "20:30" as minutes after midnight."""
    try:
        at = datetime.strptime(text, "%H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise StateError("this is no time of day") from None
    return at.hour * 60 + at.minute


def _moment(text: str) -> datetime:
    """Read "2026-11-28T20:30", as the agency's clocks show it."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise StateError("this is no day and time") from None


def _told(what: str, desk: bytes) -> AnyResponse:
    own_session()["told"] = what
    return redirect(url_for("rota.show", desk=desk.hex()), 303)
