"""Where each part of an envelope lies. All offsets follow from the suite in the header."""

from __future__ import annotations

from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal import docket, header, padding, stanza
from tipline.seal.suite import TAG_SIZE, Suite, suite_of

STANZAS = stanza.SEATS_MAX
DOCKETS = 2
REPLY_SIZE = 64 + TAG_SIZE
BODY_SIZE = padding.SIZE + TAG_SIZE


@dataclass(frozen=True)
class Parts:
    """An envelope cut into its parts; *before_body* and *before_dockets* are what those two are bound to."""

    header: header.Header
    header_bytes: bytes
    stanzas: tuple[bytes, ...]
    reply: bytes
    body: bytes
    dockets: tuple[bytes, ...]
    before_body: bytes
    before_dockets: bytes


def envelope_size(suite: Suite) -> int:
    """Return the one length that every envelope of *suite* has: 24,824 bytes, or 28,639."""
    return (
        header.SIZE
        + STANZAS * suite.sealed_size(stanza.SIZE)
        + REPLY_SIZE
        + BODY_SIZE
        + DOCKETS * suite.sealed_size(docket.SIZE)
    )


def split(envelope: bytes) -> Parts:
    """Cut *envelope* into its parts. Raises FormatError for a wrong header or length."""
    head = header.parse(envelope)
    suite = suite_of(head.suite)
    if len(envelope) != envelope_size(suite):
        raise FormatError("size", f"{len(envelope)} bytes, not {envelope_size(suite)}")
    stanza_size, docket_size = suite.sealed_size(stanza.SIZE), suite.sealed_size(docket.SIZE)
    reply_at = header.SIZE + STANZAS * stanza_size
    body_at = reply_at + REPLY_SIZE
    dockets_at = body_at + BODY_SIZE
    return Parts(
        header=head,
        header_bytes=envelope[: header.SIZE],
        stanzas=_cut(envelope[header.SIZE : reply_at], stanza_size),
        reply=envelope[reply_at:body_at],
        body=envelope[body_at:dockets_at],
        dockets=_cut(envelope[dockets_at:], docket_size),
        before_body=envelope[:body_at],
        before_dockets=envelope[:dockets_at],
    )


def _cut(data: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(data[at : at + size] for at in range(0, len(data), size))
