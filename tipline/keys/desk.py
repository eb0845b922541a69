"""A desk's keys: one for each epoch and, as epoch 0, -1, -2..., those at rest; each sealed to every member.

Of the keys at rest the newest, whose number is the smallest, is what is sealed to. An older one is there as
long as something is still sealed to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.keys.epoch import AT_REST, is_at_rest
from tipline.keys.epoch_key import lock_seed, prove, unlock_seed
from tipline.keys.officer import OfficerKeys
from tipline.seal.suite import SEED_SIZE, PrivateKey, Suite

__all__ = ["AT_REST", "DeskKey", "disclosed", "is_at_rest", "open_as_member", "seal_to_member"]


@dataclass(frozen=True, repr=False)
class DeskKey:
    """A *desk*'s private key for an *epoch*, or one at rest, and its *lock*: the epoch's, or its own."""

    desk: bytes
    epoch: int
    private: PrivateKey
    lock: bytes

    @property
    def enclosed(self) -> bytes:
        """What members and holders are given: the seed under its lock."""
        return lock_seed(self.private.suite, self.lock, self.desk, self.private.seed)

    @property
    def proof(self) -> bytes:
        """What the database keeps beside the public key: who has not got the lock makes none.

        So no other key of an epoch is published. A key at rest is vouched for by its desk's roster besides.
        """
        return prove(self.private.suite, self.lock, self.desk, self.private.public)


def seal_to_member(officer_public: bytes, key: DeskKey) -> bytes:
    """Seal a desk's key to a member, bound to the desk's 16-byte id and the epoch."""
    return key.private.suite.seal(officer_public, _info(key.desk, key.epoch), key.enclosed)


def open_as_member(
    officer: OfficerKeys, desk: bytes, epoch: int, sealed: bytes, lock: bytes | None
) -> PrivateKey | None:
    """Open what *seal_to_member* made of a key; None when it is for another officer, desk or epoch.

    Without its *lock*, or with another, a key stays closed, and that is None too.
    Raises FormatError("member key") when it is this officer's and not a key.
    """
    secret = officer.opening.open(_info(desk, epoch), sealed)
    return None if secret is None else disclosed(officer.opening.suite, secret, desk, lock)


def disclosed(suite: Suite, secret: bytes, desk: bytes, lock: bytes | None) -> PrivateKey | None:
    """Undo *DeskKey.enclosed*; None under another *lock*. Raises FormatError("member key") for no key."""
    seed = unlock_seed(suite, lock, desk, secret) if lock else None
    if seed is None:
        return None
    if len(seed) != SEED_SIZE:
        raise FormatError("member key", f"{len(seed)} bytes, not {SEED_SIZE}")
    return suite.private(seed)


def _info(desk: bytes, epoch: int) -> bytes:
    return b"tipline/1 member" + desk + (epoch % 2**32).to_bytes(4, "big")
