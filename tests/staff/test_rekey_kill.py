"""The renewal of a key at rest, killed at any step of it: everything opens afterwards, and it goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.collector import driver
from tests.conftest import PASSPHRASE, Agency, small_agency
from tipline import db
from tipline.cases import case, reply
from tipline.cases.work import Work
from tipline.keys import rest_lock
from tipline.papers import notes, paper_box
from tipline.staff import member, rekey

STEPS_MAX = 200
ROUNDS = 6


def work(agency_: Agency, name: str) -> Work:
    """Sign an officer in over an engine of this process's own."""
    engine = db.open_engine(agency_.made.console.parent / "console.db")
    return Work(engine, member.sign_in(engine, agency_.keys, name, PASSPHRASE))


def killed(agency_: Agency, number: int, when: str) -> bool:
    """Have an officer's session renew the key in a process that is killed at a step; False where it ended."""
    child = os.fork()
    if child == 0:
        own, steps = work(agency_, "Alan"), driver.Steps(number, when, "self")
        for name in ("fsync", "rename", "replace", "unlink", "link"):
            setattr(os, name, driver.counted(steps, getattr(os, name)))
        driver.count_commits(steps)
        for _ in range(ROUNDS):
            own.refresh()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in {0, -signal.SIGKILL}
    return status != 0


@pytest.mark.assurance
@pytest.mark.timeout(600)
@pytest.mark.parametrize("when", ["before", "after"])
def test_it_survives_its_own_death_at_any_step(tmp_path: Path, when: str):
    """A renewal a step, from the lock's first byte on the disk to the old lock's end."""
    with small_agency(tmp_path) as agency_:
        for text in ("one", "two"):
            agency_.tip(text)
        alice = agency_.work("Alice")
        reply.send(alice, 1, "answer")
        notes.note(alice, 1, "a note", paper_box.new_id())
        for step in range(1, STEPS_MAX):
            with db.writing(agency_.engine) as connection:
                rekey.ask(connection, agency_.desk())
            over = not killed(agency_, step, when)
            own = work(agency_, "Alice")
            for _ in range(ROUNDS):
                own.refresh()
                said = case.open_(own, 1)
                assert [one.message.text for one in said.said] == ["one"]
                assert [one.text for one in said.papers] == ["a note"]
                assert "answer" in [getattr(one, "text", "") for one in said.conversation]
                assert [one.message.text for one in case.open_(own, 2).said] == ["two"]
            assert rest_lock.there(agency_.keys, agency_.desk()) == {own.member.desks[agency_.desk()].newest}
            own.engine.dispose()
            if over:
                break
        assert over
        assert step > ROUNDS
