"""A roster's chain: who may sign what, and every step that was changed, left out or put back is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tipline import clock
from tipline.ceremony import root
from tipline.errors import RosterError
from tipline.keyring.revocation import Revocations
from tipline.keyring.signature import agency_id, fingerprint
from tipline.keys import key_words, officer, roster
from tipline.keys.officer import CHEAPEST
from tipline.keys.roster import Listed, Roster, Trust, Version
from tipline.keys.signing import SigningKey
from tipline.seal.suite import HYBRID

ROOT, SIGNER, OTHER = (SigningKey.generate() for _ in range(3))
AGENCY, DESK = agency_id(ROOT.public), bytes(range(16))
NONE = Revocations(AGENCY, 1, frozenset())
TRUST = Trust(ROOT.public, "agency", NONE)
KEYS = {name: officer.create(HYBRID, name, CHEAPEST)[0] for name in ("Lead", "Member", "Carol")}


def certified(key: SigningKey, console: str = "agency", by: SigningKey = ROOT):
    return root.certify(by, console, key.public, [DESK], clock.today(), serial=1)


def listed(name: str, *, lead: bool = False) -> Listed:
    keys = KEYS[name]
    id_ = name.encode().ljust(16)
    return Listed(id_, name, key_words.digest(keys.public, keys.verify), keys.verify, lead)


FIRST = Roster(AGENCY, "agency", DESK, "Narcotics", "unit", (listed("Lead", lead=True), listed("Member")))


def signed(what: Roster, by: str) -> Version:
    return roster.sign_as_officer(KEYS[by].audit, replace(what, by=by.encode().ljust(16)))


@pytest.fixture(scope="module")
def genesis() -> Version:
    return roster.sign_as_signer(SIGNER, certified(SIGNER), FIRST)


def after(genesis: Version, by: str, **changes: object) -> list[Version]:
    return [genesis, signed(roster.follow(FIRST, genesis, **changes), by)]


WITH_CAROL = (*FIRST.members, listed("Carol"))


def test_a_lead_changes_who_is_there(genesis: Version):
    assert roster.verified([genesis], TRUST) == FIRST
    found = roster.verified(after(genesis, "Lead", members=WITH_CAROL), TRUST)
    assert [one.name for one in found.members] == ["Lead", "Member", "Carol"]


def test_a_member_who_is_no_lead_changes_the_key_at_rest_alone(genesis: Version):
    assert roster.verified(after(genesis, "Member", at_rest=bytes(32)), TRUST).at_rest == bytes(32)
    with pytest.raises(RosterError, match="may not change"):
        roster.verified(after(genesis, "Member", members=WITH_CAROL), TRUST)


@pytest.mark.parametrize("changes", [{"kind": "triage"}, {"name": "Triage"}, {"console": "oversight"}])
def test_not_even_a_lead_changes_what_the_desk_is(genesis: Version, changes: dict[str, str]):
    with pytest.raises(RosterError, match="may not change"):
        roster.verified(after(genesis, "Lead", **changes), TRUST)


def test_who_was_not_a_member_before_signs_nothing(genesis: Version):
    """Carol signs a version in which she is."""
    with pytest.raises(RosterError, match="not signed by a member"):
        roster.verified(after(genesis, "Carol", members=WITH_CAROL), TRUST)


def test_nobody_signs_in_a_leads_name(genesis: Version):
    """Carol names the lead, and has her own key."""
    what = roster.follow(FIRST, genesis, members=WITH_CAROL, by=FIRST.members[0].officer)
    with pytest.raises(RosterError, match="not signed by a member"):
        roster.verified([genesis, roster.sign_as_officer(KEYS["Carol"].audit, what)], TRUST)


def test_who_was_removed_signs_nothing_more(genesis: Version):
    """Not even the undoing of it."""
    chain = after(genesis, "Lead", members=FIRST.members[:1])
    again = roster.follow(roster.read(chain[-1]), chain[-1], at_rest=bytes(32))
    with pytest.raises(RosterError, match="not signed by a member"):
        roster.verified([*chain, signed(again, "Member")], TRUST)


@pytest.mark.parametrize("of", ["another root", "another console", "another signer", "nobody", "a thief"])
def test_only_a_signer_of_this_console_begins_one(of: str):
    """Certified by the root, for this console, not revoked; before it is certified only where it is said."""
    vouching = {
        "another root": certified(SIGNER, by=OTHER),
        "another console": certified(SIGNER, "oversight"),
        "another signer": certified(OTHER),
        "nobody": None,
        "a thief": certified(SIGNER),
    }[of]
    stolen = Revocations(AGENCY, 2, frozenset({fingerprint(SIGNER.public)}))
    trust = replace(TRUST, revoked=stolen) if of == "a thief" else TRUST
    with pytest.raises(RosterError):
        roster.verified([roster.sign_as_signer(SIGNER, vouching, FIRST)], trust)


def test_what_was_signed_before_the_certificate_counts_where_it_is_installed():
    blank = replace(FIRST, agency=b"")
    version = roster.sign_as_signer(SIGNER, None, blank)
    assert roster.verified([version], replace(TRUST, beginning=SIGNER.public)) == blank
    with pytest.raises(RosterError):
        roster.verified([version], replace(TRUST, beginning=OTHER.public))


@pytest.mark.parametrize("fault", ["left out", "swapped", "changed", "doubled", "cut before"])
def test_a_chain_has_no_gap(genesis: Version, fault: str):
    chain = after(genesis, "Lead", members=WITH_CAROL)
    chain.append(signed(roster.follow(roster.read(chain[-1]), chain[-1], at_rest=bytes(32)), "Lead"))
    assert roster.verified(chain, TRUST).version == 3
    changed = replace(chain[1], statement=chain[1].statement.replace(b"Carol", b"Karol"))
    broken = {
        "left out": [chain[0], chain[2]],
        "swapped": [chain[0], chain[2], chain[1]],
        "changed": [chain[0], changed, chain[2]],
        "doubled": [chain[0], chain[1], chain[1]],
        "cut before": chain[1:],
    }[fault]
    with pytest.raises(RosterError):
        roster.verified(broken, TRUST)


def test_a_desk_without_a_lead_is_no_roster(genesis: Version):
    with pytest.raises(RosterError, match="no roster"):
        roster.verified(after(genesis, "Lead", members=(listed("Member"),)), TRUST)


def test_key_words_are_those_of_the_hash():
    """Six words, the same for both who look; other keys have others."""
    one, two = KEYS["Lead"], KEYS["Carol"]
    words = key_words.spoken(one.public, one.verify)
    assert len(words.split()) == 6
    assert words == key_words.spoken(one.public, one.verify) != key_words.spoken(two.public, one.verify)
