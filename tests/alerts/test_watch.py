"""What the ways do keeps the collector from nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import insert

from tests.alerts import servers
from tests.alerts.conftest import Office
from tipline import clock, db, tables
from tipline.alerts import watch
from tipline.alerts.channels.channel import TIMEOUT
from tipline.alerts.sender import Sender
from tipline.errors import AlertError


def hanging(server: servers.Mails, authority: Path) -> dict[str, object]:
    return {
        "host": "localhost", "port": server.port, "authority": authority,
        "sender": "t@police.example", "to": ["desk@police.example"],
    }  # fmt: skip


def test_a_server_that_hangs_holds_neither_collector_nor_other_ways(office: Office, tmp_path: Path):
    """While a round waits for a mail server, ntfy has the alert, rows are written, and the end is at once."""
    office.agency.tip(danger="yes")
    with servers.mails(tmp_path, hangs=True) as (server, authority):
        office.ways["smtp"] = hanging(server, authority)
        before = clock.monotonic()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(watch, "END_SECONDS", 0.1)
            with watch.watching(office.agency.engine, office.settings, office.agency.keys):
                while not (server.sessions and any(got.method == "POST" for got in office.web.got)):
                    assert clock.monotonic() - before < 20
                with db.writing(office.agency.engine) as connection:
                    connection.execute(insert(tables.state).values(name="collected", value="meanwhile"))
        # Before the mail server is given up.
        assert clock.monotonic() - before < TIMEOUT
        server.released.set()


def test_a_way_that_hangs_is_late_and_not_asked_again_before_it_came_back(office: Office, tmp_path: Path):
    """One connection, however many rounds there are."""
    with servers.mails(tmp_path, hangs=True) as (server, authority):
        office.ways["smtp"] = hanging(server, authority)
        ways = Sender(office.round()._sender.channels, bound=0.3)
        for _ in range(3):
            came = ways.each(lambda way: way.check() or "")
            assert isinstance(came["mail"], AlertError)
            assert came["ntfy"] == ""
        assert server.sessions == 1
        server.released.set()
        ways._hanging["mail"].join(10)
        assert not ways._hanging["mail"].is_alive()


def test_a_round_that_fails_is_one_line_and_the_next_one_comes(
    office: Office, caplog: pytest.LogCaptureFixture
):
    """The database is away for a moment. What an error says of its values is not in the log."""
    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO, logger="tipline"):
        patch.setattr("tipline.alerts.waiting.take_in", lambda *_: 1 / 0)
        watch.once(office.agency.engine, office.settings, office.agency.keys)
    assert [record.getMessage() for record in caplog.records] == ["a round failed: ZeroDivisionError"]
    office.agency.tip(danger="yes")
    watch.once(office.agency.engine, office.settings, office.agency.keys)
    assert [got.path for got in office.web.got if got.method == "POST"] == ["/desk"]
