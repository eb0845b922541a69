"""Intake and revoked signers: attacked with their key, their certificates and the handover secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.relay import Relay, ask
from tests.support import Agency
from tipline.board import board
from tipline.errors import KeyringError
from tipline.intake.published import Published
from tipline.keyring import keyring, section
from tipline.keyring.revocation import Console, Revocations
from tipline.keyring.signature import Signed
from tipline.seal import slot
from tipline.seal.suite import HYBRID
from tipline.wire import paths, shapes

HIGHEST = 2**32 - 1


@pytest.fixture
def folder(tmp_path: Path, agency: Agency) -> Path:
    (tmp_path / "root.pub").write_bytes(agency.root.public)
    return tmp_path


def successor(agency: Agency) -> Agency:
    """Return the same console with a new signer."""
    return Agency(root=agency.root, desk=agency.desk, sorting=agency.sorting, secret=agency.secret)


def opened(
    folder: Path, agency: Agency, consoles: tuple[str, ...] = ("agency",), floor: int = 0
) -> Published:
    return Published(folder, agency.fingerprint, consoles, {}, floor)


def posting(revocations: Signed, by: Agency | None = None, serial: int = 1) -> bytes:
    """Return a posting of these revocations, with a section of the console *by*."""
    signed = None if by is None else (by.certificate(), by.section(serial))
    return shapes.Posting(revocations, signed).pack()


def refused(published: Published, data: bytes, console: str = "agency") -> str:
    """Return how a posting is refused."""
    with pytest.raises(KeyringError) as error:
        published.post_keyring(console, data)
    return error.value.failure


def board_refused(published: Published, data: bytes) -> str:
    with pytest.raises(KeyringError) as error:
        published.post_board("agency", data)
    return error.value.failure


def signers_on(published: Published) -> list[bytes]:
    assert published.keyring is not None
    assert keyring.verified(published.keyring_bytes, published._fingerprint) == published.keyring
    return [vouched.certificate.signer for vouched in published.keyring.sections]


def test_what_a_revoked_signer_signed_is_no_longer_served(served: Relay) -> None:
    """At once, keyring and board, and whatever serial the thief has posted under; files too."""
    agency, new = served.agency, successor(served.agency)
    thief = posting(agency.revocations(), agency, HIGHEST)
    assert served.over("PUT", paths.KEYRING, thief).status == 204
    assert served.over("PUT", paths.BOARD, agency.board([slot.dummy()], serial=HIGHEST)).status == 204
    revoking = agency.revocations(2, agency)
    assert served.over("PUT", paths.KEYRING, posting(revoking)).status == 204
    assert ask(served.public, "GET", "/keyring").status == 503
    assert ask(served.public, "GET", "/board").body == board.pack([])
    assert served.put(agency.envelope()).status == 503
    assert [path.name for path in (served.folder / "published").iterdir()] == ["revocations"]
    assert served.over("PUT", paths.KEYRING, posting(revoking, new, 1)).status == 204
    shown = keyring.verified(ask(served.public, "GET", "/keyring").body, agency.fingerprint, {}, 2)
    assert [vouched.certificate.signer for vouched in shown.sections] == [new.signer.public]
    assert served.over("PUT", paths.BOARD, new.board([])).status == 204


def test_a_revoked_signer_s_postings_are_refused_whatever_list_comes_with_them(
    folder: Path, agency: Agency
) -> None:
    """The thief has key, certificate and handover secret, and the lists of before."""
    published, new = opened(folder, agency), successor(agency)
    published.post_keyring("agency", posting(agency.revocations(2, agency), new))
    before = published.keyring_bytes
    for revocations in (agency.revocations(1), agency.revocations(2, agency)):
        assert refused(published, posting(revocations, agency, HIGHEST)) == "revoked"
    assert refused(published, posting(agency.revocations(2), agency, HIGHEST)) == "revoked"
    assert refused(published, posting(agency.revocations(3), agency, HIGHEST)) == "revoked"
    forged = agency.signer.sign("revocations", agency.revocations(9).payload)
    assert refused(published, posting(forged, agency, HIGHEST)) == "signature"
    assert board_refused(published, agency.board([], serial=HIGHEST)) == "revoked"
    assert published.keyring_bytes == before


def test_the_list_counts_when_its_section_is_refused(folder: Path, agency: Agency) -> None:
    """A console whose own certificate is not there yet still shuts the thief out."""
    published = opened(folder, agency)
    published.post_keyring("agency", agency.keyring(5))
    assert refused(published, posting(agency.revocations(2, agency), agency, 6)) == "revoked"
    assert published.keyring is None
    assert opened(folder, agency).keyring is None


def test_the_newest_list_is_kept_over_a_restart_and_over_a_crash(folder: Path, agency: Agency) -> None:
    """What the list revokes is not served by the next process, even if its files were not removed yet."""
    published, new = opened(folder, agency), successor(agency)
    published.post_keyring("agency", agency.keyring(5))
    published.post_board("agency", agency.board([slot.dummy()]))
    left = {path: path.read_bytes() for path in (folder / "published").iterdir() if "agency" in path.name}
    published.post_keyring("agency", posting(agency.revocations(2, agency)))
    for path, data in left.items():
        path.write_bytes(data)
    after = opened(folder, agency)
    assert (after.keyring, after.board_bytes) == (None, board.pack([]))
    assert refused(after, agency.keyring(6)) == "revoked"
    after.post_keyring("agency", posting(agency.revocations(2, agency), new))
    assert signers_on(after) == signers_on(opened(folder, agency)) == [new.signer.public]


def test_one_console_s_news_reach_the_other(folder: Path, agency: Agency) -> None:
    """A list counts whoever posted it; a console that has an older one still speaks for itself."""
    oversight = Agency(console="oversight", root=agency.root, desk_id=bytes(16), category="police")
    published, new = opened(folder, agency, ("agency", "oversight")), successor(agency)
    published.post_keyring("agency", agency.keyring(5))
    published.post_keyring("oversight", posting(oversight.revocations(2, agency), oversight))
    assert signers_on(published) == [oversight.signer.public]
    published.post_keyring("agency", posting(agency.revocations(1), new))
    published.post_keyring("oversight", posting(oversight.revocations(1), oversight, 2))
    assert signers_on(published) == [new.signer.public, oversight.signer.public]
    assert published.keyring is not None
    assert published.keyring.revocations.serial == 2


def test_lists_made_apart_do_not_stop_each_other(folder: Path, agency: Agency) -> None:
    """Each console revoked its own stolen signer in list 2: neither thief publishes, and both consoles do."""
    oversight = Agency(console="oversight", root=agency.root, desk_id=bytes(16), category="police")
    published = opened(folder, agency, ("agency", "oversight"))
    new, newer = (
        successor(agency),
        Agency(console="oversight", root=agency.root, desk_id=bytes(16), category="police"),
    )
    published.post_keyring("agency", agency.keyring(5))
    published.post_keyring("oversight", oversight.keyring(5))
    published.post_keyring("oversight", posting(agency.revocations(2, oversight), newer))
    published.post_keyring("agency", posting(agency.revocations(2, agency), new))
    for known in (published, opened(folder, agency, ("agency", "oversight"))):
        assert signers_on(known) == [new.signer.public, newer.signer.public]
        for thief in (agency, oversight):
            assert (
                refused(known, posting(agency.revocations(2, oversight), thief, 9), thief.console)
                == "revoked"
            )
        assert known.keyring is not None
        assert len(known.keyring.revocations.revoked) == 1, "pages know the one that was first"
    published.post_keyring("agency", posting(agency.revocations(3, agency, oversight), new))
    assert len(keyring.verified(published.keyring_bytes, agency.fingerprint).revocations.revoked) == 2


def test_a_category_is_its_own_console_s_whoever_was_first(folder: Path, agency: Agency) -> None:
    """The agency's signer has published it already when the root's list gives it to the overseers."""
    oversight = Agency(console="oversight", root=agency.root, desk_id=bytes(16), category="police")
    published = opened(folder, agency, ("agency", "oversight"))
    taking = section.Category("police", "About the police", agency.desk_id)
    published.post_keyring("agency", agency.keyring(5, categories=(taking,)))
    consoles = (
        Console("agency", "Police", frozenset()),
        Console("oversight", "Overseers", frozenset({"police"})),
    )
    says = Revocations(agency.id, 2, frozenset(), consoles)
    listed = agency.root.sign("revocations", says.encode())
    published.post_keyring("oversight", posting(listed, oversight))
    assert signers_on(published) == [oversight.signer.public]
    again = shapes.Posting(listed, (agency.certificate(), agency.section(6, categories=(taking,)))).pack()
    assert refused(published, again) == "categories"
    published.post_keyring("agency", posting(listed, agency, 6))
    assert signers_on(published) == [agency.signer.public, oversight.signer.public]


def test_what_a_console_published_goes_with_its_line(folder: Path, agency: Agency) -> None:
    """Section and board, at the next start; the page then misses it, until the root names it no more."""
    oversight = Agency(console="oversight", root=agency.root, desk_id=bytes(16), category="police")
    both = opened(folder, agency, ("agency", "oversight"))
    for one in (agency, oversight):
        both.post_keyring(one.console, one.keyring(5))
        both.post_board(one.console, one.board([slot.dummy()]))
    alone = opened(folder, agency)
    assert signers_on(alone) == [agency.signer.public]
    heads = board.verified(alone.board_bytes, agency.root.public, alone._revocations)
    assert [section.head.console for section in heads] == ["agency"]


def test_a_list_below_the_page_s_floor_is_not_published(folder: Path, agency: Agency) -> None:
    """What the page would refuse is not served; it starts all the same, and the newer list repairs it."""
    new = successor(agency)
    opened(folder, agency).post_keyring("agency", agency.keyring(5))
    published = opened(folder, agency, floor=2)
    assert published.keyring is None
    assert refused(published, agency.keyring(6)) == "serial"
    published.post_keyring("agency", posting(agency.revocations(2, agency), new))
    assert signers_on(published) == [new.signer.public]


def test_a_stolen_signer_names_no_key_for_another_desk_or_console(served: Relay) -> None:
    """Before it is revoked: over the handover, with its secret, it speaks for its own desk alone."""
    agency, overseers = served.agency, bytes(range(16, 32))
    before = ask(served.public, "GET", "/keyring").body
    own = section.Desk(agency.desk_id, "Drugs desk", (agency.desk.public,))
    slipped = section.Desk(overseers, "Oversight", (HYBRID.generate().public,))
    category = section.Category("police", "About the police", overseers)
    for changes, failure in (
        ({"desks": (own, slipped), "categories": (category,)}, b"desks"),
        ({"desks": (slipped,), "categories": (category,)}, b"desks"),
        ({"categories": (category,)}, b"desks"),
        ({"console": "oversight"}, b"console"),
    ):
        answer = served.over("PUT", paths.KEYRING, agency.keyring(HIGHEST, **changes))
        assert (answer.status, answer.body[: len(failure)]) == (400, failure)
    wider = agency.certificate(desks=frozenset({agency.desk_id, overseers}))
    forged = Signed(wider.payload, agency.signer.sign("signer", wider.payload).signature)
    signed = agency.section(HIGHEST, desks=(own, slipped))
    answer = served.over("PUT", paths.KEYRING, shapes.Posting(agency.revocations(), (forged, signed)).pack())
    assert (answer.status, answer.body[:9]) == (400, b"signature")
    assert ask(served.public, "GET", "/keyring").body == before
