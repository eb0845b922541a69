from __future__ import annotations

import pytest

from tipline.errors import FormatError
from tipline.keys import desk, officer
from tipline.keys.epoch_key import lock_seed
from tipline.keys.officer import CHEAPEST
from tipline.seal.suite import HYBRID

MEMBER, _ = officer.create(HYBRID, "a passphrase of hers", CHEAPEST)
STRANGER, _ = officer.create(HYBRID, "a passphrase of his", CHEAPEST)
DESK = bytes(range(16))


LOCK = bytes(32)


def test_it_gives_a_member_the_desks_key():
    """What is sealed to a member opens for that member, desk and epoch."""
    private = HYBRID.generate()
    sealed = desk.seal_to_member(MEMBER.public, desk.DeskKey(DESK, 7, private, LOCK))
    opened = desk.open_as_member(MEMBER, DESK, 7, sealed, LOCK)
    assert opened is not None
    assert opened.seed == private.seed


def test_it_is_none_for_anybody_and_anything_else():
    """Another officer, desk, epoch or lock, or no lock any more: not for me."""
    sealed = desk.seal_to_member(MEMBER.public, desk.DeskKey(DESK, 7, HYBRID.generate(), LOCK))
    assert desk.open_as_member(STRANGER, DESK, 7, sealed, LOCK) is None
    assert desk.open_as_member(MEMBER, bytes(16), 7, sealed, LOCK) is None
    assert desk.open_as_member(MEMBER, DESK, desk.AT_REST, sealed, LOCK) is None
    assert desk.open_as_member(MEMBER, DESK, 7, sealed[:-1] + bytes([sealed[-1] ^ 1]), LOCK) is None
    assert desk.open_as_member(MEMBER, DESK, 7, sealed, bytes(range(32))) is None
    assert desk.open_as_member(MEMBER, DESK, 7, sealed, None) is None


def test_a_locked_seed_is_of_no_use_without_the_lock():
    """What a member gets of a key, an epoch's or one at rest, has no byte of the seed in it."""
    private = HYBRID.generate()
    locked = desk.DeskKey(DESK, 7, private, LOCK).enclosed
    assert private.seed not in locked
    assert desk.disclosed(HYBRID, locked, DESK, None) is None
    assert desk.disclosed(HYBRID, locked, bytes(16), LOCK) is None
    at_rest = desk.DeskKey(DESK, desk.AT_REST, private, LOCK)
    assert private.seed not in at_rest.enclosed
    assert desk.disclosed(HYBRID, at_rest.enclosed, DESK, None) is None
    assert desk.disclosed(HYBRID, at_rest.enclosed, DESK, LOCK).seed == private.seed


def test_it_refuses_what_is_no_key():
    """For me and broken is an error."""
    locked = lock_seed(HYBRID, LOCK, DESK, b"short")
    sealed = HYBRID.seal(MEMBER.public, b"tipline/1 member" + DESK + bytes(4), locked)
    with pytest.raises(FormatError):
        desk.open_as_member(MEMBER, DESK, desk.AT_REST, sealed, LOCK)
