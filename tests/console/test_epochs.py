"""The part about the weekly keys: an administrator at 3 a.m. sees what waits, and for what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import render_template
from sqlalchemy import select, update

from tipline import clock, db, tables
from tipline.cases import audit
from tipline.console import epochs
from tipline.keys import epoch, epoch_key
from tipline.keys.epoch import LIVED_SECONDS, Desk, Epoch

WEEK = 2968
FIRST = WEEK * 7
OLD = Epoch(WEEK - 4, FIRST - 31, named_until=FIRST - 9, lived=LIVED_SECONDS, collected=5)
NOW = Epoch(WEEK, FIRST - 3, named_until=FIRST + 13, at_relay=True)
GONE = Epoch(WEEK - 5, FIRST - 38, named_until=FIRST - 15, destroyed=FIRST - 7, key=False)


def line(known: list[Epoch], number: int, desks: tuple[Desk, ...] = (), today: int = FIRST) -> epochs.Line:
    shown = epochs.show(known, {number: desks}, today)
    return next(line for line in shown.lines if line.number == number)


def test_it_tells_what_is_in_use_and_what_is_made():
    """The week's keys, and those of the next one."""
    known = [NOW, Epoch(WEEK + 1, FIRST)]
    assert line(known, WEEK).state == "In use"
    assert line(known, WEEK).week == "19 Nov 2026 to 25 Nov 2026"
    assert line(known, WEEK).notes == ("Not destroyed before 10 Dec 2026.",)
    assert line(known, WEEK + 1).notes == ("In use from 26 Nov 2026.",)


def test_it_tells_for_which_desk_it_waits_and_since_when():
    """Everything else is over: it is the officers who are missed, and that is marked."""
    desks = (Desk("Triage", 9, FIRST - 15, 3), Desk("Harbour", 0, FIRST))
    waiting = line([OLD, NOW], WEEK - 4, desks)
    assert (waiting.state, waiting.tone) == ("Waits", "warn")
    (note,) = waiting.notes
    assert note.startswith("Waits for Triage: 3 arrivals not yet opened by anybody at the desk, and nobody")
    assert note.endswith("has signed in there since 4 Nov 2026.")


def test_ordinary_waiting_is_not_marked():
    """The days that must pass are no trouble, and a desk that is behind is named before it holds anything."""
    week_old = replace(OLD, number=WEEK - 1, named_until=FIRST + 12, lived=0, collected=None)
    waiting = line([week_old, NOW], WEEK - 1, (Desk("Triage", 2, FIRST - 1, 1),))
    assert (waiting.state, waiting.tone) == ("Waits", "")
    assert waiting.notes[0] == "Not destroyed before 10 Dec 2026."
    assert waiting.notes[1].startswith("Waits for Triage: 1 arrival not yet")
    assert line([OLD, NOW], WEEK - 4).state == "Ready"


def test_it_says_why_more_days_must_pass():
    """By the calendar it is over; the machine was off, or its clock was moved."""
    waiting = line([replace(OLD, lived=LIVED_SECONDS - 2 * 86_400 + 1), NOW], WEEK - 4, today=FIRST + 6)
    assert (waiting.tone, len(waiting.notes)) == ("warn", 1)
    assert waiting.notes[0].startswith("Waits for 2 more days of running")


def test_it_tells_what_is_gone_and_what_is_half_gone():
    """The day, for as long as anybody asks; a file that was not overwritten yet is not called destroyed."""
    assert line([GONE, NOW], WEEK - 5).notes == ("On 12 Nov 2026.",)
    half = line([replace(GONE, key=True), NOW], WEEK - 5)
    assert (half.state, half.tone) == ("Ending", "warn")
    many = [replace(GONE, number=number) for number in range(WEEK - 20, WEEK - 5)]
    shown = epochs.show([*many, NOW], {}, FIRST)
    assert (len(shown.lines), shown.earlier) == (7, 9)
    assert shown.lines[0].number == WEEK


def test_it_is_loud_about_a_missing_key_file():
    lost = line([replace(NOW, key=False)], WEEK)
    assert (lost.state, lost.tone) == ("Key file missing", "p1")
    assert "backup" in lost.notes[0]


@pytest.mark.parametrize(
    ("known", "today", "posted", "says"),
    [
        ([NOW], FIRST, FIRST - 3, "posted nothing since 16 Nov 2026"),
        ([NOW], FIRST + 7, FIRST + 7, "those of 19 Nov 2026 to 25 Nov 2026 are used"),
        ([GONE], FIRST, FIRST, "no keys to seal tips with"),
    ],
)
def test_it_warns_before_the_table(known: list[Epoch], today: int, posted: int, says: str):
    """The collector is not there; it could not make the week's keys; there are none at all."""
    shown = epochs.show(known, {}, today, posted)
    assert says in " ".join(shown.warnings)
    assert epochs.show([NOW], {}, FIRST, FIRST - 1).warnings == ()


def test_after_a_restored_backup_the_next_weeks_keys_are_in_use_early():
    """The lost machine may have used this week's number with other keys."""
    shown = epochs.show([NOW, Epoch(WEEK + 1, FIRST)], {}, FIRST, FIRST, floor=WEEK + 1)
    assert [line.state for line in shown.lines] == ["In use", "Waits"]
    assert shown.warnings == ()


def test_it_reads_the_agencys_own_facts(desk):
    """From the rows, the key files and the audit, through the template."""
    agency, number = desk.agency, desk.agency.made.epoch
    own = agency.work("Alice").member
    with db.writing(agency.engine) as connection:
        audit.append(connection, own, agency.desk(), (audit.SIGNED_IN, {}))
        connection.execute(
            update(tables.epoch).values(named_until=clock.day_number() - 8, lived=LIVED_SECONDS, collected=9)
        )
        connection.execute(
            tables.epoch.insert().values(epoch=number + 7, made=1, start="x", seconds=0, lived=0)
        )
    agency.tip("<b>words</b>")
    epoch_key.make(agency.keys, number + 7)
    with agency.engine.connect() as connection:
        assert connection.scalars(select(tables.epoch.c.epoch)).all() == [number, number + 7]
        shown = epochs.read(connection, Path(agency.keys))
    with desk.app.test_request_context(), desk.app.app_context():
        page = render_template("keys_epochs.html", epochs=shown)
    assert "In use" in page
    assert f"no. {number + 7}" in page
    assert clock.in_words(epoch.first_day(number)) in page
    assert "words" not in page
