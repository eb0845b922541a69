"""A grant beside what is installed: it holds, takes nothing back, and what it lacks is taken from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tipline import clock
from tipline.ceremony.grant import Grant
from tipline.errors import KeyringError
from tipline.keyring import certificate, revocation
from tipline.keyring.certificate import Certificate
from tipline.keyring.signature import Signed, fingerprint
from tipline.keys import recovery, signer
from tipline.setup import settings_files


@dataclass(frozen=True)
class Whole:
    """A grant with nothing missing."""

    root_public: bytes
    certificate: Signed
    recovery: Signed
    revocations: Signed


def completed(folder: Path, given: Grant, root_fingerprint: bytes, renewed: bytes = b"") -> Whole:
    """Return a grant for the agency in *folder*, made whole with what is installed, once all of it holds.

    The recovery key of the desk *renewed* may be another than the installed one. Raises KeyringError for one
    of another root, console, signer or suite, for a new certificate that does not hold today, for what is
    older than what is installed, and for what is in neither.
    """
    if fingerprint(given.root_public) != root_fingerprint:
        raise KeyringError("root", "the grant is of another root")
    whole = Whole(
        given.root_public,
        _or_installed(given.certificate, folder / "keys" / "signer.cert", signer.read_certificate),
        _or_installed(given.recovery, folder / "recovery.pub", recovery.read),
        _or_installed(given.revocations, folder / "revocations", signer.read_revocations),
    )
    _check_certificate(folder, whole, is_new=given.certificate is not None)
    _check_recovery(folder, whole, renewed)
    _check_revocations(folder, whole)
    return whole


def _or_installed(signed: Signed | None, path: Path, read: Callable[[Path], Signed]) -> Signed:
    if signed is not None:
        return signed
    if not path.exists():
        raise KeyringError("grant", f"{path.name} is neither granted nor installed")
    return read(path)


def _check_certificate(folder: Path, whole: Whole, *, is_new: bool) -> None:
    path = folder / "keys" / "signer.cert"
    installed = signer.read_certificate(path) if path.exists() else None
    says = certificate.verified(whole.root_public, whole.certificate)
    signer.key_for(folder / "keys", says.signer)
    if says.console != settings_files.load_console(folder / "console.toml").console:
        raise KeyringError("signer", f"the certificate is of another console, {says.console}")
    if is_new:
        revocation.verified(whole.root_public, whole.revocations).check(says.signer)
    if is_new and whole.certificate != installed:
        _check_days(says)
    if is_new and installed is not None:
        old = certificate.verified(whole.root_public, installed)
        if says.signer == old.signer and says.serial < old.serial:
            raise KeyringError(
                "serial", f"certificate {says.serial} is older than the installed {old.serial}"
            )


def _check_days(says: Certificate) -> None:
    """Refuse what would stop the collector: a machine that is never online has no sure clock."""
    today = clock.today()
    if not says.not_before <= today <= says.not_after:
        raise KeyringError(
            "dates",
            f"the certificate is valid from {says.not_before} to {says.not_after}, today is {today}: set the "
            "clock of the machine with the root, and certify again",
        )


def _check_recovery(folder: Path, whole: Whole, renewed: bytes) -> None:
    new, path = recovery.verified(whole.root_public, whole.recovery), folder / "recovery.pub"
    suite = settings_files.load_console(folder / "console.toml").suite
    if new.suite != suite.code:
        raise KeyringError(
            "suite", f"the recovery keys are of another suite than this agency's, {suite.name}"
        )
    if not path.exists():
        return
    old = recovery.load(path, whole.root_public)
    if new.serial < old.serial:
        raise KeyringError("serial", f"recovery.pub {new.serial} is older than the installed {old.serial}")
    for key in old.desks:
        if new.of(key.id).public != key.public and key.id != renewed:
            raise KeyringError(
                "recovery", f"desk {key.name} has another recovery key: renew it with `tipline keys renew`"
            )


def _check_revocations(folder: Path, whole: Whole) -> None:
    new, path = revocation.verified(whole.root_public, whole.revocations), folder / "revocations"
    if not path.exists():
        return
    old = revocation.verified(whole.root_public, signer.read_revocations(path))
    if new.serial < old.serial or (new.serial == old.serial and new != old):
        raise KeyringError(
            "serial", f"list {new.serial} of revocations does not follow the installed {old.serial}"
        )
    if not old.revoked <= new.revoked:
        raise KeyringError("revoked", f"list {new.serial} leaves out a signer that was revoked before")
