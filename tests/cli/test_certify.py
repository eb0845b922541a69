"""The root's words for signers, as typed: what is shown, what is asked, and what a grant then does."""

from __future__ import annotations

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tipline import clock
from tipline.ceremony import request, root
from tipline.ceremony.request import RequestedDesk
from tipline.cli.certify import listing
from tipline.errors import KeyringError
from tipline.keyring import certificate, keyring, revocation
from tipline.keyring.revocation import Console, Revocations
from tipline.keyring.signature import fingerprint
from tipline.keys import files, signer
from tipline.keys.signing import SigningKey
from tipline.setup import asking


@pytest.fixture
def data(agency, tmp_path: Path) -> Path:
    """Return an agency's folders, copied, so that a test can change them."""
    shutil.copytree(agency.data, tmp_path / "data")
    return tmp_path / "data"


def public(data: Path) -> bytes:
    return (data / "agency" / "root.pub").read_bytes()


def in_use(data: Path) -> signer.Signer:
    keys = data / "agency" / "keys"
    return signer.load(keys / "signer.key", keys / "signer.cert", public(data))


def certify(tipline, data: Path, *more: object, text: bytes = b""):
    return tipline("keys", "certify", "--root-key", data / "offline" / "root.key", *more, text=text)


def revoke(tipline, data: Path, *more: object, text: bytes = b""):
    return tipline("keys", "revoke", "--root-key", data / "offline" / "root.key", *more, text=text)


def test_it_renews_a_certificate_and_installs_it(tipline, data: Path, tmp_path: Path):
    """From a request: the same signer, the desks that receive, ninety days; installed by one command."""
    before, out = in_use(data), tmp_path / "grant"
    assert tipline("keys", "request", "--data", data, "--out", tmp_path / "asked").returncode == 0
    done = certify(tipline, data, "--request", tmp_path / "asked", "--out", out, text=b"y\n")
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    print_ = fingerprint(before.key.public).hex()
    assert "console  'agency'" in said
    assert print_ in said.replace(" ", "")
    assert "Triage" in said
    assert "Narcotics" not in said
    assert f"90, from {clock.today() - timedelta(days=1)} to {clock.today() + timedelta(days=89)}" in said
    assert "NEW" not in said
    assert sorted(path.name for path in out.iterdir()) == ["root.pub", "signer.cert"]
    assert stat.S_IMODE((out / "signer.cert").stat().st_mode) == 0o600
    assert tipline("keys", "install", out, "--data", data).returncode == 0
    after = in_use(data)
    assert (after.key.public, after.certificate.serial) == (before.key.public, before.certificate.serial + 1)


def test_it_renews_a_certificate_without_a_request(tipline, data: Path, tmp_path: Path):
    """A copy of signer.cert is enough; a desk more is shown as new."""
    old = data / "agency" / "keys" / "signer.cert"
    done = certify(tipline, data, "--certificate", old, "--desk", "ab" * 16, "--out", tmp_path / "g", "--yes")
    assert done.returncode == 0, done.stderr
    assert "ab" * 16 + "  NEW" in done.stdout.decode()
    says = certificate.verified(public(data), signer.read_certificate(tmp_path / "g" / "signer.cert"))
    assert (says.serial, len(says.desks), says.not_after) == (2, 2, clock.today() + timedelta(days=89))


def test_it_signs_nothing_before_a_yes(tipline, data: Path, tmp_path: Path):
    """No, Enter and an end of the input are all no."""
    old, listed = data / "agency" / "keys" / "signer.cert", data / "agency" / "revocations"
    for answer in (b"n\n", b"\n", b""):
        done = certify(tipline, data, "--certificate", old, "--out", tmp_path / "g", text=answer)
        assert done.returncode != 0
        options = ("--revocations", listed, "--certificate", old, "--out", tmp_path / "g")
        assert revoke(tipline, data, *options, text=answer).returncode != 0
    assert not (tmp_path / "g").exists()


