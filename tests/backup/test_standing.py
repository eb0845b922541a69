"""When a backup is late, and what the database knows of its backups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.backup.conftest import Office
from tipline import clock, db
from tipline.backup import note, standing
from tipline.keys.expiry import Notice
from tipline.settings import ConsoleSettings, load


def told(office: Office, days: int, **changes: object) -> list[Notice]:
    """What is said so many days from now."""
    settings = load(ConsoleSettings, office.agency.made.console).model_copy(update=changes)
    with office.agency.engine.connect() as connection:
        return standing.notices(settings, connection, clock.today() + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "label", "loud"),
    [(2, None, False), (3, "Soon", False), (4, "Soon", False), (5, "This week", True), (8, "Urgent", True)],
)
def test_a_late_backup_is_told_and_louder_each_day(office: Office, days: int, label: str, loud: bool):
    """Older than two days; and it says how old, what that costs, and what to do."""
    office.back_up()
    found = told(office, days)
    assert [(notice.label, notice.is_loud) for notice in found] == ([(label, loud)] if label else [])
    if found:
        assert f"made {days} days ago" in found[0].title
        assert "tipline-backup.timer" in found[0].todo


def test_an_agency_that_never_made_one_is_told_too(office: Office):
    """From its third day on; a demo is not."""
    assert told(office, 2) == []
    (notice,) = told(office, 3)
    assert notice.title == "There is no backup"
    assert told(office, 300, demo=True) == []


def test_what_it_costs_goes_by_the_policy(office: Office):
    """Lost with the machine, or kept by the relay until it is full."""
    costs = [told(office, 9, acknowledge=how)[0].without for how in ("stored", "backed-up")]
    assert "lost with it" in costs[0]
    assert "takes no more when it is full" in costs[1]


def test_a_restore_is_told_for_thirty_days(office: Office):
    """On every page; after that on the page of the keys."""
    today = clock.today()
    with db.writing(office.agency.engine) as connection:
        note.write_restored(connection, note.Restored(clock.day_number() - 5, clock.day_number()))
    settings = load(ConsoleSettings, office.agency.made.console)
    with office.agency.engine.connect() as connection:
        found = standing.read(settings, connection)
    assert (found.restored, found.of) == (today, today - timedelta(days=5))
    assert found.is_told(today + timedelta(days=29))
    assert not found.is_told(today + timedelta(days=30))
