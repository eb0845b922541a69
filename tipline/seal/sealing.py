"""Sealing an envelope: what the page does in the browser, and `tipline seal` at a desk."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tipline.errors import FormatError
from tipline.seal import docket, layout, padding, quorum, schedule, stanza
from tipline.seal.header import SALT_SIZE, Header
from tipline.seal.receipt import ReceiptKeys
from tipline.seal.suite import KEY_SIZE, Suite, encrypt


@dataclass(frozen=True)
class Address:
    """Whom an envelope is for: desk keys (1 to 5), and the sorting key of each console concerned.

    *epoch* is the keyring's, whatever epoch these keys are of. With *k* over 1 the desk keys are the seats of
    one desk, and any k of them open the envelope together.
    """

    suite: Suite
    agency: bytes
    epoch: int
    desk_keys: Sequence[bytes]
    sorting_keys: Sequence[bytes]
    k: int = 1


def seal(address: Address, what: docket.Docket, keys: ReceiptKeys, message: bytes) -> bytes:
    """Seal the JSON *message* into one envelope.

    K and the salt are fresh at every call, so a second try after a failed send must call again: sealing
    another text under the same K would show both. Raises FormatError "too long" for a message over 16,350
    bytes, "recipients" for too many keys and "quorum" for a k that these desk keys cannot have.
    """
    suite = address.suite
    key, salt = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(SALT_SIZE)
    text_key = schedule.text_key(suite, key, salt)
    commit = schedule.commitment(suite, text_key, salt)
    head = Header(suite.code, address.epoch, address.agency, salt, commit).pack()

    stanzas = _fill(
        suite,
        [stanza.seal(suite, public, head, given) for public, given in _keys(address, key)],
        layout.STANZAS,
        lambda public: stanza.seal(suite, public, head, _decoy_stanza()),
    )
    reply = encrypt(schedule.reply_part_key(suite, key, salt), keys.reply + keys.follow_up, head)
    before_body = head + stanzas + reply

    padded = padding.pad(message)
    plaintext = padded + suite.mac(keys.follow_up, "follow-up", padded)
    body = encrypt(schedule.body_key(suite, text_key, salt), plaintext, before_body)
    before_dockets = before_body + body

    dockets = _fill(
        suite,
        [docket.seal(suite, public, before_dockets, what) for public in address.sorting_keys],
        layout.DOCKETS,
        lambda public: docket.seal(suite, public, before_dockets, _decoy_docket()),
    )
    return before_dockets + dockets


def _keys(address: Address, key: bytes) -> list[tuple[bytes, stanza.Stanza]]:
    """Return what each desk key is given: all of K, or a share of it."""
    if address.k == 1:
        return [(public, stanza.Stanza(stanza.WHOLE, key)) for public in address.desk_keys]
    return list(zip(address.desk_keys, quorum.split(key, address.k, len(address.desk_keys)), strict=True))


def _fill(suite: Suite, real: list[bytes], places: int, decoy: Callable[[bytes], bytes]) -> bytes:
    """Fill up to *places* with seals to throw-away keys, and shuffle: nobody can count the recipients."""
    if len(real) > places:
        raise FormatError("recipients", f"{len(real)} do not fit in {places} places")
    # As many throw-away keys whatever is real: the time that they take would tell how many that is.
    throwaway = [suite.generate().public for _ in range(places)]
    sealed = real + [decoy(public) for public in throwaway[len(real) :]]
    secrets.SystemRandom().shuffle(sealed)
    return b"".join(sealed)


def _decoy_stanza() -> stanza.Stanza:
    return stanza.Stanza(stanza.WHOLE, secrets.token_bytes(KEY_SIZE))


def _decoy_docket() -> docket.Docket:
    return docket.Docket(docket.NO_DESK, "no", secrets.token_bytes(KEY_SIZE))
