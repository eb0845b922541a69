from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from tests.alerts import servers
from tipline import clock, tables
from tipline.collector.run import BACKOFF_MAX_SECONDS, Task, run, tasks
from tipline.errors import RelayError, TiplineError
from tipline.seal import slot


def failing(error: Exception):
    def work(_: bool) -> str:
        raise error

    return work


@pytest.fixture
def ways() -> Iterator[servers.Web]:
    """A server that alerts go by."""
    with servers.web() as web:
        yield web


def test_it_publishes_then_collects_then_answers(served):
    """One round: keys and keyring first, or nobody could send; the board last, to tell of what came in."""
    assert [task.name for task in tasks(None, served.engine, served.holding, threading.Event())] == [
        "epoch", "keyring", "collect", "board", "warnings",
    ]  # fmt: skip
    run(served.made.console, once=True)
    envelope, keys = served.send_tip()
    run(served.made.console, once=True)
    assert [row.id for row in served.rows(tables.envelope)] == [envelope]
    assert served.token(keys) in served.board().tokens


def test_it_tries_every_task_before_it_says_what_failed(office, caplog):
    """Without a relay a round of one time fails, and nothing of the agency's is lost."""
    with caplog.at_level(logging.INFO), pytest.raises(RelayError):
        run(office.made.console, once=True)
    assert [record.message.split()[0] for record in caplog.records if record.levelno == logging.WARNING] == [
        "keyring", "collect", "board",
    ]  # fmt: skip


def test_it_waits_longer_after_each_failure():
    """Twice as long each time, to five minutes; after a success as before."""
    task = Task("x", 10.0, failing(RelayError("nobody")))
    waits = []
    for _ in range(8):
        before = clock.monotonic()
        task.do_or_postpone()
        waits.append(task.wait)
        assert task.due >= before + task.wait
    assert waits == [20.0, 40.0, 80.0, 160.0, *[BACKOFF_MAX_SECONDS] * 4]
    task.work = lambda _: ""
    task.do_or_postpone()
    assert task.wait == 10.0
    assert Task("slow", 900.0, failing(RelayError("x")), failures=3).wait == 900.0


def test_it_forces_the_first_time_only_until_it_succeeds():
    """A task is told that it never succeeded yet, so that a new relay gets everything."""
    told = []

    def work(first: bool) -> str:
        told.append(first)
        if len(told) == 1:
            raise RelayError("nobody")
        return ""

    task = Task("x", 1.0, work)
    for _ in range(3):
        task.do_or_postpone()
    assert told == [True, True, False]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (RelayError("GET /list: it answered 500"), "RelayError: GET /list: it answered 500"),
        (ValueError("canary words of a tip"), "ValueError"),
        (
            OperationalError("INSERT canary", {"bytes": b"canary"}, OSError("canary")),
            "OperationalError of the database: OSError",
        ),
    ],
)  # fmt: skip
def test_it_logs_a_failure_in_one_line_without_contents(caplog, error: Exception, line: str):
    """What failed is named; what it was about is not."""
    with caplog.at_level(logging.INFO):
        Task("collect", 10.0, failing(error)).do_or_postpone()
    assert [record.getMessage() for record in caplog.records] == [f"collect failed, next try in 20 s: {line}"]
    assert caplog.records[0].exc_info is None


def test_it_logs_how_much_and_nothing_else(served, caplog):
    """Counts, no ids."""
    run(served.made.console, once=True)
    envelope, _ = served.send_tip()
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="tipline"):
        run(served.made.console, once=True)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("tipline")]
    assert "collect: 1 envelopes, 0 parcels" in said
    assert envelope.hex()[:8] not in " ".join(said)


def test_it_calls_somebody_in_the_round_in_which_a_danger_came(served):
    """With nobody signed in, by what the docket says."""
    config = served.made.console
    run(config, once=True)
    served.send_tip()
    with servers.web() as web:
        config.write_text(f'{config.read_text()}\n[alerts.ntfy]\nserver = "{web.url}"\ntopic = "desk"\n')
        run(config, once=True)
        said = [got.body.decode().strip() for got in web.got if got.method == "POST"]
    assert said == ["1 tip marked danger now waits at Triage. Sign in."]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_after_a_failure_and_ends_when_told_to(served, ways: servers.Web, number: int):
    """The real command: collects what comes, posts what is written, and ends at once while it waits.

    It looks after the ways of its alerts too.
    """
    config = served.made.console
    often = "collect_seconds = 0.2\nboard_seconds = 0.2\n"
    alerts = f'[alerts.ntfy]\nserver = "{ways.url}"\n'
    config.write_text(f"{config.read_text()}{often}{alerts}")
    process = subprocess.Popen(
        [sys.executable, "-m", "tipline", "collector", "--config", config], stderr=subprocess.PIPE, text=True
    )
    try:
        lines = iter(process.stderr)
        assert any("board: posted" in line for line in lines)
        envelope, _ = served.send_tip()
        assert any("1 envelopes" in line for line in lines)
        assert envelope in {row.id for row in served.rows(tables.envelope)}
        (answer,) = served.reply()
        assert any("board: posted" in line for line in lines)
        while answer not in served.board().slots:
            assert any("board: posted" in line for line in lines)
        assert [got.path for got in ways.got] == ["/v1/health"]
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_it_puts_the_signals_back(office):
    """A program that runs it in its own process still ends on Ctrl-C."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(TiplineError):
        run(office.made.console, once=True)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_it_loads_nothing_that_opens_a_tip():
    """No officer, no desk, no stanza: what is not loaded cannot be talked into it."""
    code = "import sys, tipline.cli.collector; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    forbidden = (
        "tipline.keys.officer", "tipline.keys.desk", "tipline.keys.rows", "tipline.seal.opening",
        "tipline.seal.rewrap", "tipline.cases", "tipline.console", "tipline.intake",
    )  # fmt: skip
    assert [name for name in done.stdout.split() if name.startswith(forbidden)] == []


def test_it_needs_nothing_of_officers(served):
    """It does its work with the officers' rows and rosters taken away."""
    # Making an epoch's keys does need to know whom to seal them to, and is another process's work.
    run(served.made.console, once=True)
    with served.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from member_key").scalar() >= 2
    with served.engine.connect() as connection:
        connection.exec_driver_sql("delete from member_key")
        connection.exec_driver_sql("delete from roster")
        connection.exec_driver_sql("delete from officer")
    run(served.made.console, once=True)
    served.send_tip()
    served.reply()
    run(served.made.console, once=True)
    assert len(served.rows(tables.envelope)) == 1
    assert len(served.board().slots[0]) == slot.SIZE
