"""The page against a hostile relay: what it is built with is all it trusts.

The page, its files and its headers are intake's own; only the bytes of keyring and board are the attacker's,
who has a stolen signer.key with its certificate, the relay, and every keyring that was ever served.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.browser.conftest import Browser
from tests.intake.relay import relay
from tests.support import Agency, make_agency
from tipline import clock
from tipline.board import board
from tipline.intake import rack
from tipline.intake.serve import Intake
from tipline.keyring import certificate, keyring, revocation, section
from tipline.keyring.revocation import Console, Revocations
from tipline.keyring.signature import Signed, fingerprint
from tipline.seal import slot
from tipline.seal.message import to_base64
from tipline.seal.suite import APPROVED, HYBRID
from tipline.wire.shapes import Posting

OVERSIGHT = bytes(range(16, 32))
THIEF = make_agency()
REFUSED = "Something is wrong with this site"


@dataclass(frozen=True)
class Hostile:
    """A relay that serves the page of *agency*, and the keyring and board that it is told to."""

    agency: Agency
    intake: Intake
    url: str

    def serve(self, keyring_bytes: bytes, board_bytes: bytes = board.pack([])) -> None:
        published = self.intake._published
        published.keyring_bytes, published.board_bytes = keyring_bytes, board_bytes

    @property
    def envelopes(self) -> int:
        return len(self.intake._rack.waiting(self.intake._rack.envelopes, self.agency.console))


@contextmanager
def hostile(folder: Path, **changes: object) -> Iterator[Hostile]:
    agency = make_agency()
    with relay(folder / "relay", agency, plain=None, **changes) as made:
        settings = made.settings
        rack.create(made.folder / "rack.db", settings.envelope_places, settings.parcel_places)
        intake = Intake(settings)
        listed = agency.revocations(settings.revocations_floor)
        own = agency.certificate(), agency.section(9)
        intake._published.post_keyring(agency.console, Posting(listed, own).pack())
        with intake:
            yield Hostile(agency, intake, f"http://127.0.0.1:{made.public}/")


def ring(
    agency: Agency, signed: Signed, vouching: Signed | None = None, revocations: Signed | None = None
) -> bytes:
    """Return a keyring's bytes: what *agency* would serve, but for what is given."""
    listed = revocations or agency.revocations()
    return keyring.pack(agency.root.public, listed, [(vouching or agency.certificate(), signed)])


def forged(agency: Agency) -> bytes:
    """The thief's own signer, its certificate signed with another root than the one built in."""
    own = Agency(root=THIEF.root, desk_id=agency.desk_id)
    says = certificate.Certificate(
        agency.id, agency.console, 1, own.signer.public, frozenset({agency.desk_id}), *around(clock.today())
    )
    vouching = THIEF.root.sign(certificate.LABEL, says.encode())
    return ring(agency, own.section(9), vouching)


def another_root(agency: Agency) -> bytes:
    """All of it is in order, under the thief's own root."""
    return ring(THIEF, THIEF.section(9))


def altered(agency: Agency) -> bytes:
    """The thief's key in the place of the desk's, under the signature as it was."""
    good = agency.section(9)
    own = to_base64(HYBRID.generate().public).encode()
    payload = good.payload.replace(to_base64(agency.desk.public).encode(), own)
    assert payload != good.payload
    return ring(agency, Signed(payload, good.signature))


def revoked(agency: Agency) -> bytes:
    """The stolen signer signs on, and names the thief's own key."""
    own = section.Desk(agency.desk_id, "Drugs desk", (HYBRID.generate().public,))
    return ring(agency, agency.section(99, desks=(own,)), revocations=agency.revocations(2, agency))


def unrevoked(agency: Agency) -> bytes:
    """The stolen signer, with the list from before it was revoked."""
    return ring(agency, agency.section(99), revocations=agency.revocations(1))


def forged_list(agency: Agency) -> bytes:
    """A newer list that revokes nobody, signed with the stolen signer's key."""
    says = Revocations(agency.id, 9, frozenset())
    return ring(agency, agency.section(99), revocations=agency.signer.sign(revocation.LABEL, says.encode()))


