"""The part of "Keys and backups" about the epochs: what is in use, what waits and for what, what is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, select

from tipline import clock, tables
from tipline.keys import epoch, epoch_rows
from tipline.keys.epoch import DAYS, SPARE_DAYS, Desk, Epoch

#: Of those that are gone only the last ones are shown.
_GONE_MAX = 6
#: So long after its last keyring's end an epoch is gone where all goes well; then it is said what holds it.
_USUAL_DAYS = SPARE_DAYS + DAYS
_LOST = "Until then what was sealed in this week, and not read yet, cannot be opened."


@dataclass(frozen=True)
class Line:
    """One epoch: its *week* in words, its *state* in one or two, the *tone* of that, and *notes* on it.

    *ends* is the last day of any keyring that names it.
    """

    number: int
    week: str
    state: str
    tone: str
    ends: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Epochs:
    """The part: *lines*, newest first, how many more are gone (*earlier*), and *warnings* before them."""

    lines: tuple[Line, ...]
    earlier: int
    warnings: tuple[str, ...]


def read(connection: Connection, keys: Path) -> Epochs:
    """Read what there is to say; *keys* is the agency's folder of key files."""
    known = epoch_rows.read(connection, keys)
    desks = {one.number: epoch_rows.desks_of(connection, one) for one in known if one.destroyed is None}
    state = tables.state.c
    # As the collector writes it: a serial, and the date.
    posted = connection.scalar(select(state.value).where(state.name == "section_posted"))
    last = clock.day_number(date.fromisoformat(posted.rpartition(" ")[2])) if posted else None
    return show(known, desks, clock.day_number(), last, epoch_rows.floor(connection))


def show(
    known: Sequence[Epoch],
    desks: Mapping[int, Sequence[Desk]],
    today: int,
    posted: int | None = None,
    floor: int = 0,
) -> Epochs:
    """Put the facts in words; *posted* is the day on which the collector last posted a keyring.

    *floor* is the first epoch that may be used after a restored backup, before its week if need be.
    """
    in_use, due = epoch.to_publish(known, today, floor), max(floor, epoch.of(today))
    gone = [one for one in known if one.destroyed is not None]
    shown = [one for one in known if one.destroyed is None] + gone[-_GONE_MAX:]
    lines = [_line(one, in_use, desks, today) for one in shown]
    lines.sort(key=lambda line: -line.number)
    return Epochs(tuple(lines), len(gone[:-_GONE_MAX]), tuple(_warnings(in_use, due, today, posted)))


def _line(one: Epoch, in_use: Epoch | None, desks: Mapping[int, Sequence[Desk]], today: int) -> Line:
    state, tone, notes = _state(one, in_use, desks.get(one.number, ()), today)
    ends = None if one.destroyed is not None else one.named_until
    return Line(one.number, _week(one.number), state, tone, ends, notes)


def _state(
    one: Epoch, in_use: Epoch | None, desks: Sequence[Desk], today: int
) -> tuple[str, str, tuple[str, ...]]:
    if one.destroyed is not None:
        return _gone(one)
    if not one.key:
        return "Key file missing", "p1", (f"Put keys/epochs/{one.number}.key back from the backup.", _LOST)
    if in_use is not None and one.number == in_use.number:
        return "In use", "", (_not_before(one, today),)
    if one.number > epoch.of(today):
        return "Made", "", (f"In use from {clock.in_words(epoch.first_day(one.number))}.",)
    return _waiting(one, desks, today)


def _waiting(one: Epoch, desks: Sequence[Desk], today: int) -> tuple[str, str, tuple[str, ...]]:
    """While days must pass, that and what the desks are behind with; then every reason by itself."""
    waiting = epoch.waits(one, today, desks)
    if not waiting:
        return "Ready", "", ("The collector destroys it in its next round.",)
    if today < epoch.not_before(one, today) and today <= one.named_to + _USUAL_DAYS:
        behind = [f"Waits for {epoch.of_desk(desk)}." for desk in desks if desk.own]
        return "Waits", "", (_not_before(one, today), *behind)
    return "Waits", "warn", tuple(f"Waits for {what}." for what in waiting)


def _not_before(one: Epoch, today: int) -> str:
    return f"Not destroyed before {clock.in_words(epoch.not_before(one, today))}."


def _gone(one: Epoch) -> tuple[str, str, tuple[str, ...]]:
    if one.key:
        return "Ending", "warn", ("Its key file is still to be overwritten: see that the collector runs.",)
    return "Destroyed", "", (f"On {clock.in_words(one.destroyed or 0)}.",)


def _warnings(in_use: Epoch | None, due: int, today: int, posted: int | None) -> list[str]:
    found = []
    if posted is not None and today > posted + 1:
        found.append(
            f"The collector has posted nothing since {clock.in_words(posted)}. While it does not run, "
            "no keys are made and none are destroyed."
        )
    if in_use is None:
        found.append("There are no keys to seal tips with. The collector makes them: see its log.")
    elif in_use.number != due:
        found.append(
            f"This week's keys are not there: those of {_week(in_use.number)} are used. The collector tries "
            "again every few minutes, and its log says why it could not make them."
        )
    return found


def _week(number: int) -> str:
    first = epoch.first_day(number)
    return f"{clock.in_words(first)} to {clock.in_words(first + DAYS - 1)}"
