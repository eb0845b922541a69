"""The root, kept offline: it says which signer speaks for a console, for which desks, and which no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from tipline.ceremony.request import Request
from tipline.keyring import certificate, revocation
from tipline.keyring.certificate import Certificate
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import Signed, agency_id
from tipline.keys.signing import SigningKey

CERTIFICATE_DAYS = 90


def certify(  # noqa: PLR0913  what a certificate says
    root: SigningKey, console: str, signer: bytes, desks: Iterable[bytes], today: date, *, serial: int = 1
) -> Signed:
    """Certify the public key *signer* for *console* and its receiving *desks* (16-byte ids), from *today*."""
    vouching = Certificate(
        agency=agency_id(root.public),
        console=console,
        serial=serial,
        signer=signer,
        desks=frozenset(desks),
        not_before=_from(today),
        not_after=_until(today),
    )
    return root.sign(certificate.LABEL, vouching.encode())


def answer(root: SigningKey, asked: Request, today: date) -> Signed:
    """Certify the signer of a request for exactly the desks that it says receive, from *today*.

    Raises KeyringError when what the request brings along is not this root's, and "revoked" for a signer that
    is on its list.
    """
    receiving = [desk.id for desk in asked.desks if desk.receives]
    if asked.revocations:
        revocation.verified(root.public, asked.revocations).check(asked.signer)
    before = certificate.verified(root.public, asked.certificate).serial if asked.certificate else 0
    return certify(root, asked.console, asked.signer, receiving, today, serial=before + 1)


def renew(root: SigningKey, old: Signed, today: date, more_desks: Iterable[bytes] = ()) -> Signed:
    """Certify the signer of an *old* certificate of this root for 90 more days, with *more_desks* added.

    Raises KeyringError when the old one is not this root's.
    """
    before = certificate.verified(root.public, old)
    after = replace(
        before,
        serial=before.serial + 1,
        desks=before.desks | frozenset(more_desks),
        not_before=_from(today),
        not_after=_until(today),
    )
    return root.sign(certificate.LABEL, after.encode())


def first_revocations(root: SigningKey) -> Signed:
    """Return the list that a new agency begins with: it revokes nobody."""
    return root.sign(revocation.LABEL, Revocations(agency_id(root.public), 1, frozenset()).encode())


def revoke(root: SigningKey, old: Signed, signers: Iterable[bytes]) -> Signed:
    """Return the list after the *old* one, with *signers* (32-byte fingerprints) on it too.

    Raises KeyringError when the old one is not this root's.
    """
    before = revocation.verified(root.public, old)
    after = replace(before, serial=before.serial + 1, revoked=before.revoked | frozenset(signers))
    return root.sign(revocation.LABEL, after.encode())


def _from(today: date) -> date:
    # Somewhere it is still yesterday, and a visitor's page goes by the date there.
    return today - timedelta(days=1)


def _until(today: date) -> date:
    return _from(today) + timedelta(days=CERTIFICATE_DAYS)
