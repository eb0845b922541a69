"""Sealing and opening: what goes in comes out, for its readers only, and any change is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.seal.conftest import AGENCY, DESK_ID, Sealed, seal_one
from tipline.errors import FormatError
from tipline.seal import docket, layout, opening, padding, receipt, rewrap, schedule, sealing, stanza
from tipline.seal.suite import HYBRID, decrypt, encrypt


def whole_key(sealed: Sealed) -> bytes:
    key = opening.open_stanza(sealed.envelope, sealed.desk)
    assert key is not None
    return key


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=padding.MESSAGE_MAX), st.integers(1, 5), st.integers(0, 2))
def test_it_has_one_length_whatever_is_in_it(data: bytes, desks: int, consoles: int):
    """Neither text nor number of readers shows in the length, and the bytes come back."""
    sealed = seal_one(data, desks=desks, consoles=max(1, consoles))
    assert len(sealed.envelope) == layout.envelope_size(HYBRID) == 24_824
    body = opening.open_body(sealed.envelope, opening.text_key_of(sealed.envelope, whole_key(sealed)))
    assert body.message == data
    assert opening.is_from(HYBRID, body, sealed.keys.follow_up)
    assert not opening.is_from(HYBRID, body, sealed.keys.reply)


def test_it_refuses_one_byte_too_many():
    """A message of 16,351 bytes is refused, not cut."""
    with pytest.raises(FormatError) as caught:
        seal_one(b"x" * (padding.MESSAGE_MAX + 1))
    assert caught.value.failure == "too long"


def test_it_refuses_six_desks():
    """There are five places for stanzas."""
    with pytest.raises(FormatError, match="recipients"):
        seal_one(desks=6)


def test_it_takes_as_many_keys_for_one_desk_as_for_five(monkeypatch: pytest.MonkeyPatch):
    """Or the time that it takes would tell how many read it."""
    made, generate = [], type(HYBRID).generate
    monkeypatch.setattr(type(HYBRID), "generate", lambda suite: made.append(1) or generate(suite))
    keys = receipt.keys(HYBRID, receipt.generate(), AGENCY)
    public, counts = [generate(HYBRID).public for _ in range(6)], []
    for desks, k in ((public[:1], 1), (public[:3], 2), (public[:5], 3)):
        made.clear()
        address = sealing.Address(HYBRID, AGENCY, 3, desks, public[5:], k)
        sealing.seal(address, docket.Docket(DESK_ID, "no", keys.acknowledgement), keys, b"")
        counts.append(len(made))
    assert counts == [layout.STANZAS + layout.DOCKETS] * 3


def test_it_never_uses_key_or_salt_twice(sealed: Sealed):
    """A second try with the same words shares no part with the first."""
    one, two = seal_one(b"same"), seal_one(b"same")
    assert whole_key(one) != whole_key(two)
    assert layout.split(one.envelope).header.salt != layout.split(two.envelope).header.salt


def test_it_is_nothing_to_another_desk(sealed: Sealed):
    """What is not for this desk is None, stanza and docket alike."""
    assert opening.open_stanza(sealed.envelope, sealed.sorting) is None
    assert opening.open_docket(sealed.envelope, sealed.desk) is None


def test_it_gives_docket_and_reply_keys(sealed: Sealed):
    """The collector reads the docket, a desk's officer the reply keys."""
    assert opening.open_docket(sealed.envelope, sealed.sorting) == sealed.docket
    expected = (sealed.keys.reply, sealed.keys.follow_up)
    assert opening.open_reply(sealed.envelope, whole_key(sealed)) == expected


def test_it_notices_every_change(sealed: Sealed):
    """One flipped bit anywhere before the dockets and the body does not open, or is not for this desk."""
    key = opening.text_key_of(sealed.envelope, whole_key(sealed))
    for at in [*range(0, 84, 4), 84, 1000, 5_943, 5_944, 6_023, 6_024, 10_000, 22_423]:
        with pytest.raises(FormatError) as caught:
            opening.open_body(changed(sealed.envelope, at), key)
        assert caught.value.failure in {"magic", "version", "suite", "reserved", "commitment", "body"}


def test_it_binds_a_docket_to_its_envelope(sealed: Sealed):
    """A docket moved to another envelope opens for nobody."""
    other = seal_one()
    at = layout.envelope_size(HYBRID) - 2400
    moved = other.envelope[:at] + sealed.envelope[at:]
    assert opening.open_docket(moved, sealed.sorting) is None


def test_a_text_key_opens_the_text_and_not_the_conversation(sealed: Sealed):
    """A unit given K_text reads the tip; reply keys stay with the desk that has K."""
    key = whole_key(sealed)
    text_key = opening.text_key_of(sealed.envelope, key)
    assert opening.open_body(sealed.envelope, text_key).message
    with pytest.raises(FormatError) as caught:
        opening.open_reply(sealed.envelope, text_key)
    assert caught.value.failure == "commitment"


def test_a_rewrapped_stanza_is_bound_to_envelope_and_desk(sealed: Sealed):
    """Moved to another envelope or desk it is None."""
    unit = HYBRID.generate()
    envelope_id, what = rewrap.envelope_id(sealed.envelope), stanza.Stanza(stanza.TEXT, b"k" * 32)
    wrapped = rewrap.rewrap(HYBRID, unit.public, envelope_id, b"d" * 16, what)
    assert rewrap.unwrap(unit, envelope_id, b"d" * 16, wrapped) == what
    assert rewrap.unwrap(unit, bytes(32), b"d" * 16, wrapped) is None
    assert rewrap.unwrap(unit, envelope_id, b"e" * 16, wrapped) is None


def test_an_envelopes_own_stanza_holds_a_whole_key(sealed: Sealed):
    """A stanza of kind 3 inside an envelope is refused: it would hide the conversation from its desk."""
    parts = layout.split(sealed.envelope)
    text_only = stanza.Stanza(stanza.TEXT, opening.text_key_of(sealed.envelope, whole_key(sealed)))
    forged = stanza.seal(HYBRID, sealed.desk.public, parts.header_bytes, text_only)
    with pytest.raises(FormatError, match="stanza"):
        opening.open_stanza(parts.header_bytes + forged + sealed.envelope[84 + 1172 :], sealed.desk)


def test_a_filler_that_is_not_zero_is_refused(sealed: Sealed):
    """Nothing can hide behind the message."""
    parts = layout.split(sealed.envelope)
    text_key = opening.text_key_of(sealed.envelope, whole_key(sealed))
    body_key = schedule.body_key(HYBRID, text_key, parts.header.salt)
    plaintext = decrypt(body_key, parts.body, parts.before_body)
    assert plaintext is not None
    forged = encrypt(body_key, changed(plaintext, 16_351), parts.before_body)
    with pytest.raises(FormatError, match="padding"):
        opening.open_body(parts.before_body + forged + sealed.envelope[-2400:], text_key)
