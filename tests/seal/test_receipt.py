"""Receipt codes: however they are written they are read, and typing mistakes are found on the spot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipline.errors import ReceiptError
from tipline.seal import receipt
from tipline.seal.suite import HYBRID

codes = st.binary(min_size=16, max_size=16).map(receipt.format_)


@given(st.binary(min_size=16, max_size=16))
def test_it_reads_what_it_wrote_in_any_spelling(entropy: bytes):
    """Case, blanks, dashes and look-alike letters make no difference."""
    code = receipt.format_(entropy)
    assert [len(group) for group in code.split("-")] == [4] * 7
    spellings = [
        code,
        code.lower(),
        code.replace("-", ""),
        f"  {code.replace('-', ' – ')}\n",
        code.replace("0", "o").replace("1", "l"),
        "\u200f" + code,
    ]
    assert {receipt.parse(spelling) for spelling in spellings} == {entropy}


@given(codes, st.integers(0, 27), st.integers(1, 31))
def test_it_finds_every_single_wrong_character(code: str, place: int, step: int):
    """No one-character mistake passes."""
    letters = list(code.replace("-", ""))
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    letters[place] = alphabet[(alphabet.index(letters[place]) + step) % 32]
    with pytest.raises(ReceiptError):
        receipt.parse("".join(letters))


@given(codes, st.integers(0, 26))
def test_it_finds_every_swap_of_neighbours(code: str, place: int):
    """Two neighbours in the wrong order never pass."""
    letters = list(code.replace("-", ""))
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    if "".join(letters) == code.replace("-", ""):
        return
    with pytest.raises(ReceiptError):
        receipt.parse("".join(letters))


@pytest.mark.parametrize(
    ("text", "failure"),
    [("", "length"), ("ABCD", "length"), ("UUUU", "character"), ("0" * 27 + "1", "check")],
)
def test_it_names_the_mistake(text: str, failure: str):
    """The page can say what is wrong."""
    with pytest.raises(ReceiptError) as caught:
        receipt.parse(text)
    assert caught.value.failure == failure


def test_keys_differ_between_agencies_and_purposes():
    """One receipt used at two agencies links nothing."""
    here, there = receipt.keys(HYBRID, bytes(16), b"agency-1"), receipt.keys(HYBRID, bytes(16), b"agency-2")
    values = [
        here.reply,
        here.follow_up,
        here.acknowledgement,
        there.reply,
        there.follow_up,
        there.acknowledgement,
    ]
    assert len(set(values)) == 6
    assert here.thread != there.thread