def test_it_certifies_with_the_right_root_alone(tipline, data: Path, tmp_path: Path):
    """Another root's key, or a key of another kind, certifies and revokes nothing."""
    old, listed = data / "agency" / "keys" / "signer.cert", data / "agency" / "revocations"
    files.write_new(tmp_path / "other.key", files.ROOT, SigningKey.generate().seed)
    for key in (tmp_path / "other.key", data / "agency" / "keys" / "signer.key"):
        for command in (
            ("certify", "--certificate", old),
            ("revoke", "--revocations", listed, "--certificate", old),
        ):
            done = tipline("keys", *command, "--root-key", key, "--out", tmp_path / "new", "--yes")
            assert done.returncode == 3, done.stderr
    done = certify(
        tipline, data, "--certificate", old, "--desk", "Triage", "--out", tmp_path / "new", "--yes"
    )
    assert done.returncode == 2
    assert not (tmp_path / "new").exists()


def test_the_person_sees_what_a_hostile_request_would_slip_in(tipline, data: Path, tmp_path: Path):
    """Another console, another key, a desk of somebody else: each is marked, and no sign rewrites a line."""
    asked = asking.request_of(data / "agency")
    foreign = RequestedDesk(bytes(range(16)), "Overseers", receives=True)
    hostile = request.Request(
        asked.name,
        "over\x1b[2Ksight",
        asked.suite,
        SigningKey.generate().public,
        (*asked.desks, foreign),
        asked.certificate,
    )
    request.write(tmp_path / "asked", hostile)
    done = certify(tipline, data, "--request", tmp_path / "asked", "--out", tmp_path / "g", text=b"n\n")
    lines = done.stdout.decode().splitlines()
    assert b"\x1b" not in done.stdout
    assert b"over\\x1b[2Ksight" in done.stdout
    assert any(line.startswith("console") and "ANOTHER ONE" in line for line in lines)
    assert any("NEW: have the agency" in line for line in lines)
    assert [line for line in lines if "NEW: it has" in line and "Overseers" in line]


def test_the_person_sees_what_the_next_list_says_otherwise():
    """The agency asks to be known by another name, and to have the overseers' category."""
    police = Console("agency", "Harbour Police", frozenset({"drugs", "arms"}))
    overseers = Console("oversight", "Ombudsman", frozenset({"police-officials"}))
    before = Revocations(bytes(8), 2, frozenset(), (police, overseers))
    older = Revocations(bytes(8), 1, frozenset(), (replace(police, called="Police"),))
    asked = replace(police, called="Ombudsman of Police", categories=frozenset({"drugs", "officials"}))
    after = replace(before, serial=3, consoles=(asked, replace(overseers, categories=frozenset())))
    assert list(listing(after, "agency", [before, older])) == [
        "list     3, 0 signers revoked",
        "console  'agency', known as 'Ombudsman of Police'  ASKS",
        "         ANOTHER NAME than before: people knew it as 'Harbour Police'",
        "         its own categories: drugs, officials",
        "         NEW of these: officials",
        "         NO LONGER its own: arms",
        "console  'oversight', known as 'Ombudsman'",
        "         its own categories: none",
        "         NO LONGER its own: police-officials",
    ]
    joined = replace(before, consoles=(police, overseers))
    assert "console  'oversight', known as 'Ombudsman'  ASKS  NEW" in listing(joined, "oversight", [older])


