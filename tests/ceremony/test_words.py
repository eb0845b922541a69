from __future__ import annotations

import hashlib

import pytest

from tipline.ceremony import words
from tipline.errors import FormatError

PRINT = hashlib.sha256(b"a root").digest()


def test_a_fingerprint_comes_back_from_its_words():
    """As they are printed, and as somebody types them."""
    spoken = words.write(PRINT)
    assert len(spoken.split()) == words.COUNT
    assert words.read(spoken) == words.read(f"  {spoken.upper()}\n".replace(" ", "   ")) == PRINT


def test_the_words_are_those_of_bip_39():
    """A published vector: what others print of the same bytes reads the same."""
    assert words.write(b"\x80" * 32) == " ".join(
        ["letter", "advice", "cage", "absurd", "amount", "doctor", "acoustic", "avoid"] * 2
        + ["letter", "advice", "cage", "absurd", "amount", "doctor", "acoustic", "bless"]
    )


def test_it_names_what_is_wrong():
    spoken = words.write(PRINT).split()
    exchanged = [spoken[1], spoken[0], *spoken[2:]]
    for wrong, says in (
        ([*spoken[:6], "tipline", *spoken[7:]], "word 7, tipline,"),
        (spoken[:23], "23 words"),
        (exchanged, "checksum"),
    ):
        with pytest.raises(FormatError, match=says):
            words.read(" ".join(wrong))
