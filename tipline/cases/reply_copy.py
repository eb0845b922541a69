"""The copy of a reply that its desk keeps, under the desk's key at rest."""

from __future__ import annotations

from tipline.staff.member import Desk


def open_copy(desk: Desk, reply_id: bytes, key: int, sealed: bytes) -> str | None:
    """Open the desk's copy of a reply, sealed to its key at rest number *key*.

    None when it is not this desk's or not this reply's.
    """
    private = desk.stored(key)
    text = private.open(info(reply_id, desk.id), sealed) if private else None
    return None if text is None else text.decode(errors="replace")


def info(reply_id: bytes, desk: bytes) -> bytes:
    """Return what a copy is bound to: the reply and the desk."""
    return b"tipline/1 reply copy" + reply_id + desk