def older(agency: Agency) -> bytes:
    """A keyring as it was served once; the page is built with a newer serial."""
    return ring(agency, agency.section(4))


def another_suite(agency: Agency) -> bytes:
    """A section of the other suite than the page's, with whole keys of that one, signed as it should be."""
    other = APPROVED
    own = section.Desk(agency.desk_id, "Drugs desk", (other.generate().public,))
    signed = agency.section(9, suite=other.code, sorting=other.generate().public, desks=(own,))
    return ring(agency, signed)


def another_desk(agency: Agency) -> bytes:
    """A signer that is certified for triage names a key of its own for the overseers' desk."""
    desks = (
        section.Desk(agency.desk_id, "Drugs desk", (agency.desk.public,)),
        section.Desk(OVERSIGHT, "Oversight", (HYBRID.generate().public,)),
    )
    about = (section.Category("police", "About the police", OVERSIGHT),)
    return ring(agency, agency.section(9, desks=desks, categories=about))


def another_console(agency: Agency) -> bytes:
    """It speaks for the overseers' console."""
    return ring(agency, agency.section(9, console="oversight"))


def naming_both(agency: Agency) -> Signed:
    """The root's list: the category "police" is the overseers' alone."""
    consoles = (
        Console("agency", "City police", frozenset()),
        Console("oversight", "Police ombudsman", frozenset({"police"})),
    )
    says = Revocations(agency.id, 2, frozenset(), consoles)
    return agency.root.sign(revocation.LABEL, says.encode())


def captured(agency: Agency) -> bytes:
    """The agency's own signer offers the overseers' category, and the relay leaves their section out."""
    about = (section.Category("police", "About the police", agency.desk_id),)
    return ring(agency, agency.section(9, categories=about), revocations=naming_both(agency))


def around(today: date) -> tuple[date, date]:
    return today - timedelta(days=1), today + timedelta(days=13)


FLOORS = {"serial_floors": {"agency": 5}, "revocations_floor": 1}


@pytest.fixture(scope="module")
def relay_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with hostile(tmp_path_factory.mktemp("hostile"), **FLOORS) as serving:
        yield serving


def test_what_is_in_order_is_used(chromium: Browser, relay_: Hostile):
    """Or else every refusal here would show nothing."""
    relay_.serve(ring(relay_.agency, relay_.agency.section(9)))
    shown = chromium("look", url=relay_.url)
    assert REFUSED not in shown["shown"]
    what = {"url": relay_.url, "category": "drugs", "danger": "no", "text": "Crates."}
    assert chromium("tell", **what)["receipt"]


@pytest.mark.parametrize(
    "make",
    [
        forged, another_root, altered, revoked, forged_list, older, another_suite, another_desk,
        another_console, captured,
    ],
)  # fmt: skip
def test_it_seals_nothing_to_such_a_keyring(chromium: Browser, relay_: Hostile, make):
    """It says that something is wrong, offers nothing to send to, and sends nothing."""
    check_refused(chromium, relay_, make(relay_.agency))


def test_it_knows_of_a_revocation_that_was_built_in(chromium: Browser, tmp_path: Path):
    """The thief's relay serves the list of before, and the page's own floor is above it."""
    with hostile(tmp_path, **{**FLOORS, "revocations_floor": 2}) as serving:
        agency = serving.agency
        check_refused(chromium, serving, unrevoked(agency))
        serving.serve(ring(agency, agency.section(99), revocations=agency.revocations(2)))
        assert chromium("lookAtKeys", url=serving.url)["send"] is True


def check_refused(chromium: Browser, serving: Hostile, hostile_bytes: bytes) -> None:
    serving.serve(hostile_bytes)
    shown = chromium("lookAtKeys", url=serving.url)
    assert shown["notice"].startswith(REFUSED)
    assert shown["categories"] == 0
    assert shown["send"] is False
    assert shown["replies"] is False
    assert [asked for asked in shown["requests"] if not asked.startswith("GET")] == []


