from __future__ import annotations

import hashlib
import struct

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tipline.errors import AccessError, FormatError
from tipline.keys import officer
from tipline.keys.officer import CHEAPEST, DEMO, STRONG
from tipline.seal.suite import APPROVED, HYBRID, decrypt

PASSPHRASE = "correct horse battery"


def test_it_unlocks_what_it_created():
    """The same keys come back with the passphrase, to open and to sign with."""
    keys, sealed = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    again = officer.unlock(sealed, PASSPHRASE)
    assert (again.public, again.verify) == (keys.public, keys.verify)
    assert again.opening.open(b"info", HYBRID.seal(keys.public, b"info", b"key")) == b"key"
    keys.audit.public_key().verify(again.audit.sign(b"entry"), b"entry")


@pytest.mark.parametrize("wrong", ["", "correct horse batterz", "Correct horse battery", PASSPHRASE + " "])
def test_it_refuses_a_wrong_passphrase(wrong: str):
    """Nearly right is wrong."""
    _, sealed = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    with pytest.raises(AccessError):
        officer.unlock(sealed, wrong)


def test_it_takes_an_accent_as_either_keyboard_sends_it():
    """One letter with an accent, or a letter and an accent: one passphrase."""
    _, sealed = officer.create(HYBRID, "clé de la maréchaussée", CHEAPEST)
    decomposed = (
        "cle\N{COMBINING ACUTE ACCENT} de la mare\N{COMBINING ACUTE ACCENT}chausse\N{COMBINING ACUTE ACCENT}e"
    )
    officer.unlock(sealed, decomposed)


def test_it_is_sealed_as_written():
    """Version, salt and parameters stand before the ciphertext; Argon2id and AES-GCM open it."""
    keys, sealed = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    version, salt, memory, iterations, lanes = struct.unpack(">B16sIII", sealed[:29])
    assert (version, memory, iterations, lanes) == (1, CHEAPEST.memory, CHEAPEST.iterations, CHEAPEST.lanes)
    stretched = Argon2id(salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory)
    seeds = decrypt(stretched.derive(PASSPHRASE.encode()), sealed[29:], sealed[:29])
    assert seeds is not None
    assert seeds[:32] == keys.opening.seed


@pytest.mark.parametrize("at", [0, 1, 20, 24, 28, 29, 60, 108])
def test_it_refuses_changed_bytes(at: int):
    """Whatever is changed, parameters too, the keys do not open."""
    _, sealed = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    changed = bytearray(sealed)
    changed[at] ^= 1
    with pytest.raises((AccessError, FormatError)):
        officer.unlock(bytes(changed), PASSPHRASE)


@pytest.mark.parametrize(
    "head",
    [
        struct.pack(">B16sIII", 1, bytes(16), 2**32 - 1, 3, 4),
        struct.pack(">B16sIII", 1, bytes(16), 64, 2**31, 4),
        struct.pack(">B16sIII", 1, bytes(16), 64, 0, 4),
        struct.pack(">B16sIII", 1, bytes(16), 8, 1, 4),
        struct.pack(">B16sIII", 1, bytes(16), 64, 1, 0),
        struct.pack(">B16sIII", 2, bytes(16), 64, 1, 4),
    ],
)
def test_it_refuses_parameters_out_of_bounds(head: bytes):
    """An altered row cannot make the console take all memory, or hours."""
    with pytest.raises(FormatError):
        officer.unlock(head + bytes(80), PASSPHRASE)
    with pytest.raises(FormatError):
        officer.unlock(head, PASSPHRASE)


def test_it_reseals_the_same_keys():
    """A changed passphrase opens the same keys, and the old one nothing."""
    keys, sealed = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    changed = officer.reseal(sealed, PASSPHRASE, "another passphrase", CHEAPEST)
    assert officer.unlock(changed, "another passphrase").public == keys.public
    with pytest.raises(AccessError):
        officer.unlock(changed, PASSPHRASE)
    with pytest.raises(AccessError):
        officer.reseal(sealed, "not the old one", "whatever it may be", CHEAPEST)


def test_it_never_repeats():
    """Two officers with one passphrase have nothing in common."""
    one, two = officer.create(HYBRID, PASSPHRASE, CHEAPEST), officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    assert one[0].public != two[0].public
    assert one[1][1:17] != two[1][1:17]


def test_it_has_strong_parameters_by_default():
    """256 MiB and three passes, unless somebody says otherwise; the demo's are what RFC 9106 recommends."""
    assert (STRONG.memory, STRONG.iterations, STRONG.lanes) == (262_144, 3, 4)
    assert (DEMO.memory, DEMO.iterations, DEMO.lanes) == (65_536, 3, 4)
    _, sealed = officer.create(HYBRID, PASSPHRASE)
    assert struct.unpack(">III", sealed[17:29]) == (262_144, 3, 4)


def test_it_asks_for_a_passphrase_of_some_length():
    """Twelve characters that are not blanks at the ends."""
    assert officer.check_passphrase("twelve chars") == "twelve chars"
    for short in ("", "eleven char", "   eleven ch   "):
        with pytest.raises(AccessError):
            officer.check_passphrase(short)


def test_it_does_not_show_its_keys():
    """Unlocked keys in a traceback are a name."""
    keys, _ = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    assert "object at" in repr(keys)


def test_the_second_suite_stretches_with_pbkdf2():
    """Suite, salt and iterations stand before the ciphertext; PBKDF2-HMAC-SHA384 and AES-GCM open it."""
    keys, sealed = officer.create(APPROVED, PASSPHRASE, CHEAPEST)
    suite, salt, memory, iterations, lanes = struct.unpack(">B16sIII", sealed[:29])
    assert (suite, memory, iterations, lanes) == (2, 0, CHEAPEST.pbkdf2, 0)
    key = hashlib.pbkdf2_hmac("sha384", PASSPHRASE.encode(), salt, iterations, 32)
    seeds = decrypt(key, sealed[29:], sealed[:29])
    assert seeds is not None
    assert seeds[:32] == keys.opening.seed
    assert officer.unlock(sealed, PASSPHRASE).opening.suite == APPROVED
    with pytest.raises(AccessError):
        officer.unlock(sealed, PASSPHRASE + " ")


@pytest.mark.parametrize("cost", [(0, 0, 0), (0, 20_000_001, 0), (8, 1, 0), (0, 1, 1)])
def test_pbkdf2_s_cost_has_bounds(cost: tuple[int, int, int]):
    """An altered row cannot make the console stand still."""
    with pytest.raises(FormatError):
        officer.unlock(struct.pack(">B16sIII", 2, bytes(16), *cost) + bytes(80), PASSPHRASE)


def test_a_sealed_key_cannot_change_its_suite():
    """The head is authenticated: the cheaper function is not tried on what the other protects."""
    _, sealed = officer.create(HYBRID, PASSPHRASE, CHEAPEST)
    with pytest.raises(AccessError):
        officer.unlock(struct.pack(">B16sIII", 2, sealed[1:17], 0, 1, 0) + sealed[29:], PASSPHRASE)
