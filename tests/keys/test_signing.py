from __future__ import annotations

from dataclasses import replace

import pytest

from tipline.errors import FormatError, KeyringError
from tipline.keyring.signature import PUBLIC_SIZE, SIGNATURE_SIZE, verify
from tipline.keys.signing import SEED_SIZE, SigningKey

KEY = SigningKey(bytes(range(64)))


def test_it_signs_what_the_public_half_verifies():
    """Both signatures hold, for that label and payload."""
    signed = KEY.sign("keyring", b"words")
    verify(KEY.public, "keyring", signed)
    assert (len(KEY.public), len(signed.signature)) == (PUBLIC_SIZE, SIGNATURE_SIZE)


def test_it_makes_the_same_key_of_the_same_seed():
    """A key is its seed; a fresh one is another."""
    assert SigningKey(KEY.seed).public == KEY.public
    assert SigningKey.generate().public != SigningKey.generate().public
    with pytest.raises(FormatError, match="63 bytes"):
        SigningKey(bytes(SEED_SIZE - 1))


@pytest.mark.parametrize("at", [0, 63, 64, SIGNATURE_SIZE - 1])
def test_it_takes_both_signatures_to_hold(at: int):
    """Whichever of the two is wrong, the whole is."""
    signed = KEY.sign("keyring", b"words")
    wrong = bytearray(signed.signature)
    wrong[at] ^= 1
    with pytest.raises(KeyringError) as refused:
        verify(KEY.public, "keyring", replace(signed, signature=bytes(wrong)))
    assert refused.value.failure == "signature"


def test_it_signs_for_one_purpose():
    """A board's signature is none for a keyring, though the payload were the same."""
    with pytest.raises(KeyringError):
        verify(KEY.public, "keyring", KEY.sign("board", b"words"))
    with pytest.raises(KeyringError):
        verify(KEY.public, "keyring", replace(KEY.sign("keyring", b"words"), payload=b"other"))


def test_it_does_not_show_its_seed():
    """A key in a log or a traceback is a name."""
    assert KEY.seed.hex() not in repr(KEY)
    assert "\\x01" not in repr(KEY)
