from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tipline.ceremony import root
from tipline.errors import FormatError, KeyringError
from tipline.keyring import keyring, revocation
from tipline.keyring.revocation import Console, Revocations
from tipline.keyring.section import Category
from tipline.keyring.signature import Signed, agency_id, fingerprint
from tipline.keys.signing import SigningKey
from tipline.seal.suite import APPROVED, HYBRID, Suite

OVERSEERS = Console("oversight", "Overseers", frozenset({"police-misconduct"}))


def nobody(agency) -> Signed:
    """Return the list with which an agency begins."""
    return root.follow(agency.root, [])


@pytest.fixture(scope="module")
def packed(agency, oversight) -> bytes:
    return keyring.pack(agency.root.public, nobody(agency), [agency.signed(), oversight.signed()])


def refused(
    data: bytes, print_: bytes, floors: dict[str, int] | None = None, suite: Suite | None = None
) -> str:
    """Return how a keyring is refused."""
    with pytest.raises(FormatError) as error:
        keyring.verified(data, print_, floors, suite=suite)
    return error.value.failure


def test_it_reads_the_sections_of_two_consoles(agency, oversight, packed: bytes):
    """Each console speaks for itself, and a category leads to its desk."""
    ring = keyring.verified(packed, fingerprint(agency.root.public))
    assert [vouched.section.console for vouched in ring.sections] == ["agency", "oversight"]
    assert ring.epochs == {2968}
    found, category, desk = ring.find("police-misconduct")
    assert (found.console, category.code, desk.id) == ("oversight", "police-misconduct", oversight.desk)
    with pytest.raises(KeyringError):
        ring.find("nonsense")


def test_the_days_of_one_console_do_not_matter_to_the_other(agency, oversight):
    """Whose section is over is whose tips wait, in either order."""
    over = oversight.signed(not_after=date(2026, 11, 30))
    for sections in ([agency.signed(), over], [over, agency.signed()]):
        packed = keyring.pack(agency.root.public, nobody(agency), sections)
        ring = keyring.verified(packed, fingerprint(agency.root.public))
        ring.check_dates("drugs", date(2026, 12, 1))
        with pytest.raises(KeyringError) as error:
            ring.check_dates("police-misconduct", date(2026, 12, 1))
        assert error.value.failure == "dates"


def test_it_refuses_another_root(agency, packed: bytes):
    """The fingerprint is what a page is built with."""
    assert refused(packed, bytes(32)) == "root"
    other = SigningKey.generate()
    assert refused(packed[:5] + other.public + packed[5 + 1984 :], fingerprint(other.public)) == "signature"


def test_it_refuses_every_single_changed_or_missing_byte(agency, packed: bytes):
    """Signatures cover the bytes as served, and nothing may follow."""
    print_ = fingerprint(agency.root.public)
    for at in range(0, len(packed), 97):
        wrong = packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :]
        assert refused(wrong, print_)
        assert refused(packed[:at], print_) in {"size", "magic"}
    assert refused(packed + b"\0", print_) == "size"


def test_it_refuses_sections_that_do_not_go_together(agency, oversight):
    """One section a console, two consoles at most, a category once, at least one."""
    print_ = fingerprint(agency.root.public)
    for sections in ([], [agency.signed()] * 2):
        assert refused(keyring.pack(agency.root.public, nobody(agency), sections), print_) == "sections"
    twice = type(oversight)(agency.root, "oversight", bytes(16), "drugs")
    both = keyring.pack(agency.root.public, nobody(agency), [agency.signed(), twice.signed()])
    assert refused(both, print_) == "sections"


def test_no_desk_is_of_two_consoles(agency, oversight):
    """A root that was asked to certify the other one's desk too: later messages go to a desk by its id."""
    print_ = fingerprint(agency.root.public)
    taking = type(oversight)(agency.root, "oversight", agency.desk, "police-misconduct")
    for sections in ([agency.signed(), taking.signed()], [taking.signed(), agency.signed()]):
        assert refused(keyring.pack(agency.root.public, nobody(agency), sections), print_) == "sections"
        keyring.verified(keyring.pack(agency.root.public, nobody(agency), sections[:1]), print_)
    twice = agency.signed(desks=agency.section.desks * 2)
    assert refused(keyring.pack(agency.root.public, nobody(agency), [twice]), print_) == "sections"


