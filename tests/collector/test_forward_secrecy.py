"""What was harvested on the wire stays closed when everything else falls: keys of past weeks are in no place.

The agency runs for five weeks by its real code: intake, the collector's tasks, the maker as its own process,
an officer at work. Only the date is stepped.
"""

from __future__ import annotations

import secrets
import threading
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.collector.attacker import Attacker, Opened, image
from tests.collector.conftest import Office, make_office
from tests.collector.rolling import DAY, Time
from tipline import db, tables
from tipline.cases import case
from tipline.cases.work import Work
from tipline.collector.run import tasks
from tipline.intake.serve import Intake
from tipline.keys import epoch_key, epoch_rows, files, recovery
from tipline.seal.rewrap import envelope_id
from tipline.seal.suite import APPROVED, HYBRID
from tipline.staff import member
from tipline.wire.shapes import Stored

#: Until the day before the first epoch's end, and until it is over.
BEFORE, AFTER = 26, 30
NOTHING = Opened(stanza=False, docket=False, rewrapped=False)
EVERYTHING = {"stanza": True, "docket": True}

#: The second suite rolls by the same lines of code: it is lived through by `make assurance`.
EACH_SUITE = [HYBRID, pytest.param(APPROVED, marks=pytest.mark.assurance)]


@dataclass
class Harvest:
    """An agency, what was recorded of three PUTs to it, and a second name of its first epoch's key file.

    By that name the test reads what is in the file's blocks when the file is unlinked.
    """

    office: Office
    time: Time
    work: Work
    blocks: Path
    disposed: bytes = b""
    dropped: bytes = b""
    kept: bytes = b""
    old: dict[str, bytes] = field(default_factory=dict)

    def send(self) -> bytes:
        """Send a tip, and return the bytes that went over the wire."""
        envelope, _ = self.office.tip()
        self.office.send("e", envelope)
        return envelope

    def day(self) -> None:
        """A day of the collector, which tries twice, and of the officer."""
        for _ in range(2):
            with self.office.relay() as relay:
                for task in tasks(relay, self.office.engine, self.office.holding, threading.Event()):
                    task.do()
            self.work.refresh()
        self.time.go(DAY)

    def attacker(self, images: dict[str, bytes]) -> Attacker:
        made = self.office.made
        k = recovery.installed(made.console.parent).k
        passphrases = {"Maria": "maria maria maria"}
        return Attacker(images, "console.db", passphrases, made.shares, k, self.office.suite)

    def folder(self) -> dict[str, bytes]:
        """The agency's whole folder, and the blocks of the key file."""
        return {**image(self.office.made.console.parent), "blocks": self.blocks.read_bytes()}


@pytest.fixture
def harvest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Harvest]:
    time = Time(monkeypatch)
    suite = getattr(request, "param", HYBRID)
    office = make_office(tmp_path / "data", suite, collected_delay_days=0)
    office.make_rack()
    keys = office.holding.keys
    blocks = tmp_path / "blocks"
    blocks.hardlink_to(epoch_key.path_of(keys, office.made.epoch))
    who = member.sign_in(office.engine, keys, "Maria", "maria maria maria")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        intake = Intake(office.intake)
    with intake:
        yield Harvest(office, time, Work(office.engine, who), blocks)
    office.engine.dispose()


def live(harvest: Harvest) -> None:
    """Five weeks, with three tips in the first one."""
    office = harvest.office
    harvest.day()
    harvest.dropped = harvest.send()
    with office.relay() as relay:
        # What the relay says it never had: to the agency it is as if it had been collected.
        relay.acknowledge(Stored(tuple(relay.list().envelopes), ()))
    harvest.disposed, harvest.kept = harvest.send(), harvest.send()
    for today in range(1, AFTER):
        harvest.day()
        if today == 2:
            assert [case.open_(harvest.work, number).number for number in (1, 2)] == [1, 2]
        if today == 3:
            dispose(office, harvest.disposed)
        if today == BEFORE:
            harvest.old = harvest.folder()


def dispose(office: Office, envelope: bytes) -> None:
    """Delete a tip's re-wrapped key, as a disposal of the tip does."""
    own = tables.stanza
    with db.writing(office.engine) as connection:
        gone = connection.execute(own.delete().where(own.c.envelope == envelope_id(envelope)))
        assert gone.rowcount == 1


