from __future__ import annotations

import pytest

from tipline.errors import FormatError
from tipline.keys import desk, officer
from tipline.keys.officer import CHEAPEST
from tipline.seal.suite import HYBRID, PrivateKey

MEMBER, _ = officer.create("a passphrase of hers", CHEAPEST)
STRANGER, _ = officer.create("a passphrase of his", CHEAPEST)
DESK = bytes(range(16))


def test_it_gives_a_member_the_desks_key():
    """What is sealed to a member opens for that member, desk and epoch."""
    private = PrivateKey.generate()
    sealed = desk.seal_to_member(MEMBER.public, DESK, 7, private)
    opened = desk.open_as_member(MEMBER, DESK, 7, sealed)
    assert opened is not None
    assert opened.seed == private.seed


def test_it_is_none_for_anybody_and_anything_else():
    """Another officer, desk or epoch: not for me."""
    sealed = desk.seal_to_member(MEMBER.public, DESK, 7, PrivateKey.generate())
    assert desk.open_as_member(STRANGER, DESK, 7, sealed) is None
    assert desk.open_as_member(MEMBER, bytes(16), 7, sealed) is None
    assert desk.open_as_member(MEMBER, DESK, desk.AT_REST, sealed) is None
    assert desk.open_as_member(MEMBER, DESK, 7, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None


def test_it_refuses_what_is_no_key():
    """For me and broken is an error."""
    sealed = HYBRID.seal(MEMBER.public, b"tipline/1 member" + DESK + bytes([0, 0, 0, 7]), b"short")
    with pytest.raises(FormatError):
        desk.open_as_member(MEMBER, DESK, 7, sealed)


def test_it_counts_epochs_in_weeks():
    """Seven days share an epoch, and none is the one at rest."""
    assert [desk.epoch_of(day) for day in (20776, 20782, 20783)] == [2968, 2968, 2969]
    assert desk.epoch_of(20776) != desk.AT_REST
