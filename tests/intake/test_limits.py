from __future__ import annotations

import pytest

from tests.intake.relay import Relay
from tipline.intake.limits import AddressKey, Limits, network


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.112.7", False),
        ("2001:db8:1:2ff::1", "2001:db8:1:201::9", True),
        ("2001:db8:1:2ff::1", "2001:db8:1:301::9", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True),
        ("", "nonsense", True),
        ("nonsense", "203.0.113.7", False),
    ],
)
def test_a_network_is_counted_as_one(one: str, other: str, same: bool) -> None:
    """A /24 and a /56, which one household or office may change within."""
    assert (network(one) == network(other)) is same


def test_only_the_proxys_word_counts() -> None:
    """What a visitor writes into X-Forwarded-For stands to the left of what the proxy adds."""
    key = AddressKey(1)
    true = key.name({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"})
    assert key.name({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.9"}) == true
    assert key.name({"REMOTE_ADDR": "203.0.113.7"}) == true
    assert key.name({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7, 1.2.3.4"}) != true


def test_without_a_proxy_the_header_counts_for_nothing() -> None:
    """Anybody can write it."""
    key = AddressKey(0)
    claimed = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}
    assert key.name(claimed) == key.name({"REMOTE_ADDR": "192.0.2.1"})


def test_a_replaced_key_names_nobody_any_more(served: Relay) -> None:
    """After ten minutes neither the names nor the counts are left, and no name comes twice."""
    limits = Limits(served.settings)
    visitor = {"REMOTE_ADDR": "203.0.113.7"}
    before = limits._addresses.name(visitor)
    limits._by_address.limiter.hit(limits._each["e"], "e", before)
    assert any(before in key for key in limits._by_address.storage.storage)
    limits.forget()
    assert limits._addresses.name(visitor) != before
    assert dict(limits._by_address.storage.storage) == {}
    assert dict(limits._by_address.storage.expirations) == {}
