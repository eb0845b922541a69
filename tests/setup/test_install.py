"""A grant is put in its place only when all in it is this root's, for this console, and not older."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tipline import clock, db, tables
from tipline.ceremony import ceremony, grant, request, root
from tipline.ceremony.ceremony import Held
from tipline.ceremony.grant import Grant
from tipline.errors import KeyringError
from tipline.keyring import certificate
from tipline.keyring.signature import Signed, agency_id, fingerprint
from tipline.keys import files, recovery, rows, signer
from tipline.keys.officer import CHEAPEST
from tipline.keys.recovery import RecoveryKey
from tipline.keys.signing import SigningKey
from tipline.seal.suite import APPROVED, HYBRID
from tipline.settings import ConsoleSettings, IntakeSettings, load
from tipline.setup import agency, asking, genesis, install
from tipline.setup.plan import OfficerPlan, Plan

OFFICERS = (
    OfficerPlan("Maria", "maria maria maria", ("Triage",)),
    OfficerPlan("Jonas", "jonas jonas jonas", ("Narcotics",)),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    agency.begin(Plan(tmp_path / "data", "X", OFFICERS, ("Narcotics",), profile=CHEAPEST))
    return tmp_path / "data"


@pytest.fixture
def held(data: Path) -> Held:
    return ceremony.hold(request.read(data / "offline" / "agency.request"), clock.today())


def test_it_puts_all_in_place_and_makes_the_desks_keys(data: Path, held: Held):
    """Files, settings of both programs, a key at rest for each desk, one to receive with for triage."""
    done = install.install(data, held.grant, fingerprint(held.root.public))
    assert done.fingerprint == fingerprint(held.root.public)
    assert done.desks == ("Narcotics", "Triage")
    folder = data / "agency"
    for place in (folder, data / "relay"):
        assert (place / "root.pub").read_bytes() == held.root.public
    assert recovery.load(folder / "recovery.pub", held.root.public).k == 3
    assert load(ConsoleSettings, folder / "console.toml").root_fingerprint == done.fingerprint.hex()
    assert load(IntakeSettings, data / "relay" / "intake.toml").root_fingerprint == done.fingerprint.hex()
    kept = keys_of(data)
    assert len(kept["desk_key"]) == len(kept["recovery_key"]) == len(kept["member_key"]) == 3


def test_done_again_it_changes_no_key(data: Path, held: Held):
    """An install that was interrupted is simply done again."""
    install.install(data, held.grant)
    before = keys_of(data)
    assert install.install(data, held.grant).desks == ()
    assert keys_of(data) == before


def test_killed_before_its_end_it_can_be_done_again(data: Path, held: Held, monkeypatch):
    """Without the root in the settings no program starts, and the second time goes through."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(install.settings_files, "name_root", killed)
        with pytest.raises(KeyboardInterrupt):
            install.install(data, held.grant)
    before = keys_of(data)
    install.install(data, held.grant)
    assert keys_of(data) == before
    load(ConsoleSettings, data / "agency" / "console.toml")


def test_it_works_without_the_relays_folder(data: Path, held: Held):
    """Later grants come when relay/ has long been on the public host."""
    install.install(data, held.grant)
    shutil.rmtree(data / "relay")
    install.install(data, held.grant)
    assert not (data / "relay").exists()


def test_it_refuses_another_root(data: Path, held: Held):
    """Another than the one asked for, or than the one installed."""
    with pytest.raises(KeyringError, match="root"):
        install.install(data, held.grant, bytes(32))
    assert keys_of(data)["desk_key"] == []
    install.install(data, held.grant)
    other = ceremony.hold(request.read(data / "offline" / "agency.request"), clock.today())
    with pytest.raises(KeyringError, match="root"):
        install.install(data, other.grant, fingerprint(other.root.public))


def _certified(held: Held, **changes: object) -> Grant:
    says = {"console": "agency", "signer": SigningKey.generate().public, "desks": [], "today": clock.today()}
    return replace(held.grant, certificate=root.certify(held.root, **{**says, **changes}))


def _recovery(held: Held, key: SigningKey, **changes: object) -> Grant:
    keys = recovery.verified(held.root.public, held.grant.recovery)
    return replace(held.grant, recovery=key.sign(recovery.LABEL, replace(keys, **changes).encode()))


def test_it_refuses_a_certificate_of_another_signer_or_console(data: Path, held: Held):
    own = ceremony.hold(request.read(data / "offline" / "agency.request"), clock.today(), old_root=held.root)
    public = request.read(data / "offline" / "agency.request").signer
    wrong = [
        _certified(held),
        _certified(held, signer=public, console="other"),
        replace(held.grant, certificate=Signed(own.grant.certificate.payload, bytes(3373))),
    ]
    for given in wrong:
        with pytest.raises(KeyringError):
            install.install(data, given)
    assert not (data / "agency" / "root.pub").exists()


