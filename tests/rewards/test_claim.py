"""Claim codes: random, checked, read however they are typed."""

from __future__ import annotations

import pytest

from tipline.errors import ReceiptError
from tipline.rewards import claim


def test_a_code_is_read_however_it_is_typed():
    """In any case and spacing, with letters that look like digits; the same hash."""
    code = claim.new()
    assert len(code) == 24
    assert claim.parse(code) == code
    assert claim.parse(f" {code.lower().replace('-', ' ')} ") == code
    assert claim.parse(code.replace("0", "O").replace("1", "l")) == code
    assert len({claim.hash_(claim.new()) for _ in range(50)}) == 50


def test_every_wrong_character_and_swap_is_found():
    """Before anything is looked up."""
    code = claim.new().replace("-", "")
    for at in range(len(code)):
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if other != code[at]:
                with pytest.raises(ReceiptError):
                    claim.parse(code[:at] + other + code[at + 1 :])
        if at and code[at] != code[at - 1]:
            with pytest.raises(ReceiptError):
                claim.parse(code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :])


@pytest.mark.parametrize("typed", ["", "K7M2", "x" * 20, "é" * 20, "U" * 20, "0" * 21])
def test_what_is_no_code(typed: str):
    with pytest.raises(ReceiptError):
        claim.parse(typed)
