"""A desk's keys: one for each epoch and, as epoch 0, the at-rest key; each sealed to every member."""

from __future__ import annotations

from tipline.errors import FormatError
from tipline.keys.officer import OfficerKeys
from tipline.seal.suite import HYBRID, SEED_SIZE, PrivateKey

#: The "epoch" of the key for re-wrapped stanzas, notes and replies. It is not destroyed weekly.
AT_REST = 0


def epoch_of(day_number: int) -> int:
    """Return the epoch that begins a keyring made on a day (days since 1970-01-01): its week."""
    return day_number // 7


def seal_to_member(officer_public: bytes, desk: bytes, epoch: int, private: PrivateKey) -> bytes:
    """Seal a desk's private key for *epoch* to a member, bound to the desk's 16-byte id and the epoch."""
    return HYBRID.seal(officer_public, _info(desk, epoch), private.seed)


def open_as_member(officer: OfficerKeys, desk: bytes, epoch: int, sealed: bytes) -> PrivateKey | None:
    """Open what *seal_to_member* made; None when it is for another officer, desk or epoch.

    Raises FormatError("member key") when it is this officer's and not a key.
    """
    seed = officer.opening.open(_info(desk, epoch), sealed)
    if seed is None:
        return None
    if len(seed) != SEED_SIZE:
        raise FormatError("member key", f"{len(seed)} bytes, not {SEED_SIZE}")
    return PrivateKey(seed)


def _info(desk: bytes, epoch: int) -> bytes:
    return b"tipline/1 member" + desk + epoch.to_bytes(4, "big")