@pytest.mark.assurance
def test_a_stolen_signer_is_revoked_and_replaced(tipline, data: Path, tmp_path: Path):
    """Request, revoke, certify, install: the new key is used, and the old one is on the list."""
    old, out = in_use(data), tmp_path / "grant"
    stolen = data / "agency" / "keys" / "signer.cert"
    shutil.copy(stolen, tmp_path / "stolen.cert")
    made = tipline("keys", "request", "--data", data, "--out", tmp_path / "asked", "--new-signer")
    assert made.returncode == 0, made.stderr
    assert in_use(data).key.public == old.key.public
    options = ("--request", tmp_path / "asked", "--out", out, "--yes")
    done = revoke(tipline, data, *options, "--certificate", stolen)
    assert done.returncode == 0, done.stderr
    assert f"speaks for agency until {old.certificate.not_after}" in done.stdout.decode()
    assert certify(tipline, data, *options).returncode == 0
    assert tipline("keys", "install", out, "--data", data).returncode == 0
    new = in_use(data)
    assert new.key.public == request.read(tmp_path / "asked").signer != old.key.public
    assert not (data / "agency" / "keys" / "signer.next").exists()
    listed = revocation.verified(public(data), signer.read_revocations(data / "agency" / "revocations"))
    assert (listed.serial, listed.revoked) == (2, {fingerprint(old.key.public)})
    again = revoke(tipline, data, "--revocations", data / "agency" / "revocations", "--signer",
                   fingerprint(old.key.public).hex(), "--out", tmp_path / "no", "--yes")  # fmt: skip
    assert again.returncode == 2


def test_a_next_signer_that_waited_already_is_named(tipline, data: Path, tmp_path: Path):
    """Who was on the host between two requests may have that key too: asking for it is a decision."""
    asking = ("keys", "request", "--data", data, "--out", tmp_path / "asked", "--new-signer")
    assert b"signer.next" not in tipline(*asking).stderr
    first = request.read(tmp_path / "asked").signer
    assert b"signer.next already. If somebody may have it too, delete it first." in tipline(*asking).stderr
    (data / "agency" / "keys" / "signer.next").unlink()
    assert b"signer.next" not in tipline(*asking).stderr
    assert request.read(tmp_path / "asked").signer != first


def test_a_revoked_signer_is_not_certified_again(tipline, data: Path, tmp_path: Path):
    """The request carries the list, and the root's machine reads it."""
    asked = asking.request_of(data / "agency")
    key = SigningKey(files.read(data / "offline" / "root.key", files.ROOT))
    listed = root.revoke(key, asked.revocations, [fingerprint(asked.signer)])
    with pytest.raises(KeyringError) as refused:
        root.answer(key, replace(asked, certificate=None, recovery=None, revocations=listed), clock.today())
    assert refused.value.failure == "revoked"


def test_lists_made_apart_become_one_and_a_console_leaves(tipline, data: Path, tmp_path: Path):
    """The agency's list revokes one signer, the keyring that the relay serves another; the next both."""
    root_key = SigningKey(files.read(data / "offline" / "root.key", files.ROOT))
    first = signer.read_revocations(data / "agency" / "revocations")
    overseers = Console("oversight", "Ombudsman", frozenset({"police-officials"}))
    ours = root.follow(root_key, [first], [b"a" * 32])
    theirs = root.follow(root_key, [first], [b"b" * 32], joining=overseers)
    files.replace(data / "agency" / "revocations", files.REVOCATIONS, ours.pack())
    (tmp_path / "keyring").write_bytes(keyring.pack(root_key.public, theirs, []))
    assert tipline("keys", "request", "--data", data, "--out", tmp_path / "asked").returncode == 0
    both = ["--request", tmp_path / "asked", "--revocations", tmp_path / "keyring"]
    done = revoke(tipline, data, *both, "--out", tmp_path / "one", text=b"y\n")
    assert done.returncode == 0, done.stderr
    assert b"list 3, 2 signers revoked" in done.stdout
    assert b"console  'oversight', known as 'Ombudsman'" in done.stdout
    assert tipline("keys", "install", "--data", data, tmp_path / "one").returncode == 0
    last = ["--revocations", tmp_path / "one" / "revocations", "--leaving", "oversight"]
    done = revoke(tipline, data, *last, "--out", tmp_path / "two", text=b"y\n")
    assert b"leaves   'oversight'" in done.stdout
    said = revocation.verified(root_key.public, signer.read_revocations(tmp_path / "two" / "revocations"))
    assert ([one.name for one in said.consoles], len(said.revoked), said.serial) == (["agency"], 2, 4)
