"""The root, kept offline: which consoles there are, which signer speaks for each and for which desks, and
which no more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tipline.ceremony.request import Request
from tipline.errors import SettingsError
from tipline.keyring import certificate, revocation
from tipline.keyring.certificate import Certificate
from tipline.keyring.revocation import Console, Revocations
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


def revoke(root: SigningKey, old: Signed, signers: Iterable[bytes]) -> Signed:
    """Return the list after the *old* one, with *signers* (32-byte fingerprints) on it too.

    Raises KeyringError when the old one is not this root's.
    """
    before = revocation.verified(root.public, old)
    after = replace(before, serial=before.serial + 1, revoked=before.revoked | frozenset(signers))
    return root.sign(revocation.LABEL, after.encode())


def follow(
    root: SigningKey,
    lists: Sequence[Signed],
    signers: Iterable[bytes] = (),
    joining: Console | None = None,
    leaving: Collection[str] = (),
) -> Signed:
    """Return the list after all of *lists*, which may have been made apart: it revokes what any of them does.

    Without any it is the first. It revokes *signers* too, names the console *joining* as this says and no
    console *leaving*. Consoles are otherwise those of the newest. A list that says all of this already is
    returned as it is. Raises KeyringError when one is not this root's, and SettingsError when a category
    would be that of two consoles, or people would know two by one name.
    """
    known = [(revocation.verified(root.public, signed), signed) for signed in lists]
    newest = max((says.serial for says, _ in known), default=0)
    consoles = {one.name: one for says, _ in known if says.serial == newest for one in says.consoles}
    if joining is not None:
        consoles[joining.name] = joining
    wanted = Revocations(
        agency_id(root.public),
        newest,
        frozenset(signers).union(*(says.revoked for says, _ in known)),
        tuple(one for name, one in consoles.items() if name not in leaving),
    )
    _check_apart(wanted.consoles)
    same = (signed for says, signed in known if says == wanted)
    after = replace(wanted, serial=newest + 1)
    return next(same, None) or root.sign(revocation.LABEL, after.encode())


def _check_apart(consoles: Iterable[Console]) -> None:
    owners: dict[str, str] = {}
    called: set[str] = set()
    for one in consoles:
        # "Read by" on the page is all that tells a look-alike category from the true one.
        name = "".join(unicodedata.normalize("NFKC", one.called).casefold().split())
        if name in called:
            raise SettingsError(f"two consoles would be known as {one.called!a}: people could not tell them")
        called.add(name)
        for code in sorted(one.categories):
            if owners.setdefault(code, one.name) != one.name:
                raise SettingsError(f"{code} is the category of {owners[code]} already: choose another code")


def _from(today: date) -> date:
    # Somewhere it is still yesterday, and a visitor's page goes by the date there.
    return today - timedelta(days=1)


def _until(today: date) -> date:
    return _from(today) + timedelta(days=CERTIFICATE_DAYS)
