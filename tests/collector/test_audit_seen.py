"""A database that was put back is noticed by what the relay still shows."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from tipline import clock, db, facts, tables, warning
from tipline.audit import heads
from tipline.audit.standing import GONE
from tipline.backup import note
from tipline.board import board
from tipline.collector.audit_seen import compare
from tipline.collector.post_board import post_board
from tipline.collector.run import tasks
from tipline.errors import RelayError


class Relay:
    """A relay that shows the board that was posted last."""

    def __init__(self) -> None:
        self.shown = board.pack([])

    def put_board(self, body: bytes) -> None:
        self.shown = board.pack([body])

    def board(self) -> bytes:
        return self.shown


@pytest.fixture
def relay(office) -> Relay:
    made = Relay()
    compare(made, office.engine, office.holding)
    post_board(made, office.engine, office.holding)
    compare(made, office.engine, office.holding)
    return made


def gone(office) -> str:
    with office.engine.connect() as connection:
        return facts.read(connection, (GONE,)).get(GONE, "")


def put_back(office) -> None:
    """Take away what a copy from before the day's first posting does not have."""
    with db.writing(office.engine) as connection:
        connection.execute(tables.audit_head.delete())


def warned(office, days: int = 0) -> bool:
    with office.engine.connect() as connection:
        found = warning.notices(office.holding.settings, connection, clock.today() + timedelta(days=days))
    return any("not the database whose audit was published" in one.title for one in found)


def test_it_is_quiet_while_the_published_head_is_stored(office, relay: Relay):
    """Before the first board, and after one."""
    assert gone(office) == ""
    assert not warned(office)


def test_it_notes_a_head_that_opens_to_nothing(office, relay: Relay):
    """And every page says so, for thirty days."""
    put_back(office)
    compare(relay, office.engine, office.holding)
    assert gone(office).startswith(clock.today().isoformat())
    assert [warned(office, days) for days in (0, 29, 30)] == [True, True, False]


def test_a_restore_is_told_as_what_it_is(office, relay: Relay):
    """What was published between the backup and the restore is expected to be gone."""
    put_back(office)
    with db.writing(office.engine) as connection:
        note.write_restored(connection, note.Restored(clock.day_number(), clock.day_number()))
    compare(relay, office.engine, office.holding)
    assert gone(office) == ""


def test_a_board_that_nobody_signed_proves_nothing(office, relay: Relay):
    """A relay cannot raise the alarm by itself, nor keep the collector from posting."""
    put_back(office)
    relay.shown = b"nonsense"
    compare(relay, office.engine, office.holding)
    assert gone(office) == ""


def test_a_relay_that_does_not_answer_is_tried_again(office, relay: Relay, monkeypatch: pytest.MonkeyPatch):
    """The task fails, and comes again."""

    def fail() -> bytes:
        raise RelayError("nobody there")

    monkeypatch.setattr(relay, "board", fail)
    with pytest.raises(RelayError):
        compare(relay, office.engine, office.holding)


@pytest.mark.parametrize("how", ["deleted", "made anew"])
def test_a_head_that_is_taken_away_during_the_day_is_missed_before_the_next_board(office, how: str):
    """The collector that posted it goes on, has another board to post, and does not cover it up."""
    relay = Relay()
    board_ = next(
        task for task in tasks(relay, office.engine, office.holding, Event()) if task.name == "board"
    )
    board_.do()
    board_.do()
    assert gone(office) == ""
    put_back(office)
    if how == "made anew":
        with db.writing(office.engine) as connection:
            heads.for_board(connection, office.holding.settings.console, 10**9, clock.today())
    with db.writing(office.engine) as connection:
        facts.write(connection, {"board_contents": ""})
    board_.do()
    assert gone(office).startswith(clock.today().isoformat())