def test_it_refuses_recovery_keys_that_the_root_did_not_sign(data: Path, held: Held):
    """Whoever carries the grant cannot become the holder of every desk's shares."""
    thief = SigningKey.generate()
    keys = recovery.verified(held.root.public, held.grant.recovery)
    mine = tuple(RecoveryKey(key.id, key.name, HYBRID.generate().public) for key in keys.desks)
    with pytest.raises(KeyringError) as refused:
        install.install(data, _recovery(held, thief, desks=mine))
    assert refused.value.failure == "signature"
    assert keys_of(data)["desk_key"] == []


def test_it_refuses_older_recovery_keys_and_other_ones(data: Path, held: Held):
    """Once installed, a desk's recovery key stays, and an older file does not come back."""
    install.install(data, _recovery(held, held.root, serial=5))
    with pytest.raises(KeyringError) as refused:
        install.install(data, _recovery(held, held.root, serial=4))
    assert refused.value.failure == "serial"
    keys = recovery.verified(held.root.public, held.grant.recovery).desks
    swapped = (replace(keys[0], public=HYBRID.generate().public), *keys[1:])
    for desks in (swapped, keys[1:]):
        with pytest.raises(KeyringError) as refused:
            install.install(data, _recovery(held, held.root, serial=6, desks=desks))
        assert refused.value.failure == "recovery"


def test_a_second_ceremony_is_for_the_desks_that_came_later(data: Path, held: Held):
    """They get recovery keys of the same root, and their keys at the next install; the others keep theirs."""
    install.install(data, held.grant)
    before, folder = keys_of(data), data / "agency"
    engine = db.open_engine(folder / "console.db")
    with db.writing(engine) as connection:
        added = rows.add_desk(connection, "Arms", rows.UNIT)
        officer = connection.scalar(select(tables.officer.c.id).where(tables.officer.c.name == "Jonas"))
        genesis.begin(connection, signer.read_key(folder / "keys" / signer.KEY), "agency", added, [officer])
    with engine.connect() as connection:
        desks = asking.desks(connection)
    engine.dispose()
    assert install.install(data, held.grant).desks == ()
    asked = replace(request.read(data / "offline" / "agency.request"), desks=desks)
    again = replace(asked, certificate=held.grant.certificate, recovery=held.grant.recovery)
    second = ceremony.hold(again, clock.today(), old_root=held.root)
    assert [key.name for key in second.split] == ["Arms"]
    assert install.install(data, second.grant).desks == ("Arms",)
    assert recovery.load(folder / "recovery.pub", held.root.public).serial == 2
    assert all(row in keys_of(data)["recovery_key"] for row in before["recovery_key"])


def test_a_ceremony_refuses_what_another_root_signed(data: Path, held: Held):
    """A second ceremony goes on from what its own root said before."""
    asked = replace(request.read(data / "offline" / "agency.request"), recovery=held.grant.recovery)
    with pytest.raises(KeyringError):
        ceremony.hold(asked, clock.today(), old_root=SigningKey.generate())


def _stolen(data: Path, held: Held) -> Grant:
    """Return the grant that revokes the signer of *data* and certifies its next one."""
    asked = asking.request_of(data / "agency", new_signer=True)
    listed = root.revoke(held.root, asked.revocations, [fingerprint(_signer(data).key.public)])
    return Grant(held.root.public, root.answer(held.root, asked, clock.today()), revocations=listed)


def _signer(data: Path) -> signer.Signer:
    keys = data / "agency" / "keys"
    return signer.load(keys / "signer.key", keys / "signer.cert", (data / "agency" / "root.pub").read_bytes())


@pytest.mark.parametrize("step", range(1, 7))
def test_killed_at_any_step_a_new_signer_is_whole(data: Path, held: Held, step: int, monkeypatch):
    """The key that its certificate names is always there; a request in between loses none; again works."""
    install.install(data, held.grant)
    given, old = _stolen(data, held), _signer(data).key.public
    new = certificate.verified(held.root.public, given.certificate).signer
    with monkeypatch.context() as patched:
        _kill_at(step, patched)
        with pytest.raises(KeyboardInterrupt):
            install.install(data, given)
    in_use = _signer(data).key.public
    assert in_use in {old, new}
    assert asking.request_of(data / "agency", new_signer=True).signer != in_use
    install.install(data, given)
    assert _signer(data).key.public == new != old


