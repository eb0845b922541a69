"""`tipline alerts test` against a real server."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from tests.alerts import servers
from tests.conftest import Agency, agency_
from tipline import db, tables
from tipline.cli.main import main

__all__ = ["agency_"]


def run(config: Path, *more: str):
    return CliRunner().invoke(main, ["alerts", "test", "--config", str(config), *more])


def configured(agency: Agency, web: servers.Web, topic: str = "desk") -> Path:
    config = agency.made.console
    config.write_text(f'{config.read_text()}\n[alerts.ntfy]\nserver = "{web.url}"\ntopic = "{topic}"\n')
    return config


def test_it_says_what_came_of_each_way(agency_: Agency):
    """A trial, which says so; a way that fails has an exit code of its own."""
    with servers.web() as web:
        config = configured(agency_, web)
        done = run(config)
        assert (done.exit_code, done.output) == (0, "ntfy: sent\n")
        assert (
            web.got[0].body.decode().strip() == "A trial of the alerts of Test Agency. Nothing waits for you."
        )
        web.status = 500
        failed = run(config)
    assert failed.exit_code == 15
    assert "ntfy: FAILED: the server answered 500" in failed.output


def test_it_tries_where_an_officer_is_reached(agency_: Agency):
    """Who has said it. Without the agency's own topic nobody else is called."""
    with servers.web() as web:
        config = configured(agency_, web, topic="")
        assert "none was named" in run(config).output
        assert run(config, "--officer", "Alan").exit_code == 2
        with db.writing(agency_.engine) as connection:
            (alan,) = connection.execute(tables.officer.select().where(tables.officer.c.name == "Alan")).all()
            row = {"officer": alan.id, "mail": "", "ntfy": "alan-topic"}
            connection.execute(tables.reach.insert().values(row))
        assert run(config, "--officer", "Alan").exit_code == 0
        assert [got.path for got in web.got] == ["/alan-topic"]


def test_without_a_way_it_says_so(agency_: Agency):
    """As the console's page does."""
    done = run(agency_.made.console)
    assert done.exit_code == 2
    assert "names no way" in done.output
