"""Killed at any step of making, publishing and destroying: nothing becomes unreadable, nothing is doubled."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.collector.conftest import Office
from tipline import clock, db, tables
from tipline.cases.work import Work
from tipline.ceremony import root
from tipline.keys import epoch, epoch_key, files, signer
from tipline.keys.epoch import LIVED_SECONDS
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID
from tipline.staff import member
from tipline.wire.shapes import Offer

ROOT = Path(__file__).parent.parent.parent
INTAKE = Path(__file__).with_name("intake.py")
STEPS_MAX = 60
#: A day late in its week, when the next week's keys are due.
LATE = epoch.DAYS - 2


class Weeks:
    """An agency that rolls every week, with its intake and its driver."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.sent: set[bytes] = set()
        self.day = epoch.first_day(epoch.of(clock.day_number())) + LATE
        office.make_rack()
        self.intake = subprocess.Popen([sys.executable, INTAKE, office.made.intake], stdout=subprocess.PIPE)
        assert any(b"serving" in line for line in self.intake.stdout)
        self.driver = subprocess.Popen(
            [sys.executable, "-m", "tests.collector.epoch_driver", office.made.console],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        keys, engine = office.holding.keys, office.engine
        self.own = Work(engine, member.sign_in(engine, keys, "Maria", "maria maria maria"))
        assert self.round() == "ended"

    def close(self) -> None:
        for process in (self.driver, self.intake):
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def round(self, step: int = 0, when: str = "before") -> str:
        """One round of the collector, killed at a step; return how it ended."""
        self.driver.stdin.write(f"{step} {when} {self.day}\n")
        self.driver.stdin.flush()
        return self.driver.stdout.readline().strip()

    def next_week(self) -> None:
        """A week goes by; what is a month old has lived long enough and all of it was collected."""
        self.day += epoch.DAYS
        self.certify()
        rows, own = self.office.rows(tables.envelope), tables.epoch
        with db.writing(self.office.engine) as connection:
            connection.execute(
                update(own)
                .where(own.c.epoch < epoch.of(self.day) - 3, own.c.destroyed.is_(None))
                .values(
                    lived=LIVED_SECONDS, at_relay=False, collected=max((row.seq for row in rows), default=0)
                )
            )

    def certify(self) -> None:
        """The root goes on certifying the signer, as it does every few weeks."""
        key = SigningKey(files.read(self.office.made.root_key, files.ROOT))
        path = self.office.holding.keys / "signer.cert"
        renewed = root.renew(key, signer.read_certificate(path), clock.from_day_number(self.day))
        files.replace(path, files.CERTIFICATE, renewed.pack())

    def send(self) -> None:
        """A tip, sealed with the keyring that the relay serves at this moment."""
        section = self.office.keyring().sections[0].section
        envelope, _ = self.office.tip(
            epoch=section.epoch, desk_keys=section.desks[0].keys, sorting_keys=[section.sorting]
        )
        self.office.send("e", envelope)
        self.sent.add(hashlib.sha256(envelope).digest())

    def check_what_is_served(self) -> None:
        """Whatever the relay serves: its keys are in the rows, the file is there, the officer opens them."""
        section = self.office.keyring().sections[0].section
        key = epoch_key.read(self.office.holding.keys, section.epoch)
        assert key is not None
        assert key.sorting(HYBRID).public == section.sorting
        self.own.refresh()
        for desk in section.desks:
            assert self.own.member.desks[desk.id].keys[section.epoch].public == desk.keys[0]

    def check_all_is_well(self) -> None:
        """Every tip was opened; every key is whole, once, and those that are gone are gone everywhere."""
        office = self.office
        assert office.waiting() == Offer({}, {})
        self.own.refresh()
        assert {row.envelope for row in office.rows(tables.stanza)} == self.sent
        assert not any(row.broken or row.alarm for row in office.rows(tables.envelope))
        found = {row.epoch: row.destroyed for row in office.rows(tables.epoch)}
        living = {number for number, destroyed in found.items() if destroyed is None}
        assert living == set(range(epoch.of(self.day) - 3, epoch.of(self.day) + 2)) & found.keys()
        assert epoch_key.there(office.holding.keys) == living
        assert all(epoch_key.read(office.holding.keys, number) for number in living)
        for table in (tables.desk_key, tables.member_key, tables.recovery_key):
            counts = Counter(row.epoch for row in office.rows(table) if row.epoch)
            assert counts == dict.fromkeys(living, 1)
        assert {number for number, destroyed in found.items() if destroyed} == found.keys() - living
        left = {path.name for path in (office.holding.keys / "epochs").iterdir()}
        gone = {str(number) for number in found.keys() - living}
        assert not {name for name in left if name.strip(".").split(".")[0] in gone}


@pytest.fixture
def weeks(office: Office) -> Iterator[Weeks]:
    test = Weeks(office)
    yield test
    test.close()


@pytest.mark.timeout(280)
@pytest.mark.parametrize("when", ["before", pytest.param("after", marks=pytest.mark.assurance)])
def test_it_survives_its_own_death_at_any_step_of_a_roll(weeks: Weeks, when: str):
    """A week a step: keys are made, published and destroyed in one round, which is killed, and run again."""
    destroyed = 0
    for step in range(1, STEPS_MAX):
        weeks.send()
        weeks.next_week()
        ended = weeks.round(step, when)
        assert ended in {"killed", "ended"}
        weeks.check_what_is_served()
        weeks.send()
        assert weeks.round() == "ended"
        weeks.check_what_is_served()
        weeks.check_all_is_well()
        if ended == "ended":
            break
        destroyed = sum(row.destroyed is not None for row in weeks.office.rows(tables.epoch))
    assert step > 20
    assert destroyed > 15
