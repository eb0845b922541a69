"""A desk gets other holders: the former ones open nothing that is there any more, the new ones all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import run_command
from tests.cli.test_recover import NEW, WORDS, recover, sign_in
from tests.conftest import PASSPHRASE, Agency, agency_
from tipline import clock
from tipline.cases import audit, case
from tipline.ceremony import ceremony, grant, shares
from tipline.ceremony.ceremony import Held
from tipline.errors import SettingsError
from tipline.keys import epoch_key, files, recovery
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID
from tipline.setup import asking

__all__ = ["agency_"]


@pytest.fixture
def held(agency_: Agency, tmp_path: Path) -> Held:
    """Another ceremony of the same root, with another recovery key for triage; its grant is a folder."""
    agency_.tip(WORDS)
    case.open_(agency_.work("Alice"), 1)
    root = SigningKey(files.read(agency_.made.root_key, files.ROOT))
    asked = asking.request_of(agency_.made.data / "agency")
    made = ceremony.hold(asked, clock.today(), old_root=root, renew=["Triage"])
    (tmp_path / "grant").mkdir()
    grant.write(tmp_path / "grant", made.grant)
    return made


def renew(agency_: Agency, folder: Path, officer: str = "Alice") -> subprocess.CompletedProcess[bytes]:
    return run_command(
        "keys", "renew", folder / "grant", "--data", agency_.made.data, "--desk", "Triage",
        "--officer", officer, text=f"{PASSPHRASE}\n".encode(),
    )  # fmt: skip


def test_only_the_renewed_key_is_made_and_split(agency_: Agency, held: Held):
    """The other desks keep theirs, and so do their holders."""
    assert [key.name for key in held.split] == ["Triage"]
    before = recovery.installed(agency_.made.data / "agency")
    after = recovery.verified(held.root.public, held.grant.recovery)
    assert after.serial == before.serial + 1
    changed = {key.name for key in before.desks if after.of(key.id) != key}
    assert changed == {"Triage"}


def test_former_holders_open_nothing_and_new_ones_all(agency_: Agency, held: Held, tmp_path: Path):
    former = agency_.made.shares[agency_.desk()]
    done = renew(agency_, tmp_path)
    assert done.returncode == 0, done.stderr
    refused = recover(agency_, former[:3])
    assert refused.returncode != 0
    assert b"not those of desk Triage" in refused.stderr
    done = recover(agency_, held.split[0].shares[2:])
    assert done.returncode == 0, done.stderr
    eve = sign_in(agency_, "Eve", NEW)
    assert [said.message.text for said in case.open_(eve, 1).said] == [WORDS]
    with agency_.engine.connect() as connection:
        audit.verify(connection, agency_.desk())
        rows = [audit.parse(row.entry).action for row in connection.exec_driver_sql(
            "select * from audit order by seq")]  # fmt: skip
    assert rows[-3:][:2] == [audit.RENEWED, audit.RECOVERED]


def test_the_former_holders_seals_are_gone_from_the_rows(agency_: Agency, held: Held, tmp_path: Path):
    """Not only the command refuses them: their whole key opens no row of the desk."""
    former = HYBRID.private(shares.combine(agency_.made.shares[agency_.desk()][:3]))

    def opened() -> int:
        with agency_.engine.connect() as connection:
            rows = connection.exec_driver_sql("select desk, epoch, sealed from recovery_key").all()
        return sum(recovery.open_as_holders(former, *row) is not None for row in rows)

    assert opened() == 2
    assert renew(agency_, tmp_path).returncode == 0
    assert opened() == 0


def test_a_grant_alone_changes_no_recovery_key(agency_: Agency, held: Held, tmp_path: Path):
    """Installed without an officer of the desk, it is refused: the keys would be sealed to nobody known."""
    done = run_command("keys", "install", tmp_path / "grant", "--data", agency_.made.data)
    assert done.returncode == 3
    assert b"tipline keys renew" in done.stderr


@pytest.mark.parametrize("officer", ["Bob", "Nobody"])
def test_only_a_member_of_the_desk_renews(agency_: Agency, held: Held, tmp_path: Path, officer: str):
    before = (agency_.made.data / "agency" / "recovery.pub").read_bytes()
    assert renew(agency_, tmp_path, officer).returncode == 5
    assert (agency_.made.data / "agency" / "recovery.pub").read_bytes() == before


def test_a_desk_without_a_key_is_not_renewed(agency_: Agency):
    root = SigningKey(files.read(agency_.made.root_key, files.ROOT))
    asked = asking.request_of(agency_.made.data / "agency")
    with pytest.raises(SettingsError, match="Nowhere"):
        ceremony.hold(asked, clock.today(), old_root=root, renew=["Nowhere"])


def test_it_takes_no_epoch_from_the_holders_that_the_officer_cannot_give(
    agency_: Agency, held: Held, tmp_path: Path
):
    """With a key file missing, which a backup brings back, new holders would get less than is there."""
    lock = epoch_key.path_of(agency_.keys, agency_.made.epoch)
    lock.rename(tmp_path / "elsewhere")
    with agency_.engine.connect() as connection:
        before = connection.exec_driver_sql("select * from recovery_key").all()
    done = renew(agency_, tmp_path)
    assert done.returncode == 5
    assert f"epoch {agency_.made.epoch}".encode() in done.stderr
    with agency_.engine.connect() as connection:
        assert connection.exec_driver_sql("select * from recovery_key").all() == before
    (tmp_path / "elsewhere").rename(lock)
    assert renew(agency_, tmp_path).returncode == 0
