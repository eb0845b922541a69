"""Addresses of BIP 350's own list."""

from __future__ import annotations

import pytest

from tipline.links import segwit

RIGHT = (
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
    "BC1SW50QGDZ25J",
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
    "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
    "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
)
WRONG = {
    "another net": "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
    "bech32 for version 1": "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "bech32 for version 2": "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
    "bech32 for version 16": "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bech32m for version 0": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bech32m for version 0, testnet": "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
    "a letter that is none": "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "version 17": "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "one byte": "bc1pw5dgrnzv",
    "41 bytes": "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "16 bytes for version 0": "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "small and capital": "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
    "a group left over": "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "bits left over": "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
    "nothing": "bc1gmk9yu",
}


@pytest.mark.parametrize("address", RIGHT)
def test_right_addresses_are_right(address: str):
    """Every address that the specification calls valid is, on the net that it names."""
    assert segwit.is_address(address, address[:2].lower())


@pytest.mark.parametrize("why", WRONG)
def test_wrong_addresses_are_wrong(why: str):
    """Every address that the specification calls invalid is."""
    address = WRONG[why]
    assert not segwit.is_address(address, "tb" if address.startswith("tb") else "bc")


def test_one_letter_changed_is_wrong():
    """No address survives one letter being exchanged for another."""
    right = RIGHT[-1]
    changed = [
        right[:at] + ("q" if right[at] != "q" else "p") + right[at + 1 :] for at in range(3, len(right))
    ]
    assert not any(segwit.is_address(one) for one in changed)