def _kill_at(step: int, patched: pytest.MonkeyPatch) -> None:
    """Make the writing of files end at a step, before it when odd and after it when even: of three files."""
    left = [(step + 1) // 2]
    for name in ("replace", "move"):
        do = getattr(files, name)

        def dying(*given: object, do: Callable[..., None] = do, name: str = name) -> None:
            left[0] -= name == "move" or str(given[0]).endswith(("revocations", "signer.cert"))
            if left[0] == 0 and step % 2:
                raise KeyboardInterrupt
            do(*given)
            if left[0] == 0:
                raise KeyboardInterrupt

        patched.setattr(files, name, dying)


def test_a_next_key_is_made_once_and_used_with_its_certificate_alone(data: Path, held: Held):
    """Asking twice asks for the same key; the old one signs until the certificate is there."""
    install.install(data, held.grant)
    old = _signer(data).key.public
    first, second = (asking.request_of(data / "agency", new_signer=True).signer for _ in range(2))
    assert first == second != old == _signer(data).key.public
    install.install(data, Grant(held.root.public, _stolen(data, held).certificate))
    assert _signer(data).key.public == first
    assert asking.request_of(data / "agency", new_signer=True).signer not in {first, old}
    with pytest.raises(KeyringError) as refused:
        install.install(data, held.grant)
    assert refused.value.failure == "signer"


def test_a_list_of_revocations_goes_forward_only(data: Path, held: Held):
    """An older list, another of its number, one that forgets, and one that another root signed."""
    install.install(data, held.grant)
    first = held.grant.revocations
    second, other = (root.revoke(held.root, first, [bytes([number]) * 32]) for number in (1, 2))
    install.install(data, Grant(held.root.public, revocations=second))
    forgetful, forged = root.revoke(held.root, other, []), root.revoke(held.root, second, [])
    for given, failure in (
        (first, "serial"),
        (other, "serial"),
        (forgetful, "revoked"),
        (Signed(forged.payload, second.signature), "signature"),
    ):
        with pytest.raises(KeyringError) as refused:
            install.install(data, Grant(held.root.public, revocations=given))
        assert refused.value.failure == failure


def test_a_certificate_goes_forward_only(data: Path, held: Held):
    """Neither an older one of the same signer, nor one of a revoked signer."""
    install.install(data, held.grant)
    renewed = root.renew(held.root, held.grant.certificate, clock.today())
    install.install(data, Grant(held.root.public, renewed))
    with pytest.raises(KeyringError) as refused:
        install.install(data, held.grant)
    assert refused.value.failure == "serial"
    listed = root.revoke(held.root, held.grant.revocations, [fingerprint(_signer(data).key.public)])
    with pytest.raises(KeyringError) as refused:
        install.install(data, Grant(held.root.public, renewed, revocations=listed))
    assert refused.value.failure == "revoked"


def test_it_refuses_keys_of_another_suite(data: Path, held: Held):
    """Whoever carries the request can write another into it. Nothing is put in place before it is found."""
    asked = request.read(data / "offline" / "agency.request")
    other = ceremony.hold(replace(asked, suite=APPROVED.code), clock.today())
    before = sorted(data.rglob("*"))
    with pytest.raises(KeyringError) as refused:
        install.install(data, other.grant)
    assert refused.value.failure == "suite"
    assert sorted(data.rglob("*")) == before
    install.install(data, held.grant, fingerprint(held.root.public))


@pytest.mark.parametrize("days", [-4000, -91, 3])
def test_a_certificate_of_a_wrong_clock_takes_no_good_ones_place(data: Path, held: Held, days: int):
    """A live system without a disk often has no date: what it signed would stop the keyring at once."""
    install.install(data, held.grant)
    asked = asking.request_of(data / "agency")
    wrong = root.answer(held.root, asked, clock.today() + timedelta(days=days))
    with pytest.raises(KeyringError) as refused:
        install.install(data, Grant(held.root.public, wrong))
    assert refused.value.failure == "dates"
    assert signer.read_certificate(data / "agency" / "keys" / "signer.cert") == held.grant.certificate


def test_a_grant_that_is_over_can_be_put_back(data: Path, held: Held, monkeypatch):
    """After a restore the last grant is installed again: the certificate that is there already is no news."""
    install.install(data, held.grant)
    later = clock.today() + timedelta(days=100)
    monkeypatch.setattr(clock, "today", lambda: later)
    install.install(data, held.grant)


def test_a_grant_is_read_as_it_was_written(tmp_path: Path, held: Held):
    grant.write(tmp_path, held.grant)
    assert grant.read(tmp_path) == held.grant
    keys = recovery.verified(held.root.public, held.grant.recovery)
    assert keys.agency == agency_id(held.root.public)


def keys_of(data: Path) -> dict[str, list[object]]:
    """Return the rows of every table that holds a key."""
    engine = db.open_engine(data / "agency" / "console.db")
    with engine.connect() as connection:
        kept = {
            name: list(connection.execute(tables.metadata.tables[name].select()).all())
            for name in ("desk_key", "member_key", "recovery_key")
        }
    engine.dispose()
    return kept
