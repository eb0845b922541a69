"""What officers are shown of the backups, and of a restore."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.console.conftest import Desk
from tipline import clock, db
from tipline.backup import note
from tipline.backup.manifest import Reach
from tipline.keys.expiry import in_words


def write(desk: Desk, restored: int | None = None) -> None:
    today = clock.day_number()
    with db.writing(desk.agency.engine) as connection:
        note.write_made(connection, note.Kept(today, Reach(1, 1), frozenset({2967, 2968})))
        if restored is not None:
            note.write_restored(connection, note.Restored(today - restored, today))


def test_it_says_when_the_last_backup_was_made(desk: Desk):
    """And which weekly keys are in it."""
    officer = desk.browser("Alice")
    assert "None was made yet." in officer.get("/keys").text
    write(desk)
    shown = officer.get("/keys").text
    assert in_words(clock.today()) in shown
    assert "number 2967, 2968." in shown


def test_every_page_says_that_this_is_a_restore(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """For thirty days, to every officer and to nobody else; then the page of the keys alone."""
    write(desk, restored=4)
    today, words = clock.today(), "Restored on"
    desk.agency.tip()
    officers = [desk.browser(name) for name in ("Alan", "Bob")]
    for officer in officers:
        for path in ("/", "/keys"):
            shown = officer.get(path).text
            assert (
                f"{words} {in_words(today)} from the backup of {in_words(today - timedelta(days=4))}" in shown
            )
    assert words not in desk.browser().get("/sign-in").text
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=30))
    assert words not in officers[0].get("/").text
    assert "Last restored" in officers[0].get("/keys").text