def rows_of(images: dict[str, bytes]) -> dict[str, bytes]:
    """An old copy of the database and its journal: what a backup had, or freed blocks of the disk have."""
    return {f"old/{name}": data for name, data in images.items() if name.startswith("console.db")}


def left(attacker: Attacker, epoch: int) -> int:
    """How many sealed keys of an epoch stand anywhere."""
    return sum(number == epoch for _, number, _ in attacker.secrets())


@pytest.mark.timeout(280)
@pytest.mark.parametrize("harvest", EACH_SUITE, ids=lambda suite: suite.name, indirect=True)
def test_what_was_harvested_stays_closed(harvest: Harvest):
    """With the disk, an old database, all passphrases, all shares: only what the agency still has opens.

    One tip was disposed of, one never arrived: nothing opens them, not even their dockets. The third opens
    through its re-wrapped key alone. While the epoch lived, the same attacker opened all three.
    """
    live(harvest)
    epoch = harvest.office.made.epoch
    before = harvest.attacker(harvest.old)
    assert before.opens(harvest.kept) == Opened(**EVERYTHING, rewrapped=True)
    for envelope in (harvest.disposed, harvest.dropped):
        assert before.opens(envelope) == Opened(**EVERYTHING, rewrapped=False)
    assert left(before, epoch) == 2

    assert epoch not in epoch_key.there(harvest.office.holding.keys)
    afterwards = harvest.attacker(harvest.folder())
    with_old_rows = harvest.attacker({**harvest.folder(), **rows_of(harvest.old)})
    for attacker in (afterwards, with_old_rows):
        assert attacker.opens(harvest.disposed) == NOTHING
        assert attacker.opens(harvest.dropped) == NOTHING
        assert attacker.opens(harvest.kept) == Opened(stanza=False, docket=False, rewrapped=True)
    assert (left(afterwards, epoch), left(afterwards, epoch + 1)) == (0, 2)
    assert left(with_old_rows, epoch) == 2


def only_unlinked(path: Path) -> None:
    path.unlink()


def lock_alone(path: Path) -> None:
    """Overwrite the lock and leave the sorting key."""
    key = epoch_key.read(path.parent.parent, int(path.stem))
    secret = urlsafe_b64encode(secrets.token_bytes(32) + key.seed).rstrip(b"=")
    path.write_bytes(files.EPOCH.encode() + b"\n" + secret + b"\n")
    path.unlink()


@pytest.mark.assurance
@pytest.mark.timeout(280)
@pytest.mark.parametrize(
    "fault",
    [
        "only unlinked",
        pytest.param("sorting key kept", marks=pytest.mark.assurance),
        pytest.param("rows kept", marks=pytest.mark.assurance),
    ],
)
def test_a_fault_would_be_noticed(harvest: Harvest, monkeypatch: pytest.MonkeyPatch, fault: str):
    """The test above can fail: each half of a destruction, left out, is found by this attacker."""
    if fault == "only unlinked":
        monkeypatch.setattr(files, "_destroy", only_unlinked)
    elif fault == "sorting key kept":
        monkeypatch.setattr(files, "_destroy", lock_alone)
    else:
        real = epoch_rows.delete_keys
        monkeypatch.setattr(epoch_rows, "delete_keys", lambda *given: keep_rows(real, *given))
    live(harvest)
    attacker = harvest.attacker({**harvest.folder(), **rows_of(harvest.old)})
    found = attacker.opens(harvest.dropped)
    assert found.stanza == (fault == "only unlinked")
    assert found.docket == (fault != "rows kept")
    afterwards = left(harvest.attacker(harvest.folder()), harvest.office.made.epoch)
    assert afterwards == (2 if fault == "rows kept" else 0)


def keep_rows(real: Callable[..., None], connection: Connection, epoch: int, today: int) -> None:
    kept = {
        table: connection.execute(table.select().where(table.c.epoch == epoch)).all()
        for table in (tables.desk_key, tables.member_key, tables.recovery_key)
    }
    real(connection, epoch, today)
    for table, rows in kept.items():
        connection.execute(table.insert(), [row._asdict() for row in rows])
