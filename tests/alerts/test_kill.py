"""A round is killed between any two steps: no alert is lost, and each kill costs at most one repetition."""

from __future__ import annotations

import subprocess
import sys
from itertools import count

from sqlalchemy import delete

from tests.alerts import servers
from tests.conftest import Agency, agency_
from tipline import db, facts, tables

__all__ = ["agency_"]


def test_a_killed_round_loses_no_alert_and_repeats_it_at_most_once(agency_: Agency):
    """Killed before each transaction is committed and before each call; then two that are not killed."""
    agency_.tip(danger="yes")
    with servers.web() as web:
        config = agency_.made.console
        config.write_text(f'{config.read_text()}\n[alerts.ntfy]\nserver = "{web.url}"\ntopic = "desk"\n')
        with subprocess.Popen(
            [sys.executable, "-m", "tests.alerts.driver", str(config)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as driver:  # fmt: skip
            called = []
            for number in count(1):
                forget(agency_, web)
                if ask(driver, f"{number} before") == "ended":
                    break
                assert [ask(driver, "999 before") for _ in range(2)] == ["ended", "ended"]
                assert agency_.count("alert") == 1
                called.append(sum(got.method == "POST" for got in web.got))
            driver.stdin.close()
    assert len(called) >= 5
    # Once; twice where it was killed after the call and before that was noted. Never not at all.
    assert set(called) == {1, 2}


def ask(driver: subprocess.Popen[str], line: str) -> str:
    driver.stdin.write(f"{line}\n")
    driver.stdin.flush()
    return driver.stdout.readline().strip()


def forget(agency: Agency, web: servers.Web) -> None:
    """Put everything back to before the first round."""
    web.got.clear()
    with db.writing(agency.engine) as connection:
        for table in (tables.alert, tables.waiting, tables.alert_channel):
            connection.execute(delete(table))
        facts.write(connection, {"waiting-seen": "0"})
