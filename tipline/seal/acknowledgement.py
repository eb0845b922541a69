"""The "collected" token: how a tipster learns that the agency stored a tip, and nobody learns who asked."""

from __future__ import annotations

from tipline.seal.suite import Suite

SIZE = 16
#: Tokens of so many days are on the board.
DAYS = 14


def token(suite: Suite, acknowledgement_key: bytes, day: int) -> bytes:
    """Return the token for an envelope collected on *day* (days since 1970-01-01)."""
    return suite.mac(acknowledgement_key, "collected", day.to_bytes(4, "big"))[:SIZE]
