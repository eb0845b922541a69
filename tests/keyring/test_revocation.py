from __future__ import annotations

import pytest

from tipline.ceremony import root
from tipline.errors import KeyringError, SettingsError
from tipline.keyring import revocation
from tipline.keyring.revocation import Console, Revocations
from tipline.keyring.signature import Signed, agency_id, fingerprint
from tipline.keys.signing import SigningKey

OTHER = SigningKey.generate()


def refused(agency, signed: Signed, floor: int = 0) -> str:
    """Return how a list is refused."""
    with pytest.raises(KeyringError) as error:
        revocation.verified(agency.root.public, signed, floor)
    return error.value.failure


def test_each_list_names_all_that_the_one_before_named(agency):
    """The first names nobody; a signer once revoked stays so."""
    first = root.follow(agency.root, [])
    second = root.revoke(agency.root, first, [fingerprint(OTHER.public)])
    third = root.revoke(agency.root, second, [bytes(32)])
    said = [revocation.verified(agency.root.public, signed) for signed in (first, second, third)]
    assert [revocations.serial for revocations in said] == [1, 2, 3]
    assert said[2].revoked == {fingerprint(OTHER.public), bytes(32)}
    said[0].check(OTHER.public)
    for revocations in said[1:]:
        revocations.check(agency.key.public)
        with pytest.raises(KeyringError) as error:
            revocations.check(OTHER.public)
        assert error.value.failure == "revoked"


def test_only_the_root_revokes(agency):
    """A signer cannot, nor another root, nor can something else that the root signed pass for a list."""
    says = Revocations(agency_id(agency.root.public), 2, frozenset())
    for key in (agency.key, OTHER):
        assert refused(agency, key.sign(revocation.LABEL, says.encode())) == "signature"
    assert refused(agency, agency.root.sign("signer", says.encode())) == "signature"
    assert refused(agency, agency.certificate()) == "signature"
    foreign = Revocations(agency_id(OTHER.public), 2, frozenset())
    assert refused(agency, agency.root.sign(revocation.LABEL, foreign.encode())) == "agency"
    with pytest.raises(KeyringError):
        root.revoke(OTHER, root.follow(agency.root, []), [])


def test_an_older_list_is_refused_where_a_newer_one_is_known(agency):
    """At its floor a list is taken."""
    first = root.follow(agency.root, [])
    revocation.verified(agency.root.public, first, 1)
    assert refused(agency, first, 2) == "serial"


POLICE, OVERSEERS = (
    Console("agency", "Police", frozenset({"drugs"})),
    Console("oversight", "Overseers", frozenset({"police-officials"})),
)


def test_a_list_after_two_that_were_made_apart_revokes_what_either_does(agency):
    """And so extends both, whoever has which; nothing is lost, and nothing comes back."""
    first = root.follow(agency.root, [], joining=POLICE)
    one, other = (root.revoke(agency.root, first, [bytes([number]) * 32]) for number in (1, 2))
    both = said(agency, root.follow(agency.root, [one, other]))
    assert (both.serial, both.revoked) == (3, {b"\x01" * 32, b"\x02" * 32})
    assert both.consoles == (POLICE,)
    assert all(both.extends(said(agency, signed)) for signed in (first, one, other))
    assert not any(said(agency, signed).extends(both) for signed in (first, one, other))
    assert not said(agency, one).extends(said(agency, other))


def test_a_console_joins_and_leaves_by_the_next_list(agency):
    """The other one's entry stays; saying again what a list says makes no other one."""
    first = root.follow(agency.root, [], joining=POLICE)
    second = root.follow(agency.root, [first], joining=OVERSEERS)
    assert [said(agency, signed).serial for signed in (first, second)] == [1, 2]
    assert said(agency, second).consoles == (POLICE, OVERSEERS)
    assert root.follow(agency.root, [first, second], joining=POLICE) == second
    left = said(agency, root.follow(agency.root, [second], leaving=["oversight"]))
    assert (left.serial, left.consoles) == (3, (POLICE,))
    forgotten = said(
        agency, root.follow(agency.root, [root.follow(agency.root, [second], leaving=["agency"]), first])
    )
    assert forgotten.consoles == (OVERSEERS,), "an older list brings no console back"


def test_no_list_gives_a_category_to_two_consoles(agency):
    """Whoever asks second is told."""
    first = root.follow(agency.root, [], joining=POLICE)
    greedy = Console("oversight", "Overseers", frozenset({"drugs"}))
    with pytest.raises(SettingsError, match="drugs is the category of agency"):
        root.follow(agency.root, [first], joining=greedy)


def said(agency, signed: Signed) -> Revocations:
    return revocation.verified(agency.root.public, signed)
