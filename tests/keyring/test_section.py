from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tipline.errors import FormatError, KeyringError
from tipline.keyring import certificate, section
from tipline.keyring.section import Category, Desk
from tipline.keyring.signature import Signed
from tipline.keys.signing import SigningKey


def refused(agency, vouching, signed) -> str:
    """Return how a section is refused."""
    with pytest.raises(FormatError) as error:
        section.verified(agency.root.public, agency.nobody, (vouching, signed))
    return error.value.failure


def test_it_reads_what_a_certified_signer_signed(agency):
    """Root, signer and section hold, and every field comes back."""
    vouched = section.verified(agency.root.public, agency.nobody, agency.signed())
    assert vouched.section == agency.section
    assert vouched.certificate.console == "agency"


def test_it_refuses_another_signer(agency):
    """Only the key that the root named may sign."""
    vouching, _ = agency.signed()
    other = SigningKey.generate()
    assert refused(agency, vouching, other.sign(section.LABEL, agency.section.encode())) == "signature"


def test_it_refuses_a_signer_that_speaks_for_another_console(agency, oversight):
    """The agency's signer cannot publish the oversight body's section."""
    assert refused(agency, *agency.signed(console="oversight")) == "console"


def test_it_refuses_a_desk_that_the_certificate_does_not_name(agency, oversight):
    """The agency's signer cannot slip in a key for the oversight body's desk."""
    desk = Desk(oversight.desk, "Oversight", (agency.section.sorting,))
    assert refused(agency, *agency.signed(desks=(*agency.section.desks, desk))) == "desks"
    category = Category("police-misconduct", "Police", oversight.desk)
    assert refused(agency, *agency.signed(categories=(category,))) == "desks"


@pytest.mark.parametrize(
    "change",
    [
        {"serial": -1}, {"serial": 2**32}, {"serial": 1.5}, {"serial": True}, {"serial": "5"}, {"v": 2},
        {"not_after": "2026-13-01"}, {"not_after": "20261206"}, {"not_after": 1}, {"sorting": "AAAA"},
        {"sorting": None}, {"desks": {}}, {"desks": [1]}, {"desks": None}, {"categories": [{"code": "x"}]},
        {"console": ""}, {"console": 5}, {"work": None}, {"more": 1},
    ],
)  # fmt: skip
def test_it_refuses_fields_of_another_shape(agency, change: dict[str, object]):
    """A signature does not make nonsense sense."""
    fields = {**json.loads(agency.section.encode()), **change}
    signed = agency.key.sign(section.LABEL, json.dumps(fields).encode())
    assert refused(agency, agency.certificate(), signed) == "fields"


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b"{}", b"[" * 100_000, b"\xff"])
def test_it_refuses_what_is_no_section(agency, payload: bytes):
    """Signed rubbish is rubbish."""
    assert refused(agency, agency.certificate(), agency.key.sign(section.LABEL, payload)) == "fields"


def test_it_refuses_an_unknown_suite(agency):
    """A newer suite is named as what it is."""
    assert refused(agency, *agency.signed(suite=9)) == "suite"


def test_it_refuses_a_certificate_of_another_agency(agency):
    """A root that signs a certificate with another agency's id in it vouches for nothing."""
    says = certificate.verified(agency.root.public, agency.certificate())
    wrong = agency.root.sign(certificate.LABEL, replace(says, agency=bytes(8)).encode())
    assert refused(agency, wrong, agency.signed()[1]) == "agency"
    assert (
        refused(agency, Signed(wrong.payload, bytes(len(wrong.signature))), agency.signed()[1]) == "signature"
    )


@pytest.mark.parametrize(
    ("today", "holds"),
    [
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), True),
        (date(2026, 12, 6), True),
        (date(2026, 12, 7), False),
    ],
)
def test_it_checks_dates_apart(agency, today: date, holds: bool):
    """Dates are the last check, since a wrong clock must not shut a person out."""
    vouched = section.verified(agency.root.public, agency.nobody, agency.signed())
    assert vouched.holds(today) == holds
    if holds:
        vouched.check_dates(today)
    else:
        with pytest.raises(KeyringError) as error:
            vouched.check_dates(today)
        assert error.value.failure == "dates"
