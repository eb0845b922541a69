from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tipline.ceremony import root
from tipline.errors import KeyringError, SettingsError
from tipline.keyring import certificate, revocation
from tipline.keyring.revocation import Console
from tipline.keyring.signature import agency_id
from tipline.keys.signing import SigningKey

ROOT, SIGNER = SigningKey.generate(), SigningKey.generate()
DESK, OTHER = bytes(16), bytes(range(16))
TODAY = date(2026, 11, 23)


def test_it_certifies_a_signer_for_ninety_days():
    """The root says who speaks for a console, for which desks, until when."""
    says = certificate.verified(ROOT.public, root.certify(ROOT, "agency", SIGNER.public, [DESK], TODAY))
    assert says == certificate.Certificate(
        agency=agency_id(ROOT.public),
        console="agency",
        serial=1,
        signer=SIGNER.public,
        desks=frozenset([DESK]),
        not_before=TODAY - timedelta(days=1),
        not_after=TODAY + timedelta(days=89),
    )


POLICE = Console("agency", "Harbour Police", frozenset({"drugs"}))


@pytest.mark.parametrize(
    ("joining", "says"),
    [
        (Console("oversight", "Ombudsman", frozenset({"drugs"})), "drugs is the category of agency"),
        (Console("oversight", "harbour  police", frozenset({"police"})), "two consoles would be known as"),
        (Console("oversight", "Harbour\u00a0Police", frozenset()), "two consoles would be known as"),
    ],
)
def test_no_list_gives_two_consoles_one_category_or_one_name(joining: Console, says: str):
    """What people see above a choice is who reads it, and is all that tells two alike ones apart."""
    first = root.follow(ROOT, [], joining=POLICE)
    with pytest.raises(SettingsError, match=says):
        root.follow(ROOT, [first], joining=joining)
    apart = replace(joining, called="Ombudsman", categories=frozenset({"police"}))
    assert revocation.verified(ROOT.public, root.follow(ROOT, [first], joining=apart)).consoles == (
        POLICE,
        apart,
    )


def test_it_renews_the_same_signer():
    """The same signer and desks, a desk more, from today on, with the next serial."""
    old = root.certify(ROOT, "agency", SIGNER.public, [DESK], TODAY)
    later = TODAY + timedelta(days=80)
    says = certificate.verified(ROOT.public, root.renew(ROOT, old, later, [OTHER]))
    assert (says.serial, says.signer, says.desks) == (2, SIGNER.public, {DESK, OTHER})
    assert says.not_after == later + timedelta(days=89)


def test_it_renews_only_its_own():
    """A certificate of another root is not taken over."""
    old = root.certify(SigningKey.generate(), "agency", SIGNER.public, [DESK], TODAY)
    with pytest.raises(KeyringError):
        root.renew(ROOT, old, TODAY)