def of_suite(console, suite: Suite) -> tuple[Signed, Signed]:
    """Return a console's section with whole keys of a *suite*, signed as it should be."""
    public = suite.private(bytes(32)).public
    desks = tuple(replace(desk, keys=(public,)) for desk in console.section.desks)
    return console.signed(suite=suite.code, sorting=public, desks=desks)


def test_it_refuses_another_suite(agency, oversight):
    """Than the one that is built in, upwards and downwards; and two consoles of two suites in any case."""
    print_ = fingerprint(agency.root.public)
    for own, other in ((HYBRID, APPROVED), (APPROVED, HYBRID)):
        one = keyring.pack(agency.root.public, nobody(agency), [of_suite(agency, other)])
        assert keyring.verified(one, print_, suite=other).suite == other
        assert refused(one, print_, suite=own) == "suite"
        assert refused(one, print_, {"agency": 6}, suite=own) == "suite", "as the page says it"
        mixed = [of_suite(agency, own), of_suite(oversight, other)]
        two = keyring.pack(agency.root.public, nobody(agency), mixed)
        assert refused(two, print_, suite=own) == refused(two, print_) == "suite"


def test_it_refuses_a_section_older_than_the_page(agency, packed: bytes):
    """A relay cannot go back to keys that were replaced."""
    print_ = fingerprint(agency.root.public)
    keyring.verified(packed, print_, {"agency": 5})
    assert refused(packed, print_, {"agency": 6}) == "serial"


def test_it_refuses_a_revoked_signer(agency, oversight):
    """One console's revoked signer spoils the whole keyring; a list with others on it does not."""
    print_ = fingerprint(agency.root.public)
    revoking = root.revoke(agency.root, nobody(agency), [fingerprint(oversight.key.public)])
    both = keyring.pack(agency.root.public, revoking, [agency.signed(), oversight.signed()])
    assert refused(both, print_) == "revoked"
    alone = keyring.verified(keyring.pack(agency.root.public, revoking, [agency.signed()]), print_)
    assert (alone.revocations.serial, len(alone.revocations.revoked)) == (2, 1)


def test_it_refuses_a_list_of_revocations_older_than_the_page(agency, packed: bytes):
    """A relay cannot bring a revoked signer back with the list of before."""
    print_ = fingerprint(agency.root.public)
    keyring.verified(packed, print_, {}, 1)
    with pytest.raises(KeyringError) as error:
        keyring.verified(packed, print_, {}, 2)
    assert error.value.failure == "serial"


def named(agency, *consoles: Console) -> Signed:
    """Return a list that names these consoles."""
    says = Revocations(agency_id(agency.root.public), 2, frozenset(), consoles)
    return agency.root.sign(revocation.LABEL, says.encode())


def test_a_section_that_was_left_out_is_missed(agency, oversight):
    """By everybody who reads the keyring, since the root's list is in it."""
    listed = named(agency, Console("agency", "Police", frozenset()), OVERSEERS)
    print_ = fingerprint(agency.root.public)
    both = keyring.pack(agency.root.public, listed, [agency.signed(), oversight.signed()])
    assert keyring.verified(both, print_).missing == ()
    alone = keyring.verified(keyring.pack(agency.root.public, listed, [agency.signed()]), print_)
    assert (alone.missing, alone.called("agency")) == ((OVERSEERS,), "Police")


def test_no_other_console_offers_a_category_that_is_one_s_own(agency, oversight):
    """Whether or not the other's section is there, and who is first at the relay does not matter."""
    listed = named(agency, Console("agency", "Police", frozenset()), OVERSEERS)
    taken = agency.signed(categories=(Category("police-misconduct", "Taken", agency.desk),))
    for sections in ([taken], [taken, oversight.signed()], [oversight.signed(), taken]):
        packed = keyring.pack(agency.root.public, listed, sections)
        assert refused(packed, fingerprint(agency.root.public)) == "categories"


def test_a_console_that_the_root_no_longer_names_says_nothing(agency, oversight):
    """Its section would be refused, so a relay leaves it out."""
    listed = named(agency, Console("agency", "Police", frozenset()))
    print_ = fingerprint(agency.root.public)
    both = keyring.pack(agency.root.public, listed, [agency.signed(), oversight.signed()])
    assert refused(both, print_) == "console"
    assert keyring.verified(keyring.pack(agency.root.public, listed, [agency.signed()]), print_).missing == ()
