"""What is published of the audit every day, and what it opens to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tipline.audit import day_head
from tipline.audit.day_head import DayHead, Head
from tipline.errors import AuditError

CHAINS = {bytes([number]) * 16: Head(number, bytes([number]) * 32) for number in (2, 1)}
DAY = DayHead("agency", 7, date(2026, 11, 24), bytes(range(32)), CHAINS)


def test_it_is_read_as_it_was_written():
    """Every field comes back; the order of the desks is theirs, not the mapping's."""
    assert day_head.read(DAY.encode()) == DAY
    assert replace(DAY, chains=dict(reversed(CHAINS.items()))).encode() == DAY.encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"console": "oversight"},
        {"serial": 8},
        {"day": date(2026, 11, 25)},
        {"random": bytes(32)},
        {"chains": {}},
        {"chains": CHAINS | {bytes([1]) * 16: Head(0, bytes([1]) * 32)}},
        {"chains": CHAINS | {bytes([1]) * 16: Head(1, bytes(32))}},
    ],
)
def test_its_hash_is_of_all_of_it(changes: dict[str, object]):
    """Nothing in it can be something else than what was published."""
    assert day_head.digest(replace(DAY, **changes).encode()) != day_head.digest(DAY.encode())


@pytest.mark.parametrize("data", [b"", b"{}", DAY.encode()[:-1], DAY.encode().replace(b"agency", b"")])
def test_what_is_none_is_refused(data: bytes):
    """A database can hold anything."""
    with pytest.raises(AuditError):
        day_head.read(data)