def test_when_only_the_dates_are_off_it_asks_and_shows_both(chromium: Browser, relay_: Hostile):
    """Nothing is sent before the person says that their device is wrong; then it is."""
    today = clock.today()
    first, last = today - timedelta(days=60), today - timedelta(days=46)
    relay_.serve(ring(relay_.agency, relay_.agency.section(9, not_before=first, not_after=last)))
    asked = chromium("lookAtKeys", url=relay_.url)
    assert asked["notice"].startswith("Is the date on your device right?")
    for day in (first, last, today):
        assert f"{day:%B} {day.day}, {day.year}" in asked["notice"]
    assert asked["send"] is False
    before = relay_.envelopes
    what = {"url": relay_.url, "category": "drugs", "danger": "no", "text": "Crates."}
    assert chromium("tellDespiteDates", **what)["receipt"]
    assert relay_.envelopes == before + 1


@pytest.mark.parametrize("dates", ["certificate", "ahead"])
def test_it_asks_whichever_date_is_off(chromium: Browser, relay_: Hostile, dates: str):
    """Of the certificate, and from the future as well."""
    today = clock.today()
    vouching, signed = None, relay_.agency.section(9)
    if dates == "certificate":
        vouching = relay_.agency.certificate(not_after=today - timedelta(days=1))
    else:
        signed = relay_.agency.section(9, not_before=today + timedelta(days=2))
    relay_.serve(ring(relay_.agency, signed, vouching))
    asked = chromium("lookAtKeys", url=relay_.url)
    assert asked["notice"].startswith("Is the date on your device right?")
    assert asked["send"] is False


def both(agency: Agency, **changes: object) -> bytes:
    """The agency's keyring with the overseers' section beside its own; *changes* are of theirs."""
    overseers = Agency("oversight", root=agency.root, desk_id=OVERSIGHT, category="police")
    own = agency.certificate(), agency.section(9)
    theirs = overseers.certificate(), overseers.section(9, **changes)
    return keyring.pack(agency.root.public, agency.revocations(), [own, theirs])


def test_only_the_days_of_what_is_sealed_to_matter(chromium: Browser, relay_: Hostile):
    """The overseers' section is over: the police can be told, and it asks once the overseers are chosen."""
    today = clock.today()
    over = {"not_before": today - timedelta(days=20), "not_after": today - timedelta(days=6)}
    relay_.serve(both(relay_.agency, **over))
    for category, notice, send in (
        ("drugs", "", True),
        ("police", "Is the date on your device right?", False),
    ):
        shown = chromium("lookAtKeys", url=relay_.url, category=category)
        assert shown["notice"].startswith(notice)
        assert bool(shown["notice"]) != send
        assert shown["send"] is send
    what = {"url": relay_.url, "category": "drugs", "danger": "no", "text": "Crates."}
    assert chromium("tell", **what)["receipt"]


def test_a_section_that_is_left_out_is_missed(chromium: Browser, relay_: Hostile):
    """The root's list names the overseers: the page says that they cannot be reached, and what not to do."""
    agency = relay_.agency
    relay_.serve(ring(agency, agency.section(9), revocations=naming_both(agency)))
    shown = chromium("lookAtKeys", url=relay_.url)
    assert "Police ombudsman" in shown["missing"]
    assert "Do not choose something else instead" in shown["missing"]
    assert shown["send"] is True


def test_a_revoked_signer_s_board_shows_no_answer(chromium: Browser, relay_: Hostile):
    """The keyring is the agency's with its new signer, and the board is the thief's."""
    agency = relay_.agency
    new = Agency(root=agency.root, desk=agency.desk, sorting=agency.sorting)
    listed = agency.revocations(2, agency)
    assert fingerprint(agency.signer.public) in revocation.verified(agency.root.public, listed).revoked
    good = keyring.pack(agency.root.public, listed, [(new.certificate(), new.section(9))])
    relay_.serve(good, board.pack([agency.board([slot.dummy()], serial=99)]))
    shown = chromium("lookAtKeys", url=relay_.url)
    assert shown["notice"].startswith("The answers are not here")
    assert (shown["send"], shown["replies"]) == (True, False)
    relay_.serve(good, board.pack([new.board([slot.dummy()], serial=1)]))
    assert chromium("lookAtKeys", url=relay_.url)["replies"] is True
