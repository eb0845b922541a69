"""Opening an envelope. "Not for me" is None; "for me and broken" is a FormatError that names how."""

from __future__ import annotations

import hmac

from tipline.errors import FormatError
from tipline.seal import docket, layout, padding, schedule, stanza
from tipline.seal.suite import KEY_SIZE, PrivateKey, Suite, decrypt, suite_of


def open_stanza(envelope: bytes, desk: PrivateKey) -> bytes | None:
    """Try each stanza with a desk's key; return K of the one that opens.

    Raises FormatError for a wrong envelope or a stanza that is ours and broken.
    """
    opened = _own_stanza(envelope, desk, stanza.WHOLE)
    if opened is None:
        return None
    schedule.check_commitment(text_key_of(envelope, opened.key), layout.split(envelope).header)
    return opened.key


def open_share(envelope: bytes, seat: PrivateKey) -> stanza.Stanza | None:
    """Try each stanza with a seat's key; return the share of the one that opens.

    Whether the share is right shows when k of them are combined. Raises FormatError as *open_stanza* does.
    """
    return _own_stanza(envelope, seat, stanza.SHARE)


def _own_stanza(envelope: bytes, private: PrivateKey, kind: int) -> stanza.Stanza | None:
    parts = layout.split(envelope)
    for sealed in parts.stanzas:
        opened = stanza.open_(private, parts.header_bytes, sealed)
        if opened is None:
            continue
        if opened.kind != kind:
            raise FormatError("stanza", "a desk's stanza holds a whole key, a seat's a share")
        return opened
    return None


def open_docket(envelope: bytes, sorting: PrivateKey) -> docket.Docket | None:
    """Try both dockets with a console's sorting key."""
    parts = layout.split(envelope)
    for sealed in parts.dockets:
        opened = docket.open_(sorting, parts.before_dockets, sealed)
        if opened is not None:
            return opened
    return None


def text_key_of(envelope: bytes, key: bytes) -> bytes:
    """Return K_text for an envelope's K: what a unit is given."""
    header = layout.split(envelope).header
    return schedule.text_key(suite_of(header.suite), key, header.salt)


def open_body(envelope: bytes, text_key: bytes) -> padding.Body:
    """Open the body with K_text. Raises FormatError "commitment", "body" or "padding"."""
    parts = layout.split(envelope)
    schedule.check_commitment(text_key, parts.header)
    body_key = schedule.body_key(suite_of(parts.header.suite), text_key, parts.header.salt)
    plaintext = decrypt(body_key, parts.body, parts.before_body)
    if plaintext is None:
        raise FormatError("body", "a stanza, the reply part or the body was changed")
    return padding.unpad(plaintext)


def open_reply(envelope: bytes, key: bytes) -> tuple[bytes, bytes]:
    """Return the tipster's reply key and follow-up key with K. Raises FormatError "commitment" or "reply"."""
    parts = layout.split(envelope)
    suite, salt = suite_of(parts.header.suite), parts.header.salt
    schedule.check_commitment(schedule.text_key(suite, key, salt), parts.header)
    opened = decrypt(schedule.reply_part_key(suite, key, salt), parts.reply, parts.header_bytes)
    if opened is None:
        raise FormatError("reply")
    return opened[:KEY_SIZE], opened[KEY_SIZE:]


def is_from(suite: Suite, body: padding.Body, follow_up_key: bytes) -> bool:
    """Tell whether the holder of *follow_up_key* wrote *body*; what fails is shown as unverified."""
    return hmac.compare_digest(suite.mac(follow_up_key, "follow-up", body.authenticated), body.mac)
